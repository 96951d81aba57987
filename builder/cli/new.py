"""`prepdeck new`."""

from __future__ import annotations

from pathlib import Path

import click

EPILOG = """\b
Examples:
  prepdeck new project my-decks
  prepdeck new project my-decks --from-catalogue
"""


@click.group(epilog=EPILOG)
def new() -> None:
    """Begin a project."""


@new.command(epilog=EPILOG)
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--from-catalogue", is_flag=True, help="Start from the decks that come with prepdeck."
)
def project(folder: Path, from_catalogue: bool) -> None:
    """Make a project in FOLDER that builds from the first second. Nothing is overwritten."""
    from builder.commands.scaffold import new_project

    for path in new_project(folder, from_catalogue=from_catalogue):
        click.echo(folder / path)
    click.echo(f"next: prepdeck -C {folder} build", err=True)
