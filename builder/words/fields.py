"""The fields of a story, a fact or another definition of a learner's that they changed in Anki."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

from builder.digests import without_employer
from builder.html.blocks import Paragraph, parse_field
from builder.html.markdown import Markdown, to_markdown
from builder.html.words import same_words, words_digest
from builder.project import Definition, Project
from builder.render.text import block_html, inline_html
from builder.source import ScalarNode
from builder.words.judge import Words
from builder.words.notes import OwnedNote

#: An expression for a field that holds one text of a definition, and nothing else.
_ONE_TEXT = re.compile(r"(?P<key>\w+) \| (?P<filter>line|prose)")

#: What the editor writes for a new line, which a text of one line cannot have.
_NEW_LINE = re.compile(r"</?(?:br|div|p)\b[^>]*>", re.IGNORECASE)

#: So many fields at most are tried in every combination.
_COMBINED = 10


@dataclass(frozen=True, slots=True)
class ChangedField:
    """A field with other words than YAML's that the learner wrote: its name, and Anki's Markdown.

    `key`, `node`: the one text of the definition that it was made of; None where it is made of
    several, or where YAML cannot say what Anki has.
    """

    name: str
    in_anki: Markdown
    key: str | None = None
    node: ScalarNode | None = None


def field_digests(fields: Sequence[str]) -> tuple[str, ...]:
    """The digests of the words of single fields, without whose they are."""
    return tuple(words_digest(html) for html in without_employer(fields, ())[0])


def changed_fields(
    project: Project, owned: OwnedNote, definition: Definition, recorded: Sequence[str]
) -> Iterator[ChangedField]:
    """The fields that the learner changed, as far as that can be told.

    `recorded`: the digests of the fields that the learner's copy was packed with, if remembered.
    """
    note, role, packed = owned.note, owned.role, owned.packed
    folder = project.templates[note.notetype.folder].value
    if packed is None or folder is None:
        return
    anki_fields, yaml_fields = note.words.fields, without_employer(packed.words, ())[0]
    as_packed = _as_packed(anki_fields, yaml_fields, note.base, recorded)
    vars = project.view(role).vars
    for key, described in folder.fields.items():
        position = note.notetype.index(key)
        if position >= len(anki_fields) or position in as_packed:
            continue
        in_anki, in_yaml = anki_fields[position], yaml_fields[position]
        if same_words(in_anki, in_yaml):
            continue
        one_text = _ONE_TEXT.fullmatch(described.content.strip())
        node = definition.node.get(one_text["key"]) if one_text else None
        is_line = one_text is not None and one_text["filter"] == "line"
        markdown = to_markdown(_NEW_LINE.sub(" ", in_anki) if is_line else in_anki)
        render = inline_html if is_line else block_html
        rendered = render(markdown.text, {})
        if same_words(rendered, in_yaml):
            continue  # what YAML cannot say is no other word
        if (
            definition.role == role.id
            and one_text is not None
            and isinstance(node, ScalarNode)
            # The field was made of that text alone, in the role's own wording.
            and same_words(render(node.text, vars), in_yaml)
            and markdown.text
            and (markdown.losses or same_words(rendered, in_anki))
            and (not is_line or _is_line(in_anki))
        ):
            yield ChangedField(described.name, markdown, one_text["key"], node)
        else:
            yield ChangedField(described.name, markdown)


def _as_packed(
    anki_fields: Sequence[str],
    yaml_fields: Sequence[str],
    base: str | None,
    recorded: Sequence[str],
) -> set[int]:
    """The positions of fields that are certainly as they were packed.

    Where nothing is recorded: a base is the digest of all fields, so if it is that of some fields
    as Anki has them and the others as YAML does, the learner wrote in the others alone.
    """
    if len(recorded) == len(anki_fields):
        digests = field_digests(anki_fields)
        return {position for position, digest in enumerate(digests) if digest == recorded[position]}
    pairs = list(zip(anki_fields, yaml_fields, strict=True))
    differing = [position for position, (anki, yaml) in enumerate(pairs) if anki != yaml]
    if base is None or len(differing) > _COMBINED:
        return set()
    for are_packed in product((True, False), repeat=len(differing)):
        packed = {
            position for position, is_packed in zip(differing, are_packed, strict=True) if is_packed
        }
        fields = tuple(
            anki if position in packed else yaml for position, (anki, yaml) in enumerate(pairs)
        )
        if Words(fields).base == base:
            return packed
    return set()


def _is_line(html: str) -> bool:
    """Whether a text of one line can say it: paragraphs alone."""
    return all(isinstance(block, Paragraph) for block in parse_field(html).blocks)
