"""What commands make of a person: one plan for all interviews, and searches tried in the real Anki.

Anna's folder is the one of test_persons.py: Beta's interview is before Acme's.
"""

from __future__ import annotations

import json
from datetime import date, datetime
from decimal import Decimal

import pytest
from anki.consts import QUEUE_TYPE_SUSPENDED
from conftest import NOON, MakeProject, ProjectFolder, said
from learner import Learner
from test_cli import prepdeck
from test_completion import completed
from test_persons import ACME, BETA, BOTH, DAY, HOUSE, ME, ONE, deck, faults, package

from builder.commands.plan.joint import JointReport, joint_report, joint_status
from builder.commands.plan.joint_text import closing, joint_json, joint_lines
from builder.commands.plan.run import plan_report, status_on
from builder.commands.plan.text import plan_text
from builder.commands.stories.run import matrix
from builder.findings import PrepdeckError
from builder.pipeline import compile_person
from builder.study.days import PlannedCard, PlannedRole, joint_days
from builder.study.plan import Plan, day_by_day

BEFORE, BETWEEN, AFTER = date(2026, 11, 30), date(2026, 12, 15), date(2026, 12, 24)
ME_FILE = "decks/private/anna/me.yaml"
ACME_FILE = "decks/private/anna/acme/role.yaml"
BETA_FILE = "decks/private/anna/beta.yaml"


def report(folder: ProjectFolder, name: str = "anna", today: date = BEFORE) -> JointReport:
    """The joint plan as `prepdeck plan` makes it on a day."""
    return joint_report(compile_person(folder.root, name), name, today)


def moment(day: date) -> int:
    """Noon of that day, in Unix seconds."""
    return int(datetime(day.year, day.month, day.day, 12).timestamp())


def searches(folder: ProjectFolder, day: date) -> dict[str | None, str]:
    """What a build of that day says that Anna can put away: by role, None for what no plan has."""
    built = folder.build(moment(day))
    assert not built.findings, said(built.findings)
    assert all(put_away.person == "anna" for put_away in built.put_away)
    return {put_away.role: put_away.search for put_away in built.put_away}


def imports(anna: Learner, folder: ProjectFolder, *roles: str) -> None:
    for role in roles:
        anna.imports(package(folder, role))


def found(anna: Learner, search: str) -> set[str]:
    """The ids of the notes whose cards a search finds."""
    assert "deck:" not in search
    return {
        anna.collection.get_card(card).note()["Id"] for card in anna.collection.find_cards(search)
    }


# --- the joint plan -----------------------------------------------------------------------------


def test_a_person_and_each_of_the_roles_have_one_plan(project: MakeProject) -> None:
    folder = project(BOTH)
    assert report(folder) == report(folder, "beta") == report(folder, "acme")
    text = list(joint_lines(report(folder), None))
    rows = [" ".join(line.split()) for line in text]
    assert rows[0] == "Anna"
    assert rows[3:5] == [
        "Fri 11 Dec Beta 10 notes 14 cards",
        "Mon 21 Dec Acme 10 notes 14 cards",
    ]
    assert "Together 11 notes: 15 cards, 2 new ones a day." in text
    assert "Tue 1 Dec 2 2 ##" in rows
    assert any(row.startswith("Fri 11 Dec") and "Beta: the interview" in row for row in rows[6:])


def test_the_days_count_what_anki_deals(project: MakeProject, anna: Learner) -> None:
    """Both packages come on the first day, the nearer interview's first."""
    folder = project(BOTH)
    folder.built()
    imports(anna, folder, "beta", "acme")
    planned = report(folder)
    counts = [sum(day.new) for day in planned.days]
    assert sum(counts) == anna.collection.card_count()
    deck_id = anna.collection.decks.id_for_name("Test Decks::Anna")
    assert deck_id is not None
    anna.collection.decks.set_current(deck_id)
    by_due = sorted(
        (anna.collection.get_card(card) for card in anna.collection.find_cards("is:new")),
        key=lambda card: card.due,
    )
    assert [(card.note().guid, card.ord) for card in by_due] == [
        (deal.card.guid, deal.card.template) for deal in planned.deals
    ]
    assert max(counts) == planned.new_per_day


def test_a_person_with_one_interview_has_the_days_of_that_role(project: MakeProject) -> None:
    folder = project(ONE)
    joint = report(folder)
    compiled = deck(folder, "acme")
    spoken = [compiled.notetypes[compiled.notes[c.note].notetype].spoken for c in compiled.order]
    assert joint.employers[0].plan is not None
    alone = day_by_day(joint.employers[0].plan, spoken)
    assert [(d.date, sum(d.new), d.minutes, d.mock_minutes) for d in joint.days] == [*alone]


