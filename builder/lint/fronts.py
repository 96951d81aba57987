"""Checks of what a front asks: one thing, told apart at a glance, and not answered already."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

from builder.deck import Deck, NoteType, Template
from builder.findings import Diagnostic
from builder.project import Project
from builder.schema import at_path
from builder.select import Selection

_FIELD = re.compile(r"\{\{(?![#^/])(?:[^{}]*:)?([^{}]+)\}\}")
_SECTION = re.compile(r"\{\{[#^/][^{}]*\}\}")
_MARKUP = re.compile(r"<(script|style)\b.*?</\1>|<[^>]*>", re.DOTALL)
_WORD = re.compile(r"\w+")

#: A shorter answer ("2", "yes") may stand in a question by chance.
_TELLING = 8


def fronts_differ(project: Project, selection: Selection, deck: Deck) -> Iterator[Diagnostic]:
    """A learner must see at a glance which card of a note this is: before its first field ends."""
    for notetype in deck.notetypes.values():
        seen: dict[str, Template] = {}
        for template in notetype.templates:
            begin = _beginning(template.front)
            other = seen.setdefault(begin, template)
            if other is not template:
                folder = project.templates[notetype.folder]
                node, _ = at_path(folder.node, ("cards", template.key))
                yield Diagnostic(
                    "fronts-alike",
                    f"the fronts of `{other.name}` and `{template.name}` begin alike: {begin}",
                    node.span,
                    "begin with another instruction, or with the field that only this card asks",
                )


def _beginning(front: str) -> str:
    """The visible words up to the end of the first field."""
    text = _MARKUP.sub(" ", _SECTION.sub("", front))
    first = _FIELD.search(text)
    return " ".join(text[: first.end() if first else len(text)].split())


def no_front_gives_its_answer(
    project: Project, selection: Selection, deck: Deck
) -> Iterator[Diagnostic]:
    """What the back tells first must not stand on the front: then nothing is recalled."""
    sides = {
        (folder, place): (
            _fields(template.front, notetype),
            _only_on_the_back(template, notetype),
        )
        for folder, notetype in deck.notetypes.items()
        for place, template in enumerate(notetype.templates)
    }
    for note in deck.notes:
        for place in note.cards:
            shown, told = sides[note.notetype, place]
            answer = next((note.fields[field] for field in told if note.fields[field]), "")
            fronts = [note.fields[field] for field in shown]
            if len(_MARKUP.sub("", answer)) > 2 * max(map(len, fronts), default=0):
                continue  # no front is long enough to hold it, whatever stands between its words
            words = _words(answer)
            if len(words) >= _TELLING + 2 and any(words in _words(front) for front in fronts):
                template = deck.notetypes[note.notetype].templates[place]
                yield Diagnostic(
                    "front-gives-answer",
                    f"the front of `{template.name}` says its answer already:{words.rstrip()}",
                    note.span,
                    "take it out of the question, or ask for something else",
                    selection.role.scope,
                )


def _only_on_the_back(template: Template, notetype: NoteType) -> list[int]:
    front = _fields(template.front, notetype)
    return [place for place in _fields(template.back, notetype) if place not in front]


def _fields(page: str, notetype: NoteType) -> list[int]:
    names = {field.name: place for place, field in enumerate(notetype.fields)}
    return [names[name.strip()] for name in _FIELD.findall(page) if name.strip() in names]


def _words(html: str) -> str:
    """The words of a field, with a blank at either end."""
    return f" {' '.join(_WORD.findall(unescape(_MARKUP.sub(' ', html)).casefold()))} "


#: Keys whose text is a front by itself.
_ASKS = {"ask", "front"}


def fronts_ask_one_thing(project: Project) -> Iterator[Diagnostic]:
    """Of two questions at once a learner answers one, and grades both."""
    for definition, scope in project.all_wordings:
        for leaf in definition.leaves:
            if leaf.path[-1] in _ASKS and leaf.scalar.text.count("?") > 1:
                yield Diagnostic(
                    "two-questions",
                    "two questions stand on one front",
                    leaf.scalar.span,
                    "ask one; the other is a definition, or a follow-up, of its own",
                    scope,
                )
