"""Lines from packages that were shipped: for a lost local lock, or a second clone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from builder.deck import NoteType, digest_of_answer, note_digest, notetype_digest
from builder.ids import owner_and_first_id, row_id
from builder.lock.lines import EMPTY_BEHIND, FILLED_BEHIND, Line, NoteLine, NoteTypeLine
from builder.lock.paths import LOCAL, LockPath, local_lock
from builder.package import Package, PackedNote, PackedNoteType
from builder.project import Project


def relocked(
    packages: Iterable[Package], project: Project, notetypes: Mapping[str, NoteType], now: int
) -> tuple[dict[LockPath, tuple[Line, ...]], int]:
    """The local lines that these packages were packed with, and how many notes are not ours.

    A line replaces what the lock says, also a later one: what the learner imported last is the
    truth that the next build follows. Of two packages the later time counts. `now`: Unix seconds.
    """
    namespace = project.settings.value.namespace
    by_id = {notetype.id: notetype for notetype in notetypes.values()}
    private = {role.key: role for role in project.roles.values() if role.private}
    by_deck = {row_id("deck", namespace, role.key): role for role in project.roles.values()}
    lines: dict[tuple[LockPath, object], NoteLine | NoteTypeLine] = {}
    strange = 0
    for package in packages:
        role = next((by_deck[id] for id in package.deck_ids if id in by_deck), None)
        for packed_type in package.notetypes.values():
            known = by_id.get(packed_type.id)
            if known is not None:
                _later(lines, LOCAL, _note_type_line(packed_type, known))
        for note in package.notes:
            packed_type = package.notetypes[note.notetype]
            line = _note_line(note, packed_type, by_id.get(packed_type.id), namespace, now)
            if line is None:
                strange += 1
                continue
            packer = private.get(line.owner_key) or (role if role and role.private else None)
            own = packer is not None and line.owner_key == packer.key
            home = local_lock(packer.id if packer else None, own=own, answered=line.answered)
            _later(lines, home, line)
    lock_at: dict[LockPath, list[Line]] = {}
    for (home, _), kept in lines.items():
        lock_at.setdefault(home, []).append(kept)
    return {home: tuple(some) for home, some in lock_at.items()}, strange


def _later(
    lines: dict[tuple[LockPath, object], NoteLine | NoteTypeLine],
    home: LockPath,
    line: NoteLine | NoteTypeLine,
) -> None:
    known = lines.get((home, line.key))
    if known is None or known.time < line.time:
        lines[home, line.key] = line


def _note_type_line(packed: PackedNoteType, known: NoteType) -> NoteTypeLine:
    digest = notetype_digest(packed.name, packed.fields, packed.css, packed.templates)
    return NoteTypeLine(
        known.folder,
        packed.modified,
        digest,
        known.personal,
        tuple(field.key for field in known.fields),
        tuple(template.slot for template in known.templates),
        packed.name,
    )


def _note_line(
    note: PackedNote, packed: PackedNoteType, known: NoteType | None, namespace: str, now: int
) -> NoteLine | None:
    """The line of a packed note, None when its GUID is not of our making."""
    if known is None or any(place >= len(known.templates) for place, _ in note.cards):
        return None
    name = owner_and_first_id(namespace, known.folder, note.field(packed, "Id"), note.guid)
    if name is None:
        return None
    who, first = name
    answer = note.fields[known.index(known.answer)] if known.answer else ""
    words = digest_of_answer(answer) if answer else ""
    digest = note_digest(note.fields, note.tags)
    cards = tuple(known.templates[place].key for place, _ in note.cards)
    line = (who, known.folder, first, note.modified, digest, cards)
    # Which words stood there before, a package does not say: they count as changed when packed.
    since = note.modified + FILLED_BEHIND if words else 0
    # An answer taken out of the YAML has left its time behind: a note without one is older.
    answered = known.personal and note.modified > now - (EMPTY_BEHIND + FILLED_BEHIND) // 2
    return NoteLine(*line, answered=answered, answer_digest=words, answer_since=since)
