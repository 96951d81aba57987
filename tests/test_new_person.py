"""`new role` with a person, and `new person`: whose notes go on, and whose begin anew.

Each test says it by GUIDs, or by what the real Anki does. Times are Unix seconds.
"""

from __future__ import annotations

import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import NOON, MakeProject, ProjectFolder, said
from learner import Learner
from test_cli import prepdeck
from test_new import at_terminal

from builder.commands.new import move_files
from builder.commands.new.move import PersonDraft, carry_out, move_of
from builder.findings import PrepdeckError
from builder.load import load
from builder.package import read_package
from builder.phrasing import as_search
from builder.pipeline import compile_project
from builder.source import parse
from builder.source.paths import plain

DAY = 86_400
Files = dict[str, str | bytes | None]

ACME = """
    # What Acme asks.
    role:
      title: Agent at Acme
      extends: agent
      key: acme-1a2b
      # All of it is mine.
      notes: own
      vars: {company: Acme}
      override:
        csat: {trap: Only the angry answer.}
    my_answers:
      # The best one.
      angry-customer-story: |
        I let him finish.

        Then I asked.
    my_tags:
      empathy: [hard]
    employer_facts:
      founded:
        ask: When was Acme founded?
        answer: In 1990.
        source: their site
        seen: 2026-11-20
    """
STORIES = """
    # My stories, from work.
    my_stories:
      lost-parcel:
        title: The lost parcel
        opens_with: In spring a parcel vanished.
        number: 40 minutes
        answers: [angry-customer-story]
    """
BETA = """
    role:
      title: Agent at Beta
      extends: agent
      key: beta-3c4d
      vars: {company: Beta}
    """
ALONE: Files = {
    "decks/private/acme/role.yaml": ACME,
    "decks/private/acme/stories.yaml": STORIES,
    "decks/private/acme/advert.txt": "We look for somebody who listens.",
}


def runs(folder: ProjectFolder, *args: str, status: int = 0) -> str:
    """What a command prints, both streams."""
    run = prepdeck(*args, cwd=folder.root)
    assert run.returncode == status, run.stdout + run.stderr
    return run.stdout + run.stderr


def notes(folder: ProjectFolder, role: str) -> dict[str, tuple[str, str]]:
    """GUID and digest of each note of a role, by note type and `first id`."""
    compiled = compile_project(folder.root)
    errors = [finding for finding in compiled.findings if finding.is_error]
    assert not errors, said(tuple(errors))
    deck = next(deck for deck in compiled.decks if deck.role == role)
    return {
        f"{note.notetype} {note.first_id}": (note.guid, note.digest)
        for note in (*deck.notes, *deck.waiting)
    }


def begun_anew(before: dict[str, tuple[str, str]], after: dict[str, tuple[str, str]]) -> set[str]:
    """The notes that have another GUID now."""
    return {name for name in before.keys() & after.keys() if before[name][0] != after[name][0]}


def yaml(folder: ProjectFolder, file: str) -> dict[str, object]:
    tree, _ = parse((folder.root / file).read_bytes(), file)
    assert tree is not None
    read = plain(tree)
    assert isinstance(read, dict)
    return read


def packed_times(path: Path) -> dict[str, int]:
    """The modification time of each note of a package, by GUID."""
    return {note.guid: note.modified for note in read_package(path).notes}


def tree(folder: ProjectFolder) -> dict[str, bytes]:
    """Every file in `decks/private`, by its path."""
    private = folder.root / "decks/private"
    files = (path for path in sorted(private.rglob("*")) if path.is_file())
    return {path.relative_to(private).as_posix(): path.read_bytes() for path in files}


# --- the first role -----------------------------------------------------------------------------


