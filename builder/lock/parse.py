"""A lock file's text, read: every line that cannot be read is a fault of its own."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from builder.findings import WHOLE_PROJECT, Diagnostic, Scope, Span
from builder.lock.lines import (
    FORGOTTEN,
    FORMAT,
    DeckLine,
    Lock,
    NoteLine,
    NoteTypeLine,
    cards_and_dropped,
    sum_of,
)
from builder.lock.paths import RELEASED
from builder.phrasing import counted

#: What git writes where two people changed the same lines.
_CONFLICT = ("<<<<<<< ", "=======", ">>>>>>> ", "||||||| ")

#: No time has more digits: the year 5138, and the last that a calendar can still show.
_DIGITS = 11
_HEADER = "prepdeck-lock"
_RESTORE = "take the file back from git"
_RELOCK = "; or delete it, and run with the packages imported last: prepdeck build --relock PACKAGE"
_KEEP_BOTH = "keep the lines of both sides, both headers too, and delete the marks"
_TAKE_OUT = (
    "; if you merged or changed it by hand, and have the lines of both sides, take the last two"
    " columns out of the header"
)
_PUT_BACK = "put the old namespace back; under another one every note is a new note"


def parse_lock(
    text: str, file: str, namespace: str, scope: Scope = WHOLE_PROJECT
) -> tuple[Lock, list[Diagnostic]]:
    """The lock in `text`. Without a `namespace`, the one in the file is not compared.

    Of two lines about one note the later time counts, and then the one that remembers more words;
    of two about one note type the later time. A file with marks of a merge has that fault alone.
    """
    parsing = _Parsing(file, namespace, scope)
    mark: tuple[int, str] | None = None
    for number, line in enumerate(text.split("\n"), 1):
        if not line and number > 1:
            continue
        if line.startswith(_CONFLICT):
            mark = mark or (number, line)
            continue
        try:
            parsing.line(number, line)
        except ValueError as error:
            message = f"this line cannot be read: {error}"
            parsing.fault("lock-mangled", message, number, line, parsing.restore)
    if mark is not None:
        parsing.findings.clear()
        message = "a merge left its marks in this file, the first of them here"
        parsing.fault("lock-in-conflict", message, *mark, _KEEP_BOTH)
    elif not parsing.findings:
        parsing.compare_with_header(text)
    lock = Lock(
        namespace=namespace,
        notes=parsing.notes,
        notetypes=parsing.notetypes,
        decks=parsing.decks,
        file=file,
        line_numbers=parsing.line_numbers,
    )
    return lock, parsing.findings


class _Header(NamedTuple):
    """A header: its line and that line's number, and how many lines it counts with which sum."""

    number: int
    line: str
    lines: int | None
    sum: str


@dataclass(slots=True)
class _Parsing:
    file: str
    namespace: str
    scope: Scope
    notes: dict[tuple[str, str, str], NoteLine] = field(default_factory=dict)
    notetypes: dict[str, NoteTypeLine] = field(default_factory=dict)
    decks: dict[str, DeckLine] = field(default_factory=dict)
    line_numbers: dict[object, int] = field(default_factory=dict)
    headers: list[_Header] = field(default_factory=list)
    findings: list[Diagnostic] = field(default_factory=list)

    @property
    def restore(self) -> str:
        """How to have the file back; packages do not say what of them was released."""
        return _RESTORE if self.file == RELEASED else _RESTORE + _RELOCK

    def compare_with_header(self, text: str) -> None:
        """Whether the file has the lines that its header counts.

        Not with two headers: a merge of two versions put them there, and all their lines count.
        """
        number, line, expected, expected_sum = self.headers[0]
        if expected is None or len(self.headers) > 1:
            return
        lines = [other for other in text.split("\n") if other and other != line]
        if len(lines) != expected:
            message = (
                f"the header counts {counted(expected, 'line')}, and the file has {len(lines):,}"
            )
            if len(lines) < expected:
                message += f": {expected - len(lines):,} got lost"
        elif sum_of(lines) != expected_sum:
            message = "a line is not as it was written: the sum in the header is another one"
        else:
            return
        self.fault("lock-lost-lines", message, number, line, self.restore + _TAKE_OUT)

    def fault(self, rule: str, message: str, number: int, line: str, help: str) -> None:
        span = Span(self.file, number, 1, number, max(len(line), 1) + 1)
        self.findings.append(Diagnostic(rule, message, span, help, self.scope))

    def line(self, number: int, line: str) -> None:
        """Adds what the line with that number holds. Raises `ValueError` with the reason."""
        keyword, *columns = line.split("\t")
        if number == 1 or keyword == _HEADER:
            namespace, counts = _namespace(keyword, columns)
            self.headers.append(_Header(number, line, *counts))
            if self.namespace and namespace != self.namespace:
                message = f"the namespace is `{namespace}`, in deck.yaml it is `{self.namespace}`"
                self.fault("lock-mangled", message, number, line, _PUT_BACK)
        elif keyword == "note":
            note = _note(columns)
            known = self.notes.get(note.key)
            # A sync adds words, and changes no time.
            if known is None or (known.time, len(known.words)) < (note.time, len(note.words)):
                self.notes[note.key] = note
                self.line_numbers[note.key] = number
        elif keyword == "notetype":
            notetype = _note_type(columns)
            folder = notetype.folder
            if folder not in self.notetypes or self.notetypes[folder].time < notetype.time:
                self.notetypes[folder] = notetype
                self.line_numbers[folder] = number
        elif keyword == "deck":
            deck = _deck(columns)
            self.decks[deck.key] = deck
            self.line_numbers["deck", deck.key] = number
        else:
            raise ValueError(f"a line cannot start with `{keyword[:20]}`")


