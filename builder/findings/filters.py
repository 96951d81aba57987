"""Every filter of findings: which are shown, and which packages they block.

All take and give plain values. Each says in its name what its result is without, or of what it is.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from builder.findings.rules import RULES
from builder.findings.values import WHOLE_PROJECT, Diagnostic, Reach, Silence, Span

#: Rules that reading a file breaks, and those that the loss of what could not be read breaks.
_READING = {"syntax", "yaml-feature", "empty-value", "nested-too-deep"}
_ECHOES = {"wrong-value", "bad-id"}

#: Rules that keep a file of definitions from being read, and those that miss its names then.
_UNREAD = {"unreadable-file", "not-utf-8", "syntax", "unknown-section"}
_FOLLOW_ONS = {"no-match", "unknown-reference", "unknown-role", "shipped-id-missing", "was-unknown"}

#: Holds names of its own, and none that the follow-ons are about.
_SETTINGS = "decks/deck.yaml"

#: What lies here is nobody's business but the role's own.
_PRIVATE = "decks/private/"


def without_echoes(findings: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Drops wrong values in lines that could not be read: one slip, one message."""
    findings = list(findings)
    unread = {(d.span.file, d.span.line) for d in findings if d.rule in _READING}
    return [
        d for d in findings if d.rule not in _ECHOES or (d.span.file, d.span.line) not in unread
    ]


def without_follow_ons(
    findings: Iterable[Diagnostic], among: Iterable[Diagnostic]
) -> list[Diagnostic]:
    """Drops unknown names if `among` is an unreadable file: they may be defined in it."""
    unread = any(
        d.rule in _UNREAD
        and d.scope == WHOLE_PROJECT
        and d.span.file.startswith("decks/")
        and d.span.file != _SETTINGS
        for d in among
    )
    return without_rules(findings, _FOLLOW_ONS if unread else ())


def without_rules(findings: Iterable[Diagnostic], rules: Collection[str]) -> list[Diagnostic]:
    """Drops the findings of these rules."""
    return [d for d in findings if d.rule not in rules]


def without_silenced(
    findings: Iterable[Diagnostic], silences: Iterable[Silence]
) -> tuple[list[Diagnostic], set[Span]]:
    """Drops what a definition silences. Also the spans of the silences that had something to drop.

    A finding is a definition's by its scope, or, in a deck, by its span.
    """
    by_scope: dict[object, dict[str, Span]] = {}
    by_span: dict[object, dict[str, Span]] = {}
    for silence in silences:
        by_scope.setdefault(silence.scope, {})[silence.rule] = silence.span
        by_span.setdefault(silence.definition, {})[silence.rule] = silence.span
    audible, used = [], set()
    for finding in findings:
        silenced = by_scope.get(finding.scope) or by_span.get(finding.span) or {}
        if finding.rule in silenced and RULES[finding.rule].silenceable:
            used.add(silenced[finding.rule])
        else:
            audible.append(finding)
    return audible, used


def without_private(findings: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Drops what stands in a private role's files, or names a place in them."""
    return [
        d
        for d in findings
        if not any(span.file.startswith(_PRIVATE) for span in (d.span, *d.related))
    ]


def of_roles(findings: Iterable[Diagnostic], reaches: Iterable[Reach]) -> list[Diagnostic]:
    """Drops what stands in other roles: those who build these cannot mend it."""
    roles = {id for reach in reaches for id in reach.chain}
    return [d for d in findings if d.scope.role is None or d.scope.role in roles]


def touching(findings: Iterable[Diagnostic], reach: Reach) -> list[Diagnostic]:
    """The findings that concern one package."""
    return [d for d in findings if reach.includes(d.scope)]


def blocked(
    findings: Iterable[Diagnostic], reaches: Iterable[Reach], *, strict: bool
) -> frozenset[str]:
    """The roles whose packages an error touches; `strict` makes errors of warnings."""
    scopes = {d.scope for d in findings if d.is_error or strict}
    return frozenset(reach.role for reach in reaches if any(map(reach.includes, scopes)))


def errors_within(
    findings: Iterable[Diagnostic], file: str, lines: Collection[int]
) -> list[Diagnostic]:
    """The errors in these lines, from 1, of a file."""
    return [d for d in findings if d.is_error and d.span.file == file and d.span.line in lines]


def in_order(findings: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Each finding once, by file, line and column. Equal ones of two scopes block two packages."""
    return tuple(sorted(set(findings), key=_order))


def as_shown(findings: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """In order, and equal ones of two scopes once."""
    return tuple({(d.rule, d.message, d.span): d for d in in_order(findings)}.values())


def _order(finding: Diagnostic) -> tuple[object, ...]:
    scope = finding.scope
    names = (scope.role or "", scope.definition or "", scope.kind or "")
    return finding.span, finding.rule, finding.message, finding.help, names, finding.related
