"""`prepdeck diff`."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from builder.cli import root_of
from builder.cli.formats import shown, verdict
from builder.cli.style import colour_wanted, say
from builder.phrasing import counted

if TYPE_CHECKING:
    from builder.commands.diff.compare import Diff, Entry

EPILOG = """\b
Examples:
  prepdeck diff released/customer-support-specialist.apkg
  prepdeck diff old/acme.apkg build/private/acme.apkg
  prepdeck diff old/acme.apkg build/private/acme.apkg --format markdown
"""

_PACKAGE = click.Path(exists=True, dir_okay=False, path_type=Path)

#: More names than these are in the JSON.
_NAMES = 12


@click.command(epilog=EPILOG)
@click.argument("old", type=_PACKAGE)
@click.argument("new", type=_PACKAGE, required=False, metavar="[NEW]")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "markdown"]),
    default="text",
    help="markdown prints release notes for learners.",
)
@click.pass_context
def diff(ctx: click.Context, old: Path, new: Path | None, form: str) -> None:
    """Show what an import of package NEW changes for learners who have OLD.

    Without NEW, compare OLD with what a build would write now; write nothing. Notes that left the
    deck stay in Anki: prepdeck prints a search that finds them there.
    """
    from builder.commands.diff import run, text

    if new is not None:
        made = run.diff(old, new)
    else:
        root = root_of(ctx)
        of_now, found = run.diff_with_project(old, root)
        if of_now is None:
            say(shown(found, root, "full"), err=True)
            say(f"{verdict(found)}\n", err=True)
            ctx.exit(1)
        made = of_now
    if form == "json":
        say(text.as_json(made))
    elif form == "markdown":
        say("".join(f"{line}\n" for line in text.as_markdown(made)))
    else:
        marks = text.BRACKETS
        if colour_wanted(sys.stdout):
            marks = text.Marks(
                lambda text: click.style(text, fg="red", strikethrough=True),
                lambda text: click.style(text, fg="green"),
            )
        say("".join(f"{line}\n" for line in text.as_text(made, marks)))
    _warn(made, old)
    say(f"{_summary(made)}\n", err=True)


def _summary(made: Diff) -> str:
    parts = [
        (len(made.added), "added"),
        (len(made.reworded), "reworded"),
        (len(made.retagged), "re-tagged"),
        (len(made.left_out), "left out"),
    ]
    told = [f"{counted(number, 'note')} {what}" for number, what in parts if number]
    if made.notetypes:
        told.append(f"{counted(len(made.notetypes), 'note type')} changed")
    if not told:
        return "no note and no note type changed"
    late = made.late or any(one.late or one.refused for one in made.notetypes)
    end = "not every change arrives" if late else "an import brings every change"
    return f"{', '.join(told)}; {end}"


def _warn(made: Diff, old: Path) -> None:
    """What an author must know before such a package goes out."""
    remedy = f"have the times of the old package, then build again: prepdeck build --relock {old}"
    if made.backwards:
        remedy = f"unless the two are the wrong way round, {remedy}"
    late = [change.entry for change in made.late]
    if late:
        be = "is" if len(late) == 1 else "are"
        told = f"{counted(len(late), 'changed note')} {be} not newer than in the old package"
        _warning(f"{told}, so Anki skips the change: {_listed(late)}", remedy)
    looks = [one.name for one in made.notetypes if one.late and not one.refused]
    if looks:
        told = f"the new look of {', '.join(looks)} is not newer than in the old package"
        _warning(f"{told}, so Anki skips it", remedy)
    refused = [one.name for one in made.notetypes if one.refused]
    if refused:
        told = f"{', '.join(refused)} has other fields or cards than in the old package"
        _warning(
            f"{told}, so Anki refuses every update of its notes",
            "put them back as they were: prepdeck explain note-type-changed",
        )
    if made.restamped:
        told = f"{counted(len(made.restamped), 'note')} newer with nothing changed"
        _warning(
            f"{told}, so an import overwrites what learners edited: {_listed(made.restamped)}",
            remedy,
        )


def _warning(message: str, help: str) -> None:
    say(f"{click.style('warning', fg='yellow', bold=True)}: {message}\n", err=True)
    say(f"  help: {help}\n", err=True)


def _listed(entries: Sequence[Entry]) -> str:
    names: Iterable[str] = (f"{entry.id} ({entry.notetype})" for entry in entries[:_NAMES])
    more = len(entries) - _NAMES
    return ", ".join(names) + (f" and {more} more" if more > 0 else "")
