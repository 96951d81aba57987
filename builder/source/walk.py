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
        node = self._node(self._next(), 0)
        self._next()  # document end
        extra = self._next()
        if not isinstance(extra, yaml.StreamEndEvent):
            self._report(
                "yaml-feature", "a second document begins", extra, "write one document a file"
            )
            if isinstance(node, MappingNode):
                node = node._replace(broken=True)
        if isinstance(node, ScalarNode) and node.text == "" and node.style == "":
            return None
        return node

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

    def _mapping(self, start: Any, depth: int) -> MappingNode:
        entries: dict[str, Entry] = {}
        again: list[tuple[str, Entry]] = []
        while not isinstance(event := self._next(), yaml.MappingEndEvent):
            if start.flow_style and isinstance(event, yaml.MappingStartEvent):
                raise SyntaxFault(self._unquoted(start))
            key = self._node(event, depth + 1)
            value = self._node(self._next(), depth + 1)
            if not isinstance(key, ScalarNode):
                self.findings.append(
                    Diagnostic("syntax", "a key is not a text", key.span, "write `key: value`")
                )
                continue
            if key.text in entries:
                self.findings.append(duplicate_key(key, entries[key.text].key.line))
                again.append((key.text, Entry(key, value)))
                continue
            if isinstance(value, ScalarNode) and not value.text.strip():
                self.findings.append(
                    Diagnostic(
                        "empty-value",
                        f"`{key.text}` is empty",
                        key.span,
                        "fill it in or remove it",
                    )
                )
            entries[key.text] = Entry(key, value)
        return MappingNode(entries, self.file, *self._marks(start, event), again=tuple(again))

    def _sequence(self, start: Any, depth: int) -> SequenceNode:
        items: list[Node] = []
        while not isinstance(event := self._next(), yaml.SequenceEndEvent):
            item = self._node(event, depth + 1)
            if isinstance(item, ScalarNode) and not item.text.strip():
                self.findings.append(
                    Diagnostic("empty-value", "an item is empty", item.span, "remove it")
                )
            items.append(item)
        return SequenceNode(
            tuple(items), self.file, *self._marks(start, event), bool(start.flow_style)
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
            end = event.end_mark
            after = self.lines[end.line][end.column :] if end.line < len(self.lines) else ""
            comment = style == "" and "#" in after and after.lstrip().startswith("#")
            scalar = ScalarNode(text, self.file, *self._marks(event), style, comment)
        # Only an escape in double quotes can bring one in here: the rest was seen in `parse`.
        if style == '"' and (hidden := FORBIDDEN.search(text)):
            self.findings.append(control_character(hidden.group(), scalar.span))
        return scalar

    def _block(self, text: str, style: str, event: Any) -> ScalarNode:
        """libyaml marks the `|` and the next token; the text itself stands between."""
        # A tag or an anchor may stand on a line of its own, in front of the sign.
        sign = event.start_mark.line
        while (event.tag or event.anchor) and not _SIGN.search(self.lines[sign]):
            sign += 1
        first, last = sign + 1, event.end_mark.line - 1
        last = min(last if event.end_mark.column == 0 else last + 1, len(self.lines) - 1)
        while last >= first and not self.lines[last].strip():
            last -= 1
        if last < first:
            line, column = event.start_mark.line + self.offset, event.start_mark.column + 1
            return ScalarNode(text, self.file, line, column, line, column + 1, style)
        source = next(line for line in self.lines[first : last + 1] if line.strip())
        parsed = next((line for line in text.split("\n") if line.strip()), "")
        # After a digit (`|2`) the text keeps spaces of its own, which are no indentation.
        indent = len(source) - len(source.lstrip(" ")) - (len(parsed) - len(parsed.lstrip(" ")))
        end_column = len(self.lines[last]) + 1
        return ScalarNode(
            text,
            self.file,
            first + self.offset,
            indent + 1,
            last + self.offset,
            end_column,
            style,
        )

    def _marks(self, start: Any, end: Any = None) -> tuple[int, int, int, int]:
        end = end or start
        return (
            start.start_mark.line + self.offset,
            start.start_mark.column + 1,
            end.end_mark.line + self.offset,
            end.end_mark.column + 1,
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
        mark = getattr(error, "problem_mark", None)
        # libyaml notices an open bracket or quote at the end of the text; the fault stands where
        # it opened. The same holds for a word without a colon.
        opened = ("flow", "quoted", "simple key", "alias", "anchor")
        if any(word in context for word in opened) and "escape" not in problem:
            mark = getattr(error, "context_mark", None) or mark
        line, column = (mark.line, mark.column) if mark else (0, 0)
        if "expected node content" in problem:
            # A comment hides the end of the bracket, and libyaml looks for it further down.
            for number in range(min(line, len(self.lines) - 1), -1, -1):
                if comment := _COMMENT_IN_BRACKETS.search(self.lines[number]):
                    line, column = number, comment.start(1)
                    break
        source = self.lines[line] if line < len(self.lines) else ""
        help = syntax_help(f"{context} {problem}", source, column)
        message = f"{context}: {problem}" if context else problem
        if help == NO_TAB:
            message = "a tab indents this line"
        number = line + self.offset
        span = Span(self.file, number, column + 1, number, column + 2)
        return Diagnostic("syntax", message, span, help)
