"""`prepdeck schema`."""

from __future__ import annotations

from pathlib import Path

import click

from builder.cli import root_of
from builder.cli.style import near

EPILOG = """\b
Examples:
  prepdeck schema
  prepdeck schema --out schemas
"""


@click.command(epilog=EPILOG)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write the schemas into this folder instead of .prepdeck/schema/.",
)
@click.pass_context
def schema(ctx: click.Context, out: Path | None) -> None:
    """Write JSON Schemas, so that an editor checks and completes the project's YAML.

    Files that `prepdeck new` writes name their schema in the first line. Editors with the YAML
    language server (in VS Code, the YAML extension) use it.
    """
    from builder.commands.schema.run import write_schemas
    from builder.load import load

    project, _ = load(root_of(ctx))
    for schema_path in write_schemas(project, out):
        click.echo(near(schema_path))
