"""`build` and `--relock`."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from builder.clock import now
from builder.findings import PrepdeckError
from builder.lock import DeckLine, exclusive_access, lines_of_packages, read_locks, write_locks
from builder.lock.future import AHEAD, readable
from builder.lock.lines import Line
from builder.package import read_package
from builder.pipeline import BuildOptions, build, compile_project
from builder.report import Built

__all__ = ["BuildOptions", "Built", "build", "relock"]


def relock(root: Path, paths: Iterable[Path]) -> tuple[int, int]:
    """Restores the lock lines that these packages were packed with.

    Returns how many lines were restored, and how many notes are not this project's. Raises
    `PrepdeckError` when a package or a lock cannot be read, a package has times that are still to
    come, or no note is this project's.
    """
    present = now()
    packages = {path: read_package(path) for path in paths}
    with exclusive_access(root):
        compiled = compile_project(root)
        locks, findings = read_locks(compiled.project)
        if not compiled.project.settings.is_complete or any(
            finding.is_error for finding in findings
        ):
            # A faulty lock written anew would lose the lines that could not be read.
            raise PrepdeckError(
                "deck.yaml or a lock has faults", help="see them with: prepdeck check"
            )
        notetypes = compiled.renderer.notetypes
        lines_by_lock, foreign_count = lines_of_packages(
            packages.values(), compiled.project, notetypes, present
        )
        if _latest(lines_by_lock.values()) > present + AHEAD:
            for path, package in packages.items():
                own_lines, _ = lines_of_packages([package], compiled.project, notetypes, present)
                _refuse_future(path, _latest(own_lines.values()), present)
        if not lines_by_lock:
            raise PrepdeckError(
                "no note in these packages is this project's",
                help="give packages that `prepdeck build` wrote, not ones that Anki exported",
            )
        write_locks(root, compiled.project.settings.value.namespace, locks, lines_by_lock)
    return sum(len(lock_lines) for lock_lines in lines_by_lock.values()), foreign_count


def prune(built: Built) -> None:
    """Deletes the packages that no role has now. Raises `PrepdeckError` when one cannot be."""
    for path in built.left_over:
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise PrepdeckError(
                f"{path} cannot be deleted: {(error.strerror or str(error)).lower()}",
                help="close the program that has it open, and check who may write in its folder",
            ) from error


def _latest(lines: Iterable[Iterable[Line]]) -> int:
    """The latest time of these lines, in Unix seconds."""
    times = (line.time for group in lines for line in group if not isinstance(line, DeckLine))
    return max(times, default=0)


def _refuse_future(path: Path, latest: int, now: int) -> None:
    """Raises `PrepdeckError` when the time is still to come: every later build would fail.

    `latest`: the latest time in the package, and `now`, in Unix seconds.
    """
    if latest > now + AHEAD:
        raise PrepdeckError(
            f"{path} has times in the future, up to {readable(latest)};"
            f" the clock says {readable(now)}",
            help="set the clock right, or give a package that was built with a right clock",
        )
