"""`preview`: a role's deck as a page, once or for as long as its files change."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from builder import atomic
from builder.anki.render import rendered
from builder.commands.preview.page import days, preview_page
from builder.deck import Deck
from builder.findings import Diagnostic, touching, without_private
from builder.lock import Stamps
from builder.outputs import apkg
from builder.pipeline import Compiled, compile_project, reach_of
from builder.project import Project
from builder.select import Selection


@dataclass(frozen=True, slots=True)
class Preview:
    """A role's page: where it belongs, what it is, and how much is in it."""

    role: str
    path: Path
    html: str
    notes: int
    cards: int
    days: int


@dataclass(frozen=True, slots=True)
class Previewed:
    """What a preview made, and every fault on the way."""

    project: Project
    pages: tuple[Preview, ...]
    found: tuple[Diagnostic, ...]


def previewed(root: Path, roles: tuple[str, ...] = ()) -> Previewed:
    """A page for each role (none named: all). Nothing is written, and no lock is asked.

    Definitions at fault are left out of the pages, and told on them. Raises `PrepdeckError`.
    """
    compiled = compile_project(root, roles)
    pages = tuple(
        _preview(compiled, selection, deck)
        for selection, deck in zip(compiled.selections, compiled.decks, strict=True)
    )
    return Previewed(compiled.project, pages, compiled.findings)


def write(made: Preview) -> None:
    """Puts the page where it belongs."""
    atomic.write(made.path, made.html.encode())


def _preview(compiled: Compiled, selection: Selection, deck: Deck) -> Preview:
    # A scratch collection has nothing that a package's times could be older than.
    stamps = Stamps(
        {(deck.role, note.guid): 1 for note in deck.notes},
        dict.fromkeys(deck.notetypes, 1),
        {},
        (),
    )
    sides = rendered(apkg.write(deck, stamps)) if deck.notes else {}
    findings = _findings(compiled, selection, deck)
    build = compiled.project.root / "build"
    return Preview(
        deck.role,
        build / deck.folder / "preview" / f"{deck.role}.html",
        preview_page(compiled.project, deck, sides, findings),
        len(deck.notes),
        len(sides),
        sum(1 for _ in days(deck)),
    )


def _findings(compiled: Compiled, selection: Selection, deck: Deck) -> list[Diagnostic]:
    """What concerns this deck; on a public page nothing of what private files hold."""
    findings = touching(compiled.findings, reach_of(selection))
    return findings if deck.private else without_private(findings)
