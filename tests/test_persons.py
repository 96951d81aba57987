"""One person, several employers: one deck, one history, in the real Anki.

Anna's folder has `me.yaml` and a role for each employer. Times are Unix seconds.
"""

from __future__ import annotations

import json
import sqlite3
import zipfile
from datetime import date
from pathlib import Path

import pytest
from conftest import NOON, MakeProject, ProjectFolder, said
from learner import Learner
from test_cli import prepdeck

from builder.cli.completion import roles_at
from builder.deck import Deck
from builder.pipeline import compile_project

DAY = 86_400
Files = dict[str, str | bytes | None]

ME = """
    me:
      title: Anna
      key: anna-7f3k
      extends: agent
    my_answers:
      complaint-steps: I listen, then I offer two ways out.
    my_stories:
      lost-parcel:
        title: The lost parcel
        opens_with: In spring a parcel vanished.
        number: 40 minutes
        answers: [angry-customer-story]
    """
ACME = """
    role:
      title: Acme
      key: acme-1a2b
      starts: 2026-12-01
      interview: 2026-12-21
    employer_facts:
      acme-founded:
        ask: When was Acme founded?
        answer: In 1990.
        source: their site
        seen: 2026-11-20
    """
BETA = """
    role:
      title: Beta
      key: beta-3c4d
      starts: 2026-12-01
      interview: 2026-12-11
    employer_facts:
      beta-founded:
        ask: When was Beta founded?
        answer: In 2005.
        source: their site
        seen: 2026-11-20
    """
ONE: Files = {
    "decks/private/anna/me.yaml": ME,
    "decks/private/anna/acme/role.yaml": ACME,
}
BOTH: Files = {**ONE, "decks/private/anna/beta.yaml": BETA}


def package(folder: ProjectFolder, role: str) -> Path:
    return folder.root / "build" / "private" / f"{role}.apkg"


def deck(folder: ProjectFolder, role: str) -> Deck:
    """The deck of a role, of a project without a fault."""
    compiled = compile_project(folder.root)
    assert not compiled.findings, said(compiled.findings)
    return next(deck for deck in compiled.decks if deck.role == role)


def owners(folder: ProjectFolder, role: str) -> dict[str, str]:
    """The key in the GUIDs of each note of a role, by the note's first id."""
    compiled = deck(folder, role)
    return {note.first_id: note.owner_key for note in (*compiled.notes, *compiled.waiting)}


def faults(folder: ProjectFolder, at: int = NOON) -> list[str]:
    return [f"{d.span} {d.rule}: {d.message}" for d in folder.build(at).findings]


def deck_rows(path: Path) -> dict[str, tuple[object, ...]]:
    """Name, id, description, preset and new cards a day of each deck in a package."""
    with zipfile.ZipFile(path) as archive:
        connection = sqlite3.connect(":memory:")
        connection.deserialize(archive.read("collection.anki2"))
    decks, presets = map(json.loads, connection.execute("select decks, dconf from col").fetchone())
    return {
        row["name"]: (
            row["id"],
            row["desc"],
            presets[str(row["conf"])]["name"],
            presets[str(row["conf"])]["new"]["perDay"],
        )
        for row in decks.values()
    }


# --- the second employer ------------------------------------------------------------------------


def test_a_second_employer_brings_only_its_own_and_every_review_goes_on(
    project: MakeProject, anna: Learner
) -> None:
    folder = project(ONE)
    anna.imports(folder.built(NOON, "acme"))
    anna.studies(6)
    history, reviews = anna.history, anna.reviews
    assert reviews == 6
    before = set(anna.content.notes)

    folder.write(BOTH)
    folder.built(NOON + DAY)
    imported = anna.imports(package(folder, "beta"))
    assert imported.conflicting == 0
    assert anna.reviews == reviews
    assert {key: row for key, row in anna.history.items() if key in history} == history
    added = {note.guid for note in anna.content.notes} - {note.guid for note in before}
    assert len(added) == imported.new == 1
    assert anna.ids("tag:employer::beta") == ["beta-3c4d/my/beta-founded"]
    assert anna.ids("tag:employer::acme") == ["acme-1a2b/my/acme-founded"]
    assert anna.note("anna-7f3k/complaint-steps", "Your answer")["Answer"] == (
        "<p>I listen, then I offer two ways out.</p>"
    )
    assert anna.ids('"note:Test Decks: Story"') == ["anna-7f3k/my/lost-parcel"]
    # And the first employer's package, which was built anew, brings nothing but the row.
    again = anna.imports(package(folder, "acme"))
    assert (again.new, again.updated, again.conflicting) == (0, 0, 0)


