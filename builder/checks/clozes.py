"""The marks in texts with clozes."""

from __future__ import annotations

from collections.abc import Iterator

from builder.findings import Finding, Section, Severity, rule
from builder.lint.subjects import DEFINITION, Wording
from builder.render.cloze import slips_of


@rule("faulty-cloze", Severity.ERROR, of=DEFINITION, section=Section.SCHEMA)
def clozes_hide_something(wording: Wording) -> Iterator[Finding]:
    """A text with clozes hides something, and Anki reads its marks as its author does."""
    for leaf in wording.definition.leaves:
        if leaf.shape.type == "cloze":
            for slip in slips_of(leaf.scalar.text.rstrip("\n")):
                yield Finding(slip.message, leaf.scalar.within(slip.start, slip.end), slip.help)
