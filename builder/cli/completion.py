"""What a shell completes in the commands: roles, kinds, topics, selectors.

A shell asks while somebody waits for a key to answer, so nothing here imports the loader: role
names come from the names of files, kinds and topics from a look at their text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click

#: As in `model`, which would bring pydantic along; a test compares them.
KINDS = (
    *("question", "kpi", "skill", "line", "stage", "activity", "method", "tool", "tip", "card"),
    *("story", "fact"),
)
_KEYS = ("kind", "id", "topic", "type")
TYPES = ("story", "approach", "knowledge", "pitch")
_ROLE = re.compile(rb"^role:", re.MULTILINE)


def role_names(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """Every role, as `shell_complete` of an argument or option."""
    public, private = roles_at(_folder(ctx))
    return [name for name in (*public, *private) if name.startswith(incomplete)]


def public_roles(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """Roles that can be extended."""
    return [name for name in roles_at(_folder(ctx))[0] if name.startswith(incomplete)]


def private_roles(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """Roles that may have definitions of their own."""
    return [name for name in roles_at(_folder(ctx))[1] if name.startswith(incomplete)]


def topic_names(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """Topics, as `area/topic`."""
    return [name for name in _topics(_folder(ctx)) if name.startswith(incomplete)]


def selector_parts(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """`kind:question`, and what may follow after a comma. Ids are left out: there are hundreds."""
    given: list[str] = [*(ctx.params.get(param.name or "") or ())]
    if ":" in (incomplete, *given[-1:]):
        # bash parts words at colons: `kind : quest`, and puts the answer in place of the last.
        key = given[-1] if incomplete == ":" else given[-2]
        return [name for name in _known(ctx, key) if name.startswith(incomplete.lstrip(":"))]
    before, comma, last = incomplete.rpartition(",")
    key, colon, _ = last.partition(":")
    whole = [f"{key}:{name}" for name in _known(ctx, key)] if colon else [f"{k}:" for k in _KEYS]
    return [f"{before}{comma}{one}" for one in whole if one.startswith(last)]


def _known(ctx: click.Context, key: str) -> list[str]:
    if key == "topic":
        return _topics(_folder(ctx))
    return list({"kind": KINDS, "type": TYPES}.get(key, ()))


def roles_at(folder: Path) -> tuple[list[str], list[str]]:
    """Public and private roles of the project around `folder`, by the files that they are in."""
    decks = _decks(folder)
    if decks is None:
        return [], []
    public: set[str] = set()
    private: set[str] = set()
    for path in decks.rglob("*.y*ml"):
        inside = path.relative_to(decks).parts
        if any(part.startswith(".") for part in inside):
            continue
        if inside[0] == "private":
            private.add(inside[1] if len(inside) > 2 else path.stem)
        elif _ROLE.search(path.read_bytes()):
            public.add(path.stem)
    return sorted(public), sorted(private)


def _topics(folder: Path) -> list[str]:
    """Topics of files that say `topics:`, by their indentation."""
    decks = _decks(folder)
    return [
        topic
        for path in (sorted(decks.glob("*.y*ml")) if decks else ())
        for topic in _branches(path.read_text(encoding="utf-8", errors="replace"))
    ]


def _branches(text: str) -> Iterator[str]:
    inside, above = False, ""
    for line in text.splitlines():
        if not line[:1].isspace() and line.strip():
            inside = line.startswith("topics:")
        elif inside and (match := re.match(r"( +)([a-z0-9-]+):", line)):
            above = match[2] if len(match[1]) <= 2 else above
            yield match[2] if len(match[1]) <= 2 else f"{above}/{match[2]}"


def _folder(ctx: click.Context) -> Path:
    return Path(ctx.find_root().params.get("folder") or ".")


def _decks(folder: Path) -> Path | None:
    from builder.findings import PrepdeckError
    from builder.root import find_root

    try:
        return find_root(folder) / "decks"
    except PrepdeckError:
        return None
