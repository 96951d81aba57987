"""Sections to definitions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from builder.diagnostics import EVERYTHING, Diagnostic, Span, Touches
from builder.ids import SLUG_LENGTH, is_slug
from builder.load.files import Section
from builder.load.values import as_mapping, value_of
from builder.model import KINDS, PLURALS
from builder.project import Definition
from builder.schema import leaves, shape_of
from builder.source import Mapping, Scalar, Sequence


def definitions_of(
    parts: Iterable[Section], role: str | None
) -> tuple[dict[str, Definition], list[Diagnostic]]:
    """Every definition in `parts` by id; ids are one name space across kinds."""
    found: list[Diagnostic] = []
    by_id: dict[str, Definition] = {}
    outside = Touches(role=role) if role else EVERYTHING
    for part in parts:
        if part.name not in PLURALS:
            continue
        section, faults = as_mapping(part.value, f"`{part.name}`", outside)
        found += faults
        for id, entry in section.entries.items() if section else ():
            touches = outside if role else Touches(definition=id)
            found += bad_id(entry.key, touches)
            tree, faults = as_mapping(entry.value, f"`{id}`", touches)
            found += faults
            if id in by_id:
                first = by_id[id].at
                found.append(
                    Diagnostic(
                        "duplicate-id",
                        f"`{id}` is defined twice, first at {first}",
                        entry.key.span,
                        "choose another id; ids are unique across kinds",
                        touches,
                    )
                )
                continue
            kind = PLURALS[part.name].kind
            node = tree or Mapping({}, *entry.key[1:6], broken=True)
            by_id[id], faults = define(id, kind, node, entry.key.span, role)
            found += faults
    return by_id, found


def define(
    id: str, kind: str, node: Mapping, at: Span, role: str | None, touches: Touches | None = None
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
    touches, texts = touches or place.touches, place.leaves
    value, found = value_of(node, KINDS[kind], at, touches, broken=node.broken, texts=texts)
    return replace(place, value=value), found


def bad_id(key: Scalar, touches: Touches) -> list[Diagnostic]:
    """The fault in an id that is no slug."""
    if is_slug(key.text):
        return []
    return [
        Diagnostic(
            "bad-id",
            f"`{key.text}` is not an id",
            key.span,
            f"use at most {SLUG_LENGTH} lower-case letters and digits, words joined by hyphens",
            touches,
        )
    ]


def _text(node: Mapping, name: str) -> str | None:
    value = node.get(name)
    return value.text if isinstance(value, Scalar) else None


def _texts(node: Mapping, name: str) -> tuple[str, ...] | None:
    """The texts under `name`; None when they could not be read and so might be any."""
    value = node.get(name)
    if isinstance(value, Sequence) and all(isinstance(item, Scalar) for item in value.items):
        return tuple(item.text for item in value.items if isinstance(item, Scalar))
    return None if node.broken or value is not None else ()
