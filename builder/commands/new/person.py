"""The file of a person, `me.yaml`: written with the first role, and found ever after."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

from builder import model
from builder.commands.new.archetype import filled, project_names
from builder.commands.new.files import content_of, with_modeline, write_files
from builder.commands.new.keys import capitalised, free_title, fresh_key, random_suffix
from builder.commands.new.names import check_new, check_person_id, example_question
from builder.edit.insert import with_line
from builder.findings import PrepdeckError
from builder.load.overlay import with_file
from builder.project import Project, Role
from builder.root import ME
from builder.select import select

#: The person's name where nobody gives one: a project is mostly one person's.
DEFAULT = "me"


class Choice(NamedTuple):
    """Whose a new role is: `id`, or one of `ids`, which somebody has to choose from.

    Without both it is a person of its own, as `alone` are: roles that no person is above.
    `is_default`: nobody named the person, and there is none yet.
    """

    id: str | None = None
    ids: tuple[str, ...] = ()
    alone: tuple[str, ...] = ()
    is_default: bool = False

    def remedy(self, role: str) -> str:
        """How the roles that are persons of their own become one person's."""
        ids = " ".join((*self.alone, role))
        return (
            f"{role} is a person of its own, as {', '.join(self.alone)} is;"
            f" if all are yours, make them one deck: prepdeck new person {DEFAULT} {ids}"
        )


def person_of_new_role(project: Project, name: str | None) -> Choice:
    """Whose a new private role is, if the command line names `name`."""
    if name is not None:
        return Choice(name)
    persons = tuple(role.id for role in project.roles.values() if role.is_person)
    alone = tuple(role.id for role in roles_alone(project))
    if len(persons) > 1:
        return Choice(ids=persons)
    if persons:
        return Choice(persons[0])
    return Choice(alone=alone) if alone else Choice(DEFAULT, is_default=True)


def settings_of(project: Project, id: str | None) -> model.Role:
    """What a person says for all roles; nothing where there is no such person yet."""
    person = project.roles.get(id or "")
    return (person.value if person else None) or model.Role(title="")


def roles_alone(project: Project) -> list[Role]:
    """The private roles with a deck that no person is above."""
    return [
        role
        for role in project.roles.values()
        if role.private and role.person is None and role.has_deck
    ]


def person_for(
    project: Project,
    id: str,
    *,
    extends: str | None,
    notes: str | None,
    minutes: int | None,
    suffix: Callable[[], str],
) -> tuple[Project, dict[Path, bytes]]:
    """The project with the person, and what is to be written for it: a new file, or new minutes.

    `extends` and `notes` are those of a new person; `minutes` of study a day. Raises
    `PrepdeckError` for a name that is taken, and for other `notes` than the person has.
    """
    person = project.roles.get(id)
    if person is None or not person.is_person:
        check_person_id(project, id)
        path = me_path(project, id)
        key = fresh_key(project, id, suffix)
        content = me_yaml(project, id, extends, notes or "own", minutes, key=key).encode()
    else:
        path = project.root / person.span.file
        _check_notes(person, notes)
        if minutes is None or (person.me and person.me.minutes_per_day == minutes):
            return project, {}
        content = with_line(
            content_of(project, path), person.span.file, "me", "minutes_per_day", str(minutes)
        )
    file = path.relative_to(project.root).as_posix()
    project_after, findings = with_file(project, path, content, id, id)
    check_new(
        project_after, findings, (), file, content, range(1, content.count(b"\n") + 2), read=True
    )
    return project_after, {path: content}


def new_person(project: Project, id: str, extends: str | None) -> tuple[Path, ...]:
    """Writes a person without roles, and returns the file.

    Raises `PrepdeckError` for a name that is taken, and for an unknown role.
    """
    check_person_id(project, id)
    if extends is not None:
        parents = [role.id for role in project.roles.values() if not role.private or role.is_base]
        project.role(extends, parents)
    project, content_by_path = person_for(
        project, id, extends=extends, notes=None, minutes=None, suffix=random_suffix
    )
    write_files(project.root, content_by_path, project)
    return tuple(content_by_path)


def me_path(project: Project, id: str) -> Path:
    """The file that makes a person."""
    return project.root / "decks/private" / id / ME


def me_yaml(
    project: Project,
    id: str,
    extends: str | None,
    notes: str,
    minutes: int | None,
    *,
    key: str,
    also: Mapping[str, object] | None = None,
) -> str:
    """The text of a new `me.yaml`. `also`: what its archetype knows of roles that move below it."""
    parent = project.roles.get(extends or "")
    chosen = select(project, parent)[0].chosen if parent else ()
    answerable_ids = (c.definition.id for c in chosen if c.definition.kind.marks.answerable)
    title = free_title(project, id, "My interviews" if id == DEFAULT else capitalised(id))
    texts = {
        "id": id,
        "title": title,
        "deck": "",
        "extends": extends or "",
        "key": key,
        "continues": {},
        "notes": notes,
        "minutes_per_day": minutes,
        **example_question(answerable_ids),
        "project": project_names(project, None),
        **(also or {}),
    }
    file = me_path(project, id).relative_to(project.root).as_posix()
    return with_modeline(file, filled(project.root, "new/me.yaml", texts))


def _check_notes(person: Role, notes: str | None) -> None:
    """Raises `PrepdeckError` for other `notes` than the person has."""
    present = "own" if person.owns_notes else "shared"
    if notes not in (None, present):
        raise PrepdeckError(
            f"the notes of `{person.id}` are {present}, in all roles",
            help=f"leave --notes out; {person.span.file} says it for all",
        )
