"""The row of a deck in Anki: its name, description and preset. A person's roles have one row."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import NamedTuple

from builder.deck import NoteType, Preset
from builder.ids import row_id
from builder.project import Project, Role
from builder.render.notetypes import SPARES
from builder.render.text import inline_html

#: The field that shows a note's topic, behind the kind on most fronts.
_TOPIC = "topic"


class Row(NamedTuple):
    """What Anki keeps of a deck."""

    id: int
    name: str
    description: str
    preset: Preset | None


def row_of(project: Project, role: Role, new_a_day: int | None) -> Row:
    """The row of a role's deck, or of that of a person; `new_a_day`: new cards, with a plan."""
    settings = project.settings.value
    preset = _preset(project, role, new_a_day) if new_a_day is not None else None
    id = row_id("deck", settings.namespace, role.key)
    return Row(id, f"{settings.title}::{role.deck_title}", _description(project, role), preset)


def _preset(project: Project, role: Role, new_a_day: int) -> Preset:
    """Anki imports a preset's id once: other settings need another id, or they never arrive."""
    id = row_id("preset", project.settings.value.namespace, role.key, str(new_a_day))
    return Preset(id, f"{role.deck_title}: {new_a_day} new a day", new_a_day)


def _description(project: Project, role: Role) -> str:
    """What Anki shows above the deck's button. It overwrites what the learner wrote there."""
    settings = project.settings.value
    title, version = escape(settings.title, False), escape(settings.version, False)
    sentences = [f"{title}, version {version}."]
    if role.value and role.value.mission:
        sentences.append(inline_html(role.value.mission, project.view(role).vars))
    sentences += _interviews(project, role)
    if not role.owns_notes:
        sentences.append(
            "Import two decks of this set, and a note that both have stays in the deck that"
            " came first: you study it once."
        )
    return " ".join(sentences)


def _interviews(project: Project, person: Role) -> list[str]:
    """A sentence with the dates of all interviews of a person, the nearest first."""
    dated = sorted(
        (role.value.interview, role.title)
        for role in project.roles_of(person)
        if role.value and role.value.interview
    )
    dates = "; ".join(f"{escape(title, False)} on {interview}" for interview, title in dated)
    return [f"Interviews: {dates}."] if dates else []


def label_position(notetype: NoteType) -> int:
    """The position of the field that shows whose a note is: the topic, where all fronts show it.

    Else it is the first one, as in "Your answer": what is asked.
    """
    for position, field in enumerate(notetype.fields):
        if field.key == _TOPIC:
            fronts = [card.front for card in notetype.templates if card.gate not in SPARES]
            return position if all(f"{{{{{field.name}}}}}" in front for front in fronts) else 0
    return 0


def label_after(content: str, position: int, employer: str) -> str:
    """What shows an employer behind the content of the field at that position, as HTML.

    Behind a topic it is in the ink of the text, since two employers' notes may differ in it alone.
    Below a question it has a line of its own, so that nobody reads it as the question's end.
    """
    if position == 0:
        return f"<br><small>{employer}</small>"
    name = f'<b style="color: var(--ink)">{employer}</b>'
    return f" · {name}" if content else name


def employers(project: Project) -> Mapping[str, str]:
    """The titles of the roles whose own notes show whose they are, as HTML, by the roles' ids."""
    roles = project.roles.values()
    return {role.id: escape(role.title, False) for role in roles if role.person is not None}
