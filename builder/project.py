"""What was read: definitions, roles and note types, each with the place it was written at."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from builder import model
from builder.cloze import without_marks
from builder.findings import PrepdeckError, Scope, Span, did_you_mean
from builder.ids import OWN
from builder.shape.record import Record
from builder.shape.shape import Choice, Leaf
from builder.source import MappingNode, ScalarNode


@dataclass(frozen=True, slots=True)
class Definition:
    """One entry of a section. `value` is None when it is retired or too faulty to be read.

    Even then it takes part in selection, so that its fault blocks the packages that could have had
    it. `topics` or `type` is None when it could not be read: any selector may match. `type` is None
    too for a kind without types. `role`: the id of the private role that defines it, None for the
    catalogue's. `leaves` are all its texts, which several checks walk over.
    """

    id: str
    kind: model.Kind
    value: Record | None
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
        """A name unique in the project: a private definition may have an id of the catalogue's."""
        return f"{self.role}/{self.id}" if self.role else self.id

    @property
    def name(self) -> str:
        """What lists and other cards call it; empty when it has no value."""
        if self.value is None:
            return ""
        key = self.kind.marks.name
        name = str(getattr(self.value, key))
        return without_marks(name) if self.kind.shape.keys[key].type == "cloze" else name

    @property
    def type_choice(self) -> Choice:
        """What its kind says of its type; nothing where it has none."""
        return self.kind.types.get(self.type or "", Choice())

    @property
    def first_id(self) -> str:
        """The first id that was ever released: GUIDs are made of it."""
        released_id = self.was or self.id
        return OWN + released_id if self.role else released_id

    @property
    def scope(self) -> Scope:
        """What a fault in the definition blocks."""
        return Scope(self.role, self.id)


@dataclass(frozen=True, slots=True)
class Override:
    """A definition in a role's wording; `writer`: the id of the role that wrote its newest part."""

    definition: Definition
    writer: str


