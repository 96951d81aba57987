"""What a rule can look at: the values for `@rule(…, of=…)`, at the end of this module."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from builder.deck import Deck, NoteType
from builder.findings import WHOLE_PROJECT, Scope, Silence, Span, Subject
from builder.lock import Locks
from builder.model import WORDS, Limits, Question
from builder.project import Definition, Project
from builder.schema import Leaf
from builder.select import Selection
from builder.source import MappingNode, ScalarNode


@dataclass(frozen=True)
class Measures:
    """The settings in deck.yaml that a definition is judged by.

    `variables`: the names that it declares.
    """

    language: str
    limits: Limits
    variables: Collection[str]
    _most_words: dict[tuple[str | int, ...], int | None] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def most_words(self, kind: str, path: tuple[str | int, ...]) -> int | None:
        """How many words a text may have: the limit of the nearest name at or above its path."""
        key = (kind, *path)
        if key not in self._most_words:
            names = [step for step in key if isinstance(step, str)]
            above = (".".join(names[:end]) for end in range(len(names), 0, -1))
            limits = {**WORDS, **self.limits.words}
            self._most_words[key] = next((limits[name] for name in above if name in limits), None)
        return self._most_words[key]


@dataclass(frozen=True)
class Wording:
    """A definition as the catalogue or one role words it, and the settings that it is judged by.

    `texts`: its prose by top key; of an override only the prose that the role wrote, because the
    rest is judged in the definition. `public`: it is in a deck for everybody.
    """

    definition: Definition
    scope: Scope
    texts: Mapping[str, Sequence[Leaf]]
    public: bool
    measures: Measures

    @property
    def leaves(self) -> Iterator[Leaf]:
        """Every text."""
        for leaves in self.texts.values():
            yield from leaves

    @cached_property
    def prose(self) -> str:
        """Every text, in one."""
        return "\n\n".join([leaf.scalar.text for leaf in self.leaves])

    @cached_property
    def asks(self) -> Sequence[Leaf]:
        """What an interviewer says: the ask of a question, its other wordings, its follow-ups."""
        if self.definition.kind != Question.kind:
            return ()
        pressing = [leaf for leaf in self.texts.get("follow_ups", ()) if leaf.path[-1] == "ask"]
        return [*self.texts.get("ask", ()), *self.texts.get("wordings", ()), *pressing]

    @cached_property
    def sample(self) -> str:
        """The whole sample, with the parts that a role's override of it inherits."""
        node = self.definition.node.get("sample") if "sample" in self.texts else None
        if isinstance(node, MappingNode):
            parts = [entry.value for entry in node.entries.values()]
            return "\n\n".join([part.text for part in parts if isinstance(part, ScalarNode)])
        return node.text if isinstance(node, ScalarNode) else ""

    @property
    def sample_span(self) -> Span:
        """The first text of the sample. Raises `KeyError` when there is none."""
        return self.texts["sample"][0].scalar.span


def wordings(project: Project, kind: str | None = None) -> Iterator[Wording]:
    """Every definition (of one kind) in every wording, in the project's order; each text once."""
    settings = project.settings.value
    measures = Measures(settings.language, settings.limits, frozenset(settings.vars))
    for definition, scope in project.all_wordings:
        if kind is not None and definition.kind != kind:
            continue
        override, public = None, definition.role is None
        if scope != definition.scope:
            override = definition.node
            public = public and not project.roles[str(scope.role)].private
        yield Wording(definition, scope, _texts(definition, override), public, measures)


def _texts(definition: Definition, override: MappingNode | None) -> dict[str, list[Leaf]]:
    """The prose of a definition by its top key; of an override what stands within its lines."""
    texts: dict[str, list[Leaf]] = {}
    for leaf in definition.leaves:
        if leaf.shape.markup is None:
            continue
        text = leaf.scalar
        if override and (
            text.file != override.file or not override.line <= text.line <= override.end_line
        ):
            continue
        texts.setdefault(str(leaf.path[0]), []).append(leaf)
    return texts


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
#: A project and its note types by folder, beside what was built and released before.
PROJECT_AND_LOCKS: Subject[[Project, Mapping[str, NoteType], Locks]] = Subject(
    lambda project, notetypes, locks: WHOLE_PROJECT
)
#: A deck beside the same.
DECK_AND_LOCKS: Subject[[Selection, Deck, Locks]] = Subject(
    lambda selection, deck, locks: selection.role.scope
)
#: A rule that a definition silences, and whether that has no effect.
SILENCE: Subject[[Silence, bool]] = Subject(lambda silence, is_idle: silence.scope)
