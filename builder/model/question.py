"""A question, and what its answer is made of."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Annotated, Any, Literal, get_args

from pydantic import Discriminator, Field, Tag

from builder.model.kind import Kind
from builder.model.marks import Line, Prose, SkillId


def _form(value: Any) -> str:
    return "mapping" if isinstance(value, dict) else "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class Star:
    """A story told in four steps."""

    situation: Prose
    task: Prose
    action: Prose
    result: Prose


#: A story's steps in their order.
STAR = tuple(step.name for step in fields(Star))


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUp:
    """What they ask next, and the point that answers it."""

    ask: Line
    point: Line


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchors:
    """A weak, a fair and a strong answer, for whoever interviews."""

    weak: Line
    fair: Line
    strong: Line


Sample = Annotated[
    Annotated[Star, Tag("mapping")] | Annotated[Prose, Tag("text")], Discriminator(_form)
]


QuestionType = Literal["story", "approach", "knowledge", "pitch"]
TYPES: tuple[str, ...] = get_args(QuestionType)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question(Kind):
    """An interview question. Its type decides what the answer is made of, and so its card."""

    kind = "question"
    plural = "questions"

    ask: Line
    type: QuestionType
    wordings: tuple[Line, ...] = ()
    listening_for: Line | None = None
    must_show: Annotated[tuple[Line, ...], Field(max_length=5)] = ()
    steps: Annotated[tuple[Line, ...], Field(max_length=5)] = ()
    answer: Prose | None = None
    sample: Sample | None = None
    pitfalls: tuple[Line, ...] = ()
    # Each is a card of its own; two slots, so that no deck asks one question five ways.
    follow_ups: Annotated[tuple[FollowUp, ...], Field(max_length=2)] = ()
    anchors: Anchors | None = None
    # Two lines of what such an answer sounds like; each is a card for whoever interviews.
    sounds_like: Anchors | None = None
    skills: tuple[SkillId, ...] = ()
    seconds: Annotated[int, Field(ge=20, le=300)] = 90
