"""The update contract as a law: random lives of a deck and of its learners, in the real Anki.

An author changes a project in every way there is, builds, releases, loses the local lock, builds
on a second clone. Lena imports every build of the author's checkout, Remo every release. Between
imports both study with the real scheduler, edit, tag, flag, suspend, move, delete and tidy up.

After every import:

- no card of theirs has another interval, due date, deck, suspension or flag, and no review is gone;
- every reference note that changed, and that they did not edit later, is as in the package;
- every other reference note is as they left it, with their edits and their tags;
- every note with words of theirs (personal, or defined by a private role) that they touched, by
  whatever clock later than 1996, is theirs; one they did not touch follows the package;
- the same file again changes nothing;
- no duplicate, no conflict, no note without a card, no note type with a `+`;
- a note has the GUID that its `Id` always had, the deck has exactly the notes it should, and each
  says what its owner says.

Where a lock was lost, and the packages in `build/` with it, unreleased notes may be stamped anew:
then edits of reference notes are not asserted for that one import, all the rest is.

The harness owns time: SOURCE_DATE_EPOCH for builds, modification times set after an edit.
`LAW_EXAMPLES` says how many lives are lived (50 in `make test`, 2,000 in `make law`).
"""

from __future__ import annotations

import random
import shutil

import half_way
import pytest
from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule
from law_author import NOTE_TYPES, Definition, Role
from law_delivery import TAKEN, counted, live
from law_learners import Learners

from builder.commands.build.run import relock
from builder.commands.check.run import check
from builder.package import read_package
from builder.pipeline import Built
from builder.report import Packed


