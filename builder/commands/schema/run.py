"""`schema`: JSON Schemas by which an editor checks and completes a project's YAML.

They are made from the shapes that files are read by, so there is nothing to keep in step. Names
that exist in the project (ids, topics, roles, variables) are offered and not demanded: a schema is
older than the file that is being written.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

from builder import atomic
from builder.checks import silenceable
from builder.commands.schema.writer import (
    IDS,
    TEXT,
    Names,
    Schema,
    as_text,
    one_or_many,
    schema_of,
)
from builder.load.files import section_names
from builder.load.roles import FIXED
from builder.model import Bibliography, Kind, Kinds, Me, Role, Settings
from builder.project import Project
from builder.shape.annotations import shape_of
from builder.shape.shape import Shape

FOLDER = ".prepdeck/schema"

#: Which file is checked by which: the settings, definitions, a public role, a private role's files,
#: a person's own files.
DECK, DEFINITIONS, ROLE, PRIVATE_ROLE = "deck.json", "definitions.json", "role.json", "private.json"
PERSON = "me.json"


def modeline(file: str, schema: str) -> str:
    """The first line of `file` (a path in the project), by which editors find its schema."""
    relative_path = os.path.relpath(f"{FOLDER}/{schema}", Path(file).parent).replace(os.sep, "/")
    return f"# yaml-language-server: $schema={relative_path}\n"


def write_schemas(project: Project, folder: Path | None = None) -> list[Path]:
    """Writes those that changed; returns all. Raises `PrepdeckError`."""
    root = None if folder else project.root
    folder = folder or project.root / FOLDER
    schema_paths = []
    for file_name, schema in schemas(project).items():
        schema_json = json.dumps(schema, ensure_ascii=False, indent=1).encode() + b"\n"
        schema_path = folder / file_name
        if not atomic.has_content(schema_path, schema_json):
            atomic.write(schema_path, schema_json, root)
        schema_paths.append(schema_path)
    return schema_paths


def schemas(project: Project) -> dict[str, Schema]:
    """Each schema by its file's name."""
    project_names = _names(project)
    public_sections, private_sections = (
        _sections(project.kinds, project_names, private=is_private) for is_private in (False, True)
    )
    del public_sections["role"]["properties"]["key"]
    del private_sections["role"]["properties"]["was"]
    person_sections = {name: schema for name, schema in private_sections.items() if name != "role"}
    person_sections["me"] = _role(project_names, shape_of(Me))
    return {
        DECK: _whole("decks/deck.yaml", _settings(project.kinds, project_names)),
        DEFINITIONS: _file("Definitions", public_sections, project.kinds, project_names),
        ROLE: _file("A public role", public_sections, project.kinds, project_names)
        | {"required": ["role"]},
        PRIVATE_ROLE: _file(
            "What a private role says", private_sections, project.kinds, project_names
        ),
        PERSON: _file("A person above roles", person_sections, project.kinds, project_names),
    }


def _names(project: Project) -> Names:
    ids_by_kind: dict[str, tuple[str, ...]] = {
        "topic": tuple(project.topics),
        "source": tuple(project.cited),
        "any": tuple(project.definitions),
    }
    question_by_id: dict[str, str] = {}
    for definition in project.definitions.values():
        kind = definition.kind
        ids_by_kind[kind.name] = (*ids_by_kind.get(kind.name, ()), definition.id)
        if kind.marks.answerable:
            text_by_path = {leaf.path: leaf.scalar.text.strip() for leaf in definition.leaves}
            if (kind.marks.name,) in text_by_path:
                question_by_id[definition.id] = text_by_path[kind.marks.name,]
    ids_by_kind["role"] = tuple(role.id for role in project.roles.values() if not role.private)
    return Names(
        ids=ids_by_kind,
        kinds=tuple(project.kinds),
        types=project.kinds.types,
        rules=silenceable(),
        questions=question_by_id,
        variables=project.settings.value.vars,
    )


def _whole(title: str, schema: Schema) -> Schema:
    return {"$schema": "http://json-schema.org/draft-07/schema#", "title": title, **schema}


def _file(title: str, sections: Schema, kinds: Kinds, names: Names) -> Schema:
    """A file: its sections, and no other. A file of comments has none."""
    closed_schema = {
        "type": ["object", "null"],
        "properties": sections,
        "additionalProperties": False,
    }
    return {
        **_whole(title, closed_schema),
        "definitions": {"override": _override(kinds), **names.lists},
    }


def _sections(kinds: Kinds, names: Names, *, private: bool) -> Schema:
    allowed_sections = section_names(kinds, private=private)
    sections: Schema = {
        kind.section: _by_id(_definition(kind, names), as_text(kind.about))
        for kind in kinds.values()
        if kind.section in allowed_sections
    }
    sections["role"] = _role(names, shape_of(Role))
    if "topics" in allowed_sections:
        topic_schema: Schema = {"anyOf": [TEXT, {"type": "object"}]}
        sections["topics"] = _by_id(topic_schema, "A tree of topics: each becomes a tag.")
        source_schema = schema_of(shape_of(Bibliography), names)
        sections["sources"] = _by_id(source_schema, "What definitions rest on, by id.")
    if "my_answers" in allowed_sections:
        schema_by_question = {
            question_id: {**TEXT, "description": question_text}
            for question_id, question_text in names.questions.items()
        }
        answers_schema = _by_id(dict(TEXT), "Your own words, by the id of the question.")
        sections["my_answers"] = {**answers_schema, "properties": schema_by_question}
        tags_schema = one_or_many(dict(TEXT))
        sections["my_tags"] = _by_id(tags_schema, "Your own tags, by the id of the definition.")
    return sections


def _definition(kind: Kind, names: Names) -> Schema:
    """A definition of a kind. A kind that is at fault accepts anything."""
    if not kind.is_sound:
        return {}
    schema = {**schema_of(kind.shape, names), "description": as_text(kind.about)}
    # A tombstone may have lost everything but its id.
    required_schema = {"required": schema.pop("required", [])}
    return {**schema, "if": {"required": ["retired"]}, "then": {}, "else": required_schema}


def _by_id(schema: Schema, description: str) -> Schema:
    return {
        "description": description,
        "type": "object",
        "propertyNames": IDS,
        "additionalProperties": schema,
    }


def _role(names: Names, shape: Shape) -> Schema:
    """A role's section, or a person's."""
    schema = schema_of(shape, names)
    properties = schema["properties"]
    properties["extends"] |= names.offered("role")
    if "$ref" in properties["extends"]:
        del properties["extends"]["type"]
    properties["vars"]["properties"] = {
        variable_name: {**TEXT, "default": variable_default}
        for variable_name, variable_default in names.variables.items()
    }
    override_ref = {"$ref": "#/definitions/override"}
    properties["override"] |= {
        "properties": dict.fromkeys(names.ids["any"], override_ref),
        "additionalProperties": override_ref,
    }
    return schema


def _override(kinds: Kinds) -> Schema:
    """Any key of any kind: `check` says which of them the definition's kind has."""
    kind_keys = {key for kind in kinds.values() for key in kind.shape.keys}
    return {
        "type": "object",
        "description": "The keys that this role says differently. null takes one away.",
        "properties": {key: {} for key in sorted(kind_keys - FIXED)},
        "additionalProperties": False,
    }


def _settings(kinds: Kinds, names: Names) -> Schema:
    schema = schema_of(shape_of(Settings), names)
    words_schema = schema["properties"]["limits"]["properties"]["words"]
    words_schema["properties"] = {
        limit_key: {**words_schema["additionalProperties"]} for limit_key in kinds.word_limits
    }
    return schema
