"""A stamped deck to an `.apkg` file, through genanki.

genanki stamps all its notes alike, gives all cards of a note one due, and writes a database file
beside a zip with the present time in it. Each of these is overridden here; its note types, decks
and database schema are used as they are.
"""

from __future__ import annotations

import io
import json
import sqlite3
import zipfile
import zlib
from collections.abc import Iterator
from itertools import count
from typing import Any

import genanki

from builder.deck import Deck, Note, NoteType, Preset
from builder.ids import ROOM, note_row
from builder.lock import Stamps
from builder.package import COLLECTION

#: The earliest time a zip entry can have: the same bytes at any hour, in any time zone.
_ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)


class _Model(genanki.Model):  # type: ignore[misc]
    """A note type with its own time, in Unix seconds, stable numbers, and gates.

    genanki renders each template to find the gates; here the note type has them.
    """

    def __init__(self, notetype: NoteType, modified: int) -> None:
        super().__init__(
            notetype.id,
            notetype.name,
            fields=[{"name": field.name, "id": field.number} for field in notetype.fields],
            templates=[
                {
                    "name": template.name,
                    "qfmt": template.front,
                    "afmt": template.back,
                    "id": template.number,
                }
                for template in notetype.templates
            ],
            css=notetype.css,
            model_type=genanki.Model.CLOZE if notetype.cloze else genanki.Model.FRONT_BACK,
        )
        self.notetype = notetype
        self.modified = modified

    @property
    def _req(self) -> list[list[Any]]:
        """Which field each card needs: its gate, that with clozes, or the first.

        Anki computes it anew on import.
        """
        field_positions = [
            self.notetype.index(field_key) if (field_key := template.gate or template.cloze) else 0
            for template in self.notetype.templates
        ]
        return [
            [template_position, "any", [field_position]]
            for template_position, field_position in enumerate(field_positions)
        ]

    def to_json(self, timestamp: float, deck_id: int) -> dict[str, Any]:
        """genanki's JSON, stamped with the note type's own time."""
        model_json: dict[str, Any] = super().to_json(self.modified, deck_id)
        return model_json


class _Note(genanki.Note):  # type: ignore[misc]
    """A note with its own time, in Unix seconds, and a due for each card.

    `row` is its number in Anki's table, `cards_due` the row, template and due of each card.
    """

    def __init__(self, note: Note, model: _Model, modified: int, row: int) -> None:
        super().__init__(model=model, fields=list(note.fields), tags=note.tags, guid=note.guid)
        self.modified = modified
        self.row = row
        self.cards_due: list[tuple[int, int, int]] = []

    def write_to_db(
        self, cursor: sqlite3.Cursor, timestamp: float, deck_id: int, id_gen: Iterator[int]
    ) -> None:
        """One row for the note, one for each card. All cards new: queue, type and interval 0.

        The checksum is left 0: Anki computes it on import.
        """
        cursor.execute(
            "INSERT INTO notes VALUES(?,?,?,?,-1,?,?,?,0,0,'')",
            (
                self.row,
                self.guid,
                self.model.model_id,
                self.modified,
                self._format_tags(),
                self._format_fields(),
                self.sort_field,
            ),
        )
        cursor.executemany(
            "INSERT INTO cards VALUES(?,?,?,?,?,-1,0,0,?,0,0,0,0,0,0,0,0,'')",
            [
                (card_row, self.row, deck_id, template_position, self.modified, due)
                for card_row, template_position, due in self.cards_due
            ],
        )


