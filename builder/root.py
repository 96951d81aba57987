"""Which folder is the project, and which of its private folders are persons'."""

from __future__ import annotations

import re
from pathlib import Path

from builder import inside
from builder.findings import PrepdeckError

#: The file that makes a folder in `decks/private/` a person's, and how its section begins there.
ME = "me.yaml"
#: How the name of a hidden folder in `decks/private/` ends while roles move below a person.
MOVE = ".move"
_ME = re.compile(rb"""^(?:me|"me"|'me')[ \t]*:""", re.MULTILINE)


def is_persons(folder: Path) -> bool:
    """Whether a folder of `decks/private/` is a person's: its `me.yaml` has the section `me`."""
    try:
        return _ME.search(inside.content(folder / ME, folder.parents[2])) is not None
    except OSError:
        return False  # whoever reads the file reports the fault


def unfinished_moves(root: Path) -> list[Path]:
    """The folders of moves below a person that were interrupted, and can be finished."""
    return sorted(root.glob(f"decks/private/.*{MOVE}"))


def person_of_move(move: Path) -> str:
    """The person of such a folder, by its name."""
    return move.name.removeprefix(".").removesuffix(MOVE)


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
