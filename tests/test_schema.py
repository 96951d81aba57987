"""`prepdeck schema`: what prepdeck reads the schemas accept, and what it refuses they mark.

The files are read as an editor's YAML 1.2 reads them, where `1998` is a number and `yes` a text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from conftest import BASE, MakeProject, ProjectFolder
from test_cli import prepdeck

from builder import shipped
from builder.commands.schema.run import (
    DECK,
    DEFINITIONS,
    PERSON,
    PRIVATE_ROLE,
    ROLE,
    modeline,
    schemas,
    write_schemas,
)
from builder.load import load
from builder.load.kinds import kinds_of

fastjsonschema = pytest.importorskip("fastjsonschema")

ROOT = Path(__file__).parent.parent


class Editor(yaml.SafeLoader):
    """YAML 1.2's core schema: numbers, true, false and null; no dates, no `yes`."""

    yaml_implicit_resolvers: dict[str, list[Any]] = {}  # noqa: RUF012


for tag, pattern, first in (
    ("bool", r"true|false", "tf"),
    ("null", r"null|~|", ["n", "~", ""]),
    ("int", r"[-+]?[0-9]+", "-+0123456789"),
    ("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", "-+.0123456789"),
):
    Editor.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(rf"(?:{pattern})\Z"), first)

Marks = Callable[[str, str], str]


def schema_of(file: str) -> str:
    """Which schema is for a file of a project."""
    if file == "decks/deck.yaml":
        return DECK
    if file.endswith("/me.yaml"):
        return PERSON
    if file.startswith("decks/private/"):
        return PRIVATE_ROLE
    return ROLE if file.startswith("decks/roles/") else DEFINITIONS


def editor(root: Path) -> Marks:
    """What an editor marks in a text of a file of this project: the first fault, or nothing."""
    project, _ = load(root)
    known = {name: fastjsonschema.compile(schema) for name, schema in schemas(project).items()}

    def marks(file: str, text: str) -> str:
        try:
            known[schema_of(file)](yaml.load(text, Editor))
        except fastjsonschema.JsonSchemaException as fault:
            return str(fault.message)
        return ""

    return marks


def files(root: Path) -> Iterator[tuple[str, str]]:
    for path in sorted((root / "decks").rglob("*.yaml")):
        yield path.relative_to(root).as_posix(), path.read_text(encoding="utf-8")


MINE = """
    role:
      title: Agent at Acme
      extends: agent
      notes: own
      key: 4711
      starts: 2026-12-02
      interview: 2026-12-10
      minutes_per_day: 25
      vars: {company: 1&1}
      core:
        - {kind: question, topic: customer}
        - {id: [csat, empathy], type: [story]}
      override:
        complaint-steps:
          steps: [listen]
          follow_ups: null
        empathy: {}
    my_answers:
      complaint-steps: |
        I listen.
    my_stories:
      lost-dress:
        title: 404
        opens_with: yes
        number: 12.5
        answers: [angry-customer-story]
    employer_facts:
      founded:
        ask: Since when?
        answer: 1998
        source: acme.example
        seen: 2026-11-20
    questions:
      own-story:
        ask: Why?
        type: story
        must_show: [a]
        sample: {situation: a, task: b, action: c, result: 1}
        silence: {yes-no-ask: it is meant so}
    """


@pytest.mark.slow
def test_the_whole_catalogue_is_accepted() -> None:
    catalogue = shipped.catalogue().parent
    marks = editor(catalogue)
    told = {file: marks(file, text) for file, text in files(catalogue)}
    assert len(told) > 50
    assert {file: said for file, said in told.items() if said} == {}


def test_every_key_that_prepdeck_reads_is_accepted(project: MakeProject) -> None:
    deck = project({"decks/private/acme/role.yaml": MINE})
    marks = editor(deck.root)
    assert {file: said for file, text in files(deck.root) if (said := marks(file, text))} == {}


QUESTIONS = "decks/questions/customer.yaml"
FAULTS = [
    (QUESTIONS, "type: approach", "type: aproach"),
    (QUESTIONS, "type: approach", "typ: approach"),
    (QUESTIONS, "    ask: How do you take a complaint?\n", ""),
    (QUESTIONS, "questions:", "question:"),
    (QUESTIONS, "complaint-steps:", "Complaint_steps:"),
    (QUESTIONS, "point: ask what would be fair", "pont: ask what would be fair"),
    (QUESTIONS, "ask: What if they refuse both?", "ask:"),
    (QUESTIONS, "sources: [q-1]", "seconds: 5"),
    ("decks/kpis.yaml", "better: up", "better: higher"),
    ("decks/kpis.yaml", "gives: 82", "gives: [82]"),
    ("decks/deck.yaml", "namespace: test-decks", "namespace: Test Decks"),
    ("decks/deck.yaml", "version: 1.0.0\n", ""),
    ("decks/roles/agent.yaml", "{kind: [question, kpi, skill]}", "{kind: [question, kpis]}"),
    ("decks/roles/agent.yaml", "{kind: [question, kpi, skill]}", "{}"),
    ("decks/roles/agent.yaml", "  title: Agent\n", "  title: Agent\n  key: agent-1\n"),
    ("decks/roles/agent.yaml", "role:", "questions:"),
    ("decks/private/acme/role.yaml", "starts: 2026-12-02", "starts: tomorrow"),
    ("decks/private/acme/role.yaml", "minutes_per_day: 25", "minutes_per_day: 3"),
    ("decks/private/acme/role.yaml", "notes: own", "was: agent"),
    ("decks/private/acme/role.yaml", "answers: [angry-customer-story]", "answers: []"),
    ("decks/private/acme/role.yaml", "steps: [listen]", "topics: [customer]"),
    ("decks/private/acme/role.yaml", "yes-no-ask: it", "yes-or-no: it"),
]


