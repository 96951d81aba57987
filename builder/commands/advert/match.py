"""Which definitions an advert asks for, and which of its words show it.

A definition is *named* where the advert has one of its names, aliases or products. It is *near* a
line of the advert as far as both have the same words, rare ones before common ones: the cosine of
their vectors, each word weighted by its inverse document frequency (Spärck Jones 1972).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from builder.commands.advert.catalogue import Catalogue, Term, has_name
from builder.commands.advert.lines import Line, Token
from builder.project import Definition

#: The score of a name in the advert, and of a named skill that the definition trains; they are
#: added to the likeness, which is between 0 and 1.
_NAMED, _BY_SKILL = 1.0, 0.4
#: Below this score, shared words are chance.
LEAST = 0.15
#: The kind that an advert asks for by everyday words: "patient", "listens".
_SKILL = "skill"


class Match(NamedTuple):
    """A definition that the advert may ask for.

    `score`: 0 and up, see `_NAMED`. `evidence`: the words of the advert that decided, and ids of
    skills that it names. `named`: whether the advert has a name of the definition.
    """

    definition: Definition
    score: float
    evidence: tuple[str, ...]
    named: bool

    @property
    def is_sure(self) -> bool:
        """Whether the advert is likely to ask for it.

        A single common word is evidence for a skill only: "no technical background" does not ask
        for a background check.
        """
        alone = len(self.evidence) == 1 and self.definition.kind.name != _SKILL
        return self.score >= LEAST and (self.named or not alone)


def matches(catalogue: Catalogue, lines: Sequence[Line]) -> dict[str, Match]:
    """How well the lines match each definition, by its id; without those that they do not match."""
    terms = _terms_in(catalogue, lines)
    nearest: dict[str, tuple[float, int]] = {}
    for position, line in enumerate(lines):
        for id, likeness in near(catalogue, line).items():
            if likeness > nearest.setdefault(id, (0.0, 0))[0]:
                nearest[id] = (likeness, position)
    matched: dict[str, Match] = {}
    for definition in catalogue.definitions:
        id = definition.id
        skills = _trained_skills(definition) & terms.keys()
        score, position = nearest.get(id, (0.0, 0))
        score += _NAMED * (id in terms)
        score += _BY_SKILL * len(skills)
        if id in terms:
            evidence: tuple[str, ...] = (" ".join(token.text for token in terms[id].tokens),)
        else:
            shared = _shared_words(catalogue, lines[position], id) if id in nearest else ()
            evidence = (*shared, *sorted(skills))
        if score:
            matched[id] = Match(definition, score, evidence, id in terms)
    return matched


def near(catalogue: Catalogue, line: Line) -> Mapping[str, float]:
    """How near to the line each definition is that shares a word with it: 0 to 1, by its id."""
    stems = sorted({token.stem for token in line if token.stem in catalogue.rarity})
    products: dict[str, float] = {}
    for stem in stems:
        weight = catalogue.rarity[stem] ** 2
        for id in catalogue.ids_by_stem.get(stem, ()):
            products[id] = products.get(id, 0.0) + weight
    length = catalogue.length(stems)
    return {id: product / (length * catalogue.lengths[id]) for id, product in products.items()}


def _shared_words(catalogue: Catalogue, line: Line, id: str) -> tuple[str, ...]:
    """The three rarest words that the line and the definition share, as the advert writes them."""
    shared = {
        token.stem: token.text for token in line if id in catalogue.ids_by_stem.get(token.stem, ())
    }
    rarest = sorted(shared, key=catalogue.rarity.__getitem__)[:-4:-1]
    return tuple(shared[stem].lower() for stem in rarest)


def _trained_skills(definition: Definition) -> frozenset[str]:
    """The ids of the skills that a definition refers to."""
    return frozenset(leaf.scalar.text for leaf in definition.leaves if leaf.shape.ref == _SKILL)


def _terms_in(catalogue: Catalogue, lines: Sequence[Line]) -> dict[str, Term]:
    """The longest name of each definition that the advert names, by the definition's id."""
    longest: dict[str, Term] = {}
    for line in lines:
        for position, token in enumerate(line):
            for definition, term in catalogue.terms.get(token.stem, ()):
                id = definition.id
                if len(term.tokens) > 1 or _of_one_word(definition):
                    longer = id not in longest or len(term.tokens) > len(longest[id].tokens)
                    if longer and _is_at(line, position, term):
                        longest[id] = term
    return longest


def _of_one_word(definition: Definition) -> bool:
    """Whether a single word can name it. "Decide" is the name of a stage, and an everyday word."""
    explained = definition.kind.marks.explains and has_name(definition)
    return explained or definition.kind.name == _SKILL


def _is_at(line: Line, position: int, term: Term) -> bool:
    """Whether the term is in the line from this position on."""
    tokens = line[position : position + len(term.tokens)]
    return (
        len(tokens) == len(term.tokens)
        and all(map(_is_same, tokens, term.tokens, [term.product] * len(tokens)))
        and not any(token.apart for token in tokens[1:])
    )


def _is_same(token: Token, name: Token, product: bool) -> bool:
    """Whether a word of the advert is a word of a name."""
    # STAR is not a star, NICE is not nice, and Guru is not a guru.
    if name.shouted:
        return token.text in (name.text, f"{name.text}s")
    if product:
        return token.text.lower() == name.text.lower() and token.text[0] == name.text[0]
    return token.stem == name.stem
