"""Every filter of findings: which are shown, and which packages they block.

They take and return plain values. `without_x` drops x; the others are named for what they keep.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from builder.findings.rules import RULES
from builder.findings.values import WHOLE_PROJECT, Diagnostic, Reach, Scope, Silence, Span

#: Rules that a line breaks when it cannot be read, and rules that its half-read value breaks too.
_READING = {"syntax", "yaml-feature", "empty-value", "nested-too-deep"}
_ECHOES = {"wrong-value", "bad-id"}

#: Rules that a file breaks when it cannot be read, and rules that names break which it may define.
_UNREAD = {"unreadable-file", "not-utf-8", "merge-marks", "syntax", "unknown-section"}
_FOLLOW_ONS = {"no-match", "unknown-reference", "unknown-role", "shipped-id-missing", "was-unknown"}

#: What is reported of files with the marks of a merge.
_UNMERGED = {"merge-marks", "lock-in-conflict"}

#: A file under decks/ that defines none of those names.
_SETTINGS = "decks/deck.yaml"

#: Where private roles are: a page of a public role shows nothing of these files.
_PRIVATE = "decks/private/"


def without_echoes(findings: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Drops wrong values in lines that could not be read: one mistake, one message."""
    findings = list(findings)
    unread_lines = {(d.span.file, d.span.line) for d in findings if d.rule in _READING}
    return [
        d
        for d in findings
        if d.rule not in _ECHOES or (d.span.file, d.span.line) not in unread_lines
    ]


def without_follow_ons(
    findings: Iterable[Diagnostic], among: Iterable[Diagnostic]
) -> list[Diagnostic]:
    """Drops unknown names if `among` has an unreadable file: it may define them.

    A private role's file defines names for that role alone.
    """
    unread = {
        d.scope
        for d in among
        if d.rule in _UNREAD and d.span.file.startswith("decks/") and d.span.file != _SETTINGS
    }
    if WHOLE_PROJECT in unread:
        return without_rules(findings, _FOLLOW_ONS)
    return [
        d
        for d in findings
        if d.rule not in _FOLLOW_ONS or d.scope.role is None or Scope(d.scope.role) not in unread
    ]


def without_unmerged(findings: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Drops what follows from files that a merge left half done: nobody knows what they will say.

    In a private role's file that is what is found in the role, in any other file all else.
    """
    findings = list(findings)
    scopes = {d.scope for d in findings if d.rule == "merge-marks"}
    return [
        d
        for d in findings
        if d.rule in _UNMERGED or not ({WHOLE_PROJECT, Scope(d.scope.role)} & scopes)
    ]


def without_rules(findings: Iterable[Diagnostic], rules: Collection[str]) -> list[Diagnostic]:
    """Drops the findings of these rules."""
    return [d for d in findings if d.rule not in rules]


def without_silenced(
    findings: Iterable[Diagnostic], silences: Iterable[Silence]
) -> tuple[list[Diagnostic], set[Span]]:
    """Drops what a definition silences; second come the spans of the silences that dropped any.

    A finding belongs to a definition by its scope, and one in a deck by its span.
    """
    silences_by_scope: dict[object, dict[str, Span]] = {}
    silences_by_definition: dict[object, dict[str, Span]] = {}
    for silence in silences:
        silences_by_scope.setdefault(silence.scope, {})[silence.rule] = silence.span
        silences_by_definition.setdefault(silence.definition, {})[silence.rule] = silence.span
    audible_findings, used_spans = [], set()
    for finding in findings:
        span_by_rule = (
            silences_by_scope.get(finding.scope) or silences_by_definition.get(finding.span) or {}
        )
        if finding.rule in span_by_rule and RULES[finding.rule].silenceable:
            used_spans.add(span_by_rule[finding.rule])
        else:
            audible_findings.append(finding)
    return audible_findings, used_spans


def without_private(findings: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Drops findings in files of private roles, and findings that name a place in them."""
    return [
        d
        for d in findings
        if not any(span.file.startswith(_PRIVATE) for span in (d.span, *d.related))
    ]


def of_roles(findings: Iterable[Diagnostic], reaches: Iterable[Reach]) -> list[Diagnostic]:
    """Drops findings in other roles: whoever builds these roles cannot correct them."""
    role_ids = {role_id for reach in reaches for role_id in reach.chain}
    return [d for d in findings if d.scope.role is None or d.scope.role in role_ids]


def touching(findings: Iterable[Diagnostic], reach: Reach) -> list[Diagnostic]:
    """The findings that concern one package."""
    return [d for d in findings if reach.includes(d.scope)]


def blocked(
    findings: Iterable[Diagnostic], reaches: Iterable[Reach], *, strict: bool
) -> frozenset[str]:
    """The roles whose packages must not be written; `strict` counts warnings as errors."""
    blocking_scopes = {d.scope for d in findings if d.is_error or strict}
    return frozenset(reach.role for reach in reaches if any(map(reach.includes, blocking_scopes)))


def errors_within(
    findings: Iterable[Diagnostic], file: str, lines: Collection[int]
) -> list[Diagnostic]:
    """The errors in these lines, from 1, of a file."""
    return [d for d in findings if d.is_error and d.span.file == file and d.span.line in lines]


def in_order(findings: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Each finding once, by file, line and column.

    Two that differ in their scope alone stay two, because they block different packages.
    """
    return tuple(sorted(set(findings), key=_order))


def as_shown(findings: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """The same for a reader: what differs in its scope alone is one message."""
    return tuple({(d.rule, d.message, d.span): d for d in in_order(findings)}.values())


def _order(finding: Diagnostic) -> tuple[object, ...]:
    scope = finding.scope
    scope_names = (scope.role or "", scope.definition or "", scope.kind or "")
    return finding.span, finding.rule, finding.message, finding.help, scope_names, finding.related
