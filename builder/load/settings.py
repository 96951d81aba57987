"""`deck.yaml`, the topic tree, the bibliography."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from builder import model
from builder.findings import WHOLE_PROJECT, Diagnostic, Span
from builder.ids import is_slug
from builder.load.definitions import bad_id
from builder.load.files import Section, as_mapping
from builder.project import Settings
from builder.shape.annotations import shape_of
from builder.shape.walk import read_value
from builder.source import Entry, MappingNode, Node, ScalarNode, read

FILE = "decks/deck.yaml"


def read_settings(root: Path) -> tuple[Settings, list[Diagnostic]]:
    """The settings in `deck.yaml`; from a faulty file those that can be read.

    Its faults block every package, so no package is ever built from incomplete settings.
    """
    tree, findings = read(root / FILE, FILE, root)
    span = Span(FILE)
    node = tree or MappingNode({}, FILE, 1, 1, 1, 1)
    value, _, faults = read_value(node, shape_of(model.Settings), span, WHOLE_PROJECT)
    findings += faults
    variables = node.get("vars")
    complete = tree is not None and not _broken(node)
    vars_complete = complete and (variables is None or isinstance(variables, MappingNode))
    value = value or _readable_settings(node)
    is_complete = not any(finding.is_error for finding in findings)
    return Settings(value, node, is_complete, vars_complete), findings


def _readable_settings(node: MappingNode) -> model.Settings:
    """Settings from the texts that could be read. Without a namespace, locks are not checked."""
    texts = _texts(node)
    variables = node.get("vars")
    return model.Settings(
        namespace=texts["namespace"] if is_slug(texts.get("namespace", "")) else "",
        title=texts.get("title", "Deck"),
        version=texts.get("version", ""),
        vars=_texts(variables) if isinstance(variables, MappingNode) else {},
    )


def _texts(node: MappingNode) -> dict[str, str]:
    """The texts that stand directly under the keys of a mapping."""
    return {
        key: entry.value.text
        for key, entry in node.entries.items()
        if isinstance(entry.value, ScalarNode)
    }


def read_topics(
    sections: Iterable[Section],
) -> tuple[dict[str, str], dict[str, Span], bool, list[Diagnostic]]:
    """The topic tree, flattened; where each topic is named; whether all of it could be read.

    `area/leaf` to its title; an area has its slug as title.
    """
    findings: list[Diagnostic] = []
    complete = True
    titles: dict[str, str] = {}
    spans: dict[str, Span] = {}
    for section in sections:
        if section.name == "topics":
            node, faults = as_mapping(section.value, "`topics`", WHOLE_PROJECT)
            findings += faults
            complete = complete and node is not None and not _broken(node)
            for entry, topic, title, faults in _topics(node) if node else ():
                findings += faults
                # An area may be written in several places, a topic in one.
                if topic in titles and isinstance(entry.value, ScalarNode):
                    findings.append(_duplicate(entry.key, f"the topic `{topic}`"))
                titles.setdefault(topic, title)
                spans.setdefault(topic, entry.key.span)
    return titles, spans, complete, findings


def _broken(node: MappingNode) -> bool:
    children = [entry.value for entry in node.entries.values()]
    return node.broken or any(
        _broken(child) for child in children if isinstance(child, MappingNode)
    )


def _duplicate(key: ScalarNode, what: str) -> Diagnostic:
    return Diagnostic("duplicate-id", f"{what} exists already", key.span, "keep one of them")


def _topics(
    node: MappingNode, area: str = ""
) -> Iterator[tuple[Entry, str, str, list[Diagnostic]]]:
    """Each topic and area with its path, its title and its faults; an area before its topics."""
    for name, entry in node.entries.items():
        topic = f"{area}/{name}" if area else name
        faults = bad_id(entry.key, WHOLE_PROJECT)
        child: Node = entry.value
        if isinstance(child, ScalarNode):
            yield entry, topic, child.text, faults
        elif isinstance(child, MappingNode):
            yield entry, topic, name.replace("-", " ").capitalize(), faults
            yield from _topics(child, topic)
        else:
            message = f"`{name}` is a list"
            fault = Diagnostic("wrong-value", message, child.span, "write `topic: title`")
            yield entry, topic, name, [*faults, fault]


def read_bibliography(
    sections: Iterable[Section],
) -> tuple[dict[str, model.Bibliography], bool, list[Diagnostic]]:
    """The entries of `sources:` by id; whether all of them could be read."""
    findings: list[Diagnostic] = []
    complete = True
    sources: dict[str, model.Bibliography] = {}
    ids: set[str] = set()
    for section in sections:
        if section.name == "sources":
            node, faults = as_mapping(section.value, "`sources`", WHOLE_PROJECT)
            findings += faults
            complete = complete and node is not None and not _broken(node)
            for id, entry in node.entries.items() if node else ():
                findings += bad_id(entry.key, WHOLE_PROJECT)
                key_span = entry.key.span
                source, _, faults = read_value(
                    entry.value, shape_of(model.Bibliography), key_span, WHOLE_PROJECT
                )
                findings += faults
                new_ids = {id, *(source.items if source else ())}
                if duplicates := sorted(new_ids & ids):
                    names = ", ".join(f"`{name}`" for name in duplicates)
                    findings.append(_duplicate(entry.key, f"the source {names}"))
                ids |= new_ids
                if source is None:
                    complete = False
                else:
                    sources.setdefault(id, source)
    return sources, complete, findings
