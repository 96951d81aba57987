"""Questions that no interviewer may ask: the law, or decency, forbids to hire by their answers.

The subjects are those that anti-discrimination laws of the EU, the UK and the US have in common.
Lines that customers say are no interviewer's, and are not looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from builder.findings import Diagnostic
from builder.lint.texts import Judged

_FEW = r"(?:\w+ ){0,3}"
_HAVE = rf"(?:have|having|want|wanting|plan|planning|expect|expecting|many|your|get|getting) {_FEW}"

#: How they are worded, by subject, each after letters that it cannot do without. Most asks have
#: none of these letters, and looking for letters takes no time.
_WORDINGS: dict[str, dict[str, str]] = {
    "age": {
        "old": r"how old (?:are|were) you",
        "your age": r"your age",
        "birth": r"(?:date|year) of birth|your birthday",
        "were you born": r"were you born",
        "retire": r"(?:plan|want|intend|hope|until you|do you) (?:to )?retire|your retirement",
    },
    "family": {
        "child": rf"{_HAVE}(?:children|childcare)",
        "kids": rf"{_HAVE}kids",
        "bab": rf"{_HAVE}(?:baby|babies)",
        "famil": r"(?:start|have|having|raise|plan) a family|your family plans?|family planning",
        "pregnan": r"(?:are|be|become|becoming|get|getting) (?:you )?pregnant|your pregnanc\w+",
        "ternity": rf"(?:your|take|taking) {_FEW}(?:ma|pa)ternity",
    },
    "marriage": {
        "husband": r"(?:your|have a) husband",
        "wife": r"(?:your|have a) wife",
        "spouse": r"(?:your|have a) spouse",
        "your partner": r"your partner",
        "friend": r"your (?:boy|girl)friend",
        "marri": r"(?:are|were|get|getting) (?:you )?(?:\w+ )?married|your marriage",
        "marital": r"marital status",
        "divorce": r"(?:are|were) (?:you )?(?:\w+ )?divorced|your divorce",
        "maiden": r"maiden name",
    },
    "religion": {
        "religi": r"(?:your|what|which) religi\w+|are you (?:\w+ )?religious",
        "faith": r"your faith",
        "church": r"(?:which|what|to|attend) (?:a )?church",
        "pray": r"do you pray",
    },
    "health": {
        "health": rf"your (?:\w+ )?health(?! scor)|are you healthy|have {_FEW}health prob\w+",
        "disab": rf"(?:your|have) {_FEW}disabilit\w+|are you disabled",
        "illness": rf"(?:your|have|had) {_FEW}illness(?:es)?",
        "medic": rf"(?:your|have|had|take|taking|on) {_FEW}(?:medical \w+|medications?)",
        "sick": rf"sick (?:days?|leave) (?:did|do|have) you|you {_FEW}(?:off|been) sick|your sick",
    },
    "origin": {
        "national": r"(?:your|what|which) nationalit\w+",
        "citizen": rf"are you {_FEW}citizen|your citizenship",
        "ethnic": r"(?:your|what|which) ethnic\w*",
        "your race": r"your race",
        "language": r"your (?:native|first) language",
        "tongue": r"your (?:mother|native) tongue",
        "accent": r"your accent",
        "from": r"where (?:are|do) you (?:\w+ )?(?:come )?from|your parents (?:come )?from",
    },
    "politics": {
        "politic": r"your politic\w+|political (?:party|views?|beliefs?)",
        "you vote": r"you vote",
        "union": r"(?:member of|belong to|in) an? (?:\w+ )?union",
    },
    "sexuality": {
        "sexual": r"(?:your|what) sexual\w*|sexual orientation",
        "your gender": r"your gender",
    },
    "arrests": {"arrest": r"(?:been|ever|you) arrested"},
}
_LETTERS = [letters for wordings in _WORDINGS.values() for letters in wordings]

_SENTENCE_END = re.compile(r"[.!?]\s")
_YOU = re.compile(r"\byou")
#: Somebody else whom the question may be about.
_OTHERS = re.compile(r"\b(?:customer|caller|client|user|agent|colleague|candidate|applicant)")


def asks_are_allowed(one: Judged) -> Iterator[Diagnostic]:
    """`off-limits-question`: the candidate is asked what must not decide about them."""
    every = "\n".join([leaf.scalar.text for leaf in one.asks]).lower()
    for letters in _LETTERS:
        if letters in every:
            break
    else:
        return
    for leaf in one.asks:
        about = next(_subjects(leaf.scalar.text.lower()), None)
        if about is not None:
            yield one.found(
                "off-limits-question",
                f"this asks the candidate about {about}",
                leaf.scalar.span,
                "ask for what the job needs: these hours, this language, this lifting",
            )


def _subjects(ask: str) -> Iterator[str]:
    for sentence in _SENTENCE_END.split(ask):
        if _YOU.search(sentence) and not _OTHERS.search(sentence):
            for subject, wordings in _WORDINGS.items():
                for letters, wording in wordings.items():
                    # `re` keeps what it compiled; at import they would cost every build.
                    if letters in sentence and re.search(rf"\b(?:{wording})\b", sentence):
                        yield subject
