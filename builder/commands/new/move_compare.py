"""Two compiles of a project, before and after a move, note by note."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from builder.deck import Deck, Note
from builder.ids import OWN, definition_id
from builder.pipeline import Compiled
from builder.project import Project, Role


class Changes(NamedTuple):
    """What a move would change.

    `differing`: pairs of a role and the id of a definition whose notes would read differently.
    `superseded`: by role, `Id` of the notes that go on from another role's note. `anew`: by role,
    `Id` of those that begin anew.
    """

    differing: frozenset[tuple[str, str]]
    superseded: Mapping[str, tuple[str, ...]]
    anew: Mapping[str, tuple[str, ...]]

    @property
    def has_losses(self) -> bool:
        """Whether reviews of a note do not go on with it."""
        return bool(self.superseded or self.anew)


def changes_of(
    project: Project,
    before: Compiled,
    after: Compiled,
    roles: tuple[Role, ...],
    persons_keys: Iterable[str],
) -> Changes:
    """What a move of the roles would change, in any deck of the project.

    `persons_keys`: in notes that the person has already; another role's note may go on as one.
    """
    differing: set[tuple[str, str]] = set()
    superseded: dict[str, tuple[str, ...]] = {}
    anew: dict[str, tuple[str, ...]] = {}
    keys = {role.key for role in roles}.union(persons_keys)
    moved = {role.id: role for role in roles}
    decks = {deck.role: deck for deck in after.decks}
    for deck in before.decks:
        role = moved.get(deck.role)
        new_notes = _notes(decks[deck.role]) if deck.role in decks else {}
        for key, note in _notes(deck).items():
            new_note = new_notes.get(key)
            if new_note is not None and new_note.guid == note.guid:
                if new_note.digest != note.digest:
                    differing.add((deck.role, _id(project, note)))
            elif new_note is None or role is None:
                differing.add((deck.role, _id(project, note)))
            elif new_note.owner_key in keys and note.owner_key == role.key:
                if _goes_on(role, _id(project, note), note, new_note):
                    superseded[role.id] = (*superseded.get(role.id, ()), note.id)
                else:
                    differing.add((deck.role, _id(project, note)))
            else:
                anew[role.id] = (*anew.get(role.id, ()), note.id)
    return Changes(frozenset(differing), superseded, anew)


def _goes_on(role: Role, id: str, note: Note, new_note: Note) -> bool:
    """Whether a note that another role had too may take this one's place.

    The other's may have an answer or tags where this role has none.
    """
    same_tags = note.tags == new_note.tags or id not in role.tags
    same_text = _texts(note) == _texts(new_note) or (
        note.personal and new_note.answered and id not in role.answers
    )
    return same_tags and same_text


def _texts(note: Note) -> list[str]:
    """The fields without the one that says whose the note is."""
    return [text for text in note.fields if text != note.id]


def _notes(deck: Deck) -> dict[tuple[str, str], Note]:
    return {(note.notetype, note.first_id): note for note in (*deck.notes, *deck.waiting)}


def _id(project: Project, note: Note) -> str:
    """The id of the definition that a note is made of."""
    first_id = definition_id(note.first_id)
    for definition in project.all_definitions:
        if definition.first_id == first_id:
            return definition.id
    return first_id.removeprefix(OWN)
