"""The slow clock, on which notes are stamped that hold a learner's own words.

They are the notes to fill in ("Your answer"), and what a person or a private role defines: stories,
facts, questions. Anki takes ours when it is newer than the learner's, so these are stamped decades
in the past: any edit by a clock later than 1996 is newer. The clock still rises, so that notes that
nobody edited are refreshed. A note with an answer from YAML is newer than one without.

A package says neither which notes are slow nor which are answered. Their times do, and everything
that reads or writes such times does it here.
"""

from __future__ import annotations

from enum import Enum

#: How far behind the present a slow note is stamped, in seconds: 47 and 31 years.
EMPTY_BEHIND, ANSWERED_BEHIND = 1_500_000_000, 1_000_000_000

#: From this second on (January 2027) the slow clock goes by one second for each 64: 31 years behind
#: the present would soon be later than 1996. So it gets there in 2067. Unix seconds.
_SLOWER_SINCE, _SLOWER = 1_800_000_000, 64

#: Where one clock ends and the next begins, when `now` is later than 2027; Unix seconds.
_PRESENT_SINCE, _ANSWERED_SINCE = 1_300_000_000, 550_000_000


class Clock(Enum):
    """By which clock a note was stamped.

    PRESENT    a reference note, or one that its learner has edited
    ANSWERED   a personal note with an answer from YAML, or what a private role defines
    EMPTY      a personal note without an answer
    """

    PRESENT = 0
    ANSWERED = ANSWERED_BEHIND
    EMPTY = EMPTY_BEHIND


def slow_time(now: int, *, answered: bool) -> int:
    """The time to stamp a slow note with at `now`; both in Unix seconds.

    Never below 1: Anki has no negative times, and `SOURCE_DATE_EPOCH` may be small.
    """
    if now > _SLOWER_SINCE:
        now = _SLOWER_SINCE + (now - _SLOWER_SINCE) // _SLOWER
    return max(now - (ANSWERED_BEHIND if answered else EMPTY_BEHIND), 1)


def clock_of(time: int, now: int) -> Clock:
    """By which clock a note of that time was stamped, some years before `now`; in Unix seconds.

    `now` may be the newest time in the note's package.
    """
    if time >= min(now - ANSWERED_BEHIND // 2, _PRESENT_SINCE):
        return Clock.PRESENT
    if time > min(now - (ANSWERED_BEHIND + EMPTY_BEHIND) // 2, _ANSWERED_SINCE):
        return Clock.ANSWERED
    return Clock.EMPTY


def is_learners(time: int, now: int) -> bool:
    """Whether a slow note of that time was saved in Anki, by whatever clock; in Unix seconds.

    Up to 24.11 Anki does that itself when it refreshes a note.
    """
    return time > slow_time(now, answered=True)
