"""The files of a person whose roles had folders of their own, as they are to be."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

from builder.commands.new.files import content_of, with_modeline
from builder.edit.cut import with_empty_overrides, with_key, without_key
from builder.edit.insert import with_line
from builder.project import Project, Role
from builder.root import ME
from builder.source import parse
from builder.source.paths import plain

PRIVATE = "decks/private"
LOCK = "notes.lock"
#: What a role says that only its person can.
_OF_PERSONS = ("notes", "minutes_per_day")
_MODELINE = "# yaml-language-server:"


class Entry(NamedTuple):
    """A key of a section in a role's file: an answer, tags, or a definition."""

    role: str
    section: str
    id: str
    file: str
    content: Any
    is_definition: bool

    @property
    def place(self) -> tuple[str, str]:
        """Where the person can have one alone: ids of definitions are unique across sections."""
        return ("" if self.is_definition else self.section), self.id


@dataclass(frozen=True, slots=True)
class Layout:
    """The files of the person's folder that are not copied as they are, by their paths in it.

    `gone`: paths in the copied folders of which nothing is left there. `exists`: the person has a
    folder already.
    """

    person: str
    roles: tuple[Role, ...]
    files: Mapping[str, bytes]
    gone: frozenset[str]
    exists: bool

    def with_lock(self, lock: bytes | None) -> Layout:
        """The same with the person's lock."""
        return self if lock is None else replace(self, files={**self.files, LOCK: lock})


def old_paths(project: Project, role: Role) -> list[Path]:
    """The folder of a role without a person, its single file, or both."""
    folder = project.root / PRIVATE
    paths = (folder / role.id, folder / f"{role.id}.yaml", folder / f"{role.id}.yml")
    return [path for path in paths if path.exists()]


def entries_of(project: Project, role: Role) -> Iterator[Entry]:
    """What a role has that a person can have: all but facts about the employer."""
    for id, answer in role.answers.items():
        file = role.answer_spans[id].file
        yield Entry(role.id, "my_answers", id, file, answer.text, False)
    for id, tags in role.tags.items():
        texts = sorted(tag.text for tag in tags)
        yield Entry(role.id, "my_tags", id, tags[0].span.file, texts, False)
    for id, definition in role.definitions.items():
        kind = definition.kind
        if kind.marks.serves or not kind.private:
            yield Entry(
                role.id, kind.section, id, definition.span.file, plain(definition.node), True
            )


def files_of(
    project: Project,
    person: str,
    roles: tuple[Role, ...],
    me_text: bytes,
    moved: tuple[Entry, ...],
    twice: tuple[Entry, ...],
    overridden: Mapping[str, tuple[str, ...]],
) -> Layout:
    """The person's folder: `moved` is the person's now, `twice` somebody has in the same words.

    `me_text`: the person's file, without what moves. Raises `PrepdeckError` for a file that is not
    in block style.
    """
    contents = {
        path: content_of(project, project.root / PRIVATE / path)
        for role in roles
        for path in _yaml_paths(project, role)
    }
    folder = project.root / PRIVATE / person
    taken = {path.name for path in folder.iterdir()} if folder.is_dir() else set()
    own_files, whole = _whole_files(contents, moved, twice, taken)
    files = {ME: me_text, **own_files}
    for entry in (*moved, *twice):
        path = entry.file.removeprefix(f"{PRIVATE}/")
        if path in whole:
            continue
        contents[path], text = without_key(contents[path], entry.file, entry.section, entry.id)
        if entry in moved:
            files[ME] = with_key(
                files[ME], f"{PRIVATE}/{person}/{ME}", entry.section, entry.id, text
            )
    for role in roles:
        path = role.span.file.removeprefix(f"{PRIVATE}/")
        contents[path] = _role_file(contents[path], role, overridden.get(role.id, ()))
    gone = set(whole)
    for path, content in contents.items():
        if path in whole:
            continue
        if _says_nothing(content):
            gone.add(path)
        else:
            files[path] = content
    files = {path: _with_modeline(f"{PRIVATE}/{person}/{path}", c) for path, c in files.items()}
    return Layout(person, roles, files, frozenset(gone), folder.is_dir())


def _yaml_paths(project: Project, role: Role) -> Iterator[str]:
    """The YAML files of a role, as paths in `decks/private`."""
    for path in old_paths(project, role):
        files = sorted(path.rglob("*")) if path.is_dir() else [path]
        for file in files:
            inside = file.relative_to(project.root / PRIVATE)
            is_yaml = file.suffix.lower() in (".yaml", ".yml")
            if is_yaml and file.is_file() and not any(p.startswith(".") for p in inside.parts):
                yield inside.as_posix()


def _whole_files(
    contents: Mapping[str, bytes],
    moved: tuple[Entry, ...],
    twice: tuple[Entry, ...],
    taken: Collection[str],
) -> tuple[dict[str, bytes], set[str]]:
    """Files of which all becomes the person's: they move as they are, beside `me.yaml`.

    By their new paths; and their old paths. `taken`: names in the person's folder.
    """
    own_files: dict[str, bytes] = {}
    whole: set[str] = set()
    for path, content in contents.items():
        file = f"{PRIVATE}/{path}"
        tree, _ = parse(content, file)
        keys = {
            (section, id)
            for section, entry in (tree.entries.items() if tree else ())
            for id in getattr(entry.value, "entries", {})
        }
        moved_keys = {(entry.section, entry.id) for entry in moved if entry.file == file}
        if not keys or keys != moved_keys or any(entry.file == file for entry in twice):
            continue
        name = Path(path).name
        if name in own_files or name in (ME, "role.yaml") or name in taken:
            name = f"{Path(path).parts[0]}-{name}"
        own_files[name] = content
        whole.add(path)
    return own_files, whole


def _role_file(content: bytes, role: Role, overridden: tuple[str, ...]) -> bytes:
    """The file of a role below a person: without what the person says, with a key of its own."""
    file = role.span.file
    for key in _OF_PERSONS:
        if key in role.node.entries:
            content, _ = without_key(content, file, "role", key)
    if "key" not in role.node.entries:
        content = with_line(content, file, "role", "key", role.key)
    return with_empty_overrides(content, file, overridden) if overridden else content


def _says_nothing(content: bytes) -> bool:
    """Whether a file has nothing but the line for editors."""
    lines = (line.strip() for line in content.decode("utf-8-sig").splitlines())
    return not any(line and not line.startswith(_MODELINE) for line in lines)


def _with_modeline(file: str, content: bytes) -> bytes:
    """The content with the line for editors that belongs to the new path, if it had one."""
    text = content.decode("utf-8")
    first, newline, rest = text.partition("\n")
    if not first.startswith(_MODELINE):
        return content
    return (
        with_modeline(file, "").rstrip("\n") + ("\r" * first.endswith("\r")) + newline + rest
    ).encode()
