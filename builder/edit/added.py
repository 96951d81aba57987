"""Definitions and selectors added to files, which keep what they had."""

from __future__ import annotations

import textwrap
from typing import Any

from builder.findings import PrepdeckError
from builder.schema import plain
from builder.source import MappingNode, parse


def readable(old: bytes, file: str) -> MappingNode | None:
    """What the file says, None if that is nothing. Raises `PrepdeckError` for a file with faults."""
    tree, found = parse(old, file)
    if any(fault.is_error for fault in found):
        raise PrepdeckError(f"{file} has faults", help="mend them first: prepdeck check")
    return tree


def not_in_blocks(section: str, file: str) -> PrepdeckError:
    """Why a file was left alone: with the new lines it would say something else."""
    return PrepdeckError(
        f"`{section}` in {file} is not in block style, or the file ends in its own way",
        help=f"write `{section}:` and each id on lines of their own",
    )


def with_definition(old: bytes, file: str, section: str, id: str, body: str) -> bytes:
    """The file with `id` at the end of `section`; every other byte stays. Raises `PrepdeckError`.

    `body`: the definition's keys, indented by nothing. A file without the section gets one.
    """
    before = readable(old, file)
    text = old.decode("utf-8")
    newline = "\r\n" if "\r\n" in text else "\n"
    if text and not text.endswith("\n"):
        text += newline
    lines = text.split("\n")[:-1]
    place, head, indent = _place(before, section, lines)
    entry = f"{id}:\n{textwrap.indent(body.rstrip(), '  ')}"
    added = [*head, *textwrap.indent(entry, indent).split("\n")]
    if place and lines[place - 1].strip():
        added.insert(0, "")
    if place < len(lines):
        added.append("")
    lines[place:place] = [line + newline[:-1] for line in added]
    content = ("\n".join(lines) + "\n").encode("utf-8")
    after, faults = parse(content, file)
    if any(fault.is_error for fault in faults) or not _added(before, after, section, id):
        raise not_in_blocks(section, file)
    return content


def _place(tree: MappingNode | None, section: str, lines: list[str]) -> tuple[int, list[str], str]:
    """Before which line (from 0) it goes, what goes above it, how far it is indented."""
    entry = tree.entries.get(section) if tree else None
    if tree is None or entry is None:
        return len(lines), [f"{section}:"], "  "
    children = entry.value.entries if isinstance(entry.value, MappingNode) else {}
    indent = " " * min((child.key.column - 1 for child in children.values()), default=2)
    later = [other.key.line for other in tree.entries.values() if other.key.line > entry.key.line]
    if not later:
        return len(lines), [], indent
    place = min(later) - 1
    # Comments above the next section are its own.
    while lines[place - 1].startswith("#"):
        place -= 1
    return place, [], indent


def _added(before: MappingNode | None, after: MappingNode | None, section: str, id: str) -> bool:
    """Whether the file says what it said, and `id` besides."""
    if after is None:
        return False
    said: dict[str, Any] = plain(after)
    below = said.get(section)
    if not isinstance(below, dict) or not isinstance(below.pop(id, None), dict):
        return False
    known: dict[str, Any] = plain(before) if before is not None else {}
    return said == ({**known, section: {}} if section not in known else known)


def with_selector(old: bytes, file: str, id: str) -> bytes:
    """A role's file with `id` at the end of its `add`; every other byte stays. Raises `PrepdeckError`."""
    before, found = parse(old, file)
    text = old.decode("utf-8")
    newline = "\r\n" if "\r\n" in text else "\n"
    lines = text.split("\n")
    role = before.get("role") if before else None
    if (
        isinstance(role, MappingNode)
        and role.entries
        and not any(fault.is_error for fault in found)
    ):
        known: dict[str, Any] = plain(role)
        add = role.entries.get("add")
        first = next(iter(role.entries.values())).key.column - 1
        place = _end_of(lines, role, "add" if add else list(role.entries)[-1])
        dash = add.value.column - 1 if add else first + 2
        new = [*(() if add else (f"{' ' * first}add:",)), f"{' ' * dash}- {{id: {id}}}"]
        lines[place:place] = [line + newline[:-1] for line in new]
        content = "\n".join(lines).encode("utf-8")
        after, faults = parse(content, file)
        said = plain(after) if after and not any(fault.is_error for fault in faults) else {}
        if said.get("role") == {**known, "add": [*known.get("add", ()), {"id": id}]}:
            return content
    raise PrepdeckError(
        f"{file} is not in block style, or has faults", help=f"add `- {{id: {id}}}` by hand"
    )


def _end_of(lines: list[str], node: MappingNode, key: str) -> int:
    """The line (from 0) after the last one that belongs to `key`."""
    starts = [entry.key.line - 1 for entry in node.entries.values()]
    start = node.entries[key].key.line - 1
    end = min((s for s in starts if s > start), default=_end(lines, start + 1))
    while not lines[end - 1].strip() or lines[end - 1].lstrip().startswith("#"):
        end -= 1
    return end


def _end(lines: list[str], after: int) -> int:
    """Where the last key of a section ends: before the next line in the first column."""
    for number in range(after, len(lines)):
        if lines[number] and not lines[number][0].isspace():
            return number
    return len(lines)
