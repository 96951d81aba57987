"""`prepdeck preview`."""

from __future__ import annotations

import time
import webbrowser
from pathlib import Path
from typing import TYPE_CHECKING

import click

from builder.cli import root_of, show_error
from builder.cli.completion import role_and_person_names
from builder.cli.formats import shown, verdict
from builder.cli.style import near, say, say_lines

if TYPE_CHECKING:
    from builder.commands.preview.run import Previews
    from builder.commands.preview.watch import Snapshot

EPILOG = """\b
Examples:
  prepdeck preview
  prepdeck preview customer-support-specialist --watch --open
"""


@click.command(epilog=EPILOG)
@click.argument("roles", nargs=-1, metavar="[ROLE]...", shell_complete=role_and_person_names)
@click.option("--open", "opened", is_flag=True, help="Open the page in the browser.")
@click.option(
    "--watch",
    is_flag=True,
    help="Serve the page on this computer and update it when a file is saved.",
)
@click.pass_context
def preview(ctx: click.Context, roles: tuple[str, ...], opened: bool, watch: bool) -> None:
    """Write each role's deck as one page, with its cards as Anki shows them.

    Needs the `anki` library: pip install 'prepdeck[anki]'. Paths go to stdout, everything else to
    stderr. The page leaves out faulty definitions and lists their faults.
    """
    from builder.commands.preview import run

    began = time.perf_counter()
    root = root_of(ctx)
    first_snapshot = _snapshot(root) if watch else None
    previews = run.make_previews(root, roles)
    if (opened or watch) and len(previews.pages) != 1:
        roles_text = ", ".join(page.role for page in previews.pages)
        raise click.UsageError(f"--open and --watch show one role: name one of {roles_text}")
    for page in previews.pages:
        run.write(page)
        say(f"{near(page.path)}\n")
    _report(previews, root, began)
    if first_snapshot is not None:
        _watch(root, previews, first_snapshot, opened)
        return
    if opened:
        _open(previews.pages[0].path.as_uri())
    if any(d.is_error for d in previews.findings):
        ctx.exit(1)


def _snapshot(root: Path) -> Snapshot:
    from builder.commands.preview.watch import snapshot

    return snapshot(root)


def _watch(root: Path, previews: Previews, first_snapshot: Snapshot, opened: bool) -> None:
    """Serves the page until it is interrupted."""
    from builder.commands.preview.watch import rebuilt, served

    with served(previews) as live:
        say(f"watching; {live.address} (Ctrl-C ends it)\n", err=True)
        if opened:
            _open(live.address)
        try:
            for outcome in rebuilt(root, live, first_snapshot):
                if outcome.error:
                    show_error(outcome.error)
                if outcome.previews:
                    _report(outcome.previews, root, outcome.began)
        except KeyboardInterrupt:
            say("\n", err=True)


def _report(previews: Previews, root: Path, began: float) -> None:
    from builder.commands.preview.text import sizes

    say(shown(previews.findings, root, "full"), err=True)
    say_lines(sizes(previews), err=True)
    findings_summary = verdict(previews.findings)
    elapsed_seconds = time.perf_counter() - began
    summary_prefix = f"{findings_summary}; " if findings_summary else ""
    say(f"{summary_prefix}done in {elapsed_seconds:.2f} s\n", err=True)


def _open(address: str) -> None:
    if not webbrowser.open(address):
        say("no browser was found: open the page yourself\n", err=True)
