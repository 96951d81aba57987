"""Which definitions an advert asks for, and by which of its words.

A definition is *named* where the advert has one of its names, aliases or products. And it is *near*
a line of the advert as far as both say the same words, rare ones before common ones: the cosine of
their vectors, each word by its inverse document frequency (Spärck Jones 1972).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from builder.commands.advert.catalogue import Catalogue, Term
from builder.commands.advert.words import Word
from builder.model import Skill
from builder.project import Definition

Line = Sequence[Word]

#: What a name is worth, and a named skill that a definition trains, beside likeness of 0 to 1.
_NAMED, _BY_SKILL = 1.0, 0.4
#: Below this, shared words are chance.
LEAST = 0.15
#: Kinds that one word names: "Decide" is a stage too, and a word of every day.
_OF_ONE_WORD = {"kpi", "skill", "tool", "method"}


class Match(NamedTuple):
    """A definition that the advert asks for: how much, by which words, and whether by name."""

    definition: Definition
    score: float
    words: tuple[str, ...]
    named: bool

    @property
    def is_sure(self) -> bool:
        """Whether it is likely to be meant. One word in common decides nothing but a skill: "no
        technical background" asks for no background check.
        """
        alone = len(self.words) == 1 and self.definition.kind != Skill.kind
        return self.score >= LEAST and (self.named or not alone)


def matches(catalogue: Catalogue, lines: Sequence[Line]) -> dict[str, Match]:
    """What the lines have to do with each definition, by id; without those they say nothing of."""
    likeness = [near(catalogue, line) for line in lines]
    named = _named(catalogue, lines)
    found: dict[str, Match] = {}
    best: dict[str, tuple[float, int]] = {}
    for place, alike in enumerate(likeness):
        for id, score in alike.items():
            best[id] = max(best.get(id, (0.0, 0)), (score, -place))
    for one in catalogue.definitions:
        score, place = best.get(one.id, (0.0, 0))
        score += _NAMED * (one.id in named)
        score += _BY_SKILL * len(_trained(one) & named.keys())
        if one.id in named:
            said: tuple[str, ...] = (" ".join(word.text for word in named[one.id].words),)
        else:
            said = _shared(catalogue, lines[-place], one.id) if one.id in best else ()
            said = (*said, *(id for id in sorted(_trained(one)) if id in named))
        if score:
            found[one.id] = Match(one, score, said, one.id in named)
    return found


def near(catalogue: Catalogue, line: Line) -> Mapping[str, float]:
    """How like the line each definition is that shares a word with it: 0 to 1, by id."""
    written = sorted({word.stem for word in line if word.stem in catalogue.rarity})
    shared: dict[str, float] = {}
    for word in written:
        worth = catalogue.rarity[word] ** 2
        for id in catalogue.within.get(word, ()):
            shared[id] = shared.get(id, 0.0) + worth
    length = catalogue.length(written)
    return {id: both / (length * catalogue.lengths[id]) for id, both in shared.items()}


def _shared(catalogue: Catalogue, line: Line, id: str) -> tuple[str, ...]:
    """The most telling words that both have, as the advert writes them."""
    both = {word.stem: word.text for word in line if id in catalogue.within.get(word.stem, ())}
    return tuple(
        both[word].lower() for word in sorted(both, key=catalogue.rarity.__getitem__)[:-4:-1]
    )


def _trained(definition: Definition) -> frozenset[str]:
    """The ids of the skills that a definition speaks of."""
    return frozenset(
        leaf.scalar.text
        for leaf in definition.leaves
        if leaf.shape.reference is not None and leaf.shape.reference.to == "skill"
    )


def _named(catalogue: Catalogue, lines: Sequence[Line]) -> dict[str, Term]:
    """The definitions that have a name in the advert, and the longest that it has."""
    found: dict[str, Term] = {}
    for line in lines:
        for place, word in enumerate(line):
            for one, term in catalogue.terms.get(word.stem, ()):
                if len(term.words) > 1 or one.kind in _OF_ONE_WORD:
                    longer = one.id not in found or len(term.words) > len(found[one.id].words)
                    if longer and _stands(line, place, term):
                        found[one.id] = term
    return found


def _stands(line: Line, place: int, term: Term) -> bool:
    """Whether the words of the term stand there in the line, one after another."""
    said = line[place : place + len(term.words)]
    return (
        len(said) == len(term.words)
        and all(map(_same, said, term.words, [term.product] * len(said)))
        and not any(word.apart for word in said[1:])
    )


def _same(said: Word, known: Word, product: bool) -> bool:
    # STAR is no star, NICE is not nice, and Guru is no guru.
    if known.shouted:
        return said.text in (known.text, f"{known.text}s")
    if product:
        return said.text.lower() == known.text.lower() and said.text[0] == known.text[0]
    return said.stem == known.stem
