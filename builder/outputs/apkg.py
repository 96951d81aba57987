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
            fields=[{"name": f.name, "id": f.number} for f in notetype.fields],
            templates=[
                {"name": t.name, "qfmt": t.front, "afmt": t.back, "id": t.number}
                for t in notetype.templates
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
        notetype = self.notetype
        return [
            [position, "any", [notetype.index(key) if (key := t.gate or t.cloze) else 0]]
            for position, t in enumerate(notetype.templates)
        ]

    def to_json(self, timestamp: float, deck_id: int) -> dict[str, Any]:
        """genanki's JSON, stamped with the note type's own time."""
        model: dict[str, Any] = super().to_json(self.modified, deck_id)
        return model


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
                (row, self.row, deck_id, template, self.modified, due)
                for row, template, due in self.cards_due
            ],
        )


class _Leaf(genanki.Deck):  # type: ignore[misc]
    """The deck itself, with the preset that its role's plan asks for."""

    def __init__(self, deck: Deck) -> None:
        super().__init__(deck.id, deck.name, deck.description)
        self.preset = deck.preset

    def to_json(self) -> dict[str, Any]:
        """genanki's JSON, with the preset's id where it has that of Anki's default."""
        row: dict[str, Any] = super().to_json()
        return {**row, "conf": self.preset.id} if self.preset else row

    def write_to_db(self, cursor: sqlite3.Cursor, timestamp: float, id_gen: Iterator[int]) -> None:
        """The deck as genanki writes it, and the preset beside Anki's default one."""
        super().write_to_db(cursor, timestamp, id_gen)
        if self.preset:
            (json_of_presets,) = cursor.execute("SELECT dconf FROM col").fetchone()
            presets = json.loads(json_of_presets)
            presets[str(self.preset.id)] = _options(presets["1"], self.preset)
            cursor.execute("UPDATE col SET dconf = ?", (json.dumps(presets),))


def _options(older: dict[str, Any], preset: Preset) -> dict[str, Any]:
    """A preset as Anki's JSON has it. genanki's default is an old one of Anki's; this is today's.

    Anki's manual wants room for ten times as many reviews as there are new cards a day.
    """
    reviews = max(200, 10 * preset.new_a_day)
    return {
        **older,
        "id": preset.id,
        "name": preset.name,
        "new": {**older["new"], "bury": False, "perDay": preset.new_a_day},
        "rev": {**older["rev"], "bury": False, "perDay": reviews},
        "lapse": {**older["lapse"], "leechAction": 1},
    }


def write(deck: Deck, stamps: Stamps) -> bytes:
    """The deck's package."""
    models = {
        folder: _Model(notetype, stamps.notetypes[folder])
        for folder, notetype in deck.notetypes.items()
    }
    used_rows: set[int] = set()
    notes = [
        _Note(
            note,
            models[note.notetype],
            modified=stamps.notes[deck.role, note.guid],
            row=_free_row(note_row(note.guid), used_rows),
        )
        for note in deck.notes
    ]
    for due, card in enumerate(deck.order, 1):
        note = notes[card.note]
        note.cards_due.append((note.row + 1 + card.template, card.template, due))

    # The parent's row ships too: without it the deck arrives folded away.
    root = genanki.Deck(deck.root_id, deck.name.split("::")[0])
    leaf = _Leaf(deck)
    for note in notes:
        leaf.add_note(note)
    return _zipped(_database(genanki.Package([root, leaf])))


def _free_row(row: int, used_rows: set[int]) -> int:
    """`row`, or the next free one: two GUIDs may hash alike."""
    while row in used_rows:
        row += ROOM
    used_rows.add(row)
    return row


def _database(package: genanki.Package) -> bytes:
    """The collection, with nothing in it that depends on SQLite's version."""
    connection = sqlite3.connect(":memory:")
    try:
        # Deleted bytes would otherwise stay in the pages as they happened to be.
        connection.execute("PRAGMA secure_delete = ON")
        package.write_to_db(connection.cursor(), 0, count(1))
        connection.commit()
        connection.execute("VACUUM")
        raw = bytearray(connection.serialize())
    finally:
        connection.close()
    raw[24:28] = raw[92:96] = b"\0\0\0\1"  # change counter, and the version it was valid for
    raw[96:100] = b"\0\0\0\0"  # the version of the SQLite that wrote it
    return bytes(raw)


def _zipped(database: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in ((COLLECTION, database), ("media", b"{}")):
            entry = zipfile.ZipInfo(name, _ZIP_EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3  # as on Unix, everywhere
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content, zipfile.ZIP_DEFLATED, zlib.Z_BEST_SPEED)
    return buffer.getvalue()
