"""What is newer: an older export, a backup or another collection never replaces words unasked.

Each test is a life in the real Anki. Reviews have the time of this machine, which is later than all
edits here; what AnkiWeb numbers (`usn`) is as a real exchange between two devices left it.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import NOON, MakeProject
from learner import Learner, learner
from test_sync import ANSWERED, DAY, EDIT, HEAD, ID, ROLE, STORY, imported, role_of, take
from test_sync import write_in_anki as write

from builder.anki.library import ImportAnkiPackageOptions, ImportAnkiPackageRequest
from builder.commands.build.replace import replacement
from builder.commands.sync.run import SyncOptions, sync


@pytest.fixture
def phone(tmp_path: Path) -> Iterator[Learner]:
    """Anna's second collection, which no AnkiWeb joins with her first."""
    with learner(tmp_path / "phone") as someone:
        yield someone


@pytest.fixture
def backup(tmp_path: Path, anna: Learner) -> Backup:
    return Backup(anna, tmp_path / "anna/collection.anki2", tmp_path / "backup.anki2")


class Backup:
    """A copy of a collection, to go back to."""

    def __init__(self, who: Learner, path: Path, copy: Path) -> None:
        self.who, self.path, self.copy = who, path, copy

    def made(self) -> None:
        self.who.collection.close()
        shutil.copy(self.path, self.copy)
        self.who.collection.reopen()

    def restored(self) -> None:
        self.who.collection.close()
        shutil.copy(self.copy, self.path)
        self.who.collection.reopen()


def exchanged(who: Learner, *, note: int, reviews: int) -> None:
    """The numbers that AnkiWeb gives: the answer came with `note`, our reviews went with that."""
    assert who.collection.db is not None
    who.collection.db.execute("update revlog set usn = ? where usn = -1", reviews)
    guid = who.note(ID, "Your answer").guid
    who.collection.db.execute("update notes set usn = ? where guid = ?", note, guid)


def test_an_older_export_replaces_no_words_that_came_by_ankiweb(
    project: MakeProject, anna: Learner
) -> None:
    """The phone wrote before the desk studied, and its words came after it."""
    deck = imported(project, anna)
    write(anna, "Old, from the desk.")
    anna.studies(2)
    old = anna.exports(deck.root / "old.apkg", scheduling=True)
    write(anna, "New, from the phone.", EDIT + 60)
    assert take(deck, anna, scheduling=True).from_anki
    done = sync(SyncOptions(deck.root, old, NOON + 2 * DAY))
    assert (done.from_anki, len(done.in_doubt)) == ((), 1)
    assert "New, from the phone." in role_of(deck)


def test_a_backup_that_was_studied_replaces_no_words_that_came_by_ankiweb(
    project: MakeProject, anna: Learner, backup: Backup
) -> None:
    """It has all the reviews, but under no number: it was made before they were sent."""
    deck = imported(project, anna)
    write(anna, "Old, from the desk.")
    anna.studies(1)
    backup.made()
    write(anna, "New, from the phone.", EDIT + 60)
    exchanged(anna, note=2, reviews=3)
    assert take(deck, anna, scheduling=True).from_anki
    backup.restored()
    anna.studies(1)
    done = take(deck, anna, scheduling=True, at=NOON + 2 * DAY)
    assert (done.from_anki, len(done.in_doubt)) == ((), 1)
    assert "New, from the phone." in role_of(deck)


def test_words_that_came_after_all_reviews_of_the_desk_prove_nothing(
    project: MakeProject, anna: Learner, backup: Backup
) -> None:
    """The reviews were sent before, so a backup has them under the same number."""
    deck = imported(project, anna)
    write(anna, "Old, from the desk.")
    anna.studies(1)
    exchanged(anna, note=0, reviews=1)
    backup.made()
    write(anna, "New, from the phone.", EDIT + 60)
    exchanged(anna, note=2, reviews=3)
    assert take(deck, anna, scheduling=True).from_anki
    backup.restored()
    anna.studies(1)
    done = take(deck, anna, scheduling=True, at=NOON + 2 * DAY)
    assert (done.from_anki, len(done.in_doubt)) == ((), 1)


def test_a_second_edit_of_a_collection_that_ankiweb_joins_is_taken(
    project: MakeProject, anna: Learner
) -> None:
    """Written and studied on the phone, exported on the desk, again and again."""
    deck = imported(project, anna)
    for number, words in enumerate(["One.", "One, two.", "One, two, three."], 1):
        write(anna, words, EDIT + number)
        anna.studies(1)
        exchanged(anna, note=number, reviews=number)
        done = take(deck, anna, scheduling=True, at=NOON + number * DAY)
        assert (len(done.from_anki), done.in_doubt) == (1, ())
    assert "One, two, three." in role_of(deck)


