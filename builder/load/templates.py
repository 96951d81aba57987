"""The folders of `templates/`: the wheel's, with the project's own in front, folder by folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from builder import model, shipped
from builder.findings import WHOLE_PROJECT, Diagnostic, Span, did_you_mean
from builder.ids import is_slug
from builder.load.values import value_of
from builder.project import Settings, TemplateFolder
from builder.schema import at_path
from builder.source import MappingNode, ScalarNode, read, read_text

SHARED = "_shared"
DESCRIPTION = "notetype.yaml"


def _folders(root: Path) -> dict[str, tuple[Path, str]]:
    """Each folder of templates by its name, with the place that diagnostics name."""
    paths: dict[str, tuple[Path, str]] = {}
    for base in (shipped.templates(), root / "templates"):
        for folder in sorted(base.iterdir()) if base.is_dir() else ():
            if folder.is_dir() and not folder.name.startswith("."):
                paths[folder.name] = folder, f"templates/{folder.name}"
    return paths


def card_texts_of(root: Path, settings: Settings) -> tuple[dict[str, str], list[Diagnostic]]:
    """What the cards say themselves, in the project's language, by name.

    The project's own file if it has one, else the wheel's.
    """
    language = settings.value.language
    name = f"words.{language}.yaml"
    bases = (root / "templates", shipped.templates())
    file = next((base / SHARED / name for base in bases if (base / SHARED / name).is_file()), None)
    if file is None:
        node, _ = at_path(settings.node, ("language",))
        message = f"no file has the cards' words in `{language}`"
        help = f"translate words.en.yaml into templates/{SHARED}/{name}"
        return {}, [Diagnostic("unknown-reference", message, node.span, help)]
    tree, findings = read(file, f"templates/{SHARED}/{name}")
    words: dict[str, str] = {}
    for key, entry in tree.entries.items() if tree else ():
        if isinstance(entry.value, ScalarNode):
            words[key] = entry.value.text
        else:
            message = f"`{key}` is no text"
            findings.append(Diagnostic("wrong-value", message, entry.value.span, "write one text"))
    return words, findings


def template_folders(
    root: Path,
) -> tuple[dict[str, TemplateFolder], dict[str, str], list[Diagnostic]]:
    """Note types by folder name, the shared files by name, and the faults in their descriptions."""
    paths = _folders(root)
    findings: list[Diagnostic] = []
    folders: dict[str, TemplateFolder] = {}
    for name, (folder, place) in sorted(paths.items()):
        if not (folder / DESCRIPTION).exists():
            continue
        file = f"{place}/{DESCRIPTION}"
        tree, faults = read(folder / DESCRIPTION, file)
        findings += faults
        node = tree or MappingNode({}, file, 1, 1, 1, 1, broken=bool(faults))
        parts = [
            node,
            *(e.value for e in node.entries.values() if isinstance(e.value, MappingNode)),
        ]
        broken = any(part.broken for part in parts)
        value, faults = value_of(node, model.NoteTypeFile, Span(file), WHOLE_PROJECT, broken=broken)
        findings += faults
        if value is not None:
            findings += _names(node, name, value)
        texts, faults = _texts(folder, place)
        findings += faults
        own = any((root / "templates" / part).is_dir() for part in (name, SHARED))
        folders[name] = TemplateFolder(name, own, place, value, node, texts)
    # File by file, so that a project may bring a base.css of its own and nothing else.
    shared: dict[str, str] = {}
    for folder in (shipped.templates() / SHARED, root / "templates" / SHARED):
        if folder.is_dir():
            texts, faults = _texts(folder, f"templates/{SHARED}")
            shared |= texts
            findings += faults
    return folders, shared, findings


#: Every note type ends with these fields; they are prepdeck's to add.
RESERVED = {"id": "Id", "spare-1": "Spare 1", "spare-2": "Spare 2"}

#: What Anki itself offers to templates, beside the note's fields.
SPECIAL = {"FrontSide", "Tags", "Type", "Deck", "Subdeck", "Card", "CardFlag", "CardID"}


def _names(node: MappingNode, folder: str, value: model.NoteTypeFile) -> Iterator[Diagnostic]:
    """Names that Anki or prepdeck could not tell apart."""

    def fault(path: tuple[str, ...], message: str, help: str) -> Diagnostic:
        where, key = at_path(node, path)
        return Diagnostic("note-type", message, key.span if key else where.span, help)

    if not is_slug(folder):
        message = f"`{folder}` cannot be the name of a note type's folder"
        yield fault((), message, "use lower-case letters and digits, words joined by hyphens")
    if value.kind not in model.KINDS:
        help = did_you_mean(value.kind, model.KINDS) or f"kinds are {', '.join(model.KINDS)}"
        yield fault(("kind",), f"no kind is called `{value.kind}`", help)
    for part, table in (("fields", value.fields), ("cards", value.cards)):
        seen = set(RESERVED.values())
        for key, said in table.items():
            if key in RESERVED:
                yield fault((part, key), f"`{key}` is prepdeck's own key", "choose another")
            if said.name in seen:
                message = f"`{said.name}` is a name twice in this note type"
                yield fault((part, key, "name"), message, "choose another")
            seen.add(said.name)
            if part == "fields" and (said.name in SPECIAL or set(said.name) & set('{}:"#^/')):
                message = f"`{said.name}` cannot be a field's name in Anki"
                yield fault((part, key, "name"), message, "use letters, digits and spaces")


def _texts(folder: Path, place: str) -> tuple[dict[str, str], list[Diagnostic]]:
    """The text files of a folder by name; line ends made one, as Anki's own editor does."""
    texts: dict[str, str] = {}
    findings: list[Diagnostic] = []
    for path in sorted(folder.iterdir()):
        if path.suffix in {".html", ".css"}:
            text, faults = read_text(path, f"{place}/{path.name}")
            texts[path.name] = text or ""
            findings += faults
    return texts, findings
