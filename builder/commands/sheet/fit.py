"""How much room text takes on paper, and how much of it fits: nothing printed is cut or runs over.

Texts are measured with a wide common typeface, so that others take less. Lengths are in
millimetres.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil

from builder.commands.sheet.sections import Section
from builder.render.text import plain

#: A point of type in millimetres.
_POINT = 25.4 / 72

#: What `templates/sheet/style.css` makes of the paper, in millimetres: a column's height, and a
#: heading's.
HEIGHT, HEADING = 256.0, 9.0

#: Widths of letters in ems, as in Noto Sans, which is wider than Arial, Helvetica and Roboto.
_WIDTHS = dict.fromkeys("ijlI.,:;'!|’‘", 0.28)
_WIDTHS |= dict.fromkeys('frt()[]{}/\\-"“”*', 0.4)
_WIDTHS |= dict.fromkeys("mwMW%@&—…→", 0.93) | {" ": 0.26}
_CAPITAL, _LETTER, _WIDE = 0.7, 0.58, 1.0


@dataclass(frozen=True, slots=True)
class Entry:
    """Printed whole or not at all: texts by name, and their height in millimetres."""

    texts: Mapping[str, str]
    height: float


#: How much wider bold type is.
_BOLD = 1.1


def height(
    html: str, points: float, width: float, *, bold: bool = False, leading: float = 1.3
) -> float:
    """The height of inline HTML in a column, in millimetres.

    `points` is the size of type, `width` that of the column in millimetres, `leading` the distance
    of lines as a multiple of the size.
    """
    em = points * _POINT
    room = width / em / (_BOLD if bold else 1.0)
    return lines(plain(html), room) * em * leading


def lines(text: str, room: float) -> int:
    """The number of lines of a text in a column of `room` ems."""
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


def fill(column: Sequence[tuple[Section, Sequence[Entry]]]) -> list[int]:
    """How many entries of each section stand in one column, from its top.

    Each may take a share by its weight, what those before it have left of theirs, and what those
    behind it do not need of theirs.
    """
    rows = [_rows(entries, section.pairs) for section, entries in column]
    needs = [sum(heights) for heights in rows]
    weights = [section.weight for section, _ in column]
    room = HEIGHT - sum(HEADING + section.foot for section, entries in column if entries)
    numbers: list[int] = []
    for position, (section, entries) in enumerate(column):
        unit = room / sum(weights[position:])
        behind = zip(weights[position + 1 :], needs[position + 1 :], strict=True)
        limit = room - sum(min(unit * weight, need) for weight, need in behind)
        if section.percent is not None:
            limit = min(room, HEIGHT * section.percent / 100)
        number = _fitting(rows[position], limit)
        room -= sum(rows[position][:number])
        numbers.append(min(2 * number, len(entries)) if section.pairs else number)
    return numbers


def _rows(entries: Sequence[Entry], pairs: bool) -> list[float]:
    """The heights of rows of one entry or two, in millimetres: the highest entry decides."""
    heights = [entry.height for entry in entries]
    step = 2 if pairs else 1
    return [max(heights[start : start + step]) for start in range(0, len(heights), step)]


def _fitting(heights: Sequence[float], room: float) -> int:
    """How many of the first rows fit."""
    for number, height in enumerate(heights):
        room -= height
        if room < 0:
            return number
    return len(heights)
