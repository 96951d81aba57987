"""Makes every generated page of docs/ again: `make docs`. Tests fail when one is stale."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

import first_days
import make_kinds_page
import make_note_types_page
import make_rules_page

DOCS = Path(__file__).parent.parent / "docs"


def first_days_page() -> str:
    """Studies the first days of every public deck in the real Anki: some seconds."""
    with tempfile.TemporaryDirectory() as scratch:
        root = Path(scratch)
        packages = first_days.packages(root / "project")
        return first_days.page(
            first_days.row(role, first_days.first_days(package, root / role))
            for role, package in packages.items()
        )


#: Each generated page, and what makes its text.
PAGES: dict[str, Callable[[], str]] = {
    "first-days.md": first_days_page,
    "kinds.md": make_kinds_page.page,
    "note-types.md": make_note_types_page.page,
    "rules.md": make_rules_page.rules_page,
}


if __name__ == "__main__":
    for name, text in PAGES.items():
        (DOCS / name).write_text(text(), encoding="utf-8")
        print(f"docs/{name}")
