"""`prepdeck plan`: what there is time for until an interview, and what Anki makes of it."""

from __future__ import annotations

import json
import re
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from conftest import NOON, MakeProject, ProjectFolder, said
from learner import Learner, learner
from test_cli import prepdeck

from builder.clock import today
from builder.commands.ls.run import why
from builder.commands.ls.text import outcome
from builder.commands.plan.run import FINDS_NOTHING, PlanReport, plan_report, status_on
from builder.commands.plan.text import closing, plan_text
from builder.deck import Deck
from builder.findings import PrepdeckError
from builder.package import read_package
from builder.pipeline import compile_project
from builder.study.plan import Plan, day_by_day, plan_of, units

# anki.collection first: anki.cards alone is imported in a circle.
from anki.collection import ImportAnkiPackageOptions, ImportAnkiPackageRequest  # isort: skip

DAY = 86_400
ROLE = "decks/private/acme/role.yaml"
DECK = "Test Decks::Agent at Acme"

#: Twelve core stories (each a quick card and a spoken one) and eighty plain cards.
STORIES = "".join(
    f"  hard-{number}-story:\n    ask: Tell me about trouble number {number}.\n    type: story\n"
    f"    topics: [customer/complaints]\n    must_show: [one, two]\n"
    for number in range(12)
)
CARDS = "".join(f"  c-{n}:\n    front: What is number {n}?\n    back: B.\n" for n in range(80))

ACME = """\
role:
  title: Agent at Acme
  key: acme-7f3a
  starts: 2026-12-02
  interview: 2026-12-10
  minutes_per_day: 15
  core:
    - {kind: question}
  add:
    - {kind: [card, kpi, skill]}
my_stories:
  dress:
    title: The lost dress
    opens_with: A man had waited nine days.
    number: one day early
    answers: [hard-1-story]
my_answers:
  hard-11-story: |
    I listened first.
"""


@pytest.fixture
def acme(project: MakeProject) -> ProjectFolder:
    folder = project(
        {
            "decks/questions/hard.yaml": f"questions:\n{STORIES}",
            "decks/cards.yaml": f"cards:\n{CARDS}",
            ROLE: ACME,
        }
    )
    folder.edit("decks/roles/agent.yaml", "[question, kpi, skill]", "[question, kpi, skill, card]")
    return folder


def deck_of(folder: ProjectFolder, role: str = "acme") -> Deck:
    compiled = compile_project(folder.root, (role,))
    assert not [d for d in compiled.findings if d.is_error], said(compiled.findings)
    return compiled.decks[0]


def ids(deck: Deck) -> set[tuple[str, str]]:
    return {(note.notetype, note.first_id) for note in deck.notes}


def plan(days: int, minutes: int = 25) -> Plan:
    starts = date(2026, 12, 2)
    costs = Decimal("0.95"), Decimal("3.2")
    return Plan(starts, starts + timedelta(days=days), minutes, *costs)


# Days and minutes


def test_days_run_from_starts_to_the_eve_of_the_interview() -> None:
    days = day_by_day(plan(8), [False] * 100)
    assert (days[0].date, days[-1].date) == (date(2026, 12, 2), date(2026, 12, 9))
    assert len(days) == 8


@pytest.mark.parametrize("length", range(1, 61))
def test_new_cards_come_in_the_first_seventy_per_cent_of_the_days(length: int) -> None:
    days = day_by_day(plan(length), [False] * 97)
    assert sum(day.new_cards for day in days) == 97
    last = max(number for number, day in enumerate(days, 1) if day.new_cards)
    assert last <= max(0.7 * length, 1)
    assert {day.new_cards for day in days[: last - 1]} <= {days[0].new_cards}, (
        "Anki brings as many every day"
    )


def test_who_begins_on_the_day_itself_has_that_day() -> None:
    assert plan(0).days == plan(0).new_days == 1


def test_a_card_costs_its_minutes_in_all() -> None:
    """Thirty days leave room for every repetition that is counted."""
    days = day_by_day(plan(30), [False] * 60 + [True] * 10)
    assert sum(day.minutes for day in days) == 60 * Decimal("0.95") + 10 * Decimal("3.2")


def test_a_day_takes_no_longer_than_the_plan_says_when_cards_cost_alike() -> None:
    for length in range(1, 40):
        some = plan(length, 20)
        fitting = int(some.budget / some.quick_minutes) // some.new_days * some.new_days
        assert max(day.minutes for day in day_by_day(some, [False] * fitting)) <= 20


def test_the_idle_end_has_a_mock_interview_a_day() -> None:
    days = day_by_day(plan(10), [True] * 7 + [False] * 93)
    assert [bool(day.mock_minutes) for day in days] == [False] * 7 + [True] * 3


def test_a_mock_interview_that_fits_nowhere_is_on_the_last_day() -> None:
    days = day_by_day(plan(10, 5), [True] * 10)
    assert [bool(day.mock_minutes) for day in days] == [False] * 9 + [True]


def test_there_is_no_mock_interview_without_a_spoken_card_or_an_idle_day() -> None:
    assert not any(day.mock_minutes for day in day_by_day(plan(10), [False] * 50))
    assert not any(day.mock_minutes for day in day_by_day(plan(1), [True] * 5))


def test_a_card_is_seen_twice_the_day_after_and_four_days_later() -> None:
    """Anki's default steps, when every answer is Good; the last day of ten has a mock interview."""
    loads = [day.minutes for day in day_by_day(plan(10), [False])]
    half, quarter = Decimal("0.95") / 2, Decimal("0.95") / 4
    assert loads == [half, quarter, 0, 0, quarter, 0, 0, 0, 0, 0]


def test_a_mock_interview_takes_five_cards_their_first_day() -> None:
    last = day_by_day(plan(10), [True] * 9)[-1]
    assert last.mock_minutes == 5 * Decimal("3.2") / 2


