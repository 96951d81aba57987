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

#: From Markdown to inline HTML with the variables of an owner.
Inline = Callable[[str], Markup]


#: The texts of an entry, by the names of page.html.
Texts = Mapping[str, str]


def entries_of(
    section: Section, definitions: Iterable[Definition], inline_by_key: Mapping[str, Inline]
) -> list[Entry]:
    """What a section can print of these definitions, in their order or in the section's own."""
    fitting_definitions: list[Definition] = []
    texts_by_key: dict[str, Texts] = {}
    for definition in definitions:
        if _belongs(definition, section):
            definition_texts = _texts(definition, section)
            if definition_texts.keys() == section.texts.keys():
                fitting_definitions.append(definition)
                texts_by_key[definition.key] = definition_texts
    fitting_definitions = _in_sequence(fitting_definitions)
    if len(section.turns) > 1:
        return _in_turn(section, fitting_definitions, texts_by_key, inline_by_key)[: section.most]
    make_entry = _ENTRIES[section.look]
    return [
        make_entry(texts_by_key[definition.key], inline_by_key[definition.key])
        for definition in fitting_definitions[: section.most]
    ]


def _belongs(definition: Definition, section: Section) -> bool:
    return (
        definition.value is not None
        and definition.kind.name == section.kind
        and (section.topic is None or section.topic in (definition.topics or ()))
        and (section.by is None or _turn(definition, section) in section.turns)
    )


def _turn(definition: Definition, section: Section) -> str:
    """The choice by which a section takes turns."""
    turn_choice: str = getattr(definition.value, section.by or "", None) or ""
    return turn_choice


def _texts(definition: Definition, section: Section) -> dict[str, str]:
    """Those texts of an entry that the definition has."""
    return {
        text_name: str(text)
        for text_name, key_path in section.texts.items()
        for _, text in values_at(definition.value, key_path)
    }


def _in_sequence(definitions: Sequence[Definition]) -> list[Definition]:
    """Each before the one that it names as the next, those that none of them names first.

    Definitions of a kind without the mark `follows` stay as they are.
    """
    definition_by_id = {definition.id: definition for definition in definitions}
    next_id_by_id = {
        id: getattr(definition.value, definition.kind.marks.follows or "", None)
        for id, definition in definition_by_id.items()
    }
    ordered_by_id: dict[str, Definition] = {}
    # A circle has no start: the first of those that are left starts it.
    start_ids = [id for id in definition_by_id if id not in next_id_by_id.values()]
    for start_id in (*start_ids, *definition_by_id):
        current_id: str | None = start_id
        while current_id in definition_by_id and current_id not in ordered_by_id:
            ordered_by_id[current_id] = definition_by_id[current_id]
            current_id = next_id_by_id[current_id]
    return list(ordered_by_id.values())


def _in_turn(
    section: Section,
    definitions: Sequence[Definition],
    texts_by_key: Mapping[str, Texts],
    inline_by_key: Mapping[str, Inline],
) -> list[Entry]:
    """One entry of each time, then the second of each: so every time has some on the sheet.

    The first of each time stands under a label.
    """
    definitions_by_turn = [
        [definition for definition in definitions if _turn(definition, section) == turn]
        for turn in section.turns
    ]
    entries: list[Entry] = []
    for round_number, round_definitions in enumerate(zip_longest(*definitions_by_turn)):
        for definition in round_definitions:
            if definition is not None:
                entry = _ENTRIES[section.look](
                    texts_by_key[definition.key], inline_by_key[definition.key]
                )
                label_height = LABEL if round_number == 0 else 0.0
                turn_choice = _turn(definition, section)
                entries.append(
                    Entry({**entry.texts, "when": turn_choice}, entry.height + label_height)
                )
    return entries


def _html(texts: Texts, inline: Inline) -> dict[str, Markup]:
    return {text_name: inline(text) for text_name, text in texts.items()}


def _line(texts: Texts, inline: Inline) -> Entry:
    """A line or two behind a number or a box."""
    html_by_name = _html(texts, inline)
    return Entry(html_by_name, height(html_by_name["text"], PLAIN, TEXT) + GAP)


def _words_to_say(texts: Texts, inline: Inline) -> Entry:
    """The words to say: the back's first paragraph where that is a question, else the front."""
    first_paragraph = texts["back"].split("\n\n")[0].strip().strip('"“”„').strip()
    return _line(
        {"text": first_paragraph if first_paragraph.endswith("?") else texts["front"]}, inline
    )


def _opening(texts: Texts, inline: Inline) -> Entry:
    html_by_name = _html(texts, inline)
    text_heights = (
        height(html, PLAIN, TEXT, bold=text_name != "opening")
        for text_name, html in html_by_name.items()
    )
    return Entry(html_by_name, sum(text_heights) + GAP)


def _metric(texts: Texts, inline: Inline) -> Entry:
    """Its name beside what is divided by what."""
    html_by_name = _html(texts, inline)
    name_height = height(html_by_name["name"], PLAIN, 0.32 * COLUMN, bold=True)
    ratio_height = sum(
        height(html_by_name[text_name], SMALL, 0.64 * COLUMN) for text_name in ("over", "under")
    )
    return Entry(html_by_name, max(name_height, ratio_height + 1.0) + GAP)


def _step(texts: Texts, inline: Inline) -> Entry:
    html_by_name = _html(texts, inline)
    name_height = height(html_by_name["name"], PLAIN, TEXT, bold=True)
    return Entry(html_by_name, name_height + height(html_by_name["marks"], SMALL, TEXT) + GAP)


def _rated(texts: Texts, inline: Inline) -> Entry:
    """A question, and a weak, a fair and a strong answer side by side."""
    html_by_name = _html(texts, inline)
    # Each answer has its label before it.
    answer_texts = (html_by_name[answer_level] for answer_level in ("weak", "fair", "strong"))
    entry_height = max(height(f"Strong {answer}", SMALL, 51.0) for answer in answer_texts)
    entry_height += height(html_by_name["ask"], PLAIN, 180.0, bold=True) + 1.0
    return Entry(html_by_name, entry_height + WRITING + GAP)


_ENTRIES: dict[str, Callable[[Texts, Inline], Entry]] = {
    "opening": _opening,
    "words": _words_to_say,
    "line": _line,
    "metric": _metric,
    "step": _step,
    "rated": _rated,
}
