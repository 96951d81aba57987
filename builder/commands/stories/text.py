"""What `stories` prints, as text and as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
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
    for number, story in enumerate(matrix.stories, 1):
        room = max(columns - 8 - len(story.id), _READABLE)
        yield f"{number:3}  {clipped(story.title, room)} ({story.id})"
    if not matrix.stories:
        yield "No stories yet. Create one with: prepdeck new story"
    yield ""
    shown = [q for q in matrix.questions if q.stories or (q.core and q.needs_story)]
    if matrix.stories and shown:
        yield "x: the story answers the question. *: the question is core."
        yield from _questions(matrix.stories, shown, columns)
        yield ""
    for name, core in (("Core questions", True), ("Other questions", False)):
        gaps = [question.id for question in matrix.gaps if question.core == core]
        if gaps:
            yield f"{name} without a story ({len(gaps):,}):"
            yield from _wrapped(gaps, columns)
    if matrix.story_questions and not matrix.gaps:
        yield "Every question that needs a story has one."
    for story in matrix.too_often:
        yield (
            f"`{story.id}` answers {len(story.answers)} of the {matrix.answered} questions that "
            "have a story: use another story for some of them."
        )


def _questions(
    stories: Sequence[StoryAnswers], questions: Sequence[QuestionStories], columns: int
) -> Iterator[str]:
    """A row a question, a column a story; `*` stands at core questions."""
    head, *marks = _marks(stories, questions)
    rows = [(f"  {head}", "", "")]
    for mark, question in zip(marks, questions, strict=True):
        core = "*" if question.core else " "
        ask = question.ask if question.in_deck else f"(not in the deck) {question.ask}"
        rows.append((f"{core} {mark}", clipped(question.id, _ID), ask))
    room = columns - sum(max(cells(row[column]) + 2 for row in rows) for column in (0, 1))
    yield from table(rows if room >= _READABLE else [row[:2] for row in rows], columns=columns)


def _marks(stories: Sequence[StoryAnswers], questions: Sequence[QuestionStories]) -> Iterator[str]:
    """The head and each question's marks; of more stories than a line holds, their numbers."""
    numbers = [str(number) for number in range(1, len(stories) + 1)]
    digits = len(numbers[-1])
    fits = (digits + 1) * len(stories) <= _MARKS
    yield " ".join(f"{number:>{digits}}" for number in numbers) if fits else ""
    for question in questions:
        answered = [story.id in question.stories for story in stories]
        if fits:
            yield " ".join(f"{'x' if yes else '.':>{digits}}" for yes in answered)
        else:
            text = ",".join(number for number, yes in zip(numbers, answered, strict=True) if yes)
            yield text if len(text) <= _MARKS else text[: _MARKS - 1] + "…"


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
        core = [question for question in matrix.story_questions if question.core]
        gaps = [question.id for question in core if not question.stories]
        answered = sum(bool(question.stories) for question in matrix.story_questions)
        rows.append(
            (
                matrix.role.id,
                str(len(matrix.stories)),
                f"{len(core) - len(gaps)} of {len(core)}",
                f"{answered} of {len(matrix.story_questions)}",
                ", ".join(gaps) or "none",
            )
        )
    return table(rows, right={1, 2, 3}, columns=columns)
