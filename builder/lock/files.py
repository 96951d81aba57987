"""The lock files, read together and written one after another, under a file lock."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from builder import atomic, inside
from builder.findings import WHOLE_PROJECT, Diagnostic, PrepdeckError, Scope, Span
from builder.lock.lines import Line, Lock, NoteLine, NoteTypeLine, merged_lines
from builder.lock.parse import parse_lock
from builder.lock.paths import LOCAL, RELEASED, LockPath, lock_path
from builder.project import Project
from builder.source import read_text

#: How long a build waits for another one in the same project, in seconds.
PATIENCE = 60


@dataclass(frozen=True, slots=True)
class Locks:
    """Every lock of a project by the file it lives in.

    `abandoned`: locks in folders of `decks/private/` without a lock of their own; a role was there
    once, or is there and has a person.
    """

    files: Mapping[LockPath, Lock]
    abandoned: tuple[Lock, ...] = ()

    def lock_at(self, path: LockPath) -> Lock:
        """The lock in that file; an empty one when the file does not exist."""
        return self.files.get(path) or Lock(file=path)

    def note(self, path: LockPath, key: tuple[str, str, str]) -> NoteLine | None:
        """A note's line in one file."""
        return self.lock_at(path).notes.get(key)

    def span(self, line: NoteLine | NoteTypeLine) -> Span:
        """Where a line stands."""
        for lock in self.files.values():
            if lock.line_like(line) is line:
                return lock.span(line.key)
        return Span(RELEASED)


def read_locks(project: Project) -> tuple[Locks, list[Diagnostic]]:
    """All locks of the project; a file that does not exist yet is empty."""
    findings: list[Diagnostic] = []
    files: dict[LockPath, Lock] = {}
    namespace = project.settings.value.namespace
    scopes = {RELEASED: WHOLE_PROJECT, LOCAL: WHOLE_PROJECT, **private_scopes(project)}
    for path, scope in scopes.items():
        if not (project.root / path).exists():
            files[path] = Lock(namespace, file=path)
            continue
        text, faults = read_text(project.root / path, path, project.root)
        findings += [replace(fault, scope=scope) for fault in faults]
        if text is not None:
            files[path], faults = parse_lock(text, path, namespace, scope)
            findings += faults
    return Locks(files, tuple(_abandoned(project.root, namespace, files))), findings


def private_scopes(project: Project) -> dict[LockPath, Scope]:
    """Where private roles and persons have their locks, with what a fault in each blocks."""
    return {
        lock_path(role.id, own=True): role.scope
        for role in project.roles.values()
        if role.private and role.person is None
    }


def _abandoned(root: Path, namespace: str, files: Mapping[LockPath, Lock]) -> Iterator[Lock]:
    """The locks of folders that nobody reads any more, as far as they can be read.

    Of a role that is gone, and of one that lies in a person's folder.
    """
    folder = root / "decks/private"
    for path in sorted([*folder.glob("*/notes.lock"), *folder.glob("*/*/notes.lock")]):
        name = path.relative_to(root).as_posix()
        text, _ = read_text(path, name, root) if name not in files else (None, [])
        if text is not None:
            yield parse_lock(text, name, namespace)[0]


def lines_by_file(lines: Iterable[tuple[LockPath, Line]]) -> dict[LockPath, tuple[Line, ...]]:
    """The lines of each lock file, for `write_locks`."""
    grouped: dict[LockPath, tuple[Line, ...]] = {}
    for path, line in lines:
        grouped[path] = (*grouped.get(path, ()), line)
    return grouped


def write_locks(
    root: Path,
    namespace: str,
    locks: Locks,
    changed: Mapping[LockPath, tuple[Line, ...]],
) -> None:
    """Adds the changed lines to their files. A file is replaced as a whole or stays as it was.

    Raises `PrepdeckError` when a file cannot be written, or is not as it was read: another branch
    was checked out, or an editor saved it.
    """
    for path in changed:
        text, _ = read_text(root / path, path, root) if (root / path).exists() else ("", [])
        present = parse_lock(text or "", path, namespace)[0]
        if not present.has_lines_of(locks.lock_at(path)):
            raise PrepdeckError(f"{path} changed while this command ran", help="run it again")
    for path, lines in changed.items():
        lock = merged_lines(replace(locks.lock_at(path), namespace=namespace), lines)
        atomic.write(root / path, lock.text().encode(), root, keep_link=True)


@contextmanager
def exclusive_access(root: Path) -> Iterator[None]:
    """Only one build of a project at a time reads its locks, writes them and packs.

    Raises `PrepdeckError` when another one runs for longer than `PATIENCE`. filelock is imported
    here: only a build needs it (45 ms).
    """
    from filelock import FileLock, Timeout

    folder = root / ".prepdeck"
    lock = FileLock(folder / "build.flock", timeout=PATIENCE)
    try:
        inside.check_no_link(root, Path(lock.lock_file))
        folder.mkdir(exist_ok=True)
        lock.acquire()
    except Timeout as error:
        raise PrepdeckError(
            f"another build of this project has been running for {PATIENCE} seconds",
            help="wait until it ends",
        ) from error
    except OSError as error:
        raise atomic.cannot_write(Path(lock.lock_file), error) from error
    try:
        yield
    finally:
        lock.release()
