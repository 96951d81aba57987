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


def relock(root: Path, packages: Iterable[Path]) -> tuple[int, int]:
    """Puts back the local lines that these packages were packed with.

    Returns how many lines now stand, and how many notes were not this project's. Raises
    `PrepdeckError` when deck.yaml or a lock has faults, and when no note is this project's.
    """
    read = [read_package(path) for path in packages]
    with exclusive_access(root):
        compiled = compile_project(root)
        locks, found = read_locks(compiled.project)
        if not compiled.project.settings.is_complete or any(d.is_error for d in found):
            # A faulty lock written anew would lose the lines that could not be read.
            raise PrepdeckError(
                "deck.yaml or a lock has faults", help="see them with: prepdeck check"
            )
        changed, strange = lines_of_packages(
            read, compiled.project, compiled.renderer.notetypes, now()
        )
        if not changed:
            raise PrepdeckError(
                "no note in these packages is this project's",
                help="give packages that `prepdeck build` wrote, not ones that Anki exported",
            )
        write_locks(root, compiled.project.settings.value.namespace, locks, changed)
    return sum(len(lines) for lines in changed.values()), strange
