"""What the decks make of the catalogue: nothing is left over, no core is out of measure."""

from __future__ import annotations

from collections.abc import Iterator

from builder.deck import NEW_A_DAY, Deck
from builder.findings import Finding, Section, Severity, rule
from builder.lint.subjects import DECK, PROJECT
from builder.project import Project
from builder.select import Selection, select
from builder.source.paths import at_path
from builder.study.order import most_spoken


@rule("empty-topic", Severity.WARNING, of=PROJECT, section=Section.CONTENT)
def topics_are_used(project: Project) -> Iterator[Finding]:
    """A definition is about the topic, or about one below it."""
    active = [d for d in project.all_definitions if d.retired is None]
    used = {topic for definition in active for topic in definition.topics or ()}
    used |= {topic[:end] for topic in used for end in range(len(topic)) if topic[end] == "/"}
    for topic, span in project.topic_spans.items():
        above = topic.rpartition("/")[0]
        if topic not in used and (not above or above in used):
            yield Finding(
                f"no definition has the topic `{topic}`", span, "write one, or remove the topic"
            )


@rule("orphan", Severity.WARNING, of=PROJECT, section=Section.CONTENT, silenceable=True)
def definitions_are_selected(project: Project) -> Iterator[Finding]:
    """A definition of the catalogue is in the deck of some public role."""
    roles = [role for role in project.roles.values() if not role.private and not role.retired]
    selected = {c.definition.key for role in roles for c in select(project, role)[0].chosen}
    for definition in project.definitions.values() if roles else ():
        if definition.value is not None and definition.key not in selected:
            yield Finding(
                f"no role's deck has `{definition.id}`",
                definition.span,
                "select it in a role, or retire it",
                definition.scope,
            )


@rule("core-too-large", Severity.WARNING, of=DECK, section=Section.CONTENT)
def cores_are_short(project: Project, selection: Selection, deck: Deck) -> Iterator[Finding]:
    """The core makes at most `limits.core_cards` cards.

    What a private role defines itself is not counted: only deleting it would help.
    """
    role, limit = selection.role, project.settings.value.limits.core_cards
    cards = sum(len(note.cards) for note in deck.notes if note.core and not note.is_own)
    if cards > limit:
        _, key = at_path(role.node, ("core",))
        yield Finding(
            f"the core of `{role.id}` has {cards} cards, {-(-cards // NEW_A_DAY)} days at"
            f" {NEW_A_DAY} new cards a day; the limit is {limit}",
            key.span if key else role.span,
            "move what can wait from `core` to `add`",
        )


@rule("core-too-spoken", Severity.WARNING, of=DECK, section=Section.CONTENT)
def cores_are_not_all_spoken(
    project: Project, selection: Selection, deck: Deck
) -> Iterator[Finding]:
    """The core has at most as many cards to answer aloud as half an hour a day has room for.

    A private role's own questions are not counted: only deleting them would help. A role with an
    `interview` has a plan, which counts minutes itself.
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
        yield Finding(
            f"the core of `{role.id}` has {spoken} cards to answer aloud; the limit is {limit}",
            key.span if key else role.span,
            "move questions that can wait from `core` to `add`",
        )
