"""`new person`: private roles that were persons of their own become one person's.

No GUID and no digest changes: the project is compiled as it is and as it would be, in a copy, and
compared note by note. What would read differently stays the role's own, until nothing differs.
Nothing is written before that.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from builder.commands.new.files import content_of
from builder.commands.new.keys import fresh_key, random_suffix
from builder.commands.new.move_choice import (
    Choice,
    continued_ids,
    entries_to_move,
    ids_of_person,
    learn,
    own_by_declaration,
)
from builder.commands.new.move_compare import Changes, changes_of
from builder.commands.new.move_files import (
    Entry,
    Layout,
    files_of,
)
from builder.commands.new.move_lock import merged_lock, person_lock
from builder.commands.new.move_place import put_in_place
from builder.commands.new.move_proof import check_copy, compiled_copy
from builder.commands.new.names import check_person_id
from builder.commands.new.person import me_path, me_yaml, roles_alone
from builder.commands.schema.run import write_schemas
from builder.edit.insert import with_line, with_lists
from builder.edit.written import value
from builder.findings import PrepdeckError
from builder.load import load
from builder.lock import read_locks
from builder.owner import private_keys
from builder.pipeline import compile_project
from builder.project import Project, Role

#: How often what differs is given back to the roles: each time at least one definition more.
_MOST_ROUNDS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonDraft:
    """A person, new or not: `roles` are the ids of the private roles that become theirs.

    An id that two of them have goes on from the first; one that a person who exists has, from the
    person. `suffix`: draws the end of the fresh key.
    """

    id: str
    roles: tuple[str, ...] = ()
    suffix: Callable[[], str] = field(default=random_suffix)


@dataclass(frozen=True, slots=True)
class Move:
    """All that `new person` would do: nothing is written yet.

    `overridden`: by role, ids of definitions that stay the role's own, because they read
    differently there. `moved`: what becomes the person's. `deck_name`: of the one deck, which the
    person had, or else the first role. `old_decks`: the names of the roles' decks by their ids.
    """

    project: Project
    person: str
    roles: tuple[Role, ...]
    layout: Layout
    changes: Changes
    moved: tuple[Entry, ...]
    overridden: Mapping[str, tuple[str, ...]]
    deck_name: str
    old_decks: Mapping[str, str]


def move_of(project: Project, draft: PersonDraft) -> Move:
    """Plans the move, and proves it in a copy of the project.

    Raises `PrepdeckError` for unknown roles, for roles that cannot be one person's, and for
    projects whose roles have faults.
    """
    person = existing_person(project, draft.id)
    if person is None:
        check_person_id(project, draft.id)
    roles = _roles(project, draft)
    family = (person, *roles) if person else roles
    notes = _notes(family)
    _check_parents(person, roles)
    before = compile_project(project.root)
    _, faults = read_locks(before.project)
    old_errors = [finding for finding in (*faults, *before.findings) if finding.is_error]
    for error in old_errors:
        if error.scope.role in (draft.id, *draft.roles) or error.scope.definition:
            raise PrepdeckError(
                f"{error.span}: {error.message}", help="correct it first: prepdeck check"
            )
    choice = Choice(
        {role.id: own_by_declaration(project, role) for role in roles},
        {role.id: set() for role in roles},
    )
    old_lock = merged_lock(project, family)
    taken = ids_of_person(before, old_lock, person)
    persons_keys = private_keys(project, person) if person else frozenset()
    decks = {deck.role: deck for deck in before.decks}
    first_deck = next((d for d in before.decks if d.person == draft.id), decks[roles[0].id])
    me_text = _me_text(project, draft, person, roles, notes, has_deck=first_deck.person is not None)
    with TemporaryDirectory(prefix="prepdeck-") as folder:
        for round_number in range(_MOST_ROUNDS):
            moved, twice = entries_to_move(project, roles, choice, person)
            continued = continued_ids(before, roles, choice, moved, old_lock, taken)
            overridden = {id: tuple(sorted(ids)) for id, ids in choice.overridden.items()}
            layout = files_of(
                project, draft.id, roles, me_text(continued), moved, twice, overridden
            )
            after = compiled_copy(project, layout, Path(folder, str(round_number)))
            size = choice.size
            changes = changes_of(project, before, after, roles, persons_keys)
            learn(choice, after, roles, moved, changes)
            if choice.size == size:
                break
        if changes.differing:
            raise _would_differ(person, *sorted(changes.differing)[0])
        persons_decks = [deck for deck in after.decks if deck.person == draft.id]
        layout = layout.with_lock(person_lock(old_lock, persons_decks, first_deck))
        check_copy(after, layout, old_errors)
    return Move(
        project=project,
        person=draft.id,
        roles=roles,
        layout=layout,
        changes=changes,
        moved=moved,
        overridden=overridden,
        deck_name=first_deck.name,
        old_decks={role.id: decks[role.id].name for role in roles},
    )


def _would_differ(person: Role | None, role_id: str, id: str) -> PrepdeckError:
    """The error for a note that would not stay as it is in a role."""
    help = "move the other roles first, or write the texts of both alike"
    if person is not None and (id in person.answers or id in person.tags):
        section = "my_answers" if id in person.answers else "my_tags"
        help = (
            f"`{person.id}` has `{section}` for it: take that out of"
            f" {person.span.file}, move, and put it back; then it is an update of the note"
        )
    return PrepdeckError(f"`{id}` would read differently in `{role_id}`", help=help)


def existing_person(project: Project, id: str) -> Role | None:
    """The person of that id, if there is one."""
    role = project.roles.get(id)
    return role if role is not None and role.is_person else None


def _me_text(
    project: Project,
    draft: PersonDraft,
    person: Role | None,
    roles: tuple[Role, ...],
    notes: str,
    *,
    has_deck: bool,
) -> Callable[[Mapping[str, Sequence[str]]], bytes]:
    """The text of the person's file, by what goes on in it; without what moves into it.

    `has_deck`: the person has roles with a deck already, whose name stays; the first role's stays
    otherwise.
    """
    if person is None or person.me is None:
        key = fresh_key(project, draft.id, draft.suffix)
        extends = _extends(project, roles)
        minutes = (role.value.minutes_per_day for role in roles if role.value)
        minutes_a_day = next(filter(None, minutes), None)

        def new_file(continued: Mapping[str, Sequence[str]]) -> bytes:
            also = {"deck": roles[0].deck_title, "continues": continued}
            return me_yaml(
                project, draft.id, extends, notes, minutes_a_day, key=key, also=also
            ).encode()

        return new_file
    file, old_continued = person.span.file, person.me.continues
    content = content_of(project, project.root / file)
    if not has_deck and person.me.deck is None:
        content = with_line(content, file, "me", "deck", value(roles[0].deck_title))

    def with_continued(continued: Mapping[str, Sequence[str]]) -> bytes:
        if not continued:
            return content
        lists = {key: [*ids, *continued.get(key, ())] for key, ids in old_continued.items()}
        return with_lists(content, file, "me", "continues", {**continued, **lists})

    return with_continued


def roles_to_move(project: Project, person: str, ids: tuple[str, ...]) -> tuple[str, ...]:
    """The roles of those that are not the person's yet.

    Raises `PrepdeckError` when there are roles and none is named.
    """
    alone = [role.id for role in roles_alone(project)]
    if not ids and alone:
        raise PrepdeckError(
            f"name the roles that are the person's: {', '.join(alone)}",
            help=f"prepdeck new person {person} {' '.join(alone)}",
        )
    return tuple(id for id in ids if id not in project.roles or project.roles[id].person != person)


def carry_out(move: Move) -> list[Path]:
    """Writes the move, and returns the files of the person's folder that changed.

    Raises `PrepdeckError` for a file that cannot be written; then everything is as it was.
    """
    put_in_place(move.project, move.layout)
    write_schemas(load(move.project.root)[0])
    folder = me_path(move.project, move.person).parent
    return [folder / name for name in sorted(move.layout.files)]


def _roles(project: Project, draft: PersonDraft) -> tuple[Role, ...]:
    """The roles to move. Raises `PrepdeckError` for one that is not a person of its own."""
    alone = {role.id for role in roles_alone(project)}
    for id in draft.roles:
        if (role := project.roles.get(id)) is not None and role.person is not None:
            raise PrepdeckError(
                f"`{id}` is a role of `{role.person}`: {role.span.file}",
                help=f"leave it out: its notes go on as those of `{role.person}` alone; for a new"
                f" role like it: prepdeck new role ID --person {draft.id} --like {id}",
            )
    return tuple(
        project.role(id, alone, "role without a person") for id in dict.fromkeys(draft.roles)
    )


def _check_parents(person: Role | None, roles: tuple[Role, ...]) -> None:
    """Raises `PrepdeckError` for a role that extends nothing, and would what its person does."""
    if person is None or "extends" not in person.node.entries:
        return
    for role in roles:
        if "extends" not in role.node.entries:
            raise PrepdeckError(
                f"`{role.id}` extends nothing, and would extend what `{person.id}` does",
                help=f"write `extends:` in {role.span.file}, and see what it adds:"
                f" prepdeck build {role.id}",
            )


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
