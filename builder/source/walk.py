"""Text to a tree: PyYAML's C event stream and a walk of our own.

Eight times the speed of the usual loader, and every key and value keeps its place. What YAML
offers beyond mappings, lists and text (anchors, aliases, tags, several documents) is a fault:
definitions are read by people who have never met them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import yaml

from builder.findings import Diagnostic, PrepdeckError, Span
from builder.source.nodes import Entry, MappingNode, Node, ScalarNode, SequenceNode
from builder.source.wording import NO_TAB, QUOTE, syntax_help

try:
    from yaml._yaml import CParser
except ImportError as error:  # PyYAML without libyaml: its own parser accepts another language
    raise PrepdeckError(
        "PyYAML was built without libyaml",
        help="reinstall it from a wheel: pip install --force-reinstall --only-binary :all: PyYAML",
    ) from error

#: Deeper than any definition; libyaml itself gives up at 1,000, Python's stack a little earlier.
DEEPEST = 32

#: Neither YAML nor Anki keeps these: Anki strips control characters, libyaml ends a line at NEL,
#: U+2028 and U+2029, so that every later position would be wrong. U+FDD0 to U+FDEF are no
#: characters at all, and `render.text` marks places with them.
FORBIDDEN = re.compile(
    "[^\t\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufdcf\ufdf0-\ufefe\uff00-\ufffd"
    "\U00010000-\U0010ffff]"
)


#: A comment where an item of a bracket should begin.
_COMMENT_IN_BRACKETS = re.compile(r"[\[{,]\s*(#)")

#: A comment behind a text.
_COMMENT = re.compile(r"\s*#")

#: What opens a block at the end of a line.
_SIGN = re.compile(r"[|>][-+0-9]*\s*(?:#.*)?$")


class SyntaxFault(Exception):
    """libyaml could not go on."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic.message)
        self.diagnostic = diagnostic


def control_character(character: str, span: Span) -> Diagnostic:
    """The fault of a character that YAML or Anki would change or drop."""
    return Diagnostic(
        "control-character",
        f"character U+{ord(character):04X} is not allowed",
        span,
        "remove it; it is invisible",
    )


def duplicate_key(key: ScalarNode, first: int) -> Diagnostic:
    """The fault of a key that is written twice, first on line `first`."""
    message = f"the key `{key.text}` is written twice, first on line {first}"
    return Diagnostic("duplicate-key", message, key.span, "keep one of them")


