"""`prepdeck diff`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from builder.cli import root_of
from builder.cli.formats import exit_if_errors
from builder.cli.style import colour_wanted, say, say_lines, width

EPILOG = """\b
Examples:
  prepdeck diff released/customer-support-specialist.apkg
  prepdeck diff old/acme.apkg build/private/acme.apkg
  prepdeck diff old/acme.apkg build/private/acme.apkg --format markdown
"""

_PACKAGE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command(epilog=EPILOG)
@click.argument("old", type=_PACKAGE)
@click.argument("new", type=_PACKAGE, required=False, metavar="[NEW]")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "markdown"]),
    default="text",
    help="markdown prints release notes for learners.",
)
@click.pass_context
def diff(ctx: click.Context, old: Path, new: Path | None, form: str) -> None:
    """Show what an import of package NEW changes for learners who have OLD.

    Without NEW, compare OLD with what a build would write now; write nothing. Notes that left the
    deck stay in Anki: prepdeck prints a search that finds them there.
    """
    from builder.commands.diff import run, text
    from builder.commands.diff.words import BRACKETS, Marks

    if new is not None:
        changes = run.diff(old, new)
    else:
        project_diff, errors = run.diff_with_project(old, root_of(ctx))
        exit_if_errors(ctx, errors)
        assert project_diff is not None
        changes = project_diff
    if form == "json":
        say(text.diff_json(changes))
    elif form == "markdown":
        say_lines(text.diff_markdown(changes))
    else:
        marks = BRACKETS
        if colour_wanted(sys.stdout):
            marks = Marks(
                lambda text: click.style(text, fg="red", strikethrough=True),
                lambda text: click.style(text, fg="green"),
            )
        # In a pipe or a file no line is clipped.
        say_lines(text.diff_text(changes, marks, width(sys.maxsize)))
    for message, help in text.warnings(changes, old):
        say(f"{click.style('warning', fg='yellow', bold=True)}: {message}\n", err=True)
        say(f"  help: {help}\n", err=True)
    say(f"{text.summary(changes)}\n", err=True)
