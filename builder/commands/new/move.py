"""`new person`: private roles that were persons of their own become one person's.

No GUID and no digest changes: the project is compiled as it is and as it would be, in a copy, and
compared note by note. What would read differently stays the role's own, until nothing differs.
Nothing is written before that.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from builder.commands.new.keys import fresh_key, random_suffix
from builder.commands.new.move_choice import (
    Choice,
    continued_ids,
    entries_to_move,
    learn,
    own_by_declaration,
)
from builder.commands.new.move_compare import Changes, changes_of
from builder.commands.new.move_files import (
    Entry,
    Layout,
    files_of,
    put_in_place,
)
from builder.commands.new.move_lock import merged_lock, person_lock
from builder.commands.new.move_proof import check_copy, compiled_copy
from builder.commands.new.names import check_person_id
from builder.commands.new.person import me_path, me_yaml, roles_alone
from builder.commands.schema.run import write_schemas
from builder.findings import PrepdeckError
from builder.load import load
from builder.lock import read_locks
from builder.pipeline import compile_project
from builder.project import Project, Role

#: How often what differs is given back to the roles: each time at least one definition more.
_MOST_ROUNDS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonDraft:
    """A person to be written: `roles` are the ids of the private roles that become theirs.

    An id that two of them have goes on from the first. `suffix`: draws the end of the fresh key.
    """

    id: str
    roles: tuple[str, ...] = ()
    suffix: Callable[[], str] = field(default=random_suffix)


@dataclass(frozen=True, slots=True)
class Move:
    """All that `new person` would do: nothing is written yet.

    `overridden`: by role, ids of definitions that stay the role's own, because they read
    differently there. `moved`: what becomes the person's.
    """

    project: Project
    person: str
    roles: tuple[Role, ...]
    layout: Layout
    changes: Changes
    moved: tuple[Entry, ...]
    overridden: Mapping[str, tuple[str, ...]]
    old_decks: Mapping[str, str]

    @property
    def deck_name(self) -> str:
        """The name of the one deck, which the first role had."""
        return self.old_decks[self.roles[0].id]


def move_of(project: Project, draft: PersonDraft) -> Move:
    """Plans the move, and proves it in a copy of the project.

    Raises `PrepdeckError` for unknown roles, for roles that cannot be one person's, and for
    projects whose roles have faults.
    """
    check_person_id(project, draft.id)
    roles = _roles(project, draft.roles)
    notes = _notes(roles)
    before = compile_project(project.root)
    _, faults = read_locks(before.project)
    old_errors = [finding for finding in (*faults, *before.findings) if finding.is_error]
    for error in old_errors:
        if error.scope.role in draft.roles or error.scope.definition:
            raise PrepdeckError(
                f"{error.span}: {error.message}", help="correct it first: prepdeck check"
            )
    key = fresh_key(project, draft.id, draft.suffix)
    choice = Choice(
        {role.id: own_by_declaration(project, role) for role in roles},
        {role.id: set() for role in roles},
    )
    old_lock = merged_lock(project, roles)
    decks = {deck.role: deck for deck in before.decks}
    for _ in range(_MOST_ROUNDS):
        moved, twice = entries_to_move(project, roles, choice)
        texts = {
            "deck": roles[0].deck_title,
            "continues": continued_ids(before, roles, choice, moved, old_lock),
        }
        me_text = me_yaml(
            project,
            draft.id,
            _extends(project, roles),
            notes,
            next((r.value.minutes_per_day for r in roles if r.value and r.value.minutes_per_day), 0)
            or None,
            key=key,
            also=texts,
        )
        overridden = {id: tuple(sorted(ids)) for id, ids in choice.overridden.items()}
        layout = files_of(project, draft.id, roles, me_text, moved, twice, overridden)
        after = compiled_copy(project, layout)
        size = choice.size
        changes = changes_of(project, before, after, roles)
        learn(choice, after, roles, moved, changes)
        if choice.size == size:
            break
    if changes.differing:
        role_id, id = sorted(changes.differing)[0]
        raise PrepdeckError(
            f"`{id}` would read differently in `{role_id}`",
            help="move the other roles first, or write the texts of both alike",
        )
    deck = next(deck for deck in after.decks if deck.role == roles[0].id)
    layout = layout.with_lock(person_lock(old_lock, deck, decks[roles[0].id]))
    check_copy(project, layout, old_errors)
    return Move(
        project=project,
        person=draft.id,
        roles=roles,
        layout=layout,
        changes=changes,
        moved=moved,
        overridden=overridden,
        old_decks={role.id: decks[role.id].name for role in roles},
    )


def roles_to_move(project: Project, person: str, ids: tuple[str, ...]) -> tuple[str, ...]:
    """The roles of those that are not the person's yet.

    Raises `PrepdeckError` when there are roles and none is named, and for a person who exists.
    """
    alone = [role.id for role in roles_alone(project)]
    if not ids and alone:
        raise PrepdeckError(
            f"name the roles that are the person's: {', '.join(alone)}",
            help=f"prepdeck new person {person} {' '.join(alone)}",
        )
    new_ids = tuple(
        id for id in ids if id not in project.roles or project.roles[id].person != person
    )
    existing = project.roles.get(person)
    if new_ids and existing is not None and existing.is_person:
        raise PrepdeckError(
            f"`{person}` already exists: {existing.span.file}",
            help="choose another name, and name all roles of the person",
        )
    return new_ids


def carry_out(move: Move) -> list[Path]:
    """Writes the move, and returns the files of the person's folder that changed.

    Raises `PrepdeckError` for a file that cannot be written; then everything is as it was.
    """
    put_in_place(move.project, move.layout)
    write_schemas(load(move.project.root)[0])
    folder = me_path(move.project, move.person).parent
    return [folder / name for name in sorted(move.layout.files)]


def _roles(project: Project, ids: tuple[str, ...]) -> tuple[Role, ...]:
    """The roles to move. Raises `PrepdeckError` for one that is not a person of its own."""
    alone = {role.id for role in roles_alone(project)}
    return tuple(project.role(id, alone, "role without a person") for id in dict.fromkeys(ids))


def _notes(roles: tuple[Role, ...]) -> str:
    """Whether the notes are own or shared. Raises `PrepdeckError` for roles of both sorts."""
    own = [role.id for role in roles if role.owns_notes]
    shared = [role.id for role in roles if not role.owns_notes]
    if own and shared:
        raise PrepdeckError(
            f"the notes of {', '.join(own)} are their own, and those of {', '.join(shared)} are"
            " shared with the public deck: one person cannot have both",
            help="make two persons, or leave roles of one sort where they are",
        )
    return "own" if own else "shared"


def _extends(project: Project, roles: tuple[Role, ...]) -> str | None:
    """What the person extends: what the first role does, if all roles extend something.

    Not a role that moves: the person is above it.
    """
    ids = {role.id for role in roles}
    parents = [[id for id in role.chain[1:] if id not in ids] for role in roles]
    return parents[0][0] if all(parents) else None
