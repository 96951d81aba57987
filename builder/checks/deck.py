"""Checks of a role's finished deck."""

from __future__ import annotations

import re
from collections.abc import Iterator

from builder.deck import Deck, Note, NoteType, Template
from builder.findings import Diagnostic
from builder.project import Project
from builder.render.text import VARIABLE
from builder.select import Selection
from builder.source import MappingNode

_FIELD = re.compile(r"\{\{(?![#^/])(?:[^{}]*:)?([^{}]+)\}\}")


def no_front_is_empty(project: Project, selection: Selection, deck: Deck) -> Iterator[Diagnostic]:
    """Anki imports a note without a card, invisibly, and makes a blank card of an empty front."""
    for note in deck.notes:
        notetype = deck.notetypes[note.notetype]
        if not note.fields[0]:
            yield _empty(note, f"the field `{notetype.fields[0].name}` is empty", selection)
        for place in note.cards:
            template = notetype.templates[place]
            if not _shows(template, note, notetype):
                yield _empty(note, f"the card `{template.name}` has an empty front", selection)


def _shows(template: Template, note: Note, notetype: NoteType) -> bool:
    content = dict(zip((f.name for f in notetype.fields), note.fields, strict=True))
    return any(content.get(name.strip(), "x") for name in _FIELD.findall(template.front))


def _empty(note: Note, message: str, selection: Selection) -> Diagnostic:
    help = f"fill in what templates/{note.notetype}/notetype.yaml shows there, or gate the card"
    return Diagnostic("empty-front", message, note.span, help, selection.role.scope)


def the_deck_is_not_empty(
    project: Project, selection: Selection, deck: Deck
) -> Iterator[Diagnostic]:
    """Anki imports no empty deck."""
    role = selection.role
    farthest = project.roles[role.chain[-1]].value
    readable = role.value is not None and farthest is not None and farthest.extends is None
    with_notes = {t.value.kind for t in project.templates.values() if t.value}
    kinds = {chosen.definition.kind for chosen in selection.chosen}
    if readable and not kinds & with_notes and (kinds or not selection.reach):
        help = "add selectors under `core` or `add`, or extend a role that has some"
        yield Diagnostic("empty-role", f"`{role.id}` has no notes", role.span, help, role.scope)


def answers_are_in_the_deck(
    project: Project, selection: Selection, deck: Deck
) -> Iterator[Diagnostic]:
    """What somebody wrote for themselves must not be lost for want of a selector."""
    taken = {chosen.definition.id for chosen in selection.chosen}
    known = {**project.definitions, **selection.role.definitions}
    for id, answer in selection.role.answers.items():
        if id in known and id not in taken and known[id].retired is None:
            yield Diagnostic(
                "unused-answer",
                f"the deck has no question `{id}`, and so no card for this answer",
                answer.span,
                f"add `- {{id: {id}}}` under the role's `core` or `add`",
                selection.role.scope,
            )


def variables_reach_the_notes(
    project: Project, selection: Selection, deck: Deck
) -> Iterator[Diagnostic]:
    """A shared note reads the same in every deck, so a role's variable cannot change it."""
    role = selection.role
    node = role.node.get("vars")
    if role.owns_notes or not isinstance(node, MappingNode):
        return
    for name, entry in node.entries.items():
        deaf = [
            chosen.definition.id
            for chosen in selection.chosen
            if chosen.owner_role is None
            and any(
                leaf.shape.markup and name in VARIABLE.findall(leaf.scalar.text)
                for leaf in chosen.definition.leaves
            )
        ]
        if deaf:
            some = ", ".join(f"`{id}`" for id in deaf[:3]) + (" and more" if deaf[3:] else "")
            yield Diagnostic(
                "shared-variable",
                f"`{name}` does not reach the shared notes of {some}",
                entry.key.span,
                f"`override: {{{deaf[0]}: {{}}}}` makes one the role's own; `notes: own` makes all",
                role.scope,
            )
