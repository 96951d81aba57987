"""Packages and locks: equal byte for byte, also from locks that the old builder wrote."""

from __future__ import annotations

import shutil
from pathlib import Path

from checkout import HERE, HOUR, Pair


def copy_fixture(folder: Path) -> None:
    """The private project that uses everything."""
    shutil.copytree(HERE / "project", folder, dirs_exist_ok=True)


def compare_catalogue(pair: Pair, at: int) -> None:
    """The decks that come with prepdeck. `at`: Unix seconds, later than their last release."""
    decks = pair.old.checkout / "decks", pair.new.checkout / "decks"
    catalogue = {
        folder: {
            path.relative_to(folder).as_posix(): path.read_bytes()
            for path in folder.rglob("*")
            if path.is_file() and "private" not in path.relative_to(folder).parts
        }
        for folder in decks
    }
    ours, theirs = (catalogue[folder] for folder in decks)
    unequal = sorted(name for name in {*ours, *theirs} if ours.get(name) != theirs.get(name))
    if unequal:
        pair.report("catalogue", f"the shipped decks themselves differ: {', '.join(unequal)}")
    # Of two catalogues nothing could be compared: both build the old one.
    ignored = shutil.ignore_patterns("private")
    pair.begin("catalogue", lambda folder: _copy_decks(decks[0], folder, ignored))
    pair.run("the first build", "build", at=at)
    pair.run("a release", "build", "--release", at=at + HOUR)
    pair.hand_over()
    for folder in pair.folders:
        path = sorted((folder / "decks/questions").glob("*.yaml"))[0]
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace("    ask: ", "    ask: So: ", 1).replace("So: ", "So, ", 1))
    pair.run("a reworded question", "build", at=at + 2 * HOUR)


def _copy_decks(decks: Path, folder: Path, ignored: object) -> None:
    shutil.copytree(decks, folder / "decks", ignore=ignored)  # type: ignore[arg-type]


def compare_fixture(pair: Pair, at: int) -> None:
    """A life of the private project: first build, release, edits, a lost lock, a fault."""
    pair.begin("fixture", copy_fixture)
    hours = iter(range(at, at + 100 * HOUR, HOUR))

    def step(name: str, *arguments: str, status: int = 0) -> None:
        pair.run(name, *arguments, at=next(hours), status=status)
        pair.hand_over()

    step("the first build", "build")
    step("nothing changed", "build", "--out", "build/again")
    _keep_packages(pair, "first")
    step("a release", "build", "--release")
    pair.edit(
        "decks/questions/customers.yaml", "had 190 euros back in two", "had 190 euros back in three"
    )
    step("a reworded sample", "build")
    pair.edit("templates/kpi-sums/reckon.front.html", "{{Names}}", "{{Names}}; {{Gives}}")
    pair.edit("templates/_shared/base.css", "0.01em", "0.02em")
    step("locked, and a template changed", "build", "--locked", status=1)
    step("a changed template", "build")
    pair.edit("decks/private/acme/mine.yaml", "He thanked", "Everybody thanked")
    pair.edit("decks/private/acme/role.yaml", "before-friday]", "before-monday]")
    pair.edit("decks/private/acme/role.yaml", "interview: 2026-12-14", "interview: 2026-12-09")
    step("a changed answer, tag and plan date", "build")
    pair.edit("decks/private/acme/mine.yaml", "  refund-approach: I say what I can do.\n", "")
    pair.edit("decks/roles/lead.yaml", "    calm:\n", "    plain-words: {}\n    calm:\n")
    pair.edit(
        "decks/questions/customers.yaml",
        "  why-us-pitch:\n",
        "  why-now-pitch:\n    was: why-us-pitch\n",
    )
    pair.edit("decks/roles/solo.yaml", "why-us-pitch", "why-now-pitch")
    pair.edit("decks/private/acme/mine.yaml", "why-us-pitch", "why-now-pitch")
    pair.edit("decks/private/delta/role.yml", "why-us-pitch", "why-now-pitch")
    step("an emptied answer, a new owner, a renamed question", "build")
    step("a second release", "build", "--release")
    for folder in pair.folders:
        shutil.rmtree(folder / ".prepdeck")
    packages = [f"build/{name}.apkg" for name in ("agent", "lead", "private/acme", "private/beta")]
    step("a lost local lock", "build", *(f"--relock={package}" for package in packages))
    step("locked", "build", "--locked")
    pair.edit("decks/private/acme/mine.yaml", "number: 3 of 4", "numbr: 3 of 4")
    pair.edit(
        "decks/questions/customers.yaml", "type: knowledge\n    topics", "type: know\n    topics"
    )
    step("faults block the packages that they touch", "build", status=1)
    pair.edit(
        "decks/questions/customers.yaml", "type: know\n    topics", "type: knowledge\n    topics"
    )
    pair.edit("decks/private/acme/mine.yaml", "numbr: 3 of 4", "number: 3 of 4")
    step("warnings block too", "build", "--strict", status=1)
    step("one role alone", "build", "hire")


def _keep_packages(pair: Pair, name: str) -> None:
    """Under `kept/`, for `diff` and `sync`."""
    for folder in pair.folders:
        shutil.copytree(folder / "build", folder / "kept" / name)
