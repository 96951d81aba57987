"""What learners do between two imports: rules of every life."""

from __future__ import annotations

import random

from hypothesis import strategies as st
from hypothesis.stateful import rule
from law_delivery import (
    BEGIN,
    CLOCK_OF_1970,
    TAKEN,
    WORST_CLOCK,
    Delivery,
    Follower,
    content_of,
)

from builder.package import read_package


class Learners(Delivery):
    """Lena and Remo study, edit, tag, flag, suspend, move, delete and tidy up."""

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
        who.unprotected.discard(note.guid)

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
        who.unprotected.discard(note.guid)
        TAKEN["write by a wrong clock"] += 1

    @rule(pick=st.randoms(use_true_random=False), remo=st.booleans())
    def write_by_a_clock_of_1970(self, pick: random.Random, remo: bool) -> None:
        """Such words are not protected; all else is."""
        who = self.both(remo)
        if (id := who.anything(pick, '"note:Test Decks: Your answer"')) is None:
            return
        note = who.anki.collection.get_note(id)  # type: ignore[arg-type]
        note["Answer"] = f"My words {self.tick()}."
        who.anki.collection.update_note(note)
        who.anki._touched(note, CLOCK_OF_1970)
        who.touched.add(note.guid)
        who.unprotected.add(note.guid)
        TAKEN["write by a clock of 1970"] += 1

    @rule(pick=st.randoms(use_true_random=False), remo=st.booleans())
    def step_back_to_older_words(self, pick: random.Random, remo: bool) -> None:
        """The words that came with the note are put back by hand: they are the learner's now."""
        who = self.both(remo)
        if (id := who.anything(pick, '"note:Test Decks: Your answer"')) is None:
            return
        note = who.anki.collection.get_note(id)  # type: ignore[arg-type]
        note["Answer"] = who.shipped[note.guid][0][3]
        who.anki.collection.update_note(note)
        self.touch(who, id)
        TAKEN["step back to older words"] += 1

    @rule(pick=st.randoms(use_true_random=False), remo=st.booleans())
    def import_an_old_file_again(self, pick: random.Random, remo: bool) -> None:
        """Of any role, and from however many builds ago: nothing that they have changes."""
        who = self.both(remo)
        if not who.files:
            return
        path = pick.choice(sorted(who.files))
        before, history, reviews = who.notes(), who.anki.history, who.anki.reviews
        assert who.anki.imports(path).conflicting == 0
        after, now = who.notes(), who.anki.history
        assert {card: now.get(card) for card in history} == history, "a card of theirs changed"
        assert who.anki.reviews == reviews
        for guid, content in before.items():
            if guid not in who.unprotected:
                assert after[guid] == content, "an old file changed a note"
        for note in read_package(path).notes:
            if note.guid not in before or after[note.guid] != before[note.guid]:
                assert after[note.guid] == content_of(note)
            else:
                continue
            who.forget(note.guid)
            who.returned.add(note.guid)
            self.ship(who, note)
        TAKEN["old file again"] += 1

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
