"""`stories`: which of one's stories answers which question, and what is missing."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from textwrap import shorten, wrap
from typing import Any

from builder.findings import Diagnostic
from builder.model import Question, Story
from builder.pipeline import Compiled, compile_project
from builder.project import Role
from builder.render.text import inline_html, plain
from builder.select import Selection

#: A story told for more than a third of the questions that have one is told too often, from three
#: on: an interviewer asks some six of them.
_SHARE, _LEAST = 3, 3
_WIDTH = 96
#: The most characters for a question's marks, and the fewest that make its wording worth a place.
_COLUMNS, _READABLE = 40, 20


@dataclass(frozen=True, slots=True)
class Told:
    """A story, and the ids of the questions that it answers."""

    id: str
    title: str
    answers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, and the ids of the stories for it. `in_deck`: the role's deck has it."""

    id: str
    ask: str
    type: str
    core: bool
    in_deck: bool
    stories: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Matrix:
    """A role's stories, and the questions that want one or have one: core first, then the rest.

    `readable`: no fault hid the role or one that it extends. Else nobody knows what its deck asks.
    """

    role: Role
    readable: bool
    stories: tuple[Told, ...]
    questions: tuple[Asked, ...]

    @property
    def wanting(self) -> tuple[Asked, ...]:
        """Questions of the deck that ask for a story."""
        return tuple(q for q in self.questions if q.in_deck and q.type == "story")

    @property
    def gaps(self) -> tuple[Asked, ...]:
        """Those without one, core first."""
        return tuple(question for question in self.wanting if not question.stories)

    @property
    def served(self) -> int:
        """How many questions have a story, whatever they ask for."""
        return sum(bool(question.stories) for question in self.questions)

    @property
    def too_often(self) -> tuple[Told, ...]:
        """Stories that would be told over and over."""
        return tuple(
            story
            for story in self.stories
            if len(story.answers) >= _LEAST and len(story.answers) * _SHARE > self.served
        )


def matrix(root: Path, role: str) -> tuple[Matrix, tuple[Diagnostic, ...]]:
    """A role's stories, and every fault. Raises `PrepdeckError` for a role that does not exist."""
    compiled = compile_project(root, (role,))
    return _matrix(compiled, compiled.selections[0]), compiled.found


def matrices(root: Path) -> tuple[tuple[Matrix, ...], tuple[Diagnostic, ...]]:
    """Those of all private roles of candidates, and every fault: who hires tells no stories."""
    compiled = compile_project(root)
    private = [
        selection
        for selection in compiled.selections
        if selection.role.private and compiled.project.side(selection.role) == "candidate"
    ]
    return tuple(_matrix(compiled, selection) for selection in private), compiled.found


def _matrix(compiled: Compiled, selection: Selection) -> Matrix:
    project, role = compiled.project, selection.role
    values = project.view(role).vars
    stories = tuple(
        Told(chosen.definition.id, _plain(value.title, values), tuple(dict.fromkeys(value.answers)))
        for chosen in selection.chosen
        if isinstance(value := chosen.definition.value, Story)
    )
    core = {chosen.definition.id: chosen.core for chosen in selection.chosen}
    said = {chosen.definition.id: chosen.definition for chosen in selection.chosen}
    named = dict.fromkeys(id for story in stories for id in story.answers)
    elsewhere = {**project.definitions, **role.definitions}
    said |= {id: elsewhere[id] for id in named if id in elsewhere and id not in said}
    questions = [
        Asked(
            id,
            _plain(value.ask, values),
            value.type,
            core.get(id, False),
            id in core,
            tuple(story.id for story in stories if id in story.answers),
        )
        for id, definition in said.items()
        if isinstance(value := definition.value, Question)
        and (value.type == "story" or id in named)
    ]
    levels = [project.roles[id].value for id in role.chain]
    readable = all(levels) and not (levels[-1] and levels[-1].extends)
    questions.sort(key=lambda question: not question.core)
    return Matrix(role, readable, stories, tuple(questions))


def _plain(text: str, values: Any) -> str:
    return plain(inline_html(text, values))


def as_json(made: Matrix) -> dict[str, Any]:
    """One role as an object."""
    return {
        "role": made.role.id,
        "title": made.role.title,
        "stories": [
            {"id": story.id, "title": story.title, "answers": list(story.answers)}
            for story in made.stories
        ],
        "questions": [
            {
                "id": question.id,
                "ask": question.ask,
                "type": question.type,
                "core": question.core,
                "in_deck": question.in_deck,
                "stories": list(question.stories),
            }
            for question in made.questions
        ],
        "gaps": [question.id for question in made.gaps],
        "too_often": [story.id for story in made.too_often],
    }


