"""`prepdeck diff`: what it says an import does is what the real Anki does."""

from __future__ import annotations

import json
import os
import pty
import re
import shutil
import sqlite3
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from conftest import NOON, MakeProject, ProjectFolder
from learner import learner
from markdown_it import MarkdownIt
from test_cli import CUSTOMER, prepdeck
from test_reference import section
from test_verify import spoilt

from builder.commands.diff.compare import FieldChange, NoteChange, NoteSummary
from builder.commands.diff.run import diff, diff_with_project
from builder.commands.diff.text import diff_markdown, diff_text
from builder.commands.diff.words import marked_words
from builder.findings import PrepdeckError
from builder.package import read_package

LATER = NOON + 86_400

MORE = {
    "decks/lines.yaml": """
        lines:
          on-hold:
            they_say: I have been on hold for ages!
            you_say: That is far too long. I stay with you now.
            pass_if: the wait comes first
        """,
    "decks/roles/agent.yaml": """
        role:
          title: Agent
          core:
            - {kind: question}
          add:
            - {kind: [kpi, skill, line]}
        """,
    "decks/roles/lead.yaml": """
        role:
          title: Lead
          core:
            - {kind: question}
          add:
            - {kind: skill}
        """,
}


def kept(path: Path, name: str = "old.apkg") -> Path:
    """A copy of a package, which the next build does not replace."""
    copy = path.parents[1] / name
    shutil.copyfile(path, copy)
    return copy


def with_fields(path: Path, name: str, others: tuple[str, ...]) -> Path:
    """A copy in which the note type of skills has others in place of a field, and a new text."""
    with zipfile.ZipFile(path) as archive:
        raw = archive.read("collection.anki2")
    database = sqlite3.connect(":memory:")
    database.deserialize(raw)
    models = json.loads(database.execute("select models from col").fetchone()[0])
    (skill,) = [model for model in models.values() if model["name"].endswith(": Skill")]
    (place,) = [n for n, field in enumerate(skill["flds"]) if field["name"] == name]
    field = skill["flds"][place]
    skill["flds"][place : place + 1] = [
        {**field, "name": other, "id": field["id"] + n} for n, other in enumerate(others)
    ]
    skill["mod"] += 1
    for template in skill["tmpls"]:
        for side in ("qfmt", "afmt"):
            template[side] = template[side].replace(name, others[0])
    for n, field in enumerate(skill["flds"]):
        field["ord"] = n
    said = json.dumps(models).replace("'", "''")
    return spoilt(
        path,
        f"update col set models = '{said}'",
        "update notes set mod = mod + 1, flds = replace(flds, 'Empathy', 'True empathy')"
        f" || '{chr(31) * (len(others) - 1)}' where mid = {skill['id']}",
    )


def named(entries: tuple[NoteSummary, ...]) -> list[str]:
    return [f"{entry.id} ({entry.notetype})" for entry in entries]


def changes(changed: tuple[NoteChange, ...]) -> list[str]:
    return named(tuple(change.note for change in changed))


def updated(project: MakeProject) -> tuple[ProjectFolder, Path]:
    """A project after its first build, with a change of every sort: and the package from before."""
    deck = project(dict(MORE))  # type: ignore[arg-type]
    old = kept(deck.built(NOON, "agent"))
    deck.edit(CUSTOMER, "offer two ways out", "offer three ways out")
    deck.edit(
        CUSTOMER,
        "Tell me about an angry customer.",
        r"Tell me about an <em> & \*very\* angry customer.",
    )
    deck.edit("decks/kpis.yaml", "trap: Lower is", "trap: Lower, too, is")
    deck.edit(
        "decks/skills.yaml",
        "topics: [customer/difficult-customers]",
        "topics: [customer/difficult-customers, customer/complaints]",
    )
    deck.edit("decks/lines.yaml", "on-hold:\n", "on-hold:\n    retired: nobody calls\n")
    deck.write(
        {"decks/cards.yaml": "cards:\n  sun:\n    front: What follows the sun?\n    back: We.\n"}
    )
    deck.edit("decks/roles/agent.yaml", "[kpi, skill, line]", "[question, kpi, skill, line, card]")
    # No longer core: its "Your answer" goes, its question stays.
    deck.edit("decks/roles/agent.yaml", "{kind: question}", "{id: angry-customer-story}")
    return deck, old


