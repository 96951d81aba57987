"""The differences between two packages of one deck, and what an import of the newer one does."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from builder.anki.search import within_quotes
from builder.cloze import card_names
from builder.commands.diff.slow import is_slow, newest_of, personal_type_ids_of, present_of
from builder.digests import without_employer
from builder.package import Package, PackedNote, PackedNoteType
from builder.phrasing import as_search, printable
from builder.render.text import plain

_BLOCK_ENDS = re.compile(r"</(?:p|li|pre|blockquote)>|<br ?/?>")

#: The field that shows the first topic, in all note types that come with prepdeck.
_TOPIC = "Topic"


@dataclass(frozen=True, slots=True)
class NoteSummary:
    """What a diff shows of a note. `front` is plain text, `notetype` lacks the project's title.

    `personal`: it holds the learner's own words, and no import takes it from one who changed it.
    """

    kind: str
    id: str
    notetype: str
    front: str
    personal: bool


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field's plain text before and after, a line for each paragraph; equal where only the
    formatting changed.
    """

    name: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class NoteChange:
    """What changed in a note that both packages have: fields, tags and names of cards.

    `late`: the note is not newer than in the old package, so Anki skips the change. In personal
    notes that is intended where an answer was removed from the YAML: Anki has the learner's.
    """

    note: NoteSummary
    fields: tuple[FieldChange, ...]
    new_tags: tuple[str, ...]
    lost_tags: tuple[str, ...]
    new_cards: tuple[str, ...]
    lost_cards: tuple[str, ...]
    late: bool

    @property
    def is_reworded(self) -> bool:
        """Whether more than the tags changed, and the topic that follows the first of them."""
        retagged = self.new_tags or self.lost_tags
        field_changes = [field for field in self.fields if not (retagged and field.name == _TOPIC)]
        return bool(field_changes or self.new_cards or self.lost_cards)


@dataclass(frozen=True, slots=True)
class NoteTypeChange:
    """A note type whose cards look different, or that has new names. `refused`: its fields or cards
    are others, so Anki refuses every update of its notes. `late`: as in `NoteChange`.
    """

    name: str
    refused: bool
    late: bool


@dataclass(frozen=True, slots=True)
class Diff:
    """All that an import of the new package over the old one does.

    `restamped`: unchanged but newer, so an import overwrites what learners edited in them.
    `search`: finds exactly the notes that were left out, in Anki's browser; empty without any.
    `backwards`: the newest note of the old package is newer than that of the new one.
    """

    deck: str
    old_deck: str
    added: tuple[NoteSummary, ...]
    changed: tuple[NoteChange, ...]
    left_out: tuple[NoteSummary, ...]
    notetypes: tuple[NoteTypeChange, ...]
    restamped: tuple[NoteSummary, ...]
    search: str
    backwards: bool

    @property
    def reworded(self) -> tuple[NoteChange, ...]:
        return tuple(change for change in self.changed if change.is_reworded)

    @property
    def retagged(self) -> tuple[NoteChange, ...]:
        return tuple(change for change in self.changed if not change.is_reworded)

    @property
    def late(self) -> tuple[NoteChange, ...]:
        """Changes that should reach learners and do not."""
        return tuple(change for change in self.changed if change.late and not change.note.personal)

    @property
    def is_empty(self) -> bool:
        """Whether an import changes nothing that learners see."""
        changes = self.added or self.changed or self.left_out or self.notetypes
        return not changes and self.deck == self.old_deck


def compare(old: Package, new: Package) -> Diff:
    """The differences, note by note (by GUID); each list is sorted by kind, `Id` and note type."""
    old_by_guid = {note.guid: note for note in old.notes}
    new_by_guid = {note.guid: note for note in new.notes}
    now = max(present_of(old), present_of(new))
    personal_type_ids = personal_type_ids_of(old, now) | personal_type_ids_of(new, now)

    def summary(note: PackedNote, package: Package) -> NoteSummary:
        notetype = package.notetypes[note.notetype]
        kind_names = (tag.removeprefix("kind::") for tag in note.tags if tag.startswith("kind::"))
        return NoteSummary(
            kind=next(kind_names, ""),
            id=note.field(notetype, "Id"),
            notetype=_without_title(notetype.name, package),
            front=_text(note.fields[0]).replace("\n", " / "),
            personal=notetype.id in personal_type_ids or is_slow(note, now),
        )

    removed_notes = [note for guid, note in old_by_guid.items() if guid not in new_by_guid]
    note_changes: list[NoteChange] = []
    restamped_notes: list[NoteSummary] = []
    for guid in old_by_guid.keys() & new_by_guid.keys():
        old_note, note = old_by_guid[guid], new_by_guid[guid]
        note_summary = summary(note, new)
        old_notetype, notetype = old.notetypes[old_note.notetype], new.notetypes[note.notetype]
        change = _note_change(note_summary, (old_note, old_notetype), (note, notetype))
        if change is not None:
            note_changes.append(change)
        elif note.modified > old_note.modified and not note_summary.personal:
            restamped_notes.append(note_summary)
    return Diff(
        deck=deck_of(new),
        old_deck=deck_of(old),
        added=_sorted(
            summary(note, new) for guid, note in new_by_guid.items() if guid not in old_by_guid
        ),
        changed=tuple(sorted(note_changes, key=lambda change: _sort_key(change.note))),
        left_out=_sorted(summary(note, old) for note in removed_notes),
        notetypes=tuple(_note_type_changes(old, new)),
        restamped=_sorted(restamped_notes),
        search=_search(removed_notes, old, new),
        backwards=newest_of(old) > newest_of(new),
    )


