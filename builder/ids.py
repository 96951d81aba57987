"""Ids that never change: a note's GUID, and the numbers of Anki's rows.

Everything here is derived from names that authors keep for ever, so any machine, in any year,
arrives at the same ids.
"""

from __future__ import annotations

import hashlib
import re

#: A slug of at most 64 characters; ids, namespaces and template folders are slugs.
SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*\Z")
SLUG_LENGTH = 64

_BASE91 = (
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$%&()*+,-./:;<=>?@[]^_`{|}~"
)

#: Stands before the id of what a private role defines itself: the catalogue may have the same id.
OWN = "my/"

#: Anki's row ids are creation times in milliseconds. Ours lie between 2001 and 2014: never in the
#: future (2.1.54–56 refuse such ids), and older than any collection that would import them.
_EARLIEST, _LATEST = 1_000_000_000_000, 1_400_000_000_000

#: Room behind a note's row for those of its cards. When a note type's templates change, Anki walks
#: its cards in the order of their ids (so it does after Check Database) and takes a note whose
#: cards do not stand together for two: it gives each of them a second card 1.
ROOM = 64


def is_slug(text: str) -> bool:
    """Whether `text` may be an id."""
    return len(text) <= SLUG_LENGTH and SLUG.match(text) is not None


def guid_for(*values: str) -> str:
    """genanki's `guid_for`, to the letter; importing genanki for these lines costs 100 ms.

    The first 64 bits of SHA-256 over the values joined by `__`, in base 91.
    """
    hash_number = int.from_bytes(hashlib.sha256("__".join(values).encode()).digest()[:8], "big")
    base91_digits = []
    while hash_number:
        hash_number, digit = divmod(hash_number, len(_BASE91))
        base91_digits.append(_BASE91[digit])
    return "".join(reversed(base91_digits))


def note_guid(namespace: str, owner_key: str, notetype: str, first_id: str) -> str:
    """A note's identity: which project, whose note, which card shape, which definition."""
    return guid_for(namespace, owner_key, notetype, first_id)


def owner_key_and_first_id(
    namespace: str, notetype: str, id_field: str, guid: str
) -> tuple[str, str] | None:
    """What a note of that GUID is named by, read from its field `Id`; None when it is not ours."""
    before_slash, _, after_slash = id_field.partition("/")
    for owner_key, first_id in ((before_slash, after_slash), ("", id_field)):
        if first_id and note_guid(namespace, owner_key, notetype, first_id) == guid:
            return owner_key, first_id
    return None


def definition_id(first_id: str) -> str:
    """The first id of the definition that a note is made of; `first_id` is the note's.

    A note of a pair is `definition/item`; what a private role defines has `OWN` before it.
    """
    own = OWN if first_id.startswith(OWN) else ""
    return own + first_id.removeprefix(own).partition("/")[0]


def note_row(guid: str) -> int:
    """The row of a note, in milliseconds: the first of `ROOM` numbers that are its own."""
    return row_id("note", guid) // ROOM * ROOM


def row_id(*parts: str) -> int:
    """A number for a row of Anki's tables: milliseconds, always in the past, equal everywhere."""
    hash_number = int.from_bytes(hashlib.sha256("\x1f".join(parts).encode()).digest()[:8], "big")
    return _EARLIEST + hash_number % (_LATEST - _EARLIEST)
