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
class PutAway:
    """A search for Anki's browser that finds what a person no longer has to study.

    `person`: the person's id. `role`: the id of the role whose interview is over; None for the
    notes that may be new in Anki and that no plan has now.
    """

    person: str
    role: str | None
    search: str


@dataclass(frozen=True, slots=True)
class Built:
    """What a build did, and every finding. `locks` are the lock files that it wrote.

    `left_over`: packages in `build/` that earlier builds wrote, of roles that have no deck now.
    `put_away`: what persons no longer have to study, where their packages changed. `restored`: lock
    files that were gone, and have their lines from the packages in `build/` again.
    """

    packages: tuple[Packed, ...]
    findings: tuple[Diagnostic, ...]
    locks: tuple[Path, ...] = ()
    left_over: tuple[Path, ...] = ()
    put_away: tuple[PutAway, ...] = ()
    restored: tuple[Path, ...] = ()

    @property
    def is_clean(self) -> bool:
        """Whether nothing is blocked and nothing is at fault; there may be warnings."""
        any_blocked = any(package.state == "blocked" for package in self.packages)
        return not any_blocked and not any(finding.is_error for finding in self.findings)
