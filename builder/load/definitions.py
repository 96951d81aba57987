"""Sections to definitions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from builder.findings import WHOLE_PROJECT, Diagnostic, Scope, Span
from builder.ids import SLUG_LENGTH, is_slug
from builder.load.files import Section, as_mapping
from builder.model import Kind, Kinds
from builder.project import Definition
from builder.shape.walk import read_value
from builder.source import MappingNode, ScalarNode, SequenceNode


def definitions_of(
    sections: Iterable[Section], kinds: Kinds, role: str | None
) -> tuple[dict[str, Definition], list[Diagnostic]]:
    """Every definition in `sections` by id; ids are unique across kinds."""
    findings: list[Diagnostic] = []
    by_id: dict[str, Definition] = {}
    section_scope = Scope(role=role) if role else WHOLE_PROJECT
    for section in sections:
        kind = kinds.by_section.get(section.name)
        if kind is None:
            continue
        tree, faults = as_mapping(section.value, f"`{section.name}`", section_scope)
        findings += faults
        for id, entry in tree.entries.items() if tree else ():
            scope = section_scope if role else Scope(definition=id)
            findings += bad_id(entry.key, scope)
            node, faults = as_mapping(entry.value, f"`{id}`", scope)
            findings += faults
            if id in by_id:
                first = by_id[id].span
                findings.append(
                    Diagnostic(
                        "duplicate-id",
                        f"`{id}` is defined twice, first at {first}",
                        entry.key.span,
                        "choose another id; ids are unique across kinds",
                        scope,
                        (first,),
                    )
                )
                continue
            node = node or MappingNode.broken_at(entry.key)
            by_id[id], faults = define(id, kind, node, entry.key.span, role)
            findings += faults
    return by_id, findings


def define(
    id: str, kind: Kind, node: MappingNode, span: Span, role: str | None, scope: Scope | None = None
) -> tuple[Definition, list[Diagnostic]]:
    """The definition that `node` describes. Its value is None when it is retired or faulty.

    Of a kind that is not sound nothing is read: the fault in its kind.yaml is reported already.
    """
    valueless = Definition(
        id=id,
        kind=kind,
        value=None,
        node=node,
        span=span,
        topics=_texts(node, "topics"),
        type=_text(node, "type") if kind.types else None,
        was=_text(node, "was"),
        retired=_text(node, "retired"),
        role=role,
    )
    if not kind.is_sound:
        return valueless, []
    reading = read_value(node, kind.shape, span, scope or valueless.scope)
    definition = replace(valueless, leaves=reading.leaves)
    if definition.retired is not None:
        return definition, []  # a retired definition may have nothing left but its id
    return replace(definition, value=reading.value), reading.faults


def bad_id(key: ScalarNode, scope: Scope) -> list[Diagnostic]:
    """The fault of an id that is not a slug."""
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
    scalar = node.get(name)
    return scalar.text if isinstance(scalar, ScalarNode) else None


def _texts(node: MappingNode, name: str) -> tuple[str, ...] | None:
    """The texts under `name`; None when they could not be read, so that they might be any."""
    sequence = node.get(name)
    if isinstance(sequence, SequenceNode):
        scalars = [item for item in sequence.items if isinstance(item, ScalarNode)]
        if len(scalars) == len(sequence.items):
            return tuple(scalar.text for scalar in scalars)
    return None if node.broken or sequence is not None else ()
