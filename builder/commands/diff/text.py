"""A diff as text for a terminal, as JSON, and as release notes in Markdown."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from textwrap import shorten
from typing import Any

from builder.commands.diff.compare import Change, Diff, Entry, Rewording
from builder.phrasing import counted

#: Characters of a front that tell it from the others.
_FRONT = 72
#: Unchanged words that are shown on either side of a change.
_AROUND = 6
#: Texts that share a smaller part of the shorter one are shown one after the other: word by word
#: nobody could read it.
_ALIKE = 0.4

_FORMATTING = "only its formatting"


@dataclass(frozen=True, slots=True)
class Marks:
    """How words are shown that went, that came, and that stayed."""

    gone: Callable[[str], str]
    come: Callable[[str], str]
    same: Callable[[str], str] = str


BRACKETS = Marks("[-{}-]".format, "{{+{}+}}".format)


def _escaped(text: str) -> str:
    return re.sub(r"([\\`*_\[\]<>~&|])", r"\\\1", text)


_MARKDOWN = Marks(
    lambda text: f"~~{_escaped(text)}~~", lambda text: f"**{_escaped(text)}**", _escaped
)


def as_text(diff: Diff, marks: Marks = BRACKETS) -> Iterator[str]:
    """Line by line: one for each note, and below it what changed in it."""
    if diff.is_empty:
        yield f"{diff.deck}: nothing changes"
        return
    yield diff.deck
    entries = [*diff.added, *(change.entry for change in diff.changed), *diff.left_out]
    row = _columns(entries)
    if diff.deck != diff.old_deck:
        yield ""
        yield f"renamed: the deck was called {diff.old_deck}"
        yield "  Rename it in Anki before you import, or new cards come in a second deck."
    if diff.added:
        yield from ("", f"added: {counted(len(diff.added), 'note')}")
        yield from map(row, diff.added)
    for title, changes in (("reworded", diff.reworded), ("re-tagged", diff.retagged)):
        if changes:
            yield from ("", f"{title}: {counted(len(changes), 'note')}")
        for change in changes:
            yield row(change.entry)
            yield from (f"      {line}" for line in _details(change, marks))
    if diff.left_out:
        yield from ("", f"left out: {counted(len(diff.left_out), 'note')}")
        yield from map(row, diff.left_out)
        yield from (f"  {line}" for line in _put_away(diff))
        yield f"  {diff.search}"
    looks = [change.name for change in diff.notetypes if not change.refused]
    if looks:
        yield from ("", f"new look: {', '.join(looks)}")
        yield "  The import brings it and touches no note."


def _columns(entries: Sequence[Entry]) -> Callable[[Entry], str]:
    ids = max((len(entry.id) for entry in entries), default=0)
    types = max((len(entry.notetype) for entry in entries), default=0)
    kinds = max((len(entry.kind) for entry in entries), default=0)

    def row(entry: Entry) -> str:
        front = shorten(entry.front, _FRONT, placeholder=" …")
        return f"  {entry.id:{ids}}  {entry.notetype:{types}}  {entry.kind:{kinds}}  {front}"

    return row


def _details(change: Change, marks: Marks) -> Iterator[str]:
    for text in change.texts:
        yield f"{marks.same(text.field)}: {words(text, marks)}"
    tags = [*map(marks.gone, change.lost_tags), *map(marks.come, change.new_tags)]
    if tags:
        yield f"tags: {' '.join(tags)}"
    if change.new_cards:
        yield f"new card: {marks.same(', '.join(change.new_cards))}"
    if change.lost_cards:
        lost = marks.same(", ".join(change.lost_cards))
        yield f"card without text: {lost}; Tools > Empty Cards takes it away"
    if change.entry.personal:
        late = "this change reaches nobody who has the note already: an answer once given stays"
        touched = "whoever has written into the note, or tagged it, keeps it as it is"
        yield late if change.late else touched


def words(text: Rewording, marks: Marks = BRACKETS) -> str:
    """The new text with what went and what came, and the words around."""
    if text.old == text.new:
        return _FORMATTING
    return " ".join(_pieces(_split(text.old), _split(text.new), marks))


def _split(text: str) -> list[str]:
    return text.replace("\n", " / ").split()


def _pieces(old: list[str], new: list[str], marks: Marks) -> Iterator[str]:
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    steps = matcher.get_opcodes()
    both = sum(block.size for block in matcher.get_matching_blocks())
    if both < _ALIKE * min(len(old), len(new)):
        steps = [("replace", 0, len(old), 0, len(new))]
    for number, (step, start, end, new_start, new_end) in enumerate(steps, 1):
        if step == "equal":
            same = new[new_start:new_end]
            yield marks.same(_context(same, number == 1, number == len(steps)))
            continue
        if start < end:
            yield marks.gone(" ".join(old[start:end]))
        if new_start < new_end:
            yield marks.come(" ".join(new[new_start:new_end]))


def _context(same: list[str], first: bool, last: bool) -> str:
    """The words next to a change; an end of the text has a change on one side alone."""
    before, after = (0 if first else _AROUND), (0 if last else _AROUND)
    if len(same) <= before + after + 1:
        return " ".join(same)
    return " ".join([*same[:before], "…", *same[len(same) - after :]])


def _put_away(diff: Diff) -> Iterator[str]:
    """What becomes of notes that were left out, and what to do."""
    yield "No import deletes them. Whoever does not want to study them any more pastes the search"
    yield "below into Anki's browser, and suspends the cards that it finds."
    if any("/" not in entry.id for entry in diff.left_out):
        yield "It also finds them where another deck of this project has them."


def as_json(diff: Diff) -> str:
    """One object; texts are plain, a line for each paragraph."""
    made = {
        "deck": diff.deck,
        "old_deck": diff.old_deck,
        "added": [_named(entry) for entry in diff.added],
        "changed": [_changed(change) for change in diff.changed],
        "left_out": [_named(entry) for entry in diff.left_out],
        "note_types": [
            {"name": one.name, "refused": one.refused, "late": one.late} for one in diff.notetypes
        ],
        "restamped": [_named(entry) for entry in diff.restamped],
        "search": diff.search,
    }
    return json.dumps(made, ensure_ascii=False, indent=2) + "\n"


def _named(entry: Entry) -> dict[str, Any]:
    return {
        "id": entry.id,
        "note_type": entry.notetype,
        "kind": entry.kind,
        "front": entry.front,
        "personal": entry.personal,
    }


def _changed(change: Change) -> dict[str, Any]:
    return {
        **_named(change.entry),
        "fields": {text.field: {"old": text.old, "new": text.new} for text in change.texts},
        "new_tags": list(change.new_tags),
        "lost_tags": list(change.lost_tags),
        "new_cards": list(change.new_cards),
        "lost_cards": list(change.lost_cards),
        "late": change.late,
    }


def as_markdown(diff: Diff) -> Iterator[str]:
    """Sections of a changelog, for learners: the notes of one definition are one point."""
    if diff.is_empty:
        yield "Nothing changes."
        return
    parts = {
        "Added": list(_points((entry, ()) for entry in diff.added)),
        "Changed": list(_all_changes(diff)),
        "Removed": list(_points((entry, ()) for entry in diff.left_out)),
    }
    gap = False
    for title, points in parts.items():
        if points:
            yield from [""] * gap
            yield from (f"### {title}", "", *points)
            gap = True
    if diff.left_out:
        yield from ("", *_put_away(diff), "", f"    {diff.search}")


def _all_changes(diff: Diff) -> Iterator[str]:
    if diff.deck != diff.old_deck:
        names = _escaped(diff.old_deck), _escaped(diff.deck)
        yield f"- The deck {names[0]} is now {names[1]}: rename it in Anki before you import."
    yield from _points((c.entry, tuple(_details(c, _MARKDOWN))) for c in diff.changed)
    looks = [_escaped(change.name) for change in diff.notetypes if not change.refused]
    if looks:
        yield f"- New look: {', '.join(looks)}"


def _points(entries: Iterable[tuple[Entry, Iterable[str]]]) -> Iterator[str]:
    """A point for each `Id`, the details below it, each once."""
    by_id: dict[str, tuple[list[Entry], dict[str, None]]] = {}
    for entry, details in entries:
        some, told = by_id.setdefault(entry.id, ([], {}))
        some.append(entry)
        told |= dict.fromkeys(details)
    for some, told in by_id.values():
        types = ", ".join(_escaped(entry.notetype) for entry in some)
        yield f"- {_escaped(shorten(some[0].front, _FRONT, placeholder=' …'))} ({types})"
        yield from (f"  - {line}" for line in told)
