"""Lines from packages that were built before: for a lost local lock, or a second clone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from builder.deck import NoteType, note_digest, notetype_digest
from builder.digests import base_of
from builder.ids import owner_key_and_first_id, row_id
from builder.lock.lines import FORGOTTEN, Line, NoteLine, NoteTypeLine
from builder.lock.paths import LockPath, lock_path
from builder.lock.slow_clock import Clock, clock_of
from builder.owner import private_keys
from builder.package import Package, PackedNote, PackedNoteType
from builder.project import Project, Role


def lines_of_packages(
    packages: Iterable[Package], project: Project, notetypes: Mapping[str, NoteType], now: int
) -> tuple[dict[LockPath, tuple[Line, ...]], int]:
    """The lines that these packages were packed with, by file, and how many notes are not ours.

    A line replaces what the lock has, even if that is later: the next build has to follow what the
    learner imported last. Of two packages the later time counts. `now`: Unix seconds.
    """
    namespace = project.settings.value.namespace
    by_id = {notetype.id: notetype for notetype in notetypes.values()}
    by_deck = {row_id("deck", namespace, role.key): role for role in project.roles.values()}
    by_key = {role.key: role for role in project.roles.values() if role.private}
    latest: dict[tuple[LockPath, object], NoteLine | NoteTypeLine] = {}
    foreign = 0
    for package in packages:
        deck_role = next((by_deck[id] for id in package.deck_ids if id in by_deck), None)
        for packed in package.notetypes.values():
            if packed.id in by_id:
                _keep_later(latest, lock_path(None), _note_type_line(packed, by_id[packed.id]))
        for note in package.notes:
            packed = package.notetypes[note.notetype]
            line = _note_line(note, packed, by_id.get(packed.id), namespace, now)
            if line is None:
                foreign += 1
                continue
            packer = by_key.get(line.owner_key) or deck_role
            _keep_later(latest, _path(line, packer, project), line)
    by_path: dict[LockPath, tuple[Line, ...]] = {}
    for (path, _), latest_line in latest.items():
        by_path[path] = (*by_path.get(path, ()), latest_line)
    return by_path, foreign


def _path(line: NoteLine, packer: Role | None, project: Project) -> LockPath:
    """The file of a line; `packer` is the role whose package the note was in."""
    if packer is None or not packer.private:
        return lock_path(None)
    own = line.owner_key in private_keys(project, packer)
    return lock_path(packer.folder, own=own, answered=line.answered)


def _keep_later(
    latest: dict[tuple[LockPath, object], NoteLine | NoteTypeLine],
    path: LockPath,
    line: NoteLine | NoteTypeLine,
) -> None:
    previous = latest.get((path, line.key))
    if previous is None or previous.time < line.time:
        latest[path, line.key] = line


def _note_type_line(packed: PackedNoteType, notetype: NoteType) -> NoteTypeLine:
    return NoteTypeLine(
        folder=notetype.folder,
        time=packed.modified,
        digest=notetype_digest(packed.name, packed.fields, packed.css, packed.templates),
        personal=notetype.personal,
        fields=tuple(field.key for field in notetype.fields),
        cards=tuple(template.slot for template in notetype.templates),
        name=packed.name,
    )


def _note_line(
    note: PackedNote, packed: PackedNoteType, notetype: NoteType | None, namespace: str, now: int
) -> NoteLine | None:
    """The line of a packed note, None when its GUID is not one of this project's.

    `notetype` is the project's, `packed` the package's.
    """
    if notetype is None or packed.is_cloze is not bool(notetype.cloze):
        return None
    positions = [position for position, _ in note.cards]
    if notetype.cloze is None and max(positions, default=0) >= len(notetype.templates):
        return None
    identity = owner_key_and_first_id(
        namespace, notetype.folder, note.field(packed, "Id"), note.guid
    )
    if identity is None:
        return None
    owner_key, first_id = identity
    answer = note.fields[notetype.index(notetype.answer)] if notetype.answer else ""
    return NoteLine(
        owner_key=owner_key,
        notetype=notetype.folder,
        first_id=first_id,
        time=note.modified,
        digest=note_digest(note.fields, note.tags),
        cards=notetype.card_keys(note.fields, positions),
        # An answer that was taken out of YAML has left its time behind.
        answered=notetype.personal and clock_of(note.modified, now) is not Clock.EMPTY,
        # A package does not say whether other words stood there before: they may have.
        words=(FORGOTTEN, base_of(answer)) if answer else (),
    )
