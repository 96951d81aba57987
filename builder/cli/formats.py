"""Findings as text, in four formats; and the end of a command whose project has errors."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import click

from builder.cli import root_of
from builder.cli.style import as_json, cells, say, width
from builder.findings import Diagnostic, Severity, Span, as_shown
from builder.phrasing import counted, printable

_COLOUR = {Severity.ERROR: "red", Severity.WARNING: "yellow"}

#: Columns of a source line, where no terminal says how wide it is. A longer one is cut.
_SOURCE_WIDTH = 100

#: How much of a longer line stands before the fault, in characters.
_BEFORE = 20


def shown(findings: Iterable[Diagnostic], root: Path, form: str) -> str:
    """All findings in one format, by file and line; the same message in the same span once."""
    return FORMATS[form](as_shown(findings), root)


def verdict(findings: Iterable[Diagnostic]) -> str:
    """`3 errors, 1 warning`, or nothing when there are no findings."""
    messages = as_shown(findings)
    errors = sum(finding.is_error for finding in messages)
    parts = [(errors, "error"), (len(messages) - errors, "warning")]
    return ", ".join(counted(number, noun) for number, noun in parts if number)


def exit_if_errors(ctx: click.Context, findings: Iterable[Diagnostic]) -> None:
    """Reports the errors among `findings` on stderr and ends the command with exit status 1.

    Without errors it does nothing. For commands that show what is in a role: an error leaves
    something out there, and a warning, which is about the wording of cards, does not.
    """
    errors = [finding for finding in findings if finding.is_error]
    if errors:
        say(shown(errors, root_of(ctx), "full"), err=True)
        say(f"{verdict(errors)}\n", err=True)
        ctx.exit(1)


def _full(findings: Sequence[Diagnostic], root: Path) -> str:
    files: dict[str, list[str]] = {}
    return "\n".join("\n".join(_block(finding, root, files)) + "\n" for finding in findings)


def _block(finding: Diagnostic, root: Path, files: dict[str, list[str]]) -> Iterator[str]:
    """As rustc has it: the message, the span, the source with a caret, the help."""
    colour = _COLOUR[finding.severity]
    span = finding.span
    head = click.style(f"{finding.severity}[{finding.rule}]", fg=colour, bold=True)
    yield f"{head}: {printable(finding.message)}"
    margin = " " * len(str(span.line))
    edge = click.style("|", fg="blue")
    yield f"{margin}{click.style('-->', fg='blue')} {span}"
    if (line := _source(span, root, files)) is not None:
        widest = width(_SOURCE_WIDTH)
        start = span.column - 1
        end = span.end_column - 1 if span.end_line == span.line else len(line)
        if start >= widest:
            cut = start - _BEFORE
            line, start, end = "…" + line[cut:], start - cut + 1, end - cut + 1
        if len(line) > widest:
            line = line[: widest - 1] + "…"
        end = min(max(end, start + 1), max(len(line), start + 1))
        number = click.style(str(span.line), fg="blue")
        yield f"{margin} {edge}"
        yield f"{number} {edge} {line}"
        caret = click.style("^" * max(cells(line[start:end]), 1), fg=colour, bold=True)
        yield f"{margin} {edge} {' ' * cells(line[:start])}{caret}"
    if finding.help:
        yield f"{margin} {click.style('=', fg='blue')} help: {finding.help}"


def _source(span: Span, root: Path, files: dict[str, list[str]]) -> str | None:
    """The first line of the span, None if it is blank or the file cannot be read."""
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


def _concise(findings: Sequence[Diagnostic], root: Path) -> str:
    return "".join(f"{f.span}: {f.severity}[{f.rule}] {printable(f.message)}\n" for f in findings)


def _json(findings: Sequence[Diagnostic], root: Path) -> str:
    return as_json(
        [
            {
                "file": finding.span.file,
                "line": finding.span.line,
                "column": finding.span.column,
                "end_line": finding.span.end_line,
                "end_column": finding.span.end_column,
                "severity": str(finding.severity),
                "rule": finding.rule,
                "message": finding.message,
                "help": finding.help,
            }
            for finding in findings
        ]
    )


def _github(findings: Sequence[Diagnostic], root: Path) -> str:
    """Workflow commands, which GitHub shows beside the line."""
    return "".join(
        f"::{f.severity} file={_property(f.span.file)},line={f.span.line},col={f.span.column},"
        f"endLine={f.span.end_line},endColumn={f.span.end_column},title={_property(f.rule)}::"
        f"{_data(f.message + (f' (help: {f.help})' if f.help else ''))}\n"
        for f in findings
    )


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


FORMATS: dict[str, Callable[[Sequence[Diagnostic], Path], str]] = {
    "full": _full,
    "concise": _concise,
    "json": _json,
    "github": _github,
}
