"""What the texts of the model are: prose, a name of something else, a slug.

Values arrive as the text of the YAML source, and pydantic makes them what the annotation says.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

from builder.ids import SLUG_LENGTH


@dataclass(frozen=True, slots=True)
class Markup:
    """Marks a text as Markdown that a learner will read."""

    paragraphs: bool


@dataclass(frozen=True, slots=True)
class Reference:
    """Marks a text as a name: of a definition (its kind), of a `topic` or of a `source`."""

    to: str


Line = Annotated[str, Markup(paragraphs=False)]
Prose = Annotated[str, Markup(paragraphs=True)]
#: The pattern is `ids.SLUG` without its `\\Z`, which pydantic's Rust does not know.
Slug = Annotated[
    str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=SLUG_LENGTH)
]
Spare = Annotated[str, StringConstraints(pattern=r"^spare-[12]$")]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")]
Voice = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}_[A-Z]{2}$")]
Variable = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
Topic = Annotated[str, Reference("topic")]
Source = Annotated[str, Reference("source")]
KpiId = Annotated[str, Reference("kpi")]
SkillId = Annotated[str, Reference("skill")]
QuestionId = Annotated[str, Reference("question")]
StageId = Annotated[str, Reference("stage")]
Numbers = Decimal | tuple[Decimal, ...]


#: Tags that a build writes, and those by which Anki remembers something itself.
_TAG_OF_OURS = re.compile(r"(?:kind|topic|type)::")
_TAGS_OF_ANKI = {"leech", "marked"}


def is_own_tag(tag: str) -> bool:
    """Whether a learner may have made this tag up: it is one word, and neither ours nor Anki's."""
    return (
        bool(tag)
        and not any(letter.isspace() for letter in tag)
        and not _TAG_OF_OURS.match(tag)
        and tag.casefold() not in _TAGS_OF_ANKI
    )


_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def _day(value: Any) -> Any:
    if isinstance(value, str) and not _DAY.fullmatch(value):
        raise PydanticCustomError("date_parsing", "not a day")
    return value


#: pydantic itself would take seconds since 1970, and more.
Day = Annotated[date, BeforeValidator(_day)]


def _one_or_many(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


OneOrMany = Annotated[tuple[str, ...], BeforeValidator(_one_or_many), Field(min_length=1)]
