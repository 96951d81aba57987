"""Cards as the real Anki shows them: a package imported, every card rendered."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

from builder.anki.collection import import_package, scratch_collection
from builder.anki.library import AnkiException, Collection
from builder.findings import PrepdeckError

#: Where Anki would play a sound, or read a text aloud.
_PLAYED = re.compile(r"\[anki:play:[qa]:\d+\]")
#: What its reviewer puts there: a button. Here nothing plays, so it is a picture of one.
_BUTTON = (
    '<span class="replay-button soundLink"><svg viewBox="0 0 64 64" width="40" height="40">'
    '<circle cx="32" cy="32" r="29" fill="#fff" stroke="#414141"/>'
    '<path d="M24 19v26l22-13z" fill="#414141"/></svg></span>'
)

#: A card by the GUID of its note, and by its template's position in the note type.
CardName = tuple[str, int]


def rendered(package: bytes) -> dict[CardName, tuple[str, str]]:
    """Front and back of every card of a package, as HTML, without the note type's styling.

    Notes that Anki imports without a card are not in it. Raises `PrepdeckError` when Anki refuses
    the package.
    """
    with tempfile.TemporaryDirectory(prefix="prepdeck-") as scratch_folder:
        package_path = Path(scratch_folder) / "preview.apkg"
        package_path.write_bytes(package)
        with scratch_collection() as collection:
            try:
                import_package(collection, package_path)
            except AnkiException as error:
                raise PrepdeckError(
                    f"Anki refuses the deck: {error}", help="see the faults: prepdeck check"
                ) from error
            return _sides(collection)


def _sides(collection: Collection) -> dict[CardName, tuple[str, str]]:
    assert collection.db is not None
    card_rows = collection.db.execute(
        "select c.id, n.guid, c.ord from cards c join notes n on n.id = c.nid"
    )
    sides: dict[CardName, tuple[str, str]] = {}
    for card_id, guid, template_position in card_rows:
        rendered_card = collection.get_card(card_id).render_output()
        sides[guid, template_position] = (
            _shown(rendered_card.question_text),
            _shown(rendered_card.answer_text),
        )
    return sides


def _shown(html: str) -> str:
    return _PLAYED.sub(_BUTTON, html)
