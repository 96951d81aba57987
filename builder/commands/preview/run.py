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
from builder.select import Selection


@dataclass(frozen=True, slots=True)
class Preview:
    """A role's page: the role's id, the page and its path, and how many notes, cards and days.

    `root`: the project's folder.
    """

    root: Path
    role: str
    path: Path
    html: str
    notes: int
    cards: int
    days: int


@dataclass(frozen=True, slots=True)
class Previews:
    """The pages of some roles, and all findings."""

    pages: tuple[Preview, ...]
    findings: tuple[Diagnostic, ...]


def make_previews(root: Path, roles: tuple[str, ...] = ()) -> Previews:
    """A page for each role, for all of them if `roles` is empty. Writes nothing, reads no lock.

    The pages leave out definitions at fault, and list the faults. Raises `PrepdeckError` for an
    unknown role, for a fault in the page's templates, and without the `anki` library.
    """
    compiled = compile_project(root, roles)
    pages = tuple(
        _preview(compiled, selection, deck)
        for selection, deck in zip(compiled.selections, compiled.decks, strict=True)
    )
    return Previews(pages, compiled.findings)


def write(preview: Preview) -> None:
    """Writes the page to its path. Raises `PrepdeckError` when it cannot be written."""
    atomic.write(preview.path, preview.html.encode(), preview.root)


def _preview(compiled: Compiled, selection: Selection, deck: Deck) -> Preview:
    # Any time will do: a scratch collection is empty, so nothing in it is newer.
    stamps = Stamps(
        {(deck.role, note.guid): 1 for note in deck.notes},
        dict.fromkeys(deck.notetypes, 1),
        {},
        (),
    )
    sides = rendered(apkg.write(deck, stamps)) if deck.notes else {}
    findings = _findings(compiled, selection, deck)
    build_folder = compiled.project.root / "build"
    return Preview(
        compiled.project.root,
        deck.role,
        build_folder / deck.folder / "preview" / f"{deck.role}.html",
        preview_page(compiled.project, deck, sides, findings),
        notes=len(deck.notes),
        cards=len(sides),
        days=sum(1 for _ in days(deck)),
    )


def _findings(compiled: Compiled, selection: Selection, deck: Deck) -> list[Diagnostic]:
    """Findings that concern this deck; on a public page none that shows private content."""
    findings = touching(compiled.findings, reach_of(selection))
    return findings if deck.private else without_private(findings)
