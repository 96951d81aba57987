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
            first_import = import_package(collection, path)
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
        if first_import.new != len(packed.notes):
            faults.append(f"{len(packed.notes)} notes are packed, {first_import.new} arrived")
        if first_import.conflicting or first_import.duplicate or first_import.updated:
            faults.append(
                f"the first import has {first_import.conflicting} conflicts, "
                f"{first_import.duplicate} duplicates and {first_import.updated} updates"
            )
        content_after_first = _ours(content(collection), packed)
        if content_after_first.digest != packed.digest:
            faults.append("what arrived is not what was packed: the content digests differ")
        faults += _notes_at_fault(content_after_first)
        faults += _cards_at_fault(collection)
        second_import = import_package(collection, path)
        content_after_second = _ours(content(collection), packed)
        if (
            second_import.new
            or second_import.updated
            or second_import.conflicting
            or content_after_second != content_after_first
        ):
            faults.append(
                f"the second import changes something: {second_import.new} new, "
                f"{second_import.updated} updated, {second_import.conflicting} in conflict"
            )
        card_counts = Counter(
            note.notetype for note in content_after_first.notes for _ in note.cards
        )
        return Verified(
            path=path,
            notes=len(content_after_first.notes),
            cards=tuple(sorted(card_counts.items())),
            decks=content_after_first.decks,
            tags=tuple(sorted({tag for note in content_after_first.notes for tag in note.tags})),
            digest=packed.digest,
            faults=tuple(faults),
        )


def _ours(collection_content: Package, packed: Package) -> Package:
    """The collection without the note types that Anki has in every new one."""
    notetype_by_name = {
        type_name: collection_content.notetypes.get(type_name) for type_name in packed.notetypes
    }
    return Package(
        collection_content.notes,
        {
            type_name: notetype
            for type_name, notetype in notetype_by_name.items()
            if notetype is not None
        },
    )


def _notes_at_fault(package: Package) -> list[str]:
    faults = []
    guid_counts = Counter(note.guid for note in package.notes)
    for guid, note_count in guid_counts.items():
        if note_count > 1:
            faults.append(f"{note_count} notes have the GUID {guid}")
    for note in package.notes:
        if not note.fields[0]:
            faults.append(f"a note of {note.notetype} has an empty first field ({note.guid})")
        if not note.cards:
            faults.append(f"a note of {note.notetype} has no card ({note.guid})")
    return faults


def _cards_at_fault(collection: Collection) -> list[str]:
    """Blank cards, and templates that Anki cannot render."""
    faults = []
    empty_cards = collection.get_empty_cards()
    for note in empty_cards.notes:
        faults.append(f"note {note.note_id} has {len(note.card_ids)} blank cards")
    for card_id in collection.find_cards(""):
        card = collection.get_card(card_id)
        rendered_card = card.render_output()
        for side, side_html in (
            ("front", rendered_card.question_text),
            ("back", rendered_card.answer_text),
        ):
            html_without_fields = _without_fields(card.note().fields, side_html)
            if "has a problem" in html_without_fields or "{{" in html_without_fields:
                faults.append(
                    f"the {side} of {card.template()['name']} does not render ({card_id})"
                )
    return faults


def _without_fields(fields: list[str], side_html: str) -> str:
    """The template's own text: braces in a field are the author's."""
    for field_html in sorted(fields, key=len, reverse=True):
        if "{{" in field_html or "has a problem" in field_html:
            side_html = side_html.replace(field_html, "")
    return side_html
