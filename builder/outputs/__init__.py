"""What a build writes: one module for each output, in one table.

Each module has `write(deck, stamps) -> bytes`: the file of one deck, as a function of its arguments
alone. It is imported when it is used, so that help and completion wait for none of them.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from builder.deck import Deck
    from builder.lock import Stamps


class Output(NamedTuple):
    """An output. `purpose` is what it is for, as help has it.

    `for_anki`: learners import it, so the locks remember its times. Without it a build changes no
    lock.
    """

    module: str
    suffix: str
    purpose: str
    for_anki: bool = False

    def write(self, deck: Deck, stamps: Stamps) -> bytes:
        """The content of the deck's file."""
        write: Callable[[Deck, Stamps], bytes] = import_module(self.module).write
        return write(deck, stamps)


OUTPUTS = {
    "apkg": Output(
        module="builder.outputs.apkg",
        suffix=".apkg",
        purpose="packages to import into Anki",
        for_anki=True,
    ),
    "csv": Output(
        module="builder.outputs.csv",
        suffix=".csv",
        purpose="spreadsheets to read and review; never import one into Anki",
    ),
}
#: What a build writes by default.
DEFAULT = "apkg"
