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
    waiting_blocks = [("", block) for block in reversed(blocks)]
    while waiting_blocks:
        bullet, block = waiting_blocks.pop()
        if isinstance(block, Items):
            inner_blocks = [
                bullet_and_block
                for item_blocks in block.items
                for bullet_and_block in _signed("- ", item_blocks)
            ]
        elif isinstance(block, Quotation):
            inner_blocks = _signed(bullet, block.blocks)
        else:
            yield bullet + text_of(block)
            continue
        waiting_blocks += reversed(inner_blocks)


def _signed(bullet: str, blocks: Sequence[Block]) -> list[tuple[str, Block]]:
    """The blocks, the first of them with the bullet."""
    return [(bullet if position == 0 else "", block) for position, block in enumerate(blocks)]
