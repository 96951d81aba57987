"""Completion in bash, zsh and fish: roles, kinds, topics; asked while somebody waits for a key."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import MakeProject, ProjectFolder
from test_cli import prepdeck

from builder.cli.completion import kinds_at, persons_at, roles_at, types_at
from builder.load import load
from builder.load.kinds import kinds_of

KINDS, _ = kinds_of()
ACME = "role:\n  title: Agent at Acme\n  extends: agent\n  key: acme-1\n"


def completed(line: str, cwd: Path, **environment: str) -> list[str]:
    """What fish would offer for a line; the last word is being typed."""
    words, last = line.rsplit(" ", 1)
    run = subprocess.run(
        [sys.executable, "-c", "from builder.cli import main; main(prog_name='prepdeck')"],
        cwd=cwd,
        env={
            **os.environ,
            "_PREPDECK_COMPLETE": "fish_complete",
            "COMP_WORDS": words,
            "COMP_CWORD": last,
            **environment,
        },
        capture_output=True,
        text=True,
        check=True,
    )
    return [said.split("\t")[0].split(",", 1)[-1] for said in run.stdout.splitlines() if said]


@pytest.fixture
def deck(project: MakeProject) -> ProjectFolder:
    return project(
        {
            "decks/private/acme/role.yaml": ACME,
            "decks/private/globex.yaml": ACME.replace("acme-1", "globex-1"),
            "decks/lead-of-agents.yaml": "role:\n  title: Lead\n  extends: agent\n",
            "decks/roles/.hidden.yaml": "role:\n  title: Hidden\n",
        }
    )


def test_persons_are_found_as_the_loader_finds_them(project: MakeProject) -> None:
    """A `me.yaml` without `me:` makes no person: its folder is a role's."""
    folder = project(
        {
            "decks/private/anna/me.yaml": "me:\n  title: Anna\n  key: anna-1\n  extends: agent\n",
            "decks/private/anna/acme.yaml": ACME,
            "decks/private/notes/me.yaml": "my_answers: {}\n",
            "decks/private/notes/role.yaml": ACME.replace("acme-1", "notes-1"),
        }
    )
    roles = load(folder.root)[0].roles.values()
    persons = sorted(role.id for role in roles if role.is_person)
    assert persons_at(folder.root) == persons == ["anna"]
    private = sorted(role.id for role in roles if role.private and not role.is_person)
    assert roles_at(folder.root)[1] == private == ["acme", "notes"]


def test_roles_are_found_by_their_files_as_the_loader_finds_them(deck: ProjectFolder) -> None:
    roles = load(deck.root)[0].roles.values()
    public, private = roles_at(deck.root / "decks")
    assert public == sorted(role.id for role in roles if not role.private)
    assert private == sorted(role.id for role in roles if role.private)


def test_kinds_and_types_are_those_that_come_with_prepdeck(
    deck: ProjectFolder, tmp_path: Path
) -> None:
    for folder in (deck.root, tmp_path):
        assert kinds_at(folder) == list(KINDS)
        assert types_at(folder) == list(KINDS.types)


TERM = """
# A term of the trade.
kind: term  # its name
section: terms
{rank}keys:
  name: {{type: line, needed: true}}
  type:{choices}
  kind: {{type: line}}
"""


@pytest.mark.parametrize(
    ("rank", "kinds"),
    [
        ("", [*KINDS, "term"]),
        ("rank: 0\n", ["term", *KINDS]),
        ("rank: 1\n", ["question", "term", *[*KINDS][1:]]),
    ],
)
def test_a_kind_of_the_project_stands_at_its_rank(
    deck: ProjectFolder, rank: str, kinds: list[str]
) -> None:
    deck.write({"templates/anything/kind.yaml": TERM.format(rank=rank, choices=" {type: line}")})
    assert kinds_at(deck.root) == kinds
    assert types_at(deck.root) == list(KINDS.types)


@pytest.mark.parametrize(
    "choices",
    [
        " {needed: true, choices: [word, abbreviation]}",
        "\n    needed: true\n    choices: [word, abbreviation]",
        "\n    choices:\n      word: {about: a word}\n      abbreviation:\n        about: short",
    ],
)
def test_types_of_a_projects_kind_are_offered_however_they_are_written(
    deck: ProjectFolder, choices: str
) -> None:
    deck.write({"templates/term/kind.yaml": TERM.format(rank="", choices=choices)})
    assert types_at(deck.root) == [*KINDS.types, "word", "abbreviation"]
    assert completed("prepdeck ls kind:t", deck.root) == ["kind:tool", "kind:tip", "kind:term"]
    assert completed("prepdeck ls type:w", deck.root) == ["type:word"]


