"""Definitions beside each other: their histories."""

from __future__ import annotations

from collections.abc import Iterator

from builder.findings import Finding, Section, Severity, rule
from builder.lint.subjects import PROJECT
from builder.project import Definition, Project


@rule("was-twice", Severity.ERROR, of=PROJECT, section=Section.NAMES)
def first_ids_are_unique(project: Project) -> Iterator[Finding]:
    """No two definitions claim one history."""
    first: dict[tuple[str | None, str], Definition] = {}
    for definition in project.all_definitions:
        earlier = first.setdefault((definition.role, definition.first_id), definition)
        if earlier is definition:
            continue
        was = definition.node.entries.get("was") or earlier.node.entries.get("was")
        for claimant in (definition, earlier):
            yield Finding(
                f"`{definition.id}` and `{earlier.id}` both have the history of"
                f" `{definition.first_id}`",
                was.value.span if was else definition.span,
                "`was` is the first id that was ever built; only one definition has that history",
                claimant.scope,
            )
