"""Which definitions a role's deck has, whose they are, and why."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

from builder.findings import Diagnostic, Scope, did_you_mean
from builder.model import KINDS, TYPES, Selector
from builder.project import Definition, Project, Role
from builder.schema import at_path, leaves, shape_of
from builder.source import MappingNode, SequenceNode


@dataclass(frozen=True, slots=True)
class Chosen:
    """A definition in a deck, as its owner sees it.

    `owner_role` is the role whose note it is (an id, for `Project.view`), None for the catalogue's.
    `core_here`: the role itself has it as core, and not only what it extends.
    """

    definition: Definition
    owner_role: str | None
    core: bool
    core_here: bool = False

    def is_among(self, faulty: Collection[Scope]) -> bool:
        """Whether a fault stands in it, in the catalogue or as its owner says it."""
        return any(Scope(by, self.definition.id) in faulty for by in (None, self.owner_role))


@dataclass(frozen=True, slots=True)
class Selection:
    """A role's definitions in the project's order, core or not.

    `reach` names (by `Definition.key`) every definition that a fault in would touch: chosen ones,
    faulty ones that might have been chosen, and those that the chosen ones name. `ancestors` are
    the keys of the roles that it extends.
    """

    role: Role
    chosen: tuple[Chosen, ...]
    reach: frozenset[str]
    ancestors: tuple[str, ...] = ()


class Step(NamedTuple):
    """One selector at work: whose it is, under which key (`later`, `core`, `add`, `drop`), what it
    matched.

    What a private role defines is a step of its own, without a selector.
    """

    role: str
    key: str
    position: int
    matches: tuple[Definition, ...]
    selector: Selector | None = None


def steps(project: Project, role: Role) -> Iterator[Step]:
    """Every selector that decides about the role's deck, in the order in which they do."""
    pool = (*project.definitions.values(), *role.definitions.values())
    for id in reversed(role.chain):
        level = project.roles[id]
        if level.id == role.id and level.definitions:
            yield Step(level.id, "own", 0, tuple(level.definitions.values()))
        for key in ("later", "core", "add", "drop"):
            for position, selector in enumerate(getattr(level.value, key, ())):
                matches = tuple(d for d in pool if matches_selector(d, selector))
                yield Step(level.id, key, position, matches, selector)


def select(project: Project, role: Role) -> tuple[Selection, list[Diagnostic]]:
    """`(inherited + core + add) − drop`, level by level from the farthest ancestor.

    What is inherited as core stays core unless `later` names it.
    """
    found: list[Diagnostic] = []
    pool = (*project.definitions.values(), *role.definitions.values())
    taken: dict[str, bool] = {}
    core_here: set[str] = set()
    maybe: set[str] = set()
    for step in steps(project, role):
        if step.role == role.id and step.selector is not None:
            unknown = list(_unknown_names(project, role, step.key, step.position))
            found += unknown
            if not step.matches and not unknown:
                found.append(_no_match(role, step.key, step.position))
        for definition in step.matches:
            if step.key == "own":
                taken[definition.key] = True
            elif step.key == "later":
                if definition.role is None and definition.key in taken:
                    taken[definition.key] = False
            elif step.key == "drop":
                # What a private role defines is always in: it can simply be deleted.
                if definition.role is None:
                    taken.pop(definition.key, None)
                    if step.selector and _for_sure(definition, step.selector):
                        maybe.discard(definition.key)
            else:
                core = step.key == "core" or taken.get(definition.key, False)
                if step.key == "core" and step.role == role.id:
                    core_here.add(definition.key)
                taken[definition.key] = core
                maybe.add(definition.key)
    by_key = {d.key: d for d in pool}
    chosen = tuple(
        replace(_as_owned(project, role, definition, taken[key]), core_here=key in core_here)
        for key, definition in by_key.items()
        if key in taken and definition.retired is None
    )
    reach = {c.definition.key for c in chosen} | {
        key for key in maybe if by_key[key].value is None and by_key[key].retired is None
    }
    for choice in chosen:
        reach |= set(_named(choice.definition)) & project.definitions.keys()
    ancestors = tuple(project.roles[id].key for id in role.chain[1:])
    return Selection(role, chosen, frozenset(reach), ancestors), found


