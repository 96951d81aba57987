"""Questions that no interviewer may ask: the law, or decency, forbids to hire by their answers.

The subjects are those that anti-discrimination laws of the EU, the UK and the US have in common.
What customers say in `lines` is not asked by an interviewer, and is not looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from builder.findings import Finding, Section, Severity, rule
from builder.lint.subjects import ENGLISH, Wording

_FEW = r"(?:\w+ ){0,3}"
_HAVE = rf"(?:have|having|want|wanting|plan|planning|expect|expecting|many|your|get|getting) {_FEW}"

#: How such a question is worded, by its subject.
_WORDINGS = {
    "age": r"""
        how old (?:are|were) you
        your age
        (?:date|year) of birth|your birthday
        were you born
        (?:plan|want|intend|hope|until you|do you) (?:to )?retire|your retirement
        """,
    "family": rf"""
        {_HAVE}(?:children|childcare|kids|baby|babies)
        (?:start|have|having|raise|plan) a family|your family plans?|family planning
        (?:are|be|become|becoming|get|getting) (?:you )?pregnant|your pregnanc\w+
        (?:your|take|taking) {_FEW}(?:ma|pa)ternity
        """,
    "marriage": r"""
        (?:your|have a) (?:husband|wife|spouse)
        your partner
        your (?:boy|girl)friend
        (?:are|were|get|getting) (?:you )?(?:\w+ )?married|your marriage
        marital status
        (?:are|were) (?:you )?(?:\w+ )?divorced|your divorce
        maiden name
        """,
    "religion": r"""
        (?:your|what|which) religi\w+|are you (?:\w+ )?religious
        your faith
        (?:which|what|to|attend) (?:a )?church
        do you pray
        """,
    "health": rf"""
        your (?:\w+ )?health(?! scor)|are you healthy|have {_FEW}health prob\w+
        (?:your|have) {_FEW}disabilit\w+|are you disabled
        (?:your|have|had) {_FEW}illness(?:es)?
        (?:your|have|had|take|taking|on) {_FEW}(?:medical \w+|medications?)
        sick (?:days?|leave) (?:did|do|have) you|you {_FEW}(?:off|been) sick|your sick
        """,
    "origin": rf"""
        (?:your|what|which) nationalit\w+
        are you {_FEW}citizen|your citizenship
        (?:your|what|which) ethnic\w*
        your race
        your (?:native|first) language
        your (?:mother|native) tongue
        your accent
        where (?:are|do) you (?:\w+ )?(?:come )?from|your parents (?:come )?from
        """,
    "politics": r"""
        your politic\w+|political (?:party|views?|beliefs?)
        you vote
        (?:member of|belong to|in) an? (?:\w+ )?union
        """,
    "sexuality": r"""
        (?:your|what) sexual\w*|sexual orientation
        your gender
        """,
    "arrests": r"""
        (?:been|ever|you) arrested
        """,
}

_SENTENCE_END = re.compile(r"[.!?]\s")
_YOU = re.compile(r"\byou")
#: Somebody else whom the question may be about.
_OTHERS = re.compile(r"\b(?:customer|caller|client|user|agent|colleague|candidate|applicant)")


@rule(
    "off-limits-question", Severity.WARNING, of=ENGLISH, section=Section.CONTENT, silenceable=True
)
def asks_are_allowed(wording: Wording) -> Iterator[Finding]:
    """A candidate is not asked about what must not decide about them."""
    for leaf in wording.marked("asked"):
        subject = next(_subjects(leaf.scalar.text.lower()), None)
        if subject is not None:
            yield Finding(
                f"this asks the candidate about {subject}",
                leaf.scalar.span,
                "ask about what the job needs, such as hours of work, a language, or lifting",
            )


def _subjects(ask: str) -> Iterator[str]:
    for sentence in _SENTENCE_END.split(ask):
        if _YOU.search(sentence) and not _OTHERS.search(sentence):
            if wording_match := _pattern().search(sentence):
                yield str(wording_match.lastgroup)


@cache
def _pattern() -> re.Pattern[str]:
    """Every wording in one expression, each subject a group. Compiled when it is first needed."""
    subject_groups = [
        f"(?P<{subject}>{'|'.join(line.strip() for line in wordings.strip().splitlines())})"
        for subject, wordings in _WORDINGS.items()
    ]
    return re.compile(rf"\b(?:{'|'.join(subject_groups)})\b")
