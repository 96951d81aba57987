"""`new question`, `new kpi` and so on: a definition that can be built at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from builder.commands.new.archetype import filled, project_names
from builder.commands.new.files import NewFiles, content_of, with_modeline, write_files
from builder.commands.new.names import (
    check_definition_id,
    check_new,
    check_reference,
    unselected,
)
from builder.edit.insert import with_definition, with_selector
from builder.findings import PrepdeckError, did_you_mean
from builder.load.files import file_with
from builder.load.overlay import with_file
from builder.project import Definition, Project, Role
from builder.select import select


@dataclass(frozen=True, slots=True, kw_only=True)
class DefinitionDraft:
    """A definition to be written.

    `role`: the id of the role or person that it is for, None for the catalogue. `texts`: what its
    archetype is filled with, by the archetype's names: a text, or several. `today`: the day of
    writing.
    """

    kind: str
    id: str
    role: str | None
    topics: tuple[str, ...]
    texts: Mapping[str, str | tuple[str, ...] | None]
    today: date


def new_definition(project: Project, draft: DefinitionDraft) -> NewFiles:
    """Adds the definition to a file of a private role, a person or the catalogue.

    The text in the file stays. `role_for` decides whether it is the role's or its person's.

    A public role selects it if it does not already. Raises `PrepdeckError` for unknown names, for
    an id that exists, and for a definition with an error; then nothing is written.
    """
    role = role_for(project, draft.kind, draft.role)
    owner = role if role and role.private else None
    check_definition_id(project, owner, draft.id)
    _check_texts(draft)
    for topic in draft.topics:
        if topic not in project.topics:
            raise PrepdeckError(
                f"unknown topic `{topic}`", help=did_you_mean(topic, project.topics)
            )
    _check_references(project, owner, draft)
    section = project.kinds[draft.kind].section
    file_path = _file(project, owner, section, draft.topics)
    relative_path = file_path.relative_to(project.root).as_posix()
    old_content = (
        content_of(project, file_path)
        if file_path.exists()
        else with_modeline(relative_path, _HEAD).encode()
    )
    definition_yaml = _body(project, owner, draft)
    content_by_path = {
        file_path: with_definition(old_content, relative_path, section, draft.id, definition_yaml)
    }
    project_after, findings = with_file(
        project,
        file_path,
        content_by_path[file_path],
        owner.id if owner else None,
        (owner.id if owner.is_person else owner.person) if owner else None,
    )
    if role is not None and owner is None and role.id not in _roles_with(project_after, draft.id):
        role_path = project.root / role.span.file
        content_by_path[role_path] = with_selector(
            content_of(project, role_path), role.span.file, draft.id
        )
        project_after, role_findings = with_file(
            project_after, role_path, content_by_path[role_path], None
        )
        findings += role_findings
    role_ids = _roles_of(project_after, owner) if owner else _roles_with(project_after, draft.id)
    added_definition = (
        project_after.roles[owner.id].definitions if owner else project_after.definitions
    )[draft.id]
    _check_archetype(added_definition)
    added_lines = range(added_definition.span.line, added_definition.node.end_line + 1)
    check_new(
        project_after, findings, role_ids, relative_path, content_by_path[file_path], added_lines
    )
    write_files(project.root, content_by_path, project_after)
    return NewFiles(
        tuple(content_by_path),
        tuple(_messages(project_after, role_ids, owner, draft, relative_path)),
    )


def role_for(project: Project, kind: str, name: str | None) -> Role | None:
    """The role or person that a definition is for, None for the catalogue.

    A story is the person's, whichever of the roles is named; a fact is always one role's. Raises
    `PrepdeckError` for an unknown role, a retired one, and a person where a role is needed.
    """
    if name is None:
        return None
    is_private_kind = project.kinds[kind].private
    role_by_id = {
        role.id: role for role in project.roles.values() if role.private or not is_private_kind
    }
    if name not in role_by_id:
        help = did_you_mean(name, role_by_id) or f"create it: prepdeck new role {name}"
        raise PrepdeckError(
            f"unknown {'private role' if is_private_kind else 'role'} `{name}`", help=help
        )
    if (retired_reason := role_by_id[name].retired) is not None:
        help = f"take `retired:` out of {role_by_id[name].span.file}, or name another role"
        raise PrepdeckError(f"the role `{name}` is retired: {retired_reason}", help=help)
    role = role_by_id[name]
    if is_private_kind and project.kinds[kind].marks.serves:
        return project.person_of(role) or role
    if is_private_kind and role.is_person:
        roles = project.roles_of(role)
        if len(roles) != 1:
            ids = ", ".join(f"`{employer.id}`" for employer in roles)
            raise PrepdeckError(
                f"`{name}` is a person, and a {kind} is about one employer",
                help=f"name one of the roles: {ids}"
                if ids
                else f"create one: prepdeck new role ID --person {name}",
            )
        return roles[0]
    return role


def _roles_of(project: Project, owner: Role) -> list[str]:
    """The roles whose decks have what a private role or a person defines."""
    if owner.is_person:
        return [role.id for role in project.roles_of(owner)]
    return [owner.id] if owner.has_deck else []


def _check_texts(draft: DefinitionDraft) -> None:
    for text_key, texts in draft.texts.items():
        for text in texts if isinstance(texts, tuple) else (texts or "",):
            if text.isspace():
                raise PrepdeckError(f"`{text_key}` is empty", help="fill it in, or leave it out")


def _check_references(project: Project, owner: Role | None, draft: DefinitionDraft) -> None:
    """Raises `PrepdeckError` for a text that should name a definition and does not."""
    shape_by_key = project.kinds[draft.kind].shape.keys
    for text_key, texts in draft.texts.items():
        key_shape = shape_by_key.get(text_key)
        referred_kind = (
            (key_shape.ref or (key_shape.items.ref if key_shape.items else "")) if key_shape else ""
        )
        if referred_kind in project.kinds:
            for referred_id in texts if isinstance(texts, tuple) else (texts,) if texts else ():
                check_reference(project, owner, referred_kind, referred_id)


def _check_archetype(definition: Definition) -> None:
    """Raises `PrepdeckError` for a needed key that the archetype of the kind does not write."""
    kind, node = definition.kind, definition.node
    # An unknown key may be a misspelt needed one, and `check` says which.
    if node.broken or not node.entries.keys() <= kind.shape.keys.keys():
        return
    for key, shape in kind.shape.keys.items():
        if shape.needed and key not in node.entries:
            message = f"templates/{kind.folder}/new.yaml does not write `{key}`"
            raise PrepdeckError(message, help=f"add `{key}: …` to that file")


def _body(project: Project, owner: Role | None, draft: DefinitionDraft) -> str:
    """The definition's keys as YAML, from the archetype of its kind."""
    kind = project.kinds[draft.kind]
    text_by_name = {
        "today": draft.today,
        **dict.fromkeys(kind.shape.keys, ""),
        **{key: text or "" for key, text in draft.texts.items()},
        "id": draft.id,
        "topics": draft.topics,
        "project": project_names(project, owner),
    }
    return filled(project.root, f"{kind.folder}/new.yaml", text_by_name)


