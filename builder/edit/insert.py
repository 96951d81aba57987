"""Definitions, selectors, answers and tags placed into a YAML file; every other byte stays.

Every edit is parsed again and compared with what the file must then say. What does not compare
equal is not written: a file in flow style, or one that goes on after a `...` line.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from io import StringIO
from typing import Any

from builder.edit.written import value
from builder.findings import PrepdeckError
from builder.source import Entry, MappingNode, Node, ScalarNode, SequenceNode, parse

#: A key's colon and the sign of a block behind it; group 1 is a comment after the sign.
_SIGN = re.compile(r":\s*[|>][-+0-9]*(\s+#.*)?\s*$")
#: A comment behind a value on one line.
_COMMENT = re.compile(r"\s+#.*$")


def with_definition(old: bytes, file: str, section: str, id: str, body: str) -> bytes:
    """The file with `id` at the end of `section`, which is created where it is missing.

    `body`: the definition's keys, not indented. Raises `PrepdeckError` when the file has faults or
    already has the id, or when the section is not in block style.
    """
    source = _source(old, file)
    if id in source.keys(section):
        raise _not_in_blocks(section, file)
    definition, _ = parse(body.encode("utf-8"), file)
    lines = body.rstrip().split("\n")
    return _with_key(source, section, id, "", lines, _texts(definition), apart=True)


def with_selector(old: bytes, file: str, id: str) -> bytes:
    """The file of a role with `- {id: …}` at the end of its `add`.

    Raises `PrepdeckError` when the file has faults, or when the role is not in block style.
    """
    source = _source(old, file)
    role = source.keys("role")
    selectors = role.get("add")
    added = f"- {{id: {id}}}"
    if role and selectors is None:
        return _with_key(source, "role", "add", "", [added], [{"id": id}])
    expected = _texts(source.tree)
    if selectors is None or not isinstance(expected["role"]["add"], list):
        raise _not_in_blocks("role", file)
    expected["role"]["add"].append({"id": id})
    end = _end_of(source, selectors)
    lines = [" " * (selectors.value.column - 1) + added]
    return _replaced(source, end, end, lines, expected, "role")


def with_block(old: bytes, file: str, section: str, key: str, text: str) -> bytes:
    """The file with `text` as a `|` block under `key` of `section`, in place of an older value.

    A new key comes last in its section, a new section last in the file. `text` must not begin with
    a blank. Raises `PrepdeckError` when the file has faults, or the section is not in block style.
    """
    text = text.rstrip("\n")
    return _with_key(_source(old, file), section, key, " |", text.split("\n"), text)


def with_items(old: bytes, file: str, section: str, key: str, items: Sequence[str]) -> bytes:
    """As `with_block`, with a list of words, one a line. Raises `PrepdeckError` as it does."""
    lines = [f"- {value(item)}" for item in items]
    return _with_key(_source(old, file), section, key, "", lines, list(items))


@dataclass(frozen=True, slots=True)
class _Source:
    """A YAML file: its lines with their ends, and its tree, None when it holds nothing."""

    file: str
    lines: Sequence[str]
    tree: MappingNode | None

    def keys(self, section: str) -> dict[str, Entry]:
        """The entries of a section, none where it is missing or not a mapping."""
        node = self.tree.get(section) if self.tree else None
        return node.entries if isinstance(node, MappingNode) else {}


def _source(old: bytes, file: str) -> _Source:
    tree, findings = parse(old, file)
    if any(finding.is_error for finding in findings):
        raise PrepdeckError(f"{file} has faults", help="fix them first: prepdeck check")
    return _Source(file, list(StringIO(old.decode("utf-8"), newline="\n")), tree)


def _not_in_blocks(section: str, file: str) -> PrepdeckError:
    return PrepdeckError(
        f"`{section}` in {file} is not in block style, so it cannot be edited",
        help=f"write `{section}:` and each key below it on lines of their own",
    )


def _with_key(
    source: _Source,
    section: str,
    key: str,
    sign: str,
    body: Sequence[str],
    content: Any,
    *,
    apart: bool = False,
) -> bytes:
    """The file with `sign` and the lines of `body` under `key` of `section`.

    `content`: what the key must then read as. `apart`: blank lines keep it from its neighbours.
    """
    lines, siblings = source.lines, source.keys(section)
    parent = source.tree.entries.get(section) if source.tree else None
    if key in siblings:
        start, end = siblings[key].key.line - 1, _last_line(siblings[key].value)
        head = lines[start][: siblings[key].key.end_column - 1]
        added = _block(head, sign + _comment(lines, siblings[key]), body)
    elif parent is not None:
        start = end = _end_of(source, parent)
        indent = min((entry.key.column - 1 for entry in siblings.values()), default=2)
        added = _block(" " * indent + key, sign, body)
        if apart and lines[end - 1].strip():
            added.insert(0, "")
        if apart and end < len(lines) and lines[end].strip():
            added.append("")
    else:
        start = end = len(lines)
        added = [f"{section}:", *_block(f"  {key}", sign, body)]
        if lines and lines[-1].strip():
            added.insert(0, "")
    expected = _texts(source.tree) or {}
    if isinstance(expected.setdefault(section, {}), dict):
        expected[section][key] = content
    return _replaced(source, start, end, added, expected, section)


def _replaced(
    source: _Source, start: int, end: int, added: Sequence[str], expected: Any, section: str
) -> bytes:
    """The file with `added` in place of the lines from `start` to `end` (from 0, exclusive)."""
    newline = "\r\n" if any(line.endswith("\r\n") for line in source.lines) else "\n"
    text = "".join(source.lines[:start])
    if text and not text.endswith("\n"):
        text += newline
    text += "".join(line + newline for line in added) + "".join(source.lines[end:])
    content = text.encode("utf-8")
    tree, findings = parse(content, source.file)
    if any(finding.is_error for finding in findings) or _texts(tree) != expected:
        raise _not_in_blocks(section, source.file)
    return content


def _texts(node: Node | None) -> Any:
    """The tree as dicts, lists and texts, to the letter but for line ends at the end of a text."""
    if isinstance(node, MappingNode):
        return {key: _texts(entry.value) for key, entry in node.entries.items()}
    if isinstance(node, SequenceNode):
        return [_texts(item) for item in node.items]
    return node and node.text.rstrip("\n")


def _block(head: str, sign: str, body: Sequence[str]) -> list[str]:
    """`head`, its colon and `sign`; below it the lines of `body`, two columns further in."""
    indent = " " * (len(head) - len(head.lstrip(" ")) + 2)
    return [f"{head}:{sign}", *(f"{indent}{line}" if line else "" for line in body)]


def _end_of(source: _Source, entry: Entry) -> int:
    """The last line (from 1) of an entry, with comments below it that are indented deeper."""
    end = _last_line(entry.value)
    for number, line in enumerate(source.lines[end:], end + 1):
        text = line.strip()
        if text.startswith("#") and line.index("#") >= entry.key.column:
            end = number
        elif text:
            break
    return end


def _children(node: Node) -> list[Node]:
    """The values in a mapping or a list that is in block style, else none."""
    if isinstance(node, SequenceNode) and not node.flow:
        return list(node.items)
    if isinstance(node, MappingNode) and node.entries:
        first = next(iter(node.entries.values())).key
        # A mapping in braces starts before its first key.
        if (first.line, first.column) == (node.line, node.column):
            return [entry.value for entry in node.entries.values()]
    return []


def _last_line(node: Node) -> int:
    """The line (from 1) on which a value ends; libyaml ends blocks where the next token begins."""
    if children := _children(node):
        return max(map(_last_line, children))
    if isinstance(node, ScalarNode) and node.style in ("|", ">"):
        # After `|+` blank lines belong to the text.
        return node.end_line + max(len(node.text) - len(node.text.rstrip("\n")) - 1, 0)
    return node.end_line


def _comment(lines: Sequence[str], entry: Entry) -> str:
    """The comment beside a value: behind the sign of a block, or behind the value's last line."""
    node, key_line = entry.value, lines[entry.key.line - 1].rstrip()
    if isinstance(node, ScalarNode) and node.style in ("|", ">"):
        sign = _SIGN.search(key_line)
        return (sign[1] or "") if sign else ""
    text = key_line[entry.key.end_column :]
    if not _children(node):
        text = lines[node.end_line - 1].rstrip()[node.end_column - 1 :]
    comment = _COMMENT.match(text)
    return comment[0] if comment else ""