class Law(Learners):
    """One author, two learners."""

    # The beginning

    @initialize(
        names=st.sets(st.sampled_from(half_way.LAW_ROLES)),
        out=st.booleans(),
        since_0_1=st.sampled_from([False, False, True]),
        own_kind=st.booleans(),
    )
    def begin(self, names: set[str], out: bool, since_0_1: bool, own_kind: bool) -> None:
        if since_0_1:
            self.begin_with_0_1(out)
            return
        self.author.begin(names)
        if own_kind:
            self.author.define("term")
            TAKEN["a kind of one's own"] += 1
        if out:
            self.release(elsewhere=False)
        else:
            self.deliver()

    def begin_with_0_1(self, out: bool) -> None:
        """What the builder of 0.1 wrote is imported; today's goes on from its locks."""
        self.is_since_0_1 = True
        self.author.begin(half_way.LAW_ROLES)
        self.author.write()
        paths = half_way.leave("law", self.author.root, released=out)
        packages = {path.stem: Packed(path.stem, path, 0, 0, "written") for path in paths}
        self.clock = half_way.BUILT
        self.arrive(Built(tuple(packages.values()), ()))
        if out:
            self.clock = max(self.clock, half_way.RELEASED)
            public = [p for name, p in packages.items() if not self.author.roles[name].private]
            self.import_all(self.remo, Built(tuple(public), ()), self.released_law)
            self.are_released()
        TAKEN["since 0.1, released" if out else "since 0.1"] += 1
        self.deliver()

    def with_(self, what: str) -> list[Role]:
        """Roles that have overrides, or answers."""
        return [role for role in self.author.roles.values() if getattr(role, what)]

    def is_refused(self, rule: str, was_released: bool) -> bool:
        """Whether the project as it is now has that fault: always of what was released.

        Else a private role has built what is at stake; only its own lock knows.
        """
        self.author.write()
        refused = rule in {finding.rule for finding in check(self.author.root)}
        if was_released:
            assert refused
        elif refused:
            assert {"acme", "beta"} & set(self.author.roles), "nobody has it"
            TAKEN[f"{rule}, privately"] += 1
        return refused

    # What the author changes

    def some(self, draw: random.Random, kind: str | None = None) -> Definition | None:
        live = self.author.live(kind)
        return draw.choice(live) if live else None

    @rule(pick=st.randoms(use_true_random=False), now=st.booleans())
    def reword(self, pick: random.Random, now: bool) -> None:
        if (some := self.some(pick)) is not None:
            some.text += 1
        self.then(now, "reword")

    @rule(pick=st.randoms(use_true_random=False), now=st.booleans())
    def put_the_text_back(self, pick: random.Random, now: bool) -> None:
        if (some := self.some(pick)) is not None:
            some.text = 0
        self.then(now, "put back")

    @rule(pick=st.randoms(use_true_random=False))
    def change_a_mind(self, pick: random.Random) -> None:
        """A change, built and imported, and taken back."""
        if (some := self.some(pick)) is not None:
            some.text += 1
            self.deliver()
            some.text -= 1
        self.then(True, "change a mind")

    @rule(pick=st.randoms(use_true_random=False), now=st.booleans())
    def retopic(self, pick: random.Random, now: bool) -> None:
        # The first question stays in the core, so that some note always has an answer to write.
        if (some := self.some(pick)) is not None and some.uid != 3:
            some.topic = (some.topic + 1) % 3
        self.then(now, "retopic")

    @rule(pick=st.randoms(use_true_random=False), now=st.booleans())
    def change_type(self, pick: random.Random, now: bool) -> None:
        if (some := self.some(pick, "question")) is not None:
            some.types = 1 - some.types
        self.then(now, "change type")

    @rule(kind=st.sampled_from(sorted(NOTE_TYPES)), now=st.booleans())
    def add(self, kind: str, now: bool) -> None:
        if len(self.author.definitions) < 16:
            self.author.define(kind)
        self.then(now, "add")

    @rule(pick=st.randoms(use_true_random=False), now=st.booleans())
    def take_away(self, pick: random.Random, now: bool) -> None:
        """Removed if nobody has it by a release or a private deck; else a fault, and retired."""
        some = self.some(pick)
        if some is None or some.uid in (0, 3):
            return
        some.removed = True
        if self.is_refused("shipped-id-missing", some.first in self.released):
            some.removed = False
            some.retired = True
        self.then(now, "take away")

    @precondition(lambda self: len(self.author.live()) < len(self.author.definitions))
    @rule(pick=st.randoms(use_true_random=False), now=st.booleans())
    def restore(self, pick: random.Random, now: bool) -> None:
        gone = [d for d in self.author.definitions if not d.live]
        if gone:
            back = pick.choice(gone)
            back.retired = back.removed = False
            self.then(now, "restore")

    @rule(pick=st.randoms(use_true_random=False), now=st.booleans())
    def rename(self, pick: random.Random, now: bool) -> None:
        """With `was`: the same note."""
        if (some := self.some(pick)) is not None and some.uid != 0:
            some.id = f"{some.kind[0]}-{some.uid}-named-{self.tick()}"
            self.then(now, "rename")

    @rule(pick=st.randoms(use_true_random=False), now=st.booleans())
    def rename_without_was(self, pick: random.Random, now: bool) -> None:
        """Another note; of one that learners hold it is a fault, and `was` mends it."""
        some = self.some(pick)
        if some is None or some.uid == 0:
            return
        first, some.id = some.first, f"{some.kind[0]}-{some.uid}-new-{self.tick()}"
        some.first = some.id
        if self.is_refused("shipped-id-missing", first in self.released):
            some.first = first
        self.then(now, "rename without was")

    @precondition(lambda self: len(self.author.roles) > 1)
    @rule(pick=st.randoms(use_true_random=False), now=st.booleans())
    def override(self, pick: random.Random, now: bool) -> None:
        some = self.some(pick)
        names = sorted({"lead", "acme", "beta"} & set(self.author.roles))
        if some is not None and names:
            mine = self.author.roles[pick.choice(names)].overrides
            mine[some.uid] = mine.get(some.uid, 0) + 1
            self.then(now, "override")

    @precondition(lambda self: self.with_("overrides"))
    @rule(pick=st.randoms(use_true_random=False), now=st.booleans())
    def take_an_override_back(self, pick: random.Random, now: bool) -> None:
        mine = pick.choice(self.with_("overrides")).overrides
        del mine[pick.choice(sorted(mine))]
        self.then(now, "take override back")

    @rule(who=st.sampled_from(["", "lead", "acme", "beta"]), now=st.booleans())
    def set_a_variable(self, who: str, now: bool) -> None:
        if not who:
            self.author.company += 1
        elif who in self.author.roles:
            self.author.roles[who].company += 1
        self.then(now, "set a variable")

    @rule(who=st.sampled_from(half_way.LAW_ROLES), now=st.booleans())
    def add_a_role(self, who: str, now: bool) -> None:
        if who not in self.author.roles:
            self.author.new_role(who)
            self.then(now, "add a role")

    @rule(who=st.sampled_from(["agent", "lead", "acme"]), now=st.booleans())
    def retitle(self, who: str, now: bool) -> None:
        if who in self.author.roles:
            self.author.roles[who].title += 1
            self.then(now, "retitle")

    @precondition(lambda self: "lead" in self.author.roles)
    @rule(who=st.sampled_from(["acme", "beta", "hire"]), now=st.booleans())
    def change_a_parent(self, who: str, now: bool) -> None:
        """What the other parent words otherwise is another note, where notes are shared."""
        if who in self.author.roles:
            role = self.author.roles[who]
            role.extends = "agent" if role.extends == "lead" else "lead"
            self.then(now, "change a parent")

    @rule(now=st.booleans())
    def restyle(self, now: bool) -> None:
        self.author.look += 1
        self.then(now, "restyle")

    @rule(now=st.booleans())
    def take_a_spare_into_use(self, now: bool) -> None:
        if not self.author.spare:
            self.author.spare = True
            self.then(now, "take a spare")

    @rule(pick=st.randoms(use_true_random=False), now=st.booleans())
    def fill_a_gate(self, pick: random.Random, now: bool) -> None:
        if (
            (some := self.some(pick)) is not None
            and some.parts < 2
            and some.kind in {"question", "skill"}
        ):
            some.parts += 1
            self.then(now, "fill a gate")

    @precondition(lambda self: any(d.parts for d in self.author.live()))
    @rule(pick=st.randoms(use_true_random=False), now=st.booleans())
    def empty_a_gate(self, pick: random.Random, now: bool) -> None:
        """Of a card that was released, or that a private role built for itself, it is a fault."""
        some = pick.choice([d for d in self.author.live() if d.parts])
        some.parts -= 1
        was_released = self.released_cards.get(some.uid, 0) > some.parts
        some.parts += self.is_refused("card-withdrawn", was_released)
        self.then(now, "empty a gate")

    @rule(pick=st.randoms(use_true_random=False), now=st.booleans())
    def move_between_files(self, pick: random.Random, now: bool) -> None:
        if (some := self.some(pick)) is not None:
            some.file = (some.file + 1) % 3
        self.then(now, "move files")

    @rule(now=st.booleans())
    def reorder(self, now: bool) -> None:
        self.author.turned = not self.author.turned
        self.then(now, "reorder")

    @precondition(lambda self: {"acme", "beta"} & set(self.author.roles))
    @rule(pick=st.randoms(use_true_random=False), now=st.booleans())
    def answer_in_yaml(self, pick: random.Random, now: bool) -> None:
        some = self.some(pick, "question")
        names = sorted({"acme", "beta"} & set(self.author.roles))
        if some is not None:
            mine = self.author.roles[pick.choice(names)].answers
            mine[some.uid] = mine.get(some.uid, 0) + 1
            self.then(now, "answer in YAML")

    @precondition(lambda self: self.with_("answers"))
    @rule(pick=st.randoms(use_true_random=False), now=st.booleans())
    def take_an_answer_back(self, pick: random.Random, now: bool) -> None:
        mine = pick.choice(self.with_("answers")).answers
        del mine[pick.choice(sorted(mine))]
        self.then(now, "empty an answer")

    @precondition(lambda self: "acme" in self.author.roles)
    @rule(now=st.booleans())
    def reword_a_private_question(self, now: bool) -> None:
        acme = self.author.roles["acme"]
        acme.defines = (acme.defines or 0) + 1
        self.then(now, "reword a private question")

    @precondition(lambda self: {"acme", "beta"} & set(self.author.roles))
    @rule(who=st.sampled_from(["acme", "beta"]), now=st.booleans())
    def tell_a_story(self, who: str, now: bool) -> None:
        """A first one, or the same told anew and for other questions."""
        if who in self.author.roles:
            role = self.author.roles[who]
            role.story = 0 if role.story is None else role.story + 1
            self.then(now, "tell a story")

    @precondition(lambda self: {"acme", "beta"} & set(self.author.roles))
    @rule(who=st.sampled_from(["acme", "beta"]), now=st.booleans())
    def learn_a_fact(self, who: str, now: bool) -> None:
        if who in self.author.roles:
            role = self.author.roles[who]
            role.fact = (role.fact or 0) + 1
            self.then(now, "learn a fact")

    @precondition(lambda self: {"acme", "beta"} & set(self.author.roles))
    @rule(who=st.sampled_from(["acme", "beta"]), reword=st.booleans())
    def answer_and_take_it_back(self, who: str, reword: bool) -> None:
        """What was answered in YAML, imported and emptied stays in Anki, reworded or not."""
        if who not in self.author.roles:
            return
        question = next(d for d in self.author.definitions if d.uid == 3)
        answers = self.author.roles[who].answers
        answers[question.uid] = answers.get(question.uid, 0) + 1
        self.deliver()
        del answers[question.uid]
        self.deliver()
        if reword:
            question.text += 1
        self.then(True, "answer and take back")

    def then(self, now: bool, what: str) -> None:
        TAKEN[what] += 1
        if now:
            self.deliver()

    @rule()
    def build_and_import(self) -> None:
        TAKEN["deliver"] += 1
        self.deliver()

    # Releases, lost locks, clones

    @rule(elsewhere=st.booleans(), built=st.booleans())
    def release(self, elsewhere: bool, built: bool = True) -> None:
        """From the author's checkout, or from a fresh clone whose lock then comes back by git.

        `built`: what is released was built and imported before.
        """
        if built:
            self.deliver()
        self.author.write()
        root = self.author.clone(self.folder / "clone") if elsewhere else None
        release = self.build(root, release=True)
        assert not self.faults(release), self.faults(release)
        self.remember(release)
        self.import_all(self.remo, release, self.released_law)
        lock = "decks/notes.lock"
        if root is not None:
            shutil.copy(root / lock, self.author.root / lock)
        self.are_released()
        where = "release elsewhere" if elsewhere else "release"
        TAKEN[where if built else f"{where}, unbuilt"] += 1
        self.deliver()

    def are_released(self) -> None:
        """What is live now is in the released lock."""
        for definition in self.author.live():
            if NOTE_TYPES[definition.kind] is None:
                continue  # without a note there is no line that remembers it
            self.released.add(definition.first)
            self.released_cards[definition.uid] = max(
                definition.parts, self.released_cards.get(definition.uid, 0)
            )

    @rule(packages_too=st.booleans())
    def lose_the_local_lock(self, packages_too: bool) -> None:
        self.deliver()
        self.lose(".prepdeck/local.lock", packages_too)
        TAKEN["lose lock and packages" if packages_too else "lose the lock"] += 1

    @precondition(lambda self: {"acme", "beta"} & set(self.author.roles))
    @rule(who=st.sampled_from(["acme", "beta"]), packages_too=st.booleans())
    def lose_a_private_lock(self, who: str, packages_too: bool) -> None:
        """0.1 packed a role's own questions by the present clock. Only lock or package knows it."""
        self.deliver()
        lock = f"decks/private/{who}/notes.lock"
        if (self.author.root / lock).exists():
            self.lose(lock, packages_too and not self.is_since_0_1)
            TAKEN["lose a private lock"] += 1

    def lose(self, lock: str, packages_too: bool) -> None:
        """Lines that are gone come back from the packages in `build/`, if these are there."""
        (self.author.root / lock).unlink(missing_ok=True)
        packed: set[str] = set()
        if packages_too:
            shutil.rmtree(self.author.root / "build")
        else:
            packages = (self.author.root / "build").rglob("*.apkg")
            packed = {note.guid for path in packages for note in read_package(path).notes}
        self.forgotten |= {guid for _, guid in self.since} - packed
        self.deliver()

    @precondition(lambda self: "acme" in self.author.roles)
    @rule(now=st.booleans())
    def forget_a_key(self, now: bool) -> None:
        """A private role under another key would begin every note anew: a fault."""
        self.deliver()
        self.author.roles["acme"].key = "acme-2"
        assert {d.rule for d in self.faults(self.build())} == {"role-key-changed"}
        self.author.roles["acme"].key = "acme-1"
        self.then(now, "forget a key")

    @precondition(lambda self: {"solo", "beta"} & set(self.author.roles))
    @rule(who=st.sampled_from(["solo", "beta"]), now=st.booleans())
    def change_whose_notes(self, who: str, now: bool) -> None:
        """`notes: own` to `shared` or back: a warning, and other notes."""
        if who in self.author.roles:
            self.author.roles[who].own = not self.author.roles[who].own
            self.then(now, "change whose notes")

    @rule()
    def relock_from_older_packages(self) -> None:
        """Lines of an older build: what changed since is stamped anew, and nothing is lost."""
        self.deliver()
        old = self.folder / "old"
        shutil.rmtree(old, ignore_errors=True)
        shutil.copytree(self.author.root / "build", old)
        for some in self.author.live()[:3]:
            some.text += 1
        self.deliver()
        (self.author.root / ".prepdeck/local.lock").unlink(missing_ok=True)
        relock(self.author.root, sorted(old.rglob("*.apkg")))
        self.forgotten = {guid for _, guid in self.since}
        TAKEN["relock from older"] += 1
        self.deliver()

    @rule()
    def rebuild_the_local_lock(self) -> None:
        """Gone, and put back from the packages that Lena imported last: the law holds whole."""
        self.deliver()
        (self.author.root / ".prepdeck/local.lock").unlink(missing_ok=True)
        relock(self.author.root, sorted((self.author.root / "build").rglob("*.apkg")))
        # Of what is in no package now, there is no line to put back.
        built = self.build()
        self.forgotten |= {guid for _, guid in self.since} - self.packed(built)
        TAKEN["relock"] += 1
        self.deliver()

    @rule()
    def build_on_a_second_clone(self) -> None:
        """Lena imports what was built without the local lock."""
        self.deliver()
        root = self.author.clone(self.folder / "second")
        built = self.build(root)
        assert not self.faults(built), self.faults(built)
        self.import_all(self.lena, built, self.same_or_changed, unsure=True)
        TAKEN["second clone"] += 1
        self.deliver()


@pytest.mark.slow
def test_no_life_of_a_deck_and_its_learners_breaks_the_contract() -> None:
    with counted():
        live(Law, 50)
