"""A job advert as lines of words: which of them ask for something.

This is plain string work and gives the same on every machine: no model, no network. Words are
compared by their stems, so that "prioritising" matches "priorities" and "escalate" matches
"escalations".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from builder.stem import stem


class Token(NamedTuple):
    """A word as the advert writes it, and its stem.

    `apart`: a comma or a bracket stands before it. `starts`: it is the first word of a line of the
    text.
    """

    text: str
    stem: str
    apart: bool = False
    starts: bool = False

    @property
    def shouted(self) -> bool:
        """Whether it is all capitals: an abbreviation, or a name such as STAR."""
        return len(self.text) > 1 and self.text.isupper()


#: A sentence or an item of an advert.
Line = tuple[Token, ...]


class Advert(NamedTuple):
    """A job advert, sorted by what its lines are for.

    `title`: its first line, if that is short. `lines`: the lines that ask for something. `about`:
    the lines about the employer and its offer, which ask for nothing. `head`: short lines at the
    top, which name the employer and the place. `company`: the employer's name, if it was given.
    """

    title: str
    lines: tuple[Line, ...]
    about: tuple[Line, ...]
    head: tuple[Line, ...] = ()
    company: str = ""


#: `80/20` and `TCP/IP` are one word, `phone/chat` is two.
_WORD = re.compile(r"(?:\d+|[A-Z]+)/(?:\d+|[A-Z]+)\b|[^\W_]+(?:['’&.+][^\W_]+)*\+*")
_JOINED = re.compile(r"(?<![\w-])[^\W\d_]{3,}-[^\W\d_]{3,}(?![\w-])")
_BULLET = re.compile(r"^\s*(?:[-–—•*+·▪►✓]|\d{1,2}[.)])\s+")
_SENTENCE = re.compile(r"(?<=[.!?;:])\s+")
#: The start of an item in a text that has lost its line ends.
_ITEM = re.compile(r"\s[-–—•*·▪►✓]\s+")
#: How many of the first lines may name the employer and the place, and the most words of a short
#: line.
_HEAD, _SHORT = 3, 10
#: In characters. A line longer than the first that ends without a sign goes on in the next line; a
#: line longer than the second always does.
_WRAPPED, _FULL = 60, 85
#: A paragraph of more words is about several things, so each of its sentences is judged alone. A
#: sentence of more words than the second is split.
_LONG, _LONGEST = 40, 30

#: Headings above the lines that ask for nothing, and the first words of such lines.
_OFFERS = re.compile(
    r"^(?:about (?:us|the company)|who (?:are we|we are)|(?:what )?(?:you get|we offer|you'?ll get)"
    r"|our offer|your benefits|benefits|perks|compensation|salary|pay|what'?s in it for you"
    r"|equal (?:opportunity|employment)|how to apply|location|company|employer|we are recruiting"
    r"|please (?:send|apply))\b",
    re.IGNORECASE,
)
#: A heading that names the employer: "About Brightledger", but not "About the role".
_ABOUT = re.compile(r"^about (?!you\b|(?:the|this|your) (?!company|team|employer))", re.IGNORECASE)
#: The legal sentences at the end of an advert.
_LAW = re.compile(
    r"equal[ -]opportunit|discriminat|\bEOE\b|e-verify|reasonable accommodation", re.I
)


def read_advert(text: str, company: str = "") -> Advert:
    """The advert's lines, sorted by whether they ask for something."""
    asking: list[Line] = []
    about: list[Line] = []
    head: list[Line] = []
    offers = False
    title = ""
    for position, block in enumerate(_blocks(text)):
        if block.heading:
            offers = _is_about_employer(block.text, company if position else "")
        size = len(block.text.split())
        if position <= _HEAD and not block.item and size <= _SHORT:
            head.append(tuple(tokens_of(block.text)))
        idle = offers or (size <= _LONG and bool(_OFFERS.match(block.text)))
        sentences = [*_sentences(block.text, size)]
        if not position and size <= _SHORT:
            title, sentences = block.text, []
        elif not position and len(sentences[0].split()) <= _SHORT:
            title = sentences.pop(0)
        for sentence in sentences:
            asks = not (idle or _OFFERS.match(sentence) or _LAW.search(sentence))
            if line := tuple(tokens_of(sentence)):
                (asking if asks else about).append(line)
    return Advert(title, tuple(asking), tuple(about), tuple(head), company)


def _is_about_employer(heading: str, company: str) -> bool:
    if _OFFERS.match(heading) or _ABOUT.match(heading):
        return True
    prefixes = ("", "why ", "why join ", "join ", "life at ", "working at ", "who is ")
    headings = {f"{prefix}{company.casefold()}" for prefix in prefixes}
    return bool(company) and heading.casefold().strip(" ?!:") in headings


def _sentences(text: str, size: int) -> Iterator[str]:
    """The sentences of a block of `size` words; a sentence that is too long comes in parts."""
    for item in _ITEM.split(text) if size > _LONG else [text]:
        for sentence in _SENTENCE.split(item):
            parts = sentence.split()
            if len(parts) <= _LONGEST:
                yield sentence
            else:
                for start in range(0, len(parts), _LONGEST):
                    yield " ".join(parts[start : start + _LONGEST])


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
        if block and (not line or bullet or not _continues(block[-1], line)):
            yield _Block("\n".join(block), not item and _is_heading(block), item)
            block = []
        if line:
            item = bool(bullet) if not block else item
            block.append(line[bullet.end() :] if bullet else line)


def _continues(before: str, line: str) -> bool:
    """Whether a line continues the line before it."""
    open_end = not before.endswith((".", ":", ";", "!", "?"))
    return (open_end and (line[:1].islower() or len(before) > _WRAPPED)) or len(before) > _FULL


def _is_heading(block: Sequence[str]) -> bool:
    return len(block) == 1 and len(block[0].split()) <= 6 and not block[0].endswith((".", ","))


def tokens_of(text: str) -> Iterator[Token]:
    """The words of a text. `self-service` is two words, and at the end once more as one."""
    end = 0
    for match in _WORD.finditer(text.replace("-", " ")):
        between = text[end : match.start()]
        starts = end == 0 or "\n" in between
        yield Token(match[0], stem(match[0]), bool(between.strip(" -&\n")), starts)
        end = match.end()
    for match in _JOINED.finditer(text):
        yield Token(match[0], stem(match[0].replace("-", "")), True)
