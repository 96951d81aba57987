"""A plan as text for a terminal, and as JSON.

A search is a line of its own, so that it can be copied whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from decimal import Decimal
from textwrap import wrap
from typing import Any

from builder.cli.style import WIDTH, as_json, cells, table
from builder.commands.plan.chart import folded, long_date, marked, mock_lines, rounded, tenths
from builder.commands.plan.run import FINDS_NOTHING, DayStatus, PlanReport, WaitingNote
from builder.phrasing import counted
from builder.study.days import is_over
from builder.study.plan import MOCK_CARDS, StudyDay

#: Anki's default number of new cards a day, for decks without a preset.
_ANKI_DEFAULT = 20
#: The most minutes a day that a role may have.
_MOST_MINUTES = 240
#: How to find again what a person's search put away.
FINDS_AGAIN = "is:suspended in place of -is:suspended"
#: Columns of the longest bar in the chart.
_BAR = 48


def plan_text(report: PlanReport, status: DayStatus | None, columns: int = WIDTH) -> Iterator[str]:
    """Lines: what fits, a chart, and what waits; with `status` what to do on that day instead.

    Lists of ids are wrapped to so many columns.
    """
    yield report.role.title
    yield from _summary(report)
    yield ""
    yield from _chart(report, status)
    if status is not None:
        yield ""
        yield from _advice(report, status)
        if status.number >= report.new_days and status.date < report.plan.interview:
            yield from _mock(report)
        return
    yield from _mock(report)
    if report.waiting:
        yield ""
        yield from _waiting(report, columns)


def _summary(report: PlanReport) -> Iterator[str]:
    plan, deck = report.plan, report.deck
    yield (
        f"{counted(plan.days, 'day')} of {plan.minutes} minutes from {long_date(plan.starts)} "
        f"to the interview on {long_date(plan.interview)} {plan.interview.year}"
    )
    yield ""
    yield (
        f"{'The deck has' if report.over_budget else 'There is time for'} "
        f"{counted(len(deck.notes), 'note')}: "
        f"{counted(len(deck.order), 'card')}, {counted(report.new_per_day, 'new one')} a day "
        f"for {counted(report.new_days, 'day')}."
    )
    if report.over_budget:
        yield from _over_budget(report)
    if report.waiting:
        core_count = sum(note.core for note in report.waiting)
        core_phrase = f"{core_count:,} of them core" if core_count else "none of them core"
        yield f"{counted(len(report.waiting), 'note')} must wait, {core_phrase}."
        if core_count and plan.minutes < report.core_minutes <= _MOST_MINUTES:
            yield f"All of the core would fit into {report.core_minutes} minutes a day."
    if not deck.owns_notes:
        yield "Notes that you already have from another deck stay there; study them in that deck."
        yield "They are counted here too, because only Anki knows what you have already studied."


def _over_budget(report: PlanReport) -> Iterator[str]:
    """Why the notes cost more than the minutes allow, and how long a day becomes."""
    reason = "A deck has at least one note"
    if report.own_notes:
        reason = f"What you wrote yourself is always in ({counted(report.own_notes, 'note')})"
    longest_minutes = max(rounded(day.minutes) for day in report.days)
    yield f"{reason}: a day takes up to {counted(longest_minutes, 'minute')}."


def _chart(report: PlanReport, status: DayStatus | None) -> Iterator[str]:
    longest_minutes = max(day.minutes + day.mock_minutes for day in report.days)
    columns_per_minute = min(Decimal(1), _BAR / max(longest_minutes, Decimal(1)))
    yield "  day           new   minutes"
    rows = []
    for day in report.days:
        total_minutes = day.minutes + day.mock_minutes
        bar = "#" * rounded(day.minutes * columns_per_minute)
        bar += "+" * (rounded(total_minutes * columns_per_minute) - len(bar))
        mock_label = " mock interview" if day.mock_minutes else ""
        row_text = f" {day.new_cards or '':>5}  {rounded(total_minutes):>8}  {bar}{mock_label}"
        rows.append((marked(day.date, status.date if status else None), row_text.rstrip()))
    yield from folded(rows)
    yield f"{marked(report.plan.interview, status.date if status else None)}  the interview"


def _advice(report: PlanReport, status: DayStatus) -> Iterator[str]:
    plan = report.plan
    if is_over(plan.interview, status.date):
        ago_phrase = f"{counted((status.date - plan.interview).days, 'day')} ago"
        yield f"The interview was {ago_phrase}. To put the deck away, find it in Anki's browser:"
        yield f"    {status.suspend_search}"
        yield from _suspend_all(report)
        yield "Or drag the deck onto another one in the deck list; but then a later build creates a"
        yield f"second deck. To stop building it, write in {report.role.span.file}:"
        yield "    retired: the interview is over"
    elif status.date == plan.interview:
        if status.number:
            yield "Today is the interview: no new cards, and nothing to suspend any more."
        else:
            day_load = _load(report.days[0])
            yield f"Today is the interview, and the only day of the plan: {day_load}."
            yield "Suspend nothing: leave the cards that you have no time for."
        yield "The page to take with you:"
        yield f"    prepdeck sheet {report.role.id}"
    elif status.number < 0:
        yield f"The plan begins in {counted(-status.number, 'day')}."
    elif status.number >= report.new_days:
        yield f"Today is day {status.number + 1} of {plan.days}. From now on no card should be new."
        yield "After missed days suspend those that are (Cards > Toggle Suspend in Anki's browser):"
        yield f"    {status.suspend_search}"
    else:
        card_count = len(report.deck.order)
        day_load = _load(report.days[status.number])
        yield f"Today is day {status.number + 1} of {plan.days}: {day_load}."
        if status.number:
            yield from missed_lines(status, card_count)


def _suspend_all(report: PlanReport) -> Iterator[str]:
    if report.deck.person is None:
        yield "Select all, then Cards > Toggle Suspend. Nothing is lost; the same brings it back."
        return
    yield "Select all, then Cards > Toggle Suspend. Nothing is lost: to bring it back, search with"
    yield f"{FINDS_AGAIN}, and do the same."


def _load(day: StudyDay) -> str:
    minutes_phrase = counted(rounded(day.minutes), "minute")
    return f"{counted(day.new_cards, 'new card')}, and about {minutes_phrase} in all"


def missed_lines(status: DayStatus, card_count: int) -> Iterator[str]:
    """How many of the plan's cards are not new any more, and what to do after missed days."""
    started_phrase = f"{card_count - status.new_cards:,} of {counted(card_count, 'card')}"
    yield f"If you missed no day, you have started {started_phrase} before today."
    missed_phrase = f"After {counted(status.missed, 'missed day')}"
    if not status.suspend_search:
        yield f"{missed_phrase} the rest still fits."
        return
    yield f"{missed_phrase} the rest fits again if you suspend the last new cards (Cards > Toggle"
    yield "Suspend in Anki's browser):"
    yield f"    {status.suspend_search}"


