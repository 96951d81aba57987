"""A builder in a checkout, driven by its command line alone: names inside it may change."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

HERE = Path(__file__).parent
HOUR = 3_600

#: Neither says anything about what was built: how files looked on the disk, and a file lock.
_MACHINE = {".prepdeck/last-build.json", ".prepdeck/build.flock"}
_SIZES = re.compile(r"^([a-z0-9-]+): ([\d,]+) notes?, ([\d,]+) cards?", re.MULTILINE)


T = TypeVar("T")


@dataclass(frozen=True)
class Run:
    """What a command did, with `seconds` and words taken out of stderr: only sizes are left."""

    status: int
    stdout: str
    sizes: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Builder:
    """A checkout, the Python that has its libraries, and a folder for its copies of projects."""

    name: str
    checkout: Path
    python: Path
    work: Path
    _open: list[subprocess.Popen[str]] = field(default_factory=list)

    def environment(self, at: int) -> dict[str, str]:
        """`at`: what the clock says, in Unix seconds."""
        return {
            **os.environ,
            "PYTHONPATH": str(self.checkout),
            "SOURCE_DATE_EPOCH": str(at),
            "NO_COLOR": "1",
            "PYTHONUTF8": "1",
            "COLUMNS": "100",
        }

    def run(self, project: Path, *arguments: str, at: int, **variables: str) -> Run:
        """`python -m builder …` in the project's folder. Raises `RuntimeError` when it crashes."""
        ended = subprocess.run(
            [str(self.python), "-m", "builder", *arguments],
            cwd=project,
            env=self.environment(at) | variables,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        return self._ended(arguments, ended.returncode, ended.stdout, ended.stderr)

    def run_quickly(self, project: Path, *arguments: str, at: int) -> Run:
        """The same in a process that has done others before: start-up is paid once."""
        if not self._open:
            self._open.append(self.script("in_process.py", at=at))
        process = self._open[0]
        assert process.stdin
        assert process.stdout
        asked = {"folder": str(project), "at": str(at), "arguments": arguments}
        print(json.dumps(asked), file=process.stdin, flush=True)
        return self._ended(arguments, *json.loads(process.stdout.readline()))

    def _ended(self, arguments: Sequence[str], status: int, stdout: str, stderr: str) -> Run:
        if "Traceback" in stderr:
            raise RuntimeError(f"{self.name}: {' '.join(arguments)}\n{stderr}")
        return Run(status, stdout, tuple(_SIZES.findall(stderr)))

    def close(self) -> None:
        """Ends the process in which commands run quickly."""
        for process in self._open:
            process.communicate()
        self._open.clear()

    def script(self, name: str, *arguments: str, at: int) -> subprocess.Popen[str]:
        """A script of this folder in a process of the checkout's own."""
        return subprocess.Popen(
            [str(self.python), str(HERE / name), *arguments],
            cwd=self.work,
            env=self.environment(at),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )


class Pair:
    """Two builders with a copy each of one project, and the differences that were found."""

    def __init__(self, old: Builder, new: Builder, report: Callable[[str, str], None]) -> None:
        self.old, self.new, self.report = old, new, report
        self.name = ""

    def begin(self, name: str, fill: Callable[[Path], None]) -> None:
        """Gives both the same project, under the same name."""
        self.name = name
        for builder in (self.old, self.new):
            folder = builder.work / name
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            fill(folder)

    @property
    def folders(self) -> tuple[Path, Path]:
        return self.old.work / self.name, self.new.work / self.name

    def hand_over(self) -> None:
        """The new builder goes on from the locks, packages and memory that the old one wrote."""
        old, new = self.folders
        shutil.rmtree(new)
        shutil.copytree(old, new)

    def edit(self, name: str, before: str, after: str) -> None:
        """Replaces a text that must be there, in both copies."""
        for folder in self.folders:
            path = folder / name
            text = path.read_text(encoding="utf-8")
            assert before in text, f"{before!r} is not in {path}"
            path.write_text(text.replace(before, after), encoding="utf-8")

    def both(self, work: Callable[[Builder, Path], T]) -> tuple[T, T]:
        """Does it with each builder in its copy, at the same time."""
        with ThreadPoolExecutor(2) as pool:
            old, new = pool.map(work, (self.old, self.new), self.folders)
        return old, new

    def run(self, step: str, *arguments: str, at: int, status: int = 0) -> None:
        """Runs a command in both copies; status, stdout, sizes and every file must be equal.

        `status`: what the old one must end with, or the step shows nothing.
        """
        runs = self.both(lambda builder, folder: builder.run(folder, *arguments, at=at))
        step = f"{self.name}: {step}"
        if runs[0] != runs[1]:
            self.report(step, f"exit status, stdout or sizes differ:\n  {runs[0]}\n  {runs[1]}")
        for line in unequal_files(*self.folders):
            self.report(step, line)
        assert runs[0].status == status, f"{step}: {runs[0]}"


def files(folder: Path) -> dict[str, bytes]:
    """Every file below by its path, with its bytes."""
    found = {
        path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()
    }
    return {
        name: _without_counts(path.read_bytes()) if name.endswith(".lock") else path.read_bytes()
        for name, path in found.items()
        if name not in _MACHINE
    }


def _without_counts(lock: bytes) -> bytes:
    """A lock without the number of its lines and their sum: older builders write neither."""
    header, newline, lines = lock.partition(b"\n")
    return b"\t".join(header.split(b"\t")[:3]) + newline + lines


def unequal_files(old: Path, new: Path) -> Iterator[str]:
    """A line for each file that is not equal in both folders."""
    from packages import first_difference

    ours, theirs = files(old), files(new)
    for name in sorted({*ours, *theirs}):
        if name not in theirs:
            yield f"{name} is missing in the new one"
        elif name not in ours:
            yield f"{name} is there in the new one alone"
        elif ours[name] != theirs[name]:
            yield f"{name}: {first_difference(name, ours[name], theirs[name])}"
