"""What of some roles becomes their person's, and what stays the roles' own."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from builder.commands.new.move_compare import Changes
from builder.commands.new.move_files import Entry, entries_of
from builder.ids import definition_id
from builder.lock import Lock
from builder.pipeline import Compiled
from builder.project import Project, Role


@dataclass(slots=True)
class Choice:
    """What was found out so far, by the role's id.

    `own`: ids of definitions whose notes are the role's own. `overridden`: those of them that the
    role has to override for that.
    """

    own: dict[str, set[str]]
    overridden: dict[str, set[str]]

    @property
    def size(self) -> int:
        return sum(map(len, (*self.own.values(), *self.overridden.values())))


def own_by_declaration(project: Project, role: Role) -> set[str]:
    """The definitions whose notes are the role's own, under any person."""
    own = {id for id, override in role.overrides.items() if override.writer == role.id}
    pool = {**project.definitions, **role.pool}
    own |= {id for id, d in pool.items() if getattr(d.value, "per_role", False)}
    return own - role.definitions.keys()


def entries_to_move(
    project: Project, roles: tuple[Role, ...], choice: Choice, person: Role | None
) -> tuple[tuple[Entry, ...], tuple[Entry, ...]]:
    """What becomes the person's, and what another role has in the same words, or the person.

    `person`: one who exists, and whose words stay.
    """
    present = {entry.place: entry for entry in entries_of(project, person)} if person else {}
    moved: dict[tuple[str, str], Entry] = {}
    twice: list[Entry] = []
    for role in roles:
        for entry in entries_of(project, role):
            own = choice.own[role.id] | choice.overridden[role.id]
            if entry.id in own:
                continue
            first = present.get(entry.place) or moved.setdefault(entry.place, entry)
            if first is not entry and first.content == entry.content:
                twice.append(entry)
            elif first is not entry:
                choice.own[role.id].add(entry.id)
                if entry.id not in role.definitions:
                    choice.overridden[role.id].add(entry.id)
    still_moved = [
        entry
        for entry in moved.values()
        if entry.id not in choice.own[entry.role] | choice.overridden[entry.role]
    ]
    twice = [entry for entry in twice if entry.id not in choice.own[entry.role]]
    return tuple(still_moved), tuple(twice)


def continued_ids(
    before: Compiled,
    roles: tuple[Role, ...],
    choice: Choice,
    moved: tuple[Entry, ...],
    lock: Lock,
    taken: Collection[str],
) -> dict[str, list[str]]:
    """First ids of the notes that go on as the person's, by the key of the role that had them.

    `taken`: first ids of notes that the person has already, which go on as they are.
    """
    project = before.project
    candidates: dict[str, list[Role]] = {}
    for role in roles:
        definitions = {d.first_id: d for d in (*project.definitions.values(), *role.pool.values())}
        first_ids: dict[str, None] = {}
        for deck in before.decks:
            if deck.role == role.id:
                notes = (*deck.notes, *deck.waiting)
                first_ids |= {
                    definition_id(n.first_id): None for n in notes if n.owner_key == role.key
                }
        for line in lock.notes.values():
            if line.owner_key == role.key and not line.dropped:
                first_ids[definition_id(line.first_id)] = None
        own = choice.own[role.id] | choice.overridden[role.id]
        moved_ids = {entry.id for entry in moved if entry.role == role.id}
        for first_id in first_ids:
            definition = definitions.get(first_id)
            if definition is None or definition.id in own or first_id in taken:
                continue
            if definition.role is None or definition.id in moved_ids:
                candidates.setdefault(first_id, []).append(role)
    worded_by = {entry.id: entry.role for entry in moved if entry.section != "my_tags"}
    continued: dict[str, list[str]] = {}
    for first_id in sorted(candidates):
        heirs = candidates[first_id]
        source = worded_by.get(first_id.rpartition("/")[2])
        heir = next((role for role in heirs if role.id == source), heirs[0])
        continued.setdefault(heir.key, []).append(first_id)
    return {role.key: continued[role.key] for role in roles if role.key in continued}


def ids_of_person(before: Compiled, lock: Lock, person: Role | None) -> set[str]:
    """First ids of definitions whose notes a person has, or had in a package."""
    if person is None or person.me is None:
        return set()
    notes = (
        note
        for deck in before.decks
        if deck.person == person.id
        for note in (*deck.notes, *deck.waiting)
    )
    # Older keys are in a role's own notes too: which of them are the person's, `continues` says.
    ids = {definition_id(note.first_id) for note in notes if note.owner_key == person.key}
    ids |= {
        definition_id(line.first_id)
        for line in lock.notes.values()
        if line.owner_key == person.key and not line.dropped
    }
    return ids.union(*person.me.continues.values())


def learn(
    choice: Choice,
    after: Compiled,
    roles: tuple[Role, ...],
    moved: tuple[Entry, ...],
    changes: Changes,
) -> None:
    """Takes up what the copy shows: whose notes are, and what reads differently."""
    roles_by_id = {role.id: role for role in roles}
    for selection in after.selections:
        if selection.role.id in roles_by_id:
            choice.own[selection.role.id] |= {
                chosen.definition.id
                for chosen in selection.chosen
                if chosen.owner_role == selection.role.id
            }
    person_id = after.project.roles[roles[0].id].person
    for role_id, id in changes.differing:
        if role_id not in roles_by_id:
            if after.project.roles[role_id].person == person_id:
                # Another role of the person would have words of these: they stay where they are.
                writers = {entry.role for entry in moved if entry.id == id}
                _give_back(choice, roles_by_id, writers, id)
            continue
        role = roles_by_id[role_id]
        # Another role's answer or tags would be on this role's note: they stay where they are.
        writers = {entry.role for entry in moved if entry.id == id and not entry.is_definition}
        writers -= {role_id}
        is_own = id in choice.own[role_id] | choice.overridden[role_id]
        if not writers or not (is_own or id not in {*role.answers, *role.tags}):
            writers = {role_id}
        _give_back(choice, roles_by_id, writers, id)


def _give_back(choice: Choice, roles: Mapping[str, Role], writers: Iterable[str], id: str) -> None:
    """Makes the notes of a definition the own ones of these roles."""
    for writer in writers:
        choice.own[writer].add(id)
        if id not in roles[writer].definitions:
            choice.overridden[writer].add(id)
