"""The folders of `templates/`: the wheel's, with the project's own in front, folder by folder."""

from __future__ import annotations

from pathlib import Path

from builder import model, shipped
from builder.diagnostics import EVERYTHING, Diagnostic, Span, Trouble
from builder.load.values import value_of
from builder.project import TemplateFolder
from builder.source import Mapping, read

SHARED = "_shared"
DESCRIPTION = "notetype.yaml"


def template_folders(
    root: Path,
) -> tuple[dict[str, TemplateFolder], dict[str, str], list[Diagnostic]]:
    """Note types by folder name, the shared files by name, and the faults in their descriptions."""
    paths: dict[str, tuple[Path, str]] = {}
    for base in (shipped.templates(), root / "templates"):
        for folder in sorted(base.iterdir()) if base.is_dir() else ():
            if folder.is_dir() and not folder.name.startswith("."):
                paths[folder.name] = folder, f"templates/{folder.name}"
    found: list[Diagnostic] = []
    folders: dict[str, TemplateFolder] = {}
    for name, (folder, place) in sorted(paths.items()):
        if not (folder / DESCRIPTION).exists():
            continue
        file = f"{place}/{DESCRIPTION}"
        tree, faults = read(folder / DESCRIPTION, file)
        found += faults
        node = tree or Mapping({}, file, 1, 1, 1, 1, broken=True)
        parts = [node, *(e.value for e in node.entries.values() if isinstance(e.value, Mapping))]
        broken = any(part.broken for part in parts)
        value, faults = value_of(node, model.NoteTypeFile, Span(file), EVERYTHING, broken=broken)
        found += faults
        folders[name] = TemplateFolder(name, place, value, node, _texts(folder))
    shared = _texts(paths[SHARED][0]) if SHARED in paths else {}
    return folders, shared, found


def _texts(folder: Path) -> dict[str, str]:
    """The text files of a folder by name; line ends made one, as Anki's own editor does."""
    texts: dict[str, str] = {}
    for path in sorted(folder.iterdir()):
        if path.suffix in {".html", ".css"}:
            try:
                texts[path.name] = path.read_text(encoding="utf-8").replace("\r\n", "\n")
            except (OSError, UnicodeDecodeError) as error:
                raise Trouble(f"{path} cannot be read: {error}") from error
    return texts
