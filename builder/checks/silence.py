"""Drops findings that are silenced, or that another fault explains; judges the silences."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from builder.findings import (
    RULES,
    Diagnostic,
    Finding,
    Section,
    Severity,
    Silence,
    did_you_mean,
    rule,
    without_follow_ons,
    without_rules,
    without_silenced,
)
from builder.lint.subjects import DECK, SILENCE
from builder.project import Project
from builder.source import MappingNode

#: What is left over is sure only when nothing is at fault: a fault may be the reason for it.
_LEFT_OVER = {"orphan", "empty-topic", "idle-silence"}


def filtered(
    project: Project, findings: Iterable[Diagnostic], *, every_role: bool
) -> list[Diagnostic]:
    """The findings to report, with those about the silences themselves.

    `every_role`: the decks of all roles were checked.
    """
    unfiltered = list(findings)
    silences = list(_silences(project))
    audible, used = without_silenced(without_follow_ons(unfiltered, unfiltered), silences)
    for silence in silences:
        # Another role's deck, which was not checked, may break the rule.
        is_idle = silence.span not in used and (every_role or silence.rule not in DECK.rules)
        for check in SILENCE.checks:
            audible += check(silence, is_idle)
    if not project.settings.vars_complete:
        # The variable may be declared where deck.yaml could not be read.
        audible = without_rules(audible, {"unknown-variable"})
    if any(finding.is_error for finding in audible):
        audible = without_rules(audible, _LEFT_OVER)
    return audible


def _silences(project: Project) -> Iterator[Silence]:
    for definition, scope in project.all_wordings:
        node = definition.node.get("silence")
        for name, entry in node.entries.items() if isinstance(node, MappingNode) else ():
            yield Silence(name, entry.key.span, scope, definition.span)


def silenceable() -> tuple[str, ...]:
    """The rules that a definition may silence, by name."""
    return tuple(sorted(rule.name for rule in RULES.values() if rule.silenceable))


@rule("unknown-reference", Severity.ERROR, of=SILENCE, section=Section.NAMES)
def silences_name_rules(silence: Silence, is_idle: bool) -> Iterator[Finding]:
    """What a definition silences is a rule that may be silenced."""
    names = silenceable()
    if silence.rule not in names:
        yield Finding(
            f"no rule called `{silence.rule}` can be silenced",
            silence.span,
            did_you_mean(silence.rule, names)
            or f"rules that can be silenced are {', '.join(names)}",
        )


@rule("idle-silence", Severity.WARNING, of=SILENCE, section=Section.CONTENT)
def silences_have_an_effect(silence: Silence, is_idle: bool) -> Iterator[Finding]:
    """Without its silence the definition would break the rule."""
    if is_idle and silence.rule in silenceable():
        yield Finding(
            f"this silence has no effect: `{silence.rule}` reports nothing here",
            silence.span,
            "remove it",
        )
