"""A build after which nothing changed, told again without doing it again.

A build reads a few hundred files, and importing what compiles them takes longer than reading
them. So a clean build leaves in `.prepdeck/last-build.json` how every file looked that it read or
wrote (time, size and number on the disk, as `make` and git look at files, to the nanosecond) and
what it said. While all of them look so, the same command has the same outcome.
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

from builder import atomic
from builder.findings import PrepdeckError, recalled
from builder.report import Built, Packed

MEMORY = ".prepdeck/last-build.json"
_LOCAL = ".prepdeck/local.lock"

Snapshot = Mapping[str, tuple[int, ...]]


def snapshot(root: Path) -> Snapshot:
    """How every file looks that a build of the project reads, locks among them."""
    package = Path(__file__).resolve().parent
    files = [*_files(root / "decks"), *_files(root / "templates"), str(root / _LOCAL)]
    files += [*_files(package), *_files(package.parent / "templates")]
    found = {file: look for file in files if (look := _look(file)) is not None}
    # Installing, replacing or taking away a library changes the time of the folder it lies in.
    for library in ("genanki", "pydantic"):
        spec = importlib.util.find_spec(library)
        if spec and spec.origin:
            folder = os.path.dirname(os.path.dirname(spec.origin))
            found[folder] = (os.stat(folder).st_mtime_ns,)
    return found


def _files(folder: Path | str, above: tuple[int, ...] = ()) -> Iterator[str]:
    """Every file below; a link that leads back above itself is not followed."""
    try:
        entries = list(os.scandir(folder))
        if os.stat(folder).st_ino in above:
            return
    except OSError:
        return
    above = (*above, os.stat(folder).st_ino)
    for entry in entries:
        if entry.name in {".git", "__pycache__"} and entry.is_dir():
            continue
        if entry.is_dir():
            yield from _files(entry.path, above)
        else:
            yield entry.path


def _look(file: str) -> tuple[int, ...] | None:
    try:
        found = os.stat(file)
    except OSError:
        return None
    return found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino


def _digest(seen: Snapshot, asked: Mapping[str, object]) -> str:
    text = json.dumps([sys.version, sorted(asked.items()), sorted(seen.items())], default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def recall(root: Path, asked: Mapping[str, object]) -> Built | None:
    """The outcome of the last build, if it was asked for the same and no file has changed since."""
    try:
        said = json.loads((root / MEMORY).read_bytes())
        packages = tuple(
            Packed(**{**p, "path": Path(p["path"]), "state": "unchanged", "rewritten": ()})
            for p in said["packages"]
        )
        seen = {**snapshot(root), **_packages(packages)}
        if said["digest"] != _digest(seen, asked):
            return None
        return Built(packages, tuple(recalled(d) for d in said["found"]))
    except (OSError, ValueError, KeyError, TypeError, AssertionError, RecursionError):
        return None  # a memory that is none: the build is done anew


def remember(root: Path, asked: Mapping[str, object], before: Snapshot, built: Built) -> None:
    """Keeps the outcome of a clean build. `before`: how the files looked before it read them."""
    memory = root / MEMORY
    after = snapshot(root)
    written = {str(lock) for lock in built.locks}
    changed = {file for file in {*before, *after} if before.get(file) != after.get(file)}
    if not built.is_clean or not changed <= written:
        _forget(memory)
        return
    said = {
        "digest": _digest({**after, **_packages(built.packages)}, asked),
        "packages": [{**asdict(p), "path": str(p.path)} for p in built.packages],
        "found": [asdict(d) for d in built.findings],
    }
    try:
        atomic.write(memory, json.dumps(said).encode())
    except PrepdeckError:
        _forget(memory)


def _forget(memory: Path) -> None:
    with suppress(OSError):
        memory.unlink(missing_ok=True)


def _packages(packages: Iterable[Packed]) -> Snapshot:
    found = {}
    for package in packages:
        look = _look(str(package.path))
        found[str(package.path)] = look or ()
    return found
