"""Which definitions stand where on the sheet: `sections.yaml`, beside the page's template."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from builder import shipped
from builder.findings import WHOLE_PROJECT, PrepdeckError, Span, did_you_mean
from builder.project import Project
from builder.render.page import page_file
from builder.shape.annotations import Key, KeyPath, Slug, shape_of
from builder.shape.shape import Shape
from builder.shape.walk import read_value
from builder.source import MappingNode, read
from builder.source.paths import at_path

_FILE = "templates/sheet/sections.yaml"

_Number = Annotated[int, Shape(least=1, most=100)]
Look = Literal["opening", "words", "line", "metric", "step", "rated"]

#: The texts that page.html shows in an entry of each look.
_TEXTS: dict[str, tuple[str, ...]] = {
    "opening": ("title", "opening", "number"),
    "words": ("front", "back"),
    "line": ("text",),
    "metric": ("name", "over", "under"),
    "step": ("name", "marks"),
    "rated": ("ask", "weak", "fair", "strong"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A section of the page; the comment in `sections.yaml` explains each key.

    `percent` is of a column's height, `foot` in millimetres, `most` and `blanks` in entries.
    """

    kind: Slug
    look: Look
    texts: Annotated[dict[Key, KeyPath], Shape(least=1)]
    topic: str | None = None
    by: Key | None = None
    turns: tuple[str, ...] = ()
    most: _Number | None = None
    weight: _Number = 1
    percent: _Number | None = None
    pairs: bool = False
    foot: Annotated[int, Shape(least=0, most=100)] = 0
    blanks: Annotated[int, Shape(least=0, most=20)] = 0
    counted_as: str | None = None


#: The sections of a column by name, from its top.
Column = Mapping[str, Section]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sheets:
    """`sections.yaml`: the columns of each side's sheet."""

    candidate: tuple[dict[Key, Section], ...]
    hiring: tuple[dict[Key, Section], ...]


def columns_of(project: Project, side: str) -> tuple[Column, ...]:
    """The columns of a side's sheet. Raises `PrepdeckError` for the first fault in the file."""
    path = page_file(project, "sheet", "sections.yaml")
    root_node, findings = read(path, _FILE, shipped.project_of(path, project.root))
    sections_node = root_node or MappingNode({}, _FILE, 1, 1, 1, 1, broken=bool(findings))
    sheets: Any
    sheets, _, faults = read_value(sections_node, shape_of(_Sheets), Span(_FILE), WHOLE_PROJECT)
    for fault in (*findings, *faults):
        raise PrepdeckError(f"{fault.span}: {fault.message}", help=fault.help)
    columns: tuple[Column, ...] = sheets.hiring if side == "hiring" else sheets.candidate
    for column_position, column in enumerate(columns):
        for section_name, section in column.items():
            _check(project, section, sections_node, (side, column_position, section_name))
    return columns


def _check(
    project: Project,
    section: Section,
    sections_node: MappingNode,
    section_path: tuple[str | int, ...],
) -> None:
    """Raises `PrepdeckError` for an unknown kind, and for a text that the look needs."""
    kinds = project.kinds
    if section.kind not in kinds:
        help = did_you_mean(section.kind, kinds) or f"kinds are {', '.join(kinds)}"
        kind_node, _ = at_path(sections_node, (*section_path, "kind"))
        raise PrepdeckError(f"{kind_node.span}: unknown kind `{section.kind}`", help=help)
    for text_name in _TEXTS[section.look]:
        if text_name not in section.texts:
            texts_node, _ = at_path(sections_node, (*section_path, "texts"))
            raise PrepdeckError(
                f"{texts_node.span}: the look `{section.look}` needs the text `{text_name}`",
                help=f"write `{text_name}: KEY` under `texts`, with a key of `{section.kind}`",
            )
