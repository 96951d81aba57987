"""`templates/sheet/sections.yaml`: which definitions stand in which section of a sheet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Annotated, Any

from builder import shipped
from builder.findings import WHOLE_PROJECT, PrepdeckError, Span, did_you_mean
from builder.project import Definition, Project
from builder.shape.annotations import Key, KeyPath, Slug, shape_of
from builder.shape.record import values_at
from builder.shape.shape import Shape
from builder.shape.walk import read_value
from builder.source import read

_FILE = "templates/sheet/sections.yaml"

#: The texts of each section that page.html shows.
_SHOWS = {
    "stories": ("title", "opening", "number"),
    "asks": ("front", "back"),
    "early": ("text",),
    "metrics": ("name", "over", "under"),
    "late": ("text",),
    "stages": ("name", "marks"),
    "tips": ("text",),
    "questions": ("ask", "weak", "fair", "strong"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A section of the sheet: definitions of one kind."""

    kind: Annotated[Slug, "the kind of its definitions"]
    topic: Annotated[str | None, "only definitions on that topic, or below it"] = None
    by: Annotated[Key | None, "the key whose choices take turns"] = None
    turns: Annotated[tuple[str, ...], "only definitions with one of these choices"] = ()
    texts: Annotated[
        dict[Key, KeyPath], Shape(least=1), "which of their keys it shows, by names of the page"
    ]

    def holds(self, definition: Definition) -> bool:
        """Whether a definition with a value belongs into it."""
        topics = definition.topics or ()
        above = f"{self.topic}/"
        return definition.kind.name == self.kind and (
            self.topic is None or any(f"{topic}/".startswith(above) for topic in topics)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Sections:
    """The file: each section of the sheet."""

    stories: Section
    asks: Section
    early: Section
    metrics: Section
    late: Section
    stages: Section
    tips: Section
    questions: Section


@dataclass(frozen=True, slots=True)
class Shown:
    """A definition on the sheet. `texts`: by the page's names. `turn`: its choice, if any."""

    definition: Definition
    texts: Mapping[str, str]
    turn: str


def sections_of(project: Project) -> Sections:
    """The sections of the project's own file, else those of prepdeck's.

    Raises `PrepdeckError` for a file that cannot be read, that names an unknown kind, or that does
    not name a text which the page shows.
    """
    bases = (project.root / _FILE, shipped.templates() / "sheet/sections.yaml")
    path = next((path for path in bases if path.is_file()), bases[-1])
    tree, findings = read(path, _FILE)
    value: Any = None
    if tree is not None:
        value, _, faults = read_value(tree, shape_of(Sections), Span(_FILE), WHOLE_PROJECT)
        findings += faults
    for fault in findings:
        raise PrepdeckError(f"{fault.span}: {fault.message}", help=fault.help)
    assert isinstance(value, Sections)
    for name, texts in _SHOWS.items():
        section: Section = getattr(value, name)
        if section.kind not in project.kinds:
            kinds = project.kinds
            help = did_you_mean(section.kind, kinds) or f"kinds are {', '.join(kinds)}"
            raise PrepdeckError(f"{_FILE}: no kind is called `{section.kind}`", help=help)
        for text in texts:
            if text not in section.texts:
                help = "name the key of the kind that it shows"
                raise PrepdeckError(f"{_FILE}: `{name}` needs the text `{text}`", help=help)
    return value


def shown(section: Section, definitions: Iterable[Definition]) -> list[Shown]:
    """The definitions of a section in their order, or one of each turn after the other."""
    turns: dict[str, list[Shown]] = {turn: [] for turn in section.turns or ("",)}
    for definition in filter(section.holds, definitions):
        turn = getattr(definition.value, section.by) if section.by else ""
        texts = _texts(section, definition)
        if texts is not None and turn in turns:
            turns[turn].append(Shown(definition, texts, turn))
    rounds: Iterable[Sequence[Shown | None]] = zip_longest(*turns.values())
    return [entry for row in rounds for entry in row if entry is not None]


def _texts(section: Section, definition: Definition) -> dict[str, str] | None:
    """The texts of a definition by the page's names; None when it does not have all."""
    texts: dict[str, str] = {}
    for name, path in section.texts.items():
        for _, text in values_at(definition.value, path):
            texts[name] = str(text)
    return texts if len(texts) == len(section.texts) else None
