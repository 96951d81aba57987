"""Which answers of a learner's are to be written into YAML, and which are in doubt.

An answer is looked at from three sides: what Anki has, what YAML says, and what was packed last
(the lock). Anki compares times alone, and so does this: a copy no newer than its line in the lock
was not touched.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from builder.deck import Note, NoteType, digest_of_answer, note_digest, owned_id
from builder.html.blocks import parse_field, text_of
from builder.html.loss import Loss
from builder.html.markdown import same_content, to_markdown
from builder.lock import LOCAL, RELEASED, Locks, NoteLine, private_lock
from builder.lock.lines import FILLED_BEHIND
from builder.package.packed import ExportedNote
from builder.project import Definition, Project, Role
from builder.render.text import block_html
from builder.source import ScalarNode


class Fate(StrEnum):
    """What becomes of an answer.

    taken    YAML shall say what Anki says
    agreed   both say the same, and the lock shall know it
    doubted  both were changed, or it cannot be told
    emptied  Anki has none any more; YAML keeps its own
    left     nothing is to be done: nobody touched it in Anki, or there are no words in it
    """

    TAKEN = "taken"
    AGREED = "agreed"
    DOUBTED = "doubted"
    EMPTIED = "emptied"
    LEFT = "left"


@dataclass(frozen=True, slots=True)
class Mine:
    """A note of this project in a learner's hands."""

    note: ExportedNote
    notetype: NoteType
    owner_key: str
    first_id: str

    @property
    def line(self) -> tuple[str, str, str]:
        """Its name in the locks."""
        return self.owner_key, self.notetype.folder, self.first_id

    @property
    def id(self) -> str:
        """What its field `Id` holds."""
        return owned_id(self.owner_key, self.first_id)

    @property
    def answer(self) -> str:
        """The learner's own words, as HTML."""
        if self.notetype.answer is None:
            return ""
        named = {field.key: field.name for field in self.notetype.fields}
        return self.note.fields.get(named[self.notetype.answer], "")

    @property
    def digest(self) -> str:
        """Of what the learner has."""
        return note_digest(list(self.note.fields.values()), self.note.tags)


@dataclass(frozen=True, slots=True)
class Answer:
    """A learner's answer beside the one in YAML. `said`: the latter, `text`: Anki's, as Markdown.

    `lost`: what `text` does not say of what is in Anki.
    """

    mine: Mine
    role: Role
    definition: Definition
    fate: Fate
    said: ScalarNode | None
    text: str
    lost: tuple[Loss, ...]

    @property
    def name(self) -> str:
        """The role and the id, as messages have it."""
        return f"{self.role.id}: `{self.definition.id}`"


def known_line(locks: Locks, role: Role | None, key: tuple[str, str, str]) -> NoteLine | None:
    """The line that a learner of the role's deck follows; without a role, of a public one's."""
    homes = (*((private_lock(role.id),) if role else ()), LOCAL, RELEASED)
    found = [line for home in homes if (line := locks.note(home, key)) is not None]
    return max(found, key=lambda line: line.time, default=None)


def is_touched(mine: Mine, line: NoteLine | None, now: int) -> bool:
    """Whether the learner changed the note after what we packed last (or, before it, ever)."""
    if line is None:
        return mine.note.modified > now - FILLED_BEHIND
    if mine.note.modified == line.time:
        return mine.digest != line.digest
    return mine.note.modified > line.time


def answers(
    project: Project,
    mine: list[tuple[Mine, Role]],
    rendered: Mapping[str, Mapping[tuple[str, str], Note]],
    locks: Locks,
    now: int,
) -> Iterator[Answer | str]:
    """Every answer with its fate; a text where a note cannot be placed any more.

    `rendered`: by role, its deck's notes by note type and first id.
    """
    told: set[tuple[str, str]] = set()
    for one, role in mine:
        if not one.notetype.personal or one.notetype.answer is None:
            continue
        definition = definition_of(project, role, one.first_id)
        if definition is None or definition.value is None:
            if parse_field(one.answer).blocks:
                why = "is in no file" if definition is None else "is retired, or at fault"
                yield f"{role.id}: `{one.id}` {why}: its words stay in Anki"
            continue
        target = rendered.get(role.id, {}).get((one.notetype.folder, one.first_id))
        line = known_line(locks, role, one.line)
        said = role.answers.get(definition.id)
        judged = _judged(project, one, role, definition, target, line, said, now)
        if judged.fate is not Fate.LEFT and (role.id, definition.id) in told:
            yield f"{judged.name} has two notes with words: those of `{one.id}` stay in Anki"
            continue
        if judged.fate is not Fate.LEFT:
            told.add((role.id, definition.id))
        yield judged


def definition_of(project: Project, role: Role, first_id: str) -> Definition | None:
    """What a note of the role's is made of; of a pair (`story/question`) the first."""
    for definition in (*role.definitions.values(), *project.definitions.values()):
        if f"{first_id}/".startswith(f"{definition.first_id}/"):
            return definition
    return None


def _judged(
    project: Project,
    one: Mine,
    role: Role,
    definition: Definition,
    target: Note | None,
    line: NoteLine | None,
    said: ScalarNode | None,
    now: int,
) -> Answer:
    touched = is_touched(one, line, now)
    text, lost = "", tuple[Loss, ...]()
    if not touched:
        fate = Fate.LEFT
    elif not parse_field(one.answer).blocks:
        lost = parse_field(one.answer).losses
        fate = Fate.LEFT if said is None or lost else Fate.EMPTIED
    else:
        text, lost = to_markdown(one.answer)
        html = _in_yaml(project, one, role, target, said)
        if said is None:
            fate = Fate.TAKEN
        elif same_content(html, one.answer):
            fate = Fate.AGREED
        elif _follows(one, html, line):
            fate = Fate.TAKEN
        else:
            fate = Fate.DOUBTED
    return Answer(one, role, definition, fate, said, text, lost)


def _in_yaml(
    project: Project, one: Mine, role: Role, target: Note | None, said: ScalarNode | None
) -> str:
    """YAML's answer as it is packed."""
    if said is None:
        return ""
    if target is not None and one.notetype.answer is not None:
        return target.fields[one.notetype.index(one.notetype.answer)]
    return block_html(said.text, project.view(role).vars)


def _follows(one: Mine, html: str, line: NoteLine | None) -> bool:
    """Whether Anki's words are sure to have come after YAML's, or keep every one of them.

    The first words that were packed, and those that came from Anki, the learner had before they
    wrote on. Of later ones nothing tells whether an import brought them in between.
    """
    if line is None or not line.answer_digest or line.answer_digest != digest_of_answer(html):
        return False
    if line.answer_since in (0, line.time):
        return True
    return one.note.modified >= line.answer_since and _words(html) <= _words(one.answer)


def _words(html: str) -> Counter[str]:
    said = (text_of(block).casefold() for block in parse_field(html).blocks)
    return Counter(word for text in said for word in re.findall(r"\w+", text))
