"""Clozes: parts of a text that a card hides, marked as Anki marks them: `{{c1::hidden::hint}}`.

A note has one card for each number. The hint, which may be left out, stands where the text is
hidden. This module reads the marks as Anki does, in a field; `render.cloze` reads them in YAML.
"""

from __future__ import annotations

import re
from functools import cache

OPENS = re.compile(r"\{\{c([0-9]+)::")
_SIGN = re.compile(r"\{\{c([0-9]+)::|\}\}")
#: A mark, or the end of one with its hint. A variable has the same braces, and is none.
_MARK = re.compile(
    r"(\{\{\s*vars\.[a-z0-9_]+\s*\}\})|\{\{c[0-9]+::|(?:::(?:(?!\}\}|\{\{|::).)*)?\}\}"
)


def key_of(number: int) -> str:
    """How locks and lists name the card of a number: `c1`."""
    return f"c{number}"


def card_name(name: str, number: int) -> str:
    """How Anki and our lists call the card of a number; `name`: that of the one template."""
    return f"{name} {number}"


@cache
def card_names(name: str) -> tuple[str, ...]:
    """The names of all cards that a cloze note can have in Anki, which allows 500."""
    return tuple(card_name(name, number) for number in range(1, 501))


def clozes(field: str) -> dict[int, tuple[str, ...]]:
    """The hidden parts of a field, hints included, by their numbers. A number that is 0 has none.

    A mark that does not close hides nothing. Marks may stand inside each other, as Anki allows.
    """
    hidden_by_number: dict[int, tuple[str, ...]] = {}
    open_marks: list[tuple[int, int]] = []
    for mark_sign in _SIGN.finditer(field):
        if mark_sign[1] is not None:
            open_marks.append((int(mark_sign[1]), mark_sign.end()))
        elif open_marks:
            cloze_number, hidden_start = open_marks.pop()
            if cloze_number:
                hidden_by_number[cloze_number] = (
                    *hidden_by_number.get(cloze_number, ()),
                    field[hidden_start : mark_sign.start()],
                )
    return dict(sorted(hidden_by_number.items()))


def without_marks(text: str, filler: str = "") -> str:
    """A text as somebody reads it who knows it all: without marks and hints.

    `filler` takes the place of each character that goes.
    """
    return _MARK.sub(lambda mark: mark[1] or filler * len(mark[0]), text)
