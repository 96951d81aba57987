"""Which notes of two packages hold the learner's own words: their times say it."""

from __future__ import annotations

from builder.ids import OWN
from builder.lock.slow_clock import Clock, clock_of
from builder.package import Package, PackedNote


def personal_type_ids_of(package: Package, now: int) -> set[int]:
    """Ids of note types whose notes are on the slow clock: a package does not say which they are.

    What a private role defines is on it too, among other notes of the same type. `now`: as below.
    """
    return {
        package.notetypes[note.notetype].id
        for note in package.notes
        if is_slow(note, now) and not _is_own(note, package)
    }


def is_slow(note: PackedNote, now: int) -> bool:
    """Whether a note is on the slow clock. `now`: `present_of` its package, in Unix seconds."""
    return clock_of(note.modified, now) is not Clock.PRESENT


def present_of(package: Package) -> int:
    """The latest time in it, in Unix seconds. All notes may be slow, and no note type is."""
    notetype_times = (notetype.modified for notetype in package.notetypes.values())
    return max(newest_of(package), *notetype_times)


def _is_own(note: PackedNote, package: Package) -> bool:
    return f"/{OWN}" in note.field(package.notetypes[note.notetype], "Id")


def newest_of(package: Package) -> int:
    """When the note that changed last was changed, in Unix seconds."""
    return max(note.modified for note in package.notes)
