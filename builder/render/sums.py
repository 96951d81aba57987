"""A formula with its numbers put in, as somebody would write it on a whiteboard."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from decimal import Decimal

from builder.shape.texts import Numbers

_SIGNS = {ast.Add: " + ", ast.Sub: " − ", ast.Mult: " × ", ast.Div: " ÷ "}
#: How tightly each sign binds; a part that binds less tightly than what is around it is bracketed.
_BINDS = {ast.Add: 1, ast.Sub: 1, ast.Mult: 2, ast.Div: 2}
_SIGNED, _RAISED, _WHOLE = 3, 4, 5
_POWERS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def worked(
    formula: str, inputs: Mapping[str, Numbers], gives: Decimal, word: Callable[..., str]
) -> str:
    """`30 ÷ (1 − 0.25) = 40`; empty for a formula that is not arithmetic, which a check reports.

    `word` gives the text of a function without a sign (`median_of`), and the mark of thousands.
    """

    def digits(number: Decimal) -> str:
        return f"{number:,f}".replace(",", word("thousands")).replace("-", "−")

    def listed(numbers: Numbers, mark: str) -> str:
        return mark.join(digits(n) for n in (numbers if isinstance(numbers, tuple) else (numbers,)))

    def of_list(name: str, numbers: Numbers) -> tuple[str, int]:
        length = len(numbers) if isinstance(numbers, tuple) else 1
        if name == "len":
            return str(length), _WHOLE
        if name == "sum":
            return listed(numbers, " + "), 1 if length > 1 else _WHOLE
        if name == "mean":
            return f"({listed(numbers, ' + ')}) ÷ {length}", 2
        return word(f"{name}_of", numbers=listed(numbers, ", ")), _WHOLE

    def written(node: ast.expr) -> tuple[str, int]:
        """The text of a part, and how tightly it binds."""
        match node:
            case ast.Constant(value=int() | float()):
                return digits(Decimal(str(node.value))), _WHOLE
            case ast.Name():
                return listed(inputs[node.id], ", "), _WHOLE
            case ast.UnaryOp(op=ast.USub()):
                return f"−{within(node.operand, _SIGNED)}", _SIGNED
            case ast.BinOp(op=ast.Pow(), right=ast.Constant(value=int() as power)):
                return within(node.left, _WHOLE) + str(power).translate(_POWERS), _RAISED
            case ast.BinOp():
                binds = _BINDS[type(node.op)]
                # a − (b − c) needs its brackets; a + (b − c) and (a ÷ b) ÷ c read better with them.
                double = isinstance(node.op, ast.Div) and _is(node.left, ast.Div)
                tighter = isinstance(node.op, ast.Sub | ast.Div) or _is(node.right, ast.Sub)
                before = within(node.left, binds + double)
                after = within(node.right, binds + tighter)
                return f"{before}{_SIGNS[type(node.op)]}{after}", binds
            case ast.Call(func=ast.Name(id=name), args=[ast.Name(id=argument)]):
                return of_list(name, inputs[argument])
        raise ValueError(ast.dump(node))

    def within(node: ast.expr, binds: int) -> str:
        text, strength = written(node)
        return f"({text})" if strength < binds else text

    try:
        text, _ = written(ast.parse(formula.strip(), mode="eval").body)
    except (SyntaxError, ValueError, LookupError, RecursionError, MemoryError):
        return ""
    return f"{text} = {digits(gives)}"


def _is(node: ast.expr, sign: type[ast.operator]) -> bool:
    return isinstance(node, ast.BinOp) and isinstance(node.op, sign)
