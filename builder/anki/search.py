"""Searches for Anki's browser."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from builder.deck import Note


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


def as_search(ids: Sequence[str]) -> str:
    """A search by which Anki's browser finds exactly the notes with these ids.

    It is one pattern: a chain of `or` would be too deep for SQLite from some hundreds of ids on.
    What stands before the last `/` (an owner, the first part of a pair) is written once.
    """
    suffixes_by_prefix: dict[str, list[str]] = {}
    for id in ids:
        prefix, slash, suffix = id.rpartition("/")
        suffixes_by_prefix.setdefault(prefix + slash, []).append(suffix)
    patterns = [
        f"{prefix}(?:{'|'.join(suffixes)})" for prefix, suffixes in suffixes_by_prefix.items()
    ]
    pattern = patterns[0] if len(patterns) == 1 else f"(?:{'|'.join(patterns)})"
    return f'"Id:re:^{pattern}$"' if patterns else '"Id:re:^$" -"Id:re:^$"'


def to_suspend(search: str) -> str:
    """What a search finds, without what is suspended already; empty for an empty one.

    "Toggle Suspend" looks at the first card alone: among suspended cards it would bring all back.
    """
    return f"-is:suspended {search}" if search else ""


def within_quotes(name: str) -> str:
    """A name for between quotes in a search of Anki's, where some signs have a meaning."""
    return "".join(f"\\{letter}" if letter in '\\"*_' else letter for letter in name)
