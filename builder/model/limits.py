"""How long texts may be, and the other figures of the content rules."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Annotated

from pydantic import Field

AtLeastOne = Annotated[int, Field(ge=1)]

#: The most words of a text, by kind and key. `kind.key` holds for all below it (`anchors` for
#: `anchors.weak`) and for each item of a list; a bare kind for all its texts that are not named.
#: Front and back of a card are read in ten seconds; a sample is spoken in ninety.
WORDS = MappingProxyType(
    {
        "question.ask": 25,
        "question.wordings": 25,
        "question.listening_for": 22,
        "question.must_show": 10,
        "question.steps": 10,
        "question.answer": 45,
        "question.sample": 200,
        "question.sample.situation": 50,
        "question.sample.task": 30,
        "question.sample.action": 90,
        "question.sample.result": 45,
        "question.pitfalls": 12,
        "question.follow_ups.ask": 20,
        "question.follow_ups.point": 20,
        "question.anchors": 14,
        "question.sounds_like": 45,
        "kpi.trap": 30,
        "kpi.because": 20,
        "kpi.counts": 45,
        "skill.shows.when": 15,
        "skill.shows.do": 22,
        "line.they_say": 25,
        "line.you_say": 45,
        "line.pass_if": 15,
        "line.avoid": 15,
        "stage": 25,
        "activity": 25,
        "method": 25,
        "tool": 25,
        "tip": 25,
        "card.front": 25,
        "card.back": 45,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What content rules measure by.

    `words` is laid over `WORDS`, key by key. `list_items`: more are learnt by rote or not at all;
    SuperMemo's manual stops at five too. `reading_grade`: years of school that a sample may
    take to follow. `core_cards`: seven days of Anki's default of 20 new cards. `benchmark_years`:
    how much older than the newest source a benchmark may be. `known_abbreviations` need no
    explanation in this project.
    """

    words: dict[str, AtLeastOne] = field(default_factory=dict)
    list_items: AtLeastOne = 5
    reading_grade: AtLeastOne = 10
    core_cards: AtLeastOne = 140
    benchmark_years: AtLeastOne = 3
    known_abbreviations: tuple[str, ...] = ()
