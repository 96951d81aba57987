"""Tables of keys in the reference pages: what a shape takes, in their words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from builder.model import Selector
from builder.shape.shape import Shape

#: What the pages call each sort of text.
SORTS = {
    "whole": "whole number",
    "bool": "`true` or `false`",
    "slug": "id",
    "key": "name of a key",
    "path": "path of keys",
    "variable": "name of a variable",
    "spare": "`spare-1` or `spare-2`",
    "any": "mapping",
}


class Key(NamedTuple):
    """A row: the key with those above it, what it takes, whether it is needed; and its shape."""

    path: str
    takes: str
    needed: str
    shape: Shape


def takes(shape: Shape) -> str:
    """What a place takes, such as `list of lines, at most 5`."""
    if shape.either:
        return " or ".join(map(takes, shape.either))
    if shape.items is not None:
        item = takes(shape.items)
        if shape.or_item:
            return f"{item}, or list of {several(item)}"
        return f"list of {several(item)}{limits(shape)}"
    if shape.each is not None:
        item, comma, limit = takes(shape.each).partition(",")
        return f"{several(item)} by name{comma}{limit}{' each' if comma else ''}{limits(shape)}"
    if shape.choices:
        return ", ".join(f"`{choice}`" for choice in shape.choices)
    if shape.ref:
        return shape.ref if shape.ref in ("topic", "source") else f"id of a {shape.ref}"
    if shape.form == "mapping":
        return "selector" if shape.make is Selector else "mapping"
    return SORTS.get(shape.type, shape.type) + limits(shape)


def several(words: str) -> str:
    """`lines` of `line`, `ids of kpis` of `id of a kpi`, `lists of numbers` of `list of numbers`."""
    if " or " in words:
        return " or ".join(map(several, words.split(" or ")))
    noun, of, owner = words.partition(" of ")
    return f"{noun}s{of}{owner.removeprefix('a ')}{'s' if owner.startswith('a ') else ''}"


def limits(shape: Shape) -> str:
    """`, 1 to 3`, if the shape limits a number or a length."""
    least, most = shape.least, shape.most
    if least is None:
        return "" if most is None else f", at most {most}"
    return f", at least {least}" if most is None else f", {least} to {most}"


def keys(shape: Shape, above: str = "") -> Iterator[Key]:
    """Each key of a mapping, inner keys after it; those of a kind without what all kinds have."""
    for name, inner in shape.keys.items():
        path = f"{above}{name}"
        yield Key(f"`{path}`", takes(inner), "yes" if inner.needed else "", inner)
        for part in inside(inner):
            yield from keys(part, f"{path}.")


def inside(shape: Shape) -> Iterator[Shape]:
    """The mappings at a place, in a list there, or under names there."""
    for part in (shape, shape.items, shape.each, *shape.either):
        if part is not None and part.keys:
            yield part
