"""What files may hold: kinds of definitions, and the files around them."""

from builder.model.files import (
    Bibliography,
    Limits,
    NoteCard,
    NoteField,
    NoteTypeFile,
    Role,
    Selector,
    Settings,
    Side,
)
from builder.model.kind import Kind, Kinds, Marks

__all__ = [
    "Bibliography",
    "Kind",
    "Kinds",
    "Limits",
    "Marks",
    "NoteCard",
    "NoteField",
    "NoteTypeFile",
    "Role",
    "Selector",
    "Settings",
    "Side",
]
