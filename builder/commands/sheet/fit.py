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
    room_in_ems = width / em / (_BOLD if bold else 1.0)
    return lines(plain(html), room_in_ems) * em * leading


def lines(text: str, room: float) -> int:
    """The number of lines of a text in a column of `room` ems."""
    line_count, used_ems = 1, 0.0
    for word in text.split():
        word_width = sum(map(_width, word))
        if used_ems and used_ems + _WIDTHS[" "] + word_width > room:
            line_count, used_ems = line_count + 1, 0.0
        used_ems += word_width + (_WIDTHS[" "] if used_ems else 0.0)
        if used_ems > room:  # a word that is longer than a line breaks anywhere
            extra_lines = ceil(used_ems / room) - 1
            line_count, used_ems = line_count + extra_lines, used_ems - extra_lines * room
    return line_count


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
    rows_by_section = [_rows(entries, section.pairs) for section, entries in column]
    needed_heights = [sum(row_heights) for row_heights in rows_by_section]
    section_weights = [section.weight for section, _ in column]
    room_left = HEIGHT - sum(HEADING + section.foot for section, entries in column if entries)
    entry_counts: list[int] = []
    for position, (section, entries) in enumerate(column):
        row_heights = rows_by_section[position]
        height_per_weight = room_left / sum(section_weights[position:])
        later_positions = range(position + 1, len(column))
        height_limit = room_left - sum(
            min(height_per_weight * section_weights[later_position], needed_heights[later_position])
            for later_position in later_positions
        )
        if section.percent is not None:
            height_limit = min(room_left, HEIGHT * section.percent / 100)
        row_count = _fitting(row_heights, height_limit)
        room_left -= sum(row_heights[:row_count])
        entry_counts.append(min(2 * row_count, len(entries)) if section.pairs else row_count)
    return entry_counts


def _rows(entries: Sequence[Entry], pairs: bool) -> list[float]:
    """The heights of rows of one entry or two, in millimetres: the highest entry decides."""
    entry_heights = [entry.height for entry in entries]
    entries_per_row = 2 if pairs else 1
    return [
        max(entry_heights[row_start : row_start + entries_per_row])
        for row_start in range(0, len(entry_heights), entries_per_row)
    ]


def _fitting(row_heights: Sequence[float], room: float) -> int:
    """How many of the first rows fit."""
    for row_count, row_height in enumerate(row_heights):
        room -= row_height
        if room < 0:
            return row_count
    return len(row_heights)