def cards(prefix: str, number: int) -> list[PlannedCard]:
    return [PlannedCard(f"{prefix}{index}", 0, spoken=False) for index in range(number)]


def plan(starts: int, interview: int) -> Plan:
    day = date(2026, 12, 1)
    return Plan(day.replace(day=starts), day.replace(day=interview), 25, *map(Decimal, (1, 3)))


def test_cards_come_from_the_day_on_that_their_role_starts() -> None:
    roles = [
        PlannedRole(plan(5, 10), cards("near", 4)),
        PlannedRole(plan(1, 20), [*cards("far", 9), *cards("near", 1)]),
    ]
    days = joint_days(roles, 2)
    assert [day.new for day in days[:7]] == [
        (0, 2), (0, 2), (0, 2), (0, 2), (2, 0), (1, 1), (0, 1),
    ]  # fmt: skip


def test_a_role_without_dates_comes_last(project: MakeProject) -> None:
    folder = project(BOTH)
    folder.edit(ACME_FILE, "  interview: 2026-12-21\n", "")
    planned = report(folder)
    assert [employer.plan is None for employer in planned.employers] == [False, True]
    assert planned.last_interview == date(2026, 12, 11)
    run = prepdeck("plan", "acme", cwd=folder.root)
    assert run.returncode == 2
    assert "the role `acme` has no plan: `interview` is missing" in run.stderr


def test_a_person_without_a_dated_role_has_no_plan(project: MakeProject) -> None:
    folder = project(ONE)
    folder.edit(ACME_FILE, "  interview: 2026-12-21\n", "")
    run = prepdeck("plan", "anna", cwd=folder.root)
    assert run.returncode == 2
    assert "the role `acme` has no plan: `interview` is missing" in run.stderr


def test_with_one_interview_over_and_none_dated_the_plan_says_what_to_write(
    project: MakeProject,
) -> None:
    folder = project(BOTH)
    folder.edit(ACME_FILE, "  interview: 2026-12-21\n", "")
    planned = report(folder, today=BETWEEN)
    assert [employer.role.id for employer in planned.employers] == ["acme"]
    text = [*joint_lines(planned, None)]
    assert text[:3] == [
        "Anna",
        "No interview is ahead, or none that has a plan.",
        "Acme: `interview` is missing; write it in decks/private/anna/acme/role.yaml, as"
        " `interview: 2026-12-10`",
    ]
    assert not [line for line in text if "minutes" in line], "there are no days to show"
    assert f"    {planned.over[0].search}" in text
    status = joint_status(planned, BETWEEN, 2)
    assert (status.new_cards, status.suspend_search) == (planned.card_count, "")
    assert [*joint_lines(planned, status)] == text
    joint = json.loads(joint_json(planned, status))
    assert joint["days"] == []
    assert [role["role"] for role in joint["over"]] == ["beta"]
    # Acme's is over too once its date is before today: then their plan is what there is to show.
    assert report(project(BOTH), today=AFTER).days


def test_what_an_interview_that_is_over_brought_is_not_new_again(project: MakeProject) -> None:
    """Acme starts when Beta's cards have come: what both need is known by then."""
    folder = project(BOTH)
    folder.edit(ACME_FILE, "starts: 2026-12-01", "starts: 2026-12-12")
    ahead, between = report(folder), report(folder, today=BETWEEN)
    new_before = {day.date: sum(day.new) for day in ahead.days}
    new_now = {day.date: sum(day.new) for day in between.days}
    assert sum(new_now.values()) == between.card_count == ahead.card_count - 1
    assert [day for day, number in new_before.items() if new_now.get(day) != number] == [
        date(2026, 12, 3)
    ], "all but the card that Beta alone has come on the days on which they came before"
    assert between.last_interview == date(2026, 12, 21)
    status = joint_status(between, date(2026, 12, 12))
    assert status.new_cards == 1, "Acme's fact"
    assert status.suspend_search == ""


@pytest.mark.parametrize("day", [BETWEEN.replace(day=21), AFTER])
def test_on_the_day_of_the_last_interview_no_number_of_missed_days_is_too_high(
    project: MakeProject, day: date
) -> None:
    folder = project(BOTH)
    joint_status(report(folder, today=day), day, 99)
    with pytest.raises(PrepdeckError, match="99 days cannot have been missed by 2026-12-15"):
        joint_status(report(folder, today=BETWEEN), BETWEEN, 99)
    folder.write({BETA_FILE: None})
    alone = plan_report(folder.root, "acme")
    status_on(alone, day, 99)
    with pytest.raises(PrepdeckError, match="99 days cannot have been missed by 2026-12-15"):
        status_on(alone, BETWEEN, 99)


