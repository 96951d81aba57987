"""Reading packages: those that prepdeck wrote, and those that Anki exported."""

from builder.package.content import (
    CARD_ROWS,
    NOTE_ROWS,
    Package,
    PackedNote,
    PackedNoteType,
    package_of,
)
from builder.package.database import COLLECTION
from builder.package.exported import (
    ExportedCollection,
    ExportedNote,
    Review,
    exported_collection,
)
from builder.package.packed import guids_in, is_package_with, read_package

__all__ = [
    "CARD_ROWS",
    "COLLECTION",
    "NOTE_ROWS",
    "ExportedCollection",
    "ExportedNote",
    "Package",
    "PackedNote",
    "PackedNoteType",
    "Review",
    "exported_collection",
    "guids_in",
    "is_package_with",
    "package_of",
    "read_package",
]