def test_each_note_is_in_the_list_that_it_belongs_to(project: MakeProject) -> None:
    deck, old = updated(project)
    made = diff(old, deck.built(LATER, "agent"))
    assert (made.deck, made.old_deck) == ("Test Decks::Agent", "Test Decks::Agent")
    assert named(made.added) == ["sun (Card)"]
    assert changes(made.reworded) == [
        "average-handle-time (KPI)",
        "angry-customer-story (Question)",
        "angry-customer-story (Your answer)",
        "complaint-steps (Question)",
    ]
    assert changes(made.retagged) == ["empathy (Skill)"]
    assert made.retagged[0].new_tags == ("topic::customer::complaints",)
    assert named(made.left_out) == ["on-hold (Live line)", "complaint-steps (Your answer)"]
    assert (made.late, made.restamped, made.notetypes) == ((), (), ())


def test_an_import_adds_and_updates_what_the_diff_says(
    project: MakeProject, tmp_path: Path
) -> None:
    deck, old = updated(project)
    new = deck.built(LATER, "agent")
    made = diff(old, new)
    with learner(tmp_path / "anna") as anna:
        anna.imports(old)
        before = set(anna.ids())
        log = anna.imports(new)
        assert (log.new, log.updated) == (len(made.added), len(made.changed)) == (1, 5)
        assert log.conflicting == 0
        assert set(anna.ids()) - before == {entry.id for entry in made.added}


@pytest.mark.parametrize("title", ["Test Decks", r"A_b * \c (d) or 'e' and -f:g"])
def test_the_search_finds_exactly_what_was_left_out(
    project: MakeProject, tmp_path: Path, title: str
) -> None:
    deck, old = updated(project)
    settings = deck.root / "decks/deck.yaml"
    settings.write_text(
        settings.read_text().replace("Test Decks", f'"{title}"'.replace("\\", r"\\"))
    )
    deck.edit("decks/lines.yaml", "    retired: nobody calls\n", "")
    deck.build(NOON - 50)
    old = kept(deck.package("agent"))
    deck.edit("decks/lines.yaml", "on-hold:\n", "on-hold:\n    retired: nobody calls\n")
    deck.edit("decks/kpis.yaml", "csat:\n", "csat:\n    retired: nobody counts\n")
    deck.edit("decks/kpis.yaml", "hurts: csat", "hurts: average-handle-time")
    deck.edit("decks/roles/agent.yaml", "core:\n    - {id: angry-customer-story}\n  add:", "add:")
    deck.build(LATER)
    made = diff(old, deck.package("agent"))
    assert len(made.left_out) == 3
    gone = {n.guid for n in read_package(old).notes} - {
        n.guid for n in read_package(deck.package("agent")).notes
    }
    with learner(tmp_path / "anna") as anna:
        anna.imports(old)
        # Another project's notes may have the same ids, and a learner their own.
        other = anna.collection.models.by_name("Basic")
        assert other is not None
        mine = anna.collection.new_note(other)
        mine["Front"] = "Id:on-hold"
        anna.collection.add_note(mine, anna.collection.decks.id("Mine"))  # type: ignore[arg-type]
        anna.imports(deck.package("agent"))
        found = anna.collection.find_notes(made.search)
        assert {anna.collection.get_note(id).guid for id in found} == gone


