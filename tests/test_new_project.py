"""`new project`: valid from the first second, and nothing overwritten."""

from __future__ import annotations

import shlex
import shutil
import subprocess
from pathlib import Path

from conftest import NOON, RELEASED, said
from test_cli import prepdeck

from builder import shipped
from builder.pipeline import BuildOptions, build


def test_an_empty_project_builds_from_the_first_second(tmp_path: Path) -> None:
    run = prepdeck("new", "project", str(tmp_path / "my-decks"))
    assert run.returncode == 0
    assert "prepdeck -C" in run.stderr
    built = build(BuildOptions(tmp_path / "my-decks", NOON))
    assert not built.findings, said(built.findings)
    assert [(p.role, p.notes, p.cards) for p in built.packages] == [("first-role", 2, 2)]


def test_no_two_empty_projects_share_a_namespace(tmp_path: Path) -> None:
    texts = set()
    for name in ("one", "two"):
        prepdeck("new", "project", str(tmp_path / name))
        text = (tmp_path / name / "decks/deck.yaml").read_text()
        texts.add(next(line for line in text.splitlines() if line.startswith("namespace:")))
    assert len(texts) == 2


def test_a_project_from_the_catalogue_keeps_its_namespace_and_builds(tmp_path: Path) -> None:
    folder = tmp_path / "decks-of-mine"
    assert prepdeck("new", "project", str(folder), "--from-catalogue").returncode == 0
    ours = (shipped.catalogue() / "deck.yaml").read_bytes()
    assert (folder / "decks/deck.yaml").read_bytes() == ours
    built = build(BuildOptions(folder, RELEASED))
    assert not built.findings, said(built.findings)
    assert "customer-support-specialist" in [package.role for package in built.packages]


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    run = prepdeck("new", "project", str(tmp_path))
    assert run.returncode == 2
    assert "is not empty" in run.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_a_folder_name_that_yaml_would_misread_is_quoted(tmp_path: Path) -> None:
    prepdeck("new", "project", str(tmp_path / "a: b # c"))
    built = build(BuildOptions(tmp_path / "a: b # c", NOON))
    assert not built.findings, said(built.findings)


def test_git_ignores_what_is_private_a_folder_or_a_link_to_one(tmp_path: Path) -> None:
    for folder in (tmp_path / "p", Path(__file__).parent.parent):
        ignored = folder / ".gitignore"
        if folder == tmp_path / "p":
            prepdeck("new", "project", str(folder))
        scratch = tmp_path / f"{folder.name}-scratch"
        (scratch / "decks").mkdir(parents=True)
        shutil.copy(ignored, scratch)
        subprocess.run(["git", "init", "--quiet"], cwd=scratch, check=True)
        (scratch / "decks/private").symlink_to(tmp_path)
        ask = ["git", "check-ignore", "decks/private"]
        assert subprocess.run(ask, cwd=scratch, check=False, capture_output=True).returncode == 0


def test_the_next_step_can_be_pasted_whatever_the_folder_is_called(tmp_path: Path) -> None:
    run = prepdeck("new", "project", 'a "b" $c', cwd=tmp_path)
    step = run.stderr.splitlines()[-1].removeprefix("next: ")
    assert shlex.split(step) == ["prepdeck", "-C", 'a "b" $c', "build"]
