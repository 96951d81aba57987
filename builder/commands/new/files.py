"""Files that `new` writes, with the first line and the schemas by which editors check them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from builder import atomic, inside
from builder.commands.schema.run import (
    DECK,
    DEFINITIONS,
    PERSON,
    PRIVATE_ROLE,
    ROLE,
    modeline,
    write_schemas,
)
from builder.findings import PrepdeckError
from builder.load import load
from builder.project import Project
from builder.root import ME


class NewFiles(NamedTuple):
    """The files that were written, and lines for whoever asked for them, the next step last."""

    paths: tuple[Path, ...]
    messages: tuple[str, ...]


def with_modeline(file: str, text: str) -> str:
    """The text of a new YAML file, after a line that names its schema to an editor.

    `file`: its path in the project, which decides the schema.
    """
    parent_folder = Path(file).parent.as_posix()
    schema_file = DECK if file == "decks/deck.yaml" else DEFINITIONS
    if f"{parent_folder}/".startswith("decks/private/"):
        schema_file = PERSON if Path(file).name == ME else PRIVATE_ROLE
    elif parent_folder == "decks/roles":
        schema_file = ROLE
    return modeline(file, schema_file) + text


def content_of(project: Project, path: Path) -> bytes:
    """The content of a file of the project. Raises `PrepdeckError` when it cannot be read."""
    try:
        return inside.content(path, project.root)
    except OSError as error:
        file = path.relative_to(project.root).as_posix()
        raise PrepdeckError(
            f"{file} cannot be read: {(error.strerror or str(error)).lower()}",
            help=inside.remedy(error, "check who may read it"),
        ) from error


def write_files(root: Path, files: Mapping[Path, bytes], project: Project | None = None) -> None:
    """Writes new files, then the schemas, by which editors complete the names of the project.

    `project`: the project at `root` as it is with these files; it is read again if it is not given.
    Raises `PrepdeckError` for a file that cannot be written.
    """
    for path, content in files.items():
        atomic.write(path, content, root, keep_link=True)
    write_schemas(project or load(root)[0])