def test_two_interviews_on_one_day_both_stand_in_the_chart(project: MakeProject) -> None:
    folder = project(BOTH)
    folder.edit(BETA_FILE, "2026-12-11", "2026-12-21")
    rows = [" ".join(line.split()) for line in joint_lines(report(folder), None)]
    assert "Mon 21 Dec Acme: the interview, Beta: the interview" in rows


def test_cards_that_come_after_their_interview_are_found_and_put_in_front(
    project: MakeProject, anna: Learner
) -> None:
    """Acme starts first and brings what both need; Beta's interview is soon after."""
    folder = project(BOTH)
    only_skills = "  title: Beta\n  drop: [{kind: [question, kpi]}]\n"
    folder.edit(BETA_FILE, "  title: Beta\n", only_skills)
    folder.edit(BETA_FILE, "2026-12-01", "2026-12-02")
    folder.edit(BETA_FILE, "2026-12-11", "2026-12-03")
    folder.built()
    imports(anna, folder, "acme", "beta")
    planned = report(folder)
    beta = planned.employers[0]
    assert beta.late == 1, [day.new for day in planned.days]
    assert "Reposition" in "\n".join(joint_lines(planned, None))
    late = anna.collection.find_cards(beta.late_search)
    assert len(late) >= beta.late
    anna.collection.sched.reposition_new_cards(
        late, starting_from=beta.deck.first_due, step_size=1, randomize=False, shift_existing=False
    )
    assert {anna.collection.get_card(card).due for card in late} == set(
        range(beta.deck.first_due, beta.deck.first_due + len(late))
    )


def test_after_missed_days_the_last_notes_of_one_employer_make_room(
    project: MakeProject, anna: Learner
) -> None:
    folder = project(BOTH)
    folder.built()
    imports(anna, folder, "beta", "acme")
    planned = report(folder)
    assert joint_status(planned, date(2026, 12, 1)).suspend_search == ""
    assert joint_status(planned, date(2026, 12, 5)).suspend_search == "", "Acme's days have room"
    nobody_studied = joint_status(planned, date(2026, 12, 20), 19)
    assert found(anna, nobody_studied.suspend_search) == set(anna.ids("is:new")) - {
        "beta-3c4d/my/beta-founded"
    }


def test_a_mock_interview_is_drawn_from_what_the_person_has_begun(
    project: MakeProject, anna: Learner
) -> None:
    folder = project(BOTH)
    folder.built()
    anna.imports(folder.package("agent"))
    imports(anna, folder, "beta", "acme")
    planned = report(folder)
    assert found(anna, planned.mock_search) == set()
    spoken = anna.collection.find_cards('"note:Test Decks: Your answer"')
    anna.collection.sched.set_due_date(spoken, "1")
    assert found(anna, planned.mock_search) == {
        "anna-7f3k/angry-customer-story",
        "anna-7f3k/complaint-steps",
    }
    assert f"    {planned.mock_search}" in [*joint_lines(planned, None)]


def test_a_mock_interview_has_no_note_that_is_an_old_employers_own(
    project: MakeProject, anna: Learner
) -> None:
    """Anna learned for Beta alone before `new person`: her notes still have Beta's key."""
    folder = project(BOTH)
    continues = "  continues: {beta-3c4d: [angry-customer-story]}\n"
    folder.edit(ME_FILE, "  extends: agent\n", f"  extends: agent\n{continues}")
    own = "  title: Beta\n  core: [{id: complaint-steps}]\n  override: {complaint-steps: {}}\n"
    folder.edit(BETA_FILE, "  title: Beta\n", own)
    folder.built(moment(BEFORE))
    imports(anna, folder, "beta", "acme")
    anna.collection.sched.set_due_date(anna.collection.find_cards(""), "1")
    hers = {"beta-3c4d/angry-customer-story", "anna-7f3k/complaint-steps"}
    betas = {"beta-3c4d/complaint-steps"}
    assert found(anna, report(folder, today=BETWEEN).mock_search) == hers
    assert found(anna, report(folder).mock_search) == hers | betas
    folder.edit(BETA_FILE, "  title: Beta\n", "  title: Beta\n  retired: over\n")
    assert found(anna, plan_report(folder.root, "acme").mock_search) == hers


def test_the_deck_of_the_only_role_is_put_away_with_what_its_person_continues(
    project: MakeProject, anna: Learner
) -> None:
    folder = project(ONE)
    continues = "  continues: {beta-3c4d: [empathy]}\n"
    folder.edit(ME_FILE, "  extends: agent\n", f"  extends: agent\n{continues}")
    folder.built(moment(BEFORE))
    imports(anna, folder, "acme")
    folder.edit(ACME_FILE, "  title: Acme\n", "  title: Acme\n  drop: [{kind: skill}]\n")
    status = status_on(plan_report(folder.root, "acme"), AFTER)
    assert "beta-3c4d/empathy" in found(anna, status.suspend_search)


