"""Which folder is the project."""

from __future__ import annotations

from pathlib import Path

from builder.findings import PrepdeckError


def find_root(start: Path) -> Path:
    """The project that `start` lies in: the nearest folder upward that holds `decks/deck.yaml`.

    Raises `PrepdeckError` when there is none.
    """
    for folder in (start.resolve(), *start.resolve().parents):
        if (folder / "decks" / "deck.yaml").is_file():
            return folder
    raise PrepdeckError(
        f"no decks/deck.yaml in {start} or above it",
        help="name the project with -C DIR, or create one: prepdeck new project DIR",
    )
