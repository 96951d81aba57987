"""Which files there are, and their top-level sections."""

from __future__ import annotations

import os
from bisect import bisect_right
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from builder import inside
from builder.findings import WHOLE_PROJECT, Diagnostic, Scope, Span, did_you_mean
from builder.model import Kinds
from builder.root import ME, is_persons
from builder.source import MappingNode, Node, ScalarNode, SequenceNode, read

#: The most bytes of YAML that a project is read with; the trees take 30 times as much memory.
MOST = 50_000_000


class Section(NamedTuple):
    """A top-level key of a file. `role` names the private role or the person whose file it is.

    `person` names the person whose role it is, and the person in a file of their own.
    """

    name: str
    key: ScalarNode
    value: Node
    path: Path
    role: str | None
    person: str | None = None


class Home(NamedTuple):
    """Whose a private file is: a role's, perhaps a person's, or a person's own."""

    role: str
    person: str | None = None

    @property
    def is_person(self) -> bool:
        """Whether the file is the person's own."""
        return self.role == self.person


def section_names(kinds: Kinds, *, private: bool, person: bool = False) -> frozenset[str]:
    """The sections that a file of a private role may have, of a person, or of the catalogue."""
    if private:
        return frozenset({*kinds.by_section, "me" if person else "role", "my_answers", "my_tags"})
    public = (kind.section for kind in kinds.values() if not kind.private)
    return frozenset({*public, "role", "topics", "sources"})


def yaml_files(
    root: Path, errors: list[OSError] | None = None
) -> Iterator[tuple[Path, Home | None]]:
    """Every YAML file under `decks/`, sorted; a private one with its home, as far as paths tell.

    A file beside a person's `me.yaml` is theirs, unless it has a `role:`: see `home_of`. Hidden
    files are left out, and `deck.yaml`, which is read apart. The errors of folders that cannot be
    read, and of links that may not be followed, go into `errors`.
    """
    decks = root / "decks"
    entries = inside.walk(root, decks, _is_wanted, errors)
    paths = [Path(entry.path) for entry in entries if _is_yaml(entry.name)]
    private = decks / "private"
    folders = [path.parent for path in paths if path.name == ME and path.parent.parent == private]
    persons = {folder.name for folder in folders if is_persons(folder)}
    for path in sorted(paths):
        parts = path.relative_to(decks).parts
        if parts == ("deck.yaml",):
            continue
        home = None
        if parts[0] == "private":
            name = path.stem if len(parts) == 2 else parts[1]
            home = Home(name)
            if name in persons:
                home = Home(parts[2] if len(parts) > 3 else name, name)
        yield path, home


def _is_wanted(entry: os.DirEntry[str]) -> bool:
    """A folder, or a YAML file; neither is hidden."""
    return not entry.name.startswith(".") and (_is_yaml(entry.name) or entry.is_dir())


def _is_yaml(name: str) -> bool:
    return name.lower().endswith((".yaml", ".yml"))


def home_of(path: Path, home: Home | None, tree: MappingNode | None) -> Home | None:
    """Whose a file is, its content considered: beside `me.yaml` a file with `role:` is a role's."""
    if home and home.is_person and path.name != ME and tree is not None and "role" in tree.entries:
        return Home(path.stem, home.person)
    return home


def file_with(root: Path, role: str, section: str) -> Path | None:
    """The first file of a private role, or a person, that has the section already."""
    for path, home in yaml_files(root):
        if home is not None and (home.is_person or home.role == role):
            tree, _ = read(path, path.name, root)
            actual_home = home_of(path, home, tree)
            if tree is not None and actual_home and actual_home.role == role:
                if section in tree.entries:
                    return path
    return None


