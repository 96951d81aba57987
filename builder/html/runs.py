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
    for paragraph_letters in _parted(_spaced(_formulas_bare(_letters(runs, visible)))):
        yield tuple(_joined(paragraph_letters))


def _letters(runs: Iterable[Run], visible: Callable[[str], str]) -> list[_Letter]:
    letters: list[_Letter] = []
    for (marks, href), alike_runs in groupby(runs, lambda run: (run.marks, run.href)):
        visible_text = visible(
            unicodedata.normalize("NFC", "".join(run.text for run in alike_runs))
        )
        letters += [(letter, marks, href) for letter in visible_text]
    return letters


def _parted(letters: list[_Letter]) -> Iterator[list[_Letter]]:
    plain_text = "".join(letter for letter, _, _ in letters)
    paragraph_start = 0
    for gap_match in [*re.finditer("\n\n+", plain_text), None]:
        paragraph_end = gap_match.start() if gap_match else len(plain_text)
        while paragraph_start < paragraph_end and plain_text[paragraph_start] == "\n":
            paragraph_start += 1
        while paragraph_start < paragraph_end and plain_text[paragraph_end - 1] == "\n":
            paragraph_end -= 1
        if paragraph_start < paragraph_end:
            yield letters[paragraph_start:paragraph_end]
        paragraph_start = gap_match.end() if gap_match else paragraph_end


def _formulas_bare(letters: list[_Letter]) -> list[_Letter]:
    """Formulas are for MathJax: no emphasis inside them, and one line."""
    plain_text = "".join(letter for letter, _, _ in letters)
    bare_letters = list(letters)
    for formula_slice in formulas(plain_text):
        for letter_position in range(formula_slice.start, formula_slice.stop):
            letter = " " if plain_text[letter_position] == "\n" else plain_text[letter_position]
            bare_letters[letter_position] = (letter, frozenset(), None)
    return bare_letters


def _spaced(letters: list[_Letter]) -> list[_Letter]:
    """Blanks as a learner sees them: one, none at a line's end, marked only between marked letters.

    The editor writes every second blank as `&nbsp;`; one that stands alone is on purpose.
    """
    spaced_letters: list[_Letter] = []
    letter_position = 0
    while letter_position < len(letters):
        if letters[letter_position][0] not in " \xa0\n\t":
            spaced_letters.append(letters[letter_position])
            letter_position += 1
            continue
        gap_end = letter_position
        while gap_end < len(letters) and letters[gap_end][0] in " \xa0\n\t":
            gap_end += 1
        gap_text = "".join(letter for letter, _, _ in letters[letter_position:gap_end])
        letter_before = spaced_letters[-1] if spaced_letters else None
        letter_after = letters[gap_end] if gap_end < len(letters) else None
        if letter_before is not None and letter_after is not None:
            shared_marks = letter_before[1] & letter_after[1]
            shared_href = letter_before[2] if letter_before[2] == letter_after[2] else None
            blank_text = "\n" * gap_text.count("\n") or ("\xa0" if gap_text == "\xa0" else " ")
            spaced_letters += [(letter, shared_marks, shared_href) for letter in blank_text]
        letter_position = gap_end
    return spaced_letters


def _joined(letters: list[_Letter]) -> Iterator[Run]:
    for (marks, href), alike_letters in groupby(letters, lambda letter: letter[1:]):
        yield Run("".join(letter for letter, _, _ in alike_letters), marks, href)
