"""`prepdeck sync`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from builder.cli import root_of
from builder.cli.completion import private_roles
from builder.cli.style import near, say, say_lines

if TYPE_CHECKING:
    from builder.words.texts import LearnerText

EPILOG = """\b
Examples:
  prepdeck sync ~/Downloads/Acme.apkg --dry-run
  prepdeck sync ~/Downloads/Agent.apkg acme
  prepdeck sync ~/Downloads/Acme.apkg --prefer anki --only acme:why-work-here
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
@click.option(
    "--only",
    multiple=True,
    metavar="[ROLE:]ID",
    help="Let --prefer decide for this definition alone, of one role; may be given several times.",
)
@click.option("--dry-run", is_flag=True, help="Show what would change, as a diff; write nothing.")
@click.pass_context
def sync(
    ctx: click.Context,
    package: Path,
    role: str | None,
    prefer: Literal["anki", "yaml"] | None,
    only: tuple[str, ...],
    dry_run: bool,
) -> None:
    """Copy your answers and tags from PACKAGE, which Anki exported, back into YAML.

    An answer goes to the private role or person that owns the note. ROLE, or its person, gets the
    answers to notes of a public deck; `--only ID` then means its note. Where YAML may have changed
    too, both texts are shown, and nothing is written until you decide: on a terminal one by one,
    else with --prefer.
    """
    from builder import clock
    from builder.cli.asking import on_terminal
    from builder.commands.sync import run, text

    if only and not prefer:
        raise click.UsageError("--only says for which definitions --prefer decides: give it too")
    options = run.SyncOptions(
        root=root_of(ctx),
        package=package,
        now=clock.now(),
        role=role,
        prefer=prefer,
        dry_run=dry_run,
        only=only,
        decide=_ask if on_terminal() and not dry_run else None,
    )
    sync_result = run.sync(options)
    for change in sync_result.changes:
        say(text.file_diff(change) if dry_run else f"{near(change.path)}\n")
    lines = text.sync_text(sync_result, dry_run=dry_run, package=str(package))
    say_lines(lines, err=True)
    if sync_result.in_doubt:
        ctx.exit(1)


def _ask(doubted: LearnerText) -> Literal["anki", "yaml"] | None:
    """Shows both texts, and asks which one stays."""
    from builder.words.shown import doubt_text

    say_lines(doubt_text(doubted), err=True)
    question = "which one do you want"
    choice = click.prompt(question, type=click.Choice(["anki", "yaml", "neither"]), err=True)
    preferences: dict[str, Literal["anki", "yaml"]] = {"anki": "anki", "yaml": "yaml"}
    return preferences.get(choice)
