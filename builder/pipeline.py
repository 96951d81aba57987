"""The whole compile, top to bottom.

load → project checks → select → render → deck checks → locks → stamps → packages. Each stage
returns its value and its diagnostics; a fault blocks the packages that it touches and no other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from builder import atomic
from builder.checks import (
    check_deck,
    check_deck_against_locks,
    check_project,
    check_project_against_locks,
    filtered,
)
from builder.deck import Deck
from builder.findings import (
    Diagnostic,
    PrepdeckError,
    Reach,
    blocked,
    in_order,
    of_roles,
    without_follow_ons,
)
from builder.load import load
from builder.lock import Locks, Stamps, exclusive_access, read_locks, stamp, write_locks
from builder.project import Project, Role
from builder.render import Renderer, renderer
from builder.report import Built, Packed
from builder.select import Selection, select


@dataclass(frozen=True, slots=True)
class BuildOptions:
    """What to build: roles by id (none: all), and how. `now`: Unix seconds, the only clock."""

    root: Path
    now: int
    roles: tuple[str, ...] = ()
    out: Path | None = None
    strict: bool = False
    locked: bool = False
    release: bool = False


@dataclass(frozen=True, slots=True)
class Compiled:
    """Decks ready to be packed, those of blocked roles among them."""

    project: Project
    renderer: Renderer
    selections: tuple[Selection, ...]
    decks: tuple[Deck, ...]
    findings: tuple[Diagnostic, ...]

    @property
    def reaches(self) -> tuple[Reach, ...]:
        """What each role's package depends on."""
        return tuple(map(reach_of, self.selections))


def reach_of(selection: Selection) -> Reach:
    """What the package of a selection depends on."""
    kinds = {chosen.definition.kind for chosen in selection.chosen}
    return Reach(selection.role.id, selection.role.chain, selection.reach, kinds)


def compile_project(root: Path, roles: tuple[str, ...] = ()) -> Compiled:
    """Everything up to the locks. Raises `PrepdeckError` for a role that does not exist.

    Who names roles is told nothing of what is wrong with others alone.
    """
    return compile_loaded(*load(root), roles)


def compile_loaded(
    project: Project, read: Iterable[Diagnostic], roles: tuple[str, ...]
) -> Compiled:
    """The same of a project that was read already, with the faults that reading it brought."""
    found = list(read)
    found += check_project(project)
    renders, faults = renderer(project)
    found += faults
    faulty = {d.scope for d in found if d.is_error and d.scope.definition}
    selections: list[Selection] = []
    decks: list[Deck] = []
    for role in _wanted(project, roles):
        selection, faults = select(project, role)
        found += faults
        deck, faults = renders.deck(selection, faulty)
        found += faults
        found += check_deck(project, selection, deck)
        selections.append(selection)
        decks.append(deck)
    found = filtered(project, found, every_role=not roles)
    if roles:
        found = of_roles(found, map(reach_of, selections))
    return Compiled(project, renders, tuple(selections), tuple(decks), in_order(found))


def check_against_locks(
    compiled: Compiled, pairs: Iterable[tuple[Selection, Deck]], locks: Locks
) -> Iterator[Diagnostic]:
    """What a compiled project breaks beside what was built and released before."""
    findings = check_project_against_locks(compiled.project, compiled.renderer.notetypes, locks)
    yield from without_follow_ons(findings, compiled.findings)
    for selection, deck in pairs:
        yield from check_deck_against_locks(selection, deck, locks)


def build(order: BuildOptions) -> Built:
    """Compiles, stamps, writes lock lines and then packages; what is blocked stays as it was.

    Raises `PrepdeckError` when the environment is at fault.
    """
    with exclusive_access(order.root):
        compiled = compile_project(order.root, order.roles)
        pairs = [
            (selection, deck)
            for selection, deck in zip(compiled.selections, compiled.decks, strict=True)
            if not (order.release and deck.private)
        ]
        decks = [deck for _, deck in pairs]
        known, found = read_locks(compiled.project)
        found += compiled.findings
        found += check_against_locks(compiled, pairs, known)
        stamps, faults = stamp(decks, known, order.now, release=order.release)
        found += faults
        if order.roles or order.release:
            found = of_roles(found, (reach_of(selection) for selection, _ in pairs))
        faulty = blocked(found, compiled.reaches, strict=order.strict)
        faulty &= {deck.role for deck in decks}
        if order.release and faulty:
            # A release is whole: learners of two decks must not get one half of a change.
            faulty = frozenset(deck.role for deck in decks)
        clear = [deck for deck in decks if deck.role not in faulty]
        if faulty:
            stamps, _ = stamp(clear, known, order.now, release=order.release)
        if order.locked and stamps.changed:
            found += _out_of_date(stamps)
            clear, stamps = [], Stamps()
        packages = _write(order, compiled.project, decks, clear, known, stamps)
    locks = tuple(order.root / home for home in stamps.changed)
    return Built(tuple(packages), in_order(found), locks)


def _write(
    order: BuildOptions,
    project: Project,
    decks: list[Deck],
    clear: list[Deck],
    locks: Locks,
    stamps: Stamps,
) -> Iterable[Packed]:
    """Lock lines first: a package must never be out in the world with times nobody remembers."""
    # genanki takes 100 ms to import, so only a build that packs does.
    from builder.outputs.apkg import packed

    contents = {deck.role: packed(deck, stamps) for deck in clear}
    namespace = project.settings.value.namespace
    write_locks(order.root, namespace, locks, stamps.changed)
    out = order.out or order.root / "build"
    packages = []
    for deck in decks:
        path = out / deck.folder / deck.file_name
        state = "blocked"
        if deck.role in contents:
            state = "unchanged"
            if not path.is_file() or path.read_bytes() != contents[deck.role]:
                atomic.write(path, contents[deck.role])
                state = "written"
        sizes = len(deck.notes), len(deck.order)
        answers = stamps.rewritten.get(deck.role, ()) if deck.role in contents else ()
        waiting = len(deck.waiting), sum(note.core for note in deck.waiting)
        packages.append(Packed(deck.role, path, *sizes, state, *waiting, answers))
    return packages


def _wanted(project: Project, names: tuple[str, ...]) -> list[Role]:
    for name in names:
        if (why := project.role(name).retired) is not None:
            raise PrepdeckError(f"the role `{name}` is retired: {why}", help="take `retired:` out")
    return [
        role
        for role in project.roles.values()
        if role.retired is None and (not names or role.id in names)
    ]


def _out_of_date(stamps: Stamps) -> list[Diagnostic]:
    return [
        Diagnostic(
            "lock-out-of-date",
            f"{what} has changed since the lock was written",
            at,
            "build without --locked, or release it",
        )
        for what, at in stamps.changed_spans
    ]
