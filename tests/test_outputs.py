"""What a build writes: each output in one table, and the spreadsheet of a deck's notes."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import NOON, MakeProject, ProjectFolder
from test_cli import prepdeck
from test_completion import completed

from builder.lock import Stamps
from builder.outputs import DEFAULT, OUTPUTS
from builder.pipeline import BuildOptions, Built, build, compile_project

DAY = 86_400
AGENT = "build/agent.csv"


def sheet(deck: ProjectFolder, at: int = NOON, **how: bool) -> Built:
    return build(BuildOptions(deck.root, at, output="csv", **how))


def rows(path: Path) -> list[dict[str, str]]:
    """The lines of a spreadsheet by its first line."""
    return list(csv.DictReader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline="")))


def test_every_output_is_a_module_that_makes_bytes_of_a_deck(project: MakeProject) -> None:
    deck = project({})
    built = deck.build(NOON)
    (compiled,) = compile_project(deck.root).decks
    stamps = Stamps(
        notes={(compiled.role, note.guid): NOON for note in compiled.notes},
        notetypes=dict.fromkeys(compiled.notetypes, NOON),
    )
    assert DEFAULT == "apkg"
    for output in OUTPUTS.values():
        content = output.write(compiled, stamps)
        assert content == output.write(compiled, stamps), "the same at any hour"
        assert content[:2] == {".apkg": b"PK", ".csv": b"\xef\xbb"}[output.suffix]
    assert [package.path.suffix for package in built.packages] == [OUTPUTS[DEFAULT].suffix]


def test_the_table_of_outputs_imports_none_of_them() -> None:
    code = (
        "import sys, builder.outputs; print([m for m in sys.modules if m.startswith('builder.')])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == "['builder.outputs']\n"


def test_a_spreadsheet_has_a_line_for_each_note_in_the_order_of_study(project: MakeProject) -> None:
    deck = project({})
    sheet(deck)
    lines = rows(deck.root / AGENT)
    (compiled,) = compile_project(deck.root).decks
    assert sorted(line["id"] for line in lines) == sorted(note.id for note in compiled.notes)
    assert [int(line["order"]) for line in lines] == sorted(int(line["order"]) for line in lines)
    assert lines[0]["order"] == "1"
    steps = next(line for line in lines if line["id"] == "complaint-steps")
    assert steps["kind"] == "question"
    assert steps["note type"] == "Question"
    assert steps["topics"] == "customer/complaints"
    assert steps["tags"] == "kind::question topic::customer::complaints type::approach"
    assert steps["core"] == ""
    assert steps["Ask"] == "How do you take a complaint?"
    assert "listen\noffer two ways out" in steps.values(), "a line for each item of a list"


def test_a_paragraph_is_one_line_and_code_keeps_its_own(project: MakeProject) -> None:
    prose = """
        cards:
          greeting:
            front: Which greeting?
            back: |
              Name yourself, then
              ask *what happened*.

              Never argue:

                  if angry:
                      listen

              - no <b>
              - no &
        """
    deck = project({"decks/more.yaml": prose})
    deck.edit("decks/roles/agent.yaml", "kind: [question,", "kind: [card, question,")
    sheet(deck)
    greeting = next(line for line in rows(deck.root / AGENT) if line["id"] == "greeting")
    assert greeting["Back"].splitlines() == [
        "Name yourself, then ask what happened.",
        "Never argue:",
        "if angry:",
        "    listen",
        "no <b>",
        "no &",
    ]


def test_core_notes_are_marked(project: MakeProject) -> None:
    deck = project({})
    sheet(deck)
    core = {line["id"] for line in rows(deck.root / AGENT) if line["core"] == "yes"}
    assert core == {"angry-customer-story"}


def test_a_column_that_no_note_fills_is_left_out(project: MakeProject) -> None:
    deck = project({})
    sheet(deck)
    header = rows(deck.root / AGENT)[0]
    assert not {"Id", "Spare 1", "Spare 2"} & {*header}
    assert all(any(line[name] for line in rows(deck.root / AGENT)) for name in header)


def test_excel_reads_every_letter(project: MakeProject) -> None:
    """Without the mark it takes the bytes of `é` for two characters."""
    deck = project({})
    deck.edit("decks/skills.yaml", "name: Empathy", "name: Café – süß")
    sheet(deck)
    assert (deck.root / AGENT).read_bytes().startswith(b"\xef\xbb\xbf")
    assert any("Café – süß" in line.values() for line in rows(deck.root / AGENT))


@pytest.mark.parametrize("sign", ["=", "+", "-", "@"])
def test_no_cell_is_computed(project: MakeProject, sign: str) -> None:
    deck = project({})
    deck.edit("decks/skills.yaml", "name: Empathy", f"name: '{sign}1+1'")
    sheet(deck)
    names = {cell for line in rows(deck.root / AGENT) for cell in line.values()}
    assert f"'{sign}1+1" in names
    assert not any(name.startswith(sign) for name in names)


def test_a_spreadsheet_changes_no_lock(project: MakeProject) -> None:
    """Nobody imports it, so no time in it has to be remembered."""
    deck = project({})
    assert [package.state for package in sheet(deck).packages] == ["written"]
    assert not (deck.root / ".prepdeck/local.lock").exists()
    deck.built(NOON)
    lock = (deck.root / ".prepdeck/local.lock").read_bytes()
    deck.edit("decks/skills.yaml", "name: Empathy", "name: Warmth")
    assert sheet(deck, NOON + DAY, locked=True).is_clean
    assert (deck.root / ".prepdeck/local.lock").read_bytes() == lock


def test_a_spreadsheet_is_blocked_as_a_package_is(project: MakeProject) -> None:
    deck = project({})
    deck.edit("decks/kpis.yaml", "gives: 82", "gives: 83")
    assert [package.state for package in sheet(deck).packages] == ["blocked"]
    assert not (deck.root / AGENT).exists()


def test_private_spreadsheets_lie_apart(project: MakeProject) -> None:
    deck = project({"decks/private/me/role.yaml": "role:\n  title: Me\n  extends: agent\n"})
    sheet(deck)
    assert sorted(str(path.relative_to(deck.root)) for path in deck.root.rglob("*.csv")) == [
        "build/agent.csv",
        "build/private/me.csv",
    ]


def test_the_command_writes_what_it_is_asked_for(project: MakeProject) -> None:
    deck = project({})
    run = prepdeck("build", "--output", "csv", cwd=deck.root)
    assert (run.returncode, run.stdout) == (0, "build/agent.csv\n")
    assert run.stderr.splitlines()[0] == "agent: 6 notes, 9 cards"
    again = prepdeck("build", "--output", "csv", cwd=deck.root)
    assert again.stderr.splitlines()[0] == "agent: 6 notes, 9 cards (unchanged)"
    package = prepdeck("build", cwd=deck.root)
    assert package.stdout == "build/agent.apkg\n", "another output is another build"


def test_a_release_is_for_anki(project: MakeProject) -> None:
    run = prepdeck("build", "--release", "--output", "csv", cwd=project({}).root)
    assert run.returncode == 2
    assert "a release is what learners import; --output csv is not" in run.stderr


def test_help_says_what_each_output_is_for_and_what_no_spreadsheet_is_for(
    project: MakeProject,
) -> None:
    run = prepdeck("build", "--help", cwd=project({}).root)
    text = " ".join(run.stdout.split())
    assert all(f"{name}: {output.purpose}" in text for name, output in OUTPUTS.items())
    assert "never import one into Anki" in text


def test_a_shell_completes_outputs(project: MakeProject) -> None:
    assert completed("prepdeck build --output ", project({}).root) == [*OUTPUTS]


def test_help_waits_for_no_output() -> None:
    code = (
        "import sys\n"
        "from builder.cli import main\n"
        "main(['build', '--help'], standalone_mode=False)\n"
        "print({'genanki', 'builder.outputs.csv', 'builder.deck'} & {*sys.modules})\n"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.splitlines()[-1] == "set()"
