"""Abbreviations that a reader meets unexplained."""

from __future__ import annotations

import re
from collections.abc import Iterator

from builder.findings import Finding, Section, Severity, rule
from builder.lint.subjects import PROJECT, wordings
from builder.project import Project

#: What everybody knows, in this form rather than written out.
_COMMON = frozenset(
    re.findall(
        "[A-Z]+",
        """
        AI AM CEO CV DIY EU FAQ GB GDPR GPS HR ID IT KPI OK PC PDF PIN PM PS QR SIM SMS TV UK UN
        URL US USA USB UTC VAT VIP
        """,
    )
)

#: Not part of a code: `INC-4711`, `#AB`, `readme.MD`. It begins with a capital, and looks back from
#: there, because Python finds a letter faster than a place where none stands before.
_CAPITALS = re.compile(r"[A-Z](?<![\w'’#.-].)[A-Z]{1,4}(?=s?(?![\w#]|-\d))")


@rule(
    *("unexplained-abbreviation", Severity.WARNING),
    of=PROJECT,
    section=Section.CONTENT,
    silenceable=True,
)
def abbreviations_are_explained(project: Project) -> Iterator[Finding]:
    """An abbreviation is known, names a definition, or is written out in this one. English only.

    A learner's own notes need not explain anything to the learner.
    """
    if project.settings.value.language != "en":
        return
    explained_abbreviations = _explained(project)
    for wording in wordings(project):
        reported_abbreviations: set[str] = set()
        for leaf in wording.leaves if wording.public else ():
            if "shouts" in leaf.shape.marks:
                continue  # customers shout, and explain nothing
            for match in _CAPITALS.finditer(leaf.scalar.text):
                abbreviation = match[0]
                if (
                    abbreviation in explained_abbreviations
                    or abbreviation in reported_abbreviations
                ):
                    continue
                reported_abbreviations.add(abbreviation)
                if not _is_written_out(abbreviation, wording.prose):
                    yield Finding(
                        f"nothing explains what {abbreviation} stands for",
                        leaf.scalar.within(*match.span()),
                        "write it out here, or list it in decks/deck.yaml under"
                        " `limits.known_abbreviations`",
                        wording.scope,
                    )


def _explained(project: Project) -> set[str]:
    """The abbreviations that need no explanation anywhere in the project."""
    explained_abbreviations = {*_COMMON, *project.settings.value.limits.known_abbreviations}
    for definition in project.definitions.values():
        if definition.kind.marks.explains:
            for leaf in definition.leaves:
                if {"name", "also"} & leaf.shape.marks:
                    explained_abbreviations.update(_CAPITALS.findall(leaf.scalar.text))
    return explained_abbreviations


#: What may stand between two initials.
_BETWEEN = r"[\w'’]*[\s/-]+(?:(?:of|the|and|to|for|per|in|on|a|an|as|by)\s+)?"


def _is_written_out(abbreviation: str, text: str) -> bool:
    """Whether words with these initials follow each other, small words among them or not.

    Two initials come together by chance, so an abbreviation of two letters must stand beside its
    words.
    """
    expansion_pattern = rf"\b{_BETWEEN.join(abbreviation)}"
    if len(abbreviation) == 2:
        expansion_pattern = (
            rf"{expansion_pattern}\w*\W{{1,3}}{abbreviation}\b"
            rf"|\b{abbreviation}\W{{1,3}}{expansion_pattern}"
        )
    return re.search(expansion_pattern, text, re.IGNORECASE) is not None
