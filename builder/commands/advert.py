"""A job advert as words: which of its lines ask for something, and what they name.

Plain string work, the same on every machine: no model, no network. Words are compared by their
stems, so that "prioritising" meets "priorities" and "escalate" meets "escalations".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from builder.stem import stem


class Word(NamedTuple):
    """A word as it is written, and its stem.

    `apart`: a comma or a bracket stands before it; `starts`: a line of the text begins with it.
    """

    text: str
    stem: str
    apart: bool = False
    starts: bool = False

    @property
    def shouted(self) -> bool:
        """All capitals: an abbreviation, or a name such as STAR."""
        return len(self.text) > 1 and self.text.isupper()


class Advert(NamedTuple):
    """`title`: its first line. `lines`: the sentences and items after it that ask for something.

    `about`: the lines on the employer and on what they offer; they ask for nothing. `head`: short
    lines at the top, where the employer and the place stand.
    """

    title: str
    lines: tuple[tuple[Word, ...], ...]
    about: tuple[tuple[Word, ...], ...]
    head: tuple[tuple[Word, ...], ...] = ()


#: `80/20` and `TCP/IP` are one word, `phone/chat` is two.
_WORD = re.compile(r"(?:\d+|[A-Z]+)/(?:\d+|[A-Z]+)\b|[^\W_]+(?:['’&.+][^\W_]+)*\+*")
_JOINED = re.compile(r"(?<![\w-])[^\W\d_]{3,}-[^\W\d_]{3,}(?![\w-])")
_BULLET = re.compile(r"^\s*(?:[-–—•*+·▪►✓]|\d{1,2}[.)])\s+")
_SENTENCE = re.compile(r"(?<=[.!?;:])\s+")
#: How many of its first lines may name the employer and the place, and how short such lines are.
_HEAD, _SHORT = 3, 10
#: Wrapped text breaks near the end of the line; an item ends where it ends.
_WRAPPED, _FULL = 60, 85

#: What stands above the lines that ask for nothing, and at the beginning of such lines.
_OFFERS = re.compile(
    r"^(?:about (?:us|the company)|who (?:are we|we are)|(?:what )?(?:you get|we offer|you'?ll get)"
    r"|our offer|your benefits|benefits|perks|compensation|salary|pay|what'?s in it for you"
    r"|equal (?:opportunity|employment)|how to apply|location|company|employer|we are recruiting"
    r"|please (?:send|apply))\b",
    re.IGNORECASE,
)
#: A sentence of law that stands at the end of adverts.
_LAW = re.compile(
    r"equal[ -]opportunit|discriminat|\bEOE\b|e-verify|reasonable accommodation", re.I
)


def read_advert(text: str) -> Advert:
    """The advert's lines, sorted by whether they ask for something."""
    asking: list[tuple[Word, ...]] = []
    about: list[tuple[Word, ...]] = []
    head: list[tuple[Word, ...]] = []
    offers = False
    title, *blocks = [*_blocks(text)] or [_Block("", True, False)]
    for place, block in enumerate((title, *blocks)):
        if block.heading:
            offers = bool(_OFFERS.match(block.text))
        idle = offers or bool(_OFFERS.match(block.text)) or bool(_LAW.search(block.text))
        if place <= _HEAD and not block.item and len(block.text.split()) <= _SHORT:
            head.append(tuple(words_of(block.text)))
        for sentence in _SENTENCE.split(block.text) if place else ():
            if words := tuple(words_of(sentence)):
                (about if idle else asking).append(words)
    return Advert(title.text, tuple(asking), tuple(about), tuple(head))


class _Block(NamedTuple):
    """A paragraph, a heading, or an item of a list. Line ends stay."""

    text: str
    heading: bool
    item: bool


def _blocks(text: str) -> Iterator[_Block]:
    block: list[str] = []
    item = False
    for line in [*(line.strip() for line in text.replace("\u00a0", " ").splitlines()), ""]:
        bullet = _BULLET.match(line)
        if block and (not line or bullet or not _goes_on(block[-1], line)):
            yield _Block("\n".join(block), not item and _is_heading(block), item)
            block = []
        if line:
            item = bool(bullet) if not block else item
            block.append(line[bullet.end() :] if bullet else line)


def _goes_on(before: str, line: str) -> bool:
    """Whether a line is the rest of the one before it."""
    open_end = not before.endswith((".", ":", ";", "!", "?"))
    return (open_end and (line[:1].islower() or len(before) > _WRAPPED)) or len(before) > _FULL


def _is_heading(block: Sequence[str]) -> bool:
    return len(block) == 1 and len(block[0].split()) <= 6 and not block[0].endswith((".", ","))


def words_of(text: str) -> Iterator[Word]:
    """The words of a text. `self-service` is two words, and at the end one besides."""
    end = 0
    for match in _WORD.finditer(text.replace("-", " ")):
        between = text[end : match.start()]
        starts = end == 0 or "\n" in between
        yield Word(match[0], stem(match[0]), bool(between.strip(" -&\n")), starts)
        end = match.end()
    for match in _JOINED.finditer(text):
        yield Word(match[0], stem(match[0].replace("-", "")), True)
