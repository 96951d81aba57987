"""What a sync does with each answer of a learner: which go into YAML, and which are in doubt.

An answer has three sides: what Anki has, what YAML has, and what was packed last (the lock). Anki
compares times only, and so does this module: a copy that is not newer than its line in the lock
was not touched.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum, auto

from builder.deck import Note, NoteType, digest_of_answer, note_digest, owned_id
from builder.html.blocks import parse_field, text_of
from builder.html.loss import Loss
from builder.html.markdown import same_content, to_markdown
from builder.lock import RELEASED, Locks, NoteLine, note_paths
from builder.lock.slow_clock import is_later_than_packed
from builder.package import ExportedNote
from builder.project import Definition, Project, Role
from builder.render.text import block_html
from builder.source import ScalarNode

#: A deck's notes by note type and first id.
Rendered = Mapping[tuple[str, str], Note]


class Outcome(Enum):
    """What a sync does with an answer."""

    #: YAML gets the words that Anki has.
    FROM_ANKI = auto()
    #: Both say the same, and the lock records it.
    AGREED = auto()
    #: Both were changed, or nothing tells which is newer; nothing is written.
    IN_DOUBT = auto()
    #: As `IN_DOUBT`, but the learner decided for YAML: the next build replaces Anki's words.
    OVERRULED = auto()
    #: Anki has no words any more; YAML keeps its own.
    EMPTIED = auto()
    #: Nobody touched the note in Anki, or it has no words.
    IGNORED = auto()


@dataclass(frozen=True, slots=True)
class LearnerNote:
    """A note of this project as a learner has it."""

    exported: ExportedNote
    notetype: NoteType
    owner_key: str
    first_id: str

    @property
    def key(self) -> tuple[str, str, str]:
        """The key of its line in the locks."""
        return self.owner_key, self.notetype.folder, self.first_id

    @property
    def id(self) -> str:
        """The content of its field `Id`."""
        return owned_id(self.owner_key, self.first_id)

    @property
    def answer(self) -> str:
        """The learner's own words, as HTML; empty where the note type has no answer."""
        if self.notetype.answer is None:
            return ""
        field_name_by_key = {field.key: field.name for field in self.notetype.fields}
        return self.exported.fields.get(field_name_by_key[self.notetype.answer], "")

    @property
    def digest(self) -> str:
        """The digest of the fields and tags that the learner has."""
        return note_digest(list(self.exported.fields.values()), self.exported.tags)


@dataclass(frozen=True, slots=True)
class Answer:
    """A learner's answer in YAML and in Anki, there as Markdown (empty where Anki's is not needed).

    `lost`: what Anki has and Markdown cannot say.
    """

    note: LearnerNote
    role: Role
    definition: Definition
    outcome: Outcome
    in_yaml: ScalarNode | None
    in_anki: str
    lost: tuple[Loss, ...]

    @property
    def name(self) -> str:
        """The role and the id, as messages show them."""
        return f"{self.role.id}: `{self.definition.id}`"


def lock_line(locks: Locks, role: Role | None, key: tuple[str, str, str]) -> NoteLine | None:
    """The line that the learner's copy follows: of the role's deck, or of a public one."""
    lock_paths = (RELEASED, *note_paths(role.folder if role else None))
    note_lines = [line for path in lock_paths if (line := locks.note(path, key)) is not None]
    return max(note_lines, key=lambda line: line.time, default=None)


def is_touched(note: LearnerNote, line: NoteLine | None, now: int) -> bool:
    """Whether the learner changed the note after it was packed last; without a line, ever.

    `now`: Unix seconds.
    """
    if line is None:
        return is_later_than_packed(note.exported.modified, now)
    if note.exported.modified == line.time:
        return note.digest != line.digest
    return note.exported.modified > line.time