def test_the_day_begins_at_four_in_the_morning_as_in_anki(monkeypatch: pytest.MonkeyPatch) -> None:
    for hour, day in ((0, 4), (3, 4), (4, 5), (23, 5)):
        clock = datetime(2025, 12, 5, hour, 30).timestamp()
        monkeypatch.setenv("SOURCE_DATE_EPOCH", str(int(clock)))
        assert today() == date(2025, 12, day)


# What fits


def test_what_fits_is_paid_for_by_the_first_days_and_the_next_would_not_be(
    acme: ProjectFolder,
) -> None:
    """5 of 8 days, 15 minutes each: 75."""
    compiled = compile_project(acme.root, ("acme",))
    deck, types = compiled.decks[0], compiled.renderer.notetypes
    acme_plan = plan_of(compiled.project, compiled.selections[0].role)
    assert acme_plan is not None
    assert acme_plan.budget == 75
    spent = sum(acme_plan.cost(note, types) for note in deck.notes)
    following = [n for n in deck.waiting if n.first_id == deck.waiting[0].first_id]
    assert spent <= 75 < spent + sum(acme_plan.cost(note, types) for note in following)


def test_core_comes_first(acme: ProjectFolder) -> None:
    deck = deck_of(acme)
    assert all(note.core for note in deck.notes) or not any(note.core for note in deck.waiting)
    acme.edit(ROLE, "minutes_per_day: 15", "minutes_per_day: 6")
    deck = deck_of(acme)
    assert any(note.core for note in deck.waiting)
    assert all(note.core for note in deck.notes)


def test_more_minutes_and_more_days_take_no_note_away(acme: ProjectFolder) -> None:
    before: set[tuple[str, str]] = set()
    for minutes in (5, 6, 9, 14, 15, 16, 25, 40):
        acme.write({ROLE: ACME.replace("minutes_per_day: 15", f"minutes_per_day: {minutes}")})
        assert before <= ids(deck_of(acme))
        before = ids(deck_of(acme))
    before = set()
    for day in (3, 4, 6, 9, 15, 31):
        acme.write({ROLE: ACME.replace("2026-12-10", f"2026-12-{day:02}")})
        assert before <= ids(deck_of(acme))
        before = ids(deck_of(acme))


PITCHES = "".join(
    f"  pitch-{n}:\n    ask: Who are you, in {n} words?\n    type: pitch\n"
    f"    topics: [customer/complaints]\n    answer: Somebody, {n}.\n"
    for n in range(2)
)


def test_of_the_core_what_every_interview_asks_comes_first(acme: ProjectFolder) -> None:
    """One day of ten minutes: time for two core questions with their answers aloud."""
    acme.write({"decks/questions/zz.yaml": f"questions:\n{PITCHES}"})
    bare = ACME.split("my_stories:")[0].replace("2026-12-10", "2026-12-03")
    acme.write({ROLE: bare.replace("minutes_per_day: 15", "minutes_per_day: 10")})
    assert {note.first_id for note in deck_of(acme).notes} == {"pitch-0", "pitch-1"}
    before: set[tuple[str, str]] = set()
    for minutes in (5, 6, 10, 13, 20, 40, 120):
        acme.write({ROLE: bare.replace("minutes_per_day: 15", f"minutes_per_day: {minutes}")})
        assert before <= ids(deck_of(acme)), "more minutes never take a note away"
        before = ids(deck_of(acme))
    acme.write({ROLE: bare.replace("    - {kind: question}\n", "    - {id: hard-1-story}\n")})
    acme.edit(ROLE, "[card, kpi, skill]", "[card, question]")
    acme.edit(ROLE, "minutes_per_day: 15", "minutes_per_day: 5")
    first = {note.first_id for note in deck_of(acme).notes}
    assert first == {"hard-1-story"}, "a pitch that is not core does not come before the core"


def test_where_all_fits_the_order_is_that_of_a_deck_without_a_plan(acme: ProjectFolder) -> None:
    acme.write({"decks/questions/zz.yaml": f"questions:\n{PITCHES}"})
    acme.edit(ROLE, "minutes_per_day: 15", "minutes_per_day: 200")
    planned = deck_of(acme)
    acme.edit(ROLE, "  interview: 2026-12-10\n", "")
    assert planned.order == deck_of(acme).order
    assert not planned.waiting


def test_all_fits_where_there_is_time_for_all(acme: ProjectFolder) -> None:
    whole = len(deck_of(acme).notes) + len(deck_of(acme).waiting)
    acme.edit(ROLE, "minutes_per_day: 15", "minutes_per_day: 120")
    deck = deck_of(acme)
    assert (len(deck.notes), deck.waiting) == (whole, ())


#: A role that inherits twelve core stories, for which ten minutes a day are not enough.
PARENT = "role: {title: P, core: [{type: story}]}\n"
SHORT_OF_TIME = """\
role:
  title: Agent at Acme
  extends: parent
  starts: 2026-12-02
  interview: 2026-12-10
  minutes_per_day: 10
"""


def test_what_the_role_itself_calls_core_comes_before_what_it_inherits(
    acme: ProjectFolder,
) -> None:
    """Ten minutes a day are not enough for twelve core stories; the advert asks for one of them."""
    acme.write({"decks/roles/parent.yaml": "role: {title: P, core: [{type: story}]}\n"})
    role = """
        role:
          title: Agent at Acme
          extends: parent
          starts: 2026-12-02
          interview: 2026-12-10
          minutes_per_day: 10
        """
    acme.write({ROLE: role})
    waiting = [note.first_id for note in plan_report(acme.root, "acme").deck.waiting]
    last = waiting[-1]
    assert last.startswith("hard-")
    acme.write({ROLE: f"{role.rstrip()}\n          core: [{{id: {last}}}]\n"})
    assert last in {note.first_id for note in plan_report(acme.root, "acme").deck.notes}


