"""A project's definitions as an advert may speak of them: their names, and their telling words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from math import log, sqrt
from typing import NamedTuple

from builder.commands.advert import Word, words_of
from builder.project import Definition, Project
from builder.stem import stem

#: Words that adverts are made of. What a field's own adverts have in common tells its rarity.
_STOP = frozenset(
    stem(word)
    for word in re.findall(
        r"\S+",
        """
        a ability able about after all also an and any are around as at be been before being
        best between but by can come could day do does during each end every excellent
        experience find first for from full get give go good got had has have help how i if in
        including into is it its just keep know last let like look made make many matter may me
        month more most much my need new next no nobody not of off on one only open or our out
        over own part people person place put real right role same see several set show skill
        skills small so some such sure take talk tell than that the their them then there these
        they thing things this those through time to together too turn under until up us use
        very want was way we week well were what when where whether which while who whole why
        will with within without work would year years you your yours
        """,
    )
)

#: How much a word tells of a definition, by where it stands there.
_SAID, _TOPIC, _ELSEWHERE, _SKILL = 1.0, 0.6, 0.25, 0.2
_ARTICLES = {"a", "an", "the", "using"}
_NAMES = {"name", "aliases", "products"}
_ASKED = {*_NAMES, "ask", "wordings", "they_say", "front"}


class Term(NamedTuple):
    """A name of a definition, as words. `product`: a brand, with its capital letter.

    `weight`: 1 for the name as it stands, less for a part of it.
    """

    words: tuple[Word, ...]
    weight: float
    product: bool = False


@dataclass(frozen=True)
class Catalogue:
    """A project's definitions, ready to be matched. Tips are left out: they make no card."""

    project: Project

    @cached_property
    def definitions(self) -> tuple[Definition, ...]:
        known = self.project.definitions.values()
        return tuple(d for d in known if d.value is not None and d.kind != "tip")

    @cached_property
    def told(self) -> Mapping[str, Mapping[str, float]]:
        """The stems of each definition, and how much each tells of it."""
        return {one.id: self._told(one) for one in self.definitions}

    @cached_property
    def often(self) -> Counter[str]:
        """In how many definitions each stem is."""
        return Counter(word for words in self.told.values() for word in words)

    @cached_property
    def lengths(self) -> Mapping[str, float]:
        return {id: sqrt(self.size(words)) for id, words in self.told.items()}

    def rarity(self, word: str) -> float:
        """How telling a stem is: 0 for the words of every text."""
        return 0.0 if word in _STOP else log(1 + len(self.told) / (1 + self.often[word]))

    def size(self, words: Mapping[str, float]) -> float:
        """The length of a text, in what its words tell."""
        return sqrt(sum((weight * self.rarity(word)) ** 2 for word, weight in words.items())) or 1.0

    def _told(self, definition: Definition) -> dict[str, float]:
        found: dict[str, float] = {}

        def add(text: str, weight: float) -> None:
            for word in words_of(text):
                if len(word.stem) > 1 and word.stem not in _STOP:
                    found[word.stem] = max(found.get(word.stem, 0.0), weight)

        for leaf in definition.leaves:
            if leaf.shape.markup is not None:
                add(leaf.scalar.text, _SAID if leaf.path[0] in _ASKED else _ELSEWHERE)
            elif leaf.shape.reference is not None and leaf.shape.reference.to == "skill":
                add(leaf.scalar.text.replace("-", " "), _SKILL)
        add(_spoken(definition), _SAID)
        for topic in definition.topics or ():
            add(f"{self.project.topics.get(topic, '')} {leaf_of(topic)}", _TOPIC)
        return found

    @cached_property
    def terms(self) -> Mapping[str, tuple[Term, ...]]:
        """The names of each definition that has some, and parts of them that tell enough."""
        whole = {
            one.id: list(_names(one)) for one in self.definitions if "name" in one.node.entries
        }
        return {id: tuple(self._with_parts(id, terms)) for id, terms in whole.items()}

    @cached_property
    def _edges(self) -> tuple[frozenset[str], frozenset[str]]:
        """First and last words that several KPIs share: `average`, `rate`. They tell no KPI."""
        firsts: Counter[str] = Counter()
        lasts: Counter[str] = Counter()
        for one in self.definitions:
            if one.kind == "kpi":
                names = [term.words for term in _names(one) if len(term.words) > 1]
                firsts.update({words[0].stem for words in names})
                lasts.update({words[-1].stem for words in names})
        often = [frozenset(w for w, n in counted.items() if n > 2) for counted in (firsts, lasts)]
        return often[0], often[1]

    def _with_parts(self, id: str, terms: Iterable[Term]) -> Iterator[Term]:
        for term in terms:
            yield term
            words = term.words
            if term.product and len(words) > 1:
                makers = self._makers[words[0].text]
                # "Salesforce" for its Service Cloud; not "Microsoft", which makes several things.
                if makers <= 2 and words[0].text not in self._brands:
                    yield Term(words[:1], 0.7, True)
                # "Excel", whoever makes it.
                elif len(words) == 2 and self.often[words[1].stem] <= 2:
                    yield Term(words[1:], 0.7, True)
            elif self.project.definitions[id].kind == "kpi" and len(words) > 1:
                if len(shouted := [word for word in words if word.shouted]) == 1:
                    yield Term(tuple(shouted), 0.6)  # SLA, for the adherence to it
                firsts, lasts = self._edges
                first, last = words[0].stem in firsts, words[-1].stem in lasts
                for part, weight in (
                    (words[:-1] if last else (), 0.6),
                    (words[1:] if first else (), 0.6),
                    (words[1:-1] if first and last else (), 0.4),
                ):
                    if len(part) > 1 or (part and self.often[part[0].stem] <= 12):
                        yield Term(part, weight)

    @cached_property
    def _makers(self) -> Counter[str]:
        """With how many products each first word of a product begins."""
        names = (term for one in self.definitions for term in _names(one) if term.product)
        products = {tuple(word.text for word in term.words) for term in names}
        return Counter(product[0] for product in products)

    @cached_property
    def _brands(self) -> frozenset[str]:
        names = (term for one in self.definitions for term in _names(one))
        return frozenset(t.words[0].text for t in names if t.product and len(t.words) == 1)

    def weight(self, term: Term) -> float:
        """How telling it is that an advert has this term."""
        if term.product:
            return term.weight * 4.0
        return term.weight * sum(self.rarity(word.stem) or 0.3 for word in term.words)


