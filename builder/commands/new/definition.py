"""`new question`, `kpi`, `skill` and the like: a definition that can be built at once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from builder import atomic
from builder.commands.new.bodies import BODIES, Draft, Known
from builder.commands.new.names import check_definition_id, check_new
from builder.commands.schema.run import DEFINITIONS, PRIVATE_ROLE, modeline, write_schemas
from builder.edit.insert import with_definition, with_selector
from builder.edit.written import commented
from builder.findings import PrepdeckError, did_you_mean
from builder.load.files import file_with
from builder.load.overlay import with_file
from builder.model import KINDS
from builder.project import Project, Role
from builder.select import select


class Made(NamedTuple):
    """The files that were written, and what to do next, a line each."""

    paths: tuple[Path, ...]
    next: tuple[str, ...]


def new_definition(project: Project, draft: Draft) -> Made:
    """Adds the definition to a file of its private role or of the catalogue; the text there stays.

    A public role that does not take it yet selects it. Raises `PrepdeckError` for names that do not
    exist, for an id that does, and for what would be at fault; then nothing is written.
    """
    role = role_for(project, draft.kind, draft.role)
    owner = role if role and role.private else None
    check_definition_id(project, owner, draft.id)
    for key, said in draft.said.items():
        if any(text.isspace() for text in (said if isinstance(said, tuple) else (said or "",))):
            raise PrepdeckError(f"`{key}` is empty", help="say something, or leave it out")
    for topic in draft.topics:
        if topic not in project.topics:
            raise PrepdeckError(
                f"no topic is called `{topic}`", help=did_you_mean(topic, project.topics)
            )
    body = BODIES[draft.kind](draft, Known(project, owner))
    section = KINDS[draft.kind].plural
    path = _file(project, owner, section, draft.topics)
    file = path.relative_to(project.root).as_posix()
    old = path.read_bytes() if path.is_file() else _head(file, owner).encode()
    files = {path: with_definition(old, file, section, draft.id, body)}
    after, found = with_file(project, path, files[path], owner.id if owner else None)
    if role is not None and owner is None and role.id not in _takers(after, draft.id):
        home = project.root / role.span.file
        files[home] = with_selector(home.read_bytes(), role.span.file, draft.id)
        after, faults = with_file(after, home, files[home], None)
        found += faults
    takers = [owner.id] if owner else _takers(after, draft.id)
    made = (after.roles[owner.id].definitions if owner else after.definitions)[draft.id]
    check_new(
        after, found, takers, file, files[path], range(made.span.line, made.node.end_line + 1)
    )
    for path, content in files.items():
        atomic.write(path, content)
    write_schemas(after)
    return Made(tuple(files), tuple(_next(after, takers, owner, draft, file)))


def role_for(project: Project, kind: str, name: str | None) -> Role | None:
    """The role that a definition is for, None for the catalogue. Raises `PrepdeckError`."""
    if name is None:
        return None
    private = KINDS[kind].private
    known = {role.id: role for role in project.roles.values() if role.private or not private}
    if name not in known:
        help = did_you_mean(name, known) or f"begin one: prepdeck new role {name}"
        raise PrepdeckError(
            f"no {'private role' if private else 'role'} is called `{name}`", help=help
        )
    if (why := known[name].retired) is not None:
        help = f"take `retired:` out of {known[name].span.file}, or name another role"
        raise PrepdeckError(f"the role `{name}` is retired: {why}", help=help)
    return known[name]


def _takers(project: Project, id: str) -> list[str]:
    """The public roles whose decks have a definition of the catalogue."""
    public = [r for r in project.roles.values() if not r.private and r.retired is None]
    return [
        role.id
        for role in public
        if any(chosen.definition.id == id for chosen in select(project, role)[0].chosen)
    ]


def _file(project: Project, role: Role | None, section: str, topics: tuple[str, ...]) -> Path:
    if role is None:
        area = topics[0].split("/")[0] if topics else "mine"
        return project.root / "decks" / section / f"{area}.yaml"
    if (known := file_with(project.root, role.id, section)) is not None:
        return known
    home = project.root / role.span.file
    if home.parent == project.root / "decks/private":
        return home  # the role is one file
    return home.parent / f"{section.removeprefix('my_').removeprefix('employer_')}.yaml"


def _head(file: str, role: Role | None) -> str:
    schema = PRIVATE_ROLE if role else DEFINITIONS
    told = "Ids are for ever: Anki knows a note by its id. Everything else may change."
    return modeline(file, schema) + commented(told)


def _next(
    project: Project, takers: list[str], owner: Role | None, draft: Draft, file: str
) -> Iterator[str]:
    if not takers:
        roles = [role.span.file for role in project.roles.values() if not role.private]
        at = f"{roles[0]}, say," if roles else "a role"
        yield f"no role takes it yet: under `add` in {at} write `- {{id: {draft.id}}}`"
        yield f"next: edit {file}, then: prepdeck check"
        return
    if owner is None:
        yield f"it is in the deck of {', '.join(takers)}"
    build = draft.role if draft.role in takers else takers[0]
    yield f"next: edit {file}, then: prepdeck build {build}"
