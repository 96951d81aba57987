"""Published figures that have aged."""

from __future__ import annotations

from collections.abc import Iterator

from builder.findings import Finding, Section, Severity, rule
from builder.lint.subjects import PROJECT, wordings
from builder.model import Kpi
from builder.project import Project
from builder.schema import at_path


@rule("old-benchmark", Severity.WARNING, of=PROJECT, section=Section.CONTENT, silenceable=True)
def benchmarks_are_new(project: Project) -> Iterator[Finding]:
    """A benchmark is at most so many years older than the newest source as `limits` says.

    Not older than today: a build reads no clock, and a project that nobody edits stays as it is.
    """
    newest = max((source.year for source in project.sources.values() if source.year), default=0)
    years = project.settings.value.limits.benchmark_years
    for wording in wordings(project, Kpi.kind):
        kpi = wording.definition.value
        if "benchmark" not in wording.texts or not isinstance(kpi, Kpi) or not kpi.benchmark:
            continue
        if kpi.benchmark.year < newest - years:
            year, _ = at_path(wording.definition.node, ("benchmark", "year"))
            age = newest - kpi.benchmark.year
            yield Finding(
                f"this figure is of {kpi.benchmark.year}, {age} years older than the newest source",
                year.span,
                "find a newer figure, or write under `silence` why this one still holds",
                wording.scope,
            )
