"""`prepdeck check`."""

from __future__ import annotations

import click

from builder.cli import root_of
from builder.cli.completion import role_and_person_names
from builder.cli.formats import FORMATS, shown, verdict
from builder.cli.style import say

EPILOG = """\b
Examples:
  prepdeck check
  prepdeck check acme
  prepdeck check --format json
"""


@click.command(epilog=EPILOG)
@click.argument("roles", nargs=-1, metavar="[ROLE]...", shell_complete=role_and_person_names)
@click.option(
    "--format",
    "form",
    type=click.Choice(list(FORMATS)),
    default="full",
    help="How to print faults.",
)
@click.option("--strict", is_flag=True, help="Exit with status 1 for warnings too.")
@click.pass_context
def check(ctx: click.Context, roles: tuple[str, ...], form: str, strict: bool) -> None:
    """Report every fault in the definitions, or only what affects these roles; write nothing.

    Faults go to stdout. Exit status 0: no errors, 1: errors, 2: the project could not be read.
    """
    from builder.commands.check import run

    root = root_of(ctx)
    findings = run.check(root, roles)
    say(shown(findings, root, form))
    say(f"{verdict(findings) or 'no faults'}\n", err=True)
    if any(finding.is_error or strict for finding in findings):
        ctx.exit(1)
