"""KPI sums: what a definition says that they give is what they give."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from math import inf, isfinite
from typing import Any

from builder.findings import Diagnostic, Scope
from builder.model import Kpi, Numbers
from builder.project import Definition, Project
from builder.schema import at_path

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


def sums_come_out(project: Project) -> Iterator[Diagnostic]:
    """Each example put into the formula, and each drill computed, gives the figure stated."""
    for definition, scope in project.all_wordings:
        value = definition.value
        if not isinstance(value, Kpi):
            continue
        for name, example in value.examples.items():
            yield from _sum(
                definition,
                scope,
                ("formula",),
                value.formula,
                ("examples", name, "gives"),
                example.inputs,
                example.gives,
            )
        if value.drill is not None:
            yield from _sum(
                definition,
                scope,
                ("drill", "compute"),
                value.drill.compute,
                ("drill", "gives"),
                value.drill.with_,
                value.drill.gives,
            )


def _sum(
    definition: Definition,
    scope: Scope,
    formula_at: tuple[str, ...],
    formula: str,
    gives_at: tuple[str, ...],
    inputs: dict[str, Numbers],
    gives: Decimal,
) -> Iterator[Diagnostic]:
    where, _ = at_path(definition.node, formula_at)
    stated, _ = at_path(definition.node, gives_at)
    try:
        rounded = at_decimals(evaluate(formula, inputs), gives)
    except ValueError as error:
        help = "use the names under `where`, + - * / ** ( ) and sum len min max mean median"
        yield Diagnostic("arithmetic", str(error), where.span, help, scope)
        return
    if rounded != gives:
        message = f"`{formula}` gives {rounded}, not {gives}"
        help = "correct the figure, its inputs or the formula"
        yield Diagnostic("arithmetic", message, stated.span, help, scope)


def evaluate(formula: str, inputs: dict[str, Numbers]) -> float:
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
                raise ValueError(f"`{node.id}` stands for nothing here")
            if not isinstance(node, _ALLOWED):
                raise ValueError(f"{shown} is no arithmetic")
        result = SimpleEval(names=names, functions=functions).eval(formula, tree)
    except ZeroDivisionError as error:
        raise ValueError(f"{shown} divides by zero") from error
    except (SyntaxError, RecursionError, MemoryError) as error:
        raise ValueError(f"{shown} is no arithmetic") from error
    except (InvalidExpression, ArithmeticError, TypeError, StatisticsError) as error:
        raise ValueError(f"{shown} cannot be worked out") from error
    if isinstance(result, bool | complex) or not isinstance(result, int | float):
        raise ValueError(f"{shown} gives no number")
    try:
        number = float(result)
    except OverflowError:
        number = inf
    if not isfinite(number):
        raise ValueError(f"{shown} gives no finite number")
    return number


def at_decimals(result: float, like: Decimal) -> Decimal:
    """`result` rounded to the decimals that `like` is written with; half goes up.

    Raises `ValueError` when that takes more digits than a decimal has.
    """
    try:
        return Decimal(repr(result)).quantize(like, ROUND_HALF_UP)
    except InvalidOperation as error:
        raise ValueError(f"{result} cannot be written like {like}") from error