def test_the_first_role_makes_a_person_and_the_second_one_finds_it(project: MakeProject) -> None:
    folder = project({})
    told = runs(
        folder,
        *("new", "role", "acme", "--extends", "agent", "--company", "Acme"),
        *("--interview", "2026-11-01", "--minutes", "20"),
    )
    assert told.startswith("decks/private/me/me.yaml\ndecks/private/me/acme/role.yaml\n")
    assert "notes: own" in told
    me, acme = (yaml(folder, f"decks/private/me/{f}") for f in ("me.yaml", "acme/role.yaml"))
    assert me["me"] == {
        "title": "My interviews",
        "key": me["me"]["key"],  # type: ignore[index]
        "extends": "agent",
        "notes": "own",
        "minutes_per_day": "20",
    }
    assert re.fullmatch("me-[0-9a-f]{4}", me["me"]["key"])  # type: ignore[index]
    assert {"title", "key", "vars", "starts", "interview"} == acme["role"].keys()  # type: ignore[attr-defined]

    told = runs(folder, "new", "role", "beta", "--company", "Beta", "--minutes", "30")
    assert told.startswith("decks/private/me/me.yaml\ndecks/private/me/beta/role.yaml\n")
    assert "notes: own" not in told, "it is asked once"
    assert yaml(folder, "decks/private/me/me.yaml")["me"]["minutes_per_day"] == "30"  # type: ignore[index]
    assert not folder.build().findings
    assert notes(folder, "acme") == notes(folder, "beta")


def test_a_story_is_the_persons_and_a_fact_is_one_roles(project: MakeProject) -> None:
    folder = project({})
    for role in ("acme", "beta"):
        runs(folder, "new", "role", role, "--extends", "agent")
    story = ("--title", "T", "--opens-with", "One day.", "--number", "4")
    story = (*story, "--answers", "angry-customer-story")
    for id, whose in (("one", ("--role", "acme")), ("two", ("--role", "me")), ("three", ())):
        assert "me/me.yaml" in runs(folder, "new", "story", id, *story, *whose)
    fact = ("--ask", "When?", "--answer", "1990", "--source", "site")
    assert "me/beta/facts.yaml" in runs(folder, "new", "fact", "f", *fact, "--role", "beta")
    told = runs(folder, "new", "fact", "g", *fact, "--role", "me", status=2)
    assert "a fact is about one employer" in told
    assert "`one` already exists" in runs(
        folder, "new", "fact", "one", *fact, "--role", "acme", status=2
    )
    both = notes(folder, "acme"), notes(folder, "beta")
    assert {"story my/one", "story my/two", "story my/three"} <= both[0].keys() & both[1].keys()
    assert both[1].keys() - both[0].keys() == {"fact my/f"}


def test_a_second_role_with_another_parent_keeps_its_own(project: MakeProject) -> None:
    folder = project({"decks/roles/lead.yaml": "role: {title: Lead, extends: agent}\n"})
    runs(folder, "new", "role", "acme", "--extends", "agent")
    runs(folder, "new", "role", "beta", "--extends", "lead")
    assert yaml(folder, "decks/private/me/me.yaml")["me"]["extends"] == "agent"  # type: ignore[index]
    assert yaml(folder, "decks/private/me/beta/role.yaml")["role"]["extends"] == "lead"  # type: ignore[index]


def test_a_coach_names_the_person_and_extends_a_base(project: MakeProject) -> None:
    house = "role:\n  title: House\n  extends: agent\n  override:\n    csat: {trap: Mind.}\n"
    folder = project({"decks/private/_house/role.yaml": house})
    runs(folder, "new", "role", "acme", "--person", "anna", "--extends", "_house")
    runs(folder, "new", "role", "globex", "--person", "bob", "--extends", "_house")
    assert "missing: --person (anna, bob)" in runs(folder, "new", "role", "initech", status=2)
    assert not folder.build().findings
    told = runs(folder, "new", "role", "initech", "--person", "bob", "--notes", "shared", status=2)
    assert "the notes of `bob` are own, in all roles" in told
    assert "is the person" in runs(
        folder, "new", "role", "zoe", "--person", "zoe", "--extends", "agent", status=2
    )


