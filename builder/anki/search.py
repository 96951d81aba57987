"""Searches for Anki's browser."""

from __future__ import annotations

from collections.abc import Sequence


def as_search(ids: Sequence[str]) -> str:
    """What Anki's browser finds exactly these notes by: one pattern, however many ids there are.

    A chain of `or` would be too deep for SQLite from some hundreds on. Owners are written once.
    """
    owners: dict[str, list[str]] = {}
    for id in ids:
        owner, slash, own = id.rpartition("/")
        owners.setdefault(owner + slash, []).append(own)
    parts = [f"{owner}(?:{'|'.join(own)})" for owner, own in owners.items()]
    pattern = parts[0] if len(parts) == 1 else f"(?:{'|'.join(parts)})"
    return f'"Id:re:^{pattern}$"' if parts else '"Id:re:^$" -"Id:re:^$"'


def within_quotes(name: str) -> str:
    """A name as Anki's search takes it between quotes, where some signs mean something."""
    return "".join(f"\\{c}" if c in '\\"*_' else c for c in name)
