"""The learner's notes in an export, each with whose it is and how prepdeck packs it now."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from builder.deck import Deck, Note, NoteType, note_digest, owned_id
from builder.digests import base_in, without_employer
from builder.findings import PrepdeckError
from builder.html.blocks import parse_field
from builder.ids import OWN, note_guid, owner_key_and_first_id
from builder.lock import RELEASED, Locks, NoteLine, note_paths
from builder.lock.slow_clock import is_learners
from builder.owner import owned
from builder.package import ExportedNote
from builder.phrasing import counted
from builder.pipeline import Compiled
from builder.project import Definition, Project, Role
from builder.words.judge import Known, Words


@dataclass(frozen=True, slots=True)
class LearnerNote:
    """A note of this project as a learner has it."""

    exported: ExportedNote
    notetype: NoteType
    owner_key: str
    first_id: str

    @property
    def key(self) -> tuple[str, str, str]:
        """The key of its line in the locks."""
        return self.owner_key, self.notetype.folder, self.first_id

    @property
    def id(self) -> str:
        """The content of its field `Id`."""
        return owned_id(self.owner_key, self.first_id)

    @property
    def name(self) -> str:
        """How the memory of syncs names it."""
        return "\t".join(self.key)

    @property
    def is_slow(self) -> bool:
        """Whether it holds words of the learner's: an answer, or what their role defines."""
        return self.notetype.personal or self.first_id.startswith(OWN)

    def field(self, key: str) -> str:
        """The field of that key, as HTML; empty where the learner's note type has none."""
        name = self.notetype.fields[self.notetype.index(key)].name
        return self.exported.fields.get(name, "")

    @property
    def answer(self) -> str:
        """The learner's own words, as HTML; empty where the note type has no answer."""
        return self.field(self.notetype.answer) if self.notetype.answer else ""

    @property
    def word_keys(self) -> tuple[str, ...]:
        """The keys of its fields with words of the learner's."""
        if self.notetype.personal:
            return (self.notetype.answer,) if self.notetype.answer else ()
        return tuple(field.key for field in self.notetype.fields[: self.notetype.index("id")])

    @property
    def words(self) -> Words:
        """Its fields with words of the learner's."""
        fields = tuple(self.field(key) for key in self.word_keys)
        return Words(fields if self.notetype.personal else without_employer(fields, ())[0])

    @property
    def base(self) -> str | None:
        """With which answer it was packed, as it says itself."""
        return base_in(self.field(self.notetype.base)) if self.notetype.base else None

    @property
    def renamed(self) -> tuple[str, ...]:
        """Names of fields that the learner's note type does not have."""
        names = (field.name for field in self.notetype.fields)
        return tuple(name for name in names if name not in self.exported.fields)

    @property
    def is_readable(self) -> bool:
        """Whether the learner's note type has the fields with their words."""
        names = {field.name for field in self.notetype.fields if field.key in self.word_keys}
        return names <= self.exported.fields.keys()

    @property
    def digest(self) -> str:
        """The digest of the fields and tags that the learner has."""
        return note_digest(list(self.exported.fields.values()), self.exported.tags)


@dataclass(frozen=True, slots=True)
class OwnedNote:
    """A learner's note and the role or person whose words it has; `packed`: as it is packed now."""

    note: LearnerNote
    role: Role
    packed: Note | None

    @property
    def is_own(self) -> bool:
        """Whether the note is the role's, and not the catalogue's."""
        return bool(self.note.owner_key)


#: Notes as they are packed now, by the folder of their role or person, and their GUID.
Packed = Mapping[tuple[str, str], Note]


def packed_notes(decks: Iterable[Deck]) -> Packed:
    """All notes of decks, also those that wait because they do not fit before the interview."""
    return {
        (deck.private_role or "", note.guid): note
        for deck in decks
        for note in (*deck.notes, *deck.waiting)
    }


def learner_notes(
    compiled: Compiled, exported: Iterable[ExportedNote], locks: Locks | None = None
) -> Iterator[LearnerNote]:
    """Those notes that are this project's.

    With `locks` also those that their field `Id` does not name any more: the learner emptied it, or
    gave them a note type of their own.
    """
    namespace = compiled.project.settings.value.namespace
    keys_by_guid = _keys_by_guid(compiled, locks) if locks else {}
    notetypes = compiled.renderer.notetypes
    for note in exported:
        for notetype in notetypes.values() if "Id" in note.fields else ():
            owner_and_first_id = owner_key_and_first_id(
                namespace, notetype.folder, note.fields["Id"], note.guid
            )
            if owner_and_first_id is not None:
                yield LearnerNote(note, notetype, *owner_and_first_id)
                break
        else:
            owner_key, folder, first_id = keys_by_guid.get(note.guid, ("", "", ""))
            if folder in notetypes:
                yield LearnerNote(note, notetypes[folder], owner_key, first_id)