def test_a_search_names_the_note_type_as_the_import_leaves_it(
    project: MakeProject, tmp_path: Path
) -> None:
    deck = project({})
    old = kept(deck.built(NOON))
    deck.edit("decks/deck.yaml", "title: Test Decks", "title: Better Decks")
    deck.edit("decks/kpis.yaml", "csat:\n", "csat:\n    retired: nobody counts\n")
    deck.edit("decks/kpis.yaml", "hurts: csat", "hurts: average-handle-time")
    deck.edit("decks/skills.yaml", "empathy:\n", "empathy:\n    retired: nobody shows it\n")
    made = diff(old, deck.built(LATER))
    assert named(made.left_out) == ["csat (KPI)", "empathy (Skill)"]
    assert '"note:Better Decks: KPI"' in made.search
    assert '"note:Test Decks: Skill"' in made.search
    with learner(tmp_path / "anna") as anna:
        anna.imports(old)
        anna.imports(deck.package())
        assert anna.ids(made.search) == ["csat", "empathy"]


def test_a_new_name_of_a_definition_is_no_change(project: MakeProject) -> None:
    deck = project({})
    old = kept(deck.built(NOON))
    deck.edit(CUSTOMER, "complaint-steps:\n", "taking-complaints:\n    was: complaint-steps\n")
    made = diff(old, deck.built(LATER))
    assert made.is_empty
    assert list(diff_text(made)) == ["Test Decks::Agent: nothing changes"]
    assert list(diff_markdown(made)) == ["Nothing changes."]


def test_a_card_more_and_a_card_less_are_told(project: MakeProject) -> None:
    follow_up = """\
    follow_ups:
      - ask: What if they refuse both?
        point: ask what would be fair
"""
    deck = project({})
    old = kept(deck.built(NOON))
    deck.edit(CUSTOMER, follow_up, "")
    new = kept(deck.built(LATER), "new.apkg")
    assert diff(old, new).changed[0].lost_cards == ("They push back",)
    (change,) = diff(new, old).changed
    assert change.new_cards == ("They push back",)
    assert "      new card: They push back" in list(diff_text(diff(new, old)))


def test_another_first_topic_is_a_new_tag_and_no_rewording(project: MakeProject) -> None:
    deck = project({})
    old = kept(deck.built(NOON))
    deck.edit("decks/skills.yaml", "customer/difficult-customers", "customer/complaints")
    made = diff(old, deck.built(LATER))
    assert changes(made.retagged) == ["empathy (Skill)"]
    assert made.reworded == ()
    deck.edit("decks/topics.yaml", "complaints: Complaints", "complaints: When they complain")
    made = diff(kept(deck.package()), deck.built(LATER + 60))
    assert changes(made.reworded) == ["complaint-steps (Question)", "empathy (Skill)"]


def test_long_fronts_are_cut_and_texts_are_not(project: MakeProject) -> None:
    deck = project({})
    old = kept(deck.built(NOON))
    long = "Tell me about an angry customer " + "who rang, and then wrote, " * 4
    deck.edit(CUSTOMER, "Tell me about an angry customer.", f'"{long.strip()}"')
    made = diff(old, deck.built(LATER))
    fronts = [line.split("  question  ")[1] for line in diff_text(made) if "  question  " in line]
    cut = "Tell me about an angry customer who rang, and then wrote, who rang, …"
    assert fronts == [cut, cut]
    assert f"- {cut} (Question, Your answer)" in list(diff_markdown(made))
    assert f"{{+customer {'who rang, and then wrote, ' * 4}".strip() in "\n".join(diff_text(made))


def test_a_line_of_a_diff_is_as_wide_as_the_terminal_and_whole_in_a_pipe(
    project: MakeProject,
) -> None:
    deck = project({})
    old = kept(deck.built(NOON))
    long = "Tell me about an angry customer " + "who rang, and then wrote, " * 4
    deck.edit(CUSTOMER, "Tell me about an angry customer.", f'"{long.strip()}"')
    deck.built(LATER)
    args = ("diff", str(old), str(deck.package()))
    narrow = prepdeck(*args, cwd=deck.root, COLUMNS="80").stdout.splitlines()
    whole = prepdeck(*args, cwd=deck.root).stdout.splitlines()
    row = "  angry-customer-story  Question     question  Tell me about an angry customer"
    assert f"{row} who rang, and then wrote, who rang, …" in whole
    assert f"{row}…" in narrow