def test_the_nearer_interview_is_dealt_first_whichever_came_first(
    project: MakeProject, anna: Learner
) -> None:
    folder = project(ONE)
    anna.imports(folder.built(NOON, "acme"))
    folder.write(BOTH)
    folder.built(NOON + DAY)
    anna.imports(package(folder, "beta"))
    anna.collection.decks.set_current(anna.collection.decks.id_for_name("Test Decks::Anna"))  # type: ignore[arg-type]
    (queued,) = anna.collection.sched.get_queued_cards(fetch_limit=1).cards
    first = anna.collection.get_note(queued.card.note_id)  # type: ignore[arg-type]
    assert first["Id"] == "beta-3c4d/my/beta-founded"
    due = {
        id: min(card.due for card in anna.collection.get_note(note).cards())
        for id in ("beta-3c4d/my/beta-founded", "acme-1a2b/my/acme-founded")
        for note in anna.collection.find_notes(f'"Id:{id}"')
    }
    days = [
        (date.fromisoformat(day) - date(2025, 1, 1)).days for day in ("2026-12-11", "2026-12-21")
    ]
    assert 200 * days[0] < due["beta-3c4d/my/beta-founded"] < 200 * days[0] + 200
    assert 200 * days[1] < due["acme-1a2b/my/acme-founded"] < 200 * days[1] + 200


def test_all_packages_of_a_person_have_one_row(project: MakeProject, anna: Learner) -> None:
    folder = project(BOTH)
    folder.built(NOON, "beta")
    rows = deck_rows(package(folder, "acme"))
    assert rows == deck_rows(package(folder, "beta")), "a build of one role builds both"
    _, description, preset, new_a_day = rows["Test Decks::Anna"]
    assert "Interviews: Beta on 2026-12-11; Acme on 2026-12-21." in str(description)
    assert preset == f"Anna: {new_a_day} new a day"
    for role in ("acme", "beta"):
        anna.imports(package(folder, role))
    assert anna.content.decks == ("Test Decks::Anna",)


def test_a_role_without_a_date_comes_behind_those_with_one(project: MakeProject) -> None:
    folder = project(BOTH)
    folder.edit("decks/private/anna/acme/role.yaml", "  interview: 2026-12-21\n", "")
    assert deck(folder, "beta").first_due < deck(folder, "acme").first_due < 1_000_000


# --- whose a note is ----------------------------------------------------------------------------


def test_all_notes_are_the_persons_but_what_the_role_defines(project: MakeProject) -> None:
    folder = project(BOTH)
    keys = owners(folder, "beta")
    assert keys.pop("my/beta-founded") == "beta-3c4d"
    assert set(keys.values()) == {"anna-7f3k"}
    assert {"csat", "my/lost-parcel", "my/lost-parcel/angry-customer-story"} <= set(keys)


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        pytest.param(
            "decks/private/anna/beta.yaml",
            "  title: Beta\n",
            "  title: Beta\n  override:\n    csat: {}\n",
            id="the role overrides it, with nothing changed",
        ),
        pytest.param(
            "decks/private/anna/me.yaml",
            "  extends: agent\n",
            "  extends: agent\n  per_role: [csat]\n",
            id="the person lists it",
        ),
        pytest.param(
            "decks/kpis.yaml",
            "  csat:\n",
            "  csat:\n    per_role: true\n",
            id="the definition says so",
        ),
    ],
)
def test_a_note_is_the_roles_own_where_that_is_declared(
    project: MakeProject, file: str, old: str, new: str
) -> None:
    folder = project(BOTH)
    folder.edit(file, old, new)
    keys = owners(folder, "beta")
    assert keys["csat"] == "beta-3c4d"
    assert keys["average-handle-time"] == "anna-7f3k"


