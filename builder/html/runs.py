"""Text of a learner's field, letter by letter: blanks, new lines and emphasis as they are seen."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from builder.render.text import formulas


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text of one sort; `\\n` in it is a new line."""

    text: str
    marks: frozenset[str] = frozenset()
    href: str | None = None


_Letter = tuple[str, frozenset[str], str | None]


def paragraphs(runs: Iterable[Run], visible: Callable[[str], str]) -> Iterator[tuple[Run, ...]]:
    """The runs as they are seen, parted by blank lines. `visible` drops letters nobody keeps."""
    for letters in _parted(_spaced(_formulas_bare(_letters(runs, visible)))):
        yield tuple(_joined(letters))


def _letters(runs: Iterable[Run], visible: Callable[[str], str]) -> list[_Letter]:
    found: list[_Letter] = []
    for (marks, href), some in groupby(runs, lambda run: (run.marks, run.href)):
        text = visible(unicodedata.normalize("NFC", "".join(run.text for run in some)))
        found += [(letter, marks, href) for letter in text]
    return found


def _parted(letters: list[_Letter]) -> Iterator[list[_Letter]]:
    text = "".join(letter for letter, _, _ in letters)
    start = 0
    for gap in [*re.finditer("\n\n+", text), None]:
        end = gap.start() if gap else len(text)
        while start < end and text[start] == "\n":
            start += 1
        while start < end and text[end - 1] == "\n":
            end -= 1
        if start < end:
            yield letters[start:end]
        start = gap.end() if gap else end


def _formulas_bare(letters: list[_Letter]) -> list[_Letter]:
    """A formula is MathJax's: no emphasis inside it, and one line."""
    text = "".join(letter for letter, _, _ in letters)
    found = list(letters)
    for span in formulas(text):
        for position in range(span.start, span.stop):
            letter = " " if text[position] == "\n" else text[position]
            found[position] = (letter, frozenset(), None)
    return found


def _spaced(letters: list[_Letter]) -> list[_Letter]:
    """Blanks as they are seen: one, none at a line's end, marked only if both sides are so.

    The editor writes every second blank as `&nbsp;`; one that stands alone is meant.
    """
    found: list[_Letter] = []
    at = 0
    while at < len(letters):
        if letters[at][0] not in " \xa0\n\t":
            found.append(letters[at])
            at += 1
            continue
        end = at
        while end < len(letters) and letters[end][0] in " \xa0\n\t":
            end += 1
        gap = "".join(letter for letter, _, _ in letters[at:end])
        before = found[-1] if found else None
        after = letters[end] if end < len(letters) else None
        if before is not None and after is not None:
            marks, href = before[1] & after[1], before[2] if before[2] == after[2] else None
            blank = "\n" * gap.count("\n") or ("\xa0" if gap == "\xa0" else " ")
            found += [(letter, marks, href) for letter in blank]
        at = end
    return found


def _joined(letters: list[_Letter]) -> Iterator[Run]:
    for (marks, href), some in groupby(letters, lambda letter: letter[1:]):
        yield Run("".join(letter for letter, _, _ in some), marks, href)
