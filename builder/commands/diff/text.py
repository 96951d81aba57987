"""A diff as text for a terminal, as JSON, and as release notes in Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from textwrap import shorten
from typing import Any

from builder.cli.style import as_json, table
from builder.commands.diff.compare import Diff, NoteChange, NoteSummary
from builder.commands.diff.words import BRACKETS, Marks, marked_words
from builder.phrasing import counted

#: Characters of a front that are shown.
_FRONT = 72
#: How many notes a warning names; the JSON has all of them.
_NAMES = 12


def _escaped(text: str) -> str:
    return re.sub(r"([\\`*_\[\]<>~&|])", r"\\\1", text)


_MARKDOWN = Marks(
    lambda text: f"~~{_escaped(text)}~~", lambda text: f"**{_escaped(text)}**", _escaped
)

#: A note and the lines that say what changed in it.
_Detailed = tuple[NoteSummary, Sequence[str]]


def _without_details(notes: Iterable[NoteSummary]) -> list[_Detailed]:
    return [(note, ()) for note in notes]


def _detailed(changes: Iterable[NoteChange], marks: Marks) -> list[_Detailed]:
    return [(change.note, tuple(_details(change, marks))) for change in changes]


def _new_looks(diff: Diff) -> list[str]:
    return [change.name for change in diff.notetypes if not change.refused]


def diff_text(diff: Diff, marks: Marks = BRACKETS, columns: int | None = None) -> Iterator[str]:
    """Lines for a terminal: one for each note, and below it what changed in it.

    `columns`: how many a note's line may take; a longer one is clipped.
    """
    if diff.is_empty:
        yield f"{diff.deck}: nothing changes"
        return
    yield diff.deck
    if diff.deck != diff.old_deck:
        yield ""
        yield f"renamed: the deck was called {diff.old_deck}"
        yield "  Rename it in Anki before you import; otherwise new cards go to a second deck."
    notes_by_section = {
        "added": _without_details(diff.added),
        "reworded": _detailed(diff.reworded, marks),
        "re-tagged": _detailed(diff.retagged, marks),
        "left out": _without_details(diff.left_out),
    }
    all_notes = (note for detailed_notes in notes_by_section.values() for note, _ in detailed_notes)
    note_rows = iter(_rows(all_notes, columns))
    for section_title, detailed_notes in notes_by_section.items():
        if detailed_notes:
            yield from ("", f"{section_title}: {counted(len(detailed_notes), 'note')}")
        for _, detail_lines in detailed_notes:
            yield next(note_rows)
            yield from (f"      {line}" for line in detail_lines)
    if diff.left_out:
        yield from (f"  {line}" for line in _put_away(diff))
        yield f"  {diff.search}"
    if restyled_types := _new_looks(diff):
        yield from ("", f"new look: {', '.join(restyled_types)}")
        yield "  The import brings it and touches no note."


def _rows(notes: Iterable[NoteSummary], columns: int | None) -> list[str]:
    """The notes of all sections as one table: columns are as wide in each section."""
    rows = [("", note.id, note.notetype, note.kind, _front(note)) for note in notes]
    return table(rows, columns=columns)


def _front(note: NoteSummary) -> str:
    return shorten(note.front, _FRONT, placeholder=" …")


def _details(change: NoteChange, marks: Marks) -> Iterator[str]:
    for field in change.fields:
        yield f"{marks.unchanged(field.name)}: {marked_words(field, marks)}"
    marked_tags = [*map(marks.removed, change.lost_tags), *map(marks.added, change.new_tags)]
    if marked_tags:
        yield f"tags: {' '.join(marked_tags)}"
    if change.new_cards:
        yield f"new card: {marks.unchanged(', '.join(change.new_cards))}"
    if change.lost_cards:
        lost_cards = marks.unchanged(", ".join(change.lost_cards))
        yield f"card without text: {lost_cards}; remove it with Tools > Empty Cards"
    if change.note.personal:
        late_message = (
            "learners who already have the note do not get this change: their answer stays"
        )
        touched_message = "learners who wrote in the note or tagged it keep it as it is"
        yield late_message if change.late else touched_message


def _put_away(diff: Diff) -> Iterator[str]:
    """What happens to notes that were left out, and what a learner can do."""
    yield "No import deletes them. To stop studying them, paste the search below into Anki's"
    yield "browser and suspend the cards that it finds."
    if any("/" not in note.id for note in diff.left_out):
        yield "The search also finds these notes in other decks of this project."


def diff_json(diff: Diff) -> str:
    """One object; texts are plain, a line for each paragraph."""
    json_object = {
        "deck": diff.deck,
        "old_deck": diff.old_deck,
        "added": [_note_json(note) for note in diff.added],
        "changed": [_change_json(change) for change in diff.changed],
        "left_out": [_note_json(note) for note in diff.left_out],
        "note_types": [
            {"name": change.name, "refused": change.refused, "late": change.late}
            for change in diff.notetypes
        ],
        "restamped": [_note_json(note) for note in diff.restamped],
        "search": diff.search,
    }
    return as_json(json_object)


def _note_json(note: NoteSummary) -> dict[str, Any]:
    return {
        "id": note.id,
        "note_type": note.notetype,
        "kind": note.kind,
        "front": note.front,
        "personal": note.personal,
    }


def _change_json(change: NoteChange) -> dict[str, Any]:
    return {
        **_note_json(change.note),
        "fields": {field.name: {"old": field.old, "new": field.new} for field in change.fields},
        "new_tags": list(change.new_tags),
        "lost_tags": list(change.lost_tags),
        "new_cards": list(change.new_cards),
        "lost_cards": list(change.lost_cards),
        "late": change.late,
    }


def diff_markdown(diff: Diff) -> Iterator[str]:
    """Sections of a changelog, for learners: one list item for all notes of a definition."""
    if diff.is_empty:
        yield "Nothing changes."
        return
    changed_lines = [*_list_items(_detailed(diff.changed, _MARKDOWN))]
    if diff.deck != diff.old_deck:
        old_deck, new_deck = _escaped(diff.old_deck), _escaped(diff.deck)
        changed_lines.insert(
            0, f"- The deck {old_deck} is now {new_deck}: rename it in Anki before you import."
        )
    if restyled_types := _new_looks(diff):
        changed_lines.append(f"- New look: {', '.join(map(_escaped, restyled_types))}")
    lines_by_title = {
        "Added": [*_list_items(_without_details(diff.added))],
        "Changed": changed_lines,
        "Removed": [*_list_items(_without_details(diff.left_out))],
    }
    gap_lines: list[str] = []
    for title, section_lines in lines_by_title.items():
        if section_lines:
            yield from (*gap_lines, f"### {title}", "", *section_lines)
            gap_lines = [""]
    if diff.left_out:
        yield from ("", *_put_away(diff), "", f"    {diff.search}")


def _list_items(notes: Iterable[_Detailed]) -> Iterator[str]:
    """A list item for each `Id`; below it the details, each once."""
    groups_by_id: dict[str, tuple[list[NoteSummary], dict[str, None]]] = {}
    for note, details in notes:
        notes_of_id, detail_lines = groups_by_id.setdefault(note.id, ([], {}))
        notes_of_id.append(note)
        detail_lines |= dict.fromkeys(details)
    for notes_of_id, detail_lines in groups_by_id.values():
        type_names = ", ".join(_escaped(note.notetype) for note in notes_of_id)
        yield f"- {_escaped(_front(notes_of_id[0]))} ({type_names})"
        yield from (f"  - {line}" for line in detail_lines)


def summary(diff: Diff) -> str:
    """One line: how many notes and note types changed, and whether an import brings it all."""
    change_counts = [
        (len(diff.added), "added"),
        (len(diff.reworded), "reworded"),
        (len(diff.retagged), "re-tagged"),
        (len(diff.left_out), "left out"),
    ]
    phrases = [
        f"{counted(note_count, 'note')} {verb}" for note_count, verb in change_counts if note_count
    ]
    if diff.notetypes:
        phrases.append(f"{counted(len(diff.notetypes), 'note type')} changed")
    if not phrases:
        return "no note and no note type changed"
    any_late = diff.late or any(change.late or change.refused for change in diff.notetypes)
    ending = "not every change arrives" if any_late else "an import brings every change"
    return f"{', '.join(phrases)}; {ending}"


def warnings(diff: Diff, old: Path) -> Iterator[tuple[str, str]]:
    """What an author must know before the new package is published: messages, each with its help.

    `old`: the older package, for the commands in the help.
    """
    remedy = f"take the times from the old package and build again: prepdeck build --relock {old}"
    if diff.backwards:
        remedy = f"if the two packages are not swapped, {remedy}"
    if diff.late:
        late_phrase = counted(len(diff.late), "changed note")
        late_phrase += " is" if len(diff.late) == 1 else " are"
        note_names = _names([change.note for change in diff.late])
        yield (
            f"{late_phrase} not newer than in the old package, so Anki skips the change: "
            f"{note_names}",
            remedy,
        )
    if late_looks := [
        change.name for change in diff.notetypes if change.late and not change.refused
    ]:
        yield (
            f"the new look of {', '.join(late_looks)} is not newer than in the old package, "
            "so Anki skips it",
            remedy,
        )
    if refused_types := [change.name for change in diff.notetypes if change.refused]:
        yield (
            f"the fields or cards of {', '.join(refused_types)} differ from the old package, "
            "so Anki refuses every update of its notes",
            "restore them: prepdeck explain note-type-changed",
        )
    if diff.restamped:
        unchanged_phrase = counted(len(diff.restamped), "unchanged note")
        unchanged_phrase += " is" if len(diff.restamped) == 1 else " are"
        yield (
            f"{unchanged_phrase} newer than in the old package, so an import overwrites "
            f"what learners edited: {_names(diff.restamped)}",
            remedy,
        )


def _names(notes: Sequence[NoteSummary]) -> str:
    note_names = ", ".join(f"{note.id} ({note.notetype})" for note in notes[:_NAMES])
    unnamed_count = len(notes) - _NAMES
    return f"{note_names} and {unnamed_count} more" if unnamed_count > 0 else note_names
