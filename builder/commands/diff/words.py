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


def _pieces(old_words: list[str], new_words: list[str], marks: Marks) -> Iterator[str]:
    matcher = difflib.SequenceMatcher(None, old_words, new_words, autojunk=False)
    opcodes = matcher.get_opcodes()
    shared_word_count = sum(block.size for block in matcher.get_matching_blocks())
    if shared_word_count < _SIMILAR * min(len(old_words), len(new_words)):
        opcodes = [("replace", 0, len(old_words), 0, len(new_words))]
    for step_number, (operation, old_start, old_end, new_start, new_end) in enumerate(opcodes, 1):
        if operation == "equal":
            unchanged_words = new_words[new_start:new_end]
            yield marks.unchanged(
                _context(unchanged_words, step_number == 1, step_number == len(opcodes))
            )
            continue
        if old_start < old_end:
            yield marks.removed(" ".join(old_words[old_start:old_end]))
        if new_start < new_end:
            yield marks.added(" ".join(new_words[new_start:new_end]))


def _context(words: list[str], is_first: bool, is_last: bool) -> str:
    """The words next to a change; at an end of the text there is a change on one side only."""
    count_before, count_after = (0 if is_first else _CONTEXT), (0 if is_last else _CONTEXT)
    if len(words) <= count_before + count_after + 1:
        return " ".join(words)
    return " ".join([*words[:count_before], "…", *words[len(words) - count_after :]])
