"""`prepdeck explain`."""

from __future__ import annotations

import click

from builder import shipped
from builder.cli.style import say, say_lines, table
from builder.findings import did_you_mean

EPILOG = """\b
Examples:
  prepdeck explain
  prepdeck explain duplicate-id
"""


@click.command(epilog=EPILOG)
@click.argument("rule", required=False)
def explain(rule: str | None) -> None:
    """Explain RULE, with an example and the remedy. Without RULE, list all rules."""
    # It imports every module that has a rule.
    from builder.checks import every_rule

    severity_by_rule = {rule.name: str(rule.severity) for rule in every_rule()}
    if rule is None:
        say_lines(table(severity_by_rule.items()))
        return
    if rule not in severity_by_rule:
        help = did_you_mean(rule, severity_by_rule) or "prepdeck explain lists all rules"
        raise click.UsageError(f"no rule is called '{rule}'; {help}")
    say((shipped.rules() / f"{rule}.md").read_text(encoding="utf-8"))
