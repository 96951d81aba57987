"""A project's definitions as an advert may speak of them: their names, and their telling words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import log, sqrt
from typing import NamedTuple

from builder.commands.advert.words import Word, words_of
from builder.project import Definition, Project
from builder.stem import stem

#: Words of every English text, as stems: they tell nothing, and what language it is.
COMMON = frozenset(
    stem(word)
    for word in re.findall(
        r"\S+",
        """
        a about an and are as at be been by can do for from has have how if in is it not of on one
        or our so than that the their them they this to us we what when where who will with you
        your
        """,
    )
)
_ARTICLES = {"a", "an", "the", "using"}
_NAMES = {"name", "aliases", "products"}
#: Where a definition says what it is about.
_ASKED = {*_NAMES, "ask", "wordings", "they_say", "front"}


class Term(NamedTuple):
    """A name of a definition, or a part of one, as words. `product`: with its capital letter."""

    words: tuple[Word, ...]
    product: bool = False


@dataclass(frozen=True)
class Catalogue:
    """A project's definitions, ready to be matched. Tips are left out: they make no card."""

    project: Project

    @cached_property
    def definitions(self) -> tuple[Definition, ...]:
        known = self.project.definitions.values()
        return tuple(
            d for d in known if d.value is not None and d.retired is None and d.kind != "tip"
        )

    @cached_property
    def told(self) -> Mapping[str, Sequence[str]]:
        """The stems of what each definition asks or is called."""
        return {one.id: sorted(_stems(one, _ASKED)) for one in self.definitions}

    @cached_property
    def within(self) -> Mapping[str, Sequence[str]]:
        """The ids of the definitions that each stem is in."""
        found: dict[str, list[str]] = {}
        for id, words in self.told.items():
            for word in words:
                found.setdefault(word, []).append(id)
        return found

    @cached_property
    def often(self) -> Counter[str]:
        """In how many definitions each stem is said."""
        return Counter(word for one in self.definitions for word in _stems(one))

    @cached_property
    def rarity(self) -> Mapping[str, float]:
        """How telling each stem is: 0 when every definition has it."""
        many = 1 + len(self.definitions)
        return {word: log(many / (1 + n)) for word, n in self.often.items()}

    @cached_property
    def lengths(self) -> Mapping[str, float]:
        """The length of each definition, in what its words tell."""
        return {id: self.length(words) for id, words in self.told.items()}

    def length(self, words: Iterable[str]) -> float:
        return sqrt(sum(self.rarity[word] ** 2 for word in words)) or 1.0

    @cached_property
    def terms(self) -> Mapping[str, Sequence[tuple[Definition, Term]]]:
        """The names of definitions, and parts of them that tell enough, by their first stem."""
        found: dict[str, list[tuple[Definition, Term]]] = {}
        for one in self.definitions:
            for term in self._with_parts(one) if "name" in one.node.entries else ():
                first = term.words[0]
                # An abbreviation has no ending of its own: KBs.
                for start in {first.stem, stem(f"{first.text}s") if first.shouted else first.stem}:
                    found.setdefault(start, []).append((one, term))
        return found

    def _with_parts(self, one: Definition) -> Iterator[Term]:
        for term in _names(one):
            yield term
            words = term.words
            if term.product and len(words) > 1:
                # "Salesforce" for its Service Cloud; not "Microsoft", which makes several things.
                if self._makers[words[0].text] <= 2 and words[0].text not in self._brands:
                    yield Term(words[:1], True)
                # "Excel", whoever makes it.
                elif len(words) == 2 and self.often[words[1].stem] <= 2:
                    yield Term(words[1:], True)
            elif one.kind == "kpi" and len(words) > 1:
                if len(shouted := [word for word in words if word.shouted]) == 1:
                    yield Term(tuple(shouted))  # SLA, for the adherence to it
                firsts, lasts = self._edges
                first, last = words[0].stem in firsts, words[-1].stem in lasts
                for part in (
                    words[:-1] if last else (),
                    words[1:] if first else (),
                    words[1:-1] if first and last else (),
                ):
                    if len(part) > 1 or (part and len(self.within.get(part[0].stem, ())) <= 4):
                        yield Term(part)

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

    @cached_property
    def _products(self) -> frozenset[tuple[str, ...]]:
        names = (term for one in self.definitions for term in _names(one) if term.product)
        return frozenset(tuple(word.text for word in term.words) for term in names)

    @cached_property
    def _makers(self) -> Counter[str]:
        """With how many products each first word of a product begins."""
        return Counter(product[0] for product in self._products)

    @cached_property
    def _brands(self) -> frozenset[str]:
        return frozenset(product[0] for product in self._products if len(product) == 1)


def _stems(definition: Definition, keys: Container[object] | None = None) -> set[str]:
    """The stems of its texts, or of those under some keys, and of its id."""
    texts = [
        leaf.scalar.text
        for leaf in definition.leaves
        if leaf.shape.markup is not None and (keys is None or leaf.path[0] in keys)
    ]
    words = words_of(" . ".join((*texts, _spoken(definition))))
    return {word.stem for word in words if len(word.stem) > 1} - COMMON


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
                    yield Term(words, key == "products")
    words = _trimmed(_spoken(definition))
    # method-car is CAR and not a car.
    if words and not (len(words) == 1 and words[0].stem in shouted):
        yield Term(words)


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