def _names(definition: Definition) -> Iterator[Term]:
    """Each name, alias and product; what stands in brackets is a name of its own."""
    shouted = set()
    for leaf in definition.leaves:
        key = leaf.path[0]
        if key in _NAMES:
            text = leaf.scalar.text
            for part in {re.sub(r"\(.*\)", "", text), *re.findall(r"\((.*?)\)", text)}:
                words = _trimmed(part)
                if words:
                    shouted |= {word.stem for word in words if word.shouted}
                    yield Term(words, 1.0, key == "products")
    words = _trimmed(_spoken(definition))
    # method-car is CAR and not a car.
    if words and not (len(words) == 1 and words[0].stem in shouted):
        yield Term(words, 1.0)


def _trimmed(text: str) -> tuple[Word, ...]:
    """The words without an article or the like in front. Hyphens part words here."""
    words = list(words_of(text.replace("-", " ")))
    while words and words[0].text.lower() in _ARTICLES:
        words = words[1:]
    return tuple(words)


def _spoken(definition: Definition) -> str:
    """The id as words, without the kind or the type that people put at its ends."""
    words = definition.id.split("-")
    if words[0] == definition.kind and len(words) > 1:
        words = words[1:]
    if words[-1] == definition.type and len(words) > 1:
        words = words[:-1]
    return " ".join(words)


def leaf_of(topic: str) -> str:
    """The last part of a topic, as words."""
    return topic.rpartition("/")[2].replace("-", " ")
