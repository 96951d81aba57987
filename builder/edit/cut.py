"""Keys taken out of a YAML file and put into another one, with their comments.

As in `insert`, every edit is parsed again and compared with what the file must then say.
"""

from __future__ import annotations

from collections.abc import Sequence

from builder.edit.insert import end_of, not_in_blocks, replaced, texts_of, yaml_file
from builder.source import MappingNode, parse


def without_key(old: bytes, file: str, section: str, key: str) -> tuple[bytes, str]:
    """The file without a key of a section, and the text of the key, not indented.

    Comments above the key, and deeper ones below it, go with it. A section of which nothing is left
    goes too. Raises `PrepdeckError` when the section is not in block style.
    """
    source = yaml_file(old, file)
    lines, entries = source.lines, source.keys(section)
    if key not in entries or source.tree is None:
        raise not_in_blocks(section, file)
    entry = entries[key]
    indent = entry.key.column - 1
    start_line, end_line = entry.key.line - 1, end_of(source, entry)
    if lines[start_line][:indent].strip():
        raise not_in_blocks(section, file)
    while start_line and _is_comment(lines[start_line - 1], indent):
        start_line -= 1
    text = "".join(_dedented(line, indent) for line in lines[start_line:end_line])
    expected_texts = texts_of(source.tree)
    del expected_texts[section][key]
    if not expected_texts[section]:
        del expected_texts[section]
        start_line = source.tree.entries[section].key.line - 1
    while 0 < end_line < len(lines) and not lines[end_line].strip():
        if start_line and lines[start_line - 1].strip():
            break
        end_line += 1
    new = replaced(source, start_line, end_line, (), expected_texts or None, section)
    return new, text.replace("\r\n", "\n")


def with_key(old: bytes, file: str, section: str, key: str, text: str) -> bytes:
    """The file with `text`, a key and comments that are not indented, at the end of a section.

    The section is created where it is missing. Raises `PrepdeckError` when the file has faults, or
    has the key already, or when the section is not in block style.
    """
    source = yaml_file(old, file)
    entries = source.keys(section)
    tree, _ = parse(text.encode(), file)
    if key in entries or not isinstance(tree, MappingNode):
        raise not_in_blocks(section, file)
    expected_texts = texts_of(source.tree) or {}
    indent = min((entry.key.column - 1 for entry in entries.values()), default=2)
    added_lines = [f"{' ' * indent}{line}".rstrip() for line in text.rstrip("\n").split("\n")]
    end_line = len(source.lines)
    if source.tree is not None and section in source.tree.entries:
        end_line = end_of(source, source.tree.entries[section])
    else:
        added_lines = [f"{section}:", *added_lines]
    expected_texts.setdefault(section, {})[key] = texts_of(tree)[key]
    return replaced(source, end_line, end_line, added_lines, expected_texts, section)


def with_empty_overrides(old: bytes, file: str, ids: Sequence[str]) -> bytes:
    """The file of a role with `id: {}` for each id at the end of its `override`.

    Raises `PrepdeckError` when the file has faults, or when the role is not in block style.
    """
    source = yaml_file(old, file)
    expected_texts = texts_of(source.tree) or {}
    entry = source.keys("role").get("override")
    overrides: dict[str, object] = {id: {} for id in ids}
    lines = [f"{id}: {{}}" for id in ids]
    if not isinstance(expected_texts.get("role"), dict):
        raise not_in_blocks("role", file)
    if entry is None:
        text = "override:\n" + "".join(f"  {line}\n" for line in lines)
        return with_key(old, file, "role", "override", text)
    children = entry.value.entries.values() if isinstance(entry.value, MappingNode) else ()
    indent = min((child.key.column - 1 for child in children), default=0)
    end_line = end_of(source, entry)
    expected_texts["role"]["override"] = {**(expected_texts["role"]["override"] or {}), **overrides}
    added_lines = [f"{' ' * indent}{line}" for line in lines]
    return replaced(source, end_line, end_line, added_lines, expected_texts, "role")


def _is_comment(line: str, indent: int) -> bool:
    return line.strip().startswith("#") and line.index("#") == indent


def _dedented(line: str, indent: int) -> str:
    return line[min(indent, len(line) - len(line.lstrip(" "))) :]
