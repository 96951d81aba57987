"""Notes of a person that another owner's note replaces: where their reviews are, and what to do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from builder.deck import Deck
from builder.findings import Finding, Section, Severity, Span, rule
from builder.ids import OWN, definition_id
from builder.lint.subjects import DECKS_AND_LOCKS
from builder.lock import Locks, lock_path
from builder.lock.replaced import ReplacedNote, replaced_notes
from builder.owner import private_keys
from builder.phrasing import as_search, counted, first_three
from builder.project import Project, Role
from builder.root import ME
from builder.source.paths import at_path

#: Replaced notes of one owner in one deck, or in all decks of a person.
_Group = list[ReplacedNote]


@rule("owner-changed", Severity.WARNING, of=DECKS_AND_LOCKS, section=Section.RELEASED)
def replaced_notes_are_told(
    project: Project, decks: Sequence[Deck], locks: Locks
) -> Iterator[Finding]:
    """A note that stands in another one's place has other reviews, or none yet."""
    for person, group, is_refused in _groups(project, decks, locks):
        if not is_refused:
            yield _told(project, person, group)


@rule("note-changes-owner", Severity.ERROR, of=DECKS_AND_LOCKS, section=Section.RELEASED)
def notes_of_persons_go_on(
    project: Project, decks: Sequence[Deck], locks: Locks
) -> Iterator[Finding]:
    """A role's own note that becomes the person's goes on by `continues`, and by nothing else."""
    for person, group, is_refused in _groups(project, decks, locks):
        if is_refused:
            yield _refused(project, person, group)


@rule("note-changes-owner", Severity.ERROR, of=DECKS_AND_LOCKS, section=Section.RELEASED)
def continued_notes_were_built(
    project: Project, decks: Sequence[Deck], locks: Locks
) -> Iterator[Finding]:
    """`continues` names notes that a role had, not those that the person has by the own key."""
    for person in (role for role in project.roles.values() if role.me is not None):
        assert person.me is not None
        notes = locks.lock_at(lock_path(person.id, own=True)).notes
        for key, first_ids in person.me.continues.items():
            for position, first_id in enumerate(first_ids):
                lines = [
                    line for line in notes.values() if definition_id(line.first_id) == first_id
                ]
                own_lines = [line for line in lines if line.owner_key == person.key]
                if any(line.owner_key == key for line in lines) or not own_lines:
                    continue
                verb, new = _verbs(len(own_lines), "it is a new one", "they are new ones")
                yield Finding(
                    f"{counted(len(own_lines), 'note')} of `{first_id.removeprefix(OWN)}` {verb}"
                    f" `{person.id}`'s; by `continues` {new}",
                    at_path(person.node, ("continues", key, position))[0].span,
                    "take it out here: no role had it by that key",
                    person.scope,
                )


def _groups(
    project: Project, decks: Sequence[Deck], locks: Locks
) -> Iterator[tuple[Role, _Group, bool]]:
    """The replaced notes of each person whose roles are all compiled, by what is said of them.

    Third comes whether nobody can want it: the notes begin anew where `continues` lets them go on.
    A note of another note type that goes on as the person's would begin anew by that.
    """
    for person in (role for role in project.roles.values() if role.is_person):
        role_ids = {role.id for role in project.roles_of(person)}
        persons_decks = [deck for deck in decks if deck.role in role_ids]
        if not role_ids or len(persons_decks) < len(role_ids):
            continue
        replaced_by_name: dict[tuple[str, str], _Group] = {}
        for replaced in replaced_notes(persons_decks, locks):
            name = replaced.line.owner_key, definition_id(replaced.line.first_id)
            replaced_by_name.setdefault(name, []).append(replaced)
        groups: dict[tuple[str, str, bool, bool], _Group] = {}
        for same_definition in replaced_by_name.values():
            goes_on = any(replaced.goes_on for replaced in same_definition)
            for replaced in same_definition:
                owner, line = _owner(project, replaced, person), replaced.line
                if replaced.role is None and line.owner_key == person.key:
                    if not owner or not replaced.goes_on:
                        continue  # other rules say so: of `override`, of `continues`
                is_refused = replaced.role is not None and owner == person.id and not goes_on
                group = (line.owner_key, owner, replaced.goes_on, is_refused)
                groups.setdefault(group, []).append(replaced)
        for (_, _, _, is_refused), same in groups.items():
            yield person, same, is_refused


