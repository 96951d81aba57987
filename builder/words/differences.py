"""Which fields of a learner's note may hold their words, compared field by field.

`sync` takes words from some fields. An import replaces all of them: so a note is without words of
the learner's only if each of its fields is as YAML has it now, or as it was packed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from builder.deck import Note, note_digest
from builder.digests import employer_labels, without_employer
from builder.html.blocks import parse_field
from builder.html.words import same_words
from builder.load.answers import is_own_tag, is_tag_of_anki
from builder.lock import RELEASED, Locks, note_paths
from builder.words.judge import Known, is_as_packed
from builder.words.notes import OwnedNote, is_saved, lock_line


@dataclass(frozen=True, slots=True)
class FieldDifference:
    """A field of a note that reads differently in Anki than it is packed now; both as HTML.

    `is_relabelled`: the learner may have typed into the element that shows the employer.
    """

    key: str
    name: str
    in_anki: str
    in_yaml: str
    is_relabelled: bool = False


def learners_fields(owned: OwnedNote, locks: Locks, known: Known) -> tuple[FieldDifference, ...]:
    """The fields that may hold words of the learner's, and would lose them; the note is packed.

    A field that was packed is known by the note's base and by the lock, which has the last build's
    digest of the whole note: how a question read in earlier builds, nothing remembers.
    """
    note, packed = owned.note, owned.packed
    assert packed is not None
    differences = tuple(_differences(owned, packed))
    keys_with_words = note.word_keys
    are_words_packed = not _has_losses_unknown_to_base(owned, known) and is_as_packed(
        note.words, known
    )
    are_others_packed = bool(differences) and _is_packed_beside_words(owned, packed, locks)
    return tuple(
        difference
        for difference in differences
        if difference.is_relabelled
        or not (are_words_packed if difference.key in keys_with_words else are_others_packed)
    )


def fields_beside_answers(notes: Iterable[OwnedNote], locks: Locks, now: int) -> Iterator[str]:
    """A warning of "Your answer" notes with words that no sync takes, in other fields.

    `now`: Unix seconds.
    """
    names_by_id: dict[str, str] = {}
    for owned in notes:
        note = owned.note
        if owned.packed is None or not note.notetype.personal or note.renamed:
            continue
        if is_saved(note, lock_line(locks, owned.role, note.key), now):
            fields = learners_fields(owned, locks, Known())
            names = [field.name for field in fields if field.key != note.notetype.answer]
            if names:
                names_by_id[note.id] = f"`{note.id}` ({', '.join(names)})"
    if names_by_id:
        yield (
            f"{', '.join(names_by_id.values())}: these fields differ from YAML, and sync takes the"
            " answer alone: what you wrote in them stays in Anki; a question that was reworded"
            " since you touched its note differs too"
        )


def _differences(owned: OwnedNote, packed: Note) -> Iterator[FieldDifference]:
    note = owned.note
    for field, packed_html in zip(note.notetype.fields, packed.fields, strict=True):
        html = note.exported.fields.get(field.name, "")
        labels = employer_labels(html)
        is_relabelled = bool(labels) and labels != employer_labels(packed_html)
        if is_relabelled:
            yield FieldDifference(field.key, field.name, html, packed_html, is_relabelled=True)
            continue
        (in_anki, in_yaml), _ = without_employer((html, packed_html), ())
        if in_anki != in_yaml and not (
            same_words(in_anki, in_yaml)
            and parse_field(in_anki).losses == parse_field(in_yaml).losses
        ):
            yield FieldDifference(field.key, field.name, in_anki, in_yaml)


def _has_losses_unknown_to_base(owned: OwnedNote, known: Known) -> bool:
    """Whether there is a picture or a colour, and no base that says that it was packed."""
    if known.base is not None:
        return False
    return any(parse_field(html).losses for html in owned.note.words.fields)


def _is_packed_beside_words(owned: OwnedNote, packed: Note, locks: Locks) -> bool:
    """Whether the fields without words are those of a build that a lock remembers.

    A digest is of all fields and tags: so it is tried with the words that may have been packed, and
    without the learner's tags.
    """
    note = owned.note
    paths = (RELEASED, *note_paths(owned.role.folder))
    lines = [line for path in paths if (line := locks.note(path, note.key)) is not None]
    digests = {line.digest for line in lines}
    exported = [note.exported.fields.get(field.name, "") for field in note.notetype.fields]
    keys = note.word_keys if note.notetype.personal else ()
    positions = {note.notetype.index(key) for key in keys}
    contents = [exported]
    for words in (packed.fields, [""] * len(exported)):
        contents.append([words[i] if i in positions else html for i, html in enumerate(exported)])
    exported_tags = [tag for tag in note.exported.tags if not is_tag_of_anki(tag)]
    tags_of_yaml = [tag for tag in exported_tags if tag in packed.tags or not is_own_tag(tag)]
    without_own = [tag for tag in exported_tags if not is_own_tag(tag)]
    return any(
        note_digest(content, tags) in digests
        for content in contents
        for tags in (exported_tags, tags_of_yaml, without_own, packed.tags)
    )
