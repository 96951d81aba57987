"""One lock for a person, of the locks that the roles had."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from builder.deck import Deck
from builder.findings import PrepdeckError
from builder.lock import DeckLine, Lock, Locks, lock_path, read_locks
from builder.lock.lines import Line, merged_lines
from builder.lock.replaced import replaced_notes
from builder.project import Project, Role


def merged_lock(project: Project, roles: tuple[Role, ...]) -> Lock:
    """One lock with the lines of all roles. Raises `PrepdeckError` when one cannot be read."""
    locks, faults = read_locks(project)
    merged = Lock(project.settings.value.namespace)
    for role in roles:
        lock = locks.lock_at(lock_path(role.id, own=True))
        for fault in faults:
            if fault.is_error and fault.span.file == lock.file:
                raise PrepdeckError(f"{fault.span}: {fault.message}", help=fault.help)
        lines: list[Line] = [*lock.decks.values(), *lock.notetypes.values(), *lock.notes.values()]
        newer = (
            line
            for line in lines
            if (present := merged.line_like(line)) is None
            or getattr(present, "time", 0) < getattr(line, "time", 0)
        )
        merged = merged_lines(merged, newer)
    return merged


def person_lock(lock: Lock, decks: Sequence[Deck], old_deck: Deck) -> bytes | None:
    """The person's lock; None when nothing was built yet.

    `decks`: those of all roles of the person. `old_deck`: the one that the person's go on from. The
    lines of notes that others replace say so: `new person` has reported them, and no build does.
    """
    deck = decks[0]
    old_line = lock.decks.get(old_deck.owner_key)
    if not (lock.notes or lock.decks):
        return None
    lines = [DeckLine(deck.owner_key, deck.id, old_line.notes, deck.name)] if old_line else []
    lock = merged_lines(lock, lines)
    path = lock_path(deck.private_role, own=True)
    replaced = replaced_notes(decks, Locks({path: lock}))
    return merged_lines(lock, [replace(r.line, dropped=True) for r in replaced]).text().encode()
