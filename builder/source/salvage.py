"""After a syntax fault: the definitions beside it, read one by one.

The text is cut where lines begin at one column: a file into its sections, a section into its
definitions, a definition into its fields. Each piece is parsed alone; what cannot be parsed even
as a field is left out and its mapping marked `broken`, so that one fault is one message and
nothing else in the file goes unchecked.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from builder.diagnostics import Diagnostic
from builder.source.nodes import Entry, Mapping, Scalar
from builder.source.read import SyntaxFault, Walk

#: Sections, definitions, fields.
_LEVELS = 3
_HEADER = re.compile(r"( *)([^\s#'\"\[\]{},&*!|>%@`-][^\s:]*):(\s|$)")
_BLOCK = re.compile(r"[^:]*:\s*(?:#.*)?$")


class _Piece(NamedTuple):
    first: int
    end: int


def salvage(text: str, file: str, fault: Diagnostic, found: list[Diagnostic]) -> Mapping | None:
    """What of `text` can be read; each fault goes to `found` once."""
    lines = text.split("\n")
    tree = _pieces_read(lines, _Piece(0, len(lines)), file, _LEVELS, found)
    if not any(d.rule in {"syntax", "nested-too-deep"} for d in found):
        found.append(fault)  # a fault of the whole, which no piece shows
    return tree


def _pieces_read(
    lines: list[str], whole: _Piece, file: str, levels: int, found: list[Diagnostic]
) -> Mapping | None:
    entries: dict[str, Entry] = {}
    broken = False
    for piece in _cut(lines, whole):
        faults: list[Diagnostic] = []
        try:
            walk = Walk("\n".join(lines[piece.first : piece.end]), file, faults, piece.first + 1)
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
            column = len(header[1]) + 1
            key = Scalar(
                header[2], file, piece.first + 1, column, piece.first + 1, column + len(header[2])
            )
            value = value or Mapping({}, file, *key[2:6], broken=True)
            # What was lost below the level of definitions makes the definition incomplete.
            lost = value.broken or levels < _LEVELS
            entries.setdefault(key.text, Entry(key, value._replace(broken=lost)))
            continue
        found += faults
        if isinstance(part, Mapping):
            for name, entry in part.entries.items():
                entries.setdefault(name, entry)
    if not entries and not broken:
        return None
    first = next(iter(entries.values())).key if entries else None
    place = first[2:6] if first else (whole.first + 1, 1, whole.end, 1)
    return Mapping(entries, file, *place, broken=broken)


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
        # A list may stand at the column of its key: its items are no fields.
        if column <= indent and not (starts and said.startswith("- ")):
            starts.append(number)
    ends = [*starts[1:], whole.end]
    return [_Piece(first, end) for first, end in zip(starts, ends, strict=True)]
