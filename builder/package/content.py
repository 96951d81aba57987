"""The content of a package or of a collection, as plain values."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from builder.digests import without_employer

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

    A template is its name, its front and its back. A cloze note type has one, and a card of it for
    each number in a note.
    """

    id: int
    name: str
    fields: tuple[str, ...]
    templates: tuple[tuple[str, str, str], ...]
    css: str
    modified: int
    is_cloze: bool = False


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
        and of the note types that they use; without times, row ids and due, and without what shows
        whose a note is.
        """
        note_contents = sorted(
            [note.guid, note.notetype, fields, sorted(tags), sorted(note.cards)]
            for note in self.notes
            for fields, tags in (without_employer(note.fields, note.tags),)
        )
        used_types = {note.notetype for note in self.notes}
        type_contents = sorted(
            [
                *(notetype.name, notetype.fields, notetype.templates, notetype.css),
                *(["cloze"] if notetype.is_cloze else []),
            ]
            for notetype in self.notetypes.values()
            if notetype.name in used_types
        )
        canonical_json = json.dumps(
            [note_contents, type_contents], ensure_ascii=False, separators=(",", ":")
        )
        return hashlib.sha256(canonical_json.encode()).hexdigest()


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
    type_by_id = {int(model["id"]): _note_type(model) for model in models}
    cards_by_note: dict[int, list[tuple[int, str]]] = {}
    for note_id, template_position, deck_id in cards:
        cards_by_note.setdefault(note_id, []).append((template_position, decks.get(deck_id, "?")))
    packed_notes = tuple(
        PackedNote(
            guid=guid,
            notetype=type_by_id[model_id].name,
            fields=tuple(joined_fields.split(FIELD_SEPARATOR)),
            tags=tuple(joined_tags.split()),
            modified=modified,
            cards=tuple(sorted(cards_by_note.get(note_id, ()))),
        )
        for note_id, guid, model_id, modified, joined_tags, joined_fields in notes
    )
    return Package(
        packed_notes,
        {notetype.name: notetype for notetype in type_by_id.values()},
        frozenset(decks),
    )


def _note_type(model: Mapping[str, Any]) -> PackedNoteType:
    return PackedNoteType(
        id=int(model["id"]),
        name=model["name"],
        fields=tuple(field["name"] for field in model["flds"]),
        templates=tuple(
            (template["name"], template["qfmt"], template["afmt"]) for template in model["tmpls"]
        ),
        css=model["css"],
        modified=int(model["mod"]),
        is_cloze=model.get("type") == 1,
    )
