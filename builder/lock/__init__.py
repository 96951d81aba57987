"""What has been packed before, and when: the memory that lets exactly the changes arrive."""

from builder.lock.files import Locks, alone, read_locks, write_locks
from builder.lock.lines import DeckLine, Lock, NoteLine, NoteTypeLine
from builder.lock.paths import LOCAL, RELEASED, LockPath, deck_locks, private_lock
from builder.lock.relock import relocked
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
    "alone",
    "deck_locks",
    "private_lock",
    "read_locks",
    "relocked",
    "stamp",
    "write_locks",
]
