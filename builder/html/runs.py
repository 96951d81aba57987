"""The text of a field letter by letter: blanks, line breaks and emphasis as a learner sees them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from builder.render.text import formulas


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text with the same emphasis and link; `\\n` in it is a line break."""

    text: str
    marks: frozenset[str] = frozenset()
    href: str | None = None


_Letter = tuple[str, frozenset[str], str | None]


def paragraphs(runs: Iterable[Run], visible: Callable[[str], str]) -> Iterator[tuple[Run, ...]]:
    """The runs as a learner sees them, parted at blank lines. `visible` drops hidden letters."""
    for letters in _parted(_spaced(_formulas_bare(_letters(runs, visible)))):
        yield tuple(_joined(letters))


def _letters(runs: Iterable[Run], visible: Callable[[str], str]) -> list[_Letter]:
    letters: list[_Letter] = []
    for (marks, href), alike in groupby(runs, lambda run: (run.marks, run.href)):
        text = visible(unicodedata.normalize("NFC", "".join(run.text for run in alike)))
        letters += [(letter, marks, href) for letter in text]
    return letters


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
    """Formulas are for MathJax: no emphasis inside them, and one line."""
    text = "".join(letter for letter, _, _ in letters)
    bare = list(letters)
    for span in formulas(text):
        for position in range(span.start, span.stop):
            letter = " " if text[position] == "\n" else text[position]
            bare[position] = (letter, frozenset(), None)
    return bare


def _spaced(letters: list[_Letter]) -> list[_Letter]:
    """Blanks as a learner sees them: one, none at a line's end, marked only between marked letters.

    The editor writes every second blank as `&nbsp;`; one that stands alone is on purpose.
    """
    spaced: list[_Letter] = []
    start = 0
    while start < len(letters):
        if letters[start][0] not in " \xa0\n\t":
            spaced.append(letters[start])
            start += 1
            continue
        end = start
        while end < len(letters) and letters[end][0] in " \xa0\n\t":
            end += 1
        gap = "".join(letter for letter, _, _ in letters[start:end])
        before = spaced[-1] if spaced else None
        after = letters[end] if end < len(letters) else None
        if before is not None and after is not None:
            marks, href = before[1] & after[1], before[2] if before[2] == after[2] else None
            blank = "\n" * gap.count("\n") or ("\xa0" if gap == "\xa0" else " ")
            spaced += [(letter, marks, href) for letter in blank]
        start = end
    return spaced


def _joined(letters: list[_Letter]) -> Iterator[Run]:
    for (marks, href), alike in groupby(letters, lambda letter: letter[1:]):
        yield Run("".join(letter for letter, _, _ in alike), marks, href)