class Walk:
    """One pass over the events of one text; `first_line` is where the text begins in its file."""

    def __init__(
        self, text: str, file: str, findings: list[Diagnostic], first_line: int = 1
    ) -> None:
        self.lines = text.split("\n")
        self.file = file
        self.findings = findings
        self.offset = first_line
        self._next: Callable[[], Any] = CParser(text).get_event

    def document(self) -> Node | None:
        """The tree of the text, None when it is empty. Raises `SyntaxFault`."""
        try:
            return self._document()
        except yaml.YAMLError as error:
            raise SyntaxFault(self._fault(error)) from error

    def _document(self) -> Node | None:
        self._next()  # stream start
        if isinstance(self._next(), yaml.StreamEndEvent):
            return None
        tree = self._node(self._next(), 0)
        self._next()  # document end
        extra_event = self._next()
        if not isinstance(extra_event, yaml.StreamEndEvent):
            self._report(
                "yaml-feature", "a second document begins", extra_event, "write one document a file"
            )
            if isinstance(tree, MappingNode):
                tree = tree._replace(broken=True)
        if isinstance(tree, ScalarNode) and tree.text == "" and tree.style == "":
            return None
        return tree

    def _node(self, event: Any, depth: int) -> Node:
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event)
        if isinstance(event, yaml.AliasEvent):
            self._report(
                "yaml-feature", "aliases (`*name`) are not allowed", event, "write the text out"
            )
            return ScalarNode("?", self.file, *self._marks(event))
        if event.anchor is not None:
            self._report("yaml-feature", "anchors (`&name`) are not allowed", event, "remove `&…`")
        if event.tag is not None:
            self._report("yaml-feature", "tags (`!name`) are not allowed", event, "remove `!…`")
        if depth >= DEEPEST:
            raise SyntaxFault(
                Diagnostic(
                    "nested-too-deep",
                    f"more than {DEEPEST} levels",
                    Span(self.file, *self._marks(event)),
                    "look for a bracket too many; no definition needs so many levels",
                )
            )
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(event, depth)
        return self._sequence(event, depth)

    def _mapping(self, start_event: Any, depth: int) -> MappingNode:
        entry_by_key: dict[str, Entry] = {}
        repeated_entries: list[tuple[str, Entry]] = []
        while not isinstance(event := self._next(), yaml.MappingEndEvent):
            if start_event.flow_style and isinstance(event, yaml.MappingStartEvent):
                raise SyntaxFault(self._unquoted(start_event))
            key_node = self._node(event, depth + 1)
            value_node = self._node(self._next(), depth + 1)
            if not isinstance(key_node, ScalarNode):
                self.findings.append(
                    Diagnostic("syntax", "a key is not a text", key_node.span, "write `key: value`")
                )
                continue
            if key_node.text in entry_by_key:
                self.findings.append(duplicate_key(key_node, entry_by_key[key_node.text].key.line))
                repeated_entries.append((key_node.text, Entry(key_node, value_node)))
                continue
            if isinstance(value_node, ScalarNode) and not value_node.text.strip():
                self.findings.append(
                    Diagnostic(
                        "empty-value",
                        f"`{key_node.text}` is empty",
                        key_node.span,
                        "fill it in or remove it",
                    )
                )
            entry_by_key[key_node.text] = Entry(key_node, value_node)
        return MappingNode(
            entry_by_key, self.file, *self._marks(start_event, event), again=tuple(repeated_entries)
        )

    def _sequence(self, start_event: Any, depth: int) -> SequenceNode:
        item_nodes: list[Node] = []
        while not isinstance(event := self._next(), yaml.SequenceEndEvent):
            item_node = self._node(event, depth + 1)
            if isinstance(item_node, ScalarNode) and not item_node.text.strip():
                self.findings.append(
                    Diagnostic("empty-value", "an item is empty", item_node.span, "remove it")
                )
            item_nodes.append(item_node)
        return SequenceNode(
            tuple(item_nodes),
            self.file,
            *self._marks(start_event, event),
            bool(start_event.flow_style),
        )

    def _scalar(self, event: Any) -> ScalarNode:
        text, style = event.value, event.style or ""
        if event.anchor is not None:
            self._report("yaml-feature", "anchors (`&name`) are not allowed", event, "remove `&…`")
        if event.tag is not None:
            self._report("yaml-feature", "tags (`!name`) are not allowed", event, "remove `!…`")
        if style == "|" or style == ">":
            scalar = self._block(text, style, event)
        else:
            line_position, column = event.end_mark.line, event.end_mark.column
            line = self.lines[line_position] if line_position < len(self.lines) else ""
            has_comment = style == "" and _COMMENT.match(line, column) is not None
            scalar = ScalarNode(text, self.file, *self._marks(event), style, has_comment)
        # Only an escape in double quotes can bring one in here: the rest was seen in `parse`.
        if style == '"' and (forbidden_match := FORBIDDEN.search(text)):
            self.findings.append(control_character(forbidden_match.group(), scalar.span))
        return scalar

    def _block(self, text: str, style: str, event: Any) -> ScalarNode:
        """libyaml marks the `|` and the next token; the text itself stands between."""
        # A tag or an anchor may stand on a line of its own, in front of the sign.
        sign_line = event.start_mark.line
        while (event.tag or event.anchor) and not _SIGN.search(self.lines[sign_line]):
            sign_line += 1
        first_line, last_line = sign_line + 1, event.end_mark.line
        if event.end_mark.column == 0:
            last_line -= 1
        last_line = min(last_line, len(self.lines) - 1)
        while last_line >= first_line and not self.lines[last_line].strip():
            last_line -= 1
        if last_line < first_line:
            line_number, column = event.start_mark.line + self.offset, event.start_mark.column + 1
            return ScalarNode(text, self.file, line_number, column, line_number, column + 1, style)
        source_line = next(line for line in self.lines[first_line : last_line + 1] if line.strip())
        parsed_line = next((line for line in text.split("\n") if line.strip()), "")
        # After a digit (`|2`) the text keeps spaces of its own, which are no indentation.
        indent = _indent_of(source_line) - _indent_of(parsed_line)
        end_column = len(self.lines[last_line]) + 1
        return ScalarNode(
            text,
            self.file,
            first_line + self.offset,
            indent + 1,
            last_line + self.offset,
            end_column,
            style,
        )

    def _marks(self, start_event: Any, end_event: Any = None) -> tuple[int, int, int, int]:
        end_event = end_event or start_event
        return (
            start_event.start_mark.line + self.offset,
            start_event.start_mark.column + 1,
            end_event.end_mark.line + self.offset,
            end_event.end_mark.column + 1,
        )

    def _report(self, rule: str, message: str, event: Any, help: str) -> None:
        self.findings.append(Diagnostic(rule, message, Span(self.file, *self._marks(event)), help))

    def _unquoted(self, event: Any) -> Diagnostic:
        """To YAML, `ask: {{ vars.company }}` is a mapping whose key is a mapping."""
        span = Span(self.file, *self._marks(event))
        return Diagnostic("syntax", "a text that begins with `{{` needs quotes", span, QUOTE)

    def _fault(self, error: yaml.YAMLError) -> Diagnostic:
        problem = getattr(error, "problem", None) or str(error)
        context = getattr(error, "context", None) or ""
        fault_mark = getattr(error, "problem_mark", None)
        # libyaml notices an open bracket or quote at the end of the text; the fault stands where
        # it opened. The same holds for a word without a colon.
        opening_contexts = ("flow", "quoted", "simple key", "alias", "anchor")
        if any(opening in context for opening in opening_contexts) and "escape" not in problem:
            fault_mark = getattr(error, "context_mark", None) or fault_mark
        line_position, column = (fault_mark.line, fault_mark.column) if fault_mark else (0, 0)
        if "expected node content" in problem:
            # A comment hides the end of the bracket, and libyaml looks for it further down.
            for comment_position in range(min(line_position, len(self.lines) - 1), -1, -1):
                if comment := _COMMENT_IN_BRACKETS.search(self.lines[comment_position]):
                    line_position, column = comment_position, comment.start(1)
                    break
        fault_line = self.lines[line_position] if line_position < len(self.lines) else ""
        help = syntax_help(f"{context} {problem}", fault_line, column)
        message = f"{context}: {problem}" if context else problem
        if help == NO_TAB:
            message = "a tab indents this line"
        line_number = line_position + self.offset
        span = Span(self.file, line_number, column + 1, line_number, column + 2)
        return Diagnostic("syntax", message, span, help)


def _indent_of(line: str) -> int:
    """How many spaces a line begins with."""
    return len(line) - len(line.lstrip(" "))