def test_a_note_that_the_role_inherits_in_other_words_is_its_own(project: MakeProject) -> None:
    folder = project(BOTH)
    folder.write(
        {
            "decks/roles/senior.yaml": """
                role:
                  title: Senior
                  extends: agent
                  override:
                    complaint-steps: {ask: How does your team take a complaint?}
                """
        }
    )
    folder.edit("decks/private/anna/beta.yaml", "title: Beta", "title: Beta\n  extends: senior")
    keys = owners(folder, "beta")
    assert keys["complaint-steps"] == "beta-3c4d"
    assert keys["csat"] == "anna-7f3k"
    note = next(n for n in deck(folder, "beta").notes if n.id == "beta-3c4d/complaint-steps")
    assert note.fields[0].startswith("How does your team")
    answered = [n for n in deck(folder, "beta").notes if n.answered]
    assert [n.id for n in answered] == ["beta-3c4d/complaint-steps"], "her answer is there too"


@pytest.mark.parametrize("notes", ["own", "shared"])
@pytest.mark.parametrize("by", ["override: {csat: {}}", "extends: senior"])
def test_the_reviews_of_a_note_that_becomes_a_roles_own_are_not_lost_in_silence(
    project: MakeProject, anna: Learner, notes: str, by: str
) -> None:
    senior = (
        "role:\n  title: Senior\n  extends: agent\n  override:\n    csat: {trap: Angry ones.}\n"
    )
    folder = project({**BOTH, "decks/roles/senior.yaml": senior})
    me = "decks/private/anna/me.yaml"
    folder.edit(me, "  extends: agent\n", f"  extends: agent\n  notes: {notes}\n")
    folder.built()
    anna.imports(package(folder, "beta"))
    folder.edit("decks/private/anna/beta.yaml", "title: Beta\n", f"title: Beta\n  {by}\n")
    (warning,) = folder.build(NOON + DAY).findings
    assert warning.rule == "owner-changed"
    assert warning.message == (
        "`csat` was the same note in every role of `anna` before; `beta`'s own is a new one, without"
        " its reviews"
    )
    assert warning.span.file == "decks/private/anna/beta.yaml"
    assert len([id for id in anna.ids() if id.endswith("csat")]) == 1
    assert anna.imports(package(folder, "beta")).new == 1, "the second copy"
    assert not folder.build(NOON + 2 * DAY).findings, "only the build that changes it says so"


def test_a_new_employers_own_words_begin_nothing_anew(project: MakeProject) -> None:
    folder = project(ONE)
    folder.edit("decks/kpis.yaml", "  csat:\n", "  csat:\n    per_role: true\n")
    folder.built()
    folder.write(BOTH)
    assert not folder.build(NOON + DAY).findings


def test_what_the_person_words_is_the_persons_in_every_role(project: MakeProject) -> None:
    folder = project(BOTH)
    override = "  override:\n    csat: {trap: Angry people answer more often.}\n"
    folder.edit("decks/private/anna/me.yaml", "  extends: agent\n", f"  extends: agent\n{override}")
    for role in ("acme", "beta"):
        note = next(n for n in deck(folder, role).notes if n.first_id == "csat")
        assert note.owner_key == "anna-7f3k"
        assert any("Angry people" in text for text in note.fields)


def test_a_variable_of_a_role_reaches_its_own_notes_alone(project: MakeProject) -> None:
    folder = project(BOTH)
    folder.edit("decks/questions/customer.yaml", "complaint?", "complaint at {{ vars.company }}?")
    folder.edit(
        "decks/private/anna/beta.yaml",
        "  title: Beta\n",
        "  title: Beta\n  vars: {company: Beta}\n  override:\n    complaint-steps: {}\n",
    )
    asks = {
        role: next(n for n in deck(folder, role).notes if n.first_id == "complaint-steps").fields[0]
        for role in ("acme", "beta")
    }
    assert asks["acme"] == "How do you take a complaint at the company?"
    assert asks["beta"].startswith("How do you take a complaint at Beta?")


def test_somebody_who_studied_a_public_deck_goes_on_with_it(
    project: MakeProject, anna: Learner
) -> None:
    folder = project({})
    anna.imports(folder.built())
    anna.studies()
    history = anna.history
    folder.write(BOTH)
    folder.edit(
        "decks/private/anna/me.yaml", "  extends: agent\n", "  extends: agent\n  notes: shared\n"
    )
    folder.built(NOON + DAY)
    for role in ("acme", "beta"):
        imported = anna.imports(package(folder, role))
        assert imported.conflicting == 0
    assert {key: row for key, row in anna.history.items() if key in history} == history
    assert owners(folder, "acme")["csat"] == ""
    assert len(anna.ids("Id:csat")) == 1


