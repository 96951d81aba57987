"""Checks of the dates that a role's plan is made from."""

from __future__ import annotations

from collections.abc import Iterator

from builder.findings import Diagnostic
from builder.project import Project
from builder.schema import at_path
from builder.study.plan import unplanned


def interviews_leave_days(project: Project) -> Iterator[Diagnostic]:
    """`half-a-plan`: a role that says when the interview is, and has no plan even so."""
    for role in project.roles.values():
        if role.value is None or role.value.interview is None or role.retired is not None:
            continue
        if (cause := unplanned(role)) is not None:
            node, _ = at_path(role.node, ("interview",))
            message = f"an interview, and no plan: {cause.why}"
            help = f"{cause.remedy}; or take `interview` out"
            yield Diagnostic("half-a-plan", message, node.span, help, role.scope)
