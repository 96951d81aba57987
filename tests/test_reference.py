"""docs/reference.md says what the code says: every key, note type and command, and no other.

A table of keys stands under a heading that names a class, as in `CLASSES`; keys
inside another key are written `sample.situation`. What a key takes and whether it is needed is
compared word for word with the annotation.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import MISSING, fields, is_dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Literal, NamedTuple, Union, get_args, get_origin, get_type_hints

import click
import pytest
from annotated_types import Ge, Le, MaxLen, MinLen
from conftest import MakeProject
from jinja2 import Environment
from pydantic import TypeAdapter
from test_cli import prepdeck

from builder import shipped
from builder.cli import main
from builder.load.files import PRIVATE, PUBLIC
from builder.model import (
    KINDS,
    WORDS,
    Bibliography,
    Kind,
    NoteTypeFile,
    Role,
    Selector,
    Settings,
    marks,
)
from builder.render.fields import _environment
from builder.schema import alias_of, plain
from builder.source import read

REFERENCE = (Path(__file__).parent.parent / "docs/reference.md").read_text(encoding="utf-8")

#: Each class by its heading in the reference.
CLASSES: dict[str, Any] = {
    "Every definition": Kind,
    **{f"`{cls.plural}`: {kind}": cls for kind, cls in KINDS.items()},
    "`role`": Role,
    "Selectors": Selector,
    "`decks/deck.yaml`": Settings,
    "`sources`": Bibliography,
    "`notetype.yaml`": NoteTypeFile,
}

#: What the reference calls the texts that `marks` tells apart.
TEXTS: list[tuple[Any, str]] = [
    (marks.Line, "line"),
    (marks.Prose, "prose"),
    (marks.Slug, "id"),
    (marks.Topic, "topic"),
    (marks.Source, "source"),
    (marks.KpiId, "id of a kpi"),
    (marks.SkillId, "id of a skill"),
    (marks.QuestionId, "id of a question"),
    (marks.StageId, "id of a stage"),
    (marks.Variable, "name of a variable"),
    (marks.Spare, "`spare-1` or `spare-2`"),
    (marks.Language, "language"),
    (marks.Voice, "voice"),
    (marks.OneOrMany, "text, or list of texts"),
    (Selector, "selector"),
    (str, "text"),
    (int, "whole number"),
    (Decimal, "number"),
    (bool, "`true` or `false`"),
    (date, "date"),
    (Any, "mapping"),
]


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


def takes(annotation: Any) -> str:
    """What a key takes, in the words of the reference."""
    for known, words in TEXTS:
        if annotation == known:
            return words
    origin, args = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        *inner, last = annotation.__metadata__
        bare = Annotated[(args[0], *inner)] if inner else args[0]
        return takes(bare) + limits(last)
    if origin in (Union, UnionType):
        return " or ".join(takes(arm) for arm in args if arm is not type(None))
    if origin is Literal:
        return ", ".join(f"`{choice}`" for choice in args)
    if origin is tuple:
        return f"list of {several(takes(args[0]))}"
    if origin is dict:
        one, comma, limit = takes(args[1]).partition(",")
        return f"{several(one)} by name{comma}{limit}{' each' if comma else ''}"
    assert is_dataclass(annotation), annotation
    return "mapping"


def several(words: str) -> str:
    """`lines` of `line`, `ids of kpis` of `id of a kpi`, `lists of numbers` of `list of numbers`."""
    if " or " in words:
        return " or ".join(map(several, words.split(" or ")))
    what, of, whose = words.partition(" of ")
    return f"{what}s{of}{whose.removeprefix('a ')}{'s' if whose.startswith('a ') else ''}"


def limits(note: object) -> str:
    """`, 1 to 3`, if the note limits a number or a length."""
    bounds = {type(bound): bound for bound in getattr(note, "metadata", [note])}
    least = bounds.get(Ge, bounds.get(MinLen))
    most = bounds.get(Le, bounds.get(MaxLen))
    low = getattr(least, "ge", getattr(least, "min_length", None))
    high = getattr(most, "le", getattr(most, "max_length", None))
    if low is None:
        return "" if high is None else f", at most {high}"
    return f", at least {low}" if high is None else f", {low} to {high}"


class Key(NamedTuple):
    """A row of the reference: the key, what it takes, whether it is needed; and what it is else."""

    path: str
    takes: str
    needed: str
    default: object


def keys(cls: Any, above: str = "") -> Iterator[Key]:
    """Each key of a class, inner keys after it."""
    hints = get_type_hints(cls, include_extras=True)
    inherited = {f.name for f in fields(Kind)} if cls in KINDS.values() else set()
    for one in fields(cls):
        if one.name in inherited:
            continue
        needed = one.default is MISSING and one.default_factory is MISSING
        path = f"{above}{alias_of(one.name)}"
        yield Key(f"`{path}`", takes(hints[one.name]), "yes" if needed else "", one.default)
        for inner in inner_classes(hints[one.name]):
            yield from keys(inner, f"{path}.")


def inner_classes(annotation: Any) -> Iterator[Any]:
    """The classes of mappings inside a key, also of those in lists and under names."""
    if isinstance(annotation, type) and is_dataclass(annotation):
        yield annotation
    for part in get_args(annotation):
        yield from inner_classes(part)


@pytest.mark.parametrize("heading", CLASSES)
def test_a_table_of_keys_is_what_its_class_says(heading: str) -> None:
    cls = CLASSES[heading]
    # The selectors of a role have a table of their own.
    wanted = [key for key in keys(cls) if cls is not Role or "." not in key.path]
    said = rows(section(heading))
    assert [tuple(row[:3]) for row in said] == [key[:3] for key in wanted]
    for row, key in zip(said, wanted, strict=True):
        assert row[3], "each key has a meaning"
        if isinstance(key.default, int | str) and not isinstance(key.default, bool):
            assert f"{key.default} unless given" in row[3]


def test_every_kind_is_under_its_heading_and_no_other_is() -> None:
    headings = re.findall(r"^### (.*)$", section("Kinds"), re.MULTILINE)
    assert set(headings) == {"Every definition", *(f"`{c.plural}`: {k}" for k, c in KINDS.items())}


def test_every_section_of_a_file_is_in_the_reference() -> None:
    table = [row for row in rows(section("Files")) if row[1] in {"yes", ""}]
    said = {row[0].strip("`"): (row[1] == "yes", row[2] == "yes") for row in table}
    assert said == {name: (name in PUBLIC, name in PRIVATE) for name in PUBLIC | PRIVATE}


def test_the_lengths_of_texts_are_in_the_reference() -> None:
    said = {row[0].strip("`"): int(row[1]) for row in rows(section("Lengths of texts"))}
    assert said == WORDS


def test_every_filter_of_ours_is_in_the_reference() -> None:
    said = {row[0].strip("`") for row in rows(section("Filters"))}
    assert said == set(_environment().filters) - set(Environment().filters)


def test_every_note_type_is_in_the_reference_with_its_cards() -> None:
    found = {}
    for path in shipped.templates().glob("*/notetype.yaml"):
        tree, _ = read(path, path.name)
        assert tree is not None
        notetype = TypeAdapter(NoteTypeFile).validate_python(plain(tree))
        names = [f"({c.name})" if c.gate else c.name for c in notetype.cards.values()]
        found[path.parent.name] = [notetype.kind, ", ".join(names)]
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
