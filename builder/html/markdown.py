"""From a learner's field to Markdown: the way back of `text.block_html`.

A text stays as it is where it reads back right, and has backslashes where it would not: every
paragraph is rendered again and compared.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby, pairwise, product
from typing import NamedTuple

from builder.html.blocks import Block, Code, Items, Paragraph, Quotation, parse_field
from builder.html.loss import Loss, LossKind
from builder.html.runs import Run
from builder.render.text import LIKE_VARIABLE, block_html, formulas

#: Columns, as in the texts that `prepdeck new` writes.
_WIDTH = 88

#: The start of a list, a quotation or a block of code at the start of a line.
_OPENS = re.compile(r"(?m)^( *)([-+*>~`#=]|\d+(?=[.)]))")
_NUMBERED = re.compile(r"(?m)^( *\d+)([.)])")
#: Signs that mean something inside a line. A closing bracket needs an escape inside a link. It gets
#: an entity: behind a backslash it would end a formula that a bracket of another block opens.
_SIGNS = re.compile(r"[\\`*_\[<>&!|~]")
_SIGNS_IN_LINKS = re.compile(r"[\\`*_\]<>&!|~]")


class Markdown(NamedTuple):
    """Markdown, and what it leaves out of the field."""

    text: str
    losses: tuple[Loss, ...]


class _NoVariables(dict[str, str]):
    """A text for every variable, so that a learner's text that becomes one is noticed."""

    def get(self, key: str, default: object = None) -> str:
        return f"variable {key}"


_NONE = _NoVariables()


def to_markdown(html: str) -> Markdown:
    """A field's HTML as Markdown. Outside of code no line begins or ends with a blank."""
    field_content = parse_field(html)
    writer = _Writer(list(field_content.losses))
    markdown_text = writer.document(field_content.blocks)
    if (
        parse_field(block_html(markdown_text, _NONE)).blocks != field_content.blocks
        and not writer.losses
    ):
        writer.lose(LossKind.FORM)
    return Markdown(markdown_text, tuple(dict.fromkeys(writer.losses)))


@dataclass(slots=True)
class _Writer:
    losses: list[Loss]

    def lose(self, kind: LossKind) -> None:
        self.losses.append(Loss(kind))

    def document(self, blocks: Iterable[Block], tight: bool = False) -> str:
        """Blocks below each other. Two lists in a row have different signs, or would be one."""
        block_texts: list[str] = []
        previous_block: Block | None = None
        use_second_sign = False
        for block in blocks:
            use_second_sign = (
                isinstance(block, Items)
                and isinstance(previous_block, Items)
                and not use_second_sign
            )
            block_texts.append(self.block(block, use_second_sign))
            previous_block = block
        return ("\n" if tight else "\n\n").join(block_texts)

    def block(self, block: Block, alternate: bool) -> str:
        """The text of a block; `alternate`: with the second of two signs, if it is a list."""
        if isinstance(block, Paragraph):
            return self.paragraph(block)
        if isinstance(block, Code):
            return self.code(block)
        if isinstance(block, Quotation):
            return _behind("> ", "> ", self.document(block.blocks))
        return self.items(block, alternate)

    def items(self, listing: Items, alternate: bool) -> str:
        """A list, without empty lines where no item has two paragraphs."""
        is_loose = any(
            isinstance(block, Paragraph) and isinstance(previous_block, Paragraph)
            for item_blocks in listing.items
            for previous_block, block in pairwise(item_blocks)
        )
        item_texts = []
        for item_number, item_blocks in enumerate(listing.items, listing.start or 0):
            list_sign = f"{item_number}{')' if alternate else '.'} "
            if listing.start is None:
                list_sign = "* " if alternate else "- "
            is_tight = not is_loose and not any(
                isinstance(item_block, Code | Quotation) for item_block in item_blocks
            )
            item_texts.append(
                _behind(list_sign, " " * len(list_sign), self.document(item_blocks, is_tight))
            )
        return ("\n\n" if is_loose else "\n").join(item_texts)

    def code(self, code: Code) -> str:
        """Lines between fences."""
        longest_ticks = max((len(ticks) for ticks in re.findall("`+", code.text)), default=0)
        fence = "`" * max(3, longest_ticks + 1)
        fenced_text = f"{fence}\n{code.text}\n{fence}"
        if _reads_as(fenced_text, code):
            return fenced_text
        self.lose(LossKind.CODE)
        return self.paragraph(Paragraph((Run(re.sub(r"\s*\n\s*", "\n", code.text.strip())),)))

    def paragraph(self, paragraph: Paragraph) -> str:
        """The shortest text that reads back as the paragraph, with as few backslashes."""
        for escape in _WAYS:
            written_texts = dict.fromkeys(_written(paragraph.runs, escape))
            for written_text in sorted(written_texts, key=len):
                for candidate in (_wrapped(written_text), written_text):
                    if _reads_as(candidate, paragraph):
                        return candidate
        bare_paragraph = Paragraph((Run("".join(run.text for run in paragraph.runs)),))
        if bare_paragraph == paragraph:
            self.lose(LossKind.FORM)
            return _literal(bare_paragraph.runs[0].text, _everything)
        self.lose(LossKind.EMPHASIS)
        return self.paragraph(bare_paragraph)


