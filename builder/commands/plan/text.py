"""`plan` for a terminal of 96 columns. A search is a line of its own, to be copied whole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby
from textwrap import wrap

from builder.commands.plan.run import Planned, Today, Waiting
from builder.phrasing import counted
from builder.study.plan import MOCK_CARDS, StudyDay

#: Anki's own number of new cards a day, for decks without a preset.
ANKIS = 20
#: More minutes a day than a role can say.
_TOO_MANY = 240
_WIDTH = 96
_BAR = 48
#: Of longer charts runs of equal days are folded, unless they are as short as what says so.
_MONTH, _FEW = 31, 3


def as_text(made: Planned, at: Today | None) -> Iterator[str]:
    """What there is time for and a chart; then what waits, or what to do on the day `at`."""
    yield made.role.title
    yield from _summary(made)
    yield ""
    yield from _chart(made, at)
    if at is not None:
        yield ""
        yield from _today(made, at)
        if at.number >= made.new_days and at.date < made.plan.interview:
            yield from _mock(made)
        return
    yield from _mock(made)
    if made.waiting:
        yield ""
        yield from _waiting(made)


def _summary(made: Planned) -> Iterator[str]:
    plan, deck = made.plan, made.deck
    yield (
        f"{counted(plan.days, 'day')} of {plan.minutes} minutes from {_said(plan.starts)} "
        f"to the interview on {_said(plan.interview)} {plan.interview.year}"
    )
    yield ""
    yield (
        f"{'The deck has' if made.over else 'There is time for'} "
        f"{counted(len(deck.notes), 'note')}: "
        f"{counted(len(deck.order), 'card')}, {counted(made.a_day, 'new one')} a day "
        f"for {counted(made.new_days, 'day')}."
    )
    if made.over:
        yield from _over(made)
    if made.waiting:
        core = sum(one.core for one in made.waiting)
        which = f"{core:,} of them core" if core else "none of them core"
        yield f"{counted(len(made.waiting), 'note')} must wait, {which}."
        if core and plan.minutes < made.core_minutes <= _TOO_MANY:
            yield f"All of the core would fit into {made.core_minutes} minutes a day."
    if not deck.owns_notes:
        yield "Notes that another deck brought first stay there, and come when that deck has them."
        yield "They are counted here all the same: what you have studied already only Anki knows."


def _over(made: Planned) -> Iterator[str]:
    """Why there is more than the minutes pay for, and what it comes to."""
    why = "A deck has a note, however little time there is"
    if made.own_notes:
        why = f"What you wrote yourself is always in ({counted(made.own_notes, 'note')})"
    longest = max(_whole(day.minutes) for day in made.days)
    yield f"{why}: a day takes up to {counted(longest, 'minute')}."


def _chart(made: Planned, at: Today | None) -> Iterator[str]:
    longest = max(day.minutes + day.mock_minutes for day in made.days)
    scale = min(Decimal(1), _BAR / max(longest, Decimal(1)))
    yield "  day           new   minutes"
    rows = []
    for day in made.days:
        total = day.minutes + day.mock_minutes
        bar = "#" * _whole(day.minutes * scale)
        bar += "+" * (_whole(total * scale) - len(bar))
        mock = " mock interview" if day.mock_minutes else ""
        new = str(day.new_cards or "")
        rows.append((_mark(day.date, at), f" {new:>5}  {_whole(total):>8}  {bar}{mock}".rstrip()))
    yield from _folded(rows) if len(rows) > _MONTH else map("".join, rows)
    yield f"{_mark(made.plan.interview, at)}  the interview"


def _folded(rows: Sequence[tuple[str, str]]) -> Iterator[str]:
    """Each row that says something new, and how many like it follow; a marked one always."""
    for _, like in groupby(rows, key=lambda row: (row[1], row[0].startswith(">"))):
        first, *rest = map("".join, like)
        yield first
        if len(rest) < _FEW:
            yield from rest
        else:
            yield f"  … {counted(len(rest), 'day')} like this"


def _mark(day: date, at: Today | None) -> str:
    arrow = ">" if at is not None and at.date == day else " "
    return f"{arrow} {day:%a} {day.day:2} {day:%b} "


def _today(made: Planned, at: Today) -> Iterator[str]:
    plan = made.plan
    if at.date > plan.interview:
        days = counted((at.date - plan.interview).days, "day")
        yield f"The interview was {days} ago. To put the deck away, find it in Anki's browser:"
        yield f"    {at.search}"
        yield "Select all, then Cards > Toggle Suspend. Nothing is lost; the same brings it back."
        yield "Or drag the deck onto another one in the list of decks; a later build would start a"
        yield f"second one, though. To build it no more, write in {made.role.span.file}:"
        yield "    retired: the interview is over"
    elif at.date == plan.interview:
        if at.number:
            yield "Today is the interview: no new cards, and nothing to suspend any more."
        else:
            yield f"Today is the interview, and the only day of the plan: {_load(made.days[0])}."
            yield "Nothing is to be suspended: leave what you do not get to."
        yield "The page to take along:"
        yield f"    prepdeck sheet {made.role.id}"
    elif at.number < 0:
        yield f"The plan begins in {counted(-at.number, 'day')}."
    elif at.number >= made.new_days:
        yield f"Today is day {at.number + 1} of {plan.days}. From now on no card should be new."
        yield "After missed days suspend those that are (Cards > Toggle Suspend in Anki's browser):"
        yield f"    {at.search}"
    else:
        cards = len(made.deck.order)
        yield f"Today is day {at.number + 1} of {plan.days}: {_load(made.days[at.number])}."
        if at.number:
            before = cards - at.new
            yield f"If no day was missed, {before:,} of {counted(cards, 'card')} have come before."
            yield from _missed(at)


def _load(day: StudyDay) -> str:
    minutes = counted(_whole(day.minutes), "minute")
    return f"{counted(day.new_cards, 'new card')}, and about {minutes} in all"


def _missed(at: Today) -> Iterator[str]:
    missed = f"After {counted(at.missed, 'missed day')}"
    if not at.search:
        yield f"{missed} the rest fits even so."
        return
    yield f"{missed} the rest fits again when the last new ones are suspended (Cards > Toggle"
    yield "Suspend in Anki's browser):"
    yield f"    {at.search}"


def _mock(made: Planned) -> Iterator[str]:
    if not made.mock or not any(day.mock_minutes for day in made.days):
        return
    yield ""
    yield (
        f"A mock interview is {MOCK_CARDS} spoken cards at random, all answered aloud."
        " In Anki: Tools >"
    )
    yield "Create Filtered Deck, and search for"
    yield f"    {made.mock}"
    yield (
        f"Limit to {MOCK_CARDS} cards selected by Random, untick Reschedule."
        " For the next one: Rebuild."
    )


def _waiting(made: Planned) -> Iterator[str]:
    core = [one for one in made.waiting if one.core]
    rest = [one for one in made.waiting if not one.core]
    if core:
        yield f"Core, and not in the package for want of time ({len(core):,}), the next ones first:"
        yield from _names(core)
    if rest:
        them = "The rest" if core else "Not in the package for want of time"
        yield f"{them} ({len(rest):,}):"
        yield from _names(rest)
    yield "If an earlier build brought them into Anki, suspend what this search finds there:"
    yield f"    prepdeck plan {made.role.id} --format anki"


def _names(waiting: Iterable[Waiting]) -> Iterator[str]:
    """Ids by note type, a paragraph each."""
    names: dict[str, list[str]] = {}
    for one in waiting:
        names.setdefault(one.notetype, []).append(one.id)
    width = max(map(len, names)) + 4
    for name, ids in names.items():
        for number, line in enumerate(
            wrap(", ".join(ids), _WIDTH - width, break_on_hyphens=False, break_long_words=False)
        ):
            yield f"{'' if number else '  ' + name:{width}}{line}"


def closing(made: Planned) -> Iterator[str]:
    """How Anki comes to bring so many new cards a day."""
    a_day, cards = made.a_day, len(made.deck.order)
    yield f'On importing {made.package} tick "Import any deck presets", and Anki brings'
    yield f"{counted(a_day, 'new card')} a day by itself."
    if a_day == ANKIS:
        yield f"The default, unticked, does the same: {ANKIS} is Anki's own number."
        return
    last = made.plan.starts + timedelta(days=-(-cards // ANKIS) - 1)
    yield f"The default, unticked, leaves Anki's own {ANKIS} a day."
    if last < made.plan.interview:
        longer = ", and the days until then are longer" if a_day < ANKIS else ""
        yield f"That works too: the last new card comes on {_said(last)}{longer}."
        return
    late = counted(cards - made.plan.days * ANKIS, "card")
    yield f"{late} would come too late: set New cards/day to {a_day} in the deck's options."


def _said(day: date) -> str:
    return f"{day:%A} {day.day} {day:%B}"


def _whole(minutes: Decimal) -> int:
    return int(minutes + Decimal("0.5"))
