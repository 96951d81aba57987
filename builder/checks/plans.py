"""The dates that a role's plan is made from."""

from __future__ import annotations

from collections.abc import Iterator

from builder.findings import Finding, Section, Severity, rule
from builder.lint.subjects import PROJECT
from builder.project import Project
from builder.source.paths import at_path
from builder.study.plan import unplanned


@rule("half-a-plan", Severity.WARNING, of=PROJECT, section=Section.ROLES)
def interviews_have_a_plan(project: Project) -> Iterator[Finding]:
    """A role that says when the interview is has dates that make a plan."""
    for role in project.roles.values():
        if role.value is None or role.value.interview is None or not role.has_deck:
            continue
        if (cause := unplanned(role)) is not None:
            interview, _ = at_path(role.node, ("interview",))
            yield Finding(
                f"there is an interview, but no plan: {cause.why}",
                interview.span,
                f"{cause.remedy}; or remove `interview`",
                role.scope,
            )