# --- what a note shows --------------------------------------------------------------------------


def test_a_roles_own_note_shows_whose_it_is_outside_its_content(project: MakeProject) -> None:
    folder = project(BOTH)
    folder.edit(
        "decks/private/anna/beta.yaml",
        "  title: Beta\n",
        "  title: Beta\n  override:\n    complaint-steps: {}\n",
    )
    notes = {n.notetype: n for n in deck(folder, "beta").notes if n.first_id == "complaint-steps"}
    question, answer = notes["question"], notes["your-answer"]
    label = '<span class="employer"> · <b style="color: var(--ink)">Beta</b></span>'
    assert f"Complaints{label}" in question.fields
    below = '<span class="employer"><br><small>Beta</small></span>'
    assert answer.fields[0] == f"How do you take a complaint?{below}"
    assert "employer::beta" in question.tags
    digests = {n.notetype: n.digest for n in notes.values()}
    folder.edit("decks/private/anna/beta.yaml", "title: Beta", "title: Beta Ltd")
    again = {n.notetype: n for n in deck(folder, "beta").notes if n.first_id == "complaint-steps"}
    assert f"Complaints{label.replace('Beta', 'Beta Ltd')}" in again["question"].fields
    assert {n.notetype: n.digest for n in again.values()} == digests


def test_a_renamed_employer_takes_no_edit_of_the_learner(
    project: MakeProject, anna: Learner
) -> None:
    folder = project(ONE)
    folder.built()
    anna.imports(package(folder, "acme"))
    id = "acme-1a2b/my/acme-founded"
    anna.tags(id, "asked-often", at=NOON + 60, notetype="Employer fact")
    folder.edit("decks/private/anna/acme/role.yaml", "title: Acme", "title: Acme Group")
    folder.built(NOON + DAY)
    assert anna.imports(package(folder, "acme")).updated == 0
    assert "asked-often" in anna.note(id, "Employer fact").tags


# --- answers and tags ---------------------------------------------------------------------------


def test_a_roles_answer_to_a_note_of_the_persons_is_a_fault(project: MakeProject) -> None:
    folder = project(BOTH)
    with (folder.root / "decks/private/anna/beta.yaml").open("a") as file:
        file.write("my_answers:\n  complaint-steps: At Beta I would listen.\n")
    assert faults(folder) == [
        "decks/private/anna/beta.yaml:13:3 answer-in-role: the note of `complaint-steps` is not the"
        " role's own, and this answer is the role's"
    ]


def test_a_per_role_note_has_the_persons_answer_where_the_role_has_none(
    project: MakeProject,
) -> None:
    folder = project(BOTH)
    folder.edit(
        "decks/private/anna/me.yaml",
        "  extends: agent\n",
        "  extends: agent\n  per_role: [complaint-steps]\n",
    )
    with (folder.root / "decks/private/anna/beta.yaml").open("a") as file:
        file.write("my_answers:\n  complaint-steps: At Beta I would listen.\n")
    texts = {
        role: next(n.fields[3] for n in deck(folder, role).notes if n.answered)
        for role in ("acme", "beta")
    }
    assert texts == {
        "acme": "<p>I listen, then I offer two ways out.</p>",
        "beta": "<p>At Beta I would listen.</p>",
    }


# --- bases --------------------------------------------------------------------------------------

HOUSE: Files = {
    "decks/private/_house/role.yaml": """
        role:
          title: House
          extends: agent
          core:
            - {id: house-rule}
          override:
            csat: {trap: Only the angry answer.}
        cards:
          house-rule:
            front: What do we always ask at the end?
            back: When we may hear from them.
            topics: [customer/complaints]
        """,
}


def test_a_private_base_is_never_packed_and_reaches_its_heirs(project: MakeProject) -> None:
    folder = project({**BOTH, **HOUSE})
    folder.edit("decks/private/anna/me.yaml", "extends: agent", "extends: _house")
    built = folder.build()
    assert {p.role: p.state for p in built.packages} == {
        "agent": "written",
        "acme": "written",
        "beta": "written",
    }, said(built.findings)
    keys = owners(folder, "acme")
    assert keys["csat"] == keys["my/house-rule"] == "anna-7f3k"
    trap = next(n for n in deck(folder, "acme").notes if n.first_id == "csat").fields
    assert any("Only the angry" in text for text in trap)
    lock = (folder.root / "decks/private/anna/notes.lock").read_text()
    assert "\tmy/house-rule\t" in lock
    assert not (folder.root / "decks/private/_house/notes.lock").exists()


