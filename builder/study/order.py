"""In which order a deck's cards come: the numbers that Anki calls `due`.

Anki takes new cards by their due, a day's worth at a time, and shows a day's card 1s before its
card 2s. So the order decides which day a card comes on; within the day Anki has its own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from heapq import heappop, heappush
from typing import NamedTuple

from builder.deck import Card, Note, NoteType

#: How many other cards should come between two cards of one note. Anki's default day has 20 new
#: cards, so siblings fall on different days.
SIBLING_DISTANCE = 25
#: A spoken card takes a minute and a half, and ten seconds for the verdict, at each showing. Anki's
#: default steps show a new card twice on its first day, once on the next and once some three days
#: later: n new spoken ones a day cost 2n + n + n showings of 100 s. For two that is 13 minutes, and
#: 27 with the other 18 cards (20 s at first, then 8); for three it would be 20, and 32.
SPOKEN_IN_WINDOW, WINDOW = 2, 20
#: So many new ones may even come on one day: it takes 27 minutes, and no other day as long.
_HANDFUL = 6
#: How much earlier than it must a note of several cards begins, and by which part of what does not
#: fit beside it. Found by trying: no two cards of a note come too near in the eight decks that come
#: with prepdeck, and their formulas do not all come on the first day.
_SLACK, _OF_CROWD = 10, 3
#: How far ahead to look for a card of another topic and note type than the last one.
_LOOK = 8


def most_spoken(cards: int) -> int:
    """How many of so many cards may be spoken ones, so that no day of Anki's default is too long.

    A handful always may.
    """
    return max(SPOKEN_IN_WINDOW * -(-cards // WINDOW), _HANDFUL)


class Unmet(NamedTuple):
    """Cards that stand where they should not, because the deck allows no better."""

    close_siblings: int
    crowded_spoken: int


class _Turn(NamedTuple):
    """A card that waits: when it would like to come, its note's place, its rank in the note."""

    wish: float
    place: int
    rank: int


def in_study_order(notes: Sequence[Note], notetypes: Mapping[str, NoteType]) -> list[Card]:
    """Core first; note types and topics interleaved; spoken cards spread; a note's cards apart."""
    core = [place for place, note in enumerate(notes) if note.core]
    rest = [place for place, note in enumerate(notes) if not note.core]
    line = _Line(notes, notetypes)
    for part in (core, rest):
        line.take(part)
    return line.order


def unmet(order: Sequence[Card], notes: Sequence[Note], types: Mapping[str, NoteType]) -> Unmet:
    """How far an order misses its targets."""
    last: dict[int, int] = {}
    near = 0
    for position, card in enumerate(order):
        near += position - last.get(card.note, -SIBLING_DISTANCE) < SIBLING_DISTANCE
        last[card.note] = position
    spoken = [types[notes[card.note].notetype].spoken for card in order]
    crowded = sum(
        here and sum(spoken[max(0, place - WINDOW + 1) : place + 1]) > SPOKEN_IN_WINDOW
        for place, here in enumerate(spoken)
    )
    return Unmet(near, crowded)