def answers(
    project: Project,
    notes: Iterable[tuple[LearnerNote, Role]],
    rendered: Mapping[str, Rendered],
    locks: Locks,
    now: int,
) -> Iterator[Answer | str]:
    """Every answer with its outcome; a message for an answer that cannot go into YAML.

    `rendered`: each role's notes as they are packed now. `now`: Unix seconds.
    """
    answered_ids: set[tuple[str, str]] = set()
    for note, role in notes:
        if not note.notetype.personal or note.notetype.answer is None:
            continue
        definition = definition_of(project, role, note.first_id)
        if definition is None or definition.value is None:
            if parse_field(note.answer).blocks:
                reason = "is in no file" if definition is None else "is retired or has faults"
                yield f"{role.id}: `{note.id}` {reason}: its answer stays in Anki"
            continue
        packed_note = rendered.get(role.id, {}).get((note.notetype.folder, note.first_id))
        answer = _answer(project, note, role, definition, packed_note, locks, now)
        if answer.outcome is not Outcome.IGNORED:
            if (role.id, definition.id) in answered_ids:
                yield f"{answer.name} has two notes with answers: that of `{note.id}` stays in Anki"
                continue
            answered_ids.add((role.id, definition.id))
        yield answer


def definition_of(project: Project, role: Role, first_id: str) -> Definition | None:
    """The definition that a note of the role is made of; of a pair (`story/question`) the first."""
    for definition in (*role.definitions.values(), *project.definitions.values()):
        if f"{first_id}/".startswith(f"{definition.first_id}/"):
            return definition
    return None


def _answer(
    project: Project,
    note: LearnerNote,
    role: Role,
    definition: Definition,
    packed_note: Note | None,
    locks: Locks,
    now: int,
) -> Answer:
    note_line = lock_line(locks, role, note.key)
    in_yaml = role.answers.get(definition.id)
    in_anki, losses = "", tuple[Loss, ...]()
    if not is_touched(note, note_line, now):
        outcome = Outcome.IGNORED
    elif not parse_field(note.answer).blocks:
        losses = parse_field(note.answer).losses
        outcome = Outcome.IGNORED if in_yaml is None or losses else Outcome.EMPTIED
    else:
        in_anki, losses = to_markdown(note.answer)
        yaml_html = _packed_answer(project, note, role, packed_note, in_yaml)
        if in_yaml is None:
            outcome = Outcome.FROM_ANKI
        elif same_content(yaml_html, note.answer):
            outcome = Outcome.AGREED
        elif _follows(note, yaml_html, note_line):
            outcome = Outcome.FROM_ANKI
        else:
            outcome = Outcome.IN_DOUBT
    return Answer(note, role, definition, outcome, in_yaml, in_anki, losses)


def _packed_answer(
    project: Project,
    note: LearnerNote,
    role: Role,
    packed_note: Note | None,
    in_yaml: ScalarNode | None,
) -> str:
    """YAML's answer as HTML."""
    if in_yaml is None:
        return ""
    if packed_note is not None and note.notetype.answer is not None:
        return packed_note.fields[note.notetype.index(note.notetype.answer)]
    return block_html(in_yaml.text, project.view(role).vars)


def _follows(note: LearnerNote, yaml_html: str, note_line: NoteLine | None) -> bool:
    """Whether Anki's words certainly came after YAML's (`yaml_html`), or keep every one of them.

    The learner had the first words that were packed, and words that came from Anki, before they
    wrote on. Of later words nothing tells whether the learner imported them before writing on.
    """
    if (
        note_line is None
        or not note_line.answer_digest
        or note_line.answer_digest != digest_of_answer(yaml_html)
    ):
        return False
    if note_line.answer_since in (0, note_line.time):
        return True
    if note.exported.modified < note_line.answer_since:
        return False
    return _word_counts(yaml_html) <= _word_counts(note.answer)


def _word_counts(html: str) -> Counter[str]:
    block_texts = (text_of(block).casefold() for block in parse_field(html).blocks)
    return Counter(word for block_text in block_texts for word in re.findall(r"\w+", block_text))
