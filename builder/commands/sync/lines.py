"""Lines of the lock after a `sync`: what a learner has counts as packed when they changed it.

A build then packs the note under that time, and Anki finds nothing newer; the next change in YAML
is a second newer than the learner's copy, and older than whatever they do to it later.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from builder.commands.sync.answers import Answer, Mine, definition_of, is_touched, known_line
from builder.commands.sync.tags import Tagged
from builder.deck import Deck, Note
from builder.html.blocks import parse_field
from builder.html.loss import Loss
from builder.lock import LockPath, Locks, NoteLine, private_lock
from builder.lock.stamp import AHEAD
from builder.project import Project, Role

#: A deck's notes by note type and first id.
Rendered = Mapping[tuple[str, str], Note]

HomeLine = tuple[LockPath, NoteLine]


def by_name(deck: Deck) -> Rendered:
    """Every note of a deck, those that wait for want of time among them."""
    return {(note.notetype, note.first_id): note for note in (*deck.notes, *deck.waiting)}


def is_ahead(one: Mine, now: int) -> bool:
    """Whether the clock that the learner wrote by runs ahead of ours: no lock may say its time."""
    return one.note.modified > now + AHEAD


def has_media(losses: Iterable[Loss]) -> bool:
    """Whether Anki alone has a part of the answer: then no text of ours may take its place."""
    return any(loss.is_media for loss in losses)


def agreed_lines(
    agreed: Iterable[Answer], after: Mapping[str, Rendered], now: int
) -> Iterator[HomeLine]:
    """Of notes whose words YAML has now. `after`: by role, the notes as they are made now."""
    for answer in agreed:
        one = answer.mine
        note = _note(one, answer.role, after)
        if note is not None and not has_media(answer.lost) and not is_ahead(one, now):
            time = one.note.modified
            yield _line(one, answer.role, note, note.digest, (True, note.answer_digest, time))


def overruled_lines(
    overruled: Iterable[Answer], before: Mapping[str, Rendered], now: int
) -> Iterator[HomeLine]:
    """Of notes that shall become YAML's: the line holds what Anki has, so that a build differs."""
    for answer in overruled:
        one = answer.mine
        note = _note(one, answer.role, before)
        if note is not None and not is_ahead(one, now):
            yield _line(one, answer.role, note, one.digest, (True, note.answer_digest, now))


def tagged_lines(
    project: Project,
    tags: Iterable[Tagged],
    mine: Iterable[tuple[Mine, Role]],
    rendered: tuple[Mapping[str, Rendered], Mapping[str, Rendered]],
    locks: Locks,
    now: int,
) -> Iterator[HomeLine]:
    """Of notes that the learner tagged or edited, and that get no other change by the next build.

    `rendered`: the notes as they were made before the tags were in YAML, and with them.
    """
    before, after = rendered
    names = {(one.role.id, one.definition.id) for one in tags}
    for one, role in mine:
        definition = definition_of(project, role, one.first_id)
        line = known_line(locks, role, one.line)
        if definition is None or (role.id, definition.id) not in names or line is None:
            continue
        old, note = _note(one, role, before), _note(one, role, after)
        if old is None or note is None or old.digest != line.digest or is_ahead(one, now):
            continue
        if not is_touched(one, line, now) or (one.notetype.personal and _has_words(one, note)):
            continue
        said = (line.answered, line.answer_digest, line.answer_since)
        yield _line(one, role, note, note.digest, said)


def _has_words(one: Mine, note: Note) -> bool:
    """Whether somebody wrote an answer: then what becomes of that decides on the line."""
    field = parse_field(one.answer)
    return note.answered or bool(field.blocks or field.losses)


def _note(one: Mine, role: Role, rendered: Mapping[str, Rendered]) -> Note | None:
    """The note as prepdeck makes it, if it is the very one that the learner has."""
    note = rendered.get(role.id, {}).get((one.notetype.folder, one.first_id))
    return note if note is not None and note.guid == one.note.guid else None


def _line(one: Mine, role: Role, note: Note, digest: str, said: tuple[bool, str, int]) -> HomeLine:
    cards = tuple(one.notetype.templates[place].key for place in note.cards)
    return private_lock(role.id), NoteLine(*one.line, one.note.modified, digest, cards, *said)
