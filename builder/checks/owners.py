"""Whose a deck's notes are, beside whose they were when it was built or released before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from builder.checks.lock import key_span
from builder.deck import Deck, Note
from builder.findings import Finding, Section, Severity, rule
from builder.ids import OWN, definition_id
from builder.lint.subjects import DECK_AND_LOCKS
from builder.lock import (
    LOCAL,
    RELEASED,
    DeckLine,
    LockPath,
    Locks,
    NoteLine,
    deck_paths,
    lock_path,
    note_paths,
)
from builder.phrasing import first_three
from builder.project import Role
from builder.root import ME
from builder.select import Selection
from builder.source.paths import at_path


@rule("owner-changed", Severity.WARNING, of=DECK_AND_LOCKS, section=Section.RELEASED)
def notes_keep_their_owner(selection: Selection, deck: Deck, locks: Locks) -> Iterator[Finding]:
    """A note with another owner is another note: its learner begins it anew."""
    paths = deck_paths(deck.private_role)
    before = [locks.lock_at(path).decks.get(deck.owner_key) for path in paths]
    mode = "own" if deck.owns_notes else "shared"
    if not any(before):
        yield from _moved(selection, deck, locks, mode)
    elif any(line is not None and line.notes != mode for line in before):
        before_mode = "shared" if deck.owns_notes else "the role's own"
        yield Finding(
            f"the notes were {before_mode} before; now all of them are new notes",
            key_span(selection, "notes"),
            "put `notes:` back, unless nobody has studied the deck yet",
        )
    else:
        yield from _became_roles_own(selection, deck, locks)
        if not deck.owns_notes:
            yield from _other_wording(selection, deck, locks)
            yield from _not_overridden(selection, deck, locks)


def _other_wording(selection: Selection, deck: Deck, locks: Locks) -> Iterator[Finding]:
    """Notes that an `override` makes another owner's: the role's, or a role's that it extends.

    Only where no lock has the new note yet: whether a deck had a note of two that are known is
    nowhere written down.
    """
    paths = {RELEASED, *note_paths(deck.private_role)}
    owners = {"", *selection.ancestors}
    reported: set[str] = set()
    for note in deck.notes:
        is_other_rules = note.owner_key in deck.own_keys and note.owner_key != deck.owner_key
        if is_other_rules or note.is_own or note.first_id in reported:
            continue
        own_lines = [locks.note(path, note.lock_key) for path in paths]
        if any(line is not None and not line.dropped for line in own_lines):
            continue
        lines = [
            (path, owner)
            for path in (RELEASED, *note_paths(deck.private_role))
            for owner in sorted(owners - {note.owner_key})
            if locks.note(path, (owner, note.notetype, note.first_id))
        ]
        if lines:
            reported.add(note.first_id)
            path, owner = lines[0]
            verb = "released" if path == RELEASED and not deck.private else "built"
            old = f"`{owner}`'s note" if owner else "a shared note"
            new = "is a new one, without its reviews"
            if any(own_lines):
                new = "goes on with the reviews that it had"
            yield Finding(
                f"`{note.first_id}` was {verb} as {old}; {_owner(note, deck)} {new}",
                note.span,
                "change the definition in the catalogue, unless you want a new note",
            )


def _owner(note: Note, deck: Deck) -> str:
    """Whose note a shared deck has, as messages name it."""
    if note.owner_key == deck.owner_key:
        return "the role's own"
    return f"`{note.owner_key}`'s" if note.owner_key else "the shared one"


def _became_roles_own(selection: Selection, deck: Deck, locks: Locks) -> Iterator[Finding]:
    """Notes that all roles of a person shared and that are one role's own now, in one finding.

    What `per_role` takes from the person is a fault (`note-changes-owner`), and not reported here.
    """
    role, person = selection.role, selection.person
    if person is None or person.me is None:
        return
    paths = (RELEASED, *note_paths(deck.private_role))
    key_by_id = {id: key for key, ids in person.me.continues.items() for id in ids}
    per_role_ids = {c.definition.first_id for c in selection.chosen if c.per_role}
    shared_keys = set() if deck.owns_notes else {"", *selection.ancestors}

    def lines(key: str, note: Note) -> list[NoteLine]:
        found = (locks.note(path, (key, note.notetype, note.first_id)) for path in paths)
        return [line for line in found if line is not None]

    def is_known(key: str, note: Note) -> bool:
        return any(not line.dropped for line in lines(key, note))

    new_ids: dict[str, None] = {}
    known_ids: dict[str, None] = {}
    for note in deck.notes:
        if note.owner_key != role.key or is_known(role.key, note):
            continue
        id = definition_id(note.first_id)
        is_refused = id in per_role_ids and not lines(role.key, note)
        own_keys = set() if is_refused else {key_by_id.get(id, person.key)}
        if any(is_known(key, note) for key in own_keys | shared_keys):
            (known_ids if lines(role.key, note) else new_ids)[id] = None
    for ids in (new_ids, known_ids):
        if ids:
            yield _told_of_own(role, person, [*ids], goes_on=ids is known_ids)


def _told_of_own(role: Role, person: Role, first_ids: Sequence[str], *, goes_on: bool) -> Finding:
    """What is said of notes that became a role's own."""
    node, entry = at_path(role.node, ("override",))
    is_one = len(first_ids) == 1
    was = "was the same note" if is_one else "were the same notes"
    if goes_on:
        verb, they = ("goes", "it") if is_one else ("go", "they")
        own = f"own {verb} on with the reviews that {they} had"
    else:
        own = "own is a new one, without its" if is_one else "own are new ones, without their"
        own += " reviews"
    help = f"write the words in {ME} or in the catalogue, unless you want a note for each role"
    ids = [first_id.removeprefix(OWN) for first_id in first_ids]
    if all(first_id.startswith(OWN) for first_id in first_ids):
        help = (
            f"leave it in {ME}, and write `drop: [{{id: {ids[0]}}}]` in roles that do not need it,"
            " unless you want a new note"
        )
    return Finding(
        f"{first_three(ids)} {was} in every role of `{person.id}` before; `{role.id}`'s {own}",
        node.span if entry else role.span,
        help,
    )


