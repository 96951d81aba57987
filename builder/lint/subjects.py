"""What a rule can look at: the values for `@rule(…, of=…)`, at the end of this module."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from builder.cloze import without_marks
from builder.deck import Deck, NoteType
from builder.findings import WHOLE_PROJECT, Scope, Silence, Span, Subject
from builder.lock import Locks
from builder.model import Kind, Limits
from builder.project import Definition, Project
from builder.select import Selection
from builder.shape.shape import Leaf
from builder.source import MappingNode, ScalarNode

#: A blank of no width: it parts no word, and rules see no letter in it.
_NOTHING = "\u200b"


@dataclass(frozen=True)
class Measures:
    """The settings in deck.yaml that a definition is judged by.

    `variables`: the names that it declares. `word_limits`: the most words of a text, by `kind` or
    `kind.key`, as kinds have them.
    """

    language: str
    limits: Limits
    variables: Collection[str]
    word_limits: Mapping[str, int]
    _most_words: dict[tuple[str | int, ...], int | None] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def most_words(self, kind: str, path: tuple[str | int, ...]) -> int | None:
        """How many words a text may have: the limit of the nearest name at or above its path."""
        kind_and_path = (kind, *path)
        if kind_and_path not in self._most_words:
            name_steps = [step for step in kind_and_path if isinstance(step, str)]
            limit_names = (".".join(name_steps[:depth]) for depth in range(len(name_steps), 0, -1))
            limit_by_name = {**self.word_limits, **self.limits.words}
            self._most_words[kind_and_path] = next(
                (limit_by_name[name] for name in limit_names if name in limit_by_name), None
            )
        return self._most_words[kind_and_path]


@dataclass(frozen=True)
class Wording:
    """A definition as the catalogue or one role words it, and the settings that it is judged by.

    `own`: the texts that this wording itself has; an override only what the role wrote, because the
    rest is judged in the definition. `public`: it is in a deck for everybody.
    """

    definition: Definition
    scope: Scope
    own: Sequence[Leaf]
    public: bool
    measures: Measures

    @property
    def kind(self) -> Kind:
        """The definition's kind."""
        return self.definition.kind

    @cached_property
    def texts(self) -> Mapping[str, Sequence[Leaf]]:
        """Its own texts in Markdown, by the definition's keys."""
        leaves_by_key: dict[str, list[Leaf]] = {}
        for leaf in self.own:
            if leaf.shape.is_markdown:
                leaves_by_key.setdefault(str(leaf.path[0]), []).append(leaf)
        return leaves_by_key

    @property
    def leaves(self) -> Iterator[Leaf]:
        """Its own texts in Markdown."""
        for leaves in self.texts.values():
            yield from leaves

    @cached_property
    def prose(self) -> str:
        """Its own texts in Markdown as one text, with an empty line between them."""
        return "\n\n".join([leaf.scalar.text for leaf in self.leaves])

    def marked(self, mark: str) -> Iterator[Leaf]:
        """Its own texts in Markdown that have a mark of the kind, key by key as the kind has them.

        `mark`: one whose keys are paths, such as `asked`; see `builder.model.kind`.
        """
        for marked_key in self.kind.marked_keys.get(mark, ()):
            yield from (leaf for leaf in self.texts.get(marked_key, ()) if mark in leaf.shape.marks)

    def passages(self, mark: str) -> Iterator[tuple[str, Span]]:
        """What is read as a whole: the marked texts of each key that it writes any of, in one.

        With those that an override inherits: who changes the end of a sample changes the sample.
        The span is that of the first text of its own.
        """
        for marked_key in self.kind.marked_keys.get(mark, ()):
            first_leaf = next(
                (leaf for leaf in self.texts.get(marked_key, ()) if mark in leaf.shape.marks), None
            )
            if first_leaf is not None:
                yield (
                    "\n\n".join(
                        leaf.readable
                        for leaf in self.definition.leaves
                        if leaf.path[0] == marked_key and mark in leaf.shape.marks
                    ),
                    first_leaf.scalar.span,
                )


def wordings(project: Project) -> Iterator[Wording]:
    """Every definition in every wording, in the project's order; each text once."""
    settings = project.settings.value
    measures = Measures(
        settings.language, settings.limits, frozenset(settings.vars), project.kinds.word_limits
    )
    for definition, scope in project.all_wordings:
        own_leaves, is_public = definition.leaves, definition.role is None
        if scope != definition.scope:
            override = definition.node
            own_leaves = tuple(leaf for leaf in own_leaves if _is_within(leaf.scalar, override))
            is_public = is_public and not project.roles[str(scope.role)].private
        yield Wording(definition, scope, tuple(map(_unmarked, own_leaves)), is_public, measures)


def _unmarked(leaf: Leaf) -> Leaf:
    """The text as it is read, each part of it at its place: marks of clozes become no words."""
    if leaf.shape.type != "cloze":
        return leaf
    text = without_marks(leaf.scalar.text, _NOTHING)
    return leaf._replace(scalar=leaf.scalar._replace(text=text))


def _is_within(scalar: ScalarNode, override: MappingNode) -> bool:
    """Whether a text of a wording stands within the override's lines."""
    return scalar.file == override.file and override.line <= scalar.line <= override.end_line


#: One wording of a definition and nothing else, so that what was found can be remembered.
DEFINITION: Subject[[Wording]] = Subject(lambda wording: wording.scope)
#: The same, in a project whose language is English.
ENGLISH: Subject[[Wording]] = Subject(lambda wording: wording.scope)
#: Everything that was read.
PROJECT: Subject[[Project]] = Subject(lambda project: WHOLE_PROJECT)
#: A role's deck.
DECK: Subject[[Project, Selection, Deck]] = Subject(
    lambda project, selection, deck: selection.role.scope
)
#: Every deck that was compiled, beside each other.
DECKS: Subject[[Project, Sequence[Selection], Sequence[Deck]]] = Subject(
    lambda project, selections, decks: WHOLE_PROJECT
)
#: A project and its note types by folder, beside what was built and released before.
PROJECT_AND_LOCKS: Subject[[Project, Mapping[str, NoteType], Locks]] = Subject(
    lambda project, notetypes, locks: WHOLE_PROJECT
)
#: Decks that were compiled, beside each other and the same.
DECKS_AND_LOCKS: Subject[[Project, Sequence[Deck], Locks]] = Subject(
    lambda project, decks, locks: WHOLE_PROJECT
)
#: A deck beside the same.
DECK_AND_LOCKS: Subject[[Selection, Deck, Locks]] = Subject(
    lambda selection, deck, locks: selection.role.scope
)
#: A rule that a definition silences, and whether that has no effect.
SILENCE: Subject[[Silence, bool]] = Subject(lambda silence, is_idle: silence.scope)