def test_a_question_that_a_story_of_ones_own_answers_goes_before_the_rest(
    acme: ProjectFolder,
) -> None:
    acme.write({"decks/roles/parent.yaml": "role: {title: P, core: [{type: story}]}\n"})
    role = """
        role:
          title: Agent at Acme
          extends: parent
          starts: 2026-12-02
          interview: 2026-12-10
          minutes_per_day: 10
        """
    acme.write({ROLE: role})
    last = plan_report(acme.root, "acme").deck.waiting[-1].first_id
    story = f"""
        my_stories:
          dress: {{title: The dress, opens_with: Nine days., number: 1 of 2, answers: [{last}]}}
        """
    acme.write({ROLE: f"{role.rstrip()}\n{story}"})
    assert last in {note.first_id for note in plan_report(acme.root, "acme").deck.notes}


def test_why_says_that_a_definition_waits(acme: ProjectFolder) -> None:
    waiting = plan_report(acme.root, "acme").deck.waiting[-1].first_id
    assert outcome(why(acme.root, "acme", waiting)) == (
        "it is selected, but does not fit before the interview: prepdeck plan acme"
    )


def test_a_build_says_how_much_of_the_core_waits(acme: ProjectFolder) -> None:
    acme.edit(ROLE, "minutes_per_day: 15", "minutes_per_day: 5")
    waiting = plan_report(acme.root, "acme").deck.waiting
    core = sum(note.core for note in waiting)
    told = (
        f"  {len(waiting)} notes do not fit before the interview ({core} of them core): "
        "prepdeck plan acme\n"
    )
    assert core
    for _ in ("compiled", "remembered"):
        assert told in prepdeck("build", "acme", cwd=acme.root).stderr


def test_no_note_is_split_and_an_answer_stays_with_its_question(acme: ProjectFolder) -> None:
    deck = deck_of(acme)
    placed = {(card.note, card.template) for card in deck.order}
    assert placed == {(p, card) for p, note in enumerate(deck.notes) for card in note.cards}
    assert not {n.first_id for n in deck.notes} & {n.first_id for n in deck.waiting}


def test_what_the_learner_wrote_is_always_in(acme: ProjectFolder) -> None:
    acme.edit(ROLE, "minutes_per_day: 15", "minutes_per_day: 5")
    acme.edit(ROLE, "2026-12-10", "2026-12-03")
    assert ids(deck_of(acme)) == {
        ("story", "my/dress"),
        ("which-story", "my/dress/hard-1-story"),
        ("question", "hard-11-story"),
        ("your-answer", "hard-11-story"),
    }


def test_a_deck_has_a_note_however_little_time_there_is(acme: ProjectFolder) -> None:
    acme.write({ROLE: ACME.split("my_stories:")[0].replace("2026-12-10", "2026-12-02")})
    acme.edit("decks/deck.yaml", "version: 1.0.0", "version: 1.0.0\nminutes_quick: 60")
    deck = deck_of(acme)
    assert len({note.first_id for note in deck.notes}) == 1
    assert len(units(deck.notes, deck.order)) == 1


def test_settings_say_what_cards_cost(acme: ProjectFolder) -> None:
    before = ids(deck_of(acme))
    acme.edit("decks/deck.yaml", "version: 1.0.0", "version: 1.0.0\nminutes_spoken: 0.5")
    assert before < ids(deck_of(acme))
    acme.edit("decks/deck.yaml", "minutes_spoken: 0.5", "minutes_spoken: 0")
    assert acme.rules() == ["wrong-value"]


def test_minutes_are_twenty_five_where_the_role_says_none(acme: ProjectFolder) -> None:
    acme.edit(ROLE, "  minutes_per_day: 15\n", "")
    assert plan_report(acme.root, "acme").plan.minutes == 25


def test_a_plan_is_not_inherited(acme: ProjectFolder) -> None:
    dates = "  starts: 2026-12-02\n  interview: 2026-12-04\n"
    acme.edit("decks/roles/agent.yaml", "  title: Agent\n", f"  title: Agent\n{dates}")
    acme.write({ROLE: "role:\n  title: Heir\n  extends: agent\n  key: heir-1\n"})
    assert deck_of(acme, "agent").preset is not None
    assert (deck_of(acme).preset, deck_of(acme).waiting) == (None, ())


# Builds


def test_a_past_date_never_fails_a_build(acme: ProjectFolder) -> None:
    """The same package on the eve, on the day, and years after."""
    package = acme.built(NOON, "acme").read_bytes()
    for later in (0, 80, 800):
        assert acme.rules(NOON + later * DAY) == []
        assert acme.built(NOON + later * DAY, "acme").read_bytes() == package
    acme.edit(
        ROLE,
        "starts: 2026-12-02\n  interview: 2026-12-10",
        "starts: 2001-01-01\n  interview: 2001-01-09",
    )
    assert acme.rules() == []


@pytest.mark.parametrize(
    ("dates", "why"),
    [
        ("interview: 2026-12-10", "`starts` is missing"),
        ("starts: 2026-12-11\n  interview: 2026-12-10", "before `starts` (2026-12-11)"),
        ("starts: 2026-12-02\n  interview: 2027-12-04", "more than a year after `starts`"),
        ("starts: 2026-12-02\n  interview: 9999-12-31", "more than a year after `starts`"),
    ],
)
def test_an_interview_without_days_before_it_is_told_and_the_deck_is_whole(
    acme: ProjectFolder, dates: str, why: str
) -> None:
    acme.edit(ROLE, "starts: 2026-12-02\n  interview: 2026-12-10", dates)
    (fault,) = acme.build(NOON).findings
    assert why in fault.message
    assert ROLE in fault.help
    with pytest.raises(PrepdeckError) as trouble:
        plan_report(acme.root, "acme")
    assert why in str(trouble.value), "the check and the plan give one reason"
    assert (fault.rule, fault.span.file, fault.is_error) == ("half-a-plan", ROLE, False)
    assert (deck_of(acme).waiting, deck_of(acme).preset) == ((), None)


