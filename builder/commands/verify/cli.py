"""`prepdeck verify`."""

from __future__ import annotations

from pathlib import Path

import click

from builder.cli.style import say, say_lines

EPILOG = """\b
Examples:
  prepdeck verify build/customer-support-specialist.apkg
  prepdeck verify build/*.apkg
"""


@click.command(epilog=EPILOG)
@click.argument(
    "packages",
    nargs=-1,
    required=True,
    metavar="PACKAGE...",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
)
@click.pass_context
def verify(ctx: click.Context, packages: tuple[Path, ...]) -> None:
    """Import packages into a temporary collection of the real Anki and check what arrives.

    Needs the `anki` library: pip install 'prepdeck[anki]'. Your own collection is never opened.
    """
    from builder.anki import verify as library
    from builder.commands.verify import text

    any_faulty = False
    for path in packages:
        verified = library.verify(path)
        any_faulty = any_faulty or bool(verified.faults)
        say_lines(text.about_package(verified))
    say(f"{text.closing(len(packages))}\n", err=True)
    if any_faulty:
        ctx.exit(1)
