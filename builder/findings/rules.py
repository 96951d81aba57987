"""What can be at fault: a rule's name, its severity, its section of docs/rules.md."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """An error blocks the packages in its scope; a warning does so only under `--strict`."""

    ERROR = "error"
    WARNING = "warning"


class Section(StrEnum):
    """The sections of docs/rules.md, in their order."""

    FILE = "the file"
    SCHEMA = "the schema"
    NAMES = "names"
    ROLES = "roles"
    ARITHMETIC = "arithmetic"
    CARDS = "note types and cards"
    CONTENT = "content"
    RELEASED = "what has been released"


@dataclass(frozen=True, slots=True)
class Rule:
    """What can be at fault. Its page, `builder/rules/<name>.md`, says what, why, how to mend it.

    A definition may silence a `silenceable` rule, with a reason: it judges how a text is written.
    """

    name: str
    severity: Severity
    section: Section
    silenceable: bool = False


#: The rules that were registered so far. `builder.checks.every_rule()` has them all.
RULES: dict[str, Rule] = {}


def register(rule: Rule) -> None:
    """Adds a rule. Raises `ValueError` when its name belongs to a different one."""
    if RULES.setdefault(rule.name, rule) != rule:
        raise ValueError(f"the rule {rule.name!r} is registered already: {RULES[rule.name]}")


#: The rules that no function of `checks` or `lint` looks for: whoever reads a file, selects
#: definitions, renders notes or stamps them comes upon the fault, and makes a `Diagnostic`.
_WITHOUT_FUNCTION = (
    (Section.FILE, Severity.ERROR, "unreadable-file", "not-utf-8", "control-character", "syntax"),
    (Section.FILE, Severity.ERROR, "merge-marks"),
    (Section.FILE, Severity.ERROR, "nested-too-deep", "duplicate-key", "yaml-feature"),
    (Section.FILE, Severity.ERROR, "empty-value", "lost-comment"),
    (Section.FILE, Severity.WARNING, "split-by-comma"),
    (Section.SCHEMA, Severity.ERROR, "unknown-section", "unknown-key", "missing-key"),
    (Section.SCHEMA, Severity.ERROR, "wrong-value", "wrong-answer", "half-a-pair"),
    (Section.NAMES, Severity.ERROR, "bad-id", "duplicate-id", "unknown-reference"),
    (Section.ROLES, Severity.ERROR, "unknown-role", "circular-roles", "no-match"),
    (Section.ROLES, Severity.ERROR, "fixed-by-origin"),
    (Section.CARDS, Severity.ERROR, "note-type", "template"),
    (Section.RELEASED, Severity.ERROR, "lock-mangled", "lock-in-conflict", "lock-out-of-date"),
    (Section.RELEASED, Severity.ERROR, "lock-lost-lines", "stamp-in-future"),
)
for _section, _severity, *_names in _WITHOUT_FUNCTION:
    for _name in _names:
        register(Rule(_name, _severity, _section))
