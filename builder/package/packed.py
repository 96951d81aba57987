"""Packages that prepdeck wrote, read back: the other end of `outputs.apkg`."""

from __future__ import annotations

import json
from pathlib import Path

from builder.package.content import CARD_ROWS, NOTE_ROWS, Package, package_of
from builder.package.database import COLLECTION, database_in


def read_package(path: Path) -> Package:
    """The content of one of our packages. Raises `PrepdeckError` when the file is not one.

    Packages that newer versions of Anki export keep their notes elsewhere in the zip; the `anki`
    library reads those.
    """
    help = "give a package that `prepdeck build` wrote"
    with database_in(path, (COLLECTION,), "a package that prepdeck wrote", help) as database:
        models_json, decks_json = database.execute("select models, decks from col").fetchone()
        return package_of(
            json.loads(models_json).values(),
            {int(deck_id): deck["name"] for deck_id, deck in json.loads(decks_json).items()},
            database.execute(NOTE_ROWS),
            database.execute(CARD_ROWS),
        )
