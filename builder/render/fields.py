"""From definitions to the fields of notes, by the expressions in `notetype.yaml`.

An expression is Jinja2 over the definition's own keys: `ask | line`, `steps | ordered`. Text that
no filter turned into HTML is escaped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any
from unicodedata import normalize

from jinja2 import StrictUndefined, TemplateError, pass_context
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup, escape

from builder.findings import WHOLE_PROJECT, Diagnostic, Scope
from builder.project import Definition, Project, TemplateFolder, View
from builder.render import text
from builder.render.cloze import cloze_html
from builder.render.notetypes import OWN_WORDS, SPARES, text_lookup
from builder.render.sums import worked
from builder.shape.record import variables_of
from builder.shape.texts import Numbers
from builder.source.paths import at_path

#: The keys that lead to an expression in notetype.yaml.
Path = tuple[str, ...]
_EACH: Path = ("each",)


@pass_context
def _line(context: Context, source: str | None) -> Markup:
    return Markup(text.inline_html(source, context["view"].vars)) if source else Markup("")


@pass_context
def _prose(context: Context, source: str | None) -> Markup:
    return Markup(text.block_html(source, context["view"].vars)) if source else Markup("")


@pass_context
def _cloze(context: Context, source: str | None) -> Markup:
    return Markup(cloze_html(source, context["view"].vars)) if source else Markup("")


@pass_context
def _points(context: Context, items: Iterable[str], tag: str = "ul") -> Markup:
    value_by_variable = context["view"].vars
    items_html = "".join(f"<li>{text.inline_html(item, value_by_variable)}</li>" for item in items)
    return Markup(f"<{tag}>{items_html}</{tag}>" if items_html else "")


@pass_context
def _ordered(context: Context, items: Iterable[str]) -> Markup:
    return Markup(_points(context, items, "ol"))


@pass_context
def _name(context: Context, id: str | None) -> Markup:
    """What another definition is called, as the note's owner sees it."""
    definition = context["view"].definitions.get(id) if id else None
    return _line(context, definition.name if definition else None)


@pass_context
def _named(context: Context, ids: Iterable[str]) -> Markup:
    """A list of the names of other definitions."""
    items_html = "".join(f"<li>{_name(context, id)}</li>" for id in ids)
    return Markup(f"<ul>{items_html}</ul>" if items_html else "")


@pass_context
def _topic(context: Context, path: str) -> str:
    """The title of a topic."""
    title: str = context["project"].topics.get(path, path)
    return title


@pass_context
def _cited(context: Context, ids: Iterable[str]) -> str:
    """The titles of sources, each once: learners want the book, not which of its items it is."""
    source_by_id = context["project"].cited
    titles = []
    for source_id in ids:
        if source_id in source_by_id:
            cited_source = source_by_id[source_id]
            titles.append(
                f"{cited_source.title} ({cited_source.year})"
                if cited_source.year
                else cited_source.title
            )
    return "; ".join(dict.fromkeys(titles))


@pass_context
def _worked(context: Context, formula: str, inputs: Mapping[str, Numbers], gives: Decimal) -> str:
    """A formula with its numbers put in, and its result."""
    return worked(formula, inputs, gives, context["word"])


@cache
def _environment() -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(autoescape=True, undefined=StrictUndefined)
    environment.filters |= {
        "line": _line,
        "prose": _prose,
        "cloze": _cloze,
        "points": _points,
        "ordered": _ordered,
        "name": _name,
        "named": _named,
        "topic": _topic,
        "cited": _cited,
        "worked": _worked,
    }
    return environment


@cache
def _compiled(source: str) -> Callable[..., Any]:
    """A compiled expression, kept: watching and tests compile one project many times."""
    return _environment().compile_expression(source, undefined_to_none=False)


