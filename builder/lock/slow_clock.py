"""The slow clock, on which personal notes are stamped.

A personal note is one to fill in ("Your answer"). Anki takes ours when it is newer than the
learner's, so it is stamped decades in the past: any edit of the learner's is newer. The clock still
rises, so that notes that nobody edited are refreshed. A note with an answer from YAML is newer than
one without.

A package says neither which notes are personal nor which are answered. Their times do, and
everything that reads or writes such times does it here.
"""

from __future__ import annotations

from enum import Enum

#: How far behind the present a personal note is stamped, in seconds: 47 and 31 years.
EMPTY_BEHIND, ANSWERED_BEHIND = 1_500_000_000, 1_000_000_000


class Clock(Enum):
    """By which clock a note was stamped.

    PRESENT    a reference note, or one that its learner has edited
    ANSWERED   a personal note with an answer from YAML
    EMPTY      a personal note without one
    """

    PRESENT = 0
    ANSWERED = ANSWERED_BEHIND
    EMPTY = EMPTY_BEHIND


def slow_time(now: int, *, answered: bool) -> int:
    """The time to stamp a personal note with at `now`; both in Unix seconds.

    Never below 1: Anki has no negative times, and `SOURCE_DATE_EPOCH` may be small.
    """
    return max(now - (ANSWERED_BEHIND if answered else EMPTY_BEHIND), 1)


def clock_of(time: int, now: int) -> Clock:
    """By which clock a note of that time was stamped, some years before `now`; in Unix seconds.

    The nearest of the three. `now` may be the newest time in the note's package.
    """
    if time >= now - ANSWERED_BEHIND // 2:
        return Clock.PRESENT
    if time > now - (ANSWERED_BEHIND + EMPTY_BEHIND) // 2:
        return Clock.ANSWERED
    return Clock.EMPTY


def packed_at(time: int) -> int:
    """When an answered note of that time was packed; both in Unix seconds."""
    return time + ANSWERED_BEHIND


def is_later_than_packed(time: int, now: int) -> bool:
    """Whether a personal note of that time can only be the learner's; in Unix seconds."""
    return time > now - ANSWERED_BEHIND
