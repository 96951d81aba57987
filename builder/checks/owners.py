"""Whose a deck's notes are, beside whose they were when it was built or released before."""

from __future__ import annotations

from collections.abc import Iterator

from builder.checks.lock import key_span
from builder.deck import Deck, Note
from builder.findings import Finding, Section, Severity, rule
from builder.ids import definition_id
from builder.lint.subjects import DECK_AND_LOCKS
from builder.lock import (
    LOCAL,
    RELEASED,
    DeckLine,
    LockPath,
    Locks,
    deck_paths,
    lock_path,
    note_paths,
)
from builder.phrasing import first_three
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
            yield from _overridden(selection, deck, locks)
            yield from _not_overridden(selection, deck, locks)


def _overridden(selection: Selection, deck: Deck, locks: Locks) -> Iterator[Finding]:
    """Notes that were shared and that the role's `override` makes its own."""
    paths = {RELEASED, *note_paths(deck.private_role)}
    shared_paths = paths if deck.private else {RELEASED}
    reported: set[str] = set()
    for note in deck.notes:
        if note.owner_key != deck.owner_key or note.first_id in reported or note.is_own:
            continue
        own_lines = [locks.note(path, note.lock_key) for path in paths]
        is_known = any(line is not None and not line.dropped for line in own_lines)
        other_owners = {"", *selection.ancestors}
        if not is_known and any(
            locks.note(path, (owner, note.notetype, note.first_id))
            for path in shared_paths
            for owner in other_owners
        ):
            reported.add(note.first_id)
            yield Finding(
                f"`{note.first_id}` was {'built' if deck.private else 'released'} as a shared"
                " note; the role's own is a new one",
                note.span,
                "change the definition in the catalogue, unless you want a new note",
            )


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

    def is_known(key: str, note: Note) -> bool:
        lines = (locks.note(path, (key, note.notetype, note.first_id)) for path in paths)
        return any(line is not None and not line.dropped for line in lines)

    ids: dict[str, None] = {}
    for note in deck.notes:
        if note.owner_key != role.key or note.is_own or is_known(role.key, note):
            continue
        id = definition_id(note.first_id)
        own_keys = set() if id in per_role_ids else {key_by_id.get(id, person.key)}
        if any(is_known(key, note) for key in own_keys | shared_keys):
            ids[id] = None
    if ids:
        node, entry = at_path(role.node, ("override",))
        was, is_new, its = (
            ("was the same note", "is a new one", "its")
            if len(ids) == 1
            else ("were the same notes", "are new ones", "their")
        )
        yield Finding(
            f"{first_three([*ids])} {was} in every role of `{person.id}` before;"
            f" `{role.id}`'s own {is_new}, without {its} reviews",
            node.span if entry else role.span,
            f"write the words in {ME} or in the catalogue, unless you want a note for each role",
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
