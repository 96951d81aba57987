"""`diff`: what an import of a package changes for learners who have an older one of its deck."""

from __future__ import annotations

import re
from pathlib import Path

from builder.clock import now
from builder.commands.diff.compare import Diff, compare, deck_of
from builder.deck import Deck
from builder.findings import Diagnostic, PrepdeckError, touching
from builder.ids import row_id
from builder.lock import RELEASED, Locks, Stamps, read_locks, stamp
from builder.package import Package, PackedNote, PackedNoteType, read_package
from builder.pipeline import Compiled, check_against_locks, compile_project, reach_of
from builder.project import Role

#: The id of Anki's deck "Default", which is in every package.
_DEFAULT = 1

_ID = re.compile(r"[a-z0-9-]+(?:/[a-z0-9-]+)*\Z")

_OUR_PACKAGES = "use packages that `prepdeck build` wrote"


def diff(old: Path, new: Path) -> Diff:
    """Compares two packages. Raises `PrepdeckError` when they are not of one deck."""
    old_package, new_package = _read(old), _read(new)
    # Both have the project's own row and the deck's; the notes of a role do not tell two roles
    # apart, because roles share notes.
    common_deck_ids = (old_package.deck_ids & new_package.deck_ids) - {_DEFAULT}
    if len(common_deck_ids) < 2:
        kinship = "two decks of one project" if common_deck_ids else "decks of two projects"
        raise PrepdeckError(
            f"{old} is `{deck_of(old_package)}` and {new} is `{deck_of(new_package)}`, {kinship}",
            help="compare two packages of the same role",
        )
    return compare(old_package, new_package)


def diff_with_project(old: Path, root: Path) -> tuple[Diff | None, tuple[Diagnostic, ...]]:
    """Compares a package with what would be packed now; writes nothing.

    A package of the last release is compared with what a release would pack, any other with what a
    build would. When faults block the deck, there is no diff, and the faults come second. Raises
    `PrepdeckError` when the package is not a deck of this project.
    """
    old_package = _read(old)
    compiled = compile_project(root)
    role = _role(old, old_package, compiled)
    selections_and_decks = zip(compiled.selections, compiled.decks, strict=True)
    selection, deck = next(pair for pair in selections_and_decks if pair[1].role == role.id)
    locks, findings = read_locks(compiled.project)
    findings += compiled.findings
    findings += check_against_locks(compiled, [(selection, deck)], locks)
    is_release = not deck.private and _is_released(old_package, deck, locks)
    stamps, stamp_findings = stamp([deck], locks, now(), release=is_release)
    findings += stamp_findings
    errors = tuple(
        finding for finding in touching(findings, reach_of(selection)) if finding.is_error
    )
    if errors:
        return None, errors
    return compare(old_package, _packed(deck, stamps)), ()


def _read(path: Path) -> Package:
    package = read_package(path)
    for note in package.notes:
        if not _ID.match(note.field(package.notetypes[note.notetype], "Id")):
            raise PrepdeckError(f"{path} has notes that are not prepdeck's", help=_OUR_PACKAGES)
    if not package.decks:
        raise PrepdeckError(f"{path} has no cards", help=_OUR_PACKAGES)
    return package


def _role(path: Path, package: Package, compiled: Compiled) -> Role:
    project = compiled.project
    namespace = project.settings.value.namespace
    guids = {note.guid for note in package.notes}
    guids_by_role = {deck.role: {note.guid for note in deck.notes} for deck in compiled.decks}
    # A person's roles have one deck: whose package it is, its notes tell.
    for role in sorted(
        project.roles.values(), key=lambda role: len(guids ^ guids_by_role.get(role.id, set()))
    ):
        deck_key = (project.person_of(role) or role).key
        if not role.is_person and row_id("deck", namespace, deck_key) in package.deck_ids:
            if role.retired is not None:
                raise PrepdeckError(
                    f"the role `{role.id}` is retired: {role.retired}",
                    help="a retired role gets no new package; learners keep the deck they have",
                )
            return role
    of_this_project = row_id("deck", namespace) in package.deck_ids
    reason = (
        "which no role of this project builds" if of_this_project else "a deck of another project"
    )
    raise PrepdeckError(
        f"{path} is `{deck_of(package)}`, {reason}",
        help="name its project with -C DIR, or give a second package",
    )


def _is_released(package: Package, deck: Deck, locks: Locks) -> bool:
    """Whether the notes that the deck still has have the times of the last release."""
    time_by_guid = {note.guid: note.modified for note in package.notes}
    lines_and_guids = [
        (locks.note(RELEASED, n.lock_key), n.guid) for n in deck.notes if n.guid in time_by_guid
    ]
    return all(
        lock_line is not None and lock_line.time == time_by_guid[guid]
        for lock_line, guid in lines_and_guids
    )


def _packed(deck: Deck, stamps: Stamps) -> Package:
    """What `read_package` would return for the deck's package, without packing it."""
    type_by_folder = {
        type_folder: PackedNoteType(
            id=notetype.id,
            name=notetype.name,
            fields=tuple(field.name for field in notetype.fields),
            templates=tuple(
                (template.name, template.front, template.back) for template in notetype.templates
            ),
            css=notetype.css,
            modified=stamps.notetypes[type_folder],
            is_cloze=notetype.cloze is not None,
        )
        for type_folder, notetype in deck.notetypes.items()
    }
    packed_notes = tuple(
        PackedNote(
            guid=note.guid,
            notetype=type_by_folder[note.notetype].name,
            fields=note.fields,
            tags=note.tags,
            modified=stamps.notes[deck.role, note.guid],
            cards=tuple((template_position, deck.name) for template_position in sorted(note.cards)),
        )
        for note in deck.notes
    )
    type_by_name = {notetype.name: notetype for notetype in type_by_folder.values()}
    return Package(packed_notes, type_by_name, frozenset({deck.id, deck.root_id, _DEFAULT}))
