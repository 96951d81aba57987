"""After a syntax fault: the definitions beside it, read one by one.

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


def salvage(text: str, file: str, fault: Diagnostic, found: list[Diagnostic]) -> MappingNode | None:
    """What of `text` can be read; each fault goes to `found` once."""
    lines = text.split("\n")
    tree = _pieces_read(lines, _Piece(0, len(lines)), file, _LEVELS, found)
    if not any(d.rule in {"syntax", "nested-too-deep"} for d in found):
        found.append(fault)  # a fault of the whole, which no piece shows
    return tree


def _pieces_read(
    lines: list[str], whole: _Piece, file: str, levels: int, found: list[Diagnostic]
) -> MappingNode | None:
    entries: dict[str, Entry] = {}
    again: list[tuple[str, Entry]] = []
    broken, begun = False, len(found)

    def keep(entry: Entry) -> None:
        name = entry.key.text
        if entries.setdefault(name, entry) is not entry:
            again.append((name, entry))
            found.append(duplicate_key(entry.key, entries[name].key.line))

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
                found.append(fault.diagnostic)
                continue
            before, value = len(found), None
            if _BLOCK.match(lines[piece.first]):
                inner = _Piece(piece.first + 1, piece.end)
                value = _pieces_read(lines, inner, file, levels - 1, found)
            if len(found) == before:
                found.append(fault.diagnostic)
            key = _key(header, piece.first + 1, file)
            value = value or MappingNode({}, file, *key[2:6], broken=True)
            # What was lost below the level of definitions makes the definition incomplete.
            lost = value.broken or levels < _LEVELS
            keep(Entry(key, value._replace(broken=lost)))
            continue
        found += faults
        if isinstance(part, MappingNode):
            for entry in part.entries.values():
                keep(entry)
        elif part is not None:
            # A word or a list where a key belongs: the fault of the whole, which is told there.
            broken = True
            found.append(
                Diagnostic(
                    "syntax",
                    "this is no `key: value`",
                    part.span,
                    "write `key: value`, or indent it under the text it belongs to",
                )
            )
    if broken and levels == 1:
        # A field whose text stands in a piece that could not be read is not empty.
        found[begun:] = [fault for fault in found[begun:] if fault.rule != "empty-value"]
    if not entries and not broken:
        return None
    first = next(iter(entries.values())).key if entries else None
    place = first[2:6] if first else (whole.first + 1, 1, whole.end, 1)
    return MappingNode(entries, file, *place, broken=broken, again=tuple(again))


def _key(header: re.Match[str], line: int, file: str) -> ScalarNode:
    column, name = len(header[1]) + 1, header[2] or header[4]
    quote = header[3] or ""
    return ScalarNode(name, file, line, column, line, column + len(name) + 2 * len(quote), quote)


def _cut(lines: list[str], whole: _Piece) -> list[_Piece]:
    """Runs of lines, each beginning at the column of the first that says anything."""
    starts: list[int] = []
    indent: int | None = None
    for number in range(whole.first, whole.end):
        line = lines[number]
        said = line.lstrip(" ")
        if not said or said.startswith("#"):
            continue
        column = len(line) - len(said)
        if indent is None:
            indent = column
        # A list may stand at the column of its key: its items are no fields. Nor is a tab.
        if column <= indent and not (starts and said.startswith(("- ", "\t"))):
            starts.append(number)
    ends = [*starts[1:], whole.end][: len(starts)]
    return [_Piece(first, end) for first, end in zip(starts, ends, strict=True)]