def test_the_joint_plan_as_json(project: MakeProject) -> None:
    folder = project(BOTH)
    planned = report(folder)
    joint = json.loads(joint_json(planned, joint_status(planned, date(2026, 12, 5), 2)))
    assert [role["role"] for role in joint["roles"]] == ["beta", "acme"]
    assert joint["days"][0] == {
        "date": "2026-12-01",
        "new": {"beta": 2, "acme": 0},
        "minutes": 2.1,
        "mock_minutes": 0.0,
    }
    assert joint["today"]["missed"] == 2
    assert joint["idle_search"] == "-deck:*"


def test_a_role_without_a_person_is_planned_as_before(project: MakeProject) -> None:
    alone = ACME.replace("title: Acme", "title: Acme\n      extends: agent")
    folder = project({"decks/private/acme/role.yaml": alone})
    run = prepdeck("plan", "acme", cwd=folder.root)
    assert "There is time for" in run.stdout
    assert plan_report(folder.root, "acme").role.id == "acme"


# --- what to put away, and to bring back --------------------------------------------------------


def test_what_is_new_and_in_no_plan_any_more_is_found(project: MakeProject, anna: Learner) -> None:
    folder = project(BOTH)
    folder.built(moment(BEFORE))
    imports(anna, folder, "beta", "acme")
    folder.edit(BETA_FILE, "  title: Beta\n", "  title: Beta\n  drop: [{kind: [kpi, skill]}]\n")
    assert searches(folder, BEFORE) == {}, "Acme's plan has it"
    folder.edit(ACME_FILE, "  title: Acme\n", "  title: Acme\n  drop: [{kind: skill}]\n")
    (search,) = searches(folder, BEFORE).values()
    assert found(anna, search) == {"anna-7f3k/empathy"}
    assert report(folder).idle_search == search
    assert search in "\n".join(joint_lines(report(folder), None))
    run = prepdeck("plan", "anna", "--format", "anki", cwd=folder.root)
    assert found(anna, run.stdout.strip()) == {"anna-7f3k/empathy"}


def test_what_waits_after_an_earlier_build_is_found(project: MakeProject, anna: Learner) -> None:
    folder = project(BOTH)
    folder.built(moment(BEFORE))
    imports(anna, folder, "beta", "acme")
    folder.edit(ME_FILE, "  key:", "  minutes_per_day: 5\n  key:")
    folder.edit(BETA_FILE, "2026-12-11", "2026-12-02")
    folder.edit(ACME_FILE, "2026-12-21", "2026-12-02")
    search = searches(folder, BEFORE)[None]
    planned = report(folder)
    packed = {note.id for employer in planned.employers for note in employer.deck.notes}
    waiting = {note.id for employer in planned.employers for note in employer.deck.waiting}
    assert waiting - packed
    assert found(anna, search) == waiting - packed


def test_an_answer_alone_that_no_plan_has_is_found_without_its_question(
    project: MakeProject, anna: Learner
) -> None:
    folder = project(BOTH)
    folder.built(moment(BEFORE))
    imports(anna, folder, "beta", "acme")
    folder.edit(
        ME_FILE,
        "  complaint-steps: I listen, then I offer two ways out.\n",
        "  angry-customer-story: I stayed calm, and it was fine.\n",
    )
    (search,) = searches(folder, BEFORE).values()
    types = {
        anna.collection.get_card(card).note_type()["name"]
        for card in anna.collection.find_cards(search)
    }
    assert types == {"Test Decks: Your answer"}
    assert found(anna, search) == {"anna-7f3k/complaint-steps"}


def test_an_employer_is_put_away_with_what_only_it_needs(
    project: MakeProject, anna: Learner
) -> None:
    folder = project(BOTH)
    folder.edit(ACME_FILE, "  title: Acme\n", "  title: Acme\n  drop: [{kind: skill}]\n")
    folder.edit(BETA_FILE, "  title: Beta\n", "  title: Beta\n  override: {csat: {}}\n")
    folder.built(moment(BEFORE))
    imports(anna, folder, "beta", "acme")
    anna.studies(4)
    folder.edit(BETA_FILE, "  title: Beta\n", "  title: Beta Ltd\n")
    search = searches(folder, BETWEEN)["beta"]
    assert search.startswith("-is:suspended (tag:employer::beta or ")
    expected = {"beta-3c4d/my/beta-founded", "beta-3c4d/csat", "anna-7f3k/empathy"}
    assert found(anna, search) == expected
    between = report(folder, today=BETWEEN)
    assert [employer.role.id for employer in between.employers] == ["acme"]
    assert [employer.search for employer in between.over] == [search]
    assert "suspend what only" in "\n".join(joint_lines(between, None))


