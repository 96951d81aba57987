"""Checks of roles beside each other."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from builder import model
from builder.checks.project import variable_faults
from builder.findings import Diagnostic, did_you_mean
from builder.project import Project, Role
from builder.render.text import LIKE_VARIABLE
from builder.schema import at_path, leaves, shape_of
from builder.source import MappingNode


def titles_name_one_deck(project: Project) -> Iterator[Diagnostic]:
    """Anki knows decks by name, without case: equal titles would pour into one deck."""
    first: dict[str, Role] = {}
    for role in project.roles.values():
        if role.value is None or role.retired is not None:
            continue
        node, _ = at_path(role.node, ("title",))
        if help := _bad_title(role.title):
            message = f"`{_printable(role.title)}` cannot be a deck's name"
            yield Diagnostic("bad-title", message, node.span, help, role.scope)
        other = first.setdefault(role.title.casefold(), role)
        if other is not role:
            message = f"`{other.id}` has this title already, at {other.span}"
            help = "Anki matches decks by name, without case: change one of them"
            yield Diagnostic("duplicate-title", message, node.span, help, role.scope)
    settings = project.settings
    if help := _bad_title(settings.value.title):
        node, _ = at_path(settings.node, ("title",))
        message = f"`{_printable(settings.value.title)}` cannot be a deck's name"
        yield Diagnostic("bad-title", message, node.span, help)


def _bad_title(title: str) -> str:
    """How to mend a title under which Anki, or a line of a lock, would not keep the deck."""
    if "::" in title:
        return "leave out `::`, which would make a deck inside a deck"
    if any(not character.isprintable() for character in title):
        return "write it on one line, without tabs"
    if title.startswith(":") or title.endswith(":"):
        return "let no colon stand at its beginning or end"
    if unicodedata.normalize("NFC", title) != title:
        return "write its accents as one character each (Unicode's form NFC)"
    return ""


def _printable(title: str) -> str:
    return "".join(c if c.isprintable() else " " for c in title)


def keys_are_unique(project: Project) -> Iterator[Diagnostic]:
    """No two roles own each other's notes."""
    first: dict[str, Role] = {}
    for role in project.roles.values():
        other = first.setdefault(role.key, role)
        if other is not role:
            node, key = at_path(role.node, ("key",) if role.private else ("was",))
            for party in (role, other):
                yield Diagnostic(
                    "duplicate-role-key",
                    f"`{role.key}` is also the key of `{other.id}`, at {other.span}",
                    node.span if key else role.span,
                    "a copied role needs a key of its own: put any other there",
                    party.scope,
                )


def roles_use_variables_where_they_are_filled(project: Project) -> Iterator[Diagnostic]:
    """A mission knows variables; a title, and a variable's own value, are taken as they stand."""
    for role in project.roles.values():
        for leaf in leaves(role.node, shape_of(model.Role)):
            if leaf.path[0] == "mission":
                faults = variable_faults(leaf.scalar, project.settings.value.vars)
            elif leaf.path[0] in {"title", "vars"} and LIKE_VARIABLE.search(leaf.scalar.text):
                faults = iter([("a variable is not filled here", "write the text itself", 0, 1)])
            else:
                continue
            for message, help, start, end in faults:
                span = leaf.scalar.within(start, end)
                yield Diagnostic("unknown-variable", message, span, help, role.scope)


def variables_exist(project: Project) -> Iterator[Diagnostic]:
    """A role gives values to variables that `deck.yaml` declares."""
    declared = project.settings.value.vars
    for role in project.roles.values():
        node = role.node.get("vars")
        for name, entry in node.entries.items() if isinstance(node, MappingNode) else ():
            if name not in declared:
                yield Diagnostic(
                    "unknown-variable",
                    f"no variable is called `{name}`",
                    entry.key.span,
                    did_you_mean(name, declared) or "declare it in decks/deck.yaml under `vars`",
                    role.scope,
                )
