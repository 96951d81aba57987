"""The tags that a learner made up in Anki, on notes that are a private role's own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from builder.commands.sync.answers import Mine, definition_of, is_touched, known_line
from builder.lock import Locks
from builder.model.marks import is_own_tag
from builder.project import Definition, Project, Role


@dataclass(frozen=True, slots=True)
class Tagged:
    """A definition with the learner's tags on any of its notes behind those that YAML has."""

    role: Role
    definition: Definition
    tags: tuple[str, ...]


def tagged(
    project: Project, mine: Iterable[tuple[Mine, Role]], locks: Locks, now: int
) -> list[Tagged]:
    """Definitions that have tags in Anki which YAML has not. A tag is taken, never taken away."""
    found: dict[tuple[str, str], Tagged] = {}
    for one, role in mine:
        definition = definition_of(project, role, one.first_id)
        if definition is None or definition.value is None or one.owner_key != role.key:
            continue
        if not is_touched(one, known_line(locks, role, one.line), now):
            continue
        name = role.id, definition.id
        said = tuple(tag.text for tag in role.tags.get(definition.id, ()))
        tags = found[name].tags if name in found else said
        known = {tag.casefold() for tag in tags}
        new = [tag for tag in one.note.tags if is_own_tag(tag) and tag.casefold() not in known]
        if new:
            found[name] = Tagged(role, definition, (*tags, *sorted(new)))
    return list(found.values())
