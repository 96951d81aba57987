"""`check`: every fault that a build would find."""

from __future__ import annotations

from pathlib import Path

from builder.clock import now
from builder.findings import Diagnostic, in_order, of_roles
from builder.lock import read_locks, stamp
from builder.pipeline import check_against_locks, compile_project


def check(root: Path, roles: tuple[str, ...] = ()) -> tuple[Diagnostic, ...]:
    """Every fault that a build of these roles (none: of all) would find, with nothing written.

    Raises `PrepdeckError` for a role that does not exist.
    """
    compiled = compile_project(root, roles)
    locks, found = read_locks(compiled.project)
    pairs = zip(compiled.selections, compiled.decks, strict=True)
    found += check_against_locks(compiled, pairs, locks)
    _, faults = stamp(compiled.decks, locks, now(), release=False)
    found = [*compiled.found, *found, *faults]
    return in_order(of_roles(found, compiled.reaches) if roles else found)