def test_a_backup_from_before_a_replacement_puts_nothing_back(
    project: MakeProject, anna: Learner, backup: Backup
) -> None:
    """The learner agreed to YAML's words; the note's time is that of the old ones, and a second."""
    deck = imported(project, anna)
    write(anna, "Old.")
    anna.studies(1)
    backup.made()
    deck.write({ROLE: f"{HEAD}my_answers:\n  {STORY}: New, in YAML.\n".encode()})
    export = anna.exports(deck.root / "mine.apkg")
    made = replacement(deck.root, "acme", export, NOON + DAY, agree=lambda pair: True)
    assert made.path is not None
    anna.imports(made.path)
    take(deck, anna, scheduling=True)
    backup.restored()
    anna.studies(1)
    done = take(deck, anna, scheduling=True, at=NOON + 2 * DAY)
    assert (done.from_anki, len(done.in_doubt)) == ((), 1)
    assert "New, in YAML." in role_of(deck)


def test_a_backup_replaces_no_words_of_a_clock_that_was_behind(
    project: MakeProject, anna: Learner, backup: Backup
) -> None:
    """Their time is earlier than the last review, which a backup from before them has too."""
    deck = imported(project, anna)
    write(anna, "Old.", EDIT + 60)
    anna.studies(1)
    backup.made()
    write(anna, "New.", EDIT)
    assert take(deck, anna, scheduling=True).from_anki
    backup.restored()
    done = take(deck, anna, scheduling=True, at=NOON + 2 * DAY)
    assert (done.from_anki, len(done.in_doubt)) == ((), 1)
    assert "New." in role_of(deck)


@pytest.mark.parametrize("turns", [0, 2])
def test_progress_that_was_imported_makes_no_collection_the_other_one(
    project: MakeProject, anna: Learner, phone: Learner, turns: int
) -> None:
    """Anki imports reviews of cards that a collection lacked; its own decks keep their numbers."""
    deck = imported(project, anna)
    write(anna, "Old, on the laptop.", EDIT + 90)
    own = "\nquestions:\n  why-acme:\n    ask: Why?\n    type: pitch\n    answer: It is near.\n"
    deck.write({ROLE: f"{HEAD}{own}".encode()})
    phone.imports(deck.built(NOON + 60, "acme"))
    write(phone, "New, on the phone.", EDIT + 60)
    for card in phone.cards("acme-7f3a/my/why-acme"):
        card.start_timer()
        phone.collection.sched.answerCard(card, 3)  # type: ignore[attr-defined]
    assert take(deck, phone, scheduling=True).from_anki
    options = ImportAnkiPackageOptions(with_scheduling=True)
    progress = str(deck.root / "mine.apkg")
    anna.collection.import_anki_package(
        ImportAnkiPackageRequest(package_path=progress, options=options)
    )
    assert anna.reviews == 1, "and that of the phone's own question came along"
    anna.studies(turns)
    done = take(deck, anna, scheduling=True, at=NOON + 2 * DAY)
    assert (done.from_anki, len(done.in_doubt)) == ((), 1)
    assert "New, on the phone." in role_of(deck)


def test_words_that_a_sync_saw_are_a_step_back_though_the_lock_was_lost(
    project: MakeProject, anna: Learner
) -> None:
    """YAML went back to the words that they were written upon, and may not lose that."""
    deck = imported(project, anna, ANSWERED)
    write(anna, "I let him talk.")
    take(deck, anna)
    deck.write({ROLE: ANSWERED.encode()})
    (deck.root / "decks/private/acme/notes.lock").unlink()
    deck.built(NOON + DAY, "acme")
    done = take(deck, anna, at=NOON + 2 * DAY)
    assert (done.from_anki, len(done.in_doubt)) == ((), 1)
    assert "I let him shout." in role_of(deck)


def test_an_edit_in_yaml_after_a_sync_is_newer_and_in_no_doubt(
    project: MakeProject, anna: Learner
) -> None:
    deck = imported(project, anna)
    write(anna, "One.")
    anna.studies(1)
    take(deck, anna, scheduling=True)
    deck.edit(ROLE, "One.", "One, in YAML.")
    done = take(deck, anna, scheduling=True, at=NOON + 2 * DAY)
    assert (done.from_anki, done.in_doubt) == ((), ())
    assert "One, in YAML." in role_of(deck)


def test_words_that_yaml_went_back_to_are_newer_than_what_anki_had_meanwhile(
    project: MakeProject, anna: Learner
) -> None:
    """The last sync took "Two.", which no review followed; so nothing says what is upon it."""
    deck = imported(project, anna)
    write(anna, "One.")
    anna.studies(1)
    take(deck, anna, scheduling=True)
    anna.studies(1)
    write(anna, "Two.", 3_000_000_000)
    assert take(deck, anna, scheduling=True, at=NOON + 2 * DAY).from_anki
    deck.edit(ROLE, "Two.", "One.")
    write(anna, "Two, three.")
    anna.studies(1)
    done = take(deck, anna, scheduling=True, at=NOON + 3 * DAY)
    assert (done.from_anki, len(done.in_doubt)) == ((), 1)
    assert "One." in role_of(deck)
