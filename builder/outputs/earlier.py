"""What earlier builds left in `build/`: packages to compare with, and packages that nobody has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from builder.deck import Deck
from builder.package import guids_in, is_package_with

_SUFFIX = ".apkg"


def left_over(build: Path, decks: Iterable[Deck]) -> Iterator[Path]:
    """Packages in `build` that prepdeck wrote for this project, of none of these decks.

    Nothing that a link leads to: it may lie anywhere.
    """
    present = {deck.folder / deck.file_name(_SUFFIX): deck for deck in decks}
    root_ids = {deck.root_id for deck in present.values()}
    for folder in (build, build / "private"):
        if build.is_symlink() or folder.is_symlink() or not folder.is_dir():
            continue
        for path in sorted(folder.glob(f"*{_SUFFIX}")):
            if path.relative_to(build) in present or path.is_symlink() or not path.is_file():
                continue
            if any(is_package_with(path, id) for id in root_ids):
                yield path


def guids_before(paths: Mapping[str, Path]) -> dict[str, frozenset[str]]:
    """By role, the GUIDs of each package that a build is about to replace; none without one."""
    return {
        role: guids_in(path) if path.is_file() and not path.is_symlink() else frozenset()
        for role, path in paths.items()
    }


def moved_notes(
    decks: Iterable[Deck], before: Mapping[str, frozenset[str]]
) -> dict[str, tuple[tuple[str, tuple[str, ...]], ...]]:
    """By role, which notes its deck had before and another deck has now, under that deck's name.

    `before`: GUIDs by role, of decks that changed.
    """
    changed = [deck for deck in decks if deck.role in before]
    # A note that waits for its place in a plan has not left.
    now = {deck.role: {n.guid: n.id for n in (*deck.notes, *deck.waiting)} for deck in changed}
    moved: dict[str, tuple[tuple[str, tuple[str, ...]], ...]] = {}
    for deck in changed:
        lost = before[deck.role] - now[deck.role].keys()
        for other in changed if lost else ():
            entered = (lost & now[other.role].keys()) - before[other.role]
            if entered:
                ids = tuple(sorted({now[other.role][guid] for guid in entered}))
                moved[deck.role] = (*moved.get(deck.role, ()), (other.name, ids))
    return moved
