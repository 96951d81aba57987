"""What `verify` prints about a package."""

from __future__ import annotations

from collections.abc import Iterator

from builder.anki.verify import Verified
from builder.cli.style import table
from builder.phrasing import counted


def about_package(verified: Verified) -> Iterator[str]:
    """Whether the package is faulty, then what arrived in Anki, one row a fact."""
    yield f"{verified.path}: {'FAULTY' if verified.faults else 'ok'}"
    fact_rows = [
        ("notes", f"{verified.notes}"),
        *(("cards", f"{card_count:4}  {notetype}") for notetype, card_count in verified.cards),
        *(("deck", deck) for deck in verified.decks),
        ("tags", " ".join(verified.tags)),
        ("digest", verified.digest),
        *(("fault", fault) for fault in verified.faults),
    ]
    yield from (f"  {row}" for row in table(fact_rows))


def closing(packages: int) -> str:
    """How many packages were imported, and what no package can prevent; the README has it too."""
    return (
        f"{counted(packages, 'package')} imported twice; "
        'with "Update notes: Always", which Anki remembers, an import overwrites edited answers'
    )
