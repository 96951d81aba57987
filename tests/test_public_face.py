"""What Python code may use of prepdeck: `import builder`, pinned and documented."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import MakeProject

import builder

REFERENCE = Path(__file__).parents[1] / "docs/reference.md"
FACE = {
    *("BuildOptions", "Built", "Compiled", "build", "compile_project", "find_root"),
    *("Card", "Deck", "Definition", "Note", "NoteType", "Project", "Role", "read_package"),
    *("Diagnostic", "PrepdeckError", "Severity", "Span", "__version__"),
}


def from_python() -> str:
    """The part of the reference about Python."""
    return REFERENCE.read_text("utf-8").partition("\n## From Python\n")[2]


def test_the_public_names_are_these() -> None:
    """A name that goes away breaks somebody's script: the changelog has to say it."""
    assert {*builder.__all__} == FACE
    assert all(getattr(builder, name) is not None for name in FACE)
    assert {*dir(builder)} >= FACE


def test_another_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="'builder' has no attribute 'pack'"):
        builder.pack  # noqa: B018


def test_the_reference_has_every_public_name() -> None:
    rows = re.findall(r"^\| (`.*?) \|", from_python(), re.MULTILINE)
    assert {re.match(r"\w+", name)[0] for row in rows for name in row.split("`")[1::2]} == FACE  # type: ignore[index]


def test_importing_it_imports_nothing_else() -> None:
    """`--help` imports it first."""
    code = "import builder, sys; print([m for m in sys.modules if m.startswith('builder.')])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == "[]\n"


def test_the_example_of_the_reference_runs(project: MakeProject) -> None:
    deck = project({})
    deck.edit(
        "decks/questions/customer.yaml",
        "Tell me about an angry customer.",
        "Who was angry? And why?",
    )
    example = re.findall(r"```python\n(.*?)```", from_python(), re.DOTALL)
    assert len(example) == 1
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", example[0]],
        cwd=deck.root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.stderr == ""
    assert "decks/questions/customer.yaml:3:10: warning: " in run.stdout
    assert "agent complaint-steps Question " in run.stdout
    assert run.stdout.endswith(f"{deck.package()} written\n")
