"""A project beside what learners have: what a release promised stays possible."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from builder.deck import NoteType
from builder.findings import Finding, Scope, Section, Severity, Span, rule
from builder.ids import OWN, definition_id
from builder.lint.subjects import PROJECT_AND_LOCKS
from builder.lock import LOCAL, RELEASED, Lock, Locks, NoteLine, NoteTypeLine, lock_path
from builder.project import Definition, Project, Role
from builder.source.paths import at_path


@rule("note-type-changed", Severity.ERROR, of=PROJECT_AND_LOCKS, section=Section.RELEASED)
def note_types_keep_their_fields_and_cards(
    project: Project, notetypes: Mapping[str, NoteType], locks: Locks
) -> Iterator[Finding]:
    """Anki refuses every update of a note whose type has other fields or cards than its own."""
    released = locks.lock_at(RELEASED)
    yield from _changed_note_types(project, notetypes, released, released.notetypes, None)
    # Nobody else has what was not released, but a private role's learner.
    local = locks.lock_at(LOCAL)
    for role, lock in private_locks(project, locks):
        folders = {line.notetype for line in lock.notes.values()} - released.notetypes.keys()
        lines = {folder: line for folder, line in local.notetypes.items() if folder in folders}
        yield from _changed_note_types(project, notetypes, local, lines, role.scope)


def _changed_note_types(
    project: Project,
    notetypes: Mapping[str, NoteType],
    lock: Lock,
    lines: Mapping[str, NoteTypeLine],
    scope: Scope | None,
) -> Iterator[Finding]:
    verb = "built" if scope else "released"
    for folder_name, line in lines.items():
        notetype = notetypes.get(folder_name)
        if notetype is None:
            if folder_name in project.templates:
                continue  # its own faults are reported
            message = f"the note type `{folder_name}` was {verb}, and does not exist now"
            yield Finding(
                message, lock.span(folder_name), f"put templates/{folder_name}/ back", scope
            )
            continue
        if line.personal != notetype.personal:
            node, _ = at_path(project.templates[folder_name].node, ("personal",))
            adjective = "personal" if line.personal else "reference"
            message = f"`{folder_name}` was {verb} as a {adjective} note type"
            help = "change `personal` back: it decides whether learners' words may be overwritten"
            yield Finding(message, node.span, help, scope)
        was_cloze = any(":" in slot for slot in line.cards)
        if was_cloze is not (notetype.cloze is not None):
            node, key = at_path(project.templates[folder_name].node, ("cloze",))
            sort = "a cloze note type" if was_cloze else "a note type without clozes"
            help = "change it back, and make a note type of its own for the other sort"
            message = f"`{folder_name}` was {verb} as {sort}; Anki would not update learners' notes"
            yield Finding(message, (key or node).span, help, scope)
            continue
        fields = tuple(field.key for field in notetype.fields)
        cards = tuple(template.slot for template in notetype.templates)
        for part, before, now in (("fields", line.fields, fields), ("cards", line.cards, cards)):
            if now != before:
                node, key = at_path(project.templates[folder_name].node, (part,))
                message = (
                    f"the {part} of `{folder_name}` are not those {verb} ({_changes(before, now)});"
                    " Anki would not update learners' notes, and put new ones into a second type"
                )
                help = "put them back in their order, and use a spare for something new"
                yield Finding(message, key.span if key else node.span, help, scope)


def private_locks(project: Project, locks: Locks) -> Iterator[tuple[Role, Lock]]:
    """The private roles that have a deck, and persons for theirs, with what was built for each."""
    for role in project.roles.values():
        if role.private and role.retired is None and role.person is None and not role.is_base:
            yield role, locks.lock_at(lock_path(role.folder, own=True))


def _private_definitions(project: Project, role: Role) -> tuple[Definition, ...]:
    """What a private role defines or inherits, or what a person and all their roles do."""
    roles = [other for other in project.roles.values() if role.id in (other.id, other.person)]
    return tuple(definition for other in roles for definition in other.pool.values())


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
        first_id = definition_id(line.first_id)
        if first_id not in first_ids and first_id not in missing:
            missing.add(first_id)
            yield Finding(
                f"`{first_id}` was released, and does not exist now",
                released.span(line.key),
                f"put it back with `retired:`, or let another have `was: {first_id}`",
            )


@rule("shipped-id-missing", Severity.ERROR, of=PROJECT_AND_LOCKS, section=Section.RELEASED)
def built_ids_exist(
    project: Project, notetypes: Mapping[str, NoteType], locks: Locks
) -> Iterator[Finding]:
    """A private role's learner has what its package had: the same, for what its own lock holds."""
    catalogue = {definition.first_id for definition in project.definitions.values()}
    released = {definition_id(line.first_id) for line in locks.lock_at(RELEASED).notes.values()}
    for role, lock in private_locks(project, locks):
        first_ids = {d.first_id for d in _private_definitions(project, role)} | catalogue
        missing: set[str] = set()
        for line in lock.notes.values():
            first_id = definition_id(line.first_id)
            if role.me is not None and _is_forgotten(project, role, line):
                continue
            if first_id not in first_ids | missing | released:
                missing.add(first_id)
                message, help = _missing(first_id, catalogue)
                yield Finding(message, lock.span(line.key), help, role.scope)


