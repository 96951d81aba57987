"""The days until an interview, and what there is time for in them.

Everything is counted from the role's `starts`, never from today: a build does not read the clock.

A card costs some minutes in all, its repetitions included. The first days bring new notes that
cost as much as those days have. Were it as much as all days have, the days in the middle, on which
notes still come and the first are repeated, would take half as long again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import accumulate, chain
from typing import NamedTuple

from builder.deck import Card, Note, NoteType
from builder.project import Project, Role
from builder.study.order import in_study_order

#: New notes come in this part of the days; in the other days the last ones are repeated.
NEW_PERCENT = 70
#: Minutes a day, where the role does not name them.
DEFAULT_MINUTES = 25
#: How often a card is shown, by days after its first: Anki's default steps and intervals when every
#: answer is Good.
SHOWINGS = {0: 2, 1: 1, 4: 1}
#: How many spoken cards, drawn at random, a mock interview has.
MOCK_CARDS = 5
_NOTHING = Decimal(0)
#: The most days that a plan may have. Longer ones have a wrong year.
MAX_DAYS = 366

#: Indices of notes with one `Id`: a question and the learner's own answer to it. They come or wait
#: together.
Unit = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """Study days from `starts` to the day before the interview, each of `minutes`.

    `quick_minutes` and `spoken_minutes`: what a card costs in all, its repetitions included.
    """

    starts: date
    interview: date
    minutes: int
    quick_minutes: Decimal
    spoken_minutes: Decimal

    @property
    def days(self) -> int:
        """How many days there are: at least one, the day of the interview if no other."""
        return max((self.interview - self.starts).days, 1)

    @property
    def new_days(self) -> int:
        """How many days bring new notes, from the first."""
        return max(self.days * NEW_PERCENT // 100, 1)

    @property
    def budget(self) -> Decimal:
        """What the cards of all notes may cost, in minutes."""
        return Decimal(self.minutes * self.new_days)

    def new_cards_a_day(self, cards: int) -> int:
        """How many new cards Anki must bring a day so that `cards` cards come in the new days."""
        return max(-(-cards // self.new_days), 1)

    def cost(self, note: Note, notetypes: Mapping[str, NoteType]) -> Decimal:
        """What all cards of a note cost, in minutes."""
        return self.card_cost(notetypes[note.notetype].spoken) * len(note.cards)

    def card_cost(self, spoken: bool) -> Decimal:
        """What a card costs that is answered aloud, or is not, in minutes."""
        return self.spoken_minutes if spoken else self.quick_minutes


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
    """Why a role has no plan; None if it has one. A build does not mind dates in the past."""
    settings = role.value
    if settings is None:
        return Unplanned("it cannot be read", "see: prepdeck check")
    starts, interview = settings.starts, settings.interview
    if starts is None or interview is None:
        missing_keys = [key for key in ("starts", "interview") if getattr(settings, key) is None]
        quoted_keys = " and ".join(f"`{key}`" for key in missing_keys)
        pronoun, verb = ("them", "are") if missing_keys[1:] else ("it", "is")
        example = f"`{missing_keys[-1]}: 2026-12-{'10' if interview is None else '02'}`"
        return Unplanned(
            f"{quoted_keys} {verb} missing", f"write {pronoun} in {role.span.file}, as {example}"
        )
    remedy = f"mend the date that is wrong, in {role.span.file}"
    if interview < starts:
        return Unplanned(f"its interview is before `starts` ({starts})", remedy)
    if (interview - starts).days > MAX_DAYS:
        return Unplanned(f"its interview is more than a year after `starts` ({starts})", remedy)
    return None


def plan_of(project: Project, role: Role) -> Plan | None:
    """A role's plan, if its dates make one. Not inherited; the minutes are its person's."""
    if unplanned(role) is not None:
        return None
    assert role.value is not None
    starts, interview = role.value.starts, role.value.interview
    assert starts is not None
    assert interview is not None
    settings = project.settings.value
    person = project.person_of(role)
    value = person.value if person else role.value
    minutes = value.minutes_per_day if value else None
    return Plan(
        starts,
        interview,
        minutes=minutes or DEFAULT_MINUTES,
        quick_minutes=settings.minutes_quick,
        spoken_minutes=settings.minutes_spoken,
    )


def units(notes: Sequence[Note], order: Iterable[Card]) -> list[Unit]:
    """The notes by `Id`: first the learner's words, then core pitches, the role's own core, others.

    What a private role defines, and an answer of one's own, is always in its deck. Every interview
    asks who you are, and what this employer asks for stands in the role's own `core`: where time is
    short, both go before what the role has from its parents. So does a question that a story of
    one's own answers.
    """
    story_question_ids = {
        note.first_id.rpartition("/")[2] for note in notes if note.is_own and note.is_paired
    }
    indices_by_id: dict[tuple[str, str], dict[int, None]] = {}
    for card in order:
        note = notes[card.note]
        indices_by_id.setdefault((note.owner_key, note.first_id), {})[card.note] = None
    return sorted(
        map(tuple, indices_by_id.values()),
        key=lambda unit: (
            not has_learners_words(unit, notes),
            not _is_core_pitch(unit, notes),
            not any(
                notes[index].core_here or notes[index].first_id in story_question_ids
                for index in unit
            ),
        ),
    )


def has_learners_words(unit: Unit, notes: Sequence[Note]) -> bool:
    """Whether the learner wrote some of it."""
    return any(notes[index].is_own or notes[index].answered for index in unit)


def _is_core_pitch(unit: Unit, notes: Sequence[Note]) -> bool:
    """Whether it is core, and every interview asks it: tell me about yourself, why us."""
    return any(notes[index].core and notes[index].everywhere for index in unit)


class NotesInTime(NamedTuple):
    """The notes that fit into a plan, as they stood, and their cards' order.

    `waiting`: the notes that do not fit, the next one first.
    """

    notes: list[Note]
    order: list[Card]
    waiting: list[Note]


def notes_in_time(
    plan: Plan,
    notes: Sequence[Note],
    notetypes: Mapping[str, NoteType],
    *,
    spent: Decimal = _NOTHING,
    paid: Collection[str] = (),
) -> NotesInTime:
    """As much of a deck as the plan can pay for: the first of its `units`.

    They are ranked alike for every plan, so more minutes never take a note away. What the learner
    wrote is always in, and every deck has a note. `spent`: the minutes of the plan that another
    role's notes take. `paid`: the GUIDs of notes that the other role brings: they cost nothing.
    """
    study_order = in_study_order(notes, notetypes)
    ranked_units = units(notes, study_order)
    least_count = max(sum(has_learners_words(unit, notes) for unit in ranked_units), 1)
    unit_costs = (
        sum(plan.cost(notes[index], notetypes) for index in unit if notes[index].guid not in paid)
        for unit in ranked_units
    )
    budget = plan.budget - spent
    fitting_count = max(
        sum(total_cost <= budget for total_cost in accumulate(unit_costs)), least_count
    )
    fitting_indices = {
        index
        for position, unit in enumerate(ranked_units)
        for index in unit
        if position < fitting_count or notes[index].guid in paid
    }
    waiting_notes = [
        notes[index]
        for index in chain.from_iterable(ranked_units[fitting_count:])
        if index not in fitting_indices
    ]
    if waiting_notes:
        notes = [notes[index] for index in sorted(fitting_indices)]
        study_order = in_study_order(notes, notetypes)
    return NotesInTime(list(notes), study_order, waiting_notes)


def day_by_day(plan: Plan, spoken: Sequence[bool]) -> tuple[StudyDay, ...]:
    """What each day brings. `spoken`: for each card in the deck's order, whether it is."""
    new_per_day = plan.new_cards_a_day(len(spoken))
    showings_in_all = sum(SHOWINGS.values())
    new_by_day: Counter[int] = Counter()
    minutes_by_day = [Decimal(0)] * plan.days
    for card_position, is_spoken in enumerate(spoken):
        first_day_index = card_position // new_per_day
        new_by_day[first_day_index] += 1
        for days_after, showings in SHOWINGS.items():
            if first_day_index + days_after < plan.days:
                minutes_by_day[first_day_index + days_after] += (
                    plan.card_cost(is_spoken) * showings / showings_in_all
                )
    mock_minutes = _mock_minutes(plan, minutes_by_day, min(sum(spoken), MOCK_CARDS))
    return tuple(
        StudyDay(
            plan.starts + timedelta(days=day_number),
            new_by_day[day_number],
            minutes_by_day[day_number],
            mock_minutes[day_number],
        )
        for day_number in range(plan.days)
    )


def _mock_minutes(plan: Plan, minutes_by_day: Sequence[Decimal], card_count: int) -> list[Decimal]:
    """The minutes of a mock interview on each day that has none but old cards, where they fit.

    One at least, on the last day. A card is answered once and thought about, which takes as long
    as its first day.
    """
    mock_by_day = [Decimal(0)] * plan.days
    if not card_count or plan.days == plan.new_days:
        return mock_by_day
    interview_minutes = plan.spoken_minutes * card_count * SHOWINGS[0] / sum(SHOWINGS.values())
    days_without_new = range(plan.new_days, plan.days)
    fitting_days = [
        day for day in days_without_new if minutes_by_day[day] + interview_minutes <= plan.minutes
    ]
    for day in fitting_days or [plan.days - 1]:
        mock_by_day[day] = interview_minutes
    return mock_by_day
