"""`prepdeck sheet`."""

from __future__ import annotations

import click

from builder.cli import root_of
from builder.cli.completion import role_names
from builder.cli.formats import exit_if_errors
from builder.cli.style import near, say

EPILOG = """\b
Examples:
  prepdeck sheet customer-support-specialist
  prepdeck sheet acme
"""


@click.command(epilog=EPILOG)
@click.argument("role", shell_complete=role_names)
@click.pass_context
def sheet(ctx: click.Context, role: str) -> None:
    """Write a printable page for ROLE: one sheet of A4, to print from the browser.

    For a candidate it has stories, ten metrics, questions to ask, and a checklist. For those who
    hire it has the stages, and questions with boxes for the score. What does not fit is left out
    and counted; core definitions come first, then the order of the files.
    """
    from builder.commands.sheet.run import write_sheet
    from builder.commands.sheet.text import left_out_text

    sheet_file = write_sheet(root_of(ctx), role)
    say(f"{near(sheet_file.path)}\n")
    say(left_out_text(sheet_file.left_out), err=True)
    exit_if_errors(ctx, sheet_file.findings)
