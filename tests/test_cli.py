"""The console script: streams, exit statuses, formats, imports."""

from __future__ import annotations

import gc
import json
import os
import re
import subprocess
import sys
import weakref
from pathlib import Path

import pytest
from conftest import NOON, MakeProject

from builder import __version__
from builder.checks import every_rule
from builder.cli import COMMANDS

CUSTOMER = "decks/questions/customer.yaml"


def prepdeck(
    *args: str, cwd: Path | None = None, **environment: str
) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own, at NOON."""
    return subprocess.run(
        [sys.executable, "-m", "builder", *args],
        cwd=cwd,
        env={**os.environ, "SOURCE_DATE_EPOCH": str(NOON), **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_paths_go_to_stdout_and_a_summary_to_stderr(project: MakeProject) -> None:
    deck = project({})
    run = prepdeck("build", cwd=deck.root)
    assert run.returncode == 0
    assert run.stdout == "build/agent.apkg\n"
    lines = run.stderr.splitlines()
    assert lines[0] == "agent: 6 notes, 9 cards"
    assert re.fullmatch(r"done in \d+\.\d\d s", lines[1])


def test_a_build_from_elsewhere_names_the_project_with_dash_c(
    project: MakeProject, tmp_path: Path
) -> None:
    deck = project({})
    run = prepdeck("-C", str(deck.root), "build", "agent", cwd=tmp_path)
    assert run.returncode == 0
    assert deck.package().is_file()


def test_a_build_inside_the_project_finds_its_root(project: MakeProject) -> None:
    deck = project({})
    run = prepdeck("build", cwd=deck.root / "decks" / "roles")
    assert run.returncode == 0
    assert deck.package().is_file()


def test_out_puts_packages_elsewhere(project: MakeProject, tmp_path: Path) -> None:
    deck = project({})
    assert prepdeck("build", "--out", str(tmp_path / "x"), cwd=deck.root).returncode == 0
    assert (tmp_path / "x" / "agent.apkg").is_file()
    assert not deck.package().exists()


def test_faults_in_content_exit_with_1_and_show_the_source(project: MakeProject) -> None:
    deck = project({})
    deck.edit(CUSTOMER, "type: approach", "type: aproach")
    run = prepdeck("build", cwd=deck.root)
    assert run.returncode == 1
    assert run.stdout == ""
    assert run.stderr.startswith(
        "error[wrong-value]: `aproach` is not one of the choices\n"
        "  --> decks/questions/customer.yaml:12:11\n"
        "   |\n"
        "12 |     type: aproach\n"
        "   |           ^^^^^^^\n"
        "   = help: write one of story, approach, knowledge, pitch; did you mean `approach`?\n"
    )
    assert "agent: blocked by the faults above\n" in run.stderr
    assert "1 error; done in" in run.stderr


def test_no_project_exits_with_2_and_says_how_to_begin(tmp_path: Path) -> None:
    run = prepdeck("build", cwd=tmp_path)
    assert run.returncode == 2
    assert "no decks/deck.yaml" in run.stderr
    assert "prepdeck new project DIR" in run.stderr
    assert "Traceback" not in run.stderr


def test_an_unknown_role_exits_with_2_and_suggests(project: MakeProject) -> None:
    run = prepdeck("build", "agnet", cwd=project({}).root)
    assert run.returncode == 2
    assert "did you mean `agent`?" in run.stderr


def test_an_unknown_command_suggests() -> None:
    run = prepdeck("biuld")
    assert run.returncode == 2
    assert "did you mean `build`?" in run.stderr


@pytest.mark.parametrize("said", ["soon", "0", "-1", "1.5"])
def test_a_senseless_source_date_epoch_exits_with_2(project: MakeProject, said: str) -> None:
    run = prepdeck("build", cwd=project({}).root, SOURCE_DATE_EPOCH=said)
    assert run.returncode == 2
    assert "SOURCE_DATE_EPOCH" in run.stderr


def test_faults_in_deck_yaml_hide_no_other_fault(project: MakeProject) -> None:
    deck = project({})
    deck.built()
    before = deck.package().read_bytes()
    lock = (deck.root / ".prepdeck/local.lock").read_bytes()
    deck.edit("decks/deck.yaml", "namespace: test-decks", "namespace: Test Decks!")
    deck.edit("decks/deck.yaml", "version: 1.0.0\n", "")
    deck.edit("decks/skills.yaml", "name: Empathy", "nam: Empathy")
    run = prepdeck("check", "--format", "concise", cwd=deck.root)
    assert run.returncode == 1
    assert [line.split(" ", 2)[:2] for line in run.stdout.splitlines()] == [
        ["decks/deck.yaml:1:1:", "error[missing-key]"],
        ["decks/deck.yaml:1:12:", "error[wrong-value]"],
        ["decks/skills.yaml:3:5:", "error[unknown-key]"],
    ]
    assert prepdeck("build", cwd=deck.root).returncode == 1
    assert deck.package().read_bytes() == before
    assert (deck.root / ".prepdeck/local.lock").read_bytes() == lock


@pytest.mark.parametrize("form", ["json", "github"])
@pytest.mark.parametrize("fault", [b"title: [", b"title: T\n", b"", b"\xff\xfe\x00", b"- a\n"])
def test_a_faulty_deck_yaml_is_told_in_the_format_asked_for(
    project: MakeProject, form: str, fault: bytes
) -> None:
    deck = project({"decks/deck.yaml": fault})
    run = prepdeck("check", "--format", form, cwd=deck.root)
    assert run.returncode == 1
    assert "Traceback" not in run.stderr
    assert "unknown-variable" not in run.stdout or fault == b"title: T\n"
    if form == "json":
        assert {d["file"] for d in json.loads(run.stdout)} >= {"decks/deck.yaml"}
    else:
        assert run.stdout.startswith("::error file=decks/deck.yaml")


def test_a_broken_deck_yaml_declares_no_variable_missing(project: MakeProject) -> None:
    deck = project({"decks/deck.yaml": "namespace: test-decks\ntitle: T\nvers ion 1\n"})
    deck.edit("decks/skills.yaml", "name the wait", "name the wait at {{ vars.company }}")
    assert "unknown-variable" not in deck.rules()
    assert "syntax" in deck.rules()


def test_strict_blocks_on_warnings(project: MakeProject) -> None:
    deck = project({})
    prepdeck("build", cwd=deck.root)
    deck.edit("decks/roles/agent.yaml", "title: Agent", "title: New Agent")
    assert prepdeck("build", "--strict", cwd=deck.root).returncode == 1
    assert prepdeck("check", "--strict", cwd=deck.root).returncode == 1
    assert prepdeck("build", cwd=deck.root).returncode == 0


def test_a_blocked_package_stays_and_the_others_are_built(project: MakeProject) -> None:
    deck = project({"decks/roles/lead.yaml": "role:\n  title: Lead\n  add:\n    - {kind: skill}\n"})
    prepdeck("build", cwd=deck.root)
    before = deck.package("agent").read_bytes()
    deck.edit("decks/kpis.yaml", "gives: 82", "gives: 81")
    deck.edit("decks/skills.yaml", "name: Empathy", "name: Real empathy")
    run = prepdeck("build", cwd=deck.root)
    assert run.returncode == 1
    assert run.stdout == "build/lead.apkg\n"
    assert "agent: blocked by the faults above (as it was before)" in run.stderr
    assert deck.package("agent").read_bytes() == before


def test_all_faults_come_in_one_run(project: MakeProject) -> None:
    deck = project({})
    deck.edit(CUSTOMER, "type: approach", "type: aproach")
    deck.edit("decks/kpis.yaml", "gives: 82", "gives: 81")
    deck.edit("decks/skills.yaml", "topics: [customer/", "topics: [custom/")
    deck.edit("decks/roles/agent.yaml", "kind: [question, kpi, skill]", "id: emptahy")
    found = json.loads(prepdeck("check", "--format", "json", cwd=deck.root).stdout)
    assert [d["rule"] for d in found] == [
        "arithmetic",
        "wrong-value",
        "unknown-reference",
        "unknown-reference",
    ]


def test_json_has_the_agreed_keys_and_paths_of_the_project(project: MakeProject) -> None:
    deck = project({})
    deck.edit("decks/kpis.yaml", "gives: 82", "gives: 81")
    run = prepdeck("check", "--format", "json", cwd=deck.root)
    assert json.loads(run.stdout) == [
        {
            "file": "decks/kpis.yaml",
            "line": 18,
            "column": 16,
            "end_line": 18,
            "end_column": 18,
            "severity": "error",
            "rule": "arithmetic",
            "message": "`top / ratings * 100` gives 82, not 81",
            "help": "correct the figure, its inputs or the formula",
        }
    ]
    assert prepdeck("check", "--format", "json", cwd=project({}).root).stdout == "[]\n"


def test_concise_and_github_have_one_line_each(project: MakeProject) -> None:
    deck = project({})
    deck.edit("decks/kpis.yaml", "gives: 82", "gives: 81")
    assert prepdeck("check", "--format", "concise", cwd=deck.root).stdout == (
        "decks/kpis.yaml:18:16: error[arithmetic] `top / ratings * 100` gives 82, not 81\n"
    )
    assert prepdeck("check", "--format", "github", cwd=deck.root).stdout == (
        "::error file=decks/kpis.yaml,line=18,col=16,endLine=18,endColumn=18,title=arithmetic::"
        "`top / ratings * 100` gives 82, not 81 (help: correct the figure, its inputs or the formula)\n"
    )


def test_a_fault_is_one_line_whatever_a_key_holds(project: MakeProject) -> None:
    deck = project({})
    deck.edit("decks/skills.yaml", "    name: Empathy", '    "na\\nme\\u0007": Empathy')
    told = prepdeck("check", "--format", "concise", cwd=deck.root).stdout
    assert all(line.startswith("decks/skills.yaml:") for line in told.splitlines())
    assert "`na\N{REPLACEMENT CHARACTER}me\N{REPLACEMENT CHARACTER}`" in told


def test_a_caret_stands_below_what_it_means_behind_wide_characters(project: MakeProject) -> None:
    deck = project({})
    deck.edit(
        "decks/skills.yaml", "topics: [customer/difficult-customers]", 'topics: ["語e\u0301", x]'
    )
    told = prepdeck("check", cwd=deck.root).stdout
    lines = told.splitlines()
    (place,) = [n for n, line in enumerate(lines) if "`x`" in line]
    source, caret = lines[place + 3], lines[place + 4]
    # Two cells for 語, one for the e with its accent.
    assert caret.index("^") == source.index("x]") + 1 - 1


def test_check_writes_nothing(project: MakeProject) -> None:
    deck = project({})
    before = sorted(deck.root.rglob("*"))
    run = prepdeck("check", cwd=deck.root)
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "no faults\n")
    assert sorted(deck.root.rglob("*")) == before


def test_every_rule_can_be_explained() -> None:
    listed = prepdeck("explain").stdout.split()[::2]
    assert listed == [rule.name for rule in every_rule()]
    run = prepdeck("explain", "duplicate-id")
    assert run.stdout.startswith("# duplicate-id\n")
    assert "did you mean `duplicate-id`?" in prepdeck("explain", "duplicat-id").stderr


def test_every_command_has_help_with_an_example() -> None:
    for command in COMMANDS:
        run = prepdeck(command, "--help")
        assert run.returncode == 0
        assert f"prepdeck {command}" in run.stdout.split("Examples:")[1]


def test_the_version_is_told() -> None:
    assert prepdeck("--version").stdout == f"prepdeck, version {__version__}\n"


#: What `prepdeck --help` may load beyond the standard library. Everything else waits for a command.
LIGHT = {"builder", "click"}


@pytest.mark.parametrize("args", [["--help"], ["--version"]])
def test_help_imports_click_and_nothing_heavy(args: list[str]) -> None:
    code = (
        "import sys\n"
        "before = set(sys.modules)\n"
        "from builder.cli import main\n"
        f"main({args!r}, standalone_mode=False)\n"
        "print('|', *{name for name in set(sys.modules) - before})\n"
    )
    out = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout
    loaded = {name.split(".")[0] for name in out.rpartition("|")[2].split()}
    strange = {name for name in loaded if name not in sys.stdlib_module_names} - LIGHT
    assert strange == set()
    assert not loaded & {"sqlite3", "difflib", "asyncio"}


def test_help_of_new_reads_the_kinds_and_loads_nothing_that_reads_a_project() -> None:
    code = (
        "import sys\n"
        "from builder.cli import main\n"
        "main(['new', '--help'], standalone_mode=False)\n"
        "print('|', *sys.modules)\n"
    )
    out = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout
    loaded = set(out.rpartition("|")[2].split())
    assert "builder.load.kinds" in loaded
    assert not loaded & {"builder.project", "builder.load.roles", "builder.load.templates"}


def test_colour_only_on_a_terminal(project: MakeProject) -> None:
    deck = project({})
    deck.edit("decks/kpis.yaml", "gives: 82", "gives: 81")
    assert "\x1b" not in prepdeck("check", cwd=deck.root).stdout


def test_a_command_spends_no_time_on_garbage() -> None:
    code = (
        "import gc\n"
        "from builder.cli import main\n"
        "main(['--version'], standalone_mode=False)\n"
        "print(gc.isenabled(), gc.get_freeze_count() > 0)\n"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.splitlines()[-1] == "False True"


class Garbage:
    """Refers to itself, so that only a collection frees it."""

    def __init__(self) -> None:
        self.itself = self


@pytest.mark.slow
def test_a_watch_of_hours_frees_its_garbage_after_each_save(project: MakeProject) -> None:
    """A command that ends soon has no need to; so it is off, as the command line has it."""
    from builder.commands.preview.run import make_previews
    from builder.commands.preview.watch import rebuilt, served, snapshot

    deck = project({})
    made = make_previews(deck.root, ("agent",))
    gc.disable()
    try:
        with served(made) as live:
            turns = rebuilt(deck.root, live, snapshot(deck.root))
            deck.edit("decks/skills.yaml", "name: Empathy", "name: Real empathy")
            next(turns)
            garbage = weakref.ref(Garbage())
            assert garbage() is not None
            deck.edit("decks/skills.yaml", "name: Real empathy", "name: Much empathy")
            next(turns)
            assert garbage() is None
    finally:
        gc.enable()
