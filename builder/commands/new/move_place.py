"""A person's folder put in place, with the roles that move into it: all of it, or nothing.

What a kill interrupts is finished by the next `new person`: the new folder and the names of the old
ones lie in a hidden folder by then, and until it is gone no command reads the project.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from builder import atomic, inside
from builder.commands.new.move_files import LOCK, PRIVATE, Layout, old_paths
from builder.findings import PrepdeckError
from builder.project import Project
from builder.root import MOVE, person_of_move, unfinished_moves

#: In the hidden folder: the person's new folder, the old ones, and the names of these.
_FOLDER, _OLD, _NAMES = "folder", "old", "names"


def lay_out(project: Project, layout: Layout, root: Path, target: Path) -> None:
    """Writes the person's folder to `target`, with all files of the roles and the person.

    `root`: the project that `target` lies in. In a copy of the project there are only files that
    the builder reads, and no links: they would lead to the files that the copy is a trial for.
    """
    in_copy = root != project.root
    if layout.exists:
        person_folder = project.root / PRIVATE / layout.person
        ignored = _ignored(project, None, in_copy=in_copy)
        shutil.copytree(person_folder, target, symlinks=not in_copy, ignore=ignored)
    else:
        target.mkdir(parents=True)
    for role in layout.roles:
        for path in old_paths(project, role):
            if path.is_dir():
                ignored = _ignored(project, path, in_copy=in_copy)
                copy = target / path.name
                shutil.copytree(path, copy, symlinks=not in_copy, ignore=ignored)
                if not any(copy.iterdir()):
                    copy.rmdir()  # it had the lock alone
            else:
                shutil.copy2(path, target / path.name)
    for gone in layout.gone:
        (target / gone).unlink()
    for name, content in layout.files.items():
        atomic.write(target / name, content, root)


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
        lay_out(project, layout, project.root, stage / _FOLDER)
        (stage / _OLD).mkdir()
        atomic.write(stage / _NAMES, "\n".join(old).encode(), project.root)
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
            inside.check_no_link(root, move)
            _finish(move)
        except OSError as error:
            help = inside.remedy(error, f"check {PRIVATE}/")
            raise PrepdeckError(f"{move}: {error.strerror or error}", help=help) from error
        yield person_of_move(move)


def _finish(move: Path) -> None:
    """Takes the old folders away, and puts the new one there; any part may be done already.

    Without the new folder in `move` nothing but `move` itself is left to go.
    """
    if (move / _FOLDER).exists():
        for name in inside.content(move / _NAMES).decode().splitlines():
            old, gone = move.parent / name, move / _OLD / name
            # A project may be somebody else's: nothing outside of the folder is moved.
            is_plain = old.parent == move.parent and name != ".."
            if is_plain and old.exists() and not gone.exists():
                old.rename(gone)
        (move / _FOLDER).rename(move.parent / person_of_move(move))
    gone = move.with_suffix(".old")
    shutil.rmtree(gone, ignore_errors=True)
    move.rename(gone)
    shutil.rmtree(gone, ignore_errors=True)


def _ignored(project: Project, role_folder: Path | None, *, in_copy: bool) -> Any:
    """What `shutil.copytree` leaves out: the role's lock, since the person's has its lines."""

    def is_left_out(path: Path) -> bool:
        if path.parent == role_folder and path.name == LOCK:
            return True
        if not in_copy:
            return False
        if path.name.startswith(".") or path.name.endswith(".apkg"):
            return True
        leads_back = path.is_symlink() and path.parent.resolve().is_relative_to(path.resolve())
        return leads_back or inside.refusal(project.root, path) is not None

    return lambda parent, names: [name for name in names if is_left_out(Path(parent, name))]
