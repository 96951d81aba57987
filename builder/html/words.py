"""The words of a field: what is the same to a reader, however an editor wrote it.

Anki's editor writes `<div>` and `<br>` for a new line and `&nbsp;` for a second blank, and pasting
brings letters without a width. None of that makes other words. Emphasis, links, lists and code do,
for YAML can say them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from builder.digests import NO_WORDS, digest_of
from builder.html.blocks import Block, Code, Items, Paragraph, parse_field

#: Letters that nobody sees.
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")

_BLANKS = re.compile(r"\s+")

#: A letter with its emphasis and its link; or a sign, which begins a list or something else.
_Letter = tuple[str, tuple[str, ...], str]


def words_digest(*fields: str) -> str:
    """The digest of the words of fields: 48 bits, `NO_WORDS` when there are none."""
    forms = [_normal_form(html) for html in fields]
    return digest_of(forms)[:12] if any(forms) else NO_WORDS


def same_words(html: str, second: str) -> bool:
    """Whether two fields have the same words."""
    return html == second or _normal_form(html) == _normal_form(second)


def _normal_form(html: str) -> list[list[object]]:
    """The words with their emphasis and links, and signs where lists, quotations and code are."""
    if not html:
        return []
    letters = _folded(_letters(parse_field(html).blocks))
    return [
        ["".join(letter for letter, _, _ in alike), *look]
        for look, alike in groupby(letters, lambda letter: letter[1:])
    ]


def _letters(blocks: Sequence[Block]) -> Iterator[_Letter]:
    for block in blocks:
        if isinstance(block, Paragraph):
            for run in block.runs:
                marks = tuple(sorted(run.marks))
                yield from ((letter, marks, run.href or "") for letter in run.text)
            yield " ", (), ""
        elif isinstance(block, Code):
            yield from ((letter, ("pre",), "") for letter in block.text)
        elif isinstance(block, Items):
            sign = "ul" if block.start is None else f"ol {block.start}"
            for item_blocks in block.items:
                yield "\0", (sign,), ""
                yield from _letters(item_blocks)
            yield "\0", (f"/{sign}",), ""
        else:
            yield "\0", ("blockquote",), ""
            yield from _letters(block.blocks)
            yield "\0", ("/blockquote",), ""


def _folded(letters: Iterable[_Letter]) -> list[_Letter]:
    """Without invisible letters; one blank for each gap, none beside a sign; code as it is."""
    folded: list[_Letter] = []
    for letter, marks, href in letters:
        if "pre" in marks:
            folded.append((letter, marks, href))
        elif _BLANKS.fullmatch(letter):
            if folded and folded[-1][0] not in " \0":
                folded.append((" ", (), ""))
        elif not _INVISIBLE.fullmatch(letter):
            if letter == "\0" and folded and folded[-1][0] == " ":
                folded.pop()
            folded.append((letter, marks, href))
    while folded and folded[-1][0] == " ":
        folded.pop()
    return folded
