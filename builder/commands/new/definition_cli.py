"""`prepdeck new question`, `kpi`, `skill`, `line`, `story`, `fact`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, TypeVar

import click

from builder.cli import root_of
from builder.cli.asking import Asking, day
from builder.cli.completion import TYPES, private_roles, role_names, roles_at, topic_names
from builder.cli.style import near

F = TypeVar("F", bound=Callable[..., Any])


def _command(kind: str, example: str, *, private: bool = False) -> Callable[[F], click.Command]:
    """A command for one kind, with what they all have: ID, --role, --topic and an example."""
    told = "The private role that it is for.  [default: the only one]"
    if not private:
        told = (
            "The role that it is for. Private: only this role has it. Public: all roles can use it."
        )

    def made(function: F) -> click.Command:
        command: Any = click.pass_context(function)
        if not private:
            command = click.option(
                "--topic",
                "topics",
                multiple=True,
                metavar="TOPIC",
                shell_complete=topic_names,
                help="What it is about, as area/topic; may be given several times.",
            )(command)
        command = click.option(
            "--role",
            metavar="ROLE",
            shell_complete=private_roles if private else role_names,
            help=told,
        )(command)
        command = click.argument("id", required=False, metavar="ID")(command)
        epilog = f"\b\nExamples:\n  prepdeck new {kind} {example}\n"
        return click.command(name=kind, epilog=epilog)(command)

    return made


@_command("question", "refund-late-approach --ask 'How do you tell bad news?' --role acme")
@click.option("--ask", metavar="TEXT", help="The question.")
@click.option("--type", type=click.Choice(TYPES), help="What sort of answer it needs.")
@click.option(
    "--skill",
    "skills",
    multiple=True,
    metavar="ID",
    help="A skill that the answer shows; may be given several times.",
)
def question(
    ctx: click.Context,
    id: str | None,
    role: str | None,
    topics: tuple[str, ...],
    ask: str | None,
    type: str | None,
    skills: tuple[str, ...],
) -> None:
    """Add a question to a private role, or to the catalogue.

    An ID that ends in -story or -approach sets the type.
    """
    asking, new = Asking(), New(ctx, "question", role)
    id = asking.text(id, "ID", "Id, such as refund-late-approach", judge=new.check_id)
    ask = asking.text(ask, "--ask", "The question")
    ending = id.rpartition("-")[2]
    type = asking.text(
        type or (ending if ending in TYPES else None), "--type", "Type of the answer", TYPES
    )
    asking.done()
    new.write(id, topics, ask=ask, type=type, skills=skills)


@_command("kpi", "refund-rate --name 'Refund rate' --over refunds --under orders")
@click.option("--name", metavar="TEXT", help="What it is called.")
@click.option("--over", metavar="TEXT", help="What is divided, such as refunds.")
@click.option("--under", metavar="TEXT", help="What it is divided by, such as orders.")
@click.option("--hurts", metavar="ID", help="The KPI that gets worse when you push this one.")
def kpi(
    ctx: click.Context,
    id: str | None,
    role: str | None,
    topics: tuple[str, ...],
    name: str | None,
    over: str | None,
    under: str | None,
    hurts: str | None,
) -> None:
    """Add a KPI to a private role, or to the catalogue."""
    asking, new = Asking(), New(ctx, "kpi", role)
    id = asking.text(id, "ID", "Id, such as refund-rate", judge=new.check_id)
    name = asking.text(name, "--name", "What it is called")
    over = asking.text(over, "--over", "What is counted")
    under = asking.text(under, "--under", "What it is counted among")
    asking.done()
    new.write(id, topics, name=name, over=over, under=under, hurts=hurts)


@_command("skill", "tact --name Tact --when 'they are wrong' --do 'ask before you correct'")
@click.option("--name", metavar="TEXT", help="What it is called.")
@click.option("--when", metavar="TEXT", help="A situation that needs it.")
@click.option("--do", metavar="TEXT", help="What you then do, so that others can see it.")
def skill(
    ctx: click.Context,
    id: str | None,
    role: str | None,
    topics: tuple[str, ...],
    name: str | None,
    when: str | None,
    do: str | None,
) -> None:
    """Add a skill to a private role, or to the catalogue."""
    asking, new = Asking(), New(ctx, "skill", role)
    id = asking.text(id, "ID", "Id, such as tact", judge=new.check_id)
    name = asking.text(name, "--name", "What it is called")
    when = asking.text(when, "--when", "A situation that asks for it: when …")
    do = asking.text(do, "--do", "What you then do")
    asking.done()
    new.write(id, topics, name=name, when=when, do=do)


@_command("line", "line-late --they-say 'Where is it?' --you-say 'Let me look.' --pass-if 'a time'")
@click.option("--they-say", metavar="TEXT", help="What the customer says.")
@click.option("--you-say", metavar="TEXT", help="A good reply.")
@click.option("--pass-if", metavar="TEXT", help="What every good reply must contain.")
@click.option("--skill", metavar="ID", help="The skill that it trains.")
def line(
    ctx: click.Context,
    id: str | None,
    role: str | None,
    topics: tuple[str, ...],
    they_say: str | None,
    you_say: str | None,
    pass_if: str | None,
    skill: str | None,
) -> None:
    """Add a role-play line to a private role, or to the catalogue."""
    asking, new = Asking(), New(ctx, "line", role)
    id = asking.text(id, "ID", "Id, such as line-late-parcel", judge=new.check_id)
    they_say = asking.text(they_say, "--they-say", "They say")
    you_say = asking.text(you_say, "--you-say", "You say")
    pass_if = asking.text(pass_if, "--pass-if", "It is good if")
    asking.done()
    said = {"they_say": they_say, "you_say": you_say, "pass_if": pass_if, "skill": skill}
    new.write(id, topics, **said)


@_command("story", "lost-dress --role acme", private=True)
@click.option("--title", metavar="TEXT", help="Title of the story.")
@click.option("--opens-with", metavar="TEXT", help="Your first sentence.")
@click.option("--number", metavar="TEXT", help="The figure in it that they will remember.")
@click.option(
    "--answers",
    multiple=True,
    metavar="ID",
    help="A question that it answers; may be given several times.",
)
def story(
    ctx: click.Context,
    id: str | None,
    role: str | None,
    title: str | None,
    opens_with: str | None,
    number: str | None,
    answers: tuple[str, ...],
) -> None:
    """Add a story of yours to a private role. Four short texts are enough."""
    asking = Asking()
    new = New(ctx, "story", _only(ctx, role, asking))
    id = asking.text(id, "ID", "Id, such as lost-dress", judge=new.check_id)
    title = asking.text(title, "--title", "What you call it")
    opens_with = asking.text(opens_with, "--opens-with", "Your first sentence")
    number = asking.text(number, "--number", "The figure in it")
    ask = "Ids of the questions that it answers"
    answers = asking.several(answers, "--answers", ask, new.check_question)
    asking.done()
    said: dict[str, Any] = {"title": title, "opens_with": opens_with, "number": number}
    new.write(id, (), answers=answers, **said)


@_command("fact", "invoices --role acme", private=True)
@click.option("--ask", metavar="TEXT", help="The question that the fact answers.")
@click.option("--answer", metavar="TEXT", help="The fact.")
@click.option("--source", metavar="TEXT", help="Where you read it, such as acme.example/about.")
@click.option(
    "--seen",
    type=day,
    metavar="DATE",
    help="Day on which you read it, such as 2026-11-20.  [default: today]",
)
def fact(
    ctx: click.Context,
    id: str | None,
    role: str | None,
    ask: str | None,
    answer: str | None,
    source: str | None,
    seen: date | None,
) -> None:
    """Add a fact about the employer to a private role."""
    asking = Asking()
    new = New(ctx, "fact", _only(ctx, role, asking))
    id = asking.text(id, "ID", "Id, such as founded", judge=new.check_id)
    ask = asking.text(ask, "--ask", "The question, such as: How many invoices do they send?")
    answer = asking.text(answer, "--answer", "The answer")
    source = asking.text(source, "--source", "Where you saw it")
    asking.done()
    when = seen.isoformat() if seen else None
    new.write(id, (), ask=ask, answer=answer, source=source, seen=when)


def _only(ctx: click.Context, role: str | None, asking: Asking) -> str:
    """The role that was named, else the private one if there is but one."""
    private = roles_at(root_of(ctx))[1]
    if not private and role is None:
        raise click.UsageError("there is no private role yet: prepdeck new role ID")
    if role is None and len(private) == 1:
        return private[0]
    return asking.text(role, "--role", "Which role is it for", private)


class New:
    """What the commands have in common: the project, read once, and the role that it is for."""

    def __init__(self, ctx: click.Context, kind: str, role: str | None) -> None:
        """Raises `PrepdeckError` for a role that takes nothing new."""
        from builder.commands.new.definition import role_for
        from builder.load import load

        self.project, _ = load(root_of(ctx))
        self.kind, self.role = kind, role
        taker = role_for(self.project, kind, role or None)
        self.owner = taker if taker and taker.private else None

    def check_id(self, id: str) -> None:
        """Raises `PrepdeckError` unless it may be the id."""
        from builder.commands.new.names import check_definition_id

        check_definition_id(self.project, self.owner, id)

    def check_question(self, id: str) -> None:
        """Raises `PrepdeckError` unless there is such a question."""
        from builder.commands.new.bodies import Known

        Known(self.project, self.owner).name("question", id)

    def write(self, id: str, topics: tuple[str, ...], **said: str | tuple[str, ...] | None) -> None:
        """Writes it, and says where and what to do next."""
        from builder.clock import today
        from builder.commands.new.bodies import Draft
        from builder.commands.new.definition import new_definition

        role = self.role or None
        draft = Draft(kind=self.kind, id=id, role=role, topics=topics, said=said, today=today())
        made = new_definition(self.project, draft)
        for path in made.paths:
            click.echo(near(path))
        for line in made.next:
            click.echo(line, err=True)


DEFINITIONS = (question, kpi, skill, line, story, fact)
