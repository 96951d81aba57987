"""Roles beside each other: their titles and their keys."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from builder.findings import Finding, Scope, Section, Severity, Span, rule
from builder.lint.subjects import PROJECT
from builder.project import Project, Role
from builder.source.paths import at_path


def _titled(project: Project) -> Iterator[tuple[Role, Span]]:
    """The roles and persons that have a deck, with the spans of their titles."""
    for role in project.roles.values():
        if role.value is not None and role.person is None and (role.has_deck or role.is_person):
            key = "deck" if role.me and role.me.deck else "title"
            yield role, at_path(role.node, (key,))[0].span


@rule("bad-title", Severity.ERROR, of=PROJECT, section=Section.ROLES)
def titles_can_name_a_deck(project: Project) -> Iterator[Finding]:
    """Anki, and a line of a lock, keep the title as it is written."""
    title_span = at_path(project.settings.node, ("title",))[0].span
    titles: list[tuple[str, Span, Scope | None]] = [
        (role.deck_title, span, role.scope) for role, span in _titled(project)
    ]
    titles.append((project.settings.value.title, title_span, None))
    for title, span, scope in titles:
        if help := _remedy(title):
            printable = "".join(c if c.isprintable() else " " for c in title)
            yield Finding(f"`{printable}` cannot be the name of a deck", span, help, scope)


def _remedy(title: str) -> str:
    """How to mend a title that would not be kept as it is; nothing if it would."""
    if "::" in title:
        return "remove `::`: it would make a deck inside a deck"
    if any(not character.isprintable() for character in title):
        return "write it on one line, without tabs"
    if title.startswith(":") or title.endswith(":"):
        return "remove the colon at its beginning or end"
    if unicodedata.normalize("NFC", title) != title:
        return "write its accents as one character each (Unicode's form NFC)"
    return ""


@rule("duplicate-title", Severity.ERROR, of=PROJECT, section=Section.ROLES)
def titles_name_one_deck(project: Project) -> Iterator[Finding]:
    """Anki knows decks by name, without case: equal titles would pour into one deck."""
    first: dict[str, Role] = {}
    for role, span in _titled(project):
        earlier = first.setdefault(role.deck_title.casefold(), role)
        if earlier is not role:
            yield Finding(
                f"the role `{earlier.id}` has the same title, at {earlier.span}",
                span,
                "change one of them: Anki knows decks by name, and ignores case",
                role.scope,
                (earlier.span,),
            )


_COPIED = "in a folder that was copied, delete the copied notes.lock, and write another `key`"


@rule("duplicate-role-key", Severity.ERROR, of=PROJECT, section=Section.ROLES)
def keys_are_unique(project: Project) -> Iterator[Finding]:
    """No two roles own each other's notes."""
    first: dict[str, Role] = {}
    for role in project.roles.values():
        earlier = first.setdefault(role.key, role)
        if earlier is role:
            continue
        node, key = at_path(role.node, ("key",) if role.private else ("was",))
        for claimant in (role, earlier):
            yield Finding(
                f"`{role.key}` is also the key of `{earlier.id}`, at {earlier.span}",
                node.span if key else role.span,
                _COPIED if role.private else "change one of them",
                claimant.scope,
                (earlier.span,),
            )