def dumped(value: object) -> str:
    """JSON for stdout."""
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def as_text(made: Matrix) -> Iterator[str]:
    """The stories, the questions that they answer, and the gaps, in 96 columns."""
    yield made.role.title
    yield ""
    if not made.readable:
        yield "It has faults, see below: what its deck asks cannot be known."
        return
    for number, story in enumerate(made.stories, 1):
        room = max(_WIDTH - 8 - len(story.id), _READABLE)
        yield f"{number:3}  {shorten(story.title, room, placeholder='…')} ({story.id})"
    if not made.stories:
        yield "No stories yet. Begin one with: prepdeck new story"
    yield ""
    shown = [q for q in made.questions if q.stories or (q.core and q.type == "story")]
    if made.stories and shown:
        yield "x: the story serves the question. *: the question is core."
        yield from _table(made.stories, shown)
        yield ""
    core = [question for question in made.gaps if question.core]
    rest = [question for question in made.gaps if not question.core]
    for name, gaps in (("Core questions", core), ("Other questions", rest)):
        if gaps:
            yield f"{name} that no story serves ({len(gaps):,}):"
            yield from _wrapped(question.id for question in gaps)
    if made.wanting and not made.gaps:
        yield "Every question that asks for a story has one."
    for story in made.too_often:
        yield (
            f"`{story.id}` serves {len(story.answers)} of the {made.served} questions that have a "
            "story: tell another for some."
        )


def _table(stories: Sequence[Told], questions: Sequence[Asked]) -> Iterator[str]:
    """A row a question, a column a story; `*` stands at core questions."""
    head, *rows = _marks(stories, questions)
    marked = max(map(len, (head, *rows)))
    ids = min(max(len(question.id) for question in questions), 36)
    left = _WIDTH - marked - ids - 6
    yield f"  {head}".rstrip()
    for row, question in zip(rows, questions, strict=True):
        id = question.id if len(question.id) <= ids else question.id[: ids - 1] + "…"
        ask = question.ask if question.in_deck else f"(not in the deck) {question.ask}"
        said = f"  {shorten(ask, left, placeholder='…')}" if left >= _READABLE else ""
        yield f"{'*' if question.core else ' '} {row:{marked}}  {id:{ids}}{said}".rstrip()


def _marks(stories: Sequence[Told], questions: Sequence[Asked]) -> Iterator[str]:
    """The head and each question's marks; of more stories than a line holds, their numbers."""
    numbers = [str(number) for number in range(1, len(stories) + 1)]
    wide = len(numbers[-1])
    fits = (wide + 1) * len(stories) <= _COLUMNS
    yield " ".join(f"{number:>{wide}}" for number in numbers) if fits else ""
    for question in questions:
        served = [story.id in question.stories for story in stories]
        if fits:
            yield " ".join(f"{'x' if one else '.':>{wide}}" for one in served)
        else:
            text = ",".join(number for number, one in zip(numbers, served, strict=True) if one)
            yield text if len(text) <= _COLUMNS else text[: _COLUMNS - 1] + "…"


def _wrapped(ids: Iterable[str]) -> list[str]:
    return wrap(
        ", ".join(ids),
        _WIDTH,
        initial_indent="  ",
        subsequent_indent="  ",
        break_on_hyphens=False,
        break_long_words=False,
    )


def all_as_text(made: Sequence[Matrix]) -> Iterator[str]:
    """One row a role."""
    rows = [("role", "stories", "core", "all", "core without a story")]
    for one in made:
        if not one.readable:
            rows.append((one.role.id, "", "", "", "has faults: see below"))
            continue
        core = [question for question in one.wanting if question.core]
        gaps = [question.id for question in core if not question.stories]
        covered = sum(bool(question.stories) for question in one.wanting)
        rows.append(
            (
                one.role.id,
                str(len(one.stories)),
                f"{len(core) - len(gaps)} of {len(core)}",
                f"{covered} of {len(one.wanting)}",
                ", ".join(gaps) or "none",
            )
        )
    widths = [max(len(row[place]) for row in rows) for place in range(4)]
    for role, number, in_core, in_all, without in rows:
        head = f"{role:{widths[0]}}  {number:>{widths[1]}}  {in_core:>{widths[2]}}"
        head += f"  {in_all:>{widths[3]}}  "
        yield head + shorten(without, max(_WIDTH - len(head), 20), placeholder=" …")
