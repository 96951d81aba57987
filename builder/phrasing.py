"""How messages name numbers, and show text that a terminal must not interpret."""

from __future__ import annotations

from collections.abc import Sequence


def counted(number: int, noun: str) -> str:
    """`1 note`, `2 notes`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def first_three(ids: Sequence[str]) -> str:
    """The ids as messages have them: `a`, `b`, `c` and more."""
    return ", ".join(f"`{id}`" for id in ids[:3]) + (" and more" if ids[3:] else "")


def printable(text: str) -> str:
    """The text with a replacement character for each one that a terminal would act on."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)