def test_an_employer_is_put_away_without_what_the_person_continues_by_its_key(
    project: MakeProject, anna: Learner
) -> None:
    """Anna learned for Beta alone before `new person`: her notes still have Beta's key."""
    folder = project(BOTH)
    continues = "  continues: {beta-3c4d: [csat, empathy]}\n"
    folder.edit(ME_FILE, "  extends: agent\n", f"  extends: agent\n{continues}")
    folder.edit(ACME_FILE, "  title: Acme\n", "  title: Acme\n  drop: [{kind: skill}]\n")
    folder.built(moment(BEFORE))
    imports(anna, folder, "beta", "acme")
    assert "beta-3c4d/csat" in found(anna, "")
    folder.edit(BETA_FILE, "  title: Beta\n", "  title: Beta Ltd\n")
    search = searches(folder, BETWEEN)["beta"]
    assert found(anna, search) == {"beta-3c4d/my/beta-founded", "beta-3c4d/empathy"}
    assert [employer.search for employer in report(folder, today=BETWEEN).over] == [search]


def test_what_is_left_of_an_interview_that_is_over_is_in_no_plan(
    project: MakeProject, anna: Learner
) -> None:
    folder = project(BOTH)
    folder.built(moment(BEFORE))
    imports(anna, folder, "beta", "acme")
    search = report(folder, today=BETWEEN).idle_search
    assert found(anna, search) == {"beta-3c4d/my/beta-founded"}


def test_the_only_employer_is_put_away_whole_and_brought_back_for_the_next(
    project: MakeProject, anna: Learner
) -> None:
    folder = project({ME_FILE: ME, BETA_FILE: BETA})
    folder.built(moment(BEFORE))
    imports(anna, folder, "beta")
    anna.studies(4)
    folder.edit(BETA_FILE, "title: Beta", "title: Beta Ltd")
    search = searches(folder, BETWEEN)["beta"]
    put_away = anna.collection.find_cards(search)
    assert len(put_away) == anna.collection.card_count()
    anna.collection.sched.suspend_cards(put_away)

    folder.write({ACME_FILE: ACME.replace("2026-12-01", "2026-12-15")})
    folder.built(moment(BETWEEN))
    imports(anna, folder, "acme")
    planned = report(folder, today=BETWEEN)
    anna.collection.sched.unsuspend_cards(anna.collection.find_cards(planned.return_search))
    assert found(anna, "is:suspended") == {"beta-3c4d/my/beta-founded"}
    needed = {note.id for note in planned.employers[0].deck.notes}
    assert found(anna, "-is:suspended") == needed


@pytest.mark.parametrize("notes", ["own", "shared"])
def test_after_the_last_interview_one_search_puts_everything_away(
    project: MakeProject, anna: Learner, notes: str
) -> None:
    folder = project(BOTH)
    folder.edit(ME_FILE, "  extends: agent\n", f"  extends: agent\n  notes: {notes}\n")
    folder.built(moment(BEFORE))
    imports(anna, folder, "beta", "acme")
    after = report(folder, today=AFTER)
    assert joint_status(after, AFTER).suspend_search == after.whole_search
    assert found(anna, after.whole_search) == found(anna, "")
    text = [*joint_lines(after, None)]
    assert text.count(f"    {after.whole_search}") == 1
    assert "All interviews are over." in "\n".join(text)
    assert [*closing(after)] == [], "nothing is left to import"
    assert report(folder, today=BETWEEN).whole_search == ""


def toggles_suspend(anna: Learner, search: str) -> None:
    """Cards > Toggle Suspend on all that a search finds: Anki looks at the first card alone."""
    cards = anna.collection.find_cards(search)
    if not cards:
        return
    if anna.collection.get_card(cards[0]).queue == QUEUE_TYPE_SUSPENDED:
        anna.collection.sched.unsuspend_cards(cards)
    else:
        anna.collection.sched.suspend_cards(cards)


