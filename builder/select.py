"""Which definitions a role's deck has, whose they are, and why."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from builder.findings import Diagnostic, Scope, did_you_mean
from builder.model import Selector
from builder.owner import owned
from builder.project import Definition, Project, Role
from builder.shape.annotations import shape_of
from builder.source import MappingNode, SequenceNode
from builder.source.paths import at_path


@dataclass(frozen=True, slots=True)
class Chosen:
    """A definition in a deck, in its owner's wording.

    `owner_role` is the id of the role whose note it is, None for the catalogue's. `core_here`: the
    role itself has it as core, and not only a role that it extends. `per_role`: it is the role's,
    and not its person's, because each role of a person has a note of its own of it.
    """

    definition: Definition
    owner_role: str | None
    core: bool
    core_here: bool = False
    per_role: bool = False

    def is_among(self, faulty: Collection[Scope]) -> bool:
        """Whether it has a fault, in the catalogue or in its owner's wording."""
        return any(
            Scope(role_id, self.definition.id) in faulty for role_id in (None, self.owner_role)
        )


@dataclass(frozen=True, slots=True)
class Selection:
    """A role's definitions in the project's order, core or not.

    `reach`: by `Definition.key`, every definition whose fault blocks the package. Chosen ones,
    faulty ones that might have been chosen, and those that the chosen ones name. `ancestors`: the
    keys of the roles that it extends. `person`: whose role it is;
    `sibling_keys`: the keys of all roles of that person.
    """

    role: Role
    chosen: tuple[Chosen, ...]
    reach: frozenset[str]
    ancestors: tuple[str, ...] = ()
    person: Role | None = None
    sibling_keys: tuple[str, ...] = ()

    def owns(self, chosen: Chosen) -> bool:
        """Whether the note is the role's or its person's: nobody else has it in other words."""
        owner = chosen.owner_role
        return owner is not None and owner in (self.role.id, self.role.person)


class Step(NamedTuple):
    """One selector, and the definitions that it matches.

    `role` is the id of the role that has it; there it stands under `key` (`later`, `core`, `add` or
    `drop`), at `position`. What a private role or a person defines is a step without a selector,
    under the key `own`.
    """

    role: str
    key: str
    position: int
    matches: tuple[Definition, ...]
    selector: Selector | None = None


def steps(project: Project, role: Role) -> Iterator[Step]:
    """Every selector that decides about the role's deck, in the order in which they do."""
    private_definitions = role.pool.values()
    all_definitions = (*project.definitions.values(), *private_definitions)
    for role_id in reversed(role.chain):
        chain_role = project.roles[role_id]
        # What a nearer role defines under the same id takes its place.
        if defined := tuple(d for d in private_definitions if d.role == role_id):
            yield Step(role_id, "own", 0, defined)
        for selector_key in ("later", "core", "add", "drop"):
            for selector_position, selector in enumerate(
                getattr(chain_role.value, selector_key, ())
            ):
                matches = tuple(d for d in all_definitions if matches_selector(d, selector))
                yield Step(chain_role.id, selector_key, selector_position, matches, selector)


def select(project: Project, role: Role) -> tuple[Selection, list[Diagnostic]]:
    """`(inherited + core + add) − drop`, level by level from the farthest ancestor.

    What is inherited as core stays core unless `later` names it.
    """
    findings: list[Diagnostic] = []
    role_choice = _Choice(role.id)
    for step in steps(project, role):
        if step.role == role.id and step.selector is not None:
            unknown_findings = list(_unknown_names(project, role, step))
            findings += unknown_findings
            if not step.matches and not unknown_findings:
                findings.append(_no_match(role, step))
        for definition in step.matches:
            role_choice.follow(step, definition)
    definition_by_key = {d.key: d for d in (*project.definitions.values(), *role.pool.values())}
    chosen = tuple(
        Chosen(
            owner.wording,
            owner.owner_role,
            core=role_choice.is_core[definition_key],
            core_here=definition_key in role_choice.core_here,
            per_role=owner.per_role,
        )
        for definition_key, definition in definition_by_key.items()
        if definition_key in role_choice.is_core and definition.retired is None
        for owner in (owned(project, role, definition),)
    )
    reach_keys = {selected.definition.key for selected in chosen}
    for definition_key in role_choice.possible:
        possible_definition = definition_by_key[definition_key]
        if possible_definition.value is None and possible_definition.retired is None:
            reach_keys.add(definition_key)
    for selected in chosen:
        reach_keys |= set(_references(selected.definition)) & project.definitions.keys()
    ancestor_keys = tuple(project.roles[ancestor_id].key for ancestor_id in role.chain[1:])
    selection = Selection(
        role=role,
        chosen=chosen,
        reach=frozenset(reach_keys),
        ancestors=ancestor_keys,
        person=(person := project.person_of(role)),
        sibling_keys=tuple(
            other.key for other in project.roles.values() if person and other.person == person.id
        ),
    )
    return selection, findings


