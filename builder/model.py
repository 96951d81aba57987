"""What a definition may say: one frozen dataclass a kind, and the table of kinds.

A new kind is a class here, in `KINDS`, and a folder in `templates/`. The loader, the checks and
the selectors read these annotations; nothing else lists a kind's keys. `Line` and `Prose` are
Markdown, on one line or in paragraphs; a `Reference` names another definition, topic or source.
Values arrive as the text of the YAML source, and pydantic makes them what the annotation says.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Literal, get_args

from pydantic import BeforeValidator, Discriminator, Field, StringConstraints, Tag

from builder.ids import SLUG_LENGTH


@dataclass(frozen=True, slots=True)
class Markup:
    """Marks a text as Markdown that a learner will read."""

    paragraphs: bool


@dataclass(frozen=True, slots=True)
class Reference:
    """Marks a text as a name: of a definition (its kind), of a `topic` or of a `source`."""

    to: str


Line = Annotated[str, Markup(paragraphs=False)]
Prose = Annotated[str, Markup(paragraphs=True)]
#: The pattern is `ids.SLUG` without its `\\Z`, which pydantic's Rust does not know.
Slug = Annotated[
    str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=SLUG_LENGTH)
]
Spare = Annotated[str, StringConstraints(pattern=r"^spare-[12]$")]
Variable = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
Topic = Annotated[str, Reference("topic")]
Source = Annotated[str, Reference("source")]
KpiId = Annotated[str, Reference("kpi")]
SkillId = Annotated[str, Reference("skill")]
Numbers = Decimal | tuple[Decimal, ...]


def _one_or_many(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


OneOrMany = Annotated[tuple[str, ...], BeforeValidator(_one_or_many), Field(min_length=1)]


def _form(value: Any) -> str:
    return "mapping" if isinstance(value, dict) else "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """What every kind may say.

    `was` is the first id ever released, `retired` the reason why no deck has it any more.
    """

    kind: ClassVar[str]
    plural: ClassVar[str]

    topics: tuple[Topic, ...] = ()
    sources: tuple[Source, ...] = ()
    was: Slug | None = None
    retired: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Star:
    """A story told in four steps."""

    situation: Prose
    task: Prose
    action: Prose
    result: Prose


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUp:
    """What they ask next, and the point that answers it."""

    ask: Line
    point: Line


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchors:
    """What a weak, a fair and a strong answer sound like, for whoever interviews."""

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
    skills: tuple[SkillId, ...] = ()
    seconds: Annotated[int, Field(ge=20, le=300)] = 90


@dataclass(frozen=True, slots=True, kw_only=True)
class Benchmark:
    """A figure that somebody published. `status` says how far we have seen it ourselves."""

    value: Line
    source: Source
    year: Annotated[int, Field(ge=1980, le=2100)]
    status: Literal["read", "second-hand", "unverified"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A worked sum: the formula with `inputs` gives `gives`, at its written decimals."""

    inputs: dict[Variable, Numbers]
    gives: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Drill:
    """A sum where the naive way is wrong; `not_` says what the naive way gives."""

    ask: Line
    compute: str
    with_: Annotated[dict[Variable, Numbers], Field(alias="with")]
    gives: Decimal
    not_: Annotated[Line, Field(alias="not")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kpi(Kind):
    """A metric: what over what, what it costs to push it, and which other it is mistaken for."""

    kind = "kpi"
    plural = "kpis"

    name: Line
    aliases: tuple[Line, ...] = ()
    over: Line
    under: Line
    formula: str
    where: dict[Variable, Line]
    unit: Literal["percent", "points", "seconds", "minutes", "hours", "days", "currency", "count"]
    better: Literal["up", "down", "band", "context"]
    counts: Prose | None = None
    benchmark: Benchmark | None = None
    pushing: Literal["up", "down"]
    hurts: KpiId
    because: Line
    not_the_same_as: KpiId | None = None
    scenario: Line | None = None
    difference: Line | None = None
    examples: Annotated[dict[Slug, Example], Field(min_length=1)]
    trap: Line
    drill: Drill | None = None


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


KINDS: dict[str, type[Kind]] = {cls.kind: cls for cls in (Question, Kpi, Skill)}
PLURALS: dict[str, type[Kind]] = {cls.plural: cls for cls in KINDS.values()}

#: Keys that belong to a definition's origin: a role's `override` may not touch them.
FIXED = frozenset({"was", "retired", "topics", "sources"})


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
    """A job role, or one's own copy of one: what its deck takes, drops, and says differently."""

    title: Line
    extends: str | None = None
    notes: Literal["own", "shared"] | None = None
    key: Slug | None = None
    was: Slug | None = None
    vars: dict[str, Line] = field(default_factory=dict)
    core: tuple[Selector, ...] = ()
    add: tuple[Selector, ...] = ()
    drop: tuple[Selector, ...] = ()
    override: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """`decks/deck.yaml`: what holds for the whole project.

    `namespace` is part of every GUID and never changes; `vars` gives each variable a default that
    reads naturally; `version` is what deck descriptions show.
    """

    namespace: Slug
    title: Line
    version: str
    vars: dict[Variable, Line] = field(default_factory=dict)


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
    field into use; its card's front and back are files named as the spare.
    """

    kind: str
    name: str
    personal: bool = False
    fields: Annotated[dict[Slug, NoteField], Field(min_length=1)]
    cards: Annotated[dict[Slug, NoteCard], Field(min_length=1)]
    spares: dict[Spare, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bibliography:
    """One entry of `decks/sources.yaml`; `items` are the parts of it that definitions cite."""

    title: str
    publisher: str | None = None
    year: Annotated[int, Field(ge=1900, le=2100)] | None = None
    items: dict[Slug, str] = field(default_factory=dict)
