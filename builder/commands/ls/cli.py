"""`prepdeck ls`."""

from __future__ import annotations

import click

from builder.cli import root_of
from builder.cli.completion import role_and_person_names, selector_parts
from builder.cli.style import say, say_lines
from builder.phrasing import as_search, counted

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
    "--role",
    metavar="ROLE",
    shell_complete=role_and_person_names,
    help="List only what this role's deck has, or the decks of a person's roles.",
)
@click.option(
    "--why", "id", metavar="ID", help="Show which selectors added or dropped ID; needs --role."
)
@click.option("--uncited", is_flag=True, help="List the parts of sources that no definition cites.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "anki"]),
    default="text",
    help="anki prints a search for Anki's browser that finds the notes.",
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
    """List definitions: all, those that a selector matches, or those of a role."""
    if id is not None and role is None:
        raise click.UsageError("--why needs --role ROLE")
    if (id is not None or uncited) and (selectors or form == "anki"):
        raise click.UsageError("--why and --uncited take no selector and no --format anki")
    from builder.commands.ls import run, text

    root = root_of(ctx)
    if id is not None:
        assert role is not None
        decision = run.why(root, role, id)
        if form == "json":
            say(text.decision_json(decision))
        else:
            say_lines(text.decision_text(decision))
    elif uncited:
        uncited_parts = run.uncited(root)
        if form == "json":
            say(text.uncited_json(uncited_parts))
        else:
            say_lines(text.uncited_text(uncited_parts))
        say(
            f"{counted(len(uncited_parts), 'part')} of sources that no definition cites\n", err=True
        )
    else:
        listing = run.listing(root, selectors, role)
        if form == "json":
            say(text.listing_json(listing.listed))
        elif form == "anki":
            say(f"{as_search(listing.ids)}\n")
        else:
            say_lines(text.listing_text(listing.listed))
        say(f"{text.summary(listing, of_role=role is not None)}\n", err=True)
