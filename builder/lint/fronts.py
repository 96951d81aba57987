"""What a front asks: one thing, told apart at a glance, and not answered already."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

from builder.deck import Deck, NoteType, Template
from builder.findings import WHOLE_PROJECT, Finding, Section, Severity, rule
from builder.lint.subjects import DECK, DEFINITION, Wording
from builder.project import Project
from builder.select import Selection
from builder.source.paths import at_path

_FIELD = re.compile(r"\{\{(?![#^/])(?:[^{}]*:)?([^{}]+)\}\}")
_SECTION = re.compile(r"\{\{[#^/][^{}]*\}\}")
_MARKUP = re.compile(r"<(script|style)\b.*?</\1>|<[^>]*>", re.DOTALL)
_WORD = re.compile(r"\w+")

#: The fewest characters of an answer that is looked for on the front: a shorter one, such as "2"
#: or "yes", may stand there by chance.
_TELLING = 8


@rule("two-questions", Severity.WARNING, of=DEFINITION, section=Section.CARDS, silenceable=True)
def fronts_ask_one_thing(wording: Wording) -> Iterator[Finding]:
    """Of two questions at once a learner answers one, and grades both."""
    for leaf in wording.definition.leaves:
        if "fronts" in leaf.shape.marks and leaf.scalar.text.count("?") > 1:
            yield Finding(
                "this front asks two questions",
                leaf.scalar.span,
                "ask one; make the other a definition, or a follow-up, of its own",
            )


@rule("fronts-alike", Severity.WARNING, of=DECK, section=Section.CARDS)
def fronts_differ(project: Project, selection: Selection, deck: Deck) -> Iterator[Finding]:
    """A learner sees at a glance which card of a note this is: before its first field ends."""
    for notetype in deck.notetypes.values():
        template_by_beginning: dict[str, Template] = {}
        for template in notetype.templates:
            front_beginning = _beginning(template.front)
            earlier_template = template_by_beginning.setdefault(front_beginning, template)
            if earlier_template is not template:
                template_folder = project.templates[notetype.folder]
                card_node, _ = at_path(template_folder.node, ("cards", template.key))
                yield Finding(
                    f"the fronts of `{earlier_template.name}` and `{template.name}` begin in the"
                    f" same way: {front_beginning}",
                    card_node.span,
                    "begin with another instruction, or with the field that only this card asks",
                    WHOLE_PROJECT,
                )


def _beginning(front: str) -> str:
    """The visible words up to the end of the first field."""
    visible_text = _MARKUP.sub(" ", _SECTION.sub("", front))
    field_match = _FIELD.search(visible_text)
    return " ".join(visible_text[: field_match.end() if field_match else len(visible_text)].split())


@rule("front-gives-answer", Severity.WARNING, of=DECK, section=Section.CARDS, silenceable=True)
def no_front_gives_its_answer(
    project: Project, selection: Selection, deck: Deck
) -> Iterator[Finding]:
    """The first text that only the back has does not stand on the front too."""
    sides = {
        (notetype_folder, card_position): (
            _shown_fields(template.front, notetype),
            _only_on_the_back(template, notetype),
        )
        for notetype_folder, notetype in deck.notetypes.items()
        for card_position, template in enumerate(notetype.templates)
    }
    for note in deck.notes:
        if deck.notetypes[note.notetype].cloze is not None:
            continue  # what it asks is hidden in the text, and its other cards show it
        for card_position in note.cards:
            front_positions, back_positions = sides[note.notetype, card_position]
            back_texts = [note.fields[position] for position in back_positions]
            answer = next(filter(None, back_texts), "")
            front_texts = [note.fields[position] for position in front_positions]
            if len(_MARKUP.sub("", answer)) > 2 * max(map(len, front_texts), default=0):
                continue  # no front is long enough to hold it, whatever stands between its words
            normalised_answer = _normalised(answer)
            if len(normalised_answer) >= _TELLING + 2 and any(
                normalised_answer in _normalised(front_text) for front_text in front_texts
            ):
                template = deck.notetypes[note.notetype].templates[card_position]
                yield Finding(
                    f"the front of `{template.name}` already has the answer:"
                    f"{normalised_answer.rstrip()}",
                    note.span,
                    "remove it from the question, or ask for something else",
                )


def fields_on(page: str) -> list[str]:
    """The names of the fields that a card's page shows, in order; gates are not shown."""
    return [field_name.strip() for field_name in _FIELD.findall(page)]


def _only_on_the_back(template: Template, notetype: NoteType) -> list[int]:
    front_positions = _shown_fields(template.front, notetype)
    back_positions = _shown_fields(template.back, notetype)
    return [position for position in back_positions if position not in front_positions]


def _shown_fields(page: str, notetype: NoteType) -> list[int]:
    """The positions of the note's fields that a page shows."""
    position_by_name = {field.name: position for position, field in enumerate(notetype.fields)}
    return [position_by_name[name] for name in fields_on(page) if name in position_by_name]


def _normalised(html: str) -> str:
    """The words of a field, in small letters, with a blank at either end."""
    return f" {' '.join(_WORD.findall(unescape(_MARKUP.sub(' ', html)).casefold()))} "
