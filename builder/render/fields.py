"""Definitions to the fields of notes, by the expressions that `notetype.yaml` gives.

An expression is Jinja2 over the definition's own keys: `ask | line`, `steps | ordered`. What no
filter made HTML of is escaped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from functools import cache
from typing import Any

from jinja2 import StrictUndefined, TemplateError, pass_context
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup, escape

from builder.diagnostics import Diagnostic
from builder.project import Definition, Project, TemplateFolder, View
from builder.render import text
from builder.render.notetypes import SPARES
from builder.schema import at_path


@pass_context
def _line(context: Context, source: str | None) -> Markup:
    return Markup(text.line(source, context["view"].vars)) if source else Markup("")


@pass_context
def _prose(context: Context, source: str | None) -> Markup:
    return Markup(text.prose(source, context["view"].vars)) if source else Markup("")


@pass_context
def _points(context: Context, items: Iterable[str], tag: str = "ul") -> Markup:
    values = context["view"].vars
    inner = "".join(f"<li>{text.line(item, values)}</li>" for item in items)
    return Markup(f"<{tag}>{inner}</{tag}>" if inner else "")


@pass_context
def _ordered(context: Context, items: Iterable[str]) -> Markup:
    return Markup(_points(context, items, "ol"))


@pass_context
def _name(context: Context, id: str | None) -> Markup:
    """The name of another definition, as the note's owner sees it."""
    definition = context["view"].definitions.get(id) if id else None
    return _line(context, getattr(definition and definition.value, "name", None))


@pass_context
def _topic(context: Context, path: str) -> str:
    """The title of a topic."""
    title: str = context["project"].topics.get(path, path)
    return title


@pass_context
def _cited(context: Context, ids: Iterable[str]) -> str:
    """The titles of sources, each once: a learner asks who says so, not which item of a list."""
    entries = context["project"].cited
    titles = []
    for id in ids:
        if id in entries:
            entry = entries[id]
            titles.append(f"{entry.title} ({entry.year})" if entry.year else entry.title)
    return "; ".join(dict.fromkeys(titles))


@cache
def _environment() -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(autoescape=True, undefined=StrictUndefined)
    environment.filters |= {
        "line": _line,
        "prose": _prose,
        "points": _points,
        "ordered": _ordered,
        "name": _name,
        "topic": _topic,
        "cited": _cited,
    }
    return environment


@cache
def _compiled(source: str) -> Callable[..., Any]:
    """A compiled expression; a project watched or tested is compiled many times over."""
    return _environment().compile_expression(source, undefined_to_none=False)


@dataclass(frozen=True, slots=True)
class Expressions:
    """A note type's compiled fields, the spares last."""

    folder: TemplateFolder
    compiled: tuple[tuple[str, Callable[..., Any]], ...]

    def fill(
        self, project: Project, view: View, definition: Definition, answer: str | None
    ) -> tuple[tuple[str, ...] | None, list[Diagnostic]]:
        """The fields of one note; None when an expression fails on it."""
        value = definition.value
        said = {f.name: getattr(value, f.name) for f in fields(value)} if value else {}
        filled: list[str] = []
        for key, expression in self.compiled:
            try:
                made = expression(
                    **said, id=definition.id, own_words=answer, view=view, project=project
                )
            except Exception as error:  # whatever an expression of theirs may raise
                return None, [_fault(self.folder, key, f"{error} (in `{definition.id}`)")]
            filled.append(str(escape(made)))
        return tuple(filled), []


def expressions_of(folder: TemplateFolder) -> tuple[Expressions, list[Diagnostic]]:
    """The fields of a note type, compiled; a spare that is not in use stays empty."""
    value = folder.value
    sources = {key: field.content for key, field in value.fields.items()} if value else {}
    spares = value.spares if value else {}
    sources |= {spare: spares.get(spare, "''") for spare in SPARES}
    compiled: list[tuple[str, Callable[..., Any]]] = []
    found: list[Diagnostic] = []
    for key, source in sources.items():
        try:
            compiled.append((key, _compiled(source)))
        except TemplateError as error:
            found.append(_fault(folder, key, str(error)))
    return Expressions(folder, tuple(compiled)), found


def _fault(folder: TemplateFolder, key: str, message: str) -> Diagnostic:
    path = ("spares", key) if key in SPARES else ("fields", key, "content")
    node, _ = at_path(folder.node, path)
    said = message[:1].lower() + message[1:].rstrip(".")
    return Diagnostic("note-type", said, node.span, "mend the expression")