def _mock(report: PlanReport) -> Iterator[str]:
    if any(day.mock_minutes for day in report.days):
        yield from mock_lines(report.mock_search)


def _waiting(report: PlanReport, columns: int) -> Iterator[str]:
    core_notes = [note for note in report.waiting if note.core]
    optional_notes = [note for note in report.waiting if not note.core]
    if core_notes:
        yield f"Core notes that do not fit ({len(core_notes):,}), the next ones first:"
        yield from waiting_names(core_notes, columns)
    if optional_notes:
        subject = "Other notes" if core_notes else "Notes"
        yield f"{subject} that do not fit ({len(optional_notes):,}):"
        yield from waiting_names(optional_notes, columns)
    yield "If an earlier build brought them into Anki, suspend what this search finds there:"
    yield f"    prepdeck plan {report.role.id} --format anki"


def waiting_names(waiting_notes: Iterable[WaitingNote], columns: int) -> Iterator[str]:
    """Ids by note type, a paragraph each: the note type's name, and the ids beside it."""
    ids_by_notetype: dict[str, list[str]] = {}
    for note in waiting_notes:
        ids_by_notetype.setdefault(note.notetype, []).append(note.id)
    ids_width = columns - max(map(cells, ids_by_notetype)) - 4
    rows: list[tuple[str, str]] = []
    for notetype_label, ids in ids_by_notetype.items():
        id_lines = wrap(", ".join(ids), ids_width, break_on_hyphens=False, break_long_words=False)
        rows += zip([notetype_label, *[""] * (len(id_lines) - 1)], id_lines, strict=True)
    yield from (f"  {row}" for row in table(rows))


