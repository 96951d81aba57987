"""A temporary collection of the real Anki: imports into it, and reads back what arrived."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from builder.anki.library import (
    Collection,
    ImportAnkiPackageOptions,
    ImportAnkiPackageRequest,
    ModelManager,
)
from builder.package import CARD_ROWS, NOTE_ROWS, Package, package_of


@dataclass(frozen=True, slots=True)
class Imported:
    """What Anki's importer reports of one import, in numbers of notes."""

    new: int
    updated: int
    duplicate: int
    conflicting: int
    found: int


@contextmanager
def scratch_collection() -> Iterator[Collection]:
    """An empty collection; it is deleted afterwards."""
    with tempfile.TemporaryDirectory(prefix="prepdeck-") as scratch_folder:
        collection = Collection(str(Path(scratch_folder) / "scratch.anki2"))
        try:
            yield collection
        finally:
            collection.close()


def import_package(collection: Collection, path: Path) -> Imported:
    """Imports with the options that Anki's dialog has on a fresh profile."""
    import_log = collection.import_anki_package(
        ImportAnkiPackageRequest(
            package_path=str(path),
            options=ImportAnkiPackageOptions(
                merge_notetypes=False,
                update_notes=0,  # type: ignore[arg-type]  # if newer
                update_notetypes=0,  # type: ignore[arg-type]
                with_scheduling=False,
                with_deck_configs=False,
            ),
        )
    ).log
    return Imported(
        new=len(import_log.new),
        updated=len(import_log.updated),
        duplicate=len(import_log.duplicate),
        conflicting=len(import_log.conflicting),
        found=import_log.found_notes,
    )


def content(collection: Collection) -> Package:
    """Everything in a collection, as a package would have it."""
    database = collection.db
    assert database is not None
    return package_of(
        # A manager of its own: the collection's keeps note types from before the import.
        ModelManager(collection).all(),
        {deck.id: deck.name for deck in collection.decks.all_names_and_ids()},
        [tuple(row) for row in database.execute(NOTE_ROWS)],
        [tuple(row) for row in database.execute(CARD_ROWS)],
    )
