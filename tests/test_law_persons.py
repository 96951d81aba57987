"""The update contract of a person: two employers, one deck, two collections of one day.

Anna has roles of her own, alone or below a `me.yaml`; `prepdeck new person` may bring them there. The
project changes, and each build is kept. Lena and Remo are Anna's laptop and her phone: each imports
packages of any role and of any build, in any order, with lives of their own in between. The law of
`test_law.py` holds, with another clause on order: the newest content that a collection had wins, and
no older file takes it back. And of a note that begins anew the author was told before.
"""

from __future__ import annotations

import copy
import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule
from law_author import NO_WORDS, NOTE_TYPES, Definition, Role
from law_delivery import TAKEN, Content, Follower, content_of, counted, is_theirs, live
from law_learners import Learners
from law_persons import EMPLOYERS, PERSON, PersonAuthor

from builder.cli import main
from builder.commands.check.run import check
from builder.package import PackedNote, read_package
from builder.pipeline import Built

randoms = st.randoms(use_true_random=False)


@dataclass
class File:
    """A copy of a package. `since`: since when each note has had the content that it has here."""

    path: Path
    role: str
    since: dict[str, int]


class Persons(Learners):
    """One person, two employers, two collections."""

    author: PersonAuthor

    def __init__(self) -> None:
        super().__init__()
        self.author = PersonAuthor(self.author.root)
        self.files: list[File] = []
        self.file: File | None = None
        #: By GUID: the content as built last, and since when it is that.
        self.settled: dict[str, tuple[Content, int]] = {}
        #: By follower and GUID: since when the content they have is what it is.
        self.newest: dict[tuple[int, str], int] = {}
        #: By role and first id: whose the note was in the last build that packed it.
        self.owners: dict[tuple[str, str], str] = {}
        #: By role, first id and owner: all notes that were ever built. To have one again loses none.
        self.had: set[tuple[str, str, str]] = set()

    @initialize(
        names=st.sampled_from([["acme"], ["acme", "beta"]]),
        start=st.sampled_from(["alone", "moved", "a person", "shared notes"]),
        pick=randoms,
    )
    def begin(self, names: list[str], start: str, pick: random.Random) -> None:
        self.author.begin(names)
        if start in {"a person", "shared notes"}:
            own = start == "a person"
            self.author.me = Role(PERSON, "anna-1", extends="agent", own=own, private=True)
        TAKEN[f"begin: {start}"] += 1
        self.deliver()
        if start == "moved":
            for role in self.author.employers():
                role.answers[self.some(pick, "question").uid] = pick.randint(1, 2)
                role.overrides[self.some(pick).uid] = 1
            self.author.roles["acme"].story = 0
            self.lena.anki.studies(4)
            self.move_below_a_person(second=pick.random() < 0.5)

    # Builds and imports

    def deliver(self) -> None:
        """A build: Lena imports what is Anna's of it in some order, Remo one file of any build."""
        for file in self.built():
            self.import_file(self.lena, file)
        file = random.Random(self.clock).choice(self.annas())
        TAKEN["an old file" if file not in self.files[-4:] else "a new file"] += 1
        self.import_file(self.remo, file)

    def annas(self) -> list[File]:
        """All packages that were ever built of her roles; with shared notes the public ones too."""
        is_shared = self.author.me is not None and not self.author.me.own
        return [file for file in self.files if file.role in EMPLOYERS or is_shared]

    def built(self) -> list[File]:
        """The packages of a build in some order, kept: it is as the model says, and was announced."""
        built = self.build()
        assert not self.faults(built), self.faults(built)
        self.check_decks(built)
        self.announced(built)
        files = []
        for packed in built.packages:
            name = f"{self.clock}-{packed.role}.apkg"
            path = self.folder / name
            path.write_bytes(packed.path.read_bytes())
            since = {}
            for note in read_package(path).notes:
                known = self.settled.get(note.guid)
                if known is None or known[0] != content_of(note):
                    self.settled[note.guid] = content_of(note), self.clock
                since[note.guid] = self.settled[note.guid][1]
            files.append(File(path, packed.role, since))
        self.files += files
        files = [file for file in files if self.author.roles[file.role].private]
        random.Random(self.clock).shuffle(files)
        return files

    def begun_anew(self) -> set[str]:
        """The roles with notes that are theirs now, and were others' in the last build of them.

        Or the other way. That a shared note has another writer no lock can say.
        """
        keys = {role.id: {role.key} for role in self.author.employers()}
        if self.author.me is not None:
            keys = {id: {*own, self.author.me.key} for id, own in keys.items()}
        return {
            role
            for (role, first), owners in self.moved().items()
            if owners[0] != owners[1] and keys[role] & {*owners}
            if (role, first, owners[1]) not in self.had
        }

    def moved(self) -> dict[tuple[str, str], tuple[str, str]]:
        """Whose each note of a private role was, and is."""
        now = self.owners_now()
        return {name: (self.owners[name], now[name]) for name in now.keys() & self.owners.keys()}

    def owners_now(self) -> dict[tuple[str, str], str]:
        return {
            (role.id, definition.first): self.author.owner(role, definition)
            for role in self.author.employers()
            for definition in self.author.live()
            if NOTE_TYPES[definition.kind] is not None
        }

    def announced(self, built: Built) -> None:
        """A note that begins anew is told in the build that does it, and none else is."""
        told = {d.scope.role for d in built.findings if d.rule == "owner-changed"}
        assert self.begun_anew() <= told, "notes began anew, and nobody was told"
        if told & {role.id for role in self.author.employers()}:
            TAKEN["told that notes begin anew"] += 1
        self.remember_owners()

    def remember_owners(self) -> None:
        now = self.owners_now()
        self.owners |= now
        self.had |= {(*name, owner) for name, owner in now.items()}

    def import_file(self, who: Follower, file: File) -> None:
        self.file = file
        self.import_one(who, file.path, file.role, self.any_order, False)
        self.tick()

    def keep(self, who: Follower, path: Path, role: str) -> None:
        """Every build is kept already."""

    def is_newer(self, who: Follower, note: PackedNote) -> bool:
        assert self.file is not None
        return self.file.since[note.guid] > self.newest[id(who), note.guid]

    def ship(self, who: Follower, note: PackedNote) -> None:
        assert self.file is not None
        super().ship(who, note)
        self.newest[id(who), note.guid] = self.file.since[note.guid]

    def any_order(
        self,
        who: Follower,
        role: str,
        note: PackedNote,
        before: Content,
        after: Content,
        unsure: bool,
    ) -> None:
        """The law for whoever imports whatever there is."""
        assert self.file is not None
        if note.guid in who.unprotected or (note.guid in who.touched and is_theirs(note)):
            self.personal(who, note, before, after)
        elif not self.is_newer(who, note):
            assert after == before, "an old file changed a note"
        elif is_theirs(note):
            self.personal(who, note, before, after)
        elif who.edited.get(note.guid, 0) < self.file.since[note.guid]:
            assert after == content_of(note), "a change did not arrive"
            who.edited.pop(note.guid, None)
        else:
            assert after == before, "an edit newer than our change was overwritten"

    @rule(pick=randoms, remo=st.booleans())
    def import_an_old_file_again(self, pick: random.Random, remo: bool) -> None:
        """Any package of any build, for the first time or again."""
        self.import_file(self.both(remo), pick.choice(self.annas()))
        TAKEN["an old file by itself"] += 1

    @rule(remo=st.booleans())
    def build_and_import(self, remo: bool) -> None:
        for file in self.built():
            self.import_file(self.both(remo), file)
        TAKEN["deliver"] += 1

    @rule(pick=randoms)
    def import_one_role_alone(self, pick: random.Random) -> None:
        """The other employer's package waits, and may come much later."""
        self.import_file(self.lena, pick.choice(self.built()))
        TAKEN["one role alone"] += 1

    # What the author changes

    def then(self, now: bool, what: str) -> None:
        TAKEN[what] += 1
        if now:
            self.deliver()

    def attempt(self, now: bool, what: str, change: Callable[[], None]) -> None:
        """A change of whose notes are whose: a fault where the docs say so, and then taken back."""
        before = copy.deepcopy(self.author)
        change()
        self.author.write()
        rules = {finding.rule for finding in check(self.author.root) if finding.is_error}
        wanted = self.wanted_faults()
        assert rules == wanted, (what, rules, wanted)
        if rules:
            self.author = before
            TAKEN[f"{what}: {', '.join(sorted(rules))}"] += 1
        else:
            self.then(now, what)

    def wanted_faults(self) -> set[str]:
        """The faults of whose notes are whose, and of whose answers."""
        me, wanted = self.author.me, set()
        if me is None:
            return set()
        for role in self.author.employers():
            for definition in self.author.live():
                if self.changes_owner(role, definition):
                    wanted.add("note-changes-owner")
                own = self.author.is_roles_own(role, definition)
                if definition.uid in role.answers and not own:
                    wanted.add("answer-in-role")
        return wanted

    def changes_owner(self, role: Role, definition: Definition) -> bool:
        """Whether it is refused: by `per_role`, by the one key of two, or as a role's no more.

        A role that is new is refused too where the person ever had a note of a `per_role` one.
        """
        author, first = self.author, definition.first
        assert author.me is not None
        continued = next((key for key, ids in author.continues.items() if first in ids), None)
        if not author.is_roles_own(role, definition):
            old, owner = self.owners.get((role.id, first)), author.owner(role, definition)
            if old != role.key or old == owner or continued is not None:
                return False
            # The person's note goes on if they had it: then it is a warning.
            return owner == author.me.key and not self.was_built(owner, first)
        if not author.is_per_role(definition):
            return continued == role.key
        keys = {key for _, id, key in self.had if id == first}
        is_new = (role.id, first, role.key) not in self.had
        return is_new and (continued or author.me.key) in keys

    def was_built(self, owner: str, first: str) -> bool:
        """Whether a lock has a note of that owner's and definition."""
        assert self.author.me is not None
        person = f"decks/private/{self.author.me.id}/notes.lock"
        paths = [self.author.root / name for name in (person, ".prepdeck/local.lock")]
        lines = [line for path in paths if path.exists() for line in path.read_text().splitlines()]
        columns = [line.split("\t") for line in lines if line.startswith("note\t")]
        return any((c[1], c[3].partition("/")[0]) == (owner, first) for c in columns)

    def some(self, pick: random.Random, kind: str | None = None) -> Definition:
        return pick.choice(self.author.live(kind))

    def somebody(self, pick: random.Random, *more: str) -> Role:
        """An employer's role, or the person, or one of these."""
        roles = [*self.author.employers(), *(self.author.roles[name] for name in more)]
        return pick.choice([*roles, self.author.me] if self.author.me else roles)

    @rule(pick=randoms, now=st.booleans())
    def reword(self, pick: random.Random, now: bool) -> None:
        self.some(pick).text += 1
        self.then(now, "reword")

    @rule(pick=randoms, now=st.booleans())
    def put_the_text_back(self, pick: random.Random, now: bool) -> None:
        self.some(pick).text = 0
        self.then(now, "put back")

    @rule(kind=st.sampled_from(["question", "kpi", "skill", "card"]), now=st.booleans())
    def add(self, kind: str, now: bool) -> None:
        if len(self.author.definitions) < 12:
            self.author.define(kind)
        self.then(now, "add")

    @rule(pick=randoms, now=st.booleans())
    def set_a_variable(self, pick: random.Random, now: bool) -> None:
        self.somebody(pick, "lead").company += 1
        self.then(now, "set a variable")

    @rule(pick=randoms, now=st.booleans())
    def retitle(self, pick: random.Random, now: bool) -> None:
        self.somebody(pick).title += 1
        self.then(now, "retitle")

    @rule(pick=randoms, now=st.booleans())
    def move_an_interview(self, pick: random.Random, now: bool) -> None:
        self.author.interviews[pick.choice(EMPLOYERS)] = pick.randint(10, 30)
        self.then(now, "move an interview")

    @rule(pick=randoms, now=st.booleans())
    def learn_a_fact(self, pick: random.Random, now: bool) -> None:
        role = pick.choice(self.author.employers())
        role.fact = (role.fact or 0) + 1
        self.then(now, "learn a fact")

    @precondition(lambda self: self.author.me is not None or "beta" not in self.author.roles)
    @rule(now=st.booleans(), question=st.booleans())
    def tell_a_story(self, now: bool, question: bool) -> None:
        """Or write a question of one's own: the person's, or the one role's."""
        owner = self.author.me or self.author.roles["acme"]
        if question:
            owner.defines = (owner.defines or 0) + 1
        else:
            owner.story = 0 if owner.story is None else owner.story + 1
        self.then(now, "define a question" if question else "tell a story")

    @precondition(lambda self: "beta" not in self.author.roles)
    @rule(now=st.booleans(), parent=st.sampled_from(["agent", "lead"]))
    def a_second_employer(self, now: bool, parent: str) -> None:
        def change() -> None:
            self.author.new_role("beta")
            self.author.roles["beta"].extends = parent

        self.attempt(now, "a second employer", change)

    # Whose a note is

    @rule(pick=randoms, now=st.booleans(), words=st.booleans())
    def override(self, pick: random.Random, now: bool, words: bool) -> None:
        """In other words, or in none: the note is the role's own all the same."""
        who, some = self.somebody(pick, "lead"), self.some(pick)

        def change() -> None:
            role = self.author.me if who.id == PERSON else self.author.roles[who.id]
            assert role is not None
            text = max(role.overrides.get(some.uid, 0), 0) + 1
            role.overrides[some.uid] = text if words or role.id == "lead" else NO_WORDS

        self.attempt(now, "override", change)

    @rule(pick=randoms, now=st.booleans())
    def take_an_override_back(self, pick: random.Random, now: bool) -> None:
        who = self.somebody(pick, "lead")
        if not who.overrides:
            return
        uid = pick.choice(sorted(who.overrides))

        def change() -> None:
            role = self.author.me if who.id == PERSON else self.author.roles[who.id]
            assert role is not None
            del role.overrides[uid]

        self.attempt(now, "take override back", change)

    @precondition(lambda self: self.author.me is not None)
    @rule(pick=randoms, now=st.booleans(), listed=st.booleans(), new=st.booleans())
    def switch_per_role(self, pick: random.Random, now: bool, listed: bool, new: bool) -> None:
        """In me.yaml or in the definition, of a note that they have or of a new one."""
        uid = (self.author.define("question") if new else self.some(pick)).uid

        def change() -> None:
            definition = self.author.definitions[uid]
            if listed:
                self.author.listed ^= {uid}
            else:
                definition.per_role = not definition.per_role

        self.attempt(now, "per_role", change)

    @rule(pick=randoms, now=st.booleans())
    def change_a_parent(self, pick: random.Random, now: bool) -> None:
        who = self.somebody(pick)

        def change() -> None:
            role = self.author.me if who.id == PERSON else self.author.roles[who.id]
            assert role is not None
            role.extends = "agent" if role.extends == "lead" else "lead"

        self.attempt(now, "change a parent", change)

    @precondition(lambda self: self.author.me is not None)
    @rule(now=st.booleans())
    def change_whose_notes(self, now: bool) -> None:
        def change() -> None:
            assert self.author.me is not None
            self.author.me.own = not self.author.me.own

        self.attempt(now, "change whose notes", change)

    # Answers

    @rule(pick=randoms, now=st.booleans())
    def answer_in_yaml(self, pick: random.Random, now: bool) -> None:
        """The person, or a role: that is a fault where the note is not its own."""
        who, some = self.somebody(pick), self.some(pick, "question")

        def change() -> None:
            role = self.author.me if who.id == PERSON else self.author.roles[who.id]
            assert role is not None
            role.answers[some.uid] = role.answers.get(some.uid, 0) + 1

        self.attempt(now, "answer in YAML", change)

    @rule(pick=randoms, now=st.booleans())
    def take_an_answer_back(self, pick: random.Random, now: bool) -> None:
        answers = self.somebody(pick).answers
        if answers:
            del answers[pick.choice(sorted(answers))]
            self.then(now, "empty an answer")

    @precondition(lambda self: self.author.me is not None)
    @rule(pick=randoms, role=st.sampled_from(EMPLOYERS), built=st.booleans())
    def move_an_answer_and_back(self, pick: random.Random, role: str, built: bool) -> None:
        """From the role, whose own the note is, to the person and back: nothing begins anew."""
        me, owner = self.author.me, self.author.roles.get(role)
        if me is None or owner is None:
            return
        own = [d for d in self.author.live("question") if self.author.is_roles_own(owner, d)]
        if own:
            some = pick.choice(own)
        else:
            some = self.author.define("question")
            some.per_role = True
        text = owner.answers.setdefault(some.uid, 1)
        before = me.answers.get(some.uid)
        self.deliver()
        had = {n.guid: content_of(n) for n in self.packed_notes(role)}
        del owner.answers[some.uid]
        me.answers[some.uid] = text
        if built:
            self.deliver()
            assert {n.guid: content_of(n) for n in self.packed_notes(role)} == had
        if before is None:
            del me.answers[some.uid]
        else:
            me.answers[some.uid] = before
        owner.answers[some.uid] = text
        self.then(True, "move an answer")

    def packed_notes(self, role: str) -> tuple[PackedNote, ...]:
        return tuple(read_package(self.author.root / f"build/private/{role}.apkg").notes)

    # `new person`

    @precondition(lambda self: self.author.me is None)
    @rule(second=st.booleans())
    def new_person(self, second: bool) -> None:
        self.move_below_a_person(second)

    def move_below_a_person(self, second: bool) -> None:
        """Each note goes on: of an id that two roles had, the one's that answered it, or the first's.

        No content and no time changes, and what the other had is printed.
        """
        self.deliver()
        roles = self.author.employers()
        if second:
            roles.reverse()
        answered = {role.id: set(role.answers) for role in roles}
        before = {role.id: self.states(role.id) for role in roles}
        arguments = [PERSON, *(role.id for role in roles), "--yes"]
        run = CliRunner().invoke(main, ["-C", str(self.author.root), "new", "person", *arguments])
        assert run.exit_code == 0, run.output
        self.author.learn()
        lost = {name for name, (old, new) in self.moved().items() if old != new}
        for role, first in lost:
            uid = next(d.uid for d in self.author.live() if d.first == first)
            others = set().union(*(answered[other] for other in answered if other != role))
            assert len(roles) == 2
            assert role == roles[1].id or uid in others - answered[role]
            assert first in run.output
        self.remember_owners()
        self.deliver()
        for role in roles:
            gone = before[role.id] - self.states(role.id)
            ids = {id.partition("/")[2].partition("/")[0] for _, _, id in gone}
            assert ids - {"my"} <= {first for owner, first in lost if owner == role.id}
        TAKEN["new person"] += 1

    def states(self, role: str) -> set[tuple[int, Content, str]]:
        """Time, content and `Id` of each note in a role's package."""
        return {(n.modified, content_of(n), n.fields[-3]) for n in self.packed_notes(role)}


@pytest.mark.slow
def test_no_life_of_a_person_and_two_employers_breaks_the_contract() -> None:
    with counted():
        live(Persons, 50)
