"""Formulas: with its inputs each gives what the definition says."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from math import inf, isfinite
from typing import Any

from builder.findings import Finding, Section, Severity, rule
from builder.lint.subjects import DEFINITION, Wording
from builder.shape.record import values_at
from builder.shape.texts import Numbers
from builder.source import Node
from builder.source.paths import at_path

_FUNCTIONS = {"sum", "len", "min", "max", "mean", "median"}

#: What a formula may be made of.
_ALLOWED = (
    ast.BinOp,
    ast.UnaryOp,
    ast.Call,
    ast.Constant,
    ast.Name,
    ast.Load,
    ast.operator,
    ast.unaryop,
)


Path = tuple[str, ...]


@rule("arithmetic", Severity.ERROR, of=DEFINITION, section=Section.ARITHMETIC)
def sums_come_out(wording: Wording) -> Iterator[Finding]:
    """Each example put into the formula, and each drill computed, gives the figure stated."""
    value, node = wording.definition.value, wording.definition.node
    if value is None:
        return
    for path, shape in wording.definition.kind.formulas:
        # Values and result are keys of one mapping, or of each mapping below a `*`.
        results = {keys[:-1]: (keys, result) for keys, result in values_at(value, shape.gives)}
        for formula_path, formula in values_at(value, path):
            for keys, inputs in values_at(value, shape.inputs):
                if keys[:-1] in results:
                    result_path, gives = results[keys[:-1]]
                    yield from _sum(node, (formula_path, result_path), formula, inputs, gives)


def _sum(
    node: Node,
    paths: tuple[Path, Path],
    formula: str,
    inputs: Mapping[str, Numbers],
    gives: Decimal,
) -> Iterator[Finding]:
    """`paths`: where the formula stands, and what it gives."""
    written, stated = (at_path(node, path)[0] for path in paths)
    try:
        rounded = at_decimals(evaluate(formula, inputs), gives)
    except ValueError as error:
        help = "use the names under `where`, + - * / ** ( ) and sum len min max mean median"
        yield Finding(str(error), written.span, help)
        return
    if rounded != gives:
        message = f"`{formula}` gives {rounded}, not {gives}"
        yield Finding(message, stated.span, "correct the figure, its inputs or the formula")


def evaluate(formula: str, inputs: Mapping[str, Numbers]) -> float:
    """The formula with its inputs. Raises `ValueError` with the reason when it gives no number.

    simpleeval walks the expression's tree: no call but `_FUNCTIONS`, no huge power; and here no
    attribute, no index, no assignment.
    """
    import statistics
    from statistics import StatisticsError

    from simpleeval import InvalidExpression, SimpleEval

    functions = {"sum": sum, "len": len, "min": min, "max": max}
    functions |= {"mean": statistics.mean, "median": statistics.median}
    shown = f"`{formula if len(formula) <= 60 else formula[:59] + '…'}`"
    names: dict[str, Any] = {
        name: [float(n) for n in number] if isinstance(number, tuple) else float(number)
        for name, number in inputs.items()
    }
    try:
        tree = ast.parse(formula.strip(), mode="eval").body
        for node in ast.walk(tree):
            if isinstance(node, ast.Name) and node.id not in {*names, *_FUNCTIONS}:
                raise ValueError(f"`{node.id}` has no value here")
            if not isinstance(node, _ALLOWED):
                raise ValueError(f"{shown} is not an arithmetic formula")
        result = SimpleEval(names=names, functions=functions).eval(formula, tree)
    except ZeroDivisionError as error:
        raise ValueError(f"{shown} divides by zero") from error
    except (SyntaxError, RecursionError, MemoryError) as error:
        raise ValueError(f"{shown} is not an arithmetic formula") from error
    except (InvalidExpression, ArithmeticError, TypeError, StatisticsError) as error:
        raise ValueError(f"{shown} cannot be calculated") from error
    if isinstance(result, bool | complex) or not isinstance(result, int | float):
        raise ValueError(f"{shown} does not give a number")
    try:
        number = float(result)
    except OverflowError:
        number = inf
    if not isfinite(number):
        raise ValueError(f"{shown} does not give a finite number")
    return number


def at_decimals(result: float, like: Decimal) -> Decimal:
    """`result` rounded to the decimals that `like` is written with; half goes up.

    Raises `ValueError` when that takes more digits than a decimal has.
    """
    try:
        return Decimal(repr(result)).quantize(like, ROUND_HALF_UP)
    except InvalidOperation as error:
        raise ValueError(f"{result} has too many digits to be written like {like}") from error
