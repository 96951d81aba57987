"""The learner's answers and tags, of a role or a person."""

from __future__ import annotations

import re
from collections.abc import Iterable

from builder.findings import Diagnostic, Scope, Span
from builder.load.files import Section, as_mapping
from builder.shape.walk import lost_comment
from builder.source import ScalarNode, SequenceNode

#: Tags that a build writes, and those by which Anki remembers something itself.
_TAG_OF_OURS = re.compile(r"(?:kind|topic|type|employer)::")
_TAGS_OF_ANKI = {"leech", "marked"}


def is_own_tag(tag: str) -> bool:
    """Whether a learner may have made this tag up: it is one word, and neither ours nor Anki's."""
    return (
        bool(tag)
        and not any(letter.isspace() for letter in tag)
        and not _TAG_OF_OURS.match(tag)
        and not is_tag_of_anki(tag)
    )


def is_tag_of_anki(tag: str) -> bool:
    """Whether Anki itself remembers something by this tag."""
    return tag.casefold() in _TAGS_OF_ANKI


def answers_of(
    sections: Iterable[Section], scope: Scope
) -> tuple[dict[str, ScalarNode], dict[str, Span], list[Diagnostic]]:
    """The answers by question, and where each is named."""
    answers: dict[str, ScalarNode] = {}
    spans: dict[str, Span] = {}
    findings: list[Diagnostic] = []
    for section in sections:
        if section.name == "my_answers":
            node, faults = as_mapping(section.value, "`my_answers`", scope)
            findings += faults
            for id, entry in node.entries.items() if node else ():
                if id in answers:
                    first, span = answers[id].span, entry.key.span
                    message = f"`{id}` is answered twice, first at {first}"
                    help = "keep one of the answers"
                    findings.append(
                        Diagnostic("duplicate-id", message, span, help, scope, (first,))
                    )
                elif isinstance(entry.value, ScalarNode):
                    answers[id] = entry.value
                    spans[id] = entry.key.span
                    findings += lost_comment(entry.value, scope)
                else:
                    message, help = "an answer is a text", "write it in a `|` block"
                    findings.append(
                        Diagnostic("wrong-value", message, entry.value.span, help, scope)
                    )
    return answers, spans, findings


def tags_of(
    sections: Iterable[Section], scope: Scope
) -> tuple[dict[str, tuple[ScalarNode, ...]], list[Diagnostic]]:
    """The learner's tags by definition."""
    tags: dict[str, tuple[ScalarNode, ...]] = {}
    findings: list[Diagnostic] = []
    for section in sections:
        if section.name != "my_tags":
            continue
        node, faults = as_mapping(section.value, "`my_tags`", scope)
        findings += faults
        for id, entry in node.entries.items() if node else ():
            items = entry.value.items if isinstance(entry.value, SequenceNode) else (entry.value,)
            for item in items:
                if not isinstance(item, ScalarNode) or not is_own_tag(item.text):
                    message = "a tag must be one word, and not a tag of prepdeck or Anki"
                    help = "join words by hyphens, like on-the-phone"
                    fault = Diagnostic("wrong-value", message, item.span, help, scope)
                    findings.append(fault)
                else:
                    tags[id] = (*tags.get(id, ()), item)
    return tags, findings
