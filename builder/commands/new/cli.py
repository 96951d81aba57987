"""`prepdeck new`: a project, a role, a kind, or a definition (see `definition_cli`)."""

from __future__ import annotations

import shlex
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from builder.cli import root_of
from builder.cli.asking import Asking, ask_optional, day, on_terminal
from builder.cli.completion import parents, persons, role_names, roles_at
from builder.cli.style import near
from builder.commands.new.definition_cli import Definitions
from builder.commands.new.person_cli import person as new_person

if TYPE_CHECKING:
    from builder.commands.new.person import Choice
    from builder.project import Project

EPILOG = """\b
Examples:
  prepdeck new project my-decks --from-catalogue
  prepdeck new role acme --extends customer-support-specialist --company Acme
  prepdeck new story lost-dress --role acme
"""


@click.group(cls=Definitions, epilog=EPILOG)
def new() -> None:
    """Create a project, a role, a kind or a definition that is valid at once.

    On a terminal, prepdeck asks for what is missing. It never overwrites a file.
    """


new.add_command(new_person)


PROJECT = """\b
Examples:
  prepdeck new project my-decks
  prepdeck new project my-decks --from-catalogue
"""


@new.command(epilog=PROJECT)
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--from-catalogue", is_flag=True, help="Start from the decks that come with prepdeck."
)
def project(folder: Path, from_catalogue: bool) -> None:
    """Create a project in FOLDER that builds at once. No file is overwritten."""
    from builder.commands.new.project import new_project

    for path in new_project(folder, from_catalogue=from_catalogue):
        click.echo(folder / path)
    click.echo(f"next: prepdeck -C {shlex.quote(str(folder))} build", err=True)


KIND = """\b
Examples:
  prepdeck new kind term
  prepdeck new kind gap --cloze
  prepdeck new kind loss-reason --section loss_reasons --about 'Why customers leave.'
"""


@new.command(epilog=KIND)
@click.argument("name", required=False, metavar="NAME")
@click.option("--about", metavar="TEXT", help="What it is, in a sentence or two.")
@click.option(
    "--section", metavar="NAME", help="Section of its definitions.  [default: plural of NAME]"
)
@click.option("--cloze", is_flag=True, help="Its cards hide parts of a text.")
@click.option("--private", is_flag=True, help="Only private roles have it.")
@click.pass_context
def kind(
    ctx: click.Context,
    name: str | None,
    about: str | None,
    section: str | None,
    cloze: bool,
    private: bool,
) -> None:
    """Create a kind of your own, NAME, in templates/. No file is overwritten.

    It has two cards: the name and the meaning, each asked by the other.
    """
    from builder.commands.new.kind import KindDraft, check_kind_name, new_kind
    from builder.load import load

    project, _ = load(root_of(ctx))
    asking = Asking()
    judge = partial(check_kind_name, project)
    name = asking.text(name, "NAME", "Name of the kind, such as term", judge=judge)
    asking.done()
    if on_terminal():
        about = about or ask_optional("What it is, in a sentence", str)
    draft = KindDraft(name=name, section=section, about=about, private=private, cloze=cloze)
    files = new_kind(project, draft)
    for path in files.paths:
        click.echo(near(path))
    for message in files.messages:
        click.echo(message, err=True)


MINUTES = click.IntRange(5, 240)

ROLE = """\b
Examples:
  prepdeck new role acme --extends customer-support-specialist --company Acme
  prepdeck new role acme --from-ad advert.txt --interview 2026-12-10 --minutes 25
  prepdeck new role globex --like acme --company Globex
"""


