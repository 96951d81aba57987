"""A lock file's lines: text that merges, diffs and reads well.

    prepdeck-lock  1  <namespace>
    deck      <key>     <id>    <own|shared>  <name>
    notetype  <folder>  <time>    <digest>  <personal|reference>  <fields>  <card[=gate]>  <name>
    note      <owner>   <folder>  <first id>  <time>  <digest>  <cards>  [answered [words [since]]]

Columns are separated by tabs, an empty owner is `-`, lists are joined by commas. Times are Unix
seconds: what Anki compares with the learner's copy.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from builder.findings import WHOLE_PROJECT, Diagnostic, Scope, Span

FORMAT = "1"
_CONFLICT = ("<<<<<<< ", "=======", ">>>>>>> ", "||||||| ")

#: A personal note runs on a slow clock: any edit of the learner's is newer, and the clock still
#: rises, so that notes nobody touched are refreshed. Filled in YAML is newer than empty.
EMPTY_BEHIND, FILLED_BEHIND = 1_500_000_000, 1_000_000_000

#: No time has more digits: the year 5138, and what a calendar can still show.
_DIGITS = 11
_RESTORE = "restore the file from git, or run: prepdeck build --relock PACKAGE"
_ANEW = "put it back; under another namespace every note would be a new one"


@dataclass(frozen=True, slots=True)
class NoteLine:
    """A note as it was last packed. `answered`: a personal note whose answer stood in YAML.

    `answer_digest`: the digest of that answer. `answer_since`: when it replaced another, in Unix
    seconds; 0 if it is the first, the line's own time if it was read from Anki then.
    """

    owner_key: str
    notetype: str
    first_id: str
    time: int
    digest: str
    cards: tuple[str, ...]
    answered: bool = False
    answer_digest: str = ""
    answer_since: int = 0

    @property
    def key(self) -> tuple[str, str, str]:
        return self.owner_key, self.notetype, self.first_id

    def __str__(self) -> str:
        columns = ["note", self.owner_key or "-", self.notetype, self.first_id, str(self.time)]
        columns += [self.digest, ",".join(self.cards)]
        if self.answered:
            said = (
                [self.answer_digest, *([str(self.answer_since)] if self.answer_since else [])]
                if self.answer_digest
                else []
            )
            columns += ["answered", *said]
        return "\t".join(columns)


@dataclass(frozen=True, slots=True)
class NoteTypeLine:
    """A note type as it was last packed, with the fields and cards that must not change.

    `cards` are their keys, each with its gate's behind `=`.
    """

    folder: str
    time: int
    digest: str
    personal: bool
    fields: tuple[str, ...]
    cards: tuple[str, ...]
    name: str

    @property
    def key(self) -> str:
        return self.folder

    def __str__(self) -> str:
        columns = [self.folder, str(self.time), self.digest]
        columns.append("personal" if self.personal else "reference")
        columns += [",".join(self.fields), ",".join(self.cards), self.name]
        return "\t".join(["notetype", *columns])


@dataclass(frozen=True, slots=True)
class DeckLine:
    """A deck by its role's key: Anki knows it by its name alone. `notes` is `own` or `shared`."""

    role_key: str
    id: int
    notes: str
    name: str

    @property
    def key(self) -> str:
        return self.role_key

    def __str__(self) -> str:
        return "\t".join(["deck", self.role_key, str(self.id), self.notes, self.name])


Line = NoteLine | NoteTypeLine | DeckLine


@dataclass(frozen=True, slots=True)
class Lock:
    """One lock file. `places` tells the line number of each key, for diagnostics."""

    namespace: str = ""
    notes: Mapping[tuple[str, str, str], NoteLine] = field(default_factory=dict)
    notetypes: Mapping[str, NoteTypeLine] = field(default_factory=dict)
    decks: Mapping[str, DeckLine] = field(default_factory=dict)
    file: str = ""
    places: Mapping[object, int] = field(default_factory=dict)

    def text(self) -> str:
        """The file: header, decks, note types, notes, each sorted, so that a diff is the change."""
        lines = [f"prepdeck-lock\t{FORMAT}\t{self.namespace}"]
        lines += [str(self.decks[key]) for key in sorted(self.decks)]
        lines += [str(self.notetypes[key]) for key in sorted(self.notetypes)]
        lines += [str(self.notes[key]) for key in sorted(self.notes)]
        return "\n".join(lines) + "\n"

    def span(self, key: object) -> Span:
        """Where the line of `key` stands."""
        line = self.places.get(key, 1)
        return Span(self.file, line, 1, line, 1)


T = TypeVar("T", NoteLine, NoteTypeLine)


