"""What a sync does with each text: an answer, or a key of what a learner's role defines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from builder.html.blocks import parse_field
from builder.html.loss import Loss
from builder.html.markdown import to_markdown
from builder.html.words import same_words
from builder.lock import Locks
from builder.project import Definition, Project, Role
from builder.render.text import block_html
from builder.source import ScalarNode
from builder.words.fields import changed_fields
from builder.words.judge import SILENT, Known, Outcome, Words, judged
from builder.words.memory import Collection, Memory
from builder.words.notes import OwnedNote, definition_of, is_saved, known_of, lock_line
from builder.words.unread import about_fields, about_no_base, about_no_deck, is_learners_own

ANSWERS = "my_answers"


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
    collections: Mapping[str, Collection],
    memories: Mapping[str, Memory],
    now: int,
) -> Iterator[LearnerText | str]:
    """Every text with its outcome; a message for what cannot go into YAML.

    `collections`, `memories`: this export and what earlier syncs saw, by the folder of the role or
    person. `now`: Unix seconds.
    """
    found: dict[tuple[str, ...], str] = {}
    for owned in notes:
        note, role = owned.note, owned.role
        if not note.is_slow:
            continue
        if not note.is_readable:
            yield about_fields(owned)
            continue
        line = lock_line(locks, role, note.key)
        if not is_saved(note, line, now):
            continue
        if note.notetype.base and note.base is None and note.renamed:
            yield about_no_base(owned)
        definition = definition_of(role, project, note.first_id)
        known = _known(owned, known_of(owned, line, {}), collections, memories)
        is_answer = note.notetype.personal
        has_value = definition is not None and definition.value is not None
        if definition is None or not has_value or (owned.packed is None and not is_answer):
            if is_learners_own(note.words, known):
                yield about_no_deck(project, owned, definition)
            continue
        if is_answer:
            texts: Iterable[LearnerText | str] = (
                [_answer(project, owned, definition, known)] if note.notetype.answer else []
            )
        else:
            texts = _own_texts(project, owned, definition, known, memories[role.folder])
        for text in texts:
            if isinstance(text, LearnerText) and text.outcome not in SILENT:
                place = (text.role.id, *text.path)
                if place in found:
                    if found[place] != text.in_anki:
                        yield f"{text.name} differs in two notes: that of `{note.id}` stays in Anki"
                    continue
                found[place] = text.in_anki
            yield text


def _known(
    owned: OwnedNote,
    known: Known,
    collections: Mapping[str, Collection],
    memories: Mapping[str, Memory],
) -> Known:
    """What is remembered of a note's words, and what earlier syncs saw of them."""
    folder, name = owned.role.folder, owned.note.name
    memory, collection = memories[folder], collections[folder]
    last = memory.last_sync_of(collection)
    return replace(
        known,
        at_last_sync=last.words.get(name) if last else None,
        is_later=last is not None and last.goes_on_in(collection),
        seen=memory.seen.get(name, ()),
    )


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
        if outcome not in SILENT and same_words(block_html(in_anki, {}), yaml_html):
            outcome = Outcome.AGREED  # what YAML cannot say is no other word
    else:
        outcome = Outcome.IGNORED if in_yaml is None or losses else Outcome.EMPTIED
    path = (ANSWERS, definition.id)
    return LearnerText(owned, role, definition, outcome, in_yaml, in_anki, losses, path)


def _own_texts(
    project: Project, owned: OwnedNote, definition: Definition, known: Known, memory: Memory
) -> Iterator[LearnerText | str]:
    """The texts of a definition that were changed in Anki, as far as a field says one of them."""
    note, role, packed = owned.note, owned.role, owned.packed
    assert packed is not None
    outcome = judged(note.words, Words(packed.words), known)
    if outcome in (Outcome.IGNORED, Outcome.AGREED):
        return
    names: list[str] = []
    recorded = memory.fields.get(f"{note.name}\t{known.base}", ())
    for changed in changed_fields(project, owned, definition, recorded):
        if changed.key is None or changed.node is None:
            names.append(changed.name)
            continue
        path = (definition.kind.section, definition.id, changed.key)
        markdown = changed.in_anki
        yield LearnerText(
            owned, role, definition, outcome, changed.node, markdown.text, markdown.losses, path
        )
    if names and outcome not in SILENT:
        yield (
            f"{role.id}: `{definition.id}` was changed in Anki in {', '.join(names)}, which sync"
            f" cannot write: change {definition.span.file} by hand; Anki keeps its words"
        )
