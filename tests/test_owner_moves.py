"""A note whose owner changes is another note. Each such build says which, and what to do about it.

Anna's folder has `me.yaml` and a role for each employer; Acme is a private role without a person.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import NOON, MakeProject, ProjectFolder
from learner import Learner
from test_cli import prepdeck
from test_persons import BOTH, DAY, ONE, Files, package

from builder.findings import Diagnostic

ME_FILE = "decks/private/anna/me.yaml"
ACME_FILE = "decks/private/anna/acme/role.yaml"
BETA_FILE = "decks/private/anna/beta.yaml"
OVERRIDE = "  override:\n    complaint-steps: {steps: [name it, say sorry]}\n"

FACT = """\
employer_facts:
  acme-founded:
    ask: When was Acme founded?
    answer: In 1990.
    source: their site
    seen: 2026-11-20
"""
QUESTION = """\
questions:
  house-rule:
    ask: What is our rule?
    type: approach
    topics: [customer/complaints]
    steps: [be on time, call first]
"""


def findings(folder: ProjectFolder, at: int) -> list[tuple[str, str, str]]:
    """Rule, message and help of what a build reports."""
    return [(d.rule, d.message, d.help or "") for d in folder.build(at).findings]


def only(folder: ProjectFolder, at: int) -> Diagnostic:
    (finding,) = folder.build(at).findings
    return finding


def move(folder: ProjectFolder, old_file: str, new_file: str, text: str) -> None:
    """Moves a section of YAML from one file to the end of another one."""
    folder.edit(old_file, text, "")
    path = folder.root / new_file
    path.write_text(path.read_text("utf-8").rstrip("\n") + "\n" + text, "utf-8")


def reviews_of(anna: Learner, id: str) -> int:
    """How many cards of the note were studied."""
    return sum(
        card.reps > 0 for note in ("Question", "Your answer") for card in anna.cards(id, note)
    )


# --- an override comes and goes -----------------------------------------------------------------


@pytest.mark.parametrize("notes", ["own", "shared"])
def test_an_override_that_is_taken_back_gives_back_the_long_history(
    project: MakeProject, anna: Learner, notes: str
) -> None:
    folder = project(BOTH)
    folder.edit(ME_FILE, "  extends: agent\n", f"  extends: agent\n  notes: {notes}\n")
    folder.built()
    anna.imports(package(folder, "acme"))
    anna.studies(20)
    long_history, ids = anna.history, anna.ids()
    folder.edit(ACME_FILE, "  title: Acme\n", f"  title: Acme\n{OVERRIDE}")
    folder.build(NOON + DAY)
    assert anna.imports(package(folder, "acme")).new == 2
    folder.edit(ACME_FILE, OVERRIDE, "")
    warning = only(folder, NOON + 2 * DAY)
    assert (warning.rule, warning.is_error) == ("owner-changed", False)
    whose = "`anna`'s" if notes == "own" else "the shared ones"
    assert warning.message == (
        f"2 notes of `complaint-steps` were `acme`'s own; the deck goes on with {whose} and their"
        " reviews, and the reviews of `acme`'s own stay with those"
    )
    search = (warning.help or "").partition("search in Anki for ")[2]
    assert anna.ids(search) == ["acme-1a2b/complaint-steps"] * 2
    anna.imports(package(folder, "acme"))
    assert anna.ids() == sorted([*ids, *["acme-1a2b/complaint-steps"] * 2])
    assert {key: row for key, row in anna.history.items() if key in long_history} == long_history
    assert not folder.build(NOON + 3 * DAY).findings, "only the build that changes it says so"
    folder.edit(ACME_FILE, "  title: Acme\n", f"  title: Acme\n{OVERRIDE}")
    again = only(folder, NOON + 4 * DAY)
    assert again.rule == "owner-changed"
    assert "goes on with the reviews that it had" in again.message


def test_a_note_that_was_always_the_roles_own_goes_on_as_the_persons_by_continues(
    project: MakeProject, anna: Learner
) -> None:
    folder = project(BOTH)
    folder.edit(ACME_FILE, "  title: Acme\n", f"  title: Acme\n{OVERRIDE}")
    folder.edit(BETA_FILE, "  title: Beta\n", f"  title: Beta\n{OVERRIDE}")
    folder.built()
    anna.imports(package(folder, "acme"))
    anna.studies(20)
    history = anna.history
    folder.edit(ACME_FILE, OVERRIDE, "")
    folder.edit(BETA_FILE, OVERRIDE, "")
    faults = [d for d in folder.build(NOON + DAY).findings if d.is_error]
    assert [(d.rule, d.scope.role) for d in faults] == [("note-changes-owner", "anna")] * 2
    assert faults[0].message == (
        "2 notes of `complaint-steps` were `acme`'s own; `anna`'s are new ones, without reviews"
    )
    assert "`continues: {acme-1a2b: [complaint-steps]}`" in (faults[0].help or "")
    continued = "  extends: agent\n  continues: {acme-1a2b: [complaint-steps]}\n"
    folder.edit(ME_FILE, "  extends: agent\n", continued)
    warning = only(folder, NOON + DAY)
    assert (warning.rule, warning.scope.role) == ("owner-changed", "beta")
    anna.imports(package(folder, "acme"))
    assert anna.imports(package(folder, "beta")).new == 1, "Beta's own fact"
    assert {key: row for key, row in anna.history.items() if key in history} == history
    assert not folder.build(NOON + 2 * DAY).findings
    folder.edit(ME_FILE, continued, "  extends: agent\n")
    refused = [d for d in folder.build(NOON + 3 * DAY).findings if d.is_error]
    assert {d.rule for d in refused} == {"note-changes-owner"}, "for Beta too it is another note"


def test_what_goes_on_as_the_persons_is_told_for_the_persons_own_note_too(
    project: MakeProject,
) -> None:
    """`continues` for a note that the person had: all roles get another note."""
    folder = project(BOTH)
    folder.built()
    continued = "  extends: agent\n  continues: {acme-1a2b: [csat]}\n"
    folder.edit(ME_FILE, "  extends: agent\n", continued)
    fault = only(folder, NOON + DAY)
    assert (fault.rule, fault.is_error, fault.scope.role) == ("note-changes-owner", True, "anna")
    assert fault.message == "1 note of `csat` was `anna`'s; by `continues` it is a new one"


# --- a definition is moved ----------------------------------------------------------------------


def test_a_definition_that_is_moved_to_a_role_is_reported_and_can_be_moved_back(
    project: MakeProject, anna: Learner
) -> None:
    folder = project(BOTH)
    move(folder, ME_FILE, ME_FILE, "")
    path = folder.root / ME_FILE
    path.write_text(path.read_text("utf-8").rstrip("\n") + "\n" + QUESTION, "utf-8")
    folder.built()
    anna.imports(package(folder, "acme"))
    anna.studies(30)
    history, ids = anna.history, anna.ids()
    move(folder, ME_FILE, ACME_FILE, QUESTION)
    warning = only(folder, NOON + DAY)
    assert (warning.rule, warning.scope.role) == ("owner-changed", "acme")
    assert warning.message == (
        "`house-rule` was the same note in every role of `anna` before; `acme`'s own is a new one,"
        " without its reviews"
    )
    assert "`drop: [{id: house-rule}]`" in (warning.help or "")
    assert anna.imports(package(folder, "acme")).new == 2
    move(folder, ACME_FILE, ME_FILE, QUESTION)
    back = only(folder, NOON + 2 * DAY)
    assert back.rule == "owner-changed"
    assert "the deck goes on with `anna`'s and their reviews" in back.message
    anna.imports(package(folder, "acme"))
    assert len(anna.ids()) == len(ids) + 2
    assert {key: row for key, row in anna.history.items() if key in history} == history
    assert not folder.build(NOON + 3 * DAY).findings


def test_a_definition_that_is_moved_to_the_person_packs_no_second_card(
    project: MakeProject, anna: Learner
) -> None:
    folder = project(BOTH)
    folder.built()
    anna.imports(package(folder, "acme"))
    anna.imports(package(folder, "beta"))
    anna.studies(30)
    history, ids = anna.history, anna.ids()
    move(folder, ACME_FILE, ME_FILE, FACT)
    built = folder.build(NOON + DAY)
    (fault,) = built.findings
    assert (fault.rule, fault.scope.role) == ("note-changes-owner", "anna")
    assert {p.state for p in built.packages if "private" in p.path.parts} == {"blocked"}
    assert "override" not in (fault.help or ""), "that would make the second card stay"
    assert "`continues: {acme-1a2b: [my/acme-founded]}`" in (fault.help or "")
    folder.edit(
        ME_FILE,
        "  extends: agent\n",
        "  extends: agent\n  continues: {acme-1a2b: [my/acme-founded]}\n",
    )
    assert not folder.build(NOON + DAY).findings
    for role in ("acme", "beta"):
        assert anna.imports(package(folder, role)).new == 0
    assert anna.ids() == ids
    assert anna.history == history


def test_a_definition_that_is_moved_to_another_role_is_reported(
    project: MakeProject, anna: Learner
) -> None:
    folder = project(BOTH)
    folder.edit(BETA_FILE, "employer_facts:", "employer_facts:")
    folder.built()
    anna.imports(package(folder, "acme"))
    fact = FACT.removeprefix("employer_facts:\n")
    folder.edit(ACME_FILE, FACT, "")
    path = folder.root / BETA_FILE
    path.write_text(path.read_text("utf-8").rstrip("\n") + "\n" + fact, "utf-8")
    warning = only(folder, NOON + DAY)
    assert (warning.rule, warning.scope.role) == ("owner-changed", "beta")
    assert warning.message == (
        "1 note of `acme-founded` was `acme`'s own; `beta`'s is a new one, without reviews"
    )
    assert "`continues: {acme-1a2b: [my/acme-founded]}`" in (warning.help or "")
    assert not folder.build(NOON + 2 * DAY).findings


def test_an_employers_definition_can_go_to_the_person_when_the_employer_goes(
    project: MakeProject,
) -> None:
    """Acme's folder is deleted, and its fact stays useful."""
    folder = project(BOTH)
    folder.built()
    move(folder, ACME_FILE, ME_FILE, FACT)
    folder.write({ACME_FILE: None})
    warning = only(folder, NOON + DAY)
    assert (warning.rule, warning.is_error) == ("owner-changed", False)
    assert "`continues: {acme-1a2b: [my/acme-founded]}`" in (warning.help or "")