def _keys_by_guid(compiled: Compiled, locks: Locks) -> dict[str, tuple[str, str, str]]:
    """The lock keys of all notes that were packed or are packed now, by their GUIDs."""
    namespace = compiled.project.settings.value.namespace
    keys = {key for lock in locks.files.values() for key in lock.notes}
    keys |= {note.lock_key for note in packed_notes(compiled.decks).values()}
    return {note_guid(namespace, *key): key for key in keys}


def owned_notes(
    compiled: Compiled, package: str, notes: Iterable[LearnerNote], receiver_id: str | None
) -> list[OwnedNote]:
    """The notes with the private role or person that their words belong to.

    `receiver_id`: whose the words in the catalogue's own notes are. Notes with a key that no role
    has are left out. Raises `PrepdeckError` when there are words in the catalogue's notes and
    nobody gets them, or when the package has another client's notes.
    """
    project, notes = compiled.project, list(notes)
    private_by_id = {role.id: role for role in project.roles.values() if role.private}
    receiver = project.role(receiver_id, private_by_id, "private role") if receiver_id else None
    if not notes:
        raise PrepdeckError(
            f"{package} has no note of this project",
            help="export the deck that `prepdeck build` made, or the whole collection",
        )
    owners = {note.name: _owner(private_by_id.values(), note) for note in notes}
    foreign = {role.id for role in owners.values() if role and receiver}
    foreign = {id for id in foreign if receiver and private_by_id[id].folder != receiver.folder}
    if foreign:
        raise PrepdeckError(
            f"{package} has notes of `{min(foreign)}`, not only of `{receiver_id}`",
            help="leave the role out, or name that one: its answers belong to nobody else",
        )
    packed = packed_notes(compiled.decks)
    found: list[OwnedNote] = []
    unowned = 0
    for note in notes:
        role = owners[note.name]
        if role is None and not is_shared(project, note):
            continue
        if role is None and receiver is not None:
            role = _answered_in(project, receiver, note)
        if role is not None:
            found.append(OwnedNote(note, role, packed.get((role.folder, note.exported.guid))))
        elif note.notetype.personal and parse_field(note.answer).blocks:
            unowned += note.base != note.words.base
    if unowned:
        help = "create a role for them: prepdeck new role"
        if private_by_id:
            help = f"name the role that gets them: prepdeck sync {package} ROLE"
            help += f" (yours: {', '.join(private_by_id)})"
        raise PrepdeckError(
            f"{package} has {counted(unowned, 'answer')} to notes of no private role", help=help
        )
    # A role's own note comes before one of the catalogue's with the same question.
    return sorted(found, key=lambda owned: (owned.role.id, not owned.is_own, owned.note.id))


def _owner(roles: Iterable[Role], note: LearnerNote) -> Role | None:
    """The private role or person with that key; a person also has notes under a role's old key."""
    owner: Role | None = None
    for role in roles:
        if role.me and note.first_id in role.me.continues.get(note.owner_key, ()):
            return role
        if role.key == note.owner_key:
            owner = role
    return owner


def is_shared(project: Project, note: LearnerNote) -> bool:
    """Whether the note is the catalogue's, or a public role's."""
    keys = {role.key for role in project.roles.values() if not role.private}
    return note.owner_key in {"", *keys}


def _answered_in(project: Project, receiver: Role, note: LearnerNote) -> Role:
    """The role or person whose file has the answer to a shared note: a role's own stand there."""
    if receiver.person is None:
        return receiver
    definition = definition_of(receiver, project, note.first_id)
    if definition and owned(project, receiver, definition).owner_role == receiver.id:
        return receiver
    return project.roles[receiver.person]


def definition_of(role: Role, project: Project, first_id: str) -> Definition | None:
    """The definition that a note of the role is made of; of a pair (`story/question`) the first."""
    for definition in (*role.pool.values(), *project.definitions.values()):
        if f"{first_id}/".startswith(f"{definition.first_id}/"):
            return definition
    return None


def lock_line(locks: Locks, role: Role, key: tuple[str, str, str]) -> NoteLine | None:
    """The line that the learner's copy follows: of the role's deck, or of a public one."""
    lock_paths = (RELEASED, *note_paths(role.folder))
    note_lines = [line for path in lock_paths if (line := locks.note(path, key)) is not None]
    return max(note_lines, key=lambda line: line.time, default=None)


def known_of(owned: OwnedNote, line: NoteLine | None, at_last_sync: Mapping[str, str]) -> Known:
    """What is remembered of a note's words; `at_last_sync`: digests by the notes' names."""
    packed = line.words if line else ()
    return Known(packed, owned.note.base, at_last_sync.get(owned.note.name))


def is_saved(note: LearnerNote, line: NoteLine | None, now: int) -> bool:
    """Whether the note was saved in Anki after it was packed. `now`: Unix seconds.

    Of words this is a first question alone: a star or a leech saves a note too.
    """
    if note.is_slow:
        return is_learners(note.exported.modified, now)
    if line is None:
        return False
    if note.exported.modified == line.time:
        return note.digest != line.digest
    return note.exported.modified > line.time
