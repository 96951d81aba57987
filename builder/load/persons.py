"""A person above employers: the role without a deck that `me.yaml` makes, and what it means below.

Roles in the folder of a person extend what the person extends, and say nothing that the person's
one deck has once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

from builder import model
from builder.findings import Diagnostic, Scope, Span
from builder.load.files import Section, as_mapping
from builder.project import Role
from builder.root import ME
from builder.shape.annotations import shape_of
from builder.shape.walk import read_value
from builder.source import MappingNode, ScalarNode

#: Keys that a person says once, for all roles.
_OF_PERSONS = ("notes", "minutes_per_day")
#: Keys of a person that a role has too.
_OF_BOTH = {key.name for key in fields(model.Me)} & {key.name for key in fields(model.Role)}


def person_of(section: Section, id: str) -> tuple[Role, list[Diagnostic]]:
    """The person that the section `me` describes, as a role without a deck."""
    person, me, findings = role_of(section, id, model.Me, private=True)
    value = model.Role(**{key: getattr(me, key) for key in _OF_BOTH}) if me else None
    return replace(person, value=value, is_person=True, me=me), findings


def role_of(
    section: Section, id: str, record: type, *, private: bool
) -> tuple[Role, Any, list[Diagnostic]]:
    """The role of a section, its value still missing, and what the section says, as a `record`."""
    scope = Scope(role=id)
    node, findings = as_mapping(section.value, f"`{section.name}`", scope)
    tree = node or MappingNode.broken_at(section.key)
    value, leaves, faults = read_value(tree, shape_of(record), section.key.span, scope)
    role = Role(
        id=id,
        value=None,
        node=tree,
        span=section.key.span,
        private=private,
        chain=(id,),
        leaves=leaves,
    )
    return role, value, [*findings, *faults]


def unreadable_person(id: str) -> Role:
    """A person whose file has no `me` that could be read: a fault says so, and blocks the roles."""
    span = Span(f"decks/private/{id}/{ME}")
    node = MappingNode({}, span.file, 1, 1, 1, 1)
    return Role(id=id, value=None, node=node, span=span, private=True, chain=(id,), is_person=True)


def idle_keys(role: Role) -> list[Diagnostic]:
    """The faults of what a role of a person says and only the person can."""
    return [
        Diagnostic(
            "unknown-key",
            f"`{name}` has no effect in a role of a person",
            role.node.entries[name].key.span,
            f"write it in decks/private/{role.person}/{ME}, for all roles",
            role.scope,
        )
        for name in _OF_PERSONS
        if role.person and name in role.node.entries
    ]


def parent_of(role: Role, read: Mapping[str, Role]) -> tuple[str, Span] | None:
    """What a role extends, and where that is written: a person's role what the person does."""
    node = role.node.get("extends")
    if node is None and role.person:
        node = read[role.person].node.get("extends")
    return (node.text, node.span) if isinstance(node, ScalarNode) else None