def test_the_search_of_a_role_with_notes_of_its_own_finds_them_in_no_other_deck(
    project: MakeProject,
) -> None:
    role = "role:\n  title: Acme\n  extends: agent\n  key: acme-1\n"
    deck = project({"decks/private/acme/role.yaml": role})
    old = kept(deck.built(NOON, "acme"))
    deck.write({"decks/private/acme/role.yaml": role + "  drop:\n    - {kind: skill}\n"})
    told = "\n".join(diff_text(diff(old, deck.built(LATER, "acme"))))
    assert '"note:Test Decks: Skill" "Id:re:^acme-1/(?:empathy)$"' in told
    assert "other decks" not in told
    shared = kept(deck.built(NOON, "agent"), "agent.apkg")
    deck.edit("decks/skills.yaml", "empathy:\n", "empathy:\n    retired: nobody shows it\n")
    assert "other decks" in "\n".join(diff_text(diff(shared, deck.built(LATER, "agent"))))


def test_without_a_second_package_the_project_is_compared(project: MakeProject) -> None:
    deck, old = updated(project)
    before = {p: p.read_bytes() for p in deck.root.rglob("*") if p.is_file()}
    run = prepdeck(
        "diff", str(old), "--format", "json", cwd=deck.root, SOURCE_DATE_EPOCH=str(LATER)
    )
    assert run.returncode == 0
    assert {p: p.read_bytes() for p in deck.root.rglob("*") if p.is_file()} == before
    new = deck.built(LATER, "agent")
    assert prepdeck("diff", str(old), str(new), "--format", "json").stdout == run.stdout
    assert len(json.loads(run.stdout)["changed"]) == 5


def test_a_deck_in_memory_is_read_as_its_package_is(
    project: MakeProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    deck = project(dict(MORE))  # type: ignore[arg-type]
    package = deck.built(NOON, "agent")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(LATER))
    made, faults = diff_with_project(package, deck.root)
    assert faults == ()
    assert made is not None
    assert made.is_empty
    # To the tag, the card and the second: else some would be told as newer, or as not newer.
    assert (made.restamped, made.changed, made.notetypes) == ((), (), ())


