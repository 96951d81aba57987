"""`sync`: what a learner wrote in Anki, back into YAML and into the lock."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Literal

from builder import atomic
from builder.commands.sync.answers import (
    Answer,
    LearnerNote,
    Outcome,
    Rendered,
    answers,
    is_touched,
    lock_line,
)
from builder.commands.sync.lines import (
    LockLine,
    agreed_lines,
    has_media,
    is_ahead,
    overruled_lines,
    rendered_notes,
    tagged_lines,
)
from builder.commands.sync.tags import TaggedDefinition, tagged_definitions
from builder.edit.insert import with_block, with_items
from builder.findings import PrepdeckError
from builder.html.blocks import parse_field
from builder.ids import owner_key_and_first_id
from builder.load.files import file_with
from builder.lock import LockPath, Locks, NoteLine, exclusive_access, read_locks, write_locks
from builder.package import ExportedNote, exported_notes
from builder.phrasing import counted
from builder.pipeline import Compiled, compile_project
from builder.project import Project, Role
from builder.render.text import VARIABLE

Preference = Literal["anki", "yaml"]
#: What `--prefer` makes of an answer in doubt.
_DECIDED = {"anki": Outcome.FROM_ANKI, "yaml": Outcome.OVERRULED}

_ANSWERS, _TAGS = "my_answers", "my_tags"


@dataclass(frozen=True, slots=True)
class SyncOptions:
    """What to read, and how. `role` gets the answers to notes that no private role owns.

    `now`: Unix seconds. `prefer` decides where both sides were changed; `dry_run` writes nothing.
    """

    root: Path
    package: Path
    now: int
    role: str | None = None
    prefer: Preference | None = None
    dry_run: bool = False


@dataclass(frozen=True, slots=True)
class FileChange:
    """A file's content before and after. `file`: its path from the project's folder."""

    path: Path
    file: str
    old: bytes
    new: bytes


@dataclass(frozen=True, slots=True)
class SyncResult:
    """What was changed. `in_doubt`: both sides changed these answers, and nothing was written."""

    changes: tuple[FileChange, ...]
    from_anki: tuple[Answer, ...]
    tagged: tuple[TaggedDefinition, ...]
    in_doubt: tuple[Answer, ...]
    overruled: tuple[Answer, ...]
    warnings: tuple[str, ...]


def sync(options: SyncOptions) -> SyncResult:
    """Writes what the learner changed in Anki: YAML first, then the lines in the lock.

    If it is interrupted in between, the next sync finds both sides equal and completes the lock.
    Raises `PrepdeckError` for packages, roles and files that it cannot use; then it writes nothing.
    """
    exported = exported_notes(options.package)
    with exclusive_access(options.root):
        compiled = compile_project(options.root)
        project = compiled.project
        locks, faults = read_locks(project)
        if not project.settings.is_complete or any(fault.is_error for fault in faults):
            # Writing a faulty lock would lose the lines that could not be read.
            raise PrepdeckError(
                "deck.yaml or a lock has faults", help="see them with: prepdeck check"
            )
        notes = _with_roles(options, compiled, locks, exported)
        before = {deck.role: rendered_notes(deck) for deck in compiled.decks}
        judged = answers(project, notes, before, locks, options.now)
        by_outcome, warnings = _by_outcome(options, judged)
        from_anki, overruled = by_outcome[Outcome.FROM_ANKI], by_outcome[Outcome.OVERRULED]
        tagged = tagged_definitions(project, notes, locks, options.now)
        changes = _changes(project, from_anki, tagged)
        if not options.dry_run:
            for change in changes:
                atomic.write(change.path, change.new)
            agreed = [*from_anki, *by_outcome[Outcome.AGREED]]
            roles = [*(answer.role for answer in agreed), *(change.role for change in tagged)]
            after = _rendered(options.root, roles) if roles else {}
            lines = [
                *overruled_lines(overruled, before, options.now),
                *tagged_lines(project, tagged, notes, (before, after), locks, options.now),
                *agreed_lines(agreed, after, options.now),
            ]
            _write_lines(options.root, project, locks, lines)
    return SyncResult(
        changes=tuple(changes),
        from_anki=tuple(from_anki),
        tagged=tuple(tagged),
        in_doubt=tuple(by_outcome[Outcome.IN_DOUBT]),
        overruled=tuple(overruled),
        warnings=tuple(dict.fromkeys(warnings)),
    )


def _with_roles(
    options: SyncOptions, compiled: Compiled, locks: Locks, exported: Iterable[ExportedNote]
) -> list[tuple[LearnerNote, Role]]:
    """The notes of this project, each with the private role that its words belong to."""
    project, package = compiled.project, options.package
    private = {role.id: role for role in project.roles.values() if role.private}
    by_key = {role.key: role for role in private.values()}
    receiver = project.role(options.role, private, "private role") if options.role else None
    notes = list(_learner_notes(compiled, exported))
    if not notes:
        raise PrepdeckError(
            f"{package} has no note of this project",
            help="export the deck that `prepdeck build` made, or the whole collection",
        )
    owners = {by_key[note.owner_key].id for note in notes if note.owner_key in by_key}
    if receiver is not None and (other_owners := owners - {receiver.id}):
        raise PrepdeckError(
            f"{package} has notes of `{min(other_owners)}`, not only of `{receiver.id}`",
            help="leave the role out, or name that one: its answers belong to nobody else",
        )
    with_roles: list[tuple[LearnerNote, Role]] = []
    without_role = 0
    for note in notes:
        role = by_key.get(note.owner_key) or receiver
        if role is not None:
            with_roles.append((note, role))
        elif note.notetype.personal and parse_field(note.answer).blocks:
            line = lock_line(locks, None, note.key)
            without_role += is_touched(note, line, options.now)
    if without_role:
        help = "create a role for them: prepdeck new role"
        if private:
            help = f"name the role that gets them: prepdeck sync {package} ROLE"
            help += f" (yours: {', '.join(private)})"
        message = f"{package} has {counted(without_role, 'answer')} to notes of no private role"
        raise PrepdeckError(message, help=help)
    # A role's own note comes before one of the catalogue's with the same question.
    return sorted(
        with_roles, key=lambda pair: (pair[1].id, pair[0].owner_key != pair[1].key, pair[0].id)
    )


def _learner_notes(compiled: Compiled, exported: Iterable[ExportedNote]) -> Iterator[LearnerNote]:
    namespace = compiled.project.settings.value.namespace
    for note in exported:
        for notetype in compiled.renderer.notetypes.values() if "Id" in note.fields else ():
            id = note.fields["Id"]
            owner = owner_key_and_first_id(namespace, notetype.folder, id, note.guid)
            if owner is not None:
                yield LearnerNote(note, notetype, *owner)


def _by_outcome(
    options: SyncOptions, judged: Iterable[Answer | str]
) -> tuple[dict[Outcome, list[Answer]], list[str]]:
    """The answers by outcome, those in doubt as `--prefer` decides; and what to warn of."""
    by_outcome: dict[Outcome, list[Answer]] = {outcome: [] for outcome in Outcome}
    warnings: list[str] = []
    for answer in judged:
        if isinstance(answer, str):
            warnings.append(answer)
            continue
        if answer.outcome is Outcome.IN_DOUBT and options.prefer is not None:
            answer = replace(answer, outcome=_DECIDED[options.prefer])
        by_outcome[answer.outcome].append(answer)
        warnings += _warnings(answer, options.now)
    return by_outcome, warnings


def _warnings(answer: Answer, now: int) -> Iterator[str]:
    """What a learner should know of an answer. `now`: Unix seconds."""
    if answer.outcome is Outcome.EMPTIED and answer.in_yaml is not None:
        yield f"{answer.name} was emptied in Anki but stays in {answer.in_yaml.file}"
    if answer.outcome not in (Outcome.FROM_ANKI, Outcome.AGREED):
        return
    if (
        answer.outcome is Outcome.FROM_ANKI
        and answer.in_yaml
        and VARIABLE.search(answer.in_yaml.text)
    ):
        yield f"{answer.name} had variables in YAML; now it has their values"
    lost = ", ".join(map(str, answer.lost))
    if has_media(answer.lost):
        yield f"{answer.name} has {lost}, in Anki only: changes in YAML do not reach this note"
    elif lost:
        yield f"{answer.name} has {lost}: Anki loses that when you next change the answer in YAML"
    if is_ahead(answer.note, now):
        yield f"{answer.name} was edited with a clock that is ahead of this one: sync again later"


def _changes(
    project: Project, from_anki: Iterable[Answer], tagged: Iterable[TaggedDefinition]
) -> list[FileChange]:
    """The files with the answers and tags in them."""
    contents: dict[str, tuple[bytes, bytes]] = {}

    def change(file: str, edit: Callable[[bytes], bytes]) -> None:
        if file not in contents:
            content = (project.root / file).read_bytes()
            contents[file] = content, content
        old, new = contents[file]
        contents[file] = old, edit(new)

    for answer in from_anki:
        file = answer.in_yaml.file if answer.in_yaml else _file(project, answer.role, _ANSWERS)
        id, text = answer.definition.id, answer.in_anki
        change(file, partial(with_block, file=file, section=_ANSWERS, key=id, text=text))
    for definition in tagged:
        role, id = definition.role, definition.definition.id
        in_yaml = role.tags.get(id)
        file = in_yaml[0].file if in_yaml else _file(project, role, _TAGS)
        tags = definition.tags
        change(file, partial(with_items, file=file, section=_TAGS, key=id, items=tags))
    return [FileChange(project.root / file, file, *pair) for file, pair in contents.items()]


def _file(project: Project, role: Role, section: str) -> str:
    """The role's file that has the section, or the one with `role:`."""
    path = file_with(project.root, role.id, section)
    return path.relative_to(project.root).as_posix() if path else role.span.file


def _rendered(root: Path, roles: Iterable[Role]) -> dict[str, Rendered]:
    """The roles' notes as the files have them now."""
    active = tuple(sorted({role.id for role in roles if role.retired is None}))
    decks = compile_project(root, active).decks if active else ()
    return {deck.role: rendered_notes(deck) for deck in decks}


def _write_lines(root: Path, project: Project, locks: Locks, lines: Iterable[LockLine]) -> None:
    by_lock: dict[LockPath, tuple[NoteLine, ...]] = {}
    for path, line in lines:
        by_lock[path] = (*by_lock.get(path, ()), line)
    write_locks(root, project.settings.value.namespace, locks, by_lock)
