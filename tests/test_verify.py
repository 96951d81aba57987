"""`verify` says ok of what a build writes, and not of anything else."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from conftest import NOON, MakeProject
from test_cli import prepdeck

from builder.anki.verify import verify
from builder.package import read_package


def spoilt(path: Path, *statements: str) -> Path:
    """A copy of the package with its database changed."""
    with zipfile.ZipFile(path) as archive:
        raw = archive.read("collection.anki2")
    database = sqlite3.connect(":memory:")
    database.deserialize(raw)
    for statement in statements:
        database.execute(statement)
    database.commit()
    copy = path.with_name("spoilt.apkg")
    with zipfile.ZipFile(copy, "w") as archive:
        archive.writestr("collection.anki2", database.serialize())
        archive.writestr("media", "{}")
    return copy


def test_a_built_package_is_proved(project: MakeProject) -> None:
    path = project({}).built(NOON)
    proved = verify(path)
    assert proved.faults == ()
    assert proved.notes == 6
    assert dict(proved.cards) == {
        "Test Decks: KPI": 4,
        "Test Decks: Question": 3,
        "Test Decks: Skill": 1,
        "Test Decks: Your answer": 1,
    }
    assert proved.decks == ("Test Decks::Agent",)
    assert "topic::customer::complaints" in proved.tags
    assert proved.digest == read_package(path).digest


def test_a_title_in_quotation_marks_arrives_as_it_was_packed(project: MakeProject) -> None:
    """Anki keeps them in a deck's name and takes them out of a note type's."""
    deck = project({})
    deck.edit("decks/deck.yaml", "title: Test Decks", "title: 'The \"best\" Decks'")
    proved = verify(deck.built(NOON))
    assert proved.faults == ()
    assert proved.decks == ('The "best" Decks::Agent',)
    assert "The best Decks: Skill" in dict(proved.cards)


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        ("delete from cards where nid = (select min(id) from notes)", "has no card"),
        (
            "update notes set guid = 'x' where id in (select id from notes limit 2)",
            "notes have the GUID x",
        ),
        ("update notes set flds = char(31) || flds", "Anki refuses the package"),
        # A decomposed accent: Anki composes it, and what arrives is another text.
        (
            "update notes set flds = replace(flds, 'Empathy', 'Empathe' || char(769))",
            "what arrived is not what was packed",
        ),
        (
            "update notes set flds = substr(flds, instr(flds, char(31))) where tags like '%skill%'",
            "empty first field",
        ),
        (
            "update col set models = replace(models, '{{Instruction}}', '{{Instuction}}')",
            "does not render",
        ),
    ],
)
def test_a_spoilt_package_is_found_out(project: MakeProject, statement: str, fault: str) -> None:
    proved = verify(spoilt(project({}).built(NOON), statement))
    assert any(fault in said for said in proved.faults), proved.faults


def test_the_command_reports_and_exits(project: MakeProject) -> None:
    path = project({}).built(NOON)
    run = prepdeck("verify", str(path))
    assert run.returncode == 0
    assert run.stdout.splitlines()[:2] == [f"{path}: ok", "  notes   6"]
    assert "Update notes: Always" in run.stderr
    bad = spoilt(path, "update notes set guid = 'x'")
    assert prepdeck("verify", str(bad)).returncode == 1


def test_a_file_that_is_no_package_exits_with_2(tmp_path: Path) -> None:
    (tmp_path / "x.apkg").write_text("nothing")
    run = prepdeck("verify", str(tmp_path / "x.apkg"))
    assert run.returncode == 2
    assert "is not a package that prepdeck wrote" in run.stderr


def test_without_the_anki_library_a_message_says_how_to_get_it(
    project: MakeProject, tmp_path: Path
) -> None:
    path = project({}).built(NOON)
    code = (
        "import sys; sys.modules['anki'] = None\n"
        "from builder.cli import main\n"
        f"main(['verify', {str(path)!r}])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert run.returncode == 2
    assert "pip install 'prepdeck[anki]'" in run.stderr
