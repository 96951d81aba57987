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

#: One entry of each of the page's sections, and several.
SECTIONS = {
    "stories": ("story", "stories"),
    "asks": ("question for them", "questions for them"),
    "metrics": ("metric", "metrics"),
    "checklist": ("tip", "tips"),
    "stages": ("stage", "stages"),
    "tips": ("tip", "tips"),
    "questions": ("question", "questions"),
}


@click.command(epilog=EPILOG)
@click.argument("role", shell_complete=role_names)
@click.pass_context
def sheet(ctx: click.Context, role: str) -> None:
    """Write a printable page for ROLE: one sheet of A4, to print from the browser.

    For a candidate it has stories, ten metrics, questions to ask, and a checklist. For those who
    hire it has the stages, and questions with boxes for the score. What does not fit is left out
    and counted; core definitions come first, then the order of the files.
    """
    from builder.commands.sheet import run

    root = root_of(ctx)
    made = run.sheet(root, role)
    # Warnings are of cards; only an error leaves something out here.
    faults = [fault for fault in made.found if fault.is_error]
    say(shown(faults, root, "full"), err=True)
    say(f"{near(made.path)}\n")
    if made.left_out:
        rest = ", ".join(
            f"{number} {SECTIONS[name][number > 1]}" for name, number in made.left_out.items()
        )
        say(f"no room for {rest}\n", err=True)
    if faults:
        say(f"{verdict(faults)}\n", err=True)
        ctx.exit(1)
