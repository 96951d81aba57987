"""How much room text takes on paper, and what of it fits: nothing printed is cut or runs over.

Measured with a wide common typeface, so that others take less. Lengths are in millimetres.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil

from builder.render.text import plain

_POINT = 25.4 / 72

#: Widths of letters in ems, as in Noto Sans, which is wider than Arial, Helvetica and Roboto.
_WIDTHS = dict.fromkeys("ijlI.,:;'!|’‘", 0.28)
_WIDTHS |= dict.fromkeys('frt()[]{}/\\-"“”*', 0.4)
_WIDTHS |= dict.fromkeys("mwMW%@&—…→", 0.93) | {" ": 0.26}
_CAPITAL, _LETTER, _WIDE = 0.7, 0.58, 1.0


@dataclass(frozen=True, slots=True)
class Entry:
    """Something to be printed whole or not at all: its texts by name, and its height."""

    texts: Mapping[str, str]
    height: float


#: How much wider bold type is.
_BOLD = 1.1


def height(
    html: str, points: float, width: float, *, bold: bool = False, leading: float = 1.3
) -> float:
    """How high inline HTML stands in a column of that width, in that size of type."""
    em = points * _POINT
    room = width / em / (_BOLD if bold else 1.0)
    return lines(plain(html), room) * em * leading


def lines(text: str, room: float) -> int:
    """In how many lines text breaks that has `room` ems."""
    number, used = 1, 0.0
    for word in text.split():
        long = sum(map(_width, word))
        if used and used + _WIDTHS[" "] + long > room:
            number, used = number + 1, 0.0
        used += long + (_WIDTHS[" "] if used else 0.0)
        if used > room:  # a word that is longer than a line breaks anywhere
            more = ceil(used / room) - 1
            number, used = number + more, used - more * room
    return number


def _width(letter: str) -> float:
    if letter in _WIDTHS:
        return _WIDTHS[letter]
    if letter >= "\u2e80":
        return _WIDE
    return _CAPITAL if letter.isupper() else _LETTER


def fitting(entries: Sequence[Entry], room: float) -> int:
    """How many of the first entries fit."""
    for number, entry in enumerate(entries):
        room -= entry.height
        if room < 0:
            return number
    return len(entries)