# --- an employer is forgotten -------------------------------------------------------------------


def test_an_employer_can_be_forgotten(project: MakeProject, anna: Learner) -> None:
    folder = project(BOTH)
    folder.edit(ACME_FILE, "  title: Acme\n", f"  title: Acme\n{OVERRIDE}")
    folder.built()
    anna.imports(package(folder, "beta"))
    anna.studies(20)
    history = anna.history
    folder.write({ACME_FILE: None})
    built = folder.build(NOON + DAY)
    assert not built.findings
    anna.imports(package(folder, "beta"))
    assert anna.history == history


def test_words_for_a_forgotten_employer_go_into_nobodys_file(
    project: MakeProject, anna: Learner, tmp_path: Path
) -> None:
    folder = project(BOTH)
    folder.edit(ME_FILE, "  extends: agent\n", "  extends: agent\n  per_role: [complaint-steps]\n")
    folder.built()
    anna.imports(package(folder, "acme"))
    id = "acme-1a2b/complaint-steps"
    anna.edits(id, "Answer", "Acme is close.", at=NOON + 10, notetype="Your answer")
    export = anna.exports(tmp_path / "acme-export.apkg")
    folder.write({ACME_FILE: None})
    files = [folder.root / name for name in (ME_FILE, BETA_FILE)]
    before = [file.read_bytes() for file in files]
    for role in ((), ("beta",)):
        run = prepdeck("sync", str(export), *role, cwd=folder.root)
        assert run.returncode == 0, run.stdout + run.stderr
        assert "no role has the key `acme-1a2b`" in run.stdout + run.stderr
        assert [file.read_bytes() for file in files] == before