@pytest.mark.parametrize("notes", ["own", "shared"])
@pytest.mark.parametrize("order", [1, -1])
def test_searches_used_after_each_other_and_again_bring_nothing_back(
    project: MakeProject, anna: Learner, notes: str, order: int
) -> None:
    """Beta and Acme are over and share notes; what no plan has is among them too."""
    folder = project(BOTH)
    folder.edit(ME_FILE, "  extends: agent\n", f"  extends: agent\n  notes: {notes}\n")
    folder.built(moment(BEFORE))
    imports(anna, folder, "beta", "acme")
    anna.studies(4)
    folder.edit(BETA_FILE, "title: Beta", "title: Beta Ltd")
    for search in [*searches(folder, BETWEEN).values()][::order]:
        toggles_suspend(anna, search)
    folder.edit(ACME_FILE, "title: Acme", "title: Acme Ltd")
    printed = [*searches(folder, AFTER).values(), report(folder, today=AFTER).whole_search]
    for search in printed[::order] * 2:
        toggles_suspend(anna, search)
        assert found(anna, search) == set()
    assert found(anna, "-is:suspended") == set()
    # As the text says: `is:suspended` in its place finds them again.
    back = printed[-1].replace("-is:suspended", "is:suspended")
    toggles_suspend(anna, back)
    assert found(anna, "is:suspended") == set()


def test_the_plan_of_the_only_role_brings_back_nothing_that_was_put_away(
    project: MakeProject, anna: Learner
) -> None:
    folder = project({ME_FILE: ME, BETA_FILE: BETA})
    folder.built(moment(BEFORE))
    imports(anna, folder, "beta")
    folder.edit(BETA_FILE, "title: Beta", "title: Beta Ltd")
    toggles_suspend(anna, searches(folder, BETWEEN)["beta"])
    planned = plan_report(folder.root, "beta")
    status = status_on(planned, BETWEEN)
    toggles_suspend(anna, status.suspend_search)
    assert found(anna, "-is:suspended") == set()
    assert "is:suspended in place of -is:suspended" in "\n".join(plan_text(planned, status))


def test_notes_that_a_public_deck_shares_are_put_away_by_their_ids(
    project: MakeProject, anna: Learner
) -> None:
    folder = project(BOTH)
    folder.edit(ME_FILE, "  extends: agent\n", "  extends: agent\n  notes: shared\n")
    folder.built(moment(BEFORE))
    imports(anna, folder, "beta", "acme")
    folder.edit(ACME_FILE, "  title: Acme\n", "  title: Acme\n  drop: [{kind: skill}]\n")
    folder.edit(BETA_FILE, "  title: Beta\n", "  title: Beta Ltd\n")
    found_notes = found(anna, searches(folder, BETWEEN)["beta"])
    assert found_notes == {"beta-3c4d/my/beta-founded", "empathy"}


def test_a_role_that_a_fault_hides_puts_nothing_away(project: MakeProject) -> None:
    folder = project(BOTH)
    folder.built(moment(BEFORE))
    folder.edit(ACME_FILE, "  title: Acme\n", "  titel: Acme\n")
    folder.edit(BETA_FILE, "  title: Beta\n", "  title: Beta\n  drop: [{kind: skill}]\n")
    assert folder.build(moment(BETWEEN)).put_away == ()


def test_build_prints_what_to_put_away(project: MakeProject) -> None:
    folder = project(BOTH)
    folder.built()
    folder.edit(
        BETA_FILE,
        "starts: 2026-12-01\n  interview: 2026-12-11",
        "starts: 2026-01-01\n  interview: 2026-01-11",
    )
    run = prepdeck("build", "anna", cwd=folder.root)
    assert "beta: the interview is over. To put it away, suspend what this finds" in run.stderr
    assert '    -is:suspended (tag:employer::beta or "Id:beta-3c4d/*")' in run.stderr.splitlines()
    assert "put it away" not in prepdeck("build", "anna", cwd=folder.root).stderr, "said once"


# --- lists, stories, previews -------------------------------------------------------------------


def test_a_list_of_a_person_has_what_any_of_the_roles_has(project: MakeProject) -> None:
    folder = project(BOTH)
    folder.edit(ACME_FILE, "  title: Acme\n", "  title: Acme\n  drop: [{kind: skill}]\n")
    run = prepdeck("ls", "--role", "anna", "--format", "json", cwd=folder.root)
    roles = {one["id"]: one["roles"] for one in json.loads(run.stdout)}
    assert roles["empathy"] == ["agent", "beta"]
    assert roles["acme-founded"] == ["acme"]
    assert roles["lost-parcel"] == ["acme", "beta"]
    assert "10 definitions" not in run.stderr
    assert "15 cards in the deck" in run.stderr


def test_stories_of_a_person_are_those_of_all_roles(project: MakeProject) -> None:
    folder = project(BOTH)
    folder.edit(ACME_FILE, "  title: Acme\n", "  title: Acme\n  drop: [{kind: question}]\n")
    joined, _ = matrix(folder.root, "anna")
    assert joined.role.id == "anna"
    assert [story.id for story in joined.stories] == ["lost-parcel"]
    (question,) = joined.questions
    assert (question.in_deck, question.stories) == (True, ("lost-parcel",))
    assert joined.roles["angry-customer-story"] == ("beta",)


