"""The text of a web page that somebody saved: what a browser shows of it, without its form."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from builder.html.blocks import Block, Items, Quotation, Reader, text_of


def page_text(html: str) -> str:
    """Headings, paragraphs and items of a page, with an empty line between them.

    An item of a list begins with `- `. A line break of the page is one here; all other white space
    is a single blank.
    """
    return "\n\n".join(_texts(_PageReader().read(html)))


class _PageReader(Reader):
    hidden = Reader.hidden | {"template", "title"}

    def _end_bare_item(self, blocks: list[Block]) -> None:
        """An item outside of a list has a bullet all the same, as browsers show it."""
        if blocks:
            self._add(Items(None, (tuple(blocks),)))


def _texts(blocks: Sequence[Block]) -> Iterator[str]:
    # A stack of our own: a page may nest deeper than Python calls.
    waiting = [("", block) for block in reversed(blocks)]
    while waiting:
        sign, block = waiting.pop()
        if isinstance(block, Items):
            inner = [pair for item in block.items for pair in _signed("- ", item)]
        elif isinstance(block, Quotation):
            inner = _signed(sign, block.blocks)
        else:
            yield sign + text_of(block)
            continue
        waiting += reversed(inner)


def _signed(sign: str, blocks: Sequence[Block]) -> list[tuple[str, Block]]:
    """The blocks, the first of them with the sign."""
    return [(sign if position == 0 else "", block) for position, block in enumerate(blocks)]
