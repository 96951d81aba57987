"""Searches for Anki's browser."""

from __future__ import annotations

from collections.abc import Sequence


def as_search(ids: Sequence[str]) -> str:
    """A search by which Anki's browser finds exactly the notes with these ids.

    It is one pattern: a chain of `or` would be too deep for SQLite from some hundreds of ids on.
    What stands before the last `/` (an owner, the first part of a pair) is written once.
    """
    by_prefix: dict[str, list[str]] = {}
    for id in ids:
        prefix, slash, name = id.rpartition("/")
        by_prefix.setdefault(prefix + slash, []).append(name)
    parts = [f"{prefix}(?:{'|'.join(names)})" for prefix, names in by_prefix.items()]
    pattern = parts[0] if len(parts) == 1 else f"(?:{'|'.join(parts)})"
    return f'"Id:re:^{pattern}$"' if parts else '"Id:re:^$" -"Id:re:^$"'


def within_quotes(name: str) -> str:
    """A name for between quotes in a search of Anki's, where some signs have a meaning."""
    return "".join(f"\\{c}" if c in '\\"*_' else c for c in name)
