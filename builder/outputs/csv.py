"""A deck's notes as a spreadsheet, for people who read and review them.

It is not for Anki: an import of text replaces fields by the first column, whatever was changed
later, and so overwrites what learners wrote.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator

from builder.deck import Deck, Note
from builder.lock import Stamps
from builder.render.text import plain_lines

_COLUMNS = ("id", "kind", "note type", "topics", "tags", "core", "order")
_TOPIC_TAG = "topic::"

#: Shown already, as the first column.
_ID = "id"

#: A spreadsheet computes a cell that begins so; and a deck may come from anywhere.
_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


def write(deck: Deck, stamps: Stamps) -> bytes:
    """The spreadsheet of the deck's notes, a line for each, in the order in which they are studied.

    UTF-8 with a byte order mark: without one, Excel reads every `é` and `–` as two other
    characters. Other spreadsheets know the mark and drop it. No time is in it, so `stamps` is not
    used.
    """
    note_texts = [_texts(deck, note) for note in deck.notes]
    filled_names = {
        field_name for fields in note_texts for field_name, text in fields.items() if text
    }
    shown_names = [field_name for field_name in _field_names(deck) if field_name in filled_names]
    csv_buffer = io.StringIO(newline="")
    writer = csv.writer(csv_buffer)
    writer.writerow([*_COLUMNS, *shown_names])
    for study_order, note_position in _in_order(deck):
        field_cells = (note_texts[note_position].get(field_name, "") for field_name in shown_names)
        csv_row = (*_about(deck, deck.notes[note_position], study_order), *field_cells)
        writer.writerow([_not_computed(cell) for cell in csv_row])
    return csv_buffer.getvalue().encode("utf-8-sig")


def _in_order(deck: Deck) -> Iterator[tuple[int, int]]:
    """The place of each note's first card in the deck, counted from 1, and the note's position."""
    first_due: dict[int, int] = {}
    for due, card in enumerate(deck.order, 1):
        first_due.setdefault(card.note, due)
    return ((due, note_position) for note_position, due in first_due.items())


def _about(deck: Deck, note: Note, study_order: int) -> tuple[str, ...]:
    notetype = deck.notetypes[note.notetype]
    topics = [
        tag.removeprefix(_TOPIC_TAG).replace("::", "/")
        for tag in note.tags
        if tag.startswith(_TOPIC_TAG)
    ]
    core_cell = "yes" if note.core else ""
    return (
        *(note.id, notetype.kind, notetype.label),
        *(", ".join(topics), " ".join(note.tags), core_cell, str(study_order)),
    )


def _texts(deck: Deck, note: Note) -> dict[str, str]:
    """The fields of a note as plain text, by their names."""
    notetype = deck.notetypes[note.notetype]
    return {
        field.name: plain_lines(html)
        for field, html in zip(notetype.fields, note.fields, strict=True)
        if field.key not in (_ID, notetype.base)
    }


def _field_names(deck: Deck) -> Iterable[str]:
    """The names of fields, each once, in the order of the note types that the deck has."""
    names = (field.name for notetype in deck.notetypes.values() for field in notetype.fields)
    return dict.fromkeys(names)


def _not_computed(cell: str) -> str:
    """The cell as text, for any spreadsheet."""
    return f"'{cell}" if cell.startswith(_FORMULA_SIGNS) else cell
