"""How hard a text is to read: the Flesch–Kincaid grade, in years of school.

0.39 · words / sentences + 11.8 · syllables / words − 15.59 (Kincaid, Fishburne, Rogers and
Chissom, "Derivation of New Readability Formulas for Navy Enlisted Personnel", 1975). Syllables are
counted as groups of vowels. textstat counts them by a dictionary, but takes 155 ms to import and
brings 30 MB with it: too much for a build.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

from builder.findings import Finding, Section, Severity, rule
from builder.lint.subjects import ENGLISH, Wording

#: A text of fewer words is a sentence or two: one long word moves their grade by years.
_ENOUGH = 40

_WORD = re.compile(r"[^\W_]+(?:['’.,:-][^\W_]+)*")
_VOWELS = re.compile(r"[aeiouy]+")
#: A sentence ends at its sign, at the end of an item or of a paragraph.
_END = re.compile(r"[.!?…]+[\"'”’)*_]*(?=\s|$)|\n\s*(?:[-*]|\d+\.) |\n\s*\n")
#: What is written and not heard: the e of "time", of "times" (not of "prices"), of "asked".
_SILENT = re.compile(
    r"(?:(?<![aeiouyl])e|(?<=[aeiouy]l)e|(?<![aeiouysxzcgh])es|(?<![aeiouytd])ed)$"
)


@rule("hard-to-read", Severity.WARNING, of=ENGLISH, section=Section.CONTENT, silenceable=True)
def answers_are_easy_to_read(wording: Wording) -> Iterator[Finding]:
    """An answer takes at most the years of school that `limits` allows."""
    grade_limit = wording.measures.limits.reading_grade
    for passage, span in wording.passages("graded"):
        if passage.count(" ") + passage.count("\n") + 1 < _ENOUGH:
            continue
        tokens = _WORD.findall(passage.lower())
        if len(tokens) >= _ENOUGH and (reading_grade := _grade(passage, tokens)) > grade_limit:
            yield Finding(
                f"reading grade {reading_grade:.1f}; the limit is {grade_limit}",
                span,
                "write shorter sentences, and words that people say",
            )


def grade(text: str) -> float:
    """The Flesch–Kincaid grade in years of school; 0 for a text without words.

    A number counts as a word of one syllable.
    """
    return _grade(text, _WORD.findall(text.lower()))


def _grade(text: str, tokens: Sequence[str]) -> float:
    sentence_count = sum(_WORD.search(sentence) is not None for sentence in _END.split(text))
    if not tokens or not sentence_count:
        return 0.0
    syllable_count = sum(map(_syllables, tokens))
    return 0.39 * len(tokens) / sentence_count + 11.8 * syllable_count / len(tokens) - 15.59


@cache
def _syllables(word: str) -> int:
    return max(len(_VOWELS.findall(_SILENT.sub("", word))), 1)
