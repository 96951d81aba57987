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
    notetype_by_folder: dict[str, NoteType] = {}
    used_kinds = {definition.kind.name for definition in project.all_definitions}
    for folder in project.templates.values():
        if folder.value is None or not (folder.from_project or folder.value.kind in used_kinds):
            continue
        notetype, faults = _note_type(project, folder)
        scope = Scope(kind=folder.value.kind)
        findings += [replace(fault, scope=scope) for fault in faults]
        if notetype is not None:
            notetype_by_folder[folder.name] = notetype
    return notetype_by_folder, findings


def text_lookup(card_texts: Mapping[str, str]) -> Callable[..., str]:
    """The function `word` of pages and expressions: a text that cards add, by name, blanks filled.

    It raises `TemplateError` for an unknown name.
    """

    def word(name: str, **blanks: object) -> str:
        if name not in card_texts:
            suggestion = did_you_mean(name, card_texts)
            raise TemplateError(f"unknown word `{name}`{'; ' if suggestion else ''}{suggestion}")
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
    note_type_file = folder.value
    assert note_type_file is not None
    settings = project.settings.value
    findings: list[Diagnostic] = []

    def row_number(row_noun: str, key: str) -> int:
        return row_id(row_noun, settings.namespace, folder.name, key)

    field_name_by_key = {key: field.name for key, field in note_type_file.fields.items()}
    field_name_by_key |= RESERVED
    fields = tuple(
        Field(key, field_name, row_number("field", key))
        for key, field_name in field_name_by_key.items()
    )
    gate_by_card = {key: card.gate for key, card in note_type_file.cards.items()}
    card_name_by_key = {key: card.name for key, card in note_type_file.cards.items()}
    if note_type_file.cloze is None:
        card_name_by_key |= _SPARE_NAMES
        gate_by_card |= {spare: spare for spare in SPARES}
    else:
        findings += _faults_in_cloze(folder, note_type_file)

    page_sources = folder.files
    environment = _environment(
        tuple(_pages(project)), tuple(sorted(folder.card_texts.items())), settings.speech
    )
    templates: list[Template] = []
    for card_key, card_name in card_name_by_key.items():
        gate_field = gate_by_card[card_key]
        if gate_field is not None and gate_field not in field_name_by_key:
            gate_node, _ = at_path(folder.node, ("cards", card_key, "gate"))
            help = (
                did_you_mean(gate_field, field_name_by_key)
                or f"keys of fields are {', '.join(field_name_by_key)}"
            )
            message = f"no field has the key `{gate_field}`"
            findings.append(Diagnostic("note-type", message, gate_node.span, help))
            continue
        rendered_sides = []
        for side in ("front", "back"):
            page_name = f"{card_key}.{side}.html"
            if (
                page_name not in page_sources
                and card_key in SPARES
                and card_key not in note_type_file.spares
            ):
                rendered_sides.append(f"{{{{{_SPARE_NAMES[card_key]}}}}}")
                continue
            try:
                rendered_page = environment.get_template(f"{folder.name}/{page_name}").render(
                    card=card_name, key=card_key, note_type=note_type_file.name
                )
            except Exception as error:  # expressions in a page may raise anything
                findings.append(fault_in_page(folder, page_name, error))
                continue
            rendered_sides.append(rendered_page.strip())
            cloze_field_name = (
                field_name_by_key.get(note_type_file.cloze) if note_type_file.cloze else None
            )
            findings += faults_in_page(
                folder, page_name, rendered_page, set(field_name_by_key.values()), cloze_field_name
            )
        if len(rendered_sides) == 2:
            front, back = rendered_sides
            if gate_field is not None:
                gate_name = field_name_by_key[gate_field]
                front = f"{{{{#{gate_name}}}}}{front}{{{{/{gate_name}}}}}"
            templates.append(
                Template(
                    card_key,
                    card_name,
                    row_number("card", card_key),
                    front,
                    back,
                    gate_field,
                    note_type_file.cloze,
                )
            )
    if findings:
        return None, findings
    notetype = NoteType(
        folder=folder.name,
        kind=note_type_file.kind,
        id=row_id("notetype", settings.namespace, folder.name),
        # Anki removes quotation marks from a note type's name.
        name=f"{settings.title}: {note_type_file.name}".replace('"', ""),
        label=note_type_file.name,
        fields=fields,
        templates=tuple(templates),
        css=project.shared_templates.get("base.css", "") + page_sources.get("style.css", ""),
        personal=note_type_file.personal,
        spoken=note_type_file.spoken,
        side=note_type_file.side,
        span=folder.node.span,
        answer=next(
            (key for key, field in note_type_file.fields.items() if _has_answer(field.content)),
            None,
        ),
        base=note_type_file.base,
    )
    return notetype, findings


def _faults_in_cloze(folder: TemplateFolder, note_type_file: NoteTypeFile) -> Iterator[Diagnostic]:
    """Anki makes the cards of a cloze note type from one template, by the numbers in one field."""

    def fault(yaml_path: tuple[str, ...], message: str, help: str) -> Diagnostic:
        node, key_node = at_path(folder.node, yaml_path)
        return Diagnostic("note-type", message, (key_node or node).span, help)

    if note_type_file.cloze not in note_type_file.fields:
        suggestion = did_you_mean(str(note_type_file.cloze), note_type_file.fields)
        help = suggestion or f"keys of fields are {', '.join(note_type_file.fields)}"
        cloze_node, _ = at_path(folder.node, ("cloze",))
        yield Diagnostic(
            "note-type", f"no field has the key `{note_type_file.cloze}`", cloze_node.span, help
        )
    for card_key in [*note_type_file.cards][1:]:
        message = "a cloze note type has one entry in `cards`: its cards are the numbers of clozes"
        yield fault(("cards", card_key), message, "take it out, or make another note type of it")
    for card_key, card in note_type_file.cards.items():
        if card.gate is not None:
            message = "a cloze has no gate: a note has its card where the text has its number"
            yield fault(("cards", card_key, "gate"), message, "take it out")


def _has_answer(expression: str) -> bool:
    """Whether an expression reads the learner's answer."""
    if OWN_WORDS not in expression:
        return False
    try:
        expression_tree = _EXPRESSIONS.parse(f"{{{{ ({expression}) }}}}")
    except TemplateError:
        return False  # `expressions_of` reports it, and no note is made
    return any(variable.name == OWN_WORDS for variable in expression_tree.find_all(Name))


def _pages(project: Project) -> Iterator[tuple[str, str]]:
    """Every page of every folder, with the name under which Jinja2 knows it."""
    for page_name, page_source in project.shared_templates.items():
        yield f"_shared/{page_name}", page_source
    for folder in project.templates.values():
        for page_name, page_source in folder.files.items():
            yield f"{folder.name}/{page_name}", page_source
