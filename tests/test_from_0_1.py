"""A learner who began with 0.1: today's builder goes on from the packages and locks it left.

Times are Unix seconds: 0.1 built at `half_way.BUILT`; today is two days later.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import half_way
import pytest
from conftest import ProjectFolder
from learner import Learner, learner
from test_cli import prepdeck

from builder.digests import without_employer
from builder.package import read_package

DAY = 86_400
EDIT = half_way.BUILT + DAY
TODAY = half_way.BUILT + 2 * DAY
CUSTOMERS = "decks/questions/customers.yaml"
ACME = "decks/private/acme/role.yaml"
MINE = "decks/private/acme/mine.yaml"
LOCKS = (half_way.LOCAL_LOCK, half_way.RELEASED_LOCK, "decks/private/acme/notes.lock")
STORY = "acme-7f3a/angry-guest-story"
PITCH = "acme-7f3a/why-us-pitch"


@pytest.fixture
def deck(tmp_path: Path) -> ProjectFolder:
    """The project as 0.1 left it: its sources, its packages and all its locks."""
    root = tmp_path / "project"
    shutil.copytree(half_way.OLD / "sources", root)
    half_way.leave("project", root)
    return ProjectFolder(root)


@pytest.fixture
def anna(tmp_path: Path, deck: ProjectFolder) -> Iterator[Learner]:
    """She has imported what 0.1 built, and studied."""
    with learner(tmp_path / "anna") as someone:
        for path in sorted((deck.root / "build").rglob("*.apkg")):
            someone.imports(path)
        someone.studies(5)
        yield someone


def packages(deck: ProjectFolder, *, own_times: bool = True) -> dict[str, object]:
    """All that packages hold, times too, but for what notes say since then of their base.

    Without `own_times` not the times of what a role defines: it is on the slow clock since then.
    """
    found: dict[str, object] = {}
    for path in (deck.root / "build").rglob("*.apkg"):
        package = read_package(path)
        notes = [
            replace(
                note,
                fields=without_employer(note.fields, ())[0],
                modified=note.modified if own_times or "/my/" not in note.fields[-3] else 0,
            )
            for note in package.notes
        ]
        found[path.name] = notes, package.notetypes, package.deck_ids
    return found


def lines_of(lock: str) -> list[str]:
    """The lines of a lock, without the digests of words."""
    return [re.sub("\t(answered|defined)(\t.*)?$", "", line) for line in lock.splitlines()[1:]]


def locks(deck: ProjectFolder) -> dict[str, list[str]]:
    return {name: lines_of((deck.root / name).read_text(encoding="utf-8")) for name in LOCKS}


def builds(deck: ProjectFolder, at: int = TODAY) -> None:
    deck.built(at)


def imports_all(anna: Learner, deck: ProjectFolder) -> tuple[int, int]:
    """How many notes were new and updated, in all packages together."""
    found = [anna.imports(path) for path in sorted((deck.root / "build").rglob("*.apkg"))]
    assert not [log for log in found if log.conflicting]
    return sum(log.new for log in found), sum(log.updated for log in found)


def test_where_nothing_changed_today_s_builder_packs_the_same_under_the_same_times(
    deck: ProjectFolder,
) -> None:
    before, lines = packages(deck), locks(deck)
    deck.built(TODAY)
    assert (packages(deck), locks(deck)) == (before, lines)


def test_a_release_today_of_what_0_1_released_is_the_same(deck: ProjectFolder) -> None:
    before, lines = packages(deck), locks(deck)
    deck.built(TODAY, release=True)
    assert (packages(deck), locks(deck)) == (before, lines)


def test_a_project_without_locks_gets_the_same_notes_under_new_times(deck: ProjectFolder) -> None:
    """What a package holds beside its times rests on no lock."""
    before = packages(deck, own_times=False)
    for name in LOCKS:
        (deck.root / name).unlink()
    builds(deck, half_way.BUILT)
    assert packages(deck, own_times=False) == before


def test_importing_today_s_build_changes_nothing(deck: ProjectFolder, anna: Learner) -> None:
    content, history = anna.content, anna.history
    builds(deck)
    assert imports_all(anna, deck) == (0, 0)
    assert (anna.content, anna.history, anna.reviews) == (content, history, 5)


def test_after_an_edit_exactly_the_notes_that_say_it_update(
    deck: ProjectFolder, anna: Learner
) -> None:
    """Acme says the sentence in its own words, and has a note of its own."""
    history, lines = anna.history, locks(deck)
    before = {note.guid: note for note in anna.content.notes}
    deck.edit(CUSTOMERS, "190 euros back in two days", "190 euros back in three days")
    builds(deck)
    assert imports_all(anna, deck) == (0, 2)
    after = {note.guid: note for note in anna.content.notes}
    edited = [anna.note(id) for id in ("angry-guest-story", "old-hire/angry-guest-story")]
    assert {guid for guid in before if after[guid] != before[guid]} == {n.guid for n in edited}
    assert all("three days" in note["Result"] for note in edited)
    assert (anna.history, anna.reviews) == (history, 5)
    texts = (text[half_way.LOCAL_LOCK] for text in (lines, locks(deck)))
    known, now = texts
    assert len([line for line in now if line not in known]) == 2


def test_a_correction_of_her_own_question_arrives_after_its_lock_got_lost(
    deck: ProjectFolder, anna: Learner
) -> None:
    """0.1 packed it by the present clock, and only lock and package say so. Met by the law."""
    (deck.root / "decks/private/acme/notes.lock").unlink()
    deck.edit(MINE, "ask: What is your own question?", "ask: How big is their team?")
    builds(deck)
    assert imports_all(anna, deck)[0] == 0
    assert anna.note("acme-7f3a/my/own-question")["Ask"] == "How big is their team?"
    assert anna.reviews == 5


def test_edits_and_tags_of_hers_stay(deck: ProjectFolder, anna: Learner) -> None:
    anna.edits("first-reply", "Trap", "my own trap", at=EDIT, notetype="KPI")
    anna.tags("refund-approach", "hard", at=EDIT)
    deck.edit(CUSTOMERS, "How do you refuse a refund?", "A refund is refused. How?")
    builds(deck)
    # Our change is newer than the edit of the note that changed, and no other note is touched.
    assert imports_all(anna, deck)[0] == 0
    assert anna.note("first-reply", "KPI")["Trap"] == "my own trap"
    assert anna.note("refund-approach")["Ask"] == "A refund is refused. How?"


def test_what_she_wrote_herself_is_never_overwritten(deck: ProjectFolder, anna: Learner) -> None:
    for id in ("shift-handover", STORY):
        anna.edits(id, "Answer", "My own words.", at=EDIT, notetype="Your answer")
    deck.edit(CUSTOMERS, "What belongs in a handover?", "A shift ends. What do you hand over?")
    deck.edit(MINE, "He thanked", "They all thanked")
    builds(deck)
    imports_all(anna, deck)
    for id in ("shift-handover", STORY):
        assert anna.note(id, "Your answer")["Answer"] == "My own words."


def test_an_answer_in_yaml_still_reaches_a_note_nobody_touched(
    deck: ProjectFolder, anna: Learner
) -> None:
    deck.edit(MINE, "He thanked", "They all thanked")
    deck.edit(MINE, '  why-us-pitch: "Because of {{ vars.product }} & the people."\n', "")
    builds(deck)
    assert imports_all(anna, deck) == (0, 1)
    assert "They all thanked" in anna.note(STORY, "Your answer")["Answer"]
    # Taken out of YAML is not taken out of Anki.
    assert "the people" in anna.note(PITCH, "Your answer")["Answer"]


def test_a_new_card_comes_to_the_note_that_she_has(deck: ProjectFolder, anna: Learner) -> None:
    history, number = anna.history, len(anna.cards("two-tickets-approach"))
    deck.edit(
        CUSTOMERS,
        "      - take what breaks others\n",
        "      - take what breaks others\n"
        "    follow_ups:\n      - ask: And the third?\n        point: tell them when\n",
    )
    builds(deck)
    assert imports_all(anna, deck)[0] == 0
    assert len(anna.cards("two-tickets-approach")) == number + 1
    assert {card: anna.history[card] for card in history} == history


def test_a_new_look_reaches_note_types_that_0_1_made(deck: ProjectFolder, anna: Learner) -> None:
    notes, history = anna.content.notes, anna.history
    deck.edit("templates/line/style.css", "#7a1fa2", "#7a1fa3")
    builds(deck)
    assert imports_all(anna, deck) == (0, 0)
    css = anna.collection.models.by_name("Test Decks: Live line")
    assert css is not None
    assert "#7a1fa3" in css["css"]
    assert (anna.content.notes, anna.history) == (notes, history)
    names = [model.name for model in anna.collection.models.all_names_and_ids()]
    assert not [name for name in names if name.endswith("+")]


def test_lost_locks_come_back_from_packages_of_0_1(deck: ProjectFolder) -> None:
    before, lines = packages(deck), locks(deck)
    (deck.root / half_way.LOCAL_LOCK).unlink()
    (deck.root / "decks/private/acme/notes.lock").unlink()
    relock = [f"--relock={path}" for path in sorted((deck.root / "build").rglob("*.apkg"))]
    run = prepdeck("-C", str(deck.root), "build", *relock, SOURCE_DATE_EPOCH=str(TODAY))
    assert run.returncode == 0, run.stderr
    assert packages(deck) == before
    for name in LOCKS:
        known, again = (
            [line for line in text[name] if line.startswith("note\t")]
            for text in (lines, locks(deck))
        )
        assert again == known


def test_an_update_from_0_1_is_told_as_no_change(deck: ProjectFolder) -> None:
    for path in ("build/agent.apkg", "build/hire.apkg", "build/private/acme.apkg"):
        run = prepdeck("-C", str(deck.root), "diff", str(deck.root / path))
        assert run.stderr.splitlines()[-1] == "no note and no note type changed", run.stderr


def test_her_words_come_back_into_yaml_from_notes_of_0_1(
    deck: ProjectFolder, anna: Learner, tmp_path: Path
) -> None:
    with learner(tmp_path / "client") as client:
        client.imports(deck.root / "build/private/acme.apkg")
        client.edits(PITCH, "Answer", "Since I was <b>nine</b>.", at=EDIT, notetype="Your answer")
        client.tags("acme-7f3a/calm", "sung", at=EDIT, notetype="Skill")
        exported = client.exports(tmp_path / "mine.apkg")
    builds(deck)
    run = prepdeck("-C", str(deck.root), "sync", str(exported), SOURCE_DATE_EPOCH=str(TODAY))
    assert run.returncode == 0, run.stderr
    assert "Since I was **nine**." in (deck.root / MINE).read_text(encoding="utf-8")
    assert "sung" in (deck.root / ACME).read_text(encoding="utf-8")
