"""Published figures that have aged."""

from __future__ import annotations

from collections.abc import Iterator

from builder.findings import Finding, Section, Severity, rule
from builder.lint.subjects import PROJECT, wordings
from builder.project import Project
from builder.shape.texts import parser_of


@rule("old-benchmark", Severity.WARNING, of=PROJECT, section=Section.CONTENT, silenceable=True)
def benchmarks_are_new(project: Project) -> Iterator[Finding]:
    """A benchmark is at most so many years older than the newest source as `limits` says.

    Not older than today: a build reads no clock, and a project that nobody edits stays as it is.
    """
    newest_year = max(
        (source.year for source in project.sources.values() if source.year), default=0
    )
    allowed_years = project.settings.value.limits.benchmark_years
    for wording in wordings(project):
        if wording.definition.value is None:
            continue
        written_keys = {leaf.path[0] for leaf in wording.own}
        for leaf in wording.definition.leaves:
            if not leaf.shape.dated or leaf.path[0] not in written_keys:
                continue
            parse_year = parser_of(leaf.shape)
            year: int = parse_year(leaf.scalar.text.strip()) if parse_year else 0
            years_older = newest_year - year
            if years_older > allowed_years:
                yield Finding(
                    f"this figure is of {year}, {years_older} years older than the newest source",
                    leaf.scalar.span,
                    "find a newer figure, or write under `silence` why this one still holds",
                    wording.scope,
                )
