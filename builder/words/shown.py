"""A learner's texts as a terminal shows them: YAML's beside Anki's."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from builder.words.texts import LearnerText


def doubt_text(text: LearnerText) -> Iterator[str]:
    """A text in doubt, as YAML and as Anki has it."""
    yield f"{text.name} differs between YAML and Anki, and either may be newer:"
    yield from both_sides(text)


def both_sides(text: LearnerText) -> Iterator[str]:
    """A text in YAML and in Anki, as `diff -u` shows them."""
    yaml_text = f"{text.in_yaml.text.strip()}\n" if text.in_yaml else ""
    yaml_file = text.in_yaml.file if text.in_yaml else "YAML"
    diff_lines = unified(yaml_text, f"{text.in_anki}\n", yaml_file, "Anki").splitlines()
    yield from (f"  {line}" for line in diff_lines)


def unified(old_text: str, new_text: str, old_name: str, new_name: str) -> str:
    """What differs between two texts, as `diff -u` shows it."""
    old_and_new_lines = (old_text.splitlines(keepends=True), new_text.splitlines(keepends=True))
    diff_lines = difflib.unified_diff(*old_and_new_lines, old_name, new_name)
    return "".join(line if line.endswith("\n") else f"{line}\n" for line in diff_lines)
