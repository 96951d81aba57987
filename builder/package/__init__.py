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
from builder.package.exported import ExportedNote, exported_notes
from builder.package.packed import read_package

__all__ = [
    "CARD_ROWS",
    "COLLECTION",
    "NOTE_ROWS",
    "ExportedNote",
    "Package",
    "PackedNote",
    "PackedNoteType",
    "exported_notes",
    "package_of",
    "read_package",
]
