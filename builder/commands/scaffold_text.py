"""YAML as `new` writes it: values are read back as they were said, files keep what they had."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator
from typing import Any

from builder.diagnostics import Trouble
from builder.schema import plain
from builder.source import Mapping, parse
from builder.source.walk import FORBIDDEN

#: Texts that stand as they are: no sign of YAML in front, no `: ` and no ` #` inside.
_PLAIN = re.compile(r"(?!.*(?::\s|\s#|[:\s]$))[^\W_][^\n]*")
_WIDTH = 92


def value(said: str) -> str:
    """A text in one line, in quotes where YAML would read something else. Raises `Trouble`."""
    text = " ".join(said.split())
    if strange := FORBIDDEN.search(text):
        raise Trouble(f"U+{ord(strange[0]):04X} cannot stand in a text", help="type it again")
    if _PLAIN.fullmatch(text):
        return text
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def prose(said: str, indent: str) -> str:
    """A text in paragraphs: a block of lines if it is long, else one line."""
    paragraphs = [" ".join(part.split()) for part in re.split(r"\n\s*\n", said.strip())]
    if len(paragraphs) == 1 and len(paragraphs[0]) <= _WIDTH // 2:
        return value(paragraphs[0])
    room = _WIDTH - len(indent)
    lines: list[str] = []
    for paragraph in paragraphs:
        value(paragraph)  # for what it raises
        lines += ["", *textwrap.wrap(paragraph, room, break_long_words=False)]
    return "|\n" + "\n".join(f"{indent}{line}".rstrip() for line in lines[1:])


def items(said: Iterable[str], indent: str) -> str:
    """A list, one item a line."""
    return "".join(f"\n{indent}- {value(item)}" for item in said)


def commented(text: str, indent: str = "") -> str:
    """The lines as comments: what may be written there."""
    lines = textwrap.dedent(text).strip("\n").split("\n")
    return "".join(f"{indent}# {line}".rstrip() + "\n" for line in lines)


def with_definition(old: bytes, file: str, section: str, id: str, body: str) -> bytes:
    """The file with `id` at the end of `section`; every other byte stays. Raises `Trouble`.

    `body`: the definition's keys, indented by nothing. A file without the section gets one.
    """
    before, found = parse(old, file)
    if any(fault.is_error for fault in found):
        raise Trouble(f"{file} has faults", help="mend them first: prepdeck check")
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
        raise Trouble(
            f"`{section}` in {file} is not in block style, or the file ends in its own way",
            help=f"write `{section}:` and each id on lines of their own",
        )
    return content


def _place(tree: Mapping | None, section: str, lines: list[str]) -> tuple[int, list[str], str]:
    """Before which line (from 0) it goes, what goes above it, how far it is indented."""
    entry = tree.entries.get(section) if tree else None
    if tree is None or entry is None:
        return len(lines), [f"{section}:"], "  "
    children = entry.value.entries if isinstance(entry.value, Mapping) else {}
    indent = " " * min((child.key.column - 1 for child in children.values()), default=2)
    later = [other.key.line for other in tree.entries.values() if other.key.line > entry.key.line]
    if not later:
        return len(lines), [], indent
    place = min(later) - 1
    # Comments above the next section are its own.
    while lines[place - 1].startswith("#"):
        place -= 1
    return place, [], indent


def _added(before: Mapping | None, after: Mapping | None, section: str, id: str) -> bool:
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
    """A role's file with `id` at the end of its `add`; every other byte stays. Raises `Trouble`."""
    before, found = parse(old, file)
    text = old.decode("utf-8")
    newline = "\r\n" if "\r\n" in text else "\n"
    lines = text.split("\n")
    role = before.get("role") if before else None
    if isinstance(role, Mapping) and role.entries and not any(fault.is_error for fault in found):
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
    raise Trouble(
        f"{file} is not in block style, or has faults", help=f"add `- {{id: {id}}}` by hand"
    )


def _end_of(lines: list[str], node: Mapping, key: str) -> int:
    """The line (from 0) after the last one that belongs to `key`."""
    starts = [entry.key.line - 1 for entry in node.entries.values()]
    start = node.entries[key].key.line - 1
    end = min((s for s in starts if s > start), default=_end(lines, start + 1))
    while not lines[end - 1].strip() or lines[end - 1].lstrip().startswith("#"):
        end -= 1
    return end


def lines_of(text: str, node: Mapping, keys: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Each of these keys of a block mapping with its source, comments above it included.

    Not indented. Raises `Trouble` where the mapping is written in braces.
    """
    lines = text.split("\n")
    starts = [entry.key for entry in node.entries.values()]
    if len({key.column for key in starts}) > 1 or len({key.line for key in starts}) < len(starts):
        raise Trouble(
            "the role's keys are not on lines of their own", help="write them in block style"
        )
    firsts = []
    for key in starts:
        first = key.line - 1
        while first and lines[first - 1].lstrip().startswith("#"):
            first -= 1
        firsts.append(first)
    for number, (name, entry) in enumerate(node.entries.items()):
        if name in keys:
            last = firsts[number + 1] if number + 1 < len(firsts) else _end(lines, entry.key.line)
            margin = " " * (entry.key.column - 1)
            cut = [line.rstrip().removeprefix(margin) for line in lines[firsts[number] : last]]
            yield name, "\n".join(cut).strip("\n") + "\n"


def _end(lines: list[str], after: int) -> int:
    """Where the last key of a section ends: before the next line in the first column."""
    for number in range(after, len(lines)):
        if lines[number] and not lines[number][0].isspace():
            return number
    return len(lines)