# --- a role's file is renamed -------------------------------------------------------------------

ALONE = """
    role:
      title: Acme
      extends: agent
    """
KEYED = ALONE.rstrip(" ") + "      key: acme-1\n"


@pytest.mark.parametrize("new_key", ["", "  key: acme-9\n"])
def test_a_role_that_left_its_lock_behind_does_not_begin_anew_in_silence(
    project: MakeProject, anna: Learner, new_key: str
) -> None:
    folder = project({"decks/private/acme/role.yaml": ALONE})
    folder.built()
    anna.imports(package(folder, "acme"))
    anna.studies(20)
    history, ids = anna.history, anna.ids()
    new = folder.root / "decks/private/acme-inc/role.yaml"
    new.parent.mkdir()
    (folder.root / "decks/private/acme/role.yaml").rename(new)
    folder.edit("decks/private/acme-inc/role.yaml", "title: Acme\n", f"title: Acme\n{new_key}")
    fault = only(folder, NOON + DAY)
    assert (fault.rule, fault.span.file) == ("lock-left-behind", "decks/private/acme/notes.lock")
    assert fault.scope.role == "acme-inc"
    assert fault.message == (
        "this lock is of a role that is gone, and `acme-inc`, which has none, has the same"
        f" {len(ids)} notes: they would be new ones"
    )
    assert fault.help == (
        "if `acme-inc` is that role, move the lock to decks/private/acme-inc/notes.lock and write"
        " `key: acme`; otherwise delete it"
    )
    (folder.root / fault.span.file).rename(new.parent / "notes.lock")
    folder.edit("decks/private/acme-inc/role.yaml", f"title: Acme\n{new_key}", "title: Acme\n")
    folder.edit("decks/private/acme-inc/role.yaml", "title: Acme\n", "title: Acme\n  key: acme\n")
    assert not folder.build(NOON + DAY).findings
    assert anna.imports(package(folder, "acme-inc")).new == 0
    assert anna.history == history


