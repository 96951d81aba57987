"""Template folders to note types.

A folder's pages are Jinja2 with square brackets (`[[ … ]]`, `[% … %]`, `[# … #]`), so that Anki's
own `{{Field}}` passes through. Every note type ends with `Id` and two spare fields, and has two
spare cards behind them: a later drill takes one into use, and no learner's notes conflict.
"""

from __future__ import annotations

import re

from jinja2 import ChainableUndefined, DictLoader, TemplateError
from jinja2.sandbox import SandboxedEnvironment

from builder.deck import Field, NoteType, Template
from builder.diagnostics import Diagnostic, Span
from builder.ids import row_id
from builder.project import Project, TemplateFolder
from builder.source import Mapping as Tree

SPARES = ("spare-1", "spare-2")
_SPARE_NAMES = {"spare-1": "Spare 1", "spare-2": "Spare 2"}

#: What Anki itself offers to templates beside the note's fields.
_SPECIAL = {"FrontSide", "Tags", "Type", "Deck", "Subdeck", "Card", "CardFlag", "CardID"}
_TAG = re.compile(r"\{\{([#^/]?)([^{}]*)\}\}")


def note_types(project: Project) -> tuple[dict[str, NoteType], list[Diagnostic]]:
    """Every note type by folder name, in the order of the names."""
    found: list[Diagnostic] = []
    types: dict[str, NoteType] = {}
    for folder in project.templates.values():
        if folder.value is None:
            continue
        made, faults = _note_type(project, folder)
        found += faults
        if made is not None:
            types[folder.name] = made
    return types, found


def _note_type(
    project: Project, folder: TemplateFolder
) -> tuple[NoteType | None, list[Diagnostic]]:
    value = folder.value
    assert value is not None
    settings = project.settings.value
    found: list[Diagnostic] = []

    def number(part: str, key: str) -> int:
        return row_id(part, settings.namespace, folder.name, key)

    names = {key: field.name for key, field in value.fields.items()}
    names |= {"id": "Id", **_SPARE_NAMES}
    fields = tuple(Field(key, name, number("field", key)) for key, name in names.items())
    gates = {key: card.gate for key, card in value.cards.items()}
    cards = {key: card.name for key, card in value.cards.items()} | _SPARE_NAMES
    gates |= {spare: spare for spare in SPARES}

    pages = {f"_shared/{name}": text for name, text in project.shared_templates.items()}
    pages |= folder.files
    environment = SandboxedEnvironment(
        block_start_string="[%",
        block_end_string="%]",
        variable_start_string="[[",
        variable_end_string="]]",
        comment_start_string="[#",
        comment_end_string="#]",
        loader=DictLoader(pages),
        undefined=ChainableUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates: list[Template] = []
    for key, name in cards.items():
        gate = gates[key]
        if gate is not None and gate not in names:
            found.append(_fault(folder, ("cards", key, "gate"), f"no field is called `{gate}`"))
            continue
        sides = []
        for side in ("front", "back"):
            page = f"{key}.{side}.html"
            if page not in pages and key in SPARES and key not in value.spares:
                sides.append(f"{{{{{_SPARE_NAMES[key]}}}}}")
                continue
            try:
                text = environment.get_template(page).render(
                    card=name, key=key, note_type=value.name
                )
            except TemplateError as error:
                line = getattr(error, "lineno", None) or 1
                where = Span(f"{folder.place}/{page}", line, 1, line, 1)
                message = f"{type(error).__name__}: {error.message or page}"
                found.append(Diagnostic("template", message, where, "mend the page"))
                continue
            sides.append(text.strip())
            found += _faults_in_page(folder, page, text, set(names.values()))
        if len(sides) == 2:
            front, back = sides
            if gate is not None:
                front = f"{{{{#{names[gate]}}}}}{front}{{{{/{names[gate]}}}}}"
            templates.append(Template(key, name, number("card", key), front, back, gate))
    if found:
        return None, found
    made = NoteType(
        folder=folder.name,
        kind=value.kind,
        id=row_id("notetype", settings.namespace, folder.name),
        name=f"{settings.title}: {value.name}",
        fields=fields,
        templates=tuple(templates),
        css=pages.get("_shared/base.css", "") + pages.get("style.css", ""),
        personal=value.personal,
        at=folder.node.span,
    )
    return made, found


def _faults_in_page(
    folder: TemplateFolder, page: str, text: str, names: set[str]
) -> list[Diagnostic]:
    """Fields that the note type has not, sections that do not close."""
    found: list[Diagnostic] = []
    open_sections: list[str] = []
    source = folder.files.get(page, text)

    def fault(message: str, sign: str) -> None:
        before = source[: max(source.find(sign), 0)]
        line, column = before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1
        span = Span(f"{folder.place}/{page}", line, column, line, column + len(sign))
        known = ", ".join(sorted(names))
        found.append(Diagnostic("template", message, span, f"fields are {known}"))

    for match in _TAG.finditer(text):
        sign, inside = match[1], match[2].strip()
        name = inside.rsplit(":", 1)[-1].strip()
        if name not in names and name not in _SPECIAL:
            fault(f"no field is called `{name}`", match[0])
        elif sign in {"#", "^"}:
            open_sections.append(name)
        elif sign == "/" and (not open_sections or open_sections.pop() != name):
            fault(f"the section `{name}` closes where it is not open", match[0])
    for name in open_sections:
        fault(f"the section `{name}` never closes", f"{{{{#{name}}}}}")
    return found


def _fault(folder: TemplateFolder, path: tuple[str, ...], message: str) -> Diagnostic:
    node = folder.node
    span = node.span
    for step in path:
        entry = node.entries.get(step) if isinstance(node, Tree) else None
        if entry is None:
            break
        span = entry.key.span
        if isinstance(entry.value, Tree):
            node = entry.value
    return Diagnostic("note-type", message, span, "name the key of a field")
