"""The tags that a learner added in Anki, to notes that a private role owns."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from builder.commands.sync.answers import LearnerNote, definition_of, is_touched, lock_line
from builder.load.roles import is_own_tag
from builder.lock import Locks
from builder.project import Definition, Project, Role


@dataclass(frozen=True, slots=True)
class TaggedDefinition:
    """A definition with the tags that YAML has, and behind them those of its notes in Anki."""

    role: Role
    definition: Definition
    tags: tuple[str, ...]


def tagged_definitions(
    project: Project, notes: Iterable[tuple[LearnerNote, Role]], locks: Locks, now: int
) -> list[TaggedDefinition]:
    """The definitions with tags that only Anki has; a sync adds tags to YAML and removes none.

    `now`: Unix seconds.
    """
    tagged: dict[tuple[str, str], TaggedDefinition] = {}
    for note, role in notes:
        definition = definition_of(project, role, note.first_id)
        if definition is None or definition.value is None or note.owner_key != role.key:
            continue
        if not is_touched(note, lock_line(locks, role, note.key), now):
            continue
        id = role.id, definition.id
        in_yaml = tuple(tag.text for tag in role.tags.get(definition.id, ()))
        tags = tagged[id].tags if id in tagged else in_yaml
        folded = {tag.casefold() for tag in tags}
        new = [t for t in note.exported.tags if is_own_tag(t) and t.casefold() not in folded]
        if new:
            tagged[id] = TaggedDefinition(role, definition, (*tags, *sorted(new)))
    return list(tagged.values())
