"""What a text becomes is for ever: a library's upgrade must not change what learners have.

`golden.yaml` has texts and their HTML. And the whole catalogue is built with the oldest libraries
that pyproject.toml allows (`make oldest` sets them up), and must be the same.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from conftest import RELEASED, ProjectFolder

from builder import shipped
from builder.package import read_package
from builder.render.text import block_html, inline_html

ROOT = Path(__file__).parent.parent
GOLDEN: dict[str, dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parent / "golden.yaml").read_text(encoding="utf-8")
)
VALUES = {"company": "Acme & <Sons>"}
OLDEST = ROOT / ".oldest/bin/python"


@pytest.mark.parametrize("name", GOLDEN)
def test_a_text_becomes_what_it_always_became(name: str) -> None:
    said = GOLDEN[name]
    if "line" in said:
        assert inline_html(said["text"], VALUES) == said["line"]
    if "prose" in said:
        assert block_html(said["text"], VALUES) == said["prose"].rstrip("\n")


def test_the_oldest_libraries_are_those_that_pyproject_allows() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    # Behind a semicolon stands which Pythons need it.
    parts = [part.partition(";")[0] for part in project["dependencies"]]
    allowed = dict(part.split(">=") for part in parts)
    oldest = (ROOT / "constraints-oldest.txt").read_text(encoding="utf-8")
    pinned = dict(re.findall(r"^([\w.-]+)==(\S+)$", oldest, re.MULTILINE))
    assert pinned.keys() == allowed.keys()
    for name, version in pinned.items():
        assert version in (allowed[name], f"{allowed[name]}.0")


@pytest.mark.slow
def test_the_oldest_libraries_give_the_same_decks(tmp_path: Path) -> None:
    if not OLDEST.exists():
        pytest.skip("no .oldest/ here: `make oldest` sets it up")
    ignored = shutil.ignore_patterns("private")
    digests = []
    for name in ("newest", "oldest"):
        root = tmp_path / name
        shutil.copytree(shipped.catalogue(), root / "decks", ignore=ignored)
        if name == "newest":
            ProjectFolder(root).build(RELEASED)
        else:
            subprocess.run(
                [str(OLDEST), "-m", "builder", "-C", str(root), "build"],
                check=True,
                capture_output=True,
                env={"SOURCE_DATE_EPOCH": str(RELEASED), "PYTHONDONTWRITEBYTECODE": "1"},
            )
        packages = sorted((root / "build").glob("*.apkg"))
        digests.append({path.name: read_package(path).digest for path in packages})
    assert digests[0] == digests[1]
    assert len(digests[0]) == 8
