"""Builds and imports of a life, and the law: what must hold after every import."""

from __future__ import annotations

import hashlib
import os
import random
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test
from law_author import Author
from learner import Learner, learner

from builder.digests import without_employer
from builder.findings import Diagnostic
from builder.package import PackedNote, read_package
from builder.pipeline import BuildOptions, Built, build

BEGIN = 1_790_000_000
#: June 1996, the worst clock of which a learner's words are safe.
WORST_CLOCK = 833_587_200
#: An empty battery: the first hour of 1970.
CLOCK_OF_1970 = 3_600

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
    the content that it came with before; `unprotected`: personal notes that were written by a clock
    before 1996; `returned`: deleted notes that an old file brought back; `files`: copies of all that
    they imported, with the role of each.
    """

    anki: Learner
    shipped: dict[str, Content] = field(default_factory=dict)
    edited: dict[str, int] = field(default_factory=dict)
    touched: set[str] = field(default_factory=set)
    unchanged: dict[str, bool] = field(default_factory=dict)
    unprotected: set[str] = field(default_factory=set)
    returned: set[str] = field(default_factory=set)
    files: dict[Path, str] = field(default_factory=dict)

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

    def forget(self, guid: str) -> None:
        """What they did to a note is gone: it came anew."""
        self.edited.pop(guid, None)
        self.touched.discard(guid)
        self.unprotected.discard(guid)

    def card(self, pick: random.Random) -> int | None:
        found = sorted(self.anki.collection.find_cards(""))
        return pick.choice(found) if found else None


class Delivery(RuleBasedStateMachine):
    """One author, two learners: builds, imports, and what must hold after each."""

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

    def build(self, root: Path | None = None, *, release: bool = False) -> Built:
        self.author.write()
        return build(BuildOptions(root or self.author.root, self.tick(), release=release))

    def faults(self, built: Built) -> list[Diagnostic]:
        return [d for d in built.findings if d.is_error]

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

    def one_content(self, built: Built) -> None:
        """A GUID has one digest in all packages of a build.

        But a public deck has an empty "Your answer" where a private one has the answer: an empty
        one never replaces it.
        """
        contents: dict[tuple[str, bool], Content] = {}
        for packed in built.packages:
            for note in read_package(packed.path).notes:
                answered = note.notetype.endswith("Your answer") and bool(note.fields[3])
                content = contents.setdefault((note.guid, answered), content_of(note))
                assert content == content_of(note), "one note, two contents"

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
        self.one_content(built)
        for packed in built.packages:
            package = read_package(packed.path)
            texts = self.author.texts(self.author.roles[packed.role])
            found = set()
            for note in package.notes:
                notetype = package.notetypes[note.notetype]
                name = note.field(notetype, "Id"), note.notetype.removeprefix("Test Decks: ")
                assert self.guids.setdefault(name, note.guid) == note.guid
                assert content_of(note)[0][0] == texts[name[0]], (
                    "what the note says is not its owner's"
                )
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
        packed = read_package(path).notes
        packed_guids = {note.guid for note in packed}
        before, history, reviews = who.notes(), who.anki.history, who.anki.reviews
        # Those that may get another time, though nothing of them changes.
        unsettled = self.forgotten | who.unprotected
        times = {note.guid: note.modified for note in who.anki.content.notes}
        log = who.anki.imports(path)
        assert log.conflicting == 0
        after, now = who.notes(), who.anki.history
        assert {card: now.get(card) for card in history} == history, "a card of theirs changed"
        assert who.anki.reviews == reviews
        for guid, content in before.items():
            assert guid in after
            if guid not in packed_guids:
                assert after[guid] == content, "a note that is not in the package changed"
        for note in packed:
            if note.guid not in before:
                assert after[note.guid] == content_of(note)
                who.forget(note.guid)
                who.unchanged[note.guid] = False
                self.ship(who, note)
            else:
                lost = unsure or note.guid in self.forgotten
                law(who, role, note, before[note.guid], after[note.guid], lost)
                newer = self.is_newer(who, note)
                who.unchanged[note.guid] = not newer and note.guid not in who.returned
                if newer:
                    self.ship(who, note)
            who.returned.discard(note.guid)
        if not unsure:
            for note in who.anki.content.notes:
                if note.guid in unsettled:
                    continue
                if note.guid in times and who.unchanged.get(note.guid):
                    assert note.modified == times[note.guid], "an unchanged note was touched"
        names = [model.name for model in who.anki.collection.models.all_names_and_ids()]
        assert not [name for name in names if name.endswith("+")]
        again = who.anki.imports(path)
        assert (again.new, again.updated, again.conflicting) == (0, 0, 0)
        assert (who.notes(), who.anki.history) == (after, now), "the same file again"
        self.keep(who, path, role)

    def is_newer(self, who: Follower, note: PackedNote) -> bool:
        """Whether the note came with another content before."""
        return content_of(note) != who.shipped[note.guid]

    def ship(self, who: Follower, note: PackedNote) -> None:
        """Remembers what a note came with."""
        who.shipped[note.guid] = content_of(note)

    def keep(self, who: Follower, path: Path, role: str) -> None:
        """A copy of a file that they imported, to be imported again."""
        name = hashlib.sha256(path.read_bytes()).hexdigest()[:16]
        copy = self.folder / f"{role}-{name}.apkg"
        if not copy.exists():
            shutil.copyfile(path, copy)
        who.files.setdefault(copy, role)

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
        if note.guid in who.unprotected:
            assert after in (before, content_of(note))
            if after != before:
                who.unprotected.discard(note.guid)
                who.touched.discard(note.guid)
        elif note.guid in who.touched:
            assert after == before, "an answer of theirs was overwritten"
        elif not note.notetype.endswith("Your answer"):
            assert after == content_of(note), "new words of the role's did not arrive"
        else:
            answer = note.fields[3]
            known = before[0][3]
            wanted = before if known and not answer else content_of(note)
            assert after == wanted, "taken out of YAML is not taken out of Anki"


def live(machine: type[Delivery], examples: int, steps: int = 25) -> None:
    """Lives so many lives of so many steps; `LAW_EXAMPLES` and `LAW_SHRINK` say otherwise."""
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        machine,
        settings=settings(
            max_examples=int(os.environ.get("LAW_EXAMPLES", examples)),
            stateful_step_count=steps,
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


@contextmanager
def counted() -> Iterator[None]:
    """Prints how often each rule was taken."""
    TAKEN.clear()
    yield
    if TAKEN:
        print("\nrules taken:", ", ".join(f"{name} {n}" for name, n in sorted(TAKEN.items())))
