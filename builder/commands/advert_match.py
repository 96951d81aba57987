"""Which definitions an advert asks for, and by which of its words.

Two ways to match. A definition is *named* where the advert has one of its names, aliases or
products. And it is *near* where a line of the advert shares words with it: each shared word counts
by how few definitions have it (its inverse document frequency, Spärck Jones 1972).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from math import sqrt
from typing import NamedTuple

from builder.commands.advert import Advert, Word, words_of
from builder.commands.advert_catalogue import Catalogue, Term, leaf_of
from builder.project import Definition

Line = Sequence[Word]

#: What a named definition, a named skill and a named topic are worth beside shared words.
_NAMED, _BY_SKILL, _BY_TOPIC = 0.33, 0.07, 0.05
#: A name of this weight is as telling as names get.
_TELLING = 5.0
#: Kinds that one word names: "Decide" is a stage too, and a word of every day.
_OF_ONE_WORD = {"kpi", "skill", "tool", "method"}


class Match(NamedTuple):
    """A definition that the advert asks for: how much, by which words, and whether by name."""

    definition: Definition
    score: float
    words: tuple[str, ...]
    named: bool


def matches(catalogue: Catalogue, advert: Advert) -> dict[str, Match]:
    """What the advert has to do with each definition, by id; without those it says nothing of."""
    near, shared = _near(catalogue, advert)
    named = {id: best for id in catalogue.terms if (best := _named(catalogue, advert, id))}
    topics = _named_topics(catalogue, advert)
    found: dict[str, Match] = {}
    for one in catalogue.definitions:
        score = near.get(one.id, 0.0)
        words = tuple(shared.get(one.id, ()))
        if best := named.get(one.id):
            score += _NAMED * best[0]
            words = (best[1],)
        for leaf in one.leaves:
            to = leaf.shape.reference.to if leaf.shape.reference else ""
            if to == "skill" and leaf.scalar.text in named:
                score += _BY_SKILL * min(named[leaf.scalar.text][0], _TELLING)
        score += sum(_BY_TOPIC * topics.get(topic, 0.0) for topic in one.topics or ())
        if score:
            found[one.id] = Match(one, score, words, one.id in named)
    return found


def _near(catalogue: Catalogue, advert: Advert) -> tuple[dict[str, float], dict[str, list[str]]]:
    """By shared words: each definition's score over all lines, and the words that made it."""
    scores: dict[str, float] = {}
    shared: dict[str, Counter[str]] = {}
    texts: dict[str, str] = {}
    for line in advert.lines:
        written = {word.stem: word.text.lower() for word in line if word.stem in catalogue.often}
        texts = {**written, **texts}
        size = sqrt(catalogue.size(dict.fromkeys(written, 1.0)))
        for id, told in catalogue.told.items():
            both = [word for word in written if word in told]
            if not both:
                continue
            worth = {word: catalogue.rarity(word) ** 2 * told[word] for word in both}
            value = sum(worth.values()) / (10 * size * catalogue.lengths[id])
            # Squares: one line that is about it says more than many that brush it.
            scores[id] = scores.get(id, 0.0) + value**2
            for word in both:
                shared.setdefault(id, Counter())[word] += round(100 * worth[word])
    words = {id: [texts[w] for w, _ in told.most_common(3)] for id, told in shared.items()}
    return {id: sqrt(score) for id, score in scores.items()}, words


def _named(catalogue: Catalogue, advert: Advert, id: str) -> tuple[float, str] | None:
    """The most telling of its names that the advert has, and its weight."""
    kind = catalogue.project.definitions[id].kind
    best = max(
        (
            (catalogue.weight(term), term)
            for term in catalogue.terms[id]
            if any(has(line, term) for line in advert.lines)
            and (len(term.words) > 1 or kind in _OF_ONE_WORD)
        ),
        default=None,
        key=lambda pair: pair[0],
    )
    return (best[0], " ".join(word.text for word in best[1].words)) if best else None


def _named_topics(catalogue: Catalogue, advert: Advert) -> dict[str, float]:
    found: dict[str, float] = {}
    for topic, title in catalogue.project.topics.items():
        for name in {title, leaf_of(topic)} if "/" in topic else ():
            term = Term(tuple(words_of(name)), 1.0)
            if any(has(line, term) for line in advert.lines):
                weight = min(catalogue.weight(term), _TELLING)
                found[topic] = max(found.get(topic, 0.0), weight)
    return found


def has(line: Line, term: Term) -> bool:
    """Whether the words of the term stand in the line one after another."""
    count = len(term.words)
    return any(
        all(map(_same, line[start : start + count], term.words, [term.product] * count))
        and not any(word.apart for word in line[start + 1 : start + count])
        for start in range(len(line) - count + 1)
    )


def _same(said: Word, known: Word, product: bool) -> bool:
    # STAR is no star, NICE is not nice, and Guru is no guru.
    if known.shouted:
        return said.text in (known.text, f"{known.text}s")
    if product:
        return said.text.lower() == known.text.lower() and said.text[0] == known.text[0]
    return said.stem == known.stem
