"""`build` and `--relock`."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from builder.clock import now
from builder.findings import PrepdeckError
from builder.lock import exclusive_access, lines_of_packages, read_locks, write_locks
from builder.package import read_package
from builder.pipeline import BuildOptions, build, compile_project
from builder.report import Built

__all__ = ["BuildOptions", "Built", "build", "relock"]


def relock(root: Path, paths: Iterable[Path]) -> tuple[int, int]:
    """Restores the lock lines that these packages were packed with.

    Returns how many lines were restored, and how many notes are not this project's. Raises
    `PrepdeckError` when a package or a lock cannot be read, or no note is this project's.
    """
    packages = [read_package(path) for path in paths]
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
        lines_by_lock, foreign_count = lines_of_packages(
            packages, compiled.project, compiled.renderer.notetypes, now()
        )
        if not lines_by_lock:
            raise PrepdeckError(
                "no note in these packages is this project's",
                help="give packages that `prepdeck build` wrote, not ones that Anki exported",
            )
        write_locks(root, compiled.project.settings.value.namespace, locks, lines_by_lock)
    return sum(len(lock_lines) for lock_lines in lines_by_lock.values()), foreign_count