def test_what_waits_is_not_in_the_package_and_comes_back_as_the_same_note(
    acme: ProjectFolder, tmp_path: Path
) -> None:
    """Whole deck, then a plan, then more time; the learner studies in between."""
    lock = acme.root / "decks/private/acme/notes.lock"
    acme.write({ROLE: ACME.replace("  interview: 2026-12-10\n", "")})
    path = acme.built(NOON, "acme")
    whole, lines = read_package(path), lock.read_text().splitlines()
    with learner(tmp_path / "anna") as anna:
        anna.imports(path)
        anna.studies(6)
        before = anna.history
        acme.write({ROLE: ACME})
        less = read_package(acme.built(NOON + DAY, "acme"))
        assert {n.guid for n in less.notes} < {n.guid for n in whole.notes}
        assert lock.read_text().splitlines() == lines, "lines are never dropped"
        again = anna.imports(path)
        assert (again.new, again.updated, again.conflicting) == (0, 0, 0)
        acme.write({ROLE: ACME.replace("minutes_per_day: 15", "minutes_per_day: 120")})
        back = read_package(acme.built(NOON + 2 * DAY, "acme"))
        assert sorted(back.notes, key=lambda n: n.guid) == sorted(whole.notes, key=lambda n: n.guid)
        again = anna.imports(path)
        assert (again.new, again.updated, again.conflicting) == (0, 0, 0)
        assert anna.history == before


def test_a_note_that_waited_is_updated_when_it_comes_back_changed(acme: ProjectFolder) -> None:
    acme.write({ROLE: ACME.replace("  interview: 2026-12-10\n", "")})
    acme.built(NOON, "acme")
    acme.write({ROLE: ACME})
    waiting = next(n.first_id for n in deck_of(acme).waiting if n.first_id.startswith("c-"))
    number = waiting.removeprefix("c-")
    acme.edit("decks/cards.yaml", f"What is number {number}?", f"What was number {number}?")
    acme.built(NOON + DAY, "acme")
    acme.write({ROLE: ACME.replace("  interview: 2026-12-10\n", "")})
    (note,) = [
        note
        for note in read_package(acme.built(NOON + 2 * DAY, "acme")).notes
        if f"What was number {number}?" in note.fields
    ]
    assert note.modified == NOON + 2 * DAY


# The preset


def imports(anna: Learner, path: Path, *, presets: bool) -> tuple[int, int, int]:
    """With the box "Import any deck presets" ticked or not; new, updated, conflicting."""
    options = ImportAnkiPackageOptions(with_deck_configs=presets)
    log = anna.collection.import_anki_package(
        ImportAnkiPackageRequest(package_path=str(path), options=options)
    ).log
    return len(log.new), len(log.updated), len(log.conflicting)


def state(anna: Learner) -> object:
    """Presets, decks, and which deck has which preset."""
    decks = sorted((d["name"], d.get("conf")) for d in anna.collection.decks.all())
    presets = sorted(anna.collection.decks.all_config(), key=lambda preset: preset["id"])
    return decks, presets, anna.history


def new_today(anna: Learner) -> int:
    """How many new cards Anki offers in the deck today."""
    tree = anna.collection.sched.deck_due_tree()
    found = anna.collection.decks.find_deck_in_tree(tree, anna.collection.decks.id_for_name(DECK))  # type: ignore[arg-type]
    assert found is not None
    return found.new_count


def test_by_default_no_preset_arrives_and_anki_keeps_its_own_number(
    acme: ProjectFolder, tmp_path: Path
) -> None:
    path = acme.built(NOON, "acme")
    assert deck_of(acme).preset is not None
    with learner(tmp_path / "anna") as anna:
        new, *rest = imports(anna, path, presets=False)
        assert (new, rest) == (len(deck_of(acme).notes), [0, 0])
        assert [preset["name"] for preset in anna.collection.decks.all_config()] == ["Default"]
        assert new_today(anna) == min(20, len(deck_of(acme).order))
        before = state(anna)
        assert imports(anna, path, presets=False) == (0, 0, 0)
        assert state(anna) == before


def test_with_the_box_ticked_anki_brings_as_many_as_the_plan_says(
    acme: ProjectFolder, tmp_path: Path
) -> None:
    """All else is Anki's own default, and a second import changes nothing."""
    path, report = acme.built(NOON, "acme"), plan_report(acme.root, "acme")
    assert report.new_per_day not in (0, 20)
    with learner(tmp_path / "anna") as anna:
        imports(anna, path, presets=True)
        assert new_today(anna) == report.new_per_day
        default, preset = (
            dict(p) for p in sorted(anna.collection.decks.all_config(), key=lambda p: p["id"])
        )
        assert preset["name"] == f"Agent at Acme: {report.new_per_day} new a day"
        assert (preset["new"].pop("perDay"), default["new"].pop("perDay")) == (
            report.new_per_day,
            20,
        )
        # What only older versions know, or no version minds.
        for old, keys in (("new", ["separate"]), ("rev", ["fuzz", "minSpace"])):
            for key in keys:
                preset[old].pop(key, None)
        for key in ("id", "name", "usn", "mod", "easyDaysPercentages"):
            preset.pop(key), default.pop(key)
        assert preset == default
        before = state(anna)
        assert imports(anna, path, presets=True) == (0, 0, 0)
        assert state(anna) == before
        assert imports(anna, path, presets=False) == (0, 0, 0)
        assert state(anna) == before


def test_another_number_arrives_and_what_the_learner_changed_stays(
    acme: ProjectFolder, tmp_path: Path
) -> None:
    """Anki takes no second preset of one id, so the id is of the number too."""
    with learner(tmp_path / "anna") as anna:
        path = acme.built(NOON, "acme")
        imports(anna, path, presets=True)
        mine = anna.collection.decks.config_dict_for_deck_id(
            anna.collection.decks.id_for_name(DECK)
        )  # type: ignore[arg-type]
        mine["new"]["perDay"] = 7
        anna.collection.decks.update_config(mine)
        imports(anna, path, presets=True)
        assert new_today(anna) == 7
        acme.edit(ROLE, "minutes_per_day: 15", "minutes_per_day: 20")
        imports(anna, acme.built(NOON + DAY, "acme"), presets=True)
        assert new_today(anna) == plan_report(acme.root, "acme").new_per_day
        assert len(anna.collection.decks.all_config()) == 3


