"""libyaml's messages, and the remedy for each."""

from __future__ import annotations

import re

NO_TAB = "indent with spaces"
QUOTE = "put the whole text in quotes, or below the key after a `|`"

#: A value that YAML does not read as a text, because of its first character.
_STARTS_OTHERWISE = re.compile(r"\s*(?:- +)?(?:[\w-]+: +)?[\"'{\[*&!%@`>].*\S")

#: Parts of libyaml's messages. The first match counts.
_HELP = (
    (
        "mapping values are not allowed",
        "quote a value that contains `: `, or write `:` after the key above",
    ),
    ("could not find expected ':'", "write `key: value`, or indent the line under its `|`"),
    ("unknown escape", "write `\\\\` for a backslash, or use single quotes"),
    ("expected node content", "quote a text that begins with `#`, or remove the comma"),
    ("quoted scalar", "close the quote"),
    ("did not find expected ',' or", "close the bracket, or quote the item"),
    ("expected '-' indicator", "bring the line to the column of its neighbours"),
)


def syntax_help(message: str, line: str, column: int) -> str:
    """The remedy for a syntax fault. `message`: libyaml's; `line`: its text; `column`: from 0."""
    if "\t" in line[: column + 1] and not line[:column].strip():
        return NO_TAB
    for message_part, help in _HELP:
        if message_part in message:
            return help
    if _STARTS_OTHERWISE.match(line):
        return QUOTE
    if "did not find expected key" in message:
        return "bring the line to the column of its neighbours"
    return QUOTE
