"""The outcome of a build. Light: a build that changes nothing needs it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from builder.findings import Diagnostic


@dataclass(frozen=True, slots=True)
class Packed:
    """A package, or another output, and its `state`: `written`, `unchanged` or `blocked`.

    `notes` and `cards`: how many it has. `waiting`: how many notes do not fit into the plan of its
    role, and `waiting_core` how many of these are core. `rewritten`: the first ids of notes whose
    answer in YAML is not the one of the last build. `moved`: names of other decks, each with the
    ids of notes that this deck had in the last build and that deck has now.
    """

    role: str
    path: Path
    notes: int
    cards: int
    state: str
    waiting: int = 0
    waiting_core: int = 0
    rewritten: tuple[str, ...] = ()
    moved: tuple[tuple[str, tuple[str, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class Built:
    """What a build did, and every finding. `locks` are the lock files that it wrote.

    `left_over`: packages in `build/` that earlier builds wrote, of roles that have no deck now.
    """

    packages: tuple[Packed, ...]
    findings: tuple[Diagnostic, ...]
    locks: tuple[Path, ...] = ()
    left_over: tuple[Path, ...] = ()

    @property
    def is_clean(self) -> bool:
        """Whether nothing is blocked and nothing is at fault; there may be warnings."""
        any_blocked = any(package.state == "blocked" for package in self.packages)
        return not any_blocked and not any(finding.is_error for finding in self.findings)
