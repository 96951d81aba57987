"""Names that something new may have, and what stands in its way before it is written."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from builder.findings import Diagnostic, PrepdeckError
from builder.ids import SLUG_LENGTH, is_slug
from builder.pipeline import compile_loaded
from builder.project import Project, Role


def check_role_id(project: Project, id: str, *, public: bool) -> None:
    """Raises `PrepdeckError` unless a role may be called so."""
    _check_slug(id)
    path = role_path(project, id, public=public)
    if id in project.roles or path.exists():
        file = path.relative_to(project.root).as_posix()
        at = project.roles[id].span.file if id in project.roles else file
        raise PrepdeckError(f"`{id}` is there already: {at}", help="choose another name")


def role_path(project: Project, id: str, *, public: bool) -> Path:
    """The file of a role that is to be."""
    return project.root / "decks" / (f"roles/{id}.yaml" if public else f"private/{id}/role.yaml")


def check_definition_id(project: Project, role: Role | None, id: str) -> None:
    """Raises `PrepdeckError` unless a definition of the catalogue, or of a private role, may have it."""
    _check_slug(id)
    for definition in (*project.definitions.values(), *(role.definitions.values() if role else ())):
        if id in (definition.id, definition.was):
            help = "choose another name"
            if role:
                help += f", or say it differently under `override` in {role.span.file}"
            at = f"a {definition.kind}, {definition.span}"
            raise PrepdeckError(f"`{id}` is there already: {at}", help=help)


def _check_slug(id: str) -> None:
    if not is_slug(id):
        raise PrepdeckError(
            f"`{id}` is not an id",
            help=f"at most {SLUG_LENGTH} lower-case letters and digits, words joined by hyphens",
        )


def check_new(
    project: Project,
    found: Iterable[Diagnostic],
    roles: Iterable[str],
    file: str,
    content: bytes,
    lines: range,
) -> None:
    """Raises `PrepdeckError` for the first error in these lines, from 1, of a file that is to be written.

    `project`: as it would be; `found`: what reading the file brought. Faults that stand elsewhere
    were there before. Warnings are no reason not to begin.
    """
    text = content.decode("utf-8").split("\n")
    for fault in compile_loaded(project, list(found), tuple(roles)).findings:
        if fault.is_error and fault.span.file == file and fault.span.line in lines:
            said = text[fault.span.line - 1].strip()
            help = fault.help or "say it in another way"
            raise PrepdeckError(f"`{said}` would be at fault: {fault.message}", help=help)
