"""From a selection to a deck: fields, tags, GUIDs, cards and their order."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from unicodedata import normalize

from builder.deck import Deck, Note, NoteType, owned_id
from builder.digests import EMPLOYER_TAG, base_field, employer_label
from builder.findings import Diagnostic, Scope
from builder.ids import note_guid, row_id
from builder.owner import private_keys
from builder.project import Definition, Project, View
from builder.render.fields import Expressions, expressions_of
from builder.render.notetypes import note_types
from builder.render.row import employers, label_after, label_position, row_of
from builder.select import Chosen, Selection, select
from builder.source import ScalarNode
from builder.study.joint import DatedRole, JointPlan, first_due, joint_plan
from builder.study.order import in_study_order
from builder.study.plan import NotesInTime, plan_of

__all__ = ["Renderer", "renderer"]


@dataclass(frozen=True)
class Renderer:
    """A project's note types with compiled expressions. A note is rendered once for all decks."""

    project: Project
    notetypes: Mapping[str, NoteType]
    expressions: Mapping[str, Expressions]
    _views: dict[str | None, View] = field(default_factory=dict)
    _notes: dict[tuple[str | None, ...], Note] = field(default_factory=dict)
    _joint_plans: dict[str, tuple[JointPlan, Mapping[str, NotesInTime]]] = field(
        default_factory=dict
    )
    _employers: Mapping[str, str] = field(default_factory=dict)

    def deck(
        self, selection: Selection, faulty: Collection[Scope] = ()
    ) -> tuple[Deck, list[Diagnostic]]:
        """The deck of a role, and findings in its notes.

        Definitions with a scope in `faulty` are left out: their faults block the deck anyway.
        """
        role, owner = selection.role, selection.person or selection.role
        notes, findings = self._selected_notes(selection, faulty)
        joint, in_time = self._joint_plan(selection, notes, faulty)
        if role.id in in_time:
            notes, order, waiting = in_time[role.id]
        else:
            order, waiting = in_study_order(notes, self.notetypes), []
        row = row_of(self.project, owner, joint.new_a_day if in_time else None)
        interview = role.value.interview if role.value else None
        deck = Deck(
            role=role.id,
            owner_key=owner.key,
            private=role.private,
            id=row.id,
            name=row.name,
            root_id=row_id("deck", self.project.settings.value.namespace),
            owns_notes=owner.owns_notes,
            description=row.description,
            notes=tuple(notes),
            order=tuple(order),
            notetypes={n.notetype: self.notetypes[n.notetype] for n in notes},
            span=role.span,
            preset=row.preset,
            waiting=tuple(waiting),
            person=role.person,
            role_key=role.key,
            own_keys=private_keys(self.project, role),
            first_due=first_due(interview) if selection.person else 1,
        )
        return deck, findings

    def _selected_notes(
        self, selection: Selection, faulty: Collection[Scope]
    ) -> tuple[list[Note], list[Diagnostic]]:
        """All notes of a role's deck, whether there is time for them or not."""
        findings: list[Diagnostic] = []
        notes: list[Note] = []
        side = self.project.side(selection.role)
        for chosen in selection.chosen:
            if chosen.definition.value is None or chosen.is_among(faulty):
                continue
            answer = _learners(selection, chosen, "answers")
            for notetype in self.notetypes.values():
                if notetype.kind != chosen.definition.kind.name:
                    continue
                if notetype.side not in (None, side):
                    continue
                if notetype.personal and not (chosen.core or answer):
                    continue
                answer_text = answer.text if answer and notetype.personal else None
                # A shared note reads the same in every deck; one with an answer is in this alone.
                is_tagged = selection.owns(chosen) or answer_text is not None
                tags = (_learners(selection, chosen, "tags") or ()) if is_tagged else ()
                items, faults = self._items(notetype, chosen)
                findings += faults
                for item in items:
                    note, faults = self._note(notetype, chosen, item, answer_text, tags)
                    findings += faults
                    if note is not None:
                        notes.append(note)
        return notes, findings

    def _joint_plan(
        self, selection: Selection, notes: Sequence[Note], faulty: Collection[Scope]
    ) -> tuple[JointPlan, Mapping[str, NotesInTime]]:
        """The plan of a role, or of all roles of its person, and what each studies by its id."""
        owner = selection.person or selection.role
        if owner.id not in self._joint_plans:
            dated: dict[str, DatedRole] = {}
            for role in (*self.project.roles_of(selection.person), selection.role):
                if role.id in dated or (plan := plan_of(self.project, role)) is None:
                    continue
                if role.id == selection.role.id:
                    dated[role.id] = DatedRole(plan, notes)
                else:
                    other_selection, _ = select(self.project, role)
                    dated[role.id] = DatedRole(
                        plan, self._selected_notes(other_selection, faulty)[0]
                    )
            joint = joint_plan([*dated.values()], self.notetypes)
            in_time = dict(zip(dated, joint.in_time, strict=True))
            self._joint_plans[owner.id] = joint, in_time
        return self._joint_plans[owner.id]

    def _view(self, owner_role: str | None) -> View:
        if owner_role not in self._views:
            role = self.project.roles[owner_role] if owner_role else None
            self._views[owner_role] = self.project.view(role)
        return self._views[owner_role]

    def _items(
        self, notetype: NoteType, chosen: Chosen
    ) -> tuple[tuple[str | None, ...], list[Diagnostic]]:
        expressions = self.expressions[notetype.folder]
        return expressions.items(self.project, self._view(chosen.owner_role), chosen.definition)

    def _note(
        self,
        notetype: NoteType,
        chosen: Chosen,
        item: str | None,
        answer: str | None,
        tags: Sequence[ScalarNode],
    ) -> tuple[Note | None, list[Diagnostic]]:
        definition = chosen.definition
        learner_tags = tuple(normalize("NFC", tag.text) for tag in tags)
        key = (chosen.owner_role, notetype.folder, definition.key, item, answer, *learner_tags)
        note = self._notes.get(key)
        if note is not None:
            # Core belongs to a deck and not to the content: another deck may have it otherwise.
            if (note.core, note.core_here) != (chosen.core, chosen.core_here):
                note = replace(note, core=chosen.core, core_here=chosen.core_here)
            return note, []
        view = self._view(chosen.owner_role)
        content, findings = self.expressions[notetype.folder].fill(
            self.project, view, definition, item, answer
        )
        if content is None:
            return None, findings
        first_id = definition.first_id
        if item is not None:
            # A definition that an item names may be renamed; its first id stays.
            target = view.definitions.get(item)
            if target is not None and target.value is None:
                return None, []  # its fault is reported already, and blocks the deck
            first_id = f"{first_id}/{target.first_id if target else item}"
        owner_key = view.key_of(definition)
        fields = (*content[:-2], owned_id(owner_key, first_id), *content[-2:])
        words = _words(notetype, definition, fields)
        if notetype.base and words:
            position = notetype.index(notetype.base)
            fields = (*fields[:position], base_field("".join(words)), *fields[position + 1 :])
        cards = notetype.cards_of(fields)
        if not cards:
            # Every card has a gate. Anki would import a note that no learner ever sees.
            if notetype.cloze is not None and fields[notetype.index(notetype.cloze)]:
                findings = [self.expressions[notetype.folder].without_clozes(definition.id)]
            return None, findings
        note = Note(
            guid=note_guid(
                self.project.settings.value.namespace,
                owner_key,
                notetype.folder,
                first_id,
            ),
            owner_key=owner_key,
            notetype=notetype.folder,
            first_id=first_id,
            fields=self._labelled(notetype, chosen, fields),
            tags=_tags(definition, (*learner_tags, *self._employer_tags(chosen))),
            cards=cards,
            personal=notetype.personal,
            answered=answer is not None,
            core=chosen.core,
            core_here=chosen.core_here,
            everywhere=definition.type_choice.everywhere,
            span=definition.span,
            words=words,
        )
        self._notes[key] = note
        return note, findings

    def _labelled(
        self, notetype: NoteType, chosen: Chosen, fields: tuple[str, ...]
    ) -> tuple[str, ...]:
        """The fields, with the employer where the note is the own one of a person's role."""
        employer = self._employers.get(chosen.owner_role or "")
        if employer is None:
            return fields
        position = label_position(notetype)
        content = fields[position]
        labelled = content + employer_label(label_after(content, position, employer))
        return (*fields[:position], labelled, *fields[position + 1 :])

    def _employer_tags(self, chosen: Chosen) -> tuple[str, ...]:
        owner = chosen.owner_role
        return (EMPLOYER_TAG + owner,) if owner and owner in self._employers else ()


