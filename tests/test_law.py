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

import os
import random
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import half_way
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)
from law_author import NOTE_TYPES, Author, Definition, Role
from learner import Learner, learner

from builder.commands.build.run import relock
from builder.commands.check.run import check
from builder.digests import without_employer
from builder.findings import Diagnostic
from builder.package import PackedNote, read_package
from builder.pipeline import BuildOptions, Built, build
from builder.report import Packed

BEGIN = 1_790_000_000
#: June 1996, the worst clock of which a learner's words are safe.
WORST_CLOCK = 833_587_200
EXAMPLES = int(os.environ.get("LAW_EXAMPLES", "50"))

Content = tuple[tuple[str, ...], tuple[str, ...]]

#: How often each rule was taken, over all lives.
TAKEN: Counter[str] = Counter()


def content_of(note: PackedNote) -> Content:
    fields, tags = without_employer(note.fields, note.tags)
    return fields, tuple(sorted(tags))


def is_theirs(note: PackedNote) -> bool:
    """Whether it holds words of theirs: an answer, or what a private role defines."""
    return note.notetype.endswith("Your answer") or "/my/" in note.fields[-3]


@dataclass
class Follower:
    """A learner, and what we know of them that Anki does not say.

    `shipped`: the content each note last came with; `edited`: when they last edited a note;
    `touched`: personal notes that are theirs by now; `unchanged`: whether a note last came with
    the content that it came with before.
    """

    anki: Learner
    shipped: dict[str, Content] = field(default_factory=dict)
    edited: dict[str, int] = field(default_factory=dict)
    touched: set[str] = field(default_factory=set)
    unchanged: dict[str, bool] = field(default_factory=dict)

    def notes(self) -> dict[str, Content]:
        found = self.anki.content.notes
        assert len({note.guid for note in found}) == len(found), "a duplicate"
        assert all(note.cards for note in found), "a note without a card"
        places = [[place for place, _ in note.cards] for note in found]
        assert all(len(set(some)) == len(some) for some in places), "a card twice"
        return {note.guid: content_of(note) for note in found}

    def anything(self, pick: random.Random, search: str = "") -> int | None:
        """Some note of theirs."""
        found = sorted(self.anki.collection.find_notes(search))
        return pick.choice(found) if found else None

    def card(self, pick: random.Random) -> int | None:
        found = sorted(self.anki.collection.find_cards(""))
        return pick.choice(found) if found else None


