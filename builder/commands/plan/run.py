"""`plan`: a role's days until the interview; what there is time for, and what waits."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from math import ceil
from pathlib import Path
from typing import Any

from builder.anki.search import as_search, within_quotes
from builder.deck import Card, Deck, Note
from builder.findings import Diagnostic, PrepdeckError
from builder.phrasing import counted
from builder.pipeline import Compiled, compile_project
from builder.project import Role
from builder.study.plan import (
    MOCK_CARDS,
    Plan,
    StudyDay,
    day_by_day,
    has_learners_words,
    plan_of,
    units,
    unplanned,
)

#: A search that finds no card.
NOTHING = "-deck:*"


@dataclass(frozen=True, slots=True)
class Waiting:
    """A note that is not in the package: its definition's id and its note type's name."""

    id: str
    notetype: str
    core: bool


@dataclass(frozen=True, slots=True)
class Planned:
    """A role's plan: the deck that it leaves, day by day, what waits, and every fault.

    `core_minutes`: how many minutes a day all of the core would take. `own_notes`: how many of the
    deck's notes are in it whatever they cost. `over`: its notes cost more than the plan has.
    `package`: where a build writes the deck.
    """

    role: Role
    plan: Plan
    deck: Deck
    days: tuple[StudyDay, ...]
    waiting: tuple[Waiting, ...]
    core_minutes: int
    own_notes: int
    over: bool
    package: Path
    found: tuple[Diagnostic, ...]

    @property
    def a_day(self) -> int:
        """New cards a day."""
        return self.plan.new_cards_a_day(len(self.deck.order))

    @property
    def new_days(self) -> int:
        """How many days bring new cards, so many a day."""
        return -(-len(self.deck.order) // self.a_day)

    @property
    def in_deck(self) -> str:
        """Anki's search for all of the deck."""
        return f'"deck:{within_quotes(self.deck.name)}"'

    @property
    def mock(self) -> str:
        """Anki's search for spoken cards that were seen before; empty when there are none."""
        spoken = [t.name for t in self.deck.notetypes.values() if t.spoken]
        types = " or ".join(f'"note:{within_quotes(name)}"' for name in spoken)
        if not types:
            return ""
        types = f"({types})" if len(spoken) > 1 else types
        return f"{self.in_deck} {types} -is:new -is:suspended"


def planned(root: Path, name: str) -> Planned:
    """The plan of a role. Raises `PrepdeckError` when it has none."""
    compiled = compile_project(root, (name,))
    (selection,), (deck,) = compiled.selections, compiled.decks
    role = selection.role
    plan = plan_of(compiled.project, role)
    if plan is None:
        cause = unplanned(role)
        assert cause is not None
        raise PrepdeckError(f"the role `{role.id}` has no plan: {cause.why}", help=cause.remedy)
    types = compiled.renderer.notetypes
    spoken = [types[deck.notes[card.note].notetype].spoken for card in deck.order]
    core = [note for note in (*deck.notes, *deck.waiting) if note.core]
    return Planned(
        role,
        plan,
        deck,
        day_by_day(plan, spoken),
        tuple(_waiting(compiled, deck)),
        ceil(sum(plan.cost(note, types) for note in core) / plan.new_days),
        sum(
            len(unit)
            for unit in units(deck.notes, deck.order)
            if has_learners_words(unit, deck.notes)
        ),
        sum(plan.cost(note, types) for note in deck.notes) > plan.budget,
        "build" / deck.folder / deck.file_name,
        compiled.found,
    )


def _waiting(compiled: Compiled, deck: Deck) -> Iterator[Waiting]:
    """The waiting notes under the ids that YAML has now, the next one first."""
    project = compiled.project
    ids = {d.first_id: d.id for d in project.all_definitions if d.role is None}
    for note in deck.waiting:
        # A note of a pair is `definition/item`.
        first, stroke, item = note.first_id.partition("/")
        name = compiled.renderer.notetypes[note.notetype].label
        yield Waiting(ids.get(first, first) + stroke + item, name, note.core)


