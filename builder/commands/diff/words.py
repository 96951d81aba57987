"""The words that changed between two texts, marked in the new one."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from builder.commands.diff.compare import FieldChange

#: How many unchanged words are shown on either side of a change.
_CONTEXT = 6
#: Texts that share a smaller part of the shorter one are shown one after the other: word by word
#: nobody could read the change.
_SIMILAR = 0.4


@dataclass(frozen=True, slots=True)
class Marks:
    """How removed, added and unchanged words are shown."""

    removed: Callable[[str], str]
    added: Callable[[str], str]
    unchanged: Callable[[str], str] = str


BRACKETS = Marks("[-{}-]".format, "{{+{}+}}".format)


def marked_words(field: FieldChange, marks: Marks = BRACKETS) -> str:
    """The new text with the words that were removed and added, and some words around them."""
    if field.old == field.new:
        return "only its formatting"
    return " ".join(_pieces(_split(field.old), _split(field.new), marks))


def _split(text: str) -> list[str]:
    return text.replace("\n", " / ").split()


def _pieces(old: list[str], new: list[str], marks: Marks) -> Iterator[str]:
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    steps = matcher.get_opcodes()
    shared = sum(block.size for block in matcher.get_matching_blocks())
    if shared < _SIMILAR * min(len(old), len(new)):
        steps = [("replace", 0, len(old), 0, len(new))]
    for number, (step, start, end, new_start, new_end) in enumerate(steps, 1):
        if step == "equal":
            unchanged = new[new_start:new_end]
            yield marks.unchanged(_context(unchanged, number == 1, number == len(steps)))
            continue
        if start < end:
            yield marks.removed(" ".join(old[start:end]))
        if new_start < new_end:
            yield marks.added(" ".join(new[new_start:new_end]))


def _context(unchanged: list[str], first: bool, last: bool) -> str:
    """The words next to a change; at an end of the text there is a change on one side only."""
    before, after = (0 if first else _CONTEXT), (0 if last else _CONTEXT)
    if len(unchanged) <= before + after + 1:
        return " ".join(unchanged)
    return " ".join([*unchanged[:before], "…", *unchanged[len(unchanged) - after :]])