def test_a_renamed_role_with_its_key_stamps_nothing_anew_in_silence(
    project: MakeProject, anna: Learner
) -> None:
    folder = project({"decks/private/acme.yaml": KEYED})
    folder.built()
    anna.imports(package(folder, "acme"))
    anna.edits("acme-1/csat", "Trap", "my own trap", at=NOON + 10, notetype="KPI")
    (folder.root / "decks/private/acme.yaml").rename(folder.root / "decks/private/acme-inc.yaml")
    fault = only(folder, NOON + DAY)
    assert (fault.rule, fault.scope.role) == ("lock-left-behind", "acme-inc")
    assert fault.help == "move it to decks/private/acme-inc/notes.lock"
    new = folder.root / "decks/private/acme-inc/notes.lock"
    new.parent.mkdir(exist_ok=True)
    (folder.root / "decks/private/acme/notes.lock").rename(new)
    assert not folder.build(NOON + DAY).findings
    assert anna.imports(package(folder, "acme-inc")).updated == 0
    assert anna.note("acme-1/csat", "KPI")["Trap"] == "my own trap"


def test_a_lock_that_is_gone_is_restored_from_the_package_of_the_roles_old_name(
    project: MakeProject, anna: Learner
) -> None:
    folder = project({"decks/private/acme.yaml": KEYED})
    folder.built()
    anna.imports(package(folder, "acme"))
    anna.edits("acme-1/csat", "Trap", "my own trap", at=NOON + 10, notetype="KPI")
    (folder.root / "decks/private/acme.yaml").rename(folder.root / "decks/private/acme-inc.yaml")
    (folder.root / "decks/private/acme/notes.lock").unlink()
    built = folder.build(NOON + DAY)
    assert not built.findings
    assert [path.parent.name for path in built.restored] == ["acme-inc"]
    assert anna.imports(package(folder, "acme-inc")).updated == 0
    assert anna.note("acme-1/csat", "KPI")["Trap"] == "my own trap"


