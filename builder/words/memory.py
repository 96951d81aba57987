"""What earlier syncs saw of each collection, so that the same one is known again, later on.

It is a file of this machine, `.prepdeck/synced.json`, and not in git. Without it, or on another
machine, more words are in doubt, and none is lost.

Anki gives a deck that it creates a number of its own, which no import brings along: so collections
with a deck in common are one, with its backups and the devices that AnkiWeb joins. Which of two is
later, reviews tell: a backup lacks the latest of them. AnkiWeb numbers each exchange, and a review
or a note has that number (`usn`) once it was sent: so a copy that had not received a note yet, and
has the same reviews, has them under other numbers.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from builder import atomic, inside
from builder.package import ExportedNote, Review

_FILE = ".prepdeck/synced.json"

#: How many of the latest reviews are kept of a collection, how many collections of a person, and
#: how many words of a note.
_REVIEWS, _COLLECTIONS, _WORDS = 200, 8, 100

#: A note or a review that AnkiWeb does not have in this state.
_NOT_SENT = -1


@dataclass(frozen=True, slots=True)
class Collection:
    """A collection as a sync saw it.

    `created`: its day, in Unix seconds. `decks`: ids of the decks with its notes. `reviews`: times
    in milliseconds, each with its `usn`, the oldest first. `words`: digests of the words of notes,
    by the notes' names: those that it certainly had before the last review. `synced`: when a sync
    saw it last, in Unix seconds.
    """

    created: int
    decks: frozenset[int]
    reviews: tuple[tuple[int, int], ...]
    words: Mapping[str, str] = field(default_factory=dict)
    synced: int = 0

    def is_in(self, other: Collection) -> bool:
        """Whether `other` is of the same collection and lacks nothing that this one has."""
        usn_by_time = dict(other.reviews)
        return (
            self.created == other.created
            and not self.decks.isdisjoint(other.decks)
            and bool(self.reviews)
            and all(
                time in usn_by_time and usn in (_NOT_SENT, usn_by_time[time])
                for time, usn in self.reviews
            )
        )

    def goes_on_in(self, later: Collection) -> bool:
        """Whether `later`, of an export with its reviews, is this collection after that sync."""
        last = max((time for time, _ in self.reviews), default=0)
        is_studied_since = any(time > max(last, self.synced * 1000) for time, _ in later.reviews)
        return is_studied_since and self.is_in(later)


@dataclass(frozen=True, slots=True)
class Memory:
    """What is remembered of a person or private role.

    `collections`: the one that was synced last at the end. `seen`: digests of words that any
    collection had, by the notes' names, in the order in which they came. `fields`: digests of the
    single fields that a note was packed with, by its name, a tab and its base.
    """

    collections: tuple[Collection, ...] = ()
    seen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def last_sync_of(self, collection: Collection) -> Collection | None:
        """The collection as a sync saw it last; None if it is not known."""
        known = [before for before in self.collections if before.is_in(collection)]
        return known[-1] if known else None

    def with_collection(self, collection: Collection, current: Mapping[str, str]) -> Memory:
        """The memory with a collection in place of what that has everything of.

        `current`: digests of the words that notes have in it now, certainly or not, by their names.
        Earlier words of a note stay only where they are the same, or it has none there.
        """
        if not collection.reviews:
            return self
        before = self.last_sync_of(collection)
        earlier = before.words.items() if before else ()
        words = {name: digest for name, digest in earlier if current.get(name, digest) == digest}
        words |= collection.words
        latest = replace(collection, reviews=collection.reviews[-_REVIEWS:], words=words)
        others = (known for known in self.collections if not known.is_in(collection))
        return replace(self, collections=(*others, latest)[-_COLLECTIONS:])

    def with_fields(self, notes: Iterable[tuple[str, str, tuple[str, ...]]]) -> Memory:
        """The memory with the fields that notes were packed with: names, bases, digests."""
        fields = {f"{name}\t{base}": digests for name, base, digests in notes}
        return replace(self, fields={**self.fields, **fields})

    def with_seen(self, words: Iterable[tuple[str, str]]) -> Memory:
        """The memory with more digests of words, each with its note's name."""
        seen = dict(self.seen)
        for name, digest in words:
            if digest not in seen.get(name, ()):
                seen[name] = (*seen.get(name, ()), digest)[-_WORDS:]
        return replace(self, seen=seen)


def is_before_a_review(note: ExportedNote, reviews: Iterable[Review]) -> bool:
    """Whether a backup with all these reviews of the note's collection has the note as it is.

    A review that AnkiWeb knows by a smaller number than the note's says nothing: the note may have
    come from another device after it.
    """
    for review in reviews:
        if review.time // 1000 > note.modified:
            if review.usn == _NOT_SENT or (note.usn != _NOT_SENT and review.usn >= note.usn):
                return True
    return False


def remembered(root: Path, folder: str) -> Memory:
    """What is remembered of a person or private role, by its folder."""
    try:
        found = _read(root).get(folder, {})
        return Memory(
            tuple(
                Collection(
                    created=int(one["created"]),
                    decks=frozenset(map(int, one["decks"])),
                    reviews=tuple((int(time), int(usn)) for time, usn in one["reviews"]),
                    words=dict(one["words"]),
                    synced=int(one["synced"]),
                )
                for one in found["collections"]
            ),
            {name: tuple(map(str, digests)) for name, digests in found["seen"].items()},
            {name: tuple(map(str, digests)) for name, digests in found["fields"].items()},
        )
    except (TypeError, ValueError, KeyError, AttributeError):
        return Memory()


def remember(root: Path, folder: str, memory: Memory) -> None:
    """Writes what is remembered of a folder. Raises `PrepdeckError` as `atomic`."""
    collections = [{**asdict(known), "decks": sorted(known.decks)} for known in memory.collections]
    kept = {"collections": collections, "seen": memory.seen, "fields": memory.fields}
    text = json.dumps({**_read(root), folder: kept}, indent=1, sort_keys=True)
    atomic.write(root / _FILE, text.encode(), root)


def _read(root: Path) -> dict[str, Any]:
    try:
        memory = json.loads(inside.content(root / _FILE, root))
    except (OSError, ValueError, RecursionError):
        return {}
    return memory if isinstance(memory, dict) else {}