def _is_forgotten(project: Project, person: Role, line: NoteLine) -> bool:
    """Whether a note was one role's own whose files are gone: an employer who is forgotten."""
    keys = {person.key, *(r.key for r in project.roles.values() if r.person == person.id)}
    continued_ids = person.me.continues.get(line.owner_key, ()) if person.me else ()
    is_persons = line.owner_key in keys or definition_id(line.first_id) in continued_ids
    return line.first_id.startswith(OWN) and not is_persons


def _missing(first_id: str, catalogue: Collection[str]) -> tuple[str, str]:
    """What is said of an id that a private role built, and of how to go on."""
    id = first_id.removeprefix(OWN)
    help = f"put it back with `retired:`, or let another have `was: {id}`"
    if id == first_id:
        return f"`{id}` was built from the catalogue, and does not exist there now", help
    if id not in catalogue:
        return f"the role's own `{id}` was built, and does not exist now", help
    return (
        f"the role's own `{id}` was built, and is in the catalogue now: that is another note,"
        " without its reviews",
        f"define it in the role again too, under another id with `was: {id}`; with `retired:` the"
        " deck begins it anew",
    )


@rule("kind-changed", Severity.ERROR, of=PROJECT_AND_LOCKS, section=Section.RELEASED)
def ids_keep_their_kind(
    project: Project, notetypes: Mapping[str, NoteType], locks: Locks
) -> Iterator[Finding]:
    """A note type is part of a note's identity, and a kind has note types of its own."""
    kinds = {
        name: folder.value.kind
        for name, folder in project.templates.items()
        if folder.value and folder.value.kind in project.kinds
    }
    catalogue = {definition.first_id: definition for definition in project.definitions.values()}
    reported: set[str] = set()
    for file, verb in ((RELEASED, "released"), (LOCAL, "built")):
        for definition, before in _of_another_kind(locks.lock_at(file), catalogue, kinds):
            if definition.key not in reported:
                reported.add(definition.key)
                yield _changed_kind(definition, before, verb, definition.scope)
    for role, lock in private_locks(project, locks):
        private = _private_definitions(project, role)
        definitions = catalogue | {definition.first_id: definition for definition in private}
        for definition, before in _of_another_kind(lock, definitions, kinds):
            if definition.key not in reported:
                yield _changed_kind(definition, before, "built", role.scope)


def _of_another_kind(
    lock: Lock, definitions: Mapping[str, Definition], kinds: Mapping[str, str]
) -> Iterator[tuple[Definition, str]]:
    """Definitions whose newest line is of a note type of another kind, with that kind.

    The newest: an id that once changed its kind unseen is studied as what it became. `kinds`: by
    the folders of note types.
    """
    newest: dict[str, NoteLine] = {}
    for line in lock.notes.values():
        first_id = definition_id(line.first_id)
        if line.notetype in kinds and (first_id not in newest or newest[first_id].time < line.time):
            newest[first_id] = line
    for first_id, line in newest.items():
        definition = definitions.get(first_id)
        if definition is None or definition.retired is not None or not definition.kind.is_sound:
            continue
        if kinds[line.notetype] != definition.kind.name:
            yield definition, kinds[line.notetype]


def _changed_kind(definition: Definition, before: str, verb: str, scope: Scope) -> Finding:
    id = definition.was or definition.id
    first_step = f"take `was: {id}` out" if definition.was else "choose a new id"
    return Finding(
        f"`{id}` was {verb} as a {before}, and `{definition.id}` is a {definition.kind.name}:"
        " that is another note, without its reviews",
        definition.span,
        f"{first_step}, and put the {before} `{id}` back, with `retired:` if no deck shall have it",
        scope,
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