def test_a_private_role_without_a_person_extends_a_base(project: MakeProject) -> None:
    role = "role:\n  title: Solo\n  key: solo-1\n  extends: _house\n"
    folder = project({**HOUSE, "decks/private/solo/role.yaml": role})
    assert set(owners(folder, "solo").values()) == {"solo-1"}
    assert "my/house-rule" in owners(folder, "solo")


def test_a_role_can_drop_what_its_base_defines(project: MakeProject) -> None:
    folder = project({**BOTH, **HOUSE})
    folder.edit("decks/private/anna/me.yaml", "extends: agent", "extends: _house")
    folder.edit(
        "decks/private/anna/beta.yaml", "title: Beta\n", "title: Beta\n  drop: [{id: house-rule}]\n"
    )
    assert "my/house-rule" in owners(folder, "acme")
    assert "my/house-rule" not in owners(folder, "beta")


# --- locks and faults ---------------------------------------------------------------------------


def test_a_person_has_one_lock(project: MakeProject) -> None:
    folder = project(BOTH)
    folder.built()
    lock = (folder.root / "decks/private/anna/notes.lock").read_text()
    deck_lines = [line for line in lock.splitlines() if line.startswith("deck\t")]
    assert len(deck_lines) == 1
    assert deck_lines[0].startswith("deck\tanna-7f3k\t")
    owners_in_lock = {
        line.split("\t")[1] for line in lock.splitlines() if line.startswith("note\t")
    }
    assert owners_in_lock == {"anna-7f3k", "acme-1a2b", "beta-3c4d"}
    assert [p.as_posix() for p in (folder.root / "decks").rglob("notes.lock")] == [
        (folder.root / "decks/private/anna/notes.lock").as_posix()
    ]
    assert folder.build(NOON + DAY).locks == ()


def test_notes_that_a_person_continues_keep_the_old_key(project: MakeProject) -> None:
    folder = project(
        {"decks/private/acme/role.yaml": ACME.replace("role:", "role:\n      extends: agent")}
    )
    folder.built()
    before = {n.guid: n.digest for n in deck(folder, "acme").notes}
    (folder.root / "decks/private/acme/role.yaml").unlink()
    continued = "[csat, average-handle-time, empathy, complaint-steps, angry-customer-story]"
    me = f"""
        me:
          title: Anna
          key: anna-7f3k
          extends: agent
          continues:
            acme-1a2b: {continued}
        """
    folder.write({"decks/private/anna/me.yaml": me, "decks/private/anna/acme.yaml": ACME})
    assert {n.guid: n.digest for n in deck(folder, "acme").notes} == before


def test_per_role_that_is_taken_back_is_a_fault(project: MakeProject) -> None:
    folder = project(BOTH)
    per_role = "  extends: agent\n  per_role: [csat]\n"
    folder.edit("decks/private/anna/me.yaml", "  extends: agent\n", per_role)
    folder.built()
    folder.edit("decks/private/anna/me.yaml", per_role, "  extends: agent\n")
    assert faults(folder, NOON + DAY) == [
        "decks/private/anna/acme/role.yaml:1:1 note-changes-owner: 1 note of `csat` was `acme`'s"
        " own; `anna`'s is a new one, without reviews",
        "decks/private/anna/beta.yaml:1:1 note-changes-owner: 1 note of `csat` was `beta`'s own;"
        " `anna`'s is a new one, without reviews",
    ]


def test_per_role_for_a_note_that_was_built_is_a_fault(project: MakeProject) -> None:
    folder = project(ONE)
    folder.built()
    folder.edit(
        "decks/private/anna/me.yaml", "  extends: agent\n", "  extends: agent\n  per_role: [csat]\n"
    )
    assert faults(folder, NOON + DAY) == [
        "decks/private/anna/me.yaml:5:14 note-changes-owner: `csat` was a note of `anna`, and is"
        " now `acme`'s own by `per_role`: it would begin anew"
    ]