def test_only_roles_with_a_plan_have_a_preset(acme: ProjectFolder, tmp_path: Path) -> None:
    acme.built(NOON)
    with learner(tmp_path / "anna") as anna:
        imports(anna, acme.package("agent"), presets=True)
        assert [preset["name"] for preset in anna.collection.decks.all_config()] == ["Default"]


def test_there_is_room_for_ten_times_as_many_reviews(acme: ProjectFolder, tmp_path: Path) -> None:
    acme.edit(ROLE, "minutes_per_day: 15", "minutes_per_day: 240")
    acme.edit(ROLE, "2026-12-10", "2026-12-04")
    with learner(tmp_path / "anna") as anna:
        imports(anna, acme.built(NOON, "acme"), presets=True)
        number = plan_report(acme.root, "acme").new_per_day
        (preset,) = [p for p in anna.collection.decks.all_config() if p["id"] != 1]
        assert preset["rev"]["perDay"] == 10 * number > 200


# In Anki


def seen(anna: Learner, cards: int) -> None:
    """So many cards come, in Anki's order, and are known by now."""
    assert anna.collection.db is not None
    new = anna.collection.db.list(
        "select id from cards where queue = 0 order by due limit ?", cards
    )
    anna.collection.sched.set_due_date(new, "1")


def suspend(anna: Learner, search: str) -> int:
    found = anna.collection.find_cards(search)
    anna.collection.sched.suspend_cards(found)
    return len(found)


def still_new(anna: Learner) -> int:
    return len(anna.collection.find_cards("is:new -is:suspended"))


@pytest.mark.parametrize(("day", "missed"), [(1, 1), (2, 1), (3, 2), (4, 4), (4, 1)])
def test_after_missed_days_the_rest_fits_again_and_nothing_seen_is_suspended(
    acme: ProjectFolder, tmp_path: Path, day: int, missed: int
) -> None:
    path, report = acme.built(NOON, "acme"), plan_report(acme.root, "acme")
    with learner(tmp_path / "anna") as anna:
        anna.imports(path)
        seen(anna, (day - missed) * report.new_per_day)
        status = status_on(report, report.plan.starts + timedelta(days=day), missed)
        number = suspend(anna, status.suspend_search)
        room = (report.new_days - day) * report.new_per_day
        assert 0 < number <= missed * report.new_per_day + 2, "no more than need be: whole notes"
        assert still_new(anna) <= room
        assert not anna.collection.find_cards("is:suspended -is:new")
        assert "my/dress" not in str(anna.ids("is:suspended"))


def test_from_the_idle_days_on_whatever_is_new_is_suspended(
    acme: ProjectFolder, tmp_path: Path
) -> None:
    path, report = acme.built(NOON, "acme"), plan_report(acme.root, "acme")
    with learner(tmp_path / "anna") as anna:
        anna.imports(path)
        seen(anna, 40)
        status = status_on(report, date(2026, 12, 8))
        assert suspend(anna, status.suspend_search) == len(report.deck.order) - 40
        assert still_new(anna) == 0


def test_what_an_earlier_build_brought_is_found_to_be_suspended(
    acme: ProjectFolder, tmp_path: Path
) -> None:
    acme.write({ROLE: ACME.replace("  interview: 2026-12-10\n", "")})
    with learner(tmp_path / "anna") as anna:
        anna.imports(acme.built(NOON, "acme"))
        acme.write({ROLE: ACME})
        search = prepdeck("plan", "acme", "--format", "anki", cwd=acme.root).stdout.strip()
        suspend(anna, search)
        assert still_new(anna) == len(plan_report(acme.root, "acme").deck.order)
        assert len(anna.collection.find_cards(FINDS_NOTHING)) == 0


def test_a_mock_interview_is_five_spoken_cards_that_were_seen_before(
    acme: ProjectFolder, tmp_path: Path
) -> None:
    """As the text says: a filtered deck, limited to five, at random, without rescheduling."""
    path, report = acme.built(NOON, "acme"), plan_report(acme.root, "acme")
    with learner(tmp_path / "anna") as anna:
        anna.imports(path)
        assert len(anna.collection.find_cards(report.mock_search)) == 0
        seen(anna, len(report.deck.order))
        spoken = anna.collection.find_cards('"note:Test Decks: Your answer"')
        assert sorted(anna.collection.find_cards(report.mock_search)) == sorted(spoken)
        assert len(spoken) > 5
        filtered = anna.collection.sched.get_or_create_filtered_deck(0)  # type: ignore[arg-type]
        filtered.name, filtered.config.reschedule = "Mock", False
        term = filtered.config.search_terms[0]
        term.search, term.limit, term.order = report.mock_search, 5, 1  # type: ignore[assignment]
        del filtered.config.search_terms[1:]
        anna.collection.sched.add_or_update_filtered_deck(filtered)
        drawn = anna.collection.find_cards("deck:Mock")
        assert len(drawn) == 5
        assert set(drawn) <= set(spoken)


def test_after_the_interview_the_whole_deck_can_be_put_away_and_brought_back(
    acme: ProjectFolder, tmp_path: Path
) -> None:
    acme.built(NOON)
    report = plan_report(acme.root, "acme")
    with learner(tmp_path / "anna") as anna:
        anna.imports(acme.package("agent"))
        agents = anna.content.notes
        anna.imports(acme.root / report.package)
        seen(anna, 10)
        before = anna.history
        search = status_on(report, date(2026, 12, 12)).suspend_search
        assert suspend(anna, search) == len(report.deck.order)
        assert anna.imports(acme.root / report.package).updated == 0
        left = anna.collection.find_cards("-is:suspended")
        assert len(left) == sum(len(note.cards) for note in agents)
        anna.collection.sched.unsuspend_cards(anna.collection.find_cards(search))
        assert anna.history == before


