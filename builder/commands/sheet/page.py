"""A role on one sheet of A4: for a candidate what to have ready, for those who hire what to ask.

What has no room is left out whole, the last of its section first: core stands before the rest, and
what the role's selectors name first before what they name later.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from markupsafe import Markup

from builder.commands.sheet.entries import BLANK, entries_of
from builder.commands.sheet.fit import Entry, fill
from builder.commands.sheet.sections import columns_of
from builder.project import Project, Role
from builder.render.page import page
from builder.render.text import inline_html
from builder.select import Chosen, steps


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page, and how many entries of each section had no room on it."""

    html: str
    left_out: dict[str, int]


def sheet_page(project: Project, role: Role, chosen: Iterable[Chosen]) -> Sheet:
    """The sheet of a role. `chosen`: its definitions, without those at fault.

    Raises `PrepdeckError` for a fault in the page or in its sections.
    """
    values = project.view(role).vars

    def inline(text: str) -> Markup:
        return Markup(inline_html(text, values))

    ranks = _ranks(project, role)
    ordered = [
        choice.definition
        for choice in sorted(
            chosen, key=lambda choice: (not choice.core, ranks[choice.definition.key])
        )
    ]
    side = project.side(role)
    printed: dict[str, list[Entry]] = {}
    left_out: dict[str, int] = {}
    blanks = 0
    for column in columns_of(project, side):
        entries = {name: entries_of(section, ordered, inline) for name, section in column.items()}
        numbers = fill(
            [
                (section, entries[name] or [Entry({}, BLANK)] * section.blanks)
                for name, section in column.items()
            ]
        )
        for (name, section), number in zip(column.items(), numbers, strict=True):
            printed[name] = entries[name][:number]
            if not entries[name]:
                blanks += number
            # Sections that are counted as one stand where the last of them does.
            counted_as = section.counted_as or name
            missing = len(entries[name][number:])
            left_out[counted_as] = left_out.pop(counted_as, 0) + missing
    left_out = {name: number for name, number in left_out.items() if number}
    html = page(
        project,
        "sheet",
        title=role.title,
        project_title=project.settings.value.title,
        side=side,
        interview=role.value.interview if role.value and role.value.interview else "",
        left_out=left_out,
        blanks=blanks,
        **printed,
    )
    return Sheet(html, left_out)


_Rank = tuple[int, int, int, int]


def _ranks(project: Project, role: Role) -> dict[str, _Rank]:
    """Where the role's selectors name each definition first: its own before its ancestors', `core`
    before `add`, and ids in the order of their list.
    """
    ranks: dict[str, _Rank] = {}
    for step in steps(project, role):
        if step.key in {"later", "drop"}:
            continue
        level, key = role.chain.index(step.role), ("own", "core", "add").index(step.key)
        ids = step.selector.id if step.selector and step.selector.id else ()
        for definition in step.matches:
            position = ids.index(definition.id) if definition.id in ids else 0
            rank = (level, key, step.position, position)
            ranks[definition.key] = min(rank, ranks.get(definition.key, rank))
    return ranks
