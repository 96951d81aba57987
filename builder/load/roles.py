"""Roles: which role extends which, and what each overrides."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from builder import model
from builder.findings import Diagnostic, Scope, did_you_mean
from builder.load.answers import answers_of, tags_of
from builder.load.definitions import bad_id, define
from builder.load.files import Section, as_mapping
from builder.load.persons import idle_keys, parent_of, person_of, role_of, unreadable_person
from builder.model.kind_file import COMMON
from builder.project import Definition, Override, Role
from builder.source import Entry, MappingNode, ScalarNode
from builder.source.nodes import merged

Definitions = Mapping[str, Definition]

#: Keys that belong to a definition's origin: a role's `override` may not have them.
FIXED = frozenset(COMMON) - {"silence"}


def roles_of(
    public: Iterable[Section],
    private: Mapping[str, list[Section]],
    catalogue: Definitions,
    private_definitions: Mapping[str, Definitions],
) -> tuple[dict[str, Role], list[Diagnostic]]:
    """Every role by id, ancestors before heirs."""
    findings: list[Diagnostic] = []
    read: dict[str, Role] = {}
    for section in public:
        if section.name == "role":
            role, faults = _role(section, section.path.stem, private=False)
            findings += faults
            findings += _add(read, role)
    for name, sections in private.items():
        person = sections[0].person
        section_name = "me" if person == name else "role"
        role_sections = [section for section in sections if section.name == section_name]
        if not role_sections:
            # A person's file that has no `me` any more could not be read, and has a fault.
            findings += [] if person == name else [_without_role(name, sections)]
            continue
        if person == name:
            role, faults = person_of(role_sections[0], name)
        else:
            role, faults = _role(role_sections[0], name, private=True)
            role = replace(role, person=person)
            faults += idle_keys(role)
        findings += faults
        for second in role_sections[1:]:
            first = role_sections[0].key.span
            message = f"`{name}` has two `{section_name}:` sections, the first at {first}"
            findings.append(
                Diagnostic(
                    "duplicate-id",
                    message,
                    second.key.span,
                    "keep one of them",
                    role.scope,
                    (first,),
                )
            )
        answers, answer_spans, faults = answers_of(sections, role.scope)
        findings += faults
        role = replace(role, answers=answers, answer_spans=answer_spans)
        tags, faults = tags_of(sections, role.scope)
        findings += faults
        findings += _add(
            read, replace(role, definitions=private_definitions.get(name, {}), tags=tags)
        )

    for id in sorted({role.person for role in read.values() if role.person} - read.keys()):
        read[id] = unreadable_person(id)
    roles: dict[str, Role] = {}
    for id in read:
        findings += _resolve(id, read, roles, catalogue)
    return {id: roles[id] for id in read}, findings


def role_beside(
    section: Section, id: str, roles: Mapping[str, Role], catalogue: Definitions
) -> tuple[Role, list[Diagnostic]]:
    """The role or person in `section` among these: a new one, or one of them that is read again."""
    if section.name == "me":
        role, findings = person_of(section, id)
    else:
        role, findings = _role(section, id, private=section.role is not None)
        role = replace(role, person=section.person)
        findings += idle_keys(role)
    if id in roles:
        role = replace(
            roles[id],
            value=role.value,
            node=role.node,
            span=role.span,
            leaves=role.leaves,
            me=role.me,
        )
    resolved: dict[str, Role] = {}
    findings += _resolve(id, {**roles, id: role}, resolved, catalogue)
    return resolved[id], findings


def with_heirs(id: str, roles: Mapping[str, Role], catalogue: Definitions) -> dict[str, Role]:
    """The roles, when the role of that id is another one: it and its heirs inherit again."""
    resolved: dict[str, Role] = {}
    for role in roles.values():
        if id == role.id or id in role.chain:
            _resolve(role.id, roles, resolved, catalogue)
    return {**roles, **resolved}


def _without_role(name: str, sections: list[Section]) -> Diagnostic:
    person = sections[0].person
    folder = f"decks/private/{person}/{name}" if person else f"decks/private/{name}"
    remedy = "add role.yaml with `role:` and a `title`"
    if person:
        remedy += f"; or move what is the person's to decks/private/{person}/"
    return Diagnostic(
        "missing-key",
        f"no file in {folder}/ has a `role:`",
        sections[0].key.span,
        remedy,
        Scope(role=name),
    )


def _add(read: dict[str, Role], role: Role) -> list[Diagnostic]:
    id = role.id.removeprefix("_") if role.is_base else role.id
    faults = bad_id(ScalarNode.at(id, role.span), role.scope)
    if role.id in read:
        first = read[role.id].span
        message = f"the role `{role.id}` is defined twice, first at {first}"
        help = "rename one of them"
        return [Diagnostic("duplicate-id", message, role.span, help, role.scope, (first,))]
    read[role.id] = role
    return faults


def _role(section: Section, id: str, *, private: bool) -> tuple[Role, list[Diagnostic]]:
    role, value, findings = role_of(section, id, model.Role, private=private)
    useless = role.node.entries.get("was" if private else "key")
    if useless is not None:
        message = (
            f"`{useless.key.text}` has no effect in a {'private' if private else 'public'} role"
        )
        help = "take it out: a private role is identified by its `key`"
        if not private:
            help = "take it out: a public role is identified by its id, or by its first id in `was`"
        findings.append(Diagnostic("unknown-key", message, useless.key.span, help, role.scope))
    return replace(role, value=value), findings


def _resolve(
    id: str, read: Mapping[str, Role], roles: dict[str, Role], catalogue: Definitions
) -> list[Diagnostic]:
    """Adds the role to `roles`, its parents first."""
    findings: list[Diagnostic] = []
    role = read[id]
    chain: list[str] = [id, role.person] if role.person else [id]
    while (parent := parent_of(role, read)) is not None:
        name, span = parent
        if name not in (extendable := _extendable(role, read)):
            sort = "role" if role.private else "public role"
            help = did_you_mean(name, extendable) or f"{sort}s are {', '.join(extendable)}"
            message = f"no {sort} is called `{name}`"
            if role.id == id and "extends" in role.node.entries:
                findings.append(Diagnostic("unknown-role", message, span, help, role.scope))
            break
        if name in chain:
            circle = [id for id in chain[chain.index(name) :] if not read[id].is_person]
            if id == min(circle):  # each circle is reported once, for every role in it
                path = " → ".join([*circle, name])
                message = f"{path} is a circle"
                help = "remove one `extends`"
                for member in circle:
                    scope = read[member].scope
                    findings.append(Diagnostic("circular-roles", message, span, help, scope))
            break
        chain.append(name)
        role = read[name]
    overrides: dict[str, Override] = {}
    pool: dict[str, Definition] = {}
    for ancestor in reversed(chain):
        inherited, pool = pool, {**pool, **read[ancestor].definitions}
        heir = replace(read[ancestor], overrides=overrides, definitions=pool)
        overrides, faults = _overridden(heir, catalogue)
        findings += faults if ancestor == id else []
    roles[id] = replace(read[id], chain=tuple(chain), overrides=overrides, inherited=inherited)
    return findings


def _extendable(role: Role, read: Mapping[str, Role]) -> list[str]:
    """The ids of roles that it may extend: private ones only if it is private itself."""
    return [
        id
        for id, other in read.items()
        if not other.is_person and (role.private or not other.private)
    ]


def _overridden(role: Role, catalogue: Definitions) -> tuple[dict[str, Override], list[Diagnostic]]:
    """The overrides of `role` laid over those it inherits."""
    findings: list[Diagnostic] = []
    overrides = dict(role.overrides)
    node = role.node.get("override")
    entries: Mapping[str, Entry] = node.entries if isinstance(node, MappingNode) else {}
    for id, entry in entries.items():
        inherited = overrides.get(id)
        base = inherited.definition if inherited else role.definitions.get(id) or catalogue.get(id)
        if base is None:
            ids = [*catalogue, *role.definitions]
            help = did_you_mean(id, ids) or "write the id of a definition"
            message = f"no definition is called `{id}`"
            findings.append(
                Diagnostic("unknown-reference", message, entry.key.span, help, role.scope)
            )
            continue
        tree, faults = as_mapping(entry.value, f"`{id}`", role.scope)
        findings += faults
        for name in FIXED & set(tree.entries if tree else ()):
            findings.append(
                Diagnostic(
                    "fixed-by-origin",
                    f"`{name}` of `{id}` cannot be overridden",
                    tree.entries[name].key.span if tree else entry.key.span,
                    f"change it at {base.span}, or write another definition in a private role",
                    role.scope,
                    (base.span,),
                )
            )
        if tree is None or base.value is None:
            overrides[id] = Override(base, role.id)
            continue
        nulls = [
            key
            for key, value in tree.entries.values()
            if key.text not in base.kind.shape.keys and getattr(value, "text", "") == "null"
        ]
        for key in nulls:
            message = f"unknown key `{key.text}`"
            help = did_you_mean(key.text, base.node.entries)
            findings.append(Diagnostic("unknown-key", message, key.span, help, role.scope))
        node_of_role = merged(base.node, tree)
        assert isinstance(node_of_role, MappingNode)
        scope = Scope(role.id, id)
        definition, faults = define(id, base.kind, node_of_role, entry.key.span, base.role, scope)
        findings += faults
        overrides[id] = Override(definition, role.id)
    return overrides, findings
