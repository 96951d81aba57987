"""A formula with its numbers put in reads as somebody would write it."""

from __future__ import annotations

from decimal import Decimal

import pytest
from conftest import NOON, MakeProject

from builder.package import read_package
from builder.render.sums import worked

N = dict[str, str | list[str]]


def word(name: str, **blanks: object) -> str:
    said = {"thousands": ",", "median_of": "the median of {numbers}"}
    return said[name].format(**blanks)


def put(formula: str, inputs: N, gives: str) -> str:
    numbers = {
        name: tuple(map(Decimal, said)) if isinstance(said, list) else Decimal(said)
        for name, said in inputs.items()
    }
    return worked(formula, numbers, Decimal(gives), word)


@pytest.mark.parametrize(
    ("formula", "inputs", "gives", "written"),
    [
        ("a / b * 100", {"a": "420", "b": "600"}, "70", "420 ÷ 600 × 100 = 70"),
        ("a / (1 - b)", {"a": "30", "b": "0.25"}, "40", "30 ÷ (1 − 0.25) = 40"),
        ("(a - b) / a", {"a": "100000", "b": "6000"}, "0.94", "(100,000 − 6,000) ÷ 100,000 = 0.94"),
        ("a - (b - c)", {"a": "9", "b": "5", "c": "1"}, "5", "9 − (5 − 1) = 5"),
        ("(a - b) + (c - a)", {"a": "9", "b": "5", "c": "10"}, "5", "9 − 5 + (10 − 9) = 5"),
        ("a / b / c", {"a": "8", "b": "2", "c": "2"}, "2", "(8 ÷ 2) ÷ 2 = 2"),
        ("1 - (1 - a) ** 4", {"a": "0.1"}, "0.34", "1 − (1 − 0.1)⁴ = 0.34"),
        ("-a * -1", {"a": "20"}, "20", "−20 × −1 = 20"),
        ("a - b", {"a": "10", "b": "30"}, "-20", "10 − 30 = −20"),
        ("sum(a) / len(a)", {"a": ["5", "10", "15"]}, "10", "(5 + 10 + 15) ÷ 3 = 10"),
        ("b / mean(a)", {"a": ["40", "60"], "b": "15"}, "0.3", "15 ÷ ((40 + 60) ÷ 2) = 0.3"),
        ("median(a)", {"a": ["4", "6", "160"]}, "6", "the median of 4, 6, 160 = 6"),
    ],
)
def test_a_sum_is_written_with_its_numbers(
    formula: str, inputs: N, gives: str, written: str
) -> None:
    assert put(formula, inputs, gives) == written


@pytest.mark.parametrize("formula", ["a /", "c + 1", "a.b", "max(a, 1)", "a ** a", "(" * 300])
def test_what_is_no_sum_is_left_to_the_check_that_tells_of_it(formula: str) -> None:
    assert put(formula, {"a": "1"}, "1") == ""


def test_a_kpis_example_is_worked_on_its_card(project: MakeProject) -> None:
    package = read_package(project({}).built(NOON))
    examples = {
        note.field(package.notetypes[note.notetype], "Example")
        for note in package.notes
        if note.notetype.endswith("KPI")
    }
    assert examples == {"164 ÷ 200 × 100 = 82", "(24,000 + 3,000 + 9,000) ÷ 100 = 360"}