def _told(project: Project, person: Role, group: _Group) -> Finding:
    replaced, number = group[0], len(group)
    old_owner, owner = _old_owner(project, replaced, person), _owner(project, replaced, person)
    ids = _ids(group)
    verb, new_notes = _verbs(number, "is a new one", "are new ones")
    shared, their = ("the shared one", "its") if number == 1 else ("the shared ones", "their")
    owners = f"`{owner}`'s" if owner else shared
    old = f"`{old_owner}`'s" if old_owner == person.id else f"`{old_owner}`'s own"
    search = as_search([*dict.fromkeys(replaced.old_id for replaced in group)])
    put_away = f"to suspend what the deck had, search in Anki for {search}"
    override = f"`override: {{{ids[0]}: {{}}}}` in the role keeps its own"
    if replaced.goes_on:
        message = (
            f"the deck goes on with {owners} and {their} reviews, and the reviews of {old} stay"
            " with those"
        )
        has_override = replaced.role is not None and not replaced.line.first_id.startswith(OWN)
        help = f"{override}; {put_away}" if has_override else put_away
    else:
        message = f"{owners} {new_notes}, without reviews"
        help = (
            f"write it in {ME}, with `{_continues(group)}` under `me`: then it goes on, in all"
            " roles; or move it back"
        )
        if not owner:
            help = f"{override}; {put_away}"
    span, scope = _span(project, person, group)
    return Finding(
        f"{counted(number, 'note')} of {first_three(ids)} {verb} {old}; {message}",
        span,
        help,
        scope.scope,
    )


def _refused(project: Project, person: Role, group: _Group) -> Finding:
    replaced = group[0]
    ids = _ids(group)
    verb, new_notes = _verbs(len(group), "is a new one", "are new ones")
    help = f"write `{_continues(group)}` under `me` in {ME}: then it goes on, in all roles;"
    if replaced.line.first_id.startswith(OWN):
        help += " or move it back"
    else:
        help += f" or `override: {{{ids[0]}: {{}}}}` in the role, which keeps its own"
    span, _ = _span(project, person, group)
    return Finding(
        f"{counted(len(group), 'note')} of {first_three(ids)} {verb} `{replaced.role}`'s own;"
        f" `{person.id}`'s {new_notes}, without reviews",
        span,
        help,
        person.scope,
    )


def _verbs(number: int, singular: str, plural: str) -> tuple[str, str]:
    """The verb of so many notes, and the phrase that fits."""
    return ("was", singular) if number == 1 else ("were", plural)


def _ids(group: _Group) -> list[str]:
    """The ids of the definitions, each once."""
    first_ids = (definition_id(replaced.line.first_id) for replaced in group)
    return [*dict.fromkeys(first_id.removeprefix(OWN) for first_id in first_ids)]


def _continues(group: _Group) -> str:
    """What makes the old notes the person's."""
    first_ids = dict.fromkeys(definition_id(replaced.line.first_id) for replaced in group)
    return f"continues: {{{group[0].line.owner_key}: [{', '.join(first_ids)}]}}"


def _old_owner(project: Project, replaced: ReplacedNote, person: Role) -> str:
    """Whose the old note was: the id of a role or person, or the key of a role that is gone."""
    if replaced.role is not None:
        return replaced.role
    is_persons = replaced.line.owner_key in private_keys(project, person)
    return person.id if is_persons else replaced.line.owner_key


def _owner(project: Project, replaced: ReplacedNote, person: Role) -> str:
    """Whose the present note is: the id of a role or person; empty for a shared one."""
    key = replaced.note.owner_key
    if key in private_keys(project, person):
        return person.id
    return replaced.deck.role if key == replaced.deck.role_key else ""


def _span(project: Project, person: Role, group: _Group) -> tuple[Span, Role]:
    """Where it is said, and the role that it is about: the one whose own note was replaced."""
    replaced = group[0]
    present = project.roles[replaced.deck.role]
    if replaced.note.is_own and not replaced.goes_on:
        return replaced.note.span, present
    role = project.roles[replaced.role] if replaced.role else present
    return role.span, role
