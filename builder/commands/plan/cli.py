"""`prepdeck plan`."""

from __future__ import annotations

import click

from builder.cli import root_of
from builder.cli.asking import day, day_of
from builder.cli.completion import private_roles
from builder.cli.formats import shown, verdict
from builder.cli.style import say

EPILOG = """\b
Examples:
  prepdeck plan acme
  prepdeck plan acme --today --missed 2
"""


@click.command(epilog=EPILOG)
@click.argument("role", required=False, metavar="ROLE", shell_complete=private_roles)
@click.option(
    "--today",
    is_flag=False,
    flag_value="",
    metavar="[DATE]",
    help="Show what to do today, or on DATE.",
)
@click.option(
    "--missed",
    type=click.IntRange(min=1),
    metavar="N",
    help="Number of days that you missed; needs --today.  [default: 1]",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "anki"]),
    default="text",
    help="anki prints a search for Anki's browser that finds what to suspend.",
)
@click.pass_context
def plan(
    ctx: click.Context, role: str | None, today: str | None, missed: int | None, form: str
) -> None:
    """Show day by day what to learn for ROLE until the interview, and what does not fit.

    The plan runs from the role's `starts` to its `interview`, with `minutes_per_day`. Notes that do
    not fit are not in the package. Today's date changes only what this command prints.
    """
    from builder import clock
    from builder.commands.plan import run
    from builder.commands.plan.text import as_text, closing

    if today and role is None and day_of(today) is None:
        role, today = today, ""  # `--today acme`: the day may be left out, the role may not
    if role is None:
        raise click.UsageError("name a role: prepdeck plan ROLE")
    if missed is not None and today is None:
        raise click.UsageError("--missed needs --today")
    on = day(today) if today else clock.today()
    made = run.planned(root_of(ctx), role)
    at = run.as_of(made, on, missed) if today is not None else None
    if form == "json":
        say(run.as_json(made, at))
    elif form == "anki":
        search = at.search if at else run.waiting_search(made)
        say(f"{search or run.NOTHING}\n")
        if not search:
            say("there is nothing to suspend: this search finds no card\n", err=True)
    else:
        say("".join(f"{line}\n" for line in as_text(made, at)))
        if at is None:
            say("".join(f"{line}\n" for line in closing(made)), err=True)
    faults = run.faults(made.found)
    if faults:
        say(shown(faults, root_of(ctx), "full"), err=True)
        say(f"{verdict(faults)}\n", err=True)
        ctx.exit(1)