def test_stories_show_each_text_with_the_variables_of_whose_note_it_is(
    project: MakeProject,
) -> None:
    folder = project(BOTH)
    folder.edit("decks/questions/customer.yaml", "angry customer", "angry {{ vars.company }}")
    folder.edit(BETA_FILE, "  title: Beta\n", "  title: Beta\n  vars: {company: Beta}\n")
    for name in ("anna", "acme", "beta"):
        (question,) = matrix(folder.root, name)[0].questions
        assert "angry the company" in question.ask, "the note is Anna's"
    folder.edit(BETA_FILE, "Beta}\n", "Beta}\n  override: {angry-customer-story: {}}\n")
    asks = {name: matrix(folder.root, name)[0].questions[0].ask for name in ("acme", "beta")}
    assert "angry the company" in asks["acme"]
    assert "angry Beta" in asks["beta"]


def test_a_sheet_says_what_the_cards_say(project: MakeProject) -> None:
    """The note is Anna's and speaks of no employer, until Beta has its own."""
    folder = project(BOTH)
    folder.edit(
        "decks/kpis.yaml", "ratings of 4 or 5\n", "ratings of 4 or 5 at {{ vars.company }}\n"
    )
    folder.edit(BETA_FILE, "  title: Beta\n", "  title: Beta\n  vars: {company: Beta Ltd}\n")

    def sheet() -> str:
        run = prepdeck("sheet", "beta", cwd=folder.root)
        assert run.returncode == 0, run.stderr
        return (folder.root / "build/private/sheet-beta.html").read_text()

    assert "ratings of 4 or 5 at the company" in sheet()
    folder.edit(BETA_FILE, "Beta Ltd}\n", "Beta Ltd}\n  override: {csat: {}}\n")
    assert "ratings of 4 or 5 at Beta Ltd" in sheet()


def test_a_preview_shows_whose_a_note_is_and_the_deck_of_the_person(project: MakeProject) -> None:
    folder = project(BOTH)
    folder.edit(BETA_FILE, "  title: Beta\n", "  title: Beta\n  override: {csat: {}}\n")
    run = prepdeck("preview", "anna", cwd=folder.root)
    assert run.returncode == 0, run.stderr
    pages = [folder.root / "build/private/preview" / f"{role}.html" for role in ("acme", "beta")]
    assert [("Beta\\u003c/b>" in page.read_text()) for page in pages] == [False, True]
    assert all("Test Decks::Anna" in page.read_text() for page in pages)


@pytest.mark.parametrize(
    ("command", "message", "remedy"),
    [
        ("build _house", "`_house` has no deck", "name a role that extends it"),
        ("check _house", "`_house` has no deck", "name a role that extends it"),
        ("plan _house", "`_house` has no deck", "name a role that extends it"),
        ("ls --role _house", "`_house` has no deck", "name a role that extends it"),
        ("sheet anna", "`anna` is a person", "name one of the roles: `acme`, `beta`"),
        ("ls anna", "`anna`", "list what its deck has: prepdeck ls --role anna"),
        ("build ana", "no role is called `ana`", "anna"),
        ("build solo", "`solo` is a person", "write one: prepdeck new role"),
        ("plan solo", "`solo` is a person", "write one: prepdeck new role"),
        ("stories solo", "`solo` is a person", "write one: prepdeck new role"),
        ("ls --role solo", "`solo` is a person", "write one: prepdeck new role"),
    ],
)
def test_errors_name_the_remedy(
    project: MakeProject, command: str, message: str, remedy: str
) -> None:
    solo = "me:\n  title: Solo\n  key: solo-1\n  extends: agent\n"
    folder = project({**BOTH, **HOUSE, "decks/private/solo/me.yaml": solo})
    run = prepdeck(*command.split(), cwd=folder.root)
    assert run.returncode == 2
    error = " ".join(run.stderr.split())
    assert message in error
    assert remedy in error


@pytest.mark.parametrize("command", ["build", "check", "preview", "plan", "stories", "ls --role"])
def test_a_shell_completes_persons(project: MakeProject, command: str) -> None:
    folder = project({**BOTH, **HOUSE})
    assert completed(f"prepdeck {command} a", folder.root)[-2:] == ["acme", "anna"]
    assert completed("prepdeck sheet an", folder.root) == []


# --- faults -------------------------------------------------------------------------------------

ALONE = ACME.replace("title: Acme", "title: Acme\n      extends: agent")
UNREAD = (
    "nobody reads this lock: that of `{}` is {}, and notes that it does not have would begin anew"
)


