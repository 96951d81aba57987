"""A person and their roles: what stands where, and whose each note is and was."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from builder.deck import Deck, Note
from builder.findings import Finding, Section, Severity, Span, did_you_mean, rule
from builder.ids import OWN, definition_id
from builder.lint.subjects import DECK, DECK_AND_LOCKS, DECKS, PROJECT
from builder.lock import Locks, lock_path
from builder.project import Project, Role
from builder.root import ME
from builder.select import Chosen, Selection
from builder.source.paths import at_path


@rule("answer-in-role", Severity.ERROR, of=DECK, section=Section.ROLES)
def words_in_a_role_stand_on_its_notes(
    project: Project, selection: Selection, deck: Deck
) -> Iterator[Finding]:
    """An answer or a tag in a role of a person is for a note of the role's own."""
    role = selection.role
    if selection.person is None:
        return
    selected_ids = {chosen.definition.id for chosen in selection.chosen}
    own_ids = {c.definition.id for c in selection.chosen if c.owner_role == role.id}
    spans = [(id, "answer", span) for id, span in role.answer_spans.items()]
    spans += [(id, "tag", tags[0].span) for id, tags in role.tags.items()]
    for id, noun, span in spans:
        if id in selected_ids - own_ids:
            yield Finding(
                f"the note of `{id}` is not the role's own, and this {noun} is the role's",
                span,
                f"move it to decks/private/{role.person}/{ME}; or write `override: {{{id}: {{}}}}`"
                " in the role, which makes a note of its own",
            )


@rule("unused-answer", Severity.WARNING, of=DECKS, section=Section.ROLES)
def answers_of_persons_are_in_a_deck(
    project: Project, selections: Sequence[Selection], decks: Sequence[Deck]
) -> Iterator[Finding]:
    """A role of the person has the question of each answer in `me.yaml`."""
    selections_by_role = {selection.role.id: selection for selection in selections}
    for person in (role for role in project.roles.values() if role.is_person):
        role_ids = [role.id for role in project.roles_of(person)]
        if not role_ids or not selections_by_role.keys() >= set(role_ids):
            continue
        selected_ids = {
            chosen.definition.id for id in role_ids for chosen in selections_by_role[id].chosen
        }
        pool = {**project.definitions, **person.pool}
        for id, answer in person.answers.items():
            if id in pool and id not in selected_ids and pool[id].retired is None:
                yield Finding(
                    f"no role of `{person.id}` has the {pool[id].kind.name} `{id}`,"
                    " so no card shows this answer",
                    answer.span,
                    f"add `- {{id: {id}}}` under a role's `core` or `add`",
                    person.scope,
                )


@rule("unknown-reference", Severity.ERROR, of=PROJECT, section=Section.NAMES)
def persons_name_definitions(project: Project) -> Iterator[Finding]:
    """`per_role` and `continues` in `me.yaml` name definitions that exist."""
    for person in project.roles.values():
        if person.me is None:
            continue
        pool = {**project.definitions, **person.pool}
        for role in project.roles_of(person):
            pool |= role.pool
        for position, id in enumerate(person.me.per_role):
            if id not in pool:
                yield _unknown(person, id, ("per_role", position), pool)
        first_ids = {definition.first_id for definition in pool.values()}
        for key, continued_ids in person.me.continues.items():
            for position, first_id in enumerate(continued_ids):
                if first_id not in first_ids:
                    path = ("continues", key, position)
                    yield _unknown(person, first_id, path, first_ids)


def _unknown(
    person: Role, id: str, path: tuple[str | int, ...], known_ids: Iterable[str]
) -> Finding:
    span = at_path(person.node, path)[0].span
    help = did_you_mean(id, known_ids) or "check the spelling, or take it out"
    return Finding(f"no definition is called `{id}`", span, help, person.scope)


@rule("two-contents", Severity.ERROR, of=DECKS, section=Section.ROLES)
def notes_read_the_same_in_every_deck(
    project: Project, selections: Sequence[Selection], decks: Sequence[Deck]
) -> Iterator[Finding]:
    """Anki knows a note by its GUID: of two contents the one that was imported last replaces.

    A personal note that somebody answered is compared with other answered ones alone: an empty one
    of a public deck never replaces it.
    """
    first: dict[tuple[str, bool], tuple[Note, Selection]] = {}
    for selection, deck in zip(selections, decks, strict=True):
        for note in (*deck.notes, *deck.waiting):
            pair = (note, selection)
            earlier_pair = first.setdefault((note.guid, note.answered), pair)
            earlier_note, _ = earlier_pair
            if earlier_note is note or earlier_note.digest == note.digest:
                continue
            id = note.first_id
            for (here, here_in), (there, there_in) in (
                (pair, earlier_pair),
                (earlier_pair, pair),
            ):
                span = _content_span(there, there_in)
                yield Finding(
                    f"`{id}` is one note, and reads otherwise in `{there_in.role.id}`, at {span}",
                    _content_span(here, here_in),
                    "write it in one place; or make it the role's own:"
                    f" `override: {{{id.removeprefix(OWN)}: {{}}}}`",
                    here_in.role.scope,
                    (span,),
                )


