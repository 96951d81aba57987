"""`prepdeck diff`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from builder.cli import root_of
from builder.cli.formats import colour_wanted, say, shown, verdict

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
        root = root_of(ctx)
        with_project, findings = run.diff_with_project(old, root)
        if with_project is None:
            say(shown(findings, root, "full"), err=True)
            say(f"{verdict(findings)}\n", err=True)
            ctx.exit(1)
        changes = with_project
    if form == "json":
        say(text.as_json(changes))
    elif form == "markdown":
        say("".join(f"{line}\n" for line in text.as_markdown(changes)))
    else:
        marks = BRACKETS
        if colour_wanted(sys.stdout):
            marks = Marks(
                lambda text: click.style(text, fg="red", strikethrough=True),
                lambda text: click.style(text, fg="green"),
            )
        say("".join(f"{line}\n" for line in text.as_text(changes, marks)))
    for message, help in text.warnings(changes, old):
        say(f"{click.style('warning', fg='yellow', bold=True)}: {message}\n", err=True)
        say(f"  help: {help}\n", err=True)
    say(f"{text.summary(changes)}\n", err=True)
