"""`prepdeck plan`."""

from __future__ import annotations

import click

from builder.cli import root_of
from builder.cli.asking import day, day_of
from builder.cli.completion import private_roles
from builder.cli.formats import exit_if_errors
from builder.cli.style import say, say_lines, width

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
    from builder.commands.plan import run, text

    role, today = _role_and_day(role, today, missed)
    date = day(today) if today else clock.today()
    report = run.plan_report(root_of(ctx), role)
    status = run.status_on(report, date, missed) if today is not None else None
    if form == "json":
        say(text.plan_json(report, status))
    elif form == "anki":
        search = status.suspend_search if status else report.waiting_search
        say(f"{search or run.FINDS_NOTHING}\n")
        if not search:
            say("there is nothing to suspend: this search finds no card\n", err=True)
    else:
        say_lines(text.plan_text(report, status, width()))
        if status is None:
            say_lines(text.closing(report), err=True)
    exit_if_errors(ctx, report.findings)


def _role_and_day(
    role: str | None, today: str | None, missed: int | None
) -> tuple[str, str | None]:
    """The role, and what `--today` got: "" for today, None without the option."""
    if today and role is None and day_of(today) is None:
        role, today = today, ""  # `--today acme`: the date is optional, the role is not
    if role is None:
        raise click.UsageError("name a role: prepdeck plan ROLE")
    if missed is not None and today is None:
        raise click.UsageError("--missed needs --today")
    return role, today
