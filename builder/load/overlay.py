"""A project as it would be with one more file, or a changed file, before the file is written."""

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

    `private`: the role that the file belongs to; None for the catalogue. Definitions that were read
    before stay as they are; the role itself is read again.
    """
    file = path.relative_to(project.root).as_posix()
    tree, findings = parse(content, file)
    sections = {
        name: Section(name, entry.key, entry.value, path, private)
        for name, entry in (tree.entries.items() if tree else ())
    }
    roles = dict(project.roles)
    if "role" in sections:
        id = private or path.stem
        roles[id], faults = role_beside(sections["role"], id, roles, project.definitions)
        findings += faults
    definitions, faults = definitions_of(sections.values(), project.kinds, private)
    findings += faults
    if private is None:
        return replace(
            project, roles=roles, definitions={**definitions, **project.definitions}
        ), findings
    role = roles[private]
    roles[private] = replace(role, definitions={**definitions, **role.definitions})
    return replace(project, roles=roles), findings
