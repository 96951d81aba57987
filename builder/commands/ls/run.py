"""`ls`: which definitions exist, which decks have them and why, and what no definition cites."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from builder.findings import PrepdeckError, Span, did_you_mean
from builder.model import Selector
from builder.owner import deck_role
from builder.pipeline import Compiled, compile_project
from builder.project import Definition, Project, Role
from builder.select import Step, matches_selector, parse_selector, steps
from builder.source.paths import at_path
from builder.study.order import Unmet, unmet


@dataclass(frozen=True, slots=True)
class Listed:
    """A definition and the roles whose decks have it, by id.

    `core`: whether it is core in the role that the list is of; None if the list is of no role.
    """

    definition: Definition
    roles: tuple[str, ...]
    core: bool | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """Definitions, and how many notes and cards they have.

    `ids`: the `Id` of each note. Of a role's deck: `cards` and `core` are numbers of cards, and
    `order` counts the cards that stand where they should not; without a role all are 0.
    """

    listed: tuple[Listed, ...]
    ids: tuple[str, ...]
    notes: int
    cards: int
    core: int
    order: Unmet


@dataclass(frozen=True, slots=True)
class Reason:
    """A step by which a role decided about a definition.

    `key`: `core`, `add`, `drop` or `later` for a selector of that key, `own` for a role's own
    definition.
    """

    role: str
    key: str
    span: Span


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether a role's deck has a definition, and every step that led to it.

    `retired`: why no deck has it. `selected`, `core`: whether the role takes it, and as core.
    `waits`: a note of it does not fit into the role's plan.
    """

    id: str
    role: str
    reasons: tuple[Reason, ...]
    retired: str | None
    selected: bool
    core: bool
    waits: bool


def listing(root: Path, selectors: Sequence[str], role_id: str | None) -> Listing:
    """The definitions that any selector matches (all, without one), in the project's order.

    `role_id`: of the role whose deck has them, or of a person: then of any of the person's roles.
    Raises `PrepdeckError` for a role or a name in a selector that does not exist.
    """
    compiled = compile_project(root)
    project = compiled.project
    parsed_selectors = [_selector(selector_text, project) for selector_text in selectors]
    role = project.role(role_id) if role_id else None
    role_ids = _with_decks(project, role)
    role_ids_by_key: dict[str, list[str]] = {}
    core_by_key: dict[str, bool] = {}
    for selection in compiled.selections:
        if role and selection.role.private and selection.role.id not in role_ids:
            continue  # a list of one deck must not name other private roles, perhaps clients
        for choice in selection.chosen:
            role_ids_by_key.setdefault(choice.definition.key, []).append(selection.role.id)
            if role and selection.role.id in role_ids:
                key = choice.definition.key
                core_by_key[key] = choice.core or core_by_key.get(key, False)
    listed = tuple(
        Listed(
            definition,
            tuple(role_ids_by_key.get(definition.key, ())),
            core_by_key.get(definition.key) if role else None,
        )
        for definition in project.all_definitions
        if definition.retired is None
        and (role is None or definition.key in core_by_key)
        and (
            not parsed_selectors
            or any(matches_selector(definition, selector) for selector in parsed_selectors)
        )
    )
    return _with_notes(compiled, role_ids, listed)


def _with_decks(project: Project, role: Role | None) -> frozenset[str]:
    """The ids of the roles whose decks a list is of: of a person's, all; none without a role.

    Raises `PrepdeckError` when the role is only there to be extended, or is a person without roles.
    """
    if role is None:
        return frozenset()
    if role.is_person and (roles := project.roles_of(role)):
        return frozenset(employer.id for employer in roles)
    return frozenset({role.id if role.retired is not None else deck_role(project, role.id).id})


