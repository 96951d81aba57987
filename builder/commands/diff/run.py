"""`diff`: what a package brings to those who have an older one of the same deck."""

from __future__ import annotations

import re
from pathlib import Path

from builder.clock import now
from builder.commands.diff.compare import Diff, compared, deck_of
from builder.deck import Deck
from builder.findings import Diagnostic, PrepdeckError, touching
from builder.ids import row_id
from builder.lock import RELEASED, Locks, Stamps, read_locks, stamp
from builder.package.packed import Package, PackedNote, PackedNoteType, read_package
from builder.pipeline import check_against_locks, compile_project, reach_of
from builder.project import Project, Role

#: Anki's deck "Default" is in every package.
_DEFAULT = 1

_ID = re.compile(r"[a-z0-9-]+(?:/[a-z0-9-]+)*\Z")


def diff(old: Path, new: Path) -> Diff:
    """Compares two packages. Raises `PrepdeckError` when they are not two of one deck."""
    before, after = _read(old), _read(new)
    # Both have the project's own row and the deck's; a role's notes alone would not tell them
    # apart, for roles share notes.
    both = (before.deck_ids & after.deck_ids) - {_DEFAULT}
    if len(both) < 2:
        whose = "two decks of one project" if both else "decks of two projects"
        raise PrepdeckError(
            f"{old} is `{deck_of(before)}` and {new} is `{deck_of(after)}`, {whose}",
            help="a diff is of one deck: give two packages of the same role",
        )
    return compared(before, after)


def diff_with_project(old: Path, root: Path) -> tuple[Diff | None, tuple[Diagnostic, ...]]:
    """Compares a package with what would be packed now; nothing is written.

    If the package is what was released last, with what a release would pack, else with what a
    build would. No diff when faults block the deck, which come second. Raises `PrepdeckError`.
    """
    before = _read(old)
    compiled = compile_project(root)
    role = _role(old, before, compiled.project)
    pairs = zip(compiled.selections, compiled.decks, strict=True)
    selection, deck = next(pair for pair in pairs if pair[1].role == role.id)
    locks, found = read_locks(compiled.project)
    found += compiled.found
    found += check_against_locks(compiled, [(selection, deck)], locks)
    release = not deck.private and _is_released(before, deck, locks)
    stamps, faults = stamp([deck], locks, now(), release=release)
    found += faults
    errors = tuple(d for d in touching(found, reach_of(selection)) if d.is_error)
    if errors:
        return None, errors
    return compared(before, _packed(deck, stamps)), ()


def _read(path: Path) -> Package:
    package = read_package(path)
    for note in package.notes:
        if not _ID.match(note.field(package.notetypes[note.notetype], "Id")):
            raise PrepdeckError(
                f"{path} has notes that are not prepdeck's",
                help="give packages that `prepdeck build` wrote",
            )
    if not package.decks:
        raise PrepdeckError(
            f"{path} has no cards", help="give packages that `prepdeck build` wrote"
        )
    return package


def _role(path: Path, package: Package, project: Project) -> Role:
    namespace = project.settings.value.namespace
    for role in project.roles.values():
        if row_id("deck", namespace, role.key) in package.deck_ids:
            if role.retired is not None:
                raise PrepdeckError(
                    f"the role `{role.id}` is retired: {role.retired}",
                    help="no package of it will come; what learners have stays with them",
                )
            return role
    ours = row_id("deck", namespace) in package.deck_ids
    raise PrepdeckError(
        f"{path} is `{deck_of(package)}`, "
        + ("of which this project has no role" if ours else "a deck of another project"),
        help="name its project with -C DIR, or give a second package",
    )


def _is_released(package: Package, deck: Deck, locks: Locks) -> bool:
    """Whether the package has the times of the last release, for all that is still in the deck."""
    times = {note.guid: note.modified for note in package.notes}
    lines = [(locks.note(RELEASED, n.line), n.guid) for n in deck.notes if n.guid in times]
    return all(line is not None and line.time == times[guid] for line, guid in lines)


def _packed(deck: Deck, stamps: Stamps) -> Package:
    """What a package of the deck would be read as, without packing it."""
    notetypes = {
        folder: PackedNoteType(
            made.id,
            made.name,
            tuple(field.name for field in made.fields),
            tuple((t.name, t.front, t.back) for t in made.templates),
            made.css,
            stamps.notetypes[folder],
        )
        for folder, made in deck.notetypes.items()
    }
    notes = tuple(
        PackedNote(
            note.guid,
            notetypes[note.notetype].name,
            note.fields,
            note.tags,
            stamps.notes[deck.role, note.guid],
            tuple((card, deck.name) for card in sorted(note.cards)),
        )
        for note in deck.notes
    )
    by_name = {made.name: made for made in notetypes.values()}
    return Package(notes, by_name, frozenset({deck.id, deck.root_id, _DEFAULT}))
