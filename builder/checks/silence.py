"""Which findings are told: those that nobody silenced, and that no fault makes doubtful."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from builder.findings import SILENCEABLE, WHOLE_PROJECT, Diagnostic, Scope, Span, did_you_mean
from builder.load.settings import FILE as SETTINGS
from builder.project import Definition, Project
from builder.source import Entry, MappingNode

#: Silenceable rules of a finished deck: only a build of all roles can tell that none is broken.
_OF_DECKS = {"front-gives-answer"}

#: What keeps a file from being read, and what would be said of all that names something in it.
_UNREAD = {"unreadable-file", "not-utf-8", "syntax", "unknown-section"}
_ECHOES = {"no-match", "unknown-reference", "unknown-role", "shipped-id-missing", "was-unknown"}

#: What is left over can be told when everything could be read: till then a fault may be the reason.
_LEFT_OVER = {"orphan", "empty-topic", "idle-silence"}


def without_silenced(
    project: Project, found: Iterable[Diagnostic], *, every_role: bool
) -> list[Diagnostic]:
    """The findings that no definition silences, and the silences that silence nothing.

    `every_role`: the decks of all roles were looked at.
    """
    findings = list(found)
    told = list(_told(project, without_follow_ons(findings, findings), every_role))
    if not project.settings.vars_complete:
        # It may be declared where deck.yaml could not be read.
        told = [finding for finding in told if finding.rule != "unknown-variable"]
    if any(finding.is_error for finding in told):
        return [finding for finding in told if finding.rule not in _LEFT_OVER]
    return told


def without_follow_ons(found: Iterable[Diagnostic], said: Iterable[Diagnostic]) -> list[Diagnostic]:
    """`found`, beside all that was `said`: what an unread file held is not gone for that."""
    unread = any(
        d.rule in _UNREAD and d.scope == WHOLE_PROJECT and d.span.file.startswith("decks/")
        for d in said
        if d.span.file != SETTINGS
    )
    return [d for d in found if not (unread and d.rule in _ECHOES)]


def _told(project: Project, found: Iterable[Diagnostic], every_role: bool) -> Iterator[Diagnostic]:
    silent = list(_silent(project))
    by_touches = {scope: entries for _, scope, entries in silent}
    by_place = {definition.span: entries for definition, _, entries in silent}
    used: set[Span] = set()
    for finding in found:
        entries = by_touches.get(finding.scope) or by_place.get(finding.span) or {}
        if finding.rule in entries and finding.rule in SILENCEABLE:
            used.add(entries[finding.rule].key.span)
        else:
            yield finding
    for _, scope, entries in silent:
        for rule, entry in entries.items():
            at = entry.key.span
            if rule not in SILENCEABLE:
                message = f"no rule that a definition can silence is called `{rule}`"
                help = did_you_mean(rule, SILENCEABLE) or f"these are {', '.join(SILENCEABLE)}"
                yield Diagnostic("unknown-reference", message, at, help, scope)
            elif at not in used and (every_role or rule not in _OF_DECKS):
                message = f"`{rule}` finds nothing here to be silent about"
                yield Diagnostic("idle-silence", message, at, "take it out", scope)


def _silent(project: Project) -> Iterator[tuple[Definition, Scope, dict[str, Entry]]]:
    for definition, scope in project.all_wordings:
        said = definition.node.get("silence")
        if isinstance(said, MappingNode):
            yield definition, scope, said.entries
