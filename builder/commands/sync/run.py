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
        locks, lock_findings = read_locks(project)
        if not project.settings.is_complete or any(finding.is_error for finding in lock_findings):
            # Writing a faulty lock would lose the lines that could not be read.
            raise PrepdeckError(
                "deck.yaml or a lock has faults", help="see them with: prepdeck check"
            )
        notes_with_roles = _with_roles(options, compiled, locks, exported)
        rendered_before = {deck.role: rendered_notes(deck) for deck in compiled.decks}
        judged_answers = answers(project, notes_with_roles, rendered_before, locks, options.now)
        answers_by_outcome, warnings = _by_outcome(options, judged_answers)
        from_anki = answers_by_outcome[Outcome.FROM_ANKI]
        overruled = answers_by_outcome[Outcome.OVERRULED]
        tagged = tagged_definitions(project, notes_with_roles, locks, options.now)
        file_changes = _changes(project, from_anki, tagged)
        if not options.dry_run:
            for change in file_changes:
                atomic.write(change.path, change.new)
            agreed_answers = [*from_anki, *answers_by_outcome[Outcome.AGREED]]
            changed_roles = [
                *(answer.role for answer in agreed_answers),
                *(change.role for change in tagged),
            ]
            rendered_after = _rendered(options.root, changed_roles) if changed_roles else {}
            lock_lines = [
                *overruled_lines(overruled, rendered_before, options.now),
                *tagged_lines(
                    project,
                    tagged,
                    notes_with_roles,
                    (rendered_before, rendered_after),
                    locks,
                    options.now,
                ),
                *agreed_lines(agreed_answers, rendered_after, options.now),
            ]
            _write_lines(options.root, project, locks, lock_lines)
    return SyncResult(
        changes=tuple(file_changes),
        from_anki=tuple(from_anki),
        tagged=tuple(tagged),
        in_doubt=tuple(answers_by_outcome[Outcome.IN_DOUBT]),
        overruled=tuple(overruled),
        warnings=tuple(dict.fromkeys(warnings)),
    )


def _with_roles(
    options: SyncOptions, compiled: Compiled, locks: Locks, exported: Iterable[ExportedNote]
) -> list[tuple[LearnerNote, Role]]:
    """The notes of this project, each with the private role that its words belong to."""
    project, package_path = compiled.project, options.package
    private_by_id = {role.id: role for role in project.roles.values() if role.private}
    role_by_key = {role.key: role for role in private_by_id.values()}
    receiver = project.role(options.role, private_by_id, "private role") if options.role else None
    learner_notes = list(_learner_notes(compiled, exported))
    if not learner_notes:
        raise PrepdeckError(
            f"{package_path} has no note of this project",
            help="export the deck that `prepdeck build` made, or the whole collection",
        )
    owner_role_ids = {
        role_by_key[note.owner_key].id for note in learner_notes if note.owner_key in role_by_key
    }
    if receiver is not None and (other_role_ids := owner_role_ids - {receiver.id}):
        raise PrepdeckError(
            f"{package_path} has notes of `{min(other_role_ids)}`, not only of `{receiver.id}`",
            help="leave the role out, or name that one: its answers belong to nobody else",
        )
    notes_with_roles: list[tuple[LearnerNote, Role]] = []
    unowned_count = 0
    for note in learner_notes:
        role = role_by_key.get(note.owner_key) or receiver
        if role is not None:
            notes_with_roles.append((note, role))
        elif note.notetype.personal and parse_field(note.answer).blocks:
            note_line = lock_line(locks, None, note.key)
            unowned_count += is_touched(note, note_line, options.now)
    if unowned_count:
        help = "create a role for them: prepdeck new role"
        if private_by_id:
            help = f"name the role that gets them: prepdeck sync {package_path} ROLE"
            help += f" (yours: {', '.join(private_by_id)})"
        message = (
            f"{package_path} has {counted(unowned_count, 'answer')} to notes of no private role"
        )
        raise PrepdeckError(message, help=help)
    # A role's own note comes before one of the catalogue's with the same question.
    return sorted(
        notes_with_roles,
        key=lambda pair: (pair[1].id, pair[0].owner_key != pair[1].key, pair[0].id),
    )


