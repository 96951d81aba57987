"""`plan` of a person: all interviews by date, and the days that they share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from builder.anki.put_away import employer_search, idle_search, return_search
from builder.anki.search import any_of, owners_search, to_suspend, within_quotes
from builder.commands.plan.run import DayStatus, WaitingNote, missed_days, waiting_notes
from builder.deck import Deck, NoteType
from builder.findings import Diagnostic, PrepdeckError
from builder.lock import Locks, read_locks
from builder.owner import continued_keys
from builder.phrasing import as_search
from builder.pipeline import Compiled
from builder.project import Role
from builder.study.days import (
    Dealt,
    JointDay,
    PlannedCard,
    PlannedRole,
    dealt_ahead,
    joint_days,
    late_cards,
    over_by,
)
from builder.study.plan import Plan, has_learners_words, plan_of, units, unplanned


@dataclass(frozen=True, slots=True)
class Employer:
    """A role of a person in the joint plan; `plan` is None for a role without dates.

    `waiting`: its notes that no plan brings. `late`: how many of its cards come on the day of its
    interview or later; `late_search` finds them while they are new. `only_here` finds what nobody
    else needs.
    """

    role: Role
    plan: Plan | None
    deck: Deck
    waiting: tuple[WaitingNote, ...]
    late: int
    late_search: str
    only_here: str

    @property
    def search(self) -> str:
        """Finds what is to be suspended, to put the employer away."""
        return to_suspend(self.only_here)

    @property
    def package(self) -> Path:
        """Where a build writes the deck, from the project's folder."""
        return "build" / self.deck.folder / self.deck.file_name(".apkg")


@dataclass(frozen=True, slots=True)
class JointReport:
    """The joint plan of a person: the employers that are not over, the nearest interview first.

    `over`: roles whose interview is over; if no other one is left, `employers` has them too. `days`
    and `deals` are empty where no employer has a plan; a deal's day is an index in `days`.
    `idle_search` finds what may be new in Anki and is in no plan; it is empty where nothing can be.
    `return_search` finds what was put away and is planned.
    """

    person: Role
    minutes: int
    new_per_day: int
    employers: tuple[Employer, ...]
    over: tuple[Employer, ...]
    days: tuple[JointDay, ...]
    deals: tuple[Dealt, ...]
    idle_search: str
    return_search: str
    notetypes: Mapping[str, NoteType]
    findings: tuple[Diagnostic, ...]

    @property
    def card_count(self) -> int:
        """How many cards there are; one that several employers have counts once."""
        decks = [employer.deck for employer in self.employers]
        return len({(deck.notes[c.note].guid, c.template) for deck in decks for c in deck.order})

    @property
    def mock_search(self) -> str:
        """Anki's search for spoken cards that are no longer new; empty when there are none.

        With shared notes it finds those of other decks of the project too.
        """
        decks = [employer.deck for employer in self.employers]
        notes = [note for deck in decks for note in deck.notes]
        spoken = dict.fromkeys(
            self.notetypes[note.notetype].name
            for note in notes
            if self.notetypes[note.notetype].spoken
        )
        types_term = any_of(f'"note:{within_quotes(name)}"' for name in spoken)
        owners_term = owners_search(notes, continued_keys(self.person))
        terms = [types_term, owners_term, "-is:new -is:suspended"]
        return " ".join(filter(None, terms)) if types_term else ""

    @property
    def whole_search(self) -> str:
        """Finds all that the person studied, once every interview is over; empty until then."""
        over_ids = {employer.role.id for employer in self.over}
        is_over = all(employer.role.id in over_ids for employer in self.employers)
        return to_suspend(any_of(e.only_here for e in self.over)) if is_over else ""

    @property
    def starts(self) -> date:
        """The first day: of the last plan, where no employer has one."""
        if self.days:
            return self.days[0].date
        return max(e.plan.starts for e in self.over if e.plan is not None)

    @property
    def last_interview(self) -> date:
        """The day of the last interview."""
        plans = [e.plan for e in self.employers if e.plan] or [e.plan for e in self.over if e.plan]
        return max(plan.interview for plan in plans)


