"""A person's folder put in place, with the roles that move into it: all of it, or nothing.

What a kill interrupts is finished by the next `new person`: the new folder and the names of the old
ones lie in a hidden folder by then, and until it is gone no command reads the project.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from builder import atomic
from builder.commands.new.move_files import LOCK, PRIVATE, Layout, old_paths
from builder.findings import PrepdeckError
from builder.project import Project
from builder.root import MOVE, unfinished_moves

#: In the hidden folder: the person's new folder, the old ones, and the names of these.
_FOLDER, _OLD, _NAMES = "folder", "old", "names"


def lay_out(project: Project, layout: Layout, target: Path, *, hidden: bool = True) -> None:
    """Writes the person's folder to `target`, with all files of the roles and the person.

    `hidden`: also those that the builder does not read.
    """
    if layout.exists:
        ignored = None if hidden else shutil.ignore_patterns(".*", "*.apkg")
        person_folder = project.root / PRIVATE / layout.person
        shutil.copytree(person_folder, target, symlinks=True, ignore=ignored)
    else:
        target.mkdir(parents=True)
    for role in layout.roles:
        for path in old_paths(project, role):
            if path.is_dir():
                shutil.copytree(path, target / path.name, symlinks=True, ignore=_no_lock(path))
                if not any((target / path.name).iterdir()):
                    (target / path.name).rmdir()  # it had the lock alone
            else:
                shutil.copy2(path, target / path.name)
    for gone in layout.gone:
        (target / gone).unlink()
    for name, content in layout.files.items():
        atomic.write(target / name, content)


def put_in_place(project: Project, layout: Layout) -> None:
    """Writes the person's folder in place of the old folders. All of it happens, or nothing.

    Raises `PrepdeckError` for a file that cannot be written.
    """
    private = project.root / PRIVATE
    stage, move = private / f".{layout.person}.new", private / f".{layout.person}{MOVE}"
    old = [path.name for role in layout.roles for path in old_paths(project, role)]
    if layout.exists:
        old.append(layout.person)
    try:
        if stage.exists():
            shutil.rmtree(stage)
        lay_out(project, layout, stage / _FOLDER)
        (stage / _OLD).mkdir()
        atomic.write(stage / _NAMES, "\n".join(old).encode())
        stage.rename(move)
        _finish(move)
    except (OSError, PrepdeckError) as error:
        if move.exists() and not (move / _FOLDER).exists():
            # All is in place; what is left over only has to go.
            raise PrepdeckError(f"{move} cannot be deleted", help="delete it") from error
        for path in (move / _OLD).iterdir() if (move / _OLD).exists() else ():
            path.rename(private / path.name)
        for folder in (stage, move):
            shutil.rmtree(folder, ignore_errors=True)
        reason = getattr(error, "strerror", None) or str(error)
        raise PrepdeckError(f"nothing was moved: {reason}", help=f"check {PRIVATE}/") from error


def finish_moves(root: Path) -> Iterator[str]:
    """Finishes the moves that were interrupted, and yields the persons.

    Raises `PrepdeckError` when one cannot be finished.
    """
    for move in unfinished_moves(root):
        try:
            _finish(move)
        except OSError as error:
            reason = error.strerror or str(error)
            raise PrepdeckError(f"{move}: {reason}", help=f"check {PRIVATE}/") from error
        yield _person(move)


def _finish(move: Path) -> None:
    """Takes the old folders away, and puts the new one there; any part may be done already.

    Without the new folder in `move` nothing but `move` itself is left to go.
    """
    if (move / _FOLDER).exists():
        for name in (move / _NAMES).read_text("utf-8").splitlines():
            if (move.parent / name).exists() and not (move / _OLD / name).exists():
                (move.parent / name).rename(move / _OLD / name)
        (move / _FOLDER).rename(move.parent / _person(move))
    gone = move.with_suffix(".old")
    shutil.rmtree(gone, ignore_errors=True)
    move.rename(gone)
    shutil.rmtree(gone, ignore_errors=True)


def _person(move: Path) -> str:
    return move.name.removeprefix(".").removesuffix(MOVE)


def _no_lock(top: Path) -> Any:
    """Leaves the role's lock out: the person's has its lines."""

    def left_out(parent: str, names: list[str]) -> list[str]:
        return [LOCK] if Path(parent) == top and LOCK in names else []

    return left_out
