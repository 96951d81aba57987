"""A role's finished deck."""

from __future__ import annotations

from collections.abc import Iterator

from builder.deck import Deck, Note, NoteType, Template
from builder.findings import Finding, Section, Severity, rule
from builder.lint.fronts import fields_on
from builder.lint.subjects import DECK
from builder.phrasing import first_three
from builder.project import Definition, Project
from builder.render.text import VARIABLE
from builder.select import Selection
from builder.source import MappingNode


@rule("empty-front", Severity.ERROR, of=DECK, section=Section.CARDS)
def no_front_is_empty(project: Project, selection: Selection, deck: Deck) -> Iterator[Finding]:
    """Anki imports a note without a card, invisibly, and makes a blank card of an empty front."""
    for note in deck.notes:
        notetype = deck.notetypes[note.notetype]
        empty = [] if note.fields[0] else [f"the field `{notetype.fields[0].name}` is empty"]
        for card in note.cards:
            template = notetype.card(card)
            if not _shows_anything(template, note, notetype):
                empty.append(f"the card `{template.name}` has an empty front")
        for message in empty:
            folder = f"templates/{note.notetype}/notetype.yaml"
            help = f"fill the fields that {folder} shows there, or give the card a gate"
            yield Finding(message, note.span, help)


def _shows_anything(template: Template, note: Note, notetype: NoteType) -> bool:
    content = dict(zip((field.name for field in notetype.fields), note.fields, strict=True))
    return any(content.get(name, "x") for name in fields_on(template.front))


@rule("empty-role", Severity.ERROR, of=DECK, section=Section.ROLES)
def decks_have_notes(project: Project, selection: Selection, deck: Deck) -> Iterator[Finding]:
    """Anki does not import an empty deck."""
    role = selection.role
    farthest = project.roles[role.chain[-1]].value
    is_readable = role.value is not None and farthest is not None and farthest.extends is None
    with_notes = {folder.value.kind for folder in project.templates.values() if folder.value}
    kinds = {chosen.definition.kind.name for chosen in selection.chosen}
    if is_readable and not kinds & with_notes and (kinds or not selection.reach):
        help = "add selectors under `core` or `add`, or extend another role"
        yield Finding(f"`{role.id}` has no notes", role.span, help)


@rule("unused-answer", Severity.WARNING, of=DECK, section=Section.ROLES)
def answers_are_in_the_deck(
    project: Project, selection: Selection, deck: Deck
) -> Iterator[Finding]:
    """The deck has the question of each answer that a learner wrote: no answer is lost."""
    selected = {chosen.definition.id for chosen in selection.chosen}
    pool = {**project.definitions, **selection.role.pool}
    for id, answer in selection.role.answers.items():
        if id in pool and id not in selected and pool[id].retired is None:
            yield Finding(
                f"the deck does not have the {pool[id].kind.name} `{id}`,"
                " so no card shows this answer",
                answer.span,
                f"add `- {{id: {id}}}` under the role's `core` or `add`",
            )


def variables_in(definition: Definition) -> set[str]:
    """The variables in the texts of a definition."""
    return {
        name
        for leaf in definition.leaves
        if leaf.shape.is_markdown
        for name in VARIABLE.findall(leaf.scalar.text)
    }


@rule("shared-variable", Severity.WARNING, of=DECK, section=Section.ROLES)
def variables_reach_the_notes(
    project: Project, selection: Selection, deck: Deck
) -> Iterator[Finding]:
    """A shared note reads the same in every deck, so a role's variable cannot change it."""
    role = selection.role
    node = role.node.get("vars")
    if role.owns_notes or not isinstance(node, MappingNode):
        return
    for name, entry in node.entries.items():
        shared = [
            chosen.definition.id
            for chosen in selection.chosen
            if chosen.owner_role is None and name in variables_in(chosen.definition)
        ]
        if shared:
            yield Finding(
                f"the role's value of `{name}` does not appear on the shared notes of"
                f" {first_three(shared)}",
                entry.key.span,
                f"`override: {{{shared[0]}: {{}}}}` makes a note the role's own;"
                " `notes: own` makes all of them its own",
            )