@dataclass(frozen=True, slots=True)
class Role:
    """A job role, or a person above roles, who is one without a deck.

    `chain`: ids from its own to that of its farthest ancestor, its person behind its own. The
    mappings are by definition id. `overrides`: what it says differently, its own and inherited;
    `definitions`: what a private role defines itself; `inherited`: what private roles in its chain
    do; `answers` and `tags`: the learner's; `answer_spans`: where each answer names its question.
    `leaves`: the texts of its own section.

    `person`: the id of the person whose role it is. `me`: what a person's file says, if readable.
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
    leaves: tuple[Leaf, ...] = ()
    inherited: Mapping[str, Definition] = field(default_factory=dict)
    person: str | None = None
    is_person: bool = False
    me: model.Me | None = None

    @property
    def title(self) -> str:
        return self.value.title if self.value else self.id

    @property
    def retired(self) -> str | None:
        """Why it has no deck any more; None if it has one."""
        return self.value.retired if self.value else None

    @property
    def is_base(self) -> bool:
        """Whether it is there to be extended: a private role whose name begins with `_`."""
        return self.private and self.id.startswith("_")

    @property
    def has_deck(self) -> bool:
        """Whether a build packs it."""
        return self.retired is None and not self.is_person and not self.is_base

    @property
    def deck_title(self) -> str:
        """The name of a person's deck, behind the project's title."""
        return (self.me and self.me.deck) or self.title

    @property
    def folder(self) -> str:
        """The folder in `decks/private/` that has its lock: a person has one for all roles."""
        return self.person or self.id

    @property
    def pool(self) -> Mapping[str, Definition]:
        """What private files define for it: its own before what it inherits."""
        return {**self.inherited, **self.definitions}

    @property
    def key(self) -> str:
        """Its name in GUIDs and locks: it survives a renamed folder and a changed title."""
        if self.private:
            return (self.value and self.value.key) or self.id
        return (self.value and self.value.was) or self.id

    @property
    def owns_notes(self) -> bool:
        """Whether it owns every note of its deck; by default a private role does."""
        notes_setting = self.value.notes if self.value else None
        return notes_setting == "own" if notes_setting else self.private

    @property
    def scope(self) -> Scope:
        return Scope(role=self.id)


@dataclass(frozen=True, slots=True)
class TemplateFolder:
    """A note type's folder as it was read; `path` is how diagnostics name it.

    `from_project`: the project brings the folder, or a part of it. All else comes with the wheel,
    and has been checked. `card_texts`: the texts that its cards add themselves, by name.
    """

    name: str
    from_project: bool
    path: str
    value: model.NoteTypeFile | None
    node: MappingNode
    files: Mapping[str, str]
    card_texts: Mapping[str, str] = field(default_factory=dict)


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
    """The project as one owner sees it: variables, and definitions in the owner's wording.

    `continued`: older keys of notes that a person took over from a role, by first id.
    """

    owner_key: str
    vars: Mapping[str, str]
    definitions: Mapping[str, Definition]
    continued: Mapping[str, str] = field(default_factory=dict)

    def key_of(self, definition: Definition) -> str:
        """The owner's key in the GUIDs of the definition's notes."""
        return self.continued.get(definition.first_id, self.owner_key)


@dataclass(frozen=True, slots=True)
class Project:
    """Everything that was read, before anything is selected.

    `card_texts`: the texts that cards of all folders add themselves, in the project's language, by
    the names that templates use. `topics_complete`: no fault hid a topic, so a topic that is not
    there does not exist; `sources_complete` says the same of sources. `topic_spans`: where each
    topic stands first.
    """

    root: Path
    kinds: model.Kinds
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
        """Bibliography entries by their ids and by the ids of their items."""
        source_by_id = dict(self.sources)
        for source in self.sources.values():
            source_by_id.update(dict.fromkeys(source.items, source))
        return source_by_id

    def side(self, role: Role) -> str:
        """Whom a role's deck is for, `candidate` or `hiring`: the first in its chain to say so."""
        values = (self.roles[role_id].value for role_id in role.chain)
        sides = (role_value.side for role_value in values if role_value)
        return next((side for side in sides if side), "candidate")

    @property
    def all_definitions(self) -> tuple[Definition, ...]:
        """The catalogue's definitions, then each private role's."""
        private = (d for role in self.roles.values() for d in role.definitions.values())
        return (*self.definitions.values(), *private)

    @property
    def all_wordings(self) -> Iterator[tuple[Definition, Scope]]:
        """Every definition that is not retired, in every wording, with what a fault in it blocks.

        The catalogue's, each private role's, and each override in its writer's wording.
        """
        for definition in self.all_definitions:
            if definition.retired is None:
                yield definition, definition.scope
        for role in self.roles.values():
            for override in role.overrides.values():
                if override.writer == role.id and override.definition.retired is None:
                    yield override.definition, Scope(role.id, override.definition.id)

    def person_of(self, role: Role) -> Role | None:
        """The person whose role it is."""
        return self.roles[role.person] if role.person else None

    def roles_of(self, person: Role | None) -> tuple[Role, ...]:
        """The roles of a person that have a deck."""
        id = person.id if person else ""
        return tuple(role for role in self.roles.values() if role.person == id and role.has_deck)

    def role(self, id: str, among: Collection[str] | None = None, noun: str = "role") -> Role:
        """The role of that id; `among`: the ids that it may be, by default all.

        Raises `PrepdeckError`, which names the nearest of them, when it is none; `noun` says there
        what sort of role they are.
        """
        allowed_ids = self.roles if among is None else among
        if id not in allowed_ids:
            allowed_names = ", ".join(allowed_ids) or "none yet"
            help = did_you_mean(id, allowed_ids) or f"roles are {allowed_names}"
            raise PrepdeckError(f"no {noun} is called `{id}`", help=help)
        return self.roles[id]

    def view(self, role: Role | None) -> View:
        """The project as `role` sees it; None is the catalogue's own view."""
        if role is None:
            return View(owner_key="", vars=self.settings.value.vars, definitions=self.definitions)
        vars: dict[str, str] = dict(self.settings.value.vars)
        for ancestor_id in reversed(role.chain):
            if (role_value := self.roles[ancestor_id].value) is not None:
                vars.update(role_value.vars)
        overridden = {id: override.definition for id, override in role.overrides.items()}
        definitions = ChainMap(overridden, dict(role.pool), dict(self.definitions))
        continues = role.me.continues.items() if role.me else ()
        return View(role.key, vars, definitions, {id: key for key, ids in continues for id in ids})
