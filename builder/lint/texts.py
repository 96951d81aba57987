"""What the content rules look at: the texts of a definition, read once for all rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from builder.findings import Diagnostic, Scope, Span
from builder.model import Question
from builder.project import Definition, Project
from builder.schema import Leaf
from builder.source import MappingNode, ScalarNode

#: Capitals, and what numbers are written with; everything else is one letter to the outline.
_CAPITAL, _NUMBER, _OTHER = b"A", b"0", b"a"
_OUTLINE = b"".join(
    _CAPITAL if b"A" <= byte <= b"Z" else _NUMBER if byte in b"0123456789 ()/.-" else _OTHER
    for byte in (bytes([number]) for number in range(256))
)


@dataclass(frozen=True)
class Judged:
    """A definition and those texts of it that are to be judged, by the key they stand under.

    In an override these are the role's own words; what it inherits was judged where it stands.
    `public`: it is in a deck for everybody.
    """

    definition: Definition
    scope: Scope
    texts: Mapping[str, Sequence[Leaf]]
    public: bool

    @property
    def leaves(self) -> Iterator[Leaf]:
        """Every text."""
        for leaves in self.texts.values():
            yield from leaves

    @cached_property
    def prose(self) -> str:
        """Every text, in one."""
        texts = [leaf.scalar.text for leaves in self.texts.values() for leaf in leaves]
        return "\n\n".join(texts)

    @cached_property
    def _outline(self) -> bytes:
        # Searching this takes a tenth of what a regular expression takes that finds nothing.
        return self.prose.encode().translate(_OUTLINE)

    @property
    def has_capitals(self) -> bool:
        """Whether two capitals stand together somewhere."""
        return _CAPITAL * 2 in self._outline

    @property
    def has_long_number(self) -> bool:
        """Whether eight digits, and signs that numbers are grouped with, stand together."""
        return _NUMBER * 8 in self._outline

    @cached_property
    def asks(self) -> Sequence[Leaf]:
        """What an interviewer says: the ask of a question, its other wordings, its follow-ups."""
        if self.definition.kind != Question.kind:
            return ()
        pressing = [leaf for leaf in self.texts.get("follow_ups", ()) if leaf.path[-1] == "ask"]
        return [*self.texts.get("ask", ()), *self.texts.get("wordings", ()), *pressing]

    @cached_property
    def sample(self) -> str:
        """The sample in one, also what a role's override of it leaves as it was."""
        said = self.definition.node.get("sample") if "sample" in self.texts else None
        if isinstance(said, MappingNode):
            parts = [entry.value for entry in said.entries.values()]
            return "\n\n".join([part.text for part in parts if isinstance(part, ScalarNode)])
        return said.text if isinstance(said, ScalarNode) else ""

    @property
    def sample_at(self) -> Span:
        """Where the sample begins."""
        return self.texts["sample"][0].scalar.span

    def found(self, rule: str, message: str, at: Span, help: str) -> Diagnostic:
        """A finding that blocks, under `--strict`, whatever takes the definition."""
        return Diagnostic(rule, message, at, help, self.scope)


def judged(project: Project) -> Iterator[Judged]:
    """Every definition in every wording, each text once."""
    for definition, scope in project.all_wordings:
        own, public = None, definition.role is None
        if scope != definition.scope:
            own = definition.node
            public = public and not project.roles[str(scope.role)].private
        yield Judged(definition, scope, _texts(definition, own), public)


def _texts(definition: Definition, own: MappingNode | None) -> dict[str, list[Leaf]]:
    """The prose of a definition; of an override that which stands where the override does."""
    texts: dict[str, list[Leaf]] = {}
    for leaf in definition.leaves:
        if leaf.shape.markup is None:
            continue
        at = leaf.scalar
        if own and (at.file != own.file or not own.line <= at.line <= own.end_line):
            continue
        key = str(leaf.path[0])
        if key in texts:
            texts[key].append(leaf)
        else:
            texts[key] = [leaf]
    return texts
