"""A file to a tree, whatever its faults."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from builder.findings import Diagnostic, Span
from builder.source.decode import bytes_of, text_of
from builder.source.nodes import MappingNode, Node
from builder.source.salvage import salvage
from builder.source.walk import FORBIDDEN, SyntaxFault, Walk, control_character


def read(path: Path, file: str) -> tuple[MappingNode | None, list[Diagnostic]]:
    """The tree of one file, named `file` in diagnostics; None when nothing could be read."""
    raw, found = bytes_of(path, file)
    return parse(raw, file) if raw is not None else (None, found)


def parse(raw: bytes, file: str) -> tuple[MappingNode | None, list[Diagnostic]]:
    """The tree in `raw`. A syntax fault costs the definition that it stands in, and no other."""
    text, found = text_of(raw, file)
    if text is None:
        return None, found
    if FORBIDDEN.search(text):
        found += _control_characters(text, file)
        text = FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", text)
    walked: list[Diagnostic] = []
    tree: Node | None
    try:
        tree = Walk(text, file, walked).document()
    except SyntaxFault as fault:
        walked = []
        tree = salvage(text, file, fault.diagnostic, walked)
    found += walked
    if tree is not None and not isinstance(tree, MappingNode):
        found.append(
            Diagnostic("syntax", "the file holds no mapping", tree.span, "begin with `key: value`")
        )
        return None, found
    return tree, found


def _control_characters(text: str, file: str) -> Iterator[Diagnostic]:
    for match in FORBIDDEN.finditer(text):
        line = text.count("\n", 0, match.start()) + 1
        column = match.start() - text.rfind("\n", 0, match.start())
        yield control_character(match.group(), Span(file, line, column, line, column + 1))
