"""`verify`: a package proved in the real Anki."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from builder.anki.collection import content, import_package, scratch_collection
from builder.anki.library import AnkiException, Collection
from builder.package import Package, read_package


@dataclass(frozen=True, slots=True)
class Verified:
    """What a package holds, proved by an import, and what is wrong with it.

    `notes`: how many arrived. `cards`: how many of each note type. `digest`: of the content.
    """

    path: Path
    notes: int
    cards: tuple[tuple[str, int], ...]
    decks: tuple[str, ...]
    tags: tuple[str, ...]
    digest: str
    faults: tuple[str, ...]


def verify(path: Path) -> Verified:
    """Imports the package twice into a temporary collection and looks at what is there.

    Raises `PrepdeckError` when the file is not a package.
    """
    packed = read_package(path)
    with scratch_collection() as collection:
        faults: list[str] = []
        try:
            first = import_package(collection, path)
        except AnkiException as error:
            return Verified(
                path=path,
                notes=0,
                cards=(),
                decks=(),
                tags=(),
                digest=packed.digest,
                faults=(f"Anki refuses the package: {error}",),
            )
        if first.new != len(packed.notes):
            faults.append(f"{len(packed.notes)} notes are packed, {first.new} arrived")
        if first.conflicting or first.duplicate or first.updated:
            faults.append(
                f"the first import has {first.conflicting} conflicts, {first.duplicate} duplicates "
                f"and {first.updated} updates"
            )
        arrived = _ours(content(collection), packed)
        if arrived.digest != packed.digest:
            faults.append("what arrived is not what was packed: the content digests differ")
        faults += _notes_at_fault(arrived)
        faults += _cards_at_fault(collection)
        second = import_package(collection, path)
        again = _ours(content(collection), packed)
        if second.new or second.updated or second.conflicting or again != arrived:
            faults.append(
                f"the second import changes something: {second.new} new, {second.updated} updated, "
                f"{second.conflicting} in conflict"
            )
        cards = Counter(note.notetype for note in arrived.notes for _ in note.cards)
        return Verified(
            path=path,
            notes=len(arrived.notes),
            cards=tuple(sorted(cards.items())),
            decks=arrived.decks,
            tags=tuple(sorted({tag for note in arrived.notes for tag in note.tags})),
            digest=packed.digest,
            faults=tuple(faults),
        )


def _ours(collection: Package, packed: Package) -> Package:
    """The collection without the note types that Anki has in every new one."""
    types = {name: collection.notetypes.get(name) for name in packed.notetypes}
    return Package(collection.notes, {name: t for name, t in types.items() if t is not None})


def _notes_at_fault(package: Package) -> list[str]:
    faults = []
    guids = Counter(note.guid for note in package.notes)
    for guid, number in guids.items():
        if number > 1:
            faults.append(f"{number} notes have the GUID {guid}")
    for note in package.notes:
        if not note.fields[0]:
            faults.append(f"a note of {note.notetype} has an empty first field ({note.guid})")
        if not note.cards:
            faults.append(f"a note of {note.notetype} has no card ({note.guid})")
    return faults


def _cards_at_fault(collection: Collection) -> list[str]:
    """Blank cards, and templates that Anki cannot render."""
    faults = []
    empty = collection.get_empty_cards()
    for note in empty.notes:
        faults.append(f"note {note.note_id} has {len(note.card_ids)} blank cards")
    for id in collection.find_cards(""):
        card = collection.get_card(id)
        output = card.render_output()
        for side, text in (("front", output.question_text), ("back", output.answer_text)):
            template = _without_fields(card.note().fields, text)
            if "has a problem" in template or "{{" in template:
                faults.append(f"the {side} of {card.template()['name']} does not render ({id})")
    return faults


def _without_fields(fields: list[str], text: str) -> str:
    """The template's own text: braces in a field are the author's."""
    for content_of in sorted(fields, key=len, reverse=True):
        if "{{" in content_of or "has a problem" in content_of:
            text = text.replace(content_of, "")
    return text
