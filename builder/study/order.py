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

#: How many cards lie from one card of a note to the next one, at least. Anki's default day has 20
#: new cards, so they come on different days.
SIBLING_DISTANCE = 25
#: At most so many cards to answer aloud in so many cards that follow each other. A spoken card
#: takes a minute and a half, and ten seconds for the verdict, at each showing. Anki's default steps
#: show a new card twice on its first day, once on the next and once some three days later: n new
#: spoken ones a day cost 2n + n + n showings of 100 s. For two that is 13 minutes, and 27 with the
#: other 18 cards (20 s at first, then 8); for three it would be 20, and 32.
SPOKEN_IN_WINDOW, WINDOW = 2, 20
#: A deck of any size may have so many spoken cards. They may all come on one day: it takes 27
#: minutes, and no other day is as long.
_ALWAYS_SPOKEN = 6
#: A note of several cards starts so many positions earlier than it must, and a third of those that
#: do not fit beside it. Found by trial: no two cards of a note come too near in the eight decks
#: that come with prepdeck, and their formulas do not all come on the first day.
_SLACK, _CROWD_DIVISOR = 10, 3
#: In so many waiting cards one of another topic and note type than the last card is looked for.
_LOOK_AHEAD = 8


def most_spoken(cards: int) -> int:
    """How many of `cards` cards may be spoken, so that no day of Anki's default takes too long."""
    return max(SPOKEN_IN_WINDOW * -(-cards // WINDOW), _ALWAYS_SPOKEN)


class Unmet(NamedTuple):
    """How many cards stand where they should not, because the deck allows no better.

    `close_siblings`: nearer than `SIBLING_DISTANCE` to another card of their note.
    `crowded_spoken`: spoken, with more than `SPOKEN_IN_WINDOW` in the window that they end.
    """

    close_siblings: int
    crowded_spoken: int


class _Turn(NamedTuple):
    """A card that waits: the position it would like, its note's index, its rank in the note."""

    wish: float
    note: int
    rank: int


def in_study_order(notes: Sequence[Note], notetypes: Mapping[str, NoteType]) -> list[Card]:
    """Core first; note types and topics interleaved; spoken cards spread; a note's cards apart."""
    queue = _Queue(notes, notetypes)
    for is_core in (True, False):
        queue.add([note_index for note_index, note in enumerate(notes) if note.core is is_core])
    return queue.order


def unmet(order: Sequence[Card], notes: Sequence[Note], types: Mapping[str, NoteType]) -> Unmet:
    """How far an order misses its targets."""
    last_positions: dict[int, int] = {}
    close_count = 0
    for position, card in enumerate(order):
        close_count += (
            position - last_positions.get(card.note, -SIBLING_DISTANCE) < SIBLING_DISTANCE
        )
        last_positions[card.note] = position
    spoken_flags = [types[notes[card.note].notetype].spoken for card in order]
    crowded_count = sum(
        is_spoken and sum(spoken_flags[max(0, window_end - WINDOW) : window_end]) > SPOKEN_IN_WINDOW
        for window_end, is_spoken in enumerate(spoken_flags, 1)
    )
    return Unmet(close_count, crowded_count)


class _Queue:
    """The order so far, and the cards that wait. A step takes the card with the earliest wish.

    Cards of notes that have several go by their wishes, because they must keep apart; those of
    notes with one fill the positions between. Were they mixed, the last days would be second and
    third cards alone.
    """

    def __init__(self, notes: Sequence[Note], notetypes: Mapping[str, NoteType]) -> None:
        self.notes = notes
        self.spoken = [notetypes[note.notetype].spoken for note in notes]
        self.topics = [_topic(note) for note in notes]
        self.order: list[Card] = []
        self.spoken_positions: list[int] = []
        self.of_several: list[_Turn] = []
        self.single: list[_Turn] = []
        self.aloud: list[_Turn] = []
        self.resting: list[tuple[int, _Turn]] = []

    def add(self, indices: Sequence[int]) -> None:
        """Puts every card of the notes with these indices behind the order so far."""
        card_counts = [len(self.notes[note_index].cards) for note_index in indices]
        card_total = sum(card_counts)
        cards_of_several = sum(card_count for card_count in card_counts if card_count > 1)
        start_position = len(self.order)
        for turn_number, note_index in enumerate(_interleaved(indices, self.notes, self.topics)):
            # A note starts early enough that its other cards can keep their distance, a spoken one
            # that those behind it can; earlier the more cards wait for the same positions.
            sibling_count = len(self.notes[note_index].cards) - 1
            positions_ahead = sibling_count * SIBLING_DISTANCE + WINDOW * self.spoken[note_index]
            start_range = card_total
            if positions_ahead:
                excess_cards = max(cards_of_several - (card_total - positions_ahead), 0)
                start_range = max(
                    card_total - positions_ahead - _SLACK - excess_cards // _CROWD_DIVISOR, 1
                )
            self._wait(
                _Turn(start_position + turn_number / len(indices) * start_range, note_index, 0)
            )
        for _ in range(card_total):
            self._append(self._next())

    def _wait(self, turn: _Turn) -> None:
        is_single = len(self.notes[turn.note].cards) == 1
        quick_heap = self.single if is_single else self.of_several
        heappush(self.aloud if self.spoken[turn.note] else quick_heap, turn)

    def _next(self) -> _Turn:
        next_position = len(self.order)
        while self.resting and self.resting[0][0] <= next_position:
            self._wait(heappop(self.resting)[1])
        spoken_allowed = (
            len(self.spoken_positions) < SPOKEN_IN_WINDOW
            or self.spoken_positions[-SPOKEN_IN_WINDOW] <= next_position - WINDOW
        )
        quick_heap = self.of_several or self.single
        if self.aloud and (not quick_heap or (spoken_allowed and self._is_due(self.aloud[0]))):
            if spoken_allowed or not self.resting:
                return self._varied(self.aloud)
        if self.of_several and (not self.single or self._is_due(self.of_several[0])):
            return self._varied(self.of_several)
        if self.single:
            return self._varied(self.single)
        # No card may come yet: take the one whose rest ends first, or a spoken one too many.
        return heappop(self.resting)[1] if self.resting else self._varied(self.aloud)

    def _varied(self, heap: list[_Turn]) -> _Turn:
        """The first of the next few that is of another topic and note type than the card before.

        Of notes with several cards only what is due: a card that is passed over comes too late.
        """
        last_index = self.order[-1].note if self.order else None
        candidate_turns = [heappop(heap)]
        while heap and len(candidate_turns) < _LOOK_AHEAD:
            if heap is not self.single and not self._is_due(heap[0]):
                break
            candidate_turns.append(heappop(heap))
        best_turn = min(
            candidate_turns, key=lambda turn: (self._likeness(turn.note, last_index), turn)
        )
        for turn in candidate_turns:
            if turn is not best_turn:
                heappush(heap, turn)
        return best_turn

    def _is_due(self, turn: _Turn) -> bool:
        return turn.wish <= len(self.order)

    def _likeness(self, note_index: int, last_index: int | None) -> int:
        if last_index is None:
            return 0
        same_type = self.notes[note_index].notetype == self.notes[last_index].notetype
        return 2 * (self.topics[note_index] == self.topics[last_index]) + same_type

    def _append(self, turn: _Turn) -> None:
        note = self.notes[turn.note]
        position = len(self.order)
        self.order.append(Card(turn.note, note.cards[turn.rank]))
        if self.spoken[turn.note]:
            self.spoken_positions.append(position)
        if turn.rank + 1 < len(note.cards):
            sibling_position = position + SIBLING_DISTANCE
            heappush(
                self.resting, (sibling_position, _Turn(sibling_position, turn.note, turn.rank + 1))
            )


def _topic(note: Note) -> str:
    return next((tag for tag in note.tags if tag.startswith("topic::")), "")


def _interleaved(indices: Iterable[int], notes: Sequence[Note], topics: Sequence[str]) -> list[int]:
    """Each note type, and each topic in it, spread evenly, so that no stretch is all of one."""
    type_counts = Counter(notes[index].notetype for index in indices)
    groups_by_type: dict[str, dict[str, list[int]]] = {}
    for index in indices:
        groups_by_type.setdefault(notes[index].notetype, {}).setdefault(topics[index], []).append(
            index
        )
    for indices_by_topic in groups_by_type.values():
        for topic_indices in indices_by_topic.values():
            _shuffle_pairs(topic_indices, notes)
    turns_and_indices: list[tuple[float, int]] = []
    for notetype, indices_by_topic in groups_by_type.items():
        type_turns = sorted(
            ((topic_rank + 0.5) / len(topic_indices), index)
            for topic_indices in indices_by_topic.values()
            for topic_rank, index in enumerate(topic_indices)
        )
        turns_and_indices += [
            ((type_rank + 0.5) / type_counts[notetype], index)
            for type_rank, (_, index) in enumerate(type_turns)
        ]
    return [index for _, index in sorted(turns_and_indices)]


def _shuffle_pairs(topic_indices: list[int], notes: Sequence[Note]) -> None:
    """Puts the notes of pairs into an order that nobody could guess.

    `question/weak` comes first in every definition, and a day of weak answers alone would be rated
    without reading.
    """
    paired_indices = [index for index in topic_indices if notes[index].is_paired]
    shuffled_indices = iter(sorted(paired_indices, key=lambda index: notes[index].guid))
    topic_indices[:] = [
        next(shuffled_indices) if notes[index].is_paired else index for index in topic_indices
    ]
