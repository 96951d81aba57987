"""Which lock file keeps which line.

    decks/notes.lock                  what was released; only a release writes it
    .prepdeck/local.lock              what was built from the catalogue and not released
    decks/private/<role>/notes.lock   what was built for a private role alone, or for a person and
                                      all their roles

A note has one released line and at most one line that is not released. `lock_path` decides; the
other functions only list its answers.
"""

from __future__ import annotations

from typing import NewType

LockPath = NewType("LockPath", str)
RELEASED = LockPath("decks/notes.lock")
LOCAL = LockPath(".prepdeck/local.lock")


def lock_path(
    private_role: str | None, *, own: bool = False, answered: bool = False, release: bool = False
) -> LockPath:
    """The lock file that a line belongs to.

    `private_role` is the id of the role whose deck has it, or of its person, None when that role is
    public. `own`: the line is the deck's, or a note's that either owns. `answered`: the note holds
    the learner's answer, or once did. The private file keeps both, because nobody else packs them
    in these words. A note type belongs to no role: pass None.
    """
    if release:
        return RELEASED
    if private_role is not None and (own or answered):
        return LockPath(f"decks/private/{private_role}/notes.lock")
    return LOCAL


def deck_paths(private_role: str | None) -> tuple[LockPath, ...]:
    """Every file that may hold the line of a role's deck; a private role is never released."""
    if private_role is not None:
        return (lock_path(private_role, own=True),)
    return (RELEASED, LOCAL)


def note_paths(private_role: str | None) -> tuple[LockPath, ...]:
    """Every file that may hold the line of a note in a role's deck, but for the released one.

    The role's own file comes first. `LOCAL` may hold an own note's line too: a role that became
    private was public before.
    """
    paths = (lock_path(private_role, own=own) for own in (True, False))
    return tuple(dict.fromkeys(paths))
