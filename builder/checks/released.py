"""Checks of a project beside what learners have: what a release promised must stay possible."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from builder.deck import Deck, NoteType
from builder.findings import Diagnostic, Scope, Span
from builder.lock import RELEASED, Locks
from builder.project import Project
from builder.schema import at_path
from builder.select import Selection


def note_types_keep_their_fields_and_cards(
    project: Project, notetypes: Mapping[str, NoteType], locks: Locks
) -> Iterator[Diagnostic]:
    """Anki refuses every update of a note whose type has other fields or cards than its own."""
    released = locks.lock_at(RELEASED)
    for folder, line in released.notetypes.items():
        notetype = notetypes.get(folder)
        if notetype is None:
            if folder in project.templates:
                continue  # its own faults were told
            message = f"the note type `{folder}` was released and is gone"
            help = f"put templates/{folder}/ back"
            yield Diagnostic("note-type-changed", message, released.span(folder), help)
            continue
        now = {
            "fields": tuple(field.key for field in notetype.fields),
            "cards": tuple(template.slot for template in notetype.templates),
        }
        if line.personal != notetype.personal:
            node, _ = at_path(project.templates[folder].node, ("personal",))
            message = f"`{folder}` was released as {'personal' if line.personal else 'reference'}"
            help = "put `personal` back: learners' own words would be overwritten, or never mended"
            yield Diagnostic("note-type-changed", message, node.span, help)
        for part, keys in now.items():
            before = getattr(line, part)
            if keys != before:
                node, key = at_path(project.templates[folder].node, (part,))
                message = (
                    f"the {part} of `{folder}` are not those released ({_changes(before, keys)});"
                    " learners' notes would stop updating, and new ones come in a second type"
                )
                help = "put them back in their order, and take a spare into use for something new"
                span = key.span if key else node.span
                yield Diagnostic("note-type-changed", message, span, help)


def _changes(before: tuple[str, ...], now: tuple[str, ...]) -> str:
    gone = [f"without `{key}`" for key in before if key not in now]
    new = [f"with `{key}`" for key in now if key not in before]
    return ", ".join([*gone, *new]) or "in another order"


def released_ids_are_still_there(
    project: Project, notetypes: Mapping[str, NoteType], locks: Locks
) -> Iterator[Diagnostic]:
    """A released definition that is gone was renamed or dropped, and neither is said."""
    released = locks.lock_at(RELEASED)
    there = {definition.first_id for definition in project.all_definitions}
    keys = {role.key for role in project.roles.values()}
    told: set[str] = set()
    for line in released.notes.values():
        if line.owner_key and line.owner_key not in keys:
            if line.owner_key not in told:
                told.add(line.owner_key)
                message = f"the role `{line.owner_key}` has notes that were released, and is gone"
                help = f"put it back with `retired:`, or write `was: {line.owner_key}` in its heir"
                yield Diagnostic("shipped-id-missing", message, released.span(line.key), help)
            continue
        # A note of a pair is `definition/item`; ids of the catalogue have no stroke.
        first = line.first_id.partition("/")[0]
        if first not in there and first not in told:
            told.add(first)
            yield Diagnostic(
                "shipped-id-missing",
                f"`{first}` was released, and is gone",
                released.span(line.key),
                f"write `was: {first}` where it is now, or put it back with `retired:`",
            )


def was_names_something_known(
    project: Project, notetypes: Mapping[str, NoteType], locks: Locks
) -> Iterator[Diagnostic]:
    """`was` connects with a history; a name that no lock knows has none, or a misspelt one."""
    known = {line.first_id for lock in locks.files.values() for line in lock.notes.values()}
    known_roles = {key for lock in locks.files.values() for key in lock.decks}
    for definition in project.all_definitions:
        if definition.was and definition.retired is None and definition.first_id not in known:
            node, _ = at_path(definition.node, ("was",))
            yield _unknown(definition.was, node.span, definition.scope)
    for role in project.roles.values():
        was = role.value.was if role.value else None
        if was and not role.private and role.key not in known_roles:
            node, _ = at_path(role.node, ("was",))
            yield _unknown(was, node.span, role.scope)


def _unknown(was: str, span: Span, scope: Scope) -> Diagnostic:
    return Diagnostic(
        "was-unknown",
        f"no lock knows `{was}`",
        span,
        "check the spelling; if it was built on another machine only, all is well",
        scope,
    )


def released_cards_keep_their_gate(
    selection: Selection, deck: Deck, locks: Locks
) -> Iterator[Diagnostic]:
    """A card whose gate field is emptied becomes blank, and Anki offers to delete its history."""
    for note in deck.notes:
        line = locks.note(RELEASED, note.lock_key)
        if line is None:
            continue
        templates = deck.notetypes[note.notetype].templates
        now = {templates[place].key for place in note.cards}
        for template in templates:
            if template.key in line.cards and template.key not in now:
                yield Diagnostic(
                    "card-withdrawn",
                    f"the card `{template.name}` of `{note.first_id}` was released,"
                    f" and its `{template.gate}` is empty now",
                    note.span,
                    "put it back, or put something else in its place",
                    selection.role.scope,
                )
