"""From template folders to note types.

A folder's pages are Jinja2 with square brackets (`[[ … ]]`, `[% … %]`, `[# … #]`), so that Anki's
own `{{Field}}` passes through. Every note type ends with the field `Id`, two spare fields and two
spare cards: a later drill takes one into use, and no learner's notes conflict. A cloze note type
has one template and no spare cards: Anki allows no more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from typing import Any

from jinja2 import (
    ChainableUndefined,
    DictLoader,
    Environment,
    TemplateError,
)
from jinja2.nodes import Name
from jinja2.sandbox import SandboxedEnvironment

from builder.deck import Field, NoteType, Template
from builder.findings import Diagnostic, Scope, did_you_mean
from builder.ids import row_id
from builder.load.templates import RESERVED
from builder.model import NoteTypeFile
from builder.project import Project, TemplateFolder
from builder.render.page_faults import fault_in_page, faults_in_page
from builder.source.paths import at_path

SPARES = ("spare-1", "spare-2")
#: The variable of expressions that holds the learner's answer.
OWN_WORDS = "own_words"
_SPARE_NAMES = {spare: RESERVED[spare] for spare in SPARES}

#: The signs of Jinja2 in all pages, which leave `{{Field}}` to Anki.
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

_EXPRESSIONS = Environment()


def note_types(project: Project) -> tuple[dict[str, NoteType], list[Diagnostic]]:
    """Every note type by folder name, in the order of the names.

    The wheel's note types without a definition are left out: they take longer to make than a
    small project takes to read.
    """
    findings: list[Diagnostic] = []
    types: dict[str, NoteType] = {}
    kinds = {definition.kind.name for definition in project.all_definitions}
    for folder in project.templates.values():
        if folder.value is None or not (folder.from_project or folder.value.kind in kinds):
            continue
        notetype, faults = _note_type(project, folder)
        scope = Scope(kind=folder.value.kind)
        findings += [replace(fault, scope=scope) for fault in faults]
        if notetype is not None:
            types[folder.name] = notetype
    return types, findings


def text_lookup(card_texts: Mapping[str, str]) -> Callable[..., str]:
    """The function `word` of pages and expressions: a text that cards add, by name, blanks filled.

    It raises `TemplateError` for an unknown name.
    """

    def word(name: str, **blanks: object) -> str:
        if name not in card_texts:
            near = did_you_mean(name, card_texts)
            raise TemplateError(f"unknown word `{name}`{'; ' if near else ''}{near}")
        return card_texts[name].format(**blanks)

    return word


class _Environment(SandboxedEnvironment):
    """One for all folders with the same card texts, so that shared pages are compiled once."""

    def join_path(self, template: str, parent: str) -> str:
        """A name without a folder belongs to the folder of the page that includes it."""
        return template if "/" in template else f"{parent.rpartition('/')[0]}/{template}"


@cache
def _environment(
    pages: tuple[tuple[str, str], ...], card_texts: tuple[tuple[str, str], ...], speech: str | None
) -> SandboxedEnvironment:
    """Jinja2 over these pages, kept: watching and tests compile one project many times."""
    environment = _Environment(
        **SYNTAX,
        loader=DictLoader(dict(pages)),
        undefined=ChainableUndefined,
    )
    environment.globals |= {"word": text_lookup(dict(card_texts)), "speech": speech}
    return environment


def _note_type(
    project: Project, folder: TemplateFolder
) -> tuple[NoteType | None, list[Diagnostic]]:
    value = folder.value
    assert value is not None
    settings = project.settings.value
    findings: list[Diagnostic] = []

    def number(part: str, key: str) -> int:
        return row_id(part, settings.namespace, folder.name, key)

    names = {key: field.name for key, field in value.fields.items()}
    names |= RESERVED
    fields = tuple(Field(key, name, number("field", key)) for key, name in names.items())
    gates = {key: card.gate for key, card in value.cards.items()}
    cards = {key: card.name for key, card in value.cards.items()}
    if value.cloze is None:
        cards |= _SPARE_NAMES
        gates |= {spare: spare for spare in SPARES}
    else:
        findings += _faults_in_cloze(folder, value)

    pages = folder.files
    environment = _environment(
        tuple(_pages(project)), tuple(sorted(folder.card_texts.items())), settings.speech
    )
    templates: list[Template] = []
    for key, name in cards.items():
        gate = gates[key]
        if gate is not None and gate not in names:
            node, _ = at_path(folder.node, ("cards", key, "gate"))
            help = did_you_mean(gate, names) or f"keys of fields are {', '.join(names)}"
            message = f"no field has the key `{gate}`"
            findings.append(Diagnostic("note-type", message, node.span, help))
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
            except Exception as error:  # expressions in a page may raise anything
                findings.append(fault_in_page(folder, page, error))
                continue
            sides.append(text.strip())
            cloze_name = names.get(value.cloze) if value.cloze else None
            findings += faults_in_page(folder, page, text, set(names.values()), cloze_name)
        if len(sides) == 2:
            front, back = sides
            if gate is not None:
                front = f"{{{{#{names[gate]}}}}}{front}{{{{/{names[gate]}}}}}"
            templates.append(
                Template(key, name, number("card", key), front, back, gate, value.cloze)
            )
    if findings:
        return None, findings
    notetype = NoteType(
        folder=folder.name,
        kind=value.kind,
        id=row_id("notetype", settings.namespace, folder.name),
        # Anki removes quotation marks from a note type's name.
        name=f"{settings.title}: {value.name}".replace('"', ""),
        label=value.name,
        fields=fields,
        templates=tuple(templates),
        css=project.shared_templates.get("base.css", "") + pages.get("style.css", ""),
        personal=value.personal,
        spoken=value.spoken,
        side=value.side,
        span=folder.node.span,
        answer=next(
            (key for key, field in value.fields.items() if _has_answer(field.content)), None
        ),
    )
    return notetype, findings


def _faults_in_cloze(folder: TemplateFolder, value: NoteTypeFile) -> Iterator[Diagnostic]:
    """Anki makes the cards of a cloze note type from one template, by the numbers in one field."""

    def fault(path: tuple[str, ...], message: str, help: str) -> Diagnostic:
        node, key = at_path(folder.node, path)
        return Diagnostic("note-type", message, (key or node).span, help)

    if value.cloze not in value.fields:
        near = did_you_mean(str(value.cloze), value.fields)
        help = near or f"keys of fields are {', '.join(value.fields)}"
        node, _ = at_path(folder.node, ("cloze",))
        yield Diagnostic("note-type", f"no field has the key `{value.cloze}`", node.span, help)
    for key in [*value.cards][1:]:
        message = "a cloze note type has one entry in `cards`: its cards are the numbers of clozes"
        yield fault(("cards", key), message, "take it out, or make another note type of it")
    for key, card in value.cards.items():
        if card.gate is not None:
            message = "a cloze has no gate: a note has its card where the text has its number"
            yield fault(("cards", key, "gate"), message, "take it out")


def _has_answer(expression: str) -> bool:
    """Whether an expression reads the learner's answer."""
    if OWN_WORDS not in expression:
        return False
    try:
        tree = _EXPRESSIONS.parse(f"{{{{ ({expression}) }}}}")
    except TemplateError:
        return False  # `expressions_of` reports it, and no note is made
    return any(name.name == OWN_WORDS for name in tree.find_all(Name))


def _pages(project: Project) -> Iterator[tuple[str, str]]:
    """Every page of every folder, with the name under which Jinja2 knows it."""
    for name, text in project.shared_templates.items():
        yield f"_shared/{name}", text
    for folder in project.templates.values():
        for name, text in folder.files.items():
            yield f"{folder.name}/{name}", text
