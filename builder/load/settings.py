"""`deck.yaml`, the topic tree, the bibliography."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from builder import model
from builder.findings import WHOLE_PROJECT, Diagnostic, Span
from builder.ids import is_slug
from builder.load.definitions import bad_id
from builder.load.files import Section
from builder.load.values import as_mapping, value_of
from builder.project import Settings
from builder.source import Entry, MappingNode, Node, ScalarNode, read

FILE = "decks/deck.yaml"


def settings(root: Path) -> tuple[Settings, list[Diagnostic]]:
    """What `deck.yaml` says; of a faulty one what can be read, so that all the rest is judged too.

    Its faults touch everything, so nothing is ever packed under settings that are not `whole`.
    """
    tree, found = read(root / FILE, FILE)
    at = Span(FILE)
    node = tree or MappingNode({}, FILE, 1, 1, 1, 1)
    value, faults = value_of(node, model.Settings, at, WHOLE_PROJECT, broken=node.broken)
    found += faults
    variables = node.get("vars")
    read_all = tree is not None and not _broken(node)
    vars_whole = read_all and (variables is None or isinstance(variables, MappingNode))
    value = value or _what_is_there(node)
    return Settings(value, node, not any(d.is_error for d in found), vars_whole), found


def _what_is_there(node: MappingNode) -> model.Settings:
    """A namespace of nothing is no lock's: none is judged by it."""
    said = {
        key: entry.value.text
        for key, entry in node.entries.items()
        if isinstance(entry.value, ScalarNode)
    }
    variables = node.get("vars")
    named = variables.entries.items() if isinstance(variables, MappingNode) else ()
    return model.Settings(
        namespace=said["namespace"] if is_slug(said.get("namespace", "")) else "",
        title=said.get("title", "Deck"),
        version=said.get("version", ""),
        vars={name: e.value.text for name, e in named if isinstance(e.value, ScalarNode)},
    )


def topics(
    parts: Iterable[Section],
) -> tuple[dict[str, str], dict[str, Span], bool, list[Diagnostic]]:
    """The topic tree, flattened; where each topic is named; whether all of it could be read.

    `area/leaf` to its title; an area has its slug as title.
    """
    found: list[Diagnostic] = []
    whole = True
    tree: dict[str, str] = {}
    places: dict[str, Span] = {}
    for part in parts:
        if part.name == "topics":
            node, faults = as_mapping(part.value, "`topics`", WHOLE_PROJECT)
            found += faults
            whole = whole and node is not None and not _broken(node)
            for entry, path, title, faults in _branches(node) if node else ():
                found += faults
                # An area may be written in several places, a topic in one.
                if path in tree and isinstance(entry.value, ScalarNode):
                    found.append(_twice(entry.key, f"the topic `{path}`"))
                tree.setdefault(path, title)
                places.setdefault(path, entry.key.span)
    return tree, places, whole, found


def _broken(node: MappingNode) -> bool:
    below = [entry.value for entry in node.entries.values()]
    return node.broken or any(_broken(part) for part in below if isinstance(part, MappingNode))


def _twice(key: ScalarNode, what: str) -> Diagnostic:
    return Diagnostic("duplicate-id", f"{what} is there already", key.span, "keep one of them")


def _branches(
    node: MappingNode, above: str = ""
) -> Iterator[tuple[Entry, str, str, list[Diagnostic]]]:
    for name, entry in node.entries.items():
        path = f"{above}/{name}" if above else name
        faults = bad_id(entry.key, WHOLE_PROJECT)
        below: Node = entry.value
        if isinstance(below, ScalarNode):
            yield entry, path, below.text, faults
        elif isinstance(below, MappingNode):
            yield entry, path, name.replace("-", " ").capitalize(), faults
            yield from _branches(below, path)
        else:
            fault = Diagnostic(
                "wrong-value",
                f"`{name}` is a list",
                below.span,
                "write `topic: title`",
                WHOLE_PROJECT,
            )
            yield entry, path, name, [*faults, fault]


def bibliography(
    parts: Iterable[Section],
) -> tuple[dict[str, model.Bibliography], bool, list[Diagnostic]]:
    """The entries of `sources:` by id; whether all of them could be read."""
    found: list[Diagnostic] = []
    whole = True
    books: dict[str, model.Bibliography] = {}
    known: set[str] = set()
    for part in parts:
        if part.name == "sources":
            node, faults = as_mapping(part.value, "`sources`", WHOLE_PROJECT)
            found += faults
            whole = whole and node is not None and not _broken(node)
            for id, entry in node.entries.items() if node else ():
                found += bad_id(entry.key, WHOLE_PROJECT)
                book, faults = value_of(
                    entry.value, model.Bibliography, entry.key.span, WHOLE_PROJECT
                )
                found += faults
                items = set(book.items) if book else set()
                if id in known or items & known:
                    again = ", ".join(f"`{name}`" for name in sorted({id, *items} & known))
                    found.append(_twice(entry.key, f"the source {again}"))
                known |= {id, *items}
                if book is None:
                    whole = False
                else:
                    books.setdefault(id, book)
    return books, whole, found