def _namespace(keyword: str, columns: list[str]) -> tuple[str, tuple[int | None, str]]:
    """A header's namespace, number of lines and sum; older headers have neither of these two."""
    if keyword != _HEADER or len(columns) not in (2, 4):
        raise ValueError("the first line is `prepdeck-lock`, the format and the namespace")
    format, namespace, *counts = columns
    if format != FORMAT:
        raise ValueError(f"its format is `{format[:20]}`; this prepdeck reads format {FORMAT}")
    if not counts:
        return namespace, (None, "")
    lines, lines_sum = counts
    if len(lines) > _DIGITS or not _is_number(lines):
        raise ValueError(f"`{lines[:20]}` is not a number of lines")
    return namespace, (int(lines), lines_sum)


def _note(columns: list[str]) -> NoteLine:
    owner, notetype, first_id, time, digest, cards = _exactly(6, columns[:6])
    answer = columns[6:]
    if answer[:1] not in ([], ["answered"], ["defined"]) or len(answer) > 3:
        raise ValueError(f"unknown column `{answer[0][:20]}`")
    if not digest or not first_id or not all(answer):
        raise ValueError("a column is empty")
    card_keys, dropped = cards_and_dropped(_list(cards))
    words = _list(answer[1]) if len(answer) > 1 else ()
    if len(answer) > 2 and _time(answer[2]):
        # Older versions: since when another answer stood there, which they did not keep.
        words = (FORGOTTEN, *words)
    return NoteLine(
        owner_key="" if owner == "-" else owner,
        notetype=notetype,
        first_id=first_id,
        time=_time(time),
        digest=digest,
        cards=card_keys,
        answered=answer[:1] == ["answered"],
        words=words,
        dropped=dropped,
    )


def _note_type(columns: list[str]) -> NoteTypeLine:
    folder, time, digest, purpose, fields, cards, name = _exactly(7, columns)
    if purpose not in ("personal", "reference"):
        raise ValueError(f"`{purpose[:20]}` is neither personal nor reference")
    return NoteTypeLine(
        folder=folder,
        time=_time(time),
        digest=digest,
        personal=purpose == "personal",
        fields=_list(fields),
        cards=_list(cards),
        name=name,
    )


def _deck(columns: list[str]) -> DeckLine:
    key, id, notes, name = _exactly(4, columns)
    if notes not in ("own", "shared"):
        raise ValueError(f"`{notes[:20]}` is neither own nor shared")
    if not _is_number(id):
        raise ValueError(f"`{id[:20]}` is not a number")
    return DeckLine(role_key=key, id=int(id), notes=notes, name=name)


def _exactly(number: int, columns: list[str]) -> list[str]:
    if len(columns) != number:
        raise ValueError("the number of columns is wrong (tabs separate them)")
    return columns


def _is_number(column: str) -> bool:
    return column.isascii() and column.isdecimal()


def _time(column: str) -> int:
    if len(column) > _DIGITS or not _is_number(column):
        raise ValueError(f"`{column[:20]}` is not a time in seconds")
    return int(column)


def _list(column: str) -> tuple[str, ...]:
    return tuple(column.split(",")) if column else ()
