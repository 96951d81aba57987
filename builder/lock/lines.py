"""A lock file's lines: text that merges, diffs and reads well.

    prepdeck-lock  1  <namespace>  <lines>  <sum>
    deck      <key>     <id>    <own|shared>  <name>
    notetype  <folder>  <time>    <digest>  <personal|reference>  <fields>  <card[=gate]>  <name>
    notetype  <folder>  <time>    <digest>  <personal|reference>  <fields>  <card:cloze>   <name>
    note      <owner>   <folder>  <first id>  <time>  <digest>  <cards>  [answered|defined [words]]

The header has the number of the other lines and their sum, so that a lost line is seen; older
headers end with the namespace. Two headers are what a union merge leaves.

Tabs separate the columns, commas the parts of a list. `<key>` and `<owner>` are keys of roles; a
note without an owner has `-` there. The cards of a cloze note are `<number>=<digest of what is
hidden>`, such as `c1=0a1b2c3d`. `<words>` are digests of every words that the note was packed with
or that a sync took, in that order: `+` stands before what was taken, `-` is for no words, `?` for
words that nobody remembers. `!<digest>=<digest>` is a decision: the first was in Anki, the second
in YAML, and the learner wanted YAML's.

Times are Unix seconds: Anki compares them with those of the learner's copy.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar

from builder.digests import NO_WORDS
from builder.findings import Span

FORMAT = "1"

#: Stands before the digest of words that a sync took, before one of words that the learner decided
#: against, and in place of one that nobody remembers.
TAKEN, DECLINED, FORGOTTEN = "+", "!", "?"

#: The first of a note's cards where its deck packs another owner's note in its place.
_DROPPED = "-"


@dataclass(frozen=True, slots=True)
class NoteLine:
    """A note as it was last packed; `time` in Unix seconds.

    `cards` are keys of templates; of a cloze note `c1=` and a digest, see `NoteType.card_keys`.

    `answered`: a personal note that has, or once had, an answer from YAML. `words`: the digests of
    all words of the learner's that it was packed with, or that a sync took, the latest last. Older
    versions kept the last one alone, by another digest, which has more digits.

    `dropped`: its owner's deck now packs the definition as another owner's note. The line says so
    from the next build on, and that is how one build reports it and no later one.
    """

    owner_key: str
    notetype: str
    first_id: str
    time: int
    digest: str
    cards: tuple[str, ...]
    answered: bool = False
    words: tuple[str, ...] = ()
    dropped: bool = False

    @property
    def key(self) -> tuple[str, str, str]:
        return self.owner_key, self.notetype, self.first_id

    def __str__(self) -> str:
        columns = ["note", self.owner_key or "-", self.notetype, self.first_id, str(self.time)]
        cards = (_DROPPED, *self.cards) if self.dropped else self.cards
        columns += [self.digest, ",".join(cards)]
        if self.answered or self.words:
            columns.append("answered" if self.answered else "defined")
        if self.words:
            columns.append(",".join(self.words))
        return "\t".join(columns)


@dataclass(frozen=True, slots=True)
class NoteTypeLine:
    """A note type as it was last packed; `time` in Unix seconds.

    `fields` and `cards` must not change. They are keys; behind a card's key stands `=` and its
    gate's, if it has a gate.
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
    """A role's deck: Anki knows it by its name only. `notes` is `own` or `shared`."""

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


def sum_of(lines: Iterable[str]) -> str:
    """The sum in a header: 64 bits of SHA-256 over the other lines, in any order."""
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()[:16]


def cards_and_dropped(cards: tuple[str, ...]) -> tuple[tuple[str, ...], bool]:
    """What the column of a note's cards says: the keys of its templates, and `dropped`."""
    return (cards[1:], True) if cards[:1] == (_DROPPED,) else (cards, False)


def with_words(words: tuple[str, ...], digest: str, *, taken: bool = False) -> tuple[str, ...]:
    """`words` with a digest at their end, where `+` tells that a sync took it."""
    others = tuple(
        known
        for known in words
        if known.removeprefix(TAKEN) != digest
        and not (taken and known.startswith(f"{DECLINED}{digest}="))
    )
    was_taken = taken or f"{TAKEN}{digest}" in words
    return (*others, f"{TAKEN}{digest}" if was_taken else digest)


def with_declined(words: tuple[str, ...], digest: str, preferred: str) -> tuple[str, ...]:
    """`words`, and before them that the learner decided for `preferred`, which YAML has."""
    declined = f"{DECLINED}{digest}={preferred}"
    return words if declined in words else (declined, *(words or (NO_WORDS,)))


def declined_for(words: tuple[str, ...], digest: str) -> tuple[str, ...]:
    """The digests of those words of YAML's that the learner decided for, against `digest`."""
    head = f"{DECLINED}{digest}="
    return tuple(known.removeprefix(head) for known in words if known.startswith(head))


#: A line with a time and a digest.
TimedLine = TypeVar("TimedLine", NoteLine, NoteTypeLine)


@dataclass(frozen=True, slots=True)
class Lock:
    """One lock file. `line_numbers`: where the line of each key stands, from 1."""

    namespace: str = ""
    notes: Mapping[tuple[str, str, str], NoteLine] = field(default_factory=dict)
    notetypes: Mapping[str, NoteTypeLine] = field(default_factory=dict)
    decks: Mapping[str, DeckLine] = field(default_factory=dict)
    file: str = ""
    line_numbers: Mapping[object, int] = field(default_factory=dict)

    def text(self) -> str:
        """The file: header, decks, note types, notes, each sorted, so that a diff is the change."""
        lines = [str(self.decks[key]) for key in sorted(self.decks)]
        lines += [str(self.notetypes[key]) for key in sorted(self.notetypes)]
        lines += [str(self.notes[key]) for key in sorted(self.notes)]
        header = ["prepdeck-lock", FORMAT, self.namespace, str(len(lines)), sum_of(lines)]
        return "\n".join(["\t".join(header), *lines]) + "\n"

    def line_like(self, line: Line) -> Line | None:
        """This file's line about the same note, note type or deck."""
        if isinstance(line, NoteLine):
            return self.notes.get(line.key)
        if isinstance(line, NoteTypeLine):
            return self.notetypes.get(line.key)
        return self.decks.get(line.key)

    def has_lines_of(self, other: Lock) -> bool:
        """Whether both have the same lines, in any order."""
        mine, others = ((lock.notes, lock.notetypes, lock.decks) for lock in (self, other))
        return mine == others

    def span(self, key: object) -> Span:
        """Where the line of `key` stands; the first line when no line has that key."""
        number = self.line_numbers.get(key, 1)
        return Span(self.file, number, 1, number, 1)


def hidden_in(line: NoteLine) -> dict[str, str]:
    """The digests of what a cloze note hides, by `c1` and so on; empty for other notes."""
    slots = (slot.partition("=") for slot in line.cards)
    return {key: digest for key, sign, digest in slots if sign}


def merged_lines(lock: Lock, lines: Iterable[Line]) -> Lock:
    """`lock` with `lines` in place of those with the same keys. No line is ever dropped."""
    notes, notetypes, decks = dict(lock.notes), dict(lock.notetypes), dict(lock.decks)
    for line in lines:
        if isinstance(line, NoteLine):
            notes[line.key] = line
        elif isinstance(line, NoteTypeLine):
            notetypes[line.key] = line
        else:
            decks[line.key] = line
    return replace(lock, notes=notes, notetypes=notetypes, decks=decks)
