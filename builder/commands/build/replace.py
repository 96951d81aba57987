"""`--replace-answers`: a package that puts YAML's words in place of a learner's, in one collection.

It is made of a fresh export, holds only the notes that the learner names or agrees to, and stamps
each one second later than the copy that was read. Anki compares these times when it imports: a note
that was edited after the export is later still, and stays. So it is safe to import by default
options, once, in the collection that the export is of.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from builder import atomic
from builder.deck import Card, Deck, Note
from builder.findings import PrepdeckError
from builder.html.blocks import parse_field
from builder.html.markdown import to_markdown
from builder.load.answers import is_own_tag
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
from builder.lock.lines import with_words
from builder.outputs import DEFAULT, OUTPUTS
from builder.package import ExportedCollection, exported_collection
from builder.pipeline import Compiled, compile_project
from builder.words.judge import Known, Words, is_as_packed
from builder.words.notes import OwnedNote, is_saved, known_of, learner_notes, lock_line, owned_notes


@dataclass(frozen=True, slots=True)
class Pair:
    """A note whose words differ: as Markdown, in YAML and in Anki. `lost`: what YAML cannot say."""

    name: str
    in_yaml: str
    in_anki: str
    lost: tuple[str, ...]


#: Whether a learner agrees that YAML's words take the place of Anki's.
Agree = Callable[[Pair], bool]


@dataclass(frozen=True, slots=True)
class Replacement:
    """The package and what it holds. `path` is None where it would hold nothing.

    `replaced`: notes whose words in Anki it replaces; `refreshed`: notes in which the learner wrote
    nothing that is lost; `left`: notes that stay as Anki has them.
    """

    path: Path | None
    replaced: tuple[str, ...]
    refreshed: tuple[str, ...]
    left: tuple[str, ...]


def replacement(
    root: Path, role: str, export: Path, now: int, *, only: Collection[str] = (), agree: Agree
) -> Replacement:
    """Writes the package beside the export. `now`: Unix seconds; `only`: ids, none for all notes.

    Raises `PrepdeckError` when the role, the export or a lock cannot be used, or an id is unknown.
    """
    exported = exported_collection(export)
    with exclusive_access(root):
        compiled = compile_project(root, (role,))
        locks, lock_findings = read_locks(compiled.project)
        if any(finding.is_error for finding in (*compiled.findings, *lock_findings)):
            raise PrepdeckError(f"`{role}` has faults", help="see them with: prepdeck check")
        deck = next(deck for deck in compiled.decks if deck.role == role)
        if not deck.private:
            raise PrepdeckError(
                f"`{role}` is a public role, and holds no words of a learner's",
                help="name a private role",
            )
        chosen, result = _chosen(compiled, deck, export, exported, locks, now, only, agree)
        if not chosen:
            return result
        stamps, _ = stamp([deck], locks, now, release=False)
        notes = {owned.note.exported.guid: owned for owned in chosen}
        times = {(role, guid): o.note.exported.modified + 1 for guid, o in notes.items()}
        small = _only(deck, tuple(_with_tags(owned) for owned in chosen))
        content = OUTPUTS[DEFAULT].write(small, Stamps(times, stamps.notetypes))
        lines = lines_by_file(_lines(chosen, locks))
        write_locks(root, compiled.project.settings.value.namespace, locks, lines)
        # No name that begins as Anki's own exports do: it would replace the whole collection.
        package = export.with_name(f"answers-for-{export.stem}.apkg")
        atomic.write(package, content, None)
        return replace(result, path=package)


def _chosen(
    compiled: Compiled,
    deck: Deck,
    export: Path,
    exported: ExportedCollection,
    locks: Locks,
    now: int,
    only: Collection[str],
    agree: Agree,
) -> tuple[list[OwnedNote], Replacement]:
    """The notes of the package, and what becomes of each."""
    found = learner_notes(compiled, exported.notes)
    notes = owned_notes(compiled, str(export), found, deck.role)
    ids = {note.id for note in (*deck.notes, *deck.waiting)}
    first_ids = {note.first_id for note in (*deck.notes, *deck.waiting)}
    if unknown := sorted(set(only) - ids - first_ids):
        raise PrepdeckError(
            f"`{deck.role}` has no note `{unknown[0]}`",
            help="name a note by its field `Id`, with or without the key before the slash",
        )
    chosen: list[OwnedNote] = []
    replaced, refreshed, left = list[str](), list[str](), list[str]()
    for owned in notes:
        note, packed = owned.note, owned.packed
        if packed is None or not note.is_slow or note.renamed:
            continue
        if only and not {note.id, note.first_id} & set(only):
            continue
        line = lock_line(locks, owned.role, note.key)
        if not is_saved(note, line, now) or _with_tags(owned).digest == note.digest:
            continue
        if _is_ours(note.words, Words(packed.words), known_of(owned, line, {})):
            refreshed.append(note.id)
        elif any(packed.words) and agree(_pair(owned, packed)):
            replaced.append(note.id)
        else:
            left.append(note.id)
            continue
        chosen.append(owned)
    return chosen, Replacement(None, tuple(replaced), tuple(refreshed), tuple(left))


def _is_ours(in_anki: Words, in_yaml: Words, known: Known) -> bool:
    """Whether Anki's words are none of the learner's: as YAML has them, or as they were packed."""
    if any(parse_field(field).losses for field in in_anki.fields):
        return False
    return in_anki.digest == in_yaml.digest or is_as_packed(in_anki, known)


def _pair(owned: OwnedNote, packed: Note) -> Pair:
    in_anki = [to_markdown(field) for field in owned.note.words.fields]
    in_yaml = [to_markdown(field) for field in packed.words]
    differing = [(a, y) for a, y in zip(in_anki, in_yaml, strict=False) if a != y]
    return Pair(
        name=owned.note.id,
        in_yaml="\n".join(yaml.text for _, yaml in differing),
        in_anki="\n".join(anki.text for anki, _ in differing),
        lost=tuple(dict.fromkeys(str(loss) for anki, _ in differing for loss in anki.losses)),
    )


def _with_tags(owned: OwnedNote) -> Note:
    """The note as it is packed, with the tags that the learner made up in Anki.

    A star and `leech` are tags too, and an import without scheduling takes them away.
    """
    assert owned.packed is not None
    kept = filter(is_own_tag, owned.note.exported.tags)
    return replace(owned.packed, tags=tuple(sorted({*owned.packed.tags, *kept})))


def _only(deck: Deck, notes: tuple[Note, ...]) -> Deck:
    """The deck with these notes alone."""
    order = tuple(Card(index, card) for index, note in enumerate(notes) for card in note.cards)
    used = {note.notetype: deck.notetypes[note.notetype] for note in notes}
    return replace(deck, notes=notes, order=order, notetypes=used, waiting=())


def _lines(chosen: Iterable[OwnedNote], locks: Locks) -> Iterator[tuple[LockPath, NoteLine]]:
    """The lines remember YAML's words as packed, for the next sync to know them."""
    for owned in chosen:
        line = lock_line(locks, owned.role, owned.note.key)
        if line is not None and owned.packed is not None and any(owned.packed.words):
            words = with_words(line.words, Words(owned.packed.words).digest)
            path = lock_path(owned.role.folder, own=owned.is_own, answered=True)
            yield path, replace(line, words=words)