@pytest.mark.parametrize(
    "lock", ["decks/private/anna/acme/notes.lock", "decks/private/acme/notes.lock"]
)
def test_a_lock_that_a_role_left_behind_is_a_fault(project: MakeProject, lock: str) -> None:
    """The role was moved into the person's folder by hand: with its lock, and without."""
    folder = project({"decks/private/acme/role.yaml": ALONE})
    folder.built()
    old = folder.root / "decks/private/acme"
    folder.write({ME_FILE: ME})
    if "anna" in lock:
        old.rename(folder.root / "decks/private/anna/acme")
    else:
        (folder.root / "decks/private/anna/acme.yaml").write_bytes((old / "role.yaml").read_bytes())
        (old / "role.yaml").unlink()
    (finding,) = (f for f in folder.build(NOON + DAY).findings if f.rule == "lock-left-behind")
    message = UNREAD.format("acme", "decks/private/anna/notes.lock")
    assert (str(finding.span.file), finding.message) == (lock, message)
    assert finding.help is not None
    assert "`prepdeck new person`" in finding.help
    (folder.root / lock).unlink()
    assert not folder.build(NOON + DAY).findings


def test_a_lock_that_a_person_left_behind_is_a_fault(project: MakeProject) -> None:
    folder = project(ONE)
    folder.built()
    old, new = (folder.root / "decks/private" / name for name in ("anna", "hanna"))
    old.rename(new)
    old.mkdir()
    (new / "notes.lock").rename(old / "notes.lock")
    (finding,) = folder.build(NOON + DAY).findings
    assert finding.rule == "lock-left-behind"
    assert finding.help == ("move it to decks/private/hanna/notes.lock, or move the folder back")
    (old / "notes.lock").rename(new / "notes.lock")
    assert not folder.build(NOON + DAY).findings


def test_a_role_that_was_moved_out_of_a_persons_folder_is_a_fault(project: MakeProject) -> None:
    folder = project(BOTH)
    folder.built()
    folder.edit(BETA_FILE, "title: Beta", "title: Beta\n  extends: agent")
    (folder.root / BETA_FILE).rename(folder.root / "decks/private/beta.yaml")
    assert (
        "decks/private/beta.yaml:1:1 lock-left-behind: `beta` was a role of `anna`, whose lock has"
        " its notes: without the person all of them are new ones"
    ) in faults(folder, NOON + DAY)


def test_another_key_of_a_persons_role_is_a_fault(project: MakeProject) -> None:
    folder = project(BOTH)
    folder.built()
    folder.edit(BETA_FILE, "key: beta-3c4d", "key: beta-2")
    assert faults(folder, NOON + DAY) == [
        "decks/private/anna/beta.yaml:3:8 role-key-changed: the role's own notes were built with"
        " the key `beta-3c4d`, and it is `beta-2` now"
    ]


@pytest.mark.parametrize("old_role", ["removed", "retired"])
def test_a_role_in_the_place_of_another_one_has_a_key_of_its_own(
    project: MakeProject, old_role: str
) -> None:
    folder = project(BOTH)
    folder.edit(BETA_FILE, "  title: Beta\n", "  title: Beta\n  override: {csat: {}}\n")
    folder.built()
    if old_role == "retired":
        folder.edit(BETA_FILE, "  title: Beta\n", "  title: Beta\n  retired: no more\n")
    else:
        folder.write({BETA_FILE: None})
    gamma = BETA.replace("eta", "amma").replace("Bamma", "Gamma").replace("bamma", "gamma")
    gamma = gamma.replace("title: Gamma\n", "title: Gamma\n      override: {csat: {}}\n")
    folder.write({"decks/private/anna/gamma.yaml": gamma})
    rules = {finding.rule for finding in folder.build(NOON + DAY).findings}
    assert "role-key-changed" not in rules


def test_a_variable_that_no_note_of_the_role_shows_is_one_warning(project: MakeProject) -> None:
    folder = project(BOTH)
    folder.edit("decks/questions/customer.yaml", "complaint?", "complaint at {{ vars.company }}?")
    folder.edit("decks/kpis.yaml", "Only those", "At {{ vars.company }} those")
    folder.edit(BETA_FILE, "  title: Beta\n", "  title: Beta\n  vars: {company: Beta}\n")
    assert faults(folder) == [
        "decks/private/anna/beta.yaml:3:10 shared-variable: no note of the role's own shows its"
        " `company`; the notes of `csat`, `complaint-steps` are not its own"
    ]
    folder.edit(BETA_FILE, "{company: Beta}\n", "{company: Beta}\n  override: {csat: {}}\n")
    assert not [f for f in faults(folder) if "shared-variable" in f], "one of its own shows it"
