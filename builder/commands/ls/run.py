"""`ls`: which definitions there are, who takes them, and what nobody cites."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from textwrap import shorten

from builder.findings import PrepdeckError, Span, did_you_mean
from builder.model import KINDS, TYPES, Selector
from builder.pipeline import Compiled, compile_project
from builder.project import Definition, Project, Role
from builder.schema import at_path
from builder.select import Step, matches_selector, parse_selector, steps
from builder.study.order import Unmet, unmet


@dataclass(frozen=True, slots=True)
class Listed:
    """A definition, the roles whose decks have it, and whether it is core in the role asked for."""

    definition: Definition
    roles: tuple[str, ...]
    core: bool | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """What `ls` found. `order`: how the asked role's deck misses the targets of its order."""

    listed: tuple[Listed, ...]
    ids: tuple[str, ...]
    notes: int
    cards: int
    core: int
    order: Unmet


@dataclass(frozen=True, slots=True)
class Reason:
    """A step that decided about a definition: `takes`, `takes as core` or `drops`."""

    role: str
    effect: str
    at: Span


def listing(root: Path, selectors: Sequence[str], role: str | None) -> Listing:
    """The definitions that any selector matches (all, without one), in the project's order.

    Raises `PrepdeckError` for a role or a name in a selector that does not exist.
    """
    compiled = compile_project(root)
    project = compiled.project
    wanted = [_selector(text, project) for text in selectors]
    asked = project.role(role) if role else None
    in_decks: dict[str, list[str]] = {}
    core: dict[str, bool] = {}
    for selection in compiled.selections:
        if asked and selection.role.private and selection.role.id != asked.id:
            continue  # what is asked about one deck says nothing of whose others there are
        for chosen in selection.chosen:
            in_decks.setdefault(chosen.definition.key, []).append(selection.role.id)
            if asked and selection.role.id == asked.id:
                core[chosen.definition.key] = chosen.core
    listed = tuple(
        Listed(one, tuple(in_decks.get(one.key, ())), core.get(one.key) if asked else None)
        for one in project.all_definitions
        if one.retired is None
        and (asked is None or one.key in core)
        and (not wanted or any(matches_selector(one, selector) for selector in wanted))
    )
    return _with_notes(compiled, asked, listed)


def _with_notes(compiled: Compiled, asked: Role | None, listed: tuple[Listed, ...]) -> Listing:
    """The `Id` of every note of these definitions, in the asked role's deck or in all."""
    wanted = {(one.definition.role, one.definition.first_id) for one in listed}
    ids: dict[str, None] = {}
    guids: set[str] = set()
    cards, core, order = 0, 0, Unmet(0, 0)
    for deck in compiled.decks:
        if asked is not None and deck.role != asked.id:
            continue
        for note in deck.notes:
            # A note of a pair is `definition/item`.
            names = {note.first_id, note.first_id.rpartition("/")[0]}
            if any((role, name) in wanted for role in (None, deck.role) for name in names):
                ids[note.id] = None
                guids.add(note.guid)
        if asked is not None:
            cards, order = len(deck.order), unmet(deck.order, deck.notes, deck.notetypes)
            core = sum(deck.notes[card.note].core for card in deck.order)
    return Listing(listed, tuple(ids), len(guids), cards, core, order)


def _selector(text: str, project: Project) -> Selector:
    try:
        selector = parse_selector(text)
    except ValueError as error:
        raise PrepdeckError(
            str(error), help="for example: prepdeck ls kind:question,topic:customer"
        ) from error
    for kind in selector.kind or ():
        if kind not in KINDS:
            help = did_you_mean(kind, KINDS) or f"kinds are {', '.join(KINDS)}"
            raise PrepdeckError(f"no kind is called `{kind}`", help=help)
    for type in selector.type or ():
        if type not in TYPES:
            help = did_you_mean(type, TYPES) or f"types are {', '.join(TYPES)}"
            raise PrepdeckError(f"no type is called `{type}`", help=help)
    for id in selector.id or ():
        known = {one.id for one in project.all_definitions}
        if id not in known:
            raise PrepdeckError(f"no definition is called `{id}`", help=did_you_mean(id, known))
    for topic in selector.topic or ():
        if topic not in project.topics:
            raise PrepdeckError(
                f"no topic is called `{topic}`", help=did_you_mean(topic, project.topics)
            )
    return selector


