"""`prepdeck sync`."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import click

from builder.cli import root_of
from builder.cli.completion import private_roles
from builder.cli.style import near, say, say_lines

EPILOG = """\b
Examples:
  prepdeck sync ~/Downloads/Acme.apkg --dry-run
  prepdeck sync ~/Downloads/Agent.apkg acme
"""


@click.command(epilog=EPILOG)
@click.argument(
    "package", metavar="PACKAGE", type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.argument("role", required=False, metavar="[ROLE]", shell_complete=private_roles)
@click.option(
    "--prefer",
    type=click.Choice(["anki", "yaml"]),
    help="Which text to keep where both sides changed.",
)
@click.option("--dry-run", is_flag=True, help="Show what would change, as a diff; write nothing.")
@click.pass_context
def sync(
    ctx: click.Context,
    package: Path,
    role: str | None,
    prefer: Literal["anki", "yaml"] | None,
    dry_run: bool,
) -> None:
    """Copy your answers and tags from PACKAGE, which Anki exported, back into YAML.

    An answer goes to the private role that owns the note. ROLE gets the answers to notes of a
    public deck. Where YAML changed too, nothing is written until you give --prefer.
    """
    from builder import clock
    from builder.commands.sync import run, text

    options = run.SyncOptions(root_of(ctx), package, clock.now(), role, prefer, dry_run)
    sync_result = run.sync(options)
    for change in sync_result.changes:
        say(text.file_diff(change) if dry_run else f"{near(change.path)}\n")
    say_lines(text.sync_text(sync_result, dry_run=dry_run), err=True)
    if sync_result.in_doubt:
        ctx.exit(1)
