"""`stories`: which of a role's stories answers which question, and which questions have none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

from builder.findings import Diagnostic
from builder.owner import Owned, owned
from builder.pipeline import Compiled, compile_project
from builder.project import Role
from builder.render.text import inline_html, plain
from builder.select import Selection

#: A story is used too often if it answers at least three questions, and more than a third of those
#: that have a story: an interviewer asks about six of them.
_LEAST, _SHARE = 3, 3


@dataclass(frozen=True, slots=True)
class StoryAnswers:
    """A story, and the ids of the questions that it answers."""

    id: str
    title: str
    answers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class QuestionStories:
    """A question, and the ids of the stories that answer it.

    `in_deck`: the role's deck has it. `needs_story`: a story of one's own should answer it. `type`
    is empty where it has none.
    """

    id: str
    ask: str
    type: str
    needs_story: bool
    core: bool
    in_deck: bool
    stories: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Matrix:
    """A role's stories, and the questions that need one or have one: core first, then the rest.

    Of a person: those of all the person's roles. `roles`: their ids by the ids of the questions.
    `readable`: no fault hides the role or a role that it extends. If one does, nobody knows which
    questions the deck has.
    """

    role: Role
    readable: bool
    stories: tuple[StoryAnswers, ...]
    questions: tuple[QuestionStories, ...]
    roles: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def story_questions(self) -> tuple[QuestionStories, ...]:
        """Questions of the deck that need a story."""
        return tuple(q for q in self.questions if q.in_deck and q.needs_story)

    @property
    def gaps(self) -> tuple[QuestionStories, ...]:
        """Those without a story, core first."""
        return tuple(question for question in self.story_questions if not question.stories)

    @property
    def answered(self) -> int:
        """How many questions have a story, of whatever type they are."""
        return sum(bool(question.stories) for question in self.questions)

    @property
    def too_often(self) -> tuple[StoryAnswers, ...]:
        """Stories that a candidate would tell again and again."""
        return tuple(
            story
            for story in self.stories
            if len(story.answers) >= _LEAST and len(story.answers) * _SHARE > self.answered
        )


def matrix(root: Path, role: str) -> tuple[Matrix, tuple[Diagnostic, ...]]:
    """The stories of a role, or of a person, and the findings.

    Raises `PrepdeckError` for a role that does not exist.
    """
    compiled = compile_project(root, (role,))
    owner = compiled.project.roles[role]
    matrices = [_matrix(compiled, selection) for selection in compiled.selections]
    return (_joined(owner, matrices) if owner.is_person else matrices[0]), compiled.findings


def matrices(root: Path) -> tuple[tuple[Matrix, ...], tuple[Diagnostic, ...]]:
    """Those of all private roles of candidates, and the findings: interviewers tell no stories."""
    compiled = compile_project(root)
    private_selections = [
        selection
        for selection in compiled.selections
        if selection.role.private and compiled.project.side(selection.role) == "candidate"
    ]
    role_matrices = tuple(_matrix(compiled, selection) for selection in private_selections)
    return role_matrices, compiled.findings


def _matrix(compiled: Compiled, selection: Selection) -> Matrix:
    """The stories of a role. Each text has the variables of whose note it is, as on a card."""
    project, role = compiled.project, selection.role

    @cache
    def variables(owner_role: str | None) -> Mapping[str, str]:
        return project.view(project.roles[owner_role] if owner_role else None).vars

    stories = tuple(
        StoryAnswers(
            story.id,
            _plain(story.name, variables(choice.owner_role)),
            tuple(dict.fromkeys(getattr(story.value, story.kind.marks.serves))),
        )
        for choice in selection.chosen
        if (story := choice.definition).value is not None and story.kind.marks.serves
    )
    is_core_by_id = {choice.definition.id: choice.core for choice in selection.chosen}
    owned_by_id = {
        choice.definition.id: Owned(choice.definition, choice.owner_role)
        for choice in selection.chosen
    }
    answered_ids = dict.fromkeys(
        definition_id for story in stories for definition_id in story.answers
    )
    all_definitions = {**project.definitions, **role.pool}
    owned_by_id |= {
        definition_id: owned(project, role, all_definitions[definition_id])
        for definition_id in answered_ids
        if definition_id in all_definitions and definition_id not in owned_by_id
    }
    questions = [
        QuestionStories(
            definition_id,
            _plain(question.name, variables(owner_role)),
            question.type or "",
            question.type_choice.served,
            is_core_by_id.get(definition_id, False),
            definition_id in is_core_by_id,
            tuple(story.id for story in stories if definition_id in story.answers),
        )
        for definition_id, (question, owner_role, _) in owned_by_id.items()
        if question.value is not None
        and question.kind.marks.answerable
        and (question.type_choice.served or definition_id in answered_ids)
    ]
    role_records = [project.roles[role_id].value for role_id in role.chain]
    readable = all(role_records) and not (role_records[-1] and role_records[-1].extends)
    questions.sort(key=lambda question: not question.core)
    return Matrix(role, readable, stories, tuple(questions))


def _joined(person: Role, matrices: Sequence[Matrix]) -> Matrix:
    """The stories of all roles of a person in one: a question is core if it is in any of them."""
    stories: dict[str, StoryAnswers] = {}
    questions: dict[str, QuestionStories] = {}
    role_ids: dict[str, tuple[str, ...]] = {}
    for matrix in matrices:
        stories |= {story.id: story for story in matrix.stories if story.id not in stories}
        for question in matrix.questions:
            first = questions.setdefault(question.id, question)
            questions[question.id] = replace(
                first if first.in_deck else question,
                core=first.core or question.core,
                in_deck=first.in_deck or question.in_deck,
                stories=tuple(dict.fromkeys((*first.stories, *question.stories))),
            )
            if question.in_deck:
                role_ids[question.id] = (*role_ids.get(question.id, ()), matrix.role.id)
    return Matrix(
        person,
        all(matrix.readable for matrix in matrices),
        tuple(stories.values()),
        tuple(sorted(questions.values(), key=lambda question: not question.core)),
        role_ids,
    )


def _plain(text: str, variables: Mapping[str, str]) -> str:
    return plain(inline_html(text, variables))
