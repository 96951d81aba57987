"""Texts put into YAML files that keep every other byte."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder.edit.insert import with_block, with_definition, with_items, with_selector
from builder.findings import PrepdeckError
from builder.source import MappingNode, ScalarNode, parse


def put(old: str, text: str = "New.", key: str = "why") -> str:
    return with_block(old.encode(), "role.yaml", "my_answers", key, text).decode()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("", "my_answers:\n  why: |\n    New.\n"),
        ("role:\n  title: A\n", "role:\n  title: A\n\nmy_answers:\n  why: |\n    New.\n"),
        ("role:\n  title: A", "role:\n  title: A\n\nmy_answers:\n  why: |\n    New.\n"),
        ("my_answers:\n  why: Old.\n", "my_answers:\n  why: |\n    New.\n"),
        ("my_answers:\n  why: Old.", "my_answers:\n  why: |\n    New.\n"),
        ("my_answers:\n    why: Old\n      words.\n", "my_answers:\n    why: |\n      New.\n"),
        ("my_answers:\n  why: 'Old'  # note\n", "my_answers:\n  why: |  # note\n    New.\n"),
        ("my_answers:\n  why: >-  # note\n    Old\n", "my_answers:\n  why: |  # note\n    New.\n"),
        (
            "my_answers:\n  a: |\n    A.\n\n# The role.\nrole:\n  title: A\n",
            "my_answers:\n  a: |\n    A.\n  why: |\n    New.\n\n# The role.\nrole:\n  title: A\n",
        ),
        ("my_answers:\r\n  why: Old.\r\n", "my_answers:\r\n  why: |\r\n    New.\r\n"),
        (
            "\ufeffmy_answers:\n  a: A.\n  why: Old.\n",
            "\ufeffmy_answers:\n  a: A.\n  why: |\n    New.\n",
        ),
        (
            "my_answers:\n  a: A.\n  # b: B.\n# The role.\nrole: {}\n",
            "my_answers:\n  a: A.\n  # b: B.\n  why: |\n    New.\n# The role.\nrole: {}\n",
        ),
        (
            "my_answers:\n  a: |+\n    A.\n\nrole: {}\n",
            "my_answers:\n  a: |+\n    A.\n\n  why: |\n    New.\nrole: {}\n",
        ),
        ("my_answers:\n  a: A.\n...\n", "my_answers:\n  a: A.\n  why: |\n    New.\n...\n"),
    ],
)
def test_a_block_takes_its_place_and_the_rest_stays(old: str, new: str) -> None:
    assert put(old) == new


@pytest.mark.parametrize(
    "old", ["my_answers: {a: b}\n", "role:\n  title: A\n...\n", "my_answers:\n  a: b: c\n"]
)
def test_a_file_that_cannot_be_edited_is_refused(old: str) -> None:
    with pytest.raises(PrepdeckError):
        put(old)


def test_a_list_replaces_a_list_of_mappings() -> None:
    """libyaml ends both where the next token begins, here behind the end of the file."""
    old = "my_tags:\n  why:  # mine\n    - a: b\n      c: d\n"
    new = with_items(old.encode(), "role.yaml", "my_tags", "why", ["x", "true"]).decode()
    assert new == 'my_tags:\n  why:  # mine\n    - x\n    - "true"\n'


def test_a_definition_never_replaces_another() -> None:
    with pytest.raises(PrepdeckError):
        with_definition(b"kpis:\n  csat:\n    name: CSAT\n", "f.yaml", "kpis", "csat", "name: X\n")


def test_a_selector_needs_a_role() -> None:
    with pytest.raises(PrepdeckError):
        with_selector(b"kpis:\n  csat:\n    name: CSAT\n", "f.yaml", "csat")


_LINE = st.text("ab:#-|>'\"{}[]&*!%@`\t é\xa0", max_size=12)
TEXTS = st.lists(_LINE, min_size=1, max_size=5).map("\n".join).map(str.strip).filter(bool)
AROUND = "# Mine.\nrole:\n  title: 'A'   # short\nmy_answers:\n  first: |\n    One.\n"
BEHIND = "\n# Facts.\nemployer_facts: {}\n"


@given(TEXTS, st.sampled_from(["  why: Old.\n", "  why: |\n    Old.\n", ""]))
def test_any_text_reads_back_and_no_other_byte_changes(text: str, old: str) -> None:
    new = put(AROUND + old + BEHIND, text)
    assert new.startswith(AROUND)
    assert new.endswith(BEHIND)
    tree, found = parse(new.encode(), "role.yaml")
    assert tree is not None
    assert not [fault for fault in found if fault.is_error]
    answers = tree.get("my_answers")
    assert isinstance(answers, MappingNode)
    written = answers.get("why")
    assert isinstance(written, ScalarNode)
    assert written.text == f"{text}\n"
