"""What the charts of a role's plan and of a person's have in common."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from itertools import groupby

from builder.phrasing import counted
from builder.study.plan import MOCK_CARDS

#: Charts of more days than a month fold equal days, unless they are fewer than `_FEW`: then the
#: line that stands for them saves nothing.
_MONTH, _FEW = 31, 3


def folded(rows: Sequence[tuple[str, str]]) -> Iterator[str]:
    """The rows; of more than a month's the first of equal ones, and how many more there are.

    A marked row is always shown.
    """
    if len(rows) <= _MONTH:
        yield from map("".join, rows)
        return
    for _, equal_rows in groupby(rows, key=lambda row: (row[1], row[0].startswith(">"))):
        first_line, *more_lines = map("".join, equal_rows)
        yield first_line
        if len(more_lines) < _FEW:
            yield from more_lines
        else:
            yield f"  … {counted(len(more_lines), 'day')} like this"


def marked(day: date, marked_day: date | None) -> str:
    """The day in short form, with an arrow if it is the one in question."""
    arrow = ">" if marked_day == day else " "
    return f"{arrow} {day:%a} {day.day:2} {day:%b} "


def mock_lines(search: str) -> Iterator[str]:
    """How to hold a mock interview with what a search finds; none for an empty one."""
    if not search:
        return
    yield ""
    yield (
        f"A mock interview is {MOCK_CARDS} spoken cards at random, all answered aloud."
        " In Anki: Tools >"
    )
    yield "Create Filtered Deck, and search for"
    yield f"    {search}"
    yield (
        f"Limit to {MOCK_CARDS} cards selected by Random, untick Reschedule."
        " For the next one: Rebuild."
    )


def long_date(day: date) -> str:
    """A day in long form, without the year."""
    return f"{day:%A} {day.day} {day:%B}"


def rounded(minutes: Decimal) -> int:
    """To whole minutes; half a minute is rounded up."""
    return int(minutes + Decimal("0.5"))


def tenths(minutes: Decimal) -> float:
    """To tenths of a minute."""
    return float(round(minutes, 1))