@new.command(epilog=ROLE)
@click.argument("id", required=False, metavar="ID")
@click.option(
    "--extends",
    metavar="ROLE",
    shell_complete=parents,
    help="The role that it extends: a public one, or a base of yours.",
)
@click.option(
    "--person",
    metavar="NAME",
    shell_complete=persons,
    help="Whose role it is: the folder with their me.yaml.  [default: the only person]",
)
@click.option(
    "--from-ad",
    "advert",
    type=click.File("rb"),
    help="Choose its core by a job advert: a text file, or - for stdin.",
)
@click.option("--company", metavar="NAME", help="Name of the company, for all texts that name it.")
@click.option("--title", metavar="TITLE", help="Name of the deck, if not the job at the company.")
@click.option(
    "--interview",
    type=day,
    metavar="DATE",
    help="Day of the interview, such as 2026-12-10, for the plan.",
)
@click.option("--minutes", type=MINUTES, help="Minutes of study a day, for the plan.")
@click.option(
    "--notes",
    type=click.Choice(["own", "shared"]),
    help="shared: you already study the public deck, and its notes stay there.",
)
@click.option(
    "--like",
    metavar="ROLE",
    shell_complete=role_names,
    help="Copy what another role selects, but none of its texts.",
)
@click.option("--public", is_flag=True, help="Create a public role, in decks/roles/.")
@click.pass_context
def role(
    ctx: click.Context,
    id: str | None,
    extends: str | None,
    person: str | None,
    advert: BinaryIO | None,
    company: str | None,
    title: str | None,
    interview: date | None,
    minutes: int | None,
    notes: str | None,
    like: str | None,
    public: bool,
) -> None:
    """Create a role of yours, ID, for one employer: it extends a public role.

    The first one creates your me.yaml too, with what is the same for every employer.
    """
    if public and (company or interview or minutes or notes or person):
        raise click.UsageError(
            "--public takes no --company, --interview, --minutes, --notes or --person"
        )
    if like and advert:
        raise click.UsageError("--like and --from-ad both say what is selected: choose one")
    from builder.clock import today
    from builder.commands.advert.text import advert_text
    from builder.commands.new.names import check_role_id
    from builder.commands.new.person import Choice, person_of_new_role, settings_of
    from builder.commands.new.role import RoleDraft, check_interview, new_role
    from builder.load import load

    text = advert_text(advert) if advert else None  # before anything is asked on the same stdin
    root = root_of(ctx)
    project, _ = load(root)
    asking = Asking()
    id = asking.text(
        id,
        "ID",
        "Name of the role, such as acme",
        judge=lambda name: check_role_id(project, name, public=public, person=person),
    )
    owner = Choice() if public else person_of_new_role(project, person)
    person = _person(asking, project, owner)
    if not (extends or advert or like or public or settings_of(project, person).extends):
        choices = roles_at(root)[0]
        extends = asking.text(extends, "--extends", "Which role does it extend", choices)
    asking.done()
    if on_terminal() and not public:
        company = company or ask_optional("The company, as it stands in texts", str)
        question = "The day of the interview, such as 2026-12-10"
        judge = partial(check_interview, today=today())
        interview = interview or ask_optional(question, day, judge)
        if interview and not (minutes or settings_of(project, person).minutes_per_day):
            minutes = ask_optional("Minutes a day until then, such as 25", MINUTES)
    is_asked = not public and (person is None or person not in project.roles)
    if is_asked and not notes and _studied():
        notes = "shared"
    draft = RoleDraft(
        id=id,
        today=today(),
        extends=extends,
        title=title,
        company=company,
        interview=interview,
        minutes=minutes,
        notes=notes,
        public=public,
        person=person,
        like=like,
        advert=text,
    )
    files = new_role(project, draft)
    for path in files.paths:
        click.echo(near(path))
    if is_asked and not notes and not on_terminal():
        click.echo(
            "notes: own (a complete deck); if you already study the public deck: --notes shared",
            err=True,
        )
    for message in files.messages:
        click.echo(message, err=True)
    if not (public or person):
        click.echo(owner.remedy(id), err=True)


def _person(asking: Asking, project: Project, owner: Choice) -> str | None:
    """Whose a new role is: the only person there can be, or the answer to a question."""
    from builder.commands.new.names import check_person_id

    if owner.ids:
        return asking.text(None, "--person", "Whose role is it", owner.ids)
    if owner.is_default and on_terminal():
        question = "Your name, for the folder of all your roles"
        return asking.named(question, str(owner.id), partial(check_person_id, project))
    return owner.id


def _studied() -> bool:
    """Whether the learner already studies the public deck, whose notes then stay there."""
    return on_terminal() and click.confirm(
        "Have you studied its public deck in Anki already?", err=True
    )
