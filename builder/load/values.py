"""A tree to a value of the model: pydantic's faults, told in our words at the right place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

from builder.findings import Diagnostic, Scope, Span, did_you_mean, nearest
from builder.schema import Leaf, at_path, leaves, plain, shape_of, unknown_keys
from builder.source import MappingNode, Node, ScalarNode, SequenceNode

T = TypeVar("T")


_adapter = cache(TypeAdapter)


def value_of(
    node: Node,
    cls: type[T],
    at: Span,
    scope: Scope,
    *,
    broken: bool = False,
    texts: Iterable[Leaf] | None = None,
) -> tuple[T | None, list[Diagnostic]]:
    """The value that `node` describes; None with the reasons when it describes none.

    `at` is where a missing key is reported, `texts` the node's leaves if they are known. In a
    `broken` tree nothing is missing: a syntax fault that was told already cut it out.
    """
    found: list[Diagnostic] = []
    shape = shape_of(cls)
    meant: set[str | None] = set()
    for key, known in unknown_keys(node, shape):
        meant.add(nearest(key.text, known))
        help = did_you_mean(key.text, known) or f"keys here are {', '.join(known)}"
        found.append(Diagnostic("unknown-key", f"unknown key `{key.text}`", key.span, help, scope))
    before: Leaf | None = None
    for leaf in leaves(node, shape) if texts is None else texts:
        if leaf.shape.markup is not None:
            found += lost_comment(leaf.scalar, scope)
            found += _split_by_comma(before, leaf, scope)
        before = leaf
    value: T | None = None
    adapter: TypeAdapter[T] = _adapter(cls)  # type: ignore[arg-type]
    try:
        value = adapter.validate_python(plain(node))
    except ValidationError as error:
        # One slip, one message: `opens_wiht` is no missing `opens_with` besides.
        faults = _value_faults(error, node, at, scope, broken)
        found += [
            d for d in faults if not (d.rule == "missing-key" and d.message.split("`")[1] in meant)
        ]
    return (None if broken else value), found


def _value_faults(
    error: ValidationError, node: Node, at: Span, scope: Scope, broken: bool
) -> Iterator[Diagnostic]:
    reported: set[Span] = set()
    for fault in error.errors(include_url=False):
        where, key = at_path(node, fault["loc"])
        kind, context = fault["type"], fault.get("ctx", {})
        if isinstance(where, MappingNode) and where.broken and where is not node:
            continue  # what made it so was told
        if kind == "missing":
            if not broken:
                name = str(fault["loc"][-1]).removesuffix("_")
                span = at if where is node else key.span if key is not None else where.span
                yield Diagnostic(
                    "missing-key", f"`{name}` is missing", span, f"add `{name}: …`", scope
                )
            continue
        if where.span in reported:
            continue  # another arm of a union failed on the same text
        reported.add(where.span)
        written = str(fault["input"])
        if kind == "string_pattern_mismatch":
            kind = _PATTERNS.get(context["pattern"], kind)
        message, help = _WORDS.get(kind, ("{said}", ""))
        if kind == "literal_error":
            # pydantic lists the choices as 'a', 'b' or 'c'.
            choices = context["expected"].replace("'", "").replace(" or ", ", ").split(", ")
            near = did_you_mean(written, choices)
            help = f"write one of {', '.join(choices)}{'; ' if near else ''}{near}"
        # pydantic names a faulty key of a mapping by its value's place and this word.
        span = key.span if key is not None and fault["loc"][-1] == "[key]" else where.span
        said = fault["msg"][0].lower() + fault["msg"][1:]
        yield Diagnostic(
            "wrong-value",
            message.format(written=written, said=said, **context),
            span,
            help.format(written=written, **context),
            scope,
        )


#: Which of the model's patterns a text did not match; an id's is the usual one.
_PATTERNS = {
    r"^[a-z][a-z0-9_]*$": "variable_mismatch",
    r"^[a-z]{2,3}$": "language_mismatch",
    r"^[a-z]{2,3}_[A-Z]{2}$": "voice_mismatch",
}

#: pydantic's error types: what we say, and what helps.
_WORDS = {
    "literal_error": ("`{written}` is not one of the choices", ""),
    "int_parsing": ("`{written}` is not a whole number", "write digits"),
    "int_type": ("a whole number belongs here", "write digits"),
    "decimal_parsing": ("`{written}` is not a number", "write it like 12.5"),
    "decimal_type": ("a number belongs here", "write it like 12.5"),
    "bool_parsing": ("`{written}` is neither true nor false", "write true or false"),
    "string_type": ("a text belongs here", "write one text after the key"),
    "string_pattern_mismatch": (
        "`{written}` is not an id",
        "use lower-case letters and digits, words joined by hyphens",
    ),
    "language_mismatch": ("`{written}` is not a language", "write its two letters, like en"),
    "voice_mismatch": ("`{written}` is not a voice of Anki's", "write it like en_US"),
    "variable_mismatch": (
        "`{written}` is not a variable's name",
        "use lower-case letters and digits, words joined by underscores",
    ),
    "finite_number": ("`{written}` is not a number to reckon with", "write it like 12.5"),
    "string_too_long": ("longer than {max_length} characters", "shorten it"),
    "tuple_type": ("a list belongs here", "write each item on its own line after `- `"),
    "list_type": ("a list belongs here", "write each item on its own line after `- `"),
    "date_from_datetime_parsing": ("`{written}` is not a date", "write it like 2026-12-24"),
    "date_parsing": ("`{written}` is not a date", "write it like 2026-12-24"),
    "dict_type": ("a mapping belongs here", "write `key: value` on lines of their own"),
    "dataclass_type": ("a mapping belongs here", "write `key: value` on lines of their own"),
    "too_short": ("at least {min_length} must stand here", "add one"),
    "too_long": ("at most {max_length} may stand here", "leave the weakest out"),
    "greater_than_equal": ("{written} is less than {ge}", "write {ge} or more"),
    "less_than_equal": ("{written} is more than {le}", "write {le} or less"),
}


def lost_comment(scalar: ScalarNode, scope: Scope) -> Iterator[Diagnostic]:
    """The fault in an unquoted text that a ` #` cut short."""
    if scalar.comment:
        yield Diagnostic(
            "lost-comment",
            "the text ends at ` #`, where YAML begins a comment",
            scalar.span,
            "quote the text, or put the comment on a line of its own",
            scope,
        )


def _split_by_comma(before: Leaf | None, leaf: Leaf, scope: Scope) -> Iterator[Diagnostic]:
    """`[Say sorry, then act]` is two items, and nobody meant two."""
    if before is None or before.path[:-1] != leaf.path[:-1] or not leaf.flow:
        return
    first, second = before.scalar, leaf.scalar
    if first.style or second.style or first.text.endswith("."):
        return
    if first.text[:1].isupper() and second.text[:1].islower():
        yield Diagnostic(
            "split-by-comma",
            f"`{second.text}` may be the rest of the item before it",
            second.span,
            "write prose lists in block style, one item a line",
            scope,
        )


def as_mapping(node: Node, what: str, scope: Scope) -> tuple[MappingNode | None, list[Diagnostic]]:
    """`node` if it is a mapping, else the fault that it is not."""
    if isinstance(node, MappingNode):
        return node, []
    is_list = isinstance(node, SequenceNode)
    help = "take the dashes away" if is_list else "write `id:` and its keys below"
    return None, [Diagnostic("wrong-value", f"{what} is not a mapping", node.span, help, scope)]
