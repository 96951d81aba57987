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
    """`title`: what it begins with, if short. `lines`: its items and sentences that ask.

    `about`: those on the employer and on what they offer; they ask for nothing. `head`: short
    lines at the top, where the employer and the place stand. `company`: who they are, if told.
    """

    title: str
    lines: tuple[tuple[Word, ...], ...]
    about: tuple[tuple[Word, ...], ...]
    head: tuple[tuple[Word, ...], ...] = ()
    company: str = ""


#: `80/20` and `TCP/IP` are one word, `phone/chat` is two.
_WORD = re.compile(r"(?:\d+|[A-Z]+)/(?:\d+|[A-Z]+)\b|[^\W_]+(?:['’&.+][^\W_]+)*\+*")
_JOINED = re.compile(r"(?<![\w-])[^\W\d_]{3,}-[^\W\d_]{3,}(?![\w-])")
_BULLET = re.compile(r"^\s*(?:[-–—•*+·▪►✓]|\d{1,2}[.)])\s+")
_SENTENCE = re.compile(r"(?<=[.!?;:])\s+")
#: Where in a text that has lost its lines an item begins.
_ITEM = re.compile(r"\s[-–—•*·▪►✓]\s+")
#: How many of its first lines may name the employer and the place, and how short such lines are.
_HEAD, _SHORT = 3, 10
#: Wrapped text breaks near the end of the line; an item ends where it ends.
_WRAPPED, _FULL = 60, 85
#: A paragraph of more words speaks of several things: each of its sentences is judged alone. And a
#: sentence of more words is parted.
_LONG, _LONGEST = 40, 30

#: What stands above the lines that ask for nothing, and at the beginning of such lines.
_OFFERS = re.compile(
    r"^(?:about (?:us|the company)|who (?:are we|we are)|(?:what )?(?:you get|we offer|you'?ll get)"
    r"|our offer|your benefits|benefits|perks|compensation|salary|pay|what'?s in it for you"
    r"|equal (?:opportunity|employment)|how to apply|location|company|employer|we are recruiting"
    r"|please (?:send|apply))\b",
    re.IGNORECASE,
)
#: A heading that names the employer: "About Brightledger", but not "About the role".
_ABOUT = re.compile(r"^about (?!you\b|(?:the|this|your) (?!company|team|employer))", re.IGNORECASE)
#: A sentence of law that stands at the end of adverts.
_LAW = re.compile(
    r"equal[ -]opportunit|discriminat|\bEOE\b|e-verify|reasonable accommodation", re.I
)


def read_advert(text: str, company: str = "") -> Advert:
    """The advert's lines, sorted by whether they ask for something."""
    asking: list[tuple[Word, ...]] = []
    about: list[tuple[Word, ...]] = []
    head: list[tuple[Word, ...]] = []
    offers = False
    title = ""
    for place, block in enumerate(_blocks(text)):
        if block.heading:
            offers = _is_of_the_employer(block.text, company if place else "")
        size = len(block.text.split())
        if place <= _HEAD and not block.item and size <= _SHORT:
            head.append(tuple(words_of(block.text)))
        idle = offers or (size <= _LONG and bool(_OFFERS.match(block.text)))
        sentences = [*_sentences(block.text, size)]
        if not place and size <= _SHORT:
            title, sentences = block.text, []
        elif not place and len(sentences[0].split()) <= _SHORT:
            title = sentences.pop(0)
        for sentence in sentences:
            told = idle or _OFFERS.match(sentence) or _LAW.search(sentence)
            if words := tuple(words_of(sentence)):
                (about if told else asking).append(words)
    return Advert(title, tuple(asking), tuple(about), tuple(head), company)


def _is_of_the_employer(heading: str, company: str) -> bool:
    if _OFFERS.match(heading) or _ABOUT.match(heading):
        return True
    said = heading.casefold().strip(" ?!:")
    names = ("", "why ", "why join ", "join ", "life at ", "working at ", "who is ")
    return bool(company) and said in {f"{before}{company.casefold()}" for before in names}


def _sentences(text: str, size: int) -> Iterator[str]:
    """A block's sentences, and of one that is too long to be of one thing its parts."""
    for item in _ITEM.split(text) if size > _LONG else [text]:
        for sentence in _SENTENCE.split(item):
            words = sentence.split()
            if len(words) <= _LONGEST:
                yield sentence
            else:
                for begin in range(0, len(words), _LONGEST):
                    yield " ".join(words[begin : begin + _LONGEST])


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
