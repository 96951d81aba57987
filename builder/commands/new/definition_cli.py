"""`prepdeck new question`, `kpi`, `skill`, `line`, `story`, `fact`: a command for each kind."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import click

from builder.cli import root_of
from builder.cli.asking import Asking, day
from builder.cli.completion import private_roles, role_names, roles_at, topic_names
from builder.cli.style import near
from builder.commands.new.flags import Flag, NewKind, new_kinds

_Texts = str | tuple[str, ...] | None


def _command(new: NewKind) -> click.Command:
    """`prepdeck new KIND ID`, with --role, --topic and the flags of the kind."""

    def run(
        ctx: click.Context,
        id: str | None,
        role: str | None,
        topics: tuple[str, ...] = (),
        **texts: Any,
    ) -> None:
        from builder.clock import today
        from builder.commands.new.definition import DefinitionDraft, new_definition, role_for
        from builder.commands.new.names import check_definition_id, check_reference
        from builder.load import load

        asking = Asking()
        if new.private:
            role = _private_role(ctx, role, asking)
        project, _ = load(root_of(ctx))
        named = role_for(project, new.kind, role or None)
        owner = named if named and named.private else None
        check_id = partial(check_definition_id, project, owner)
        id = asking.text(id, "ID", f"Id, such as {new.id}", judge=check_id)
        for flag in new.flags:
            judge = partial(check_reference, project, owner, flag.refers_to)
            texts[flag.key] = _text(asking, flag, texts[flag.key], id, judge)
        asking.done()
        draft = DefinitionDraft(
            kind=new.kind, id=id, role=role or None, topics=topics, texts=texts, today=today()
        )
        files = new_definition(project, draft)
        for path in files.paths:
            click.echo(near(path))
        for message in files.messages:
            click.echo(message, err=True)

    return click.Command(
        new.kind,
        params=[*_common(new), *map(_option, new.flags)],
        callback=click.pass_context(run),
        help=new.about,
        epilog=f"\b\nExamples:\n  prepdeck new {new.kind} {new.id} {new.arguments}\n",
    )


def _common(new: NewKind) -> list[click.Parameter]:
    """What every kind has: ID, --role and, in the catalogue, --topic."""
    if new.private:
        about = "The private role that it is for.  [default: the only one]"
    else:
        about = (
            "The role that it is for. Private: only this role has it. Public: all roles can use it."
        )
    roles = private_roles if new.private else role_names
    topic = click.Option(
        ["--topic", "topics"],
        multiple=True,
        metavar="TOPIC",
        shell_complete=topic_names,
        help="What it is about, as area/topic; may be given several times.",
    )
    return [
        click.Argument(["id"], required=False, metavar="ID"),
        click.Option(["--role"], metavar="ROLE", shell_complete=roles, help=about),
        *([] if new.private else [topic]),
    ]


def _option(flag: Flag) -> click.Option:
    metavar = "ID" if flag.refers_to else "DATE" if flag.is_day else "TEXT"
    return click.Option(
        [flag.name, flag.key],
        type=click.Choice(flag.choices) if flag.choices else day if flag.is_day else str,
        metavar=None if flag.choices else metavar,
        multiple=flag.many,
        help=flag.about,
    )


def _text(
    asking: Asking, flag: Flag, supplied: Any, id: str, judge: Callable[[str], object]
) -> _Texts:
    """The text of an option, or the answer to its question."""
    if flag.is_day and supplied is not None:
        supplied = supplied.isoformat()
    if not flag.question:
        return supplied  # type: ignore[no-any-return]
    if flag.many:
        return asking.several(supplied, flag.name, flag.question, judge)
    ending = id.rpartition("-")[2]
    if not supplied and ending in flag.choices:
        supplied = ending
    check = judge if flag.refers_to else None
    return asking.text(supplied, flag.name, flag.question, flag.choices, check)


def _private_role(ctx: click.Context, role: str | None, asking: Asking) -> str:
    """The private role that the command line names, or the only one there is."""
    private = roles_at(root_of(ctx))[1]
    if not private and role is None:
        raise click.UsageError("this project has no private role; create one: prepdeck new role ID")
    if role is None and len(private) == 1:
        return private[0]
    return asking.text(role, "--role", "Which role is it for", private)


DEFINITIONS = tuple(map(_command, new_kinds()))