def _found_by(made: Planned, notes: Iterable[Note]) -> str:
    """The new cards of these notes in the role's deck.

    Notes that a role shares may lie in another deck, which came first and is studied apart. Its own
    ones are nobody else's, and are found in whatever deck the learner has put them.
    """
    there = "" if made.deck.owns_notes else f"{made.in_deck} "
    return f"{there}is:new {as_search(list(dict.fromkeys(note.id for note in notes)))}"


def waiting_search(made: Planned) -> str:
    """The new cards of waiting notes, in a collection that had them before; empty without any."""
    return _found_by(made, made.deck.waiting) if made.deck.waiting else ""


@dataclass(frozen=True, slots=True)
class Today:
    """Where a day stands in a plan.

    `number`: study days before it, negative before the first. `new`: cards of the deck that are new
    still as the day begins, if none was missed. `missed`: days on which nothing was learned.
    `search` finds what to suspend on the day, and is empty when there is nothing.
    """

    date: date
    number: int
    new: int
    missed: int
    search: str


def as_of(made: Planned, day: date, missed: int | None = None) -> Today:
    """What is to be done on a day, after so many days without studying: one, unless it is said.

    Raises `PrepdeckError` when there were not so many.
    """
    number = (day - made.plan.starts).days
    if missed is None:
        missed = min(max(number, 0), 1)
    cards, a_day = len(made.deck.order), made.a_day
    new = max(cards - max(number, 0) * a_day, 0)
    if missed > max(number, 0) and day < made.plan.interview:
        raise PrepdeckError(
            f"{counted(missed, 'day')} cannot have been missed by {day}",
            help=f"the plan starts on {made.plan.starts}",
        )
    search = ""
    if day > made.plan.interview:
        search = made.in_deck
    elif day == made.plan.interview:
        pass  # there is no day left to make room on
    elif number >= made.new_days:
        search = f"{made.in_deck} is:new"
    elif number > 0:
        room = (made.new_days - number) * a_day
        search = _last(made, made.deck.order[(number - missed) * a_day :], room)
    return Today(day, number, new, missed, search)


def _last(made: Planned, new: Sequence[Card], room: int) -> str:
    """Finds as many of the `new` cards as have no room, by notes, those that come last.

    What the learner wrote is never among them, and core pitches come last of all.
    """
    deck, notes, left = made.deck, list[Note](), len(new)
    still = Counter(card.note for card in new)
    for unit in reversed(units(deck.notes, deck.order)):
        if left <= room or has_learners_words(unit, deck.notes):
            break
        if any(still[place] for place in unit):
            notes += [deck.notes[place] for place in unit]
            left -= sum(still[place] for place in unit)
    return _found_by(made, notes) if notes else ""


def as_json(made: Planned, at: Today | None) -> str:
    """One object. Minutes are rounded to tenths."""
    deck, plan = made.deck, made.plan
    core = sum(note.core for note in deck.notes)
    said: dict[str, Any] = {
        "role": made.role.id,
        "title": made.role.title,
        "starts": plan.starts.isoformat(),
        "interview": plan.interview.isoformat(),
        "minutes_per_day": plan.minutes,
        "notes": len(deck.notes),
        "cards": len(deck.order),
        "new_per_day": made.a_day,
        "days": [
            {
                "date": day.date.isoformat(),
                "new": day.new_cards,
                "minutes": _tenths(day.minutes),
                "mock_minutes": _tenths(day.mock_minutes),
            }
            for day in made.days
        ],
        "core": {
            "notes": core,
            "waiting": sum(note.core for note in deck.waiting),
            "minutes_per_day_for_all": made.core_minutes,
        },
        "waiting": [
            {"id": one.id, "note_type": one.notetype, "core": one.core} for one in made.waiting
        ],
        "waiting_search": waiting_search(made) or NOTHING,
        "mock": {"cards": MOCK_CARDS, "search": made.mock},
    }
    if at is not None:
        said["today"] = {
            "date": at.date.isoformat(),
            "day": at.number + 1,
            "new": at.new,
            "missed": at.missed,
            "suspend": at.search,
        }
    return json.dumps(said, ensure_ascii=False, indent=2) + "\n"


def _tenths(minutes: Decimal) -> float:
    return float(round(minutes, 1))


def faults(found: Sequence[Diagnostic]) -> list[Diagnostic]:
    """Those that leave something out of the deck, and so of the plan."""
    return [fault for fault in found if fault.is_error]
