"""After a syntax fault: reads the definitions around it one by one.

The text is cut where lines begin at one column: a file into its sections, a section into its
definitions, a definition into its fields. Each piece is parsed alone; what cannot be parsed even
as a field is left out and its mapping marked `broken`, so that one fault is one message and
nothing else in the file goes unchecked.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from builder.findings import Diagnostic
from builder.source.nodes import Entry, MappingNode, ScalarNode
from builder.source.walk import SyntaxFault, Walk, duplicate_key

#: Sections, definitions, fields.
_LEVELS = 3
_HEADER = re.compile(r"( *)(?:([^\s#'\"\[\]{},&*!|>%@`-][^\s:]*)|(['\"])([^'\"]+)\3):(?:\s|$)")
_BLOCK = re.compile(r".*?:(?:\s+#.*|\s*)$")


class _Piece(NamedTuple):
    first: int
    end: int


def salvage(
    text: str, file: str, fault: Diagnostic, findings: list[Diagnostic]
) -> MappingNode | None:
    """The part of `text` that can be read; each fault goes into `findings` once."""
    lines = text.split("\n")
    tree = _pieces_read(lines, _Piece(0, len(lines)), file, _LEVELS, findings)
    if not any(d.rule in {"syntax", "nested-too-deep"} for d in findings):
        findings.append(fault)  # a fault that no piece shows alone
    return tree


def _pieces_read(
    lines: list[str], whole: _Piece, file: str, levels: int, findings: list[Diagnostic]
) -> MappingNode | None:
    entries: dict[str, Entry] = {}
    again: list[tuple[str, Entry]] = []
    broken, begun = False, len(findings)

    def keep(entry: Entry) -> None:
        name = entry.key.text
        if entries.setdefault(name, entry) is not entry:
            again.append((name, entry))
            findings.append(duplicate_key(entry.key, entries[name].key.line))

    for piece in _cut(lines, whole):
        faults: list[Diagnostic] = []
        try:
            text = "\n".join(lines[piece.first : piece.end]) + "\n"
            walk = Walk(text, file, faults, piece.first + 1)
            part = walk.document()
        except SyntaxFault as fault:
            header = _HEADER.match(lines[piece.first])
            if header is None or levels == 1:
                broken = True
                findings.append(fault.diagnostic)
                continue
            before, value = len(findings), None
            if _BLOCK.match(lines[piece.first]):
                inner = _Piece(piece.first + 1, piece.end)
                value = _pieces_read(lines, inner, file, levels - 1, findings)
            if len(findings) == before:
                findings.append(fault.diagnostic)
            key = _key(header, piece.first + 1, file)
            value = value or MappingNode.broken_at(key)
            # A fault below the level of definitions makes the definition incomplete.
            incomplete = value.broken or levels < _LEVELS
            keep(Entry(key, value._replace(broken=incomplete)))
            continue
        findings += faults
        if isinstance(part, MappingNode):
            for entry in part.entries.values():
                keep(entry)
        elif part is not None:
            # A word or a list where a key belongs.
            broken = True
            findings.append(
                Diagnostic(
                    "syntax",
                    "expected `key: value`",
                    part.span,
                    "write `key: value`, or indent it under the text it belongs to",
                )
            )
    if broken and levels == 1:
        # A field whose text stands in a piece that could not be read is not empty.
        findings[begun:] = [fault for fault in findings[begun:] if fault.rule != "empty-value"]
    if not entries and not broken:
        return None
    if entries:
        tree = MappingNode.broken_at(next(iter(entries.values())).key)
    else:
        tree = MappingNode({}, file, whole.first + 1, 1, whole.end, 1)
    return tree._replace(entries=entries, broken=broken, again=tuple(again))


def _key(header: re.Match[str], line: int, file: str) -> ScalarNode:
    column, name = len(header[1]) + 1, header[2] or header[4]
    quote = header[3] or ""
    return ScalarNode(name, file, line, column, line, column + len(name) + 2 * len(quote), quote)


def _cut(lines: list[str], whole: _Piece) -> list[_Piece]:
    """Runs of lines, each beginning at the column of the first line that is not blank."""
    starts: list[int] = []
    indent: int | None = None
    for number in range(whole.first, whole.end):
        line = lines[number]
        content = line.lstrip(" ")
        if not content or content.startswith("#"):
            continue
        column = len(line) - len(content)
        if indent is None:
            indent = column
        # A list may stand at the column of its key: its items are no fields. Nor is a tab.
        if column <= indent and not (starts and content.startswith(("- ", "\t"))):
            starts.append(number)
    ends = [*starts[1:], whole.end][: len(starts)]
    return [_Piece(first, end) for first, end in zip(starts, ends, strict=True)]