def parse_lock(
    text: str, file: str, namespace: str, scope: Scope = WHOLE_PROJECT
) -> tuple[Lock, list[Diagnostic]]:
    """The lock in `text`; every line that cannot be read is a fault of its own."""
    found: list[Diagnostic] = []
    notes: dict[tuple[str, str, str], NoteLine] = {}
    notetypes: dict[str, NoteTypeLine] = {}
    decks: dict[str, DeckLine] = {}
    places: dict[object, int] = {}

    def fault(rule: str, message: str, number: int, length: int, help: str) -> None:
        span = Span(file, number, 1, number, max(length, 1) + 1)
        found.append(Diagnostic(rule, message, span, help, scope))

    for number, line in enumerate(text.split("\n"), 1):
        if not line and number > 1:
            continue
        if line.startswith(_CONFLICT):
            help = "keep the lines of both sides, and take the marks out"
            fault("lock-in-conflict", "a merge left this mark", number, len(line), help)
            continue
        what, *columns = line.split("\t")
        try:
            if number == 1:
                _header(what, columns)
                if namespace and columns[1] != namespace:
                    message = f"namespace `{columns[1]}` is not deck.yaml's `{namespace}`"
                    fault("lock-mangled", message, number, len(line), _ANEW)
            elif what == "note":
                note = _note(columns)
                _keep_later(notes, note, places, number)
            elif what == "notetype":
                folder, time, digest, whose, fields, cards, name = _exactly(7, columns)
                if whose not in ("personal", "reference"):
                    raise ValueError(f"`{whose[:20]}` is neither personal nor reference")
                made = _time(time), digest, whose == "personal", _list(fields), _list(cards)
                notetype = NoteTypeLine(folder, *made, name)
                _keep_later(notetypes, notetype, places, number)
            elif what == "deck":
                key, id, mode, name = _exactly(4, columns)
                if mode not in ("own", "shared"):
                    raise ValueError(f"`{mode[:20]}` is neither own nor shared")
                deck = DeckLine(key, _number(id), mode, name)
                decks[deck.key] = deck
                places["deck", deck.key] = number
            else:
                raise ValueError(f"no line begins with `{what[:20]}`")
        except ValueError as error:
            message = f"this line cannot be read: {error}"
            fault("lock-mangled", message, number, len(line), _RESTORE)
    return Lock(namespace, notes, notetypes, decks, file, places), found


def _header(what: str, columns: list[str]) -> None:
    if what != "prepdeck-lock" or len(columns) != 2:
        raise ValueError("a lock begins with `prepdeck-lock`, its format and a namespace")
    if columns[0] != FORMAT:
        raise ValueError(f"format {columns[0][:20]} is another than {FORMAT}, which this one knows")


def _exactly(number: int, columns: list[str]) -> list[str]:
    if len(columns) != number:
        raise ValueError("it has other columns than it should (they are separated by tabs)")
    return columns


def _number(column: str) -> int:
    if not (column.isascii() and column.isdecimal()):
        raise ValueError("a number is not written in digits")
    return int(column)


def _time(column: str) -> int:
    if len(column) > _DIGITS or not (column.isascii() and column.isdecimal()):
        raise ValueError(f"`{column[:20]}` is no time in seconds")
    return int(column)


def _note(columns: list[str]) -> NoteLine:
    owner, notetype, first_id, time, digest, cards = _exactly(6, columns[:6])
    flags = columns[6:]
    if flags[:1] not in ([], ["answered"]) or len(flags) > 3:
        raise ValueError(f"`{flags[0][:20]}` is no column")
    _, words, since = (*flags, *("", "", "0")[len(flags) :])
    if not digest or not first_id or not all(flags):
        raise ValueError("a column is empty")
    return NoteLine(
        "" if owner == "-" else owner,
        notetype,
        first_id,
        _time(time),
        digest,
        _list(cards),
        bool(flags),
        words,
        _time(since),
    )


def _keep_later(table: dict[Any, T], line: T, places: dict[object, int], number: int) -> None:
    known = table.get(line.key)
    if known is None or known.time < line.time:
        table[line.key] = line
        places[line.key] = number


def _list(column: str) -> tuple[str, ...]:
    return tuple(column.split(",")) if column else ()


def merged_lines(lock: Lock, lines: Iterable[Line]) -> Lock:
    """`lock` with `lines` in place of those of the same name. No line is ever dropped."""
    notes, notetypes, decks = dict(lock.notes), dict(lock.notetypes), dict(lock.decks)
    for line in lines:
        if isinstance(line, NoteLine):
            notes[line.key] = line
        elif isinstance(line, NoteTypeLine):
            notetypes[line.key] = line
        else:
            decks[line.key] = line
    return Lock(lock.namespace, notes, notetypes, decks, lock.file, lock.places)
