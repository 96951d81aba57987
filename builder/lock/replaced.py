"""Notes of a person that no deck packs any more, because another stands in their place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from builder.deck import Deck, Note, owned_id
from builder.ids import OWN
from builder.lock.files import Locks
from builder.lock.lines import NoteLine
from builder.lock.paths import RELEASED, lock_path, note_paths


@dataclass(frozen=True, slots=True)
class ReplacedNote:
    """A note that was packed, by its line, and the note that is packed in its place.

    `deck`: the one that has the present note. `role`: the id of the role whose own the old note
    was; None for a person's, and for a role that has no deck now. `goes_on`: the present note was
    packed before too, and has a history of its own.
    """

    line: NoteLine
    note: Note
    deck: Deck
    role: str | None
    goes_on: bool

    @property
    def old_id(self) -> str:
        """The content of the old note's field `Id`."""
        return owned_id(self.line.owner_key, self.line.first_id)


def replaced_notes(decks: Sequence[Deck], locks: Locks) -> Iterator[ReplacedNote]:
    """The notes in the lock of a person that a note of another owner replaces in their decks.

    `decks`: those of all roles of the person. Not a person's note that became one role's own, for
    it may go on in others, and not one that was shared, for no lock says in which decks it was.
    Nothing where the person or the role has another key now, or `notes:` is another: then all notes
    are new.
    """
    private_role, persons_key = decks[0].private_role, decks[0].owner_key
    lock = locks.lock_at(lock_path(private_role, own=True))
    line_of_deck = lock.decks.get(persons_key)
    if line_of_deck is None or (line_of_deck.notes == "own") is not decks[0].owns_notes:
        return
    keys_with_lines = {line.owner_key for line in lock.notes.values()}
    own_keys = {key for deck in decks for key in deck.own_keys}
    notes_by_role = {
        deck.role: {(note.notetype, note.first_id): note for note in (*deck.notes, *deck.waiting)}
        for deck in decks
    }
    packed_keys = {note.lock_key for notes in notes_by_role.values() for note in notes.values()}
    for line in lock.notes.values():
        if line.dropped or not line.owner_key or line.key in packed_keys:
            continue
        own_decks = [deck for deck in decks if deck.role_key == line.owner_key]
        for deck in _possible_decks(line, decks, own_decks):
            note = notes_by_role[deck.role].get((line.notetype, line.first_id))
            if note is None:
                continue
            is_roles_own = note.owner_key == deck.role_key
            lines = (
                locks.note(path, note.lock_key) for path in (RELEASED, *note_paths(private_role))
            )
            known_lines = [known_line for known_line in lines if known_line is not None]
            if own_decks:
                # What another role defines under that id, and had before, is another text.
                is_other = deck not in own_decks and any(not known.dropped for known in known_lines)
            elif line.owner_key in own_keys:
                is_other = is_roles_own
            else:
                # Of a role that is gone, what goes on elsewhere is no loss.
                has_new_key = is_roles_own and deck.role_key not in keys_with_lines
                is_other = bool(known_lines) or has_new_key
            if not is_other:
                role = own_decks[0].role if own_decks else None
                yield ReplacedNote(line, note, deck, role, bool(known_lines))
                break


def _possible_decks(
    line: NoteLine, decks: Sequence[Deck], own_decks: Sequence[Deck]
) -> Iterator[Deck]:
    """Where a note may be that stands in the place of the line's.

    What a role said differently is in its own deck in other words; what it defined may have been
    moved to another role or to the person.
    """
    yield from own_decks
    if not own_decks or line.first_id.startswith(OWN):
        yield from (deck for deck in decks if deck not in own_decks)
