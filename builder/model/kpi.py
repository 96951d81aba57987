"""A metric, its arithmetic and its neighbours."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from builder.model.kind import Kind
from builder.model.marks import KpiId, Line, Numbers, Prose, Slug, Source, Variable


@dataclass(frozen=True, slots=True, kw_only=True)
class Benchmark:
    """A figure that somebody published. `status` says how far we have seen it ourselves."""

    value: Line
    source: Source
    year: Annotated[int, Field(ge=1980, le=2100)]
    status: Literal["read", "second-hand", "unverified"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A worked sum: the formula with `inputs` gives `gives`, at its written decimals."""

    inputs: dict[Variable, Numbers]
    gives: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Drill:
    """A sum where the naive way is wrong; `not_` says what the naive way gives."""

    ask: Line
    compute: str
    with_: Annotated[dict[Variable, Numbers], Field(alias="with")]
    gives: Decimal
    not_: Annotated[Line, Field(alias="not")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kpi(Kind):
    """A metric: what over what, what it costs to push it, and which other it is mistaken for."""

    kind = "kpi"
    plural = "kpis"

    name: Line
    aliases: tuple[Line, ...] = ()
    over: Line
    under: Line
    formula: str
    where: dict[Variable, Line]
    unit: Literal["percent", "points", "seconds", "minutes", "hours", "days", "currency", "count"]
    better: Literal["up", "down", "band", "context"]
    counts: Prose | None = None
    benchmark: Benchmark | None = None
    pushing: Literal["up", "down"]
    hurts: KpiId
    because: Line
    not_the_same_as: KpiId | None = None
    scenario: Line | None = None
    difference: Line | None = None
    examples: Annotated[dict[Slug, Example], Field(min_length=1)]
    trap: Line
    drill: Drill | None = None
