"""The files around the definitions: roles, settings, note types, the bibliography."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from builder.shape.annotations import (
    AtLeastOne,
    Language,
    Line,
    OneOrMany,
    Slug,
    Spare,
    Variable,
    Voice,
)
from builder.shape.shape import Shape

Side = Literal["candidate", "hiring"]
_Minutes = Annotated[Decimal, Shape(above=0, most=60)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Selector:
    """Which definitions: every given key must match, a list matches with any of its items."""

    kind: Annotated[OneOrMany | None, "`question`, `kpi` …"] = None
    id: Annotated[OneOrMany | None, "single definitions"] = None
    topic: Annotated[
        OneOrMany | None, "a topic with all below it: `customer` matches `customer/waiting`"
    ] = None
    type: Annotated[OneOrMany | None, "the type of a question"] = None


_Selectors = tuple[Selector, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """A job role, or one's own copy of one: what its deck takes, drops, and says differently."""

    title: Annotated[Line, "the deck's name, after the project's title"]
    mission: Annotated[Line | None, "what the job is for; stands in the deck's description"] = None
    extends: Annotated[
        str | None,
        "a public role, or a private one for private roles. This one begins with all that it has",
    ] = None
    side: Annotated[Side | None, "whom the deck is for. Inherited; `candidate` unless given"] = None
    notes: Annotated[
        Literal["own", "shared"] | None,
        "whether its notes are its own; public roles share, private ones own, unless given."
        " Not inherited",
    ] = None
    key: Annotated[
        Slug | None,
        "private roles alone: what its notes are known by, for ever. Without one it is the"
        " folder's name",
    ] = None
    was: Annotated[Slug | None, "public roles alone: the first id of a renamed role"] = None
    retired: Annotated[
        str | None,
        "why it is built no more. Its notes stay known, and roles may still extend it",
    ] = None
    starts: Annotated[date | None, "the day on which you begin to study, as `2026-12-02`"] = None
    interview: Annotated[
        date | None,
        "the day of the interview. With it the deck has what there is time for: see"
        " `prepdeck plan`. At most a year after `starts`. Not inherited",
    ] = None
    minutes_per_day: Annotated[
        Annotated[int, Shape(least=5, most=240)] | None,
        "how long you study a day; 25 unless given",
    ] = None
    vars: Annotated[dict[str, Line], "values of variables, for the role's own notes"] = field(
        default_factory=dict
    )
    later: Annotated[
        _Selectors,
        "what it has as core from the role that it extends, and does not study first. It stays in"
        " the deck",
    ] = ()
    core: Annotated[
        _Selectors, 'what is studied first. Core questions have a note "Your answer"'
    ] = ()
    add: Annotated[_Selectors, "what else the deck has"] = ()
    drop: Annotated[_Selectors, "what it has not, of all that came before"] = ()
    override: Annotated[
        dict[str, Any], "what this role says differently, by the definition's id"
    ] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Me:
    """A person above employers: `me.yaml`, in a folder with a role for each employer."""

    title: Annotated[Line, "the name of the one deck of all roles, after the project's title"]
    key: Annotated[Slug, "what your notes are known by, for ever"]
    deck: Annotated[
        Line | None, "the deck's name where it is not the title: one that was studied before"
    ] = None
    extends: Annotated[
        str | None, "the role that your notes are worded by; your roles extend it unless they say"
    ] = None
    notes: Annotated[
        Literal["own", "shared"] | None,
        "`shared` if you studied a public deck before: its notes go on. `own` unless given",
    ] = None
    minutes_per_day: Annotated[
        Annotated[int, Shape(least=5, most=240)] | None,
        "how long you study a day, for all interviews; 25 unless given",
    ] = None
    vars: Annotated[dict[str, Line], "values of variables, for your notes and your roles'"] = field(
        default_factory=dict
    )
    per_role: Annotated[
        tuple[str, ...],
        "ids of definitions that each of your roles has a note of its own of, as Why us?",
    ] = ()
    override: Annotated[dict[str, Any], "what you say differently, by the definition's id"] = field(
        default_factory=dict
    )
    continues: Annotated[
        dict[Slug, tuple[str, ...]],
        "first ids of a role's own notes that go on as yours, by its key; `my/ID` of its own",
    ] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What content rules measure by.

    `list_items`: more are learnt by rote or not at all; SuperMemo's manual stops at five too.
    `core_cards`: seven days of Anki's default of 20 new cards.
    """

    words: Annotated[
        dict[str, AtLeastOne],
        "the most words of a text, by `kind` or `kind.key`: see"
        " [lengths of texts](#lengths-of-texts)",
    ] = field(default_factory=dict)
    list_items: Annotated[
        AtLeastOne, "the most items of a list, of texts or in Markdown; 5 unless given"
    ] = 5
    reading_grade: Annotated[
        AtLeastOne, "the years of school that a sample may take to follow; 10 unless given"
    ] = 10
    core_cards: Annotated[AtLeastOne, "the most cards in a role's core; 140 unless given"] = 140
    benchmark_years: Annotated[
        AtLeastOne, "how much older than the newest source a benchmark may be; 3 unless given"
    ] = 3
    known_abbreviations: Annotated[
        tuple[str, ...], "abbreviations that need no explanation in this project"
    ] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """`decks/deck.yaml`: what holds for the whole project."""

    namespace: Annotated[Slug, "part of what every note is known by. Never change it"]
    title: Annotated[Line, "the project's title: decks and note types are named after it"]
    version: Annotated[str, "what the decks' descriptions say"]
    language: Annotated[
        Language,
        "two or three small letters: which file has the cards' own words; en unless given",
    ] = "en"
    speech: Annotated[
        Voice | None,
        "a language of Anki's voices, as `en_US`, to read questions aloud; none unless given",
    ] = None
    vars: Annotated[dict[Variable, Line], "every variable, with a value that reads naturally"] = (
        field(default_factory=dict)
    )
    minutes_quick: Annotated[
        _Minutes,
        "what a card costs until the interview, all repetitions counted, in a plan; 0.95 unless"
        " given",
    ] = Decimal("0.95")
    minutes_spoken: Annotated[
        _Minutes, "the same for a card that is answered aloud; 3.2 unless given"
    ] = Decimal("3.2")
    limits: Annotated[Limits, "what the rules of content measure by"] = field(
        default_factory=Limits
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteField:
    """A field of a note type."""

    name: Annotated[str, "the field's name in Anki and on pages"]
    content: Annotated[str, "the expression that fills it"]


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteCard:
    """A card of a note type."""

    name: Annotated[str, "the card's name in Anki"]
    gate: Annotated[
        str | None, "the key of a field: only notes where it is filled have the card"
    ] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteTypeFile:
    """`templates/<folder>/notetype.yaml`: fields and cards in Anki's order."""

    kind: Annotated[str, "the kind of definition that it makes notes of"]
    name: Annotated[str, "its name in Anki, after the project's title"]
    personal: Annotated[
        bool,
        "the note is the learner's to fill in: only core definitions and those in `my_answers`"
        " have it, and an import never overwrites it once it was touched",
    ] = False
    spoken: Annotated[bool, "its cards are answered aloud; at most two in twenty"] = False
    side: Annotated[Side | None, "only decks of that side have such notes"] = None
    each: Annotated[
        str | None,
        "an expression for a list of names: the definition has a note for each, as `item`",
    ] = None
    cloze: Annotated[
        Slug | None,
        "a cloze note type: the key of the field with clozes. A note has a card for each number in"
        " it, all by the one entry of `cards`",
    ] = None
    fields: Annotated[
        dict[Slug, NoteField],
        Shape(least=1),
        "the fields in Anki's order, by keys that stay for ever",
    ]
    cards: Annotated[
        dict[Slug, NoteCard],
        Shape(least=1),
        "the cards in Anki's order, by keys that stay for ever",
    ]
    spares: Annotated[
        dict[Spare, str], "an expression for `spare-1` or `spare-2`, once it is needed"
    ] = field(default_factory=dict)
    base: Annotated[
        Spare | None,
        "the spare field, `spare-1` or `spare-2`, that says with which words a note was packed, so"
        " that `sync` sees upon which words a learner wrote; it gives no card",
    ] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bibliography:
    """One entry of `decks/sources.yaml`."""

    title: Annotated[str, "what it is called"]
    publisher: Annotated[str | None, "who published it"] = None
    year: Annotated[Annotated[int, Shape(least=1900, most=2100)] | None, "when"] = None
    items: Annotated[
        dict[Slug, str], "the parts of it that definitions cite, with a label each"
    ] = field(default_factory=dict)
    left_out: Annotated[dict[Slug, str], "why an item needs no definition"] = field(
        default_factory=dict
    )
