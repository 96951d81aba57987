"""What a build did. Light: a build that changes nothing needs it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from builder.findings import Diagnostic


@dataclass(frozen=True, slots=True)
class Packed:
    """A package, and its `state` after the build: `written`, `unchanged` or `blocked`.

    `notes`, `cards`: how many it has. `waiting`: how many notes the role's plan has no time for,
    and `waiting_core`: how many of these are core. `rewritten`: the first ids of questions whose
    answer in YAML is new, or other than in the last build.
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
    """What a build did, and its findings. `locks` are the lock files that it wrote."""

    packages: tuple[Packed, ...]
    findings: tuple[Diagnostic, ...]
    locks: tuple[Path, ...] = ()

    @property
    def is_clean(self) -> bool:
        """Whether no package is blocked and no finding is an error."""
        blocked = any(package.state == "blocked" for package in self.packages)
        return not blocked and not any(d.is_error for d in self.findings)
