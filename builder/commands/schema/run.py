"""`schema`: JSON Schemas by which an editor checks and completes a project's YAML.

They are made from the classes of `model`, so there is nothing to keep in step. Names that exist in
the project (ids, topics, roles, variables) are offered and not demanded: a schema is older than
the file that is being written.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from builder import atomic
from builder.checks import silenceable
from builder.ids import SLUG_LENGTH
from builder.load.files import PRIVATE, PUBLIC
from builder.model import (
    FIXED,
    KINDS,
    PLURALS,
    TYPES,
    WORDS,
    Bibliography,
    Kind,
    Role,
    Selector,
    Settings,
)
from builder.project import Project
from builder.schema import Shape, shape_of

FOLDER = ".prepdeck/schema"

#: Which file is checked by which: the settings, definitions, a public role, a private role's files.
DECK, DEFINITIONS, ROLE, PRIVATE_ROLE = "deck.json", "definitions.json", "role.json", "private.json"

Schema = dict[str, Any]

#: A text: YAML takes `1998` for a number, prepdeck takes it as it is written.
_TEXT: Schema = {"type": ["string", "number"]}
_SLUG = r"^[a-z0-9]+(-[a-z0-9]+)*$"


def modeline(file: str, schema: str) -> str:
    """The first line of `file` (a path in the project), by which editors find its schema."""
    here = os.path.relpath(f"{FOLDER}/{schema}", Path(file).parent).replace(os.sep, "/")
    return f"# yaml-language-server: $schema={here}\n"


def write_schemas(project: Project, folder: Path | None = None) -> list[Path]:
    """Writes those that changed; returns all. Raises `PrepdeckError`."""
    folder = folder or project.root / FOLDER
    paths = []
    for name, schema in schemas(project).items():
        content = json.dumps(schema, ensure_ascii=False, indent=1).encode() + b"\n"
        path = folder / name
        if not path.is_file() or path.read_bytes() != content:
            atomic.write(path, content)
        paths.append(path)
    return paths


def schemas(project: Project) -> dict[str, Schema]:
    """Each schema by its file's name."""
    names = _names(project)
    public, private = _sections(PUBLIC, names), _sections(PRIVATE, names)
    del public["role"]["properties"]["key"]
    del private["role"]["properties"]["was"]
    return {
        DECK: _whole("decks/deck.yaml", _object(Settings, names)),
        DEFINITIONS: _file("Definitions", public, names),
        ROLE: {**_file("A public role", public, names), "required": ["role"]},
        PRIVATE_ROLE: _file("What a private role says", private, names),
    }


@dataclass(frozen=True, slots=True)
class Names:
    """What there is to name: ids by kind; what each question asks; variables and their defaults."""

    ids: Mapping[str, tuple[str, ...]]
    asks: Mapping[str, str]
    variables: Mapping[str, str]

    @property
    def lists(self) -> Schema:
        """A text for each kind of name; those that exist are offered."""
        return {
            kind: {"anyOf": [{"enum": list(allowed_names)}, _TEXT]}
            for kind, allowed_names in self.ids.items()
            if allowed_names
        }

    def offered(self, kind: str) -> Schema:
        """Such a text, by its place in the file's `definitions`."""
        return {"$ref": f"#/definitions/{kind}"} if self.ids.get(kind) else dict(_TEXT)


def _names(project: Project) -> Names:
    ids: dict[str, tuple[str, ...]] = {
        "topic": tuple(project.topics),
        "source": tuple(project.cited),
        "any": tuple(project.definitions),
    }
    for definition in project.definitions.values():
        ids[definition.kind] = (*ids.get(definition.kind, ()), definition.id)
    asks = {
        definition.id: leaf.scalar.text.strip()
        for definition in project.definitions.values()
        if definition.kind == "question"
        for leaf in definition.leaves
        if leaf.path == ("ask",)
    }
    ids["role"] = tuple(role.id for role in project.roles.values() if not role.private)
    return Names(ids, asks, project.settings.value.vars)


def _whole(title: str, schema: Schema) -> Schema:
    return {"$schema": "http://json-schema.org/draft-07/schema#", "title": title, **schema}


def _file(title: str, sections: Schema, names: Names) -> Schema:
    """A file: its sections, and no other. A file of comments has none."""
    closed = {"type": ["object", "null"], "properties": sections, "additionalProperties": False}
    return {**_whole(title, closed), "definitions": {"override": _override(), **names.lists}}


def _sections(allowed_names: Iterable[str], names: Names) -> Schema:
    found: Schema = {}
    for name, cls in PLURALS.items():
        if name in allowed_names:
            schema = _object(cls, names)
            for key, description in _told_of(Kind.__doc__ or "", schema["properties"]).items():
                schema["properties"][key].setdefault("description", description)
            # A tombstone may have lost everything but its id.
            needed = schema.pop("required")
            schema |= {"if": {"required": ["retired"]}, "then": {}, "else": {"required": needed}}
            found[name] = _by_id(schema, schema["description"])
    found["role"] = _role(names)
    if "topics" in allowed_names:
        description = "A tree of topics: each becomes a tag."
        branch: Schema = {"anyOf": [_TEXT, {"type": "object"}]}
        found["topics"] = {**_by_id(branch, description)}
        found["sources"] = _by_id(_object(Bibliography, names), "What definitions rest on, by id.")
    if "my_answers" in allowed_names:
        asked = {id: {**_TEXT, "description": ask} for id, ask in names.asks.items()}
        description = "Your own words, by the id of the question."
        found["my_answers"] = {**_by_id(dict(_TEXT), description), "properties": asked}
        description = "Your own tags, by the id of the definition."
        found["my_tags"] = _by_id(_one_or_many(dict(_TEXT)), description)
    return found


