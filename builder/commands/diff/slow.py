"""Which notes of two packages hold the learner's own words: their times say it."""

from __future__ import annotations

from builder.ids import OWN
from builder.lock.slow_clock import Clock, clock_of
from builder.package import Package, PackedNote


def personal_type_ids_of(package: Package) -> set[int]:
    """Ids of note types whose notes are on the slow clock: a package does not say which they are.

    What a private role defines is on it too, among other notes of the same type.
    """
    newest_time = newest_of(package)
    return {
        package.notetypes[note.notetype].id
        for note in package.notes
        if is_slow(note, newest_time) and not _is_own(note, package)
    }


def is_slow(note: PackedNote, newest_time: int) -> bool:
    """Whether a note is on the slow clock. `newest_time`: of its package, in Unix seconds."""
    return clock_of(note.modified, newest_time) is not Clock.PRESENT


def _is_own(note: PackedNote, package: Package) -> bool:
    return f"/{OWN}" in note.field(package.notetypes[note.notetype], "Id")


def newest_of(package: Package) -> int:
    """When the note that changed last was changed, in Unix seconds."""
    return max(note.modified for note in package.notes)
