"""A text or a list put under a key of a section, in place of what stood there."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from builder.edit.added import not_in_blocks, readable
from builder.edit.written import value
from builder.findings import Diagnostic
from builder.schema import plain
from builder.source import Entry, MappingNode, Node, ScalarNode, SequenceNode, parse

#: What stands behind a key and its colon before a block begins: the sign, and maybe a comment.
_SIGN = re.compile(r":\s*[|>][-+0-9]*(\s+#.*)?\s*$")
#: A comment behind a value on one line.
_COMMENT = re.compile(r"\s+#.*$")


def with_block(old: bytes, file: str, section: str, key: str, text: str) -> bytes:
    """The file with `text` as a `|` block under `key` of `section`; every other byte stays.

    A new key comes last in its section, a section that is not there at the file's end. `text` does
    not begin with a blank. Raises `PrepdeckError` for files that cannot be changed so.
    """

    def reads_so(node: Node | None) -> bool:
        return isinstance(node, ScalarNode) and node.text.rstrip("\n") == text.rstrip("\n")

    return _with(old, file, section, key, (" |", text.rstrip("\n").split("\n")), reads_so)


def with_items(old: bytes, file: str, section: str, key: str, items: Sequence[str]) -> bytes:
    """As `with_block`, with a list of words, one a line."""

    def reads_so(node: Node | None) -> bool:
        return isinstance(node, SequenceNode) and plain(node) == list(items)

    lines = [f"- {value(item)}" for item in items]
    return _with(old, file, section, key, ("", lines), reads_so)


def _with(
    old: bytes,
    file: str,
    section: str,
    key: str,
    said: tuple[str, list[str]],
    reads_so: Callable[[Node | None], bool],
) -> bytes:
    before = readable(old, file)
    source = old.decode("utf-8")
    newline = "\r\n" if "\r\n" in source else "\n"
    lines = source.split("\n")
    below = before.get(section) if before else None
    entry = below.entries.get(key) if isinstance(below, MappingNode) else None
    if entry is not None:
        start, end = entry.key.line - 1, _last_line(entry.value)
        head = lines[start].rstrip("\r")[: entry.key.end_column - 1]
        added = _block(head, _comment(lines, entry), *said)
    elif isinstance(below, MappingNode) and below.entries:
        last = max(below.entries.values(), key=lambda one: one.key.line)
        start = end = _last_line(last.value)
        added = _block(" " * (last.key.column - 1) + key, "", *said)
    else:
        start = end = len(lines) - (not lines[-1])
        added = ["", f"{section}:", *_block(f"  {key}", "", *said)]
        added = added if start else added[1:]
    if end == len(lines):
        # The last line of the file had no end; ours has.
        if start == end:
            lines[-1] += newline[:-1]
        added.append("")
        newlines = [line + newline[:-1] for line in added[:-1]] + [""]
    else:
        newlines = [line + newline[:-1] for line in added]
    lines[start:end] = newlines
    content = "\n".join(lines).encode("utf-8")
    if not _only_this(before, parse(content, file), section, key, reads_so):
        raise not_in_blocks(section, file)
    return content


def _last_line(node: Node) -> int:
    """The line on which a value ends; libyaml has blocks end where the next thing begins."""
    if isinstance(node, SequenceNode) and not node.flow:
        return max((_last_line(item) for item in node.items), default=node.line)
    return node.end_line


def _block(head: str, comment: str, sign: str, body: Sequence[str]) -> list[str]:
    indent = " " * (len(head) - len(head.lstrip(" ")) + 2)
    return [f"{head}:{sign}{comment}", *(f"{indent}{line}" if line else "" for line in body)]


def _comment(lines: list[str], entry: Entry) -> str:
    """The comment beside a value: behind the sign of a block, or behind the value's last line."""
    node = entry.value
    if isinstance(node, ScalarNode) and node.style in ("|", ">"):
        sign = _SIGN.search(lines[entry.key.line - 1].rstrip("\r"))
        return (sign[1] or "") if sign else ""
    if isinstance(node, SequenceNode) and not node.flow:
        after = _COMMENT.match(lines[entry.key.line - 1].rstrip("\r")[entry.key.end_column :])
        return after[0] if after else ""
    after = _COMMENT.match(lines[node.end_line - 1].rstrip("\r")[node.end_column - 1 :])
    return after[0] if after else ""


def _only_this(
    before: MappingNode | None,
    now: tuple[MappingNode | None, list[Diagnostic]],
    section: str,
    key: str,
    reads_so: Callable[[Node | None], bool],
) -> bool:
    """Whether the file says what it said, and what it should under `key`, to the letter."""
    after, found = now
    if after is None or any(fault.is_error for fault in found):
        return False
    below = after.get(section)
    written = below.get(key) if isinstance(below, MappingNode) else None
    if written is None or not reads_so(written):
        return False
    said: dict[str, Any] = plain(after)
    known: dict[str, Any] = plain(before) if before is not None else {}
    answers = {**known.get(section, {}), key: plain(written)}
    return said == {**known, section: answers}
