"""What a build did, as the command line tells it. Light: a build that changes nothing needs it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from builder.findings import Diagnostic


@dataclass(frozen=True, slots=True)
class Packed:
    """A package and what became of it: `written`, `unchanged` or `blocked`.

    `waiting`: how many of its notes a plan has no time for, and `waiting_core` of its core.
    `rewritten`: the first ids of answers that YAML says differently than the last build, or for the
    first time.
    """

    role: str
    path: Path
    notes: int
    cards: int
    state: str
    waiting: int = 0
    waiting_core: int = 0
    rewritten: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Built:
    """What a build did, and every fault on the way. `locks` are the lock files that it wrote."""

    packages: tuple[Packed, ...]
    findings: tuple[Diagnostic, ...]
    locks: tuple[Path, ...] = ()

    @property
    def is_clean(self) -> bool:
        """Nothing was blocked, and nothing is at fault (warnings may be there)."""
        blocked = any(package.state == "blocked" for package in self.packages)
        return not blocked and not any(d.is_error for d in self.findings)
