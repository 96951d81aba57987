"""What a sync does with each text: an answer, or a key of what a learner's role defines."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from builder.digests import without_employer
from builder.html.blocks import Paragraph, parse_field
from builder.html.loss import Loss
from builder.html.markdown import to_markdown
from builder.html.words import same_words
from builder.lock import Locks
from builder.project import Definition, Project, Role
from builder.render.text import block_html, inline_html
from builder.source import ScalarNode
from builder.words.judge import Known, Outcome, Words, judged
from builder.words.notes import OwnedNote, definition_of, is_saved, known_of, lock_line

ANSWERS = "my_answers"

#: An expression for a field that holds one text of a definition, and nothing else.
_ONE_TEXT = re.compile(r"(?P<key>\w+) \| (?P<filter>line|prose)")


@dataclass(frozen=True, slots=True)
class LearnerText:
    """A text in YAML and in Anki, there as Markdown (empty where Anki's is not needed).

    `path`: the keys that lead to it in a file of `role`. `lost`: what Anki has and Markdown cannot
    say. `in_yaml`: None where YAML has none.
    """

    owned: OwnedNote
    role: Role
    definition: Definition
    outcome: Outcome
    in_yaml: ScalarNode | None
    in_anki: str
    lost: tuple[Loss, ...]
    path: tuple[str, ...]

    @property
    def name(self) -> str:
        """The role, the id and the key, as messages show them."""
        key = f" ({self.path[2]})" if len(self.path) > 2 else ""
        return f"{self.role.id}: `{self.definition.id}`{key}"

    @property
    def is_answer(self) -> bool:
        """Whether it answers a question, and is no key of a definition."""
        return self.path[0] == ANSWERS


def learner_texts(
    project: Project,
    notes: Iterable[OwnedNote],
    locks: Locks,
    at_last_sync: Mapping[str, Mapping[str, str]],
    now: int,
) -> Iterator[LearnerText | str]:
    """Every text with its outcome; a message for what cannot go into YAML.

    `at_last_sync`: the words of notes as this collection had them, by the folder of their role or
    person, and the notes' names. `now`: Unix seconds.
    """
    found: dict[tuple[str, ...], str] = {}
    for owned in notes:
        note, role = owned.note, owned.role
        if not note.is_slow:
            continue
        if note.renamed:
            names = ", ".join(f"`{name}`" for name in note.renamed)
            yield (
                f"{role.id}: the note type of `{note.id}` has no field {names} in Anki; a field"
                " that was renamed is not read: give it its old name, and sync again"
            )
            continue
        definition = definition_of(role, project, note.first_id)
        line = lock_line(locks, role, note.key)
        if not is_saved(note, line, now):
            continue
        if definition is None or definition.value is None:
            if note.notetype.personal and parse_field(note.answer).blocks:
                reason = "is in no file" if definition is None else "is retired or has faults"
                yield f"{role.id}: `{note.id}` {reason}: its answer stays in Anki"
            continue
        known = known_of(owned, line, at_last_sync.get(role.folder, {}))
        if note.notetype.personal:
            texts: Iterable[LearnerText | str] = (
                [_answer(project, owned, definition, known)] if note.notetype.answer else []
            )
        elif owned.packed is not None:
            outcome = judged(note.words, Words(owned.packed.words), known)
            texts = _own_texts(project, owned, definition, outcome)
        else:
            continue
        for text in texts:
            if isinstance(text, LearnerText) and text.outcome is not Outcome.IGNORED:
                place = (text.role.id, *text.path)
                if place in found:
                    if found[place] != text.in_anki:
                        yield f"{text.name} differs in two notes: that of `{note.id}` stays in Anki"
                    continue
                found[place] = text.in_anki
            yield text


def _answer(
    project: Project, owned: OwnedNote, definition: Definition, known: Known
) -> LearnerText:
    note, role = owned.note, owned.role
    in_yaml = role.answers.get(definition.id)
    if owned.packed is not None and note.notetype.answer is not None:
        yaml_html = owned.packed.fields[note.notetype.index(note.notetype.answer)]
    else:
        yaml_html = block_html(in_yaml.text, project.view(role).vars) if in_yaml else ""
    content = parse_field(note.answer)
    in_anki, losses = "", content.losses
    if content.blocks:
        in_anki, losses = to_markdown(note.answer)
        outcome = judged(Words((note.answer,)), Words((yaml_html,)), known)
    else:
        outcome = Outcome.IGNORED if in_yaml is None or losses else Outcome.EMPTIED
    path = (ANSWERS, definition.id)
    return LearnerText(owned, role, definition, outcome, in_yaml, in_anki, losses, path)


def _own_texts(
    project: Project, owned: OwnedNote, definition: Definition, outcome: Outcome
) -> Iterator[LearnerText | str]:
    """The texts of a definition that differ, as far as a field of the note says one of them."""
    note, role, packed = owned.note, owned.role, owned.packed
    assert packed is not None
    folder = project.templates[note.notetype.folder].value
    if outcome is Outcome.IGNORED or folder is None:
        return
    packed_fields, _ = without_employer(packed.fields, ())
    names: list[str] = []
    for key, described in folder.fields.items():
        in_anki = without_employer([note.field(key)], ())[0][0]
        in_yaml = packed_fields[note.notetype.index(key)]
        if outcome is Outcome.AGREED or same_words(in_anki, in_yaml):
            continue
        one_text = _ONE_TEXT.fullmatch(described.content.strip())
        node = definition.node.get(one_text["key"]) if one_text else None
        markdown, losses = to_markdown(in_anki)
        is_line = one_text is not None and one_text["filter"] == "line"
        if (
            definition.role != role.id
            or one_text is None
            or not isinstance(node, ScalarNode)
            or not _reads_as(node, in_yaml, project, role, is_line)
            or not markdown
            or (is_line and not _is_line(in_anki))
        ):
            names.append(described.name)
            continue
        path = (definition.kind.section, definition.id, one_text["key"])
        yield LearnerText(owned, role, definition, outcome, node, markdown, losses, path)
    if names:
        yield (
            f"{role.id}: `{definition.id}` was changed in Anki in {', '.join(names)}, which sync"
            f" cannot write: change {definition.span.file} by hand; Anki keeps its words"
        )


def _reads_as(node: ScalarNode, html: str, project: Project, role: Role, is_line: bool) -> bool:
    """Whether a field with this HTML was made of that text alone, in the role's own wording."""
    render = inline_html if is_line else block_html
    return same_words(render(node.text, project.view(role).vars), html)


def _is_line(html: str) -> bool:
    blocks = parse_field(html).blocks
    return len(blocks) == 1 and isinstance(blocks[0], Paragraph)