def _content_span(note: Note, selection: Selection) -> Span:
    """Where the content of a note stands: its answer, or its definition."""
    if note.answered:
        for chosen in selection.chosen:
            if chosen.definition.first_id == note.first_id:
                for role in (selection.role, selection.person):
                    if role is not None and chosen.definition.id in role.answer_spans:
                        return role.answer_spans[chosen.definition.id]
    return note.span


@rule("note-changes-owner", Severity.ERROR, of=DECK_AND_LOCKS, section=Section.RELEASED)
def notes_of_persons_keep_their_owner(
    selection: Selection, deck: Deck, locks: Locks
) -> Iterator[Finding]:
    """A person's note that `per_role` makes a role's own would begin anew."""
    role, person = selection.role, selection.person
    if person is None:
        return
    lines = locks.lock_at(lock_path(deck.private_role, own=True)).notes
    chosen_by_first_id = {chosen.definition.first_id: chosen for chosen in selection.chosen}
    continues = person.me.continues.items() if person.me else ()
    key_by_id = {id: key for key, ids in continues for id in ids}
    reported: set[str] = set()
    for note in (*deck.notes, *deck.waiting):
        chosen = chosen_by_first_id.get(definition_id(note.first_id))
        if chosen is None or chosen.definition.key in reported:
            continue
        known_lines = {k: lines.get((k, note.notetype, note.first_id)) for k in deck.own_keys}
        known_keys = {key for key, line in known_lines.items() if line and not line.dropped}
        is_roles_own = chosen.owner_role == role.id
        # Another role's own note may have a key that the person goes on with for other notes.
        persons_key = key_by_id.get(chosen.definition.first_id, person.key)
        became_own = persons_key in known_keys and known_lines.get(role.key) is None
        if is_roles_own and chosen.per_role and became_own:
            reported.add(chosen.definition.key)
            yield _became_own(chosen, role, person)


@rule("note-changes-owner", Severity.ERROR, of=DECK_AND_LOCKS, section=Section.RELEASED)
def continued_notes_have_one_owner(
    selection: Selection, deck: Deck, locks: Locks
) -> Iterator[Finding]:
    """What the person continues by a role's key is not the role's own too: both were one note."""
    role, person = selection.role, selection.person
    if person is None or person.me is None:
        return
    continued_ids = person.me.continues.get(role.key, ())
    for chosen in selection.chosen:
        first_id = chosen.definition.first_id
        # Of a `per_role` definition the person has no note that the role's could be.
        if chosen.owner_role != role.id or chosen.per_role or first_id not in continued_ids:
            continue
        path = ("continues", role.key, continued_ids.index(first_id))
        yield Finding(
            f"`{first_id}` is `{role.id}`'s own note now, and goes on as `{person.id}`'s too: they"
            " would be one note",
            at_path(person.node, path)[0].span,
            f"take it out here: then `{role.id}`'s note goes on, and `{person.id}`'s begins anew",
            role.scope,
        )


def _became_own(chosen: Chosen, role: Role, person: Role) -> Finding:
    id = chosen.definition.id
    listed = person.me.per_role if person.me else ()
    span = chosen.definition.span
    if id in listed:
        span = at_path(person.node, ("per_role", listed.index(id)))[0].span
    return Finding(
        f"`{id}` was a note of `{person.id}`, and is now `{role.id}`'s own by `per_role`:"
        " it would begin anew",
        span,
        f"take `per_role` back, or write `override: {{{id}: {{}}}}` in a role to begin anew",
    )


@rule("role-key-changed", Severity.ERROR, of=DECK_AND_LOCKS, section=Section.RELEASED)
def persons_keep_their_key(selection: Selection, deck: Deck, locks: Locks) -> Iterator[Finding]:
    """A person's lock has the key that the person's notes are made of."""
    person = selection.person
    if person is None or person.value is None:
        return
    decks: Mapping[str, object] = locks.lock_at(lock_path(deck.private_role, own=True)).decks
    other_keys = sorted(decks.keys() - deck.own_keys - set(selection.sibling_keys))
    if other_keys and person.key not in decks:
        node, entry = at_path(person.node, ("key",))
        yield Finding(
            f"the person's notes were built with the key `{other_keys[0]}`, and it is"
            f" `{person.key}` now",
            node.span if entry else person.span,
            f"write `key: {other_keys[0]}`; with another key every note is a new one",
            person.scope,
        )
