"""What the annotations of `model` say about a tree: which keys it may have, where prose stands.

`shape_of` reads a class once; `leaves` then walks any tree beside its shape. The loader, the
reference check and the check of variables are all walks over the same leaves.
"""

from __future__ import annotations

import types
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Annotated, Any, NamedTuple, Union, get_args, get_origin, get_type_hints

from pydantic.fields import FieldInfo

from builder.model import Markup, Reference
from builder.source import Entry, MappingNode, Node, ScalarNode, SequenceNode


class Shape(NamedTuple):
    """What may stand at a place. More than one form may be set: a sample is a mapping or a text.

    `most`: how many items may stand there; the loader refuses a longer list.
    """

    keys: dict[str, Shape] | None = None
    values: Shape | None = None
    items: Shape | None = None
    markup: Markup | None = None
    reference: Reference | None = None
    most: int | None = None


class Leaf(NamedTuple):
    """A text in a tree, with what the model says of it. `flow`: an item of a bracketed list."""

    path: tuple[str | int, ...]
    scalar: ScalarNode
    shape: Shape
    flow: bool = False


def alias_of(name: str) -> str:
    """A field's key in YAML: Python keywords (`with`, `not`) carry an underscore in the model."""
    return name.removesuffix("_")


def shape_of(annotation: Any) -> Shape:
    """The shape that an annotation of the model describes."""
    shape: Shape = _shape_of(annotation)
    return shape


@cache
def _shape_of(annotation: Any) -> Shape:
    if is_dataclass(annotation):
        hints = get_type_hints(annotation, include_extras=True)
        return Shape(keys={alias_of(f.name): shape_of(hints[f.name]) for f in fields(annotation)})
    origin, args = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        shape = shape_of(args[0])
        for note in args[1:]:
            if isinstance(note, Markup):
                shape = shape._replace(markup=note)
            elif isinstance(note, Reference):
                shape = shape._replace(reference=note)
            elif isinstance(note, FieldInfo) and shape.items is not None:
                bounds = [getattr(bound, "max_length", None) for bound in note.metadata]
                shape = shape._replace(most=next(filter(None, bounds), None))
        return shape
    if origin is tuple:
        return Shape(items=shape_of(args[0]))
    if origin is dict:
        return Shape(values=shape_of(args[1]))
    if origin in (Union, types.UnionType):
        either = Shape()
        for arm in map(shape_of, args):
            said = {name: part for name, part in arm._asdict().items() if part is not None}
            either = either._replace(**said)
        return either
    return Shape()


def leaves(node: Node, shape: Shape) -> list[Leaf]:
    """Every text of the tree that stands where the shape allows one."""
    found: list[Leaf] = []
    _gather(node, shape, (), False, found)
    return found


def _gather(
    node: Node, shape: Shape, path: tuple[str | int, ...], flow: bool, found: list[Leaf]
) -> None:
    # A list handed down takes half the time of generators in each other.
    if isinstance(node, ScalarNode):
        found.append(Leaf(path, node, shape, flow))
    elif isinstance(node, MappingNode):
        for name, entry in node.entries.items():
            inner = shape.keys.get(name) if shape.keys is not None else shape.values
            if inner is not None:
                _gather(entry.value, inner, (*path, name), False, found)
    elif shape.items is not None:
        for number, item in enumerate(node.items):
            _gather(item, shape.items, (*path, number), node.flow, found)


def unknown_keys(node: Node, shape: Shape) -> Iterator[tuple[ScalarNode, tuple[str, ...]]]:
    """Every key that the shape does not know, with those that it does."""
    if isinstance(node, SequenceNode):
        if shape.items is not None:
            for item in node.items:
                yield from unknown_keys(item, shape.items)
    elif isinstance(node, MappingNode):
        for name, entry in node.entries.items():
            if shape.keys is None:
                if shape.values is not None:
                    yield from unknown_keys(entry.value, shape.values)
            elif name in shape.keys:
                yield from unknown_keys(entry.value, shape.keys[name])
            else:
                yield entry.key, tuple(shape.keys)


def plain(node: Node) -> Any:
    """The tree as dicts, lists and strings, which is what pydantic reads."""
    if isinstance(node, ScalarNode):
        return node.text.strip()
    if isinstance(node, SequenceNode):
        return [plain(item) for item in node.items]
    return {name: plain(entry.value) for name, entry in node.entries.items()}


def at_path(node: Node, path: tuple[str | int, ...]) -> tuple[Node, ScalarNode | None]:
    """The deepest node on `path` and its key. Steps that the tree has not are passed over.

    pydantic names the arm of a union in its paths; a tree has no such level.
    """
    key: ScalarNode | None = None
    for step in path:
        if isinstance(node, MappingNode) and isinstance(step, str) and step in node.entries:
            entry: Entry = node.entries[step]
            key, node = entry.key, entry.value
        elif isinstance(node, SequenceNode) and isinstance(step, int) and step < len(node.items):
            key, node = None, node.items[step]
    return node, key
