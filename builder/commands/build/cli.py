"""`prepdeck build`."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

import click

from builder.cli import root_of
from builder.cli.completion import role_and_person_names
from builder.cli.formats import shown, verdict
from builder.cli.style import near, say, say_lines, width
from builder.commands.build import text, unchanged
from builder.outputs import DEFAULT, OUTPUTS
from builder.report import Built

EPILOG = """\b
Examples:
  prepdeck build
  prepdeck build customer-support-specialist --strict
  prepdeck build --output csv
"""

_PURPOSES = "; ".join(f"{name}: {output.purpose}" for name, output in OUTPUTS.items())


@click.command(epilog=EPILOG)
@click.argument("roles", nargs=-1, metavar="[ROLE]...", shell_complete=role_and_person_names)
@click.option("--locked", is_flag=True, help="Fail if a line of a lock file would change.")
@click.option("--strict", is_flag=True, help="Let warnings block packages too.")
@click.option("--release", is_flag=True, help="Build all public roles and record them as released.")
@click.option(
    "--output",
    type=click.Choice(list(OUTPUTS)),
    default=DEFAULT,
    show_default=True,
    help=f"What to write. {_PURPOSES}.",
)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write into this folder instead of build/.",
)
@click.option(
    "--relock",
    multiple=True,
    metavar="PACKAGE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Before the build, restore the lock lines that this package was built with.",
)
@click.option("--prune", is_flag=True, help="Delete packages in build/ that no role has any more.")
@click.option(
    "--replace-answers",
    metavar="EXPORT",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Instead of building, write a package that puts YAML's words in place of yours, for the"
    " collection that EXPORT is of.",
)
@click.option(
    "--only",
    multiple=True,
    metavar="ID",
    help="Of --replace-answers: this note alone; may be given several times.",
)
@click.option("--yes", is_flag=True, help="Of --replace-answers: do not ask before each note.")
@click.pass_context
def build(
    ctx: click.Context,
    roles: tuple[str, ...],
    locked: bool,
    strict: bool,
    release: bool,
    output: str,
    out: Path | None,
    relock: tuple[Path, ...],
    prune: bool,
    replace_answers: Path | None,
    only: tuple[str, ...],
    yes: bool,
) -> None:
    """Check the definitions, then write one package for each role.

    Paths go to stdout, everything else to stderr. A fault blocks only the packages that it
    affects. The other packages are built, and a blocked package stays as it was.
    """
    for is_wrong, message in (
        (release and locked, "--release changes a lock file and --locked forbids it: choose one"),
        (release and roles, "--release always covers all public roles; do not name any"),
        (
            release and not OUTPUTS[output].for_anki,
            f"a release is what learners import; --output {output} is not",
        ),
        (
            prune and (roles or release or out or not OUTPUTS[output].for_anki),
            "--prune tidies build/ after all roles were built: give it alone",
        ),
        (not replace_answers and (only or yes), "--only and --yes belong to --replace-answers"),
    ):
        if is_wrong:
            raise click.UsageError(message)
    if replace_answers is not None:
        is_build = locked or strict or release or out or relock or prune or output != DEFAULT
        if len(roles) != 1 or is_build:
            raise click.UsageError(
                "--replace-answers takes one role, and no other option of a build"
            )
        _replace(ctx, roles[0], replace_answers, only, yes=yes)
        return
    started_at = time.perf_counter()
    root = root_of(ctx)
    options: dict[str, Any] = {
        "roles": roles,
        "out": out.resolve() if out else None,
        "strict": strict,
        "locked": locked,
        "output": output,
    }
    request = {**options, "clock": os.environ.get("SOURCE_DATE_EPOCH")}
    built = None if release or relock or prune else unchanged.recall(root, request)
    if built is None:
        _restore(root, relock)
        snapshot_before = unchanged.snapshot(root)
        built = _build(root, release=release, **options)
        if not release:
            unchanged.remember(root, request, snapshot_before, built)
    _report(built, root, prune=prune)
    seconds = time.perf_counter() - started_at
    summary = verdict(built.findings)
    say(f"{summary + '; ' if summary else ''}done in {seconds:.2f} s\n", err=True)
    if not built.is_clean:
        ctx.exit(1)


def _report(built: Built, root: Path, *, prune: bool) -> None:
    """What was found and written; with `prune` it deletes what no role has, and says so."""
    say(shown(built.findings, root, "full"), err=True)
    for package in built.packages:
        if package.state != "blocked":
            say(f"{near(package.path)}\n")
        say_lines(text.about_package(package, width()), err=True)
    pruned = prune and built.is_clean
    if pruned:
        from builder.commands.build.run import prune as delete_left_over

        delete_left_over(built)
    elif prune:
        say("--prune deletes nothing while there are faults\n", err=True)
    say_lines(text.about_lost_locks(built.restored), err=True)
    say_lines(text.about_put_away(built.put_away), err=True)
    say_lines(text.about_left_over(built.left_over, pruned=pruned), err=True)


def _restore(root: Path, packages: tuple[Path, ...]) -> None:
    if packages:
        from builder.commands.build.run import relock

        say_lines(text.about_restored(*relock(root, packages)), err=True)


def _replace(
    ctx: click.Context, role: str, export: Path, ids: tuple[str, ...], *, yes: bool
) -> None:
    """`--replace-answers`: shows both texts of each note, and asks."""
    from builder import clock
    from builder.cli.asking import on_terminal
    from builder.commands.build.replace import Pair, replacement

    def agree(pair: Pair) -> bool:
        say_lines(text.about_pair(pair), err=True)
        if yes or not on_terminal():
            return yes
        return click.confirm("replace Anki's words by YAML's", err=True)

    result = replacement(root_of(ctx), role, export, clock.now(), only=ids, agree=agree)
    if result.path is not None:
        say(f"{near(result.path)}\n")
    say_lines(text.about_replacement(result), err=True)
    if not result.is_whole:
        ctx.exit(1)


def _build(root: Path, **options: Any) -> Built:
    # Importing these takes longer than a build that changes nothing.
    from builder import clock
    from builder.commands.build import run

    return run.build(run.BuildOptions(root=root, now=clock.now(), **options))
