"""What every command prints by: width, colour, tables."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from builder.cli.style import WIDTH, as_json, cells, clipped, colour_wanted, table, width


class Terminal:
    def isatty(self) -> bool:
        return True


def test_no_color_is_honoured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert colour_wanted(Terminal())
    monkeypatch.setenv("NO_COLOR", "1")
    assert not colour_wanted(Terminal())


def printed_width(stdout: int, columns: int | None = None) -> None:
    """Starts a process that prints how wide a line may be to `stdout`."""
    environment = {key: text for key, text in os.environ.items() if key != "COLUMNS"}
    if columns is not None:
        environment["COLUMNS"] = str(columns)
    code = "from builder.cli.style import width; print(width())"
    subprocess.run([sys.executable, "-c", code], stdout=stdout, env=environment, check=True)


@pytest.mark.parametrize(("columns", "expected"), [(20, 60), (80, 80), (110, 110), (300, 120)])
def test_lines_are_as_wide_as_the_terminal_within_limits(columns: int, expected: int) -> None:
    import fcntl
    import struct
    import termios

    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    printed_width(slave)
    assert os.read(master, 100).split() == [str(expected).encode()]
    os.close(master)
    os.close(slave)


def test_a_pipe_gets_lines_of_one_width(tmp_path: Path) -> None:
    with (tmp_path / "out").open("wb") as out:
        printed_width(out.fileno())
    assert (tmp_path / "out").read_text() == f"{WIDTH}\n"


def test_the_columns_variable_sets_the_width(tmp_path: Path) -> None:
    with (tmp_path / "out").open("wb") as out:
        printed_width(out.fileno(), columns=70)
    assert (tmp_path / "out").read_text() == "70\n"


def test_width_falls_back_to_what_a_caller_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    monkeypatch.setattr("shutil.get_terminal_size", lambda fallback: os.terminal_size(fallback))
    assert (width(), width(100)) == (WIDTH, 100)


def test_a_wide_letter_takes_two_columns_and_an_accent_none() -> None:
    assert [cells(text) for text in ("ab", "語", "e\u0301", "ﬁ")] == [2, 2, 1, 1]


@pytest.mark.parametrize(
    ("text", "columns", "expected"),
    [
        ("a short text", 12, "a short text"),
        ("a short text", 11, "a short…"),
        ("a short text", 8, "a short…"),
        ("a short text", 7, "a…"),
        ("two\n  lines", 20, "two lines"),
        ("one, two, three", 10, "one, two…"),
        ("a-long-single-word", 7, "a-long…"),
        ("語語語語", 5, "語語…"),
    ],
)
def test_a_long_text_is_cut_after_a_word_or_else_in_it(
    text: str, columns: int, expected: str
) -> None:
    assert clipped(text, columns) == expected


def test_a_table_aligns_its_columns() -> None:
    rows = [("role", "stories", "gaps"), ("acme", "2", ""), ("語", "12", "one")]
    assert table(rows, right={1}) == [
        "role  stories  gaps",
        "acme        2",
        "語         12  one",
    ]


def test_a_tables_last_column_is_cut_to_the_line() -> None:
    rows = [("a" * 30, "one two three four five six"), ("b", "short")]
    assert table(rows, columns=52) == [f"{'a' * 30}  one two three four…", f"b{' ' * 31}short"]
    # At least 20 columns stay readable, however narrow the line is.
    assert table(rows, columns=10)[0] == f"{'a' * 30}  one two three four…"


def test_a_table_without_rows_is_empty() -> None:
    assert table([]) == []


def test_json_keeps_letters_and_ends_its_line() -> None:
    assert as_json({"name": "Zoë"}) == '{\n  "name": "Zoë"\n}\n'
