"""What is installed: templates and catalogue, and never anything private."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SECRET = "the lost wedding dress of Berlin"
PARTS = ("builder", "templates", "decks", "docs", "tests")
FILES = ("pyproject.toml", "README.md", "CHANGELOG.md", "LICENSE", "Makefile", "constraints.txt")

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a wheel and an sdist, of a tree in which somebody keeps a private role.

    The tree has no .gitignore: leaving private roles out must not depend on one.
    """
    tree = tmp_path_factory.mktemp("tree")
    for part in PARTS:
        ignored = shutil.ignore_patterns("__pycache__", "private")
        shutil.copytree(ROOT / part, tree / part, ignore=ignored)
    for name in FILES:
        shutil.copy(ROOT / name, tree / name)
    private = tree / "decks/private/acme"
    private.mkdir(parents=True)
    role = f"role:\n  title: Acme\n  extends: customer-support-specialist\n# {SECRET}\n"
    (private / "role.yaml").write_text(role)
    (private / "notes.lock").write_text(SECRET)
    out = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(out), str(tree)],
        check=True,
        capture_output=True,
    )
    return out


def contents(path: Path) -> dict[str, bytes]:
    """Every file of a wheel or an sdist."""
    if path.suffix == ".whl":
        with zipfile.ZipFile(path) as wheel:
            return {name: wheel.read(name) for name in wheel.namelist()}
    with tarfile.open(path) as sdist:
        files = [member for member in sdist.getmembers() if member.isfile()]
        return {m.name: f.read() for m in files if (f := sdist.extractfile(m)) is not None}


@pytest.mark.parametrize("ending", ["*.whl", "*.tar.gz"])
def test_nothing_private_is_ever_shipped(built: Path, ending: str) -> None:
    (path,) = built.glob(ending)
    files = contents(path)
    assert not [name for name in files if "private" in name.split("/")]
    # This test itself ships in the sdist, and says the words.
    leaks = [n for n, raw in files.items() if SECRET.encode() in raw and "test_wheel" not in n]
    assert leaks == []


def test_the_wheel_carries_templates_catalogue_and_rules(built: Path) -> None:
    (path,) = built.glob("*.whl")
    names = set(contents(path))
    assert "builder/_data/templates/question/notetype.yaml" in names
    assert "builder/_data/templates/question/new.yaml" in names
    assert "builder/_data/templates/new/project/gitignore" in names
    kinds = ROOT / "templates/new/kind"
    archetypes = [p.relative_to(ROOT).as_posix() for p in kinds.rglob("*") if p.is_file()]
    assert {f"builder/_data/{path}" for path in archetypes} <= names
    assert "builder/_data/decks/roles/customer-support-specialist.yaml" in names
    assert "builder/rules/duplicate-id.md" in names
    assert "builder/py.typed" in names
    assert {name.split("/")[0] for name in names if ".dist-info" not in name} == {"builder"}


def test_an_installed_wheel_works_outside_a_checkout(built: Path, tmp_path: Path) -> None:
    """An empty environment, the wheel, a project from the catalogue, a package."""
    (wheel,) = built.glob("*.whl")
    environment = tmp_path / "venv"
    venv.create(environment, with_pip=True)
    python = environment / "bin" / "python"
    install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    constraints = str(ROOT / "constraints.txt")
    subprocess.run([*install, "-c", constraints, str(wheel)], check=True, capture_output=True)
    prepdeck = str(environment / "bin" / "prepdeck")
    clean = {k: v for k, v in os.environ.items() if k not in {"PYTHONPATH", "VIRTUAL_ENV"}}

    def run(*args: str) -> str:
        done = subprocess.run(
            [prepdeck, *args], cwd=tmp_path, env=clean, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    run("new", "project", "mine", "--from-catalogue")
    packages = run("-C", "mine", "build").splitlines()
    assert len(packages) == 8
    assert "mine/build/customer-support-specialist.apkg" in packages
    assert "templates/gap/fill.front.html" in run("-C", "mine", "new", "kind", "gap", "--cloze")
    assert "# duplicate-id" in run("explain", "duplicate-id")
