"""The lines of the lock after a sync: they remember words. No time changes.

A note that a learner wrote in stays on the slow clock, so that no copy of it is ever replaced.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from builder.commands.sync.tags import TaggedDefinition
from builder.lock import LockPath, Locks, NoteLine, lock_path
from builder.lock.future import AHEAD
from builder.lock.lines import TAKEN, with_declined, with_words
from builder.project import Project
from builder.words.judge import Outcome, Words
from builder.words.notes import (
    OwnedNote,
    Packed,
    definition_of,
    is_saved,
    lock_line,
)
from builder.words.texts import LearnerText

#: A new line, and the lock that it goes into.
LockLine = tuple[LockPath, NoteLine]


def is_ahead(owned: OwnedNote, now: int) -> bool:
    """Whether the note was edited after `now` (Unix seconds), which no lock may say."""
    return owned.note.exported.modified > now + AHEAD


def word_lines(texts: Iterable[LearnerText], locks: Locks) -> Iterator[LockLine]:
    """Lines of notes whose words YAML took, or decided against.

    YAML took them too where both agree and the line does not know the words: an earlier sync was
    killed before it wrote the line.
    """
    lines: dict[str, LockLine] = {}
    for text in texts:
        owned = text.owned
        line = lock_line(locks, owned.role, owned.note.key)
        if line is None or owned.packed is None:
            continue
        known_words = {digest.removeprefix(TAKEN) for digest in line.words}
        is_recovered = (
            text.outcome is Outcome.AGREED
            and bool(known_words)
            and known_words.isdisjoint(owned.note.words.names)
        )
        if text.outcome is Outcome.FROM_ANKI or is_recovered:
            words = with_words(line.words, owned.note.words.digest, taken=True)
        elif text.outcome is Outcome.OVERRULED:
            preferred = Words(owned.packed.words).digest
            words = with_declined(line.words, owned.note.words.digest, preferred)
        else:
            continue
        lines[owned.note.name] = _path(owned, answered=True), replace(line, words=words)
    yield from lines.values()


def tagged_lines(
    project: Project,
    tagged: Iterable[TaggedDefinition],
    notes: Iterable[OwnedNote],
    after: Packed,
    locks: Locks,
    now: int,
) -> Iterator[LockLine]:
    """Lines of notes of the catalogue's that the learner tagged, for the next build to leave alone.

    `after`: notes as they are packed with the tags. `now`: Unix seconds.
    """
    tagged_ids = {(change.role.id, change.definition.id) for change in tagged}
    for owned in notes:
        note, role, old_note = owned.note, owned.role, owned.packed
        definition = definition_of(role, project, note.first_id)
        line = lock_line(locks, role, note.key)
        if note.is_slow or definition is None or line is None or old_note is None:
            continue
        new_note = after.get((role.folder, note.exported.guid))
        if (role.id, definition.id) not in tagged_ids or new_note is None:
            continue
        if old_note.digest != line.digest or is_ahead(owned, now) or not is_saved(note, line, now):
            continue
        card_keys = note.notetype.card_keys(new_note.fields, new_note.cards)
        time = note.exported.modified
        yield (
            _path(owned, answered=line.answered),
            replace(line, time=time, digest=new_note.digest, cards=card_keys),
        )


def _path(owned: OwnedNote, *, answered: bool) -> LockPath:
    return lock_path(owned.role.folder, own=owned.is_own, answered=answered)
