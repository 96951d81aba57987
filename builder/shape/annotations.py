"""An annotated dataclass as a `Shape`: the second source of shapes, beside `kind.yaml`.

An annotation says what its field holds: `Line`, `tuple[Slug, ...]`, `dict[Variable, Line]`, another
dataclass, a `Literal` of choices, a union of forms. `Annotated` adds more of `Shape`, as in
`Annotated[int, Shape(least=5)]`, and a text says what the key means.
"""

from __future__ import annotations

import types
from dataclasses import MISSING, Field, fields, is_dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from builder.shape.shape import Choice, Shape

Line = Annotated[str, Shape(type="line")]
Slug = Annotated[str, Shape(type="slug")]
Key = Annotated[str, Shape(type="key")]
KeyPath = Annotated[str, Shape(type="path")]
Variable = Annotated[str, Shape(type="variable")]
Spare = Annotated[str, Shape(type="spare")]
Language = Annotated[str, Shape(type="language")]
Voice = Annotated[str, Shape(type="voice")]
AtLeastOne = Annotated[int, Shape(least=1)]
#: One text, or a list of them.
OneOrMany = Annotated[tuple[str, ...], Shape(or_item=True, least=1)]

_SORTS: dict[Any, str] = {
    str: "text",
    int: "whole",
    Decimal: "number",
    bool: "bool",
    date: "date",
    Any: "any",
}


@cache
def shape_of(annotation: Any) -> Shape:
    """The shape that an annotation describes. Raises `TypeError` for one that it cannot read."""
    if is_dataclass(annotation):
        return _of_class(annotation)
    origin, args = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        shape = shape_of(args[0])
        for metadata in args[1:]:
            shape = replace(
                shape, **({"about": metadata} if isinstance(metadata, str) else _fields(metadata))
            )
        return shape
    if origin is Literal:
        return Shape(choices={choice: Choice() for choice in args})
    if origin is tuple:
        return Shape(items=shape_of(args[0]))
    if origin is dict:
        return Shape(each=shape_of(args[1]), names=shape_of(args[0]).type)
    if origin in (Union, types.UnionType):
        arm_shapes = [shape_of(arm) for arm in args if arm is not types.NoneType]
        return arm_shapes[0] if len(arm_shapes) == 1 else Shape(either=tuple(arm_shapes))
    if annotation not in _SORTS:
        raise TypeError(f"{annotation!r} has no shape")
    return Shape(type=_SORTS[annotation])


def _fields(shape: Shape) -> dict[str, Any]:
    """The fields of a shape that say something."""
    return {name: value for name, value in vars(shape).items() if value != _NOTHING[name]}


_NOTHING = vars(Shape())

#: The shapes of classes whose keys are still being read: a class may hold itself.
_UNFINISHED: dict[Any, Shape] = {}


def _of_class(cls: Any) -> Shape:
    if cls in _UNFINISHED:
        return _UNFINISHED[cls]
    shape_by_key: dict[str, Shape] = {}
    shape = _UNFINISHED[cls] = Shape(keys=shape_by_key, make=cls)
    type_hints = get_type_hints(cls, include_extras=True)
    shape_by_key.update(
        (field.name, _of_field(field, type_hints[field.name])) for field in fields(cls)
    )
    del _UNFINISHED[cls]
    return shape


def _of_field(field: Field[Any], annotation: Any) -> Shape:
    is_needed = field.default is MISSING and field.default_factory is MISSING
    default = None if field.default is MISSING else field.default
    return replace(shape_of(annotation), needed=is_needed, default=default)
