"""What a sync makes of words: who changed them, Anki or YAML, or nobody can tell.

Times decide nothing, but for one thing: a note on the slow clock was not saved in Anki since it was
packed. All else is told by the words themselves. Anki's go into YAML unasked only if the learner
wrote them upon the words that YAML has now.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto

from builder.digests import NO_WORDS, base_of
from builder.html.words import words_digest
from builder.lock.lines import DECLINED, FORGOTTEN, TAKEN, declined_for


class Outcome(Enum):
    """What a sync does with words."""

    #: YAML gets the words that Anki has.
    FROM_ANKI = auto()
    #: Both say the same.
    AGREED = auto()
    #: Both were changed, or nothing tells which is newer; nothing is written.
    IN_DOUBT = auto()
    #: As `IN_DOUBT`, but the learner decided for YAML.
    OVERRULED = auto()
    #: Anki has no words any more; YAML keeps its own.
    EMPTIED = auto()
    #: In Anki are the words that we packed.
    IGNORED = auto()
    #: In Anki are the words that the last sync saw, so what YAML has is newer.
    UNCHANGED = auto()
    #: The learner decided for YAML before, beside the very words that it has now.
    DECLINED = auto()


#: Outcomes of words that are not shown, because nothing was written in Anki since.
SILENT = (Outcome.IGNORED, Outcome.UNCHANGED, Outcome.DECLINED)


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a note on one side: fields as HTML, their digest to the letter, and `digest`."""

    fields: tuple[str, ...]

    @property
    def digest(self) -> str:
        """The same for the same words."""
        return words_digest(*self.fields)

    @property
    def base(self) -> str:
        """The same for the same HTML."""
        return base_of("".join(self.fields))

    @property
    def names(self) -> set[str]:
        """Its digests, as locks of this and of older versions have them."""
        return {self.digest, self.base}


@dataclass(frozen=True, slots=True)
class Known:
    """What is remembered of a note's words, as digests.

    `packed`: those of its line in the lock. `base`: what the learner's copy says it was packed
    with, None if it does not say. `at_last_sync`: what the same collection had when it was synced
    last; None when this is not known to be that collection. `is_later`: it certainly is, after that
    sync. `seen`: what any collection had at any sync, in the order in which they came.
    """

    packed: tuple[str, ...] = ()
    base: str | None = None
    at_last_sync: str | None = None
    is_later: bool = False
    seen: Sequence[str] = ()


def is_as_packed(in_anki: Words, known: Known) -> bool:
    """Whether Anki's words are those that we packed, and none of the learner's.

    Where the copy does not say it, words that we packed are the learner's all the same if a sync
    may have taken them, or if the learner once decided about them.
    """
    if known.base is not None:
        return known.base == in_anki.base
    is_plain = not any(digest.startswith((TAKEN, DECLINED, FORGOTTEN)) for digest in known.packed)
    return is_plain and not in_anki.names.isdisjoint(known.packed)


def judged(in_anki: Words, in_yaml: Words, known: Known) -> Outcome:
    """Who changed the words of a note that was saved in Anki."""
    if in_anki.digest == in_yaml.digest:
        return Outcome.AGREED
    if declined := declined_for(known.packed, in_anki.digest):
        return Outcome.DECLINED if in_yaml.digest in declined else Outcome.IN_DOUBT
    if is_as_packed(in_anki, known):
        return Outcome.IGNORED
    if known.at_last_sync == in_anki.digest:
        return Outcome.UNCHANGED
    packed = [
        digest.removeprefix(TAKEN) for digest in known.packed if not digest.startswith(DECLINED)
    ] or [NO_WORDS]
    if not in_anki.names.isdisjoint(packed) or _is_seen_before(in_anki.digest, known):
        # Older words: the learner went back to them, or restored a backup.
        return Outcome.IN_DOUBT
    is_packed_last = packed[-1] in in_yaml.names
    if known.base is None:
        is_base = is_packed_last and len(packed) == 1
    else:
        is_base = is_packed_last and known.base == in_yaml.base
    if is_base or (known.is_later and known.at_last_sync == in_yaml.digest):
        return Outcome.FROM_ANKI
    return Outcome.IN_DOUBT


def _is_seen_before(digest: str, known: Known) -> bool:
    """Whether a sync saw these words, and not only after those that the collection had last."""
    if digest not in known.seen:
        return False
    if not known.is_later or known.at_last_sync not in known.seen:
        return True
    return known.seen.index(digest) < known.seen.index(known.at_last_sync)