def test_the_public_deck_is_asked_for_once(project: MakeProject) -> None:
    folder = project({})
    run = at_terminal(["new", "role"], "acme\nanna\nagent\n\n\ny\n", folder.root)
    assert run.returncode == 0, run.stderr
    assert yaml(folder, "decks/private/anna/me.yaml")["me"]["notes"] == "shared"  # type: ignore[index]
    run = at_terminal(["new", "role", "beta"], "\n\n", folder.root)
    assert run.returncode == 0, run.stderr
    assert "studied" not in run.stderr
    assert "Which role" not in run.stderr


def test_roles_that_were_alone_stay_so_until_a_person_is_made(project: MakeProject) -> None:
    folder = project(ALONE)
    told = runs(folder, "new", "role", "beta", "--extends", "agent")
    assert told.startswith("decks/private/beta/role.yaml\n")
    assert "prepdeck new person me acme beta" in told
    assert "name the roles that are the person's: acme, beta" in runs(
        folder, "new", "person", "me", status=2
    )


def test_a_person_can_be_made_before_the_first_role(project: MakeProject) -> None:
    folder = project({})
    assert "next: prepdeck new role ID --person anna" in runs(
        folder, "new", "person", "anna", "--extends", "agent"
    )
    runs(folder, "new", "role", "acme")
    assert notes(folder, "acme")


def test_a_person_who_exists_is_not_created_again(project: MakeProject) -> None:
    folder = project({})
    runs(folder, "new", "person", "anna", "--extends", "agent")
    before = tree(folder)
    for options in ((), ("--extends", "agent")):
        told = runs(folder, "new", "person", "anna", *options, status=2)
        assert "`anna` already exists: decks/private/anna/me.yaml" in told
    assert tree(folder) == before


def test_a_person_of_roles_extends_what_they_do_and_nothing_else(project: MakeProject) -> None:
    folder = project(ALONE)
    before = tree(folder)
    told = runs(folder, "new", "person", "anna", "acme", "--extends", "agent", status=2)
    assert "--extends is for a person without roles" in told
    assert tree(folder) == before


# --- roles that move below a person -------------------------------------------------------------


def test_a_role_that_moves_below_a_person_keeps_every_note_and_every_time(
    project: MakeProject, anna: Learner
) -> None:
    folder = project(ALONE)
    folder.edit("decks/questions/customer.yaml", "complaint?", "complaint at {{ vars.company }}?")
    anna.imports(folder.built(NOON, "acme"))
    anna.studies(6)
    before, history = notes(folder, "acme"), anna.history
    package = folder.root / "build/private/acme.apkg"
    times = packed_times(package)

    told = runs(folder, "new", "person", "anna", "acme")
    assert notes(folder, "acme") == before
    assert "the deck is `Test Decks::Agent at Acme`" in told
    assert "because they read differently there (`override`): complaint-steps" in told
    assert not (folder.root / "decks/private/acme").exists()

    folder.built(NOON + DAY, "acme")
    assert packed_times(package) == times
    imported = anna.imports(package)
    assert (imported.new, imported.updated, imported.conflicting) == (0, 0, 0)
    assert anna.history == history
    assert anna.content.decks == ("Test Decks::Agent at Acme",)


def test_words_move_with_their_comments_and_no_file_is_lost(project: MakeProject) -> None:
    folder = project(ALONE)
    before = tree(folder)
    runs(folder, "new", "person", "anna", "acme")
    after = tree(folder)
    assert after["anna/acme/advert.txt"] == before["acme/advert.txt"]
    assert after["anna/stories.yaml"] == before["acme/stories.yaml"]
    me, role = after["anna/me.yaml"].decode(), after["anna/acme/role.yaml"].decode()
    assert "  # The best one.\n  angry-customer-story: |\n    I let him finish.\n\n    Then" in me
    assert role.startswith("# What Acme asks.\nrole:\n")
    assert "notes:" not in role
    assert "founded:" in role
    told = runs(folder, "new", "person", "anna", "acme")
    assert "nothing to do" in told
    assert tree(folder) == after


