"""The values of a finding: where it is, what it blocks, what it says."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from builder.findings.rules import RULES, Severity


class PrepdeckError(Exception):
    """The environment is at fault: a folder is missing, a file cannot be written.

    `help` says how to go on. A fault in content is a `Diagnostic`, never this.
    """

    def __init__(self, message: str, *, help: str = "") -> None:
        super().__init__(message)
        self.help = help


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

    With neither given it blocks every package; with both it is the definition as that role words
    it, and blocks what the role blocks. A fault in a note type blocks the packages that have its
    `kind`.
    """

    role: str | None = None
    definition: str | None = None
    kind: str | None = None


WHOLE_PROJECT = Scope()


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule's function yields. `message` states the fault; only `help` suggests.

    `scope`: what it blocks, where that is not the scope of the rule's subject. `related`: other
    places that the text names.
    """

    message: str
    span: Span
    help: str = ""
    scope: Scope | None = None
    related: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """A finding of a rule. `related`: other places that its text names.

    The severity is the rule's unless it is given. Raises `KeyError` for an unregistered rule then.
    """

    rule: str
    message: str
    span: Span
    help: str = ""
    scope: Scope = WHOLE_PROJECT
    related: tuple[Span, ...] = ()
    severity: Severity = None  # type: ignore[assignment]

    def __post_init__(self) -> None:
        if self.severity is None:
            object.__setattr__(self, "severity", RULES[self.rule].severity)

    @property
    def is_error(self) -> bool:
        """Whether it blocks the packages in its scope."""
        return self.severity is Severity.ERROR


def recalled(fields: Mapping[str, Any]) -> Diagnostic:
    """The diagnostic whose fields `dataclasses.asdict` gave and JSON kept; no rule is looked up.

    Raises `KeyError`, `TypeError` or `ValueError` when they are not those of a diagnostic.
    """
    return Diagnostic(
        **{
            **fields,
            "span": Span(**fields["span"]),
            "scope": Scope(**fields["scope"]),
            "related": tuple(Span(**span) for span in fields["related"]),
            "severity": Severity(fields["severity"]),
        }
    )


@dataclass(frozen=True, slots=True)
class Silence:
    """A rule that a definition silences. `span`: its name under `silence`; `scope`: the wording's.

    `definition`: the span of the definition, where a finding in its notes stands.
    """

    rule: str
    span: Span
    scope: Scope
    definition: Span


@dataclass(frozen=True, slots=True)
class Reach:
    """What the package of `role` depends on: a fault in any of it blocks the package.

    `chain`: the ids of the role and of all that it extends. `definitions`: the keys of those that
    it has or might have. `kinds`: of the definitions that it has.
    """

    role: str
    chain: Collection[str]
    definitions: Collection[str]
    kinds: Collection[str]

    def includes(self, scope: Scope) -> bool:
        """Whether a fault of that scope blocks the package."""
        if scope.role:
            return scope.role in self.chain
        if scope.definition:
            return scope.definition in self.definitions
        return not scope.kind or scope.kind in self.kinds


def nearest(word: str, names: Iterable[str]) -> str | None:
    """The name that was probably meant, if one is near.

    difflib is imported here because only a fault needs it (7 ms).
    """
    import difflib

    return next(iter(difflib.get_close_matches(word, list(names), n=1, cutoff=0.6)), None)


def did_you_mean(word: str, names: Iterable[str]) -> str:
    """`did you mean …?` with the nearest name, or nothing when none is near."""
    nearest_name = nearest(word, names)
    return f"did you mean `{nearest_name}`?" if nearest_name else ""
