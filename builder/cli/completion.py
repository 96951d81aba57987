"""What a shell completes in the commands: roles, kinds, topics, selectors.

Somebody waits for each answer, so nothing here imports the loader: role names come from the names
of files, and kinds and topics from their text, line by line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click

from builder.root import ME, find_root, is_persons

#: The rank of a kind whose kind.yaml has none: it comes last.
_NO_RANK = 1000

_KEYS = ("kind", "id", "topic", "type")
_ROLE = re.compile(r"^role:", re.MULTILINE)
_TOPICS = re.compile(r"^topics:.*\n(?:(?:[ \t#].*)?\n)*", re.MULTILINE)
_LINE = re.compile(r"( *)([\w-]+):(?: +(.*))?$")
_CHOICES = re.compile(r"\[([^]]*)]")
_NAME = re.compile(r"[\w-]+")


def role_names(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """Every role, as `shell_complete` of an argument or option."""
    public_names, private_names = roles_at(_folder(ctx))
    return [name for name in (*public_names, *private_names) if name.startswith(incomplete)]


def persons(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """Persons, each with a folder for their roles."""
    return [name for name in persons_at(_folder(ctx)) if name.startswith(incomplete)]


def owners(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """Private roles and persons: whatever may have definitions of its own."""
    names = sorted({*roles_at(_folder(ctx))[1], *persons_at(_folder(ctx))})
    return [name for name in names if name.startswith(incomplete)]


def role_and_person_names(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """Every role, and every person."""
    names = [*role_names(ctx, param, incomplete), *persons(ctx, param, incomplete)]
    return list(dict.fromkeys(names))


def parents(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """What a private role can extend: public roles, and bases of one's own."""
    names = [*roles_at(_folder(ctx))[0], *bases_at(_folder(ctx))]
    return [name for name in names if name.startswith(incomplete)]