@dataclass(slots=True)
class _Choice:
    """What a role's deck has after some of its steps, by `Definition.key`.

    `is_core`: the definitions in the deck, core or not. `core_here`: those that the role itself has
    as core. `possible`: those that a selector matched, and none took out for sure.
    """

    role: str
    is_core: dict[str, bool] = field(default_factory=dict)
    core_here: set[str] = field(default_factory=set)
    possible: set[str] = field(default_factory=set)

    def follow(self, step: Step, definition: Definition) -> None:
        """Does what the step does with one definition that it matches."""
        definition_key = definition.key
        if step.key == "own":
            self.is_core[definition_key] = True
        elif step.key == "later":
            if definition.role != self.role and definition_key in self.is_core:
                self.is_core[definition_key] = False
        elif step.key == "drop":
            # What the role itself defines is always in: its author can simply delete it.
            if definition.role != self.role:
                self.is_core.pop(definition_key, None)
                if step.selector and _matches_for_sure(definition, step.selector):
                    self.possible.discard(definition_key)
        else:
            self.is_core[definition_key] = step.key == "core" or self.is_core.get(
                definition_key, False
            )
            self.possible.add(definition_key)
            if step.key == "core" and step.role == self.role:
                self.core_here.add(definition_key)


def parse_selector(text: str) -> Selector:
    """A selector as the command line has it, `kind:question,topic:customer`.

    A key that comes twice matches any of its values. Raises `ValueError` with the reason.
    """
    values_by_key: dict[str, tuple[str, ...]] = {}
    shape_by_key = shape_of(Selector).keys
    for key_and_value in text.split(","):
        key, colon, value = key_and_value.strip().partition(":")
        if not colon or not value:
            raise ValueError(f"`{key_and_value.strip()}` is not `key:value`, as in kind:question")
        if key not in shape_by_key:
            help = did_you_mean(key, shape_by_key) or f"keys are {', '.join(shape_by_key)}"
            raise ValueError(f"unknown key `{key}`; {help}")
        values_by_key[key] = (*values_by_key.get(key, ()), value)
    return Selector(**values_by_key)


def matches_selector(definition: Definition, selector: Selector) -> bool:
    """Whether all keys hold. What could not be read of a faulty definition might have matched."""
    kind = definition.kind
    if selector.kind and kind.name not in selector.kind:
        return False
    if selector.id and definition.id not in selector.id:
        return False
    if selector.type and definition.type not in selector.type:
        may_have_types = bool(kind.types) or not kind.is_sound
        if definition.type is not None or definition.value is not None or not may_have_types:
            return False
    if selector.topic and definition.topics is not None:
        return any(
            topic == selected_topic or topic.startswith(f"{selected_topic}/")
            for topic in definition.topics
            for selected_topic in selector.topic
        )
    return True


def _matches_for_sure(definition: Definition, selector: Selector) -> bool:
    """Whether the match rests on nothing that could not be read."""
    return not (
        (selector.topic and definition.topics is None)
        or (selector.type and definition.type is None)
    )


def _references(definition: Definition) -> Iterable[str]:
    """The ids of other definitions that it names."""
    for leaf in definition.leaves:
        if leaf.shape.ref not in ("", "topic", "source"):
            yield leaf.scalar.text


def _unknown_names(project: Project, role: Role, step: Step) -> Iterator[Diagnostic]:
    """Ids, kinds, topics and types in a selector that do not exist."""
    names_by_key: dict[str, Collection[str]] = {
        "kind": project.kinds,
        "id": {*project.definitions, *role.pool},
    }
    if project.kinds.are_sound:
        names_by_key["type"] = project.kinds.types
    if project.topics_complete:
        names_by_key["topic"] = project.topics
    selector_node, _ = at_path(role.node, (step.key, step.position))
    if isinstance(selector_node, MappingNode) and not selector_node.entries:
        message, help = "an empty selector takes everything", "name a kind, id, topic or type"
        yield Diagnostic("wrong-value", message, selector_node.span, help, role.scope)
    for leaf in role.leaves:
        if leaf.path[:2] != (step.key, step.position):
            continue
        selector_key, written_name = str(leaf.path[2]), leaf.scalar.text
        if selector_key in names_by_key and written_name not in names_by_key[selector_key]:
            noun = "definition" if selector_key == "id" else selector_key
            message = f"no {noun} is called `{written_name}`"
            help = did_you_mean(written_name, names_by_key[selector_key]) or "check the spelling"
            span = leaf.scalar.span
            yield Diagnostic("unknown-reference", message, span, help, role.scope)


def _no_match(role: Role, step: Step) -> Diagnostic:
    selector_node, _ = at_path(role.node, (step.key, step.position))
    selector_entries = selector_node.entries if isinstance(selector_node, MappingNode) else {}
    keys_phrase = ", ".join(
        f"{selector_key} {_text(entry.value)}" for selector_key, entry in selector_entries.items()
    )
    return Diagnostic(
        "no-match",
        f"this selector matches nothing ({keys_phrase})",
        selector_node.span,
        "one definition must fulfil all its keys: leave one out",
        role.scope,
    )


def _text(node: object) -> str:
    if isinstance(node, SequenceNode):
        return " or ".join(_text(item) for item in node.items)
    return getattr(node, "text", "…")
