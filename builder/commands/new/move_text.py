"""What `new person` says of a move, before and after it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from builder.commands.new.move import Move
from builder.phrasing import as_search, counted

#: So many ids are named, and then "and more".
_SHOWN = 5


def losses_of(move: Move) -> Iterator[str]:
    """Notes whose reviews do not go on with them, and how to find them in Anki."""
    for role_id, ids in move.changes.superseded.items():
        yield (
            f"{counted(len(ids), 'note')} of {role_id} are in another role too, and go on there,"
            f" with its reviews. What {role_id} had is found in Anki's browser by"
        )
        yield f"    {as_search(tuple(dict.fromkeys(ids)))}"
        yield (
            "suspend it after the move; what you wrote in it in Anki is there alone until you sync,"
            " so do that before: prepdeck sync EXPORT"
        )
    for role_id, ids in move.changes.anew.items():
        yield (
            f"each role has its own copy of {counted(len(ids), 'note')} of {role_id} now, and these"
            f" begin anew: {_shown(ids)}"
        )


def report_of(move: Move) -> Iterator[str]:
    """What was moved, what stayed a role's own, and what to do next."""
    sections = Counter(entry.section for entry in move.moved)
    for section, number in sections.items():
        yield f"in me.yaml or beside it: {number} of `{section}`"
    for role_id, ids in move.overridden.items():
        if ids:
            yield (
                f"the own notes of {role_id}, because they read differently there"
                f" (`override`): {_shown(ids)}"
            )
    role_ids = ", ".join(role.id for role in move.roles)
    yield f"every other note of {role_ids} is the same note, with the same content"
    yield f"the deck is `{move.deck_name}`"
    for role in move.roles:
        if (name := move.old_decks[role.id]) != move.deck_name:
            yield (
                f"cards that are in `{name}` stay there: to have one deck, search in Anki's browser"
                f' for "Id:{role.key}/*", and choose Cards > Change Deck'
            )
    yield f"next: prepdeck build {move.roles[0].id}"


def _shown(ids: tuple[str, ...]) -> str:
    more = f" and {len(ids) - _SHOWN} more" if len(ids) > _SHOWN else ""
    return ", ".join(ids[:_SHOWN]) + more
