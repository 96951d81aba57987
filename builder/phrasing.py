"""How messages name numbers and notes, and show text that a terminal must not interpret."""

from __future__ import annotations

from collections.abc import Sequence


def counted(number: int, noun: str) -> str:
    """`1 note`, `2 notes`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def first_three(ids: Sequence[str]) -> str:
    """The ids as messages have them: `a`, `b`, `c` and more."""
    return ", ".join(f"`{id}`" for id in ids[:3]) + (" and more" if ids[3:] else "")


def as_search(ids: Sequence[str]) -> str:
    """A search by which Anki's browser finds exactly the notes with these ids.

    It is one pattern: a chain of `or` would be too deep for SQLite from some hundreds of ids on.
    What stands before the last `/` (an owner, the first part of a pair) is written once.
    """
    suffixes_by_prefix: dict[str, list[str]] = {}
    for id in ids:
        prefix, slash, suffix = id.rpartition("/")
        suffixes_by_prefix.setdefault(prefix + slash, []).append(suffix)
    patterns = [
        f"{prefix}(?:{'|'.join(suffixes)})" for prefix, suffixes in suffixes_by_prefix.items()
    ]
    pattern = patterns[0] if len(patterns) == 1 else f"(?:{'|'.join(patterns)})"
    return f'"Id:re:^{pattern}$"' if patterns else '"Id:re:^$" -"Id:re:^$"'


def printable(text: str) -> str:
    """The text with a replacement character for each one that a terminal would act on."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)