def joint_report(compiled: Compiled, name: str, today: date) -> JointReport:
    """The joint plan of the person who is named, or whose role is. `today`: what is over by then.

    Raises `PrepdeckError` when the role that is named, or each of the person's, has no plan.
    """
    project = compiled.project
    named = project.roles[name]
    person = named if named.is_person else project.person_of(named)
    assert person is not None
    cause = unplanned(named)
    if not named.is_person and cause is not None:
        raise PrepdeckError(f"the role `{name}` has no plan: {cause.why}", help=cause.remedy)
    locks, _ = read_locks(project)
    decks = sorted(compiled.decks, key=lambda deck: deck.first_due)
    roles = {deck.role: project.roles[deck.role] for deck in decks}
    plans = {role_id: plan_of(project, role) for role_id, role in roles.items()}
    if not any(plans.values()):
        raise PrepdeckError(
            f"`{person.id}` has no plan: no role has `starts` and `interview`",
            help=f"write both in {next(iter(roles.values())).span.file}",
        )
    over = ended = over_by(roles.values(), today)
    if over >= plans.keys():
        over = frozenset()  # all interviews are over: their plan is what there is to show
    ahead = [deck for deck in decks if deck.role not in over]
    new_per_day = decks[0].preset.new_a_day if decks[0].preset else 1
    days: tuple[JointDay, ...] = ()
    deals: list[Dealt] = []
    late: dict[str, tuple[int, frozenset[str]]] = {}
    if any(plans[deck.role] for deck in ahead):
        # Anki has the cards of interviews that are over, and deals them too.
        past = [deck for deck in decks if deck.role in over and plans[deck.role]]
        planned = [_planned(deck, plans[deck.role]) for deck in (*past, *ahead)]
        days = joint_days(planned, new_per_day, len(past))
        deals, _ = dealt_ahead(planned, new_per_day, len(past))
        late_pairs = list(zip(*late_cards(planned, new_per_day), strict=True))
        late = {deck.role: late_pairs[len(past) + index] for index, deck in enumerate(ahead)}

    def employer(deck: Deck) -> Employer:
        count, guids = late.get(deck.role, (0, frozenset()))
        late_ids = dict.fromkeys(note.id for note in deck.notes if note.guid in guids)
        return Employer(
            role=roles[deck.role],
            plan=plans[deck.role],
            deck=deck,
            waiting=tuple(waiting_notes(compiled, deck)),
            late=count,
            late_search=f"is:new {as_search([*late_ids])}" if late_ids else "",
            only_here=employer_search(deck, decks, ended, continued_keys(person)),
        )

    gone = any(r.person == person.id and r.retired is not None for r in project.roles.values())
    idle, brought_back = _searches(decks, over, locks, compiled, gone=gone)
    minutes = next(plan.minutes for plan in plans.values() if plan is not None)
    return JointReport(
        person=person,
        minutes=minutes,
        new_per_day=new_per_day,
        employers=tuple(map(employer, ahead)),
        over=tuple(employer(deck) for deck in decks if deck.role in ended),
        days=days,
        deals=tuple(deals),
        idle_search=idle,
        return_search=brought_back,
        notetypes=compiled.renderer.notetypes,
        findings=compiled.findings,
    )


def _searches(
    decks: Sequence[Deck], over: Collection[str], locks: Locks, compiled: Compiled, *, gone: bool
) -> tuple[str, str]:
    """What is in no plan, and what to bring back. A fault hides notes that a plan has."""
    if any(finding.is_error for finding in compiled.findings):
        return "", ""
    brought_back = return_search(decks, over, locks) if over or gone else ""
    return idle_search(decks, over, locks), brought_back


def _planned(deck: Deck, plan: Plan | None) -> PlannedRole:
    notes = deck.notes
    return PlannedRole(
        plan,
        [
            PlannedCard(
                notes[card.note].guid,
                card.template,
                deck.notetypes[notes[card.note].notetype].spoken,
            )
            for card in deck.order
        ],
    )


def joint_status(report: JointReport, day: date, missed: int | None = None) -> DayStatus:
    """What to do on a day, after `missed` days without study (1 without it, 0 on the first day).

    Raises `PrepdeckError` when the plan has fewer days before this one.
    """
    number = (day - report.starts).days
    past_day_count = max(number, 0)
    missed = missed_days(report.starts, report.last_interview, day, missed)
    deals = report.deals
    started_count = sum(deal.day < past_day_count for deal in deals)
    search = report.whole_search
    if number > 0 and not search:
        search = _to_suspend(
            report, [deal for deal in deals if deal.day >= past_day_count - missed], day
        )
    return DayStatus(day, number, report.card_count - started_count, missed, search)


def _to_suspend(report: JointReport, deals: Iterable[Dealt], day: date) -> str:
    """Finds the last new notes of each employer that do not fit any more into its days.

    The nearest employer's are dealt first. What a later one needs too is left to its days. On an
    employer's last days, with old cards alone, all of it that is new goes; until then the learner's
    own words stay.
    """
    remaining = Counter(deal.card.guid for deal in deals)
    suspended: dict[str, None] = {}
    counted_guids: set[str] = set()
    load = 0
    for employer in report.employers:
        if employer.plan is None or day >= employer.plan.interview:
            continue
        end = employer.plan.starts + timedelta(days=employer.plan.new_days)
        room = max((end - day).days, 0) * report.new_per_day
        own_guids = {note.guid for note in employer.deck.notes} - counted_guids
        load += sum(remaining[guid] for guid in own_guids)
        later_guids = _needed_later(report, employer)
        counted_guids |= own_guids
        deck_notes = employer.deck.notes
        for unit in reversed(units(deck_notes, employer.deck.order)):
            if load <= room or (room and has_learners_words(unit, deck_notes)):
                break
            notes = [deck_notes[index] for index in unit]
            fresh = [note for note in notes if note.guid in own_guids and remaining[note.guid]]
            load -= sum(remaining[note.guid] for note in fresh)
            counted_guids -= later_guids & {note.guid for note in fresh}
            suspended |= dict.fromkeys(note.id for note in fresh if note.guid not in later_guids)
    return to_suspend(f"is:new {as_search([*suspended])}" if suspended else "")


def _needed_later(report: JointReport, employer: Employer) -> set[str]:
    """The GUIDs of notes that an employer behind this one has."""
    index = report.employers.index(employer)
    return {note.guid for other in report.employers[index + 1 :] for note in other.deck.notes}