def private_roles(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """Roles that may have definitions of their own."""
    return [name for name in roles_at(_folder(ctx))[1] if name.startswith(incomplete)]


def topic_names(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """Topics, as `area/topic`."""
    return [name for name in _topics(_folder(ctx)) if name.startswith(incomplete)]


def selector_parts(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """`kind:question`, and what may follow after a comma. Ids are left out: there are hundreds."""
    words_before: list[str] = [*(ctx.params.get(param.name or "") or ())]
    if ":" in (incomplete, *words_before[-1:]):
        # bash splits words at colons, `kind : quest`, and replaces the last of them.
        selector_key = words_before[-1] if incomplete == ":" else words_before[-2]
        return [
            name for name in _names(ctx, selector_key) if name.startswith(incomplete.lstrip(":"))
        ]
    finished_parts, comma, last_part = incomplete.rpartition(",")
    selector_key, colon, _ = last_part.partition(":")
    completions = (
        [f"{selector_key}:{name}" for name in _names(ctx, selector_key)]
        if colon
        else [f"{key}:" for key in _KEYS]
    )
    return [f"{finished_parts}{comma}{part}" for part in completions if part.startswith(last_part)]


def _names(ctx: click.Context, selector_key: str) -> list[str]:
    """The names that a key of a selector may have."""
    match selector_key:
        case "topic":
            return _topics(_folder(ctx))
        case "kind":
            return kinds_at(_folder(ctx))
        case "type":
            return types_at(_folder(ctx))
    return []


def roles_at(folder: Path) -> tuple[list[str], list[str]]:
    """Public and private roles of the project around `folder`, by the names of their files."""
    project_root = _project(folder)
    if project_root is None:
        return [], []
    decks_folder = project_root / "decks"
    public_names: set[str] = set()
    private_names: set[str] = set()
    for yaml_path in decks_folder.rglob("*.y*ml"):
        path_parts = yaml_path.relative_to(decks_folder).parts
        if any(path_part.startswith(".") for path_part in path_parts):
            continue
        if path_parts[0] == "private":
            name = _private_name(yaml_path, path_parts, project_root)
            if name and not name.startswith("_"):
                private_names.add(name)
        elif _ROLE.search(_text(yaml_path, project_root)):
            public_names.add(yaml_path.stem)
    return sorted(public_names), sorted(private_names)


def persons_at(folder: Path) -> list[str]:
    """The persons of the project around `folder`, as the loader finds them."""
    project_root = _project(folder)
    paths = project_root.glob(f"decks/private/*/{ME}") if project_root else ()
    folders = (path.parent for path in paths if not path.parent.name.startswith((".", "_")))
    return sorted(folder.name for folder in folders if is_persons(folder))


def _private_name(yaml_path: Path, path_parts: tuple[str, ...], project_root: Path) -> str:
    """The private role that a file belongs to; none where it is a person's own."""
    if len(path_parts) == 2:
        return yaml_path.stem
    if not is_persons(yaml_path.parents[len(path_parts) - 3]):
        return path_parts[1]
    if len(path_parts) > 3:
        return path_parts[2]
    return yaml_path.stem if _ROLE.search(_text(yaml_path, project_root)) else ""


def bases_at(folder: Path) -> list[str]:
    """Private bases of the project around `folder`: roles whose name begins with `_`."""
    project_root = _project(folder)
    files = project_root.glob("decks/private/_*") if project_root else ()
    return sorted(path.stem for path in files if path.is_dir() or path.suffix == ".yaml")


def kinds_at(folder: Path) -> list[str]:
    """Every kind of the project around `folder`, by rank: prepdeck's and the project's own."""
    rank_by_kind: dict[str, int] = {}
    for kind_file in _kind_files(folder):
        inline_by_key = {
            key_path[0]: inline_value
            for key_path, inline_value in _lines(kind_file)
            if len(key_path) == 1
        }
        rank_match = re.match(r"\d+", inline_by_key.get("rank", ""))
        if kind_match := _NAME.match(inline_by_key.get("kind", "")):
            rank_by_kind.setdefault(kind_match[0], int(rank_match[0]) if rank_match else _NO_RANK)
    return sorted(rank_by_kind, key=lambda kind: (rank_by_kind[kind], kind))


def types_at(folder: Path) -> list[str]:
    """Every type of the project around `folder`: those of any of its kinds."""
    return list(
        dict.fromkeys(type for kind_file in _kind_files(folder) for type in types_in(kind_file))
    )


def types_in(kind_file: str) -> Iterator[str]:
    """The choices of a kind's key `type`, in the text of its kind.yaml."""
    for key_path, inline_value in _lines(kind_file):
        if key_path[:2] != ("keys", "type"):
            continue
        if len(key_path) == 4 and key_path[2] == "choices":
            yield key_path[3]
        elif key_path[2:] == ("choices",) or "choices:" in inline_value:
            choices_match = _CHOICES.search(inline_value)
            yield from _NAME.findall(choices_match[1] if choices_match else "")


def _kind_files(folder: Path) -> Iterator[str]:
    """The text of each kind.yaml: those of prepdeck, then those of the project."""
    from builder import shipped

    project_root = _project(folder)
    for templates_folder in (
        shipped.templates(),
        *([project_root / "templates"] if project_root else []),
    ):
        for kind_path in sorted(templates_folder.glob("*/kind.yaml")):
            root = shipped.project_of(kind_path, project_root) if project_root else None
            yield _text(kind_path, root)


def _topics(folder: Path) -> list[str]:
    """Topics of the files that have a section `topics`."""
    project_root = _project(folder)
    return [
        "/".join(key_path[1:])
        for yaml_path in (sorted((project_root / "decks").glob("*.y*ml")) if project_root else ())
        for section in _TOPICS.findall(_text(yaml_path, project_root))
        for key_path, _ in _lines(section)
        if len(key_path) > 1
    ]


def _text(path: Path, root: Path | None) -> str:
    """The text of a file of the project at `root`; nothing when it cannot be read."""
    from builder import inside

    try:
        return inside.content(path, root).decode("utf-8", "replace").replace("\r\n", "\n")
    except OSError:
        return ""


def _lines(yaml_text: str) -> Iterator[tuple[tuple[str, ...], str]]:
    """Each line `key: inline` of block YAML: the path to its key, by indentation, and `inline`."""
    keys_above: list[tuple[int, str]] = []
    for line in yaml_text.splitlines():
        if line_match := _LINE.match(line):
            indent = len(line_match[1])
            while keys_above and keys_above[-1][0] >= indent:
                keys_above.pop()
            keys_above.append((indent, line_match[2]))
            yield tuple(key for _, key in keys_above), line_match[3] or ""


def project_of(ctx: click.Context) -> Path | None:
    """The project that the command line is in or names, if there is one."""
    return _project(_folder(ctx))


def _folder(ctx: click.Context) -> Path:
    return Path(ctx.find_root().params.get("folder") or ".")


def _project(folder: Path) -> Path | None:
    from builder.findings import PrepdeckError

    try:
        return find_root(folder)
    except PrepdeckError:
        return None
