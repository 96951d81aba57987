"""Definitions beside each other: questions that are nearly the same, a figure that returns."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import chain
from math import ceil

from builder.findings import Finding, Scope, Section, Severity, rule
from builder.lint.subjects import PROJECT, wordings
from builder.project import Definition, Project
from builder.source import ScalarNode
from builder.source.paths import at_path
from builder.stem import stem as stem_of

#: Two asks are nearly the same from this share on: words in both over words in either.
_NEARLY = 2 / 3
#: Asks that share only words of more asks than this are not compared: such words say too little.
_RARE = 40

_WORD = re.compile(r"[a-z0-9]+(?:['’][a-z]+)?")
#: What interviewers say around the question.
_FRAME = frozenset(
    re.findall(
        r"\S+",
        """
        a about an and any are as at be been by can could describe did do does ever example
        explain for from give had has have how i if in is it me of on one or please share
        should so tell that the their them there they this time to us walk was we were what
        when where which who why will with would you your you've you're
        """,
    )
)


@rule("near-duplicate", Severity.WARNING, of=PROJECT, section=Section.CONTENT, silenceable=True)
def questions_differ(project: Project) -> Iterator[Finding]:
    """No two questions of one type ask the same in nearly the same words. English only.

    Each is looked up under its rarest words only, so that 10,000 questions are not compared with
    each other: under so many that any other which is as like as `_NEARLY` must share one of them.
    Asks of exactly the same words are found whatever the words are.
    """
    if project.settings.value.language != "en":
        return
    asks_with_stems = [
        (definition, frozenset(stems)) for definition, stems in _asks(project) if stems
    ]
    stem_frequency = Counter(chain.from_iterable(stems for _, stems in asks_with_stems))
    positions_by_rare_stem: dict[tuple[str, str | None, str], list[int]] = {}
    position_by_stems: dict[tuple[str, str | None, frozenset[str]], int] = {}
    for ask_position, (definition, stems) in enumerate(asks_with_stems):
        rare_stems = sorted(
            [(stem_frequency[stem], stem) for stem in stems if stem_frequency[stem] <= _RARE]
        )
        lookup_count = len(stems) - ceil(_NEARLY * len(stems)) + 1
        kind_and_type = definition.kind.name, definition.type
        lookup_keys = [(*kind_and_type, stem) for _, stem in rare_stems[:lookup_count]]
        near_positions = {
            earlier_position
            for lookup_key in lookup_keys
            for earlier_position in positions_by_rare_stem.get(lookup_key, ())
        }
        near_positions.add(position_by_stems.setdefault((*kind_and_type, stems), ask_position))
        near_positions.discard(ask_position)
        likeness, negated_position = max(
            (
                (_likeness(stems, asks_with_stems[earlier_position][1]), -earlier_position)
                for earlier_position in near_positions
            ),
            default=(0.0, 0),
        )
        if likeness >= _NEARLY:
            earlier_definition = asks_with_stems[-negated_position][0]
            ask_node, _ = at_path(definition.node, (definition.kind.marks.name,))
            yield Finding(
                f"`{earlier_definition.id}` asks nearly the same question,"
                f" at {earlier_definition.span}",
                ask_node.span,
                "write this ask under its `wordings`, or write under `silence` how they differ",
                definition.scope,
                (earlier_definition.span,),
            )
        for lookup_key in lookup_keys:
            positions_by_rare_stem.setdefault(lookup_key, []).append(ask_position)


def _asks(project: Project) -> Iterator[tuple[Definition, set[str]]]:
    """The catalogue's questions, each with the stems of the words that tell it from others."""
    for definition in project.definitions.values():
        marks = definition.kind.marks
        if marks.name in marks.asked and definition.retired is None:
            ask_node = definition.node.get(marks.name)
            if isinstance(ask_node, ScalarNode):
                telling_words = set(_WORD.findall(ask_node.text.lower())) - _FRAME
                yield definition, {stem_of(word) for word in telling_words}


def _likeness(stems: frozenset[str], earlier_stems: frozenset[str]) -> float:
    """Stems in both over stems in either, from 0 to 1."""
    shared_count = len(stems & earlier_stems)
    return shared_count / (len(stems) + len(earlier_stems) - shared_count)


_PERCENTAGE = re.compile(r"(?<![\w.,])(\d+(?:[.,]\d+)?)\s?(?:%|per ?cent\b)")
#: All, nothing and half are not invented.
_NATURAL = {"0", "100", "50"}
#: So many samples with one figure are a habit; two may be chance.
_HABIT = 3


@rule(
    "recurring-percentage", Severity.WARNING, of=PROJECT, section=Section.CONTENT, silenceable=True
)
def percentages_vary(project: Project) -> Iterator[Finding]:
    """No figure stands in three samples of the catalogue."""
    sample_ids_by_figure: dict[str, list[str]] = {}
    for wording in wordings(project):
        if wording.scope != Scope(definition=wording.definition.id):
            continue  # a private question, or a role's words for one that was counted
        reported_figures: set[str] = set()
        for leaf in wording.marked("aloud"):
            for figure_match in _PERCENTAGE.finditer(leaf.scalar.text):
                figure = figure_match[1]
                if figure in _NATURAL or figure in reported_figures:
                    continue
                reported_figures.add(figure)
                sample_ids = sample_ids_by_figure.setdefault(figure, [])
                if len(sample_ids) + 1 >= _HABIT:
                    yield Finding(
                        f"`{sample_ids[0]}` and `{sample_ids[1]}` have {figure} %"
                        " in their samples too",
                        leaf.scalar.within(*figure_match.span()),
                        "use another figure in this story",
                        wording.scope,
                    )
                sample_ids.append(wording.definition.id)
