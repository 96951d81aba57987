"""`make` on machines that lack something: which package to install, and a stop."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def make(folder: Path, *args: str) -> subprocess.CompletedProcess[str]:
    shutil.copy(ROOT / "Makefile", folder)
    for name in ("pyproject.toml", "constraints.txt"):
        shutil.copy(ROOT / name, folder)
    return subprocess.run(["make", *args], cwd=folder, capture_output=True, text=True, check=False)


def test_without_python_it_says_what_to_install(tmp_path: Path) -> None:
    run = make(tmp_path, "decks", "PYTHON=no-such-python")
    assert run.returncode != 0
    assert "no-such-python is missing; install Python 3.11 or newer" in run.stderr
    assert not (tmp_path / ".venv").exists()


@pytest.mark.parametrize(
    ("lacking", "message"),
    [
        ("sys.version_info", "prepdeck needs Python 3.11"),
        ("import venv", "apt install python3-venv"),
    ],
)
def test_a_python_that_lacks_something_is_told(tmp_path: Path, lacking: str, message: str) -> None:
    """A stand-in for Python that fails whatever line asks for what it lacks."""
    python = tmp_path / "python"
    python.write_text(f'#!/bin/sh\ncase "$*" in *"{lacking}"*) exit 1;; esac\nexit 0\n')
    python.chmod(0o755)
    run = make(tmp_path, "decks", f"PYTHON={python}")
    assert run.returncode != 0
    assert message in run.stderr
    assert not (tmp_path / ".venv").exists()


def test_every_target_that_makes_no_file_is_phony() -> None:
    text = (ROOT / "Makefile").read_text()
    phony = text.split(".PHONY:")[1].split("\n")[0].split()
    targets = [
        line.split(":")[0]
        for line in text.splitlines()
        if line[:1].isalpha() and ":" in line and ":=" not in line and "?=" not in line
    ]
    assert sorted(phony) == sorted(targets)
