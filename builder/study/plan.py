"""The days until an interview, and what there is time for in them.

Everything is counted from the role's `starts`, never from today: a build does not read the clock.

A card costs so many minutes in all, its repetitions among them. The first days bring new notes that
cost as much as those days have. Were it as much as all days have, the days in the middle, on which
notes still come and the first are repeated, would take half as long again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import accumulate, chain
from typing import NamedTuple

from builder.deck import Card, Note, NoteType
from builder.project import Project, Role
from builder.study.order import in_study_order

#: New notes come in this part of the days; in the rest the last ones are repeated.
NEW_PERCENT = 70
#: Minutes a day, where the role does not say.
DEFAULT_MINUTES = 25
#: How often a card is seen on its first day, and so many days after: Anki's default steps and
#: intervals when every answer is Good.
SHOWINGS = {0: 2, 1: 1, 4: 1}
#: A mock interview: so many spoken cards, at random.
MOCK_CARDS = 5
#: The tag of what is asked everywhere: tell me about yourself, why us.
PITCH_TAG = "type::pitch"
#: Whoever says more has written another year than was meant.
MAX_DAYS = 366

#: Notes with one `Id`: a question and the learner's own answer to it. They come or wait together.
Unit = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """Study days from `starts` to the day before the interview, each of `minutes`.

    `quick_minutes` and `spoken_minutes`: what a card costs in all, in minutes.
    """

    starts: date
    interview: date
    minutes: int
    quick_minutes: Decimal
    spoken_minutes: Decimal

    @property
    def days(self) -> int:
        """At least one: who begins on the day itself has that day."""
        return max((self.interview - self.starts).days, 1)

    @property
    def new_days(self) -> int:
        """How many days new notes come on, from the first."""
        return max(self.days * NEW_PERCENT // 100, 1)

    @property
    def budget(self) -> Decimal:
        """What the cards of all notes may cost, in minutes."""
        return Decimal(self.minutes * self.new_days)

    def new_cards_a_day(self, cards: int) -> int:
        """How many new cards Anki must bring a day so that all have come in the first days."""
        return max(-(-cards // self.new_days), 1)

    def cost(self, note: Note, notetypes: Mapping[str, NoteType]) -> Decimal:
        """What all cards of a note cost."""
        each = self.spoken_minutes if notetypes[note.notetype].spoken else self.quick_minutes
        return each * len(note.cards)


class StudyDay(NamedTuple):
    """A day of the plan: new cards; minutes for all cards; minutes for a mock interview."""

    date: date
    new_cards: int
    minutes: Decimal
    mock_minutes: Decimal


class Unplanned(NamedTuple):
    """Why a role has no plan, and what to do about it."""

    why: str
    remedy: str


def unplanned(role: Role) -> Unplanned | None:
    """Why a role has no plan; None if it has one. Dates that are past are nothing to a build."""
    said = role.value
    if said is None:
        return Unplanned("it cannot be read", "see: prepdeck check")
    if said.starts is None or said.interview is None:
        missing = [key for key in ("starts", "interview") if getattr(said, key) is None]
        names = " and ".join(f"`{key}`" for key in missing)
        them, are = ("them", "are") if missing[1:] else ("it", "is")
        example = f"`{missing[-1]}: 2026-12-{'10' if said.interview is None else '02'}`"
        return Unplanned(
            f"{names} {are} missing", f"write {them} in {role.span.file}, as {example}"
        )
    mend = f"mend the date that is wrong, in {role.span.file}"
    if said.interview < said.starts:
        return Unplanned(f"its interview is before `starts` ({said.starts})", mend)
    if (said.interview - said.starts).days > MAX_DAYS:
        return Unplanned(f"its interview is more than a year after `starts` ({said.starts})", mend)
    return None


def plan_of(project: Project, role: Role) -> Plan | None:
    """A role's plan, if its dates make one. Not inherited."""
    if unplanned(role) is not None:
        return None
    said, settings = role.value, project.settings.value
    assert said is not None
    assert said.starts is not None
    assert said.interview is not None
    minutes = said.minutes_per_day or DEFAULT_MINUTES
    costs = settings.minutes_quick, settings.minutes_spoken
    return Plan(said.starts, said.interview, minutes, *costs)


