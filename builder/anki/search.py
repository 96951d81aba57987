"""Searches for Anki's browser."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from builder.deck import Note
from builder.phrasing import as_search


def owned_search(owner_key: str) -> str:
    """A search for all notes of an owner, in whatever deck they are: their `Id` has its key."""
    return f'"Id:{owner_key}/*"'


def owners_search(notes: Sequence[Note], continued: Collection[str]) -> str:
    """A search for all notes of those who own these; empty if nobody owns one of them.

    `continued`: keys of roles that a person's notes keep. A role's own notes have such a key too,
    so of these the notes alone are found.
    """
    owner_keys = dict.fromkeys(note.owner_key for note in notes)
    if "" in owner_keys:
        return ""
    ids = dict.fromkeys(note.id for note in notes if note.owner_key in continued)
    terms = [owned_search(key) for key in owner_keys if key not in continued]
    return any_of([*terms, as_search([*ids]) if ids else ""])


def any_of(searches: Iterable[str]) -> str:
    """A search for what one of these finds, to stand beside other terms; empty without any."""
    present = [search for search in dict.fromkeys(searches) if search]
    return present[0] if len(present) == 1 else f"({' or '.join(present)})" if present else ""


def to_suspend(search: str) -> str:
    """What a search finds, without what is suspended already; empty for an empty one.

    "Toggle Suspend" looks at the first card alone: among suspended cards it would bring all back.
    """
    return f"-is:suspended {search}" if search else ""


def within_quotes(name: str) -> str:
    """A name for between quotes in a search of Anki's, where some signs have a meaning."""
    return "".join(f"\\{letter}" if letter in '\\"*_' else letter for letter in name)
