"""One walk over a YAML tree by a `Shape`: its value, its texts and its faults, in one pass.

A shape is compiled once, into a function for each place in it. A fault says what is wrong at its
place, and the walk goes on beside it, so that all faults are reported at once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from itertools import pairwise
from typing import Any, NamedTuple

from builder.findings import Diagnostic, Scope, Span, did_you_mean, nearest
from builder.shape.agree import FORMS, Disagreement, agreements_of
from builder.shape.record import Record
from builder.shape.shape import Leaf, Shape
from builder.shape.texts import Refused, parser_of
from builder.source import MappingNode, Node, ScalarNode, SequenceNode
from builder.source.paths import plain

Path = tuple[str | int, ...]


class Reading(NamedTuple):
    """What a tree holds. `value` is None when a fault leaves it without one.

    `leaves` are the texts that stand where the shape allows one, in their order in the file.
    """

    value: Any
    leaves: tuple[Leaf, ...]
    faults: list[Diagnostic]


def read_value(
    node: Node, shape: Shape, at: Span, scope: Scope, *, broken: bool = False
) -> Reading:
    """The value that `node` describes, its texts, and its faults.

    `at` is where a missing key of the outermost mapping is reported. In a `broken` tree nothing is
    missing and there is no value: a syntax fault that was reported already cut something out.
    """
    walk = _Walk(at, scope, broken or (isinstance(node, MappingNode) and node.broken))
    value = _reader(shape)(node, (), walk, None)
    if walk.failed or walk.broken:
        return Reading(None, tuple(walk.leaves), walk.faults)
    for disagreement in walk.disagreements:
        walk.report(*disagreement)
    return Reading(value, tuple(walk.leaves), walk.faults)


class _Walk:
    """The state of one walk: what it has collected, and whether there still can be a value."""

    def __init__(self, at: Span, scope: Scope, broken: bool) -> None:
        self.at, self.scope, self.broken = at, scope, broken
        self.leaves: list[Leaf] = []
        self.faults: list[Diagnostic] = []
        self.disagreements: list[Disagreement] = []
        self.failed = False

    def report(self, rule: str, message: str, span: Span, help: str) -> None:
        self.faults.append(Diagnostic(rule, message, span, help, self.scope))

    def refuse(self, node: Node, message: str, help: str) -> None:
        """Reports a wrong value. In a broken mapping the syntax fault was reported already."""
        self.failed = True
        if not (isinstance(node, MappingNode) and node.broken):
            self.report("wrong-value", message, node.span, help)


#: Reads the node at a path; takes the key before it, if there is one.
_Reader = Callable[[Node, Path, _Walk, ScalarNode | None], Any]

_TEXT = ("expected a text", "write one text after the key")
_LIST = ("expected a list", "write each item on its own line after `- `")
_MAPPING = ("expected a mapping", "write `key: value` on lines of their own")
_EXPECTED = {
    "number": ("expected a number", "write it like 12.5"),
    "whole": ("expected a whole number", "write digits"),
}


@cache
def _reader(shape: Shape) -> _Reader:
    """The shape as a function. Kept for ever: shapes are as few as the files that describe them."""
    if shape.either:
        return _either(shape)
    if shape.items is not None:
        return _list(shape, shape.items)
    if shape.each is not None:
        return _by_name(shape, shape.each)
    return _text(shape) if shape.form == "text" else _mapping(shape)


def _text(shape: Shape) -> _Reader:
    parse, refusal = parser_of(shape), _EXPECTED.get(shape.type, _TEXT)
    is_markdown, accepts_any = shape.is_markdown, shape.type == "any"
    new_tuple = tuple.__new__  # a third of the time that `Leaf(…)` takes

    def read(node: Node, path: Path, walk: _Walk, key_before: ScalarNode | None) -> Any:
        if type(node) is not ScalarNode:
            return plain(node) if accepts_any else walk.refuse(node, *refusal)
        walk.leaves.append(new_tuple(Leaf, (path, node, shape)))
        if parse is not None:
            try:
                return parse(node.text.strip())
            except Refused as refused:
                return walk.refuse(node, str(refused), refused.help)
        if node.comment and is_markdown:
            walk.faults += lost_comment(node, walk.scope)
        return node.text.strip()

    return read


def _list(shape: Shape, item_shape: Shape) -> _Reader:
    read_item = _reader(item_shape)

    def read(node: Node, path: Path, walk: _Walk, key_before: ScalarNode | None) -> Any:
        if type(node) is not SequenceNode:
            if shape.or_item and type(node) is ScalarNode:
                return (read_item(node, path, walk, key_before),)
            return walk.refuse(node, *_LIST)
        if node.flow and item_shape.is_markdown:
            _split_by_comma(node.items, walk)
        _check_length(shape, node, len(node.items), walk)
        return tuple(
            [
                read_item(item, (*path, position), walk, None)
                for position, item in enumerate(node.items)
            ]
        )

    return read


def _by_name(shape: Shape, value_shape: Shape) -> _Reader:
    read_named, parse_name = _reader(value_shape), parser_of(Shape(type=shape.names))

    def read(node: Node, path: Path, walk: _Walk, key_before: ScalarNode | None) -> Any:
        if type(node) is not MappingNode:
            return walk.refuse(node, *_MAPPING)
        _check_length(shape, node, len(node.entries), walk)
        value_by_name = {}
        for name, (name_node, value_node) in node.entries.items():
            try:
                if parse_name is not None:
                    parse_name(name)
            except Refused as refused:
                walk.refuse(name_node, str(refused), refused.help)
            value_by_name[name] = read_named(value_node, (*path, name), walk, name_node)
        return value_by_name

    return read


def _check_length(shape: Shape, node: Node, length: int, walk: _Walk) -> None:
    if shape.least is not None and length < shape.least:
        walk.refuse(node, f"at least {shape.least} needed here", "add one")
    elif shape.most is not None and length > shape.most:
        walk.refuse(node, f"at most {shape.most} allowed here", "leave the weakest out")


def _either(shape: Shape) -> _Reader:
    reader_by_form = {arm.form: _reader(arm) for arm in reversed(shape.either)}
    fallback_reader = reader_by_form.get("text") or _reader(shape.either[0])

    def read(node: Node, path: Path, walk: _Walk, key_before: ScalarNode | None) -> Any:
        return reader_by_form.get(FORMS[type(node)], fallback_reader)(node, path, walk, key_before)

    return read


def _mapping(shape: Shape) -> _Reader:
    reader_by_key: dict[str, _Reader] = {}
    default_by_key: dict[str, Any] = {}
    if not shape.make:
        default_by_key = {key: _default(key_shape) for key, key_shape in shape.keys.items()}
    needed_keys = [key for key, key_shape in shape.keys.items() if key_shape.needed]
    agreements = agreements_of(shape)

    def read(node: Node, path: Path, walk: _Walk, key_before: ScalarNode | None) -> Any:
        if type(node) is not MappingNode:
            return walk.refuse(node, *_MAPPING)
        if not reader_by_key:  # made at first use, because a shape may hold itself
            reader_by_key.update((key, _reader(key_shape)) for key, key_shape in shape.keys.items())
        value_by_key, unknown_keys = default_by_key.copy(), []
        for key, (key_node, value_node) in node.entries.items():
            key_reader = reader_by_key.get(key)
            if key_reader is None:
                unknown_keys.append(key_node)
            else:
                value_by_key[key] = key_reader(value_node, (*path, key), walk, key_node)
        intended_keys = [_unknown(key_node, shape, walk) for key_node in unknown_keys]
        for key in needed_keys:
            if key not in node.entries:
                walk.failed = True
                if not (walk.broken or node.broken or key in intended_keys):
                    span = (key_before or node).span if path else walk.at
                    walk.report("missing-key", f"`{key}` is missing", span, f"add `{key}: …`")
        if walk.failed:
            return None
        for find_disagreements in agreements:
            span = (key_before or node).span if path else walk.at
            walk.disagreements += find_disagreements(node, value_by_key, span)
        return shape.make(**value_by_key) if shape.make else Record(value_by_key)

    return read


def _default(shape: Shape) -> Any:
    """The value of a key that is not there. Nobody changes the mapping that all such keys share."""
    if shape.items is not None:
        return ()
    return _EMPTY if shape.each is not None else shape.default


_EMPTY: dict[str, Any] = {}


def _unknown(key_node: ScalarNode, mapping_shape: Shape, walk: _Walk) -> str | None:
    """Reports a key that the shape does not have; returns the one that was probably meant."""
    help = (
        did_you_mean(key_node.text, mapping_shape.keys)
        or f"keys here are {', '.join(mapping_shape.keys)}"
    )
    walk.report("unknown-key", f"unknown key `{key_node.text}`", key_node.span, help)
    return nearest(key_node.text, mapping_shape.keys)


def lost_comment(scalar: ScalarNode, scope: Scope) -> list[Diagnostic]:
    """The fault in an unquoted text that a ` #` cut short, if there is one."""
    message = "the text ends at ` #`, where a YAML comment starts"
    help = "quote the text, or put the comment on a line of its own"
    return [Diagnostic("lost-comment", message, scalar.span, help, scope)] if scalar.comment else []


def _split_by_comma(item_nodes: Sequence[Node], walk: _Walk) -> None:
    """Reports items that a comma probably split: `[Say sorry, then act]` is two items."""
    for item, next_item in pairwise(item_nodes):
        if (
            isinstance(item, ScalarNode)
            and isinstance(next_item, ScalarNode)
            and not (item.style or next_item.style or item.text.endswith("."))
            and item.text[:1].isupper()
            and next_item.text[:1].islower()
        ):
            message = f"`{next_item.text}` may be the rest of the item before it"
            help = "write prose lists in block style, one item a line"
            walk.report("split-by-comma", message, next_item.span, help)
