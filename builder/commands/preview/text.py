"""What `preview` tells on a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from builder.commands.preview.run import Previews
from builder.phrasing import counted


def sizes(previews: Previews) -> Iterator[str]:
    """A line for each page: how many notes, cards and days it has."""
    for page in previews.pages:
        counted_nouns = (page.notes, "note"), (page.cards, "card"), (page.days, "day")
        yield f"{page.role}: {', '.join(counted(count, noun) for count, noun in counted_nouns)}"
