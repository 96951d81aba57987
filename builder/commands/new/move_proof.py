"""A project as it would be after a move: a copy of it, compiled once for each layout."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from builder import atomic, inside
from builder.commands.new.move_files import LOCK, PRIVATE, Layout, old_paths
from builder.commands.new.move_place import lay_out
from builder.findings import Diagnostic, PrepdeckError
from builder.lock import LOCAL, read_locks
from builder.pipeline import Compiled, check_against_locks, compile_project
from builder.project import Project


def compiled_copy(project: Project, layout: Layout, folder: Path) -> Compiled:
    """The project as it would be, compiled in a copy that is written to `folder`."""
    _copy(project, layout, folder)
    return compile_project(folder)


def check_copy(compiled: Compiled, layout: Layout, old_errors: list[Diagnostic]) -> None:
    """Raises `PrepdeckError` for an error that the project does not have now.

    `compiled`: the copy of that layout, without the person's lock.
    """
    if LOCK in layout.files:
        lock_path = compiled.project.root / PRIVATE / layout.person / LOCK
        atomic.write(lock_path, layout.files[LOCK], compiled.project.root)
    known = {(error.rule, error.message) for error in old_errors}
    locks, faults = read_locks(compiled.project)
    findings = [*faults, *compiled.findings]
    findings += check_against_locks(
        compiled, zip(compiled.selections, compiled.decks, strict=True), locks
    )
    for error in findings:
        if error.is_error and (error.rule, error.message) not in known:
            raise PrepdeckError(
                f"the move would be an error: {error.span}: {error.message}",
                help=error.help or "nothing was written",
            )


def _copy(project: Project, layout: Layout, folder: Path) -> None:
    """The project as it would be: what a build reads of it."""
    root = project.root
    old = {path.resolve() for role in layout.roles for path in old_paths(project, role)}
    if layout.exists:
        old.add((root / PRIVATE / layout.person).resolve())

    def is_read(entry: os.DirEntry[str]) -> bool:
        is_left_out = entry.name.startswith(".") or entry.name.endswith(".apkg")
        return not is_left_out and Path(entry.path).resolve() not in old

    for top in ("decks", "templates"):
        for entry in inside.walk(root, root / top, is_read):
            if entry.is_file():
                copy = folder / Path(entry.path).relative_to(root)
                copy.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(entry.path, copy)
    if (root / LOCAL).is_file():
        (folder / LOCAL).parent.mkdir(parents=True)
        shutil.copy2(root / LOCAL, folder / LOCAL)
    lay_out(project, layout, folder, folder / PRIVATE / layout.person)
