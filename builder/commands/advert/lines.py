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
    asking_lines: list[Line] = []
    about_lines: list[Line] = []
    head_lines: list[Line] = []
    in_offer_section = False
    title = ""
    for block_position, block in enumerate(_blocks(text)):
        if block.heading:
            in_offer_section = _is_about_employer(block.text, company if block_position else "")
        word_count = len(block.text.split())
        if block_position <= _HEAD and not block.item and word_count <= _SHORT:
            head_lines.append(tuple(tokens_of(block.text)))
        block_asks_nothing = in_offer_section or (
            word_count <= _LONG and bool(_OFFERS.match(block.text))
        )
        sentences = [*_sentences(block.text, word_count)]
        if not block_position and word_count <= _SHORT:
            title, sentences = block.text, []
        elif not block_position and len(sentences[0].split()) <= _SHORT:
            title = sentences.pop(0)
        for sentence in sentences:
            sentence_asks = not (
                block_asks_nothing or _OFFERS.match(sentence) or _LAW.search(sentence)
            )
            if line_tokens := tuple(tokens_of(sentence)):
                (asking_lines if sentence_asks else about_lines).append(line_tokens)
    return Advert(title, tuple(asking_lines), tuple(about_lines), tuple(head_lines), company)


def _is_about_employer(heading: str, company: str) -> bool:
    if _OFFERS.match(heading) or _ABOUT.match(heading):
        return True
    heading_prefixes = ("", "why ", "why join ", "join ", "life at ", "working at ", "who is ")
    employer_headings = {f"{prefix}{company.casefold()}" for prefix in heading_prefixes}
    return bool(company) and heading.casefold().strip(" ?!:") in employer_headings


def _sentences(text: str, word_count: int) -> Iterator[str]:
    """The sentences of a block of so many words; a sentence that is too long comes in parts."""
    for item_text in _ITEM.split(text) if word_count > _LONG else [text]:
        for sentence in _SENTENCE.split(item_text):
            sentence_words = sentence.split()
            if len(sentence_words) <= _LONGEST:
                yield sentence
            else:
                for part_start in range(0, len(sentence_words), _LONGEST):
                    yield " ".join(sentence_words[part_start : part_start + _LONGEST])


class _Block(NamedTuple):
    """A paragraph, a heading, or an item of a list. Line ends stay."""

    text: str
    heading: bool
    item: bool


def _blocks(text: str) -> Iterator[_Block]:
    block_lines: list[str] = []
    is_item = False
    for line in [*(line.strip() for line in text.replace("\u00a0", " ").splitlines()), ""]:
        bullet_match = _BULLET.match(line)
        if block_lines and (not line or bullet_match or not _continues(block_lines[-1], line)):
            yield _Block("\n".join(block_lines), not is_item and _is_heading(block_lines), is_item)
            block_lines = []
        if line:
            is_item = bool(bullet_match) if not block_lines else is_item
            block_lines.append(line[bullet_match.end() :] if bullet_match else line)


def _continues(previous_line: str, line: str) -> bool:
    """Whether a line continues the line before it."""
    is_unfinished = not previous_line.endswith((".", ":", ";", "!", "?"))
    may_wrap = line[:1].islower() or len(previous_line) > _WRAPPED
    return (is_unfinished and may_wrap) or len(previous_line) > _FULL


def _is_heading(block_lines: Sequence[str]) -> bool:
    first_line = block_lines[0]
    is_short = len(block_lines) == 1 and len(first_line.split()) <= 6
    return is_short and not first_line.endswith((".", ","))


def tokens_of(text: str) -> Iterator[Token]:
    """The words of a text. `self-service` is two words, and at the end once more as one."""
    previous_end = 0
    for word_match in _WORD.finditer(text.replace("-", " ")):
        text_between = text[previous_end : word_match.start()]
        starts_line = previous_end == 0 or "\n" in text_between
        yield Token(
            word_match[0], stem(word_match[0]), bool(text_between.strip(" -&\n")), starts_line
        )
        previous_end = word_match.end()
    for word_match in _JOINED.finditer(text):
        yield Token(word_match[0], stem(word_match[0].replace("-", "")), True)
