"""`prepdeck build`."""

from __future__ import annotations

import os
import time
from pathlib import Path
from textwrap import wrap

import click

from builder.cli import root_of
from builder.cli.completion import role_names
from builder.cli.formats import shown, verdict
from builder.cli.style import near, say
from builder.commands.build import unchanged
from builder.phrasing import counted
from builder.report import Built, Packed

EPILOG = """\b
Examples:
  prepdeck build
  prepdeck build customer-support-specialist --strict
"""


@click.command(epilog=EPILOG)
@click.argument("roles", nargs=-1, metavar="[ROLE]...", shell_complete=role_names)
@click.option("--locked", is_flag=True, help="Fail if a line of a lock file would change.")
@click.option("--strict", is_flag=True, help="Let warnings block packages too.")
@click.option("--release", is_flag=True, help="Build all public roles and record them as released.")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write the packages into this folder instead of build/.",
)
@click.option(
    "--relock",
    multiple=True,
    metavar="PACKAGE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Before the build, restore the lock lines that this package was built with.",
)
@click.pass_context
def build(
    ctx: click.Context,
    roles: tuple[str, ...],
    locked: bool,
    strict: bool,
    release: bool,
    out: Path | None,
    relock: tuple[Path, ...],
) -> None:
    """Check the definitions, then write one package for each role.

    Paths go to stdout, everything else to stderr. A fault blocks only the packages that it
    affects. The other packages are built, and a blocked package stays as it was.
    """
    if release and locked:
        raise click.UsageError("--release changes a lock file and --locked forbids it: choose one")
    if release and roles:
        raise click.UsageError("--release always covers all public roles; do not name any")
    began = time.perf_counter()
    root = root_of(ctx)
    out = out.resolve() if out else None
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    asked: dict[str, object] = {
        "roles": roles,
        "out": out,
        "strict": strict,
        "locked": locked,
        "clock": epoch,
    }
    again = None if release or relock else unchanged.recall(root, asked)
    built = again or _build(root, roles, out, strict, locked, release, relock, asked)
    say(shown(built.found, root, "full"), err=True)
    for package in built.packages:
        if package.state != "blocked":
            say(f"{near(package.path)}\n")
        size = f"{counted(package.notes, 'note')}, {counted(package.cards, 'card')}"
        left = " (as it was before)" if package.state == "blocked" and package.path.exists() else ""
        detail = size if package.state != "blocked" else "blocked by the faults above" + left
        state = " (unchanged)" if package.state == "unchanged" else ""
        say(f"{package.role}: {detail}{state}\n", err=True)
        if package.waiting and package.state != "blocked":
            core = f", {package.waiting_core} of them core" if package.waiting_core else ""
            notes = counted(package.waiting, "note")
            told = f"{notes} wait for want of time{core}: prepdeck plan {package.role}"
            say(f"  {told}\n", err=True)
        if package.rewritten:
            say("".join(f"  {line}\n" for line in _about(package)), err=True)
    seconds = time.perf_counter() - began
    summary = verdict(built.found)
    say(f"{summary + '; ' if summary else ''}done in {seconds:.2f} s\n", err=True)
    if not built.is_clean:
        ctx.exit(1)


def _about(package: Packed) -> list[str]:
    """What becomes of answers that were changed in YAML, which only the learner's Anki can tell."""
    told = wrap(f"answers changed here: {', '.join(package.rewritten)}", 96, subsequent_indent="  ")
    return [
        *told,
        "  Nothing to do, unless you have edited these notes in Anki too: there your edit stays.",
        "  To have the words from here all the same: export the deck from Anki, and",
        f"    prepdeck sync EXPORTED.apkg {package.role} --prefer yaml",
    ]


def _build(
    root: Path,
    roles: tuple[str, ...],
    out: Path | None,
    strict: bool,
    locked: bool,
    release: bool,
    relock: tuple[Path, ...],
    asked: dict[str, object],
) -> Built:
    # These take longer to import than a build that changes nothing takes in all.
    from builder import clock
    from builder.commands.build import run

    if relock:
        lines, strange = run.relock(root, relock)
        say(f"{counted(lines, 'lock line')} put back\n", err=True)
        if strange:
            say(f"{counted(strange, 'note')} of these packages are not this project's\n", err=True)
    before = unchanged.snapshot(root)
    order = run.BuildOptions(root, clock.now(), roles, out, strict, locked, release)
    built = run.build(order)
    if not release:
        unchanged.remember(root, asked, before, built)
    return built
