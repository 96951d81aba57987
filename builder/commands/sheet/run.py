"""`sheet`: a role on one printable page."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from builder import atomic
from builder.commands.sheet.page import sheet_page
from builder.findings import Diagnostic
from builder.owner import deck_role
from builder.pipeline import compile_project


@dataclass(frozen=True, slots=True)
class SheetFile:
    """A sheet that was written, how many entries of each section had no room, and all findings."""

    path: Path
    left_out: dict[str, int]
    findings: tuple[Diagnostic, ...]


def write_sheet(root: Path, role: str) -> SheetFile:
    """Writes the sheet of a role, without definitions at fault.

    Raises `PrepdeckError` when there is no such role, for a person (each interview has a sheet of
    its own), and for a fault in the sheet's templates.
    """
    compiled = compile_project(root, (role,))
    deck_role(compiled.project, role)
    (selection,), (deck,) = compiled.selections, compiled.decks
    faulty_scopes = {d.scope for d in compiled.findings if d.is_error and d.scope.definition}
    chosen = [choice for choice in selection.chosen if not choice.is_among(faulty_scopes)]
    sheet = sheet_page(compiled.project, selection.role, chosen)
    sheet_path = root / "build" / deck.folder / f"sheet-{role}.html"
    atomic.write(sheet_path, sheet.html.encode(), compiled.project.root)
    return SheetFile(sheet_path, sheet.left_out, compiled.findings)
