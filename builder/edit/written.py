"""Texts and lists written as YAML, so that they are read back as they are."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable

from builder.findings import PrepdeckError
from builder.source.walk import FORBIDDEN

#: Texts that need no quotes: no sign of YAML in front, no `: ` and no ` #` inside.
_PLAIN = re.compile(r"(?!.*(?::\s|\s#|[:\s]$))[^\W_][^\n]*")
#: Words that YAML reads as another type, so that an editor marks them; it accepts numbers as texts.
_TYPED = {"null", "true", "false", "yes", "no", "on", "off"}
#: Characters of a line of prose, its indentation included.
_WIDTH = 92


def value(text: str) -> str:
    """The text on one line, in quotes where YAML would read something else.

    Raises `PrepdeckError` for a character that YAML or Anki does not keep.
    """
    text = " ".join(text.split())
    if forbidden_match := FORBIDDEN.search(text):
        raise PrepdeckError(
            f"character U+{ord(forbidden_match[0]):04X} is not allowed", help="type the text again"
        )
    if _PLAIN.fullmatch(text) and text.casefold() not in _TYPED:
        return text
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def prose(text: str, indent: str) -> str:
    """Paragraphs: a block of lines if they are long, else one line. Raises as `value` does."""
    paragraphs = [" ".join(paragraph.split()) for paragraph in re.split(r"\n\s*\n", text.strip())]
    if len(paragraphs) == 1 and len(paragraphs[0]) <= _WIDTH // 2:
        return value(paragraphs[0])
    line_width = _WIDTH - len(indent)
    lines: list[str] = []
    for paragraph in paragraphs:
        value(paragraph)  # raises for characters that are not allowed
        lines += ["", *textwrap.wrap(paragraph, line_width, break_long_words=False)]
    return "|\n" + "\n".join(f"{indent}{line}".rstrip() for line in lines[1:])


def items(texts: Iterable[str], indent: str) -> str:
    """A list, each text on a line of its own. Raises as `value` does."""
    return "".join(f"\n{indent}- {value(text)}" for text in texts)


def commented(text: str, indent: str = "") -> str:
    """The lines as comments."""
    lines = textwrap.dedent(text).strip("\n").split("\n")
    return "".join(f"{indent}# {line}".rstrip() + "\n" for line in lines)
