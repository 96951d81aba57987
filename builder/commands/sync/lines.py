"""The lines of the lock after a sync: what a learner has counts as packed when they changed it.

A build then packs the note with that time, and Anki finds nothing newer. The next change in YAML is
one second newer than the learner's copy, and older than whatever the learner changes later.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from builder.commands.sync.answers import (
    Answer,
    LearnerNote,
    Rendered,
    definition_of,
    is_touched,
    lock_line,
)
from builder.commands.sync.tags import TaggedDefinition
from builder.deck import Deck, Note
from builder.html.blocks import parse_field
from builder.html.loss import Loss
from builder.lock import LockPath, Locks, NoteLine, lock_path
from builder.lock.future import AHEAD
from builder.project import Project, Role

#: A new line, and the lock that it goes into.
LockLine = tuple[LockPath, NoteLine]


def rendered_notes(deck: Deck) -> Rendered:
    """All notes of a deck, also those that wait because they do not fit before the interview."""
    return {(note.notetype, note.first_id): note for note in (*deck.notes, *deck.waiting)}


def is_ahead(note: LearnerNote, now: int) -> bool:
    """Whether the note was edited after `now` (Unix seconds), which no lock may say."""
    return note.exported.modified > now + AHEAD


def has_media(losses: Iterable[Loss]) -> bool:
    """Whether a part of the answer is in Anki only, so that no text of ours may replace it."""
    return any(loss.is_media for loss in losses)


def agreed_lines(
    agreed: Iterable[Answer], after: Mapping[str, Rendered], now: int
) -> Iterator[LockLine]:
    """Lines of notes whose words YAML has now.

    `after`: each role's notes as they are packed now. `now`: Unix seconds.
    """
    for answer in agreed:
        packed_note = _packed(answer.note, answer.role, after)
        if (
            packed_note is not None
            and not has_media(answer.lost)
            and not is_ahead(answer.note, now)
        ):
            answer_since = answer.note.exported.modified
            yield _answered_line(answer, packed_note, packed_note.digest, answer_since)


def overruled_lines(
    overruled: Iterable[Answer], before: Mapping[str, Rendered], now: int
) -> Iterator[LockLine]:
    """Lines of notes that must get YAML's words: they hold what Anki has, so that a build differs.

    `before`: each role's notes as they were packed before the sync. `now`: Unix seconds.
    """
    for answer in overruled:
        packed_note = _packed(answer.note, answer.role, before)
        if packed_note is not None and not is_ahead(answer.note, now):
            yield _answered_line(answer, packed_note, answer.note.digest, now)


def _answered_line(answer: Answer, packed_note: Note, digest: str, answer_since: int) -> LockLine:
    return _path(answer.note, answer.role, answered=True), NoteLine(
        *answer.note.key,
        time=answer.note.exported.modified,
        digest=digest,
        cards=_card_keys(answer.note, packed_note),
        answered=True,
        answer_digest=packed_note.answer_digest,
        answer_since=answer_since,
    )


def tagged_lines(
    project: Project,
    tagged: Iterable[TaggedDefinition],
    notes: Iterable[tuple[LearnerNote, Role]],
    rendered: tuple[Mapping[str, Rendered], Mapping[str, Rendered]],
    locks: Locks,
    now: int,
) -> Iterator[LockLine]:
    """Lines of notes that the learner tagged or edited, and that the next build changes no further.

    `rendered`: the notes as they were packed before the tags were in YAML, and with them. `now`:
    Unix seconds.
    """
    rendered_before, rendered_after = rendered
    tagged_ids = {(change.role.id, change.definition.id) for change in tagged}
    for note, role in notes:
        definition = definition_of(project, role, note.first_id)
        note_line = lock_line(locks, role, note.key)
        if definition is None or (role.id, definition.id) not in tagged_ids or note_line is None:
            continue
        old_note = _packed(note, role, rendered_before)
        new_note = _packed(note, role, rendered_after)
        if (
            old_note is None
            or new_note is None
            or old_note.digest != note_line.digest
            or is_ahead(note, now)
        ):
            continue
        if not is_touched(note, note_line, now) or (
            note.notetype.personal and _has_words(note, new_note)
        ):
            continue
        edit_time, card_keys = note.exported.modified, _card_keys(note, new_note)
        line_lock = _path(note, role, answered=note_line.answered)
        yield line_lock, replace(note_line, time=edit_time, digest=new_note.digest, cards=card_keys)


def _path(note: LearnerNote, role: Role, *, answered: bool) -> LockPath:
    return lock_path(role.folder, own=note.owner_key == role.key, answered=answered)


def _has_words(note: LearnerNote, packed_note: Note) -> bool:
    """Whether somebody wrote an answer: then the outcome of that answer decides on the line."""
    answer_content = parse_field(note.answer)
    return packed_note.answered or bool(answer_content.blocks or answer_content.losses)


def _packed(note: LearnerNote, role: Role, rendered: Mapping[str, Rendered]) -> Note | None:
    """The note as prepdeck packs it, if it is the same note that the learner has."""
    packed_note = rendered.get(role.id, {}).get((note.notetype.folder, note.first_id))
    return (
        packed_note if packed_note is not None and packed_note.guid == note.exported.guid else None
    )


def _card_keys(note: LearnerNote, packed_note: Note) -> tuple[str, ...]:
    return note.notetype.card_keys(packed_note.fields, packed_note.cards)