def test_searches_find_decks_and_note_types_of_any_name(
    acme: ProjectFolder, tmp_path: Path
) -> None:
    title = 'Test "it"_now* (\\x) -and: more & <so>'
    acme.edit("decks/deck.yaml", "title: Test Decks", f"title: '{title}'")
    acme.edit(ROLE, "title: Agent at Acme", "title: '50*_% \"sure\" \\d'")
    acme.edit("decks/roles/agent.yaml", "title: Agent", "title: 50xy% sure")
    acme.built(NOON)
    report = plan_report(acme.root, "acme")
    with learner(tmp_path / "anna") as anna:
        anna.imports(acme.package("agent"))
        anna.imports(acme.root / report.package)
        mine = [n for n in anna.content.notes if any("50*_" in deck for _, deck in n.cards)]
        assert (
            len(anna.collection.find_notes(report.deck_search))
            == len(mine)
            == len(report.deck.notes)
        )
        seen(anna, 1000)
        aloud = [note for note in mine if note.notetype.endswith("Your answer")]
        assert len(anna.collection.find_notes(report.mock_search)) == len(aloud) > 0


@pytest.mark.parametrize("missed", range(1, 5))
def test_what_the_learner_wrote_is_never_suspended(
    acme: ProjectFolder, tmp_path: Path, missed: int
) -> None:
    """Nothing but one's own: there is nothing to put aside, however many days were missed."""
    acme.edit(ROLE, "minutes_per_day: 15", "minutes_per_day: 5")
    own = "".join(
        f"  s-{n}:\n    title: Story {n}\n    opens_with: So {n}.\n    number: {n}0 minutes\n"
        f"    answers: [hard-{n}-story]\n"
        for n in range(12)
    )
    acme.edit(ROLE, "my_stories:\n", f"my_stories:\n{own}")
    report = plan_report(acme.root, "acme")
    assert report.own_notes == len(report.deck.notes)
    status = status_on(report, report.plan.starts + timedelta(days=missed), missed)
    assert status.suspend_search == ""
    assert f"After {missed} missed day" in "\n".join(plan_text(report, status))


@pytest.mark.parametrize(("day", "missed"), [(1, 1), (2, 1), (3, 1), (3, 2), (4, 1), (4, 2)])
def test_missed_days_cost_a_core_pitch_only_when_nothing_else_is_left(
    acme: ProjectFolder, tmp_path: Path, day: int, missed: int
) -> None:
    """Pitches among the last notes too: others go in their place, some of them half seen."""
    pitches = "".join(PITCHES.replace("pitch-", f"pitch-{n}") for n in "abcd")
    acme.write({"decks/questions/zz.yaml": f"questions:\n{pitches}"})
    bare = ACME.split("my_stories:")[0].replace("kind: [card, kpi, skill]", "kind: [kpi, skill]")
    acme.write({ROLE: bare.replace("minutes_per_day: 15", "minutes_per_day: 30")})
    path, report = acme.built(NOON, "acme"), plan_report(acme.root, "acme")
    with learner(tmp_path / "anna") as anna:
        anna.imports(path)
        seen(anna, (day - missed) * report.new_per_day)
        before = still_new(anna)
        status = status_on(report, report.plan.starts + timedelta(days=day), missed)
        number, room = (
            suspend(anna, status.suspend_search),
            (report.new_days - day) * report.new_per_day,
        )
        assert still_new(anna) <= room
        assert 0 < number <= before - room + 2, "no more than need be: whole notes"
        named = set(anna.ids(status.suspend_search.removeprefix("is:new ")))
        assert named == set(anna.ids("is:suspended")), "none is named for nothing"
        pitches_out = sum("pitch" in id for id in anna.ids("is:suspended"))
        others_left = [id for id in anna.ids("is:new -is:suspended") if "pitch" not in id]
        assert not (pitches_out and others_left)


@pytest.mark.parametrize("what", ["waits", "missed"])
def test_a_shared_plan_suspends_nothing_of_the_deck_that_came_first(
    acme: ProjectFolder, tmp_path: Path, what: str
) -> None:
    """Its notes lie in the public deck, new ones too: that deck is studied apart."""
    shared = ACME.replace("  key:", "  extends: agent\n  notes: shared\n  key:")
    acme.write({ROLE: shared.replace("  interview: 2026-12-10\n", "")})
    for first in ("agent", "acme"):
        with learner(tmp_path / first) as anna:
            acme.write({ROLE: shared.replace("  interview: 2026-12-10\n", "")})
            acme.built(NOON)
            for role in dict.fromkeys((first, "acme")):
                anna.imports(acme.package("private/acme" if role == "acme" else role))
            acme.write({ROLE: shared})
            report = plan_report(acme.root, "acme")
            if what == "waits":
                run = prepdeck("plan", "acme", "--format", "anki", cwd=acme.root)
                search, wanted = run.stdout.strip(), sum(len(n.cards) for n in report.deck.waiting)
            else:
                search, wanted = (
                    status_on(report, date(2026, 12, 5), 3).suspend_search,
                    3 * report.new_per_day,
                )
            found = suspend(anna, search)
            theirs = anna.collection.find_cards('is:suspended "deck:Test Decks::Agent"')
            assert not theirs
            if first == "acme":
                assert wanted <= found <= wanted + 3


# The command


