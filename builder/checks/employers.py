"""The roles of a person beside their one lock, and what they say that no note of theirs shows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePosixPath

from builder.checks.deck import variables_in
from builder.deck import Deck, NoteType
from builder.findings import Finding, Section, Severity, Span, rule
from builder.ids import OWN
from builder.lint.subjects import DECK, DECK_AND_LOCKS, DECKS_AND_LOCKS, PROJECT_AND_LOCKS
from builder.lock import Lock, Locks, lock_path
from builder.phrasing import counted, first_three
from builder.project import Project, Role
from builder.render.text import VARIABLE
from builder.root import ME
from builder.select import Selection
from builder.source import MappingNode
from builder.source.paths import at_path


@rule("lock-left-behind", Severity.ERROR, of=PROJECT_AND_LOCKS, section=Section.RELEASED)
def locks_lie_where_they_are_read(
    project: Project, notetypes: Mapping[str, NoteType], locks: Locks
) -> Iterator[Finding]:
    """A person has one lock, and what stands in another one that nobody reads would begin anew."""
    for role in project.roles.values():
        if role.person is None and not role.is_person:
            yield from _in_a_persons_lock(project, role, locks)
            continue
        own_path = lock_path(role.folder, own=True)
        known_lines = locks.lock_at(own_path).notes.keys()
        for lock in locks.abandoned:
            if not _is_about(lock, role) or lock.notes.keys() <= known_lines:
                continue
            if role.is_person:
                help = f"move it to {own_path}, or move the folder back"
            else:
                help = (
                    f"move the role back to decks/private/{role.id}, with this lock, and let"
                    " `prepdeck new person` move it; or delete the lock if nobody has studied it"
                )
            yield Finding(
                f"nobody reads this lock: that of `{role.id}` is {own_path}, and notes that it"
                " does not have would begin anew",
                Span(lock.file),
                help,
                role.scope,
            )


@rule("lock-left-behind", Severity.ERROR, of=DECKS_AND_LOCKS, section=Section.RELEASED)
def roles_have_the_locks_that_they_had(
    project: Project, decks: Sequence[Deck], locks: Locks
) -> Iterator[Finding]:
    """A role without a lock may be one whose folder or file had another name."""
    decks_by_folder: dict[str, list[Deck]] = {}
    for deck in decks:
        if deck.private_role is not None:
            decks_by_folder.setdefault(deck.private_role, []).append(deck)
    for folder, own_decks in decks_by_folder.items():
        owner, own_path = project.roles[folder], lock_path(folder, own=True)
        roles = [owner, *(project.roles[deck.role] for deck in own_decks)]
        for lock in () if locks.lock_at(own_path).notes else locks.abandoned:
            if owner.is_person and any(_is_about(lock, role) for role in roles):
                continue  # `locks_lie_where_they_are_read` says so
            keys = {line.owner_key for line in lock.notes.values()}.union(lock.decks)
            has_same_key = owner.key in keys
            old_notes = {
                (line.notetype, line.first_id) for line in lock.notes.values() if line.owner_key
            }
            notes = {(note.notetype, note.first_id) for d in own_decks for note in d.notes}
            if has_same_key or old_notes & notes:
                yield _left_by(lock, owner, len(old_notes & notes), has_same_key=has_same_key)


def _left_by(lock: Lock, owner: Role, number: int, *, has_same_key: bool) -> Finding:
    """What is said of a lock that a role left when its file got another name."""
    own_path = lock_path(owner.folder, own=True)
    if has_same_key:
        message = f"nobody reads this lock: that of `{owner.id}` is {own_path}, and is not there"
        return Finding(message, Span(lock.file), f"move it to {own_path}", owner.scope)
    key = next(iter(lock.decks), min((line.owner_key for line in lock.notes.values()), default=""))
    help = f"if `{owner.id}` is that role, move the lock to {own_path} and write `key: {key}`"
    if owner.is_person:
        help = (
            f"if a role of `{owner.id}` is that role, put it back beside this lock, with"
            f" `key: {key}`, and let `prepdeck new person` move it"
        )
    return Finding(
        f"this lock is of a role that is gone, and `{owner.id}`, which has none, has the same"
        f" {counted(number, 'note')}: they would be new ones",
        Span(lock.file),
        f"{help}; otherwise delete it",
        owner.scope,
    )


def _is_about(lock: Lock, role: Role) -> bool:
    """Whether a lock is a role's or person's: it lies in its folder, or has its key."""
    if not role.is_person and PurePosixPath(lock.file).parts[2:-1] == (role.person, role.id):
        return True
    return role.key in lock.decks


def _in_a_persons_lock(project: Project, role: Role, locks: Locks) -> Iterator[Finding]:
    """A private role that was moved out of a person's folder: its notes would be new ones."""
    if not role.private or not role.has_deck:
        return
    if locks.lock_at(lock_path(role.folder, own=True)).notes:
        return
    for person in (other for other in project.roles.values() if other.is_person):
        lock = locks.lock_at(lock_path(person.id, own=True))
        if any(line.owner_key == role.key for line in lock.notes.values()):
            yield Finding(
                f"`{role.id}` was a role of `{person.id}`, whose lock has its notes:"
                " without the person all of them are new ones",
                role.span,
                f"move it back to decks/private/{person.id}/, or give it another `key`",
                role.scope,
            )


