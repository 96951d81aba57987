"""`prepdeck new KIND ID`: a command for each kind, from prepdeck or of the project's own."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import click

from builder.cli import Suggesting, root_of
from builder.cli.asking import Asking, Judge, day
from builder.cli.completion import (
    owners,
    persons_at,
    project_of,
    role_and_person_names,
    roles_at,
    topic_names,
)
from builder.cli.style import near
from builder.findings import Diagnostic, PrepdeckError

if TYPE_CHECKING:  # both import the reader of kind.yaml, which takes 50 ms
    from builder.commands.new.flags import Flag, NewKind
    from builder.model import Kinds

_Texts = str | tuple[str, ...] | None
#: Stands before the keys of a kind among the parameters: a key may be called `role`.
_TEXT = "text_"


class Definitions(Suggesting):
    """A group with a command for each kind of the project beside those that are added to it."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*self.commands, *_kinds(ctx)[0]})

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if (command := super().get_command(ctx, name)) is not None:
            return command
        from builder.commands.new.flags import new_kind_of

        kinds, findings = _kinds(ctx)
        kind = kinds.get(name)
        if kind is not None and kind.is_sound:
            return _command(new_kind_of(kind))
        kind_file_path = kind.span.file if kind else f"templates/{name}/kind.yaml"
        faults_in_file = (finding for finding in findings if finding.span.file == kind_file_path)
        return next((_faulty(name, fault) for fault in faults_in_file), None)


def _kinds(ctx: click.Context) -> tuple[Kinds, list[Diagnostic]]:
    """The kinds of the project, or those that come with prepdeck where there is no project."""
    from builder.load.kinds import kinds_of

    if __name__ not in ctx.meta:
        ctx.meta[__name__] = kinds_of(project_of(ctx))
    kinds_and_findings: tuple[Kinds, list[Diagnostic]] = ctx.meta[__name__]
    return kinds_and_findings


def _faulty(kind_name: str, fault: Diagnostic) -> click.Command:
    """A command that only says what is wrong with its kind."""

    def run() -> None:
        raise PrepdeckError(f"{fault.span}: {fault.message}", help=fault.help)

    context_settings = {"ignore_unknown_options": True, "allow_extra_args": True}
    help = f"Not available: there is a fault in {fault.span.file}."
    return click.Command(kind_name, callback=run, help=help, context_settings=context_settings)


def _command(new_kind: NewKind) -> click.Command:
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
        from builder.commands.new.names import check_definition_id, check_text
        from builder.load import load

        texts = {parameter_name.removeprefix(_TEXT): text for parameter_name, text in texts.items()}
        asking = Asking()
        if new_kind.private:
            role = _private_role(ctx, new_kind, role, asking)
        project, _ = load(root_of(ctx))
        named_role = role_for(project, new_kind.kind, role or None)
        owner = named_role if named_role and named_role.private else None
        check_id = partial(check_definition_id, project, owner)
        id = asking.text(id, "ID", f"Id, such as {new_kind.id}", judge=check_id)
        for flag in new_kind.flags:
            judge = partial(check_text, project, owner, flag)
            texts[flag.key] = _text(asking, flag, texts[flag.key], id, judge)
        asking.done()
        draft = DefinitionDraft(
            kind=new_kind.kind, id=id, role=role or None, topics=topics, texts=texts, today=today()
        )
        new_files = new_definition(project, draft)
        for path in new_files.paths:
            click.echo(near(path))
        for message in new_files.messages:
            click.echo(message, err=True)

    example = f"prepdeck new {new_kind.kind} {new_kind.id} {new_kind.arguments}"
    return click.Command(
        new_kind.kind,
        params=[*_common(new_kind), *map(_option, new_kind.flags)],
        callback=click.pass_context(run),
        help=new_kind.about,
        epilog=f"\b\nExamples:\n  {example}\n",
    )


def _common(new_kind: NewKind) -> list[click.Parameter]:
    """What every kind has: ID, --role and, in the catalogue, --topic."""
    if new_kind.private:
        role_help = "The private role that it is for.  [default: the only one]"
        if new_kind.of_persons:
            role_help = "The person, or private role, that it is for.  [default: the only one]"
    else:
        role_help = (
            "The role that it is for. Private: only this role has it. Public: all roles can use it."
        )
    complete_roles = owners if new_kind.private else role_and_person_names
    topic_option = click.Option(
        ["--topic", "topics"],
        multiple=True,
        metavar="TOPIC",
        shell_complete=topic_names,
        help="What it is about, as area/topic; may be given several times.",
    )
    return [
        click.Argument(["id"], required=False, metavar="ID"),
        click.Option(["--role"], metavar="ROLE", shell_complete=complete_roles, help=role_help),
        *([] if new_kind.private else [topic_option]),
    ]


def _option(flag: Flag) -> click.Option:
    metavar = "ID" if flag.refers_to else "DATE" if flag.is_day else "TEXT"
    return click.Option(
        [flag.name, f"{_TEXT}{flag.key}"],
        type=click.Choice(flag.choices) if flag.choices else day if flag.is_day else str,
        metavar=None if flag.choices else metavar,
        multiple=flag.many,
        help=flag.about,
    )


def _text(
    asking: Asking, flag: Flag, option_value: Any, definition_id: str, judge: Judge
) -> _Texts:
    """The text of an option, or the answer to its question."""
    if flag.is_day and option_value is not None:
        option_value = option_value.isoformat()
    if not flag.prompt:
        return option_value  # type: ignore[no-any-return]
    if flag.many:
        return asking.several(option_value, flag.name, flag.prompt, judge)
    id_ending = definition_id.rpartition("-")[2]
    if not option_value and id_ending in flag.choices:
        option_value = id_ending
    return asking.text(option_value, flag.name, flag.prompt, flag.choices, judge)


def _private_role(ctx: click.Context, new_kind: NewKind, role: str | None, asking: Asking) -> str:
    """The private role or person that the command line names, or the only one there is."""
    if role is not None:
        return role
    root = root_of(ctx)
    owner_ids = roles_at(root)[1]
    if new_kind.of_persons and (person_ids := persons_at(root)):
        from builder.load.files import yaml_files

        homes = {home for _, home in yaml_files(root) if home is not None}
        single_ids = {home.role for home in homes if home.person is None}
        owner_ids = [*person_ids, *(id for id in owner_ids if id in single_ids)]
    if not owner_ids:
        raise click.UsageError("this project has no private role; create one: prepdeck new role ID")
    if len(owner_ids) == 1:
        return owner_ids[0]
    return asking.text(None, "--role", "Which role is it for", owner_ids)
