"""Where a fault is, what it is, how to mend it. Imports nothing of ours.

Span         a stretch of one file, lines and columns from 1
Touches      what a fault blocks
Diagnostic   a rule's finding at a span
Trouble      the environment is at fault, not the content; the CLI turns it into a message
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class PrepdeckError(Exception):
    """The environment stands in the way: a folder is not there, a file cannot be written.

    `help` says how to go on. A fault in content is a `Diagnostic`, never this.
    """

    def __init__(self, message: str, *, help: str = "") -> None:
        super().__init__(message)
        self.help = help


class Severity(StrEnum):
    """An error blocks the packages that it touches; a warning does so only under `--strict`."""

    ERROR = "error"
    WARNING = "warning"


#: Every rule there is. Its page, `rules/<rule>.md`, says what it does, why, and how to mend it.
RULES: dict[str, Severity] = {
    # the file
    "unreadable-file": Severity.ERROR,
    "not-utf-8": Severity.ERROR,
    "control-character": Severity.ERROR,
    "syntax": Severity.ERROR,
    "nested-too-deep": Severity.ERROR,
    "duplicate-key": Severity.ERROR,
    "yaml-feature": Severity.ERROR,
    "empty-value": Severity.ERROR,
    "lost-comment": Severity.ERROR,
    "split-by-comma": Severity.WARNING,
    # the schema
    "unknown-section": Severity.ERROR,
    "unknown-key": Severity.ERROR,
    "missing-key": Severity.ERROR,
    "wrong-value": Severity.ERROR,
    "wrong-answer": Severity.ERROR,
    "half-a-pair": Severity.ERROR,
    # names
    "bad-id": Severity.ERROR,
    "duplicate-id": Severity.ERROR,
    "was-twice": Severity.ERROR,
    "unknown-reference": Severity.ERROR,
    "unknown-variable": Severity.ERROR,
    # roles
    "unknown-role": Severity.ERROR,
    "circular-roles": Severity.ERROR,
    "no-match": Severity.ERROR,
    "fixed-by-origin": Severity.ERROR,
    "bad-title": Severity.ERROR,
    "duplicate-title": Severity.ERROR,
    "duplicate-role-key": Severity.ERROR,
    "empty-role": Severity.ERROR,
    "unused-answer": Severity.WARNING,
    "shared-variable": Severity.WARNING,
    "half-a-plan": Severity.WARNING,
    # arithmetic
    "arithmetic": Severity.ERROR,
    # note types and cards
    "note-type": Severity.ERROR,
    "template": Severity.ERROR,
    "empty-front": Severity.ERROR,
    "fronts-alike": Severity.WARNING,
    "front-gives-answer": Severity.WARNING,
    "two-questions": Severity.WARNING,
    # content
    "too-long": Severity.WARNING,
    "hard-to-read": Severity.WARNING,
    "unexplained-abbreviation": Severity.WARNING,
    "yes-no-ask": Severity.WARNING,
    "story-without-result": Severity.WARNING,
    "we-more-than-i": Severity.WARNING,
    "near-duplicate": Severity.WARNING,
    "recurring-percentage": Severity.WARNING,
    "old-benchmark": Severity.WARNING,
    "personal-data": Severity.WARNING,
    "off-limits-question": Severity.WARNING,
    "orphan": Severity.WARNING,
    "empty-topic": Severity.WARNING,
    "core-too-large": Severity.WARNING,
    "core-too-spoken": Severity.WARNING,
    "idle-silence": Severity.WARNING,
    # what has been released
    "lock-mangled": Severity.ERROR,
    "lock-in-conflict": Severity.ERROR,
    "lock-out-of-date": Severity.ERROR,
    "stamp-in-future": Severity.ERROR,
    "shipped-id-missing": Severity.ERROR,
    "note-type-changed": Severity.ERROR,
    "card-withdrawn": Severity.ERROR,
    "was-unknown": Severity.WARNING,
    "deck-renamed": Severity.WARNING,
    "owner-changed": Severity.WARNING,
    "role-key-changed": Severity.ERROR,
}

#: Rules that a definition may silence, with a reason: judgements of how it is written.
SILENCEABLE = (
    *("too-long", "hard-to-read", "unexplained-abbreviation", "yes-no-ask"),
    *("story-without-result", "we-more-than-i", "near-duplicate", "recurring-percentage"),
    *("old-benchmark", "personal-data", "off-limits-question", "orphan"),
    *("two-questions", "front-gives-answer"),
)


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of a file, relative to the project; lines and columns from 1, end exclusive."""

    file: str
    line: int = 1
    column: int = 1
    end_line: int = 1
    end_column: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Scope:
    """What a fault blocks: a role's package and its heirs', or those that may select a definition.

    With neither named it touches every package; with both it is the definition as that role has
    it, and blocks what the role blocks. A fault in a note type blocks the packages that have its
    `kind`.
    """

    role: str | None = None
    definition: str | None = None
    kind: str | None = None


WHOLE_PROJECT = Scope()


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """A rule's finding. `message` states the fault; only `help` suggests."""

    rule: str
    message: str
    span: Span
    help: str = ""
    scope: Scope = WHOLE_PROJECT

    def __post_init__(self) -> None:
        if self.rule not in RULES:
            raise KeyError(f"{self.rule!r} is not in RULES")

    @property
    def severity(self) -> Severity:
        """The rule's severity: one for all its findings."""
        return RULES[self.rule]

    @property
    def is_error(self) -> bool:
        """Whether it blocks what it touches."""
        return self.severity is Severity.ERROR


def in_order(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Each finding once, by file, line and column."""
    return tuple(sorted(dict.fromkeys(diagnostics), key=lambda d: (d.span, d.rule, d.message)))


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The one of `known` that was probably meant, if one is near.

    difflib is imported here because only a fault needs it (7 ms).
    """
    import difflib

    return next(iter(difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)), None)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """`did you mean …?` for the nearest of `known`, or nothing when none is near."""
    near = nearest(word, known)
    return f"did you mean `{near}`?" if near else ""