class Law(RuleBasedStateMachine):
    """One author, two learners."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="law-"))
        self.clock = BEGIN
        self.author = Author(self.folder / "project")
        self.author.root.mkdir()
        self.guids: dict[tuple[str, str], str] = {}
        # Since when each note has the content it has, as built in this checkout; by deck.
        self.since: dict[tuple[str, str], tuple[Content, int]] = {}
        # Notes whose lines a lost lock took along: their next import may stamp them anew.
        self.forgotten: set[str] = set()
        self.released: set[str] = set()
        self.released_cards: dict[int, int] = {}
        self.opened: list[Any] = []
        self.is_since_0_1 = False
        self.lena = self._someone("lena")
        self.remo = self._someone("remo")

    def _someone(self, name: str) -> Follower:
        context = learner(self.folder / name)
        self.opened.append(context)
        return Follower(context.__enter__())

    def teardown(self) -> None:
        for context in self.opened:
            context.__exit__(None, None, None)
        shutil.rmtree(self.folder, ignore_errors=True)

    def tick(self) -> int:
        self.clock += 10
        return self.clock

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

    # Delivery

    def build(self, root: Path | None = None, *, release: bool = False) -> Built:
        self.author.write()
        return build(BuildOptions(root or self.author.root, self.tick(), release=release))

    def faults(self, built: Built) -> list[Diagnostic]:
        return [d for d in built.findings if d.is_error]

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

    def deliver(self) -> None:
        """A build of the author's checkout, and Lena's import of all of it."""
        built = self.build()
        assert not self.faults(built), self.faults(built)
        self.arrive(built)

    def arrive(self, built: Built) -> None:
        """Lena's import of a build."""
        self.remember(built)
        self.check_decks(built)
        self.import_all(self.lena, built, self.same_or_changed)
        self.forgotten -= self.packed(built)

    def remember(self, built: Built) -> None:
        for packed in built.packages:
            for note in read_package(packed.path).notes:
                name = packed.role, note.guid
                known = self.since.get(name)
                if known is None or known[0] != content_of(note):
                    self.since[name] = content_of(note), self.clock

    def packed(self, built: Built) -> set[str]:
        return {n.guid for p in built.packages for n in read_package(p.path).notes}

    def check_decks(self, built: Built) -> None:
        """Each deck has exactly the notes it should, under the GUIDs that they always had."""
        for packed in built.packages:
            package = read_package(packed.path)
            texts = self.author.texts(self.author.roles[packed.role])
            found = set()
            for note in package.notes:
                notetype = package.notetypes[note.notetype]
                name = note.field(notetype, "Id"), note.notetype.removeprefix("Test Decks: ")
                assert self.guids.setdefault(name, note.guid) == note.guid
                assert note.fields[0] == texts[name[0]], "what the note says is not its owner's"
                found.add(name)
            assert found == self.author.expected(self.author.roles[packed.role]), packed.role

    def import_all(
        self, who: Follower, built: Built, law: Callable[..., None], *, unsure: bool = False
    ) -> None:
        packages = list(built.packages)
        random.Random(self.clock).shuffle(packages)
        for packed in packages:
            self.import_one(who, packed.path, packed.role, law, unsure)
        self.tick()

    def import_one(
        self, who: Follower, path: Path, role: str, law: Callable[..., None], unsure: bool
    ) -> None:
        before, history, reviews = who.notes(), who.anki.history, who.anki.reviews
        times = {note.guid: note.modified for note in who.anki.content.notes}
        log = who.anki.imports(path)
        assert log.conflicting == 0
        after, now = who.notes(), who.anki.history
        assert {card: now.get(card) for card in history} == history, "a card of theirs changed"
        assert who.anki.reviews == reviews
        for guid, content in before.items():
            assert guid in after
            packed_too = any(note.guid == guid for note in read_package(path).notes)
            if not packed_too:
                assert after[guid] == content, "a note that is not in the package changed"
        for note in read_package(path).notes:
            if note.guid not in before:
                assert after[note.guid] == content_of(note)
                who.edited.pop(note.guid, None)
                who.touched.discard(note.guid)
            else:
                lost = unsure or note.guid in self.forgotten
                law(who, role, note, before[note.guid], after[note.guid], lost)
            who.unchanged[note.guid] = content_of(note) == who.shipped.get(note.guid)
            who.shipped[note.guid] = content_of(note)
        if not unsure:
            for note in who.anki.content.notes:
                if note.guid in self.forgotten:
                    continue
                if note.guid in times and who.unchanged.get(note.guid):
                    assert note.modified == times[note.guid], "an unchanged note was touched"
        names = [model.name for model in who.anki.collection.models.all_names_and_ids()]
        assert not [name for name in names if name.endswith("+")]
        again = who.anki.imports(path)
        assert (again.new, again.updated, again.conflicting) == (0, 0, 0)
        assert (who.notes(), who.anki.history) == (after, now), "the same file again"

    def same_or_changed(
        self,
        who: Follower,
        role: str,
        note: PackedNote,
        before: Content,
        after: Content,
        unsure: bool,
    ) -> None:
        """The law for whoever imports every build."""
        ours, guid = content_of(note), note.guid
        if is_theirs(note):
            self.personal(who, note, before, after)
        elif unsure:
            assert after in (before, ours)
            if after == ours:
                who.edited.pop(guid, None)
        elif ours == who.shipped[guid]:
            assert after == before, "an unchanged note lost what they did to it"
        elif who.edited.get(guid, 0) < self.since[role, guid][1]:
            assert after == ours, "a change did not arrive"
            who.edited.pop(guid, None)
        else:
            assert after == before, "an edit newer than our change was overwritten"

    def released_law(
        self,
        who: Follower,
        role: str,
        note: PackedNote,
        before: Content,
        after: Content,
        unsure: bool,
    ) -> None:
        """The law for whoever imports releases: a change may be older than its release."""
        ours, guid = content_of(note), note.guid
        if is_theirs(note):
            self.personal(who, note, before, after)
        elif ours == who.shipped[guid]:
            assert after == before, "an unchanged note lost what they did to it"
        elif who.edited.get(guid, 0) <= self.since[role, guid][1]:
            assert after == ours, "a change did not arrive"
            who.edited.pop(guid, None)
        else:
            assert after in (before, ours)
            if after == ours:
                who.edited.pop(guid, None)

    def personal(self, who: Follower, note: PackedNote, before: Content, after: Content) -> None:
        if note.guid in who.touched:
            assert after == before, "an answer of theirs was overwritten"
        elif not note.notetype.endswith("Your answer"):
            assert after == content_of(note), "new words of the role's did not arrive"
        else:
            answer = note.fields[3]
            known = before[0][3]
            wanted = before if known and not answer else content_of(note)
            assert after == wanted, "taken out of YAML is not taken out of Anki"

    # The author's rules

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
    def import_an_old_file_again(self) -> None:
        """Nothing that Lena has changes."""
        self.deliver()
        old = self.folder / "again"
        shutil.rmtree(old, ignore_errors=True)
        shutil.copytree(self.author.root / "build", old)
        for some in self.author.live()[:3]:
            some.text += 1
        self.deliver()
        before, history = self.lena.notes(), self.lena.anki.history
        for path in sorted(old.rglob("*.apkg")):
            log = self.lena.anki.imports(path)
            assert (log.updated, log.conflicting) == (0, 0)
        after, now = self.lena.notes(), self.lena.anki.history
        assert {guid: after.get(guid) for guid in before} == before
        assert {card: now.get(card) for card in history} == history
        TAKEN["old file again"] += 1

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

    # The learners' rules

    def both(self, remo: bool) -> Follower:
        return self.remo if remo else self.lena

    @rule(remo=st.booleans(), number=st.integers(1, 4))
    def study(self, remo: bool, number: int) -> None:
        self.both(remo).anki.studies(number)
        TAKEN["study"] += 1

    def touch(self, who: Follower, id: int) -> None:
        """A note was saved in Anki: at the harness's time, and personal ones are theirs now."""
        note = who.anki.collection.get_note(id)  # type: ignore[arg-type]
        who.anki._touched(note, self.tick())
        who.edited[note.guid] = self.clock
        who.touched.add(note.guid)

    @rule(pick=st.randoms(use_true_random=False), remo=st.booleans())
    def edit_a_field(self, pick: random.Random, remo: bool) -> None:
        who = self.both(remo)
        if (id := who.anything(pick)) is None:
            return
        note = who.anki.collection.get_note(id)  # type: ignore[arg-type]
        field = pick.choice([name for name, _ in note.items() if name != "Id"][:3])
        note[field] = f"mine {self.tick()}"
        who.anki.collection.update_note(note)
        self.touch(who, id)
        TAKEN["edit a field"] += 1

    @rule(pick=st.randoms(use_true_random=False), remo=st.booleans())
    def write_an_answer(self, pick: random.Random, remo: bool) -> None:
        who = self.both(remo)
        if (id := who.anything(pick, '"note:Test Decks: Your answer"')) is None:
            return
        note = who.anki.collection.get_note(id)  # type: ignore[arg-type]
        note["Answer"] = f"My words {self.tick()}."
        who.anki.collection.update_note(note)
        self.touch(who, id)
        TAKEN["write an answer"] += 1

    @rule(
        pick=st.randoms(use_true_random=False),
        remo=st.booleans(),
        at=st.sampled_from([WORST_CLOCK, 946_684_800, BEGIN - 600]),
    )
    def write_by_a_wrong_clock(self, pick: random.Random, remo: bool, at: int) -> None:
        """Of 1996, of 2000, or ten minutes behind the first build."""
        who = self.both(remo)
        search = '"note:Test Decks: Your answer"'
        if not self.is_since_0_1:
            # What 0.1 packed of a role's own is on the real clock, and counts on from there.
            search += " or Id:*/my/*"
        if (id := who.anything(pick, search)) is None:
            return
        note = who.anki.collection.get_note(id)  # type: ignore[arg-type]
        field = "Answer" if "Answer" in dict(note.items()) else note.keys()[0]
        note[field] = f"My words {self.tick()}."
        who.anki.collection.update_note(note)
        who.anki._touched(note, at)
        who.touched.add(note.guid)
        TAKEN["write by a wrong clock"] += 1

    @rule(pick=st.randoms(use_true_random=False), remo=st.booleans())
    def add_a_picture(self, pick: random.Random, remo: bool) -> None:
        """To an answer, and no word."""
        who = self.both(remo)
        if (id := who.anything(pick, '"note:Test Decks: Your answer"')) is None:
            return
        note = who.anki.collection.get_note(id)  # type: ignore[arg-type]
        note["Answer"] += '<img src="desk.jpg">'
        who.anki.collection.update_note(note)
        self.touch(who, id)
        TAKEN["add a picture"] += 1

    @rule(remo=st.booleans())
    def rename_a_tag(self, remo: bool) -> None:
        """In the sidebar: every note that has it is saved."""
        who = self.both(remo)
        found = list(who.anki.collection.find_notes("tag:mine::hard"))
        who.anki.collection.tags.rename("mine::hard", f"mine::hard-{self.tick()}")
        for id in found:
            self.touch(who, id)
        TAKEN["rename a tag"] += 1

    @rule(
        pick=st.randoms(use_true_random=False),
        remo=st.booleans(),
        tag=st.sampled_from(["leech", "marked", "mine::hard"]),
    )
    def tag(self, pick: random.Random, remo: bool, tag: str) -> None:
        who = self.both(remo)
        if (id := who.anything(pick)) is None:
            return
        note = who.anki.collection.get_note(id)  # type: ignore[arg-type]
        note.add_tag(tag)
        who.anki.collection.update_note(note)
        self.touch(who, id)
        TAKEN["tag"] += 1

    @rule(pick=st.randoms(use_true_random=False), remo=st.booleans())
    def suspend(self, pick: random.Random, remo: bool) -> None:
        who = self.both(remo)
        if (id := who.card(pick)) is not None:
            who.anki.collection.sched.suspend_cards([id])  # type: ignore[list-item]
            TAKEN["suspend"] += 1

    @rule(pick=st.randoms(use_true_random=False), remo=st.booleans(), colour=st.integers(1, 7))
    def flag(self, pick: random.Random, remo: bool, colour: int) -> None:
        who = self.both(remo)
        if (id := who.card(pick)) is not None:
            who.anki.collection.set_user_flag_for_cards(colour, [id])  # type: ignore[list-item]
            TAKEN["flag"] += 1

    @rule(pick=st.randoms(use_true_random=False), remo=st.booleans())
    def move_to_a_deck_of_theirs(self, pick: random.Random, remo: bool) -> None:
        who = self.both(remo)
        if (id := who.card(pick)) is not None:
            deck = who.anki.collection.decks.id("My own")
            assert deck is not None
            who.anki.collection.set_deck([id], deck)  # type: ignore[list-item]
            TAKEN["move to own deck"] += 1

    @rule(pick=st.randoms(use_true_random=False), remo=st.booleans())
    def delete_a_note(self, pick: random.Random, remo: bool) -> None:
        who = self.both(remo)
        if (id := who.anything(pick)) is not None:
            who.anki.collection.remove_notes([id])  # type: ignore[list-item]
            TAKEN["delete a note"] += 1

    @rule(remo=st.booleans())
    def check_database(self, remo: bool) -> None:
        """Grows no card, and changes no note."""
        who = self.both(remo)
        before, cards = who.notes(), set(who.anki.history)
        who.anki.check_database()
        assert who.notes() == before
        assert set(who.anki.history) == cards
        TAKEN["check database"] += 1

    @rule(remo=st.booleans())
    def empty_cards(self, remo: bool) -> None:
        """Deletes blank cards, as Tools > Empty Cards does; keeps each note's last one."""
        who = self.both(remo)
        blank = [
            card
            for note in who.anki.collection.get_empty_cards().notes
            for card in note.card_ids[note.will_delete_note :]
        ]
        if remo:
            # A release withdraws no card. But where an edit of theirs is newer than a follow-up of
            # ours, the card comes and its text does not.
            for card in blank:
                assert who.anki.collection.get_card(card).note().guid in who.touched
        who.anki.collection.remove_cards_and_orphaned_notes(blank)  # type: ignore[arg-type]
        TAKEN["empty cards"] += 1


@pytest.fixture(scope="module", autouse=True)
def counted() -> Iterator[None]:
    """Says how often each rule was taken."""
    TAKEN.clear()
    yield
    if TAKEN:
        print("\nrules taken:", ", ".join(f"{name} {n}" for name, n in sorted(TAKEN.items())))


@pytest.mark.slow
def test_no_life_of_a_deck_and_its_learners_breaks_the_contract() -> None:
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        Law,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=25,
            # The bounded run lives the same lives each time, so that it says something about the
            # change under test; `make law` draws new ones.
            derandomize="LAW_EXAMPLES" not in os.environ,
            suppress_health_check=list(HealthCheck),
            print_blob=True,
            # A counter-example is shrunk for up to five minutes; `LAW_SHRINK=0` shows it as it is.
            phases=[
                Phase.generate,
                *([Phase.shrink] if os.environ.get("LAW_SHRINK") != "0" else []),
            ],
        ),
    )