def _learner_notes(compiled: Compiled, exported: Iterable[ExportedNote]) -> Iterator[LearnerNote]:
    namespace = compiled.project.settings.value.namespace
    for note in exported:
        for notetype in compiled.renderer.notetypes.values() if "Id" in note.fields else ():
            note_id = note.fields["Id"]
            owner_and_first_id = owner_key_and_first_id(
                namespace, notetype.folder, note_id, note.guid
            )
            if owner_and_first_id is not None:
                yield LearnerNote(note, notetype, *owner_and_first_id)


def _by_outcome(
    options: SyncOptions, judged_answers: Iterable[Answer | str]
) -> tuple[dict[Outcome, list[Answer]], list[str]]:
    """The answers by outcome, those in doubt as `--prefer` decides; and what to warn of."""
    answers_by_outcome: dict[Outcome, list[Answer]] = {outcome: [] for outcome in Outcome}
    warnings: list[str] = []
    for answer in judged_answers:
        if isinstance(answer, str):
            warnings.append(answer)
            continue
        if answer.outcome is Outcome.IN_DOUBT and options.prefer is not None:
            answer = replace(answer, outcome=_DECIDED[options.prefer])
        answers_by_outcome[answer.outcome].append(answer)
        warnings += _warnings(answer, options.now)
    return answers_by_outcome, warnings


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
    loss_text = ", ".join(map(str, answer.lost))
    if has_media(answer.lost):
        yield f"{answer.name} has {loss_text}, in Anki only: changes in YAML do not reach this note"
    elif loss_text:
        yield (
            f"{answer.name} has {loss_text}: "
            "Anki loses that when you next change the answer in YAML"
        )
    if is_ahead(answer.note, now):
        yield f"{answer.name} was edited with a clock that is ahead of this one: sync again later"


def _changes(
    project: Project, from_anki: Iterable[Answer], tagged: Iterable[TaggedDefinition]
) -> list[FileChange]:
    """The files with the answers and tags in them."""
    contents_by_file: dict[str, tuple[bytes, bytes]] = {}

    def change(file: str, edit: Callable[[bytes], bytes]) -> None:
        if file not in contents_by_file:
            file_content = (project.root / file).read_bytes()
            contents_by_file[file] = file_content, file_content
        old_content, new_content = contents_by_file[file]
        contents_by_file[file] = old_content, edit(new_content)

    for answer in from_anki:
        yaml_file = answer.in_yaml.file if answer.in_yaml else _file(project, answer.role, _ANSWERS)
        definition_id, answer_text = answer.definition.id, answer.in_anki
        change(
            yaml_file,
            partial(
                with_block, file=yaml_file, section=_ANSWERS, key=definition_id, text=answer_text
            ),
        )
    for tagged_definition in tagged:
        role, definition_id = tagged_definition.role, tagged_definition.definition.id
        tag_nodes = role.tags.get(definition_id)
        yaml_file = tag_nodes[0].file if tag_nodes else _file(project, role, _TAGS)
        tags = tagged_definition.tags
        change(
            yaml_file,
            partial(with_items, file=yaml_file, section=_TAGS, key=definition_id, items=tags),
        )
    return [
        FileChange(project.root / yaml_file, yaml_file, *old_and_new)
        for yaml_file, old_and_new in contents_by_file.items()
    ]


def _file(project: Project, role: Role, section: str) -> str:
    """The role's file that has the section, or the one with `role:`."""
    yaml_path = file_with(project.root, role.id, section)
    return yaml_path.relative_to(project.root).as_posix() if yaml_path else role.span.file


def _rendered(root: Path, roles: Iterable[Role]) -> dict[str, Rendered]:
    """The roles' notes as the files have them now."""
    active_ids = tuple(sorted({role.id for role in roles if role.retired is None}))
    decks = compile_project(root, active_ids).decks if active_ids else ()
    return {deck.role: rendered_notes(deck) for deck in decks}


def _write_lines(root: Path, project: Project, locks: Locks, lines: Iterable[LockLine]) -> None:
    lines_by_lock: dict[LockPath, tuple[NoteLine, ...]] = {}
    for lock_path, note_line in lines:
        lines_by_lock[lock_path] = (*lines_by_lock.get(lock_path, ()), note_line)
    write_locks(root, project.settings.value.namespace, locks, lines_by_lock)
