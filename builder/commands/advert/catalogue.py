"""A project's definitions as an advert may mention them: by their names and by their rare words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import log, sqrt
from typing import NamedTuple

from builder.commands.advert.lines import Token, tokens_of
from builder.project import Definition, Project
from builder.stem import stem

#: Stems that every English text has. They say nothing about a definition, but they show the
#: language of a text.
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
#: The marks of texts that say what a definition is about.
_SUBJECT = frozenset({"name", "also"})
#: The kind whose names have parts that name it too: SLA, for the adherence to it.
_PARTED = "kpi"
#: The key of brands, which an advert writes with a capital letter too.
_PRODUCTS = "products"


class Term(NamedTuple):
    """A name of a definition, or a part of a name.

    `product`: the name of a product, which an advert writes with a capital letter too.
    """

    tokens: tuple[Token, ...]
    product: bool = False


@dataclass(frozen=True)
class Catalogue:
    """A project's definitions, ready to be matched, but for those of kinds without a card."""

    project: Project

    @cached_property
    def definitions(self) -> tuple[Definition, ...]:
        template_folders = self.project.templates.values()
        kinds_with_cards = {
            template_folder.value.kind
            for template_folder in template_folders
            if template_folder.value
        }
        return tuple(
            definition
            for definition in self.project.definitions.values()
            if definition.value is not None
            and definition.retired is None
            and definition.kind.name in kinds_with_cards
        )

    @cached_property
    def subjects(self) -> Mapping[str, Sequence[str]]:
        """The stems of what each definition asks or is called, sorted, by its id."""
        return {d.id: sorted(_stems(d, _SUBJECT)) for d in self.definitions}

    @cached_property
    def ids_by_stem(self) -> Mapping[str, Sequence[str]]:
        """The ids of the definitions whose subject has a stem."""
        ids_by_stem: dict[str, list[str]] = {}
        for definition_id, stems in self.subjects.items():
            for stem_ in stems:
                ids_by_stem.setdefault(stem_, []).append(definition_id)
        return ids_by_stem

    @cached_property
    def frequency(self) -> Counter[str]:
        """How many definitions have each stem in any of their texts."""
        return Counter(stem_ for definition in self.definitions for stem_ in _stems(definition))

    @cached_property
    def rarity(self) -> Mapping[str, float]:
        """The inverse document frequency of each stem: 0 when every definition has it."""
        definition_count = len(self.definitions)
        return {
            stem_: log((1 + definition_count) / (1 + frequency))
            for stem_, frequency in self.frequency.items()
        }

    @cached_property
    def lengths(self) -> Mapping[str, float]:
        """The length of each definition's vector of rarities, by its id."""
        return {definition_id: self.length(stems) for definition_id, stems in self.subjects.items()}

    def length(self, stems: Iterable[str]) -> float:
        """The length of the vector of rarities of these stems; 1 where it would be 0."""
        return sqrt(sum(self.rarity[stem_] ** 2 for stem_ in stems)) or 1.0

    @cached_property
    def terms(self) -> Mapping[str, Sequence[tuple[Definition, Term]]]:
        """The names of definitions, and parts of names that are clear, by their first stem."""
        terms: dict[str, list[tuple[Definition, Term]]] = {}
        for definition in self.definitions:
            for term in self._with_parts(definition) if has_name(definition) else ():
                first_token = term.tokens[0]
                # An abbreviation has no ending of its own, so KBs is KB.
                first_stems = {first_token.stem}
                if first_token.shouted:
                    first_stems.add(stem(f"{first_token.text}s"))
                for first_stem in first_stems:
                    terms.setdefault(first_stem, []).append((definition, term))
        return terms

    def _with_parts(self, definition: Definition) -> Iterator[Term]:
        for term in _names(definition):
            yield term
            tokens = term.tokens
            if term.product and len(tokens) > 1:
                # "Salesforce" for its Service Cloud; not "Microsoft", which makes several things.
                if self._makers[tokens[0].text] <= 2 and tokens[0].text not in self._brands:
                    yield Term(tokens[:1], True)
                # "Excel" without its maker.
                elif len(tokens) == 2 and self.frequency[tokens[1].stem] <= 2:
                    yield Term(tokens[1:], True)
            elif definition.kind.name == _PARTED and len(tokens) > 1:
                if len(abbreviations := [token for token in tokens if token.shouted]) == 1:
                    yield Term(tuple(abbreviations))  # SLA, for the adherence to it
                common_first_stems, common_last_stems = self._edges
                starts_common = tokens[0].stem in common_first_stems
                ends_common = tokens[-1].stem in common_last_stems
                for part_tokens in (
                    tokens[:-1] if ends_common else (),
                    tokens[1:] if starts_common else (),
                    tokens[1:-1] if starts_common and ends_common else (),
                ):
                    if len(part_tokens) > 1 or (
                        part_tokens and len(self.ids_by_stem.get(part_tokens[0].stem, ())) <= 4
                    ):
                        yield Term(part_tokens)

    @cached_property
    def _edges(self) -> tuple[frozenset[str], frozenset[str]]:
        """First and last stems that several KPIs share: `average`, `rate`. They name no KPI."""
        first_stem_counts: Counter[str] = Counter()
        last_stem_counts: Counter[str] = Counter()
        for definition in self.definitions:
            if definition.kind.name == _PARTED:
                multiword_names = [
                    term.tokens for term in _names(definition) if len(term.tokens) > 1
                ]
                first_stem_counts.update({tokens[0].stem for tokens in multiword_names})
                last_stem_counts.update({tokens[-1].stem for tokens in multiword_names})
        return _common(first_stem_counts), _common(last_stem_counts)

    @cached_property
    def _products(self) -> frozenset[tuple[str, ...]]:
        named_definitions = filter(has_name, self.definitions)
        product_terms = (
            term for definition in named_definitions for term in _names(definition) if term.product
        )
        return frozenset(tuple(token.text for token in term.tokens) for term in product_terms)

    @cached_property
    def _makers(self) -> Counter[str]:
        """How many products have each first word."""
        return Counter(product_words[0] for product_words in self._products)

    @cached_property
    def _brands(self) -> frozenset[str]:
        return frozenset(
            product_words[0] for product_words in self._products if len(product_words) == 1
        )


