"""`plan`: a role's days until the interview, which notes fit into them, and which wait."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil
from pathlib import Path

from builder.anki.search import (
    any_of,
    owned_search,
    owners_search,
    to_suspend,
    within_quotes,
)
from builder.deck import Card, Deck, Note
from builder.findings import Diagnostic, PrepdeckError
from builder.phrasing import as_search, counted
from builder.pipeline import Compiled, compile_project
from builder.project import Role
from builder.study.days import is_over
from builder.study.plan import (
    Plan,
    StudyDay,
    day_by_day,
    has_learners_words,
    plan_of,
    units,
    unplanned,
)

#: A search that finds no card.
FINDS_NOTHING = "-deck:*"


@dataclass(frozen=True, slots=True)
class WaitingNote:
    """A note that is not in the package: its definition's id and its note type's name."""

    id: str
    notetype: str
    core: bool


@dataclass(frozen=True, slots=True)
class PlanReport:
    """A role's plan: its deck, its days, the notes that wait, and every finding.

    `core_minutes`: minutes a day that all core notes would take. `own_notes`: how many notes of the
    deck are in it at any cost. `over_budget`: the notes cost more minutes than the plan has.
    `package`: where a build writes the deck, from the project's folder.
    """

    role: Role
    plan: Plan
    deck: Deck
    days: tuple[StudyDay, ...]
    waiting: tuple[WaitingNote, ...]
    core_minutes: int
    own_notes: int
    over_budget: bool
    package: Path
    findings: tuple[Diagnostic, ...]

    @property
    def new_per_day(self) -> int:
        """New cards a day."""
        return self.plan.new_cards_a_day(len(self.deck.order))

    @property
    def new_days(self) -> int:
        """On how many days new cards come, at `new_per_day`."""
        return -(-len(self.deck.order) // self.new_per_day)

    @property
    def deck_search(self) -> str:
        """Anki's search for all cards of the deck; for a person's, by whose the notes are.

        Of a person it finds what an earlier build packed, too.
        """
        owner_keys = dict.fromkeys(note.owner_key for note in self.deck.notes)
        if self.deck.person is not None and "" not in owner_keys:
            owner_keys |= dict.fromkeys(sorted(self.deck.own_keys))
            return any_of(map(owned_search, owner_keys))
        return f'"deck:{within_quotes(self.deck.name)}"'

    @property
    def mock_search(self) -> str:
        """Anki's search for spoken cards that are no longer new; empty when there are none."""
        spoken_type_names = [
            notetype.name for notetype in self.deck.notetypes.values() if notetype.spoken
        ]
        types_search = " or ".join(
            f'"note:{within_quotes(type_name)}"' for type_name in spoken_type_names
        )
        if not types_search:
            return ""
        types_search = f"({types_search})" if len(spoken_type_names) > 1 else types_search
        scope = self.deck_search
        if self.deck.person is not None:
            continued = self.deck.own_keys - {self.deck.owner_key, self.deck.role_key}
            scope = owners_search(self.deck.notes, continued) or scope
        return f"{scope} {types_search} -is:new -is:suspended"

    @property
    def waiting_search(self) -> str:
        """Anki's search for new cards that came with an earlier build and now wait; maybe empty."""
        return self.suspending(self.search_new(self.deck.waiting)) if self.deck.waiting else ""

    def suspending(self, search: str) -> str:
        """The search for what is to be suspended: a person may use several, and one twice."""
        return search if self.deck.person is None else to_suspend(search)

    def search_new(self, notes: Iterable[Note]) -> str:
        """Anki's search for the new cards of these notes in the role's deck.

        Shared notes may be in another deck, which came first and is studied on its own. Notes that
        only this role owns are found in whatever deck the learner moved them to.
        """
        deck_scope = "" if self.deck.owns_notes else f"{self.deck_search} "
        return f"{deck_scope}is:new {as_search(list(dict.fromkeys(note.id for note in notes)))}"


def plan_report(root: Path, name: str) -> PlanReport:
    """The plan of a role without a person, or of a person's only role.

    Raises `PrepdeckError` when the role does not exist or has no plan.
    """
    return report_of(compile_project(root, (name,)))


