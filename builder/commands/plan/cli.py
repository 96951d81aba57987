"""`prepdeck plan`."""

from __future__ import annotations

import click

from builder.cli import root_of
from builder.cli.asking import day, day_of
from builder.cli.completion import owners
from builder.cli.formats import exit_if_errors
from builder.cli.style import say, say_lines, width

EPILOG = """\b
Examples:
  prepdeck plan acme
  prepdeck plan acme --today --missed 2
"""


@click.command(epilog=EPILOG)
@click.argument("role", required=False, metavar="ROLE", shell_complete=owners)
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

    With the name of a person, or of one of the person's roles: until all of the interviews.

    The plan runs from the role's `starts` to its `interview`, with `minutes_per_day`. Notes that do
    not fit are not in the package. Today's date changes only what this command prints.
    """
    from builder import clock
    from builder.commands.plan import joint, joint_text, run, text
    from builder.pipeline import compile_person

    role, today = _role_and_day(role, today, missed)
    date = day(today) if today else clock.today()
    compiled = compile_person(root_of(ctx), role)
    if len(compiled.decks) > 1:
        joint_report = joint.joint_report(compiled, role, date)
        joint_status = None
        if today is not None:
            joint_status = joint.joint_status(joint_report, date, missed)
        if form == "json":
            say(joint_text.joint_json(joint_report, joint_status))
        elif form == "anki":
            _say_search(joint_status.suspend_search if joint_status else joint_report.idle_search)
        else:
            say_lines(joint_text.joint_lines(joint_report, joint_status, width()))
            say_lines(joint_text.closing(joint_report), err=True)
        exit_if_errors(ctx, joint_report.findings)
        return
    report = run.report_of(compiled)
    status = run.status_on(report, date, missed) if today is not None else None
    if form == "json":
        say(text.plan_json(report, status))
    elif form == "anki":
        _say_search(status.suspend_search if status else report.waiting_search)
    else:
        say_lines(text.plan_text(report, status, width()))
        if status is None:
            say_lines(text.closing(report), err=True)
    exit_if_errors(ctx, report.findings)


def _say_search(search: str) -> None:
    from builder.commands.plan.run import FINDS_NOTHING

    say(f"{search or FINDS_NOTHING}\n")
    if not search:
        say("there is nothing to suspend: this search finds no card\n", err=True)


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
