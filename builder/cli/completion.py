"""What a shell completes in the commands: roles, kinds, topics, selectors.

Somebody waits for each answer, so nothing here imports the loader: role names come from the names
of files, and kinds and topics from their text, line by line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click

#: The rank of a kind whose kind.yaml has none: it comes last.
_NO_RANK = 1000

_KEYS = ("kind", "id", "topic", "type")
_ROLE = re.compile(rb"^role:", re.MULTILINE)
_TOPICS = re.compile(r"^topics:.*\n(?:(?:[ \t#].*)?\n)*", re.MULTILINE)
_LINE = re.compile(r"( *)([\w-]+):(?: +(.*))?$")
_CHOICES = re.compile(r"\[([^]]*)]")
_NAME = re.compile(r"[\w-]+")


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
    before: list[str] = [*(ctx.params.get(param.name or "") or ())]
    if ":" in (incomplete, *before[-1:]):
        # bash splits words at colons, `kind : quest`, and replaces the last of them.
        key = before[-1] if incomplete == ":" else before[-2]
        return [name for name in _names(ctx, key) if name.startswith(incomplete.lstrip(":"))]
    complete, comma, last = incomplete.rpartition(",")
    key, colon, _ = last.partition(":")
    parts = [f"{key}:{name}" for name in _names(ctx, key)] if colon else [f"{k}:" for k in _KEYS]
    return [f"{complete}{comma}{part}" for part in parts if part.startswith(last)]


def _names(ctx: click.Context, key: str) -> list[str]:
    """The names that a key of a selector may have."""
    match key:
        case "topic":
            return _topics(_folder(ctx))
        case "kind":
            return kinds_at(_folder(ctx))
        case "type":
            return types_at(_folder(ctx))
    return []


def roles_at(folder: Path) -> tuple[list[str], list[str]]:
    """Public and private roles of the project around `folder`, by the names of their files."""
    project = _project(folder)
    if project is None:
        return [], []
    decks = project / "decks"
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


def kinds_at(folder: Path) -> list[str]:
    """Every kind of the project around `folder`, by rank: prepdeck's and the project's own."""
    ranks: dict[str, int] = {}
    for text in _kind_files(folder):
        top = {path[0]: inline for path, inline in _lines(text) if len(path) == 1}
        rank = re.match(r"\d+", top.get("rank", ""))
        if name := _NAME.match(top.get("kind", "")):
            ranks.setdefault(name[0], int(rank[0]) if rank else _NO_RANK)
    return sorted(ranks, key=lambda kind: (ranks[kind], kind))


def types_at(folder: Path) -> list[str]:
    """Every type of the project around `folder`: those of any of its kinds."""
    return list(dict.fromkeys(type for text in _kind_files(folder) for type in types_in(text)))


def types_in(kind_file: str) -> Iterator[str]:
    """The choices of a kind's key `type`, in the text of its kind.yaml."""
    for path, inline in _lines(kind_file):
        if path[:2] != ("keys", "type"):
            continue
        if len(path) == 4 and path[2] == "choices":
            yield path[3]
        elif path[2:] == ("choices",) or "choices:" in inline:
            listed = _CHOICES.search(inline)
            yield from _NAME.findall(listed[1] if listed else "")


def _kind_files(folder: Path) -> Iterator[str]:
    """The text of each kind.yaml: those of prepdeck, then those of the project."""
    from builder import shipped

    project = _project(folder)
    for templates in (shipped.templates(), *([project / "templates"] if project else [])):
        for path in sorted(templates.glob("*/kind.yaml")):
            yield path.read_text(encoding="utf-8", errors="replace")


def _topics(folder: Path) -> list[str]:
    """Topics of the files that have a section `topics`."""
    project = _project(folder)
    return [
        "/".join(path[1:])
        for file in (sorted((project / "decks").glob("*.y*ml")) if project else ())
        for section in _TOPICS.findall(file.read_text(encoding="utf-8", errors="replace"))
        for path, _ in _lines(section)
        if len(path) > 1
    ]


def _lines(text: str) -> Iterator[tuple[tuple[str, ...], str]]:
    """Each line `key: inline` of block YAML: the path to its key, by indentation, and `inline`."""
    above: list[tuple[int, str]] = []
    for line in text.splitlines():
        if match := _LINE.match(line):
            indent = len(match[1])
            while above and above[-1][0] >= indent:
                above.pop()
            above.append((indent, match[2]))
            yield tuple(key for _, key in above), match[3] or ""


def _folder(ctx: click.Context) -> Path:
    return Path(ctx.find_root().params.get("folder") or ".")


def _project(folder: Path) -> Path | None:
    from builder.findings import PrepdeckError
    from builder.root import find_root

    try:
        return find_root(folder)
    except PrepdeckError:
        return None
