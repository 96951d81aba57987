"""A build of an unchanged project: the last outcome, reported without compiling again.

A build reads a few hundred files, and importing what compiles them takes longer than reading
them. So a clean build leaves in `.prepdeck/last-build.json` the state of every file that it read or
wrote (time, size and number on the disk, to the nanosecond, as `make` and git do), and its outcome.
While all files are in that state, the same command has the same outcome.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

import builder
from builder import atomic, inside, shipped
from builder.findings import PrepdeckError, recalled
from builder.report import Built, Packed

MEMORY = ".prepdeck/last-build.json"
_LOCAL = ".prepdeck/local.lock"

#: Folders whose content no build reads. git writes into its own at each command.
_UNREAD = frozenset({".git", "__pycache__"})

#: Two libraries of ours, by whose folders an installation shows.
_LIBRARIES = ("genanki", "jinja2")

#: What a package of the last build is now, whatever happened to it then.
_UNCHANGED: Mapping[str, Any] = {"state": "unchanged", "rewritten": (), "moved": ()}

#: The state of files by path: times in nanoseconds, size in bytes, number on the disk.
Snapshot = Mapping[str, tuple[int, ...]]


def snapshot(root: Path) -> Snapshot:
    """The state of every file that a build of the project reads, locks and prepdeck's included."""
    file_paths = [
        str(root / _LOCAL),
        *(file for folder in ("decks", "templates") for file in _files(root, root / folder)),
        *_files(None, Path(builder.__file__).resolve().parent),
        *_files(None, shipped.templates()),
    ]
    states = {file: state for file in file_paths if (state := _state(file)) is not None}
    # Installing, replacing or removing a library changes the time of the folder that it lies in.
    for library_name in _LIBRARIES:
        library_spec = importlib.util.find_spec(library_name)
        if library_spec and library_spec.origin:
            folder = os.path.dirname(os.path.dirname(library_spec.origin))
            states[folder] = (os.stat(folder).st_mtime_ns,)
    return states


def _files(root: Path | None, top: Path) -> Iterator[str]:
    """Every file below `top`, a folder of the project `root`, or of prepdeck's own."""
    for entry in inside.walk(root, top, lambda entry: entry.name not in _UNREAD):
        if not entry.is_dir():
            yield entry.path


def _state(file: str) -> tuple[int, ...] | None:
    try:
        status = os.stat(file)
    except OSError:
        return None
    return status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino


def _digest(states: Snapshot, request: Mapping[str, object]) -> str:
    json_text = json.dumps(
        [sys.version, sorted(request.items()), sorted(states.items())], default=str
    )
    return hashlib.sha256(json_text.encode()).hexdigest()


def recall(root: Path, request: Mapping[str, object]) -> Built | None:
    """The outcome of the last build, if its request was the same and no file has changed since."""
    try:
        last_build = json.loads(inside.content(root / MEMORY, root))
        packages = tuple(
            Packed(**{**package, "path": Path(package["path"]), **_UNCHANGED})
            for package in last_build["packages"]
        )
        states = {**snapshot(root), **_states_of(packages)}
        if last_build["digest"] != _digest(states, request):
            return None
        findings = tuple(recalled(finding) for finding in last_build["found"])
        left_over = tuple(path for path in map(Path, last_build["left_over"]) if path.exists())
        return Built(packages, findings, left_over=left_over)
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None  # the memory cannot be read: build again


def remember(root: Path, request: Mapping[str, object], before: Snapshot, built: Built) -> None:
    """Keeps the outcome of a clean build. `before`: the state of the files before it read them."""
    memory_path = root / MEMORY
    snapshot_after = snapshot(root)
    lock_paths = {str(lock) for lock in built.locks}
    changed_files = {
        file for file in {*before, *snapshot_after} if before.get(file) != snapshot_after.get(file)
    }
    if not built.is_clean or not changed_files <= lock_paths:
        _forget(memory_path)
        return
    outcome = {
        "digest": _digest({**snapshot_after, **_states_of(built.packages)}, request),
        "packages": [{**asdict(package), "path": str(package.path)} for package in built.packages],
        "found": [asdict(finding) for finding in built.findings],
        "left_over": [str(path) for path in built.left_over],
    }
    try:
        atomic.write(memory_path, json.dumps(outcome).encode(), root)
    except PrepdeckError:
        _forget(memory_path)


def _forget(memory_path: Path) -> None:
    with suppress(OSError):
        memory_path.unlink(missing_ok=True)


def _states_of(packages: Iterable[Packed]) -> Snapshot:
    return {str(package.path): _state(str(package.path)) or () for package in packages}
