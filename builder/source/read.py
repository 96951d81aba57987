"""A file to a tree, whatever its faults."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from builder.findings import Diagnostic, Span
from builder.source.decode import bytes_of, merge_mark, text_of
from builder.source.nodes import MappingNode, Node
from builder.source.salvage import salvage
from builder.source.walk import FORBIDDEN, SyntaxFault, Walk, control_character


def read(
    path: Path, file: str, root: Path | None = None
) -> tuple[MappingNode | None, list[Diagnostic]]:
    """The tree of one file, named `file` in diagnostics; None when nothing could be read.

    `root`: the project that it belongs to, and that no link may lead out of; None for prepdeck's
    own files.
    """
    raw, findings = bytes_of(path, file, root)
    return parse(raw, file) if raw is not None else (None, findings)


def parse(raw: bytes, file: str) -> tuple[MappingNode | None, list[Diagnostic]]:
    """The tree in `raw`. A syntax fault hides the definition that it stands in, and no other."""
    text, findings = text_of(raw, file)
    if text is None:
        return None, findings
    if mark := merge_mark(text, file):
        return None, [mark]
    if FORBIDDEN.search(text):
        findings += _control_characters(text, file)
        text = FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", text)
    faults: list[Diagnostic] = []
    tree: Node | None
    try:
        tree = Walk(text, file, faults).document()
    except SyntaxFault as fault:
        faults = []
        tree = salvage(text, file, fault.diagnostic, faults)
    findings += faults
    if tree is not None and not isinstance(tree, MappingNode):
        findings.append(
            Diagnostic("syntax", "the file is not a mapping", tree.span, "begin with `key: value`")
        )
        return None, findings
    return tree, findings


def _control_characters(text: str, file: str) -> Iterator[Diagnostic]:
    for match in FORBIDDEN.finditer(text):
        line_number = text.count("\n", 0, match.start()) + 1
        column = match.start() - text.rfind("\n", 0, match.start())
        yield control_character(
            match.group(), Span(file, line_number, column, line_number, column + 1)
        )
