"""Findings: where a fault is, what it is, how to mend it. Imports nothing of ours.

rules     Rule, Severity, Section; the rules without a function of their own
values    Span, Scope, Finding, Diagnostic, Reach, Silence; PrepdeckError
subjects  `@rule`, which makes a rule of a function
filters   which findings are shown, and which packages they block
"""

from builder.findings.filters import (
    as_shown,
    blocked,
    errors_within,
    in_order,
    of_roles,
    touching,
    without_echoes,
    without_follow_ons,
    without_private,
    without_rules,
    without_silenced,
    without_unmerged,
)
from builder.findings.rules import RULES, Rule, Section, Severity
from builder.findings.subjects import Subject, rule
from builder.findings.values import (
    WHOLE_PROJECT,
    Diagnostic,
    Finding,
    PrepdeckError,
    Reach,
    Scope,
    Silence,
    Span,
    did_you_mean,
    nearest,
    recalled,
)

__all__ = [
    "RULES",
    "WHOLE_PROJECT",
    "Diagnostic",
    "Finding",
    "PrepdeckError",
    "Reach",
    "Rule",
    "Scope",
    "Section",
    "Severity",
    "Silence",
    "Span",
    "Subject",
    "as_shown",
    "blocked",
    "did_you_mean",
    "errors_within",
    "in_order",
    "nearest",
    "of_roles",
    "recalled",
    "rule",
    "touching",
    "without_echoes",
    "without_follow_ons",
    "without_private",
    "without_rules",
    "without_silenced",
    "without_unmerged",
]
