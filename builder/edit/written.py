"""Values as they are written into YAML: read back as they were said."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable

from builder.findings import PrepdeckError
from builder.source.walk import FORBIDDEN

#: Texts that stand as they are: no sign of YAML in front, no `: ` and no ` #` inside.
_PLAIN = re.compile(r"(?!.*(?::\s|\s#|[:\s]$))[^\W_][^\n]*")
#: Texts that YAML reads as something else, and an editor marks. A number may stand for a text.
_WORDS = {"null", "true", "false", "yes", "no", "on", "off"}
_WIDTH = 92


def value(said: str) -> str:
    """A text in one line, in quotes where YAML would read something else. Raises `PrepdeckError`."""
    text = " ".join(said.split())
    if strange := FORBIDDEN.search(text):
        raise PrepdeckError(f"character U+{ord(strange[0]):04X} is not allowed", help="type it again")
    if _PLAIN.fullmatch(text) and text.casefold() not in _WORDS:
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
