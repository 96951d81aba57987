"""A sync as text for a terminal: what was taken from Anki, and what is in doubt."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from builder.commands.sync.answers import Answer
from builder.commands.sync.run import FileChange, SyncResult
from builder.phrasing import counted


def file_diff(change: FileChange) -> str:
    """What changes in a file, as `diff -u` shows it."""
    old_text, new_text = change.old.decode("utf-8"), change.new.decode("utf-8")
    return _unified(old_text, new_text, change.file, change.file)


def sync_text(result: SyncResult, *, dry_run: bool) -> Iterator[str]:
    """Lines: answers in doubt, answers that were replaced in YAML, warnings, and a summary."""
    for answer in result.in_doubt:
        yield f"{answer.name} differs between YAML and Anki, and either may be newer:"
        yield from _both_sides(answer)
    if result.in_doubt:
        yield "  help: take Anki's words with --prefer anki, or keep YAML's with --prefer yaml"
    for answer in result.from_anki:
        if answer.in_yaml is not None and not dry_run:
            yield f"{answer.name} was replaced in YAML:"
            yield from _both_sides(answer)
    yield from (f"warning: {warning}" for warning in result.warnings)
    would_be = "would be " if dry_run else ""
    phrases = [f"{counted(len(result.from_anki), 'answer')} {would_be}taken from Anki"]
    if result.tagged:
        phrases.append(f"tags of {counted(len(result.tagged), 'definition')}")
    if result.overruled:
        phrases.append(f"{len(result.overruled)} kept as in YAML")
    if result.in_doubt:
        phrases.append(f"{len(result.in_doubt)} changed on both sides")
    yield ", ".join(phrases)


def _both_sides(answer: Answer) -> Iterator[str]:
    """An answer in YAML and in Anki, as `diff -u` shows them."""
    assert answer.in_yaml is not None
    yaml_text, anki_text = f"{answer.in_yaml.text.strip()}\n", f"{answer.in_anki}\n"
    diff_lines = _unified(yaml_text, anki_text, answer.in_yaml.file, "Anki").splitlines()
    yield from (f"  {line}" for line in diff_lines)


def _unified(old_text: str, new_text: str, old_name: str, new_name: str) -> str:
    old_and_new_lines = (old_text.splitlines(keepends=True), new_text.splitlines(keepends=True))
    diff_lines = difflib.unified_diff(*old_and_new_lines, old_name, new_name)
    return "".join(line if line.endswith("\n") else f"{line}\n" for line in diff_lines)
