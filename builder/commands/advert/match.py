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
        is_lone_word = len(self.evidence) == 1 and self.definition.kind.name != _SKILL
        return self.score >= LEAST and (self.named or not is_lone_word)


def matches(catalogue: Catalogue, lines: Sequence[Line]) -> dict[str, Match]:
    """How well the lines match each definition, by its id; without those that they do not match."""
    term_by_id = _terms_in(catalogue, lines)
    likeness_and_line_by_id: dict[str, tuple[float, int]] = {}
    for line_position, line in enumerate(lines):
        for id, likeness in near(catalogue, line).items():
            if likeness > likeness_and_line_by_id.setdefault(id, (0.0, 0))[0]:
                likeness_and_line_by_id[id] = (likeness, line_position)
    match_by_id: dict[str, Match] = {}
    for definition in catalogue.definitions:
        id = definition.id
        named_skill_ids = _trained_skills(definition) & term_by_id.keys()
        score, line_position = likeness_and_line_by_id.get(id, (0.0, 0))
        score += _NAMED * (id in term_by_id)
        score += _BY_SKILL * len(named_skill_ids)
        if id in term_by_id:
            evidence: tuple[str, ...] = (" ".join(token.text for token in term_by_id[id].tokens),)
        else:
            has_nearest_line = id in likeness_and_line_by_id
            shared_words = (
                _shared_words(catalogue, lines[line_position], id) if has_nearest_line else ()
            )
            evidence = (*shared_words, *sorted(named_skill_ids))
        if score:
            match_by_id[id] = Match(definition, score, evidence, id in term_by_id)
    return match_by_id


def near(catalogue: Catalogue, line: Line) -> Mapping[str, float]:
    """How near to the line each definition is that shares a word with it: 0 to 1, by its id."""
    line_stems = sorted({token.stem for token in line if token.stem in catalogue.rarity})
    dot_products: dict[str, float] = {}
    for stem in line_stems:
        stem_weight = catalogue.rarity[stem] ** 2
        for id in catalogue.ids_by_stem.get(stem, ()):
            dot_products[id] = dot_products.get(id, 0.0) + stem_weight
    vector_length = catalogue.length(line_stems)
    return {
        id: dot_product / (vector_length * catalogue.lengths[id])
        for id, dot_product in dot_products.items()
    }


def _shared_words(catalogue: Catalogue, line: Line, definition_id: str) -> tuple[str, ...]:
    """The three rarest words that the line and the definition share, as the advert writes them."""
    text_by_stem = {
        token.stem: token.text
        for token in line
        if definition_id in catalogue.ids_by_stem.get(token.stem, ())
    }
    rarest_stems = sorted(text_by_stem, key=catalogue.rarity.__getitem__)[:-4:-1]
    return tuple(text_by_stem[stem].lower() for stem in rarest_stems)


def _trained_skills(definition: Definition) -> frozenset[str]:
    """The ids of the skills that a definition refers to."""
    return frozenset(leaf.scalar.text for leaf in definition.leaves if leaf.shape.ref == _SKILL)


def _terms_in(catalogue: Catalogue, lines: Sequence[Line]) -> dict[str, Term]:
    """The longest name of each definition that the advert names, by the definition's id."""
    longest_term_by_id: dict[str, Term] = {}
    for line in lines:
        for token_position, token in enumerate(line):
            for definition, term in catalogue.terms.get(token.stem, ()):
                id = definition.id
                if len(term.tokens) > 1 or _of_one_word(definition):
                    earlier_term = longest_term_by_id.get(id)
                    is_longer = not earlier_term or len(term.tokens) > len(earlier_term.tokens)
                    if is_longer and _is_at(line, token_position, term):
                        longest_term_by_id[id] = term
    return longest_term_by_id


def _of_one_word(definition: Definition) -> bool:
    """Whether a single word can name it. "Decide" is the name of a stage, and an everyday word."""
    is_explained_name = definition.kind.marks.explains and has_name(definition)
    return is_explained_name or definition.kind.name == _SKILL


def _is_at(line: Line, position: int, term: Term) -> bool:
    """Whether the term is in the line from this position on."""
    line_tokens = line[position : position + len(term.tokens)]
    return (
        len(line_tokens) == len(term.tokens)
        and all(map(_is_same, line_tokens, term.tokens, [term.product] * len(line_tokens)))
        and not any(line_token.apart for line_token in line_tokens[1:])
    )


def _is_same(token: Token, name_token: Token, is_product: bool) -> bool:
    """Whether a word of the advert is a word of a name."""
    # STAR is not a star, NICE is not nice, and Guru is not a guru.
    if name_token.shouted:
        return token.text in (name_token.text, f"{name_token.text}s")
    if is_product:
        return token.text.lower() == name_token.text.lower() and token.text[0] == name_token.text[0]
    return token.stem == name_token.stem
