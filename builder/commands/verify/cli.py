"""`prepdeck verify`."""

from __future__ import annotations

from pathlib import Path

import click

from builder.phrasing import counted

EPILOG = """\b
Examples:
  prepdeck verify build/customer-support-specialist.apkg
  prepdeck verify build/*.apkg
"""

#: What no package can protect; the README says it too.
ALWAYS = 'with "Update notes: Always", which Anki remembers, an import overwrites edited answers'


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
    from builder.anki.verify import verify as prove

    failed = False
    for path in packages:
        proved = prove(path)
        failed = failed or bool(proved.faults)
        click.echo(f"{path}: {'FAULTY' if proved.faults else 'ok'}")
        click.echo(f"  notes   {proved.notes}")
        for name, number in proved.cards:
            click.echo(f"  cards   {number:4}  {name}")
        for deck in proved.decks:
            click.echo(f"  deck    {deck}")
        click.echo(f"  tags    {' '.join(proved.tags)}")
        click.echo(f"  digest  {proved.digest}")
        for fault in proved.faults:
            click.echo(f"  fault   {fault}")
    click.echo(f"{counted(len(packages), 'package')} imported twice; {ALWAYS}", err=True)
    if failed:
        ctx.exit(1)
