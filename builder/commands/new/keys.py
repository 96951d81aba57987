"""Keys and titles of what is new: no role or person has them already."""

from __future__ import annotations

import secrets
from collections.abc import Callable

from builder.ids import SLUG_LENGTH
from builder.project import Project

#: Hexadecimal digits at the end of a key: two people who choose one name have two keys.
_SUFFIX_LENGTH = 4


def random_suffix() -> str:
    """The end of a fresh key: nobody else's notes are known by it."""
    return secrets.token_hex(_SUFFIX_LENGTH // 2)


def fresh_key(project: Project, id: str, suffix: Callable[[], str]) -> str:
    """A key that begins with the id, that no other role or person has."""
    persons = [role.me for role in project.roles.values() if role.me is not None]
    used_keys = {role.key for role in project.roles.values()}
    used_keys |= {key for me in persons for key in me.continues}
    while True:
        key = f"{id[: SLUG_LENGTH - _SUFFIX_LENGTH - 1].rstrip('-')}-{suffix()}"
        if key not in used_keys:
            return key


def free_title(project: Project, id: str, title: str) -> str:
    """A deck name that no other role has: Anki would merge decks of one name."""
    title = title.replace("::", " ")
    used_titles = {role.title.casefold() for role in project.roles.values()}
    used_titles |= {role.deck_title.casefold() for role in project.roles.values()}
    return title if title.casefold() not in used_titles else f"{title} ({id})"


def capitalised(id: str) -> str:
    """The words of an id, as a title."""
    return " ".join(part.capitalize() for part in id.split("-"))
