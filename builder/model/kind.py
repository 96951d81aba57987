"""`Kind`: all that the builder knows of a kind of definition, as its `kind.yaml` says it.

No module decides by the name of a kind. What a feature needs is a mark, which names keys of the
kind or says something of it:

name        the key that lists, searches, other cards and the pages call a definition by
also        keys with more names, or with the same question in other words: an advert may have them
asked       an interviewer says these to the candidate: they must be open, lawful questions, and two
            definitions should not ask nearly the same
fronts      each is the front of a card by itself, so it asks one thing
aloud       a candidate says these about what they did: "I" before "we", a percentage of their own
graded      texts that are read as a whole: their reading grade is measured
shouts      the customer says these: abbreviations in them need no explanation
explains    `true`: what its names stand for is a card, so they need no explanation elsewhere
answerable  `true`: `my_answers` may answer it, and an editor offers it there
serves      the key that names the definitions that a story of the learner's own answers
follows     the key that names the definition after it: the sheet has them in that order

A key may say three things more: `dated` (a year that ages), `counted` (an English text that must
name a number) and, for a choice, `served` and `everywhere` (see `shape.Choice`). The choices of a
key called `type` are those that selectors and tags know as types.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import Annotated

from builder.findings import Span
from builder.shape.annotations import Key, KeyPath, Slug
from builder.shape.shape import Choice, Shape


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """What features ask of a kind; the module says what each mark means."""

    name: Annotated[Key, "the key that lists and other cards call it by"]
    also: Annotated[tuple[Key, ...], "keys with other names, or other wordings"] = ()
    asked: Annotated[tuple[KeyPath, ...], "an interviewer says these"] = ()
    fronts: Annotated[tuple[KeyPath, ...], "each is a front by itself, and asks one thing"] = ()
    aloud: Annotated[tuple[KeyPath, ...], "a candidate says these of what they did"] = ()
    graded: Annotated[tuple[KeyPath, ...], "texts whose reading grade is measured"] = ()
    shouts: Annotated[tuple[KeyPath, ...], "abbreviations in these need no explanation"] = ()
    explains: Annotated[bool, "its names need no explanation elsewhere"] = False
    answerable: Annotated[bool, "`my_answers` may answer it"] = False
    serves: Annotated[Key | None, "the key that names the questions it answers"] = None
    follows: Annotated[Key | None, "the key that names the definition after it"] = None

    @property
    def paths(self) -> dict[str, tuple[str, ...]]:
        """The keys that each mark names, as paths such as `follow_ups.ask`."""
        value_by_mark = {mark.name: getattr(self, mark.name) for mark in fields(self)}
        return {
            mark: (marked_paths,) if isinstance(marked_paths, str) else marked_paths
            for mark, marked_paths in value_by_mark.items()
            if isinstance(marked_paths, str | tuple)
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class NewOption:
    """An option of `prepdeck new KIND`, whose text fills a name of the kind's archetype."""

    about: Annotated[str, "its help"] = ""
    prompt: Annotated[str, "what a terminal asks for"] = ""
    option: Annotated[Slug | None, "its name without the hyphens, if it is not the key's"] = None
    key: Annotated[KeyPath | None, "the key that it fills, if that has another name"] = None
    optional: Annotated[bool, "whether the archetype can do without its text"] = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCommand:
    """What `prepdeck new KIND` says and asks."""

    about: Annotated[str, "its help"] = ""
    example: Annotated[str, "what stands behind `prepdeck new KIND` in the example"] = ""
    options: Annotated[
        dict[Key, NewOption],
        "its options, by names of the archetype; all needed texts and choices unless given",
    ] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A kind of definition. Without `is_sound` its file is faulty: `shape` and `marks` are empty.

    `folder` is the name of its folder in `templates/`, `span` where its file names it.
    """

    name: str
    section: str
    folder: str
    span: Span
    about: str = ""
    private: bool = False
    rank: int = 1000
    words: int | None = None
    is_sound: bool = False
    shape: Shape = field(default_factory=Shape)
    marks: Marks = field(default_factory=lambda: Marks(name=""))
    new: NewCommand = field(default_factory=NewCommand)

    @property
    def types(self) -> Mapping[str, Choice]:
        """The choices of its key `type`: what selectors and tags know as types."""
        type_shape = self.shape.keys.get("type")
        return type_shape.choices if type_shape else {}

    @cached_property
    def marked_keys(self) -> Mapping[str, tuple[str, ...]]:
        """The keys of a definition that have marked texts, each once, by the mark."""
        return {
            mark: tuple(dict.fromkeys(path.partition(".")[0] for path in paths))
            for mark, paths in self.marks.paths.items()
        }

    @cached_property
    def formulas(self) -> tuple[tuple[str, Shape], ...]:
        """Its formulas, by their paths such as `drill.compute`."""
        return tuple(
            (".".join(path), shape) for path, shape in self.shape.below() if shape.type == "formula"
        )

    @property
    def word_limits(self) -> Iterator[tuple[str, int]]:
        """The most words of its texts, by `kind` or `kind.key`, which holds for all below it."""
        if self.words is not None:
            yield self.name, self.words
        for path, shape in self.shape.below():
            if shape.most_words is not None:
                yield ".".join((self.name, *path)), shape.most_words


class Kinds(dict[str, Kind]):
    """Kinds by name, in the order of their rank. Nobody changes it."""

    @cached_property
    def by_section(self) -> Mapping[str, Kind]:
        """Kinds by the section of a file that holds them."""
        return {kind.section: kind for kind in self.values()}

    @cached_property
    def types(self) -> tuple[str, ...]:
        """The types that selectors and tags know, each once, whatever kind has it."""
        return tuple(dict.fromkeys(type_name for kind in self.values() for type_name in kind.types))

    @property
    def are_sound(self) -> bool:
        """Whether no fault hides what a kind says, such as its types."""
        return all(kind.is_sound for kind in self.values())

    @cached_property
    def word_limits(self) -> Mapping[str, int]:
        """The most words of a text, by `kind` or `kind.key`."""
        return dict(limit for kind in self.values() for limit in kind.word_limits)
