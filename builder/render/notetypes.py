"""Template folders to note types.

A folder's pages are Jinja2 with square brackets (`[[ … ]]`, `[% … %]`, `[# … #]`), so that Anki's
own `{{Field}}` passes through. Every note type ends with `Id` and two spare fields, and has two
spare cards behind them: a later drill takes one into use, and no learner's notes conflict.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from traceback import extract_tb
from typing import Any

from jinja2 import (
    ChainableUndefined,
    DictLoader,
    TemplateError,
    TemplateNotFound,
    TemplateSyntaxError,
)
from jinja2.sandbox import SandboxedEnvironment

from builder.deck import Field, NoteType, Template
from builder.findings import Diagnostic, Scope, Span, did_you_mean
from builder.ids import row_id
from builder.load.templates import RESERVED, SPECIAL
from builder.project import Project, TemplateFolder
from builder.schema import at_path

SPARES = ("spare-1", "spare-2")
_SPARE_NAMES = {spare: RESERVED[spare] for spare in SPARES}

#: How Jinja2 reads all pages: with signs that leave `{{Field}}` to Anki.
SYNTAX: dict[str, Any] = {
    "block_start_string": "[%",
    "block_end_string": "%]",
    "variable_start_string": "[[",
    "variable_end_string": "]]",
    "comment_start_string": "[#",
    "comment_end_string": "#]",
    "trim_blocks": True,
    "lstrip_blocks": True,
}

_TAG = re.compile(r"\{\{([#^/]?)([^{}]*)\}\}")


def note_types(project: Project) -> tuple[dict[str, NoteType], list[Diagnostic]]:
    """Every note type by folder name, in the order of the names.

    Those of the wheel that no definition needs are left out: making them takes longer than reading
    a small project.
    """
    found: list[Diagnostic] = []
    types: dict[str, NoteType] = {}
    kinds = {definition.kind for definition in project.all_definitions}
    for folder in project.templates.values():
        if folder.value is None or not (folder.from_project or folder.value.kind in kinds):
            continue
        made, faults = _note_type(project, folder)
        scope = Scope(kind=folder.value.kind)
        found += [replace(fault, scope=scope) for fault in faults]
        if made is not None:
            types[folder.name] = made
    return types, found


def wording(words: Mapping[str, str]) -> Callable[..., str]:
    """The function `word` of pages and expressions: a card's own words by name, with their blanks
    filled. It raises `TemplateError` for a name that there is not.
    """

    def word(name: str, **blanks: object) -> str:
        if name not in words:
            near = did_you_mean(name, words)
            raise TemplateError(f"no word is called `{name}`{'; ' if near else ''}{near}")
        return words[name].format(**blanks)

    return word


class _Environment(SandboxedEnvironment):
    """One for all folders, so that what they share is compiled once."""

    def join_path(self, template: str, parent: str) -> str:
        """A name without a folder is of the folder that asks for it."""
        return template if "/" in template else f"{parent.rpartition('/')[0]}/{template}"


@cache
def _environment(
    pages: tuple[tuple[str, str], ...], words: tuple[tuple[str, str], ...], speech: str | None
) -> SandboxedEnvironment:
    """Jinja2 over these pages; a project watched or tested is compiled many times over."""
    environment = _Environment(
        **SYNTAX,
        loader=DictLoader(dict(pages)),
        undefined=ChainableUndefined,
    )
    environment.globals |= {"word": wording(dict(words)), "speech": speech}
    return environment


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
    names |= RESERVED
    fields = tuple(Field(key, name, number("field", key)) for key, name in names.items())
    gates = {key: card.gate for key, card in value.cards.items()}
    cards = {key: card.name for key, card in value.cards.items()} | _SPARE_NAMES
    gates |= {spare: spare for spare in SPARES}

    pages = folder.files
    environment = _environment(
        tuple(_pages(project)), tuple(sorted(project.card_texts.items())), settings.speech
    )
    templates: list[Template] = []
    for key, name in cards.items():
        gate = gates[key]
        if gate is not None and gate not in names:
            where, _ = at_path(folder.node, ("cards", key, "gate"))
            help = did_you_mean(gate, names) or f"keys of fields are {', '.join(names)}"
            message = f"no field has the key `{gate}`"
            found.append(Diagnostic("note-type", message, where.span, help))
            continue
        sides = []
        for side in ("front", "back"):
            page = f"{key}.{side}.html"
            if page not in pages and key in SPARES and key not in value.spares:
                sides.append(f"{{{{{_SPARE_NAMES[key]}}}}}")
                continue
            try:
                text = environment.get_template(f"{folder.name}/{page}").render(
                    card=name, key=key, note_type=value.name
                )
            except Exception as error:  # whatever a page's own expressions may raise
                found.append(_fault_in_page(folder, page, error))
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
        # Anki takes quotation marks out of a note type's name.
        name=f"{settings.title}: {value.name}".replace('"', ""),
        label=value.name,
        fields=fields,
        templates=tuple(templates),
        css=project.shared_templates.get("base.css", "") + pages.get("style.css", ""),
        personal=value.personal,
        spoken=value.spoken,
        side=value.side,
        span=folder.node.span,
        answer=next((k for k, said in value.fields.items() if "own_words" in said.content), None),
    )
    return made, found


def _pages(project: Project) -> Iterator[tuple[str, str]]:
    """Every page of every folder by the name under which Jinja2 knows it."""
    for name, text in project.shared_templates.items():
        yield f"_shared/{name}", text
    for folder in project.templates.values():
        for name, text in folder.files.items():
            yield f"{folder.name}/{name}", text


def _faults_in_page(
    folder: TemplateFolder, page: str, text: str, names: set[str]
) -> list[Diagnostic]:
    """Fields that the note type has not, sections that do not close."""
    found: list[Diagnostic] = []
    open_sections: list[tuple[str, Span]] = []
    seen: Counter[str] = Counter()
    for match in _TAG.finditer(text):
        sign, inside = match[1], match[2].strip()
        name = inside.rsplit(":", 1)[-1].strip()
        span = _nth(folder, page, match[0], seen[match[0]])
        seen[match[0]] += 1
        if name not in names and name not in SPECIAL:
            help = did_you_mean(name, names) or f"fields are {', '.join(sorted(names))}"
            message = f"no field is called `{name}`"
            found.append(Diagnostic("template", message, span, help))
        elif sign in {"#", "^"}:
            open_sections.append((name, span))
        elif sign == "/" and (not open_sections or open_sections.pop()[0] != name):
            message = f"the section `{name}` closes where it is not open"
            help = "close each section before the one around it"
            found.append(Diagnostic("template", message, span, help))
    rest = _TAG.sub("", text)
    if "{{" in rest:
        span = _nth(folder, page, rest[rest.index("{{") :][:12].split("<")[0], 0)
        message, help = "`{{` opens what nothing closes", "write `{{Field}}`"
        found.append(Diagnostic("template", message, span, help))
    for name, span in open_sections:
        message, help = f"the section `{name}` never closes", f"add {{{{/{name}}}}}"
        found.append(Diagnostic("template", message, span, help))
    return found


def _nth(folder: TemplateFolder, page: str, sign: str, number: int) -> Span:
    """Where `sign` stands for the nth time in the page as written; a macro may have written it."""
    source, start = folder.files.get(page, ""), -1
    for _ in range(number + 1):
        following = source.find(sign, start + 1)
        start = following if following >= 0 else start
    before = source[: max(start, 0)]
    line, column = before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1
    return Span(f"{folder.path}/{page}", line, column, line, column + len(sign))


def _fault_in_page(folder: TemplateFolder, page: str, error: Exception) -> Diagnostic:
    """Jinja2's fault, in the page that it stands in: this one, or one that it includes."""
    name, line = page, 1
    if isinstance(error, TemplateSyntaxError):
        name, line = error.name or page, error.lineno
    else:
        # Jinja2 rewrites tracebacks so that frames of templates have the templates' own lines.
        # The first of them is the page's; those after it are of macros.
        frames = extract_tb(error.__traceback__)
        line = next((f.lineno or 1 for f in frames if f.filename == "<template>"), 1)
    place = f"templates/{name}" if "/" in name else f"{folder.path}/{name}"
    message = str(error) or type(error).__name__
    message, help = message[0].lower() + message[1:].rstrip("."), "mend the page"
    if isinstance(error, TemplateNotFound):
        message, help = f"`{error.name}` is not there", "add the file"
    return Diagnostic("template", message, Span(place, line, 1, line, 1), help)
