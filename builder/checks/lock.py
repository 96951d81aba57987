"""A deck beside what was packed and released before."""

from __future__ import annotations

from collections.abc import Iterator

from builder.deck import Deck
from builder.findings import Finding, Section, Severity, Span, rule
from builder.lint.subjects import DECK_AND_LOCKS
from builder.lock import RELEASED, Locks, deck_paths, lock_path
from builder.lock.lines import hidden_in
from builder.select import Selection
from builder.source.paths import at_path


def _key_span(selection: Selection, key: str) -> Span:
    node, entry = at_path(selection.role.node, (key,))
    return node.span if entry else selection.role.span


@rule("card-withdrawn", Severity.ERROR, of=DECK_AND_LOCKS, section=Section.RELEASED)
def released_cards_keep_their_gate(
    selection: Selection, deck: Deck, locks: Locks
) -> Iterator[Finding]:
    """A card whose gate field is emptied becomes blank, and Anki offers to delete its history."""
    for note in deck.notes:
        line = locks.note(RELEASED, note.lock_key)
        if line is None:
            continue
        notetype = deck.notetypes[note.notetype]
        now = {notetype.card(card).key for card in note.cards}
        if notetype.cloze is not None:
            for key in hidden_in(line):
                if key not in now:
                    yield Finding(
                        f"the cloze `{key}` of `{note.first_id}` was released, and its text has no"
                        f" `{key}` now",
                        note.span,
                        f"hide something with `{{{{{key}::…}}}}`, and leave the other numbers",
                    )
            continue
        for template in notetype.templates:
            if template.key in line.cards and template.key not in now:
                yield Finding(
                    f"the card `{template.name}` of `{note.first_id}` was released,"
                    f" and its `{template.gate}` is empty now",
                    note.span,
                    "put the text back, or write another text there",
                )


@rule("cloze-renumbered", Severity.WARNING, of=DECK_AND_LOCKS, section=Section.RELEASED)
def released_clozes_keep_their_number(
    selection: Selection, deck: Deck, locks: Locks
) -> Iterator[Finding]:
    """Anki knows the cards of a cloze note by number: what was learned stays with the number."""
    for note in deck.notes:
        notetype = deck.notetypes[note.notetype]
        line = locks.note(RELEASED, note.lock_key) if notetype.cloze is not None else None
        before = hidden_in(line) if line is not None else {}
        numbers = {digest: key for key, digest in before.items()}
        for slot in notetype.card_keys(note.fields, note.cards) if before else ():
            key, _, digest = slot.partition("=")
            if digest in numbers and digest != before.get(key):
                yield Finding(
                    f"`{key}` of `{note.first_id}` hides what was released as `{numbers[digest]}`;"
                    f" what learners know of `{numbers[digest]}` does not move with it",
                    note.span,
                    "give each part the number that it had, and a new part a new number",
                )


@rule("deck-renamed", Severity.WARNING, of=DECK_AND_LOCKS, section=Section.RELEASED)
def decks_keep_their_name(selection: Selection, deck: Deck, locks: Locks) -> Iterator[Finding]:
    """Anki knows decks by name: under another, new cards start a second deck."""
    for path in deck_paths(deck.private_role):
        line = locks.lock_at(path).decks.get(deck.owner_key)
        if line is not None and line.name != deck.name:
            yield Finding(
                f"this deck was `{line.name}` before, and is `{deck.name}` now",
                _key_span(selection, "title"),
                "put the title back, or ask learners to rename the deck in Anki before an import",
            )
            return


@rule("role-key-changed", Severity.ERROR, of=DECK_AND_LOCKS, section=Section.RELEASED)
def private_roles_keep_their_key(
    selection: Selection, deck: Deck, locks: Locks
) -> Iterator[Finding]:
    """A private role's lock moves with its folder, and holds the key that its notes are made of."""
    if not deck.private or selection.role.value is None:
        return  # the key of a role that cannot be read is unknown
    lock = locks.lock_at(lock_path(deck.private_role, own=True))
    keys = {line.owner_key for line in lock.notes.values() if line.owner_key}
    if keys and deck.owner_key not in keys:
        old = min(keys)
        yield Finding(
            f"the role's notes were built with the key `{old}`, and it is `{deck.owner_key}` now",
            _key_span(selection, "key"),
            f"write `key: {old}`; with another key every note is a new one",
        )


@rule("owner-changed", Severity.WARNING, of=DECK_AND_LOCKS, section=Section.RELEASED)
def notes_keep_their_owner(selection: Selection, deck: Deck, locks: Locks) -> Iterator[Finding]:
    """A note with another owner is another note: its learner begins it anew."""
    paths = deck_paths(deck.private_role)
    before = [locks.lock_at(path).decks.get(deck.owner_key) for path in paths]
    mode = "own" if deck.owns_notes else "shared"
    if any(line is not None and line.notes != mode for line in before):
        before_mode = "shared" if deck.owns_notes else "the role's own"
        yield Finding(
            f"the notes were {before_mode} before; now all of them are new notes",
            _key_span(selection, "notes"),
            "put `notes:` back, unless nobody has studied the deck yet",
        )
        return
    if deck.owns_notes or not any(before):
        return  # nobody has this deck yet
    reported: set[str] = set()
    for note in deck.notes:
        if note.owner_key != deck.owner_key or note.first_id in reported or note.is_own:
            continue
        is_known = any(locks.note(path, note.lock_key) for path in paths)
        other_owners = {"", *selection.ancestors}
        if not is_known and any(
            locks.note(RELEASED, (owner, note.notetype, note.first_id)) for owner in other_owners
        ):
            reported.add(note.first_id)
            yield Finding(
                f"`{note.first_id}` was released as a shared note; the role's own is a new one",
                note.span,
                "change the definition in the catalogue, unless you want a new note",
            )
