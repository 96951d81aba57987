"""Life's accidents: kills, a full disk, folders that cannot be written, a terminal that goes away.

After each: every file is whole, as it was before or as it is after; a lock is never behind a
package; the next command goes on as if nothing had happened; and no traceback. `make accidents`
has an accident at every moment of writing, the suite at some.
"""

from __future__ import annotations

import ctypes
import os
import pty
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from conftest import BASE, NOON, MakeProject, ProjectFolder
from learner import learner

#: At how many moments of each command an accident happens; 0 for all.
MOMENTS = int(os.environ.get("ACCIDENTS", "2"))

ROOT = Path(__file__).parent.parent
ROLE = """
role:
  title: Acme
  extends: agent
my_answers:
  complaint-steps: I nod.
"""
MOVE = ("new", "person", "anna", "acme")
NEW_QUESTION = ("new", "question", "why", "--ask", "Why?", "--type", "pitch", "--role", "acme")


def started(root: Path, *args: str, at: int = NOON, **environment: str) -> subprocess.Popen[str]:
    """The command in a process of its own, which need not be this user's."""
    path = os.pathsep.join([str(Path(__file__).parent / "accident"), str(ROOT)])
    known = {**os.environ, "PYTHONPATH": path, "SOURCE_DATE_EPOCH": str(at), **environment}
    return subprocess.Popen(
        [sys.executable, "-m", "builder", *args],
        cwd=root,
        env={name: text for name, text in known.items() if text},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def run(root: Path, *args: str, **environment: str) -> subprocess.CompletedProcess[str]:
    process = started(root, *args, **environment)
    out, err = process.communicate(timeout=120)
    return subprocess.CompletedProcess(args, process.returncode, out, err)


def files(root: Path) -> dict[str, bytes]:
    """Every file of a project but git's, the file lock, temporary ones, and a move's."""
    paths = (path for path in root.rglob("*") if path.is_file() and ".git" not in path.parts)
    contents = {
        path.relative_to(root).as_posix(): with_one_key(path.read_bytes()) for path in paths
    }
    return {
        name: content
        for name, content in contents.items()
        if not name.endswith((".tmp", "build.flock", "last-build.json"))
        and not name.startswith("decks/private/.")
    }


def with_one_key(content: bytes) -> bytes:
    """A move draws a key for the person; a deck's id and the sum of a lock are of it."""
    drawn, count = re.subn(rb"\banna-[0-9a-z]{4}\b(\t\d+)?", b"anna-key", content)
    return drawn.partition(b"\n")[2] if count and content.startswith(b"prepdeck-lock") else drawn


@dataclass(frozen=True)
class Life:
    """A project before a command, and what becomes of it when nothing happens."""

    before: Path
    command: tuple[str, ...]
    time: int
    after: Mapping[str, bytes]
    moments: int

    def copy(self, folder: Path) -> Path:
        """The project before the command, anew."""
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(self.before, folder, symlinks=True)
        export = self.before.parent / "mine.apkg"
        if export.exists() and export.parent != folder.parent:
            shutil.copy2(export, folder.parent)
        return folder

    def chosen(self) -> range:
        """The moments of accidents, from 1."""
        return range(1, self.moments + 1, max(self.moments // (MOMENTS or self.moments), 1))

    def accident(
        self, root: Path, what: str, moment: int, **environment: str
    ) -> subprocess.CompletedProcess[str]:
        return run(
            root,
            *self.command,
            at=self.time,
            ACCIDENT=what,
            ACCIDENT_AT=str(moment),
            ACCIDENT_UNDER=str(root),
            **environment,
        )


COMMANDS = {
    "the first build": ("build",),
    "a build after edits": ("build",),
    "a release": ("build", "--release"),
    "a new question": NEW_QUESTION,
    "schemas": ("schema",),
    "a sheet": ("sheet", "acme"),
    "a sync": ("sync", "../mine.apkg"),
    "a move below a person": MOVE,
}


@pytest.fixture(scope="module", params=COMMANDS)
def life(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Life:
    folder = tmp_path_factory.mktemp("life")
    deck = ProjectFolder(folder / "before")
    deck.write({**BASE, "decks/private/acme/role.yaml": ROLE})
    name, time = request.param, NOON
    if name != "the first build":
        deck.build(NOON)
        deck.edit("decks/questions/customer.yaml", "an angry customer", "an eager customer")
        deck.edit("decks/private/acme/role.yaml", "I nod.", "I listen.")
        time += 10
    if name == "a sync":
        with learner(folder / "anna") as anna:
            anna.imports(deck.package("private/acme"))
            id, words = "acme/complaint-steps", "I nod twice."
            anna.edits(id, "Answer", words, at=NOON + 5, notetype="Your answer")
            anna.exports(folder / "mine.apkg", scheduling=True)
        deck.edit("decks/private/acme/role.yaml", "I listen.", "I nod.")
    life = Life(deck.root, COMMANDS[name], time, {}, 0)
    done, log = life.copy(folder / "after"), folder / "log"
    ran = life.accident(done, "count", 0, ACCIDENT_LOG=str(log))
    assert ran.returncode == 0, ran.stderr
    moments = len(log.read_text().splitlines())
    print(f"{name}: {moments} moments of writing, accidents at {MOMENTS or 'all'}")
    return Life(deck.root, life.command, time, files(done), moments)


def assert_whole(life: Life, root: Path) -> None:
    """Each file is as before or as after, and a package of after has a lock of after."""
    before, now = files(life.before), files(root)
    for name, content in now.items():
        assert content in (before.get(name), life.after.get(name)), f"{name} is neither"
    if life.command != MOVE:
        assert before.keys() <= now.keys(), "nothing is lost"
    packages = [name for name in now if name.endswith(".apkg") and now[name] != before.get(name)]
    if packages:
        locks = {name for name in life.after if name.endswith(".lock")}
        assert {name: now.get(name) for name in locks} == {n: life.after[n] for n in locks}


def assert_goes_on(life: Life, root: Path) -> None:
    """The command again: as if nothing had happened."""
    ran = run(root, *life.command, at=life.time)
    if life.command == NEW_QUESTION and ran.returncode == 2:
        assert "`why` already exists" in ran.stderr, ran.stderr
    else:
        assert ran.returncode == 0, ran.stderr
    if life.command in (NEW_QUESTION, MOVE):
        # What was done before the kill is not done again; schemas come with the next command.
        assert run(root, "schema").returncode == 0
    assert files(root) == life.after


def test_a_kill_at_any_moment_of_writing_leaves_whole_files(life: Life, tmp_path: Path) -> None:
    for moment in life.chosen():
        root = life.copy(tmp_path / "copy")
        killed = life.accident(root, "SIGKILL", moment)
        assert killed.returncode == -9, f"moment {moment}: {killed.stderr}"
        assert_whole(life, root)
        assert_goes_on(life, root)


def test_a_full_disk_at_any_moment_of_writing_is_told(life: Life, tmp_path: Path) -> None:
    for moment in life.chosen():
        root = life.copy(tmp_path / "copy")
        ran = life.accident(root, "full", moment)
        assert "Traceback" not in ran.stderr, f"moment {moment}: {ran.stderr}"
        # Without room for what it remembers a build only works again next time.
        if ran.returncode != 0:
            assert (ran.returncode, "no space left" in ran.stderr) == (2, True), ran.stderr
        assert_whole(life, root)
        assert not list(root.rglob("*.tmp")), f"moment {moment} leaves a temporary file"
        assert_goes_on(life, root)


@pytest.mark.parametrize(("name", "status"), [("SIGINT", 130), ("SIGTERM", 143), ("SIGHUP", 129)])
def test_an_interrupted_command_tidies_up_and_ends_with_its_signal(
    life: Life, tmp_path: Path, name: str, status: int
) -> None:
    for moment in life.chosen()[:: 1 if MOMENTS == 0 else 2]:
        root = life.copy(tmp_path / "copy")
        ran = life.accident(root, name, moment)
        assert ran.returncode == status, f"moment {moment}: {ran.stderr}"
        assert "Traceback" not in ran.stderr
        assert_whole(life, root)
        assert not list(root.rglob("*.tmp")), f"moment {moment} leaves a temporary file"
        assert_goes_on(life, root)


# Two at once


def test_two_changed_builds_at_once_wait_for_each_other(project: MakeProject) -> None:
    deck = project({"decks/private/acme/role.yaml": ROLE})
    deck.build(NOON)
    deck.edit("decks/questions/customer.yaml", "an angry customer", "an eager customer")
    both = [started(deck.root, "build", at=NOON + 10) for _ in range(2)]
    outputs = [process.communicate(timeout=120) for process in both]
    assert [process.returncode for process in both] == [0, 0], outputs
    after = files(deck.root)
    assert run(deck.root, "build", at=NOON + 20).returncode == 0
    assert files(deck.root) == after, "the second build had nothing to stamp"


@pytest.fixture
def branches(project: MakeProject) -> ProjectFolder:
    """A released project on branch `main`; on `other` more questions are released."""
    deck = project({".gitignore": "build/\n.prepdeck/\n"})

    def git(*args: str) -> None:
        who = ("-c", "user.name=T", "-c", "user.email=t@example.org")
        subprocess.run(["git", *who, *args], cwd=deck.root, check=True, capture_output=True)

    git("init", "--quiet", "--initial-branch", "main")
    deck.build(NOON, release=True)
    git("add", "--all")
    git("commit", "--quiet", "-m", "one")
    git("checkout", "--quiet", "-b", "other")
    deck.edit("decks/questions/customer.yaml", "an angry customer", "an eager customer")
    more = "questions:\n  more:\n    ask: What more?\n    type: pitch\n    answer: Much more.\n"
    deck.write({"decks/questions/more.yaml": f"{more}    topics: [customer/complaints]\n"})
    deck.build(NOON + 10, release=True)
    git("add", "--all")
    git("commit", "--quiet", "-m", "two")
    git("checkout", "--quiet", "main")
    deck.edit("decks/kpis.yaml", "talk time", "time of talking")
    return deck


def names(lock: bytes) -> set[tuple[bytes, ...]]:
    """What the lines of a lock are about."""
    return {tuple(line.split(b"\t")[:4]) for line in lock.splitlines()[1:] if b"note\t" in line[:5]}


@pytest.mark.parametrize("command", [("build",), ("build", "--release")])
def test_another_branch_during_a_build_loses_nothing(
    branches: ProjectFolder, tmp_path: Path, command: tuple[str, ...]
) -> None:
    """The files of two branches may be read as one. What counts is what is left afterwards."""
    lock = subprocess.run(
        ["git", "show", "other:decks/notes.lock"],
        cwd=branches.root,
        check=True,
        capture_output=True,
    ).stdout
    for moment in range(1, 120, 120 // (MOMENTS or 40)):
        root = tmp_path / "copy"
        shutil.rmtree(root, ignore_errors=True)
        shutil.copytree(branches.root, root)
        switch = f"git -C {root} checkout --quiet other || true"
        ran = run(
            root,
            *command,
            at=NOON + 20,
            ACCIDENT="run",
            ACCIDENT_AT=str(moment),
            ACCIDENT_UNDER=str(root),
            ACCIDENT_RUN=switch,
        )
        assert "Traceback" not in ran.stderr, ran.stderr
        if "other" in (root / ".git/HEAD").read_text():
            present = (root / "decks/notes.lock").read_bytes()
            assert names(present) >= names(lock), f"moment {moment}: released lines are gone"
        again = run(root, "build", at=NOON + 30)
        assert again.returncode == 0, again.stderr


# Folders and files


@dataclass(frozen=True)
class Ordinary:
    """A project of an ordinary user, to whom read-only is read-only."""

    root: Path

    def run(self, *args: str, **environment: str) -> subprocess.CompletedProcess[str]:
        path = os.pathsep.join([str(ROOT)])
        return subprocess.run(
            [sys.executable, "-m", "builder", *args],
            cwd=self.root,
            env={**os.environ, "PYTHONPATH": path, "SOURCE_DATE_EPOCH": str(NOON), **environment},
            capture_output=True,
            text=True,
            check=False,
            preexec_fn=_ordinary if os.geteuid() == 0 else None,
            timeout=120,
        )


def _ordinary() -> None:
    """Takes from root what makes it read and write everything; what it starts then has it neither."""
    drop, dac_override, dac_read_search = 24, 1, 2
    for capability in (dac_override, dac_read_search):
        if ctypes.CDLL(None).prctl(drop, capability, 0, 0, 0) != 0:
            raise OSError("no ordinary user")


@pytest.fixture
def ordinary(project: MakeProject) -> Iterator[Ordinary]:
    deck = project({"decks/private/acme/role.yaml": ROLE})
    yield Ordinary(deck.root)
    for path in [deck.root, *deck.root.rglob("*")]:
        path.chmod(0o755)


def test_a_read_only_project_can_be_checked_and_not_built(ordinary: Ordinary) -> None:
    for path in [ordinary.root, *ordinary.root.rglob("*")]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    assert ordinary.run("check").returncode == 0
    ran = ordinary.run("build")
    assert ran.returncode == 2
    assert "prepdeck: " in ran.stderr
    assert "build.flock cannot be written: permission denied\n  help: check" in ran.stderr
    assert sorted(path.name for path in ordinary.root.iterdir()) == ["decks"]


@pytest.mark.parametrize(
    ("folder", "command"),
    [
        ("build", ("build",)),
        ("build/private", ("build",)),
        ("decks/private/acme", ("build",)),
        ("decks/private/acme", NEW_QUESTION),
        ("decks", ("build", "--release")),
        ("build", ("sheet", "agent")),
        (".prepdeck", ("build",)),
        (".prepdeck", ("schema",)),
    ],
)
def test_a_read_only_folder_is_named(
    ordinary: Ordinary, folder: str, command: tuple[str, ...]
) -> None:
    path = ordinary.root / folder
    assert ordinary.run("build", "agent").returncode == 0
    if folder == ".prepdeck":
        shutil.rmtree(path)
    if not path.exists():
        path.mkdir(parents=True)
    path.chmod(0o555)
    before = files(ordinary.root)
    ran = ordinary.run(*command)
    assert (ran.returncode, "permission denied" in ran.stderr) == (2, True), ran.stderr
    assert "Traceback" not in ran.stderr
    after = files(ordinary.root)
    path.chmod(0o755)
    assert {name: text for name, text in after.items() if name in before} == before
    ran = ordinary.run(*command)
    assert ran.returncode == 0, ran.stderr


def test_a_file_that_may_not_be_read_is_a_fault_in_its_place(ordinary: Ordinary) -> None:
    (ordinary.root / "decks/kpis.yaml").chmod(0)
    ran = ordinary.run("check")
    assert ran.returncode == 1
    assert "the file cannot be read: permission denied" in ran.stdout


@pytest.mark.parametrize(
    ("name", "is_folder", "help"),
    [
        ("build", False, "a file has the name of a folder: move {} away"),
        ("build/private", False, "a file has the name of a folder: move {} away"),
        ("build/agent.apkg", True, "a folder has the name of the file: move {} away"),
        (".prepdeck", False, "a file has the name of a folder: move {} away"),
        (".prepdeck/local.lock", True, "rename the folder"),
        (".prepdeck/build.flock", True, "a folder has the name of the file: move {} away"),
    ],
)
def test_a_file_in_a_folders_place_is_named(
    project: MakeProject, name: str, is_folder: bool, help: str
) -> None:
    deck = project({"decks/private/acme/role.yaml": ROLE})
    path = deck.root / name
    path.parent.mkdir(exist_ok=True)
    path.mkdir() if is_folder else path.write_text("mine")
    ran = run(deck.root, "build")
    assert ran.returncode in (1, 2)
    assert help.format(path) in ran.stderr
    assert is_folder or path.read_text() == "mine"


# The clock, the home, the terminal


def test_a_clock_that_is_set_back_is_one_fault(project: MakeProject) -> None:
    deck = project({})
    deck.build(NOON)
    deck.edit("decks/questions/customer.yaml", "an angry customer", "an eager customer")
    before = files(deck.root)
    ran = run(deck.root, "build", at=NOON - 86_400)
    assert (ran.returncode, ran.stderr.count("error[")) == (1, 1)
    assert "set the clock right" in ran.stderr
    assert files(deck.root) == before
    assert run(deck.root, "build", at=NOON + 1).returncode == 0


@pytest.mark.parametrize(
    "command", [("build",), ("check",), ("new", "role", "beta", "--extends", "agent"), ("schema",)]
)
def test_no_home_is_no_fault(project: MakeProject, command: tuple[str, ...]) -> None:
    nothing = dict.fromkeys(("HOME", "USER", "LOGNAME", "XDG_CONFIG_HOME", "TMPDIR"), "")
    ran = run(project({}).root, *command, **nothing)
    assert ran.returncode == 0, ran.stderr


def shell(deck: ProjectFolder, line: str) -> subprocess.CompletedProcess[str]:
    """A line of a shell, in which `prepdeck` is the command."""
    script = f'prepdeck() {{ "{sys.executable}" -m builder "$@"; }}\n{line}'
    return subprocess.run(
        ["bash", "-c", script],
        cwd=deck.root,
        env={**os.environ, "PYTHONPATH": str(ROOT), "SOURCE_DATE_EPOCH": str(NOON)},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.mark.parametrize("command", ["ls", "check", "build", "--help", "explain lock-mangled"])
def test_a_full_device_is_told_as_the_output(project: MakeProject, command: str) -> None:
    ran = shell(project({}), f"prepdeck {command} > /dev/full")
    if command == "check":  # it has nothing to print there
        assert ran.returncode in (0, 2)
        return
    assert ran.returncode == 2
    assert ran.stderr.endswith(
        "prepdeck: the output cannot be written: no space left on device\n"
        "  help: check where it goes\n"
    )


@pytest.mark.parametrize("command", ["ls", "build", "ls --format json"])
def test_a_reader_that_goes_away_ends_a_command_quietly(project: MakeProject, command: str) -> None:
    deck = project({})
    ran = shell(deck, f"set -o pipefail; (sleep 1; prepdeck {command}; echo $? >&2) | true")
    assert ran.stderr.splitlines()[-1] == "141"
    assert "Traceback" not in ran.stderr
    assert "Broken" not in ran.stderr


@pytest.mark.parametrize("streams", [">&-", "2>&-", ">&- 2>&-", "> /dev/full 2> /dev/full"])
def test_closed_streams_leave_no_traceback(project: MakeProject, streams: str) -> None:
    deck = project({})
    ran = shell(deck, f"(prepdeck build {streams})")
    assert "Traceback" not in ran.stdout + ran.stderr
    assert ran.returncode in (0, 2)
    assert deck.package().is_file()


def test_a_terminal_that_goes_away_leaves_whole_files(project: MakeProject) -> None:
    """Its programs get SIGHUP; what ignores that cannot print."""
    deck = project({})
    ours, theirs = pty.openpty()
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "SOURCE_DATE_EPOCH": str(NOON)}
    process = subprocess.Popen(
        [sys.executable, "-m", "builder", "build"],
        cwd=deck.root,
        env=environment,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    )
    os.close(theirs)
    os.close(ours)
    assert process.wait(timeout=120) == 2
    assert deck.package().is_file()
    assert run(deck.root, "build").stdout == "build/agent.apkg\n"
