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
    lines: list[str], whole_piece: _Piece, file: str, levels: int, findings: list[Diagnostic]
) -> MappingNode | None:
    entry_by_key: dict[str, Entry] = {}
    repeated_entries: list[tuple[str, Entry]] = []
    is_broken, outer_finding_count = False, len(findings)

    def keep(entry: Entry) -> None:
        key_text = entry.key.text
        if entry_by_key.setdefault(key_text, entry) is not entry:
            repeated_entries.append((key_text, entry))
            findings.append(duplicate_key(entry.key, entry_by_key[key_text].key.line))

    for piece in _cut(lines, whole_piece):
        piece_faults: list[Diagnostic] = []
        try:
            piece_text = "\n".join(lines[piece.first : piece.end]) + "\n"
            walk = Walk(piece_text, file, piece_faults, piece.first + 1)
            piece_tree = walk.document()
        except SyntaxFault as fault:
            header_match = _HEADER.match(lines[piece.first])
            if header_match is None or levels == 1:
                is_broken = True
                findings.append(fault.diagnostic)
                continue
            finding_count, inner_tree = len(findings), None
            if _BLOCK.match(lines[piece.first]):
                inner_piece = _Piece(piece.first + 1, piece.end)
                inner_tree = _pieces_read(lines, inner_piece, file, levels - 1, findings)
            if len(findings) == finding_count:
                findings.append(fault.diagnostic)
            key_node = _key(header_match, piece.first + 1, file)
            inner_tree = inner_tree or MappingNode.broken_at(key_node)
            # A fault below the level of definitions makes the definition incomplete.
            is_incomplete = inner_tree.broken or levels < _LEVELS
            keep(Entry(key_node, inner_tree._replace(broken=is_incomplete)))
            continue
        findings += piece_faults
        if isinstance(piece_tree, MappingNode):
            for entry in piece_tree.entries.values():
                keep(entry)
        elif piece_tree is not None:
            # A word or a list where a key belongs.
            is_broken = True
            findings.append(
                Diagnostic(
                    "syntax",
                    "expected `key: value`",
                    piece_tree.span,
                    "write `key: value`, or indent it under the text it belongs to",
                )
            )
    if is_broken and levels == 1:
        # A field whose text stands in a piece that could not be read is not empty.
        findings[outer_finding_count:] = [
            fault for fault in findings[outer_finding_count:] if fault.rule != "empty-value"
        ]
    if not entry_by_key and not is_broken:
        return None
    if entry_by_key:
        tree = MappingNode.broken_at(next(iter(entry_by_key.values())).key)
    else:
        tree = MappingNode({}, file, whole_piece.first + 1, 1, whole_piece.end, 1)
    return tree._replace(entries=entry_by_key, broken=is_broken, again=tuple(repeated_entries))


def _key(header_match: re.Match[str], line_number: int, file: str) -> ScalarNode:
    column, key_text = len(header_match[1]) + 1, header_match[2] or header_match[4]
    quote_sign = header_match[3] or ""
    return ScalarNode(
        key_text,
        file,
        line_number,
        column,
        line_number,
        column + len(key_text) + 2 * len(quote_sign),
        quote_sign,
    )


def _cut(lines: list[str], whole_piece: _Piece) -> list[_Piece]:
    """Runs of lines, each beginning at the column of the first line that is not blank."""
    piece_starts: list[int] = []
    indent: int | None = None
    for line_position in range(whole_piece.first, whole_piece.end):
        line = lines[line_position]
        unindented_line = line.lstrip(" ")
        if not unindented_line or unindented_line.startswith("#"):
            continue
        column = len(line) - len(unindented_line)
        if indent is None:
            indent = column
        # A list may stand at the column of its key: its items are no fields. Nor is a tab.
        if column <= indent and not (piece_starts and unindented_line.startswith(("- ", "\t"))):
            piece_starts.append(line_position)
    piece_ends = [*piece_starts[1:], whole_piece.end][: len(piece_starts)]
    return [_Piece(start, end) for start, end in zip(piece_starts, piece_ends, strict=True)]