def why(root: Path, role: str, id: str) -> tuple[str, tuple[Reason, ...]]:
    """What came of a definition in a role's deck, and every step on the way.

    Raises `PrepdeckError` for names that do not exist.
    """
    compiled = compile_project(root)
    asked = compiled.project.role(role)
    pool = {**compiled.project.definitions, **asked.definitions}
    if id not in pool:
        raise PrepdeckError(f"no definition is called `{id}`", help=did_you_mean(id, pool))
    definition = pool[id]
    reasons = tuple(
        Reason(step.role, _EFFECTS[step.key], _at(compiled.project, step, definition))
        for step in steps(compiled.project, asked)
        if definition in step.matches
    )
    (selection,) = (s for s in compiled.selections if s.role.id == asked.id)
    mine = [chosen for chosen in selection.chosen if chosen.definition.key == definition.key]
    if definition.retired is not None:
        return f"it is retired: {definition.retired}", reasons
    if mine:
        (deck,) = (deck for deck in compiled.decks if deck.role == asked.id)
        waits = any(note.first_id == definition.first_id for note in deck.waiting)
        core = ", as core" if mine[0].core else ""
        wait = f", and waits for want of time: prepdeck plan {role}" if waits else ""
        return f"it is in the deck{core}{wait}", reasons
    return ("it was dropped" if reasons else "no selector takes it"), reasons


_EFFECTS = {
    "own": "defines it",
    "later": "does not study it first",
    "core": "takes it as core",
    "add": "takes it",
    "drop": "drops it",
}


def _at(project: Project, step: Step, definition: Definition) -> Span:
    if step.selector is None:
        return definition.span
    node, _ = at_path(project.roles[step.role].node, (step.key, step.place))
    return node.span


def uncited(root: Path) -> tuple[tuple[str, str], ...]:
    """Items of the bibliography that no definition names and nobody left out: id and label."""
    project = compile_project(root).project
    named = {
        leaf.scalar.text
        for definition, _ in project.all_wordings
        for leaf in definition.leaves
        if leaf.shape.reference and leaf.shape.reference.to == "source"
    }
    rest: list[tuple[str, str]] = []
    for id, entry in project.sources.items():
        if entry.items:
            rest += [
                (item, label)
                for item, label in entry.items.items()
                if item not in named and item not in entry.left_out
            ]
        elif id not in named:
            rest.append((id, entry.title))
    return tuple(rest)


def as_json(listed: Sequence[Listed]) -> str:
    """A list of objects, one a definition."""
    objects = [
        {
            "id": one.definition.id,
            "kind": one.definition.kind,
            "topics": list(one.definition.topics or ()),
            "roles": list(one.roles),
            "file": one.definition.span.file,
            "line": one.definition.span.line,
        }
        for one in listed
    ]
    return json.dumps(objects, ensure_ascii=False, indent=2) + "\n"


#: So much of what a definition says first, its question or name, is listed.
_SAYS = 60


def as_text(listed: Sequence[Listed]) -> Iterator[str]:
    """One line a definition, in columns: id, kind, whether core, what it says, topics, place."""
    rows = [
        (
            one.definition.id,
            one.definition.kind,
            *(["core" if one.core else ""] if one.core is not None else []),
            _says(one.definition),
            ", ".join(one.definition.topics or ()),
            f"{one.definition.span.file}:{one.definition.span.line}",
        )
        for one in listed
    ]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        yield "  ".join(f"{cell:{width}}" for cell, width in zip(row, widths, strict=True)).rstrip()


def _says(definition: Definition) -> str:
    texts = (leaf.scalar.text for leaf in definition.leaves if leaf.shape.markup)
    return shorten(next(texts, ""), _SAYS, placeholder=" …")
