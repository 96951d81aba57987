"""The joint plan of a person as text for a terminal, and as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from builder.cli.style import WIDTH, as_json, clipped, table
from builder.commands.plan.chart import folded, long_date, marked, mock_lines, rounded, tenths
from builder.commands.plan.joint import Employer, JointReport
from builder.commands.plan.run import FINDS_NOTHING, DayStatus
from builder.commands.plan.text import (
    FINDS_AGAIN,
    missed_lines,
    today_json,
    waiting_json,
    waiting_names,
)
from builder.phrasing import counted
from builder.study.plan import MOCK_CARDS, unplanned

#: Columns of the longest bar in the chart, and of an employer's title above its column.
_BAR, _TITLE = 30, 12


def joint_lines(
    report: JointReport, status: DayStatus | None, columns: int = WIDTH
) -> Iterator[str]:
    """Lines: the interviews by date, a chart, and what waits; with `status` what to do on that day.

    Lists of ids are wrapped to so many columns.
    """
    yield report.person.title
    if not report.days:
        yield from _without_days(report)
        yield from _put_away(report)
        return
    yield from _summary(report)
    yield ""
    yield from _chart(report, status)
    if status is not None:
        if advice := [*_advice(report, status)]:
            yield from ("", *advice)
    else:
        if any(day.mock_minutes for day in report.days):
            yield from mock_lines(report.mock_search)
        yield from _late(report)
        for employer in report.employers:
            yield from _waiting(employer, columns)
    yield from _put_away(report)


def _without_days(report: JointReport) -> Iterator[str]:
    """What is to be written for a plan, where each interview is over or has none."""
    yield "No interview is ahead, or none that has a plan."
    for employer in report.employers:
        if cause := unplanned(employer.role):
            yield f"{employer.role.title}: {cause.why}; {cause.remedy}"


def _summary(report: JointReport) -> Iterator[str]:
    dated = [employer for employer in report.employers if employer.plan is not None]
    last = report.last_interview
    yield (
        f"{report.minutes} minutes a day from {long_date(report.starts)} to the "
        f"{'last ' if dated[1:] else ''}interview on {long_date(last)} {last.year}"
    )
    yield ""
    yield from (f"  {line}" for line in table(map(_row, report.employers)))
    yield ""
    notes = {note.guid for employer in report.employers for note in employer.deck.notes}
    yield (
        f"Together {counted(len(notes), 'note')}: {counted(report.card_count, 'card')}, "
        f"{counted(report.new_per_day, 'new one')} a day."
    )
    if any(not employer.deck.owns_notes for employer in report.employers):
        yield "Notes that you already have from another deck stay there; study them in that deck."
        yield "They are counted here too, because only Anki knows what you have already studied."


def _row(employer: Employer) -> tuple[str, ...]:
    deck, plan = employer.deck, employer.plan
    when = f"{plan.interview:%a} {plan.interview.day:2} {plan.interview:%b}" if plan else "no date"
    waiting = f"{counted(len(employer.waiting), 'note')} must wait" if employer.waiting else ""
    counts = (counted(len(deck.notes), "note"), counted(len(deck.order), "card"))
    return (when, employer.role.title, *counts, waiting)


def _chart(report: JointReport, status: DayStatus | None) -> Iterator[str]:
    titles = [clipped(employer.role.title, _TITLE) for employer in report.employers]
    longest_minutes = max(day.minutes + day.mock_minutes for day in report.days)
    columns_per_minute = min(Decimal(1), _BAR / max(longest_minutes, Decimal(1)))
    header = "  ".join(f"{title:>5}" for title in titles)
    marked_day = status.date if status else None
    yield f"  day         {header}   minutes"
    interviews: dict[date, list[str]] = {}
    for employer in report.employers:
        if employer.plan is not None:
            label = f"{employer.role.title}: the interview"
            interviews.setdefault(employer.plan.interview, []).append(label)
    rows: list[tuple[str, str]] = []
    for day in report.days:
        new_columns = "  ".join(
            f"{number or '':>{max(len(title), 5)}}"
            for number, title in zip(day.new, titles, strict=True)
        )
        total_minutes = day.minutes + day.mock_minutes
        bar = "#" * rounded(day.minutes * columns_per_minute)
        bar += "+" * (rounded(total_minutes * columns_per_minute) - len(bar))
        labels = interviews.get(day.date, [])
        if day.mock_role is not None:
            labels = [*labels, f"mock interview ({titles[day.mock_role]})"]
        row_text = f" {new_columns}  {rounded(total_minutes):>8}  {bar} {', '.join(labels)}"
        rows.append((marked(day.date, marked_day), row_text.rstrip()))
    yield from folded(rows)
    last = report.last_interview
    yield f"{marked(last, marked_day)}  {', '.join(interviews[last])}"


def _advice(report: JointReport, status: DayStatus) -> Iterator[str]:
    today = [e for e in report.employers if e.plan and e.plan.interview == status.date]
    for employer in today:
        yield f"Today is the interview at {employer.role.title}. The page to take with you:"
        yield f"    prepdeck sheet {employer.role.id}"
    if status.number < 0:
        yield f"The plan begins in {counted(-status.number, 'day')}."
        return
    if status.number >= len(report.days):
        return
    day = report.days[status.number]
    minutes_phrase = counted(rounded(day.minutes), "minute")
    load = f"{counted(sum(day.new), 'new card')}, and about {minutes_phrase} in all"
    yield f"Today is day {status.number + 1} of {len(report.days)}: {load}."
    if status.number:
        yield from missed_lines(status, report.card_count)


def _late(report: JointReport) -> Iterator[str]:
    """Cards that an employer with a later interview brought, and that come too late here."""
    for employer in report.employers:
        if employer.late:
            yield ""
            verb = "comes" if employer.late == 1 else "come"
            yield (
                f"{counted(employer.late, 'card')} of {employer.role.title} {verb} after its"
                " interview: cards keep the place that they had when"
            )
            yield "the other package brought them. Find them in Anki's browser, and put them in"
            yield f"front (Cards > Reposition, start position {employer.deck.first_due}):"
            yield f"    {employer.late_search}"


def _waiting(employer: Employer, columns: int) -> Iterator[str]:
    title = employer.role.title
    for heading, is_core in ((f"Core notes of {title}", True), (f"Other notes of {title}", False)):
        notes = [note for note in employer.waiting if note.core == is_core]
        if notes:
            yield ""
            yield f"{heading} that do not fit ({len(notes):,}):"
            yield from waiting_names(notes, columns)


def _put_away(report: JointReport) -> Iterator[str]:
    """Searches for Anki's browser, each on a line of its own, so that it can be copied whole."""
    if report.idle_search:
        yield ""
        yield "In no plan any more, and perhaps new in Anki: suspend what this finds in Anki's"
        yield "browser (Cards > Toggle Suspend), or Anki deals it too:"
        yield f"    {report.idle_search}"
    if report.whole_search:
        yield ""
        yield "All interviews are over. To put everything away, suspend what this finds in Anki's"
        yield "browser (Cards > Toggle Suspend):"
        yield f"    {report.whole_search}"
        yield from _to_bring_back()
        yield "To stop building a role, write in its file:"
        yield "    retired: the interview is over"
    for employer in report.over if not report.whole_search else ():
        yield ""
        yield f"The interview at {employer.role.title} is over. To put it away, suspend what only"
        yield "it needs:"
        yield f"    {employer.search}"
        yield from _to_bring_back()
        yield f"To stop building it, write in {employer.role.span.file}:"
        yield "    retired: the interview is over"
    if report.return_search:
        yield ""
        yield "If you suspended what this plan needs, this brings it back (Toggle Suspend again):"
        yield f"    {report.return_search}"


