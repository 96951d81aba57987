"""What earlier syncs saw of each collection, so that the same one is known again.

It is a file of this machine, `.prepdeck/synced.json`, and not in git. Without it, or on another
machine, more words are in doubt, and none is lost: words count as known only beside YAML's text of
that time. A collection is known again by its day and by its reviews: a copy that went on has the
latest that were seen, and a second profile or a restored backup has not. So what was exported
without scheduling information, or not reviewed since the words were written, is not known again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from builder import atomic, inside

_FILE = ".prepdeck/synced.json"

#: How many of the latest reviews are kept of a collection, and how many collections of a person.
_REVIEWS, _COLLECTIONS = 200, 8


@dataclass(frozen=True, slots=True)
class Collection:
    """A collection as a sync saw it.

    `created`: its day, in Unix seconds. `reviews`: the latest, in milliseconds. `words`: digests of
    the words of each note, by the notes' names.
    """

    created: int
    reviews: tuple[int, ...]
    words: Mapping[str, str]

    def goes_on_in(self, later: Collection) -> bool:
        """Whether `later`, of an export with all its reviews, is the same collection later on."""
        is_same_day = self.created == later.created
        return is_same_day and bool(self.reviews) and set(self.reviews) <= set(later.reviews)


def seen(root: Path, folder: str) -> tuple[Collection, ...]:
    """The collections of a person or private role, the one that was synced last at the end."""
    try:
        found = _read(root).get(folder, [])
        return tuple(
            Collection(int(one["created"]), tuple(map(int, one["reviews"])), dict(one["words"]))
            for one in found
        )
    except (TypeError, ValueError, KeyError, AttributeError):
        return ()


def remember(root: Path, folder: str, collection: Collection) -> None:
    """Keeps a collection in place of what it goes on from. Raises `PrepdeckError` as `atomic`."""
    others = [one for one in seen(root, folder) if not one.goes_on_in(collection)]
    latest = Collection(collection.created, collection.reviews[-_REVIEWS:], collection.words)
    kept = [asdict(one) for one in (*others, latest)][-_COLLECTIONS:]
    text = json.dumps({**_read(root), folder: kept}, indent=1, sort_keys=True)
    atomic.write(root / _FILE, text.encode(), root)


def _read(root: Path) -> dict[str, Any]:
    try:
        memory = json.loads(inside.content(root / _FILE, root))
    except (OSError, ValueError, RecursionError):
        return {}
    return memory if isinstance(memory, dict) else {}
