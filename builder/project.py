"""What was read: definitions, roles and note types, each with the place it was written at."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from builder import model
from builder.findings import PrepdeckError, Scope, Span, did_you_mean
from builder.ids import OWN
from builder.schema import Leaf
from builder.source import MappingNode, ScalarNode


@dataclass(frozen=True, slots=True)
class Definition:
    """One entry of a section. `value` is None when it is retired or too faulty to be read.

    A placeholder still takes part in selection, so that its fault blocks the packages that could
    have had it. `topics` or `type` None: could not be read, so any selector may match. `leaves` are
    all its texts; several checks walk over them.
    """

    id: str
    kind: str
    value: model.Kind | None
    node: MappingNode
    span: Span
    topics: tuple[str, ...] | None
    type: str | None
    was: str | None = None
    retired: str | None = None
    role: str | None = None
    leaves: tuple[Leaf, ...] = ()

    @property
    def key(self) -> str:
        """One name in the whole project: private definitions may share ids with the catalogue's."""
        return f"{self.role}/{self.id}" if self.role else self.id

    @property
    def first_id(self) -> str:
        """The first id ever released: the name that a note's identity is made of."""
        first = self.was or self.id
        return OWN + first if self.role else first

    @property
    def scope(self) -> Scope:
        """What a fault in it blocks."""
        return Scope(self.role, self.id)


@dataclass(frozen=True, slots=True)
class Override:
    """A definition as a role says it; `writer` is the role that wrote the newest part of it."""

    definition: Definition
    writer: str


@dataclass(frozen=True, slots=True)
class Role:
    """A job role. `chain` runs from itself to its farthest ancestor.

    `overrides` holds what it says differently, with what it inherits; `definitions` what a private
    role defines; `answers` and `tags` the learner's words and tags by definition id; `answer_spans`
    where each answer names its question.
    """

    id: str
    value: model.Role | None
    node: MappingNode
    span: Span
    private: bool
    chain: tuple[str, ...] = ()
    overrides: Mapping[str, Override] = field(default_factory=dict)
    definitions: Mapping[str, Definition] = field(default_factory=dict)
    answers: Mapping[str, ScalarNode] = field(default_factory=dict)
    answer_spans: Mapping[str, Span] = field(default_factory=dict)
    tags: Mapping[str, tuple[ScalarNode, ...]] = field(default_factory=dict)

    @property
    def title(self) -> str:
        return self.value.title if self.value else self.id

    @property
    def retired(self) -> str | None:
        """Why it has no deck any more, if it has none."""
        return self.value.retired if self.value else None

    @property
    def key(self) -> str:
        """The owner's name in identities: it survives a renamed folder and a changed title."""
        if self.private:
            return (self.value and self.value.key) or self.id
        return (self.value and self.value.was) or self.id

    @property
    def owns_notes(self) -> bool:
        """Whether every note of its deck is its own: private roles do, unless they say `shared`."""
        mode = self.value.notes if self.value else None
        return mode == "own" if mode else self.private

    @property
    def scope(self) -> Scope:
        return Scope(role=self.id)


@dataclass(frozen=True, slots=True)
class TemplateFolder:
    """A note type's folder as it was read; `path` is how diagnostics name it.

    `from_project`: the project's, or made of parts that are; the wheel's own have been checked.
    """

    name: str
    from_project: bool
    path: str
    value: model.NoteTypeFile | None
    node: MappingNode
    files: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Settings:
    """`deck.yaml`, and where its keys stand.

    `is_complete`: nothing in it was at fault; `vars_complete`: no fault hid a variable.
    """

    value: model.Settings
    node: MappingNode
    is_complete: bool
    vars_complete: bool


@dataclass(frozen=True, slots=True)
class View:
    """The project as one owner sees it: variables, definitions with what the owner overrides."""

    owner_key: str
    vars: Mapping[str, str]
    definitions: Mapping[str, Definition]


@dataclass(frozen=True, slots=True)
class Project:
    """Everything that was read, before anything is selected.

    `card_texts`: the texts that the cards add themselves, in the project's language, by the names
    that templates use. `topics_complete`: no fault hid a topic, so a topic that is not there does
    not exist; `sources_complete` says the same of sources. `topic_spans`: where each topic stands
    first.
    """

    root: Path
    settings: Settings
    topics: Mapping[str, str]
    topics_complete: bool
    sources: Mapping[str, model.Bibliography]
    sources_complete: bool
    definitions: Mapping[str, Definition]
    roles: Mapping[str, Role]
    templates: Mapping[str, TemplateFolder]
    shared_templates: Mapping[str, str]
    card_texts: Mapping[str, str]
    topic_spans: Mapping[str, Span] = field(default_factory=dict)

    @property
    def cited(self) -> Mapping[str, model.Bibliography]:
        """Bibliography entries by their own ids and by those of their items."""
        entries = dict(self.sources)
        for entry in self.sources.values():
            entries.update(dict.fromkeys(entry.items, entry))
        return entries

    def side(self, role: Role) -> str:
        """Whom a role's deck is for, `candidate` or `hiring`: the nearest in its chain says."""
        sides = (value.side for id in role.chain if (value := self.roles[id].value))
        return next((side for side in sides if side), "candidate")

    @property
    def all_definitions(self) -> tuple[Definition, ...]:
        """The catalogue's definitions, then each private role's."""
        mine = [d for role in self.roles.values() for d in role.definitions.values()]
        return (*self.definitions.values(), *mine)

    @property
    def all_wordings(self) -> Iterator[tuple[Definition, Scope]]:
        """Every definition that is not retired, in every wording, with what a fault in it touches.

        The catalogue's, each private role's, and each override as its writer says it.
        """
        for definition in self.all_definitions:
            if definition.retired is None:
                yield definition, definition.scope
        for role in self.roles.values():
            for override in role.overrides.values():
                if override.writer == role.id and override.definition.retired is None:
                    yield override.definition, Scope(role.id, override.definition.id)

    def role(self, name: str, among: Collection[str] | None = None, what: str = "role") -> Role:
        """The role of that name.

        Raises `PrepdeckError`, with the nearest name, when none of `among` has it.
        """
        known = self.roles if among is None else among
        if name not in known:
            roles = ", ".join(known) or "none yet"
            help = did_you_mean(name, known) or f"roles are {roles}"
            raise PrepdeckError(f"no {what} is called `{name}`", help=help)
        return self.roles[name]

    def view(self, role: Role | None) -> View:
        """The project as `role` sees it; None is the catalogue's own view."""
        if role is None:
            return View("", self.settings.value.vars, self.definitions)
        values: dict[str, str] = dict(self.settings.value.vars)
        for ancestor in reversed(role.chain):
            value = self.roles[ancestor].value
            values.update(value.vars if value else {})
        overridden = {id: override.definition for id, override in role.overrides.items()}
        return View(
            role.key, values, ChainMap(overridden, dict(role.definitions), dict(self.definitions))
        )
