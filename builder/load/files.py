"""Which files there are, and their top-level sections."""

from __future__ import annotations

import os
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from builder.findings import WHOLE_PROJECT, Diagnostic, Scope, Span, did_you_mean
from builder.model import KINDS, PLURALS
from builder.source import MappingNode, Node, ScalarNode, read

PUBLIC = {*(cls.plural for cls in KINDS.values() if not cls.private), "role", "topics", "sources"}
PRIVATE = {*PLURALS, "role", "my_answers", "my_tags"}


class Section(NamedTuple):
    """A top-level key of a file. `role` names the private role whose file it is."""

    name: str
    key: ScalarNode
    value: Node
    path: Path
    role: str | None


def yaml_files(root: Path, lost: list[OSError] | None = None) -> Iterator[tuple[Path, str | None]]:
    """Every YAML file under `decks/` with the private role it belongs to; sorted, hidden ones left.

    `deck.yaml` is read apart. Links are followed, but not back to a folder they lie in. `lost`
    takes the errors of folders that cannot be read.
    """
    decks = root / "decks"
    found: list[Path] = []
    for folder, below, names in os.walk(
        decks, onerror=(lost if lost is not None else []).append, followlinks=True
    ):
        here = os.path.realpath(folder)
        below[:] = [
            name
            for name in below
            if not name.startswith(".")
            and not f"{here}{os.sep}".startswith(os.path.realpath(f"{folder}/{name}") + os.sep)
        ]
        found += [
            Path(folder, name)
            for name in [*names, *below]
            if name.lower().endswith((".yaml", ".yml")) and not name.startswith(".")
        ]
    for path in sorted(found):
        inside = path.relative_to(decks)
        if inside.parts == ("deck.yaml",):
            continue
        role = None
        if inside.parts[0] == "private":
            role = path.stem if len(inside.parts) == 2 else inside.parts[1]
        yield path, role


def file_with(root: Path, role: str, section: str) -> Path | None:
    """The first file of a private role that has the section already."""
    for path, name in yaml_files(root):
        if name == role:
            tree, _ = read(path, path.name)
            if tree is not None and section in tree.entries:
                return path
    return None


def sections(root: Path) -> Iterator[tuple[Section | None, list[Diagnostic]]]:
    """Each section with its faults; a file's own faults come first, without a section."""
    lost: list[OSError] = []
    for path, role in yaml_files(root, lost):
        tree, faults = read(path, path.relative_to(root).as_posix())
        if faults:
            touched = _touched(faults, tree, role, path.stem)
            yield None, [replace(d, scope=t) for d, t in zip(faults, touched, strict=True)]
        known = PRIVATE if role else PUBLIC
        for name, entry in tree.entries.items() if tree else ():
            if name in known:
                yield Section(name, entry.key, entry.value, path, role), []
                continue
            help = did_you_mean(name, known) or f"sections are {', '.join(sorted(known))}"
            if name in PRIVATE:
                help = f"`{name}` is a private role's: move it to decks/private/<role>/"
            scope = Scope(role=role) if role else WHOLE_PROJECT
            fault = Diagnostic(
                "unknown-section", f"no section is called `{name}`", entry.key.span, help, scope
            )
            yield None, [fault]
    for error in lost:
        place = Path(error.filename).relative_to(root).as_posix()
        said = (error.strerror or str(error)).lower()
        help = "let prepdeck read the folder, or move it away"
        message = f"the folder cannot be read: {said}"
        yield None, [Diagnostic("unreadable-file", message, Span(place), help)]


def _touched(
    faults: list[Diagnostic], tree: MappingNode | None, role: str | None, stem: str
) -> Iterator[Scope]:
    """The definition or role that each fault stands in, where it stands in one.

    In a `broken` file or section it swallowed lines that could have been anything.
    """
    starts = _starts(tree, stem) if tree else []
    lines = [line for line, _ in starts]
    parts = [e.value for e in tree.entries.values()] if tree else []
    broken = any(part.broken for part in (tree, *parts) if isinstance(part, MappingNode))
    for fault in faults:
        if role:
            yield Scope(role=role)
        elif tree is None or (fault.rule in {"syntax", "yaml-feature"} and broken):
            yield Scope(role=stem) if tree and set(tree.entries) == {"role"} else WHOLE_PROJECT
        elif set(tree.entries) == {"role"}:
            yield Scope(role=stem)
        else:
            yield starts[bisect_right(lines, fault.span.line) - 1][1]


def _starts(tree: MappingNode, stem: str) -> list[tuple[int, Scope]]:
    """From which line on which definition or role stands, in order."""
    starts = [(0, WHOLE_PROJECT)]
    for name, section in tree.entries.items():
        starts.append((section.key.line, Scope(role=stem) if name == "role" else WHOLE_PROJECT))
        if name in PLURALS and isinstance(section.value, MappingNode):
            # What a duplicate key cut off counts too: its definitions are nowhere else.
            for id, entry in (*section.value.entries.items(), *section.value.again):
                starts.append((entry.key.line, Scope(definition=id)))
    starts += [(section.key.line, WHOLE_PROJECT) for _, section in tree.again]
    return sorted(starts, key=lambda start: start[0])