def closing(report: PlanReport) -> Iterator[str]:
    """How to make Anki show as many new cards a day as the plan has."""
    new_per_day, card_count = report.new_per_day, len(report.deck.order)
    yield f'When you import {report.package}, tick "Import any deck presets":'
    yield f"then Anki shows {counted(new_per_day, 'new card')} a day."
    if new_per_day == _ANKI_DEFAULT:
        yield f"Without the tick (the default) it shows as many: {_ANKI_DEFAULT} is its own number."
        return
    last_date = report.plan.starts + timedelta(days=-(-card_count // _ANKI_DEFAULT) - 1)
    yield f"Without the tick (the default) it shows its own number, {_ANKI_DEFAULT} a day."
    if last_date < report.plan.interview:
        longer_clause = (
            ", and the days until then are longer" if new_per_day < _ANKI_DEFAULT else ""
        )
        yield f"That works too: the last new card comes on {long_date(last_date)}{longer_clause}."
        return
    late_phrase = counted(card_count - report.plan.days * _ANKI_DEFAULT, "card")
    yield (
        f"{late_phrase} would come too late: set New cards/day to {new_per_day}"
        " in the deck's options."
    )


def plan_json(report: PlanReport, status: DayStatus | None) -> str:
    """One object. Minutes are rounded to tenths."""
    deck, plan = report.deck, report.plan
    plan_object: dict[str, Any] = {
        "role": report.role.id,
        "title": report.role.title,
        "starts": plan.starts.isoformat(),
        "interview": plan.interview.isoformat(),
        "minutes_per_day": plan.minutes,
        "notes": len(deck.notes),
        "cards": len(deck.order),
        "new_per_day": report.new_per_day,
        "days": [
            {
                "date": day.date.isoformat(),
                "new": day.new_cards,
                "minutes": tenths(day.minutes),
                "mock_minutes": tenths(day.mock_minutes),
            }
            for day in report.days
        ],
        "core": {
            "notes": sum(note.core for note in deck.notes),
            "waiting": sum(note.core for note in deck.waiting),
            "minutes_per_day_for_all": report.core_minutes,
        },
        "waiting": waiting_json(report.waiting),
        "waiting_search": report.waiting_search or FINDS_NOTHING,
        "mock": {"cards": MOCK_CARDS, "search": report.mock_search},
    }
    if status is not None:
        plan_object["today"] = today_json(status)
    return as_json(plan_object)


def waiting_json(waiting_notes: Iterable[WaitingNote]) -> list[dict[str, Any]]:
    """Notes that wait, an object each."""
    return [
        {"id": note.id, "note_type": note.notetype, "core": note.core} for note in waiting_notes
    ]


def today_json(status: DayStatus) -> dict[str, Any]:
    """Where a day is in a plan; `day` is counted from 1."""
    return {
        "date": status.date.isoformat(),
        "day": status.number + 1,
        "new": status.new_cards,
        "missed": status.missed,
        "suspend": status.suspend_search,
    }