def test_another_key_of_a_person_is_a_fault(project: MakeProject) -> None:
    folder = project(BOTH)
    folder.built()
    folder.edit("decks/private/anna/me.yaml", "key: anna-7f3k", "key: anna-2")
    assert {d.rule for d in folder.build(NOON + DAY).findings} == {"role-key-changed"}


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param(
            {"decks/private/anna/me.yaml": "me:\n  title: Anna\n"},
            ["decks/private/anna/me.yaml:1:1 missing-key: `key` is missing"],
            id="no key",
        ),
        pytest.param(
            {"decks/private/anna/me.yaml": "me:\n  title: Anna\n  key: a\n  extends: agnt\n"},
            ["decks/private/anna/me.yaml:4:12 unknown-role: no role is called `agnt`"],
            id="extends nothing",
        ),
        pytest.param(
            {"decks/private/anna/me.yaml": "me:\n  title: Anna\n  key: a\n  per_role: [cst]\n"},
            ["decks/private/anna/me.yaml:4:14 unknown-reference: no definition is called `cst`"],
            id="per_role of nothing",
        ),
        pytest.param(
            {"decks/private/anna/me.yaml": "me:\n  title: Anna\n  key: a\nrole:\n  title: Anna\n"},
            ["decks/private/anna/me.yaml:4:1 unknown-section: unknown section `role`"],
            id="a role in the person's own file",
        ),
        pytest.param(
            {
                "decks/private/acme/role.yaml": "role:\n  title: A\n  extends: agent\nme:\n  key: a\n"
            },
            ["decks/private/acme/role.yaml:4:1 unknown-section: unknown section `me`"],
            id="me in a role",
        ),
        pytest.param(
            {
                "decks/private/anna/me.yaml": "me:\n  title: Anna\n  key: a\n  extends: agent\n",
                "decks/private/anna/acme.yaml": "role:\n  title: A\n  notes: shared\n",
            },
            [
                "decks/private/anna/acme.yaml:3:3 unknown-key: `notes` has no effect in a role of a"
                " person"
            ],
            id="a key that only the person has",
        ),
        pytest.param(
            {
                "decks/private/anna/me.yaml": "me:\n  title: Anna\n  key: a\n  extends: agent\n",
                "decks/private/anna/agent.yaml": "role:\n  title: A\n",
            },
            [
                "decks/private/anna/agent.yaml:1:1 duplicate-id: the role `agent` is defined twice,"
                " first at decks/roles/agent.yaml:1:1"
            ],
            id="a role's id twice",
        ),
    ],
)
def test_faults_of_persons_are_located(
    project: MakeProject, files: Files, expected: list[str]
) -> None:
    assert faults(project(files)) == expected


def test_a_misspelled_id_in_a_persons_file_has_the_nearest_one_in_its_help(
    project: MakeProject,
) -> None:
    me = "me:\n  title: Anna\n  key: a\n  per_role: [complaint-step]\n"
    (finding,) = project({"decks/private/anna/me.yaml": me}).build().findings
    assert finding.help == "did you mean `complaint-steps`?"


def test_a_person_without_roles_is_no_fault(project: MakeProject) -> None:
    folder = project({"decks/private/anna/me.yaml": ME})
    assert not folder.build().findings


def test_two_roles_that_answer_one_shared_note_differently_are_faults(
    project: MakeProject,
) -> None:
    roles: Files = {
        f"decks/private/{id}/role.yaml": f"role:\n  title: {id}\n  extends: agent\n  notes: shared\n"
        f"my_answers:\n  complaint-steps: I am from {id}.\n"
        for id in ("acme", "beta")
    }
    folder = project(roles)
    assert faults(folder) == [
        f"decks/private/{here}/role.yaml:6:3 two-contents: `complaint-steps` is one note, and reads"
        f" otherwise in `{there}`, at decks/private/{there}/role.yaml:6:3"
        for here, there in (("acme", "beta"), ("beta", "acme"))
    ]
    blocked = {p.role for p in folder.build().packages if p.state == "blocked"}
    assert blocked == {"acme", "beta"}


# --- the plan -----------------------------------------------------------------------------------


def fitting(folder: ProjectFolder, role: str) -> tuple[set[str], set[str], int]:
    """GUIDs of the notes that a role studies in time, of those that wait, and new cards a day."""
    compiled = deck(folder, role)
    assert compiled.preset is not None
    packed = {note.guid for note in compiled.notes}
    return packed, {note.guid for note in compiled.waiting}, compiled.preset.new_a_day


