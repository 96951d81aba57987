"""A deck beside what was packed and released before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from builder.deck import Deck, Note
from builder.findings import Finding, Section, Severity, Span, rule
from builder.lint.subjects import DECK_AND_LOCKS
from builder.lock import RELEASED, Locks, NoteLine, deck_paths, lock_path
from builder.lock.lines import hidden_in
from builder.select import Selection
from builder.source.paths import at_path

_REFILL = "put the text back, or write another text there"
_REFILL_FOR_ONE = (
    "put the text back, or write another text there or in the role's `override`; to be rid of the"
    " card, retire the definition and write it under a new id"
)


def promised_line(deck: Deck, note: Note, locks: Locks) -> NoteLine | None:
    """What learners hold of a note: as it was released, and as its private role built it.

    A private role's package is what its learner studies; nobody else builds it. Two lines become
    one that has the cards of both.
    """
    released = locks.note(RELEASED, note.lock_key)
    if deck.private_role is None:
        return released
    built = locks.note(lock_path(deck.private_role, own=True), note.lock_key)
    if released is None or built is None:
        return released or built
    return replace(built, cards=tuple(dict.fromkeys((*released.cards, *built.cards))))


def key_span(selection: Selection, key: str) -> Span:
    """Where the role, or its person, has that key; where it begins, if it does not have it."""
    owner = selection.person or selection.role
    node, entry = at_path(owner.node, (key,))
    return node.span if entry else owner.span


@rule("card-withdrawn", Severity.ERROR, of=DECK_AND_LOCKS, section=Section.RELEASED)
def released_cards_keep_their_gate(
    selection: Selection, deck: Deck, locks: Locks
) -> Iterator[Finding]:
    """A card whose gate field is emptied becomes blank, and Anki offers to delete its history."""
    verb = "built" if deck.private else "released"
    for note in deck.notes:
        line = promised_line(deck, note, locks)
        if line is None:
            continue
        notetype = deck.notetypes[note.notetype]
        now = {notetype.card(card).key for card in note.cards}
        if notetype.cloze is not None:
            for key in hidden_in(line):
                if key not in now:
                    yield Finding(
                        f"the cloze `{key}` of `{note.first_id}` was {verb}, and its text has no"
                        f" `{key}` now",
                        note.span,
                        f"hide something with `{{{{{key}::…}}}}`, and leave the other numbers",
                    )
            continue
        for template in notetype.templates:
            if template.key in line.cards and template.key not in now:
                yield Finding(
                    f"the card `{template.name}` of `{note.first_id}` was {verb},"
                    f" and its `{template.gate}` is empty now",
                    note.span,
                    _REFILL_FOR_ONE if deck.owns_notes and deck.private else _REFILL,
                )


@rule("cloze-renumbered", Severity.WARNING, of=DECK_AND_LOCKS, section=Section.RELEASED)
def released_clozes_keep_their_number(
    selection: Selection, deck: Deck, locks: Locks
) -> Iterator[Finding]:
    """Anki knows the cards of a cloze note by number: what was learned stays with the number."""
    verb = "built" if deck.private else "released"
    for note in deck.notes:
        notetype = deck.notetypes[note.notetype]
        line = promised_line(deck, note, locks) if notetype.cloze is not None else None
        before = hidden_in(line) if line is not None else {}
        numbers = {digest: key for key, digest in before.items()}
        for slot in notetype.card_keys(note.fields, note.cards) if before else ():
            key, _, digest = slot.partition("=")
            if digest in numbers and digest != before.get(key):
                yield Finding(
                    f"`{key}` of `{note.first_id}` hides what was {verb} as `{numbers[digest]}`;"
                    f" what learners know of `{numbers[digest]}` does not move with it",
                    note.span,
                    "give each part the number that it had, and a new part a new number",
                )


@rule("deck-renamed", Severity.WARNING, of=DECK_AND_LOCKS, section=Section.RELEASED)
def decks_keep_their_name(selection: Selection, deck: Deck, locks: Locks) -> Iterator[Finding]:
    """Anki knows decks by name: under another, new cards start a second deck."""
    for path in deck_paths(deck.private_role):
        line = locks.lock_at(path).decks.get(deck.owner_key)
        if line is not None and line.name != deck.name and not _is_copied(deck, locks):
            yield Finding(
                f"this deck was `{line.name}` before, and is `{deck.name}` now",
                key_span(selection, "title"),
                "put the title back, or ask learners to rename the deck in Anki before an import",
            )
            return


def _is_copied(deck: Deck, locks: Locks) -> bool:
    """Whether a private role's lock came with a copied folder: another role's has the same deck."""
    lock = locks.lock_at(lock_path(deck.private_role, own=True))
    others = [other for other in locks.files.values() if other is not lock]
    return deck.private and any(key in other.decks for key in lock.decks for other in others)


@rule("role-key-changed", Severity.ERROR, of=DECK_AND_LOCKS, section=Section.RELEASED)
def private_roles_keep_their_key(
    selection: Selection, deck: Deck, locks: Locks
) -> Iterator[Finding]:
    """A private role's lock moves with its folder, and holds the key that its notes are made of."""
    if not deck.private or selection.person or selection.role.value is None:
        return  # the key of a role that cannot be read is unknown
    lock = locks.lock_at(lock_path(deck.private_role, own=True))
    keys = {line.owner_key for line in lock.notes.values() if line.owner_key}
    if keys and deck.owner_key not in keys:
        old = min(keys)
        yield Finding(
            f"the role's notes were built with the key `{old}`, and it is `{deck.owner_key}` now",
            key_span(selection, "key"),
            f"delete {lock.file}: it was copied from the role that has this key"
            if _is_copied(deck, locks)
            else f"write `key: {old}`; with another key every note is a new one",
        )
