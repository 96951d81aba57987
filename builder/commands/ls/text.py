"""What `ls` prints, as text and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from builder.cli.style import as_json, clipped, table
from builder.commands.ls.run import Decision, Listed, Listing
from builder.phrasing import counted
from builder.project import Definition

#: How much of a definition's first text, its question or name, is listed: columns.
_FIRST_TEXT = 60

_EFFECTS = {
    "own": "defines it",
    "later": "does not study it first",
    "core": "takes it as core",
    "add": "takes it",
    "drop": "drops it",
}


def listing_text(listed: Sequence[Listed]) -> Iterator[str]:
    """One row a definition: id, kind, whether core, its first text, topics, file and line."""
    yield from table(
        (
            entry.definition.id,
            entry.definition.kind.name,
            *(["core" if entry.core else ""] if entry.core is not None else []),
            _first_text(entry.definition),
            ", ".join(entry.definition.topics or ()),
            f"{entry.definition.span.file}:{entry.definition.span.line}",
        )
        for entry in listed
    )


def _first_text(definition: Definition) -> str:
    markdown_texts = (leaf.readable for leaf in definition.leaves if leaf.shape.is_markdown)
    return clipped(next(markdown_texts, ""), _FIRST_TEXT)


def listing_json(listed: Sequence[Listed]) -> str:
    """A list of objects, one a definition."""
    return as_json(
        [
            {
                "id": entry.definition.id,
                "kind": entry.definition.kind.name,
                "topics": list(entry.definition.topics or ()),
                "roles": list(entry.roles),
                "file": entry.definition.span.file,
                "line": entry.definition.span.line,
            }
            for entry in listed
        ]
    )


def summary(listing: Listing, *, of_role: bool) -> str:
    """How many definitions and notes were listed; of a role, what its deck comes to."""
    phrases = [counted(len(listing.listed), "definition"), counted(listing.notes, "note")]
    if of_role:
        phrases.append(
            f"{counted(listing.cards, 'card')} in the deck, {listing.core:,} of them core"
        )
        if listing.order.close_siblings:
            cards_phrase = counted(listing.order.close_siblings, "card")
            phrases.append(f"{cards_phrase} near another of the same note")
        if listing.order.crowded_spoken:
            cards_phrase = counted(listing.order.crowded_spoken, "spoken card")
            phrases.append(f"{cards_phrase} more than two in twenty")
    return ", ".join(phrases)


def decision_text(decision: Decision) -> Iterator[str]:
    """One line a step, then what came of the definition."""
    for reason in decision.reasons:
        yield f"{reason.span}: {reason.role} {_EFFECTS[reason.key]}"
    yield f"{decision.id} in {decision.role}: {outcome(decision)}"


def decision_json(decision: Decision) -> str:
    """An object with the steps and their outcome."""
    return as_json(
        {
            "id": decision.id,
            "role": decision.role,
            "outcome": outcome(decision),
            "steps": [
                {
                    "role": reason.role,
                    "effect": _EFFECTS[reason.key],
                    "file": reason.span.file,
                    "line": reason.span.line,
                }
                for reason in decision.reasons
            ],
        }
    )


def outcome(decision: Decision) -> str:
    """What came of the definition, in one sentence."""
    if decision.retired is not None:
        return f"it is retired: {decision.retired}"
    if not decision.selected:
        return "it was dropped" if decision.reasons else "no selector takes it"
    core = ", as core" if decision.core else ""
    if decision.waits:
        command = f"prepdeck plan {decision.role}"
        return f"it is selected{core}, but does not fit before the interview: {command}"
    return f"it is in the deck{core}"


def uncited_text(parts: Sequence[tuple[str, str]]) -> Iterator[str]:
    """One line a part: id and label."""
    yield from (f"{part_id}  {part_label}" for part_id, part_label in parts)


def uncited_json(parts: Sequence[tuple[str, str]]) -> str:
    """A list of objects, one a part."""
    return as_json([{"id": part_id, "label": part_label} for part_id, part_label in parts])