def _note_change(
    shown: NoteSummary,
    old: tuple[PackedNote, PackedNoteType],
    new: tuple[PackedNote, PackedNoteType],
) -> NoteChange | None:
    (old_note, old_notetype), (note, notetype) = old, new
    old_texts, old_note_tags = without_employer(old_note.fields, old_note.tags)
    new_texts, new_note_tags = without_employer(note.fields, note.tags)
    old_fields = _as_renamed(old_notetype.fields, notetype.fields)
    old_html_by_field = dict(zip(old_fields, old_texts, strict=False))
    new_html_by_field = dict(zip(notetype.fields, new_texts, strict=False))
    field_changes = tuple(
        FieldChange(
            field_name,
            _text(old_html_by_field.get(field_name, "")),
            _text(new_html_by_field.get(field_name, "")),
        )
        for field_name in {**new_html_by_field, **old_html_by_field}
        if old_html_by_field.get(field_name, "") != new_html_by_field.get(field_name, "")
    )
    old_tags, new_tags = set(old_note_tags), set(new_note_tags)
    card_names = _card_names(notetype)
    old_cards = _cards(old_note, _as_renamed(_card_names(old_notetype), card_names))
    new_cards = _cards(note, card_names)
    if not field_changes and old_tags == new_tags and old_cards == new_cards:
        return None
    return NoteChange(
        note=shown,
        fields=field_changes,
        new_tags=tuple(sorted(new_tags - old_tags)),
        lost_tags=tuple(sorted(old_tags - new_tags)),
        new_cards=tuple(name for name in new_cards if name not in old_cards),
        lost_cards=tuple(name for name in old_cards if name not in new_cards),
        late=note.modified <= old_note.modified and bool(field_changes or old_tags != new_tags),
    )


def _card_names(notetype: PackedNoteType) -> Sequence[str]:
    names = [name for name, _, _ in notetype.templates]
    return card_names(names[0]) if notetype.is_cloze else names


def _cards(note: PackedNote, card_names: Sequence[str]) -> tuple[str, ...]:
    """The names of a note's cards; `card_names`: those of all cards of its note type."""
    return tuple(card_names[template_position] for template_position, _ in note.cards)


def _as_renamed(old: Sequence[str], new: Sequence[str]) -> Sequence[str]:
    """The old fields or cards by their new names.

    Anki refuses the same number in another order, so a name that differs is a new name.
    """
    return new if len(old) == len(new) else old


def _note_type_changes(old: Package, new: Package) -> Iterator[NoteTypeChange]:
    """Changes of the note types that both packages have; a new note type comes with its notes."""
    old_type_by_id = {notetype.id: notetype for notetype in old.notetypes.values()}
    for notetype in sorted(new.notetypes.values(), key=lambda notetype: notetype.name):
        old_type = old_type_by_id.get(notetype.id)
        if old_type is not None and _appearance(old_type) != _appearance(notetype):
            yield NoteTypeChange(
                _without_title(notetype.name, new),
                old_type.is_cloze is not notetype.is_cloze
                or _is_refused(old_type.fields, notetype.fields)
                or _is_refused(_card_names(old_type), _card_names(notetype)),
                notetype.modified <= old_type.modified,
            )


def _appearance(notetype: PackedNoteType) -> object:
    return notetype.name, notetype.fields, notetype.templates, notetype.css, notetype.is_cloze


def _is_refused(old: Sequence[str], new: Sequence[str]) -> bool:
    """Whether names were added, removed or put into another order; Anki accepts only new names."""
    return len(old) != len(new) or (list(old) != list(new) and set(old) == set(new))


def _search(removed: Sequence[PackedNote], old: Package, new: Package) -> str:
    """By note type too: a question that stays in the deck can lose its "Your answer" alone."""
    new_name_by_id = {notetype.id: notetype.name for notetype in new.notetypes.values()}
    ids_by_type: dict[str, list[str]] = {}
    for note in removed:
        notetype = old.notetypes[note.notetype]
        # An import renames a note type where the new package has it under another name.
        type_name = new_name_by_id.get(notetype.id, notetype.name)
        ids_by_type.setdefault(type_name, []).append(note.field(notetype, "Id"))
    searches = [
        f'"note:{within_quotes(type_name)}" {as_search(sorted(ids_of_type))}'
        for type_name, ids_of_type in sorted(ids_by_type.items())
    ]
    return searches[0] if len(searches) == 1 else " or ".join(f"({search})" for search in searches)


def deck_of(package: Package) -> str:
    """The name of the deck that its cards are in."""
    return ", ".join(package.decks)


def _without_title(notetype_name: str, package: Package) -> str:
    """`Question` of `Project title: Question`; the deck's name begins with the title too."""
    return notetype_name.removeprefix(f"{package.decks[0].split('::')[0]}: ")


def _text(html: str) -> str:
    """The plain text of a field: each paragraph and list item on a line of its own."""
    lines = plain(_BLOCK_ENDS.sub("\n", html)).splitlines()
    # Packages come from anywhere.
    return "\n".join(printable(" ".join(line.split())) for line in lines if line.strip())


def _sorted(notes: Iterable[NoteSummary]) -> tuple[NoteSummary, ...]:
    return tuple(sorted(notes, key=_sort_key))


def _sort_key(note: NoteSummary) -> tuple[str, str, str]:
    return note.kind, note.id, note.notetype
