"""`new kind`: a folder of templates that makes a kind of the project's own, valid at once."""

from __future__ import annotations

from dataclasses import dataclass

from builder import shipped
from builder.commands.new.archetype import filled
from builder.commands.new.files import NewFiles, write_files
from builder.commands.new.names import unselected, would_be_error
from builder.findings import PrepdeckError
from builder.ids import SLUG_LENGTH, is_slug
from builder.model.kind_file import RESERVED
from builder.model.kind_of import kind_of
from builder.project import Project
from builder.shape.texts import SORTS, Refused
from builder.source import parse

#: The archetypes of a kind, a folder each: what cards it has.
_ARCHETYPES = "new/kind"
_REVERSED = "reversed"
_CLOZE = "cloze"
_ABOUT = {_REVERSED: "what it is called, and what it means", _CLOZE: "a text with parts to fill in"}


@dataclass(frozen=True, slots=True, kw_only=True)
class KindDraft:
    """A kind to be written. `section` and `about` are made from the name unless they are given.

    `cloze`: its cards hide parts of one text; without it they ask for a name and for a meaning.
    """

    name: str
    section: str | None = None
    about: str | None = None
    private: bool = False
    cloze: bool = False


def new_kind(project: Project, draft: KindDraft) -> NewFiles:
    """Writes the folder of the kind.

    Raises `PrepdeckError` for a name or section that cannot be, and for archetypes with a fault;
    then nothing is written.
    """
    check_kind_name(project, draft.name)
    section = draft.section or section_for(draft.name)
    _check_section(project, section)
    label = _label(draft.name)
    variant = _CLOZE if draft.cloze else _REVERSED
    texts = {
        "kind": draft.name,
        "label": label,
        "section": section,
        "about": draft.about or f"{label}: {_ABOUT[variant]}.",
        "private": draft.private,
    }
    folder = project.root / "templates" / draft.name
    files = {
        folder / name: filled(project.root, f"{_ARCHETYPES}/{variant}/{name}", texts).encode()
        for name in _archetypes(variant)
    }
    _check_kind_file(project, draft.name, files[folder / "kind.yaml"])
    write_files(project.root, files)
    return NewFiles(tuple(files), tuple(_messages(project, draft)))


def check_kind_name(project: Project, name: str) -> None:
    """Raises `PrepdeckError` unless a new kind may have this name."""
    if not is_slug(name):
        help = f"use lower-case letters, digits and single hyphens, at most {SLUG_LENGTH}"
        raise PrepdeckError(f"`{name}` cannot be the name of a kind", help=help)
    if name in RESERVED["kind"]:
        raise PrepdeckError(f"the name `{name}` is reserved", help="choose another name")
    if (kind := project.kinds.get(name)) is not None:
        raise PrepdeckError(f"the kind `{name}` exists: {kind.span.file}", help="choose another")
    label = _label(name)
    for folder in project.templates.values():
        # Anki would tell the note types apart by a `+` behind the name of one.
        if folder.value is not None and folder.value.name.casefold() == label.casefold():
            message = f"the note type `{label}` exists: {folder.path}/notetype.yaml"
            raise PrepdeckError(message, help="choose another name")
    for templates in (project.root / "templates", shipped.templates()):
        if (templates / name).exists():
            message = f"the folder templates/{name} exists"
            raise PrepdeckError(message, help="choose another name: no file is overwritten")


def section_for(name: str) -> str:
    """The section of a kind's definitions: its name in the plural, as English mostly has it."""
    section = name.replace("-", "_")
    if section[-1] == "y" and section[-2:-1] not in {*"aeiou"}:
        return f"{section[:-1]}ies"
    return f"{section}es" if section.endswith(("s", "x", "z", "ch", "sh")) else f"{section}s"


def _check_section(project: Project, section: str) -> None:
    try:
        SORTS["key"](section)
    except Refused as refused:
        help = f"{refused.help}, with --section"
        raise PrepdeckError(f"`{section}` cannot be a section", help=help) from refused
    help = "choose another one with --section"
    if section in RESERVED["section"]:
        raise PrepdeckError(f"the section `{section}` is reserved", help=help)
    if (kind := project.kinds.by_section.get(section)) is not None:
        message = f"the section `{section}` exists: it has definitions of the kind `{kind.name}`"
        raise PrepdeckError(message, help=help)


def _check_kind_file(project: Project, name: str, content: bytes) -> None:
    """Raises `PrepdeckError` for the first fault in a kind.yaml that is to be written."""
    tree, faults = parse(content, f"templates/{name}/kind.yaml")
    if tree is not None:
        faults = [*faults, *kind_of(tree, name, {*project.kinds, name})[1]]
    for fault in faults:
        raise would_be_error(fault, content)


def _archetypes(variant: str) -> list[str]:
    """The names of the files of an archetype, the kind's own file first."""
    folder = shipped.templates() / _ARCHETYPES / variant
    names = (path.name for path in folder.iterdir() if path.is_file())
    return sorted(names, key=lambda name: (name != "kind.yaml", name))


def _label(name: str) -> str:
    """`Loss reason` for `loss-reason`: the name of the note type, and the small line on cards."""
    return name.replace("-", " ").capitalize()


def _messages(project: Project, draft: KindDraft) -> tuple[str, ...]:
    name = draft.name
    if draft.private:
        first = "only private roles have it, and each has those that it defines"
        return first, f"next: prepdeck new {name} ID --role ROLE"
    return unselected(project, f"kind: {name}"), f"next: prepdeck new {name} ID"
