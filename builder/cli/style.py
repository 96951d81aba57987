"""Terminal style: how wide lines are, colour, paths, tables and JSON. All commands print by it."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import Any
from unicodedata import combining, east_asian_width

import click

#: Columns of lines for a reader, where no terminal says how many it has: in a pipe or a file.
WIDTH = 96

#: Fewer columns hold no table, and longer lines of prose are hard to follow.
_NARROWEST, _WIDEST = 60, 120

#: The fewest columns that the last column of a table is cut to.
_READABLE = 20


def width(default: int = WIDTH) -> int:
    """How many columns a line may take: the terminal's, from 60 to 120, or else `default`."""
    columns = shutil.get_terminal_size((0, 0)).columns
    return min(max(columns, _NARROWEST), _WIDEST) if columns else default


def colour_wanted(stream: object) -> bool:
    """Only on a terminal, and never where NO_COLOR is set (click does not look at it)."""
    return not os.environ.get("NO_COLOR") and getattr(stream, "isatty", lambda: False)()


def say(text: str, *, err: bool = False) -> None:
    """Writes to stdout or stderr, in colour only where it is wanted."""
    stream = sys.stderr if err else sys.stdout
    click.echo(text, err=err, nl=False, color=colour_wanted(stream))


def say_lines(lines: Iterable[str], *, err: bool = False) -> None:
    """Writes each line, and a line break after it."""
    say("".join(f"{line}\n" for line in lines), err=err)


def near(path: Path) -> Path:
    """The path as one would type it in the current folder."""
    current_folder = Path.cwd()
    return path.relative_to(current_folder) if path.is_relative_to(current_folder) else path


def as_json(value: Any) -> str:
    """JSON as every command prints it: indented by two blanks, in UTF-8, with a line break."""
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def cells(text: str) -> int:
    """Columns of a terminal that the text takes: two for 語, none for an accent of its own."""
    if text.isascii():
        return len(text)
    wide_count = sum(east_asian_width(letter) in "WF" for letter in text)
    return len(text) + wide_count - sum(combining(letter) > 0 for letter in text)


def clipped(text: str, columns: int) -> str:
    """The text in one line of at most `columns` columns; `…` stands for the words cut off."""
    text = " ".join(text.split())
    if cells(text) <= columns:
        return text
    cut_position = columns - 1
    while cells(text[:cut_position]) >= columns:
        cut_position -= 1
    whole_words = text[: max(text.rfind(" ", 0, cut_position + 1), 0)]
    return f"{whole_words.rstrip(',') or text[:cut_position]}…"


def table(
    rows: Iterable[Sequence[str]],
    *,
    right: Collection[int] = (),
    columns: int | None = None,
) -> list[str]:
    """Rows as lines; each column is as wide as its widest cell, with two blanks between them.

    `right`: positions of the columns that are aligned to the right. `columns`: how many columns of
    the terminal a line may take; then the last cell of a row is clipped to what the others leave,
    but to no less than 20.
    """
    rows = [tuple(row) for row in rows]
    column_widths = [max(map(cells, column)) for column in zip(*rows, strict=True)]
    lines = []
    for row in rows:
        padded_cells = []
        for column_position, cell in enumerate(row[:-1]):
            blanks = " " * (column_widths[column_position] - cells(cell))
            padded_cells.append(blanks + cell if column_position in right else cell + blanks)
        leading_text = "".join(f"{cell}  " for cell in padded_cells)
        last_cell = row[-1]
        if columns is not None:
            last_cell = clipped(last_cell, max(columns - cells(leading_text), _READABLE))
        lines.append(f"{leading_text}{last_cell}".rstrip())
    return lines
