"""The text of a job advert that was saved as plain text or as a web page."""

from __future__ import annotations

import codecs
import re
from typing import BinaryIO

from builder.findings import PrepdeckError
from builder.html.page import page_text

#: In bytes. An advert has about five kB; a web page with one rarely has more than this.
_MOST = 100_000
_BYTE_ORDER_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_HTML = re.compile(r"<(?:!doctype|html|body|div|p|br|ul|ol|li|h[1-6]|span)\b", re.IGNORECASE)


def advert_text(advert: BinaryIO) -> str:
    """The text of the advert: UTF-8, or UTF-16 with a byte order mark.

    Raises `PrepdeckError` for a file that is not text, or has more than 100 kB.
    """
    raw_bytes = advert.read(_MOST + 1)
    if len(raw_bytes) > _MOST:
        raise PrepdeckError(
            f"the advert has more than {_MOST // 1000} kB",
            help="copy the text of the one advert from the page into a text file",
        )
    encoding = next(
        (encoding for mark, encoding in _BYTE_ORDER_MARKS.items() if raw_bytes.startswith(mark)),
        "utf-8",
    )
    try:
        text = raw_bytes.decode(encoding)
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        raise PrepdeckError(
            "the advert is not text in UTF-8",
            help="save it as plain text in UTF-8; from a PDF or a Word file, copy the text",
        )
    return page_text(text) if _HTML.search(text) else text
