"""What a definition may say: one frozen dataclass a kind, and the table of kinds.

A new kind is a class here, in `KINDS`, and a folder in `templates/`. The loader, the checks and
the selectors read these annotations; nothing else lists a kind's keys.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

from builder.model.kind import Kind
from builder.model.kpi import Kpi
from builder.model.marks import Day, KpiId, Line, Prose, QuestionId, SkillId, StageId
from builder.model.question import Question


@dataclass(frozen=True, slots=True, kw_only=True)
class Behaviour:
    """One thing that shows a skill, in one situation."""

    when: Line
    do: Line


@dataclass(frozen=True, slots=True, kw_only=True)
class Skill(Kind):
    """A skill is what somebody can see you do."""

    kind = "skill"
    plural = "skills"

    name: Line
    # Each is a card of its own; a fourth would be a list to recite.
    shows: Annotated[tuple[Behaviour, ...], Field(min_length=1, max_length=3)]


Channel = Literal["phone", "chat", "email", "social", "in-person"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveLine(Kind):
    """A line that they say in the role-play round, and one good way to go on."""

    kind = "line"
    plural = "lines"

    they_say: Line
    you_say: Prose
    pass_if: Line
    avoid: Line | None = None
    channel: Channel | None = None
    skill: SkillId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage(Kind):
    """A step of the selection. With `next` those who hire learn the order, one step a card."""

    kind = "stage"
    plural = "stages"

    name: Line
    happens: Line
    marks: Line
    prepare: Line
    next: StageId | None = None
    why_next: Line | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity(Kind):
    """A part of the job: what doing it well looks like, and the metric that shows it."""

    kind = "activity"
    plural = "activities"

    name: Line
    good: Line
    shown_by: KpiId | None = None
    because: Line | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Method(Kind):
    """A way of doing something, in a few steps."""

    kind = "method"
    plural = "methods"

    name: Line
    aliases: tuple[Line, ...] = ()
    use_when: Line
    steps: Annotated[tuple[Line, ...], Field(min_length=1, max_length=5)]
    avoid_when: Line | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool(Kind):
    """A kind of software, by the job that it does."""

    kind = "tool"
    plural = "tools"

    name: Line
    does: Line
    products: tuple[Line, ...] = ()
    helps: KpiId | None = None
    say: Line | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tip(Kind):
    """Advice to act on once: no card, but a line of the sheet."""

    kind = "tip"
    plural = "tips"

    when: Literal["before", "on-the-day", "during", "after", "hiring"]
    do: Line
    why: Line | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainCard(Kind):
    """A front and a back, for whatever has no kind."""

    kind = "card"
    plural = "cards"

    front: Line
    back: Prose


@dataclass(frozen=True, slots=True, kw_only=True)
class Story(Kind):
    """One's own experience, to be told for several questions. Four lines are enough."""

    kind = "story"
    plural = "my_stories"
    private = True

    title: Line
    opens_with: Line
    number: Line
    answers: Annotated[tuple[QuestionId, ...], Field(min_length=1)]
    situation: Prose | None = None
    task: Prose | None = None
    action: Prose | None = None
    result: Prose | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact(Kind):
    """What one knows of an employer, with where and when it was seen."""

    kind = "fact"
    plural = "employer_facts"
    private = True

    ask: Line
    answer: Line
    source: str
    seen: Day


KINDS: dict[str, type[Kind]] = {
    cls.kind: cls
    for cls in (
        *(Question, Kpi, Skill, LiveLine, Stage, Activity, Method, Tool, Tip, PlainCard),
        *(Story, Fact),
    )
}
PLURALS: dict[str, type[Kind]] = {cls.plural: cls for cls in KINDS.values()}

#: Keys that belong to a definition's origin: a role's `override` may not touch them.
FIXED = frozenset({"was", "retired", "topics", "sources"})
