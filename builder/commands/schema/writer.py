"""A shape as a JSON Schema, for YAML as an editor reads it: `1998` is a number there."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from builder.cloze import OPENS
from builder.ids import SLUG_LENGTH
from builder.model import Selector
from builder.model.kind_file import COMMON
from builder.shape.annotations import shape_of
from builder.shape.shape import Shape
from builder.shape.texts import PATTERNS

Schema = dict[str, Any]

#: A text: YAML takes `1998` for a number, prepdeck takes it as it is written.
TEXT: Schema = {"type": ["string", "number"]}
#: What names the author chooses for the ids of a section.
IDS: Schema = {"pattern": f"^{PATTERNS['slug']}$", "maxLength": SLUG_LENGTH}

_LINK = re.compile(r"\[([^]]*)\]\([^)]*\)")


@dataclass(frozen=True, slots=True)
class Names:
    """What there is to name: ids by kind; the questions that one may answer; variables.

    `kinds`, `types`: what a selector may have. `rules`: what a definition may silence. `questions`:
    the text of each by its id. `variables`: the default of each by its name.
    """

    ids: Mapping[str, tuple[str, ...]]
    kinds: tuple[str, ...]
    types: tuple[str, ...]
    rules: tuple[str, ...]
    questions: Mapping[str, str]
    variables: Mapping[str, str]

    @property
    def lists(self) -> Schema:
        """A text for each kind of name; those that exist are offered."""
        return {
            kind: {"anyOf": [{"enum": list(ids)}, TEXT]} for kind, ids in self.ids.items() if ids
        }

    def offered(self, kind: str) -> Schema:
        """Such a text, by its place in the file's `definitions`."""
        return {"$ref": f"#/definitions/{kind}"} if self.ids.get(kind) else dict(TEXT)


def schema_of(shape: Shape, names: Names) -> Schema:
    """The schema of one place in a file, with what the shape says about it."""
    schema = _undescribed(shape, names)
    description = shape.meaning or _docstring(shape)
    return {**schema, "description": as_text(description)} if description else schema


def as_text(markdown: str) -> str:
    """A description as an editor shows it: one line, without marks of code and links."""
    return " ".join(_LINK.sub(r"\1", markdown).split()).replace("`", "")


def one_or_many(item: Schema) -> Schema:
    """The schema of an item, or of a list of such items."""
    return {"anyOf": [item, {"type": "array", "items": item, "minItems": 1}]}


def _docstring(shape: Shape) -> str:
    """What the class of a mapping's value says first."""
    return (shape.make.__doc__ or "").split("\n\n")[0] if shape.make else ""


def _undescribed(shape: Shape, names: Names) -> Schema:
    if shape is COMMON["silence"]:
        schema_by_rule: Schema = dict.fromkeys(names.rules, TEXT)
        return {"type": "object", "properties": schema_by_rule, "additionalProperties": False}
    if shape.keys == shape_of(Selector).keys:
        return _selector(shape, names)
    if shape.either:
        either_schemas = [schema_of(inner_shape, names) for inner_shape in shape.either]
        return {
            "anyOf": [
                alternative
                for schema in either_schemas
                for alternative in schema.get("anyOf", (schema,))
            ]
        }
    if shape.items is not None:
        item_schema = schema_of(shape.items, names)
        if shape.or_item:
            return one_or_many(item_schema)
        return {"type": "array", "items": item_schema, **_limits(shape, "Items")}
    if shape.each is not None:
        return _by_name(shape, schema_of(shape.each, names))
    return _text(shape, names) if shape.form == "text" else _mapping(shape, names)


def _mapping(shape: Shape, names: Names) -> Schema:
    needed_keys = [key for key, inner_shape in shape.keys.items() if inner_shape.needed]
    return {
        "type": "object",
        "properties": {
            key: schema_of(inner_shape, names) for key, inner_shape in shape.keys.items()
        },
        **({"required": needed_keys} if needed_keys else {}),
        "additionalProperties": False,
    }


def _selector(shape: Shape, names: Names) -> Schema:
    schema = _mapping(shape, names)
    schema_by_key: dict[str, Schema] = {
        "kind": {"enum": list(names.kinds)},
        "type": {"enum": list(names.types)},
        "id": names.offered("any"),
        "topic": names.offered("topic"),
    }
    for selector_key, item_schema in schema_by_key.items():
        schema["properties"][selector_key] |= one_or_many(item_schema)
    return {**schema, "minProperties": 1}


def _by_name(shape: Shape, value_schema: Schema) -> Schema:
    count_limits = _limits(shape, "Properties")
    name_pattern = PATTERNS.get(shape.names)
    if name_pattern is None:
        return {"type": "object", "additionalProperties": value_schema, **count_limits}
    if shape.names == "slug":
        count_limits["propertyNames"] = {"maxLength": SLUG_LENGTH}
    schema_by_pattern = {f"^{name_pattern}$": value_schema}
    return {
        "type": "object",
        "patternProperties": schema_by_pattern,
        "additionalProperties": False,
        **count_limits,
    }


def _limits(shape: Shape, noun: str) -> Schema:
    limit_by_keyword = {f"min{noun}": shape.least, f"max{noun}": shape.most}
    return {keyword: limit for keyword, limit in limit_by_keyword.items() if limit is not None}


def _text(shape: Shape, names: Names) -> Schema:
    if shape.ref:
        return names.offered(shape.ref)
    if shape.choices:
        return {"type": "string", "enum": list(shape.choices)}
    match shape.type:
        case "any":
            return {}
        case "date":
            return {"type": "string", "format": "date"}
        case "bool":
            return {"type": "boolean"}
        case "whole":
            return {"type": "integer", **_range(shape)}
        case "number":
            return {"anyOf": [{"type": "number", **_range(shape)}, TEXT]}
        case "cloze":
            return {"type": "string", "pattern": OPENS.pattern}
        case "slug":
            return {**TEXT, **IDS}
    pattern = PATTERNS.get(shape.type)
    return {**TEXT, "pattern": f"^{pattern}$"} if pattern else dict(TEXT)


def _range(shape: Shape) -> Schema:
    limit_by_keyword = {
        "exclusiveMinimum": shape.above,
        "minimum": shape.least,
        "maximum": shape.most,
    }
    number_type = float if shape.type == "number" else int
    return {
        keyword: number_type(limit)
        for keyword, limit in limit_by_keyword.items()
        if limit is not None
    }
