"""Checks of what is new, before it is written: its name, what it refers to, and its content."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from builder.commands.new.flags import Flag
from builder.edit.written import value
from builder.findings import Diagnostic, PrepdeckError, did_you_mean, errors_within
from builder.ids import SLUG_LENGTH, is_slug
from builder.pipeline import compile_loaded
from builder.project import Project, Role
from builder.render.cloze import slips_of


def check_role_id(project: Project, id: str, *, public: bool) -> None:
    """Raises `PrepdeckError` unless a new role may have this id."""
    _check_slug(id)
    new_path = role_path(project, id, public=public)
    if id in project.roles or new_path.exists():
        existing_role = project.roles.get(id)
        existing_file = (
            existing_role.span.file
            if existing_role
            else new_path.relative_to(project.root).as_posix()
        )
        raise PrepdeckError(f"`{id}` already exists: {existing_file}", help="choose another name")


def role_path(project: Project, id: str, *, public: bool) -> Path:
    """The file of a new role."""
    return project.root / "decks" / (f"roles/{id}.yaml" if public else f"private/{id}/role.yaml")


def check_definition_id(project: Project, owner: Role | None, id: str) -> None:
    """Raises `PrepdeckError` unless a new definition may have this id.

    `owner`: the private role that it is for, None for the catalogue.
    """
    _check_slug(id)
    private_definitions = owner.definitions.values() if owner else ()
    for definition in (*project.definitions.values(), *private_definitions):
        if id in (definition.id, definition.was):
            help = "choose another name"
            if owner:
                help += f", or change its texts under `override` in {owner.span.file}"
            raise PrepdeckError(
                f"`{id}` already exists: a {definition.kind.name}, {definition.span}", help=help
            )


def check_reference(project: Project, owner: Role | None, kind: str, id: str) -> None:
    """Raises `PrepdeckError` unless a definition of this kind has the id.

    `owner`: the private role whose own definitions count too.
    """
    definition_by_id = {**project.definitions, **(owner.definitions if owner else {})}
    ids_of_kind = [
        id for id, d in definition_by_id.items() if d.kind.name == kind and d.retired is None
    ]
    if id not in ids_of_kind:
        raise PrepdeckError(
            f"unknown {kind} `{id}`",
            help=did_you_mean(id, ids_of_kind) or f"list them: prepdeck ls kind:{kind}",
        )


def check_text(project: Project, owner: Role | None, flag: Flag, text: str) -> None:
    """Raises `PrepdeckError` for a text that the option cannot have.

    That is an id of no definition of its kind, a fault in the marks of clozes, or a character that
    YAML or Anki does not keep. `owner` is as for `check_reference`.
    """
    if flag.refers_to:
        check_reference(project, owner, flag.refers_to, text)
        return
    value(text)
    for slip in slips_of(text) if flag.is_cloze else ():
        raise PrepdeckError(f"`{text}`: {slip.message}", help=slip.help)


def _check_slug(id: str) -> None:
    if not is_slug(id):
        raise PrepdeckError(
            f"`{id}` is not an id",
            help=f"use lower-case letters, digits and single hyphens, at most {SLUG_LENGTH}",
        )


def check_new(
    project: Project,
    findings: Iterable[Diagnostic],
    roles: Iterable[str],
    file: str,
    content: bytes,
    lines: range,
) -> None:
    """Raises `PrepdeckError` for the first error in these lines (from 1) of a file to be written.

    `project`: as it is with the file. `findings`: those of reading the file. `roles`: whose decks
    have the new lines. Errors in other lines existed before, and warnings do not matter.
    """
    compiled = compile_loaded(project, list(findings), tuple(roles))
    for error in errors_within(compiled.findings, file, lines):
        faulty_line = content.decode("utf-8").split("\n")[error.span.line - 1].strip()
        help = error.help or "write it in another way"
        raise PrepdeckError(f"`{faulty_line}` would be an error: {error.message}", help=help)
