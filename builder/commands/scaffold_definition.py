"""`new question`, `kpi`, `skill` and the like: a definition that can be built at once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from builder import atomic
from builder.commands.json_schema import DEFINITIONS, PRIVATE_ROLE, modeline, write_schemas
from builder.commands.scaffold_bodies import BODIES, Draft, Known
from builder.commands.scaffold_text import commented, with_definition, with_selector
from builder.diagnostics import Trouble, did_you_mean
from builder.ids import SLUG_LENGTH, is_slug
from builder.load import load
from builder.load.files import yaml_files
from builder.model import KINDS
from builder.project import Project, Role
from builder.select import select
from builder.source import read


class Made(NamedTuple):
    """The files that were written, and what to do next, a line each."""

    paths: tuple[Path, ...]
    next: tuple[str, ...]


def new_definition(root: Path, draft: Draft) -> Made:
    """Adds the definition to a file of its private role or of the catalogue; the text there stays.

    A public role that does not take it yet selects it. Raises `Trouble` for names that do not
    exist, and for an id that does.
    """
    project, _ = load(root)
    role = _role(project, draft)
    owner = role if role and role.private else None
    _free(project, owner, draft)
    for topic in draft.topics:
        if topic not in project.topics:
            raise Trouble(f"no topic is called `{topic}`", help=did_you_mean(topic, project.topics))
    body = BODIES[draft.kind](draft, Known(project, owner))
    section = KINDS[draft.kind].plural
    path = _file(project, owner, section, draft.topics)
    file = path.relative_to(root).as_posix()
    old = path.read_bytes() if path.is_file() else _head(file, owner).encode()
    new = with_definition(old, file, section, draft.id, body)
    atomic.write(path, new)
    paths = [path]
    after, _ = load(root)
    if role is not None and owner is None and role.id not in _takers(after, draft.id):
        home = root / role.at.file
        atomic.write(home, with_selector(home.read_bytes(), role.at.file, draft.id))
        paths.append(home)
        after, _ = load(root)
    write_schemas(after)
    takers = [owner.id] if owner else _takers(after, draft.id)
    return Made(tuple(paths), tuple(_next(after, takers, owner, draft, file)))


def _role(project: Project, draft: Draft) -> Role | None:
    if draft.role is None:
        return None
    private = KINDS[draft.kind].private
    known = {role.id: role for role in project.roles.values() if role.private or not private}
    if draft.role in known:
        return known[draft.role]
    help = did_you_mean(draft.role, known) or f"begin one: prepdeck new role {draft.role}"
    what = "private role" if private else "role"
    raise Trouble(f"no {what} is called `{draft.role}`", help=help)


def _takers(project: Project, id: str) -> list[str]:
    """The public roles whose decks have a definition of the catalogue."""
    public = [r for r in project.roles.values() if not r.private and r.retired is None]
    return [
        role.id
        for role in public
        if any(chosen.definition.id == id for chosen in select(project, role)[0].chosen)
    ]


def _free(project: Project, role: Role | None, draft: Draft) -> None:
    if not is_slug(draft.id):
        raise Trouble(
            f"`{draft.id}` is not an id",
            help=f"at most {SLUG_LENGTH} lower-case letters and digits, words joined by hyphens",
        )
    for definition in (*project.definitions.values(), *(role.own.values() if role else ())):
        if draft.id in (definition.id, definition.was):
            raise Trouble(
                f"`{draft.id}` is a {definition.kind} already, at {definition.at}",
                help="choose another id"
                + (f", or say it differently under `override` in {role.at.file}" if role else ""),
            )


def _file(project: Project, role: Role | None, section: str, topics: tuple[str, ...]) -> Path:
    if role is None:
        area = topics[0].split("/")[0] if topics else "mine"
        return project.root / "decks" / section / f"{area}.yaml"
    home = project.root / role.at.file
    files = [path for path, name in yaml_files(project.root) if name == role.id]
    for path in files:
        tree, _ = read(path, path.name)
        if tree is not None and section in tree.entries:
            return path
    if home.parent.name == "private":
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
        roles = [role.at.file for role in project.roles.values() if not role.private]
        at = f"{roles[0]}, say," if roles else "a role"
        yield f"no role takes it yet: under `add` in {at} write `- {{id: {draft.id}}}`"
        yield f"next: edit {file}, then: prepdeck check"
        return
    if owner is None:
        yield f"it is in the deck of {', '.join(takers)}"
    build = draft.role if draft.role in takers else takers[0]
    yield f"next: edit {file}, then: prepdeck build {build}"