@dataclass(frozen=True, slots=True)
class Expressions:
    """The expressions of a note type's fields, the spares last.

    `whole` evaluates all of them at once: a context for each would take most of a build's time.
    `each` gives the items that a definition has one note each of.
    """

    folder: TemplateFolder
    sources: Mapping[Path, str]
    whole: Callable[..., Any]
    each: Callable[..., Any] | None = None

    def items(
        self, project: Project, view: View, definition: Definition
    ) -> tuple[tuple[str | None, ...], list[Diagnostic]]:
        """The items that the definition has one note each of; a single None for one note."""
        if self.each is None:
            return (None,), []
        try:
            items = self.each(**_variables(definition), view=view, project=project)
            return tuple(dict.fromkeys(str(item) for item in items)), []
        except Exception as error:  # an expression may raise anything
            return (), [_fault(self.folder, _EACH, f"{error} (in `{definition.id}`)")]

    def fill(
        self,
        project: Project,
        view: View,
        definition: Definition,
        item: str | None,
        answer: str | None,
    ) -> tuple[tuple[str, ...] | None, list[Diagnostic]]:
        """The fields of one note, as HTML; None when an expression fails on it."""
        variables = {**_variables(definition), "item": item, OWN_WORDS: answer}
        variables |= {"view": view, "project": project, "word": text_lookup(self.folder.card_texts)}
        try:
            filled_fields = tuple(
                str(
                    normalize(
                        "NFC", field_value if type(field_value) is Markup else escape(field_value)
                    )
                )
                for field_value in self.whole(**variables)
            )
        except Exception:  # an expression may raise anything
            filled_fields = ()
        if len(filled_fields) != len(self.sources):
            findings = list(self._failing(variables))
            assert findings, "expressions that work one by one work together"
            return None, findings
        return filled_fields, []

    def without_clozes(self, id: str) -> Diagnostic:
        """The fault in a cloze note type whose field has a text that hides nothing."""
        note_type_file = self.folder.value
        assert note_type_file is not None
        assert note_type_file.cloze is not None
        message = f"the text of `{id}` has no cloze"
        content_path = ("fields", note_type_file.cloze, "content")
        return _fault(self.folder, content_path, message, "fill the field with `… | cloze`")

    def _failing(self, variables: Mapping[str, Any]) -> Iterator[Diagnostic]:
        for expression_path, source in self.sources.items():
            try:
                escape(_compiled(source)(**variables))
            except Exception as error:
                yield _fault(self.folder, expression_path, f"{error} (in `{variables['id']}`)")


def _variables(definition: Definition) -> dict[str, Any]:
    value_by_key = variables_of(definition.value) if definition.value else {}
    return {**value_by_key, "id": definition.id}


def expressions_of(folder: TemplateFolder) -> tuple[Expressions | None, list[Diagnostic]]:
    """The compiled expressions of a note type; a spare that is not in use stays empty."""
    note_type_file = folder.value
    assert note_type_file is not None
    expression_by_path: dict[Path, str] = {
        ("fields", key, "content"): field.content for key, field in note_type_file.fields.items()
    }
    expression_by_path |= {
        ("spares", spare): note_type_file.spares.get(spare, "''") for spare in SPARES
    }
    try:
        compiled_each_expression = (
            _compiled(note_type_file.each) if note_type_file.each is not None else None
        )
        compiled_whole = _compiled(
            f"({''.join(f'({source}),' for source in expression_by_path.values())})"
        )
        return Expressions(folder, expression_by_path, compiled_whole, compiled_each_expression), []
    except TemplateError:
        if note_type_file.each is not None:
            expression_by_path[_EACH] = note_type_file.each
        findings = list(_unreadable(folder, expression_by_path))
        assert findings, "expressions that can be read one by one can be read together"
        return None, findings


def _unreadable(
    folder: TemplateFolder, expression_by_path: Mapping[Path, str]
) -> Iterator[Diagnostic]:
    for expression_path, source in expression_by_path.items():
        try:
            _compiled(source)
        except TemplateError as error:
            yield _fault(folder, expression_path, str(error))


def _fault(
    folder: TemplateFolder, expression_path: Path, message: str, help: str = "mend the expression"
) -> Diagnostic:
    expression_node, _ = at_path(folder.node, expression_path)
    message = message[:1].lower() + message[1:].rstrip(".")
    scope = Scope(kind=folder.value.kind) if folder.value else WHOLE_PROJECT
    return Diagnostic("note-type", message, expression_node.span, help, scope)
