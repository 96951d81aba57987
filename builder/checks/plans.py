"""Checks of the dates that a role's plan is made from."""

from __future__ import annotations

from collections.abc import Iterator

from builder.diagnostics import Diagnostic
from builder.project import Project
from builder.schema import at_path


def interviews_leave_days(project: Project) -> Iterator[Diagnostic]:
    """Days are counted from `starts` to `interview`, so both are there, and in this order.

    Whether they are past is nothing to a build.
    """
    for role in project.roles.values():
        said = role.value
        if said is None or said.interview is None or role.retired is not None:
            continue
        if said.starts is None:
            message = "`interview` stands without `starts`, and so without a plan"
            help = "write `starts:`, the day on which you begin; or take `interview` out"
        elif said.interview < said.starts:
            message = f"the interview is before `starts` ({said.starts}), and so without a plan"
            help = "mend the date that is wrong"
        else:
            continue
        node, _ = at_path(role.node, ("interview",))
        yield Diagnostic("half-a-plan", message, node.span, help, role.touches)
