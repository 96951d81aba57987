"""A sync as text for a terminal: what was taken from Anki, and what is in doubt."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator

from builder.commands.sync.run import FileChange, SyncResult
from builder.phrasing import counted
from builder.words.shown import both_sides, doubt_text, unified
from builder.words.texts import LearnerText


def file_diff(change: FileChange) -> str:
    """What changes in a file, as `diff -u` shows it."""
    old_text, new_text = change.old.decode("utf-8"), change.new.decode("utf-8")
    return unified(old_text, new_text, change.file, change.file)


def sync_text(result: SyncResult, *, dry_run: bool, package: str = "") -> Iterator[str]:
    """Lines: texts in doubt, texts that were replaced in YAML, warnings, and a summary."""
    for text in result.in_doubt:
        yield from doubt_text(text)
    if result.in_doubt:
        yield "  help: take Anki's words with --prefer anki, or keep YAML's with --prefer yaml;"
        yield "  with --only ROLE:ID for one definition after another"
        if not result.has_reviews:
            yield "  An export with scheduling information shows whether it is the same collection"
            yield "  as at the last sync; then what you only wrote on in Anki is in no doubt."
    for text in result.from_anki:
        if text.in_yaml is not None and not dry_run:
            yield f"{text.name} was replaced in YAML:"
            yield from both_sides(text)
    if result.overruled and not dry_run:
        yield "Anki keeps its words. To replace them by YAML's, in this collection alone:"
        # A folder is named as its person or role is.
        for name in dict.fromkeys(text.role.folder for text in result.overruled):
            yield f"    prepdeck build {name} --replace-answers {shlex.quote(package)}"
    yield from (f"warning: {warning}" for warning in result.warnings)
    would_be = "would be " if dry_run else ""
    yield ", ".join(
        [
            f"{_counted_texts(result.from_anki)} {would_be}taken from Anki",
            *([f"tags of {counted(len(result.tagged), 'definition')}"] if result.tagged else []),
            *([f"{len(result.overruled)} kept as in YAML"] if result.overruled else []),
            *([f"{len(result.in_doubt)} in doubt"] if result.in_doubt else []),
        ]
    )


def _counted_texts(texts: Iterable[LearnerText]) -> str:
    texts = list(texts)
    answers = sum(text.is_answer for text in texts)
    phrases = [counted(answers, "answer")] if answers or not texts else []
    phrases += [counted(len(texts) - answers, "text")] if answers < len(texts) else []
    return " and ".join(phrases)
