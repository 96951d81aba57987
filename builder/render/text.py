"""Markdown to the HTML of a field: plain, semantic, safe.

Prose knows Markdown and one construct of ours, `{{ vars.name }}`. Its value goes in as text after
the Markdown was read, so that no value can become markup. All other braces are text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from html import escape

import nh3
from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline

#: The construct, and what merely looks like it.
VARIABLE = re.compile(r"\{\{\s*vars\.([a-z][a-z0-9_]*)\s*\}\}")
LIKE_VARIABLE = re.compile(r"\{\{\s*vars\b[^}]*\}?\}?")

#: Noncharacters, which the reader lets in from nowhere: they hold a variable's place.
_OPEN, _CLOSE = "\ufdd0", "\ufdd1"
_HELD = re.compile(f"{_OPEN}([a-z0-9_]+){_CLOSE}")

_TAGS = {"a", "blockquote", "br", "code", "em", "li", "ol", "p", "pre", "strong", "ul"}
_ATTRIBUTES = {"a": {"href"}, "ol": {"start"}}


def _math(state: StateInline, silent: bool) -> bool:
    r"""`\(…\)` and `\[…\]` are MathJax's: Markdown would take their backslashes away."""
    opener = state.src[state.pos : state.pos + 2]
    closer = {r"\(": r"\)", r"\[": r"\]"}.get(opener)
    end = state.src.find(closer, state.pos + 2) if closer else -1
    if end < 0:
        return False
    if not silent:
        state.push("text", "", 0).content = state.src[state.pos : end + 2]
    state.pos = end + 2
    return True


def _reader() -> MarkdownIt:
    # A field has no headings, rules or pictures: a card's layout belongs to its templates.
    reader = MarkdownIt("commonmark", {"html": False})
    reader.disable(["heading", "lheading", "hr", "image", "reference", "html_block", "html_inline"])
    reader.inline.ruler.before("escape", "math", _math)
    return reader


_READER = _reader()


def line(source: str, values: Mapping[str, str]) -> str:
    """One line of Markdown as inline HTML."""
    return _finished(_READER.renderInline(_held(" ".join(source.split()))), values)


def prose(source: str, values: Mapping[str, str]) -> str:
    """Markdown in paragraphs and lists as HTML."""
    return _finished(_READER.render(_held(source)), values)


def _held(source: str) -> str:
    return VARIABLE.sub(lambda m: f"{_OPEN}{m[1]}{_CLOSE}", source)


def _finished(html: str, values: Mapping[str, str]) -> str:
    safe = nh3.clean(html, tags=_TAGS, attributes=_ATTRIBUTES, link_rel=None)
    filled = _HELD.sub(lambda m: escape(values.get(m[1], f"{{{{ vars.{m[1]} }}}}"), False), safe)
    return unicodedata.normalize("NFC", filled.strip())
