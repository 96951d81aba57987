"""What a template folder says of its note type."""

from __future__ import annotations

import shutil

import pytest
from conftest import MakeProject, ProjectFolder

from builder import shipped
from builder.load import load
from builder.render.notetypes import note_types


@pytest.mark.parametrize(
    ("label", "answer"),
    [
        ("ask | line", "answer"),
        ("word('own_words')", "answer"),
        ("'own_words' ~ ask", "answer"),
        ("word(name='core').own_words", "answer"),
        ("own_words or ask", "ask"),
        ("(ask if not own_words else '') | line", "ask"),
    ],
)
def test_the_field_of_the_answer_is_the_first_that_reads_it(
    project: MakeProject, label: str, answer: str
) -> None:
    deck = project({})
    folder = "templates/your-answer"
    shutil.copytree(shipped.templates() / "your-answer", deck.root / folder)
    deck.edit(f"{folder}/notetype.yaml", "content: ask | line", f'content: "{label}"')
    types, faults = note_types(load(deck.root)[0])
    assert faults == []
    assert types["your-answer"].answer == answer


REMINDER = """
kind: skill
name: {name}
fields:
  name: {{name: Name, content: name | line}}
  do: {{name: Do, content: "shows[0].do | line"}}
cards:
  remind: {{name: Remind}}
"""


def faults_of(deck: ProjectFolder) -> list[str]:
    return [f"{d.span} {d.rule}: {d.message}" for d in deck.build().findings if d.is_error]


@pytest.mark.parametrize(
    ("names", "fault"),
    [
        (
            {"note": "Reminder", "again": "REMINDER"},
            "templates/note/notetype.yaml:3:1 note-type: the note type `Reminder` exists:"
            " templates/again/notetype.yaml",
        ),
        (
            {"again": "skill"},
            "templates/again/notetype.yaml:3:1 note-type: the note type `skill` exists:"
            " templates/skill/notetype.yaml",
        ),
    ],
    ids=["of the project", "of prepdeck"],
)
def test_two_note_types_of_one_name_are_a_fault_of_the_second(
    project: MakeProject, names: dict[str, str], fault: str
) -> None:
    pages = {"remind.front.html": "<p>{{Name}}</p>", "remind.back.html": "<p>{{Do}}</p>"}
    deck = project({f"templates/{f}/{page}": text for f in names for page, text in pages.items()})
    deck.write({f"templates/{f}/notetype.yaml": "# Mine." + REMINDER.format(name=name)
                for f, name in names.items()})  # fmt: skip
    assert faults_of(deck) == [fault]
    (first, *_) = names
    deck.edit(f"templates/{first}/notetype.yaml", f"name: {names[first]}", "name: Another")
    assert faults_of(deck) == []


def test_a_second_note_type_of_one_name_blocks_the_decks_that_have_it(project: MakeProject) -> None:
    deck = project({"decks/roles/other.yaml": "role: {title: Other, core: [{kind: question}]}\n"})
    deck.write({"templates/again/notetype.yaml": REMINDER.format(name="Skill"),
                "templates/again/remind.front.html": "{{Name}}",
                "templates/again/remind.back.html": "{{Do}}"})  # fmt: skip
    states = {package.role: package.state for package in deck.build().packages}
    assert states == {"agent": "blocked", "other": "written"}
