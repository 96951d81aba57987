"""`new project`: files that are valid at once."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from pathlib import Path

from builder import shipped
from builder.commands.new.archetype import filled, project_files
from builder.commands.new.files import with_modeline, write_files
from builder.findings import PrepdeckError

_FOR_GIT = (".gitignore", ".gitattributes")


def new_project(folder: Path, *, from_catalogue: bool) -> list[Path]:
    """Creates a project in `folder` and returns its files, as paths in it.

    Raises `PrepdeckError` for a folder that is not empty: no file is ever overwritten.
    """
    folder = folder.resolve()
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise PrepdeckError(f"{folder} already exists and is not empty", help="name a new folder")
    archetype_by_file = project_files()
    if from_catalogue:
        archetype_by_file = {file: archetype_by_file[file] for file in _FOR_GIT}
    content_by_file = _from_archetypes(folder, archetype_by_file) | (
        _catalogue() if from_catalogue else {}
    )
    write_files(folder, {folder / file: content for file, content in content_by_file.items()})
    return sorted(map(Path, content_by_file))


def _catalogue() -> dict[str, bytes]:
    """The shipped decks with their namespace and released lock, and nothing private."""
    catalogue_folder = shipped.catalogue()
    if not (catalogue_folder / "deck.yaml").is_file():
        raise PrepdeckError(
            "this prepdeck has no catalogue", help="install prepdeck again from its wheel"
        )
    return {
        f"decks/{path.relative_to(catalogue_folder).as_posix()}": path.read_bytes()
        for path in sorted(catalogue_folder.rglob("*"))
        if path.is_file()
        and (path.suffix in {".yaml", ".yml", ".lock"} or path.name == "LICENSE")
        and path.relative_to(catalogue_folder).parts[0] != "private"
    }


def _from_archetypes(folder: Path, archetype_by_file: Mapping[str, str]) -> dict[str, bytes]:
    """Files of a project, from archetypes. Its namespace is random, so no projects share notes."""
    project_title = (
        folder.name.replace("-", " ").replace("_", " ").replace("::", " ").strip().title()
    )
    project_title = project_title.replace("\\", "").replace('"', "") if project_title else "My deck"
    archetype_texts = {"title": project_title, "namespace": f"deck-{secrets.token_hex(5)}"}
    content_by_file = {}
    for file, archetype in archetype_by_file.items():
        file_text = filled(folder, archetype, archetype_texts)
        content_by_file[file] = (
            with_modeline(file, file_text) if file.endswith(".yaml") else file_text
        ).encode()
    return content_by_file
