"""A role on one sheet of A4: for a candidate what to have ready, for those who hire what to ask.

What has no room is left out whole, the last of its section first: core stands before the rest, and
what the role's selectors name first before what they name later.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from markupsafe import Markup

from builder.commands.sheet.entries import BLANK, Inline, entries_of
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
    rank_by_key = _ranks(project, role)
    ordered_choices = sorted(
        chosen, key=lambda choice: (not choice.core, rank_by_key[choice.definition.key])
    )
    ordered_definitions = [choice.definition for choice in ordered_choices]
    inline_by_key = _inline_by_key(project, ordered_choices)
    side = project.side(role)
    printed_entries: dict[str, list[Entry]] = {}
    left_out_counts: dict[str, int] = {}
    blank_count = 0
    for column in columns_of(project, side):
        entries_by_section = {
            section_name: entries_of(section, ordered_definitions, inline_by_key)
            for section_name, section in column.items()
        }
        fitting_counts = fill(
            [
                (section, entries_by_section[section_name] or [Entry({}, BLANK)] * section.blanks)
                for section_name, section in column.items()
            ]
        )
        for (section_name, section), fitting_count in zip(
            column.items(), fitting_counts, strict=True
        ):
            printed_entries[section_name] = entries_by_section[section_name][:fitting_count]
            if not entries_by_section[section_name]:
                blank_count += fitting_count
            # Sections that are counted as one stand where the last of them does.
            counted_as = section.counted_as or section_name
            missing_count = len(entries_by_section[section_name][fitting_count:])
            left_out_counts[counted_as] = left_out_counts.pop(counted_as, 0) + missing_count
    left_out_counts = {
        section_name: fitting_count
        for section_name, fitting_count in left_out_counts.items()
        if fitting_count
    }
    html = page(
        project,
        "sheet",
        title=role.title,
        project_title=project.settings.value.title,
        side=side,
        interview=role.value.interview if role.value and role.value.interview else "",
        left_out=left_out_counts,
        blanks=blank_count,
        **printed_entries,
    )
    return Sheet(html, left_out_counts)


def _inline_by_key(project: Project, chosen: Iterable[Chosen]) -> dict[str, Inline]:
    """By definition, Markdown to HTML with the variables of whose note it is, as on its card."""

    @cache
    def inline_of(owner_role: str | None) -> Inline:
        variables = project.view(project.roles[owner_role] if owner_role else None).vars
        return lambda text: Markup(inline_html(text, variables))

    return {choice.definition.key: inline_of(choice.owner_role) for choice in chosen}


_Rank = tuple[int, int, int, int]


def _ranks(project: Project, role: Role) -> dict[str, _Rank]:
    """Where the role's selectors name each definition first: its own before its ancestors', `core`
    before `add`, and ids in the order of their list.
    """
    rank_by_key: dict[str, _Rank] = {}
    for step in steps(project, role):
        if step.key in {"later", "drop"}:
            continue
        chain_position = role.chain.index(step.role)
        key_rank = ("own", "core", "add").index(step.key)
        selector_ids = step.selector.id if step.selector and step.selector.id else ()
        for definition in step.matches:
            id_position = selector_ids.index(definition.id) if definition.id in selector_ids else 0
            rank = (chain_position, key_rank, step.position, id_position)
            rank_by_key[definition.key] = min(rank, rank_by_key.get(definition.key, rank))
    return rank_by_key