class _Line:
    """Cards placed so far, and those that wait. A step takes the one that wished to come first.

    Notes of several cards go by the clock, because their cards must keep apart; those of one card
    fill the places between. Were they mixed, the last days would be second and third cards alone.
    """

    def __init__(self, notes: Sequence[Note], notetypes: Mapping[str, NoteType]) -> None:
        self.notes = notes
        self.spoken = [notetypes[note.notetype].spoken for note in notes]
        self.topics = [_topic(note) for note in notes]
        self.order: list[Card] = []
        self.said: list[int] = []
        self.several: list[_Turn] = []
        self.single: list[_Turn] = []
        self.aloud: list[_Turn] = []
        self.resting: list[tuple[int, _Turn]] = []

    def take(self, places: Sequence[int]) -> None:
        """Places every card of these notes behind those that are placed."""
        sizes = [len(self.notes[place].cards) for place in places]
        cards, several = sum(sizes), sum(size for size in sizes if size > 1)
        start = len(self.order)
        for turn, place in enumerate(_interleaved(places, self.notes, self.topics)):
            # A note begins early enough that its other cards can keep their distance, a spoken one
            # that those behind it can; earlier the more cards wait for the same places.
            ahead = (len(self.notes[place].cards) - 1) * SIBLING_DISTANCE + WINDOW * self.spoken[
                place
            ]
            room = cards
            if ahead:
                crowd = max(several - (cards - ahead), 0)
                room = max(cards - ahead - _SLACK - crowd // _OF_CROWD, 1)
            self._wait(_Turn(start + turn / len(places) * room, place, 0))
        for _ in range(cards):
            self._place(self._next())

    def _wait(self, turn: _Turn) -> None:
        alone = len(self.notes[turn.place].cards) == 1
        quick = self.single if alone else self.several
        heappush(self.aloud if self.spoken[turn.place] else quick, turn)

    def _next(self) -> _Turn:
        position = len(self.order)
        while self.resting and self.resting[0][0] <= position:
            self._wait(heappop(self.resting)[1])
        free = (
            len(self.said) < SPOKEN_IN_WINDOW or self.said[-SPOKEN_IN_WINDOW] <= position - WINDOW
        )
        quick = self.several or self.single
        if self.aloud and (not quick or (free and self._is_due(self.aloud[0]))):
            if free or not self.resting:
                return self._varied(self.aloud)
        if self.several and (not self.single or self._is_due(self.several[0])):
            return self._varied(self.several)
        if self.single:
            return self._varied(self.single)
        # Nothing may come yet: the one whose rest is over soonest, or a spoken one too many.
        return heappop(self.resting)[1] if self.resting else self._varied(self.aloud)

    def _varied(self, heap: list[_Turn]) -> _Turn:
        """The first of the next few that is of another topic and note type than the card before.

        Of notes of several cards only what is due: whoever is passed over comes too late.
        """
        before = self.order[-1].note if self.order else None
        some = [heappop(heap)]
        while heap and len(some) < _LOOK and (heap is self.single or self._is_due(heap[0])):
            some.append(heappop(heap))
        best = min(some, key=lambda turn: (self._likeness(turn.place, before), turn))
        for turn in some:
            if turn is not best:
                heappush(heap, turn)
        return best

    def _is_due(self, turn: _Turn) -> bool:
        return turn.wish <= len(self.order)

    def _likeness(self, place: int, before: int | None) -> int:
        if before is None:
            return 0
        same_type = self.notes[place].notetype == self.notes[before].notetype
        return 2 * (self.topics[place] == self.topics[before]) + same_type

    def _place(self, turn: _Turn) -> None:
        note = self.notes[turn.place]
        position = len(self.order)
        self.order.append(Card(turn.place, note.cards[turn.rank]))
        if self.spoken[turn.place]:
            self.said.append(position)
        if turn.rank + 1 < len(note.cards):
            again = position + SIBLING_DISTANCE
            heappush(self.resting, (again, _Turn(again, turn.place, turn.rank + 1)))


def _topic(note: Note) -> str:
    return next((tag for tag in note.tags if tag.startswith("topic::")), "")


def _interleaved(places: Iterable[int], notes: Sequence[Note], topics: Sequence[str]) -> list[int]:
    """Each note type, and each topic in it, spread evenly, so that no stretch is all of one."""
    types = Counter(notes[place].notetype for place in places)
    groups: dict[str, dict[str, list[int]]] = {}
    for place in places:
        groups.setdefault(notes[place].notetype, {}).setdefault(topics[place], []).append(place)
    for by_topic in groups.values():
        for group in by_topic.values():
            _mixed(group, notes)
    keyed: list[tuple[float, int]] = []
    for notetype, by_topic in groups.items():
        turns = sorted(
            ((number + 0.5) / len(group), place)
            for group in by_topic.values()
            for number, place in enumerate(group)
        )
        keyed += [((turn + 0.5) / types[notetype], place) for turn, (_, place) in enumerate(turns)]
    return [place for _, place in sorted(keyed)]


def _mixed(group: list[int], notes: Sequence[Note]) -> None:
    """Puts the notes of pairs into an order that nobody could guess.

    `question/weak` comes first in every definition, and a day of weak answers alone would be rated
    without reading.
    """
    mixed = iter(sorted((p for p in group if notes[p].is_paired), key=lambda p: notes[p].guid))
    group[:] = [next(mixed) if notes[place].is_paired else place for place in group]
