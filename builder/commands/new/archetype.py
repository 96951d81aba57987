"""Archetypes: files of `templates/` that `new` fills in, in Jinja2 with square brackets.

templates/new/project/      the files of a new project; `gitignore` becomes `.gitignore`
templates/new/role.yaml     a public role, `private-role.yaml` a private one, `me.yaml` a person
templates/<kind>/new.yaml   a definition of the kind: its keys, and comments on its other keys

A project's own file of the same path is used instead of the wheel's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from traceback import extract_tb
from typing import Any

from jinja2 import FunctionLoader, StrictUndefined, TemplateNotFound, TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from builder import inside, shipped
from builder.edit.written import items, prose, value
from builder.findings import PrepdeckError
from builder.project import Project, Role
from builder.render.notetypes import SYNTAX

_PROJECT = "new/project"


def project_files() -> dict[str, str]:
    """The archetype of each file of a new project, by the file's path in the project."""
    archetypes_folder = shipped.templates() / _PROJECT
    archetype_paths = (
        p.relative_to(archetypes_folder).as_posix()
        for p in sorted(archetypes_folder.rglob("*"))
        if p.is_file()
    )
    # Under their own names, git would obey these files in this repository too.
    return {
        f".{path}" if path.startswith("git") else path: f"{_PROJECT}/{path}"
        for path in archetype_paths
    }


def filled(root: Path, name: str, texts: Mapping[str, Any]) -> str:
    """The archetype `name`, a path in `templates/`, filled with the texts.

    `root`: the project whose own archetypes are used. Raises `PrepdeckError`, with the file and the
    line, for an archetype that is missing or at fault.
    """
    template_folders = root / "templates", shipped.templates()
    environment = ImmutableSandboxedEnvironment(
        **SYNTAX,
        undefined=StrictUndefined,
        keep_trailing_newline=True,
        loader=FunctionLoader(lambda path: _archetype(root, path)),
    )
    environment.filters |= FILTERS
    try:
        return environment.get_template(name).render(texts)
    except PrepdeckError:
        raise
    except Exception as error:  # an expression in an archetype can raise whatever Python does
        raise _fault(template_folders, name, error) from error


def _archetype(root: Path, name: str) -> tuple[str, str, None] | None:
    """The text of an archetype and its path; None when there is none of that name.

    Raises `PrepdeckError` for a file that cannot be read.
    """
    if ".." in Path(name).parts:
        return None
    for folder in (root / "templates", shipped.templates()):
        path = folder / name
        if path.is_file() and path.is_relative_to(folder):
            try:
                raw = inside.content(path, shipped.project_of(path, root))
                return raw.decode("utf-8-sig").replace("\r\n", "\n"), str(path), None
            except (OSError, UnicodeDecodeError) as error:
                help = "correct the file"
                if isinstance(error, OSError):
                    help = inside.remedy(error, help)
                reason = (getattr(error, "strerror", None) or str(error)).lower()
                raise PrepdeckError(f"templates/{name}: {reason}", help=help) from error
    return None


def project_names(project: Project, role: Role | None) -> dict[str, Any]:
    """What archetypes see as `project`: the names that a new definition or role may use.

    `topics`: as area/topic. `ids`: the ids of definitions by kind, with those that the private role
    has.
    `vars`: the project's variables with their defaults.
    """
    ids_by_kind: dict[str, list[str]] = {}
    for definition in {**project.definitions, **(role.pool if role else {})}.values():
        if definition.retired is None:
            ids_by_kind.setdefault(definition.kind.name, []).append(definition.id)
    topics = [topic for topic in project.topics if "/" in topic]
    return {"topics": topics, "ids": ids_by_kind, "vars": project.settings.value.vars}


def _items(texts: Iterable[Any], indent: str = "  ") -> str:
    """A list, each text once and on a line of its own."""
    return items(dict.fromkeys(map(str, texts)), indent)


def _not_after(day: Any, today: Any) -> str:
    """The day, such as 2026-12-10. Raises `PrepdeckError` for a day after `today`."""
    if str(day) > str(today):
        raise PrepdeckError(f"{day} is in the future", help=f"today is {today}")
    return str(day)


#: The filters of archetypes; docs/reference.md says what they give.
FILTERS: dict[str, Callable[..., str]] = {
    "value": lambda text: value(str(text)),
    "prose": lambda text, indent="  ": prose(str(text), indent),
    "items": _items,
    "not_after": _not_after,
}


def _fault(
    template_folders: tuple[Path, ...], archetype_name: str, error: Exception
) -> PrepdeckError:
    """What is wrong with an archetype, with its path in `templates/` and the line."""
    if isinstance(error, TemplateNotFound):
        return PrepdeckError(f"templates/{error.name} is missing", help="add the file")
    fault_location = archetype_name
    if isinstance(error, TemplateSyntaxError):
        fault_location = f"{error.name or archetype_name}:{error.lineno}"
    # Jinja2 rewrites tracebacks so that frames of templates have the templates' own lines.
    for frame in extract_tb(error.__traceback__):
        for template_folder in template_folders:
            if (frame_path := Path(frame.filename)).is_relative_to(template_folder):
                fault_location = (
                    f"{frame_path.relative_to(template_folder).as_posix()}:{frame.lineno}"
                )
    message = (str(error) or type(error).__name__).rstrip(".")
    return PrepdeckError(
        f"templates/{fault_location}: {message[:1].lower()}{message[1:]}", help="correct the file"
    )