def _with_notes(
    compiled: Compiled, role_ids: frozenset[str], listed: tuple[Listed, ...]
) -> Listing:
    """Adds the notes of these definitions, in the decks of these roles, or of all without any.

    A card that several decks of a person have counts once.
    """
    roles_and_first_ids = {(entry.definition.role, entry.definition.first_id) for entry in listed}
    note_ids: dict[str, None] = {}
    note_guids: set[str] = set()
    is_core_by_card: dict[tuple[str, int], bool] = {}
    unmet_counts = Unmet(0, 0)
    for deck in compiled.decks:
        if role_ids and deck.role not in role_ids:
            continue
        for note in deck.notes:
            # A note of a pair is `definition/item`.
            first_ids = {note.first_id, note.first_id.rpartition("/")[0]}
            if any(
                (owner_role, first_id) in roles_and_first_ids
                for owner_role in (None, *compiled.project.roles[deck.role].chain)
                for first_id in first_ids
            ):
                note_ids[note.id] = None
                note_guids.add(note.guid)
        if role_ids:
            deck_counts = unmet(deck.order, deck.notes, deck.notetypes)
            unmet_counts = Unmet(*map(sum, zip(unmet_counts, deck_counts, strict=True)))
            for card in deck.order:
                note = deck.notes[card.note]
                key = (note.guid, card.template)
                is_core_by_card[key] = note.core or is_core_by_card.get(key, False)
    card_count, core_count = len(is_core_by_card), sum(is_core_by_card.values())
    return Listing(listed, tuple(note_ids), len(note_guids), card_count, core_count, unmet_counts)


def _selector(selector_text: str, project: Project) -> Selector:
    try:
        selector = parse_selector(selector_text)
    except ValueError as error:
        help = "for example: prepdeck ls kind:question,topic:customer"
        if selector_text in project.roles:
            help = f"list what its deck has: prepdeck ls --role {selector_text}"
        raise PrepdeckError(str(error), help=help) from error
    for kind in selector.kind or ():
        if kind not in project.kinds:
            help = did_you_mean(kind, project.kinds) or f"kinds are {', '.join(project.kinds)}"
            raise PrepdeckError(f"no kind is called `{kind}`", help=help)
    for type in selector.type or ():
        if type not in (all_types := project.kinds.types):
            help = did_you_mean(type, all_types) or f"types are {', '.join(all_types)}"
            raise PrepdeckError(f"no type is called `{type}`", help=help)
    for definition_id in selector.id or ():
        definition_ids = {definition.id for definition in project.all_definitions}
        if definition_id not in definition_ids:
            raise PrepdeckError(
                f"no definition is called `{definition_id}`",
                help=did_you_mean(definition_id, definition_ids),
            )
    for topic in selector.topic or ():
        if topic not in project.topics:
            raise PrepdeckError(
                f"no topic is called `{topic}`", help=did_you_mean(topic, project.topics)
            )
    return selector


def why(root: Path, role_id: str, id: str) -> Decision:
    """Whether a role's deck has a definition, and why.

    Raises `PrepdeckError` for names that do not exist, and for a person: each role decides.
    """
    compiled = compile_project(root)
    role = compiled.project.role(role_id)
    if role.retired is None:
        deck_role(compiled.project, role_id)
    definition_by_id = {**compiled.project.definitions, **role.pool}
    if id not in definition_by_id:
        raise PrepdeckError(
            f"no definition is called `{id}`", help=did_you_mean(id, definition_by_id)
        )
    definition = definition_by_id[id]
    reasons = tuple(
        Reason(step.role, step.key, _span(compiled.project, step, definition))
        for step in steps(compiled.project, role)
        if definition in step.matches
    )
    role_choice = {
        choice.definition.key: choice
        for selection in compiled.selections
        if selection.role.id == role.id
        for choice in selection.chosen
    }.get(definition.key)
    waiting_ids = {
        note.first_id for deck in compiled.decks if deck.role == role.id for note in deck.waiting
    }
    return Decision(
        id,
        role_id,
        reasons,
        definition.retired,
        role_choice is not None,
        role_choice is not None and role_choice.core,
        role_choice is not None and definition.first_id in waiting_ids,
    )


def _span(project: Project, step: Step, definition: Definition) -> Span:
    """The selector of the step; without one, the definition itself."""
    if step.selector is None:
        return definition.span
    selector_node, _ = at_path(project.roles[step.role].node, (step.key, step.position))
    return selector_node.span


def uncited(root: Path) -> tuple[tuple[str, str], ...]:
    """Parts of sources that no definition cites and that are not `left_out`: id and label."""
    project = compile_project(root).project
    cited_ids = {
        leaf.scalar.text
        for definition, _ in project.all_wordings
        for leaf in definition.leaves
        if leaf.shape.ref == "source"
    }
    uncited_parts: list[tuple[str, str]] = []
    for source_id, source in project.sources.items():
        if source.items:
            uncited_parts += [
                (part_id, part_label)
                for part_id, part_label in source.items.items()
                if part_id not in cited_ids and part_id not in source.left_out
            ]
        elif source_id not in cited_ids:
            uncited_parts.append((source_id, source.title))
    return tuple(uncited_parts)
