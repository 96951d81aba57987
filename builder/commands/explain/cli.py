"""`prepdeck explain`."""

from __future__ import annotations

import click

from builder import shipped
from builder.findings import did_you_mean

EPILOG = """\b
Examples:
  prepdeck explain
  prepdeck explain duplicate-id
"""


@click.command(epilog=EPILOG)
@click.argument("rule", required=False)
def explain(rule: str | None) -> None:
    """Say what a diagnostic means, with an example and the remedy; without RULE, list all."""
    # It imports every module that has a rule.
    from builder.checks import every_rule

    rules = {rule.name: rule for rule in every_rule()}
    if rule is None:
        width = max(map(len, rules))
        for name, described in rules.items():
            click.echo(f"{name:{width}}  {described.severity}")
        return
    if rule not in rules:
        help = did_you_mean(rule, rules) or "prepdeck explain lists them all"
        raise click.UsageError(f"no rule is called '{rule}'; {help}")
    click.echo((shipped.rules() / f"{rule}.md").read_text(encoding="utf-8"), nl=False)
