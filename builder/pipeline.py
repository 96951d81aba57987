"""The whole compile, top to bottom.

load → project checks → select → render → deck checks → locks → stamps → packages. Each stage
returns its value and its diagnostics; a fault blocks the packages that it touches and no other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from builder import atomic
from builder.anki.put_away import put_away_of_persons
from builder.checks import (
    check_deck,
    check_decks,
    check_decks_against_locks,
    check_project,
    check_project_against_locks,
    filtered,
)
from builder.clock import day_at
from builder.deck import Deck
from builder.findings import (
    Diagnostic,
    Reach,
    blocked,
    in_order,
    of_roles,
    without_follow_ons,
    without_unmerged,
)
from builder.load import load
from builder.lock import (
    Locks,
    Stamps,
    exclusive_access,
    read_locks,
    restore_locks,
    stamp,
    write_locks,
)
from builder.outputs import DEFAULT, OUTPUTS
from builder.outputs.earlier import guids_before, left_over, moved_notes
from builder.owner import deck_role, with_siblings, without_persons
from builder.project import Project, Role
from builder.render import Renderer, renderer
from builder.report import Built, Packed
from builder.select import Selection, select


@dataclass(frozen=True, slots=True)
class BuildOptions:
    """What to build, and how.

    `now`: Unix seconds, the only clock. `roles`: ids, none for all roles. `out`: the folder to
    write into, by default `build/`. `output`: a name in `OUTPUTS`.
    """

    root: Path
    now: int
    roles: tuple[str, ...] = ()
    out: Path | None = None
    strict: bool = False
    locked: bool = False
    release: bool = False
    output: str = DEFAULT


@dataclass(frozen=True, slots=True)
class Compiled:
    """A compiled project: decks ready to be packed, those of blocked roles among them."""

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
    kind_names = {chosen.definition.kind.name for chosen in selection.chosen}
    # The person's notes are worded by what the person extends, which the role need not.
    chain = (*selection.role.chain, *(selection.person.chain if selection.person else ()))
    return Reach(selection.role.id, chain, selection.reach, kind_names)


def compile_project(root: Path, roles: tuple[str, ...] = ()) -> Compiled:
    """Everything up to the locks: what `check` looks at; nothing is written.

    `roles`: ids, none for all; a person's id stands for all of the person's roles. With roles,
    findings that are only in other roles are left out. Raises `PrepdeckError` for a role that does
    not exist, is retired or is only there to be extended, and for a person without roles.
    """
    project, findings = load(root)
    return compile_loaded(project, findings, without_persons(project, roles))


def compile_person(root: Path, name: str) -> Compiled:
    """The same with all roles of the person who is named, or whose role is.

    Raises `PrepdeckError` for a role that does not exist or has no deck.
    """
    project, findings = load(root)
    return compile_loaded(project, findings, with_siblings(project, (name,)))


def compile_loaded(
    project: Project, read_findings: Iterable[Diagnostic], roles: tuple[str, ...]
) -> Compiled:
    """The same for a project that was read already, with the findings of reading it."""
    findings = [*read_findings, *check_project(project)]
    project_renderer, faults = renderer(project)
    findings += faults
    faulty_scopes = {d.scope for d in findings if d.is_error and d.scope.definition}
    selections: list[Selection] = []
    decks: list[Deck] = []
    for role in _selected_roles(project, roles):
        selection, faults = select(project, role)
        findings += faults
        deck, faults = project_renderer.deck(selection, faulty_scopes)
        findings += faults
        findings += check_deck(project, selection, deck)
        selections.append(selection)
        decks.append(deck)
    findings += check_decks(project, selections, decks)
    findings = without_unmerged(filtered(project, findings, every_role=not roles))
    if roles:
        findings = of_roles(findings, map(reach_of, selections))
    return Compiled(
        project=project,
        renderer=project_renderer,
        selections=tuple(selections),
        decks=tuple(decks),
        findings=in_order(findings),
    )


def check_against_locks(
    compiled: Compiled, pairs: Iterable[tuple[Selection, Deck]], locks: Locks
) -> Iterator[Diagnostic]:
    """Compares a compiled project with what was built and released before."""
    project_findings = check_project_against_locks(
        compiled.project, compiled.renderer.notetypes, locks
    )
    yield from without_follow_ons(project_findings, compiled.findings)
    yield from check_decks_against_locks(compiled.project, tuple(pairs), locks)


def build(options: BuildOptions) -> Built:
    """Compiles, stamps, writes lock lines and then packages; what is blocked stays as it was.

    Raises `PrepdeckError` when something outside the project's files stands in the way.
    """
    output = OUTPUTS[options.output]
    with exclusive_access(options.root):
        project, reading_findings = load(options.root)
        compiled = compile_loaded(project, reading_findings, with_siblings(project, options.roles))
        restored: tuple[Path, ...] = ()
        if output.for_anki and not options.locked:
            notetypes = compiled.renderer.notetypes
            restored = restore_locks(project, compiled.decks, notetypes, options.now)
        locks, lock_findings = read_locks(project)
        judged = _judged(options, compiled, locks, lock_findings)
        stamps, findings = judged.stamps, in_order(judged.findings)
        content_by_role = {deck.role: output.write(deck, stamps) for deck in judged.sound_decks}
        if options.out is None:
            atomic.check_folder(options.root / "build/private", options.root)
        # Lock lines first: a package must never be out in the world with times nobody remembers.
        write_locks(options.root, project.settings.value.namespace, locks, stamps.changed)
        packages = _packages(options, judged, content_by_role)
        # A role that a fault hides still has its package.
        has_all = not (options.roles or options.release or any(d.is_error for d in findings))
        forgotten = left_over(options.root / "build", compiled.decks) if has_all else ()
    lock_paths = tuple(options.root / lock_path for lock_path in stamps.changed)
    for_anki = output.for_anki and not options.release
    written = {packed.role for packed in packages if for_anki and packed.state == "written"}
    searches = put_away_of_persons(project, judged.sound_decks, written, locks, day_at(options.now))
    return Built(packages, findings, lock_paths, tuple(forgotten), tuple(searches), restored)


class _Judged(NamedTuple):
    """The decks that a build is about, those of them that are packed, and their stamps."""

    decks: Sequence[Deck]
    sound_decks: Sequence[Deck]
    stamps: Stamps
    findings: Sequence[Diagnostic]


def _judged(
    options: BuildOptions, compiled: Compiled, locks: Locks, lock_findings: Iterable[Diagnostic]
) -> _Judged:
    """What of a compiled project can be packed, beside what was built and released before."""
    selections_and_decks = [
        (selection, deck)
        for selection, deck in zip(compiled.selections, compiled.decks, strict=True)
        if not (options.release and deck.private)
    ]
    decks = [deck for _, deck in selections_and_decks]
    findings = [*lock_findings, *compiled.findings]
    findings += check_against_locks(compiled, selections_and_decks, locks)
    if options.release:
        # Imported here: an ordinary build does not ask git.
        from builder.lock.history import merge_faults

        findings += merge_faults(compiled.project, locks, private=False)
    stamps, faults = stamp(decks, locks, options.now, release=options.release)
    findings = without_unmerged([*findings, *faults])
    if options.roles or options.release:
        findings = of_roles(
            findings, (reach_of(selection) for selection, _ in selections_and_decks)
        )
    faulty_roles = blocked(findings, compiled.reaches, strict=options.strict)
    faulty_roles &= {deck.role for deck in decks}
    if options.release and faulty_roles:
        # A release is whole: learners of two decks must not get one half of a change.
        faulty_roles = frozenset(deck.role for deck in decks)
    sound_decks = [deck for deck in decks if deck.role not in faulty_roles]
    if faulty_roles:
        incomplete = {deck.person for deck in decks if deck.role in faulty_roles}
        stamps, _ = stamp(
            sound_decks, locks, options.now, release=options.release, incomplete=incomplete
        )
    if not OUTPUTS[options.output].for_anki:
        stamps = Stamps(notes=stamps.notes, notetypes=stamps.notetypes)
    if options.locked and stamps.changed:
        return _Judged(decks, [], Stamps(), [*findings, *_out_of_date(stamps)])
    return _Judged(decks, sound_decks, stamps, findings)


def _packages(
    options: BuildOptions, judged: _Judged, content_by_role: Mapping[str, bytes]
) -> tuple[Packed, ...]:
    """Writes the files of the sound decks; what is reported of all decks."""
    output = OUTPUTS[options.output]
    folder = options.out or options.root / "build"
    paths = {
        deck.role: folder / deck.folder / deck.file_name(output.suffix) for deck in judged.decks
    }
    states = {role: _state_after(path, content_by_role.get(role)) for role, path in paths.items()}
    new_paths = {role: path for role, path in paths.items() if states[role] == "written"}
    moved = moved_notes(judged.sound_decks, guids_before(new_paths) if output.for_anki else {})
    for role, path in new_paths.items():
        atomic.write(path, content_by_role[role], None if options.out else options.root)
    return tuple(
        Packed(
            role=deck.role,
            path=paths[deck.role],
            notes=len(deck.notes),
            cards=len(deck.order),
            state=states[deck.role],
            waiting=len(deck.waiting),
            waiting_core=sum(note.core for note in deck.waiting),
            rewritten=(
                judged.stamps.rewritten.get(deck.role, ()) if deck.role in content_by_role else ()
            ),
            moved=moved.get(deck.role, ()),
        )
        for deck in judged.decks
    )


def _state_after(path: Path, content: bytes | None) -> str:
    """What a build makes of the file at `path`; a blocked role has no content."""
    if content is None:
        return "blocked"
    return "unchanged" if atomic.has_content(path, content) else "written"


def _selected_roles(project: Project, role_ids: tuple[str, ...]) -> list[Role]:
    """The roles that have decks, or those of them that are named."""
    for role_id in role_ids:
        deck_role(project, role_id)
    return [
        role
        for role in project.roles.values()
        if role.has_deck and (not role_ids or role.id in role_ids)
    ]


def _out_of_date(stamps: Stamps) -> list[Diagnostic]:
    return [
        Diagnostic(
            "lock-out-of-date",
            f"{changed_name} has changed since the lock was written",
            span,
            "build without --locked, or release it",
        )
        for changed_name, span in stamps.changed_spans
    ]
