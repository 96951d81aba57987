"""`sheet`: a role on one printable page."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from builder import atomic
from builder.commands.sheet.page import sheet_page
from builder.findings import Diagnostic
from builder.pipeline import compile_project


@dataclass(frozen=True, slots=True)
class Written:
    """Where a role's sheet is, how many entries of each section had no room, and every fault."""

    path: Path
    left_out: dict[str, int]
    found: tuple[Diagnostic, ...]


def sheet(root: Path, role: str) -> Written:
    """Writes the sheet of a role, without definitions at fault. Raises `PrepdeckError`."""
    compiled = compile_project(root, (role,))
    (selection,), (deck,) = compiled.selections, compiled.decks
    faulty = {d.scope for d in compiled.found if d.is_error and d.scope.definition}
    chosen = [choice for choice in selection.chosen if not choice.is_among(faulty)]
    made = sheet_page(compiled.project, selection.role, chosen)
    path = root / "build" / deck.folder / f"sheet-{role}.html"
    atomic.write(path, made.html.encode())
    return Written(path, made.left_out, compiled.found)
