"""The plans of all of a person's roles in one: each note once, and the minutes of a day shared.

The nearer interview comes first. It has what it would have alone; the next one has the minutes that
are left of its own days, and gets what both need for nothing. Anki deals new cards by their due, so
the due of a role's cards starts from the day of its interview.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import product
from typing import NamedTuple

from builder.deck import Note, NoteType
from builder.study.plan import NotesInTime, Plan, notes_in_time

#: From this day on the days until an interview are counted for `due`.
_FIRST_DAY = date(2025, 1, 1)
#: How many positions each day has: a day's worth of a large core, so that two interviews in a week
#: do not mix.
_DUES_A_DAY = 200
#: Where roles without an interview stand: behind all others. Anki keeps positions below 1,000,000.
_UNDATED_DUE = 900_000


class DatedRole(NamedTuple):
    """A role with an interview: its plan, as if it were alone, and all notes of its deck."""

    plan: Plan
    notes: Sequence[Note]


@dataclass(frozen=True, slots=True)
class JointPlan:
    """What each of the roles studies in time, in their order, and the new cards a day for all."""

    in_time: tuple[NotesInTime, ...]
    new_a_day: int


class _Window(NamedTuple):
    """The days that bring a role's new notes, as ordinals, the last one excluded.

    `cards` and `minutes`: of those notes that no nearer interview brings.
    """

    start: int
    end: int
    cards: int
    minutes: Decimal

    def minutes_within(self, start: int, end: int) -> Decimal:
        """How many of its minutes fall on the days from `start` to before `end`, spread evenly."""
        common_days = max(min(self.end, end) - max(self.start, start), 0)
        return self.minutes * common_days / (self.end - self.start)


def joint_plan(roles: Sequence[DatedRole], notetypes: Mapping[str, NoteType]) -> JointPlan:
    """The plans of these roles in one. Of one role it is that role's plan."""
    in_time: dict[int, NotesInTime] = {}
    windows: list[_Window] = []
    paid_guids: set[str] = set()
    nearest_first = sorted(range(len(roles)), key=lambda index: roles[index].plan.interview)
    for index in nearest_first:
        plan, notes = roles[index]
        start = plan.starts.toordinal()
        end = start + plan.new_days
        spent = sum((window.minutes_within(start, end) for window in windows), Decimal(0))
        fitting = notes_in_time(plan, notes, notetypes, spent=spent, paid=paid_guids)
        in_time[index] = fitting
        new_notes = [note for note in fitting.notes if note.guid not in paid_guids]
        cards = sum(len(note.cards) for note in new_notes)
        minutes = sum((plan.cost(note, notetypes) for note in new_notes), Decimal(0))
        windows.append(_Window(start, end, cards, minutes))
        paid_guids |= {note.guid for note in new_notes}
    return JointPlan(tuple(in_time[index] for index in range(len(roles))), _new_a_day(windows))


def _new_a_day(windows: Collection[_Window]) -> int:
    """How many new cards Anki must bring a day so that each role's come in its days.

    All that must come within some days comes in them: tried for every first and last day.
    """
    rates = [1]
    for first, last in product(windows, repeat=2):
        within = (w for w in windows if w.start >= first.start and w.end <= last.end)
        if (days := last.end - first.start) > 0:
            rates.append(-(-_cards(within) // days))
    return max(rates)


def _cards(windows: Iterable[_Window]) -> int:
    return sum(window.cards for window in windows)


def first_due(interview: date | None) -> int:
    """The due of the first card of a person's role: the nearer its interview, the smaller."""
    if interview is None:
        return _UNDATED_DUE + 1
    due = (interview - _FIRST_DAY).days * _DUES_A_DAY
    return min(max(due, 0), _UNDATED_DUE - _DUES_A_DAY) + 1