def test_on_the_day_of_the_interview_chart_and_advice_agree(acme: ProjectFolder) -> None:
    """Who begins on that day has it for study; who began before has none left. Nothing waits."""
    for starts, words in (("2026-12-10", "only day of the plan: "), ("2026-12-02", "no new cards")):
        acme.write({ROLE: ACME.replace("2026-12-02", starts)})
        report = plan_report(acme.root, "acme")
        status = status_on(report, date(2026, 12, 10))
        text = "\n".join(plan_text(report, status))
        assert words in text
        assert status.suspend_search == ""
        if starts == "2026-12-10":
            assert f"only day of the plan: {report.days[0].new_cards} new cards" in text
            assert report.days[0].new_cards == len(report.deck.order) > 0
        args = ("plan", "acme", "--today", "2026-12-10", "--format", "anki")
        run = prepdeck(*args, cwd=acme.root)
        assert (run.returncode, run.stdout.strip()) == (0, FINDS_NOTHING)
        assert "nothing to suspend" in run.stderr


def test_own_notes_beyond_the_minutes_are_said_with_what_the_days_become(
    acme: ProjectFolder,
) -> None:
    acme.edit(ROLE, "minutes_per_day: 15", "minutes_per_day: 5")
    acme.edit(ROLE, "2026-12-10", "2026-12-03")
    text = "\n".join(plan_text(plan_report(acme.root, "acme"), None))
    assert "There is time for" not in text
    assert "The deck has 4 notes: 5 cards, 5 new ones a day for 1 day." in text
    assert "What you wrote yourself is always in (4 notes): a day takes up to 4 minutes." in text
    acme.write({ROLE: ACME})
    assert "always in" not in "\n".join(plan_text(plan_report(acme.root, "acme"), None))


def test_one_new_card_a_day_is_one(acme: ProjectFolder) -> None:
    acme.write({ROLE: ACME.split("my_stories:")[0].replace("2026-12-10", "2027-02-10")})
    acme.edit(ROLE, "minutes_per_day: 15", "minutes_per_day: 5")
    acme.edit(ROLE, "    - {kind: [card, kpi, skill]}\n", "    - {kind: skill}\n")
    report = plan_report(acme.root, "acme")
    assert report.new_per_day == 1
    assert " cards, 1 new one a day for " in "\n".join(plan_text(report, None))


def test_the_chart_of_a_long_plan_folds_equal_days(acme: ProjectFolder) -> None:
    acme.edit(ROLE, "2026-12-10", "2027-12-03")
    report = plan_report(acme.root, "acme")
    assert len(report.days) == 366
    lines = list(plan_text(report, None))
    assert len(lines) < 250
    rows = [line for line in lines if re.match(r"[ >] (Mon|Tue|Wed|Thu|Fri|Sat|Sun) ", line)]
    folded = [re.search(r"… (\d+) days like this", line) for line in lines]
    assert len(rows) - 1 + sum(int(match[1]) for match in folded if match) == 366
    day = date(2027, 11, 20)
    assert any(
        line.startswith("> Sat 20 Nov") for line in plan_text(report, status_on(report, day))
    )


def test_a_shared_plan_says_that_it_cannot_know_what_was_studied(acme: ProjectFolder) -> None:
    assert "only Anki knows" not in "\n".join(plan_text(plan_report(acme.root, "acme"), None))
    acme.edit(ROLE, "  key:", "  extends: agent\n  notes: shared\n  key:")
    text = "\n".join(plan_text(plan_report(acme.root, "acme"), None))
    assert "only Anki knows what you have already studied" in text


def test_a_mock_interview_is_told_in_full(acme: ProjectFolder) -> None:
    report = plan_report(acme.root, "acme")
    text = "\n".join(plan_text(report, None))
    assert "A mock interview is 5 spoken cards at random" in text
    assert "Limit to 5 cards selected by Random" in text
    run = prepdeck("plan", "acme", "--format", "json", cwd=acme.root)
    assert json.loads(run.stdout)["mock"]["cards"] == 5


def test_the_chart_has_a_bar_a_day_and_fits_a_terminal(acme: ProjectFolder) -> None:
    lines = list(plan_text(plan_report(acme.root, "acme"), None))
    assert lines[:2] == [
        "Agent at Acme",
        "8 days of 15 minutes from Wednesday 2 December to the interview on Thursday 10 December 2026",
    ]
    bars = [line for line in lines if "Dec  " in line]
    assert len(bars) == 9
    assert all("#" in bar for bar in bars[:8])
    assert [line for line in bars if "mock interview" in line] == bars[5:8]
    assert bars[8].endswith("the interview")
    assert all(len(line) <= 96 for line in lines if not line.startswith("    "))


def test_everything_that_waits_is_named_core_first(acme: ProjectFolder) -> None:
    acme.edit(ROLE, "minutes_per_day: 15", "minutes_per_day: 6")
    report = plan_report(acme.root, "acme")
    text = "\n".join(plan_text(report, None))
    words = text.replace(",", " ").split()
    assert all(note.first_id in words for note in report.deck.waiting)
    core, rest = text.split("Other notes that do not fit")
    assert "hard-" in core.split("Core notes that do not fit")[1]
    assert "hard-" not in rest


def test_lists_of_what_waits_are_as_wide_as_the_terminal(acme: ProjectFolder) -> None:
    acme.edit(ROLE, "minutes_per_day: 15", "minutes_per_day: 6")
    report = plan_report(acme.root, "acme")
    ids = {note.id for note in report.waiting}
    for columns in (60, 96):
        lines = list(plan_text(report, None, columns))
        rows = [line for line in lines if ids & {word.rstrip(",") for word in line.split()}]
        assert columns - 30 < max(map(len, rows)) <= columns


def test_a_renamed_definition_waits_under_the_name_that_yaml_has(acme: ProjectFolder) -> None:
    waiting = next(n.first_id for n in deck_of(acme).waiting if n.first_id.startswith("c-"))
    acme.edit("decks/cards.yaml", f"  {waiting}:\n", f"  renamed:\n    was: {waiting}\n")
    assert "renamed" in {one.id for one in plan_report(acme.root, "acme").waiting}


