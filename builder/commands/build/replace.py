"""`--replace-answers`: a package that puts YAML's words in place of a learner's, in one collection.

It is made of a fresh export, holds only the notes that the learner names or agrees to, and stamps
each one second later than the copy that was read. Anki compares these times when it imports, so a
note that was edited after the export is later still, and stays: also on a device whose clock is
behind by less than `CLOCKS_APART`, for notes that were saved later than that stay out of it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

from builder import atomic
from builder.deck import Card, Deck, Note, note_digest
from builder.findings import PrepdeckError
from builder.html.blocks import parse_field
from builder.html.markdown import to_markdown
from builder.load.answers import is_own_tag, is_tag_of_anki
from builder.lock import (
    LockPath,
    Locks,
    NoteLine,
    Stamps,
    exclusive_access,
    lines_by_file,
    lock_path,
    read_locks,
    stamp,
    write_locks,
)
from builder.lock.lines import DECLINED, with_words
from builder.outputs import DEFAULT, OUTPUTS
from builder.package import ExportedCollection, exported_collection
from builder.pipeline import Compiled, compile_project
from builder.words.differences import FieldDifference, learners_fields
from builder.words.judge import Words
from builder.words.notes import OwnedNote, is_saved, known_of, learner_notes, lock_line, owned_notes

#: How far the clocks of a learner's devices may be apart, in seconds.
CLOCKS_APART = 600


@dataclass(frozen=True, slots=True)
class FieldPair:
    """A field as Markdown, in YAML's words and in Anki. `lost`: what YAML cannot say."""

    name: str
    in_yaml: str
    in_anki: str
    lost: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """A note by its field `Id`, and its fields that may hold words of the learner's."""

    name: str
    fields: tuple[FieldPair, ...]


#: Whether a learner agrees that YAML's words take the place of Anki's.
Agree = Callable[[Pair], bool]


@dataclass(frozen=True, slots=True)
class Replacement:
    """The package and what it holds. `path` is None where it would hold nothing.

    `replaced`: notes whose words in Anki it replaces; `refreshed`: notes in which the learner wrote
    nothing; `left`: notes that stay as Anki has them. `recent`: those that were saved too shortly
    before the export, or after it by a clock that is ahead; `wait_until`: when an export has none
    of them, in Unix seconds, 0 if there are none. `unreachable`: those whose note type has other
    fields in Anki, which then updates no note.
    """

    path: Path | None
    replaced: tuple[str, ...] = ()
    refreshed: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    recent: tuple[str, ...] = ()
    unreachable: tuple[str, ...] = ()
    wait_until: int = 0

    @property
    def is_whole(self) -> bool:
        """Whether no note stays as it is."""
        return not (self.left or self.recent or self.unreachable)


@dataclass(frozen=True, slots=True)
class _Choice:
    """A note and what becomes of it, as a field of `Replacement` is called."""

    owned: OwnedNote
    outcome: str


def replacement(
    root: Path, role: str, export: Path, now: int, *, only: Collection[str] = (), agree: Agree
) -> Replacement:
    """Writes the package beside the export. `role`: a private role's id, or a person's for all of
    the person's roles; `now`: Unix seconds; `only`: ids, none for all notes.

    Raises `PrepdeckError` when the role, the export or a lock cannot be used, or an id is unknown.
    """
    exported = exported_collection(export)
    with exclusive_access(root):
        compiled = compile_project(root, (role,))
        locks, lock_findings = read_locks(compiled.project)
        if any(finding.is_error for finding in (*compiled.findings, *lock_findings)):
            raise PrepdeckError(f"`{role}` has faults", help="see them with: prepdeck check")
        decks = [deck for deck in compiled.decks if role in (deck.role, deck.person)]
        if not all(deck.private for deck in decks):
            raise PrepdeckError(
                f"`{role}` is a public role, and holds no words of a learner's",
                help="name a private role",
            )
        notes = _notes(compiled, decks, role, export, exported, only)
        exported_at = min(exported.exported_at, now)
        choices = list(_choices(notes, locks, exported_at, now, agree))
        chosen = [choice for choice in choices if choice.outcome in ("replaced", "refreshed")]
        if chosen:
            # No name that begins as Anki's own exports do: it would replace the whole collection.
            package = export.with_name(f"answers-for-{export.stem}.apkg")
            stamps, _ = stamp(decks, locks, now, release=False)
            content = _package([choice.owned for choice in chosen], decks, stamps)
            lines = lines_by_file(_lines(chosen, locks))
            write_locks(root, compiled.project.settings.value.namespace, locks, lines)
            atomic.write(package, content, None)
        return _replacement(choices, package if chosen else None)


