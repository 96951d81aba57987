"""`prepdeck new person`: roles that were persons of their own become one person's."""

from __future__ import annotations

import click

from builder.cli import root_of
from builder.cli.asking import on_terminal
from builder.cli.completion import parents, private_roles
from builder.cli.style import near
from builder.findings import PrepdeckError

PERSON = """\b
Examples:
  prepdeck new person anna acme globex
  prepdeck new person anna --extends customer-support-specialist
"""


@click.command(epilog=PERSON)
@click.argument("name", metavar="NAME")
@click.argument("roles", nargs=-1, metavar="[ROLE]...", shell_complete=private_roles)
@click.option(
    "--extends",
    metavar="ROLE",
    shell_complete=parents,
    help="What a person without roles extends.",
)
@click.option("--yes", is_flag=True, help="Do not ask, whatever begins anew.")
@click.pass_context
def person(
    ctx: click.Context, name: str, roles: tuple[str, ...], extends: str | None, yes: bool
) -> None:
    """Create a person, NAME, above private roles of one employer each.

    Each ROLE moves below the person, who may exist. All its notes go on, with their reviews.
    """
    from builder.commands.new.move import PersonDraft, carry_out, move_of, roles_to_move
    from builder.commands.new.move_place import finish_moves
    from builder.commands.new.move_text import losses_of, report_of
    from builder.commands.new.person import new_person
    from builder.load import load
    from builder.lock import exclusive_access

    if roles and extends:
        raise click.UsageError("--extends is for a person without roles: leave it out")
    root = root_of(ctx)
    with exclusive_access(root):
        finished = tuple(finish_moves(root))
    for finished_person in finished:
        click.echo(f"the move of roles below {finished_person} is finished", err=True)
    if name in finished and not roles:
        return
    project, _ = load(root)
    draft = PersonDraft(id=name, roles=roles_to_move(project, name, roles))
    if roles and not draft.roles:
        click.echo(f"nothing to do: {', '.join(roles)}: already a role of {name}", err=True)
        return
    if not draft.roles:
        for path in new_person(project, name, extends):
            click.echo(near(path))
        click.echo(f"next: prepdeck new role ID --person {name}", err=True)
        return
    with exclusive_access(root):
        move = move_of(project, draft)
        for line in losses_of(move):
            click.echo(line, err=True)
        if move.changes.has_losses and not yes:
            if not on_terminal():
                raise PrepdeckError("nothing was moved yet", help="to do it all the same: --yes")
            click.confirm("Move them all the same?", abort=True, err=True)
        paths = carry_out(move)
    for path in paths:
        click.echo(near(path))
    for line in report_of(move):
        click.echo(line, err=True)
