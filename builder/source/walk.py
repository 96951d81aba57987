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
_SWALLOWS = re.compile(r"[\[{,]\s*(#)")

#: What opens a block at the end of a line.
_SIGN = re.compile(r"[|>][-+0-9]*\s*(?:#.*)?$")


class SyntaxFault(Exception):
    """libyaml could not go on."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic.message)
        self.diagnostic = diagnostic


def control_character(character: str, span: Span) -> Diagnostic:
    """The fault in a character that no text keeps."""
    return Diagnostic(
        "control-character",
        f"U+{ord(character):04X} cannot stand in a text",
        span,
        "take it out; it cannot be seen",
    )


def duplicate_key(key: ScalarNode, first: int) -> Diagnostic:
    """The fault in a key that stood on line `first` before."""
    message = f"`{key.text}` stands here twice, first on line {first}"
    return Diagnostic("duplicate-key", message, key.span, "keep one of them")


class Walk:
    """One pass over the events of one text; `first_line` is where the text begins in its file."""

    def __init__(self, text: str, file: str, found: list[Diagnostic], first_line: int = 1) -> None:
        self.lines = text.split("\n")
        self.file = file
        self.found = found
        self.offset = first_line
        self._next: Callable[[], Any] = CParser(text).get_event

    def document(self) -> Node | None:
        """The tree of the text, None when it is empty."""
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
            self._say("yaml-feature", "a second document begins", extra, "one document a file")
            if isinstance(node, MappingNode):
                node = node._replace(broken=True)
        if isinstance(node, ScalarNode) and node.text == "" and node.style == "":
            return None
        return node

    def _node(self, event: Any, depth: int) -> Node:
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event)
        if isinstance(event, yaml.AliasEvent):
            self._say("yaml-feature", "an alias repeats another place", event, "write it out")
            return ScalarNode("?", self.file, *self._marks(event))
        if event.anchor is not None:
            self._say("yaml-feature", "an anchor names this value", event, "take `&…` out")
        if event.tag is not None:
            self._say("yaml-feature", "a tag stands before this value", event, "take `!…` out")
        if depth >= DEEPEST:
            raise SyntaxFault(
                Diagnostic(
                    "nested-too-deep",
                    f"more than {DEEPEST} levels",
                    Span(self.file, *self._marks(event)),
                    "no definition needs so many; look for a stray bracket",
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
                self.found.append(
                    Diagnostic("syntax", "a key is not a text", key.span, "write `key: value`")
                )
                continue
            if key.text in entries:
                self.found.append(duplicate_key(key, entries[key.text].key.line))
                again.append((key.text, Entry(key, value)))
                continue
            if isinstance(value, ScalarNode) and not value.text.strip():
                self.found.append(
                    Diagnostic(
                        "empty-value",
                        f"`{key.text}` is empty",
                        key.span,
                        "fill it in or take it out",
                    )
                )
            entries[key.text] = Entry(key, value)
        place = self._marks(start, event)
        return MappingNode(entries, self.file, *place, again=tuple(again))

    def _sequence(self, start: Any, depth: int) -> SequenceNode:
        items: list[Node] = []
        while not isinstance(event := self._next(), yaml.SequenceEndEvent):
            item = self._node(event, depth + 1)
            if isinstance(item, ScalarNode) and not item.text.strip():
                self.found.append(
                    Diagnostic("empty-value", "an item is empty", item.span, "take it out")
                )
            items.append(item)
        return SequenceNode(
            tuple(items), self.file, *self._marks(start, event), bool(start.flow_style)
        )

    def _scalar(self, event: Any) -> ScalarNode:
        text, style = event.value, event.style or ""
        if event.anchor is not None:
            self._say("yaml-feature", "an anchor names this value", event, "take `&…` out")
        if event.tag is not None:
            self._say("yaml-feature", "a tag stands before this value", event, "take `!…` out")
        if style == "|" or style == ">":
            scalar = self._block(text, style, event)
        else:
            end = event.end_mark
            after = self.lines[end.line][end.column :] if end.line < len(self.lines) else ""
            comment = style == "" and "#" in after and after.lstrip().startswith("#")
            scalar = ScalarNode(text, self.file, *self._marks(event), style, comment)
        # Only an escape in double quotes can bring one in here: the rest was seen in `parse`.
        if style == '"' and (hidden := FORBIDDEN.search(text)):
            self.found.append(control_character(hidden.group(), scalar.span))
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
        source = next(self.lines[at] for at in range(first, last + 1) if self.lines[at].strip())
        said = next((line for line in text.split("\n") if line.strip()), "")
        # After a digit (`|2`) the text keeps spaces of its own, which are no indentation.
        indent = len(source) - len(source.lstrip(" ")) - (len(said) - len(said.lstrip(" ")))
        place = (first + self.offset, indent + 1, last + self.offset, len(self.lines[last]) + 1)
        return ScalarNode(text, self.file, *place, style)

    def _marks(self, start: Any, end: Any = None) -> tuple[int, int, int, int]:
        end = end or start
        return (
            start.start_mark.line + self.offset,
            start.start_mark.column + 1,
            end.end_mark.line + self.offset,
            end.end_mark.column + 1,
        )

    def _say(self, rule: str, message: str, event: Any, help: str) -> None:
        self.found.append(Diagnostic(rule, message, Span(self.file, *self._marks(event)), help))

    def _unquoted(self, event: Any) -> Diagnostic:
        """`ask: {{ vars.company }}` is a mapping whose key is a mapping, to YAML."""
        span = Span(self.file, *self._marks(event))
        return Diagnostic("syntax", "a text that begins with `{{` is not quoted", span, QUOTE)

    def _fault(self, error: yaml.YAMLError) -> Diagnostic:
        problem = getattr(error, "problem", None) or str(error)
        context = getattr(error, "context", None) or ""
        mark = getattr(error, "problem_mark", None)
        # An open bracket or quote is noticed at the end of the text; it stands where it opened.
        # So does a word that no colon follows.
        opened = ("flow", "quoted", "simple key", "alias", "anchor")
        if any(word in context for word in opened) and "escape" not in problem:
            mark = getattr(error, "context_mark", None) or mark
        line, column = (mark.line, mark.column) if mark else (0, 0)
        if "expected node content" in problem:
            # A comment swallowed the end of the bracket, and libyaml looked for it further down.
            for at in range(min(line, len(self.lines) - 1), -1, -1):
                if swallowed := _SWALLOWS.search(self.lines[at]):
                    line, column = at, swallowed.start(1)
                    break
        source = self.lines[line] if line < len(self.lines) else ""
        help = syntax_help(f"{context} {problem}", source, column)
        message = f"{context}: {problem}" if context else problem
        if help == NO_TAB:
            message = "a tab indents this line"
        place = (line + self.offset, column + 1, line + self.offset, column + 2)
        return Diagnostic("syntax", message, Span(self.file, *place), help)
