"""Sections to definitions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from builder.findings import WHOLE_PROJECT, Diagnostic, Scope, Span
from builder.ids import SLUG_LENGTH, is_slug
from builder.load.files import Section
from builder.load.values import as_mapping, value_of
from builder.model import KINDS, PLURALS
from builder.project import Definition
from builder.schema import leaves, shape_of
from builder.source import MappingNode, ScalarNode, SequenceNode


def definitions_of(
    parts: Iterable[Section], role: str | None
) -> tuple[dict[str, Definition], list[Diagnostic]]:
    """Every definition in `parts` by id; ids are one name space across kinds."""
    found: list[Diagnostic] = []
    by_id: dict[str, Definition] = {}
    outside = Scope(role=role) if role else WHOLE_PROJECT
    for part in parts:
        if part.name not in PLURALS:
            continue
        section, faults = as_mapping(part.value, f"`{part.name}`", outside)
        found += faults
        for id, entry in section.entries.items() if section else ():
            scope = outside if role else Scope(definition=id)
            found += bad_id(entry.key, scope)
            tree, faults = as_mapping(entry.value, f"`{id}`", scope)
            found += faults
            if id in by_id:
                first = by_id[id].span
                found.append(
                    Diagnostic(
                        "duplicate-id",
                        f"`{id}` is defined twice, first at {first}",
                        entry.key.span,
                        "choose another id; ids are unique across kinds",
                        scope,
                    )
                )
                continue
            kind = PLURALS[part.name].kind
            node = tree or MappingNode({}, *entry.key[1:6], broken=True)
            by_id[id], faults = define(id, kind, node, entry.key.span, role)
            found += faults
    return by_id, found


def define(
    id: str, kind: str, node: MappingNode, at: Span, role: str | None, scope: Scope | None = None
) -> tuple[Definition, list[Diagnostic]]:
    """The definition that `node` describes: a placeholder when it is retired or faulty."""
    place = Definition(
        id,
        kind,
        None,
        node,
        at,
        _texts(node, "topics"),
        _text(node, "type"),
        _text(node, "was"),
        _text(node, "retired"),
        role,
        tuple(leaves(node, shape_of(KINDS[kind]))),
    )
    if place.retired is not None:
        return place, []  # a tombstone may have lost everything but its id
    scope, texts = scope or place.scope, place.leaves
    value, found = value_of(node, KINDS[kind], at, scope, broken=node.broken, texts=texts)
    return replace(place, value=value), found


def bad_id(key: ScalarNode, scope: Scope) -> list[Diagnostic]:
    """The fault in an id that is no slug."""
    if is_slug(key.text):
        return []
    return [
        Diagnostic(
            "bad-id",
            f"`{key.text}` is not an id",
            key.span,
            f"use at most {SLUG_LENGTH} lower-case letters and digits, words joined by hyphens",
            scope,
        )
    ]


def _text(node: MappingNode, name: str) -> str | None:
    value = node.get(name)
    return value.text if isinstance(value, ScalarNode) else None


def _texts(node: MappingNode, name: str) -> tuple[str, ...] | None:
    """The texts under `name`; None when they could not be read and so might be any."""
    value = node.get(name)
    if isinstance(value, SequenceNode) and all(
        isinstance(item, ScalarNode) for item in value.items
    ):
        return tuple(item.text for item in value.items if isinstance(item, ScalarNode))
    return None if node.broken or value is not None else ()
