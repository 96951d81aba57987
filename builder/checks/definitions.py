"""Definitions beside each other: their histories, and the answers to them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from builder.deck import Deck
from builder.findings import Finding, Section, Severity, rule
from builder.lint.subjects import DECKS, PROJECT
from builder.project import Definition, Project
from builder.select import Selection


@rule("was-twice", Severity.ERROR, of=PROJECT, section=Section.NAMES)
def first_ids_are_unique(project: Project) -> Iterator[Finding]:
    """No two definitions claim one history."""
    first: dict[tuple[str | None, str], Definition] = {}
    for definition in project.all_definitions:
        earlier = first.setdefault((definition.role, definition.first_id), definition)
        if earlier is definition:
            continue
        was = definition.node.entries.get("was") or earlier.node.entries.get("was")
        for claimant in (definition, earlier):
            yield Finding(
                f"`{definition.id}` and `{earlier.id}` both have the history of"
                f" `{definition.first_id}`",
                was.value.span if was else definition.span,
                "`was` is the first id that was ever built; only one definition has that history",
                claimant.scope,
            )


@rule("duplicate-id", Severity.ERROR, of=DECKS, section=Section.NAMES)
def answers_belong_to_one_definition(
    project: Project, selections: Sequence[Selection], decks: Sequence[Deck]
) -> Iterator[Finding]:
    """`my_answers` goes by id: of two definitions with one id both would have the answer.

    A private role may define an id that the catalogue has too. All roles of a person are looked at
    together, because an answer of the person's reaches each of them.
    """
    answered_kinds = {
        notetype.kind for deck in decks for notetype in deck.notetypes.values() if notetype.answer
    }
    selected: dict[str, dict[str, Definition]] = {}
    for selection in selections:
        definitions = selected.setdefault(selection.role.folder, {})
        for chosen in selection.chosen:
            if chosen.definition.kind.name in answered_kinds:
                definitions[chosen.definition.key] = chosen.definition
    reported: set[str] = set()
    for definitions in selected.values():
        for definition in definitions.values():
            catalogues = definitions.get(definition.id)
            if definition.role is None or catalogues is None or definition.key in reported:
                continue
            reported.add(definition.key)
            id = definition.id
            yield Finding(
                f"the catalogue has `{id}` too, at {catalogues.span}, and the deck has both: an"
                " answer would be on both cards",
                definition.span,
                f"give yours another id, with `was: {definition.was or id}` under it if it was"
                f" built; or take the catalogue's out: `drop: [{{id: {id}}}]` in the role",
                project.roles[definition.role].scope,
                (catalogues.span,),
            )
