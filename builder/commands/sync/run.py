"""`sync`: what a learner wrote in Anki, back into YAML and into the lock."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Literal

from builder import atomic
from builder.commands.sync.answers import Answer, Fate, Mine, answers, is_touched, known_line
from builder.commands.sync.lines import (
    Rendered,
    agreed_lines,
    by_name,
    has_media,
    is_ahead,
    overruled_lines,
    tagged_lines,
)
from builder.commands.sync.tags import Tagged, tagged
from builder.edit.texts import with_block, with_items
from builder.findings import PrepdeckError
from builder.html.blocks import parse_field
from builder.ids import owner_and_first_id
from builder.load.files import file_with
from builder.lock import LockPath, Locks, NoteLine, alone, read_locks, write_locks
from builder.package.packed import ExportedNote, exported_notes
from builder.phrasing import counted
from builder.pipeline import Compiled, compile_project
from builder.project import Project, Role
from builder.render.text import VARIABLE

Preference = Literal["anki", "yaml"]

_ANSWERS, _TAGS = "my_answers", "my_tags"


@dataclass(frozen=True, slots=True)
class SyncOptions:
    """What to read, and how. `role` takes the answers to notes that no private role owns.

    `now`: Unix seconds. `prefer` decides where both sides were changed; `dry_run` writes nothing.
    """

    root: Path
    package: Path
    now: int
    role: str | None = None
    prefer: Preference | None = None
    dry_run: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """A file, and what stands in it before and after."""

    path: Path
    file: str
    old: bytes
    new: bytes

    def diff(self) -> str:
        """What changes, as `diff -u` shows it."""
        return _diff(self.old.decode("utf-8"), self.new.decode("utf-8"), self.file, self.file)


@dataclass(frozen=True, slots=True)
class Synced:
    """What was found and done. `doubted`: both sides changed these, and nothing was written."""

    changes: tuple[Change, ...]
    taken: tuple[Answer, ...]
    tagged: tuple[Tagged, ...]
    doubted: tuple[Answer, ...]
    overruled: tuple[Answer, ...]
    warnings: tuple[str, ...]


@dataclass(slots=True)
class _Sorted:
    """The answers by what becomes of them."""

    taken: list[Answer] = field(default_factory=list)
    agreed: list[Answer] = field(default_factory=list)
    doubted: list[Answer] = field(default_factory=list)
    overruled: list[Answer] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def sync(order: SyncOptions) -> Synced:
    """Writes what the learner changed in Anki: YAML first, then the lines in the lock.

    If it ends in between, the next `sync` finds both sides equal, and mends the lock. Raises
    `PrepdeckError` for packages, roles and files that it cannot use; then nothing is written.
    """
    exported = exported_notes(order.package)
    with alone(order.root):
        compiled = compile_project(order.root)
        project = compiled.project
        locks, faults = read_locks(project)
        if not project.settings.is_complete or any(fault.is_error for fault in faults):
            # A faulty lock written anew would lose the lines that could not be read.
            raise PrepdeckError(
                "deck.yaml or a lock has faults", help="see them with: prepdeck check"
            )
        placed = _placed(order, compiled, locks, exported)
        before = {deck.role: by_name(deck) for deck in compiled.decks}
        found = _sorted(order, answers(project, placed, before, locks, order.now))
        tags = tagged(project, placed, locks, order.now)
        changes = _changes(project, found.taken, tags)
        if not order.dry_run:
            for change in changes:
                atomic.write(change.path, change.new)
            agreed = [*found.taken, *found.agreed]
            concerned = [*(one.role for one in agreed), *(one.role for one in tags)]
            after = _rendered(order.root, concerned) if concerned else {}
            lines = [
                *overruled_lines(found.overruled, before, order.now),
                *tagged_lines(project, tags, placed, (before, after), locks, order.now),
                *agreed_lines(agreed, after, order.now),
            ]
            _remember(order.root, project, locks, lines)
    return Synced(
        tuple(changes),
        tuple(found.taken),
        tuple(tags),
        tuple(found.doubted),
        tuple(found.overruled),
        tuple(dict.fromkeys(found.warnings)),
    )


def both_sides(answer: Answer) -> str:
    """The two sides of an answer that both changed, as `diff -u` shows them."""
    assert answer.said is not None
    return _diff(f"{answer.said.text.strip()}\n", f"{answer.text}\n", answer.said.file, "Anki")


def _diff(old: str, new: str, before: str, after: str) -> str:
    pair = (old.splitlines(keepends=True), new.splitlines(keepends=True))
    lines = difflib.unified_diff(*pair, before, after)
    return "".join(line if line.endswith("\n") else f"{line}\n" for line in lines)


def _placed(
    order: SyncOptions, compiled: Compiled, locks: Locks, exported: Iterable[ExportedNote]
) -> list[tuple[Mine, Role]]:
    """The notes of this project, each with the private role whose words are in it."""
    project = compiled.project
    private = {role.id: role for role in project.roles.values() if role.private}
    by_key = {role.key: role for role in private.values()}
    taker = project.role(order.role, private, "private role") if order.role else None
    mine = list(_mine(compiled, exported))
    if not mine:
        raise PrepdeckError(
            f"no note in {order.package} is this project's",
            help="export the deck that `prepdeck build` made, or the whole collection",
        )
    others = {by_key[one.owner_key].id for one in mine if one.owner_key in by_key} - {order.role}
    if taker is not None and others:
        raise PrepdeckError(
            f"{order.package} has notes of `{min(others)}`, not of `{taker.id}` alone",
            help="nobody else's words belong there: leave the role out, or name that one",
        )
    placed: list[tuple[Mine, Role]] = []
    homeless = 0
    for one in mine:
        role = by_key.get(one.owner_key) or taker
        if role is not None:
            placed.append((one, role))
        elif one.notetype.personal and parse_field(one.answer).blocks:
            line = known_line(locks, None, one.line)
            homeless += is_touched(one, line, order.now)
    if homeless:
        help = "begin a role that takes them: prepdeck new role"
        if private:
            help = f"name the role that takes them: prepdeck sync {order.package} ROLE"
            help += f" (yours: {', '.join(private)})"
        what = f"{counted(homeless, 'answer')} in {order.package}"
        raise PrepdeckError(f"{what} belong to no private role's notes", help=help)
    # A role's own note counts before one of the catalogue's that says the same question.
    return sorted(
        placed, key=lambda pair: (pair[1].id, pair[0].owner_key != pair[1].key, pair[0].id)
    )


def _mine(compiled: Compiled, exported: Iterable[ExportedNote]) -> Iterable[Mine]:
    namespace = compiled.project.settings.value.namespace
    for note in exported:
        for notetype in compiled.renderer.notetypes.values() if "Id" in note.fields else ():
            said = note.fields["Id"]
            name = owner_and_first_id(namespace, notetype.folder, said, note.guid)
            if name is not None:
                yield Mine(note, notetype, *name)


def _sorted(order: SyncOptions, judged: Iterable[Answer | str]) -> _Sorted:
    found = _Sorted()
    by_fate = {Fate.TAKEN: found.taken, Fate.AGREED: found.agreed, Fate.DOUBTED: found.doubted}
    if order.prefer is not None:
        by_fate[Fate.DOUBTED] = found.taken if order.prefer == "anki" else found.overruled
    for answer in judged:
        if isinstance(answer, str):
            found.warnings.append(answer)
            continue
        if answer.fate in by_fate:
            by_fate[answer.fate].append(answer)
        found.warnings += _warnings(order, answer)
    return found


def _warnings(order: SyncOptions, answer: Answer) -> Iterable[str]:
    """What a learner should know of an answer."""
    if answer.fate is Fate.EMPTIED and answer.said is not None:
        place = answer.said.file
        yield f"{answer.name} was emptied in Anki; it stays in {place} until you take it out there"
    if answer.fate not in (Fate.TAKEN, Fate.AGREED):
        return
    if answer.fate is Fate.TAKEN and answer.said and VARIABLE.search(answer.said.text):
        yield f"{answer.name} had variables: their values are written out now"
    if has_media(answer.lost):
        what = ", ".join(map(str, answer.lost))
        yield f"{answer.name} has {what}: Anki alone keeps that, so no change here reaches the note"
    elif answer.lost:
        what = ", ".join(map(str, answer.lost))
        yield f"{answer.name} has {what}: gone from Anki when you next change the answer here"
    if is_ahead(answer.mine, order.now):
        yield f"{answer.name} was written by a clock that runs ahead: sync again when it is later"


def _changes(project: Project, taken: Iterable[Answer], tags: Iterable[Tagged]) -> list[Change]:
    """The files with the answers and tags in them."""
    changed: dict[str, tuple[bytes, bytes]] = {}

    def change(file: str, edit: Callable[[bytes], bytes]) -> None:
        if file not in changed:
            old = (project.root / file).read_bytes()
            changed[file] = old, old
        old, new = changed[file]
        changed[file] = old, edit(new)

    for answer in taken:
        file = answer.said.file if answer.said else _home(project, answer.role, _ANSWERS)
        id, text = answer.definition.id, answer.text
        change(file, partial(with_block, file=file, section=_ANSWERS, key=id, text=text))
    for one in tags:
        known = one.role.tags.get(one.definition.id)
        file = known[0].file if known else _home(project, one.role, _TAGS)
        id, items = one.definition.id, one.tags
        change(file, partial(with_items, file=file, section=_TAGS, key=id, items=items))
    return [Change(project.root / file, file, *pair) for file, pair in changed.items()]


def _home(project: Project, role: Role, section: str) -> str:
    path = file_with(project.root, role.id, section)
    return path.relative_to(project.root).as_posix() if path else role.span.file


def _rendered(root: Path, roles: Iterable[Role]) -> dict[str, Rendered]:
    """The roles' notes as the files have them now."""
    alive = tuple(sorted({role.id for role in roles if role.retired is None}))
    decks = compile_project(root, alive).decks if alive else ()
    return {deck.role: by_name(deck) for deck in decks}


def _remember(
    root: Path, project: Project, locks: Locks, lines: Iterable[tuple[LockPath, NoteLine]]
) -> None:
    lock_at: dict[LockPath, tuple[NoteLine, ...]] = {}
    for home, line in lines:
        lock_at[home] = (*lock_at.get(home, ()), line)
    write_locks(root, project.settings.value.namespace, locks, lock_at)
