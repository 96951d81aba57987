"""A project as it would be with one more file, or a changed file, before the file is written."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from builder.findings import Diagnostic
from builder.load.definitions import definitions_of
from builder.load.files import Section
from builder.load.roles import role_beside, with_heirs
from builder.project import Project
from builder.source import parse


def with_file(
    project: Project,
    path: Path,
    content: bytes,
    private: str | None,
    person: str | None = None,
) -> tuple[Project, list[Diagnostic]]:
    """The project with the role and the definitions that `content` adds, and that file's faults.

    `private`: the role or person that the file belongs to; None for the catalogue. `person`: the
    person whose role it is, or the person again. Definitions that were read before stay as they
    are; the role itself is read again.
    """
    file = path.relative_to(project.root).as_posix()
    tree, findings = parse(content, file)
    sections = {
        name: Section(name, entry.key, entry.value, path, private, person)
        for name, entry in (tree.entries.items() if tree else ())
    }
    roles = dict(project.roles)
    section = sections.get("me" if private is not None and private == person else "role")
    if section is not None:
        id = private or path.stem
        roles[id], faults = role_beside(section, id, roles, project.definitions)
        findings += faults
    definitions, faults = definitions_of(sections.values(), project.kinds, private)
    findings += faults
    if private is None:
        return replace(
            project, roles=roles, definitions={**definitions, **project.definitions}
        ), findings
    role = roles[private]
    roles[private] = replace(role, definitions={**definitions, **role.definitions})
    return replace(project, roles=with_heirs(private, roles, project.definitions)), findings
