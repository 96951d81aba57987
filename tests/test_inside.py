"""A project is somebody else's: nothing outside it is read or written, by whatever link it has."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from conftest import NOON, MakeProject, ProjectFolder

from builder import inside
from builder.atomic import write
from builder.cli import main
from builder.findings import PrepdeckError

#: What no output and no file of the project may have: a file of the machine has it.
SECRET = "hunter2"

ROLE = "role:\n  title: Acme\n  extends: agent\n"
QUESTION = f"""
questions:
  stolen:
    ask: How do you say {SECRET}?
    type: pitch
    answer: I say {SECRET}.
    topics: [customer/complaints]
"""
NOTE_TYPE = "name: Stolen\nkind: question\nfields:\n  q: {name: Q, content: ask}\ncards:\n"
NOTE_TYPE += f"  one: {{name: {SECRET}, gate: q}}\n"


def prepdeck(
    deck: ProjectFolder, *args: str, **environment: str
) -> subprocess.CompletedProcess[str]:
    """The command in the project's folder, at NOON, in this process: starting takes longest."""
    env = {"SOURCE_DATE_EPOCH": str(NOON), **environment}
    run = CliRunner().invoke(main, ["-C", str(deck.root), *args], env=env)
    gc.unfreeze()
    gc.enable()
    if run.exception is not None and not isinstance(run.exception, SystemExit):
        raise run.exception
    return subprocess.CompletedProcess(args, run.exit_code, run.stdout, run.stderr)


