"""What `new` writes is in files of `templates/`, and a project may have its own."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from conftest import MakeProject, ProjectFolder
from test_cli import prepdeck
from test_new import assert_faultless, define, role
from test_reference import rows, section

from builder import shipped
from builder.commands.new import definition
from builder.commands.new.archetype import FILTERS, filled, project_files
from builder.findings import PrepdeckError
from builder.load import load

LINE = "templates/line/new.yaml"
OWN_LINE = """\
[# Written for our shop. #]
they_say: [[ they_say | value ]]
you_say: [[ you_say | prose ]]
pass_if: [[ pass_if | value ]]
channel: chat
"""


def archetypes() -> list[str]:
    folder = shipped.templates()
    paths = [*folder.glob("*/new.yaml"), *folder.glob("new/**/*")]
    return sorted(path.relative_to(folder).as_posix() for path in paths if path.is_file())


@pytest.mark.parametrize("name", archetypes())
def test_no_line_of_an_archetype_is_too_long_to_read(name: str) -> None:
    text = (shipped.templates() / name).read_text(encoding="utf-8")
    assert max(map(len, text.splitlines())) <= 100
    assert text.endswith("\n")


def test_an_archetype_of_the_project_wins(project: MakeProject) -> None:
    deck = project({LINE: OWN_LINE})
    path = define(deck, "line", "line-new", "agent")
    text = path.read_text()
    assert "channel: chat\n" in text
    assert "# avoid" not in text
    assert "[#" not in text
    assert_faultless(deck)


def test_an_archetype_of_the_project_leaves_the_note_type_as_it_is(project: MakeProject) -> None:
    """Input: a folder of the project with an archetype, and without notetype.yaml."""
    before = load(project({}).root)[0].templates["line"]
    after = load(project({LINE: OWN_LINE}).root)[0].templates["line"]
    assert after == before


def test_a_role_has_the_archetype_of_the_project_too(project: MakeProject) -> None:
    text = "role:\n  title: [[ title | value ]]\n  extends: [[ extends ]]\n  key: [[ key ]]\n"
    deck = project({"templates/new/private-role.yaml": text})
    assert "  title: Agent at Acme\n  extends: agent\n  key: acme-" in role(deck)[1]
    assert_faultless(deck)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("they_say: x\n[% if %]\n", "templates/line/new.yaml:2: "),
        ("they_say: x\nyou_say: [[ you_sai ]]\n", "templates/line/new.yaml:2: 'you_sai' is undef"),
        ("they_say: [[ 1 // 0 ]]\n", "templates/line/new.yaml:1: integer division"),
        ('[% include "line/part.yaml" %]\n', "templates/line/part.yaml is missing"),
        ('[% include "../deck.yaml" %]\n', r"templates/\.\./deck.yaml is missing"),
        (b"they_say: \xff\n", "templates/line/new.yaml: 'utf-8' codec"),
    ],
    ids=["syntax", "name", "sum", "missing part", "part outside", "encoding"],
)
def test_a_fault_in_an_archetype_is_reported_at_its_line(
    project: MakeProject, text: str | bytes, fault: str
) -> None:
    deck = project({})
    deck.write({LINE: text})
    with pytest.raises(PrepdeckError, match=fault) as trouble:
        define(deck, "line", "line-new", "agent")
    assert trouble.value.help
    assert not (deck.root / "decks/lines/mine.yaml").exists()


def test_a_fault_in_a_part_is_reported_in_the_part(project: MakeProject) -> None:
    files = {
        LINE: '[% include "line/part.yaml" %]\n',
        "templates/line/part.yaml": "# Mine\n[[ who ]]\n",
    }
    with pytest.raises(PrepdeckError, match=r"templates/line/part.yaml:2: 'who' is undefined"):
        define(project(files), "line", "line-new", "agent")


def test_an_archetype_sees_names_of_the_project_and_nothing_else(project: MakeProject) -> None:
    """Somebody else's project is data: its archetypes reach no object of the builder."""
    deck = project({LINE: "they_say: [[ project.__class__.__mro__ ]]\n"})
    with pytest.raises(PrepdeckError, match="unsafe"):
        define(deck, "line", "line-new", "agent")
    deck.write({LINE: "they_say: [[ project.ids.kpi.append('x') ]]\n"})
    with pytest.raises(PrepdeckError, match=r"unsafe|not safely callable"):
        define(deck, "line", "line-new", "agent")


def test_values_are_quoted_where_yaml_would_read_something_else(project: MakeProject) -> None:
    deck = project({})
    texts: dict[str, Any] = {"they_say": "Yes: #1", "you_say": "[[ x ]]", "pass_if": "null"}
    text = define(deck, "line", "line-new", "agent", **texts).read_text()
    for line in ('they_say: "Yes: #1"', 'you_say: "[[ x ]]"', 'pass_if: "null"'):
        assert f"    {line}\n" in text
    assert_faultless(deck)


def test_a_new_project_has_a_file_for_each_of_its_archetypes(tmp_path: Path) -> None:
    run = prepdeck("new", "project", "mine", cwd=tmp_path)
    assert run.stdout.splitlines() == [f"mine/{file}" for file in sorted(project_files())]
    assert ".gitignore" in project_files()


def test_an_archetype_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(PrepdeckError, match=r"templates/motto/new.yaml is missing"):
        filled(tmp_path, "motto/new.yaml", {})


def test_the_catalogue_offers_its_own_names_in_comments(project: MakeProject) -> None:
    """Input: kinds whose comments give an example of a topic, or of a KPI."""
    deck = ProjectFolder(project({}).root)
    assert "#   - customer/difficult-customers\n" in define(deck, "card", "card-new").read_text()
    assert "# helps: csat\n" in define(deck, "tool", "tool-new").read_text()


def test_every_filter_of_archetypes_is_in_the_reference() -> None:
    names = {row[0].strip("`") for row in rows(section("Archetypes"))}
    assert names.issuperset(FILTERS)


def test_every_name_that_an_archetype_sees_is_in_the_reference(
    project: MakeProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    deck = project({})
    texts: dict[str, Any] = {}

    def recorded(root: Path, name: str, visible: Mapping[str, Any]) -> str:
        texts.update(visible)
        return filled(root, name, visible)

    monkeypatch.setattr(definition, "filled", recorded)
    define(deck, "line", "line-new", "agent")
    # The first row stands for all keys of the kind; topics are more than what was typed.
    (keys, *names), kind = rows(section("Archetypes")), load(deck.root)[0].kinds["line"]
    assert keys[0] == "`ask`, `name` …"
    own = kind.shape.keys.keys() - {"topics"}
    visible = (texts.keys() - own - {"project"}) | {f"project.{name}" for name in texts["project"]}
    assert visible == {row[0].strip("`") for row in names} - {*FILTERS}
