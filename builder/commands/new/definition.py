"""`new question`, `new kpi` and so on: a definition that can be built at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from builder.commands.new.archetype import filled, project_names
from builder.commands.new.files import NewFiles, with_modeline, write_files
from builder.commands.new.names import check_definition_id, check_new, check_reference
from builder.edit.insert import with_definition, with_selector
from builder.findings import PrepdeckError, did_you_mean
from builder.load.files import file_with
from builder.load.overlay import with_file
from builder.project import Project, Role
from builder.select import select


@dataclass(frozen=True, slots=True, kw_only=True)
class DefinitionDraft:
    """A definition to be written.

    `role`: the id of the role that it is for, None for the catalogue. `texts`: what its archetype
    is filled with, by the archetype's names: a text, or several. `today`: the day of writing.
    """

    kind: str
    id: str
    role: str | None
    topics: tuple[str, ...]
    texts: Mapping[str, str | tuple[str, ...] | None]
    today: date


def new_definition(project: Project, draft: DefinitionDraft) -> NewFiles:
    """Adds the definition to a file of its private role or of the catalogue; the text there stays.

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
    path = _file(project, owner, section, draft.topics)
    file = path.relative_to(project.root).as_posix()
    old = path.read_bytes() if path.is_file() else with_modeline(file, _HEAD).encode()
    body = _body(project, owner, draft)
    files = {path: with_definition(old, file, section, draft.id, body)}
    after, findings = with_file(project, path, files[path], owner.id if owner else None)
    if role is not None and owner is None and role.id not in _roles_with(after, draft.id):
        role_file = project.root / role.span.file
        files[role_file] = with_selector(role_file.read_bytes(), role.span.file, draft.id)
        after, faults = with_file(after, role_file, files[role_file], None)
        findings += faults
    roles = [owner.id] if owner else _roles_with(after, draft.id)
    definition = (after.roles[owner.id].definitions if owner else after.definitions)[draft.id]
    lines = range(definition.span.line, definition.node.end_line + 1)
    check_new(after, findings, roles, file, files[path], lines)
    write_files(project.root, files, after)
    return NewFiles(tuple(files), tuple(_messages(after, roles, owner, draft, file)))


def role_for(project: Project, kind: str, name: str | None) -> Role | None:
    """The role that a definition is for, None for the catalogue.

    Raises `PrepdeckError` for an unknown role, and for a retired one.
    """
    if name is None:
        return None
    private = project.kinds[kind].private
    roles = {role.id: role for role in project.roles.values() if role.private or not private}
    if name not in roles:
        help = did_you_mean(name, roles) or f"create it: prepdeck new role {name}"
        raise PrepdeckError(f"unknown {'private role' if private else 'role'} `{name}`", help=help)
    if (reason := roles[name].retired) is not None:
        help = f"take `retired:` out of {roles[name].span.file}, or name another role"
        raise PrepdeckError(f"the role `{name}` is retired: {reason}", help=help)
    return roles[name]


def _check_texts(draft: DefinitionDraft) -> None:
    for key, texts in draft.texts.items():
        for text in texts if isinstance(texts, tuple) else (texts or "",):
            if text.isspace():
                raise PrepdeckError(f"`{key}` is empty", help="fill it in, or leave it out")


def _check_references(project: Project, owner: Role | None, draft: DefinitionDraft) -> None:
    """Raises `PrepdeckError` for a text that should name a definition and does not."""
    keys = project.kinds[draft.kind].shape.keys
    for key, texts in draft.texts.items():
        shape = keys.get(key)
        kind = (shape.ref or (shape.items.ref if shape.items else "")) if shape else ""
        if kind in project.kinds:
            for id in texts if isinstance(texts, tuple) else (texts,) if texts else ():
                check_reference(project, owner, kind, id)


def _body(project: Project, owner: Role | None, draft: DefinitionDraft) -> str:
    """The definition's keys as YAML, from the archetype of its kind."""
    kind = project.kinds[draft.kind]
    texts = {
        "today": draft.today,
        **dict.fromkeys(kind.shape.keys, ""),
        **{key: text or "" for key, text in draft.texts.items()},
        "id": draft.id,
        "topics": draft.topics,
        "project": project_names(project, owner),
    }
    return filled(project.root, f"{kind.folder}/new.yaml", texts)


def _roles_with(project: Project, id: str) -> list[str]:
    """The public roles whose decks have a definition of the catalogue."""
    public = [r for r in project.roles.values() if not r.private and r.retired is None]
    return [
        role.id
        for role in public
        if any(chosen.definition.id == id for chosen in select(project, role)[0].chosen)
    ]


def _file(project: Project, owner: Role | None, section: str, topics: tuple[str, ...]) -> Path:
    if owner is None:
        area = topics[0].split("/")[0] if topics else "mine"
        return project.root / "decks" / section / f"{area}.yaml"
    if (path := file_with(project.root, owner.id, section)) is not None:
        return path
    role_file = project.root / owner.span.file
    if role_file.parent == project.root / "decks/private":
        return role_file  # all of the role is in one file
    return role_file.parent / f"{section.removeprefix('my_').removeprefix('employer_')}.yaml"


_HEAD = "# Never change an id: Anki recognizes a note by it. You may change everything else.\n"


def _messages(
    project: Project, roles: list[str], owner: Role | None, draft: DefinitionDraft, file: str
) -> Iterator[str]:
    if not roles:
        files = [role.span.file for role in project.roles.values() if not role.private]
        at = f"for example in {files[0]}" if files else "in the file of a role"
        yield f"no role selects it yet: write `- {{id: {draft.id}}}` under `add`, {at}"
        yield f"next: edit {file}, then: prepdeck check"
        return
    if owner is None:
        yield f"it is in the deck of {', '.join(roles)}"
    build = draft.role if draft.role in roles else roles[0]
    yield f"next: edit {file}, then: prepdeck build {build}"
