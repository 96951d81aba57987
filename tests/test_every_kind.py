"""What holds for every kind, in a project from the catalogue and in that of docs/adding-a-kind.md.

Whoever adds a kind has these tests green without a change: they take the kinds from the projects.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import make_kinds_page
import pytest
from click.testing import CliRunner
from conftest import RELEASED
from test_new import TEXTS
from test_tutorials import follow_the_guide_of_kinds

from builder import shipped
from builder.cli import main
from builder.cli.completion import kinds_at, types_at
from builder.commands.new.flags import Flag, new_kind_of
from builder.commands.schema.run import schemas
from builder.findings import Diagnostic
from builder.load import load
from builder.load.kinds import kinds_of
from builder.load.templates import template_folders
from builder.model import Kind, Kinds
from builder.pipeline import compile_project
from builder.project import Project


class Home(NamedTuple):
    """A project and its kinds."""

    root: Path
    kinds: Kinds


@pytest.fixture(scope="module", params=["catalogue", "guide"])
def home(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Home]:
    """With one private role, `acme`, and at a time when the catalogue was released."""
    folder = tmp_path_factory.mktemp(request.param)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", str(RELEASED))
        if request.param == "guide":
            root, parent = follow_the_guide_of_kinds(folder), "first-role"
        else:
            root, parent = folder / "project", "customer-support-specialist"
            runs(folder, "new", "project", str(root), "--from-catalogue")
        runs(root, "new", "role", "acme", "--extends", parent)
        yield Home(root, kinds_of(root)[0])


def runs(root: Path, *arguments: str) -> str:
    """What a command that succeeds writes to stdout."""
    run = CliRunner().invoke(main, ["-C", str(root), *arguments], catch_exceptions=False)
    assert run.exit_code == 0, run.output
    return run.stdout


def errors(root: Path) -> list[Diagnostic]:
    return [finding for finding in compile_project(root).findings if finding.is_error]


def filled_in(kind: Kind, project: Project) -> Iterator[str]:
    """An option with a text for each text that `new` asks for."""
    ids = {d.kind.name: d.id for d in reversed(project.definitions.values()) if not d.retired}
    for flag in new_kind_of(kind).flags:
        if flag.prompt:
            yield from (flag.name, text_for(flag, TEXTS.get(kind.name, {}), ids))


def text_for(flag: Flag, texts: dict[str, Any], ids: dict[str, str]) -> str:
    if flag.refers_to:
        return ids[flag.refers_to]
    if flag.choices:
        return flag.choices[0]
    if flag.is_cloze:
        return f"Some {{{{c1::{flag.key}}}}}."
    return "2026-11-20" if flag.is_day else str(texts.get(flag.key, f"Some {flag.key}."))


def test_every_kind_is_sound_and_says_what_its_keys_mean(home: Home) -> None:
    assert kinds_of(home.root)[1] == []
    for kind in home.kinds.values():
        assert kind.is_sound
        assert kind.about
        silent = [
            ".".join((*path, name))
            for path, shape in kind.shape.below()
            for name, inner in shape.keys.items()
            if not inner.about
        ]
        assert silent == []


def test_every_kind_but_one_of_the_sheet_has_a_note_type(home: Home) -> None:
    folders, _, findings = template_folders(home.root, home.kinds)
    assert findings == []
    with_cards = {folder.value.kind for folder in folders.values() if folder.value}
    assert {*home.kinds} - with_cards == {"tip"}


def test_every_kind_has_an_archetype(home: Home) -> None:
    for kind in home.kinds.values():
        folders = (home.root / "templates", shipped.templates())
        assert any((folder / kind.folder / "new.yaml").is_file() for folder in folders)


def test_new_creates_a_valid_definition_of_every_kind(home: Home) -> None:
    """For the private role; then the kind has an entry in lists, and its texts are in the deck."""
    for kind in home.kinds.values():
        project, _ = load(home.root)
        id = f"new-{kind.name}"
        runs(home.root, "new", kind.name, id, "--role", "acme", *filled_in(kind, project))
    project, _ = load(home.root)
    new = {d.id: d for d in project.roles["acme"].pool.values()}
    assert {d.kind.name for d in new.values()} == {*home.kinds}
    assert errors(home.root) == []
    notes = {
        note.id.rpartition("/")[2]: note.tags
        for deck in compile_project(home.root).decks
        if deck.role == "acme"
        for note in deck.notes
    }
    for name in home.kinds:
        if name != "tip":
            tags = [tags for id, tags in notes.items() if id.startswith(f"new-{name}")]
            assert tags or name == "story", name
            assert all(f"kind::{name}" in some for some in tags)


def test_lists_and_completion_know_every_kind(home: Home) -> None:
    assert kinds_at(home.root) == [*home.kinds]
    assert types_at(home.root) == [*home.kinds.types]
    listed = runs(home.root, "new", "--help")
    for name in home.kinds:
        assert f"\n  {name} " in listed
        definitions = json.loads(runs(home.root, "ls", f"kind:{name}", "--format", "json"))
        assert {definition["kind"] for definition in definitions} <= {name}


def test_editors_know_the_keys_of_every_kind(home: Home) -> None:
    made = schemas(load(home.root)[0])
    for kind in home.kinds.values():
        file = "private.json" if kind.private else "definitions.json"
        section = made[file]["properties"][kind.section]
        assert {*section["additionalProperties"]["properties"]} == {*kind.shape.keys}


def test_the_page_of_kinds_can_describe_every_kind(home: Home) -> None:
    for kind in home.kinds.values():
        text = "\n".join(make_kinds_page.section(kind))
        assert kind.about in text
        assert f"| `{kind.marks.name}` |" in text


def test_every_length_is_one_of_a_key_and_holds(home: Home) -> None:
    for name, words in home.kinds.word_limits.items():
        kind, _, path = name.partition(".")
        assert words > 0
        assert not path or home.kinds[kind].shape.at(path) is not None
