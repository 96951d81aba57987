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
        templates: dict[str, Template] = {}
        for template in notetype.templates:
            beginning = _beginning(template.front)
            earlier = templates.setdefault(beginning, template)
            if earlier is not template:
                folder = project.templates[notetype.folder]
                card, _ = at_path(folder.node, ("cards", template.key))
                yield Finding(
                    f"the fronts of `{earlier.name}` and `{template.name}` begin in the same way:"
                    f" {beginning}",
                    card.span,
                    "begin with another instruction, or with the field that only this card asks",
                    WHOLE_PROJECT,
                )


def _beginning(front: str) -> str:
    """The visible words up to the end of the first field."""
    text = _MARKUP.sub(" ", _SECTION.sub("", front))
    first = _FIELD.search(text)
    return " ".join(text[: first.end() if first else len(text)].split())


@rule("front-gives-answer", Severity.WARNING, of=DECK, section=Section.CARDS, silenceable=True)
def no_front_gives_its_answer(
    project: Project, selection: Selection, deck: Deck
) -> Iterator[Finding]:
    """The first text that only the back has does not stand on the front too."""
    sides = {
        (folder, position): (
            _shown_fields(template.front, notetype),
            _only_on_the_back(template, notetype),
        )
        for folder, notetype in deck.notetypes.items()
        for position, template in enumerate(notetype.templates)
    }
    for note in deck.notes:
        for card in note.cards:
            on_front, on_back = sides[note.notetype, card]
            answer = next((note.fields[field] for field in on_back if note.fields[field]), "")
            fronts = [note.fields[field] for field in on_front]
            if len(_MARKUP.sub("", answer)) > 2 * max(map(len, fronts), default=0):
                continue  # no front is long enough to hold it, whatever stands between its words
            sought = _normalised(answer)
            if len(sought) >= _TELLING + 2 and any(
                sought in _normalised(front) for front in fronts
            ):
                template = deck.notetypes[note.notetype].templates[card]
                yield Finding(
                    f"the front of `{template.name}` already has the answer:{sought.rstrip()}",
                    note.span,
                    "remove it from the question, or ask for something else",
                )


def fields_on(page: str) -> list[str]:
    """The names of the fields that a card's page shows, in order; gates are not shown."""
    return [name.strip() for name in _FIELD.findall(page)]


def _only_on_the_back(template: Template, notetype: NoteType) -> list[int]:
    front = _shown_fields(template.front, notetype)
    return [field for field in _shown_fields(template.back, notetype) if field not in front]


def _shown_fields(page: str, notetype: NoteType) -> list[int]:
    """The positions of the note's fields that a page shows."""
    positions = {field.name: position for position, field in enumerate(notetype.fields)}
    return [positions[name] for name in fields_on(page) if name in positions]


def _normalised(html: str) -> str:
    """The words of a field, in small letters, with a blank at either end."""
    return f" {' '.join(_WORD.findall(unescape(_MARKUP.sub(' ', html)).casefold()))} "