def test_before_a_release_its_own_times_count(
    project: MakeProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Changed and taken back between two releases: a release gives the old time again, a build a
    new one, for those who follow the builds."""
    deck = project({})
    released = kept(deck.built(NOON, release=True), "released.apkg")
    deck.edit("decks/skills.yaml", "name the wait", "say the wait")
    local = kept(deck.built(NOON + 10), "local.apkg")
    deck.edit("decks/skills.yaml", "say the wait", "name the wait")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(LATER))
    made, _ = diff_with_project(released, deck.root)
    assert made is not None
    assert (made.is_empty, made.restamped) == (True, ())
    made, _ = diff_with_project(local, deck.root)
    assert made is not None
    assert (changes(made.changed), made.late) == (["empathy (Skill)"], ())


def test_a_change_that_anki_would_skip_is_told_and_relock_mends_it(
    project: MakeProject, tmp_path: Path
) -> None:
    deck = project({})
    old = kept(deck.built(LATER))
    # On another computer, whose clock is behind.
    shutil.rmtree(deck.root / ".prepdeck")
    deck.edit("decks/skills.yaml", "name the wait", "say the wait")
    bad = kept(deck.built(NOON), "bad.apkg")
    run = prepdeck("diff", str(old), str(bad))
    assert run.returncode == 0
    assert (
        "warning: 1 changed note is not newer than in the old package, so Anki skips the change: "
        "empathy (Skill)\n  help: if the two packages are not swapped, take the times from the old "
        f"package and build again: prepdeck build --relock {old}\n"
    ) in run.stderr
    assert "not every change arrives" in run.stderr
    with learner(tmp_path / "anna") as anna:
        anna.imports(old)
        assert anna.imports(bad).updated == 0
        mend = prepdeck("build", "--relock", str(old), cwd=deck.root, SOURCE_DATE_EPOCH=str(LATER))
        assert mend.returncode == 0
        run = prepdeck("diff", str(old), str(deck.package()))
        assert "warning" not in run.stderr
        assert run.stderr == "1 note reworded; an import brings every change\n"
        assert anna.imports(deck.package()).updated == 1


def test_unchanged_notes_that_are_newer_are_told(project: MakeProject) -> None:
    cards = "".join(f"  c-{n:02}:\n    front: What is {n}?\n    back: N.\n" for n in range(10))
    deck = project({"decks/cards.yaml": f"cards:\n{cards}"})
    deck.edit("decks/roles/agent.yaml", "[question, kpi, skill]", "[question, kpi, skill, card]")
    old = kept(deck.built(NOON))
    shutil.rmtree(deck.root / ".prepdeck")
    shutil.rmtree(deck.root / "build")
    run = prepdeck("diff", str(old), str(deck.built(LATER)))
    assert run.stdout == "Test Decks::Agent: nothing changes\n"
    # Not "Your answer": what its learner did is newer in any case.
    assert (
        "warning: 15 unchanged notes are newer than in the old package, so an import" in run.stderr
    )
    assert "c-00 (Card), c-01 (Card)" in run.stderr
    assert "average-handle-time (KPI), csat (KPI) and 3 more\n" in run.stderr
    assert "Your answer" not in run.stderr


def test_an_answer_taken_out_is_no_fault_of_the_times(project: MakeProject, tmp_path: Path) -> None:
    role = "role:\n  title: Acme\n  extends: agent\n  key: acme-1\n"
    answer = "my_answers:\n  angry-customer-story: |\n    The night of the parcels.\n"
    deck = project({"decks/private/acme/role.yaml": role + answer})
    old = kept(deck.built(NOON, "acme"))
    deck.write({"decks/private/acme/role.yaml": role})
    made = diff(old, deck.built(LATER, "acme"))
    (change,) = made.changed
    assert change.fields == (FieldChange("Answer", "The night of the parcels.", ""),)
    assert change.late
    assert made.late == ()
    text = "\n".join(diff_text(made))
    assert "Answer: [-The night of the parcels.-]" in text
    assert "who already have the note do not get this change" in text
    with learner(tmp_path / "anna") as anna:
        anna.imports(old)
        assert anna.imports(deck.root / "build/private/acme.apkg").updated == 0


def test_a_personal_note_keeps_what_its_learner_wrote(project: MakeProject) -> None:
    deck = project({})
    old = kept(deck.built(NOON))
    deck.edit(CUSTOMER, "Tell me about an angry", "Tell us about an angry")
    told = list(diff_text(diff(old, deck.built(LATER))))
    remark = "      learners who wrote in the note or tagged it keep it as it is"
    assert told.count(remark) == 1
    assert "[-me-] {+us+}" in told[told.index(remark) - 1]
    assert "Your answer" in told[told.index(remark) - 2]


def test_a_new_look_touches_no_note(project: MakeProject, tmp_path: Path) -> None:
    deck = project({})
    old = kept(deck.built(NOON))
    shutil.copytree(Path(__file__).parent.parent / "templates/skill", deck.root / "templates/skill")
    (deck.root / "templates/skill/style.css").write_text(".card { color: navy }\n")
    made = diff(old, deck.built(LATER))
    assert [(c.name, c.refused, c.late) for c in made.notetypes] == [("Skill", False, False)]
    assert (made.changed, made.restamped) == ((), ())
    assert "new look: Skill" in list(diff_text(made))
    assert "- New look: Skill" in list(diff_markdown(made))


def test_changes_in_the_same_second_are_skipped_and_told(
    project: MakeProject, tmp_path: Path
) -> None:
    deck = project({})
    old = deck.built(NOON)
    new = spoilt(
        old,
        "update notes set flds = replace(flds, 'name the wait', 'say the wait')",
        "update col set models = replace(models, '--day:', '--dawn:')",
    )
    run = prepdeck("diff", str(old), str(new))
    assert "1 changed note is not newer" in run.stderr
    types = "KPI, Question, Skill, Your answer"
    assert f"the new look of {types} is not newer than in the old package" in run.stderr
    # Which of two is the older nobody can tell.
    assert "swapped" not in run.stderr
    with learner(tmp_path / "anna") as anna:
        anna.imports(old)
        assert anna.imports(new).updated == 0
        assert all("--dawn:" not in one.css for one in anna.content.notetypes.values())


@pytest.mark.parametrize(
    ("name", "also"), [("Topic", ("Theme",)), ("Spare 2", ("Spare 2", "Once more"))]
)
def test_other_fields_are_refused_and_other_names_are_not(
    project: MakeProject, tmp_path: Path, name: str, also: tuple[str, ...]
) -> None:
    deck = project({})
    old = kept(deck.built(NOON))
    new = with_fields(deck.package(), name, also)
    run = prepdeck("diff", str(old), str(new), "--format", "json")
    assert run.returncode == 0
    told = json.loads(run.stdout)
    refused = len(also) > 1
    assert told["note_types"] == [{"name": "Skill", "refused": refused, "late": False}]
    assert [change["fields"] for change in told["changed"]] == [
        {"Name": {"old": "Empathy", "new": "True empathy"}}
    ]
    warning = "warning: the fields or cards of Skill differ from the old package"
    assert (warning in run.stderr) == refused
    with learner(tmp_path / "anna") as anna:
        anna.imports(old)
        log = anna.imports(new)
        assert (log.updated, log.conflicting) == ((0, 1) if refused else (1, 0))


def test_a_new_title_of_the_deck_is_told(project: MakeProject) -> None:
    deck = project({})
    old = kept(deck.built(NOON))
    deck.edit("decks/roles/agent.yaml", "title: Agent", "title: Support Agent")
    told = list(diff_text(diff(old, deck.built(LATER))))
    assert told[0] == "Test Decks::Support Agent"
    assert "renamed: the deck was called Test Decks::Agent" in told


def test_two_roles_are_not_compared(project: MakeProject) -> None:
    deck = project(dict(MORE))  # type: ignore[arg-type]
    deck.build(NOON)
    run = prepdeck("diff", str(deck.package("agent")), str(deck.package("lead")))
    assert (run.returncode, run.stdout) == (2, "")
    assert "is `Test Decks::Lead`, two decks of one project" in run.stderr


def test_two_projects_are_not_compared(project: MakeProject) -> None:
    deck = project({})
    old = kept(deck.built(NOON))
    deck.edit("decks/deck.yaml", "namespace: test-decks", "namespace: other-decks")
    shutil.rmtree(deck.root / ".prepdeck")
    run = prepdeck("diff", str(old), str(deck.built(LATER)))
    assert (run.returncode, run.stdout) == (2, "")
    assert "decks of two projects" in run.stderr
    run = prepdeck("diff", str(old), cwd=deck.root)
    assert (run.returncode, run.stdout) == (2, "")
    assert "is `Test Decks::Agent`, a deck of another project" in run.stderr


def test_a_role_that_the_project_has_not_any_more_is_told(project: MakeProject) -> None:
    deck = project(dict(MORE))  # type: ignore[arg-type]
    old = kept(deck.built(NOON, "lead"))
    deck.write({"decks/roles/lead.yaml": None})
    with pytest.raises(
        PrepdeckError, match="`Test Decks::Lead`, which no role of this project builds"
    ):
        diff_with_project(old, deck.root)


def test_a_retired_role_says_why_it_has_no_deck(project: MakeProject) -> None:
    deck = project(dict(MORE))  # type: ignore[arg-type]
    old = kept(deck.built(NOON, "lead"))
    deck.edit("decks/roles/lead.yaml", "title: Lead", "title: Lead\n  retired: nobody leads")
    with pytest.raises(PrepdeckError, match="the role `lead` is retired: nobody leads"):
        diff_with_project(old, deck.root)


def test_faults_of_the_role_come_instead_of_a_diff(project: MakeProject) -> None:
    deck = project(dict(MORE))  # type: ignore[arg-type]
    old = kept(deck.built(NOON, "lead"))
    deck.edit("decks/kpis.yaml", "gives: 82", "gives: 81")
    assert prepdeck("diff", str(old), cwd=deck.root).returncode == 0
    deck.edit("decks/skills.yaml", "name: Empathy", "nam: Empathy")
    run = prepdeck("diff", str(old), cwd=deck.root)
    assert (run.returncode, run.stdout) == (1, "")
    assert "error[unknown-key]" in run.stderr
    assert "arithmetic" not in run.stderr


@pytest.mark.parametrize("content", [b"", b"nothing", b"PK\5\6" + bytes(18)])
def test_a_file_that_is_no_package_exits_with_2(
    project: MakeProject, tmp_path: Path, content: bytes
) -> None:
    good = project({}).built(NOON)
    bad = tmp_path / "bad.apkg"
    bad.write_bytes(content)
    for pair in ((bad, good), (good, bad)):
        run = prepdeck("diff", *map(str, pair))
        assert (run.returncode, run.stdout) == (2, "")
        assert "is not a package that prepdeck wrote" in run.stderr


@pytest.mark.parametrize(
    "statement",
    [
        "delete from notes",
        "update notes set flds = replace(flds, 'empathy', 'Empathy (mine)')",
        "update notes set mid = 5",
        "update col set models = '[]'",
        "update col set decks = '{\"1\": 1}'",
        "delete from col",
        "delete from cards",
    ],
)
def test_a_spoilt_package_exits_with_2_and_no_traceback(
    project: MakeProject, statement: str
) -> None:
    good = project({}).built(NOON)
    run = prepdeck("diff", str(good), str(spoilt(good, statement)))
    assert (run.returncode, run.stdout) == (2, "")
    assert "Traceback" not in run.stderr
    assert "prepdeck: " in run.stderr


def test_a_package_of_another_program_is_told(tmp_path: Path) -> None:
    with learner(tmp_path / "anna") as anna:
        basic = anna.collection.models.by_name("Basic")
        assert basic is not None
        note = anna.collection.new_note(basic)
        note["Front"] = "What?"
        anna.collection.add_note(note, anna.collection.decks.id("Mine"))  # type: ignore[arg-type]
        path = tmp_path / "mine.apkg"
        from anki.collection import ExportAnkiPackageOptions

        anna.collection.export_anki_package(
            out_path=str(path), options=ExportAnkiPackageOptions(legacy=True), limit=None
        )
    run = prepdeck("diff", str(path), str(path))
    assert (run.returncode, run.stdout) == (2, "")
    assert "prepdeck's" in run.stderr
    assert zipfile.is_zipfile(path)


@pytest.mark.parametrize(
    ("old", "new", "shown"),
    [
        ("one two three", "one 2 three", "one [-two-] {+2+} three"),
        ("", "all new", "{+all new+}"),
        ("all gone", "", "[-all gone-]"),
        ("listen\nwait", "listen\nlook\nwait", "listen / {+look /+} wait"),
        ("same", "same", "only its formatting"),
        ("a b c d e", "v w x y c", "[-a b c d e-] {+v w x y c+}"),
        (
            "a b c d e f g h i j k l m n o x",
            "a b c d e f g h i j k l m n o y",
            "… j k l m n o [-x-] {+y+}",
        ),
        (
            "x a b c d e f g h i j k l m n o z",
            "y a b c d e f g h i j k l m n o z z",
            "[-x-] {+y+} a b c d e f … k l m n o z {+z+}",
        ),
    ],
)
def test_words_that_changed_are_marked(old: str, new: str, shown: str) -> None:
    assert marked_words(FieldChange("Answer", old, new)) == shown


def test_colours_are_for_terminals_and_brackets_for_the_rest(project: MakeProject) -> None:
    deck, old = updated(project)
    new = deck.built(LATER, "agent")

    def on_a_terminal(**environment: str) -> str:
        ours, theirs = pty.openpty()
        free = {name: value for name, value in os.environ.items() if name != "NO_COLOR"}
        subprocess.run(
            [sys.executable, "-m", "builder", "diff", str(old), str(new)],
            stdout=theirs,
            stderr=subprocess.DEVNULL,
            env={**free, **environment},
            check=True,
        )
        os.close(theirs)
        told = b""
        try:
            while part := os.read(ours, 65536):
                told += part
        except OSError:  # as Linux says that all is read
            pass
        os.close(ours)
        return told.decode()

    coloured = on_a_terminal()
    assert "\x1b[32mthree\x1b[0m" in coloured
    assert "{+" not in coloured
    for plain in (on_a_terminal(NO_COLOR="1"), prepdeck("diff", str(old), str(new)).stdout):
        assert "\x1b" not in plain
        assert "offer [-two-] {+three+} ways out" in plain


def test_markdown_is_a_changelog_that_reads_as_it_was_meant(project: MakeProject) -> None:
    deck, old = updated(project)
    made = diff(old, deck.built(LATER, "agent"))
    text = "\n".join(diff_markdown(made))
    assert re.findall("^### (.*)", text, re.MULTILINE) == ["Added", "Changed", "Removed"]
    html = MarkdownIt("commonmark").enable("strikethrough").render(text)
    assert "<em>" not in html
    assert "(Question, Your answer)" in html
    assert "Tell me about an <strong>&lt;em&gt; &amp; *very*</strong> angry customer." in html
    assert "offer <s>two</s> <strong>three</strong> ways out" in html
    code = re.search("<pre><code>(.*)\n</code></pre>", html)
    assert code
    assert code[1].replace("&quot;", '"') == made.search


def test_json_has_the_agreed_keys(project: MakeProject) -> None:
    deck, old = updated(project)
    run = prepdeck("diff", str(old), str(deck.built(LATER, "agent")), "--format", "json")
    told = json.loads(run.stdout)
    assert told["added"] == [
        {
            "id": "sun",
            "note_type": "Card",
            "kind": "card",
            "front": "What follows the sun?",
            "personal": False,
        }
    ]
    said = re.findall("`([a-z_]+)`", section("`prepdeck diff`").split("`--format json`")[1])
    assert {*told, *told["added"][0], *told["changed"][0]} | {"old", "new"} == set(said)
    (steps,) = [one for one in told["changed"] if one["id"] == "complaint-steps"]
    assert steps["fields"] == {
        "Answer": {"old": "listen\noffer two ways out", "new": "listen\noffer three ways out"}
    }
    assert {one["id"] for one in told["changed"] if one["personal"]} == {"angry-customer-story"}


def test_nothing_that_a_terminal_obeys_gets_through(project: MakeProject) -> None:
    old = kept(project({}).built(NOON))
    new = spoilt(
        old, "update notes set flds = replace(flds, 'wait', char(27) || '[2J'), mod = mod + 1"
    )
    assert "\x1b" not in prepdeck("diff", str(old), str(new)).stdout