def _by_id(schema: Schema, description: str) -> Schema:
    return {
        "description": description,
        "type": "object",
        "propertyNames": {"pattern": _SLUG, "maxLength": SLUG_LENGTH},
        "additionalProperties": schema,
    }


def _role(names: Names) -> Schema:
    schema = _object(Role, names)
    properties = schema["properties"]
    properties["extends"] = names.offered("role")
    allowed_names = {
        name: {**_TEXT, "default": generated} for name, generated in names.variables.items()
    }
    properties["vars"] = {**properties["vars"], "properties": allowed_names}
    entry = {"$ref": "#/definitions/override"}
    properties["override"] |= {
        "properties": dict.fromkeys(names.ids["any"], entry),
        "additionalProperties": entry,
    }
    return schema


def _override() -> Schema:
    """Any key of any kind: `check` says which of them the definition's kind has."""
    keys = {key for cls in KINDS.values() for key in shape_of(cls).keys or ()}
    return {
        "type": "object",
        "description": "The keys that this role says differently. null takes one away.",
        "properties": {key: {} for key in sorted(keys - FIXED)},
        "additionalProperties": False,
    }


def _object(cls: type, names: Names) -> Schema:
    """The schema of one class of the model, on its own."""
    generated = TypeAdapter(cls).json_schema()
    schema = _adapted(generated, shape_of(cls), generated.get("$defs", {}), names)
    if cls is Settings:
        words = schema["properties"]["limits"]["properties"]["words"]
        words["properties"] = {key: {**words["additionalProperties"]} for key in WORDS}
    return schema


#: What pydantic adds that an editor has no use for.
_IDLE = {"title", "default", "$defs"}


def _adapted(generated: Schema, shape: Shape, parts: Mapping[str, Schema], names: Names) -> Schema:
    """pydantic's schema of a value, as its YAML source is read: texts as written, names offered."""
    if "$ref" in generated:
        generated = parts[generated["$ref"].removeprefix("#/$defs/")]
    either: list[Schema] = generated.get("anyOf") or generated.get("oneOf") or []
    arms = [arm for arm in either if arm.get("type") != "null"]
    if len(arms) == 1:
        return _adapted(arms[0], shape, parts, names)
    if arms:
        return {"anyOf": [_adapted(arm, shape, parts, names) for arm in arms]}
    schema = {key: value for key, value in generated.items() if key not in _IDLE}
    if generated.get("type") == "string":
        return _text(schema, shape, names)
    if generated.get("type") == "array":
        return _list(schema, shape, parts, names)
    if "properties" in generated:
        keys = shape.keys or {}
        selector = shape_of(Selector).keys
        schema["properties"] = {
            key: _adapted(part, keys.get(key, Shape()), parts, names)
            for key, part in generated["properties"].items()
        }
        for key, description in _told_of(schema.get("description", ""), keys).items():
            schema["properties"][key].setdefault("description", description)
        schema["description"] = _unticked(schema.get("description", "").split("\n\n")[0])
        schema["additionalProperties"] = False
        if keys == selector:
            schema["minProperties"] = 1
            for key, allowed in (("kind", list(KINDS)), ("type", list(TYPES))):
                schema["properties"][key] = _one_or_many({"enum": allowed})
            for key, kind in (("id", "any"), ("topic", "topic")):
                schema["properties"][key] = _one_or_many(names.offered(kind))
        elif "silence" in keys:
            allowed_names = dict.fromkeys(silenceable(), _TEXT)
            schema["properties"]["silence"] |= {
                "properties": allowed_names,
                "additionalProperties": False,
            }
    elif generated.get("type") == "object":
        values = shape.values or Shape()
        patterns = schema.get("patternProperties", {})
        for pattern, part in patterns.items():
            patterns[pattern] = _adapted(part, values, parts, names)
        below = schema.get("additionalProperties", False if patterns else None)
        if isinstance(below, dict):
            below = _adapted(below, values, parts, names)
        schema["additionalProperties"] = below
    return schema


def _text(schema: Schema, shape: Shape, names: Names) -> Schema:
    if "enum" in schema or schema.get("format") == "date":
        return schema
    if shape.reference is not None:
        return names.offered(shape.reference.to)
    return {**schema, **_TEXT}


def _list(schema: Schema, shape: Shape, parts: Mapping[str, Schema], names: Names) -> Schema:
    if "minLength" in schema:  # pydantic's word for a list that was made from one text
        schema["minItems"] = schema.pop("minLength")
    schema["items"] = _adapted(schema["items"], shape.items or Shape(), parts, names)
    return schema


def _one_or_many(item: Schema) -> Schema:
    return {"anyOf": [item, {"type": "array", "items": item, "minItems": 1}]}


#: Where a docstring stops to speak of one key: after a sentence, or before the next key.
_CLAUSE = re.compile(r"(?<=\.)\s+|[,;]\s+(?=`)")


def _told_of(docstring: str, keys: Iterable[str]) -> dict[str, str]:
    """What a class's docstring says of each key: the clauses that name it."""
    description: dict[str, str] = {}
    for clause in _CLAUSE.split(docstring):
        for name in re.findall(r"`(\w+?)_?`", clause):
            if name in keys:
                description[name] = f"{description.get(name, '')} {_unticked(clause)}".strip()
    return description


def _unticked(text: str) -> str:
    """A docstring as an editor shows it: one line, no marks of code."""
    return " ".join(text.split()).replace("`", "")
