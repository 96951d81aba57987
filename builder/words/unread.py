"""Messages for words that a sync does not take: where they are, and what to do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from builder.html.blocks import parse_field
from builder.ids import definition_id
from builder.lock.lines import TAKEN
from builder.phrasing import first_three
from builder.project import Definition, Project
from builder.words.judge import Known, Words, is_as_packed
from builder.words.notes import LearnerNote, OwnedNote, is_shared


def is_learners_own(words: Words, known: Known) -> bool:
    """Whether a learner wrote these words in Anki, and YAML never took them."""
    is_empty = not any(parse_field(html).blocks for html in words.fields)
    return not is_empty and not (
        is_as_packed(words, known) or f"{TAKEN}{words.digest}" in known.packed
    )


def about_fields(owned: OwnedNote) -> str:
    """A note whose fields with words the learner's note type does not have."""
    note, role = owned.note, owned.role
    our_names = {field.name for field in note.notetype.fields}
    missing = ", ".join(f"`{name}`" for name in note.renamed)
    head = f"{role.id}: the note type of `{note.id}` has no field {missing} in Anki"
    if our_names.isdisjoint(note.exported.fields):
        return (
            f"{role.id}: `{note.id}` has another note type in Anki, so its words stay there: give"
            f" it `{note.notetype.name}` again, and sync again"
        )
    if note.exported.fields.keys() <= our_names:
        return (
            f"{head}; it was deleted there, with what stood in it: add a field of that name to"
            " the note type, and sync again"
        )
    return f"{head}; a field that was renamed is not read: give it its old name, and sync again"


def about_no_base(owned: OwnedNote) -> str:
    """A note type without the field that says with which words a note was packed."""
    notetype = owned.note.notetype
    name = next(field.name for field in notetype.fields if field.key == notetype.base)
    return (
        f"{owned.role.id}: the note type `{notetype.name}` has no field `{name}` in Anki, which"
        " says with which words a note was packed: more is in doubt"
    )


def about_no_deck(project: Project, owned: OwnedNote, definition: Definition | None) -> str:
    """A note with words whose definition is gone, moved, retired, faulty, or in no deck."""
    note, role = owned.note, owned.role
    first_id = definition_id(note.first_id)
    elsewhere = next((d for d in project.all_definitions if d.first_id == first_id), None)
    if definition is None and elsewhere is not None:
        reason, help = f"is in {elsewhere.span.file} now", "copy them there by hand"
    elif definition is None:
        reason, help = "is in no file", "put its definition back, or copy them by hand"
    elif definition.retired is not None:
        reason, help = "is retired", "take `retired:` out, and sync again"
    elif definition.value is None:
        reason, help = "has a fault", "mend it (prepdeck check), and sync again"
    else:
        reason, help = "is in no deck", "let a role choose it, and sync again"
    return f"{role.id}: `{note.id}` {reason}, so what you wrote in it stays in Anki: {help}"


def about_strangers(project: Project, notes: Iterable[LearnerNote]) -> Iterator[str]:
    """Notes with words and a key that no role or person has."""
    keys = {role.key for role in project.roles.values()}
    keys |= {key for role in project.roles.values() if role.me for key in role.me.continues}
    ids_by_key: dict[str, list[str]] = {}
    for note in notes:
        if note.owner_key in keys or is_shared(project, note) or not note.is_slow:
            continue
        if note.base != note.words.base and any(parse_field(f).blocks for f in note.words.fields):
            ids_by_key.setdefault(note.owner_key, []).append(note.first_id)
    for key, ids in ids_by_key.items():
        yield (
            f"no role has the key `{key}`, so what you wrote in {first_three(ids)} stays in Anki:"
            f" give the role `key: {key}` again, or copy it by hand"
        )
