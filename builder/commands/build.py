"""`build`, `check` and `--relock`."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable
from pathlib import Path

from builder.diagnostics import Diagnostic, Trouble, in_order
from builder.lock import alone, read_locks, relocked, stamp, write_locks
from builder.package import read_package
from builder.pipeline import Order, beside_the_locks, build, compile_project, of_roles
from builder.report import Built

__all__ = ["Built", "Order", "build", "check", "now", "relock"]


def now() -> int:
    """Unix seconds; `SOURCE_DATE_EPOCH` stands in for the clock. Raises `Trouble` if it is none."""
    said = os.environ.get("SOURCE_DATE_EPOCH")
    if said is None:
        return int(time.time())
    if not said.isdecimal() or int(said) == 0:
        raise Trouble(
            f"SOURCE_DATE_EPOCH is `{said}`, which is no time",
            help="set it to whole seconds since 1970, or unset it",
        )
    if int(said) > time.time() + 86_400:
        raise Trouble(
            f"SOURCE_DATE_EPOCH is `{said[:20]}`, which is still to come",
            help="give seconds: stamps ahead of the clock overwrite learners' edits",
        )
    return int(said)


def check(root: Path, roles: tuple[str, ...] = ()) -> tuple[Diagnostic, ...]:
    """Every fault that a build of these roles (none: of all) would find, with nothing written.

    Raises `Trouble` for a role that does not exist.
    """
    compiled = compile_project(root, roles)
    locks, found = read_locks(compiled.project)
    pairs = zip(compiled.selections, compiled.decks, strict=True)
    found += beside_the_locks(compiled, pairs, locks)
    _, faults = stamp(compiled.decks, locks, now(), release=False)
    found = [*compiled.found, *found, *faults]
    return in_order(of_roles(found, compiled.selections) if roles else found)


def relock(root: Path, packages: Iterable[Path]) -> tuple[int, int]:
    """Puts back the local lines that these packages were packed with.

    Returns how many lines now stand, and how many notes were not this project's.
    """
    read = [read_package(path) for path in packages]
    with alone(root):
        compiled = compile_project(root)
        locks, found = read_locks(compiled.project)
        if not compiled.project.settings.whole or any(d.is_error for d in found):
            # A faulty lock written anew would lose the lines that could not be read.
            raise Trouble("deck.yaml or a lock has faults", help="see them with: prepdeck check")
        changed, strange = relocked(read, compiled.project, compiled.renderer.notetypes, now())
        if not changed:
            raise Trouble(
                "no note in these packages is this project's",
                help="give packages that `prepdeck build` wrote, not ones that Anki exported",
            )
        write_locks(root, compiled.project.settings.value.namespace, locks, changed)
    return sum(len(lines) for lines in changed.values()), strange