class _Leaf(genanki.Deck):  # type: ignore[misc]
    """The deck itself, with the preset that its role's plan asks for."""

    def __init__(self, deck: Deck) -> None:
        super().__init__(deck.id, deck.name, deck.description)
        self.preset = deck.preset

    def to_json(self) -> dict[str, Any]:
        """genanki's JSON, with the preset's id where it has that of Anki's default."""
        deck_json: dict[str, Any] = super().to_json()
        return {**deck_json, "conf": self.preset.id} if self.preset else deck_json

    def write_to_db(self, cursor: sqlite3.Cursor, timestamp: float, id_gen: Iterator[int]) -> None:
        """The deck as genanki writes it, and the preset beside Anki's default one."""
        super().write_to_db(cursor, timestamp, id_gen)
        if self.preset:
            (presets_json,) = cursor.execute("SELECT dconf FROM col").fetchone()
            preset_by_id = json.loads(presets_json)
            preset_by_id[str(self.preset.id)] = _options(preset_by_id["1"], self.preset)
            cursor.execute("UPDATE col SET dconf = ?", (json.dumps(preset_by_id),))


def _options(default_options: dict[str, Any], preset: Preset) -> dict[str, Any]:
    """A preset as Anki's JSON has it. genanki's default is an old one of Anki's; this is today's.

    Anki's manual wants room for ten times as many reviews as there are new cards a day.
    """
    reviews_per_day = max(200, 10 * preset.new_a_day)
    return {
        **default_options,
        "id": preset.id,
        "name": preset.name,
        "new": {**default_options["new"], "bury": False, "perDay": preset.new_a_day},
        "rev": {**default_options["rev"], "bury": False, "perDay": reviews_per_day},
        "lapse": {**default_options["lapse"], "leechAction": 1},
    }


def write(deck: Deck, stamps: Stamps) -> bytes:
    """The deck's package."""
    model_by_folder = {
        folder: _Model(notetype, stamps.notetypes[folder])
        for folder, notetype in deck.notetypes.items()
    }
    used_rows: set[int] = set()
    stamped_notes = [
        _Note(
            note,
            model_by_folder[note.notetype],
            modified=stamps.notes[deck.role, note.guid],
            row=_free_row(note_row(note.guid), used_rows),
        )
        for note in deck.notes
    ]
    for due, card in enumerate(deck.order, deck.first_due):
        stamped_note = stamped_notes[card.note]
        card_row = stamped_note.row + 1 + card.template
        stamped_note.cards_due.append((card_row, card.template, due))

    # The parent's row ships too: without it the deck arrives folded away.
    parent_deck = genanki.Deck(deck.root_id, deck.name.split("::")[0])
    leaf_deck = _Leaf(deck)
    for stamped_note in stamped_notes:
        leaf_deck.add_note(stamped_note)
    return _zipped(_database(genanki.Package([parent_deck, leaf_deck])))


def _free_row(hashed_row: int, used_rows: set[int]) -> int:
    """The hashed row, or the next free one: two GUIDs may hash alike."""
    while hashed_row in used_rows:
        hashed_row += ROOM
    used_rows.add(hashed_row)
    return hashed_row


def _database(package: genanki.Package) -> bytes:
    """The collection, with nothing in it that depends on SQLite's version."""
    connection = sqlite3.connect(":memory:")
    try:
        # Deleted bytes would otherwise stay in the pages as they happened to be.
        connection.execute("PRAGMA secure_delete = ON")
        package.write_to_db(connection.cursor(), 0, count(1))
        connection.commit()
        connection.execute("VACUUM")
        serialized = bytearray(connection.serialize())
    finally:
        connection.close()
    # The change counter, and the version it was valid for.
    serialized[24:28] = serialized[92:96] = b"\0\0\0\1"
    serialized[96:100] = b"\0\0\0\0"  # the version of the SQLite that wrote it
    return bytes(serialized)


def _zipped(database_bytes: bytes) -> bytes:
    zip_buffer = io.BytesIO()
    with zipfile.ZipFile(zip_buffer, "w") as archive:
        for file_name, content in ((COLLECTION, database_bytes), ("media", b"{}")):
            zip_entry = zipfile.ZipInfo(file_name, _ZIP_EPOCH)
            zip_entry.compress_type = zipfile.ZIP_DEFLATED
            zip_entry.create_system = 3  # as on Unix, everywhere
            zip_entry.external_attr = 0o644 << 16
            archive.writestr(zip_entry, content, zipfile.ZIP_DEFLATED, zlib.Z_BEST_SPEED)
    return zip_buffer.getvalue()
