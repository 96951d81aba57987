"""The rule of modification times.

Anki replaces a learner's note when ours is newer, and touches it in no other case. So a note gets a
new time exactly when its content changed: the edits and tags of learners survive every rebuild of
all other notes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace

from builder.deck import Deck, Note, NoteType
from builder.findings import Diagnostic, Span
from builder.load.answers import is_own_tag
from builder.lock.files import Locks
from builder.lock.future import AHEAD, future_faults
from builder.lock.lines import DeckLine, Line, NoteLine, NoteTypeLine, TimedLine
from builder.lock.paths import LOCAL, RELEASED, LockPath, lock_path, note_paths
from builder.lock.replaced import replaced_notes
from builder.lock.slow_clock import Clock, clock_of, slow_time
from builder.lock.words import is_last, words_of


@dataclass(frozen=True, slots=True)
class Stamps:
    """The times of everything in some decks, and the lock lines that these times are new in.

    `notes`: Unix seconds by the role's id and the GUID; a personal note with an answer from YAML
    has a time of its own in its role's deck. `notetypes`: Unix seconds by folder. `changed`: new
    lines by file. `changed_spans`: what they are about, as messages name it, and where that is
    written. `rewritten`: by the role's id, first ids of notes whose answer in YAML is not the one
    of the last build.
    """

    notes: dict[tuple[str, str], int] = field(default_factory=dict)
    notetypes: dict[str, int] = field(default_factory=dict)
    changed: dict[LockPath, tuple[Line, ...]] = field(default_factory=dict)
    changed_spans: tuple[tuple[str, Span], ...] = ()
    rewritten: dict[str, tuple[str, ...]] = field(default_factory=dict)


def stamp(
    decks: Iterable[Deck],
    locks: Locks,
    now: int,
    *,
    release: bool,
    incomplete: Collection[str | None] = (),
) -> tuple[Stamps, list[Diagnostic]]:
    """The time of every note and note type of `decks`. `now`: Unix seconds.

    A release asks the released line first, so that learners of releases see only what changed
    between releases, whatever was built in the meantime. `incomplete`: persons of whom a
    role's deck is not among these, so that it is unknown which notes they have.
    """
    stamping = _Stamping(locks, now, release)
    decks_by_person: dict[str, list[Deck]] = {}
    for deck in decks:
        for notetype in deck.notetypes.values():
            stamping.add_note_type(notetype, deck)
        for note in deck.notes:
            stamping.add_note(note, deck)
        stamping.add_deck(deck)
        if deck.person is not None and deck.person not in incomplete:
            decks_by_person.setdefault(deck.person, []).append(deck)
    for persons_decks in decks_by_person.values():
        stamping.drop_replaced_notes(persons_decks)
    return stamping.stamps(), future_faults(stamping.future, locks, now)


@dataclass(slots=True)
class _Stamping:
    """The stamps so far. `future`: by the role's id, the lines whose times are still to come."""

    locks: Locks
    now: int
    release: bool
    notes: dict[tuple[str, str], int] = field(default_factory=dict)
    notetypes: dict[str, int] = field(default_factory=dict)
    changed: dict[LockPath, dict[object, Line]] = field(default_factory=dict)
    changed_spans: dict[object, tuple[str, Span]] = field(default_factory=dict)
    rewritten: dict[str, tuple[str, ...]] = field(default_factory=dict)
    future: dict[str, list[NoteLine | NoteTypeLine]] = field(default_factory=dict)

    def stamps(self) -> Stamps:
        return Stamps(
            notes=self.notes,
            notetypes=self.notetypes,
            changed={path: tuple(lines.values()) for path, lines in self.changed.items()},
            changed_spans=tuple(self.changed_spans.values()),
            rewritten=self.rewritten,
        )

    def add_note_type(self, notetype: NoteType, deck: Deck) -> None:
        released = self.locks.lock_at(RELEASED).notetypes.get(notetype.folder)
        local = self.locks.lock_at(LOCAL).notetypes.get(notetype.folder)
        time, previous = self._following(notetype.digest, released, [local], self.now)
        self._note_future(previous, deck)
        line = NoteTypeLine(
            folder=notetype.folder,
            time=time,
            digest=notetype.digest,
            personal=notetype.personal,
            fields=tuple(f.key for f in notetype.fields),
            cards=tuple(t.slot for t in notetype.templates),
            name=notetype.name,
        )
        self.notetypes[notetype.folder] = time
        path = lock_path(None, release=self.release)
        self._keep(path, line, f"the note type `{notetype.folder}`", notetype.span)

    def add_note(self, note: Note, deck: Deck) -> None:
        paths = note_paths(deck.private_role)
        lines = [self.locks.note(path, note.lock_key) for path in paths]
        time, previous = self._note_time(note, self.locks.note(RELEASED, note.lock_key), lines)
        self._note_future(previous, deck)
        words = words_of(note, previous)
        if note.answered and previous is not None and not is_last(note, previous):
            self.rewritten[deck.role] = (*self.rewritten.get(deck.role, ()), note.first_id)
        line = NoteLine(
            owner_key=note.owner_key,
            notetype=note.notetype,
            first_id=note.first_id,
            time=time,
            digest=note.digest,
            cards=deck.notetypes[note.notetype].card_keys(note.fields, note.cards),
            answered=note.answered
            or (note.personal and previous is not None and previous.answered),
            words=words,
        )
        self.notes[deck.role, note.guid] = time
        own = note.owner_key in deck.own_keys
        # The first path is the role's own file: a line there is of a note that it once answered.
        answered = note.answered or lines[0] is not None
        path = lock_path(deck.private_role, own=own, answered=answered, release=self.release)
        self._keep(path, line, f"`{note.first_id}`", note.span)

    def add_deck(self, deck: Deck) -> None:
        notes = "own" if deck.owns_notes else "shared"
        line = DeckLine(role_key=deck.owner_key, id=deck.id, notes=notes, name=deck.name)
        path = lock_path(deck.private_role, own=True, release=self.release)
        self._keep(path, line, f"the deck `{deck.role}`", deck.span)
        self._drop_former_notes(deck, path)

    def _drop_former_notes(self, deck: Deck, path: LockPath) -> None:
        """Marks the lines of notes that were the role's own, and are another owner's in its deck.

        `owner-changed` has reported them in this build, and is silent from now on.
        """
        notes = (*deck.notes, *deck.waiting)
        owners = {(note.notetype, note.first_id): note.owner_key for note in notes}
        for line in self.locks.lock_at(path).notes.values():
            owner = owners.get((line.notetype, line.first_id), deck.owner_key)
            # A person's note may be one role's own in that role's deck, and go on in others.
            if line.owner_key == deck.owner_key and owner not in deck.own_keys and not line.dropped:
                self._keep(path, replace(line, dropped=True), f"`{line.first_id}`", deck.span)

    def drop_replaced_notes(self, decks: Sequence[Deck]) -> None:
        """Marks the lines of a person's notes that other notes replace, for the same reason."""
        path = lock_path(decks[0].private_role, own=True)
        for replaced in replaced_notes(decks, self.locks):
            line = replace(replaced.line, dropped=True)
            self._keep(path, line, f"`{line.first_id}`", replaced.deck.span)

    def _keep(self, path: LockPath, line: Line, name: str, span: Span) -> None:
        """Remembers the line if it is new; `name` says in messages what it is about."""
        previous = self.locks.lock_at(path).line_like(line)
        if previous is None and not self.release:
            # What was released and is packed unchanged needs no second line.
            previous = self.locks.lock_at(RELEASED).line_like(line)
        paths = [path] if line != previous else []
        if self.release:
            # A local line says what was packed last, in releases too, for the next build follows
            # it. But its time never falls, and content that it has already keeps the time under
            # which it was imported from here.
            local = self.locks.lock_at(LOCAL).line_like(line)
            if local is not None and _replaces(line, local):
                paths.append(LOCAL)
        for changed in paths:
            self.changed.setdefault(changed, {})[type(line), line.key] = line
            self.changed_spans.setdefault((type(line), line.key), (name, span))

    def _note_time(
        self, note: Note, released: NoteLine | None, lines: Sequence[NoteLine | None]
    ) -> tuple[int, NoteLine | None]:
        if not note.is_slow:
            return self._following(note.digest, released, lines, self.now)
        clock = slow_time(self.now, answered=note.answered or not note.personal)
        if note.personal or any(map(is_own_tag, note.tags)):
            # A sync of an older version put the line on the real clock, and there a learner's copy
            # may be older. It comes back: the one time that falls.
            released, *lines = (self._slowed(note, line, clock) for line in (released, *lines))
        elif any(line and self._is_present(line) for line in (released, *lines)):
            # Older versions packed what a role defines by the real clock, and untouched copies have
            # that time. The line counts on from there, so that all later edits are newer.
            clock = 0
        time, previous = self._following(note.digest, released, lines, clock)
        if previous is None or previous.digest == note.digest:
            return time, previous
        if note.personal and previous.answered and not note.answered:
            # The answer was taken out of YAML, now or before. What stands in Anki by now is the
            # learner's.
            return previous.time, previous
        return time, previous

    def _is_present(self, line: NoteLine) -> bool:
        return clock_of(line.time, self.now) is Clock.PRESENT

    def _slowed(self, note: Note, line: NoteLine | None, clock: int) -> NoteLine | None:
        """The line on the slow clock, so that the same content has `clock` for its time."""
        if line is None or not self._is_present(line):
            return line
        return replace(line, time=clock if line.digest == note.digest else clock - 1)

    def _following(
        self,
        digest: str,
        released: TimedLine | None,
        lines: Sequence[TimedLine | None],
        clock: int,
    ) -> tuple[int, TimedLine | None]:
        """The time of content with this digest, and the line that it follows.

        `lines` are those that are not released; `clock` is the time of new content. Both times are
        in Unix seconds.
        """
        if self.release and released is not None and released.digest == digest:
            return released.time, released
        previous = released
        for line in lines:
            if line is not None and (previous is None or previous.time < line.time):
                previous = line
        if previous is None:
            return clock, None
        if previous.digest != digest:
            return max(previous.time + 1, clock), previous
        if self.release:
            return previous.time, previous
        # Another clone may have released it meanwhile, under a later time. Those who follow the
        # builds made here have the earlier one, and nothing changed for them.
        same = [line.time for line in lines if line is not None and line.digest == digest]
        return max(same, default=previous.time), previous

    def _note_future(self, line: NoteLine | NoteTypeLine | None, deck: Deck) -> None:
        if line is not None and line.time > self.now + AHEAD:
            self.future.setdefault(deck.role, []).append(line)


def _replaces(line: Line, local: Line) -> bool:
    """Whether a released line takes the place of a local one."""
    if isinstance(line, DeckLine) or isinstance(local, DeckLine):
        return line != local
    return line.time > local.time and line.digest != local.digest
