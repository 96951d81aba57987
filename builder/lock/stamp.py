"""The rule of modification times.

Anki replaces a learner's note when ours is newer, and touches it in no other case. So a note is
stamped anew exactly when its content changed: the edits and tags of learners survive every rebuild
of all the rest.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from builder.deck import Deck, Note, NoteType
from builder.findings import Diagnostic, Scope, Span
from builder.lock.files import Locks
from builder.lock.lines import (
    EMPTY_BEHIND,
    FILLED_BEHIND,
    DeckLine,
    Line,
    NoteLine,
    NoteTypeLine,
    T,
)
from builder.lock.paths import LOCAL, RELEASED, LockPath, local_lock, private_lock

#: How far a stamp may run ahead of the clock: changes within one second count up from it.
AHEAD = 60


@dataclass(frozen=True, slots=True)
class Stamps:
    """The times of everything in some decks, and the lock lines that these times are new in.

    `notes` by role and GUID: a personal note answered in YAML has its own time in its role's deck.
    `rewritten`: by role, the first ids of answers in YAML that are not those of the last build.
    """

    notes: dict[tuple[str, str], int]
    notetypes: dict[str, int]
    changed: dict[LockPath, tuple[Line, ...]]
    changed_at: tuple[tuple[str, Span], ...]
    rewritten: dict[str, tuple[str, ...]] = field(default_factory=dict)


def stamp(
    decks: Iterable[Deck], locks: Locks, now: int, *, release: bool
) -> tuple[Stamps, list[Diagnostic]]:
    """The time of every note and note type of `decks`. `now`: Unix seconds.

    A release asks the released line first, so that learners of releases see only what changed
    between releases, whatever was built in the meantime.
    """
    found: list[Diagnostic] = []
    notes: dict[tuple[str, str], int] = {}
    notetypes: dict[str, int] = {}
    changed: dict[LockPath, dict[object, Line]] = {}
    changed_at: dict[object, tuple[str, Span]] = {}
    rewritten: dict[str, tuple[str, ...]] = {}

    def keep(home: LockPath, line: Line, what: str, at: Span) -> None:
        released, local = _known(locks, RELEASED, line), _known(locks, home, line)
        if release:
            local = _known(locks, LOCAL, line)
        # A line that was released needs no local one beside it. One that is there says what was
        # packed last, in releases too, for the next build follows it; but its time never falls,
        # and content that it has already keeps the time under which it was imported from here.
        homes = [home] if line != (released if release else local or released) else []
        if release and local is not None and _later(line, local):
            homes.append(LOCAL)
        for place in homes:
            changed.setdefault(place, {})[type(line), line.key] = line
            changed_at.setdefault((type(line), line.key), (what, at))

    for deck in decks:
        own_home = RELEASED if release else private_lock(deck.role) if deck.private else LOCAL
        for folder, notetype in deck.notetypes.items():
            home = RELEASED if release else LOCAL
            line, faults = _note_type_line(notetype, locks, now, deck.role, release)
            notetypes[folder] = line.time
            found += faults
            keep(home, line, f"the note type `{folder}`", notetype.span)
        for note in deck.notes:
            home = own_home if release else _home(note, deck, locks)
            asked = {LOCAL} if release else {home}
            if note.owner_key != deck.owner_key:
                asked.add(LOCAL)
            released = locks.note(RELEASED, note.lock_key)
            local = [locks.note(place, note.lock_key) for place in asked]
            time, prev = _note_time(note, released, local, now, release)
            if prev is not None and prev.time > now + AHEAD:
                found.append(_in_future(prev, locks, deck.role, now))
            cards = tuple(deck.notetypes[note.notetype].templates[c].key for c in note.cards)
            answered = note.answered or (note.personal and prev is not None and prev.answered)
            said = _words_since(note, prev, now)
            if (
                note.answer_digest
                and prev is not None
                and said != (prev.answer_digest, prev.answer_since)
            ):
                rewritten[deck.role] = (*rewritten.get(deck.role, ()), note.first_id)
            line_now = NoteLine(*note.lock_key, time, note.digest, cards, answered, *said)
            notes[deck.role, note.guid] = time
            keep(home, line_now, f"`{note.first_id}`", note.span)
        keep(own_home, _deck_line(deck), f"the deck `{deck.role}`", deck.span)
    lines_by_home = {home: tuple(lines.values()) for home, lines in changed.items()}
    at = tuple(changed_at.values())
    return Stamps(notes, notetypes, lines_by_home, at, rewritten), found


def _later(line: Line, known: Line) -> bool:
    if isinstance(line, DeckLine) or isinstance(known, DeckLine):
        return line != known
    return line.time > known.time and line.digest != known.digest


def _known(locks: Locks, home: LockPath, line: Line) -> Line | None:
    """What a lock file says of the same thing."""
    lock = locks.lock_at(home)
    if isinstance(line, NoteLine):
        return lock.notes.get(line.key)
    if isinstance(line, NoteTypeLine):
        return lock.notetypes.get(line.key)
    return lock.decks.get(line.key)


def _home(note: Note, deck: Deck, locks: Locks) -> LockPath:
    own = note.owner_key == deck.owner_key
    answered = note.answered or (
        deck.private and locks.note(private_lock(deck.role), note.lock_key) is not None
    )
    return local_lock(deck.role if deck.private else None, own=own, answered=answered)


def _following(
    digest: str, released: T | None, local: Sequence[T | None], clock: int, release: bool
) -> tuple[int, T | None]:
    """The time of something with this digest, and the line that it follows."""
    if release and released is not None and released.digest == digest:
        return released.time, released
    prev = released
    for line in local:
        if line is not None and (prev is None or prev.time < line.time):
            prev = line
    if prev is None:
        return clock, None
    if prev.digest == digest:
        # Released from another clone meanwhile, under a later time: those who follow the builds
        # made here have the earlier one, and nothing changed for them.
        same = [line.time for line in local if line is not None and line.digest == digest]
        return (prev.time if release else max(same, default=prev.time)), prev
    return max(prev.time + 1, clock), prev


def _note_time(
    note: Note, released: NoteLine | None, local: Sequence[NoteLine | None], now: int, release: bool
) -> tuple[int, NoteLine | None]:
    time, prev = _following(note.digest, released, local, _clock(note, now), release)
    if prev is None or prev.digest == note.digest:
        return time, prev
    if note.personal and prev.answered and not note.answered:
        # Emptied in YAML, now or before: what the learner has in Anki by now is theirs.
        return prev.time, prev
    return time, prev


def _words_since(note: Note, prev: NoteLine | None, now: int) -> tuple[str, int]:
    """The digest of the answer in YAML, and since when it stands in the place of another."""
    if prev is not None and prev.digest == note.digest:
        return prev.answer_digest, prev.answer_since
    if not note.answer_digest or prev is None:
        return note.answer_digest, 0
    return (
        note.answer_digest,
        prev.answer_since if prev.answer_digest == note.answer_digest else now,
    )


def _clock(note: Note, now: int) -> int:
    if not note.personal:
        return now
    return max(now - (FILLED_BEHIND if note.answered else EMPTY_BEHIND), 1)


def _note_type_line(
    notetype: NoteType, locks: Locks, now: int, role: str, release: bool
) -> tuple[NoteTypeLine, list[Diagnostic]]:
    released = locks.lock_at(RELEASED).notetypes.get(notetype.folder)
    local = [locks.lock_at(LOCAL).notetypes.get(notetype.folder)]
    time, prev = _following(notetype.digest, released, local, now, release)
    ahead = prev is not None and prev.time > now + AHEAD
    found = [_in_future(prev, locks, role, now)] if prev and ahead else []
    line = NoteTypeLine(
        notetype.folder,
        time,
        notetype.digest,
        notetype.personal,
        tuple(f.key for f in notetype.fields),
        tuple(t.slot for t in notetype.templates),
        notetype.name,
    )
    return line, found


def _deck_line(deck: Deck) -> DeckLine:
    return DeckLine(deck.owner_key, deck.id, "own" if deck.owns_notes else "shared", deck.name)


def _in_future(line: NoteLine | NoteTypeLine, locks: Locks, role: str, now: int) -> Diagnostic:
    told = datetime.fromtimestamp(line.time, UTC).strftime("%Y-%m-%d %H:%M UTC")
    return Diagnostic(
        "stamp-in-future",
        f"this line's time is {told}, and the clock is not there yet",
        locks.span(line),
        "set the clock right, or put the time back if it was edited by hand",
        Scope(role=role),
    )