def test_topics_are_read_by_their_indentation(deck: ProjectFolder) -> None:
    topics = "# topics\ntopics:\n    a:\n\n        b: B\n        # c: C\n    d: D\nskills: {}\n"
    deck.write({"decks/topics.yaml": topics})
    offered = completed("prepdeck ls topic:", deck.root)
    assert offered == ["topic:a", "topic:a/b", "topic:d"]


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("prepdeck sch", ["schema"]),
        ("prepdeck new s", ["skill", "stage", "story"]),
        ("prepdeck new tip x --when b", ["before"]),
        ("prepdeck new role acme --extends ", ["agent", "lead-of-agents"]),
        ("prepdeck new role x --like g", ["globex"]),
        ("prepdeck new story dress --role ", ["acme", "globex"]),
        ("prepdeck new question x --role a", ["agent", "acme"]),
        (
            "prepdeck new question x --topic customer/",
            ["customer/difficult-customers", "customer/complaints"],
        ),
        ("prepdeck new question x --type s", ["story"]),
        ("prepdeck completion ", ["bash", "zsh", "fish"]),
        ("prepdeck build ", ["agent", "lead-of-agents", "acme", "globex"]),
        ("prepdeck build agent l", ["lead-of-agents"]),
        ("prepdeck preview a", ["agent", "acme"]),
        ("prepdeck sheet a", ["agent", "acme"]),
        ("prepdeck plan a", ["acme"]),
        ("prepdeck stories g", ["globex"]),
        ("prepdeck ls --role a", ["agent", "acme"]),
        ("prepdeck ls k", ["kind:"]),
        ("prepdeck ls kind:s", ["kind:skill", "kind:stage", "kind:story"]),
        ("prepdeck ls kind:kpi,type:p", ["kind:kpi,type:pitch"]),
        ("prepdeck ls topic:op", ["topic:operations", "topic:operations/metrics"]),
        # As bash parts it.
        ("prepdeck ls kind : sk", ["skill"]),
    ],
)
def test_what_is_offered(deck: ProjectFolder, line: str, offered: list[str]) -> None:
    assert completed(line, deck.root) == offered


def test_dash_c_names_the_project(deck: ProjectFolder, tmp_path: Path) -> None:
    line = f"prepdeck -C {deck.root} new role acme --extends a"
    assert completed(line, tmp_path) == ["agent"]
    assert completed("prepdeck new role acme --extends a", tmp_path) == []


def test_nothing_heavy_is_imported_while_somebody_waits(deck: ProjectFolder) -> None:
    code = (
        "import os, sys\n"
        "os.environ.update(_PREPDECK_COMPLETE='bash_complete', COMP_CWORD='5',"
        " COMP_WORDS='prepdeck new role acme --extends a')\n"
        "from builder.cli import main\n"
        "try:\n    main(prog_name='prepdeck')\nexcept SystemExit:\n    pass\n"
        "print({name.split('.')[0] for name in sys.modules} & {'yaml', 'jinja2'})\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=deck.root, capture_output=True, text=True, check=True
    )
    assert run.stdout == "plain,agent\nset()\n"


def test_bash_completes_what_it_is_given(deck: ProjectFolder) -> None:
    """Input: the script as a shell reads it, and a line as bash parts it."""
    script = prepdeck("completion", "bash").stdout
    path = Path(sys.executable).parent
    run = subprocess.run(
        [
            *("bash", "--norc", "-c"),
            f"{script}\nCOMP_WORDS=(prepdeck new story x --role a); COMP_CWORD=5\n"
            "_prepdeck_completion prepdeck\necho ${COMPREPLY[@]}",
        ],
        cwd=deck.root,
        env={**os.environ, "PATH": f"{path}{os.pathsep}{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout == "acme\n"


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_gets_its_script(shell: str) -> None:
    run = prepdeck("completion", shell)
    assert run.returncode == 0
    assert f"_PREPDECK_COMPLETE={shell}_complete" in run.stdout
