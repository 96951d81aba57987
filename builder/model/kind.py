"""What every kind may say."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from builder.model.marks import Slug, Source, Topic


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """What every kind may say.

    `was` is the first id ever released, `retired` the reason why no deck has it any more.
    `silence` names content rules that do not hold for it, each with the reason.
    `plural` is the section of a file that holds them; a `private` kind is a private role's alone.
    """

    kind: ClassVar[str]
    plural: ClassVar[str]
    private: ClassVar[bool] = False

    topics: tuple[Topic, ...] = ()
    sources: tuple[Source, ...] = ()
    was: Slug | None = None
    retired: str | None = None
    silence: dict[str, str] = field(default_factory=dict)
