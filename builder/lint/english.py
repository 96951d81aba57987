"""How English texts are worded: what is asked, and how a sample tells its story."""

from __future__ import annotations

import re
from collections.abc import Iterator

from builder.findings import Finding, Section, Severity, rule
from builder.lint.subjects import ENGLISH, Wording

_DIGIT = re.compile(r"\d")
_NUMBER = re.compile(
    r"\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen"
    r"|(?:twen|thir|for|fif|six|seven|eigh|nine)ty|hundreds?|thousands?|dozens?"
    r"|half|halved|thirds?|quarter|doubled|twice|once|zero)\b",
    re.IGNORECASE,
)


@rule(
    "story-without-result", Severity.WARNING, of=ENGLISH, section=Section.CONTENT, silenceable=True
)
def results_are_counted(wording: Wording) -> Iterator[Finding]:
    """The result of a story has a number, in digits or in words."""
    for leaf in wording.leaves:
        text = leaf.scalar.text
        if leaf.shape.counted and not _DIGIT.search(text) and not _NUMBER.search(text):
            yield Finding(
                "the result has no number",
                leaf.scalar.span,
                "write how many, how long or how often",
            )


#: What was said to the customer, or by them.
_QUOTED = re.compile(r'"[^"]*"|“[^”]*”')
_LETTERS = re.compile("[a-z]+")
_OURS = {"we", "us", "our", "ours", "ourselves"}
_MINE = {"i", "me", "my", "mine", "myself"}


@rule("we-more-than-i", Severity.WARNING, of=ENGLISH, section=Section.CONTENT, silenceable=True)
def stories_say_what_i_did(wording: Wording) -> Iterator[Finding]:
    """A sample or a story says "I" at least as often as "we"; what it quotes does not count."""
    passages = list(wording.passages("aloud"))
    story_text = "\n\n".join(passage for passage, _ in passages)
    lower_tokens = _LETTERS.findall(_QUOTED.sub("", story_text).lower())
    we_count = sum(map(_OURS.__contains__, lower_tokens))
    i_count = sum(map(_MINE.__contains__, lower_tokens))
    if we_count > i_count:
        aloud_keys = wording.kind.marked_keys["aloud"]
        story_noun = wording.kind.name if aloud_keys[1:] else aloud_keys[0]
        yield Finding(
            f"this {story_noun} has {we_count} words like `we`, and {i_count} like `I`",
            passages[0][1],
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


@rule("yes-no-ask", Severity.WARNING, of=ENGLISH, section=Section.CONTENT, silenceable=True)
def asks_are_open(wording: Wording) -> Iterator[Finding]:
    """The last sentence of an ask cannot be answered by yes or no."""
    for leaf in wording.marked("asked"):
        ask_text = leaf.scalar.text.strip()
        if ask_text.endswith("?"):
            last_sentence = _END.split(ask_text)[-1]
            if (
                _CLOSED.match(last_sentence)
                and not _REQUEST.match(last_sentence)
                and not _MORE.search(last_sentence)
            ):
                yield Finding(
                    "yes or no can answer this",
                    leaf.scalar.span,
                    "begin with how, what or why, or with `tell me about`",
                )
