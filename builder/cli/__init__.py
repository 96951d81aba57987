"""The console script. It imports click alone; each command's module is imported when it runs."""

from __future__ import annotations

import gc
import importlib
import io
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import click

from builder import __version__
from builder.cli.ending import orderly, os_error
from builder.findings import PrepdeckError, did_you_mean

#: Command → its line in `--help`. Its module, `builder.commands.<command>.cli`, is imported only
#: when it runs.
COMMANDS = {
    "build": "Check the definitions, then write one package for each role.",
    "check": "Report every fault in the definitions; write nothing.",
    "completion": "Print a shell script that completes commands, roles and kinds.",
    "diff": "Show what a package changes for learners who have an older one.",
    "explain": "Explain a rule, with an example and the remedy.",
    "ls": "List definitions and the roles that use them, or uncited sources.",
    "new": "Create a project, a private role or a definition.",
    "plan": "Show a role's days until the interview, and what does not fit.",
    "preview": "Write each role's deck as one page, as Anki shows it.",
    "schema": "Write JSON Schemas, so that an editor checks and completes YAML.",
    "sheet": "Write a role's printable page: one sheet of A4.",
    "stories": "Show which story answers which question, and what is missing.",
    "sync": "Copy your answers and tags from an Anki export back into YAML.",
    "verify": "Test packages: import them into a temporary Anki collection.",
}


class Suggesting(click.Group):
    """A group that names the nearest of its commands where somebody mistypes one."""

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        """Raises `click.UsageError` for an unknown command, with the nearest known one."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            hint = did_you_mean(args[0], self.list_commands(ctx)) if args else ""
            message = (
                f"no command is called '{args[0]}'; {hint}" if hint else error.format_message()
            )
            raise click.UsageError(message, ctx) from error


class Lazy(Suggesting):
    """A group that knows its commands' names and imports only the one that runs."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        command = getattr(importlib.import_module(f"builder.commands.{name}.cli"), name)
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def invoke(self, ctx: click.Context) -> Any:
        with orderly():
            return super().invoke(ctx)

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Runs a command. An error of its environment becomes a message and exit status 2."""
        # A command makes up to a million small values that live until its end. Searching them for
        # garbage took a third of a large build. `preview --watch`, which runs for hours, collects
        # garbage itself.
        gc.disable()
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):
                # In an older encoding a letter that is missing is no reason to fail.
                stream.reconfigure(errors="replace")
        try:
            return super().main(*args, **kwargs)
        except PrepdeckError as error:
            show_error(error)
            sys.exit(2)
        except OSError as error:
            show_error(os_error(error))
            sys.exit(2)
        finally:
            # Python searches for garbage once more when it ends: 5 % of a large build.
            gc.freeze()


EPILOG = """\b
Examples:
  prepdeck build
  prepdeck -C ~/decks build customer-support-specialist
"""


@click.group(cls=Lazy, epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "-C",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("."),
    help="Project folder, or a folder inside it.  [default: current folder]",
)
@click.version_option(__version__, prog_name="prepdeck")
@click.pass_context
def main(ctx: click.Context, folder: Path) -> None:
    """Compile plain YAML into Anki packages, one for each job role."""
    ctx.obj = folder


def root_of(ctx: click.Context) -> Path:
    """The project around the folder of `-C`. Raises `PrepdeckError` when there is none."""
    from builder.root import find_root

    start_folder = ctx.find_root().obj
    assert isinstance(start_folder, Path)
    return find_root(start_folder)


def show_error(error: PrepdeckError) -> None:
    """Prints an error and its help on stderr, if somebody can read it."""
    with suppress(OSError):
        click.echo(f"prepdeck: {error}", err=True)
        if error.help:
            click.echo(f"  help: {error.help}", err=True)
