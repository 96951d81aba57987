"""`prepdeck stories`."""

from __future__ import annotations

import click

from builder.cli import root_of
from builder.cli.completion import owners
from builder.cli.formats import exit_if_errors
from builder.cli.style import say, say_lines, width

EPILOG = """\b
Examples:
  prepdeck stories acme
  prepdeck stories --all
"""


@click.command(epilog=EPILOG)
@click.argument("role", required=False, metavar="[ROLE]", shell_complete=owners)
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

    With the name of a person: those of all the person's roles.

    A story is used too often if it answers more than a third of the questions that have a story,
    and at least three.
    """
    if every == (role is not None):
        raise click.UsageError("name one role, or give --all")
    from builder.commands.stories import run, text

    root = root_of(ctx)
    if role is not None:
        matrix, findings = run.matrix(root, role)
        if form == "json":
            say(text.matrix_json(matrix))
        else:
            say_lines(text.matrix_text(matrix, width()))
    else:
        matrices, findings = run.matrices(root)
        if form == "json":
            say(text.matrices_json(matrices))
        else:
            say_lines(text.matrices_text(matrices, width()))
    exit_if_errors(ctx, findings)