def apart(deck: ProjectFolder, *args: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """The same in a process of its own, which may hang or grow and is killed then."""
    return subprocess.run(
        [sys.executable, "-m", "builder", *args],
        cwd=deck.root,
        env={**os.environ, "SOURCE_DATE_EPOCH": str(NOON), **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def outside(tmp_path: Path, files: dict[str, str]) -> Path:
    """A folder beside the project, with these files."""
    folder = ProjectFolder(tmp_path / "outside")
    folder.root.mkdir(exist_ok=True)
    folder.write(dict(files))
    return folder.root


def link(deck: ProjectFolder, name: str, target: Path | str) -> None:
    path = deck.root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.symlink_to(target)


def texts(folder: Path) -> Iterator[bytes]:
    """The content of every file below, but not by links; that of packages too."""
    for path in sorted(folder.rglob("*")):
        if path.is_symlink() or not path.is_file():
            continue
        yield path.read_bytes()
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                yield from map(archive.read, archive.namelist())


def holds_secret(deck: ProjectFolder, run: subprocess.CompletedProcess[str]) -> bool:
    said = run.stdout + run.stderr
    return SECRET in said or any(SECRET.encode() in text for text in texts(deck.root))


# Reading

READ = {
    "decks/questions/more.yaml": QUESTION,
    "decks/roles/other.yaml": f"role:\n  title: {SECRET}\n  add: [{{kind: skill}}]\n",
    "decks/topics-2.yaml": f"{SECRET}: [\n",
    "decks/private/acme/role.yaml": ROLE.replace("Acme", SECRET),
    "decks/private/acme.yaml": ROLE.replace("Acme", SECRET),
    "decks/private/anna/me.yaml": f"me:\n  title: {SECRET}\n  key: a-1\n",
    "decks/notes.lock": f"{SECRET}\n",
    ".prepdeck/local.lock": f"{SECRET}\n",
    "templates/_shared/base.css": f".card {{ content: '{SECRET}' }}\n",
    "templates/_shared/words.en.yaml": f"{SECRET}: [\n",
    "templates/question/notetype.yaml": NOTE_TYPE,
    "templates/stolen/kind.yaml": f"kind: {SECRET}\n",
}


@pytest.mark.parametrize("name", READ)
def test_a_link_that_leads_out_is_not_read(project: MakeProject, tmp_path: Path, name: str) -> None:
    deck = project({})
    target = outside(tmp_path, {"target": READ[name]}) / "target"
    link(deck, name, target)
    run = prepdeck(deck, "build")
    assert not holds_secret(deck, run)
    assert run.returncode == 1
    assert f"a link leads out of the project, to {target}" in run.stderr
    assert f"--> {name}:1:1\n" in run.stderr


@pytest.mark.parametrize("name", ["decks", "decks/more", "decks/private", "decks/private/acme"])
def test_a_folder_that_leads_out_is_not_entered(
    project: MakeProject, tmp_path: Path, name: str
) -> None:
    deck = project({})
    target = tmp_path / "outside"
    if name == "decks":
        (deck.root / "decks").rename(target)
        ProjectFolder(target).write({"questions/more.yaml": QUESTION})
    elif name == "decks/private":
        outside(tmp_path, {"acme/role.yaml": ROLE.replace("Acme", SECRET)})
    else:
        outside(tmp_path, {"role.yaml": ROLE.replace("Acme", SECRET), "q.yaml": QUESTION})
    link(deck, name, target)
    run = prepdeck(deck, "build")
    assert not holds_secret(deck, run)
    assert (run.returncode, "a link leads out of the project" in run.stderr) == (1, True)


@pytest.mark.parametrize(
    ("command", "name"),
    [
        (("sheet", "agent"), "templates/sheet/page.html"),
        (("sheet", "agent"), "templates/sheet/style.css"),
        (("sheet", "agent"), "templates/sheet/sections.yaml"),
        (
            ("new", "question", "why", "--ask", "Why?", "--type", "pitch"),
            "templates/question/new.yaml",
        ),
    ],
)
def test_a_page_or_archetype_that_leads_out_is_not_read(
    project: MakeProject, tmp_path: Path, command: tuple[str, ...], name: str
) -> None:
    deck = project({})
    link(deck, name, outside(tmp_path, {"target": f"{SECRET}: 1\n"}) / "target")
    run = prepdeck(deck, *command)
    assert not holds_secret(deck, run)
    assert run.returncode == 2
    assert "a link leads out of the project" in run.stderr


def test_a_lock_outside_is_not_read_for_a_private_role(
    project: MakeProject, tmp_path: Path
) -> None:
    deck = project({"decks/private/acme/role.yaml": ROLE})
    link(deck, "decks/private/acme/notes.lock", outside(tmp_path, {"lock": SECRET}) / "lock")
    run = prepdeck(deck, "build")
    assert not holds_secret(deck, run)
    assert "--> decks/private/acme/notes.lock:1:1" in run.stderr


def test_the_passwords_of_git_are_not_read_by_a_link(project: MakeProject) -> None:
    """A CI leaves a token in `.git/config`, which is inside the project."""
    deck = project({".git/config": f"{SECRET}: [\n"})
    link(deck, "decks/more.yaml", "../.git/config")
    run = prepdeck(deck, "check")
    assert SECRET not in run.stdout + run.stderr
    assert "a link leads into a hidden folder" in run.stdout


def test_a_public_link_does_not_publish_what_is_private(project: MakeProject) -> None:
    deck = project({"decks/private/anna/role.yaml": ROLE, "decks/private/anna/own.yaml": QUESTION})
    link(deck, "decks/questions/more.yaml", "../private/anna/own.yaml")
    run = prepdeck(deck, "build")
    assert "a link leads from a public place into decks/private" in run.stderr
    assert not deck.package().exists()


def test_a_link_inside_the_project_is_followed(project: MakeProject) -> None:
    deck = project({})
    deck.write({"shared/more.yaml": QUESTION})
    link(deck, "decks/more", "../shared")
    run = prepdeck(deck, "build")
    assert (run.returncode, run.stderr.splitlines()[0]) == (0, "agent: 7 notes, 10 cards")


# A vault


def vault(deck: ProjectFolder, tmp_path: Path) -> Path:
    """The private decks in a folder outside, and a link to it."""
    (deck.root / "decks/private").rename(tmp_path / "vault")
    link(deck, "decks/private", tmp_path / "vault")
    return tmp_path / "vault"


def test_private_decks_may_lie_in_the_vault_that_the_environment_names(
    project: MakeProject, tmp_path: Path
) -> None:
    deck = project({"decks/private/acme/role.yaml": ROLE})
    folder = vault(deck, tmp_path)
    run = prepdeck(deck, "build")
    assert run.returncode == 1
    assert "export PREPDECK_VAULT=FOLDER" in run.stderr
    run = prepdeck(deck, "build", PREPDECK_VAULT=f"/nowhere{os.pathsep}{folder}")
    assert run.returncode == 0
    assert (folder / "acme/notes.lock").is_file(), "the lock is beside the role"


def test_only_private_decks_may_lie_in_the_vault(project: MakeProject, tmp_path: Path) -> None:
    deck = project({"decks/private/acme/own.yaml": QUESTION})
    folder = vault(deck, tmp_path)
    link(deck, "decks/questions/more.yaml", folder / "acme/own.yaml")
    run = prepdeck(deck, "build", PREPDECK_VAULT=str(folder))
    assert "decks/questions/more.yaml:1:1" in run.stderr
    assert "a link leads out of the project" in run.stderr


def test_a_link_in_the_vault_leads_nowhere_else(project: MakeProject, tmp_path: Path) -> None:
    deck = project({"decks/private/acme/role.yaml": ROLE})
    folder = vault(deck, tmp_path)
    (folder / "acme/own.yaml").symlink_to(outside(tmp_path, {"own.yaml": QUESTION}) / "own.yaml")
    run = prepdeck(deck, "build", PREPDECK_VAULT=str(folder))
    assert not holds_secret(deck, run)
    assert "decks/private/acme/own.yaml:1:1" in run.stderr


def test_a_linked_lock_and_package_stay_where_they_are(
    project: MakeProject, tmp_path: Path
) -> None:
    deck = project({"decks/private/acme/role.yaml": ROLE})
    deck.build(NOON)
    store = deck.root / "shared"
    store.mkdir()
    lock = deck.root / "decks/private/acme/notes.lock"
    lock.rename(store / "notes.lock")
    lock.symlink_to("../../../shared/notes.lock")
    before = (store / "notes.lock").read_text()
    deck.write(
        {"decks/private/acme/role.yaml": ROLE + "\nmy_answers:\n  complaint-steps: I nod.\n"}
    )
    deck.build(NOON + 1)
    assert lock.is_symlink()
    assert (store / "notes.lock").read_text() != before


# Writing

WRITES = {
    "build": ("build", "agent.apkg", ("build",)),
    "private": ("build/private", "acme.apkg", ("build",)),
    "state": (".prepdeck", "build.flock", ("build",)),
    "schemas": (".prepdeck/schema", "deck.json", ("schema",)),
    "sheet": ("build", "sheet-agent.html", ("sheet", "agent")),
    "new": (
        "decks/questions",
        "customer.yaml",
        (
            "new",
            "question",
            "why",
            "--ask",
            "Why?",
            "--type",
            "pitch",
            "--topic",
            "customer/complaints",
        ),
    ),
    "kind": ("templates", "motto", ("new", "kind", "motto")),
}


@pytest.mark.parametrize("case", WRITES)
def test_nothing_is_written_into_a_folder_that_a_link_leads_out_to(
    project: MakeProject, tmp_path: Path, case: str
) -> None:
    name, written, command = WRITES[case]
    deck = project({"decks/private/acme/role.yaml": ROLE})
    target = outside(tmp_path, {})
    if (deck.root / name).exists():
        (deck.root / name).rename(deck.root / "aside")
    link(deck, name, target)
    run = prepdeck(deck, *command)
    assert not list(target.iterdir()), written
    assert run.returncode in (1, 2), run.stderr
    assert "Traceback" not in run.stderr


@pytest.mark.parametrize(
    ("name", "command"),
    [
        ("build/agent.apkg", ("build",)),
        ("build/.agent.apkg.tmp", ("build",)),
        (".prepdeck/local.lock", ("build",)),
        (".prepdeck/.local.lock.tmp", ("build",)),
        (".prepdeck/last-build.json", ("build",)),
        (".prepdeck/build.flock", ("build",)),
        ("decks/notes.lock", ("build", "--release")),
        ("build/sheet-agent.html", ("sheet", "agent")),
        (".prepdeck/schema/deck.json", ("schema",)),
    ],
)
@pytest.mark.parametrize("exists", [True, False], ids=["a file", "no file"])
def test_no_file_outside_is_written_by_a_link(
    project: MakeProject, tmp_path: Path, name: str, command: tuple[str, ...], exists: bool
) -> None:
    deck = project({})
    target = outside(tmp_path, {"target": "as it was\n"} if exists else {}) / "target"
    link(deck, name, target)
    run = prepdeck(deck, *command)
    assert "Traceback" not in run.stderr
    assert target.exists() is exists
    assert not exists or target.read_text() == "as it was\n"


def test_a_question_is_not_added_to_a_file_outside(project: MakeProject, tmp_path: Path) -> None:
    deck = project({})
    target = outside(tmp_path, {"more.yaml": "questions:\n"}) / "more.yaml"
    (deck.root / "decks/questions/customer.yaml").rename(deck.root / "decks/questions/two.yaml")
    link(deck, "decks/questions/customer.yaml", target)
    run = prepdeck(deck, *WRITES["new"][2])
    assert (target.read_text(), run.returncode) == ("questions:\n", 2)
    assert "a link leads out of the project" in run.stderr


def test_a_folder_of_the_command_line_may_lie_anywhere(
    project: MakeProject, tmp_path: Path
) -> None:
    deck = project({})
    link(deck, "out", outside(tmp_path, {}))
    assert apart(deck, "build", "--out", "out").returncode == 0
    assert (tmp_path / "outside/agent.apkg").is_file()


def test_a_move_to_a_person_copies_nothing_from_outside(
    project: MakeProject, tmp_path: Path
) -> None:
    deck = project({"decks/private/acme/role.yaml": ROLE})
    target = outside(tmp_path, {"secret.txt": SECRET})
    link(deck, "decks/other", target)
    link(deck, "decks/roles/up", "..")
    run = prepdeck(deck, "new", "person", "anna", "acme")
    assert "Traceback" not in run.stderr
    assert not holds_secret(deck, run)
    assert [path.name for path in target.iterdir()] == ["secret.txt"]


@pytest.mark.parametrize("name", ["{}", "../../../outside", "..", "../../../project/decks/roles"])
def test_a_move_that_somebody_left_unfinished_moves_no_other_folder(
    project: MakeProject, tmp_path: Path, name: str
) -> None:
    """The next `new person` finishes what was interrupted, and the project may have come with it."""
    deck = project({})
    target = outside(tmp_path, {"secret.txt": SECRET})
    move = "decks/private/.anna.move"
    deck.write({f"{move}/folder/me.yaml": "me:\n  title: A\n", f"{move}/old/x": ""})
    deck.write({f"{move}/names": name.format(target)})
    run = prepdeck(deck, "new", "person", "beta")
    assert "Traceback" not in run.stderr
    assert (target / "secret.txt").is_file()
    assert (deck.root / "decks/roles/agent.yaml").is_file()


# Files that are none, and files without end


@pytest.mark.parametrize(
    "name",
    [
        "decks/questions/pipe.yaml",
        "decks/private/anna/me.yaml",
        "decks/notes.lock",
        "templates/_shared/base.css",
    ],
)
def test_a_pipe_is_not_waited_for(project: MakeProject, name: str) -> None:
    deck = project({})
    (deck.root / name).parent.mkdir(parents=True, exist_ok=True)
    os.mkfifo(deck.root / name)
    run = apart(deck, "build")
    assert run.returncode == 1
    assert "it is a pipe or a device" in run.stderr


@pytest.mark.parametrize(
    "name",
    [
        ".prepdeck/last-build.json",
        "build/agent.apkg",
        ".prepdeck/synced.json",
        ".prepdeck/build.flock",
    ],
)
def test_a_pipe_among_the_files_of_a_build_stops_nothing(project: MakeProject, name: str) -> None:
    deck = project({})
    (deck.root / name).parent.mkdir(parents=True, exist_ok=True)
    os.mkfifo(deck.root / name)
    assert apart(deck, "build").returncode == 0
    assert apart(deck, "build").returncode == 0


def test_a_file_that_is_too_large_is_a_fault_and_not_read(project: MakeProject) -> None:
    deck = project({"decks/questions/more.yaml": ""})
    with (deck.root / "decks/questions/more.yaml").open("wb") as file:
        file.truncate(20_000_000)
    run = apart(deck, "build")
    assert "the file cannot be read: it has more than 10,000,000 bytes" in run.stderr
    assert (run.returncode, "divide it into several files" in run.stderr) == (1, True)


def test_a_project_without_end_is_a_fault_and_not_read(project: MakeProject) -> None:
    """A terabyte of nothing takes no room on the disk, nor in an archive."""
    deck = project({"decks/questions/more.yaml": ""})
    with (deck.root / "decks/questions/more.yaml").open("wb") as file:
        file.truncate(1 << 40)
    run = apart(deck, "build")
    assert run.returncode == 1
    assert "the files up to this one have more than 50,000,000 bytes" in run.stderr


def test_links_to_links_do_not_make_ways_without_end(project: MakeProject) -> None:
    """Of 30 folders with two links each to the next one: 2³⁰ ways."""
    deck = project({})
    for number in range(30):
        for name in ("one", "two"):
            link(deck, f"decks/farm/{number}/{name}", f"../{number + 1}")
    (deck.root / "decks/farm/30").mkdir()
    run = apart(deck, "build")
    assert (run.returncode, "ways lead to this folder by links" in run.stderr) == (1, True)


def test_a_folder_of_the_whole_machine_is_not_walked(project: MakeProject) -> None:
    """Neither by a build that looks whether something changed, nor by `preview --watch`."""
    deck = project({})
    link(deck, "templates/everything", "/")
    entries = list(inside.walk(deck.root, deck.root / "templates", lambda entry: True))
    assert not entries
    assert apart(deck, "build").returncode == 0


# Modes


def test_what_is_written_keeps_who_may_read_it(project: MakeProject) -> None:
    role = "decks/private/acme/role.yaml"
    deck = project({role: ROLE})
    deck.build(NOON)
    written = [
        deck.root / name
        for name in ("build/private/acme.apkg", "decks/private/acme/notes.lock", role)
    ]
    for path in written:
        path.chmod(0o600)
    before = [path.read_bytes() for path in written]
    deck.write({"decks/private/acme/my.yaml": "my_answers:\n  complaint-steps: I nod.\n"})
    deck.build(NOON + 1)
    command = ("new", "question", "why", "--ask", "Why?", "--role", "acme", "--type", "pitch")
    assert prepdeck(deck, *command).returncode == 0
    assert [path.read_bytes() for path in written[:2]] != before[:2]
    assert [path.stat().st_mode & 0o777 for path in written] == [0o600] * 3


def test_a_new_file_has_the_mode_that_the_user_wants(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        write(tmp_path / "new", b"x", None)
    finally:
        os.umask(before)
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o640


def test_who_may_run_a_file_does_not_make_it_somebody_elses(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"x")
    path.chmod(0o4755)
    write(path, b"y", None)
    assert path.stat().st_mode & 0o7777 == 0o755


# Temporary files


def test_a_temporary_file_of_a_killed_build_is_removed_an_hour_later(tmp_path: Path) -> None:
    old, young, other = (tmp_path / name for name in (".x.1.tmp", ".x.2.tmp", ".xy.3.tmp"))
    for path in (old, young, other):
        path.write_bytes(b"half")
        os.utime(path, (NOON, NOON))
    young.touch()
    write(tmp_path / "x", b"whole", None)
    assert sorted(path.name for path in tmp_path.iterdir()) == [".x.2.tmp", ".xy.3.tmp", "x"]


def test_a_write_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()
    with pytest.raises(PrepdeckError, match="a directory"):
        write(tmp_path / "x", b"y", None)
    assert [path.name for path in tmp_path.iterdir()] == ["x"]
