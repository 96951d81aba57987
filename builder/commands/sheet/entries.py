"""From definitions to what is printed of them: texts, and the height that they need."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import zip_longest
from typing import Any

from markupsafe import Markup

from builder.commands.sheet.fit import Entry, height
from builder.commands.sheet.sections import Section
from builder.model import Kpi, Question, Stage, Story
from builder.model.kinds import PlainCard, Tip
from builder.project import Definition

#: What `templates/sheet/style.css` makes of the paper, in millimetres: a column's width, that of
#: the text in an entry with a number or a box before it, and what is added to texts: the label
#: above an entry, the gap below it.
COLUMN, TEXT = 91.0, 84.5
LABEL, GAP = 5.5, 1.6
#: The line to write on under a rated question, and an empty entry, in millimetres.
WRITING, BLANK = 8.0, 15.0
#: Sizes of type, in points.
PLAIN, SMALL = 9.0, 8.5

#: From Markdown to inline HTML with the role's variables.
Inline = Callable[[str], Markup]


def entries_of(section: Section, definitions: Iterable[Definition], inline: Inline) -> list[Entry]:
    """What a section can print of these definitions, in their order or in the section's own."""
    fitting = [definition for definition in definitions if _belongs(definition, section)]
    if section.follows is not None:
        fitting = _in_sequence(fitting, section.follows)
    values = [definition.value for definition in fitting]
    if len(section.when) > 1:
        return _in_turn(section, values, inline)[: section.most]
    return [_ENTRIES[section.kind](value, inline) for value in values[: section.most]]


def _belongs(definition: Definition, section: Section) -> bool:
    value: Any = definition.value
    return (
        value is not None
        and definition.kind == section.kind
        and (section.topic is None or section.topic in (definition.topics or ()))
        and (not section.when or getattr(value, "when", None) in section.when)
        and (section.needs is None or bool(getattr(value, section.needs, None)))
    )


def _in_sequence(definitions: Sequence[Definition], key: str) -> list[Definition]:
    """Each before the one that it names under the key, those that none of them names first."""
    by_id = {definition.id: definition for definition in definitions}
    following = {id: getattr(d.value, key, None) for id, d in by_id.items()}
    ordered: dict[str, Definition] = {}
    # A circle has no start: the first of those that are left starts it.
    for id in (*(id for id in by_id if id not in following.values()), *by_id):
        step: str | None = id
        while step in by_id and step not in ordered:
            ordered[step] = by_id[step]
            step = following[step]
    return list(ordered.values())


def _in_turn(section: Section, values: Sequence[Any], inline: Inline) -> list[Entry]:
    """One entry of each time, then the second of each: so every time has some on the sheet.

    The first of each time stands under a label.
    """
    by_time = [[value for value in values if value.when == time] for time in section.when]
    entries: list[Entry] = []
    for number, turn in enumerate(zip_longest(*by_time)):
        for value in turn:
            if value is not None:
                entry = _ENTRIES[section.kind](value, inline)
                above = LABEL if number == 0 else 0.0
                entries.append(Entry({**entry.texts, "when": value.when}, entry.height + above))
    return entries


def _line(text: Markup) -> Entry:
    """A line or two behind a number or a box."""
    return Entry({"text": text}, height(text, PLAIN, TEXT) + GAP)


def _story(story: Story, inline: Inline) -> Entry:
    texts = {
        "title": inline(story.title),
        "opening": inline(story.opens_with),
        "number": inline(story.number),
    }
    heights = (height(text, PLAIN, TEXT, bold=name != "opening") for name, text in texts.items())
    return Entry(texts, sum(heights) + GAP)


def _card(card: PlainCard, inline: Inline) -> Entry:
    """The words to say: the back's first paragraph where that is a question, else the front."""
    first = card.back.split("\n\n")[0].strip().strip('"“”„').strip()
    return _line(inline(first if first.endswith("?") else card.front))


def _tip(tip: Tip, inline: Inline) -> Entry:
    return _line(inline(tip.do))


def _kpi(kpi: Kpi, inline: Inline) -> Entry:
    """Its name beside what is divided by what."""
    texts = {"name": inline(kpi.name), "over": inline(kpi.over), "under": inline(kpi.under)}
    name = height(texts["name"], PLAIN, 0.32 * COLUMN, bold=True)
    parts = sum(height(texts[part], SMALL, 0.64 * COLUMN) for part in ("over", "under"))
    return Entry(texts, max(name, parts + 1.0) + GAP)


def _stage(stage: Stage, inline: Inline) -> Entry:
    texts = {"name": inline(stage.name), "marks": inline(stage.marks)}
    name = height(texts["name"], PLAIN, TEXT, bold=True)
    return Entry(texts, name + height(texts["marks"], SMALL, TEXT) + GAP)


def _question(question: Question, inline: Inline) -> Entry:
    """The question, and a weak, a fair and a strong answer side by side."""
    levels = ("weak", "fair", "strong")
    answers = {level: inline(getattr(question.anchors, level, "")) for level in levels}
    ask = inline(question.ask)
    # Each answer has its label before it.
    high = max(height(f"Strong {answer}", SMALL, 51.0) for answer in answers.values())
    high += height(ask, PLAIN, 180.0, bold=True) + 1.0
    return Entry({"ask": ask, **answers}, high + WRITING + GAP)


_ENTRIES: dict[str, Callable[[Any, Inline], Entry]] = {
    "story": _story,
    "card": _card,
    "tip": _tip,
    "kpi": _kpi,
    "stage": _stage,
    "question": _question,
}
