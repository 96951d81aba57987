"""Checks of what the decks make of the catalogue: nothing left over, no core out of measure."""

from __future__ import annotations

from collections.abc import Iterator

from builder.deck import NEW_A_DAY, Deck
from builder.findings import Diagnostic
from builder.project import Project
from builder.schema import at_path
from builder.select import Selection, select
from builder.study.order import most_spoken


def topics_are_used(project: Project) -> Iterator[Diagnostic]:
    """`empty-topic`: one that no definition is about, nor about anything below it."""
    spoken = [d for d in project.all_definitions if d.retired is None]
    used = {topic for definition in spoken for topic in definition.topics or ()}
    used |= {topic[:end] for topic in used for end in range(len(topic)) if topic[end] == "/"}
    for topic, at in project.topic_spans.items():
        above = topic.rpartition("/")[0]
        if topic not in used and (not above or above in used):
            yield Diagnostic(
                "empty-topic",
                f"no definition is about `{topic}`",
                at,
                "write one, or take the topic out",
            )


def definitions_are_taken(project: Project) -> Iterator[Diagnostic]:
    """`orphan`: a definition of the catalogue that no public role's deck takes."""
    roles = [role for role in project.roles.values() if not role.private and not role.retired]
    taken = {c.definition.key for role in roles for c in select(project, role)[0].chosen}
    for definition in project.definitions.values() if roles else ():
        if definition.value is not None and definition.key not in taken:
            yield Diagnostic(
                "orphan",
                f"no role's deck takes `{definition.id}`",
                definition.span,
                "select it in a role, or retire it",
                definition.scope,
            )


def the_core_has_an_end(project: Project, selection: Selection, deck: Deck) -> Iterator[Diagnostic]:
    """`core-too-large`: more cards than Anki brings in the days before an interview.

    What a private role defines itself is not counted: nothing but deleting it would help.
    """
    role, limit = selection.role, project.settings.value.limits.core_cards
    cards = sum(len(note.cards) for note in deck.notes if note.core and not note.is_own)
    if cards > limit:
        _, key = at_path(role.node, ("core",))
        yield Diagnostic(
            "core-too-large",
            f"the core of `{role.id}` makes {cards} cards, {-(-cards // NEW_A_DAY)} days at"
            f" {NEW_A_DAY} new ones a day; at most {limit} are wanted",
            key.span if key else role.span,
            "move what can wait from `core` to `add`",
            role.scope,
        )


def the_core_is_not_all_talk(
    project: Project, selection: Selection, deck: Deck
) -> Iterator[Diagnostic]:
    """`core-too-spoken`: more cards to say aloud than half an hour a day has room for.

    A private role's own questions are not counted: nothing but deleting them would help. A role
    with an `interview` has a plan, which counts minutes itself.
    """
    role = selection.role
    if role.value is not None and role.value.interview is not None:
        return
    core = [note for note in deck.notes if note.core]
    aloud = [note for note in core if deck.notetypes[note.notetype].spoken]
    spoken = sum(len(note.cards) for note in aloud if not note.is_own)
    limit = most_spoken(sum(len(note.cards) for note in core))
    if spoken > limit:
        _, key = at_path(role.node, ("core",))
        yield Diagnostic(
            "core-too-spoken",
            f"the core of `{role.id}` makes {spoken} cards to answer aloud; at most {limit} are"
            " wanted",
            key.span if key else role.span,
            "move questions that can wait from `core` to `add`",
            role.scope,
        )
