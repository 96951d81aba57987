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
    sections = {
        "added": _without_details(diff.added),
        "reworded": _detailed(diff.reworded, marks),
        "re-tagged": _detailed(diff.retagged, marks),
        "left out": _without_details(diff.left_out),
    }
    rows = iter(_rows((note for notes in sections.values() for note, _ in notes), columns))
    for title, notes in sections.items():
        if notes:
            yield from ("", f"{title}: {counted(len(notes), 'note')}")
        for _, details in notes:
            yield next(rows)
            yield from (f"      {line}" for line in details)
    if diff.left_out:
        yield from (f"  {line}" for line in _put_away(diff))
        yield f"  {diff.search}"
    if looks := _new_looks(diff):
        yield from ("", f"new look: {', '.join(looks)}")
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
    tags = [*map(marks.removed, change.lost_tags), *map(marks.added, change.new_tags)]
    if tags:
        yield f"tags: {' '.join(tags)}"
    if change.new_cards:
        yield f"new card: {marks.unchanged(', '.join(change.new_cards))}"
    if change.lost_cards:
        lost = marks.unchanged(", ".join(change.lost_cards))
        yield f"card without text: {lost}; remove it with Tools > Empty Cards"
    if change.note.personal:
        late = "learners who already have the note do not get this change: their answer stays"
        touched = "learners who wrote in the note or tagged it keep it as it is"
        yield late if change.late else touched


def _put_away(diff: Diff) -> Iterator[str]:
    """What happens to notes that were left out, and what a learner can do."""
    yield "No import deletes them. To stop studying them, paste the search below into Anki's"
    yield "browser and suspend the cards that it finds."
    if any("/" not in note.id for note in diff.left_out):
        yield "The search also finds these notes in other decks of this project."


def diff_json(diff: Diff) -> str:
    """One object; texts are plain, a line for each paragraph."""
    content = {
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
    return as_json(content)


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
    changed = [*_list_items(_detailed(diff.changed, _MARKDOWN))]
    if diff.deck != diff.old_deck:
        old, new = _escaped(diff.old_deck), _escaped(diff.deck)
        changed.insert(0, f"- The deck {old} is now {new}: rename it in Anki before you import.")
    if looks := _new_looks(diff):
        changed.append(f"- New look: {', '.join(map(_escaped, looks))}")
    sections = {
        "Added": [*_list_items(_without_details(diff.added))],
        "Changed": changed,
        "Removed": [*_list_items(_without_details(diff.left_out))],
    }
    gap: list[str] = []
    for title, rows in sections.items():
        if rows:
            yield from (*gap, f"### {title}", "", *rows)
            gap = [""]
    if diff.left_out:
        yield from ("", *_put_away(diff), "", f"    {diff.search}")


def _list_items(notes: Iterable[_Detailed]) -> Iterator[str]:
    """A list item for each `Id`; below it the details, each once."""
    by_id: dict[str, tuple[list[NoteSummary], dict[str, None]]] = {}
    for note, details in notes:
        same_id, lines = by_id.setdefault(note.id, ([], {}))
        same_id.append(note)
        lines |= dict.fromkeys(details)
    for same_id, lines in by_id.values():
        types = ", ".join(_escaped(note.notetype) for note in same_id)
        yield f"- {_escaped(_front(same_id[0]))} ({types})"
        yield from (f"  - {line}" for line in lines)


def summary(diff: Diff) -> str:
    """One line: how many notes and note types changed, and whether an import brings it all."""
    numbers = [
        (len(diff.added), "added"),
        (len(diff.reworded), "reworded"),
        (len(diff.retagged), "re-tagged"),
        (len(diff.left_out), "left out"),
    ]
    parts = [f"{counted(number, 'note')} {change}" for number, change in numbers if number]
    if diff.notetypes:
        parts.append(f"{counted(len(diff.notetypes), 'note type')} changed")
    if not parts:
        return "no note and no note type changed"
    late = diff.late or any(change.late or change.refused for change in diff.notetypes)
    end = "not every change arrives" if late else "an import brings every change"
    return f"{', '.join(parts)}; {end}"


def warnings(diff: Diff, old: Path) -> Iterator[tuple[str, str]]:
    """What an author must know before the new package is published: messages, each with its help.

    `old`: the older package, for the commands in the help.
    """
    remedy = f"take the times from the old package and build again: prepdeck build --relock {old}"
    if diff.backwards:
        remedy = f"if the two packages are not swapped, {remedy}"
    if diff.late:
        changed = counted(len(diff.late), "changed note")
        changed += " is" if len(diff.late) == 1 else " are"
        names = _names([change.note for change in diff.late])
        yield (
            f"{changed} not newer than in the old package, so Anki skips the change: {names}",
            remedy,
        )
    if looks := [change.name for change in diff.notetypes if change.late and not change.refused]:
        yield (
            f"the new look of {', '.join(looks)} is not newer than in the old package, "
            "so Anki skips it",
            remedy,
        )
    if refused := [change.name for change in diff.notetypes if change.refused]:
        yield (
            f"the fields or cards of {', '.join(refused)} differ from the old package, "
            "so Anki refuses every update of its notes",
            "restore them: prepdeck explain note-type-changed",
        )
    if diff.restamped:
        unchanged = counted(len(diff.restamped), "unchanged note")
        unchanged += " is" if len(diff.restamped) == 1 else " are"
        yield (
            f"{unchanged} newer than in the old package, so an import overwrites what learners "
            f"edited: {_names(diff.restamped)}",
            remedy,
        )


def _names(notes: Sequence[NoteSummary]) -> str:
    names = ", ".join(f"{note.id} ({note.notetype})" for note in notes[:_NAMES])
    more = len(notes) - _NAMES
    return f"{names} and {more} more" if more > 0 else names
