"""Files to text: UTF-8, with or without a byte order mark, and one kind of line end."""

from __future__ import annotations

import re
from codecs import BOM_UTF8
from pathlib import Path

from builder import inside
from builder.findings import Diagnostic, Span

#: What git writes at the start of a line where two people changed the same lines. The seven equal
#: signs between them are no mark by themselves: they underline headings.
_MARK = re.compile(r"^(?:<{7}|>{7}|\|{7})(?: .*)?$", re.MULTILINE)


def merge_mark(text: str, file: str) -> Diagnostic | None:
    """The fault of a text that still has the marks of a merge; None when it has none."""
    match = _MARK.search(text)
    if match is None:
        return None
    line_number = text.count("\n", 0, match.start()) + 1
    return Diagnostic(
        "merge-marks",
        "a merge left its marks in this file, the first of them here",
        Span(file, line_number, 1, line_number, len(match.group()) + 1),
        "decide what counts of both sides, and delete the marks",
    )


def read_text(
    path: Path, file: str, root: Path | None = None
) -> tuple[str | None, list[Diagnostic]]:
    """The text of one file, named `file` in diagnostics; None when it could not be read.

    `root`: the project that it belongs to, and that no link may lead out of; None for prepdeck's
    own files.
    """
    raw, findings = bytes_of(path, file, root)
    return text_of(raw, file) if raw is not None else (None, findings)


def bytes_of(
    path: Path, file: str, root: Path | None = None
) -> tuple[bytes | None, list[Diagnostic]]:
    """The same for its bytes; the reason why they cannot be read is a finding."""
    try:
        return inside.content(path, root), []
    except IsADirectoryError:
        message, help = "this is a folder, with the name of a file", "rename the folder"
    except OSError as error:
        message = f"the file cannot be read: {(error.strerror or 'no reason given').lower()}"
        help = inside.remedy(error, "give yourself the right to read it")
    return None, [Diagnostic("unreadable-file", message, Span(file), help)]


def text_of(raw: bytes, file: str) -> tuple[str | None, list[Diagnostic]]:
    """The text of these bytes, with `\\n` at each line's end; None when they are not UTF-8."""
    raw = raw.removeprefix(BOM_UTF8)
    try:
        text = raw.decode()
        # UTF-16 without a byte order mark is valid UTF-8 with many NULs: one message for all.
        if raw.count(0) > len(raw) // 4:
            raise UnicodeDecodeError("utf-8", raw, raw.find(0), raw.find(0) + 1, "NUL")
        return text.replace("\r\n", "\n"), []
    except UnicodeDecodeError as error:
        line_number = raw.count(b"\n", 0, error.start) + 1
        bytes_before = raw[raw.rfind(b"\n", 0, error.start) + 1 : error.start]
        column = len(bytes_before.decode(errors="replace")) + 1
        return None, [
            Diagnostic(
                "not-utf-8",
                f"byte 0x{raw[error.start]:02x} is not UTF-8",
                Span(file, line_number, column, line_number, column + 1),
                "save the file as UTF-8",
            )
        ]
