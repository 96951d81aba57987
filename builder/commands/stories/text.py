"""What `stories` prints, as text and as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import compress
from textwrap import wrap
from typing import Any

from builder.cli.style import WIDTH, as_json, cells, clipped, table
from builder.commands.stories.run import Matrix, QuestionStories, StoryAnswers

#: The most columns for the marks of a question, and for its id.
_MARKS, _ID = 40, 36

#: The fewest columns in which a title or a question says something.
_READABLE = 20


def matrix_json(matrix: Matrix) -> str:
    """A role's stories as one object."""
    return as_json(_object(matrix))


def matrices_json(matrices: Iterable[Matrix]) -> str:
    """A list of such objects."""
    return as_json([_object(matrix) for matrix in matrices])


def _object(matrix: Matrix) -> dict[str, Any]:
    return {
        "role": matrix.role.id,
        "title": matrix.role.title,
        "stories": [
            {"id": story.id, "title": story.title, "answers": list(story.answers)}
            for story in matrix.stories
        ],
        "questions": [
            {
                "id": question.id,
                "ask": question.ask,
                "type": question.type,
                "core": question.core,
                "in_deck": question.in_deck,
                "stories": list(question.stories),
                **({"roles": list(matrix.roles.get(question.id, ()))} if matrix.roles else {}),
            }
            for question in matrix.questions
        ],
        "gaps": [question.id for question in matrix.gaps],
        "too_often": [story.id for story in matrix.too_often],
    }


def matrix_text(matrix: Matrix, columns: int = WIDTH) -> Iterator[str]:
    """The stories, the questions that they answer, and the gaps, in lines of so many columns."""
    yield matrix.role.title
    yield ""
    if not matrix.readable:
        yield "This role has errors, see below. Which questions its deck has is not known."
        return
    for story_number, story in enumerate(matrix.stories, 1):
        title_width = max(columns - 8 - len(story.id), _READABLE)
        yield f"{story_number:3}  {clipped(story.title, title_width)} ({story.id})"
    if not matrix.stories:
        yield "No stories yet. Create one with: prepdeck new story"
    yield ""
    shown_questions = [q for q in matrix.questions if q.stories or (q.core and q.needs_story)]
    if matrix.stories and shown_questions:
        yield "x: the story answers the question. *: the question is core."
        yield from _questions(matrix.stories, shown_questions, columns)
        yield ""
    for heading, is_core in (("Core questions", True), ("Other questions", False)):
        gap_ids = [question.id for question in matrix.gaps if question.core == is_core]
        if gap_ids:
            yield f"{heading} without a story ({len(gap_ids):,}):"
            yield from _wrapped([_with_roles(matrix, id) for id in gap_ids], columns)
    if matrix.story_questions and not matrix.gaps:
        yield "Every question that needs a story has one."
    for story in matrix.too_often:
        yield (
            f"`{story.id}` answers {len(story.answers)} of the {matrix.answered} questions that "
            "have a story: use another story for some of them."
        )


def _with_roles(matrix: Matrix, id: str) -> str:
    """A question's id, with the roles that have it where not all roles of the person do."""
    all_ids = {role_id for role_ids in matrix.roles.values() for role_id in role_ids}
    role_ids = matrix.roles.get(id, ())
    return f"{id} ({', '.join(role_ids)})" if len(role_ids) < len(all_ids) else id


def _questions(
    stories: Sequence[StoryAnswers], questions: Sequence[QuestionStories], columns: int
) -> Iterator[str]:
    """A row a question, a column a story; `*` stands at core questions."""
    marks_header, *question_marks = _marks(stories, questions)
    rows = [(f"  {marks_header}", "", "")]
    for marks_text, question in zip(question_marks, questions, strict=True):
        core_sign = "*" if question.core else " "
        ask_text = question.ask if question.in_deck else f"(not in the deck) {question.ask}"
        rows.append((f"{core_sign} {marks_text}", clipped(question.id, _ID), ask_text))
    ask_width = columns - sum(max(cells(row[column]) + 2 for row in rows) for column in (0, 1))
    yield from table(rows if ask_width >= _READABLE else [row[:2] for row in rows], columns=columns)


def _marks(stories: Sequence[StoryAnswers], questions: Sequence[QuestionStories]) -> Iterator[str]:
    """The head and each question's marks; of more stories than a line holds, their numbers."""
    story_numbers = [str(number) for number in range(1, len(stories) + 1)]
    digit_count = len(story_numbers[-1])
    marks_fit = (digit_count + 1) * len(stories) <= _MARKS
    header = " ".join(number.rjust(digit_count) for number in story_numbers)
    yield header if marks_fit else ""
    for question in questions:
        answer_flags = [story.id in question.stories for story in stories]
        if marks_fit:
            marks = ("x" if is_answering else "." for is_answering in answer_flags)
            yield " ".join(mark.rjust(digit_count) for mark in marks)
        else:
            answering_numbers = ",".join(compress(story_numbers, answer_flags))
            yield clipped(answering_numbers, _MARKS)


def _wrapped(ids: Iterable[str], columns: int) -> list[str]:
    return wrap(
        ", ".join(ids),
        columns,
        initial_indent="  ",
        subsequent_indent="  ",
        break_on_hyphens=False,
        break_long_words=False,
    )


def matrices_text(matrices: Iterable[Matrix], columns: int = WIDTH) -> list[str]:
    """One row a role."""
    rows = [("role", "stories", "core", "all", "core without a story")]
    for matrix in matrices:
        if not matrix.readable:
            rows.append((matrix.role.id, "", "", "", "has errors: see below"))
            continue
        core_questions = [question for question in matrix.story_questions if question.core]
        gap_ids = [question.id for question in core_questions if not question.stories]
        answered_count = sum(bool(question.stories) for question in matrix.story_questions)
        rows.append(
            (
                matrix.role.id,
                str(len(matrix.stories)),
                f"{len(core_questions) - len(gap_ids)} of {len(core_questions)}",
                f"{answered_count} of {len(matrix.story_questions)}",
                ", ".join(gap_ids) or "none",
            )
        )
    return table(rows, right={1, 2, 3}, columns=columns)
