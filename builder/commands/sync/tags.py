"""The tags that a learner added in Anki, to notes that a private role or a person owns."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from builder.load.answers import is_own_tag
from builder.lock import Locks
from builder.project import Definition, Project, Role
from builder.words.notes import OwnedNote, definition_of, is_saved, lock_line


@dataclass(frozen=True, slots=True)
class TaggedDefinition:
    """A definition with the tags that YAML has, and behind them those of its notes in Anki."""

    role: Role
    definition: Definition
    tags: tuple[str, ...]


def tagged_definitions(
    project: Project, notes: Iterable[OwnedNote], locks: Locks, now: int
) -> list[TaggedDefinition]:
    """The definitions with tags that only Anki has; a sync adds tags to YAML and removes none.

    `now`: Unix seconds.
    """
    tagged_by_ids: dict[tuple[str, str], TaggedDefinition] = {}
    for owned in notes:
        note, role = owned.note, owned.role
        definition = definition_of(role, project, note.first_id)
        if definition is None or definition.value is None or not owned.is_own:
            continue
        if not is_saved(note, lock_line(locks, role, note.key), now):
            continue
        role_and_id = role.id, definition.id
        yaml_tags = tuple(tag.text for tag in role.tags.get(definition.id, ()))
        tags_so_far = tagged_by_ids[role_and_id].tags if role_and_id in tagged_by_ids else yaml_tags
        folded_tags = {tag.casefold() for tag in tags_so_far}
        new_tags = [
            exported_tag
            for exported_tag in note.exported.tags
            if is_own_tag(exported_tag) and exported_tag.casefold() not in folded_tags
        ]
        if new_tags:
            tagged_by_ids[role_and_id] = TaggedDefinition(
                role, definition, (*tags_so_far, *sorted(new_tags))
            )
    return list(tagged_by_ids.values())
