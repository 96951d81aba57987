"""In which order a deck's cards come: the numbers that Anki calls `due`.

Anki takes new cards by their due, a day's worth at a time, and shows a day's card 1s before its
card 2s. So the order decides which day a card comes on; within the day Anki has its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from builder.deck import Card, Note, NoteType

#: How many other cards should come between two cards of one note. Anki's default day has 20 new
#: cards, so siblings fall on different days.
APART = 25


def in_study_order(notes: Sequence[Note], notetypes: Mapping[str, NoteType]) -> list[Card]:
    """Core first; note types interleaved in proportion; a note's cards apart."""
    core = [place for place, note in enumerate(notes) if note.core]
    rest = [place for place, note in enumerate(notes) if not note.core]
    order: list[Card] = []
    for part in (core, rest):
        keyed = []
        for turn, place in enumerate(_interleaved(part, notes)):
            for rank, template in enumerate(notes[place].cards):
                keyed.append((turn + rank * APART, rank, place, template))
        order += [Card(place, template) for _, _, place, template in sorted(keyed)]
    return order


def _interleaved(places: Sequence[int], notes: Sequence[Note]) -> list[int]:
    """Each note type spread evenly over the whole, so that no stretch is all of one."""
    groups: dict[str, list[int]] = {}
    for place in places:
        groups.setdefault(notes[place].notetype, []).append(place)
    keyed = []
    for group in groups.values():
        for number, place in enumerate(group):
            keyed.append(((number + 0.5) / len(group), place))
    return [place for _, place in sorted(keyed)]
