"""Findings as text, in four formats; and the end of a command whose project has errors."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import click

from builder import inside
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
    shown_findings = as_shown(findings)
    error_count = sum(finding.is_error for finding in shown_findings)
    noun_counts = [(error_count, "error"), (len(shown_findings) - error_count, "warning")]
    return ", ".join(counted(count, noun) for count, noun in noun_counts if count)


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
    lines_by_file: dict[str, list[str]] = {}
    return "\n".join("\n".join(_block(finding, root, lines_by_file)) + "\n" for finding in findings)


def _block(finding: Diagnostic, root: Path, lines_by_file: dict[str, list[str]]) -> Iterator[str]:
    """As rustc has it: the message, the span, the source with a caret, the help."""
    colour = _COLOUR[finding.severity]
    span = finding.span
    headline = click.style(f"{finding.severity}[{finding.rule}]", fg=colour, bold=True)
    yield f"{headline}: {printable(finding.message)}"
    margin = " " * len(str(span.line))
    edge = click.style("|", fg="blue")
    yield f"{margin}{click.style('-->', fg='blue')} {span}"
    if (source_line := _source(span, root, lines_by_file)) is not None:
        max_columns = width(_SOURCE_WIDTH)
        caret_start = span.column - 1
        caret_end = span.end_column - 1 if span.end_line == span.line else len(source_line)
        if caret_start >= max_columns:
            cut_length = caret_start - _BEFORE
            source_line = "…" + source_line[cut_length:]
            caret_start -= cut_length - 1
            caret_end -= cut_length - 1
        if len(source_line) > max_columns:
            source_line = source_line[: max_columns - 1] + "…"
        caret_end = min(max(caret_end, caret_start + 1), max(len(source_line), caret_start + 1))
        line_number = click.style(str(span.line), fg="blue")
        yield f"{margin} {edge}"
        yield f"{line_number} {edge} {source_line}"
        caret = click.style(
            "^" * max(cells(source_line[caret_start:caret_end]), 1), fg=colour, bold=True
        )
        yield f"{margin} {edge} {' ' * cells(source_line[:caret_start])}{caret}"
    if finding.help:
        yield f"{margin} {click.style('=', fg='blue')} help: {finding.help}"


def _source(span: Span, root: Path, lines_by_file: dict[str, list[str]]) -> str | None:
    """The first line of the span, None if it is blank or the file cannot be read."""
    if span.file not in lines_by_file:
        try:
            file_text = inside.content(root / span.file, root).decode("utf-8", "replace")
        except OSError:
            file_text = ""
        lines_by_file[span.file] = file_text.lstrip("\ufeff").split("\n")
    file_lines = lines_by_file[span.file]
    if 0 < span.line <= len(file_lines) and file_lines[span.line - 1].strip():
        source_line = file_lines[span.line - 1].rstrip("\r").replace("\t", " ")
        return printable(source_line)
    return None


def _concise(findings: Sequence[Diagnostic], root: Path) -> str:
    return "".join(
        f"{finding.span}: {finding.severity}[{finding.rule}] {printable(finding.message)}\n"
        for finding in findings
    )


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
