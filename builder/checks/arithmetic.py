"""KPI sums: what a definition says that they give is what they give."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from statistics import mean, median
from typing import Any

from builder.diagnostics import Diagnostic, Touches
from builder.model import Kpi, Numbers
from builder.project import Definition, Project
from builder.schema import at_path

_FUNCTIONS = {
    "sum": sum,
    "len": len,
    "min": min,
    "max": max,
    "mean": mean,
    "median": median,
}


def sums_come_out(project: Project) -> Iterator[Diagnostic]:
    """Each example put into the formula, and each drill computed, gives the figure stated."""
    for definition, touches in project.spoken:
        value = definition.value
        if not isinstance(value, Kpi):
            continue
        for name, example in value.examples.items():
            yield from _sum(
                definition,
                touches,
                ("formula",),
                value.formula,
                ("examples", name, "gives"),
                example.inputs,
                example.gives,
            )
        if value.drill is not None:
            yield from _sum(
                definition,
                touches,
                ("drill", "compute"),
                value.drill.compute,
                ("drill", "gives"),
                value.drill.with_,
                value.drill.gives,
            )


def _sum(
    definition: Definition,
    touches: Touches,
    formula_at: tuple[str, ...],
    formula: str,
    gives_at: tuple[str, ...],
    inputs: dict[str, Numbers],
    gives: Decimal,
) -> Iterator[Diagnostic]:
    where, _ = at_path(definition.node, formula_at)
    stated, _ = at_path(definition.node, gives_at)
    try:
        result = evaluate(formula, inputs)
    except ValueError as error:
        yield Diagnostic("arithmetic", str(error), where.span, "mend the formula", touches)
        return
    rounded = at_decimals(result, gives)
    if rounded != gives:
        message = f"`{formula}` gives {rounded}, not {gives}"
        help = "correct the figure, its inputs or the formula"
        yield Diagnostic("arithmetic", message, stated.span, help, touches)


def evaluate(formula: str, inputs: dict[str, Numbers]) -> float:
    """The formula with its inputs. Raises `ValueError` with the reason when it gives no number.

    simpleeval walks the expression's tree: no attribute, no call but `_FUNCTIONS`, no huge power.
    """
    from simpleeval import EvalWithCompoundTypes, InvalidExpression

    names: dict[str, Any] = {
        name: [float(n) for n in number] if isinstance(number, tuple) else float(number)
        for name, number in inputs.items()
    }
    try:
        result = EvalWithCompoundTypes(names=names, functions=_FUNCTIONS).eval(formula)
    except InvalidExpression as error:
        raise ValueError(str(error).rstrip(".").lower()) from error
    except (SyntaxError, ArithmeticError, TypeError, ValueError, MemoryError) as error:
        reason = "it is no arithmetic" if isinstance(error, SyntaxError) else str(error)
        raise ValueError(f"`{formula}` cannot be worked out: {reason}") from error
    if isinstance(result, bool) or not isinstance(result, int | float) or result != result:
        raise ValueError(f"`{formula}` gives no number")
    return float(result)


def at_decimals(result: float, like: Decimal) -> Decimal:
    """`result` rounded to the decimals that `like` is written with; half goes up."""
    return Decimal(repr(result)).quantize(like, ROUND_HALF_UP)
