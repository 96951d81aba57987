"""From Markdown to the HTML of a field: plain, semantic, safe.

Texts have Markdown and one construct of ours, `{{ vars.name }}`. Its value is put in as text after
the Markdown was read, so that no value can become markup. All other braces are text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from html import escape, unescape
from urllib.parse import quote

import nh3
from markdown_it import MarkdownIt

#: The construct, and text that merely looks like it.
VARIABLE = re.compile(r"\{\{\s*vars\.([a-z][a-z0-9_]*)\s*\}\}")
LIKE_VARIABLE = re.compile(r"\{\{\s*vars\b[^}]*\}?\}?")

#: Noncharacters, which no YAML file may have: they stand for a variable, or for a formula, until
#: the Markdown was read and cleaned.
_OPEN, _CLOSE = "\ufdd0", "\ufdd1"
_HELD = re.compile(f"{_OPEN}([a-z0-9_]+){_CLOSE}")
_HELD_IN_ADDRESS = re.compile(f"{quote(_OPEN)}([a-z0-9_]+){quote(_CLOSE)}")

_FORMULA_OPENS = re.compile(r"\\[(\[]")
_FORMULA_CLOSES = {"\\(": "\\)", "\\[": "\\]"}

_TAG = re.compile(r"<[^>]*>")
_CODE_BLOCK = re.compile(r"(<pre\b.*?</pre>)", re.DOTALL)
_BLOCK_END = re.compile(r"</(?:p|li|blockquote)>|<br ?/?>")

#: A tag as nh3 writes it, whose quoted values may hold a `>`; or the text up to the next tag.
_TAG_OR_TEXT = re.compile(r'<(?:[^">]|"[^"]*")*>|[^<]+')

#: Letters, digits and signs that Markdown, nh3 and NFC leave as they are: most lines of most decks.
#: The long way takes thirty times as long and gives the same (a test compares them).
_LETTERS = "A-Za-z\u00c0-\u017e'\"(–—’“”…€"
_WORDS = f"[{_LETTERS}0-9 ,.;:?)/%+=-]*"
_PLAIN_LINE = re.compile(rf"{_WORDS}\Z")
_PLAIN_PROSE = re.compile(rf"(?:[{_LETTERS}]{_WORDS}(?<! )\n+)*[{_LETTERS}]{_WORDS}(?<! )\n*\Z")

#: A variable, and emphasis of plain words between blanks or signs, which can mean nothing else.
_SIMPLE_VARIABLE = re.compile(r"\{\{ *vars\.[a-z][a-z0-9_]* *\}\}")
_STRESS = re.compile(
    r"(?<![^\s(])(\*\*?)([A-Za-z0-9](?:[A-Za-z0-9 ]*[A-Za-z0-9])?)\1(?![^\s.,;:?)])"
)
_STRESSED = {"*": r"<em>\2</em>", "**": r"<strong>\2</strong>"}

_TAGS = {"a", "blockquote", "br", "code", "em", "li", "ol", "p", "pre", "strong", "ul"}
_ATTRIBUTES: dict[str, set[str]] = {"a": {"href"}, "ol": {"start"}, "*": set()}


def _reader() -> MarkdownIt:
    # A field has no headings, rules or pictures: a card's layout belongs to its templates.
    reader = MarkdownIt("commonmark", {"html": False})
    reader.disable(["heading", "lheading", "hr", "image", "reference", "html_block", "html_inline"])
    return reader


_READER = _reader()


def inline_html(source: str, values: Mapping[str, str]) -> str:
    """One line of Markdown as inline HTML."""
    if _PLAIN_LINE.match(_bare(source)):
        return _with_values(_stressed(" ".join(source.split())), values)
    return _rendered(re.sub(r"[ \t\n]+", " ", source).strip(" "), values, _READER.renderInline)


def block_html(source: str, values: Mapping[str, str]) -> str:
    """Markdown in paragraphs and lists as HTML."""
    if _PLAIN_PROSE.match(_bare(source)):
        paragraphs = re.split("\n\n+", _stressed(source.strip("\n")))
        html = "\n".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
        return _with_values(html, values)
    return _rendered(source, values, _READER.render)


def lists(source: str) -> list[list[int]]:
    """The lists of a text, and lists within them: for each, the lines its items begin on, from 0.

    They come in the order in which they end.
    """
    # A formula keeps its lines, and none of them may look like an item.
    source = _replace_formulas(source, lambda formula: re.sub(r"[^\n]", "x", formula))
    closed_lists: list[list[int]] = []
    open_lists: list[list[int]] = []
    for token in _READER.parse(source):
        if token.type in ("bullet_list_open", "ordered_list_open"):
            open_lists.append([])
        elif token.type == "list_item_open" and token.map:
            open_lists[-1].append(token.map[0])
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            closed_lists.append(open_lists.pop())
    return closed_lists


def formulas(source: str) -> Iterator[slice]:
    r"""Where MathJax's formulas are: `\(…\)` and `\[…\]`, not empty and without a blank line.

    Markdown would drop their backslashes, and make lists of their lines that begin with `-`. Each
    sign is searched for once: a regular expression would look through all the text behind every
    sign that opens a formula and is never closed.
    """
    position_by_sign: dict[str, int] = {}

    def find(sign: str, search_start: int) -> int:
        if position_by_sign.get(sign, -1) < search_start:
            sign_position = source.find(sign, search_start)
            position_by_sign[sign] = sign_position if sign_position >= 0 else len(source)
        return position_by_sign[sign]

    last_end = 0
    for opening in _FORMULA_OPENS.finditer(source):
        formula_start = opening.start()
        if formula_start >= last_end:
            formula_close = find(_FORMULA_CLOSES[opening[0]], formula_start + 3)
            if formula_close < find("\n\n", formula_start + 2):
                last_end = formula_close + 2
                yield slice(formula_start, last_end)


def _replace_formulas(source: str, replacement: Callable[[str], str]) -> str:
    text_parts: list[str] = []
    copied_to = 0
    for formula in formulas(source):
        text_parts += [source[copied_to : formula.start], replacement(source[formula])]
        copied_to = formula.stop
    return "".join([*text_parts, source[copied_to:]])


def plain(html: str) -> str:
    """The text of inline HTML."""
    return unescape(_TAG.sub("", html))


def plain_lines(html: str) -> str:
    """What somebody reads of a field: each paragraph and each item of a list on a line.

    Code keeps its lines and their indents.
    """
    text_lines: list[str] = []
    for part_position, html_part in enumerate(_CODE_BLOCK.split(html)):
        if part_position % 2:
            text_lines += [line.rstrip() for line in plain(html_part).splitlines()]
        else:
            html_in_lines = _BLOCK_END.sub("\n", " ".join(html_part.split()))
            text_lines += [line.strip() for line in plain(html_in_lines).splitlines()]
    return "\n".join(line for line in text_lines if line)


def _bare(source: str) -> str:
    """The source with a letter instead of each construct that the short way knows."""
    if "*" in source:
        source = _STRESS.sub("x", source)
    return _SIMPLE_VARIABLE.sub("x", source) if "{{" in source else source


def _stressed(source: str) -> str:
    if "*" not in source:
        return source
    return _STRESS.sub(lambda match: match.expand(_STRESSED[match[1]]), source)


def _with_values(html: str, values: Mapping[str, str]) -> str:
    if "{{" not in html:
        return html
    html = VARIABLE.sub(
        lambda match: _as_text(values.get(match[1], f"{{{{ vars.{match[1]} }}}}")), html
    )
    return _TAG_OR_TEXT.sub(_normal, html)


def _rendered(source: str, values: Mapping[str, str], render: Callable[[str], str]) -> str:
    held_formulas: list[str] = []

    def hold(formula: str) -> str:
        held_formulas.append(formula)
        return f"{_OPEN}{len(held_formulas) - 1}{_CLOSE}"

    def value(name: str) -> str:
        # A variable's name begins with a letter; the number of a formula does not.
        if name.isdecimal():
            return VARIABLE.sub(lambda match: value(match[1]), held_formulas[int(name)])
        return values.get(name, f"{{{{ vars.{name} }}}}")

    source = unicodedata.normalize("NFC", source)
    source = _replace_formulas(source, hold)
    source = VARIABLE.sub(lambda match: f"{_OPEN}{match[1]}{_CLOSE}", source)
    html = nh3.clean(render(source), tags=_TAGS, attributes=_ATTRIBUTES, link_rel=None)
    html = _HELD_IN_ADDRESS.sub(lambda match: quote(value(match[1]), safe=""), html)
    html = _HELD.sub(lambda match: _as_text(value(match[1])), html)
    return _TAG_OR_TEXT.sub(_normal, html.strip("\n "))


def _normal(tag_or_text: re.Match[str]) -> str:
    if tag_or_text[0].startswith("<"):
        return tag_or_text[0]
    normal_text = unicodedata.normalize("NFC", tag_or_text[0])
    # Anki normalises whole fields, and a bare stroke would join the `>` of the tag before it.
    return f"&#824;{normal_text[1:]}" if normal_text.startswith("\u0338") else normal_text


def _as_text(variable_value: str) -> str:
    return escape(unicodedata.normalize("NFC", variable_value), False).replace("\xa0", "&nbsp;")