def report_of(compiled: Compiled) -> PlanReport:
    """The same of a project that was compiled for that role alone.

    Raises `PrepdeckError` when the role has no plan.
    """
    (selection,), (deck,) = compiled.selections, compiled.decks
    role = selection.role
    plan = plan_of(compiled.project, role)
    if plan is None:
        cause = unplanned(role)
        assert cause is not None
        raise PrepdeckError(f"the role `{role.id}` has no plan: {cause.why}", help=cause.remedy)
    notetypes = compiled.renderer.notetypes
    spoken_by_card = [notetypes[deck.notes[card.note].notetype].spoken for card in deck.order]
    core_notes = [note for note in (*deck.notes, *deck.waiting) if note.core]
    return PlanReport(
        role=role,
        plan=plan,
        deck=deck,
        days=day_by_day(plan, spoken_by_card),
        waiting=tuple(waiting_notes(compiled, deck)),
        core_minutes=ceil(sum(plan.cost(note, notetypes) for note in core_notes) / plan.new_days),
        own_notes=sum(
            len(note_unit)
            for note_unit in units(deck.notes, deck.order)
            if has_learners_words(note_unit, deck.notes)
        ),
        over_budget=sum(plan.cost(note, notetypes) for note in deck.notes) > plan.budget,
        package="build" / deck.folder / deck.file_name(".apkg"),
        findings=compiled.findings,
    )


def waiting_notes(compiled: Compiled, deck: Deck) -> Iterator[WaitingNote]:
    """The notes that wait, under the ids that the YAML has now; the next one first."""
    project = compiled.project
    id_by_first_id = {d.first_id: d.id for d in project.all_definitions if d.role is None}
    for note in deck.waiting:
        # A note of a pair is `definition/item`.
        definition_id, slash, paired_id = note.first_id.partition("/")
        notetype_label = compiled.renderer.notetypes[note.notetype].label
        yield WaitingNote(
            id_by_first_id.get(definition_id, definition_id) + slash + paired_id,
            notetype_label,
            note.core,
        )


@dataclass(frozen=True, slots=True)
class DayStatus:
    """Where a day is in the plan of a role or a person, and what to suspend on it.

    `number`: how many days the plan has before it, negative before the first. `new_cards`: how many
    of all cards are still new in the morning if no day was missed. `missed`: how many days
    were missed. `suspend_search`: finds the cards to suspend; empty when there are none.
    """

    date: date
    number: int
    new_cards: int
    missed: int
    suspend_search: str


def missed_days(starts: date, interview: date, day: date, missed: int | None) -> int:
    """How many days were missed by a day: the last one, where no number is given.

    From the day of the (last) `interview` on nothing can be made up for, and any number will do.
    Raises `PrepdeckError` when before it the plan has fewer days.
    """
    past_day_count = max((day - starts).days, 0)
    if missed is None:
        return min(past_day_count, 1)
    if missed > past_day_count and day < interview:
        raise PrepdeckError(
            f"{counted(missed, 'day')} cannot have been missed by {day}",
            help=f"the plan starts on {starts}",
        )
    return missed


def status_on(report: PlanReport, day: date, missed: int | None = None) -> DayStatus:
    """What to do on a day, after `missed` days without study (1 without it, 0 on the first day).

    Raises `PrepdeckError` when the plan has fewer days before this one.
    """
    day_number = (day - report.plan.starts).days
    past_day_count = max(day_number, 0)
    missed = missed_days(report.plan.starts, report.plan.interview, day, missed)
    deck_cards, new_per_day = report.deck.order, report.new_per_day
    suspend_search = ""
    if is_over(report.plan.interview, day):
        suspend_search = report.deck_search
    elif day == report.plan.interview:
        pass  # no day is left to make room on
    elif day_number >= report.new_days:
        suspend_search = f"{report.deck_search} is:new"
    elif day_number > 0:
        card_room = (report.new_days - day_number) * new_per_day
        new_cards = deck_cards[(day_number - missed) * new_per_day :]
        suspend_search = _suspend_search(report, new_cards, card_room)
    new_card_count = max(len(deck_cards) - past_day_count * new_per_day, 0)
    return DayStatus(day, day_number, new_card_count, missed, report.suspending(suspend_search))


def _suspend_search(report: PlanReport, new_cards: Sequence[Card], card_room: int) -> str:
    """Finds the notes at the end of `new_cards` that must go so that `card_room` cards are left.

    The learner's own notes are never among them, and core pitches go last of all.
    """
    deck, suspended_notes, remaining_count = report.deck, list[Note](), len(new_cards)
    new_count_by_note = Counter(card.note for card in new_cards)
    for note_unit in reversed(units(deck.notes, deck.order)):
        if remaining_count <= card_room or has_learners_words(note_unit, deck.notes):
            break
        if any(new_count_by_note[note_position] for note_position in note_unit):
            suspended_notes += [deck.notes[note_position] for note_position in note_unit]
            remaining_count -= sum(new_count_by_note[note_position] for note_position in note_unit)
    return report.search_new(suspended_notes) if suspended_notes else ""
