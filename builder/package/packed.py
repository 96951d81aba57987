"""Packages that prepdeck wrote, read back: the other end of `outputs.apkg`."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

from builder.findings import PrepdeckError
from builder.package.content import CARD_ROWS, NOTE_ROWS, Package, package_of
from builder.package.database import COLLECTION, database_in

#: What genanki says of every collection, and Anki of none: when it was created, in Unix seconds.
_CREATED = 1_411_124_400

_HELP = "give a package that `prepdeck build` wrote"


def read_package(path: Path) -> Package:
    """The content of one of our packages. Raises `PrepdeckError` when the file is not one.

    Packages that newer versions of Anki export keep their notes elsewhere in the zip; the `anki`
    library reads those.
    """
    with database_in(path, (COLLECTION,), "a package that prepdeck wrote", _HELP) as database:
        models_json, decks_json = database.execute("select models, decks from col").fetchone()
        return package_of(
            json.loads(models_json).values(),
            {int(deck_id): deck["name"] for deck_id, deck in json.loads(decks_json).items()},
            database.execute(NOTE_ROWS),
            database.execute(CARD_ROWS),
        )


def is_package_with(path: Path, deck_id: int) -> bool:
    """Whether prepdeck wrote the file, and it has that deck. Packages that Anki exported are not.

    They may have the same decks, and hold what a learner wrote.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            if archive.namelist() != [COLLECTION, "media"]:
                return False
        with database_in(path, (COLLECTION,), "a package", _HELP) as database:
            created, decks = database.execute("select crt, decks from col").fetchone()
            (reviews,) = database.execute("select count() from revlog").fetchone()
            return created == _CREATED and not reviews and str(deck_id) in json.loads(decks)
    except (OSError, zipfile.BadZipFile, PrepdeckError):
        return False


def guids_in(path: Path) -> frozenset[str]:
    """The GUIDs of one of our packages; none when the file cannot be read."""
    try:
        with database_in(path, (COLLECTION,), "a package", _HELP) as database:
            return frozenset(guid for (guid,) in database.execute("select guid from notes"))
    except PrepdeckError:
        return frozenset()