def sections(root: Path, kinds: Kinds) -> Iterator[tuple[Section | None, list[Diagnostic]]]:
    """Each section with its faults; a file's own faults come first, without a section."""
    errors: list[OSError] = []
    private = section_names(kinds, private=True)
    size = 0
    for path, file_home in yaml_files(root, errors):
        with suppress(OSError):
            size += path.stat().st_size
        if size > MOST:
            message = f"the files up to this one have more than {MOST:,} bytes"
            help = "divide the project into several projects"
            span = Span(path.relative_to(root).as_posix())
            yield None, [Diagnostic("unreadable-file", message, span, help)]
            break
        tree, faults = read(path, path.relative_to(root).as_posix(), root)
        home = home_of(path, file_home, tree)
        role, person = home or (None, None)
        if faults:
            scopes = _scopes(faults, tree, kinds, role, path.stem)
            yield None, [replace(d, scope=s) for d, s in zip(faults, scopes, strict=True)]
        is_person = home is not None and home.is_person
        names = section_names(kinds, private=role is not None, person=is_person)
        for name, entry in tree.entries.items() if tree else ():
            if name in names:
                yield Section(name, entry.key, entry.value, path, role, person), []
                continue
            help = did_you_mean(name, names) or f"sections are {', '.join(sorted(names))}"
            if is_person and name == "role":
                help = f"a person has no deck: move it to decks/private/{role}/<role>/role.yaml"
            elif name == "me":
                help = "`me` belongs to a person: move it to decks/private/<person>/me.yaml"
            elif name in private:
                help = f"`{name}` belongs to a private role: move it to decks/private/<role>/"
            scope = Scope(role=role) if role else WHOLE_PROJECT
            fault = Diagnostic(
                "unknown-section", f"unknown section `{name}`", entry.key.span, help, scope
            )
            yield None, [fault]
    for error in errors:
        folder = Path(error.filename).relative_to(root).as_posix()
        reason = (error.strerror or str(error)).lower()
        help = inside.remedy(error, "allow prepdeck to read the folder, or move it away")
        message = f"the {'file' if _is_yaml(folder) else 'folder'} cannot be read: {reason}"
        yield None, [Diagnostic("unreadable-file", message, Span(folder), help)]


def _scopes(
    faults: list[Diagnostic], tree: MappingNode | None, kinds: Kinds, role: str | None, stem: str
) -> Iterator[Scope]:
    """The scope of each fault: the definition or role that it stands in, else the whole project.

    In a `broken` file or section the fault hides lines that could define anything.
    """
    starts = _starts(tree, kinds, stem) if tree else []
    lines = [line for line, _ in starts]
    sections = [entry.value for entry in tree.entries.values()] if tree else []
    broken = any(node.broken for node in (tree, *sections) if isinstance(node, MappingNode))
    for fault in faults:
        if role:
            yield Scope(role=role)
        elif tree is None or (fault.rule in {"syntax", "yaml-feature"} and broken):
            yield Scope(role=stem) if tree and set(tree.entries) == {"role"} else WHOLE_PROJECT
        elif set(tree.entries) == {"role"}:
            yield Scope(role=stem)
        else:
            yield starts[bisect_right(lines, fault.span.line) - 1][1]


def _starts(tree: MappingNode, kinds: Kinds, stem: str) -> list[tuple[int, Scope]]:
    """The first line (from 1) of each definition and role, with its scope, in order."""
    starts = [(0, WHOLE_PROJECT)]
    for name, section in tree.entries.items():
        starts.append((section.key.line, Scope(role=stem) if name == "role" else WHOLE_PROJECT))
        if name in kinds.by_section and isinstance(section.value, MappingNode):
            # A section that is written twice: the definitions of the second one count too.
            for id, entry in (*section.value.entries.items(), *section.value.again):
                starts.append((entry.key.line, Scope(definition=id)))
    starts += [(section.key.line, WHOLE_PROJECT) for _, section in tree.again]
    return sorted(starts, key=lambda start: start[0])


def as_mapping(node: Node, what: str, scope: Scope) -> tuple[MappingNode | None, list[Diagnostic]]:
    """`node` if it is a mapping, else the fault that it is not."""
    if isinstance(node, MappingNode):
        return node, []
    is_list = isinstance(node, SequenceNode)
    help = "take the dashes away" if is_list else "write `id:` and its keys below"
    return None, [Diagnostic("wrong-value", f"{what} is not a mapping", node.span, help, scope)]
