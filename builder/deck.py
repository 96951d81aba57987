"""What will be packed: note types, notes with their cards, one deck for each role."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from builder.cloze import card_name, clozes, key_of
from builder.digests import digest_of, without_employer
from builder.findings import Span
from builder.ids import OWN

#: What Anki finds nothing in, where a card asks whether a field is filled.
_WHITE_SPACE = " \t\n\v\f\r"

#: Anki's default: so many new cards a day.
NEW_A_DAY = 20


def owned_id(owner_key: str, first_id: str) -> str:
    """A first id as the field `Id` has it: behind its owner's key, if it has an owner."""
    return f"{owner_key}/{first_id}" if owner_key else first_id


def note_digest(fields: Sequence[str], tags: Sequence[str]) -> str:
    """The digest of what an update of a note brings, whoever's it is."""
    return digest_of(without_employer(fields, tags))


def notetype_digest(
    name: str, fields: Sequence[str], css: str, templates: Iterable[tuple[str, str, str]]
) -> str:
    """The digest of what a learner's copy of a note type takes over: names, templates, styling.

    A template is its name, its front and its back.
    """
    return digest_of([name, fields, css, *templates])


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a note type. `number` is its id in Anki, which never changes."""

    key: str
    name: str
    number: int


@dataclass(frozen=True, slots=True)
class Template:
    """A card of a note type. `number` is its id in Anki, which never changes.

    `gate`: the key of the field that has to be filled for a note to have this card. `cloze`: the
    key of the field whose clozes a cloze note type has its cards of; it has this template alone.
    """

    key: str
    name: str
    number: int
    front: str
    back: str
    gate: str | None
    cloze: str | None = None

    @property
    def slot(self) -> str:
        """How the locks name it: its key, and its gate's or that of the field with clozes."""
        if self.cloze:
            return f"{self.key}:{self.cloze}"
        return f"{self.key}={self.gate}" if self.gate else self.key


@dataclass(frozen=True)
class NoteType:
    """A note type as Anki will have it: `folder` is our name for it, `name` what learners see.

    `label` is the name without the project's title, `answer` the key of the field for the learner's
    answer, if there is one, `base` that of the spare which says with which answer a note was
    packed: white space, to Anki an empty field. `personal`: its notes are to fill in. `spoken`:
    they are answered aloud. `side`: which side's decks have it, None for both.
    """

    folder: str
    kind: str
    id: int
    name: str
    label: str
    fields: tuple[Field, ...]
    templates: tuple[Template, ...]
    css: str
    personal: bool
    spoken: bool
    side: str | None
    span: Span
    answer: str | None = None
    base: str | None = None

    @cached_property
    def digest(self) -> str:
        """The digest of all that a learner's copy takes over."""
        templates = ((t.name, t.front, t.back) for t in self.templates)
        return notetype_digest(self.name, [f.name for f in self.fields], self.css, templates)

    @property
    def cloze(self) -> str | None:
        """The key of the field with clozes; None for a note type of the normal sort."""
        return self.templates[0].cloze

    def card(self, position: int) -> Template:
        """The card at a position: of a cloze note type its template, as the number has it."""
        if self.cloze is None:
            return self.templates[position]
        template, number = self.templates[0], position + 1
        return replace(template, key=key_of(number), name=card_name(template.name, number))

    def cards_of(self, fields: Sequence[str]) -> tuple[int, ...]:
        """The positions of the cards that Anki makes of a note with these fields.

        ASCII white space is an empty field to Anki.
        """
        if self.cloze is not None:
            return tuple(number - 1 for number in clozes(fields[self.index(self.cloze)]))
        return tuple(
            position
            for position, template in enumerate(self.templates)
            if template.gate is None or fields[self.index(template.gate)].strip(_WHITE_SPACE)
        )

    def card_keys(self, fields: Sequence[str], cards: Iterable[int]) -> tuple[str, ...]:
        """How a note's line in a lock names its cards: by their keys.

        Behind the key of a cloze stands `=` and a digest of what it hides, 32 bits: so it shows
        that numbers were exchanged.
        """
        keys = tuple(self.card(position).key for position in cards)
        if self.cloze is None:
            return keys
        hidden = clozes(fields[self.index(self.cloze)])
        digests = {key_of(number): digest_of(parts)[:8] for number, parts in hidden.items()}
        return tuple(f"{key}={digests[key]}" for key in keys if key in digests)

    def index(self, key: str) -> int:
        """The position of the field of that key. The note type must have it."""
        return next(index for index, field in enumerate(self.fields) if field.key == key)


