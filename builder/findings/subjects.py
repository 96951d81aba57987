"""`@rule`: a function that looks for a fault becomes a rule, under the subject that it looks at."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Generic, ParamSpec

from builder.findings.rules import Rule, Section, Severity, register
from builder.findings.values import Diagnostic, Finding, Scope

P = ParamSpec("P")


class Subject(Generic[P]):
    """What rules look at, such as a definition or a deck: `checks` are the functions that do.

    `scope_of` gives the scope of a finding that names none itself. `rules`: names of the rules.
    """

    def __init__(self, scope_of: Callable[P, Scope]) -> None:
        self.scope_of = scope_of
        self.checks: list[Callable[P, list[Diagnostic]]] = []
        self.rules: set[str] = set()


def rule(
    name: str, severity: Severity, *, of: Subject[P], section: Section, silenceable: bool = False
) -> Callable[[Callable[P, Iterable[Finding]]], Callable[P, list[Diagnostic]]]:
    """Registers a function that yields what it finds in its subject; the order does not matter.

    Several functions may share a rule. Raises `ValueError` when they disagree on its severity,
    section or silence.
    """
    register(Rule(name, severity, section, silenceable))

    def decorate(function: Callable[P, Iterable[Finding]]) -> Callable[P, list[Diagnostic]]:
        @wraps(function)
        def check(*subject: P.args, **named: P.kwargs) -> list[Diagnostic]:
            return [
                Diagnostic(
                    name,
                    finding.message,
                    finding.span,
                    finding.help,
                    finding.scope or of.scope_of(*subject, **named),
                    finding.related,
                    severity,
                )
                for finding in function(*subject, **named)
            ]

        of.checks.append(check)
        of.rules.add(name)
        return check

    return decorate
