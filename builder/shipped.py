"""Where the templates and the catalogue that come with prepdeck lie."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).parent


def _folder(folder_name: str) -> Path:
    in_wheel = _PACKAGE / "_data" / folder_name
    return in_wheel if in_wheel.is_dir() else _PACKAGE.parent / folder_name


def templates() -> Path:
    """The note types that every project has; a project's own folder of the same name wins."""
    return _folder("templates")


def project_of(path: Path, root: Path) -> Path | None:
    """The project at `root` if a file of templates is its own; None if it comes with prepdeck."""
    return root if path.is_relative_to(root / "templates") else None


def catalogue() -> Path:
    """The decks that `new project --from-catalogue` starts from."""
    return _folder("decks")


def rules() -> Path:
    """The Markdown pages of the rules, one for each."""
    return _PACKAGE / "rules"
