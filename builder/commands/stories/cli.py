"""`prepdeck stories`."""

from __future__ import annotations

import click

from builder.cli import root_of
from builder.cli.completion import private_roles
from builder.cli.formats import shown, verdict
from builder.cli.style import say

EPILOG = """\b
Examples:
  prepdeck stories acme
  prepdeck stories --all
"""


@click.command(epilog=EPILOG)
@click.argument("role", required=False, metavar="[ROLE]", shell_complete=private_roles)
@click.option("--all", "every", is_flag=True, help="Print one row for each private role.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    help="Format of the output.",
)
@click.pass_context
def stories(ctx: click.Context, role: str | None, every: bool, form: str) -> None:
    """Show which of ROLE's stories answers which question, and which questions have no story.

    A story is used too often if it answers more than a third of the questions that have a story,
    and at least three.
    """
    from builder.commands.stories import run

    if every == (role is not None):
        raise click.UsageError("name one role, or give --all")
    root = root_of(ctx)
    if role is not None:
        made, found = run.matrix(root, role)
        text = "".join(f"{line}\n" for line in run.as_text(made))
        told = run.dumped(run.as_json(made)) if form == "json" else text
    else:
        several, found = run.matrices(root)
        text = "".join(f"{line}\n" for line in run.all_as_text(several))
        told = run.dumped(list(map(run.as_json, several))) if form == "json" else text
    say(told)
    faults = [fault for fault in found if fault.is_error]
    if faults:
        say(shown(faults, root, "full"), err=True)
        say(f"{verdict(faults)}\n", err=True)
        ctx.exit(1)
