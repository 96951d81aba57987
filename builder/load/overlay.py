"""A project as it would be with one file more, or one changed: known before it is written."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from builder.findings import Diagnostic
from builder.load.definitions import definitions_of
from builder.load.files import Section
from builder.load.roles import role_beside
from builder.project import Project
from builder.source import parse


def with_file(
    project: Project, path: Path, content: bytes, private: str | None
) -> tuple[Project, list[Diagnostic]]:
    """The project with the role and the definitions that `content` adds, and that file's faults.

    `private`: the role whose file it is, None in the catalogue. What the file said before stays as
    it was read; a role's selectors are read anew.
    """
    file = path.relative_to(project.root).as_posix()
    tree, found = parse(content, file)
    parts = {
        name: Section(name, entry.key, entry.value, path, private)
        for name, entry in (tree.entries.items() if tree else ())
    }
    roles = dict(project.roles)
    if "role" in parts:
        id = private or path.stem
        roles[id], faults = role_beside(parts["role"], id, roles, project.definitions)
        found += faults
    said, faults = definitions_of(parts.values(), private)
    found += faults
    if private is None:
        return replace(project, roles=roles, definitions={**said, **project.definitions}), found
    owner = roles[private]
    roles[private] = replace(owner, definitions={**said, **owner.definitions})
    return replace(project, roles=roles), found