@dataclass(frozen=True)
class Note:
    """A note: its identity, its content, its cards by their positions in the note type.

    Its GUID is made of `owner_key`, `notetype` and `first_id`, and of the project's namespace.
    `answered`: a personal note whose answer stands in YAML. `words`: the fields, as HTML, that
    hold words of the learner's; empty for the notes of others.
    `core_here`: the role itself has it as core, and not only a role that it extends. `everywhere`:
    every interview asks it. `span` is its definition's.
    """

    guid: str
    owner_key: str
    notetype: str
    first_id: str
    fields: tuple[str, ...]
    tags: tuple[str, ...]
    cards: tuple[int, ...]
    personal: bool
    answered: bool
    core: bool
    span: Span
    words: tuple[str, ...] = ()
    core_here: bool = False
    everywhere: bool = False

    @cached_property
    def digest(self) -> str:
        """The digest of what an update of the note brings."""
        return note_digest(self.fields, self.tags)

    @property
    def lock_key(self) -> tuple[str, str, str]:
        """Its name in the locks."""
        return self.owner_key, self.notetype, self.first_id

    @property
    def id(self) -> str:
        """The content of its field `Id`."""
        return owned_id(self.owner_key, self.first_id)

    @property
    def is_own(self) -> bool:
        """Whether a private role defines it itself."""
        return self.first_id.startswith(OWN)

    @property
    def is_slow(self) -> bool:
        """Whether it holds words of the learner's, so that no import may replace a touched copy."""
        return self.personal or self.is_own

    @property
    def is_paired(self) -> bool:
        """Whether it is one of several notes of a definition: its id is `definition/item`."""
        return "/" in self.first_id.removeprefix(OWN)


@dataclass(frozen=True, slots=True, order=True)
class Card:
    """A card: the note's position in `Deck.notes`, the template's in its note type."""

    note: int
    template: int


@dataclass(frozen=True, slots=True)
class Preset:
    """Anki's options for one deck: so many new cards a day, and Anki's defaults."""

    id: int
    name: str
    new_a_day: int


@dataclass(frozen=True, slots=True)
class Deck:
    """One role's deck. `role` is the role's id, `owner_key` its key.

    All roles of a person have one deck in Anki, of equal names, ids, descriptions and presets:
    then `person` is the person's id, `owner_key` the person's key, and `role_key` the role's.
    `own_keys`: the keys of all notes that nobody else packs, in their GUIDs.

    `order` lists every card; a card's `due` is its place in it, counted from `first_due`. With a
    plan there is a `preset`, and `waiting` has the notes that do not fit: they are not packed.
    """

    role: str
    owner_key: str
    private: bool
    id: int
    name: str
    root_id: int
    owns_notes: bool
    description: str
    notes: tuple[Note, ...]
    order: tuple[Card, ...]
    notetypes: Mapping[str, NoteType]
    span: Span
    preset: Preset | None = None
    waiting: tuple[Note, ...] = ()
    person: str | None = None
    role_key: str = ""
    own_keys: frozenset[str] = frozenset()
    first_due: int = 1

    @property
    def private_role(self) -> str | None:
        """The id of the private role or person whose lock has its lines; None if it is public."""
        return (self.person or self.role) if self.private else None

    @property
    def folder(self) -> Path:
        """The folder in `build/` for every file made of the deck: private decks have their own."""
        return Path("private") if self.private else Path()

    def file_name(self, suffix: str) -> str:
        """The name of a file made of the deck, `.apkg` or another suffix behind it.

        Anki's desktop takes `collection…` and `backup-…` for whole collections and replaces all
        that the learner has. So such names get a prefix, and so do names that have it already: no
        two decks may have one name.
        """
        risky = self.role.startswith(("collection", "backup-", "deck-"))
        return f"deck-{self.role}{suffix}" if risky else f"{self.role}{suffix}"
