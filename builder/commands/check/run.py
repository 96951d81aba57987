"""`check`: every finding of a build."""

from __future__ import annotations

from pathlib import Path

from builder.clock import now
from builder.findings import Diagnostic, in_order, of_roles, without_unmerged
from builder.lock import read_locks, stamp
from builder.lock.history import merge_faults
from builder.pipeline import check_against_locks, compile_project


def check(root: Path, roles: tuple[str, ...] = ()) -> tuple[Diagnostic, ...]:
    """Every finding of a build of these roles (of all, if none is named); writes nothing.

    Raises `PrepdeckError` for a role that does not exist.
    """
    compiled = compile_project(root, roles)
    locks, lock_findings = read_locks(compiled.project)
    selections_and_decks = zip(compiled.selections, compiled.decks, strict=True)
    lock_findings += check_against_locks(compiled, selections_and_decks, locks)
    lock_findings += merge_faults(compiled.project, locks, private=True)
    _, stamp_findings = stamp(compiled.decks, locks, now(), release=False)
    findings = without_unmerged([*compiled.findings, *lock_findings, *stamp_findings])
    return in_order(of_roles(findings, compiled.reaches) if roles else findings)
