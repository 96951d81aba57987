"""Checks of a deck beside what was packed before."""

from __future__ import annotations

from collections.abc import Iterator

from builder.deck import Deck
from builder.findings import Diagnostic, Scope, Span
from builder.lock import RELEASED, Locks, deck_locks, private_lock
from builder.schema import at_path
from builder.select import Selection


def _at(selection: Selection, key: str) -> Span:
    node, found = at_path(selection.role.node, (key,))
    return node.span if found else selection.role.span


def the_deck_keeps_its_name(selection: Selection, deck: Deck, locks: Locks) -> Iterator[Diagnostic]:
    """Anki knows decks by name: under another, new cards start a second deck."""
    for home in deck_locks(deck):
        known = locks.lock_at(home).decks.get(deck.owner_key)
        if known is not None and known.name != deck.name:
            yield Diagnostic(
                "deck-renamed",
                f"this deck was `{known.name}` before, and is `{deck.name}` now",
                _at(selection, "title"),
                "learners should rename it in Anki before they import, or put the title back",
                Scope(role=deck.role),
            )
            return


def a_private_role_keeps_its_key(
    selection: Selection, deck: Deck, locks: Locks
) -> Iterator[Diagnostic]:
    """Its lock moves with its folder, and says under which key its notes are known."""
    if not deck.private or selection.role.value is None:
        return  # of a role that cannot be read nobody knows the key
    owners = {line.owner_key for line in locks.lock_at(private_lock(deck.role)).notes.values()}
    if owners - {""} and deck.owner_key not in owners:
        (old, *_) = sorted(owners - {""})
        yield Diagnostic(
            "role-key-changed",
            f"this role's notes were built under the key `{old}`, and it is `{deck.owner_key}` now",
            _at(selection, "key"),
            f"write `key: {old}`; under another key every note is a new one",
            Scope(role=deck.role),
        )


def notes_keep_their_owner(selection: Selection, deck: Deck, locks: Locks) -> Iterator[Diagnostic]:
    """A note with another owner is another note: its learner begins it anew."""
    before = [locks.lock_at(home).decks.get(deck.owner_key) for home in deck_locks(deck)]
    mode = "own" if deck.owns_notes else "shared"
    if any(line is not None and line.notes != mode for line in before):
        yield Diagnostic(
            "owner-changed",
            f"its notes were {'shared' if deck.owns_notes else 'its own'} before; all begin anew",
            _at(selection, "notes"),
            "put `notes:` back, unless nobody has studied the deck yet",
            Scope(role=deck.role),
        )
        return
    if deck.owns_notes or not any(before):
        return  # nobody has this deck yet
    seen: set[str] = set()
    for note in deck.notes:
        if note.owner_key != deck.owner_key or note.first_id in seen or note.is_own:
            continue
        mine = any(locks.note(home, note.lock_key) for home in deck_locks(deck))
        others = {"", *selection.ancestors}
        before_as = [locks.note(RELEASED, (who, note.notetype, note.first_id)) for who in others]
        if not mine and any(before_as):
            seen.add(note.first_id)
            yield Diagnostic(
                "owner-changed",
                f"`{note.first_id}` was released as a shared note; this role's own begins anew",
                note.span,
                "change the catalogue's definition instead, unless that is what you want",
                Scope(role=deck.role),
            )
