"""What the README shows is what happens."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from conftest import RELEASED, ProjectFolder
from make_docs import PAGES
from test_cli import prepdeck

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


def console(command: str) -> str:
    """What the README says that a command prints."""
    (block,) = [b for b in blocks("console") if b.startswith(f"$ {command}\n")]
    return block.split("\n", 1)[1]


def readme_project(folder: Path) -> ProjectFolder:
    """An empty project, with the README's files in it; each names itself in its first line."""
    prepdeck("new", "project", str(folder))
    deck = ProjectFolder(folder)
    files = {text.split("\n")[0].removeprefix("# "): text for text in blocks("yaml")}
    assert set(files) == {
        "decks/questions/refunds.yaml",
        "decks/roles/first-role.yaml",
        "decks/private/acme/role.yaml",
    }
    deck.write(files)  # type: ignore[arg-type]
    return deck


def test_the_yaml_of_the_readme_builds(tmp_path: Path) -> None:
    deck = readme_project(tmp_path / "p")
    run = prepdeck("build", cwd=deck.root)
    assert run.returncode == 0, run.stderr
    assert run.stdout.split() == ["build/first-role.apkg", "build/private/acme.apkg"]


def test_the_fault_of_the_readme_is_told_as_it_says(tmp_path: Path) -> None:
    deck = readme_project(tmp_path / "p")
    refunds = "decks/questions/refunds.yaml"
    deck.edit(refunds, f"# {refunds}\n", "")
    deck.edit(refunds, "type: approach", "type: aproach")
    run = prepdeck("check", cwd=deck.root)
    assert run.stdout + run.stderr == console("prepdeck check")


def test_the_build_of_the_readme_counts_right(tmp_path: Path) -> None:
    prepdeck("new", "project", str(tmp_path / "p"), "--from-catalogue")
    run = prepdeck("build", cwd=tmp_path / "p", SOURCE_DATE_EPOCH=str(RELEASED))
    said = console("make decks").splitlines()[:-1]
    # A terminal shows both streams, each path above what it holds.
    assert said[::2] == run.stdout.splitlines()
    assert said[1::2] == run.stderr.splitlines()[:-1]


def test_every_command_is_in_the_readme() -> None:
    from builder.cli import COMMANDS

    for command in COMMANDS:
        assert f"| `prepdeck {command}" in README


def test_every_file_that_the_documents_link_to_is_there() -> None:
    for document in [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]:
        text = document.read_text(encoding="utf-8")
        for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", text):
            assert (document.parent / target).exists(), f"{document.name}: {target}"


@pytest.mark.parametrize("name", sorted({*PAGES} - {"first-days.md"}))
def test_no_generated_page_is_stale(name: str) -> None:
    """docs/first-days.md is compared where its days are studied (test_first_days.py)."""
    assert (ROOT / "docs" / name).read_text(encoding="utf-8") == PAGES[name](), "run: make docs"


def test_the_map_of_the_house_has_the_rows_of_the_contract() -> None:
    config = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contract = config["tool"]["importlinter"]["contracts"][0]["layers"]
    page = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
    table = page.partition("## The map")[2].partition("## ")[0]
    rows = [row.split("|")[1] for row in re.findall(r"^\| `.*", table, re.MULTILINE)]
    assert [re.findall(r"`(\w+)`", row) for row in rows] == [
        layer.split(" | ") for layer in contract
    ]