def test_a_person_with_one_role_has_the_plan_that_the_role_had_alone(project: MakeProject) -> None:
    minutes = "\n      minutes_per_day: 5"
    short = ACME.replace("2026-12-21", "2026-12-04")
    alone = short.replace("title: Acme", f"title: Acme\n      extends: agent{minutes}")
    folder = project({"decks/private/acme.yaml": alone})
    compiled = deck(folder, "acme")
    folder.write(
        {
            "decks/private/acme.yaml": None,
            "decks/private/anna/acme.yaml": short,
            "decks/private/anna/me.yaml": """
                me:
                  title: Anna
                  key: anna-7f3k
                  extends: agent
                  minutes_per_day: 5
                """,
        }
    )
    below = deck(folder, "acme")
    assert compiled.waiting, "there is too little time for all"
    for old, new in ((compiled.notes, below.notes), (compiled.waiting, below.waiting)):
        assert [n.first_id for n in old] == [n.first_id for n in new]
    assert compiled.order == below.order
    assert compiled.preset is not None
    assert below.preset is not None
    assert compiled.preset.new_a_day == below.preset.new_a_day


def test_the_second_interview_has_the_minutes_that_the_first_one_leaves(
    project: MakeProject,
) -> None:
    folder = project(BOTH)
    me = "decks/private/anna/me.yaml"
    folder.edit(me, "  extends: agent\n", "  extends: agent\n  minutes_per_day: 5\n")
    folder.edit("decks/private/anna/beta.yaml", "2026-12-11", "2026-12-05")
    folder.edit("decks/private/anna/acme/role.yaml", "2026-12-21", "2026-12-06")
    beta, beta_waits, new_a_day = fitting(folder, "beta")
    acme, acme_waits, same_new_a_day = fitting(folder, "acme")
    assert new_a_day == same_new_a_day
    assert not beta & acme_waits, "what one package brings does not wait in the other"
    folder.write({"decks/private/anna/beta.yaml": None})
    alone, _, _ = fitting(folder, "acme")
    assert len(acme - beta) < len(alone), "the minutes are shared"
    folder.write({"decks/private/anna/beta.yaml": BETA.replace("2026-12-11", "2026-12-05")})
    folder.write({"decks/private/anna/acme/role.yaml": None})
    assert fitting(folder, "beta")[0] == beta, "the nearer interview has what it would have alone"
    assert beta_waits


# --- commands -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "command",
    [
        "check",
        "build beta",
        "build anna",
        "build --output csv",
        "ls",
        "ls --role beta",
        "check anna",
        "ls --role anna",
        "plan beta",
        "plan anna",
        "plan anna --today 2026-12-05 --format json",
        "stories anna",
        "preview anna",
        "stories --all",
        "stories beta",
        "sheet beta",
        "preview beta",
        "diff build/private/beta.apkg",
        "diff build/private/acme.apkg",
        "verify build/private/beta.apkg",
        "build --relock build/private/beta.apkg",
        "schema",
    ],
)
def test_commands_know_persons(project: MakeProject, command: str) -> None:
    folder = project(BOTH)
    folder.built()
    run = prepdeck(*command.split(), cwd=folder.root)
    assert run.returncode == 0, run.stdout + run.stderr
    if command.startswith("diff"):
        assert run.stdout == "Test Decks::Anna: nothing changes\n"
    if "relock" in command:
        assert (
            not (folder.root / ".prepdeck/local.lock").exists()
            or "anna" not in (folder.root / ".prepdeck/local.lock").read_text()
        )


@pytest.mark.parametrize("command", ["sheet", "ls --why csat --role"])
def test_a_command_for_one_role_asks_a_person_for_a_role(
    project: MakeProject, command: str
) -> None:
    folder = project({**BOTH, **HOUSE})
    run = prepdeck(*command.split(), "anna", cwd=folder.root)
    assert run.returncode == 2
    assert "`anna` is a person, and has no deck without a role" in run.stderr
    assert "name one of the roles: `acme`, `beta`" in " ".join(run.stderr.split())
    assert prepdeck(*command.split(), "_house", cwd=folder.root).returncode == 2


def test_a_shell_completes_the_roles_of_a_person(project: MakeProject) -> None:
    folder = project({**BOTH, **HOUSE, "decks/private/solo.yaml": "role:\n  title: Solo\n"})
    assert roles_at(folder.root) == (["agent"], ["acme", "beta", "solo"])
