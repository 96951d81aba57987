"""A deck as one page: every card as Anki renders it, in the order in which Anki would deal it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from markupsafe import Markup

from builder.deck import NEW_A_DAY, Card, Deck, Template
from builder.findings import Diagnostic
from builder.project import Project
from builder.render.page import page

#: Front and back of a card, by its note's GUID and its template's index.
Sides = Mapping[tuple[str, int], tuple[str, str]]

#: Stands in a back for the whole front, which most backs repeat; no card can contain it.
_FRONT = "\ufdd0"


def days(deck: Deck) -> Iterator[tuple[Card, ...]]:
    """The deck's cards day by day, each day in the order in which Anki shows it.

    Anki gathers a day's worth by `due` and then shows card 1s before card 2s.
    """
    cards_per_day = new_a_day(deck)
    for day_start in range(0, len(deck.order), cards_per_day):
        day_cards = deck.order[day_start : day_start + cards_per_day]
        yield tuple(sorted(day_cards, key=lambda card: card.template))


def new_a_day(deck: Deck) -> int:
    """How many new cards a day: those of the role's plan, or of Anki's default."""
    return deck.preset.new_a_day if deck.preset else NEW_A_DAY


def preview_page(project: Project, deck: Deck, sides: Sides, findings: Iterable[Diagnostic]) -> str:
    """The page of a role's deck, with these findings above the cards.

    Raises `PrepdeckError` when the page cannot be read or has a fault.
    """
    faults = [
        {
            "severity": str(diagnostic.severity),
            "rule": diagnostic.rule,
            "message": diagnostic.message,
            "at": str(diagnostic.span),
            "help": diagnostic.help,
        }
        for diagnostic in findings
    ]
    card_texts = {
        text_name.removeprefix("preview_"): text
        for text_name, text in project.card_texts.items()
        if text_name.startswith("preview_")
    }
    page_data = {"words": card_texts, "a_day": new_a_day(deck), **_cards(project, deck, sides)}
    return page(
        project,
        "preview",
        title=project.roles[deck.role].title,
        # A person's roles are one deck: its name says whose cards these are among.
        project_title=deck.name if deck.person else project.settings.value.title,
        description=Markup(deck.description),
        faults=faults,
        data=Markup(_json(page_data)),
    )


def _cards(project: Project, deck: Deck, sides: Sides) -> dict[str, Any]:
    """Note types, notes, and the cards that Anki made, by day."""
    notetype_folders = sorted(deck.notetypes, key=lambda folder: deck.notetypes[folder].name)
    notetype_objects = [
        {
            "folder": folder,
            "name": deck.notetypes[folder].label,
            "css": deck.notetypes[folder].css,
            "cards": [[card.key, card.name] for card in _cards_of_type(deck, folder)],
        }
        for folder in notetype_folders
    ]
    note_objects = [
        {
            "type": notetype_folders.index(note.notetype),
            "id": note.first_id,
            "topics": _topics(note.tags),
            "core": note.core,
            "at": f"{note.span.file}:{note.span.line}",
        }
        for note in deck.notes
    ]
    cards_by_day = [
        [
            [card.note, card.template, *_shortened(sides[card_key])]
            for card in day
            if (card_key := (deck.notes[card.note].guid, card.template)) in sides
        ]
        for day in days(deck)
    ]
    used_topics = dict.fromkeys(
        topic_path for note in deck.notes for topic_path in _topics(note.tags)
    )
    topic_areas = {topic_path.partition("/")[0] for topic_path in used_topics}
    topic_titles = [
        [topic_path, topic_title]
        for topic_path, topic_title in project.topics.items()
        if topic_path in used_topics or topic_path in topic_areas
    ]
    return {
        "types": notetype_objects,
        "notes": note_objects,
        "days": cards_by_day,
        "topics": topic_titles,
    }


def _cards_of_type(deck: Deck, folder: str) -> list[Template]:
    """All cards of a note type by their positions: of a cloze note type as many as the deck has."""
    notetype = deck.notetypes[folder]
    if notetype.cloze is None:
        return [*notetype.templates]
    last = max(max(note.cards) for note in deck.notes if note.notetype == folder)
    return [notetype.card(position) for position in range(last + 1)]


def _topics(tags: Sequence[str]) -> list[str]:
    return [
        tag.removeprefix("topic::").replace("::", "/") for tag in tags if tag.startswith("topic::")
    ]


def _shortened(sides: tuple[str, str]) -> tuple[str, str]:
    """Front and back, with `_FRONT` for the first front in the back."""
    front, back = sides
    return front, back.replace(front, _FRONT, 1) if front else back


def _json(page_data: object) -> str:
    """JSON for a script element: nothing in it starts a tag or a comment."""
    json_text = json.dumps(page_data, ensure_ascii=False, separators=(",", ":"))
    for character in "<\u2028\u2029":
        json_text = json_text.replace(character, f"\\u{ord(character):04x}")
    return json_text
