"""Abbreviations that a reader meets unexplained."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from builder.findings import Diagnostic
from builder.lint.texts import Judged
from builder.project import Project

#: What everybody knows, in this form rather than written out.
_COMMON = frozenset(
    [
        *(
            "AI",
            "AM",
            "CEO",
            "CV",
            "DIY",
            "EU",
            "FAQ",
            "GB",
            "GDPR",
            "GPS",
            "HR",
            "ID",
            "IT",
            "KPI",
        ),
        *("OK", "PC", "PDF", "PIN", "PM", "PS", "QR", "SIM", "SMS", "TV", "UK", "UN", "URL", "US"),
        *("USA", "USB", "UTC", "VAT", "VIP"),
    ]
)

#: Kinds whose names explain: what they stand for is a card of its own.
_NAMED = {"kpi", "tool", "method", "card"}
_NAMES = {"name", "aliases", "products", "front"}

#: Not part of a code: `INC-4711`, `#AB`, `readme.MD`.
_CAPITALS = re.compile(r"(?<![\w'’#.-])[A-Z]{2,5}(?=s?(?![\w#]|-\d))")


def unexplained_abbreviations(project: Project) -> Callable[[Judged], Iterator[Diagnostic]]:
    """`unexplained-abbreviation`: neither a name, nor written out in the definition, nor known."""
    known = {*_COMMON, *project.settings.value.limits.known_abbreviations}
    for definition in project.definitions.values():
        if definition.kind in _NAMED:
            for leaf in definition.leaves:
                if leaf.path[0] in _NAMES:
                    known.update(_CAPITALS.findall(leaf.scalar.text))

    def rule(one: Judged) -> Iterator[Diagnostic]:
        # A learner's own notes need explain nothing to the learner.
        if not one.public or not one.has_capitals:
            return
        told = set(known)
        for leaf in one.leaves:
            if leaf.path[0] == "they_say":
                continue  # customers shout, and explain nothing
            for match in _CAPITALS.finditer(leaf.scalar.text):
                if match[0] not in told and not _written_out(match[0], one.prose):
                    yield one.found(
                        "unexplained-abbreviation",
                        f"nothing says what {match[0]} stands for",
                        leaf.scalar.within(*match.span()),
                        "write it out here, or list it in decks/deck.yaml under"
                        " `limits.known_abbreviations`",
                    )
                told.add(match[0])

    return rule


def _written_out(abbreviation: str, text: str) -> bool:
    """Whether words with these initials stand somewhere, small words among them or not.

    Two initials come together by chance, so two letters must have theirs beside them.
    """
    words = rf"\b{_BETWEEN.join(abbreviation)}"
    if len(abbreviation) == 2:
        words = rf"{words}\w*\W{{1,3}}{abbreviation}\b|\b{abbreviation}\W{{1,3}}{words}"
    return re.search(words, text, re.IGNORECASE) is not None


#: What may stand between two initials.
_BETWEEN = r"[\w'’]*[\s/-]+(?:(?:of|the|and|to|for|per|in|on|a|an|as|by)\s+)?"