def _reads_as(text: str, block: Block) -> bool:
    return parse_field(block_html(text, _NONE)).blocks == (block,)


def _behind(sign: str, indent: str, text: str) -> str:
    first_line, *following_lines = text.split("\n")
    return "\n".join([sign + first_line, *((indent + line).rstrip() for line in following_lines)])


def _wrapped(text: str) -> str:
    wrapped_lines = [
        textwrap.fill(line, _WIDTH, break_long_words=False, break_on_hyphens=False)
        for line in text.split("\n")
    ]
    return "\n".join(wrapped_lines)


def _plainly(text: str) -> str:
    return text


def _openings(text: str) -> str:
    text = _NUMBERED.sub(r"\1\\\2", text)
    return _OPENS.sub(lambda m: m[0] if m[2].isdecimal() else f"{m[1]}\\{m[2]}", text)


def _escaped_sign(sign: re.Match[str]) -> str:
    return "&#93;" if sign[0] == "]" else f"\\{sign[0]}"


def _everything(text: str, signs: re.Pattern[str] = _SIGNS) -> str:
    escaped_parts = []
    formula_end = 0
    for formula_slice in formulas(text):
        escaped_parts += [
            _openings(signs.sub(_escaped_sign, text[formula_end : formula_slice.start])),
            text[formula_slice],
        ]
        formula_end = formula_slice.stop
    return "".join([*escaped_parts, _openings(signs.sub(_escaped_sign, text[formula_end:]))])


def _everything_in_links(text: str) -> str:
    return _everything(text, _SIGNS_IN_LINKS)


_EM_FIRST, _STRONG_FIRST = ("em", "strong"), ("strong", "em")

_Escape = Callable[[str], str]
_WAYS: tuple[_Escape, ...] = (_plainly, _openings, _everything, _everything_in_links)


def _literal(text: str, escape: _Escape) -> str:
    """The text, escaped; text that looks like a variable of ours stays text."""
    text = LIKE_VARIABLE.sub(lambda match: match[0].replace("{{", "{\v{", 1), text)
    return escape(text).replace("\v", "\\").replace("\n", "\\\n")


def _written(runs: tuple[Run, ...], escape: _Escape) -> Iterator[str]:
    """A paragraph in every way of writing it: marks around marks, and each run with its own."""
    for em_sign, mark_order in product("*_", (_EM_FIRST, _STRONG_FIRST)):
        sign_by_mark = {"em": em_sign, "strong": "**"}
        yield "".join(
            _linked(href, _stressed(tuple(linked_runs), escape, sign_by_mark, mark_order))
            for href, linked_runs in groupby(runs, lambda run: run.href)
        )
    sign_by_mark = {"em": "*", "strong": "**"}
    yield "".join(
        _linked(run.href, _stressed((run,), escape, sign_by_mark, _EM_FIRST)) for run in runs
    )


def _linked(href: str | None, text: str) -> str:
    if href is None:
        return text
    return f"[{text}](<{href}>)" if re.search(r"[\s()<>\\]", href) else f"[{text}]({href})"


def _stressed(
    runs: tuple[Run, ...],
    escape: _Escape,
    sign_by_mark: Mapping[str, str],
    mark_order: tuple[str, ...],
) -> str:
    if not mark_order:
        return "".join(_code(run, escape) for run in runs)
    outer_mark, *inner_marks = mark_order
    sign = sign_by_mark[outer_mark]
    marked_texts = []
    for is_marked, alike_runs in groupby(runs, lambda run: outer_mark in run.marks):
        inner_text = _stressed(tuple(alike_runs), escape, sign_by_mark, tuple(inner_marks))
        marked_texts.append(f"{sign}{inner_text}{sign}" if is_marked else inner_text)
    return "".join(marked_texts)


def _code(run: Run, escape: _Escape) -> str:
    if "code" not in run.marks:
        return _literal(run.text, escape)
    return "\\\n".join(_ticked(line) for line in run.text.split("\n"))


def _ticked(text: str) -> str:
    tick_lengths = {len(ticks) for ticks in re.findall("`+", text)}
    fence = "`" * next(
        length for length in range(1, len(tick_lengths) + 2) if length not in tick_lengths
    )
    padding = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{padding}{text}{padding}{fence}"