def test_the_second_employer_of_somebody_who_studied_for_a_first_one(
    project: MakeProject, anna: Learner
) -> None:
    """The story of it all: `new person`, `new role`, build, import."""
    folder = project(ALONE)
    anna.imports(folder.built(NOON, "acme"))
    anna.studies(6)
    history, reviews = anna.history, anna.reviews
    known = {note.guid for note in anna.content.notes}
    runs(folder, "new", "person", "anna", "acme")
    runs(folder, "new", "role", "beta", "--company", "Beta")
    fact = ("--ask", "Since when?", "--answer", "2005", "--source", "site", "--role", "beta")
    runs(folder, "new", "fact", "beta-founded", *fact)
    folder.built(NOON + DAY)
    imported = anna.imports(folder.root / "build/private/beta.apkg")
    # What Acme worded otherwise begins for Beta; all else is known.
    added = {note.guid for note in anna.content.notes} - known
    assert imported.conflicting == 0
    assert len(added) == imported.new == 2
    assert {key: row for key, row in anna.history.items() if key in history} == history
    assert anna.reviews == reviews
    beta_key = yaml(folder, "decks/private/anna/beta/role.yaml")["role"]["key"]  # type: ignore[index]
    assert anna.ids("tag:employer::beta") == [f"{beta_key}/my/beta-founded"]
    answer = anna.note("acme-1a2b/angry-customer-story", "Your answer")["Answer"]
    assert "I let him finish" in answer
    assert "story my/lost-parcel" in notes(folder, "beta")
    # One search puts the first employer away: by `Id`, for tags come with the next change.
    betas = {guid for guid, _ in notes(folder, "beta").values()}
    acmes = {"acme-1a2b/csat", "acme-1a2b/my/founded"}
    alone = {name for name, (guid, _) in notes(folder, "acme").items() if guid not in betas}
    assert {f"acme-1a2b/{name.split()[1]}" for name in alone} == acmes
    assert set(anna.ids(as_search(sorted(acmes)))) == acmes


def test_a_second_employer_can_ask_what_each_role_has_a_note_of_its_own_of(
    project: MakeProject,
) -> None:
    """The first role had it before it was below a person, by a key that the person goes on with."""
    folder = project(ALONE)
    folder.edit("decks/kpis.yaml", "  csat:\n", "  csat:\n    per_role: true\n")
    folder.built(NOON)
    runs(folder, "new", "person", "anna", "acme")
    before = notes(folder, "acme")
    runs(folder, "new", "role", "beta", "--company", "Beta")
    assert not [d for d in folder.build(NOON + DAY).findings if d.is_error]
    assert notes(folder, "acme") == before
    assert notes(folder, "beta")["kpi csat"] != before["kpi csat"]


def test_of_an_id_that_two_roles_had_the_firsts_note_goes_on(project: MakeProject) -> None:
    folder = project({**ALONE, "decks/private/beta.yaml": BETA})
    folder.built()
    acme, beta = notes(folder, "acme"), notes(folder, "beta")
    before = tree(folder)
    told = runs(folder, "new", "person", "anna", "acme", "beta", status=2)
    assert tree(folder) == before, "nothing is written unasked"
    (search,) = re.findall(r'^    "Id:re:\^(.*)\$"$', told, re.MULTILINE)
    runs(folder, "new", "person", "anna", "acme", "beta", "--yes")
    now = notes(folder, "beta")
    assert notes(folder, "acme") == acme
    anew = begun_anew(beta, now)
    # Acme has its own words for `csat`, and Beta's note of it becomes the person's.
    assert anew == {name for name in beta if not name.endswith(" csat")}
    assert all(now[name] == acme[name] for name in anew)
    assert all(re.fullmatch(search, f"beta-3c4d/{name.split()[1]}") for name in anew)
    assert not re.fullmatch(search, "beta-3c4d/csat")
    assert not [d for d in folder.build(NOON + DAY).findings if d.is_error]


