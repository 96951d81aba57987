"""A build after which nothing changed is told again; whatever did change is built."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import MakeProject, ProjectFolder
from hypothesis import given
from hypothesis import strategies as st
from test_cli import prepdeck

import builder
from builder import shipped
from builder.commands.build import unchanged
from builder.report import Built

CUSTOMER = "decks/questions/customer.yaml"


def builds(deck: ProjectFolder, *arguments: str) -> bool:
    """Whether `build` compiled, and did not only tell the last outcome again."""
    run = subprocess.run(
        [
            *(sys.executable, "-c"),
            "import sys\n"
            "from builder.cli import main\n"
            "try:\n    main(sys.argv[1:])\n"
            "finally:\n    print('jinja2' in sys.modules)",
            *("-C", str(deck.root), "build", *arguments),
        ],
        cwd=deck.root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in run.stderr, run.stderr
    return run.stdout.splitlines()[-1] == "True"


def test_the_second_build_reads_no_definition(project: MakeProject) -> None:
    deck = project({})
    assert builds(deck)
    assert not builds(deck)


def test_the_outcome_reads_as_that_of_a_build(project: MakeProject) -> None:
    deck = project({"decks/private/me/role.yaml": "role:\n  title: Me\n  extends: agent\n"})
    prepdeck("build", cwd=deck.root)
    (deck.root / unchanged.MEMORY).unlink()
    compiled = prepdeck("build", cwd=deck.root)
    told = prepdeck("build", cwd=deck.root)
    assert told.stdout == compiled.stdout
    assert told.stderr.splitlines()[:-1] == compiled.stderr.splitlines()[:-1]
    assert told.returncode == compiled.returncode == 0


def same_size(deck: ProjectFolder) -> None:
    """Edited to the same length, and its time put back: only the disk's own time tells."""
    path = deck.root / CUSTOMER
    times = path.stat()
    deck.edit(CUSTOMER, "an angry customer", "an eager customer")
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))


CHANGES = {
    "an edit of the same size, its time put back": same_size,
    "a new file": lambda deck: deck.write(
        {"decks/new.yaml": "cards:\n  a:\n    front: A?\n    back: B\n"}
    ),
    "a file taken away": lambda deck: deck.write(
        {
            "decks/sources.yaml": None,
            "decks/s.yaml": "sources: {guide: {title: A, items: {q-1: a}}}\n",
        }
    ),
    "a renamed file": lambda deck: (deck.root / CUSTOMER).rename(deck.root / "decks/c.yaml"),
    "a template of one's own": lambda deck: deck.write(
        {"templates/_shared/words.en.yaml": "a: b\n"}
    ),
    "a package taken away": lambda deck: deck.package().unlink(),
    "a package changed": lambda deck: deck.package().write_bytes(b"x"),
    "a lost local lock": lambda deck: (deck.root / ".prepdeck/local.lock").unlink(),
    "a released lock from elsewhere": lambda deck: deck.write(
        {"decks/notes.lock": "prepdeck-lock\t1\ttest-decks\n"}
    ),
    "a memory that is none": lambda deck: (deck.root / unchanged.MEMORY).write_text("{"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_whatever_changed_is_built(project: MakeProject, change: str) -> None:
    deck = project({})
    assert builds(deck)
    CHANGES[change](deck)
    assert builds(deck)


@pytest.mark.parametrize("other", [["agent"], ["--strict"], ["--locked"], ["--out", "elsewhere"]])
def test_another_command_is_not_answered_from_memory(
    project: MakeProject, other: list[str]
) -> None:
    deck = project({})
    assert builds(deck)
    assert builds(deck, *other)


def test_a_warning_is_told_each_time(project: MakeProject) -> None:
    deck = project({})
    deck.edit(CUSTOMER, "Tell me about an angry customer.", "Who was angry? And why?")
    first = prepdeck("build", cwd=deck.root)
    assert "two-questions" in first.stderr
    again = prepdeck("build", cwd=deck.root)
    assert again.stderr.splitlines()[:-2] == first.stderr.splitlines()[:-2]
    assert again.returncode == 0


def test_a_git_command_in_a_private_role_is_no_change(project: MakeProject) -> None:
    """A private role may be a repository of its own; git writes there at each command."""
    deck = project({"decks/private/me/role.yaml": "role:\n  title: Me\n  extends: agent\n"})
    deck.write({"decks/private/me/.git/index": "before"})
    assert builds(deck)
    deck.write({"decks/private/me/.git/index": "after", "decks/private/me/.git/HEAD": "new"})
    assert not builds(deck)


def test_another_prepdeck_builds_anew(project: MakeProject) -> None:
    """Its modules, and the note types that come with it, are read as well."""
    files = unchanged.snapshot(project({}).root)
    package = Path(builder.__file__).parent
    assert {*map(str, package.rglob("*.py"))} <= {*files}
    assert {*map(str, (shipped.templates() / "question").iterdir())} <= {*files}


def test_a_link_that_leads_back_above_itself_is_not_followed(project: MakeProject) -> None:
    deck = project({})
    (deck.root / "decks/roles/up").symlink_to(deck.root / "decks")
    files = unchanged.snapshot(deck.root)
    assert sum(file.endswith("agent.yaml") for file in files) == 1


def test_a_faulty_build_is_not_remembered(project: MakeProject) -> None:
    deck = project({})
    assert builds(deck)
    deck.edit("decks/skills.yaml", "name: Empathy", "nam: Empathy")
    assert builds(deck)
    assert prepdeck("build", cwd=deck.root).returncode == 1


def test_an_edit_while_a_build_ran_is_built_next(project: MakeProject) -> None:
    deck = project({})
    before = unchanged.snapshot(deck.root)
    deck.edit(CUSTOMER, "an angry customer", "an eager customer")
    unchanged.remember(deck.root, {}, before, Built((), ()))
    assert unchanged.recall(deck.root, {}) is None


def test_an_upgraded_library_builds_anew(
    project: MakeProject, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    deck = project({})
    unchanged.remember(deck.root, {}, unchanged.snapshot(deck.root), Built((), ()))
    assert unchanged.recall(deck.root, {}) is not None
    spec = unchanged.importlib.util.find_spec("json")
    assert spec
    monkeypatch.setattr(spec, "origin", str(tmp_path / "jinja2/__init__.py"))
    monkeypatch.setattr(unchanged.importlib.util, "find_spec", lambda name: spec)
    assert unchanged.recall(deck.root, {}) is None


@given(st.binary(max_size=60))
def test_no_memory_makes_the_build_fail(
    tmp_path_factory: pytest.TempPathFactory, raw: bytes
) -> None:
    root = tmp_path_factory.mktemp("memory")
    (root / ".prepdeck").mkdir()
    (root / unchanged.MEMORY).write_bytes(raw)
    assert unchanged.recall(root, {}) is None
