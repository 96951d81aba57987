"""Checks of definitions beside each other: questions nearly the same, a figure that returns."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import chain
from math import ceil

from builder.findings import Diagnostic, Scope
from builder.lint.texts import Judged
from builder.model import Question
from builder.project import Definition, Project
from builder.schema import at_path
from builder.source import ScalarNode
from builder.stem import stem

#: Shared words over all words from which on two asks are nearly the same.
_NEARLY = 2 / 3
#: A word in more asks than this leads nowhere: two that share only such words are not compared.
_RARE = 40

_WORD = re.compile(r"[a-z0-9]+(?:['’][a-z]+)?")
#: What interviewers say around the question.
_FRAME = frozenset(
    re.findall(
        r"\S+",
        """
        a about an and any are as at be been by can could describe did do does ever example
        explain for from give had has have how i if in is it me of on one or please share
        should so tell that the their them there they this time to us walk was we were what
        when where which who why will with would you your you've you're
        """,
    )
)


def questions_differ(project: Project) -> Iterator[Diagnostic]:
    """`near-duplicate`: two questions of one type that ask the same in nearly the same words.

    Each is looked up under its rarest words only: so many that any other as like as `_NEARLY`
    must share one of them. So 10,000 questions are not compared with each other. Those of exactly
    the same words are found whatever these are.
    """
    if project.settings.value.language != "en":
        return
    asks = [(definition, frozenset(words)) for definition, words in _asks(project) if words]
    often = Counter(chain.from_iterable(words for _, words in asks))
    under: dict[tuple[str | None, str], list[int]] = {}
    same: dict[tuple[str | None, frozenset[str]], int] = {}
    for place, (definition, words) in enumerate(asks):
        rare = sorted([(often[word], word) for word in words if often[word] <= _RARE])
        enough = len(words) - ceil(_NEARLY * len(words)) + 1
        keys = [(definition.type, word) for _, word in rare[:enough]]
        near = {other for key in keys for other in under.get(key, ())}
        near.add(same.setdefault((definition.type, words), place))
        near.discard(place)
        likest = max(
            ((_likeness(words, asks[other][1]), -other) for other in near), default=(0.0, 0)
        )
        if likest[0] >= _NEARLY:
            first = asks[-likest[1]][0]
            node, _ = at_path(definition.node, ("ask",))
            yield Diagnostic(
                "near-duplicate",
                f"`{first.id}` asks nearly the same, at {first.span}",
                node.span,
                "make this one a wording of it, or say under `silence` what sets them apart",
                definition.scope,
            )
        for key in keys:
            under.setdefault(key, []).append(place)


def _asks(project: Project) -> Iterator[tuple[Definition, set[str]]]:
    """The catalogue's questions, each with the words that tell it from others."""
    for definition in project.definitions.values():
        ask = definition.node.get("ask")
        if definition.kind == Question.kind and definition.retired is None:
            if isinstance(ask, ScalarNode):
                words = set(_WORD.findall(ask.text.lower())) - _FRAME
                yield definition, {stem(word) for word in words}


def _likeness(one: frozenset[str], other: frozenset[str]) -> float:
    shared = len(one & other)
    return shared / (len(one) + len(other) - shared)


_PERCENTAGE = re.compile(r"(?<![\w.,])(\d+(?:[.,]\d+)?)\s?(?:%|per ?cent\b)")
#: All, nothing and half are not invented.
_PLAIN = {"0", "100", "50"}
#: The second may be chance.
_AGAIN = 3


def percentages_vary() -> Callable[[Judged], Iterator[Diagnostic]]:
    """`recurring-percentage`: a third sample of the catalogue has the same figure."""
    seen: dict[str, list[str]] = {}

    def rule(one: Judged) -> Iterator[Diagnostic]:
        if "%" not in one.sample and "per" not in one.sample:
            return
        if one.scope != Scope(definition=one.definition.id):
            return  # a role's own words for a question that was counted
        here: set[str] = set()
        for leaf in one.texts["sample"]:
            for match in _PERCENTAGE.finditer(leaf.scalar.text):
                if match[1] in _PLAIN or match[1] in here:
                    continue
                here.add(match[1])
                others = seen.setdefault(match[1], [])
                if len(others) + 1 >= _AGAIN:
                    yield one.found(
                        "recurring-percentage",
                        f"`{others[0]}` and `{others[1]}` have {match[1]} % in their samples too",
                        leaf.scalar.within(*match.span()),
                        "give this story a figure of its own",
                    )
                others.append(one.definition.id)

    return rule
