"""`sync`: what a learner wrote in Anki, back into YAML and into the lock."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from builder import atomic, inside
from builder.commands.sync.decide import Decide, Decisions, Preference
from builder.commands.sync.lines import LockLine, is_ahead, tagged_lines, word_lines
from builder.commands.sync.tags import TaggedDefinition, tagged_definitions
from builder.edit.insert import with_block, with_items, with_text
from builder.findings import PrepdeckError
from builder.load import load
from builder.load.files import file_with
from builder.lock import Locks, exclusive_access, lines_by_file, read_locks, write_locks
from builder.package import exported_collection
from builder.pipeline import Compiled, compile_loaded, compile_project
from builder.project import Project, Role
from builder.render.text import VARIABLE
from builder.words.collections import collections_of, memory_after
from builder.words.differences import fields_beside_answers
from builder.words.judge import Outcome
from builder.words.memory import remember, remembered
from builder.words.notes import Packed, learner_notes, owned_notes, packed_notes
from builder.words.texts import ANSWERS, LearnerText, learner_texts
from builder.words.unread import about_strangers

_TAGS = "my_tags"


@dataclass(frozen=True, slots=True)
class SyncOptions:
    """What to read, and how. `role` gets the answers to notes that no private role owns.

    `now`: Unix seconds. `prefer` decides where both sides were changed, for the definitions of
    `only` (as `id`, of `role` if that is named, or as `role:id`), or for all; `decide` is asked for
    each of the rest. `dry_run` writes nothing.
    """

    root: Path
    package: Path
    now: int
    role: str | None = None
    prefer: Preference | None = None
    dry_run: bool = False
    only: Sequence[str] = ()
    decide: Decide | None = None


@dataclass(frozen=True, slots=True)
class FileChange:
    """A file's content before and after. `file`: its path from the project's folder."""

    path: Path
    file: str
    old: bytes
    new: bytes


@dataclass(frozen=True, slots=True)
class SyncResult:
    """What was changed. `in_doubt`: both sides changed these texts, and nothing was written.

    `has_reviews`: the export has reviews, by which the collection is known again.
    """

    changes: tuple[FileChange, ...]
    from_anki: tuple[LearnerText, ...]
    tagged: tuple[TaggedDefinition, ...]
    in_doubt: tuple[LearnerText, ...]
    overruled: tuple[LearnerText, ...]
    warnings: tuple[str, ...]
    has_reviews: bool = field(default=False, compare=False)


def sync(options: SyncOptions) -> SyncResult:
    """Writes what the learner changed in Anki: YAML first, then the lines in the lock.

    If it is interrupted in between, the next sync finds both sides equal and writes the lines.
    Raises `PrepdeckError` for packages, roles and files that it cannot use; then it writes nothing.
    """
    exported = exported_collection(options.package)
    with exclusive_access(options.root):
        compiled = _compiled(options.root)
        project = compiled.project
        locks, lock_findings = read_locks(project)
        if not project.settings.is_complete or any(finding.is_error for finding in lock_findings):
            # Writing a faulty lock would lose the lines that could not be read.
            raise PrepdeckError(
                "deck.yaml or a lock has faults", help="see them with: prepdeck check"
            )
        own_notes = list(learner_notes(compiled, exported.notes, locks))
        notes = owned_notes(compiled, str(options.package), own_notes, options.role)
        collections = collections_of(exported, notes, options.now)
        memories = {folder: remembered(options.root, folder) for folder in collections}
        found = list(learner_texts(project, notes, locks, collections, memories, options.now))
        decisions = Decisions(options.prefer, options.only, options.role, options.decide)
        texts, warnings = decisions.applied(
            project, [text for text in found if isinstance(text, LearnerText)]
        )
        warnings += [message for message in found if isinstance(message, str)]
        warnings += about_strangers(project, own_notes)
        warnings += [warning for text in texts for warning in _warnings(text, options.now)]
        by_outcome = {
            outcome: [text for text in texts if text.outcome is outcome] for outcome in Outcome
        }
        warnings += fields_beside_answers(notes, locks, options.now)
        from_anki, overruled = by_outcome[Outcome.FROM_ANKI], by_outcome[Outcome.OVERRULED]
        tagged = tagged_definitions(project, notes, locks, options.now)
        file_changes = _changes(project, from_anki, tagged)
        if not options.dry_run:
            for change in file_changes:
                atomic.write(change.path, change.new, options.root, keep_link=True)
            after = _packed(options.root, (change.role for change in tagged)) if tagged else {}
            doubted = {text.owned.note.name for text in by_outcome[Outcome.IN_DOUBT]}
            # A line declines all words of a note: not while one of its texts is in doubt.
            declined = [text for text in overruled if text.owned.note.name not in doubted]
            lock_lines = [
                *word_lines([*by_outcome[Outcome.AGREED], *from_anki, *declined], locks),
                *tagged_lines(project, tagged, notes, after, locks, options.now),
            ]
            _write_lines(options.root, project, locks, lock_lines)
            unsettled = {*doubted, *(text.owned.note.name for text in overruled)}
            for folder, collection in collections.items():
                own = [owned for owned in notes if owned.role.folder == folder]
                after_sync = memory_after(memories[folder], collection, own, unsettled)
                remember(options.root, folder, after_sync)
    return SyncResult(
        changes=tuple(file_changes),
        from_anki=tuple(from_anki),
        tagged=tuple(tagged),
        in_doubt=tuple(by_outcome[Outcome.IN_DOUBT]),
        overruled=tuple(overruled),
        warnings=tuple(dict.fromkeys(warnings)),
        has_reviews=bool(exported.reviews),
    )


def _compiled(root: Path) -> Compiled:
    """The project with the decks of retired roles: what was written in these counts too."""
    project, findings = load(root)
    roles = {
        id: replace(role, value=replace(role.value, retired=None))
        if role.private and role.value is not None
        else role
        for id, role in project.roles.items()
    }
    return compile_loaded(replace(project, roles=roles), findings, ())


def _warnings(text: LearnerText, now: int) -> Iterator[str]:
    """What a learner should know of a text. `now`: Unix seconds."""
    if text.outcome is Outcome.EMPTIED and text.in_yaml is not None:
        yield f"{text.name} was emptied in Anki but stays in {text.in_yaml.file}"
    if text.outcome not in (Outcome.FROM_ANKI, Outcome.AGREED):
        return
    if text.outcome is Outcome.FROM_ANKI and text.in_yaml and VARIABLE.search(text.in_yaml.text):
        yield f"{text.name} had variables in YAML; now it has their values"
    if text.lost:
        yield f"{text.name} has {', '.join(map(str, text.lost))}, in Anki only: YAML cannot say it"
    if is_ahead(text.owned, now):
        yield f"{text.name} was edited with a clock that is ahead of this one"


def _changes(
    project: Project, from_anki: Iterable[LearnerText], tagged: Iterable[TaggedDefinition]
) -> list[FileChange]:
    """The files with the texts and tags in them."""
    contents_by_file: dict[str, tuple[bytes, bytes]] = {}

    def change(file: str, edit: Callable[[bytes], bytes]) -> None:
        if file not in contents_by_file:
            file_content = inside.content(project.root / file, project.root)
            contents_by_file[file] = file_content, file_content
        old_content, new_content = contents_by_file[file]
        contents_by_file[file] = old_content, edit(new_content)

    for text in from_anki:
        if text.is_answer:
            yaml_file = text.in_yaml.file if text.in_yaml else _file(project, text.role, ANSWERS)
            section, key = text.path
            edit = partial(with_block, file=yaml_file, section=section, key=key, text=text.in_anki)
        else:
            assert text.in_yaml is not None
            yaml_file = text.in_yaml.file
            edit = partial(with_text, file=yaml_file, path=text.path, text=text.in_anki)
        change(yaml_file, edit)
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
    """The role's file that has the section, or the one with `role:` or `me:`."""
    yaml_path = file_with(project.root, role.id, section)
    return yaml_path.relative_to(project.root).as_posix() if yaml_path else role.span.file


def _packed(root: Path, roles: Iterable[Role]) -> Packed:
    """The notes of the roles, and of the roles of these persons, as the files have them now."""
    folders = {role.folder for role in roles}
    return {
        key: note
        for key, note in packed_notes(compile_project(root).decks).items()
        if key[0] in folders
    }


def _write_lines(root: Path, project: Project, locks: Locks, lines: Iterable[LockLine]) -> None:
    write_locks(root, project.settings.value.namespace, locks, lines_by_file(lines))
