"""Searches for Anki's browser: what a person need not study any more, and what to bring back.

They go by the field `Id`, by tag and note type, never by deck: learners rename decks, and all of a
person's employers have one. What can be known is what the locks have and what the decks have now.

Two of them may find one note: whoever uses both, or one of them twice, brings nothing back, for
each leaves out what is suspended.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date

from builder.anki.search import any_of, owned_search, to_suspend, within_quotes
from builder.deck import Deck, Note, NoteType, owned_id
from builder.digests import EMPLOYER_TAG
from builder.lock import LOCAL, RELEASED, Locks, lock_path
from builder.owner import continued_keys
from builder.phrasing import as_search
from builder.project import Project, Role
from builder.report import PutAway
from builder.study.days import over_by

#: Owner key, note type and first id: how locks name a note.
LockKey = tuple[str, str, str]


def idle_search(decks: Sequence[Deck], over: Collection[str], locks: Locks) -> str:
    """Finds what is new in Anki and in no plan any more; empty where nothing can be.

    `decks`: those of all roles of a person. `over`: the ids of roles whose interview is over. A
    note was in a package if a lock has it; now it waits, or no role packs it that is not over.
    """
    idle = idle_notes(decks, over, locks)
    search = _notes_search(idle, _ahead(decks, over), decks)
    return to_suspend(f"is:new {search}" if search else "")


def idle_notes(decks: Sequence[Deck], over: Collection[str], locks: Locks) -> tuple[LockKey, ...]:
    """The notes that a package of the person had and that no plan has now, as locks name them."""
    persons_lock = locks.lock_at(lock_path(decks[0].private_role, own=True))
    # Of a note that is nobody's no lock says whose package it was in.
    others = {
        note.lock_key
        for note in _notes(decks, waiting=True)
        if any(locks.note(path, note.lock_key) for path in (RELEASED, LOCAL))
    }
    return tuple(sorted((persons_lock.notes.keys() | others) - _ahead(decks, over)))


def employer_search(
    deck: Deck, decks: Sequence[Deck], over: Collection[str], continued: Collection[str]
) -> str:
    """Finds the role's own notes, and those that no other role of the person has, suspended or not.

    `decks`: those of all roles of the person; one in `over` keeps nothing from being put away.
    `continued`: roles' keys that notes of the person have too, so they tell nothing of a role.
    """
    others = [d for d in decks if d.role != deck.role and d.role not in over]
    own_keys = {deck.role_key}.difference(continued) if others else deck.own_keys
    # The role's own key first.
    keys = sorted(own_keys, key=lambda key: (key != deck.role_key, key))
    kept = {note.lock_key for note in _notes(others, waiting=True)}
    only_here = {
        note.lock_key
        for note in _notes([deck], waiting=True)
        if note.lock_key not in kept and note.owner_key not in own_keys
    }
    own_terms = [f"tag:{EMPLOYER_TAG}{deck.role}", *map(owned_search, keys)]
    return any_of([*own_terms, _notes_search(sorted(only_here), kept, decks)])


def return_search(decks: Sequence[Deck], over: Collection[str], locks: Locks) -> str:
    """Finds suspended cards that a plan has: somebody who put an employer away needs them again.

    Leeches stay: Anki suspended them.
    """
    ahead = [deck for deck in decks if deck.role not in over]
    keys = dict.fromkeys(note.owner_key for note in _notes(ahead) if note.owner_key)
    shared = [note.lock_key for note in _notes(ahead) if not note.owner_key]
    terms = [*map(owned_search, keys), _notes_search(dict.fromkeys(shared), (), decks)]
    idle = [key for key in idle_notes(decks, over, locks) if key[0]]
    exception = _notes_search(idle, _ahead(decks, over), decks)
    search = f"is:suspended -tag:leech {any_of(terms)}"
    return f"{search} -{exception}" if exception else search


def _put_away(
    person: Role, decks: Sequence[Deck], over: Collection[str], locks: Locks
) -> Iterator[PutAway]:
    """The searches for a person with these decks: what no plan has, and each role that is over."""
    if search := idle_search(decks, over, locks):
        yield PutAway(person.id, None, search)
    for deck in decks:
        if deck.role in over:
            search = employer_search(deck, decks, over, continued_keys(person))
            yield PutAway(person.id, deck.role, to_suspend(search))


def put_away_of_persons(
    project: Project, decks: Iterable[Deck], written: set[str], locks: Locks, day: date
) -> Iterator[PutAway]:
    """What the persons need not study any more of whom a package was written.

    Not where a fault hides a role, or notes of it: they would look as if no plan had them.
    """
    decks_by_person: dict[str, list[Deck]] = {}
    for deck in decks:
        if deck.person is not None:
            decks_by_person.setdefault(deck.person, []).append(deck)
    for person_id, persons_decks in decks_by_person.items():
        person = project.roles[person_id]
        roles = project.roles_of(person)
        role_ids = {deck.role for deck in persons_decks}
        if written & role_ids and role_ids >= {role.id for role in roles}:
            yield from _put_away(person, persons_decks, over_by(roles, day), locks)


def _notes(decks: Iterable[Deck], *, waiting: bool = False) -> Iterator[Note]:
    for deck in decks:
        yield from (*deck.notes, *deck.waiting) if waiting else deck.notes


def _ahead(decks: Iterable[Deck], over: Collection[str]) -> set[LockKey]:
    """The notes that a plan has, of a role whose interview is not over."""
    return {note.lock_key for note in _notes(d for d in decks if d.role not in over)}


def _notes_search(
    keys: Iterable[LockKey], others: Collection[LockKey], decks: Iterable[Deck]
) -> str:
    """Finds the notes of these keys and none of `others`; one term, empty without keys.

    A question and the learner's own answer have one `Id`: where only one of them is meant, the
    name of its note type stands beside it.
    """
    type_by_folder: dict[str, NoteType] = {}
    for deck in decks:
        type_by_folder |= deck.notetypes
    other_ids = {owned_id(owner_key, first_id) for owner_key, _, first_id in others}
    ids: dict[str, None] = {}
    ids_by_folder: dict[str, list[str]] = {}
    for owner_key, folder, first_id in keys:
        id = owned_id(owner_key, first_id)
        if id not in other_ids:
            ids[id] = None
        elif folder in type_by_folder:
            ids_by_folder.setdefault(folder, []).append(id)
    typed_terms = (
        f'("note:{within_quotes(type_by_folder[folder].name)}" {as_search(typed_ids)})'
        for folder, typed_ids in ids_by_folder.items()
    )
    return any_of([as_search([*ids]) if ids else "", *typed_terms])
