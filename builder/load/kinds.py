"""The kinds of a project: those that come with prepdeck, and its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from builder import shipped
from builder.findings import Diagnostic, Scope
from builder.model.kind import Kind, Kinds, Marks
from builder.model.kind_faults import RULE
from builder.model.kind_of import kind_of, text_under
from builder.shape.shape import Shape
from builder.source import MappingNode, parse
from builder.source.decode import bytes_of

DESCRIPTION = "kind.yaml"


class _File(NamedTuple):
    """The content of a folder's kind.yaml."""

    folder: str
    content: bytes


def kinds_of(root: Path | None = None) -> tuple[Kinds, list[Diagnostic]]:
    """The kinds that come with prepdeck, and those of the project at `root`, with their faults.

    A kind is found by the name in its file, not by its folder. A project cannot describe a kind
    that comes with prepdeck: its folder of that name only changes how the cards look. A copy of our
    file that nobody changed describes nothing.
    """
    faults: list[Diagnostic] = []
    ours = [*_files(shipped.templates(), None, faults)]
    own = root / "templates" if root else None
    if own and own.is_dir() and not own.samefile(shipped.templates()):
        contents = {file.content for file in ours}
        files = [
            *ours,
            *(file for file in _files(own, root, faults) if file.content not in contents),
        ]
    else:
        files = ours
    our_names, names = (frozenset(map(_name, group)) for group in (ours, files))
    kinds: dict[str, Kind] = {}
    sections: dict[str, Kind] = {}
    for position, file in enumerate(files):
        # A kind of ours names kinds of ours alone, and so is the same in every project.
        kind, problems = _kind(file, our_names if position < len(ours) else names)
        faults += problems
        first = (kinds.get(kind.name) or sections.get(kind.section)) if kind else None
        if kind is not None and first is None:
            kinds[kind.name] = sections[kind.section] = kind
        elif kind is not None and first is not None:
            faults.append(_clash(kind, first, first.name in our_names))
    ranked = sorted(kinds.values(), key=lambda kind: (kind.rank, kind.name))
    return Kinds((kind.name, kind) for kind in ranked), faults


def _files(templates: Path, root: Path | None, faults: list[Diagnostic]) -> Iterator[_File]:
    """Each kind.yaml in `templates`. `root`: the project that they belong to; None for ours."""
    for folder in sorted(templates.iterdir()):
        path = folder / DESCRIPTION
        if path.is_file() and not folder.name.startswith("."):
            content, problems = bytes_of(path, f"templates/{folder.name}/{DESCRIPTION}", root)
            faults += problems
            if content is not None:
                yield _File(folder.name, content)


# Both are kept by content: reading twelve files takes as long as reading a small project, and what
# the reader compiles for a shape is kept with it.
@lru_cache(maxsize=256)
def _tree(file: _File) -> tuple[MappingNode | None, tuple[Diagnostic, ...]]:
    tree, faults = parse(file.content, f"templates/{file.folder}/{DESCRIPTION}")
    return tree, tuple(faults)


def _name(file: _File) -> str:
    tree, _ = _tree(file)
    return text_under(tree, "kind") if tree else ""


@lru_cache(maxsize=256)
def _kind(file: _File, names: frozenset[str]) -> tuple[Kind | None, tuple[Diagnostic, ...]]:
    tree, faults = _tree(file)
    if tree is None:
        return None, faults
    kind, problems = kind_of(tree, file.folder, names)
    if kind is None or not faults:
        return kind, (*faults, *problems)
    located = (replace(fault, scope=Scope(kind=kind.name)) for fault in faults)
    unsound = replace(kind, is_sound=False, shape=Shape(), marks=Marks(name=""))
    return unsound, (*located, *problems)


def _clash(kind: Kind, first: Kind, is_ours: bool) -> Diagnostic:
    """The fault in a kind whose name or section another one has, perhaps one of ours."""
    part = f"kind `{kind.name}`" if kind.name == first.name else f"section `{kind.section}`"
    message = f"the {part} {'comes with prepdeck' if is_ours else 'exists already'}"
    help = f"choose another name; the first is at {first.span}"
    if is_ours and kind.name == first.name:
        help = "take kind.yaml out: a folder without it changes the cards, and not the kind"
    return Diagnostic(RULE, message, kind.span, help, Scope(kind=kind.name))
