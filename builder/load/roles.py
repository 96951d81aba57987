"""Roles: which role extends which, what each overrides, and the learner's answers and tags."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

from builder import model
from builder.findings import Diagnostic, Scope, Span, did_you_mean
from builder.load.definitions import bad_id, define
from builder.load.files import Section, as_mapping
from builder.model.kind_file import COMMON
from builder.project import Definition, Override, Role
from builder.shape.annotations import shape_of
from builder.shape.walk import lost_comment, read_value
from builder.source import Entry, MappingNode, ScalarNode, SequenceNode
from builder.source.nodes import merged

Definitions = Mapping[str, Definition]

#: Keys that belong to a definition's origin: a role's `override` may not have them.
FIXED = frozenset(COMMON) - {"silence"}

#: Tags that a build writes, and those by which Anki remembers something itself.
_TAG_OF_OURS = re.compile(r"(?:kind|topic|type)::")
_TAGS_OF_ANKI = {"leech", "marked"}


def is_own_tag(tag: str) -> bool:
    """Whether a learner may have made this tag up: it is one word, and neither ours nor Anki's."""
    return (
        bool(tag)
        and not any(letter.isspace() for letter in tag)
        and not _TAG_OF_OURS.match(tag)
        and tag.casefold() not in _TAGS_OF_ANKI
    )


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
        role_sections = [section for section in sections if section.name == "role"]
        if not role_sections:
            findings.append(_without_role(name, sections))
            continue
        role, faults = _role(role_sections[0], name, private=True)
        findings += faults
        for second in role_sections[1:]:
            first = role_sections[0].key.span
            message = f"`{name}` has two `role:` sections, the first at {first}"
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
        answers, answer_spans, faults = _answers(sections, role.scope)
        findings += faults
        role = replace(role, answers=answers, answer_spans=answer_spans)
        tags, faults = _tags(sections, role.scope)
        findings += faults
        findings += _add(
            read, replace(role, definitions=private_definitions.get(name, {}), tags=tags)
        )

    roles: dict[str, Role] = {}
    for id in read:
        findings += _resolve(id, read, roles, catalogue)
    return {id: roles[id] for id in read}, findings


def role_beside(
    section: Section, id: str, roles: Mapping[str, Role], catalogue: Definitions
) -> tuple[Role, list[Diagnostic]]:
    """The role in `section` among these roles: a new role, or one of them that is read again."""
    role, findings = _role(section, id, private=section.role is not None)
    if id in roles:
        role = replace(
            roles[id], value=role.value, node=role.node, span=role.span, leaves=role.leaves
        )
    resolved: dict[str, Role] = {}
    findings += _resolve(id, {**roles, id: role}, resolved, catalogue)
    return resolved[id], findings


def _without_role(name: str, sections: list[Section]) -> Diagnostic:
    return Diagnostic(
        "missing-key",
        f"no file in decks/private/{name}/ has a `role:`",
        sections[0].key.span,
        "add role.yaml with `role:` and a `title`",
        Scope(role=name),
    )


def _add(read: dict[str, Role], role: Role) -> list[Diagnostic]:
    faults = bad_id(ScalarNode.at(role.id, role.span), role.scope)
    if role.id in read:
        first = read[role.id].span
        message = f"the role `{role.id}` is defined twice, first at {first}"
        help = "rename one of them"
        return [Diagnostic("duplicate-id", message, role.span, help, role.scope, (first,))]
    read[role.id] = role
    return faults


def _role(section: Section, id: str, *, private: bool) -> tuple[Role, list[Diagnostic]]:
    scope = Scope(role=id)
    node, findings = as_mapping(section.value, "`role`", scope)
    tree = node or MappingNode.broken_at(section.key)
    value, leaves, faults = read_value(tree, shape_of(model.Role), section.key.span, scope)
    useless = tree.entries.get("was" if private else "key")
    if useless is not None:
        message = (
            f"`{useless.key.text}` has no effect in a {'private' if private else 'public'} role"
        )
        help = "take it out: a private role is identified by its `key`"
        if not private:
            help = "take it out: a public role is identified by its id, or by its first id in `was`"
        findings.append(Diagnostic("unknown-key", message, useless.key.span, help, scope))
    role = Role(
        id=id,
        value=value,
        node=tree,
        span=section.key.span,
        private=private,
        chain=(id,),
        leaves=leaves,
    )
    return role, findings + faults


