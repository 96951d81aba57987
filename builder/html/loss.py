"""What a field has and Markdown cannot say."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class LossKind(Enum):
    """A sort of content; its value is what a learner calls it."""

    UNDERLINE = "underlining"
    STRIKE = "striking out"
    SMALL = "small raised or lowered letters"
    COLOUR = "colours"
    HEADING = "a heading"
    TABLE = "a table"
    RULE = "a line across"
    PICTURE = "a picture"
    SOUND = "a sound or film"
    CHARACTER = "the invisible character"
    CODE = "that it is code"
    EMPHASIS = "emphasis or links"
    FORM = "something of its form"


@dataclass(frozen=True, slots=True)
class Loss:
    """Something that Markdown leaves out. `name`: the file's or the character's; empty without one.

    As a string it is a phrase for messages; no code may decide by it.
    """

    kind: LossKind
    name: str = ""

    @property
    def is_media(self) -> bool:
        """Whether it is gone for good when a text from YAML takes the field's place."""
        return self.kind in {LossKind.PICTURE, LossKind.SOUND}

    def __str__(self) -> str:
        if not self.name:
            return self.kind.value
        if self.kind is LossKind.CHARACTER:
            return f"{self.kind.value} {self.name}"
        return f"{self.kind.value} ({self.name})"
