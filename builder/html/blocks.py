"""HTML that somebody else wrote as a tree: paragraphs, lists, quotations and code.

Anki's editor writes `<div>`, `<br>` and `&nbsp;`, and keeps whatever a learner pastes. The tree has
what Markdown can say. What it cannot say becomes a `Loss`, and its text stays.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from html.parser import HTMLParser

import nh3

from builder.html.loss import Loss, LossKind
from builder.html.runs import Run, paragraphs
from builder.source.walk import FORBIDDEN

#: Emphasis that Markdown has, by the elements that mean it.
_MARKS = {
    **dict.fromkeys(("b", "strong", "h1", "h2", "h3", "h4", "h5", "h6", "th"), "strong"),
    **dict.fromkeys(("i", "em", "cite", "dfn", "var"), "em"),
    **dict.fromkeys(("code", "kbd", "samp", "tt"), "code"),
}
_BLOCKS = {
    *("address", "article", "aside", "center", "dd", "div", "dl", "dt", "figure", "footer"),
    *("h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "main", "p", "section", "table", "tr"),
}
_FRAMES = {"ul", "ol", "li", "blockquote"}

#: Content that Markdown here does not have, by the elements that mean it.
_LOSSES = {
    **dict.fromkeys(("u", "ins"), LossKind.UNDERLINE),
    **dict.fromkeys(("s", "del", "strike"), LossKind.STRIKE),
    **dict.fromkeys(("sub", "sup"), LossKind.SMALL),
    **dict.fromkeys(("mark", "font"), LossKind.COLOUR),
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), LossKind.HEADING),
    **dict.fromkeys(("audio", "video"), LossKind.SOUND),
    **{"img": LossKind.PICTURE, "table": LossKind.TABLE, "hr": LossKind.RULE},
}

_TAGS = _BLOCKS | _FRAMES | {*_MARKS, *_LOSSES, "a", "br", "pre", "span", "td"}
_ATTRIBUTES = {"a": {"href"}, "ol": {"start"}, "img": {"src"}, "*": {"style", "color"}}

_BOLD = re.compile(r"font-weight\s*:\s*(bold|[6-9]00)", re.IGNORECASE)
_NOT_BOLD = re.compile(r"font-weight\s*:\s*(normal|[1-5]00)", re.IGNORECASE)
_ITALIC = re.compile(r"font-style\s*:\s*(italic|oblique)", re.IGNORECASE)
_COLOUR = re.compile(
    r"(?:^|[;\s])(?:background-)?color\s*:\s*(?!inherit|transparent)", re.IGNORECASE
)
_LINE = re.compile(r"text-decoration(?:-line)?\s*:[^;]*(underline|line-through)", re.IGNORECASE)

#: The most letters of a file's name that a message shows.
_NAME_LETTERS = 40

_LINE_ENDS = re.compile("[\x0b\x0c\x85\u2028\u2029]")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Text in runs, two neighbours never alike."""

    runs: tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Code:
    """Lines that keep their white space."""

    text: str


@dataclass(frozen=True, slots=True)
class Items:
    """A list; `start` is the first number, None where it has bullets."""

    start: int | None
    items: tuple[tuple[Block, ...], ...]


@dataclass(frozen=True, slots=True)
class Quotation:
    """A quotation of any blocks."""

    blocks: tuple[Block, ...]


Block = Paragraph | Code | Items | Quotation


@dataclass(frozen=True, slots=True)
class FieldContent:
    """A field as blocks. `losses`: what it has that Markdown cannot say, each once."""

    blocks: tuple[Block, ...]
    losses: tuple[Loss, ...]


def parse_field(html: str) -> FieldContent:
    """The content of a field as a learner sees it, as far as Markdown can say it."""
    reader = Reader()
    blocks = reader.read(html)
    return FieldContent(blocks, tuple(dict.fromkeys(reader.losses)))


def text_of(block: Block) -> str:
    """The plain text of a block, a line for each paragraph."""
    if isinstance(block, Paragraph):
        return "".join(run.text for run in block.runs)
    if isinstance(block, Code):
        return block.text
    if isinstance(block, Quotation):
        return "\n".join(map(text_of, block.blocks))
    return "\n".join(
        text_of(inner_block) for item_blocks in block.items for inner_block in item_blocks
    )


@dataclass(slots=True)
class _Frame:
    """An open list, item or quotation, or the whole text (`tag` is empty)."""

    tag: str
    start: int | None = None
    blocks: list[Block] = field(default_factory=list)
    items: list[tuple[Block, ...]] = field(default_factory=list)


@dataclass(slots=True)
class _Open:
    """An open element, and the emphasis and the link of the text in it."""

    tag: str
    marks: frozenset[str]
    href: str | None


