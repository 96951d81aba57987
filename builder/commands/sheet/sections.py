"""Which definitions stand where on the sheet: `sections.yaml`, beside the page's template."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

from builder.findings import WHOLE_PROJECT, PrepdeckError, Span
from builder.load.values import value_of
from builder.project import Project
from builder.render.page import page_file
from builder.source import MappingNode, read

_FILE = "templates/sheet/sections.yaml"

_Number = Annotated[int, Field(ge=1, le=100)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A section of the page; the comment in `sections.yaml` explains each key.

    `percent` is of a column's height, `foot` in millimetres, `most` and `blanks` in entries.
    """

    kind: Literal["story", "card", "tip", "kpi", "stage", "question"]
    topic: str | None = None
    when: tuple[str, ...] = ()
    needs: str | None = None
    follows: str | None = None
    most: _Number | None = None
    weight: _Number = 1
    percent: _Number | None = None
    pairs: bool = False
    foot: Annotated[int, Field(ge=0, le=100)] = 0
    blanks: Annotated[int, Field(ge=0, le=20)] = 0
    counted_as: str | None = None


#: The sections of a column by name, from its top.
Column = Mapping[str, Section]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sheets:
    """`sections.yaml`: the columns of each side's sheet."""

    candidate: tuple[dict[str, Section], ...]
    hiring: tuple[dict[str, Section], ...]


def columns_of(project: Project, side: str) -> tuple[Column, ...]:
    """The columns of a side's sheet. Raises `PrepdeckError` for the first fault in the file."""
    tree, findings = read(page_file(project, "sheet", "sections.yaml"), _FILE)
    node = tree or MappingNode({}, _FILE, 1, 1, 1, 1, broken=bool(findings))
    sheets, faults = value_of(node, _Sheets, Span(_FILE), WHOLE_PROJECT)
    for fault in (*findings, *faults):
        raise PrepdeckError(f"{fault.span}: {fault.message}", help=fault.help)
    assert sheets is not None
    return sheets.hiring if side == "hiring" else sheets.candidate