def _not_overridden(selection: Selection, deck: Deck, locks: Locks) -> Iterator[Finding]:
    """Notes that the role's `override` made its own and that are shared again, in one finding."""
    lock = locks.lock_at(_promise(deck))
    ids: dict[str, None] = {}
    for note in deck.notes:
        line = lock.notes.get((deck.owner_key, note.notetype, note.first_id))
        if note.owner_key not in deck.own_keys and line is not None and not line.dropped:
            ids[note.first_id] = None
    if ids:
        yield Finding(
            f"{first_three([*ids])} {'was' if len(ids) == 1 else 'were'} the role's own before;"
            " the shared note is another one, without its reviews",
            key_span(selection, "override"),
            f"`override: {{{next(iter(ids))}: {{}}}}` keeps the role's own note",
        )


def _promise(deck: Deck) -> LockPath:
    """The lock that says what the learners of a deck have."""
    return lock_path(deck.private_role, own=True) if deck.private else RELEASED


def _moved(selection: Selection, deck: Deck, locks: Locks, mode: str) -> Iterator[Finding]:
    """A deck that was another sort of role's: private and public now, or the other way."""
    lines = [
        line
        for lock in (
            [locks.lock_at(RELEASED), locks.lock_at(LOCAL)] if deck.private else locks.abandoned
        )
        for line in lock.decks.values()
        if line.role_key == deck.owner_key or line.id == deck.id or line.name == deck.name
    ]
    if not lines:
        return
    line = lines[0]
    if line.notes == mode and (mode == "shared" or line.role_key == deck.owner_key):
        return  # its notes are the same notes
    yield Finding(
        f"this deck's role was {'public' if deck.private else 'private'} before;"
        " now all notes of the deck are new notes",
        selection.role.span,
        _to_keep(line, deck),
    )


def _to_keep(line: DeckLine, deck: Deck) -> str:
    """How a role that was moved goes on with the notes that it had."""
    if line.notes == "shared":
        keep = "`notes: shared`"
    elif deck.private:
        keep = f"`key: {line.role_key}` and `notes: own`"
    else:
        keep = f"`was: {line.role_key}` and `notes: own`"
    return f"write {keep}, or move the file back, unless nobody has studied the deck yet"
