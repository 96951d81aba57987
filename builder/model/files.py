"""The files around the definitions: roles, settings, note types, the bibliography."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import Field

from builder.model.limits import Limits
from builder.model.marks import Day, Language, Line, OneOrMany, Slug, Spare, Variable, Voice

Side = Literal["candidate", "hiring"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Selector:
    """Which definitions: every key given must hold, a list is any of its items.

    A topic matches its whole subtree; an id matches one definition.
    """

    kind: OneOrMany | None = None
    id: OneOrMany | None = None
    topic: OneOrMany | None = None
    type: OneOrMany | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """A job role, or one's own copy of one: what its deck takes, drops, and says differently.

    `mission`: what the job is for, in a sentence or two; the deck's description says it. `side`:
    whom the deck is for; inherited, and `candidate` unless said. `later`: what its parents study
    first, and it does not. `retired`: why it is built no
    more; its notes stay known, and roles may still extend it. The plan runs from `starts` to
    `interview`, at `minutes_per_day`.
    """

    title: Line
    mission: Line | None = None
    extends: str | None = None
    side: Side | None = None
    notes: Literal["own", "shared"] | None = None
    key: Slug | None = None
    was: Slug | None = None
    retired: str | None = None
    starts: Day | None = None
    interview: Day | None = None
    minutes_per_day: Annotated[int, Field(ge=5, le=240)] | None = None
    vars: dict[str, Line] = field(default_factory=dict)
    later: tuple[Selector, ...] = ()
    core: tuple[Selector, ...] = ()
    add: tuple[Selector, ...] = ()
    drop: tuple[Selector, ...] = ()
    override: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """`decks/deck.yaml`: what holds for the whole project.

    `namespace` is part of every GUID and never changes; `vars` gives each variable a default that
    reads naturally; `version` is what deck descriptions show. `language` names the file of the
    cards' own words, `speech` a voice of Anki's that reads questions aloud (off unless given).
    `minutes_quick` and `minutes_spoken`: what a card costs until the interview, all repetitions
    counted, in plans. `limits`: how long texts may be, and whatever else content is measured by.
    """

    namespace: Slug
    title: Line
    version: str
    language: Language = "en"
    speech: Voice | None = None
    vars: dict[Variable, Line] = field(default_factory=dict)
    minutes_quick: Annotated[Decimal, Field(gt=0, le=60)] = Decimal("0.95")
    minutes_spoken: Annotated[Decimal, Field(gt=0, le=60)] = Decimal("3.2")
    limits: Limits = field(default_factory=Limits)


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteField:
    """A field of a note type: its name in Anki, and the Jinja2 expression that fills it."""

    name: str
    content: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteCard:
    """A card of a note type. With a `gate` only notes whose field of that key is filled have it."""

    name: str
    gate: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteTypeFile:
    """`templates/<folder>/notetype.yaml`: fields and cards in Anki's order, by keys kept for ever.

    `personal`: the learner's own words; only core definitions and those answered in YAML have
    the note, and an import never overwrites it once they have touched it. `spares` takes a spare
    field into use; its card's front and back are files named as the spare. `each`: an expression
    for a list of names; the definition has one such note for each of them, as `item`. `side`: only
    decks of that side have such notes. `spoken`: its cards are answered aloud, and take their time.
    """

    kind: str
    name: str
    personal: bool = False
    spoken: bool = False
    side: Side | None = None
    each: str | None = None
    fields: Annotated[dict[Slug, NoteField], Field(min_length=1)]
    cards: Annotated[dict[Slug, NoteCard], Field(min_length=1)]
    spares: dict[Spare, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bibliography:
    """One entry of `decks/sources.yaml`.

    `items` are the parts of it that definitions cite; `left_out` says why one needs no definition.
    """

    title: str
    publisher: str | None = None
    year: Annotated[int, Field(ge=1900, le=2100)] | None = None
    items: dict[Slug, str] = field(default_factory=dict)
    left_out: dict[Slug, str] = field(default_factory=dict)
