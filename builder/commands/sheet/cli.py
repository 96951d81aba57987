"""`prepdeck sheet`."""

from __future__ import annotations

import click

from builder.cli import root_of
from builder.cli.completion import role_names
from builder.cli.formats import shown, verdict
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

    root = root_of(ctx)
    written = write_sheet(root, role)
    # Warnings are about cards; only errors leave something out of the sheet.
    faults = [finding for finding in written.findings if finding.is_error]
    say(shown(faults, root, "full"), err=True)
    say(f"{near(written.path)}\n")
    say(left_out_text(written.left_out), err=True)
    if faults:
        say(f"{verdict(faults)}\n", err=True)
        ctx.exit(1)
