"""What files may say: kinds of definitions, and the files around them."""

from builder.model.files import (
    Bibliography,
    NoteCard,
    NoteField,
    NoteTypeFile,
    Role,
    Selector,
    Settings,
    Side,
)
from builder.model.kind import Kind
from builder.model.kinds import FIXED, KINDS, PLURALS, Activity, Skill, Stage, Story
from builder.model.kpi import Kpi
from builder.model.limits import WORDS, Limits
from builder.model.marks import Markup, Numbers, Reference
from builder.model.question import STAR, TYPES, Question

__all__ = [
    "FIXED",
    "KINDS",
    "PLURALS",
    "STAR",
    "TYPES",
    "WORDS",
    "Activity",
    "Bibliography",
    "Kind",
    "Kpi",
    "Limits",
    "Markup",
    "NoteCard",
    "NoteField",
    "NoteTypeFile",
    "Numbers",
    "Question",
    "Reference",
    "Role",
    "Selector",
    "Settings",
    "Side",
    "Skill",
    "Stage",
    "Story",
]
