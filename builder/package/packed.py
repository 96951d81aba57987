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
        models, decks = database.execute("select models, decks from col").fetchone()
        return package_of(
            json.loads(models).values(),
            {int(id): deck["name"] for id, deck in json.loads(decks).items()},
            database.execute(NOTE_ROWS),
            database.execute(CARD_ROWS),
        )
