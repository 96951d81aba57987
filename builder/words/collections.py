"""The collection of an export, as each person or private role has a part in it."""

from __future__ import annotations

from collections.abc import Collection as Names
from collections.abc import Iterable, Sequence
from dataclasses import replace

from builder.package import ExportedCollection
from builder.words.fields import field_digests
from builder.words.judge import Words
from builder.words.memory import Collection, Memory, is_before_a_review
from builder.words.notes import OwnedNote


def collections_of(
    exported: ExportedCollection, notes: Iterable[OwnedNote], now: int
) -> dict[str, Collection]:
    """The collection with the notes of each person or private role, by their folders.

    `now`: Unix seconds.
    """
    notes_by_folder: dict[str, list[OwnedNote]] = {}
    for owned in notes:
        notes_by_folder.setdefault(owned.role.folder, []).append(owned)
    collections: dict[str, Collection] = {}
    for folder, own_notes in notes_by_folder.items():
        guids = {owned.note.exported.guid for owned in own_notes}
        reviews = [review for review in exported.reviews if review.guid in guids]
        collections[folder] = Collection(
            created=exported.created,
            decks=frozenset().union(*(owned.note.exported.decks for owned in own_notes)),
            reviews=tuple((review.time, review.usn) for review in reviews),
            words={
                owned.note.name: owned.note.words.digest
                for owned in own_notes
                if _is_written(owned) and is_before_a_review(owned.note.exported, reviews)
            },
            synced=now,
        )
    return collections


def memory_after(
    memory: Memory, collection: Collection, notes: Sequence[OwnedNote], unsettled: Names[str]
) -> Memory:
    """What to remember after a sync of these notes, which are of one person or private role.

    `unsettled`: names of notes of which earlier words stay what the collection had last.
    """
    words = {name: digest for name, digest in collection.words.items() if name not in unsettled}
    settled = [owned.note for owned in notes if owned.note.name not in unsettled]
    current = {note.name: note.words.digest for note in settled if note.is_slow}
    written = [owned.note for owned in notes if _is_written(owned)]
    memory = memory.with_seen((note.name, note.words.digest) for note in written)
    memory = memory.with_fields(
        (owned.note.name, Words(fields).base, field_digests(fields))
        for owned in notes
        if owned.note.is_slow and not owned.note.notetype.personal
        for fields in _packed_fields(owned)
    )
    return memory.with_collection(replace(collection, words=words), current)


def _is_written(owned: OwnedNote) -> bool:
    """Whether its words are the learner's. Those of a package came later than the note's time."""
    note = owned.note
    is_written = any(note.words.fields) and note.words.base != note.base
    return note.is_slow and note.is_readable and is_written


def _packed_fields(owned: OwnedNote) -> Iterable[tuple[str, ...]]:
    """The fields with words as they are packed now, and as an untouched copy has them."""
    if owned.packed is not None:
        yield owned.packed.words
    if owned.note.words.base == owned.note.base:
        yield owned.note.words.fields