def parse_selector(text: str) -> Selector:
    """A selector as the command line has it, `kind:question,topic:customer`.

    A key that comes twice is any of its values. Raises `ValueError` with the reason.
    """
    keys: dict[str, tuple[str, ...]] = {}
    known = shape_of(Selector).keys or {}
    for part in text.split(","):
        key, colon, value = part.strip().partition(":")
        if not colon or not value:
            raise ValueError(f"`{part.strip()}` is no part of a selector; write kind:question")
        if key not in known:
            help = did_you_mean(key, known) or f"keys are {', '.join(known)}"
            raise ValueError(f"no key is called `{key}`; {help}")
        keys[key] = (*keys.get(key, ()), value)
    return Selector(**keys)


def matches_selector(definition: Definition, selector: Selector) -> bool:
    """Whether all keys hold. What could not be read of a faulty definition might have matched."""
    if selector.kind and definition.kind not in selector.kind:
        return False
    if selector.id and definition.id not in selector.id:
        return False
    if selector.type and definition.type not in selector.type:
        has_types = "type" in (shape_of(KINDS[definition.kind]).keys or {})
        if definition.type is not None or definition.value is not None or not has_types:
            return False
    if selector.topic and definition.topics is not None:
        return any(
            topic == wanted or topic.startswith(f"{wanted}/")
            for topic in definition.topics
            for wanted in selector.topic
        )
    return True


def _for_sure(definition: Definition, selector: Selector) -> bool:
    """Whether the match rests on nothing that could not be read."""
    return not (
        (selector.topic and definition.topics is None)
        or (selector.type and definition.type is None)
    )


def _as_owned(project: Project, role: Role, definition: Definition, core: bool) -> Chosen:
    override = role.overrides.get(definition.id)
    said = override.definition if override and override.definition.key == definition.key else None
    if role.owns_notes or definition.role:
        return Chosen(said or definition, role.id, core)
    if override and said:
        # Its writer's note, and wholly as the writer sees it, whoever inherits it.
        return Chosen(said, override.writer, core)
    return Chosen(definition, None, core)


def _named(definition: Definition) -> Iterable[str]:
    for leaf in definition.leaves:
        if leaf.shape.reference and leaf.shape.reference.to in KINDS:
            yield leaf.scalar.text


def _unknown_names(project: Project, role: Role, name: str, position: int) -> Iterator[Diagnostic]:
    """The ids, kinds, topics and types in a selector that there are none of."""
    ids = {*project.definitions, *role.definitions}
    known: dict[str, Collection[str]] = {"kind": KINDS, "id": ids, "type": TYPES}
    if project.topics_complete:
        known["topic"] = project.topics
    node, _ = at_path(role.node, (name, position))
    if isinstance(node, MappingNode) and not node.entries:
        message, help = "an empty selector takes everything", "name a kind, id, topic or type"
        yield Diagnostic("wrong-value", message, node.span, help, role.scope)
    for leaf in leaves(node, shape_of(Selector)):
        key, text = str(leaf.path[0]), leaf.scalar.text
        if key in known and text not in known[key]:
            help = did_you_mean(text, known[key]) or "check the spelling"
            message = f"no {'definition' if key == 'id' else key} is called `{text}`"
            span = leaf.scalar.span
            yield Diagnostic("unknown-reference", message, span, help, role.scope)


def _no_match(role: Role, name: str, position: int) -> Diagnostic:
    node, _ = at_path(role.node, (name, position))
    words = []
    for key, entry in node.entries.items() if isinstance(node, MappingNode) else ():
        words.append(f"{key} {_text(entry.value)}")
    return Diagnostic(
        "no-match",
        f"this selector matches nothing ({', '.join(words)})",
        node.span,
        "all its keys must hold for one definition: leave one out",
        role.scope,
    )


def _text(node: object) -> str:
    if isinstance(node, SequenceNode):
        return " or ".join(_text(item) for item in node.items)
    return getattr(node, "text", "…")
