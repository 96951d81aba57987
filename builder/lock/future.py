"""Times that are still to come: a clock that is behind, or a lock that somebody changed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import UTC, datetime

from builder.findings import Diagnostic, Scope
from builder.lock.files import Locks
from builder.lock.lines import NoteLine, NoteTypeLine
from builder.lock.paths import LOCAL, RELEASED
from builder.phrasing import counted

TimedLines = Collection[NoteLine | NoteTypeLine]

#: How far a stamp may run ahead of the clock, in seconds: changes within one second count up.
AHEAD = 60

_HELP = (
    "set the clock right; if it is right, somebody changed the lock: put the old time back and take"
    " the last two columns out of the header, or take the file back from git"
)


def readable(time: int) -> str:
    """Unix seconds as a date and a time of day in UTC."""
    return datetime.fromtimestamp(time, UTC).strftime("%Y-%m-%d %H:%M UTC")


def future_faults(
    lines_of_roles: Mapping[str, TimedLines], locks: Locks, now: int
) -> list[Diagnostic]:
    """One fault for all lines whose times are still to come, in the scope of each role with any.

    A clock that is behind concerns every line. So a private role's own lock is named only where
    the locks that all roles have are not concerned. `now`: Unix seconds.
    """
    common = {
        line
        for file in (RELEASED, LOCAL)
        for lines in lines_of_roles.values()
        for line in lines
        if locks.lock_at(file).line_like(line) is line
    }
    faults: list[Diagnostic] = []
    for role, lines in lines_of_roles.items():
        is_common = not common.isdisjoint(lines)
        faults.append(_fault(common if is_common else lines, locks, now, Scope(role=role)))
    return faults


def _fault(lines: TimedLines, locks: Locks, now: int, scope: Scope) -> Diagnostic:
    latest = max(lines, key=lambda line: line.time)
    number = len(set(lines))
    message = (
        f"the clock says {readable(now)}, and {counted(number, 'line')} of the lock"
        f" {'is' if number == 1 else 'are'} later, up to {readable(latest.time)}"
    )
    return Diagnostic("stamp-in-future", message, locks.span(latest), _HELP, scope)
