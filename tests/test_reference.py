"""docs/reference.md says what the code says: every key, note type and command, and no other.

A table of keys stands under a heading that names a class, as in `CLASSES`; keys inside another key
are written `limits.words`. What a key takes, whether it is needed and what it means is compared word
for word with its shape.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from conftest import MakeProject
from jinja2 import Environment
from key_table import keys
from test_cli import prepdeck

from builder import shipped
from builder.cli import main
from builder.load.files import section_names
from builder.load.kinds import kinds_of
from builder.load.templates import template_folders
from builder.model import Bibliography, Me, NoteTypeFile, Role, Selector, Settings
from builder.render.fields import _environment
from builder.shape.annotations import shape_of

REFERENCE = (Path(__file__).parent.parent / "docs/reference.md").read_text(encoding="utf-8")

KINDS, _ = kinds_of()

#: Each class by its heading in the reference.
CLASSES: dict[str, type] = {
    "`role`": Role,
    "Selectors": Selector,
    "Persons": Me,
    "`decks/deck.yaml`": Settings,
    "`sources`": Bibliography,
    "`notetype.yaml`": NoteTypeFile,
}


def section(heading: str) -> str:
    """What stands below a heading, up to the next one of its height or higher."""
    found = re.search(rf"^(#+) {re.escape(heading)}\n", REFERENCE, re.MULTILINE)
    assert found, f"the reference has no heading {heading!r}"
    rest = REFERENCE[found.end() :]
    end = re.search(rf"^#{{1,{len(found[1])}}} ", rest, re.MULTILINE)
    return rest[: end.start()] if end else rest


def opening(heading: str) -> str:
    """The part of a section before its first heading."""
    return re.split(r"^#", section(heading), flags=re.MULTILINE)[0]


def rows(text: str) -> list[list[str]]:
    """The cells of a section's tables, without their heads."""
    lines = [line for line in text.splitlines() if line.startswith("| ")]
    cells = [[c.strip() for c in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines]
    return [row for row in cells if row[0].startswith("`")]


@pytest.mark.parametrize("heading", CLASSES)
def test_a_table_of_keys_is_what_its_class_says(heading: str) -> None:
    cls = CLASSES[heading]
    # The selectors of a role have a table of their own.
    wanted = [key for key in keys(shape_of(cls)) if cls is not Role or "." not in key.path]
    assert rows(section(heading)) == [
        [key.path, key.takes, key.needed, key.shape.meaning] for key in wanted
    ]
    for key in wanted:
        default = key.shape.default
        if isinstance(default, int | str) and not isinstance(default, bool):
            assert f"{default} unless given" in key.shape.about


def test_every_section_of_a_file_is_in_the_reference() -> None:
    public, private = (section_names(KINDS, private=private) for private in (False, True))
    table = [row for row in rows(section("Files")) if row[1] in {"yes", ""}]
    said = {row[0].strip("`"): (row[1] == "yes", row[2] == "yes") for row in table}
    assert said == {name: (name in public, name in private) for name in public | private}


def test_every_filter_of_ours_is_in_the_reference() -> None:
    said = {row[0].strip("`") for row in rows(section("Filters"))}
    assert said == set(_environment().filters) - set(Environment().filters)


def test_every_note_type_is_in_the_reference_with_its_cards() -> None:
    folders, _, _ = template_folders(shipped.templates().parent / "nowhere", KINDS)
    found = {}
    for name, folder in folders.items():
        assert folder.value is not None
        names = [f"({c.name})" if c.gate else c.name for c in folder.value.cards.values()]
        found[name] = [folder.value.kind, ", ".join(names)]
    assert {row[0].strip("`"): row[1:] for row in rows(opening("Note types"))} == found


def commands(group: click.Group, above: str = "") -> Iterator[tuple[str, click.Command]]:
    """Every command by its full name."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from commands(command, f"{above}{name} ")
        else:
            yield f"{above}{name}", command


ALL_COMMANDS = dict(commands(main))


@pytest.mark.parametrize("name", ALL_COMMANDS)
def test_a_command_is_in_the_reference_with_all_it_takes(name: str) -> None:
    wanted = []
    for parameter in ALL_COMMANDS[name].params:
        if isinstance(parameter, click.Argument):
            label = (parameter.name or "").upper()
            wanted.append(
                f"`{label.removesuffix('S')}…`" if parameter.nargs == -1 else f"`{label}`"
            )
        else:
            wanted.append(f"`{parameter.opts[0]}`")
    said = rows(section(f"`prepdeck {name}`"))
    assert [row[0] for row in said] == wanted
    for parameter, row in zip(ALL_COMMANDS[name].params, said, strict=True):
        if isinstance(parameter.type, click.Choice):
            assert all(f"`{choice}`" in row[1] for choice in parameter.type.choices)


def test_the_reference_has_no_command_that_there_is_not() -> None:
    headings = re.findall(r"^### `prepdeck (.*)`$", REFERENCE, re.MULTILINE)
    assert headings == list(ALL_COMMANDS)


def test_the_options_before_a_command_are_in_the_reference() -> None:
    said = {row[0].strip("`") for row in rows(opening("Commands")) if row[0].startswith("`-")}
    assert said == {p.opts[0] for p in main.params} | {"--help"}


def test_every_variable_of_the_environment_is_in_the_reference() -> None:
    sources = "".join(path.read_text() for path in shipped.rules().parent.rglob("*.py"))
    read_from = set(re.findall(r'environ\.get\("(\w+)"', sources))
    said = {row[0].strip("`") for row in rows(opening("Commands"))}
    assert {name for name in said if re.fullmatch("[A-Z_]+", name)} == read_from


def test_the_keys_of_json_are_in_the_reference(project: MakeProject) -> None:
    root = project({"decks/more.yaml": "cards:\n  half:\n    front: A?\n"}).root
    for command in ("check", "ls"):
        run = prepdeck(command, "--format", "json", cwd=root)
        (told,) = re.findall(
            r"^`--format json` is (.*?)\n\n",
            section(f"`prepdeck {command}`"),
            re.MULTILINE | re.DOTALL,
        )
        assert re.findall("`([a-z_]+)`", told) == list(json.loads(run.stdout)[0])
