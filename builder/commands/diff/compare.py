"""What is different between two packages of one deck, and what an import makes of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from builder.anki.search import as_search, within_quotes
from builder.lock.lines import FILLED_BEHIND
from builder.package.packed import Package, PackedNote, PackedNoteType
from builder.phrasing import printable
from builder.render.text import plain

_BLOCK_ENDS = re.compile(r"</(?:p|li|pre|blockquote)>|<br ?/?>")

#: The field that shows the first topic, in all note types that come with prepdeck.
_TOPIC = "Topic"


@dataclass(frozen=True, slots=True)
class Entry:
    """A note as a diff names it. `notetype` is without the project's title; `front` is plain text.

    `personal`: a note to fill in, which no import takes from somebody who has touched it.
    """

    kind: str
    id: str
    notetype: str
    front: str
    personal: bool


@dataclass(frozen=True, slots=True)
class Rewording:
    """A field's plain text before and after, a line for each paragraph; equal where only the
    formatting changed.
    """

    field: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Change:
    """What became of a note that both packages have: texts, tags and names of cards.

    `late`: it is not newer than in the old package, so Anki skips it. Of personal notes that is
    meant where an answer was taken out of the YAML: what stands in Anki is the learner's.
    """

    entry: Entry
    texts: tuple[Rewording, ...]
    new_tags: tuple[str, ...]
    lost_tags: tuple[str, ...]
    new_cards: tuple[str, ...]
    lost_cards: tuple[str, ...]
    late: bool

    @property
    def is_reworded(self) -> bool:
        """Whether more than its tags changed, and the topic that a card shows."""
        retagged = self.new_tags or self.lost_tags
        texts = [text for text in self.texts if not (retagged and text.field == _TOPIC)]
        return bool(texts or self.new_cards or self.lost_cards)


@dataclass(frozen=True, slots=True)
class NoteTypeChange:
    """A note type whose cards look different, or that has new names. `refused`: it has other fields
    or cards, for which Anki refuses every update of its notes. `late`: as for notes.
    """

    name: str
    refused: bool
    late: bool


@dataclass(frozen=True, slots=True)
class Diff:
    """All that an import of the new package over the old one does.

    `restamped`: unchanged but newer, so that an import overwrites what learners edited in them.
    `search`: what Anki's browser finds exactly the notes that were left out by; empty if none was.
    `backwards`: all in all the old package is the newer one.
    """

    deck: str
    old_deck: str
    added: tuple[Entry, ...]
    changed: tuple[Change, ...]
    left_out: tuple[Entry, ...]
    notetypes: tuple[NoteTypeChange, ...]
    restamped: tuple[Entry, ...]
    search: str
    backwards: bool

    @property
    def reworded(self) -> tuple[Change, ...]:
        return tuple(change for change in self.changed if change.is_reworded)

    @property
    def retagged(self) -> tuple[Change, ...]:
        return tuple(change for change in self.changed if not change.is_reworded)

    @property
    def late(self) -> tuple[Change, ...]:
        """Changes that ought to arrive and do not."""
        return tuple(c for c in self.changed if c.late and not c.entry.personal)

    @property
    def is_empty(self) -> bool:
        """Whether an import changes nothing in what learners see."""
        news = self.added or self.changed or self.left_out or self.notetypes
        return not news and self.deck == self.old_deck


def compared(old: Package, new: Package) -> Diff:
    """What is different, by GUID; each list by kind, `Id` and note type."""
    before = {note.guid: note for note in old.notes}
    after = {note.guid: note for note in new.notes}
    personal = _personal(old) | _personal(new)

    def entry(note: PackedNote, package: Package) -> Entry:
        notetype = package.notetypes[note.notetype]
        kinds = (tag.removeprefix("kind::") for tag in note.tags if tag.startswith("kind::"))
        return Entry(
            next(kinds, ""),
            note.field(notetype, "Id"),
            _without_title(notetype.name, package),
            _text(note.fields[0]).replace("\n", " / "),
            notetype.id in personal,
        )

    gone = [note for guid, note in before.items() if guid not in after]
    changed: list[Change] = []
    restamped: list[Entry] = []
    for guid in before.keys() & after.keys():
        was, note = before[guid], after[guid]
        named = entry(note, new)
        change = _change(named, (was, old.notetypes[was.notetype]), (note, new.notetypes))
        if change is not None:
            changed.append(change)
        elif note.modified > was.modified and not named.personal:
            restamped.append(named)
    return Diff(
        deck=deck_of(new),
        old_deck=deck_of(old),
        added=_sorted(entry(note, new) for guid, note in after.items() if guid not in before),
        changed=tuple(sorted(changed, key=lambda change: _place(change.entry))),
        left_out=_sorted(entry(note, old) for note in gone),
        notetypes=tuple(_note_type_changes(old, new)),
        restamped=_sorted(restamped),
        search=_search(gone, old, new),
        backwards=_newest(old) > _newest(new),
    )


def _change(
    entry: Entry,
    old: tuple[PackedNote, PackedNoteType],
    new: tuple[PackedNote, Mapping[str, PackedNoteType]],
) -> Change | None:
    was, old_type = old
    note, notetype = new[0], new[1][new[0].notetype]
    before = dict(zip(_named_as(old_type.fields, notetype.fields), was.fields, strict=False))
    after = dict(zip(notetype.fields, note.fields, strict=False))
    texts = tuple(
        Rewording(name, _text(before.get(name, "")), _text(after.get(name, "")))
        for name in {**after, **before}
        if before.get(name, "") != after.get(name, "")
    )
    tags = set(was.tags), set(note.tags)
    names = [name for name, _, _ in notetype.templates]
    old_names = _named_as([name for name, _, _ in old_type.templates], names)
    cards = _cards(was, old_names), _cards(note, names)
    if not texts and tags[0] == tags[1] and cards[0] == cards[1]:
        return None
    return Change(
        entry,
        texts,
        tuple(sorted(tags[1] - tags[0])),
        tuple(sorted(tags[0] - tags[1])),
        tuple(name for name in cards[1] if name not in cards[0]),
        tuple(name for name in cards[0] if name not in cards[1]),
        note.modified <= was.modified and bool(texts or tags[0] != tags[1]),
    )


def _cards(note: PackedNote, names: Sequence[str]) -> tuple[str, ...]:
    return tuple(names[place] for place, _ in note.cards)


def _named_as(old: Sequence[str], new: Sequence[str]) -> Sequence[str]:
    """The old fields or cards by their new names: as many as before in another order are refused
    anyway, so a name that differs is a new name.
    """
    return new if len(old) == len(new) else old


def _note_type_changes(old: Package, new: Package) -> Iterator[NoteTypeChange]:
    """Of note types that both have: what is new comes with its notes."""
    known = {notetype.id: notetype for notetype in old.notetypes.values()}
    for notetype in sorted(new.notetypes.values(), key=lambda one: one.name):
        was = known.get(notetype.id)
        if was is None:
            continue
        looks = [(one.name, one.fields, one.templates, one.css) for one in (was, notetype)]
        if looks[0] != looks[1]:
            yield NoteTypeChange(
                _without_title(notetype.name, new),
                _refused(was.fields, notetype.fields)
                or _refused(*([t[0] for t in one.templates] for one in (was, notetype))),
                notetype.modified <= was.modified,
            )


def _refused(old: Sequence[str], new: Sequence[str]) -> bool:
    """Whether there are more, fewer, or the same in another order. Anki takes a new name alone."""
    return len(old) != len(new) or (list(old) != list(new) and set(old) == set(new))


def _search(gone: Sequence[PackedNote], old: Package, new: Package) -> str:
    """By note type too: a question that stays in the deck can lose its "Your answer" alone."""
    names = {notetype.id: notetype.name for notetype in new.notetypes.values()}
    ids: dict[str, list[str]] = {}
    for note in gone:
        notetype = old.notetypes[note.notetype]
        # An import renames a note type where the new package has it under another name.
        name = names.get(notetype.id, notetype.name)
        ids.setdefault(name, []).append(note.field(notetype, "Id"))
    parts = [
        f'"note:{within_quotes(name)}" {as_search(sorted(some))}'
        for name, some in sorted(ids.items())
    ]
    return parts[0] if len(parts) == 1 else " or ".join(f"({part})" for part in parts)


def _personal(package: Package) -> set[int]:
    """Ids of note types on the slow clock. A package does not say which those are, but their notes
    are decades older than all others.
    """
    before = _newest(package) - FILLED_BEHIND // 2
    return {package.notetypes[n.notetype].id for n in package.notes if n.modified < before}


def _newest(package: Package) -> int:
    return max(note.modified for note in package.notes)


def deck_of(package: Package) -> str:
    """The name of the deck that its cards are in."""
    return ", ".join(package.decks)


def _without_title(notetype: str, package: Package) -> str:
    """`Question` of `Project title: Question`; the deck's name begins with the title too."""
    return notetype.removeprefix(f"{package.decks[0].split('::')[0]}: ")


def _text(html: str) -> str:
    """What somebody reads of a field: each paragraph and point on a line of its own."""
    lines = plain(_BLOCK_ENDS.sub("\n", html)).splitlines()
    # Packages come from anywhere.
    return "\n".join(printable(" ".join(line.split())) for line in lines if line.strip())


def _sorted(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    return tuple(sorted(entries, key=_place))


def _place(entry: Entry) -> tuple[str, str, str]:
    return entry.kind, entry.id, entry.notetype
