"""The content of a package or of a collection, as plain values."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

#: What separates the fields of a note in Anki's tables.
FIELD_SEPARATOR = "\x1f"

#: The rows of Anki's tables that `package_of` takes.
NOTE_ROWS = "select id, guid, mid, mod, tags, flds from notes"
CARD_ROWS = "select nid, ord, did from cards"


@dataclass(frozen=True, slots=True)
class PackedNote:
    """A note as Anki has it; `modified` in Unix seconds.

    `cards` are positions of templates in the note type, each with the name of the card's deck.
    """

    guid: str
    notetype: str
    fields: tuple[str, ...]
    tags: tuple[str, ...]
    modified: int
    cards: tuple[tuple[int, str], ...]

    def field(self, notetype: PackedNoteType, name: str) -> str:
        """The content of the field of that name, empty where the note type has none."""
        return dict(zip(notetype.fields, self.fields, strict=False)).get(name, "")


@dataclass(frozen=True, slots=True)
class PackedNoteType:
    """A note type as Anki has it: names and texts in their order; `modified` in Unix seconds.

    A template is its name, its front and its back.
    """

    id: int
    name: str
    fields: tuple[str, ...]
    templates: tuple[tuple[str, str, str], ...]
    css: str
    modified: int


@dataclass(frozen=True)
class Package:
    """Notes and note types, from a package or from a collection."""

    notes: tuple[PackedNote, ...]
    notetypes: Mapping[str, PackedNoteType]
    deck_ids: frozenset[int] = frozenset()

    @cached_property
    def decks(self) -> tuple[str, ...]:
        """The names of the decks that hold cards."""
        return tuple(sorted({deck for note in self.notes for _, deck in note.cards}))

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the content, in hex: the same on every machine, at any time.

        Canonical JSON of the sorted notes (GUID, note type, fields, tags, cards with their decks)
        and of the note types that they use; without times, row ids and due.
        """
        notes = sorted(
            [n.guid, n.notetype, n.fields, sorted(n.tags), sorted(n.cards)] for n in self.notes
        )
        used = {n.notetype for n in self.notes}
        types = sorted(
            [t.name, t.fields, t.templates, t.css]
            for t in self.notetypes.values()
            if t.name in used
        )
        text = json.dumps([notes, types], ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


def package_of(
    models: Iterable[Mapping[str, Any]],
    decks: Mapping[int, str],
    notes: Iterable[tuple[int, str, int, int, str, str]],
    cards: Iterable[tuple[int, int, int]],
) -> Package:
    """A package from the rows of Anki's tables.

    `models` are note types as Anki's JSON has them, `decks` names by id, `notes` the `NOTE_ROWS`
    and `cards` the `CARD_ROWS`.
    """
    types = {int(model["id"]): _note_type(model) for model in models}
    cards_of: dict[int, list[tuple[int, str]]] = {}
    for note, position, deck in cards:
        cards_of.setdefault(note, []).append((position, decks.get(deck, "?")))
    packed = tuple(
        PackedNote(
            guid=guid,
            notetype=types[model].name,
            fields=tuple(fields.split(FIELD_SEPARATOR)),
            tags=tuple(tags.split()),
            modified=modified,
            cards=tuple(sorted(cards_of.get(id, ()))),
        )
        for id, guid, model, modified, tags, fields in notes
    )
    return Package(packed, {t.name: t for t in types.values()}, frozenset(decks))


def _note_type(model: Mapping[str, Any]) -> PackedNoteType:
    return PackedNoteType(
        id=int(model["id"]),
        name=model["name"],
        fields=tuple(field["name"] for field in model["flds"]),
        templates=tuple((t["name"], t["qfmt"], t["afmt"]) for t in model["tmpls"]),
        css=model["css"],
        modified=int(model["mod"]),
    )
