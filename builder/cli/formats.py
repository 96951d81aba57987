"""Diagnostics as text: one small renderer a format."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from unicodedata import combining, east_asian_width

import click

from builder.findings import Diagnostic, Severity, Span
from builder.phrasing import counted, printable

_COLOUR = {Severity.ERROR: "red", Severity.WARNING: "yellow"}

#: Wider lines are cut around the fault.
_WIDEST = 100


def shown(found: Iterable[Diagnostic], root: Path, form: str) -> str:
    """All findings in one format; each place and message once."""
    once = {(d.rule, d.message, d.span): d for d in found}
    return FORMATS[form](list(once.values()), root)


def colour_wanted(stream: object) -> bool:
    """Only on a terminal, and never where NO_COLOR is set (click does not look at it)."""
    return not os.environ.get("NO_COLOR") and getattr(stream, "isatty", lambda: False)()


def _full(found: list[Diagnostic], root: Path) -> str:
    files: dict[str, list[str]] = {}
    return "\n".join("\n".join(_block(d, root, files)) + "\n" for d in found)


def _block(diagnostic: Diagnostic, root: Path, files: dict[str, list[str]]) -> Iterator[str]:
    """As rustc has it: the message, the place, the source with a caret, the help."""
    style = _COLOUR[diagnostic.severity]
    span = diagnostic.span
    head = click.style(f"{diagnostic.severity}[{diagnostic.rule}]", fg=style, bold=True)
    yield f"{head}: {printable(diagnostic.message)}"
    width = len(str(span.line))
    edge = click.style("|", fg="blue")
    yield f"{' ' * width}{click.style('-->', fg='blue')} {span}"
    if (line := _source(span, root, files)) is not None:
        start = span.column - 1
        end = span.end_column - 1 if span.end_line == span.line else len(line)
        if start >= _WIDEST:
            cut = start - 20
            line, start, end = "…" + line[cut:], start - cut + 1, end - cut + 1
        if len(line) > _WIDEST:
            line = line[: _WIDEST - 1] + "…"
        end = min(max(end, start + 1), max(len(line), start + 1))
        number = click.style(str(span.line), fg="blue")
        yield f"{' ' * width} {edge}"
        yield f"{number} {edge} {line}"
        caret = click.style("^" * max(_cells(line[start:end]), 1), fg=style, bold=True)
        yield f"{' ' * width} {edge} {' ' * _cells(line[:start])}{caret}"
    if diagnostic.help:
        yield f"{' ' * width} {click.style('=', fg='blue')} help: {diagnostic.help}"


def _cells(text: str) -> int:
    """How many places of a terminal it takes: two for 語, none for an accent of its own."""
    wide = sum(east_asian_width(c) in "WF" for c in text)
    return len(text) + wide - sum(combining(c) > 0 for c in text)


def _source(span: Span, root: Path, files: dict[str, list[str]]) -> str | None:
    if span.file not in files:
        try:
            text = (root / span.file).read_bytes().decode("utf-8", "replace")
        except OSError:
            text = ""
        files[span.file] = text.lstrip("\ufeff").split("\n")
    lines = files[span.file]
    if 0 < span.line <= len(lines) and lines[span.line - 1].strip():
        line = lines[span.line - 1].rstrip("\r").replace("\t", " ")
        return printable(line)
    return None


def _concise(found: list[Diagnostic], root: Path) -> str:
    return "".join(f"{d.span}: {d.severity}[{d.rule}] {printable(d.message)}\n" for d in found)


def _json(found: list[Diagnostic], root: Path) -> str:
    objects = [
        {
            "file": d.span.file,
            "line": d.span.line,
            "column": d.span.column,
            "end_line": d.span.end_line,
            "end_column": d.span.end_column,
            "severity": str(d.severity),
            "rule": d.rule,
            "message": d.message,
            "help": d.help,
        }
        for d in found
    ]
    return json.dumps(objects, ensure_ascii=False, indent=2) + "\n"


def _github(found: list[Diagnostic], root: Path) -> str:
    """Workflow commands, which GitHub shows beside the line."""
    return "".join(
        f"::{d.severity} file={_property(d.span.file)},line={d.span.line},col={d.span.column},"
        f"endLine={d.span.end_line},endColumn={d.span.end_column},title={_property(d.rule)}::"
        f"{_data(d.message + (f' (help: {d.help})' if d.help else ''))}\n"
        for d in found
    )


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


FORMATS: dict[str, Callable[[list[Diagnostic], Path], str]] = {
    "full": _full,
    "concise": _concise,
    "json": _json,
    "github": _github,
}


def say(text: str, *, err: bool = False) -> None:
    """Writes to stdout or stderr, in colour only where it is wanted."""
    stream = sys.stderr if err else sys.stdout
    click.echo(text, err=err, nl=False, color=colour_wanted(stream))


def verdict(found: Iterable[Diagnostic]) -> str:
    """`3 errors, 1 warning`, or nothing when nothing was found."""
    once = {(d.rule, d.message, d.span): d for d in found}
    errors = sum(d.is_error for d in once.values())
    warnings = len(once) - errors
    parts = [(errors, "error"), (warnings, "warning")]
    return ", ".join(counted(number, noun) for number, noun in parts if number)


def near(path: Path) -> Path:
    """The path as one would type it here."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path