def _learners(selection: Selection, chosen: Chosen, name: str) -> Any:
    """The learner's answer or tags to a definition: the role's own notes have the role's first.

    `name`: of the attribute of a role that has them.
    """
    id = chosen.definition.id
    if selection.person is None:
        return getattr(selection.role, name).get(id)
    roles_words = getattr(selection.role, name).get(id)
    if chosen.owner_role == selection.role.id and roles_words:
        return roles_words
    return getattr(selection.person, name).get(id)


def _words(notetype: NoteType, definition: Definition, fields: tuple[str, ...]) -> tuple[str, ...]:
    """The fields with words of the learner's: the answer, or all of what a private role defines."""
    if notetype.personal:
        return (fields[notetype.index(notetype.answer)],) if notetype.answer else ()
    return fields[: notetype.index("id")] if definition.role else ()


def renderer(project: Project) -> tuple[Renderer, list[Diagnostic]]:
    """The renderer of a project, and the faults in its templates."""
    notetypes, findings = note_types(project)
    expressions: dict[str, Expressions] = {}
    for name in notetypes:
        compiled, faults = expressions_of(project.templates[name])
        if compiled is not None:
            expressions[name] = compiled
        findings += faults
    sound = {name: notetypes[name] for name in expressions}
    return Renderer(project, sound, expressions, _employers=employers(project)), findings


def _tags(definition: Definition, learner_tags: tuple[str, ...]) -> tuple[str, ...]:
    topics = definition.topics or ()
    tags = {f"topic::{topic.replace('/', '::')}" for topic in topics}
    tags |= {*learner_tags, f"kind::{definition.kind.name}"}
    if definition.type:
        tags.add(f"type::{definition.type}")
    return tuple(sorted(tags))
