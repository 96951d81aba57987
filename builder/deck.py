"""What will be packed: note types, notes with their cards, one deck a role."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from builder.findings import Span
from builder.ids import OWN


def digest_of(value: Any) -> str:
    """128 bits of SHA-256 over canonical JSON, in hex."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


#: Anki's default: so many new cards a day.
NEW_A_DAY = 20


def owned_id(owner: str, first_id: str) -> str:
    """A first id as the field `Id` has it: behind its owner's key, if it has an owner."""
    return f"{owner}/{first_id}" if owner else first_id


def digest_of_answer(answer: str) -> str:
    """Of a learner's answer as it is packed: half of a digest is enough to see that it changed."""
    return digest_of(answer)[:16]


def note_digest(fields: Sequence[str], tags: Sequence[str]) -> str:
    """Of what an update of a note would bring."""
    return digest_of([fields, tags])


def notetype_digest(
    name: str, fields: Sequence[str], css: str, templates: Iterable[tuple[str, str, str]]
) -> str:
    """Of what a learner's copy of a note type takes over from ours: names, templates, styling."""
    return digest_of([name, fields, css, *templates])


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a note type. `number` is Anki's stable id for it."""

    key: str
    name: str
    number: int


@dataclass(frozen=True, slots=True)
class Template:
    """A card of a note type. `gate`: the key of the field without which a note has no such card."""

    key: str
    name: str
    number: int
    front: str
    back: str
    gate: str | None

    @property
    def slot(self) -> str:
        """What the locks remember of it: its key, and its gate's."""
        return f"{self.key}={self.gate}" if self.gate else self.key


@dataclass(frozen=True)
class NoteType:
    """A note type as Anki will have it: `folder` is our name for it, `name` what learners see.

    `label` is the name without the project's title, `answer` the key of the field for the learner's
    own words, if there is one.
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

    @cached_property
    def digest(self) -> str:
        """Of all that a learner's copy takes over."""
        templates = ((t.name, t.front, t.back) for t in self.templates)
        return notetype_digest(self.name, [f.name for f in self.fields], self.css, templates)

    def index(self, key: str) -> int:
        """The place of the field of that key."""
        return next(place for place, field in enumerate(self.fields) if field.key == key)


@dataclass(frozen=True)
class Note:
    """A note: its identity, its content, its cards by their places in the note type.

    `owner_key` and `first_id` are what its GUID is made of, with namespace and note type.
    `answered`: a personal note whose answer stands in YAML; `answer_digest`: that answer's digest.
    `core_here`: the role itself calls it core. `span`: where its definition stands.
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
    answer_digest: str = ""
    core_here: bool = False

    @cached_property
    def digest(self) -> str:
        """Of what an update of it would bring."""
        return note_digest(self.fields, self.tags)

    @property
    def lock_key(self) -> tuple[str, str, str]:
        """Its name in the locks."""
        return self.owner_key, self.notetype, self.first_id

    @property
    def id(self) -> str:
        """What its field `Id` holds."""
        return owned_id(self.owner_key, self.first_id)

    @property
    def is_own(self) -> bool:
        """Whether a private role defines it itself, beside the catalogue."""
        return self.first_id.startswith(OWN)

    @property
    def is_paired(self) -> bool:
        """Whether it is one of several that a definition has: its id is `definition/item`."""
        return "/" in self.first_id.removeprefix(OWN)


@dataclass(frozen=True, slots=True, order=True)
class Card:
    """A card: the note's place in `Deck.notes`, the template's in its note type."""

    note: int
    template: int


@dataclass(frozen=True, slots=True)
class Preset:
    """Anki's options for one deck: so many new cards a day, its defaults in all else."""

    id: int
    name: str
    new_a_day: int


@dataclass(frozen=True, slots=True)
class Deck:
    """One role's deck. `order` lists every card; its place there is the card's `due`, from 1.

    With a plan there are a `preset`, and notes that wait: they are not packed.
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

    @property
    def private_role(self) -> str | None:
        """The role's id if the role is private."""
        return self.role if self.private else None

    @property
    def folder(self) -> Path:
        """Where in `build/` everything made of the deck lies: private ones apart."""
        return Path("private") if self.private else Path()

    @property
    def file_name(self) -> str:
        """The package's name. The desktop takes `collection…` and `backup-…` for whole collections
        and replaces all that the learner has; so no package is called so.
        """
        # `deck-` too, so that no two roles come to one name.
        risky = self.role.startswith(("collection", "backup-", "deck-"))
        return f"deck-{self.role}.apkg" if risky else f"{self.role}.apkg"
