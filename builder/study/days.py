"""The days of all of a person's interviews: which cards Anki deals on each, and what that takes.

As if each role's package were imported on the day that the role starts, the nearest interview first
where two start together. A card keeps the due that it came with, and Anki deals the smallest first.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from builder.project import Role
from builder.study.plan import MOCK_CARDS, SHOWINGS, Plan


class PlannedCard(NamedTuple):
    """A card of a role's deck: its note's GUID, its template's position, whether it is spoken."""

    guid: str
    template: int
    spoken: bool


class PlannedRole(NamedTuple):
    """A role's plan, None without dates, and its cards in their order."""

    plan: Plan | None
    cards: Sequence[PlannedCard]


class Dealt(NamedTuple):
    """A card that Anki deals: the index of the role whose package brings it, and of the day."""

    role: int
    day: int
    card: PlannedCard


class JointDay(NamedTuple):
    """A day: new cards by role; minutes for all cards; minutes for a mock interview, and whose."""

    date: date
    new: tuple[int, ...]
    minutes: Decimal
    mock_minutes: Decimal
    mock_role: int | None


def is_over(interview: date, day: date) -> bool:
    """Whether an interview is over on a day: from the day after it."""
    return interview < day


def over_by(roles: Iterable[Role], day: date) -> frozenset[str]:
    """The ids of the roles whose interview is over on that day."""
    return frozenset(
        role.id
        for role in roles
        if role.value and role.value.interview and is_over(role.value.interview, day)
    )


def dealt(roles: Sequence[PlannedRole], new_a_day: int) -> tuple[list[Dealt], date, date]:
    """Every card in the order in which Anki deals it; the first day; the last interview's day.

    `roles`: the nearest interview first, those without dates last; one of them has dates.
    """
    plans = [role.plan for role in roles if role.plan is not None]
    first_day = min(plan.starts for plan in plans)
    starts = [(role.plan or max(plans, key=lambda plan: plan.starts)).starts for role in roles]
    # What two packages bring has the due of the one that was imported first.
    brought_by: dict[tuple[str, int], int] = {}
    for index in sorted(range(len(roles)), key=lambda index: (starts[index], index)):
        for card in roles[index].cards:
            brought_by.setdefault((card.guid, card.template), index)
    queues = [
        [card for card in role.cards if brought_by[card.guid, card.template] == index]
        for index, role in enumerate(roles)
    ]
    deals: list[Dealt] = []
    day_index, positions = 0, [0] * len(roles)
    while any(position < len(queue) for position, queue in zip(positions, queues, strict=True)):
        room = new_a_day
        for index, queue in enumerate(queues):
            if (starts[index] - first_day).days <= day_index:
                cards = queue[positions[index] : positions[index] + room]
                positions[index] += len(cards)
                room -= len(cards)
                deals += [Dealt(index, day_index, card) for card in cards]
        day_index += 1
    return deals, first_day, max(plan.interview for plan in plans)


def dealt_ahead(
    roles: Sequence[PlannedRole], new_a_day: int, over: int
) -> tuple[list[Dealt], date]:
    """The cards of the roles whose interview is ahead, as Anki deals them, and the first day.

    `over`: so many of the first roles have an interview that is over. Their packages brought what
    the others need too: on its day, and counted for the first role ahead that has it. The day is
    the first on which one of these cards comes, or one of their roles starts.
    """
    deals, first_day, _ = dealt(roles, new_a_day)
    role_by_card: dict[tuple[str, int], int] = {}
    for index, role in enumerate(roles[over:]):
        for card in role.cards:
            role_by_card.setdefault((card.guid, card.template), index)
    ahead = [
        Dealt(
            deal.role - over if deal.role >= over else role_by_card[key],
            deal.day,
            deal.card,
        )
        for deal in deals
        if (key := (deal.card.guid, deal.card.template)) in role_by_card
    ]
    starts = [(role.plan.starts - first_day).days for role in roles[over:] if role.plan is not None]
    shift = min([*starts, *(deal.day for deal in ahead)])
    return (
        [deal._replace(day=deal.day - shift) for deal in ahead],
        first_day + timedelta(days=shift),
    )


def joint_days(roles: Sequence[PlannedRole], new_a_day: int, over: int = 0) -> tuple[JointDay, ...]:
    """What each day until the last interview brings; that of a single role is its `day_by_day`.

    `over`: so many of the first roles have an interview that is over. Their cards take minutes of
    the days; new cards are those of the others, from the first day of `dealt_ahead` on.
    """
    deals, first_day, last_interview = dealt(roles, new_a_day)
    deals_ahead, first_ahead = dealt_ahead(roles, new_a_day, over)
    shift = (first_ahead - first_day).days
    plan = next(role.plan for role in roles if role.plan is not None)
    day_count = max((last_interview - first_day).days, shift + 1)
    new_by_day = Counter((deal.day + shift, deal.role) for deal in deals_ahead)
    minutes_by_day = [Decimal(0)] * day_count
    for deal in deals:
        for days_after, showings in SHOWINGS.items():
            if deal.day + days_after < day_count:
                minutes_by_day[deal.day + days_after] += (
                    plan.card_cost(deal.card.spoken) * showings / sum(SHOWINGS.values())
                )
    mocks = {
        day_index: (minutes, index - over)
        for day_index, (minutes, index) in _mock_interviews(
            roles, first_day, minutes_by_day
        ).items()
        if index >= over
    }
    return tuple(
        JointDay(
            first_day + timedelta(days=day_index),
            tuple(new_by_day[day_index, index] for index in range(len(roles) - over)),
            minutes_by_day[day_index],
            *mocks.get(day_index, (Decimal(0), None)),
        )
        for day_index in range(shift, day_count)
    )


def _mock_interviews(
    roles: Sequence[PlannedRole], first_day: date, minutes_by_day: Sequence[Decimal]
) -> dict[int, tuple[Decimal, int]]:
    """By day, a mock interview's minutes and role: for each role as its own plan has them.

    On its days without new cards of its own, where they fit, and on the last one at least.
    """
    mocks: dict[int, tuple[Decimal, int]] = {}
    for index, (plan, cards) in enumerate(roles):
        card_count = min(sum(card.spoken for card in cards), MOCK_CARDS)
        if plan is None or not card_count or plan.days == plan.new_days:
            continue
        start = (plan.starts - first_day).days
        mock_minutes = plan.spoken_minutes * card_count * SHOWINGS[0] / sum(SHOWINGS.values())
        free_days = [
            day for day in range(start + plan.new_days, start + plan.days) if day not in mocks
        ]
        fitting = [day for day in free_days if minutes_by_day[day] + mock_minutes <= plan.minutes]
        for day in fitting or free_days[-1:]:
            mocks[day] = (mock_minutes, index)
    return mocks


def late_cards(
    roles: Sequence[PlannedRole], new_a_day: int
) -> tuple[tuple[int, ...], tuple[frozenset[str], ...]]:
    """By role, how many of its cards come on the day of its interview or later, and their GUIDs."""
    deals, first_day, _ = dealt(roles, new_a_day)
    day_by_card = {(deal.card.guid, deal.card.template): deal.day for deal in deals}
    late_by_role = [
        [
            card
            for card in role.cards
            if role.plan is not None
            and day_by_card[card.guid, card.template] >= (role.plan.interview - first_day).days > 0
        ]
        for role in roles
    ]
    return (
        tuple(map(len, late_by_role)),
        tuple(frozenset(card.guid for card in cards) for cards in late_by_role),
    )
