"""Whose a note is: a person's, a role's, or nobody's; and whose a role is. Declarations decide: a
note is never owned because of its text, a variable or an answer.
"""

from __future__ import annotations

from typing import NamedTuple

from builder.findings import PrepdeckError
from builder.project import Definition, Override, Project, Role


class Owned(NamedTuple):
    """A definition in its owner's wording, as a role's deck has it.

    `owner_role` is the id of the role or person whose notes it makes, None for the catalogue's.
    `per_role`: they are the role's, because each role of a person has its own of this definition.
    """

    wording: Definition
    owner_role: str | None
    per_role: bool = False


def owned(project: Project, role: Role, definition: Definition) -> Owned:
    """Whose note the definition makes in the role's deck."""
    person = project.person_of(role)
    if person is None:
        return _owned(project, role, definition)
    if _is_per_role(person, definition) or _is_role_own(person, role, definition):
        override = _override_of(role, definition)
        wording = override.definition if override else definition
        return Owned(wording, role.id, _is_per_role(person, definition))
    # All else is the person's, and reads as the person's file says, whatever the role inherits.
    return _owned(project, person, definition)


def private_keys(project: Project, role: Role) -> frozenset[str]:
    """The keys in the GUIDs of notes whose lock is the role's: its own and its person's."""
    person = project.person_of(role) or role
    return continued_keys(person) | {role.key, person.key}


def continued_keys(person: Role) -> frozenset[str]:
    """The keys of roles that notes of a person keep, because these go on from those roles."""
    return frozenset(person.me.continues) if person.me else frozenset()


def deck_role(project: Project, id: str) -> Role:
    """The role of that id. Raises `PrepdeckError` when there is none, or it has no deck."""
    role = project.role(id)
    if role.retired is not None:
        raise PrepdeckError(
            f"the role `{id}` is retired: {role.retired}",
            help="delete `retired:` to have its deck again",
        )
    if role.is_base:
        raise PrepdeckError(
            f"`{id}` has no deck: it is there to be extended", help="name a role that extends it"
        )
    if role.is_person:
        ids = ", ".join(f"`{employer.id}`" for employer in project.roles_of(role))
        raise PrepdeckError(
            f"`{id}` is a person, and has no deck without a role",
            help=f"name one of the roles: {ids}" if ids else "write one: prepdeck new role",
        )
    return role


def without_persons(project: Project, role_ids: tuple[str, ...]) -> tuple[str, ...]:
    """The roles that are named, with all roles of each person in the person's place."""
    ids: dict[str, None] = {}
    for role_id in role_ids:
        role = project.role(role_id)
        roles_of_person = project.roles_of(role) if role.is_person else ()
        ids |= dict.fromkeys([role.id for role in roles_of_person] or [role_id])
    return tuple(ids)


def with_siblings(project: Project, role_ids: tuple[str, ...]) -> tuple[str, ...]:
    """The roles to build: those named, and all roles of their persons, for these have one deck.

    Its description and its new cards a day are made from all of them, and stand in each package.
    """
    ids: dict[str, None] = {}
    for role_id in without_persons(project, role_ids):
        siblings = project.roles_of(project.person_of(project.roles[role_id]))
        ids |= dict.fromkeys([*(sibling.id for sibling in siblings), role_id])
    return tuple(ids)


def _owned(project: Project, role: Role, definition: Definition) -> Owned:
    """The same for a person, and for a role without one."""
    override = _override_of(role, definition)
    wording = override.definition if override else definition
    if role.owns_notes or definition.role:
        return Owned(wording, role.id)
    if override is not None and project.roles[override.writer].private:
        # Bases own no notes: two people who extend one share nothing that they learn.
        return Owned(wording, role.id)
    # An overridden note is its writer's, and wholly in the writer's wording, whoever inherits it.
    return Owned(wording, override.writer if override else None)


def _override_of(role: Role, definition: Definition) -> Override | None:
    """How the role words the definition, if it has other words for it."""
    override = role.overrides.get(definition.id)
    if override is not None and override.definition.key != definition.key:
        return None  # it is of another definition with the same id
    return override


def _is_per_role(person: Role, definition: Definition) -> bool:
    """Whether each role of the person has a note of its own: the definition or the person says."""
    is_listed = person.me is not None and definition.id in person.me.per_role
    return is_listed or bool(getattr(definition.value, "per_role", False))


def _is_role_own(person: Role, role: Role, definition: Definition) -> bool:
    """Whether the role defines or words it itself, or inherits other words than its person does.

    What the person words is the person's in every role that does not word it again.
    """
    if definition.role is not None and definition.role not in person.chain:
        return True
    overrides = (_override_of(role, definition), _override_of(person, definition))
    role_writer, person_writer = (override.writer if override else None for override in overrides)
    if role.id == role_writer:
        return True
    return person.id != person_writer and role_writer != person_writer