def _common(stem_counts: Counter[str]) -> frozenset[str]:
    return frozenset(stem_ for stem_, count in stem_counts.items() if count > 2)


def has_name(definition: Definition) -> bool:
    """Whether it is called by a name, and not by a question, a front or a cry of a customer."""
    marks = definition.kind.marks
    return marks.name not in {*marks.asked, *marks.fronts, *marks.shouts}


def _stems(definition: Definition, marks: frozenset[str] | None = None) -> set[str]:
    """The stems of its id and of its texts: of all texts, or of those with one of the marks."""
    texts = [
        leaf.readable
        for leaf in definition.leaves
        if leaf.shape.is_markdown and (marks is None or marks & leaf.shape.marks)
    ]
    tokens = tokens_of(" . ".join((*texts, _id_as_text(definition))))
    return {token.stem for token in tokens if len(token.stem) > 1} - COMMON


def _names(definition: Definition) -> Iterator[Term]:
    """Each name, alias and product; a text in brackets is a name of its own."""
    abbreviation_stems = set()
    for leaf in definition.leaves:
        if _SUBJECT & leaf.shape.marks:
            leaf_text = leaf.scalar.text
            for name_text in {
                re.sub(r"\(.*\)", "", leaf_text),
                *re.findall(r"\((.*?)\)", leaf_text),
            }:
                name_tokens = _without_article(name_text)
                if name_tokens:
                    abbreviation_stems |= {token.stem for token in name_tokens if token.shouted}
                    yield Term(name_tokens, leaf.path[0] == _PRODUCTS)
    name_tokens = _without_article(_id_as_text(definition))
    # `method-car` is CAR and not a car.
    if name_tokens and not (len(name_tokens) == 1 and name_tokens[0].stem in abbreviation_stems):
        yield Term(name_tokens)


def _without_article(text: str) -> tuple[Token, ...]:
    """The words without an article or the like in front. A hyphen separates words here."""
    tokens = list(tokens_of(text.replace("-", " ")))
    while tokens and tokens[0].text.lower() in _ARTICLES:
        tokens = tokens[1:]
    return tuple(tokens)


def _id_as_text(definition: Definition) -> str:
    """The id with blanks for hyphens, without the kind in front and the type at the end."""
    id_parts = definition.id.split("-")
    if id_parts[0] == definition.kind.name and len(id_parts) > 1:
        id_parts = id_parts[1:]
    if id_parts[-1] == definition.type and len(id_parts) > 1:
        id_parts = id_parts[:-1]
    return " ".join(id_parts)
