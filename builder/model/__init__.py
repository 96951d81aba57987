"""What files may hold: kinds of definitions, and the files around them."""

from builder.model.files import (
    Bibliography,
    Limits,
    Me,
    NoteCard,
    NoteField,
    NoteTypeFile,
    Role,
    Selector,
    Settings,
    Side,
)
from builder.model.kind import Kind, Kinds, Marks, NewCommand, NewOption

__all__ = [
    "Bibliography",
    "Kind",
    "Kinds",
    "Limits",
    "Marks",
    "Me",
    "NewCommand",
    "NewOption",
    "NoteCard",
    "NoteField",
    "NoteTypeFile",
    "Role",
    "Selector",
    "Settings",
    "Side",
]
