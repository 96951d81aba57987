"""The tree: scalars as source text, mappings in their written order, sequences.

Named tuples, because a catalogue of 10,000 questions has half a million of them and a frozen
dataclass takes three times as long to make. Lines and columns are from 1, ends exclusive.
"""

from __future__ import annotations

from typing import NamedTuple

from builder.findings import Span


class ScalarNode(NamedTuple):
    """A text. `style` is "" when plain, else the YAML sign that opened it: ' " | >.

    `comment`: it is plain and ` #` follows, which cut off what may have been meant as text.
    """

    text: str
    file: str
    line: int
    column: int
    end_line: int
    end_column: int
    style: str = ""
    comment: bool = False

    @classmethod
    def at(cls, text: str, span: Span) -> ScalarNode:
        """A text that stands for a name, such as that of a file, where `span` is."""
        return cls(text, span.file, span.line, span.column, span.end_line, span.end_column)

    @property
    def span(self) -> Span:
        return Span(self.file, self.line, self.column, self.end_line, self.end_column)

    def within(self, start: int, end: int) -> Span:
        """The span of `text[start:end]`, where source and text run side by side; else all of it.

        They do in literal blocks and in one-line plain scalars.
        """
        if self.style == "|":
            lines_before_start = self.text.count("\n", 0, start)
            lines_before_end = self.text.count("\n", 0, end)
            start_column = start - (self.text.rfind("\n", 0, start) + 1)
            end_column = end - (self.text.rfind("\n", 0, end) + 1)
            return Span(
                self.file,
                self.line + lines_before_start,
                self.column + start_column,
                self.line + lines_before_end,
                self.column + end_column,
            )
        if self.style == "" and self.line == self.end_line:
            return Span(self.file, self.line, self.column + start, self.line, self.column + end)
        return self.span


class Entry(NamedTuple):
    """One key of a mapping and what stands under it."""

    key: ScalarNode
    value: Node


class MappingNode(NamedTuple):
    """Entries by key. `broken`: a syntax fault was cut out of it, so that keys may be missing.

    `again` holds the entries whose key stood there before.
    """

    entries: dict[str, Entry]
    file: str
    line: int
    column: int
    end_line: int
    end_column: int
    broken: bool = False
    again: tuple[tuple[str, Entry], ...] = ()

    @classmethod
    def broken_at(cls, key: ScalarNode) -> MappingNode:
        """An empty mapping that stands for one that could not be read, where its key stands."""
        return cls({}, key.file, key.line, key.column, key.end_line, key.end_column, broken=True)

    @property
    def span(self) -> Span:
        return Span(self.file, self.line, self.column, self.end_line, self.end_column)

    def get(self, key: str) -> Node | None:
        """What stands under `key`, if anything."""
        entry = self.entries.get(key)
        return entry.value if entry else None


class SequenceNode(NamedTuple):
    """Items. `flow`: written in brackets, where a comma inside prose splits it."""

    items: tuple[Node, ...]
    file: str
    line: int
    column: int
    end_line: int
    end_column: int
    flow: bool = False

    @property
    def span(self) -> Span:
        return Span(self.file, self.line, self.column, self.end_line, self.end_column)


Node = ScalarNode | MappingNode | SequenceNode


def merged(base: Node, over: Node) -> Node:
    """`over` laid on `base`: mappings field by field, anything else replaced.

    A plain `null` in `over` takes the field away. Each node keeps the place it was written at.
    """
    if not isinstance(over, MappingNode):
        return over
    if not isinstance(base, MappingNode):
        base = over._replace(entries={})
    merged_entries = dict(base.entries)
    for key, over_entry in over.entries.items():
        if (
            isinstance(over_entry.value, ScalarNode)
            and over_entry.value.style == ""
            and over_entry.value.text == "null"
        ):
            merged_entries.pop(key, None)
        elif key in merged_entries:
            merged_entries[key] = Entry(
                over_entry.key, merged(merged_entries[key].value, over_entry.value)
            )
        elif isinstance(over_entry.value, MappingNode):
            empty_mapping = over_entry.value._replace(entries={})
            merged_entries[key] = Entry(over_entry.key, merged(empty_mapping, over_entry.value))
        else:
            merged_entries[key] = over_entry
    return over._replace(entries=merged_entries, broken=base.broken or over.broken)
