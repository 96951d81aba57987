"""From definitions to what is printed of them: texts, and the height that they need."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import zip_longest

from markupsafe import Markup

from builder.commands.sheet.fit import Entry, height
from builder.commands.sheet.sections import Section
from builder.project import Definition
from builder.shape.record import values_at

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


#: The texts of an entry, by the names of page.html.
Texts = Mapping[str, str]


def entries_of(section: Section, definitions: Iterable[Definition], inline: Inline) -> list[Entry]:
    """What a section can print of these definitions, in their order or in the section's own."""
    fitting: list[Definition] = []
    texts: dict[str, Texts] = {}
    for definition in definitions:
        if _belongs(definition, section):
            definition_texts = _texts(definition, section)
            if definition_texts.keys() == section.texts.keys():
                fitting.append(definition)
                texts[definition.key] = definition_texts
    fitting = _in_sequence(fitting)
    if len(section.turns) > 1:
        return _in_turn(section, fitting, texts, inline)[: section.most]
    entry_of = _ENTRIES[section.look]
    return [entry_of(texts[definition.key], inline) for definition in fitting[: section.most]]


def _belongs(definition: Definition, section: Section) -> bool:
    return (
        definition.value is not None
        and definition.kind.name == section.kind
        and (section.topic is None or section.topic in (definition.topics or ()))
        and (section.by is None or _turn(definition, section) in section.turns)
    )


def _turn(definition: Definition, section: Section) -> str:
    """The choice by which a section takes turns."""
    choice: str = getattr(definition.value, section.by or "", None) or ""
    return choice


def _texts(definition: Definition, section: Section) -> dict[str, str]:
    """Those texts of an entry that the definition has."""
    return {
        name: str(text)
        for name, path in section.texts.items()
        for _, text in values_at(definition.value, path)
    }


def _in_sequence(definitions: Sequence[Definition]) -> list[Definition]:
    """Each before the one that it names as the next, those that none of them names first.

    Definitions of a kind without the mark `follows` stay as they are.
    """
    by_id = {definition.id: definition for definition in definitions}
    following = {id: getattr(d.value, d.kind.marks.follows or "", None) for id, d in by_id.items()}
    ordered: dict[str, Definition] = {}
    # A circle has no start: the first of those that are left starts it.
    for id in (*(id for id in by_id if id not in following.values()), *by_id):
        step: str | None = id
        while step in by_id and step not in ordered:
            ordered[step] = by_id[step]
            step = following[step]
    return list(ordered.values())


def _in_turn(
    section: Section, definitions: Sequence[Definition], texts: Mapping[str, Texts], inline: Inline
) -> list[Entry]:
    """One entry of each time, then the second of each: so every time has some on the sheet.

    The first of each time stands under a label.
    """
    by_turn = [[d for d in definitions if _turn(d, section) == turn] for turn in section.turns]
    entries: list[Entry] = []
    for number, row in enumerate(zip_longest(*by_turn)):
        for definition in row:
            if definition is not None:
                entry = _ENTRIES[section.look](texts[definition.key], inline)
                above = LABEL if number == 0 else 0.0
                when = _turn(definition, section)
                entries.append(Entry({**entry.texts, "when": when}, entry.height + above))
    return entries


def _html(texts: Texts, inline: Inline) -> dict[str, Markup]:
    return {name: inline(text) for name, text in texts.items()}


def _line(texts: Texts, inline: Inline) -> Entry:
    """A line or two behind a number or a box."""
    html = _html(texts, inline)
    return Entry(html, height(html["text"], PLAIN, TEXT) + GAP)


def _words_to_say(texts: Texts, inline: Inline) -> Entry:
    """The words to say: the back's first paragraph where that is a question, else the front."""
    first = texts["back"].split("\n\n")[0].strip().strip('"“”„').strip()
    return _line({"text": first if first.endswith("?") else texts["front"]}, inline)


def _opening(texts: Texts, inline: Inline) -> Entry:
    html = _html(texts, inline)
    heights = (height(text, PLAIN, TEXT, bold=name != "opening") for name, text in html.items())
    return Entry(html, sum(heights) + GAP)


def _metric(texts: Texts, inline: Inline) -> Entry:
    """Its name beside what is divided by what."""
    html = _html(texts, inline)
    name = height(html["name"], PLAIN, 0.32 * COLUMN, bold=True)
    parts = sum(height(html[part], SMALL, 0.64 * COLUMN) for part in ("over", "under"))
    return Entry(html, max(name, parts + 1.0) + GAP)


def _step(texts: Texts, inline: Inline) -> Entry:
    html = _html(texts, inline)
    name = height(html["name"], PLAIN, TEXT, bold=True)
    return Entry(html, name + height(html["marks"], SMALL, TEXT) + GAP)


def _rated(texts: Texts, inline: Inline) -> Entry:
    """A question, and a weak, a fair and a strong answer side by side."""
    html = _html(texts, inline)
    # Each answer has its label before it.
    answers = (html[level] for level in ("weak", "fair", "strong"))
    high = max(height(f"Strong {answer}", SMALL, 51.0) for answer in answers)
    high += height(html["ask"], PLAIN, 180.0, bold=True) + 1.0
    return Entry(html, high + WRITING + GAP)


_ENTRIES: dict[str, Callable[[Texts, Inline], Entry]] = {
    "opening": _opening,
    "words": _words_to_say,
    "line": _line,
    "metric": _metric,
    "step": _step,
    "rated": _rated,
}
