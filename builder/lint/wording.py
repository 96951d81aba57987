"""Checks of how English texts are worded: what is asked, and how a sample tells its story."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from builder.findings import Diagnostic
from builder.lint.abbreviations import unexplained_abbreviations
from builder.lint.off_limits import asks_are_allowed
from builder.lint.reading import hard_to_read
from builder.lint.texts import Judged
from builder.model import STAR, Story
from builder.project import Project
from builder.schema import Leaf

Rule = Callable[[Judged], Iterator[Diagnostic]]


def rules_of_english(project: Project) -> list[Rule]:
    """The rules about one definition's words."""
    return [
        stories_end_in_something_counted,
        samples_say_what_i_did,
        asks_are_open,
        asks_are_allowed,
        hard_to_read(project),
        unexplained_abbreviations(project),
    ]


_DIGIT = re.compile(r"\d")
_NUMBER = re.compile(
    r"\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen"
    r"|(?:twen|thir|for|fif|six|seven|eigh|nine)ty|hundreds?|thousands?|dozens?"
    r"|half|halved|thirds?|quarter|doubled|twice|once|zero)\b",
    re.IGNORECASE,
)


def stories_end_in_something_counted(one: Judged) -> Iterator[Diagnostic]:
    """`story-without-result`: a result that nobody could count."""
    for leaf in _told(one):
        text = leaf.scalar.text
        if leaf.path[-1] == "result" and not _DIGIT.search(text) and not _NUMBER.search(text):
            yield one.found(
                "story-without-result",
                "the result has no number",
                leaf.scalar.span,
                "say how many, how long or how often",
            )


def _told(one: Judged) -> Sequence[Leaf]:
    """The sample of a question; of a story of one's own what tells it in full."""
    if one.definition.kind != Story.kind:
        return one.texts.get("sample", ())
    return [leaf for part in STAR for leaf in one.texts.get(part, ())]


#: What was said to the customer, or by them.
_QUOTED = re.compile(r'"[^"]*"|“[^”]*”')
#: Letters, and blanks for everything else, which parts "we" from "we've" as well.
_LETTERS = bytes(byte if chr(byte).isalpha() and byte < 128 else 32 for byte in range(256))
_OURS = {b"we", b"us", b"our", b"ours", b"ourselves"}
_MINE = {b"i", b"me", b"my", b"mine", b"myself"}


def samples_say_what_i_did(one: Judged) -> Iterator[Diagnostic]:
    """`we-more-than-i`: a sample or a story in which one's own part cannot be seen."""
    told = _told(one)
    if not told:
        return
    whole, what = one.sample, "sample"
    if one.definition.kind == Story.kind:
        whole, what = "\n\n".join(leaf.scalar.text for leaf in told), "story"
    said = whole.lower()
    if '"' in said or "“" in said:
        said = _QUOTED.sub("", said)
    words = said.encode().translate(_LETTERS).split()
    ours, mine = sum(map(_OURS.__contains__, words)), sum(map(_MINE.__contains__, words))
    if ours > mine:
        yield one.found(
            "we-more-than-i",
            f"`we` and its kin stand {ours} times in this {what}, `I` and its kin {mine}",
            told[0].scalar.span,
            "say what you yourself did: they hire one person",
        )


_END = re.compile(r"[.!?:]\s+")
_CLOSED = re.compile(
    r"(?:(?:and|but|so|then|now),? )?"
    r"(?:is|are|was|were|do|does|did|can|could|will|would|have|has|had|should|may|might|must)"
    r"(?:n't)?\b(?!,)",
    re.IGNORECASE,
)
_REQUEST = re.compile(
    r"(?:can|could|would|will) you (?:please |briefly )?(?:describe|explain|recall|tell|walk|give"
    r"|share|name|show|take|talk|think of|outline|summari[sz]e|list|compare)\b",
    re.IGNORECASE,
)
#: `… or chat?` wants one of two; `… and how?` wants more than yes.
_MORE = re.compile(r"\bor\b|\band (?:how|what|why|when|where|which|who)\b", re.IGNORECASE)


def asks_are_open(one: Judged) -> Iterator[Diagnostic]:
    """`yes-no-ask`: a question that is answered by yes."""
    for leaf in one.asks:
        text = leaf.scalar.text.strip()
        if text.endswith("?"):
            last = _END.split(text)[-1]
            if _CLOSED.match(last) and not _REQUEST.match(last) and not _MORE.search(last):
                yield one.found(
                    "yes-no-ask",
                    "yes or no would answer this",
                    leaf.scalar.span,
                    "begin with how, what or why, or with `tell me about`",
                )