@rule("role-key-changed", Severity.ERROR, of=DECK_AND_LOCKS, section=Section.RELEASED)
def roles_of_persons_keep_their_key(
    selection: Selection, deck: Deck, locks: Locks
) -> Iterator[Finding]:
    """The person's lock has a role's own notes under the key that they are made of.

    A role without a line, and lines of a key that no role has, with ids of the role's own: that
    is one role. A role that was taken away has other ids of its own.
    """
    role = selection.role
    if selection.person is None or role.value is None:
        return
    lines = locks.lock_at(lock_path(deck.private_role, own=True)).notes
    own_notes = {
        (note.notetype, note.first_id)
        for note in (*deck.notes, *deck.waiting)
        if note.owner_key == role.key
    }
    notes_by_key: dict[str, set[tuple[str, str]]] = {}
    for owner_key, notetype, first_id in lines:
        notes_by_key.setdefault(owner_key, set()).add((notetype, first_id))
    if role.key in notes_by_key:
        return
    for old_key in sorted(notes_by_key.keys() - deck.own_keys - {"", *selection.sibling_keys}):
        old_notes = notes_by_key[old_key]
        defined = {note for note in old_notes if note[1].startswith(OWN)}
        if own_notes & (defined or old_notes):
            node, entry = at_path(role.node, ("key",))
            yield Finding(
                f"the role's own notes were built with the key `{old_key}`, and it is"
                f" `{role.key}` now",
                node.span if entry else role.span,
                f"write `key: {old_key}`; with another key every note of the role's own is a"
                " new one",
            )
            return


@rule("shared-variable", Severity.WARNING, of=DECK, section=Section.ROLES)
def variables_of_roles_reach_own_notes(
    project: Project, selection: Selection, deck: Deck
) -> Iterator[Finding]:
    """What a person's role sets is for its own notes: the person's read alike for all employers."""
    role = selection.role
    node = role.node.get("vars")
    if selection.person is None or not isinstance(node, MappingNode):
        return
    own = [chosen for chosen in selection.chosen if chosen.owner_role == role.id]
    shown = {name for chosen in own for name in variables_in(chosen.definition)}
    shown |= {name for text in role.answers.values() for name in VARIABLE.findall(text.text)}
    ids_by_name = {
        name: ids
        for name in node.entries
        if name not in shown
        and (
            ids := [
                chosen.definition.id
                for chosen in selection.chosen
                if chosen.owner_role != role.id and name in variables_in(chosen.definition)
            ]
        )
    }
    if ids_by_name:
        name, ids = next(iter(ids_by_name.items()))
        override = f"override: {{{ids[0]}: {{}}}}"
        names = ", ".join(f"`{unshown}`" for unshown in ids_by_name)
        yield Finding(
            f"no note of the role's own shows its {names};"
            f" the notes of {first_three(ids)} are not its own",
            node.entries[name].key.span,
            f"`{override}` gives this role a note of its own, `per_role: [{ids[0]}]` in {ME} each"
            f" role; or set `{name}` in {ME}, for all",
        )
