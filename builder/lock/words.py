"""Which words of a learner's a note was packed with: what its line in a lock remembers of them."""

from __future__ import annotations

from builder.deck import Note
from builder.digests import NO_WORDS, base_of
from builder.lock.lines import FORGOTTEN, TAKEN, NoteLine, with_words


def words_of(note: Note, previous: NoteLine | None) -> tuple[str, ...]:
    """The words of the note's next line, which follows `previous`."""
    if not note.is_slow:
        return ()
    if previous is None:
        return (_digest(note),) if any(note.words) else ()
    if previous.words and is_last(note, previous):
        return previous.words
    if not previous.words and (previous.digest == note.digest or not any(note.words)):
        return ()  # older versions remembered no words of what a role defines
    return with_words(_known_before(note, previous), _digest(note))


def is_last(note: Note, line: NoteLine) -> bool:
    """Whether the note has the words that its line remembers last."""
    last = line.words[-1].removeprefix(TAKEN) if line.words else NO_WORDS
    return last in (base_of("".join(note.words)), _digest(note))


def _known_before(note: Note, previous: NoteLine) -> tuple[str, ...]:
    if previous.words:
        return previous.words
    # Older versions remembered the words of answers alone.
    return (NO_WORDS,) if note.personal and not previous.answered else (FORGOTTEN,)


def _digest(note: Note) -> str:
    # Imported here: most builds have no words of a learner's that changed.
    from builder.html.words import words_digest

    return words_digest(*note.words)