def test_what_all_of_the_core_would_take_is_said_and_true(acme: ProjectFolder) -> None:
    acme.edit(ROLE, "minutes_per_day: 15", "minutes_per_day: 6")
    report = plan_report(acme.root, "acme")
    assert f"fit into {report.core_minutes} minutes a day" in "\n".join(plan_text(report, None))
    for minutes, whole in ((report.core_minutes, True), (report.core_minutes - 1, False)):
        acme.write({ROLE: ACME.replace("minutes_per_day: 15", f"minutes_per_day: {minutes}")})
        assert (not any(note.core for note in deck_of(acme).waiting)) == whole


def told(report: PlanReport, day: str, missed: int | None = None) -> str:
    text = "\n".join(plan_text(report, status_on(report, date.fromisoformat(day), missed)))
    return text.split("the interview\n\n")[1]


def test_what_is_told_depends_on_the_day_and_on_the_plan(acme: ProjectFolder) -> None:
    report = plan_report(acme.root, "acme")
    assert told(report, "2026-11-30") == "The plan begins in 2 days."
    assert told(report, "2026-12-02").startswith("Today is day 1 of 8")
    assert "suspend" not in told(report, "2026-12-02")
    assert "After 1 missed day the rest fits again" in told(report, "2026-12-04")
    assert "After 2 missed days" in told(report, "2026-12-04", 2)
    assert "no card should be new" in told(report, "2026-12-08")
    assert "mock interview" in told(report, "2026-12-08")
    assert "prepdeck sheet acme" in told(report, "2026-12-10")
    assert "The interview was 1 day ago" in told(report, "2026-12-11")
    assert "retired: the interview is over" in told(report, "2027-12-11")
    with pytest.raises(PrepdeckError, match="3 days cannot have been missed"):
        status_on(report, date(2026, 12, 4), 3)
    with pytest.raises(PrepdeckError, match="1 day cannot have been missed"):
        status_on(report, date(2026, 12, 2), 1)


def test_no_day_moves_the_plan_itself(acme: ProjectFolder) -> None:
    """`--today` adds to what is printed; the chart stays."""
    plain = json.loads(prepdeck("plan", "acme", "--format", "json", cwd=acme.root).stdout)
    for day in ("2026-11-30", "2026-12-05", "2027-01-01"):
        run = prepdeck("plan", "acme", "--today", day, "--format", "json", cwd=acme.root)
        shown = json.loads(run.stdout)
        assert shown.pop("today")["date"] == day
        assert shown == plain


def test_today_takes_the_clock_where_no_day_is_given(acme: ProjectFolder) -> None:
    """`--today acme` too: what follows is the role if it is no date."""
    for arguments in (["acme", "--today"], ["--today", "acme"]):
        run = prepdeck("plan", *arguments, cwd=acme.root, SOURCE_DATE_EPOCH="1767258000")
        assert run.returncode == 0, run.stderr
        assert "The plan begins in 335 days." in run.stdout  # 1 January 2026, 9:00 UTC


def test_json_has_the_days_and_what_waits(acme: ProjectFolder) -> None:
    run = prepdeck("plan", "acme", "--today", "2026-12-04", "--format", "json", cwd=acme.root)
    shown = json.loads(run.stdout)
    report = plan_report(acme.root, "acme")
    assert shown["new_per_day"] == report.new_per_day
    assert [day["date"] for day in shown["days"]][::7] == ["2026-12-02", "2026-12-09"]
    assert sum(day["new"] for day in shown["days"]) == shown["cards"] == len(report.deck.order)
    assert len(shown["waiting"]) == len(report.deck.waiting) > 0
    assert set(shown["waiting"][0]) == {"id", "note_type", "core"}
    assert shown["today"]["day"] == 3
    assert shown["today"]["suspend"].startswith('is:new "Id:re:^acme-7f3a/(?:')


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (
            15,
            "That works too: the last new card comes on Friday 4 December, and the days until then are longer",
        ),
        (60, "would come too late: set New cards/day to"),
    ],
)
def test_the_end_says_which_box_to_tick_and_what_the_default_does(
    acme: ProjectFolder, minutes: int, words: str
) -> None:
    acme.edit(ROLE, "minutes_per_day: 15", f"minutes_per_day: {minutes}")
    if minutes == 60:
        acme.edit(ROLE, "2026-12-10", "2026-12-06")
    text = " ".join(closing(plan_report(acme.root, "acme")))
    assert 'When you import build/private/acme.apkg, tick "Import any deck presets"' in text
    assert words in text


def test_a_role_without_a_plan_says_what_is_missing(acme: ProjectFolder) -> None:
    run = prepdeck("plan", "agent", cwd=acme.root)
    assert run.returncode == 2
    assert "the role `agent` has no plan: `starts` and `interview` are missing" in run.stderr
    assert "write them in decks/roles/agent.yaml" in run.stderr
    acme.edit(ROLE, "  starts: 2026-12-02\n", "")
    run = prepdeck("plan", "acme", cwd=acme.root)
    assert f"write it in {ROLE}, as `starts: 2026-12-02`" in run.stderr
    acme.write({ROLE: ACME})
    acme.edit(ROLE, "starts: 2026-12-02", "starts: 2026-12-12")
    run = prepdeck("plan", "acme", cwd=acme.root)
    assert "its interview is before `starts`" in run.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        *([], ["acme", "--missed", "1"], ["acme", "--today", "soon"], ["--today", "2026-12-05"]),
        *(["acme", "--today", "2026-W50-4"], ["acme", "--today", "20261205"]),
    ],
)
def test_arguments_that_do_not_go_together_are_refused(
    acme: ProjectFolder, arguments: list[str]
) -> None:
    assert prepdeck("plan", *arguments, cwd=acme.root).returncode == 2


def test_a_fault_is_told_beside_the_plan_that_is_left(acme: ProjectFolder) -> None:
    acme.edit("decks/cards.yaml", "front: What is number 3?", "frnt: What is number 3?")
    run = prepdeck("plan", "acme", cwd=acme.root)
    assert run.returncode == 1
    assert "unknown-key" in run.stderr
    assert "the interview" in run.stdout
