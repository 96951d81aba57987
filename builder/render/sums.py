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

    def listed(numbers: Numbers, separator: str) -> str:
        return separator.join(
            digits(number) for number in (numbers if isinstance(numbers, tuple) else (numbers,))
        )

    def of_list(function_name: str, numbers: Numbers) -> tuple[str, int]:
        list_length = len(numbers) if isinstance(numbers, tuple) else 1
        if function_name == "len":
            return str(list_length), _WHOLE
        if function_name == "sum":
            return listed(numbers, " + "), 1 if list_length > 1 else _WHOLE
        if function_name == "mean":
            return f"({listed(numbers, ' + ')}) ÷ {list_length}", 2
        return word(f"{function_name}_of", numbers=listed(numbers, ", ")), _WHOLE

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
                sign_strength = _BINDS[type(node.op)]
                # a − (b − c) needs its brackets; a + (b − c) and (a ÷ b) ÷ c read better with them.
                is_quotient_of_quotient = isinstance(node.op, ast.Div) and _is(node.left, ast.Div)
                brackets_equal_right = isinstance(node.op, ast.Sub | ast.Div) or _is(
                    node.right, ast.Sub
                )
                left_text = within(node.left, sign_strength + is_quotient_of_quotient)
                right_text = within(node.right, sign_strength + brackets_equal_right)
                return f"{left_text}{_SIGNS[type(node.op)]}{right_text}", sign_strength
            case ast.Call(func=ast.Name(id=function_name), args=[ast.Name(id=list_name)]):
                return of_list(function_name, inputs[list_name])
        raise ValueError(ast.dump(node))

    def within(node: ast.expr, least_strength: int) -> str:
        part_text, part_strength = written(node)
        return f"({part_text})" if part_strength < least_strength else part_text

    try:
        worked_text, _ = written(ast.parse(formula.strip(), mode="eval").body)
    except (SyntaxError, ValueError, LookupError, RecursionError, MemoryError):
        return ""
    return f"{worked_text} = {digits(gives)}"


def _is(node: ast.expr, sign: type[ast.operator]) -> bool:
    return isinstance(node, ast.BinOp) and isinstance(node.op, sign)
