"""Lines of locks that are gone, from the packages that earlier builds left in `build/`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from builder.deck import Deck, NoteType
from builder.findings import PrepdeckError
from builder.lock.files import Locks, read_locks, write_locks
from builder.lock.future import AHEAD
from builder.lock.lines import DeckLine, Line, NoteLine
from builder.lock.paths import LOCAL, RELEASED, LockPath, lock_path
from builder.lock.relock import lines_of_packages
from builder.package import Package, read_package
from builder.project import Project

_SUFFIX = ".apkg"


def restore_locks(
    project: Project, decks: Sequence[Deck], notetypes: Mapping[str, NoteType], now: int
) -> tuple[Path, ...]:
    """Writes each lock that is gone, with the lines of the packages that were built with it.

    Returns the locks that have their lines back. `decks`: those that are built now; `now`: Unix
    seconds. While another lock has faults, nothing is written.
    """
    lost_locks = _packages_of_lost_locks(project, decks)
    if not any(lost_locks.values()) or not project.settings.is_complete:
        return ()
    locks, findings = read_locks(project)
    if any(finding.is_error for finding in findings):
        return ()
    lines_by_lock: dict[LockPath, tuple[Line, ...]] = {}
    packages_by_path = dict(_readable({path for paths in lost_locks.values() for path in paths}))
    for lock, paths in lost_locks.items():
        if packages := [packages_by_path[path] for path in paths if path in packages_by_path]:
            lines, _ = lines_of_packages(packages, project, notetypes, now)
            lock_lines = tuple(_to_restore(lines.get(lock, ()), locks, now))
            if lock == LOCAL or not any(_is_elsewhere(line, decks, locks) for line in lock_lines):
                lines_by_lock[lock] = lock_lines
    # The local lock may have no line to restore: a release has them all. It is written even so, or
    # each build would look for its lines.
    write_locks(project.root, project.settings.value.namespace, locks, lines_by_lock)
    return tuple(project.root / lock for lock, lines in lines_by_lock.items() if lines)


def _is_elsewhere(line: Line, decks: Iterable[Deck], locks: Locks) -> bool:
    """Whether a line is not lost: another private lock has it, or another owner has its note.

    The role's folder was moved by hand then. `lock-left-behind` says so, and offers to begin anew.
    """
    private_locks = (lock for path, lock in locks.files.items() if path not in (RELEASED, LOCAL))
    if any(lock.line_like(line) for lock in (*private_locks, *locks.abandoned)):
        return True
    return isinstance(line, NoteLine) and any(
        (note.notetype, note.first_id) == (line.notetype, line.first_id)
        and note.owner_key != line.owner_key
        and line.owner_key in deck.own_keys
        for deck in decks
        for note in deck.notes
    )


def _to_restore(lines: Iterable[Line], locks: Locks, now: int) -> Iterator[Line]:
    """Without times that are still to come, and without what a release has in the same words."""
    released = locks.lock_at(RELEASED)
    for line in lines:
        is_past = not isinstance(line, DeckLine) and line.time <= now + AHEAD
        if is_past and line != released.line_like(line):
            yield line


def _packages_of_lost_locks(project: Project, decks: Sequence[Deck]) -> dict[LockPath, list[Path]]:
    build = project.root / "build"
    private = sorted(build.glob(f"private/*{_SUFFIX}"))
    paths: dict[LockPath, list[Path]] = {}
    if not (project.root / LOCAL).exists():
        paths[LOCAL] = [*sorted(build.glob(f"*{_SUFFIX}")), *private]
    path_by_role = {deck.role: build / deck.folder / deck.file_name(_SUFFIX) for deck in decks}
    # One of them may be the role's, under the name that its file had.
    left_over = [path for path in private if path not in path_by_role.values()]
    for deck in decks:
        lock = lock_path(deck.private_role, own=True)
        if deck.private and not (project.root / lock).exists():
            paths.setdefault(lock, [*left_over]).append(path_by_role[deck.role])
    return paths


def _readable(paths: Iterable[Path]) -> Iterator[tuple[Path, Package]]:
    for path in paths:
        if path.is_file() and not path.is_symlink():
            with suppress(PrepdeckError):
                yield path, read_package(path)
