"""`prepdeck ls`."""

from __future__ import annotations

import json

import click

from builder.cli import root_of
from builder.cli.completion import role_names, selector_parts
from builder.cli.formats import say
from builder.phrasing import counted

EPILOG = """\b
Examples:
  prepdeck ls kind:question,topic:customer
  prepdeck ls --role customer-support-specialist --format anki
  prepdeck ls --role customer-support-specialist --why csat
  prepdeck ls --uncited
"""


@click.command(epilog=EPILOG)
@click.argument("selectors", nargs=-1, metavar="[SELECTOR]...", shell_complete=selector_parts)
@click.option(
    "--role", metavar="ROLE", shell_complete=role_names, help="Only what this role's deck has."
)
@click.option("--why", "id", metavar="ID", help="Say what took or dropped ID; needs --role.")
@click.option("--uncited", is_flag=True, help="Items of the bibliography that nothing covers.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "anki"]),
    default="text",
    help="anki: a search for Anki's browser that finds their notes.",
)
@click.pass_context
def ls(
    ctx: click.Context,
    selectors: tuple[str, ...],
    role: str | None,
    id: str | None,
    uncited: bool,
    form: str,
) -> None:
    """List definitions: all, those that a selector matches, or a role's."""
    from builder.anki.search import as_search
    from builder.commands.ls import run

    if id is not None and role is None:
        raise click.UsageError("--why needs --role ROLE")
    if (id is not None or uncited) and (selectors or form == "anki"):
        raise click.UsageError("--why and --uncited take no selector, and text or json")
    root = root_of(ctx)
    if id is not None:
        assert role is not None
        outcome, reasons = run.why(root, role, id)
        if form == "json":
            steps = [
                {"role": r.role, "effect": r.effect, "file": r.at.file, "line": r.at.line}
                for r in reasons
            ]
            said = {"id": id, "role": role, "outcome": outcome, "steps": steps}
            say(json.dumps(said, ensure_ascii=False, indent=2) + "\n")
            return
        for reason in reasons:
            say(f"{reason.at}: {reason.role} {reason.effect}\n")
        say(f"{id} in {role}: {outcome}\n")
        return
    if uncited:
        rest = run.uncited(root)
        if form == "json":
            say(json.dumps([{"id": i, "label": label} for i, label in rest], indent=2) + "\n")
        else:
            say("".join(f"{item}  {label}\n" for item, label in rest))
        say(f"{counted(len(rest), 'item')} that nothing covers\n", err=True)
        return
    found = run.listing(root, selectors, role)
    if form == "json":
        say(run.as_json(found.listed))
    elif form == "anki":
        say(as_search(found.ids) + "\n")
    else:
        say("".join(f"{line}\n" for line in run.as_text(found.listed)))
    summary = [counted(len(found.listed), "definition"), counted(found.notes, "note")]
    if role is not None:
        summary.append(f"{counted(found.cards, 'card')} in the deck, {found.core:,} of them core")
        if found.order.close_siblings:
            summary.append(
                f"{counted(found.order.close_siblings, 'card')} near another of the same note"
            )
        if found.order.crowded_spoken:
            summary.append(
                f"{counted(found.order.crowded_spoken, 'spoken card')} more than two in twenty"
            )
    say(", ".join(summary) + "\n", err=True)