def test_what_two_roles_answer_differently_stays_with_each(project: MakeProject) -> None:
    answer = "my_answers:\n  angry-customer-story: I stayed calm.\n"
    folder = project({**ALONE, "decks/private/beta.yaml": BETA})
    with (folder.root / "decks/private/beta.yaml").open("a") as file:
        file.write(answer)
    acme, beta = notes(folder, "acme"), notes(folder, "beta")
    runs(folder, "new", "person", "anna", "acme", "beta", "--yes")
    assert notes(folder, "acme") == acme
    now = notes(folder, "beta")
    for name in ("question angry-customer-story", "your-answer angry-customer-story"):
        assert now[name] == beta[name]
    assert answer in (folder.root / "decks/private/anna/beta.yaml").read_text()


@pytest.mark.parametrize(
    ("files", "roles", "message"),
    [
        pytest.param(
            {"decks/private/beta.yaml": BETA.replace("vars:", "notes: shared\n      vars:")},
            ("acme", "beta"),
            "one person cannot have both",
            id="own and shared",
        ),
        pytest.param(
            {"decks/private/beta.yaml": "role: {title: B, extends: agent, notes: own}\n"},
            ("beta",),
            "is not in block style",
            id="a file in braces",
        ),
        pytest.param(
            {"decks/private/beta.yaml": "role:\n  title: B\n  extends: acme\n"},
            ("acme",),
            "would read differently in `beta`",
            id="another role inherits its words",
        ),
        pytest.param({}, ("acem",), "did you mean `acme`?", id="an unknown role"),
        pytest.param({"decks/roles/anna.yaml": "role: {title: A}\n"}, ("acme",), "exists", id="id"),
    ],
)
def test_what_cannot_move_is_told_before_anything_is_written(
    project: MakeProject, files: Files, roles: tuple[str, ...], message: str
) -> None:
    folder = project({**ALONE, **files})
    before = tree(folder)
    assert message in runs(folder, "new", "person", "anna", *roles, status=2)
    assert tree(folder) == before


