"""How hard a text is to read: the Flesch–Kincaid grade, in years of school.

0.39 · words / sentences + 11.8 · syllables / words − 15.59 (Kincaid, Fishburne, Rogers and
Chissom, "Derivation of New Readability Formulas for Navy Enlisted Personnel", 1975). Syllables are
counted as groups of vowels. textstat counts them by a dictionary; it takes 155 ms to import and
brings 30 MB with it, which a build should not wait for.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache

from builder.findings import Diagnostic
from builder.lint.texts import Judged
from builder.project import Project

#: Shorter texts are a sentence or two: one long word moves their grade by years.
_ENOUGH = 40

_WORD = re.compile(r"[^\W_]+(?:['’.,:-][^\W_]+)*")
_VOWELS = re.compile(r"[aeiouy]+")
#: A sentence ends at its sign, at the end of an item or of a paragraph.
_END = re.compile(r"[.!?…]+[\"'”’)*_]*(?=\s|$)|\n\s*(?:[-*]|\d+\.) |\n\s*\n")
#: What is written and not heard: the e of "time", of "times" (not of "prices"), of "asked".
_SILENT = re.compile(
    r"(?:(?<![aeiouyl])e|(?<=[aeiouy]l)e|(?<![aeiouysxzcgh])es|(?<![aeiouytd])ed)$"
)

#: Vowels, and blanks for everything else: what is left are syllables, more or less.
_VOWELS_ALONE = bytes(97 if chr(byte).lower() in "aeiouy" else 32 for byte in range(256))


def grade(text: str) -> float:
    """The Flesch–Kincaid grade. Numbers count as words of one syllable."""
    words = _WORD.findall(text.lower())
    sentences = len([part for part in _END.split(text) if _WORD.search(part)])
    return _grade(len(words), sentences, sum(map(_syllables, words)))


def _grade(words: int, sentences: int, syllables: int) -> float:
    if not words or not sentences:
        return 0.0
    return 0.39 * words / sentences + 11.8 * syllables / words - 15.59


@cache
def _syllables(word: str) -> int:
    return max(len(_VOWELS.findall(_SILENT.sub("", word))), 1)


def _rough(text: str) -> float:
    """The grade, ten times as quick, and too high rather than too low: silent letters count."""
    words = text.count(" ") + text.count("\n") + 1
    ends = text.count(". ") + text.count(".\n") + text.count("? ") + text.count("?\n")
    return _grade(words, max(ends, 1), len(text.encode().translate(_VOWELS_ALONE).split()))


#: What is read as a whole and said aloud.
_ANSWERS = ("answer", "back", "you_say")


def hard_to_read(project: Project) -> Callable[[Judged], Iterator[Diagnostic]]:
    """`hard-to-read`: an answer that takes more years of school than `limits` allows."""
    limit = project.settings.value.limits.reading_grade

    def rule(one: Judged) -> Iterator[Diagnostic]:
        answers = [leaf.scalar for key in _ANSWERS for leaf in one.texts.get(key, ())]
        texts = [(answer.text, answer.span) for answer in answers]
        if one.sample:
            texts.append((one.sample, one.sample_at))
        for text, at in texts:
            if text.count(" ") + text.count("\n") + 1 < _ENOUGH or _rough(text) + 2 < limit:
                continue
            years = grade(text)
            if len(_WORD.findall(text)) >= _ENOUGH and years > limit:
                yield one.found(
                    "hard-to-read",
                    f"grade {years:.1f} to read, and at most {limit} is wanted",
                    at,
                    "shorter sentences, and words one says aloud",
                )

    return rule
