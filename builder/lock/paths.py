"""Which file keeps which line.

    decks/notes.lock                  what was released; written by a release alone
    .prepdeck/local.lock              what was built from the catalogue and not released
    decks/private/<role>/notes.lock   a private role's own notes

A note has one released line and at most one local one.
"""

from __future__ import annotations

from typing import NewType

from builder.deck import Deck

LockPath = NewType("LockPath", str)
RELEASED = LockPath("decks/notes.lock")
LOCAL = LockPath(".prepdeck/local.lock")


def private_lock(role: str) -> LockPath:
    """The lock file of a private role."""
    return LockPath(f"decks/private/{role}/notes.lock")


def deck_locks(deck: Deck) -> tuple[LockPath, ...]:
    """Where a deck may have been remembered."""
    return (private_lock(deck.role),) if deck.private else (RELEASED, LOCAL)


def local_lock(private_role: str | None, *, own: bool, answered: bool) -> LockPath:
    """Where a note that was not released is remembered; `private_role` packs it, if one does.

    A private role's lock keeps its own notes, and the catalogue's personal notes that it answers
    or once answered: nobody else packs them so.
    """
    return private_lock(private_role) if private_role and (own or answered) else LOCAL
