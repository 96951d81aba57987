"""Sorts of text: which texts a place accepts, and the value that each becomes."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from builder.findings import did_you_mean
from builder.ids import SLUG, SLUG_LENGTH
from builder.shape.shape import Shape

Parser = Callable[[str], Any]
#: A number or a list of them, as a key with `or_list` holds.
Numbers = Decimal | tuple[Decimal, ...]


class Refused(ValueError):
    """A text that its place does not accept: why, and how to mend it."""

    def __init__(self, message: str, help: str) -> None:
        super().__init__(message)
        self.help = help


def parser_of(shape: Shape) -> Parser | None:
    """What reads a text of that shape, or raises `Refused`; None where any text is accepted."""
    if shape.choices:
        return lambda text: _choice(shape, text)
    parse = SORTS.get(shape.type)
    if parse is None or (shape.above, shape.least, shape.most) == (None, None, None):
        return parse
    return lambda text: _limited(shape, parse(text))


def _choice(shape: Shape, text: str) -> str:
    if text not in shape.choices:
        suggestion = did_you_mean(text, shape.choices)
        help = f"write one of {', '.join(shape.choices)}{'; ' if suggestion else ''}{suggestion}"
        raise Refused(f"`{text}` is not one of the choices", help)
    return text


def _limited(shape: Shape, number: Any) -> Any:
    if shape.above is not None and number <= shape.above:
        raise Refused(f"{number} is not more than {shape.above}", f"write more than {shape.above}")
    if shape.least is not None and number < shape.least:
        raise Refused(f"{number} is less than {shape.least}", f"write {shape.least} or more")
    if shape.most is not None and number > shape.most:
        raise Refused(f"{number} is more than {shape.most}", f"write {shape.most} or less")
    return number


def _slug(text: str) -> str:
    if len(text) > SLUG_LENGTH:
        raise Refused(f"longer than {SLUG_LENGTH} characters", "shorten it")
    if SLUG.match(text) is None:
        help = "use lower-case letters and digits, words joined by hyphens"
        raise Refused(f"`{text}` is not an id", help)
    return text


def _whole(text: str) -> int:
    number_match = re.fullmatch(r"([+-]?[0-9]+(?:_[0-9]+)*)(?:\.0+)?", text)
    try:
        return int(number_match[1] if number_match else "")
    except ValueError as error:  # also of more digits than Python converts
        raise Refused(f"`{text}` is not a whole number", "write digits") from error


def _number(text: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation as error:
        raise Refused(f"`{text}` is not a number", "write it like 12.5") from error
    if not number.is_finite():
        raise Refused(f"`{text}` is not a finite number", "write it like 12.5")
    return number


_BOOLS = dict.fromkeys(("true", "yes", "on", "t", "y", "1"), True)
_BOOLS |= dict.fromkeys(("false", "no", "off", "f", "n", "0"), False)


def _bool(text: str) -> bool:
    if text.lower() not in _BOOLS:
        raise Refused(f"`{text}` is neither true nor false", "write true or false")
    return _BOOLS[text.lower()]


def _date(text: str) -> date:
    try:
        # `fromisoformat` alone would take 20261224 too.
        return date.fromisoformat(text if re.fullmatch(r"[0-9]{4}(-[0-9]{2}){2}", text) else "")
    except ValueError as error:
        raise Refused(f"`{text}` is not a date", "write it like 2026-12-24") from error


_STEP = r"(?:\*|[a-z][a-z0-9_]*)"

#: What a text of some sorts matches from its beginning to its end; editors are told the same.
PATTERNS = {
    "slug": r"[a-z0-9]+(-[a-z0-9]+)*",
    "variable": r"[a-z][a-z0-9_]*",
    "key": r"[a-z][a-z0-9]*(_[a-z0-9]+)*",
    "path": rf"{_STEP}(\.{_STEP})*",
    "spare": "spare-[12]",
    "language": "[a-z]{2,3}",
    "voice": "[a-z]{2,3}_[A-Z]{2}",
}


def _matching(sort: str, sort_noun: str, help: str) -> Parser:
    """What accepts texts of that sort; the pattern is compiled at first use, and kept by `re`."""

    def read(text: str) -> str:
        if re.fullmatch(PATTERNS[sort], text) is None:
            raise Refused(f"`{text}` is not {sort_noun}", help)
        return text

    return read


_UNDERSCORES = "use lower-case letters and digits, words joined by underscores"

#: How each sort reads a text. All other sorts accept any: `text`, `line` and `prose` (Markdown),
#: `cloze` (the same, with marks of clozes, which a check reads),
#: `formula` (arithmetic that a check works out), `any` (also what is no text).
SORTS: dict[str, Parser] = {
    "whole": _whole,
    "number": _number,
    "bool": _bool,
    "date": _date,
    "slug": _slug,
    "variable": _matching("variable", "a variable's name", _UNDERSCORES),
    "key": _matching("key", "a key", _UNDERSCORES),
    "path": _matching("path", "a path of keys", "write it like follow_ups.ask"),
    "spare": _matching("spare", "a spare field", "write spare-1 or spare-2"),
    "language": _matching("language", "a language", "write its two letters, like en"),
    "voice": _matching("voice", "a voice of Anki's", "write it like en_US"),
}
