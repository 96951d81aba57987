"""What merges lost: a lock beside the versions of it that git's last merges joined.

git joins lines, and "ours" throws the lines of one side away. Whoever is on that side's packages
then keeps old texts for ever. Only what reads git's objects is run, and nothing that a repository
could make git run: no hook, no pager, no monitor of files, nothing over the network.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from builder.findings import WHOLE_PROJECT, Diagnostic, Scope
from builder.lock.files import Locks, private_scopes
from builder.lock.lines import Lock, NoteLine, NoteTypeLine
from builder.lock.parse import parse_lock
from builder.lock.paths import RELEASED
from builder.phrasing import counted
from builder.project import Project
from builder.source import read_text

#: How many merges are looked at, of the newest that changed a lock.
MERGES = 20

#: How many parents of one merge are; two is the rule.
PARENTS = 4

#: How long git may take for one question, in seconds; then nothing is reported.
PATIENCE = 3

#: The rules of a lock with a line that cannot be read.
_UNREADABLE = ("lock-mangled", "lock-in-conflict")

_GIT = (
    *("git", "--no-pager", "--literal-pathspecs"),
    *("-c", "core.fsmonitor=false", "-c", f"core.hooksPath={os.devnull}"),
)


@dataclass(frozen=True, slots=True)
class _Side:
    """A version of a lock that a merge joined; `commit` is the side's, `merge` the merge's."""

    commit: str
    merge: str
    lock: Lock


def merge_faults(project: Project, locks: Locks, *, private: bool) -> list[Diagnostic]:
    """What the locks lack of a side of git's last merges, one fault a lock.

    `private`: private roles' locks too. Silent where there is no git, no repository, or no answer
    within `PATIENCE`.
    """
    scopes = {RELEASED: WHOLE_PROJECT, **(private_scopes(project) if private else {})}
    faults: list[Diagnostic] = []
    for file, scope in scopes.items():
        lock = locks.files.get(file)
        # What a file lacks that could not be read is unknown.
        if lock is not None and _is_readable(project.root, lock):
            sides = _sides(project.root / file, lock)
            lock_faults = (_fault(lock, side, scope) for side in sides)
            faults += [fault for fault in lock_faults if fault is not None][:1]
    return faults


def _is_readable(root: Path, lock: Lock) -> bool:
    """Whether each line of a lock can be read: what a mangled line said is not lost by a merge."""
    if not (root / lock.file).is_file():
        return True
    text, faults = read_text(root / lock.file, lock.file, root)
    if text is not None:
        _, faults = parse_lock(text, lock.file, lock.namespace)
    return not any(fault.rule in _UNREADABLE for fault in faults)


def _fault(lock: Lock, side: _Side, scope: Scope) -> Diagnostic | None:
    """What a lock lacks of one side; None when it has all of it."""
    path = Path(lock.file)
    lost = [line for line in _lines(side.lock) if lock.line_like(line) is None]
    older = [
        line
        for line in _lines(side.lock)
        # Of a private lock `--relock` may have put an earlier time back.
        if lock.file == RELEASED and _time_now(lock, line) < line.time
    ]
    if not lost and not older:
        return None
    parts = [f"{counted(len(lost), 'line')} of one side"] if lost else []
    parts += [f"the later time of {counted(len(older), 'line')}"] if older else []
    return Diagnostic(
        "lock-lost-lines",
        f"the merge {side.merge[:10]} lost {' and '.join(parts)}",
        lock.span(None),
        "append the lost side to the file, with its header; then all lines count:"
        f" git -C {path.parent.as_posix()} show {side.commit[:10]}:./{path.name} >> {lock.file}",
        scope,
    )


def _lines(lock: Lock) -> tuple[NoteLine | NoteTypeLine, ...]:
    return (*lock.notes.values(), *lock.notetypes.values())


def _time_now(lock: Lock, line: NoteLine | NoteTypeLine) -> int:
    """The time of the same line in `lock`; the line's own when there is none."""
    present = lock.line_like(line)
    return present.time if isinstance(present, NoteLine | NoteTypeLine) else line.time


def _sides(path: Path, lock: Lock) -> Iterator[_Side]:
    """Both sides of each merge that changed the file, the newest merge first."""
    folders = path.parent.resolve(), *path.parent.resolve().parents
    if not path.is_file() or not any((folder / ".git").exists() for folder in folders):
        return
    if not _git(path.parent, ("cat-file", "-t", f"HEAD:./{path.name}")):
        return  # git ignores it: nothing was merged
    listed = _git(
        path.parent,
        (
            "rev-list",
            "--full-history",
            "--merges",
            f"--max-count={MERGES}",
            "HEAD",
            "--",
            path.name,
        ),
    )
    merges = listed.decode("ascii", "replace").split()
    names = [f"{merge}^{number}" for merge in merges for number in range(1, PARENTS + 1)]
    if not names:
        return
    asked = "".join(f"{name}:./{path.name}\n{name}\n" for name in names)
    answers = _objects(_git(path.parent, ("cat-file", "--batch"), asked.encode()))
    seen: set[bytes] = set()
    for name, (_, content), (commit, _) in zip(names, answers, answers, strict=False):
        if content is None or content in seen:
            continue
        seen.add(content)
        text = content.decode("utf-8", "replace").replace("\r\n", "\n")
        side, faults = parse_lock(text, path.name, lock.namespace)
        if not faults:
            yield _Side(commit, name.partition("^")[0], side)


def _objects(answer: bytes) -> Iterator[tuple[str, bytes | None]]:
    """What `cat-file --batch` says of each name: its number and content, None for what is not."""
    position = 0
    while position < len(answer):
        end = answer.find(b"\n", position)
        head = answer[position : end if end >= 0 else len(answer)].split(b" ")
        position = end + 1 if end >= 0 else len(answer)
        if len(head) == 3 and head[1] in (b"blob", b"commit") and head[2].isdigit():
            yield head[0].decode("ascii"), answer[position : position + int(head[2])]
            position += int(head[2]) + 1
        else:
            yield "", None


def _git(folder: Path, command: tuple[str, ...], stdin: bytes = b"") -> bytes:
    """What git prints; nothing when it fails, is not there, or takes too long."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")}
    try:
        return subprocess.run(
            [*_GIT, *command],
            cwd=folder,
            env=environment | {"GIT_OPTIONAL_LOCKS": "0", "GIT_NO_LAZY_FETCH": "1", "LC_ALL": "C"},
            input=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=PATIENCE,
            check=True,
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return b""
