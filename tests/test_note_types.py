"""What a template folder says of its note type."""

from __future__ import annotations

import shutil

import pytest
from conftest import MakeProject

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
