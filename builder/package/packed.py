"""What is in an `.apkg` file, read back: the other end of `outputs.apkg`."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import sys
import zipfile
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from builder.findings import PrepdeckError

#: The name of the database in the format that every version of Anki imports.
COLLECTION = "collection.anki2"

#: What Anki itself exports, the newest first; beside these, `COLLECTION` merely says "update Anki".
_EXPORTED = ("collection.anki21b", "collection.anki21", COLLECTION)

#: What a file that is no such package makes the zip and its parts raise; also one with a password.
_UNREADABLE = (
    *(OSError, EOFError, ValueError, RuntimeError),
    *(zipfile.BadZipFile, zlib.error, StopIteration),
)


@dataclass(frozen=True, slots=True)
class PackedNote:
    """A note as Anki has it; `cards` are the places of its templates, with the deck of each."""

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
    """A note type as Anki has it: names and texts, in order."""

    id: int
    name: str
    fields: tuple[str, ...]
    templates: tuple[tuple[str, str, str], ...]
    css: str
    modified: int


@dataclass(frozen=True)
class Package:
    """Notes and note types, wherever they were read: from a package or from a collection."""

    notes: tuple[PackedNote, ...]
    notetypes: Mapping[str, PackedNoteType]
    deck_ids: frozenset[int] = frozenset()

    @cached_property
    def decks(self) -> tuple[str, ...]:
        """The names of the decks that hold cards."""
        return tuple(sorted({deck for note in self.notes for _, deck in note.cards}))

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the content: the same on every machine, whatever was stamped when.

        Canonical JSON of the sorted notes (GUID, note type, fields, tags, cards with their decks)
        and of the note types that they use; no times, row ids or due.
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


@dataclass(frozen=True, slots=True)
class ExportedNote:
    """A note of a learner's, as they exported it: `fields` by their names, as HTML.

    `modified`: Unix seconds, of their last edit, or what we packed it with if there was none.
    """

    guid: str
    fields: Mapping[str, str]
    tags: tuple[str, ...]
    modified: int


def exported_notes(path: Path) -> tuple[ExportedNote, ...]:
    """The notes of a package that Anki exported, in its present format or in that for old versions.

    A collection that was exported whole (`.colpkg`) has them too. Raises `PrepdeckError` when the file is
    none of these.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            name = next(name for name in _EXPORTED if name in archive.namelist())
            raw = archive.read(name)
        database = _opened(_inflated(raw) if name == _EXPORTED[0] else raw)
    except _UNREADABLE as error:
        raise PrepdeckError(
            f"{path} is no package of Anki's",
            help="export the deck from Anki as .apkg; the option for older versions will do too",
        ) from error
    try:
        names = _field_names(database)
        rows = database.execute("select guid, mid, flds, tags, mod from notes")
        return tuple(
            ExportedNote(
                str(guid),
                dict(zip(names.get(model, ()), str(fields).split("\x1f"), strict=False)),
                tuple(str(tags).split()),
                int(modified),
            )
            for guid, model, fields, tags, modified in rows
        )
    except (sqlite3.Error, ValueError, KeyError, TypeError, AttributeError) as error:
        raise PrepdeckError(f"{path} holds no collection: {error}") from error
    finally:
        database.close()


def _inflated(raw: bytes) -> bytes:
    """Raises `ValueError` when the bytes are not Zstandard's. Imported here: 6 ms."""
    if sys.version_info >= (3, 14):
        from compression import zstd
    else:
        from backports import zstd
    try:
        return zstd.decompress(raw)
    except zstd.ZstdError as error:
        raise ValueError(str(error)) from error


def _opened(raw: bytes) -> sqlite3.Connection:
    """The database in `raw`; a file that was written with a log beside it is read without one."""
    if raw[18:20] == b"\x02\x02":
        raw = raw[:18] + b"\x01\x01" + raw[20:]
    database = sqlite3.connect(":memory:")
    try:
        database.deserialize(raw)
    except sqlite3.Error as error:
        database.close()
        raise ValueError(str(error)) from error
    return database


def _field_names(database: sqlite3.Connection) -> dict[int, tuple[str, ...]]:
    """The fields of each note type by its id: rows of a table, in older collections JSON."""
    tables = {name for (name,) in database.execute("select name from sqlite_master")}
    names: dict[int, tuple[str, ...]] = {}
    if "notetypes" in tables:
        for id, name in database.execute("select ntid, name from fields order by ntid, ord"):
            names[id] = (*names.get(id, ()), name)
        return names
    (models,) = database.execute("select models from col").fetchone()
    for model in json.loads(models).values():
        names[int(model["id"])] = tuple(field["name"] for field in model["flds"])
    return names


def read_package(path: Path) -> Package:
    """The content of one of our packages. Raises `PrepdeckError` when the file is none.

    Packages that newer Anki versions export keep their notes elsewhere in the zip; those are for
    the `anki` library to read.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            raw = archive.read(COLLECTION)
    except (OSError, zipfile.BadZipFile, zlib.error, KeyError) as error:
        raise PrepdeckError(f"{path} is no package of prepdeck's: {error}") from error
    database = sqlite3.connect(":memory:")
    try:
        database.deserialize(raw)
        models, decks = database.execute("select models, decks from col").fetchone()
        return package_of(
            json.loads(models).values(),
            {int(id): deck["name"] for id, deck in json.loads(decks).items()},
            database.execute("select id, guid, mid, mod, tags, flds from notes"),
            database.execute("select nid, ord, did from cards"),
        )
    except (sqlite3.Error, ValueError, LookupError, TypeError, AttributeError) as error:
        # The last three: tables and JSON that are there, and of another shape than Anki's.
        raise PrepdeckError(f"{path} holds no collection: {error}") from error
    finally:
        database.close()


def package_of(
    models: Iterable[Mapping[str, Any]],
    decks: Mapping[int, str],
    notes: Iterable[tuple[int, str, int, int, str, str]],
    cards: Iterable[tuple[int, int, int]],
) -> Package:
    """A package from the rows of Anki's tables: models as its JSON has them, rows as selected."""
    types = {int(model["id"]): _note_type(model) for model in models}
    by_note: dict[int, list[tuple[int, str]]] = {}
    for note, place, deck in cards:
        by_note.setdefault(note, []).append((place, decks.get(deck, "?")))
    packed = tuple(
        PackedNote(
            guid,
            types[model].name,
            tuple(fields.split("\x1f")),
            tuple(tags.split()),
            modified,
            tuple(sorted(by_note.get(id, ()))),
        )
        for id, guid, model, modified, tags, fields in notes
    )
    return Package(packed, {t.name: t for t in types.values()}, frozenset(decks))


def _note_type(model: Mapping[str, Any]) -> PackedNoteType:
    return PackedNoteType(
        int(model["id"]),
        model["name"],
        tuple(field["name"] for field in model["flds"]),
        tuple((t["name"], t["qfmt"], t["afmt"]) for t in model["tmpls"]),
        model["css"],
        int(model["mod"]),
    )
