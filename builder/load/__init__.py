"""Files to a `Project`, with every fault on the way."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from builder.findings import Diagnostic
from builder.load.definitions import definitions_of
from builder.load.files import Section, sections
from builder.load.roles import roles_of
from builder.load.settings import bibliography, settings, topics
from builder.load.templates import template_folders, words_of
from builder.project import Definition, Project


def load(root: Path) -> tuple[Project, list[Diagnostic]]:
    """The whole project under `root`: everything is read before anything is judged across files."""
    found: list[Diagnostic] = []
    said, faults = settings(root)
    found += faults
    public: list[Section] = []
    private: dict[str, list[Section]] = {}
    for section, faults in sections(root):
        found += faults
        if section is not None:
            (private.setdefault(section.role, []) if section.role else public).append(section)

    tree, places, whole, faults = topics(public)
    found += faults
    books, books_whole, faults = bibliography(public)
    found += faults
    catalogue, faults = definitions_of(public, None)
    found += faults
    own: dict[str, Mapping[str, Definition]] = {}
    for role, parts in private.items():
        own[role], faults = definitions_of(parts, role)
        found += faults
    roles, faults = roles_of(public, private, catalogue, own)
    found += faults
    folders, shared, faults = template_folders(root)
    found += faults
    words, faults = words_of(root, said)
    found += faults
    project = Project(
        root,
        said,
        tree,
        whole,
        books,
        books_whole,
        catalogue,
        roles,
        folders,
        shared,
        words,
        places,
    )
    return project, _without_echoes(found)


#: What the reader of a file says.
_READING = {"syntax", "yaml-feature", "empty-value", "nested-too-deep"}


def _without_echoes(found: list[Diagnostic]) -> list[Diagnostic]:
    """One slip, one message: a value that could not be read is no wrong value besides."""
    read = {(d.span.file, d.span.line) for d in found if d.rule in _READING}
    return [
        d
        for d in found
        if d.rule not in {"wrong-value", "bad-id"} or (d.span.file, d.span.line) not in read
    ]
