"""`new project`: files that are valid at once."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from pathlib import Path

from builder import shipped
from builder.commands.new.archetype import filled, project_files
from builder.commands.new.files import with_modeline, write_files
from builder.findings import PrepdeckError

_GITIGNORE = ".gitignore"


def new_project(folder: Path, *, from_catalogue: bool) -> list[Path]:
    """Creates a project in `folder` and returns its files, as paths in it.

    Raises `PrepdeckError` for a folder that is not empty: no file is ever overwritten.
    """
    folder = folder.resolve()
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise PrepdeckError(f"{folder} already exists and is not empty", help="name a new folder")
    names = project_files()
    if from_catalogue:
        names = {_GITIGNORE: names[_GITIGNORE]}
    files = _from_archetypes(folder, names) | (_catalogue() if from_catalogue else {})
    write_files(folder, {folder / file: content for file, content in files.items()})
    return sorted(map(Path, files))


def _catalogue() -> dict[str, bytes]:
    """The shipped decks with their namespace and released lock, and nothing private."""
    source = shipped.catalogue()
    if not (source / "deck.yaml").is_file():
        raise PrepdeckError(
            "this prepdeck has no catalogue", help="install prepdeck again from its wheel"
        )
    return {
        f"decks/{path.relative_to(source).as_posix()}": path.read_bytes()
        for path in sorted(source.rglob("*"))
        if path.is_file()
        and (path.suffix in {".yaml", ".yml", ".lock"} or path.name == "LICENSE")
        and path.relative_to(source).parts[0] != "private"
    }


def _from_archetypes(folder: Path, names: Mapping[str, str]) -> dict[str, bytes]:
    """Files of a project, from archetypes. Its namespace is random, so no projects share notes."""
    title = folder.name.replace("-", " ").replace("_", " ").replace("::", " ").strip().title()
    title = title.replace("\\", "").replace('"', "") if title else "My deck"
    texts = {"title": title, "namespace": f"deck-{secrets.token_hex(5)}"}
    files = {}
    for file, name in names.items():
        text = filled(folder, name, texts)
        files[file] = (with_modeline(file, text) if file.endswith(".yaml") else text).encode()
    return files
