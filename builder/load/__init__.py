"""Files to a `Project`, with every fault on the way.

What reads a project is imported when one is read: `new --help` needs `load.kinds` alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from builder.findings import Diagnostic, PrepdeckError, without_echoes
from builder.root import person_of_move, unfinished_moves

if TYPE_CHECKING:
    from builder.load.files import Section
    from builder.project import Definition, Project


def load(root: Path) -> tuple[Project, list[Diagnostic]]:
    """The whole project under `root`: everything is read before anything is judged across files.

    Raises `PrepdeckError` while roles that move below a person are neither here nor there.
    """
    from builder.load.definitions import definitions_of
    from builder.load.files import sections
    from builder.load.kinds import kinds_of
    from builder.load.roles import roles_of
    from builder.load.settings import read_bibliography, read_settings, read_topics
    from builder.load.templates import card_texts_of, template_folders, with_card_texts
    from builder.project import Project

    for move in unfinished_moves(root):
        person = person_of_move(move)
        raise PrepdeckError(
            f"a move of roles below `{person}` was interrupted",
            help=f"finish it; no role is lost: prepdeck new person {person}",
        )
    kinds, findings = kinds_of(root)
    settings, faults = read_settings(root)
    findings += faults
    public: list[Section] = []
    private: dict[str, list[Section]] = {}
    for section, faults in sections(root, kinds):
        findings += faults
        if section is not None:
            (private.setdefault(section.role, []) if section.role else public).append(section)

    topics, topic_spans, topics_complete, faults = read_topics(public)
    findings += faults
    sources, sources_complete, faults = read_bibliography(public)
    findings += faults
    catalogue, faults = definitions_of(public, kinds, None)
    findings += faults
    private_definitions: dict[str, Mapping[str, Definition]] = {}
    for role, role_sections in private.items():
        private_definitions[role], faults = definitions_of(role_sections, kinds, role)
        findings += faults
    roles, faults = roles_of(public, private, catalogue, private_definitions)
    findings += faults
    templates, shared_templates, faults = template_folders(root, kinds)
    findings += faults
    card_texts, faults = card_texts_of(root, settings)
    findings += faults
    templates, faults = with_card_texts(root, settings.value.language, templates, card_texts)
    findings += faults
    project = Project(
        root=root,
        kinds=kinds,
        settings=settings,
        topics=topics,
        topics_complete=topics_complete,
        sources=sources,
        sources_complete=sources_complete,
        definitions=catalogue,
        roles=roles,
        templates=templates,
        shared_templates=shared_templates,
        card_texts=card_texts,
        topic_spans=topic_spans,
    )
    return project, without_echoes(findings)