def test_what_prepdeck_refuses_is_marked(project: MakeProject) -> None:
    deck = project({"decks/private/acme/role.yaml": MINE})
    marks = editor(deck.root)
    quiet = []
    for file, old, new in FAULTS:
        text = (deck.root / file).read_text()
        assert old in text
        faulty = text.replace(old, new)
        (deck.root / file).write_text(faulty)
        assert prepdeck_refuses(deck), (file, new)
        if not marks(file, faulty):
            quiet.append((file, new))
        (deck.root / file).write_text(text)
    assert quiet == []


def prepdeck_refuses(deck: ProjectFolder) -> bool:
    return any(d.is_error for d in deck.build().findings)


def test_a_name_that_is_not_there_yet_is_no_fault_to_an_editor(project: MakeProject) -> None:
    """Names are offered; a schema is older than the file that is being written."""
    deck = project({})
    text = BASE[QUESTIONS].replace("[customer/complaints]", "[customer/a-new-topic]")
    assert editor(deck.root)(QUESTIONS, text) == ""
    offered = schemas(load(deck.root)[0])[DEFINITIONS]["definitions"]
    assert "customer/complaints" in offered["topic"]["anyOf"][0]["enum"]
    assert offered["kpi"]["anyOf"][0]["enum"] == ["csat", "average-handle-time"]
    assert offered["role"]["anyOf"][0]["enum"] == ["agent"]


def test_a_retired_definition_needs_nothing_else(project: MakeProject) -> None:
    marks = editor(project({}).root)
    assert marks("decks/x.yaml", "questions:\n  old-one:\n    retired: nobody asks\n") == ""
    assert marks("decks/x.yaml", "questions:\n  old-one:\n    topics: [customer]\n") != ""


def test_no_object_is_open_and_every_kind_says_what_it_is(project: MakeProject) -> None:
    made = schemas(load(project({}).root)[0])
    for name, schema in made.items():
        for place, part in objects(schema):
            if "properties" in part and not {"my_answers", "vars", "words"} & {*place}:
                closed = part.get("additionalProperties")
                by_id = "propertyNames" in part or "override" in place
                assert closed is False or by_id, (name, place)
    sections = made[PRIVATE_ROLE]["properties"]
    kinds, _ = kinds_of()
    assert {*kinds.by_section, "role", "my_answers", "my_tags"} == set(sections)
    for kind in kinds.values():
        assert sections[kind.section]["description"] == kind.about.replace("`", "")
    role = sections["role"]["properties"]
    assert role["interview"]["description"].startswith("the day of the interview")
    for section in (*kinds.by_section, "role"):
        for name, part in keys_of(sections[section]):
            assert part.get("description"), (section, name)


def keys_of(section: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """The keys of a definition, or of a role, with what the schema says of each."""
    definition = section.get("additionalProperties") or section
    yield from definition["properties"].items()


def objects(part: Any, place: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    if isinstance(part, dict):
        if "type" in part:
            yield place, part
        for key, below in part.items():
            yield from objects(below, (*place, str(key)))


def test_a_file_names_its_schema_by_a_path_that_is_there(project: MakeProject) -> None:
    deck = project({})
    write_schemas(load(deck.root)[0])
    for file in ("decks/deck.yaml", "decks/roles/a.yaml", "decks/private/acme/role.yaml"):
        named = modeline(file, schema_of(file)).strip().partition("$schema=")[2]
        assert ((deck.root / file).parent / named).resolve().is_file()


def test_every_new_file_names_its_schema_from_the_first_second(tmp_path: Path) -> None:
    root = tmp_path / "p"
    assert prepdeck("new", "project", str(root)).returncode == 0
    for args in (
        "role acme --extends first-role",
        "story dress --title Dress --opens-with Hi. --number 1 --answers hard-moment-story",
        "skill tact --name Tact --when wrong --do ask --role first-role",
        "role lead --extends first-role --public",
    ):
        run = prepdeck("new", *args.split(), cwd=root)
        assert run.returncode == 0, run.stderr
    marks = editor(root)
    seen = dict(files(root))
    assert len(seen) == 8
    for file, text in seen.items():
        first = text.split("\n")[0]
        assert first + "\n" == modeline(file, schema_of(file))
        assert ((root / file).parent / first.partition("$schema=")[2]).resolve().is_file()
        assert marks(file, text) == ""


def test_schemas_are_written_where_they_are_wanted(project: MakeProject, tmp_path: Path) -> None:
    deck = project({})
    names = [DECK, DEFINITIONS, ROLE, PRIVATE_ROLE, PERSON]
    run = prepdeck("schema", cwd=deck.root)
    assert run.stdout.split() == [f".prepdeck/schema/{name}" for name in names]
    run = prepdeck("schema", "--out", str(tmp_path / "s"), cwd=deck.root)
    assert run.stdout.split() == [str(tmp_path / "s" / name) for name in names]
    for name in names:
        schema = json.loads((tmp_path / "s" / name).read_text())
        assert schema["$schema"] == "http://json-schema.org/draft-07/schema#"
        assert (deck.root / ".prepdeck/schema" / name).read_text() == json.dumps(
            schema, ensure_ascii=False, indent=1
        ) + "\n"