def _notes(
    compiled: Compiled,
    decks: Sequence[Deck],
    role: str,
    export: Path,
    exported: ExportedCollection,
    only: Collection[str],
) -> Iterator[OwnedNote]:
    """The notes of the export that these decks have; of them those in `only`, or all."""
    packed = {note.guid: note for deck in decks for note in (*deck.notes, *deck.waiting)}
    names = {name for note in packed.values() for name in (note.id, note.first_id)}
    if unknown := sorted(set(only) - names):
        raise PrepdeckError(
            f"`{role}` has no note `{unknown[0]}`",
            help="name a note by its field `Id`, with or without the key before the slash",
        )
    # An export of a whole collection may have notes of other clients, which stay out of it.
    notes = [
        note for note in learner_notes(compiled, exported.notes) if note.exported.guid in packed
    ]
    for owned in owned_notes(compiled, str(export), notes, role):
        note = owned.note
        if note.is_slow and (not only or {note.id, note.first_id} & set(only)):
            yield replace(owned, packed=packed[note.exported.guid])


def _choices(
    notes: Iterable[OwnedNote], locks: Locks, exported_at: int, now: int, agree: Agree
) -> Iterator[_Choice]:
    """What becomes of each note that was saved in Anki and is not as it is packed now.

    `exported_at` and `now`: Unix seconds.
    """
    for owned in notes:
        note, packed = owned.note, owned.packed
        line = lock_line(locks, owned.role, note.key)
        if packed is None or not is_saved(note, line, now):
            continue
        if set(note.exported.fields) != {field.name for field in note.notetype.fields}:
            yield _Choice(owned, "unreachable")
            continue
        tags = [tag for tag in note.exported.tags if not is_tag_of_anki(tag)]
        if _with_tags(owned).digest == note_digest(list(note.exported.fields.values()), tags):
            continue
        fields = learners_fields(owned, locks, known_of(owned, line, {}))
        if not any(packed.words) and _has_words(owned):
            yield _Choice(owned, "left")
        elif note.exported.modified + CLOCKS_APART >= exported_at:
            yield _Choice(owned, "recent")
        elif not fields:
            yield _Choice(owned, "refreshed")
        elif agree(Pair(note.id, tuple(map(_pair, fields)))):
            yield _Choice(owned, "replaced")
        else:
            yield _Choice(owned, "left")


def _replacement(choices: Sequence[_Choice], path: Path | None) -> Replacement:
    ids = {
        outcome: tuple(choice.owned.note.id for choice in choices if choice.outcome == outcome)
        for outcome in ("replaced", "refreshed", "left", "recent", "unreachable")
    }
    saved_at = (c.owned.note.exported.modified for c in choices if c.outcome == "recent")
    latest = max(saved_at, default=0)
    return Replacement(path, **ids, wait_until=latest + CLOCKS_APART if latest else 0)


def _has_words(owned: OwnedNote) -> bool:
    """Whether the copy in Anki has an answer, or another field with words of the learner's."""
    contents = map(parse_field, owned.note.words.fields)
    return any(content.blocks or content.losses for content in contents)


def _pair(difference: FieldDifference) -> FieldPair:
    in_anki, losses = to_markdown(difference.in_anki)
    in_yaml = to_markdown(difference.in_yaml).text
    return FieldPair(difference.name, in_yaml, in_anki, tuple(map(str, losses)))


def _with_tags(owned: OwnedNote) -> Note:
    """The note as it is packed, with the tags that the learner made up in Anki.

    A star and `leech` are tags too, and an import without scheduling takes them away.
    """
    assert owned.packed is not None
    kept = filter(is_own_tag, owned.note.exported.tags)
    return replace(owned.packed, tags=tuple(sorted({*owned.packed.tags, *kept})))


def _package(chosen: Iterable[OwnedNote], decks: Sequence[Deck], stamps: Stamps) -> bytes:
    """The package's content: one deck, for a person's roles have one in Anki."""
    notetypes = dict(chain.from_iterable(deck.notetypes.items() for deck in decks))
    notes = tuple(map(_with_tags, chosen))
    deck = replace(
        decks[0],
        notes=notes,
        order=tuple(Card(index, card) for index, note in enumerate(notes) for card in note.cards),
        notetypes={note.notetype: notetypes[note.notetype] for note in notes},
        waiting=(),
    )
    times = {(deck.role, o.note.exported.guid): o.note.exported.modified + 1 for o in chosen}
    return OUTPUTS[DEFAULT].write(deck, Stamps(times, stamps.notetypes))


def _lines(chosen: Iterable[_Choice], locks: Locks) -> Iterator[tuple[LockPath, NoteLine]]:
    """The lines remember YAML's words as packed, for the next sync to know them.

    Before them they remember the words that are replaced: in a backup they are older words, which
    no sync may take without a question.
    """
    for choice in chosen:
        owned = choice.owned
        line = lock_line(locks, owned.role, owned.note.key)
        if line is None or owned.packed is None or not any(owned.packed.words):
            continue
        words, in_anki = line.words, owned.note.words.digest
        is_declined = any(digest.startswith(f"{DECLINED}{in_anki}") for digest in words)
        if choice.outcome == "replaced" and _has_words(owned) and not is_declined:
            words = with_words(words, in_anki, taken=True)
        words = with_words(words, Words(owned.packed.words).digest)
        path = lock_path(owned.role.folder, own=owned.is_own, answered=True)
        yield path, replace(line, words=words)