def units(notes: Sequence[Note], order: Iterable[Card]) -> list[Unit]:
    """Places of notes by `Id`: what the learner wrote, core pitches, the role's own core, the rest.

    What a private role defines, and an answer of one's own, is always in its deck. Who you are is
    asked in every interview, and what this employer asks for stands in the role's own `core`: where
    time is short, both go before what the role has from its parents. So does a question that a
    story of one's own answers.
    """
    told = {n.first_id.rpartition("/")[2] for n in notes if n.is_own and n.is_paired}
    together: dict[tuple[str, str], dict[int, None]] = {}
    for card in order:
        note = notes[card.note]
        together.setdefault((note.owner_key, note.first_id), {})[card.note] = None
    return sorted(
        map(tuple, together.values()),
        key=lambda unit: (
            not has_learners_words(unit, notes),
            not _is_core_pitch(unit, notes),
            not any(notes[p].core_here or notes[p].first_id in told for p in unit),
        ),
    )


def has_learners_words(unit: Unit, notes: Sequence[Note]) -> bool:
    """Whether the learner wrote some of it."""
    return any(notes[place].is_own or notes[place].answered for place in unit)


def _is_core_pitch(unit: Unit, notes: Sequence[Note]) -> bool:
    return any(notes[place].core and PITCH_TAG in notes[place].tags for place in unit)


class InTime(NamedTuple):
    """The notes there is time for, as they stood, and their cards' order; those that wait, the
    next one first.
    """

    notes: list[Note]
    order: list[Card]
    waiting: list[Note]


def in_time(plan: Plan, notes: Sequence[Note], notetypes: Mapping[str, NoteType]) -> InTime:
    """As much of a deck as the plan can pay for, from the beginning of one line of `units`.

    The line is the same for every plan, so more minutes never take a note away. What the learner
    wrote is in even so, and a deck has a note.
    """
    order = in_study_order(notes, notetypes)
    line = units(notes, order)
    least = max(sum(has_learners_words(unit, notes) for unit in line), 1)
    costs = accumulate(sum(plan.cost(notes[place], notetypes) for place in unit) for unit in line)
    fitting = max(sum(cost <= plan.budget for cost in costs), least)
    waiting = [notes[place] for place in chain.from_iterable(line[fitting:])]
    if waiting:
        notes = [notes[place] for place in sorted(chain.from_iterable(line[:fitting]))]
        order = in_study_order(notes, notetypes)
    return InTime(list(notes), order, waiting)


def day_by_day(plan: Plan, spoken: Sequence[bool]) -> tuple[StudyDay, ...]:
    """What each day brings. `spoken`: of each card in the deck's order, whether it is."""
    a_day = plan.new_cards_a_day(len(spoken))
    views = sum(SHOWINGS.values())
    new: Counter[int] = Counter()
    loads = [Decimal(0)] * plan.days
    for place, aloud in enumerate(spoken):
        first = place // a_day
        new[first] += 1
        for after, times in SHOWINGS.items():
            if first + after < plan.days:
                loads[first + after] += (
                    (plan.spoken_minutes if aloud else plan.quick_minutes) * times / views
                )
    mocks = _mocks(plan, loads, min(sum(spoken), MOCK_CARDS))
    return tuple(
        StudyDay(plan.starts + timedelta(days=number), new[number], loads[number], mocks[number])
        for number in range(plan.days)
    )


def _mocks(plan: Plan, loads: Sequence[Decimal], cards: int) -> list[Decimal]:
    """The minutes of a mock interview on each day that has none but old cards, where they fit.

    One at least, on the last day. A card is said once and thought about, which takes it as long as
    its first day.
    """
    mocks = [Decimal(0)] * plan.days
    if not cards or plan.days == plan.new_days:
        return mocks
    takes = plan.spoken_minutes * cards * SHOWINGS[0] / sum(SHOWINGS.values())
    idle = range(plan.new_days, plan.days)
    for number in [day for day in idle if loads[day] + takes <= plan.minutes] or [plan.days - 1]:
        mocks[number] = takes
    return mocks
