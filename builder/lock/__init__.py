"""What has been packed before, and when: the memory that lets exactly the changes arrive."""

from builder.lock.files import (
    Locks,
    exclusive_access,
    lines_by_file,
    read_locks,
    write_locks,
)
from builder.lock.lines import DeckLine, Lock, NoteLine, NoteTypeLine, merged_lines
from builder.lock.parse import parse_lock
from builder.lock.paths import LOCAL, RELEASED, LockPath, deck_paths, lock_path, note_paths
from builder.lock.relock import lines_of_packages
from builder.lock.restore import restore_locks
from builder.lock.stamp import Stamps, stamp

__all__ = [
    "LOCAL",
    "RELEASED",
    "DeckLine",
    "Lock",
    "LockPath",
    "Locks",
    "NoteLine",
    "NoteTypeLine",
    "Stamps",
    "deck_paths",
    "exclusive_access",
    "lines_by_file",
    "lines_of_packages",
    "lock_path",
    "merged_lines",
    "note_paths",
    "parse_lock",
    "read_locks",
    "restore_locks",
    "stamp",
    "write_locks",
]