def _roles_with(project: Project, definition_id: str) -> list[str]:
    """The public roles whose decks have a definition of the catalogue."""
    public_roles = [r for r in project.roles.values() if not r.private and r.retired is None]
    return [
        role.id
        for role in public_roles
        if any(chosen.definition.id == definition_id for chosen in select(project, role)[0].chosen)
    ]


def _file(project: Project, owner: Role | None, section: str, topics: tuple[str, ...]) -> Path:
    if owner is None:
        area = topics[0].split("/")[0] if topics else "mine"
        return project.root / "decks" / section / f"{area}.yaml"
    if (existing_path := file_with(project.root, owner.id, section)) is not None:
        return existing_path
    role_path = project.root / owner.span.file
    home_folder = project.root / "decks/private" / (owner.person or "")
    if owner.is_person or role_path.parent == home_folder:
        return role_path  # all of the role, or of the person, is in one file
    return role_path.parent / f"{section.removeprefix('my_').removeprefix('employer_')}.yaml"


_HEAD = "# Never change an id: Anki recognizes a note by it. You may change everything else.\n"


def _messages(
    project: Project,
    role_ids: list[str],
    owner: Role | None,
    draft: DefinitionDraft,
    relative_path: str,
) -> Iterator[str]:
    if not role_ids and owner is not None:
        yield f"next: edit {relative_path}, then: prepdeck check"
        return
    if not role_ids:
        yield unselected(project, f"id: {draft.id}")
        yield f"next: edit {relative_path}, then: prepdeck check"
        return
    if owner is None:
        yield f"it is in the deck of {', '.join(role_ids)}"
    role_to_build = draft.role if draft.role in role_ids else role_ids[0]
    yield f"next: edit {relative_path}, then: prepdeck build {role_to_build}"
