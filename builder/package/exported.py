"""Packages that Anki exported: the notes in them, as their learner has them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from builder.package.content import FIELD_SEPARATOR
from builder.package.database import EXPORTED, database_in

_REVIEWS = (
    "select revlog.id, notes.guid, revlog.usn from revlog join cards on cards.id = revlog.cid"
    " join notes on notes.id = cards.nid order by revlog.id"
)
#: Where each card is at home: one in a filtered deck says which deck it came from.
_DECKS = (
    "select distinct notes.guid, case cards.odid when 0 then cards.did else cards.odid end"
    " from cards join notes on notes.id = cards.nid"
)
#: The deck "Default", which every collection has.
_DEFAULT_DECK = 1


@dataclass(frozen=True, slots=True)
class ExportedNote:
    """A note of a learner's, as they exported it: `fields` by their names, as HTML.

    `modified`: Unix seconds, of their last edit, or what we packed it with if there was none.
    `usn`: the number of the exchange with AnkiWeb that brought or sent it; -1: none since the edit.
    `decks`: the ids of its cards' decks, but for "Default".
    """

    guid: str
    fields: Mapping[str, str]
    tags: tuple[str, ...]
    modified: int
    usn: int = -1
    decks: frozenset[int] = frozenset()


class Review(NamedTuple):
    """A review: its time in milliseconds, its note's GUID, and its `usn`, as a note has one."""

    time: int
    guid: str
    usn: int


@dataclass(frozen=True, slots=True)
class ExportedCollection:
    """What Anki exported: notes, and what tells one collection from another.

    `created`: the day of the collection, in Unix seconds; two made on one day have the same.
    `exported_at`: when it was exported, by that device's clock; of a whole collection when it was
    changed last, which is not later. Unix seconds.
    `reviews`: the oldest first; none without the option "Include scheduling information".
    """

    notes: tuple[ExportedNote, ...]
    created: int = 0
    reviews: tuple[Review, ...] = ()
    exported_at: int = 0


def exported_collection(path: Path) -> ExportedCollection:
    """What Anki exported, in its present format or in that for old versions.

    A collection that was exported whole (`.colpkg`) has it too. Raises `PrepdeckError` when the
    file is none of these.
    """
    help = "export the deck from Anki as .apkg; the option for older versions will do too"
    with database_in(path, EXPORTED, "a package that Anki exported", help) as database:
        field_names = _field_names(database)
        note_rows = database.execute("select guid, mid, flds, tags, mod, usn from notes")
        decks_by_guid: dict[str, set[int]] = {}
        for guid, deck_id in database.execute(_DECKS):
            if int(deck_id) != _DEFAULT_DECK:
                decks_by_guid.setdefault(str(guid), set()).add(int(deck_id))
        notes = tuple(
            ExportedNote(
                guid=str(guid),
                fields=dict(
                    zip(
                        field_names.get(notetype_id, ()),
                        str(joined_fields).split(FIELD_SEPARATOR),
                        strict=False,
                    )
                ),
                tags=tuple(str(joined_tags).split()),
                modified=int(modified),
                usn=int(usn),
                decks=frozenset(decks_by_guid.get(str(guid), ())),
            )
            for guid, notetype_id, joined_fields, joined_tags, modified, usn in note_rows
        )
        created, milliseconds = database.execute("select crt, mod from col").fetchone()
        review_rows = database.execute(_REVIEWS)
        reviews = tuple(Review(int(time), str(guid), int(usn)) for time, guid, usn in review_rows)
        return ExportedCollection(notes, int(created), reviews, int(milliseconds) // 1000)


def _field_names(database: sqlite3.Connection) -> dict[int, tuple[str, ...]]:
    """The fields of each note type by its id: rows of a table, in older collections JSON."""
    table_names = {name for (name,) in database.execute("select name from sqlite_master")}
    names_by_type: dict[int, tuple[str, ...]] = {}
    if "notetypes" in table_names:
        for notetype_id, field_name in database.execute(
            "select ntid, name from fields order by ntid, ord"
        ):
            names_by_type[notetype_id] = (*names_by_type.get(notetype_id, ()), field_name)
        return names_by_type
    (models_json,) = database.execute("select models from col").fetchone()
    for model in json.loads(models_json).values():
        names_by_type[int(model["id"])] = tuple(field["name"] for field in model["flds"])
    return names_by_type
