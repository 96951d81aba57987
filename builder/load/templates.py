"""The folders of `templates/`: a folder of the project replaces the wheel's of the same name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from builder import inside, model, shipped
from builder.findings import WHOLE_PROJECT, Diagnostic, Scope, Span, did_you_mean
from builder.ids import is_slug
from builder.project import Settings, TemplateFolder
from builder.shape.annotations import shape_of
from builder.shape.walk import read_value
from builder.source import MappingNode, ScalarNode, read, read_text
from builder.source.decode import merge_mark
from builder.source.paths import at_path

SHARED = "_shared"
DESCRIPTION = "notetype.yaml"


def _folders(root: Path) -> dict[str, tuple[Path, str]]:
    """Each folder of a note type by its name, with the path that findings name.

    A folder of the project without notetype.yaml replaces no note type: it may hold an archetype.
    """
    paths: dict[str, tuple[Path, str]] = {}
    for base in (shipped.templates(), root / "templates"):
        for folder in sorted(base.iterdir()) if base.is_dir() else ():
            if (folder / DESCRIPTION).exists() and not folder.name.startswith("."):
                paths[folder.name] = folder, f"templates/{folder.name}"
    return paths


def card_texts_of(root: Path, settings: Settings) -> tuple[dict[str, str], list[Diagnostic]]:
    """The texts that cards of all folders add themselves, in the project's language, by name.

    They come from the project's own file if there is one, else from the wheel's.
    """
    language = settings.value.language
    name = f"{SHARED}/words.{language}.yaml"
    if (file := _file(root, name)) is None:
        node, _ = at_path(settings.node, ("language",))
        message = f"no file has the texts of cards in the language `{language}`"
        help = f"translate words.en.yaml to templates/{name}"
        return {}, [Diagnostic("unknown-reference", message, node.span, help)]
    return _card_texts(root, file, f"templates/{name}")


def with_card_texts(
    root: Path, language: str, folders: Mapping[str, TemplateFolder], shared: Mapping[str, str]
) -> tuple[dict[str, TemplateFolder], list[Diagnostic]]:
    """The folders, each with the texts of its cards: the shared ones, and its own laid over them.

    Without a file in the project's language a folder has its English one. A fault in a folder's
    texts blocks the decks that have its kind.
    """
    findings: list[Diagnostic] = []
    complete: dict[str, TemplateFolder] = {}
    for folder in folders.values():
        texts: dict[str, str] = {}
        from_project = folder.from_project
        for name in (f"{folder.name}/words.{code}.yaml" for code in (language, "en")):
            if (file := _file(root, name)) is not None:
                texts, faults = _card_texts(root, file, f"templates/{name}")
                scope = Scope(kind=folder.value.kind) if folder.value else WHOLE_PROJECT
                findings += [replace(fault, scope=scope) for fault in faults]
                from_project |= file.is_relative_to(root / "templates")
                break
        complete[folder.name] = replace(
            folder, from_project=from_project, card_texts={**shared, **texts}
        )
    return complete, findings


def _file(root: Path, name: str) -> Path | None:
    """A file by its path in `templates/`: the project's own, else the wheel's, if there is one."""
    paths = (base / name for base in (root / "templates", shipped.templates()))
    return next((path for path in paths if path.is_file()), None)


def _card_texts(root: Path, file: Path, path: str) -> tuple[dict[str, str], list[Diagnostic]]:
    """The texts of a `words.<language>.yaml` by name; `path` is how findings name the file."""
    tree, findings = read(file, path, shipped.project_of(file, root))
    texts: dict[str, str] = {}
    for key, entry in tree.entries.items() if tree else ():
        if isinstance(entry.value, ScalarNode):
            texts[key] = entry.value.text
        else:
            message = f"`{key}` is not a text"
            findings.append(Diagnostic("wrong-value", message, entry.value.span, "write one text"))
    return texts, findings


def template_folders(
    root: Path, kinds: model.Kinds
) -> tuple[dict[str, TemplateFolder], dict[str, str], list[Diagnostic]]:
    """Note types by the names of their folders, shared files by name, and all faults in them."""
    paths = _folders(root)
    own = root / "templates"
    findings: list[Diagnostic] = []
    folders: dict[str, TemplateFolder] = {}
    for name, (folder, path) in sorted(paths.items()):
        file = f"{path}/{DESCRIPTION}"
        tree, faults = read(folder / DESCRIPTION, file, shipped.project_of(folder, root))
        findings += faults
        node = tree or MappingNode({}, file, 1, 1, 1, 1, broken=bool(faults))
        mappings = [
            node,
            *(e.value for e in node.entries.values() if isinstance(e.value, MappingNode)),
        ]
        broken = any(mapping.broken for mapping in mappings)
        value, _, faults = read_value(
            node, shape_of(model.NoteTypeFile), Span(file), WHOLE_PROJECT, broken=broken
        )
        findings += faults
        if value is not None:
            findings += _names(node, name, value, kinds)
        texts, faults = _texts(root, folder, path)
        findings += faults
        from_project = folder.parent == own or (own / SHARED).is_dir()
        folders[name] = TemplateFolder(name, from_project, path, value, node, texts)
    # Ours come first: the fault is in a file that the project can change.
    own_last = sorted(folders.values(), key=lambda folder: paths[folder.name][0].parent == own)
    findings += _same_names(own_last)
    # File by file, so that a project can replace base.css alone.
    shared: dict[str, str] = {}
    for folder in (shipped.templates() / SHARED, root / "templates" / SHARED):
        if folder.is_dir():
            texts, faults = _texts(root, folder, f"templates/{SHARED}")
            shared |= texts
            findings += faults
    # Folders of pages are read by the commands that print them; only a merge is reported here.
    for folder in sorted(own.iterdir()) if own.is_dir() else ():
        if folder.is_dir() and folder.name not in {*folders, SHARED}:
            _, faults = _texts(root, folder, f"templates/{folder.name}")
            findings += [fault for fault in faults if fault.rule == "merge-marks"]
    return folders, shared, findings


#: Every note type ends with these fields. prepdeck adds them.
RESERVED = {"id": "Id", "spare-1": "Spare 1", "spare-2": "Spare 2"}

#: What Anki itself offers to templates, beside the note's fields.
SPECIAL = {"FrontSide", "Tags", "Type", "Deck", "Subdeck", "Card", "CardFlag", "CardID"}


def _names(
    node: MappingNode, folder: str, value: model.NoteTypeFile, kinds: model.Kinds
) -> Iterator[Diagnostic]:
    """The faults in names that Anki or prepdeck would mix up."""

    def fault(path: tuple[str, ...], message: str, help: str) -> Diagnostic:
        node_there, key = at_path(node, path)
        return Diagnostic("note-type", message, key.span if key else node_there.span, help)

    if not is_slug(folder):
        message = f"`{folder}` cannot be the folder of a note type"
        yield fault((), message, "use lower-case letters and digits, words joined by hyphens")
    if value.kind not in kinds:
        help = did_you_mean(value.kind, kinds) or f"kinds are {', '.join(kinds)}"
        yield fault(("kind",), f"unknown kind `{value.kind}`", help)
    for key_above, table in (("fields", value.fields), ("cards", value.cards)):
        names = set(RESERVED.values())
        for key, described in table.items():
            if key in RESERVED:
                yield fault(
                    (key_above, key), f"the key `{key}` is reserved for prepdeck", "choose another"
                )
            if described.name in names:
                message = f"two fields or cards have the name `{described.name}`"
                yield fault((key_above, key, "name"), message, "choose another")
            names.add(described.name)
            if key_above == "fields" and (
                described.name in SPECIAL or set(described.name) & set('{}:"#^/')
            ):
                message = f"Anki does not allow the field name `{described.name}`"
                yield fault((key_above, key, "name"), message, "use letters, digits and spaces")


def _same_names(folders: Iterable[TemplateFolder]) -> Iterator[Diagnostic]:
    """A fault for each name that an earlier note type has. Anki compares them without case."""
    path_by_name: dict[str, str] = {}
    for folder in folders:
        if folder.value is None:
            continue
        path = path_by_name.setdefault(folder.value.name.casefold(), folder.path)
        if path != folder.path:
            message = f"the note type `{folder.value.name}` exists: {path}/{DESCRIPTION}"
            help = "choose another name: Anki would rename one of the two"
            span = folder.node.entries["name"].key.span
            yield Diagnostic("note-type", message, span, help, Scope(kind=folder.value.kind))


def _texts(
    root: Path, folder: Path, path_in_findings: str
) -> tuple[dict[str, str], list[Diagnostic]]:
    """The text files of a folder by name, all with the line ends that Anki's editor writes."""
    texts: dict[str, str] = {}
    findings: list[Diagnostic] = []
    project_root = shipped.project_of(folder, root)
    if project_root is not None and inside.refusal(project_root, folder):
        return texts, findings  # whoever reads its description reports it
    for path in sorted(folder.iterdir()):
        if path.suffix in {".html", ".css"}:
            file = f"{path_in_findings}/{path.name}"
            text, faults = read_text(path, file, project_root)
            texts[path.name] = text or ""
            mark = merge_mark(text, file) if text else None
            findings += [mark] if mark else faults
    return texts, findings
