"""Definitions, selectors, answers and tags placed into a YAML file; every other byte stays.

Every edit is parsed again and compared with what the file must then say. What does not compare
equal is not written: a file in flow style, or one that goes on after a `...` line.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
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
    source = yaml_file(old, file)
    if id in source.keys(section):
        raise not_in_blocks(section, file)
    definition_tree, _ = parse(body.encode("utf-8"), file)
    body_lines = body.rstrip().split("\n")
    return _with_key(source, section, id, "", body_lines, texts_of(definition_tree), apart=True)


def with_selector(old: bytes, file: str, id: str) -> bytes:
    """The file of a role with `- {id: …}` at the end of its `add`.

    Raises `PrepdeckError` when the file has faults, or when the role is not in block style.
    """
    source = yaml_file(old, file)
    role_entries = source.keys("role")
    add_entry = role_entries.get("add")
    selector_line = f"- {{id: {id}}}"
    if role_entries and add_entry is None:
        return _with_key(source, "role", "add", "", [selector_line], [{"id": id}])
    expected_texts = texts_of(source.tree)
    if add_entry is None or not isinstance(expected_texts["role"]["add"], list):
        raise not_in_blocks("role", file)
    expected_texts["role"]["add"].append({"id": id})
    end_line = end_of(source, add_entry)
    added_lines = [" " * (add_entry.value.column - 1) + selector_line]
    return replaced(source, end_line, end_line, added_lines, expected_texts, "role")


def with_block(old: bytes, file: str, section: str, key: str, text: str) -> bytes:
    """The file with `text` as a `|` block under `key` of `section`, in place of an older value.

    A new key comes last in its section, a new section last in the file. `text` must not begin with
    a blank. Raises `PrepdeckError` when the file has faults, or the section is not in block style.
    """
    text = text.rstrip("\n")
    return _with_key(yaml_file(old, file), section, key, " |", text.split("\n"), text)


def with_line(old: bytes, file: str, section: str, key: str, text: str) -> bytes:
    """As `with_block`, with the value on the line of its key. Raises `PrepdeckError` as it does.

    The value is a text without quotes or, in braces, a mapping of texts.
    """
    expected, _ = parse(f"{key}: {text}".encode(), file)
    written = texts_of(expected)[key]
    return _with_key(yaml_file(old, file), section, key, f" {text}", [], written)


def with_text(old: bytes, file: str, path: Sequence[str], text: str) -> bytes:
    """The file with `text` in place of the text that the keys of `path` lead to.

    A text of one line stays beside its key. Raises `PrepdeckError` when the file has faults, or the
    text is not in block style.
    """
    source, text = yaml_file(old, file), text.rstrip("\n")
    expected_texts = texts_of(source.tree)
    parent, expected_parent = source.tree, expected_texts
    for key in path[:-1]:
        child = parent.get(key) if parent else None
        if not isinstance(child, MappingNode):
            raise not_in_blocks(path[0], file)
        parent, expected_parent = child, expected_parent[key]
    entry = parent.entries.get(path[-1]) if parent else None
    if entry is None or not isinstance(entry.value, ScalarNode):
        raise not_in_blocks(path[0], file)
    expected_parent[path[-1]] = text
    start_line = entry.key.line - 1
    line_head = source.lines[start_line][: entry.key.end_column - 1]
    comment = _comment(source.lines, entry)
    if "\n" in text or entry.value.style in ("|", ">"):
        added_lines = _block(line_head, f" |{comment}", text.split("\n"))
    else:
        added_lines = [f"{line_head}: {value(text)}{comment}"]
    end_line = _last_line(entry.value)
    return replaced(source, start_line, end_line, added_lines, expected_texts, path[0])


def with_items(old: bytes, file: str, section: str, key: str, items: Sequence[str]) -> bytes:
    """As `with_block`, with a list of words, one a line. Raises `PrepdeckError` as it does."""
    item_lines = [f"- {value(item)}" for item in items]
    return _with_key(yaml_file(old, file), section, key, "", item_lines, list(items))


def with_lists(
    old: bytes, file: str, section: str, key: str, lists: Mapping[str, Sequence[str]]
) -> bytes:
    """As `with_block`, with lists of words by name. Raises `PrepdeckError` as it does."""
    lines: list[str] = []
    for name, items in lists.items():
        lines += [f"{name}:", *(f"  - {value(item)}" for item in items)]
    expected = {name: list(items) for name, items in lists.items()}
    return _with_key(yaml_file(old, file), section, key, "", lines, expected)


@dataclass(frozen=True, slots=True)
class YamlFile:
    """A YAML file: its lines with their ends, and its tree, None when it holds nothing."""

    file: str
    lines: Sequence[str]
    tree: MappingNode | None

    def keys(self, section: str) -> dict[str, Entry]:
        """The entries of a section, none where it is missing or not a mapping."""
        section_node = self.tree.get(section) if self.tree else None
        return section_node.entries if isinstance(section_node, MappingNode) else {}


def yaml_file(old: bytes, file: str) -> YamlFile:
    """The file to edit. Raises `PrepdeckError` when it has faults."""
    tree, findings = parse(old, file)
    if any(finding.is_error for finding in findings):
        raise PrepdeckError(f"{file} has faults", help="fix them first: prepdeck check")
    return YamlFile(file, list(StringIO(old.decode("utf-8"), newline="\n")), tree)


def not_in_blocks(section: str, file: str) -> PrepdeckError:
    """The error that an edit raises when the section is not on lines of its own."""
    return PrepdeckError(
        f"`{section}` in {file} is not in block style, so it cannot be edited",
        help=f"write `{section}:` and each key below it on lines of their own",
    )


def _with_key(
    source: YamlFile,
    section: str,
    key: str,
    block_sign: str,
    body_lines: Sequence[str],
    expected_value: Any,
    *,
    apart: bool = False,
) -> bytes:
    """The file with `block_sign` and `body_lines` under `key` of `section`.

    `expected_value`: what the key must then read as. `apart`: blank lines keep it from its
    neighbours.
    """
    lines, sibling_entries = source.lines, source.keys(section)
    section_entry = source.tree.entries.get(section) if source.tree else None
    old_entry = sibling_entries.get(key)
    if old_entry is not None:
        start_line, end_line = old_entry.key.line - 1, _last_line(old_entry.value)
        line_head = lines[start_line][: old_entry.key.end_column - 1]
        added_lines = _block(line_head, block_sign + _comment(lines, old_entry), body_lines)
    elif section_entry is not None:
        start_line = end_line = end_of(source, section_entry)
        indent = min((entry.key.column - 1 for entry in sibling_entries.values()), default=2)
        added_lines = _block(" " * indent + key, block_sign, body_lines)
        if apart and lines[end_line - 1].strip():
            added_lines.insert(0, "")
        if apart and end_line < len(lines) and lines[end_line].strip():
            added_lines.append("")
    else:
        start_line = end_line = len(lines)
        added_lines = [f"{section}:", *_block(f"  {key}", block_sign, body_lines)]
        if lines and lines[-1].strip():
            added_lines.insert(0, "")
    expected_texts = texts_of(source.tree) or {}
    if isinstance(expected_texts.setdefault(section, {}), dict):
        expected_texts[section][key] = expected_value
    return replaced(source, start_line, end_line, added_lines, expected_texts, section)


def replaced(
    source: YamlFile,
    start_line: int,
    end_line: int,
    added_lines: Sequence[str],
    expected_texts: Any,
    section: str,
) -> bytes:
    """The file with `added_lines` in place of `start_line` to `end_line` (from 0, exclusive).

    Raises `PrepdeckError` when it does not read as `expected_texts` then.
    """
    newline = "\r\n" if any(line.endswith("\r\n") for line in source.lines) else "\n"
    new_text = "".join(source.lines[:start_line])
    if new_text and not new_text.endswith("\n"):
        new_text += newline
    new_text += "".join(line + newline for line in added_lines) + "".join(source.lines[end_line:])
    new_bytes = new_text.encode("utf-8")
    tree, findings = parse(new_bytes, source.file)
    if any(finding.is_error for finding in findings) or texts_of(tree) != expected_texts:
        raise not_in_blocks(section, source.file)
    return new_bytes


def texts_of(node: Node | None) -> Any:
    """The tree as dicts, lists and texts, to the letter but for line ends at the end of a text."""
    if isinstance(node, MappingNode):
        return {key: texts_of(entry.value) for key, entry in node.entries.items()}
    if isinstance(node, SequenceNode):
        return [texts_of(item) for item in node.items]
    return node and node.text.rstrip("\n")


def _block(line_head: str, block_sign: str, body_lines: Sequence[str]) -> list[str]:
    """`line_head`, its colon and `block_sign`; below it `body_lines`, two columns further in."""
    indent = " " * (len(line_head) - len(line_head.lstrip(" ")) + 2)
    return [
        f"{line_head}:{block_sign}",
        *(f"{indent}{line}" if line else "" for line in body_lines),
    ]


def end_of(source: YamlFile, entry: Entry) -> int:
    """The last line (from 1) of an entry, with comments below it that are indented deeper."""
    end_line = _last_line(entry.value)
    for line_number, line in enumerate(source.lines[end_line:], end_line + 1):
        stripped_line = line.strip()
        if stripped_line.startswith("#") and line.index("#") >= entry.key.column:
            end_line = line_number
        elif stripped_line:
            break
    return end_line


def _children(node: Node) -> list[Node]:
    """The values in a mapping or a list that is in block style, else none."""
    if isinstance(node, SequenceNode) and not node.flow:
        return list(node.items)
    if isinstance(node, MappingNode) and node.entries:
        first_key = next(iter(node.entries.values())).key
        # A mapping in braces starts before its first key.
        if (first_key.line, first_key.column) == (node.line, node.column):
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
    value_node, key_line = entry.value, lines[entry.key.line - 1].rstrip()
    if isinstance(value_node, ScalarNode) and value_node.style in ("|", ">"):
        sign_match = _SIGN.search(key_line)
        return (sign_match[1] or "") if sign_match else ""
    text_after = key_line[entry.key.end_column :]
    if not _children(value_node):
        text_after = lines[value_node.end_line - 1].rstrip()[value_node.end_column - 1 :]
    comment_match = _COMMENT.match(text_after)
    return comment_match[0] if comment_match else ""
