"""The lock files, read together and written one after another, under a file lock."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from builder import atomic
from builder.findings import WHOLE_PROJECT, Diagnostic, PrepdeckError, Scope, Span
from builder.lock.lines import Line, Lock, NoteLine, NoteTypeLine, merged_lines, parse_lock
from builder.lock.paths import LOCAL, RELEASED, LockPath, private_lock
from builder.project import Project
from builder.source import read_text

#: How long a build waits for another one in the same project, in seconds.
PATIENCE = 60


@dataclass(frozen=True, slots=True)
class Locks:
    """Every lock of a project by the file it lives in."""

    files: Mapping[LockPath, Lock]

    def lock_at(self, home: LockPath) -> Lock:
        """The lock in that file; an empty one when there is no such file yet."""
        return self.files.get(home) or Lock(file=home)

    def note(self, home: LockPath, key: tuple[str, str, str]) -> NoteLine | None:
        """A note's line in one file."""
        return self.lock_at(home).notes.get(key)

    def span(self, line: NoteLine | NoteTypeLine) -> Span:
        """Where a line stands."""
        for lock in self.files.values():
            note = isinstance(line, NoteLine) and lock.notes.get(line.key) is line
            if note or (isinstance(line, NoteTypeLine) and line in lock.notetypes.values()):
                return lock.span(line.key)
        return Span(RELEASED)


def read_locks(project: Project) -> tuple[Locks, list[Diagnostic]]:
    """All locks of the project; a file that is not there yet is empty."""
    found: list[Diagnostic] = []
    files: dict[LockPath, Lock] = {}
    namespace = project.settings.value.namespace
    homes = {RELEASED: WHOLE_PROJECT, LOCAL: WHOLE_PROJECT}
    homes |= {private_lock(r.id): Scope(role=r.id) for r in project.roles.values() if r.private}
    for home, scope in homes.items():
        path = project.root / home
        if not path.exists():
            files[home] = Lock(namespace, file=home)
            continue
        text, faults = read_text(path, home)
        found += [replace(fault, scope=scope) for fault in faults]
        if text is not None:
            files[home], faults = parse_lock(text, home, namespace, scope)
            found += faults
    return Locks(files), found


def write_locks(
    root: Path,
    namespace: str,
    locks: Locks,
    changed: Mapping[LockPath, tuple[Line, ...]],
) -> None:
    """Adds the changed lines to their files; each file is whole or untouched."""
    for home, lines in changed.items():
        known = locks.lock_at(home)
        lock = merged_lines(Lock(namespace, known.notes, known.notetypes, known.decks), lines)
        atomic.write(root / home, lock.text().encode())


@contextmanager
def alone(root: Path) -> Iterator[None]:
    """Only one build of a project at a time reads its locks, writes them and packs.

    filelock is imported here: only a build needs it (45 ms). Raises `PrepdeckError` when another
    build runs for longer than `PATIENCE` seconds, and when the lock file cannot be written.
    """
    from filelock import FileLock, Timeout

    folder = root / ".prepdeck"
    lock = FileLock(folder / "build.flock", timeout=PATIENCE)
    try:
        folder.mkdir(exist_ok=True)
        lock.acquire()
    except Timeout as error:
        raise PrepdeckError(
            f"another build of this project has been running for {PATIENCE} seconds",
            help="wait for it to end",
        ) from error
    except OSError as error:
        raise PrepdeckError(
            f"{folder} cannot be used: {error.strerror}", help="check it"
        ) from error
    try:
        yield
    finally:
        lock.release()
