"""A project beside what learners have: what a release promised stays possible."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from builder.deck import NoteType
from builder.findings import Finding, Scope, Section, Severity, Span, rule
from builder.lint.subjects import PROJECT_AND_LOCKS
from builder.lock import RELEASED, Locks
from builder.project import Project
from builder.source.paths import at_path


@rule("note-type-changed", Severity.ERROR, of=PROJECT_AND_LOCKS, section=Section.RELEASED)
def note_types_keep_their_fields_and_cards(
    project: Project, notetypes: Mapping[str, NoteType], locks: Locks
) -> Iterator[Finding]:
    """Anki refuses every update of a note whose type has other fields or cards than its own."""
    released = locks.lock_at(RELEASED)
    for folder, line in released.notetypes.items():
        notetype = notetypes.get(folder)
        if notetype is None:
            if folder in project.templates:
                continue  # its own faults are reported
            message = f"the note type `{folder}` was released, and does not exist now"
            yield Finding(message, released.span(folder), f"put templates/{folder}/ back")
            continue
        if line.personal != notetype.personal:
            node, _ = at_path(project.templates[folder].node, ("personal",))
            adjective = "personal" if line.personal else "reference"
            message = f"`{folder}` was released as a {adjective} note type"
            help = "change `personal` back: it decides whether learners' words may be overwritten"
            yield Finding(message, node.span, help)
        was_cloze = any(":" in slot for slot in line.cards)
        if was_cloze is not (notetype.cloze is not None):
            node, key = at_path(project.templates[folder].node, ("cloze",))
            sort = "a cloze note type" if was_cloze else "a note type without clozes"
            help = "change it back, and make a note type of its own for the other sort"
            message = f"`{folder}` was released as {sort}; Anki would not update learners' notes"
            yield Finding(message, (key or node).span, help)
            continue
        fields = tuple(field.key for field in notetype.fields)
        cards = tuple(template.slot for template in notetype.templates)
        for part, before, now in (("fields", line.fields, fields), ("cards", line.cards, cards)):
            if now != before:
                node, key = at_path(project.templates[folder].node, (part,))
                message = (
                    f"the {part} of `{folder}` are not those released ({_changes(before, now)});"
                    " Anki would not update learners' notes, and put new ones into a second type"
                )
                help = "put them back in their order, and use a spare for something new"
                yield Finding(message, key.span if key else node.span, help)


def _changes(before: tuple[str, ...], now: tuple[str, ...]) -> str:
    removed = [f"without `{key}`" for key in before if key not in now]
    added = [f"with `{key}`" for key in now if key not in before]
    return ", ".join([*removed, *added]) or "in another order"


@rule("shipped-id-missing", Severity.ERROR, of=PROJECT_AND_LOCKS, section=Section.RELEASED)
def released_ids_exist(
    project: Project, notetypes: Mapping[str, NoteType], locks: Locks
) -> Iterator[Finding]:
    """A released definition that is gone was renamed or dropped, and neither is written down."""
    released = locks.lock_at(RELEASED)
    first_ids = {definition.first_id for definition in project.all_definitions}
    keys = {role.key for role in project.roles.values()}
    missing: set[str] = set()
    for line in released.notes.values():
        if line.owner_key and line.owner_key not in keys:
            if line.owner_key not in missing:
                missing.add(line.owner_key)
                message = f"the role `{line.owner_key}` was released, and does not exist now"
                help = f"put it back with `retired:`, or let another have `was: {line.owner_key}`"
                yield Finding(message, released.span(line.key), help)
            continue
        # A note of a pair is `definition/item`; ids of the catalogue have no stroke.
        first_id = line.first_id.partition("/")[0]
        if first_id not in first_ids and first_id not in missing:
            missing.add(first_id)
            yield Finding(
                f"`{first_id}` was released, and does not exist now",
                released.span(line.key),
                f"put it back with `retired:`, or let another have `was: {first_id}`",
            )


@rule("was-unknown", Severity.WARNING, of=PROJECT_AND_LOCKS, section=Section.RELEASED)
def was_is_in_a_lock(
    project: Project, notetypes: Mapping[str, NoteType], locks: Locks
) -> Iterator[Finding]:
    """`was` connects with a history: an id that no lock has is new, or misspelt."""
    first_ids = {line.first_id for lock in locks.files.values() for line in lock.notes.values()}
    keys = {key for lock in locks.files.values() for key in lock.decks}
    for definition in project.all_definitions:
        was = definition.was
        if was and definition.retired is None and definition.first_id not in first_ids:
            node, _ = at_path(definition.node, ("was",))
            yield _without_history(was, node.span, definition.scope)
    for role in project.roles.values():
        was = role.value.was if role.value else None
        if was and not role.private and role.key not in keys:
            node, _ = at_path(role.node, ("was",))
            yield _without_history(was, node.span, role.scope)


def _without_history(was: str, span: Span, scope: Scope) -> Finding:
    help = "check the spelling; if it was built on another machine, ignore this"
    return Finding(f"`{was}` was never built here", span, help, scope)
