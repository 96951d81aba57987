"""`prepdeck sync`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from builder.cli import root_of
from builder.cli.completion import private_roles
from builder.cli.style import near, say
from builder.phrasing import counted

if TYPE_CHECKING:
    from builder.commands.sync.run import Synced

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
    from builder.commands.sync import run

    root = root_of(ctx)
    order = run.SyncOptions(root, package, clock.now(), role, prefer, dry_run)
    done = run.sync(order)
    for change in done.changes:
        say(change.diff() if dry_run else f"{near(change.path)}\n")
    _tell(done, dry_run)
    if done.doubted:
        ctx.exit(1)


def _tell(done: Synced, dry_run: bool) -> None:
    from builder.commands.sync.run import both_sides

    for answer in done.doubted:
        say(
            f"{answer.name} says one thing in YAML and another in Anki, and either may be newer:\n",
            err=True,
        )
        say("".join(f"  {line}\n" for line in both_sides(answer).splitlines()), err=True)
    if done.doubted:
        say(
            "  help: take Anki's words with --prefer anki, or keep YAML's with --prefer yaml\n",
            err=True,
        )
    for answer in done.taken:
        if answer.said is not None and not dry_run:
            say(f"{answer.name} was this before:\n", err=True)
            say("".join(f"  {line}\n" for line in both_sides(answer).splitlines()), err=True)
    for warning in done.warnings:
        say(f"warning: {warning}\n", err=True)
    would = "would be " if dry_run else ""
    said = [f"{counted(len(done.taken), 'answer')} {would}taken from Anki"]
    if done.tagged:
        said.append(f"tags of {counted(len(done.tagged), 'definition')}")
    if done.overruled:
        said.append(
            f"{len(done.overruled)} kept as YAML has {'them' if done.overruled[1:] else 'it'}"
        )
    if done.doubted:
        said.append(f"{len(done.doubted)} changed on both sides")
    say(f"{', '.join(said)}\n", err=True)