def _to_bring_back() -> Iterator[str]:
    yield f"Nothing is lost: {FINDS_AGAIN} finds it again."


def closing(report: JointReport) -> Iterator[str]:
    """How to bring the packages into Anki, while an interview is ahead."""
    if report.whole_search:
        return
    packages = ", ".join(str(employer.package) for employer in report.employers)
    yield f'Import {packages}, and tick "Import any deck presets":'
    yield f"then Anki shows {counted(report.new_per_day, 'new card')} a day for all of them."


def joint_json(report: JointReport, status: DayStatus | None) -> str:
    """One object. Minutes are rounded to tenths."""
    joint_object: dict[str, Any] = {
        "person": report.person.id,
        "title": report.person.title,
        "minutes_per_day": report.minutes,
        "new_per_day": report.new_per_day,
        "roles": [_employer_json(employer) for employer in report.employers],
        "over": [_employer_json(employer) for employer in report.over],
        "days": [
            {
                "date": day.date.isoformat(),
                "new": {
                    employer.role.id: number
                    for employer, number in zip(report.employers, day.new, strict=True)
                },
                "minutes": tenths(day.minutes),
                "mock_minutes": tenths(day.mock_minutes),
            }
            for day in report.days
        ],
        "mock": {"cards": MOCK_CARDS, "search": report.mock_search},
        "idle_search": report.idle_search or FINDS_NOTHING,
        "return_search": report.return_search or FINDS_NOTHING,
    }
    if status is not None:
        joint_object["today"] = today_json(status)
    return as_json(joint_object)


def _employer_json(employer: Employer) -> dict[str, Any]:
    plan = employer.plan
    return {
        "role": employer.role.id,
        "title": employer.role.title,
        "starts": plan.starts.isoformat() if plan else None,
        "interview": plan.interview.isoformat() if plan else None,
        "notes": len(employer.deck.notes),
        "cards": len(employer.deck.order),
        "late": employer.late,
        "waiting": waiting_json(employer.waiting),
        "put_away_search": employer.search,
    }