class Reader(HTMLParser):
    """Reads HTML after nh3 has put it in order: every element is closed, in its place."""

    #: Elements that are left out with all their text.
    hidden = frozenset({"script", "style"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.losses: list[Loss] = []
        self._frames = [_Frame("")]
        self._open = [_Open("", frozenset(), None)]
        self._runs: list[Run] = []
        self._verbatim: list[str] | None = None

    def read(self, html: str) -> tuple[Block, ...]:
        """The blocks of a text. A reader reads one text."""
        self.feed(
            nh3.clean(
                html,
                tags=set(_TAGS),
                clean_content_tags=set(self.hidden),
                attributes={
                    tag: set(attribute_names) for tag, attribute_names in _ATTRIBUTES.items()
                },
                link_rel=None,
                strip_comments=True,
            )
        )
        self.close()
        self._flush()
        return tuple(self._frames[0].blocks)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        if tag in _LOSSES:
            self._lose(_LOSSES[tag], attributes.get("src", ""))
        if tag == "br" and self._verbatim is not None:
            self._verbatim.append("\n")
        elif tag == "br":
            self._runs.append(Run("\n"))
        if tag in {"br", "hr", "img"}:
            if tag == "hr":
                self._flush()
            return
        if tag in _BLOCKS or tag in _FRAMES or tag == "pre":
            self._flush()
        if tag in _FRAMES:
            start_text = attributes.get("start", "")
            list_start = int(start_text) if start_text.isascii() and start_text.isdecimal() else 1
            self._frames.append(_Frame(tag, list_start if tag == "ol" else None))
        elif tag == "pre" and self._verbatim is None:
            self._verbatim = []
        self._open.append(self._inside(tag, attributes))

    def _inside(self, tag: str, attributes: dict[str, str]) -> _Open:
        outer_element, style = self._open[-1], attributes.get("style", "")
        marks = set(outer_element.marks)
        if tag in _MARKS:
            marks.add(_MARKS[tag])
        if _BOLD.search(style):
            marks.add("strong")
        elif _NOT_BOLD.search(style):
            marks.discard("strong")
        if _ITALIC.search(style):
            marks.add("em")
        if _COLOUR.search(style) or "color" in attributes:
            self._lose(LossKind.COLOUR)
        if line_match := _LINE.search(style):
            is_underlined = line_match[1].lower() == "underline"
            self._lose(LossKind.UNDERLINE if is_underlined else LossKind.STRIKE)
        return _Open(tag, frozenset(marks), attributes.get("href") or outer_element.href)

    def _lose(self, kind: LossKind, name: str = "") -> None:
        # The address of a pasted picture may be the whole picture. A terminal shows the name.
        name = "".join(letter for letter in name[:_NAME_LETTERS] if letter.isprintable())
        self.losses.append(Loss(kind, name))

    def handle_endtag(self, tag: str) -> None:
        if tag in {"br", "hr", "img"} or len(self._open) == 1:
            return
        self._open.pop()
        if tag == "pre" and self._verbatim is not None and not self._within("pre"):
            self._end_verbatim()
        if tag in {"td", "th"}:
            self._runs.append(Run(" "))
        if tag in _BLOCKS or tag in _FRAMES:
            self._flush()
        if tag in _FRAMES and self._frames[-1].tag == tag:
            self._end_frame()

    def _within(self, tag: str) -> bool:
        return any(element.tag == tag for element in self._open)

    def _end_verbatim(self) -> None:
        code_text = _LINE_ENDS.sub("\n", "".join(self._verbatim or ()))
        self._verbatim = None
        code_text = self._visible(unicodedata.normalize("NFC", code_text))
        code_text = "\n".join(line.rstrip() for line in code_text.split("\n")).strip("\n")
        if code_text:
            self._add(Code(code_text))

    def _end_frame(self) -> None:
        frame = self._frames.pop()
        if frame.tag == "li" and self._frames[-1].tag in {"ul", "ol"}:
            if frame.blocks:
                self._frames[-1].items.append(tuple(frame.blocks))
        elif frame.tag == "blockquote":
            if frame.blocks:
                self._add(Quotation(tuple(frame.blocks)))
        elif frame.tag in {"ul", "ol"}:
            if frame.items:
                self._add(Items(frame.start, tuple(frame.items)))
        else:
            self._end_bare_item(frame.blocks)

    def _end_bare_item(self, blocks: list[Block]) -> None:
        """An item outside of a list is plain text in a field."""
        self._frames[-1].blocks += blocks

    def _add(self, block: Block) -> None:
        frame = self._frames[-1]
        if frame.tag not in {"ul", "ol"}:
            frame.blocks.append(block)
        elif frame.items:  # Anki's editor puts an inner list beside its item, not into it
            frame.items[-1] = (*frame.items[-1], block)
        else:
            frame.items.append((block,))

    def handle_data(self, data: str) -> None:
        if self._verbatim is not None:
            self._verbatim.append(data)
            return
        open_element = self._open[-1]
        lines = (re.sub("[ \t\n\r]+", " ", line) for line in _LINE_ENDS.split(data))
        self._runs.append(Run("\n".join(lines), open_element.marks, open_element.href))

    def _flush(self) -> None:
        """Makes paragraphs of the text since the last block; two line breaks part them."""
        if self._verbatim is not None:
            self._verbatim.append("\n")
            return
        runs, self._runs = self._runs, []
        for paragraph in paragraphs(runs, self._visible):
            self._add(Paragraph(paragraph))

    def _visible(self, text: str) -> str:
        """The text without characters that YAML or Anki would drop."""
        for letter in dict.fromkeys(FORBIDDEN.findall(text)):
            self._lose(LossKind.CHARACTER, f"U+{ord(letter):04X}")
        return FORBIDDEN.sub("", text)
