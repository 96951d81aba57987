"""The text of a job advert that was saved as plain text or as a web page."""

from __future__ import annotations

import codecs
import re
from html.parser import HTMLParser
from typing import BinaryIO

from builder.findings import PrepdeckError

#: In bytes. An advert has about five kB; a web page with one rarely has more than this.
_MOST = 100_000
_BYTE_ORDER_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_HTML = re.compile(r"<(?:!doctype|html|body|div|p|br|ul|ol|li|h[1-6]|span)\b", re.IGNORECASE)
_APART = re.compile(r"p|div|li|ul|ol|section|article|table|tr|h[1-6]")
_ITEM = "\n\n- "
_UNSEEN = {"script", "style", "template", "title"}


def advert_text(advert: BinaryIO) -> str:
    """The text of the advert: UTF-8, or UTF-16 with a byte order mark.

    Raises `PrepdeckError` for a file that is not text, or has more than 100 kB.
    """
    raw = advert.read(_MOST + 1)
    if len(raw) > _MOST:
        raise PrepdeckError(
            f"the advert has more than {_MOST // 1000} kB",
            help="copy the text of the one advert from the page into a text file",
        )
    encoding = next(
        (name for mark, name in _BYTE_ORDER_MARKS.items() if raw.startswith(mark)), "utf-8"
    )
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        raise PrepdeckError(
            "the advert is not text in UTF-8",
            help="save it as plain text in UTF-8; from a PDF or a Word file, copy the text",
        )
    return _seen(text) if _HTML.search(text) else text


def _seen(text: str) -> str:
    page = _Page()
    text = re.sub(r"<!--.*?(?:-->|\Z)", "", text, flags=re.DOTALL)
    # For a tag without an end the parser looks through all the rest, each time.
    page.feed(re.sub(r"<(?![^<>]*>)", "&lt;", text))
    page.close()
    return "".join(page.parts)


class _Page(HTMLParser):
    """What a browser shows of a page, a line each for headings, items and paragraphs."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self._unseen = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag in _UNSEEN:
            self._unseen += 1
        elif tag == "li":
            self.parts.append(_ITEM)
        elif tag == "br":
            self.parts.append("\n")
        elif _APART.fullmatch(tag) and not (self.parts and self.parts[-1] == _ITEM):
            self.parts.append("\n\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNSEEN:
            self._unseen = max(0, self._unseen - 1)
        elif _APART.fullmatch(tag):
            self.parts.append("\n\n")

    def handle_data(self, data: str) -> None:
        begun = bool(self.parts) and not self.parts[-1][-1].isspace()
        if not self._unseen and (data.strip() or begun):
            self.parts.append(re.sub(r"\s+", " ", data))
