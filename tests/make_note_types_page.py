"""docs/note-types.md, from the `notetype.yaml` files."""

from __future__ import annotations

from pathlib import Path

from builder import shipped
from builder.load.kinds import kinds_of
from builder.load.templates import RESERVED, template_folders

PAGE = Path(__file__).parent.parent / "docs/note-types.md"

HEAD = """\
# Note types

What learners have in their Anki: fields and cards of each note type, in Anki's order. They are
frozen. A released note type that had another field or another card could not be updated: Anki would
leave the learner's notes as they are, and bring new ones in a second type. The lock
(`decks/notes.lock`) holds what was released, and `note-type-changed` tells of any difference.

What still can change: what a field holds, what a card looks like, the styling. For a later field or
drill each note type ends with two spare fields, and has two spare cards that only notes with a
filled spare have ([how to take one into use](how-to.md)). Every type ends with `Id`, `Spare 1`,
`Spare 2`; they are left out below.

A card with a gate is there only on notes whose field of that key is filled.
"""


def page() -> str:
    """The whole page."""
    folders, _, found = template_folders(shipped.templates().parent / "nowhere", kinds_of()[0])
    assert not found
    said = [HEAD]
    for name, folder in sorted(folders.items()):
        value = folder.value
        assert value is not None
        marks = [f"kind `{value.kind}`"]
        marks += ["personal: an import never overwrites it once touched"] if value.personal else []
        marks += ["spoken"] if value.spoken else []
        marks += [f"in decks for the {value.side} side only"] if value.side else []
        marks += [f"one note for each of `{value.each}`"] if value.each else []
        said.append(f"## {value.name} (`{name}`)\n\n{'; '.join(marks)}\n")
        said.append("| field | key |\n|---|---|")
        said += [f"| {field.name} | `{key}` |" for key, field in value.fields.items()]
        said.append("\n| card | key | gate |\n|---|---|---|")
        said += [
            f"| {card.name} | `{key}` | {f'`{card.gate}`' if card.gate else ''} |"
            for key, card in value.cards.items()
        ]
        said.append("")
    assert set(RESERVED.values()) == {"Id", "Spare 1", "Spare 2"}
    return "\n".join(said)
