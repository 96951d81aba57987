"""Checks of what is new, before it is written: its name, what it refers to, and its content."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from builder.commands.new.flags import Flag
from builder.edit.written import value
from builder.findings import Diagnostic, PrepdeckError, did_you_mean, errors_within
from builder.ids import SLUG_LENGTH, is_slug
from builder.pipeline import compile_loaded
from builder.project import Project, Role
from builder.render.cloze import slips_of


def check_role_id(
    project: Project, id: str, *, public: bool = False, person: str | None = None
) -> None:
    """Raises `PrepdeckError` unless a new role may have this id. `person`: whose role it is."""
    check_slug(id)
    if id == person:
        raise PrepdeckError(f"`{id}` is the person", help="choose another name for the role")
    new_path = role_path(project, id, public=public, person=person)
    if id in project.roles or new_path.exists():
        existing_role = project.roles.get(id)
        existing_file = (
            existing_role.span.file
            if existing_role
            else new_path.relative_to(project.root).as_posix()
        )
        raise PrepdeckError(f"`{id}` already exists: {existing_file}", help="choose another name")


def role_path(
    project: Project, id: str, *, public: bool = False, person: str | None = None
) -> Path:
    """The file of a new role."""
    if public:
        return project.root / "decks/roles" / f"{id}.yaml"
    private_folder = project.root / "decks/private"
    return (private_folder / person if person else private_folder) / id / "role.yaml"


def check_person_id(project: Project, id: str) -> None:
    """Raises `PrepdeckError` unless a new person may have this id."""
    check_slug(id)
    folder = project.root / "decks/private" / id
    existing_role = project.roles.get(id)
    if existing_role is not None or folder.exists():
        existing = existing_role.span.file if existing_role else folder.relative_to(project.root)
        help = "choose another name for the person; `new role` takes it as --person NAME"
        raise PrepdeckError(f"`{id}` already exists: {existing}", help=help)


def check_definition_id(project: Project, owner: Role | None, id: str) -> None:
    """Raises `PrepdeckError` unless a new definition may have this id.

    `owner`: the private role that it is for, None for the catalogue.
    """
    check_slug(id)
    # A person and the roles are one deck: two notes of one id would be confused there.
    person = owner if owner is None or owner.is_person else project.person_of(owner)
    family = [owner] if owner else []
    if person is not None:
        family += [role for role in project.roles.values() if person.id in (role.id, role.person)]
    private_definitions = [d for role in family for d in role.pool.values()]
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
    definition_by_id = {**project.definitions, **(owner.pool if owner else {})}
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


def check_slug(id: str) -> None:
    """Raises `PrepdeckError` for a text that cannot be an id."""
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
    *,
    read: bool = False,
) -> None:
    """Raises `PrepdeckError` for the first error in these lines (from 1) of a file to be written.

    `project`: as it is with the file. `findings`: those of reading the file. `roles`: whose decks
    have the new lines. Errors in other lines existed before, and warnings do not matter. `read`:
    only `findings` count, because no deck has the lines yet.
    """
    if not read:
        findings = compile_loaded(project, list(findings), tuple(roles)).findings
    for error in errors_within(findings, file, lines):
        raise would_be_error(error, content)


def would_be_error(finding: Diagnostic, content: bytes) -> PrepdeckError:
    """The error for a finding in a file that is not written because of it; `content`: its bytes."""
    faulty_line = content.decode("utf-8").split("\n")[finding.span.line - 1].strip()
    help = finding.help or "write it in another way"
    return PrepdeckError(f"`{faulty_line}` would be an error: {finding.message}", help=help)


def unselected(project: Project, selector: str) -> str:
    """What to write where, for what is in no deck yet. `selector`: a key and a name."""
    files = [r.span.file for r in project.roles.values() if not r.private and r.retired is None]
    example = f"for example in {files[0]}" if files else "in the file of a role"
    return f"no role selects it yet: write `- {{{selector}}}` under `add`, {example}"


def example_question(answerable_ids: Iterator[str]) -> dict[str, str]:
    """What archetypes call the id of a definition that the learner can answer, for examples."""
    return {"question": next(answerable_ids, "some-question")}