def _answers(
    sections: Iterable[Section], scope: Scope
) -> tuple[dict[str, ScalarNode], dict[str, Span], list[Diagnostic]]:
    """The answers by question, and where each is named."""
    answers: dict[str, ScalarNode] = {}
    spans: dict[str, Span] = {}
    findings: list[Diagnostic] = []
    for section in sections:
        if section.name == "my_answers":
            node, faults = as_mapping(section.value, "`my_answers`", scope)
            findings += faults
            for id, entry in node.entries.items() if node else ():
                if id in answers:
                    first, span = answers[id].span, entry.key.span
                    message = f"`{id}` is answered twice, first at {first}"
                    help = "keep one of the answers"
                    findings.append(
                        Diagnostic("duplicate-id", message, span, help, scope, (first,))
                    )
                elif isinstance(entry.value, ScalarNode):
                    answers[id] = entry.value
                    spans[id] = entry.key.span
                    findings += lost_comment(entry.value, scope)
                else:
                    message, help = "an answer is a text", "write it in a `|` block"
                    findings.append(
                        Diagnostic("wrong-value", message, entry.value.span, help, scope)
                    )
    return answers, spans, findings


def _tags(
    sections: Iterable[Section], scope: Scope
) -> tuple[dict[str, tuple[ScalarNode, ...]], list[Diagnostic]]:
    tags: dict[str, tuple[ScalarNode, ...]] = {}
    findings: list[Diagnostic] = []
    for section in sections:
        if section.name != "my_tags":
            continue
        node, faults = as_mapping(section.value, "`my_tags`", scope)
        findings += faults
        for id, entry in node.entries.items() if node else ():
            items = entry.value.items if isinstance(entry.value, SequenceNode) else (entry.value,)
            for item in items:
                if not isinstance(item, ScalarNode) or not is_own_tag(item.text):
                    message = "a tag must be one word, and not a tag of prepdeck or Anki"
                    help = "join words by hyphens, like on-the-phone"
                    fault = Diagnostic("wrong-value", message, item.span, help, scope)
                    findings.append(fault)
                else:
                    tags[id] = (*tags.get(id, ()), item)
    return tags, findings


def _resolve(
    id: str, read: Mapping[str, Role], roles: dict[str, Role], catalogue: Definitions
) -> list[Diagnostic]:
    """Adds the role to `roles`, its parents first."""
    findings: list[Diagnostic] = []
    chain: list[str] = [id]
    while (parent := _parent(read[chain[-1]])) is not None:
        name, span = parent
        role = read[chain[-1]]
        if name not in read or read[name].private:
            public = [id for id, other in read.items() if not other.private]
            help = did_you_mean(name, public) or f"public roles are {', '.join(public)}"
            message = f"no public role is called `{name}`"
            if role.id == id:
                findings.append(Diagnostic("unknown-role", message, span, help, role.scope))
            break
        if name in chain:
            circle = chain[chain.index(name) :]
            if id == min(circle):  # each circle is reported once, for every role in it
                path = " → ".join([*circle, name])
                message = f"{path} is a circle"
                help = "remove one `extends`"
                for member in circle:
                    scope = read[member].scope
                    findings.append(Diagnostic("circular-roles", message, span, help, scope))
            break
        chain.append(name)
    overrides: dict[str, Override] = {}
    for ancestor in reversed(chain):
        heir = replace(read[ancestor], overrides=overrides)
        overrides, faults = _overridden(heir, catalogue)
        findings += faults if ancestor == id else []
    roles[id] = replace(read[id], chain=tuple(chain), overrides=overrides)
    return findings


def _parent(role: Role) -> tuple[str, Span] | None:
    node = role.node.get("extends")
    return (node.text, node.span) if isinstance(node, ScalarNode) else None


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