def test_a_disk_that_fails_half_way_leaves_everything_as_it_was(
    project: MakeProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = project({**ALONE, "decks/private/beta.yaml": BETA})
    folder.built()
    before = tree(folder)
    move = move_of(load(folder.root)[0], PersonDraft(id="anna", roles=("acme", "beta")))
    rename = Path.rename

    def failing(path: Path, target: Path) -> Path:
        if path.name == "beta.yaml":
            raise OSError(28, "No space left on device")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", failing)
    with pytest.raises(PrepdeckError, match="nothing was moved: No space left"):
        carry_out(move)
    assert tree(folder) == before
    monkeypatch.setattr(Path, "rename", rename)
    carry_out(move)
    assert not (folder.root / "decks/private/acme").exists()
    assert move_files.ME in {path.name for path in (folder.root / "decks/private/anna").iterdir()}


def test_a_further_role_moves_below_a_person_who_exists(
    project: MakeProject, anna: Learner
) -> None:
    """What Anna has goes on as it is, and what only Beta had goes on by Beta's key."""
    folder = project(ALONE)
    me, drop = "decks/private/anna/me.yaml", "  drop: [{kind: kpi}, {kind: skill}]\n"
    folder.edit("decks/private/acme/role.yaml", "  extends: agent\n", f"  extends: agent\n{drop}")
    runs(folder, "new", "person", "anna", "acme")
    answers = "my_answers:\n  complaint-steps: First I listen.\nmy_tags:\n  csat: [hard]\n"
    story = STORIES.replace("lost-parcel", "night-shift").replace("lost parcel", "night shift")
    folder.write({
        "decks/private/beta/role.yaml": BETA,
        "decks/private/beta/stories.yaml": story,
        "decks/private/beta/advert.txt": "Nights.",
    })  # fmt: skip
    with (folder.root / "decks/private/beta/role.yaml").open("a") as file:
        file.write(answers)
    folder.edit("decks/kpis.yaml", "Only those", "At {{ vars.company }} those")
    folder.built(NOON)
    packages = {role: folder.root / f"build/private/{role}.apkg" for role in ("acme", "beta")}
    for package in packages.values():
        anna.imports(package)
    anna.studies(8)
    acme, beta, history = notes(folder, "acme"), notes(folder, "beta"), anna.history
    times = packed_times(packages["beta"]) | packed_times(packages["acme"])

    told = " ".join(runs(folder, "new", "person", "anna", "beta", status=2).split())
    assert "`empathy` would read differently in `beta`" in told
    assert "`anna` has `my_tags` for it: take that out of decks/private/anna/me.yaml" in told
    folder.edit(me, "my_tags:\n  empathy: [hard]\n", "")
    before = tree(folder)
    told = runs(folder, "new", "person", "anna", "beta", status=2)
    assert tree(folder) == before, "nothing is written unasked"
    assert "of beta are in another role too, and go on there" in told
    told = runs(folder, "new", "person", "anna", "beta", "--yes")
    assert "the deck is `Test Decks::Agent at Acme`" in told
    assert 'search in Anki\'s browser for "Id:beta-3c4d/*"' in " ".join(told.split())
    now = notes(folder, "acme")
    assert {name: now[name] for name in acme} == acme, "not one GUID, not one digest"
    now = notes(folder, "beta")
    superseded = begun_anew(beta, now)
    assert superseded == {
        f"{notetype} {id}"
        for notetype in ("question", "your-answer")
        for id in ("angry-customer-story", "complaint-steps")
    }
    assert all(now[name] == beta[name] for name in beta.keys() - superseded)
    assert all(now[name] == acme[name] for name in acme.keys() & superseded)
    continues = yaml(folder, me)["me"]["continues"]  # type: ignore[index]
    assert continues["beta-3c4d"] == ["average-handle-time", "empathy", "my/night-shift"]
    assert "angry-customer-story" in continues["acme-1a2b"]
    after = tree(folder)
    assert after["anna/beta/advert.txt"] == b"Nights."
    assert b"# The best one." in after["anna/me.yaml"]
    assert b"night-shift" in after["anna/beta-stories.yaml"], "stories.yaml is Acme's"
    assert not [name for name in after if name.startswith("beta/")]

    folder.built(NOON + DAY)
    packed = packed_times(packages["beta"])
    assert {guid: packed[guid] for guid in packed.keys() & times} == {
        guid: times[guid] for guid in packed.keys() & times
    }
    for package in packages.values():
        imported = anna.imports(package)
        assert (imported.updated, imported.conflicting) == (0, 0)
    assert {key: row for key, row in anna.history.items() if key in history} == history
    assert "nothing to do" in runs(folder, "new", "person", "anna", "beta")


def test_the_first_roles_of_a_person_without_roles_bring_the_deck(project: MakeProject) -> None:
    folder = project(ALONE)
    folder.built()
    before = notes(folder, "acme")
    with_own = folder.root / "decks/private/anna"
    folder.write(
        {"decks/private/anna/me.yaml": "me:\n  title: Anna\n  key: anna-1\n  extends: agent\n"}
    )
    told = runs(folder, "new", "person", "anna", "acme")
    assert "the deck is `Test Decks::Agent at Acme`" in told
    assert yaml(folder, "decks/private/anna/me.yaml")["me"]["deck"] == "Agent at Acme"  # type: ignore[index]
    assert (with_own / "notes.lock").is_file()
    assert notes(folder, "acme") == before
    assert not [d for d in folder.build(NOON + DAY).findings if d.is_error]


def test_a_role_of_another_person_is_told_with_the_person(project: MakeProject) -> None:
    folder = project(ALONE)
    runs(folder, "new", "person", "ben", "acme")
    told = " ".join(runs(folder, "new", "person", "anna", "acme", status=2).split())
    assert "`acme` is a role of `ben`: decks/private/ben/acme/role.yaml" in told
    assert "leave it out" in told
    assert "prepdeck new role ID --person anna --like acme" in told


def test_a_role_that_extends_nothing_does_not_get_what_its_person_extends(
    project: MakeProject,
) -> None:
    folder = project(ALONE)
    runs(folder, "new", "person", "anna", "acme")
    bare = "role:\n  title: Beta\n  key: beta-3c4d\n  add: [{kind: kpi}]\n"
    folder.write({"decks/private/beta.yaml": bare})
    told = " ".join(runs(folder, "new", "person", "anna", "beta", status=2).split())
    assert "`beta` extends nothing, and would extend what `anna` does" in told


KILLED = """
import os, signal, sys
from pathlib import Path
from builder.cli import main
rename, left = Path.rename, [int(sys.argv[1])]
def renames(path, target):
    if not left[0]:
        os.kill(os.getpid(), signal.SIGKILL)
    left[0] -= 1
    return rename(path, target)
Path.rename = renames
main(["new", "person", "anna", *sys.argv[2:], "--yes"], standalone_mode=False)
"""


@pytest.mark.parametrize("person", ["new", "known"])
def test_a_kill_between_two_renames_loses_no_role_and_the_command_ends_it(
    project: MakeProject, person: str
) -> None:
    beta = {"decks/private/beta.yaml": BETA, "decks/private/beta/advert.txt": "Nights."}
    folder = project(ALONE)
    roles = ["acme", "beta"]
    if person == "known":
        runs(folder, "new", "person", "anna", "acme")
        roles = ["beta"]
    folder.write(beta)  # type: ignore[arg-type]
    folder.built()
    before, acme = tree(folder), notes(folder, "acme")
    interrupted = 0
    for number in range(9):
        shutil.rmtree(folder.root / "decks/private")
        folder.write({f"decks/private/{name}": content for name, content in before.items()})
        code = [sys.executable, "-c", KILLED, str(number), *roles]
        run = subprocess.run(code, cwd=folder.root, capture_output=True, text=True, check=False)
        if run.returncode == 0:
            break
        assert run.returncode == -signal.SIGKILL, run.stderr
        if (folder.root / "decks/private/.anna.move").exists():
            interrupted += 1
            for command in ("check", "build", "ls"):
                told = " ".join(runs(folder, command, status=2).split())
                assert "a move of roles below `anna` was interrupted" in told
                assert "finish it; no role is lost: prepdeck new person anna" in told
            assert "is finished" in runs(folder, "new", "person", "anna")
        elif number == 0:
            assert {n: c for n, c in tree(folder).items() if not n.startswith(".")} == before
            continue
        assert notes(folder, "acme") == acme
        assert not [d for d in folder.build(NOON + DAY).findings if d.is_error]
        assert not (folder.root / "decks/private/beta.yaml").exists()
        assert (folder.root / "decks/private/anna/beta/advert.txt").is_file()
    assert run.returncode == 0
    assert interrupted >= 3


# --- what goes on, and what begins anew ---------------------------------------------------------


@pytest.fixture
def moved(project: MakeProject) -> ProjectFolder:
    """Anna, with Acme that was a person of its own, and Beta; all built."""
    folder = project(ALONE)
    folder.built()
    runs(folder, "new", "person", "anna", "acme")
    runs(folder, "new", "role", "beta", "--company", "Beta")
    folder.built()
    return folder


def test_an_answer_that_moves_from_a_role_to_the_person_and_back_begins_nothing_anew(
    moved: ProjectFolder,
) -> None:
    role, me = "decks/private/anna/acme/role.yaml", "decks/private/anna/me.yaml"
    moved.edit(role, "  override:\n", "  override:\n    complaint-steps: {}\n")
    moved.edit(me, "      - complaint-steps\n", "")
    answer = "  complaint-steps: First I listen.\n"
    in_role = f"my_answers:\n{answer}employer_facts:\n"
    moved.edit(role, "employer_facts:\n", in_role)
    moved.built(NOON + DAY)
    acme, beta = notes(moved, "acme"), notes(moved, "beta")
    own = "your-answer complaint-steps"
    assert own not in beta

    moved.edit(role, in_role, "employer_facts:\n")
    moved.edit(me, "my_answers:\n  # The", f"my_answers:\n{answer}  # The")
    moved.built(NOON + 2 * DAY)
    assert notes(moved, "acme") == acme
    assert not begun_anew(beta, notes(moved, "beta"))
    assert notes(moved, "beta")[own][0] != acme[own][0], "Beta's is the person's"

    moved.edit(me, answer, "")
    moved.edit(role, "employer_facts:\n", in_role)
    moved.built(NOON + 3 * DAY)
    assert (notes(moved, "acme"), notes(moved, "beta")) == (acme, beta)


def test_a_note_that_goes_on_as_the_persons_cannot_become_the_roles_too(
    moved: ProjectFolder,
) -> None:
    """Both would have one GUID: the role's key is in both."""
    role, me = "decks/private/anna/acme/role.yaml", "decks/private/anna/me.yaml"
    before = notes(moved, "acme"), notes(moved, "beta")
    moved.edit(role, "  override:\n", "  override:\n    empathy: {}\n")
    (fault,) = (d for d in moved.build(NOON + DAY).findings if d.is_error)
    assert fault.rule == "note-changes-owner"
    assert fault.span.file == me
    moved.edit(me, "      - empathy\n", "")
    assert not [d for d in moved.build(NOON + DAY).findings if d.is_error]
    assert not begun_anew(before[0], notes(moved, "acme"))
    assert begun_anew(before[1], notes(moved, "beta")) == {"skill empathy"}


def test_per_role_on_a_note_that_was_built_is_a_fault_and_with_override_begins_anew(
    moved: ProjectFolder,
) -> None:
    before = notes(moved, "acme"), notes(moved, "beta")
    moved.edit(
        "decks/kpis.yaml",
        "  average-handle-time:\n    name",
        "  average-handle-time:\n    per_role: true\n    name",
    )
    rules = {d.rule for d in moved.build(NOON + DAY).findings if d.is_error}
    assert rules == {"note-changes-owner"}
    now = notes(moved, "acme"), notes(moved, "beta")
    assert begun_anew(before[1], now[1]) == {"kpi average-handle-time"}
    # The role that had it before has it again, by its old key.
    assert not begun_anew(before[0], now[0])


def test_from_own_to_shared_the_persons_notes_begin_anew_and_the_roles_go_on(
    moved: ProjectFolder,
) -> None:
    before = notes(moved, "acme")
    moved.edit("decks/private/anna/me.yaml", "notes: own", "notes: shared")
    assert "owner-changed" in {d.rule for d in moved.build(NOON + DAY).findings}
    now = notes(moved, "acme")
    own = {"kpi csat", "fact my/founded", "story my/lost-parcel"}
    own |= {"which-story my/lost-parcel/angry-customer-story"}
    assert begun_anew(before, now) == before.keys() - own


def test_with_another_parent_only_what_it_words_otherwise_begins_anew(
    moved: ProjectFolder,
) -> None:
    before = notes(moved, "beta")
    lead = "role:\n  title: Lead\n  extends: agent\n  override:\n    empathy: {name: Tact}\n"
    moved.write({"decks/roles/lead.yaml": lead})
    moved.edit(
        "decks/private/anna/beta/role.yaml", "  title: Beta\n", "  title: Beta\n  extends: lead\n"
    )
    assert begun_anew(before, notes(moved, "beta")) == {"skill empathy"}


def test_a_new_project_merges_locks_line_by_line(tmp_path: Path) -> None:
    prepdeck("new", "project", str(tmp_path / "p"))
    text = (tmp_path / "p/.gitattributes").read_text()
    assert "decks/notes.lock merge=union\n" in text
    assert "decks/private/**/notes.lock merge=union\n" in text
