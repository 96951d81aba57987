"""From a selection to a deck: fields, tags, GUIDs, cards and their order."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from html import escape
from unicodedata import normalize

from builder.deck import Deck, Note, NoteType, Preset, digest_of_answer, owned_id
from builder.findings import Diagnostic, Scope
from builder.ids import note_guid, row_id
from builder.project import Definition, Project, Role, View
from builder.render.fields import Expressions, expressions_of
from builder.render.notetypes import note_types
from builder.render.text import inline_html
from builder.select import Chosen, Selection
from builder.source import ScalarNode
from builder.study.order import in_study_order
from builder.study.plan import notes_in_time, plan_of

__all__ = ["Renderer", "renderer"]


@dataclass(frozen=True)
class Renderer:
    """A project's note types with compiled expressions. A note is rendered once for all decks."""

    project: Project
    notetypes: Mapping[str, NoteType]
    expressions: Mapping[str, Expressions]
    _views: dict[str | None, View] = field(default_factory=dict)
    _notes: dict[tuple[str | None, ...], Note] = field(default_factory=dict)

    def deck(
        self, selection: Selection, faulty: Collection[Scope] = ()
    ) -> tuple[Deck, list[Diagnostic]]:
        """The deck of a role, and findings in its notes.

        Definitions with a scope in `faulty` are left out: their faults block the deck anyway.
        """
        findings: list[Diagnostic] = []
        notes: list[Note] = []
        role = selection.role
        side = self.project.side(role)
        for chosen in selection.chosen:
            if chosen.definition.value is None or chosen.is_among(faulty):
                continue
            answer = role.answers.get(chosen.definition.id)
            for notetype in self.notetypes.values():
                if notetype.kind != chosen.definition.kind.name:
                    continue
                if notetype.side not in (None, side):
                    continue
                if notetype.personal and not (chosen.core or answer):
                    continue
                answer_text = answer.text if answer and notetype.personal else None
                # A shared note reads the same in every deck; one with an answer is in this alone.
                is_tagged = chosen.owner_role == role.id or answer_text is not None
                tags = role.tags.get(chosen.definition.id, ()) if is_tagged else ()
                items, faults = self._items(notetype, chosen)
                findings += faults
                for item in items:
                    note, faults = self._note(notetype, chosen, item, answer_text, tags)
                    findings += faults
                    if note is not None:
                        notes.append(note)
        settings = self.project.settings.value
        plan, preset, waiting = plan_of(self.project, role), None, list[Note]()
        if plan is None:
            order = in_study_order(notes, self.notetypes)
        else:
            notes, order, waiting = notes_in_time(plan, notes, self.notetypes)
            preset = self._preset(role, plan.new_cards_a_day(len(order)))
        deck = Deck(
            role=role.id,
            owner_key=role.key,
            private=role.private,
            id=row_id("deck", settings.namespace, role.key),
            name=f"{settings.title}::{role.title}",
            root_id=row_id("deck", settings.namespace),
            owns_notes=role.owns_notes,
            description=self._description(role),
            notes=tuple(notes),
            order=tuple(order),
            notetypes={n.notetype: self.notetypes[n.notetype] for n in notes},
            span=role.span,
            preset=preset,
            waiting=tuple(waiting),
        )
        return deck, findings

    def _preset(self, role: Role, new_a_day: int) -> Preset:
        """Anki imports a preset's id once: other settings need another id, or they never arrive."""
        id = row_id("preset", self.project.settings.value.namespace, role.key, str(new_a_day))
        return Preset(id, f"{role.title}: {new_a_day} new a day", new_a_day)

    def _description(self, role: Role) -> str:
        """What Anki shows above the deck's button. It overwrites what the learner wrote there."""
        settings = self.project.settings.value
        title, version = escape(settings.title, False), escape(settings.version, False)
        sentences = [f"{title}, version {version}."]
        if role.value and role.value.mission:
            sentences.append(inline_html(role.value.mission, self.project.view(role).vars))
        if not role.owns_notes:
            sentences.append(
                "Import two decks of this set, and a note that both have stays in the deck that"
                " came first: you study it once."
            )
        return " ".join(sentences)

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
        fields = (*content[:-2], owned_id(view.owner_key, first_id), *content[-2:])
        cards = notetype.cards_of(fields)
        if not cards:
            # Every card has a gate. Anki would import a note that no learner ever sees.
            if notetype.cloze is not None and fields[notetype.index(notetype.cloze)]:
                findings = [self.expressions[notetype.folder].without_clozes(definition.id)]
            return None, findings
        note = Note(
            guid=note_guid(
                self.project.settings.value.namespace,
                view.owner_key,
                notetype.folder,
                first_id,
            ),
            owner_key=view.owner_key,
            notetype=notetype.folder,
            first_id=first_id,
            fields=fields,
            tags=_tags(definition, learner_tags),
            cards=cards,
            personal=notetype.personal,
            answered=answer is not None,
            core=chosen.core,
            core_here=chosen.core_here,
            everywhere=definition.type_choice.everywhere,
            span=definition.span,
            answer_digest=_answer_digest(notetype, fields) if answer is not None else "",
        )
        self._notes[key] = note
        return note, findings


def _answer_digest(notetype: NoteType, fields: tuple[str, ...]) -> str:
    return digest_of_answer(fields[notetype.index(notetype.answer)]) if notetype.answer else ""


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
    return Renderer(project, sound, expressions), findings


def _tags(definition: Definition, learner_tags: tuple[str, ...]) -> tuple[str, ...]:
    topics = definition.topics or ()
    tags = {f"topic::{topic.replace('/', '::')}" for topic in topics}
    tags |= {*learner_tags, f"kind::{definition.kind.name}"}
    if definition.type:
        tags.add(f"type::{definition.type}")
    return tuple(sorted(tags))