def test_a_new_client_beside_the_old_ones_is_no_fault(project: MakeProject) -> None:
    folder = project({"decks/private/acme/role.yaml": ALONE})
    folder.built()
    folder.write({"decks/private/beta/role.yaml": ALONE.replace("Acme", "Beta")})
    assert not folder.build(NOON + DAY).findings


def test_new_person_says_to_sync_before_notes_are_put_away(project: MakeProject) -> None:
    acme, beta = "decks/private/acme/role.yaml", "decks/private/beta/role.yaml"
    folder = project({acme: KEYED, beta: KEYED.replace("Acme", "Beta").replace("acme", "beta")})
    folder.built()
    run = prepdeck("new", "person", "anna", "acme", "beta", cwd=folder.root)
    assert run.returncode == 2
    printed = " ".join((run.stdout + run.stderr).split())
    assert "so do that before: prepdeck sync EXPORT" in printed
    assert "delete" not in printed
    assert (
        prepdeck("new", "person", "anna", "acme", "beta", "--yes", cwd=folder.root).returncode == 0
    )
    assert not folder.build(NOON + DAY).findings, "it was said, and no build says it again"


# --- shared notes -------------------------------------------------------------------------------

SHARED: Files = {"decks/private/acme/role.yaml": ALONE.rstrip(" ") + "      notes: shared\n"}
PUBLIC_OVERRIDE = "  title: Agent\n  override:\n    csat: {trap: Angry people answer more.}\n"


@pytest.mark.parametrize("whose", ["a private role", "a person"])
def test_an_override_in_a_public_role_is_told_to_those_who_share_its_notes(
    project: MakeProject, anna: Learner, whose: str
) -> None:
    folder = project(SHARED if whose == "a private role" else ONE)
    if whose == "a person":
        folder.edit(ME_FILE, "  extends: agent\n", "  extends: agent\n  notes: shared\n")
    folder.built()
    anna.imports(package(folder, "acme"))
    folder.edit("decks/roles/agent.yaml", "  title: Agent\n", PUBLIC_OVERRIDE)
    warnings = folder.build(NOON + DAY).findings
    assert {(d.rule, d.is_error) for d in warnings} == {("owner-changed", False)}
    assert {d.scope.role for d in warnings} == {"acme", "agent"}
    message = next(d.message for d in warnings if d.scope.role == "acme")
    assert (
        message == "`csat` was built as a shared note; `agent`'s is a new one, without its reviews"
    )
    assert anna.imports(package(folder, "acme")).new == 1
    assert not folder.build(NOON + 2 * DAY).findings


def test_a_person_who_extends_a_role_with_other_words_is_told(
    project: MakeProject, anna: Learner
) -> None:
    folder = project(ONE)
    folder.edit(ME_FILE, "  extends: agent\n", "  extends: agent\n  notes: shared\n")
    folder.built()
    senior = "role:\n  title: Senior\n  extends: agent\n  override:\n    csat: {trap: Angry.}\n"
    folder.write({"decks/roles/senior.yaml": senior})
    folder.edit(ME_FILE, "  extends: agent\n", "  extends: senior\n")
    (warning,) = (d for d in folder.build(NOON + DAY).findings if d.scope.role == "acme")
    assert warning.rule == "owner-changed"
    assert not folder.build(NOON + 2 * DAY).findings


# --- one id, two questions ----------------------------------------------------------------------


@pytest.mark.parametrize("file", [ME_FILE, ACME_FILE])
def test_an_own_question_with_the_id_of_the_catalogue_is_a_fault(
    project: MakeProject, file: str
) -> None:
    """`my_answers` goes by id: one answer would stand on both cards."""
    folder = project(ONE)
    path: Path = folder.root / file
    own = QUESTION.replace("house-rule", "complaint-steps")
    path.write_text(path.read_text("utf-8").rstrip("\n") + "\n" + own, "utf-8")
    fault = only(folder, NOON)
    assert (fault.rule, fault.is_error, fault.span.file) == ("duplicate-id", True, file)
    assert "`was: complaint-steps`" in (fault.help or "")
    folder.edit(
        file, "  complaint-steps:\n    ask: What is our", "  our-rule:\n    ask: What is our"
    )
    assert not folder.build(NOON).findings
