"""The language of `kind.yaml`: what its keys mean, and which names are not free."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Literal

from builder.model.kind import Marks, NewCommand
from builder.shape.annotations import AtLeastOne, Key, KeyPath, Line, Slug
from builder.shape.shape import Choice, Shape

#: The sorts of text that `type` may name.
_Sort = Literal["line", "prose", "cloze", "text", "whole", "number", "date", "slug", "formula"]
_SOME = Shape(least=1)
_Together = tuple[Annotated[tuple[Key, ...], Shape(least=2)], ...]


@dataclass(frozen=True, kw_only=True, eq=False)
class KeyFile:
    """A key in `kind.yaml`: exactly one of its first six, and what else is to be said of it."""

    type: Annotated[_Sort | None, "a text of that sort"] = None
    ref: Annotated[Slug | None, "the id of a definition of that kind; or `topic`, `source`"] = None
    choices: Annotated[
        Annotated[tuple[Slug, ...], _SOME] | Annotated[dict[Slug, Choice], _SOME] | None,
        "one of these: a list, or with more of each",
    ] = None
    list: Annotated[_Sort | KeyFile | None, "a list of these"] = None
    keys: Annotated[dict[Key, KeyFile], _SOME, "a mapping with these keys"] = field(
        default_factory=dict
    )
    each: Annotated[_Sort | KeyFile | None, "a mapping by names of your own; see `names`"] = None
    forms: Annotated[
        dict[Slug, KeyFile],
        _SOME,
        "its form for each choice of `by`; `otherwise` for all the others",
    ] = field(default_factory=dict)
    by: Annotated[Key | None, "the choice beside it that decides its form"] = None
    names: Annotated[
        Literal["slug", "variable", "text"] | None, "the sort of the names of `each`"
    ] = None
    together: Annotated[_Together, "lists of keys of `keys` that stand all or none"] = ()
    or_list: Annotated[bool, "a list of them may stand for one"] = False
    needed: Annotated[bool, "whether it must be there"] = False
    needs: Annotated[Key | None, "the key that must stand beside it"] = None
    default: Annotated[str | None, "its value where it is not there"] = None
    least: Annotated[int | None, "the least number, or the fewest items"] = None
    most: Annotated[int | None, "the greatest number, or the most items"] = None
    words: Annotated[AtLeastOne | None, "the most words of a text, which `limits` may change"] = (
        None
    )
    inputs: Annotated[KeyPath | None, "where a formula's values are; `*` is any name"] = None
    gives: Annotated[KeyPath | None, "where a formula's results are"] = None
    dated: Annotated[bool, "a year that ages"] = False
    counted: Annotated[bool, "an English text that must name a number"] = False
    about: Annotated[str, "what it means"] = ""


@dataclass(frozen=True, kw_only=True, eq=False)
class KindFile:
    """`templates/<folder>/kind.yaml`: what definitions of a kind say, and what features ask."""

    kind: Annotated[Slug, "its name in selectors and tags"]
    section: Annotated[Key, "the section of a file that holds them"]
    about: Annotated[Line, "what it is, in a sentence or two"]
    private: Annotated[bool, "whether only private roles have it"] = False
    rank: Annotated[int, "where lists have it: kinds without one come last"] = 1000
    words: Annotated[AtLeastOne | None, "the most words of its texts that say no other"] = None
    marks: Annotated[Marks, "what features ask of it"]
    new: Annotated[NewCommand, "what `prepdeck new` says and asks"] = field(
        default_factory=NewCommand
    )
    together: Annotated[_Together, "lists of keys that stand all or none"] = ()
    keys: Annotated[dict[Key, KeyFile], _SOME, "what a definition says"]


#: Keys of every definition; they come before a kind's own.
COMMON: Mapping[str, Shape] = {
    "topics": Shape(
        items=Shape(ref="topic"),
        about="written as in `decks/topics.yaml`, `customer/waiting`. Each becomes a tag; the first"
        " stands on the card",
    ),
    "sources": Shape(
        items=Shape(ref="source"),
        about="what it rests on, or which item of a document it covers",
    ),
    "was": Shape(
        type="slug", about="the first id that it was ever built under, if that was another"
    ),
    "retired": Shape(type="text", about="why no deck has it any more"),
    "per_role": Shape(
        type="bool",
        default=False,
        about="`true`: each role of a person has a note of its own, as for Why us?",
    ),
    "silence": Shape(
        each=Shape(type="text"),
        names="text",
        about="rules of content that do not hold for it, each with the reason",
    ),
}
#: Names that no kind may take: definitions, expressions, references or commands have them.
RESERVED: Mapping[str, frozenset[str]] = {
    "kind": frozenset({"topic", "source", "role", "any", "project", "person", "kind"}),
    "section": frozenset({"role", "me", "topics", "sources", "my_answers", "my_tags"}),
    "keys": frozenset(
        {*COMMON, "tags", "guid", "words", "region", "reports"}
        | {"id", "item", "own_words", "view", "project", "word", "true", "false", "none"}
    ),
}
