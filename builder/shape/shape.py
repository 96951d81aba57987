"""`Shape`: what a place in a YAML file may hold.

It has two sources: a kind's `kind.yaml`, and the annotated dataclasses of the other files. The
reader, the checks, the JSON Schemas and the reference pages all ask it, and nothing else.

Shape    what one place may hold
Choice   one of the choices of a key
Leaf     one text of a file, with its shape
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, NamedTuple

from builder.cloze import without_marks
from builder.source import ScalarNode

#: Sorts of text in Markdown, which a learner reads, in the order in which messages list them.
MARKDOWN = ("line", "prose", "cloze")


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One of the choices of a key. A key that a choice needs is out of place with the others."""

    about: Annotated[str, "what it means"] = ""
    needs: Annotated[str, "the key beside it that a mapping with this choice must have"] = ""
    served: Annotated[bool, "a story of the learner's own should answer it"] = False
    everywhere: Annotated[bool, "every interview asks it, so a plan brings it first"] = False


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Shape:
    """What one place may hold. One of the first seven fields is set; equality is identity.

    type         a text of that sort, one of `texts.SORTS`
    ref          a text that names a definition of that kind, a `topic` or a `source`
    choices      a text that is one of these
    keys         a mapping with these keys
    items        a list of these
    each         a mapping whose names the author chooses; `names` is the sort of the names
    either       one of several shapes, told apart by their YAML form; see `form`

    `make` builds the value of a mapping from its keys, `kind` is the name of the kind whose keys
    they are. `above`, `least` and `most` limit a number, `least` and `most` the length of a list or
    of a by-name mapping. `or_item`: an item may stand for a list of one. `most_words`: how long a
    text should be. `dated`: a year that ages. `counted`: the text must name a number. `marks`: the
    marks of the kind that hold here.

    `needed` and `default` belong to the key whose shape it is. `needs` names the key that must
    stand beside it; each of `together` lists keys that stand all or none. `by` names the choice
    beside it that decides which of `forms` it has. `inputs` and `gives` are the paths of a
    formula's values and results from the top of the definition.
    """

    type: str = ""
    ref: str = ""
    choices: Mapping[str, Choice] = field(default_factory=dict)
    keys: Mapping[str, Shape] = field(default_factory=dict)
    items: Shape | None = None
    each: Shape | None = None
    either: tuple[Shape, ...] = ()

    names: str = ""
    make: Callable[..., Any] | None = None
    kind: str = ""
    above: int | None = None
    least: int | None = None
    most: int | None = None
    or_item: bool = False
    most_words: int | None = None
    dated: bool = False
    counted: bool = False
    marks: frozenset[str] = frozenset()
    about: str = ""

    needed: bool = False
    default: Any = None
    needs: str = ""
    together: tuple[tuple[str, ...], ...] = ()
    by: str = ""
    forms: Mapping[str, Shape] = field(default_factory=dict)
    inputs: str = ""
    gives: str = ""

    @property
    def form(self) -> str:
        """Its form in YAML: `mapping`, `list` or `text`."""
        if self.items is not None:
            return "list"
        return "text" if self.type or self.ref or self.choices else "mapping"

    @property
    def meaning(self) -> str:
        """What it means, and its choices where they say what they mean; in Markdown."""
        choice_meanings = (
            (choice_name, choice.about) for choice_name, choice in self.choices.items()
        )
        meaning_parts = (
            self.about,
            *(f"`{choice_name}`: {about}" for choice_name, about in choice_meanings if about),
        )
        return "; ".join(filter(None, meaning_parts))

    @property
    def is_markdown(self) -> bool:
        """Whether it is a text that a learner reads."""
        return self.type in MARKDOWN

    def below(self, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Shape]]:
        """Every shape from here down with its path, as `at` takes it; this shape comes first."""
        yield path, self
        for key, inner_shape in self.keys.items():
            yield from inner_shape.below((*path, key))
        if self.each is not None:
            yield from self.each.below((*path, "*"))
        if self.items is not None:
            yield from self.items.below(path)
        for inner_shape in self.either:
            yield from inner_shape.below(path)

    def at(self, path: str) -> Shape | None:
        """The first shape at a path of keys such as `follow_ups.ask`, if there is one.

        Lists take no step; a by-name mapping takes `*`, or any name.
        """
        path_steps = path.split(".")
        for shape_path, shape in self.below():
            if len(shape_path) == len(path_steps) and all(
                shape_step in (path_step, "*")
                for shape_step, path_step in zip(shape_path, path_steps, strict=True)
            ):
                return shape
        return None


class Leaf(NamedTuple):
    """One text of a file. `path` has the keys that lead to it, and positions from 0 in lists."""

    path: tuple[str | int, ...]
    scalar: ScalarNode
    shape: Shape

    @property
    def readable(self) -> str:
        """The text as somebody reads it: without marks of clozes, and with what they hide."""
        text = self.scalar.text
        return without_marks(text) if self.shape.type == "cloze" else text
