"""The learner's words over collections, clocks and syncs: no import replaces them, no sync guesses.

Builds at NOON and days later; each test is a life in the real Anki.
"""

from __future__ import annotations

import os
import random
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from conftest import NOON, MakeProject
from learner import Learner, learner
from test_cli import prepdeck
from test_sync import (
    ANSWERED,
    DAY,
    EDIT,
    HEAD,
    ID,
    ROLE,
    STORY,
    acme,
    imported,
    mine,
    role_of,
    take,
)
from test_sync import write_in_anki as write

from builder.anki.library import ImportAnkiPackageOptions, ImportAnkiPackageRequest
from builder.commands.build.replace import replacement
from builder.commands.sync.run import SyncOptions, sync
from builder.digests import base_in, base_of
from builder.html.words import same_words
from builder.package import read_package
from builder.words.texts import LearnerText

#: A device whose battery was empty: 2000-01-01.
LONG_AGO = 946_684_800
#: `studies` answers cards by the clock of the machine; this is later: 2065-01-24.
AFTER_ALL_REVIEWS = 3_000_000_000


@pytest.fixture
def phone(tmp_path: Path) -> Iterator[Learner]:
    """Anna's second collection, which no AnkiWeb joins with her first."""
    with learner(tmp_path / "phone") as someone:
        yield someone


# An import never replaces the words of a copy


@pytest.mark.parametrize("second", [EDIT + 600, EDIT - 600, LONG_AGO])
def test_words_of_a_second_collection_survive_the_first_ones_sync(
    project: MakeProject, anna: Learner, phone: Learner, second: int
) -> None:
    """Later, earlier, or by a clock that is wrong by years."""
    deck = imported(project, anna)
    phone.imports(deck.package("private/acme"))
    write(anna, "From the desk.")
    write(phone, "From the phone.", second)
    take(deck, anna)
    done = take(deck, phone, at=NOON + 2 * DAY)
    assert "From the desk." in role_of(deck), "the second sync took nothing unasked"
    assert len(done.in_doubt) == 1, "and it shows both"
    for day in (3, 4):
        package = deck.built(NOON + day * DAY, "acme")
        anna.imports(package)
        phone.imports(package)
        deck.edit("decks/questions/customer.yaml", "an angry", "an angry and angry")
    assert mine(anna)[0] == "From the desk."
    assert mine(phone)[0] == "From the phone."


def test_a_clock_that_is_behind_hides_no_words_from_the_second_sync(
    project: MakeProject, anna: Learner
) -> None:
    deck = imported(project, anna)
    write(anna, "One.")
    take(deck, anna)
    write(anna, "One, two.", EDIT - 600)
    assert take(deck, anna, at=NOON + 2 * DAY).in_doubt, "seen, though its time is earlier"
    deck.edit("decks/questions/customer.yaml", "Tell me about", "Describe")
    anna.imports(deck.built(NOON + 3 * DAY, "acme"))
    assert mine(anna)[0] == "One, two."
    assert STORY in role_of(deck)


def test_a_line_that_an_older_sync_put_on_the_real_clock_comes_back(
    project: MakeProject, anna: Learner, phone: Learner
) -> None:
    deck = imported(project, anna, ANSWERED)
    phone.imports(deck.package("private/acme"))
    lock = deck.root / "decks/private/acme/notes.lock"
    (line,) = [
        one for one in lock.read_text().splitlines() if "your-answer" in one and STORY in one
    ]
    columns = line.split("\t")
    columns[4] = str(EDIT)
    lines = [*lock.read_text().replace(line, "\t".join(columns)).splitlines()]
    lines[0] = "\t".join(lines[0].split("\t")[:3])
    lock.write_text("\n".join(lines) + "\n")
    write(anna, "On the train.", EDIT - 60)
    package = deck.built(NOON + DAY, "acme")
    assert anna.imports(package).updated == 0
    assert mine(anna)[0] == "On the train."
    deck.edit(ROLE, "I let him shout.", "I let him finish.")
    package = deck.built(NOON + 2 * DAY, "acme")
    anna.imports(package)
    phone.imports(package)
    assert mine(anna)[0] == "On the train."
    assert mine(phone)[0] == "<p>I let him finish.</p>", "whoever wrote nothing has the new words"
    (line,) = [
        one for one in lock.read_text().splitlines() if "your-answer" in one and STORY in one
    ]
    assert int(line.split("\t")[4]) < NOON - 900_000_000


# YAML's words, when the learner asks for them


def test_the_words_of_yaml_replace_those_of_anki_by_name_and_once(
    project: MakeProject, anna: Learner
) -> None:
    deck = imported(project, anna, ANSWERED)
    anna.studies()
    write(anna, "I let him talk.")
    deck.edit(ROLE, "I let him shout.", "I let him finish.")
    export = anna.exports(deck.root / "collection.apkg")
    made = replacement(deck.root, "acme", export, NOON + DAY, agree=lambda pair: True)
    assert made.path is not None
    assert made.path.name == "answers-for-collection.apkg", "Anki replaces all by `collection.apkg`"
    assert made.replaced == (ID,)
    assert [note.fields[3] for note in read_package(made.path).notes] == [
        "<p>I let him finish.</p>"
    ]
    history = anna.history
    log = anna.imports(made.path)
    assert (log.new, log.updated, log.conflicting) == (0, 1, 0)
    assert mine(anna) == ("<p>I let him finish.</p>", EDIT + 1)
    assert anna.history == history
    write(anna, "I let him finish, twice.", NOON + DAY)
    assert anna.imports(made.path).updated == 0, "a second import leaves what came after"
    assert anna.imports(deck.built(NOON + 2 * DAY, "acme")).updated == 0
    done = take(deck, anna, at=NOON + 3 * DAY)
    assert len(done.from_anki) == 1, "it was written upon YAML's words"


def test_words_are_replaced_only_where_the_learner_agrees(
    project: MakeProject, anna: Learner
) -> None:
    deck = imported(project, anna, ANSWERED)
    write(anna, "I let him talk.")
    deck.edit(ROLE, "I let him shout.", "I let him finish.")
    export = anna.exports(deck.root / "mine.apkg")
    made = replacement(deck.root, "acme", export, NOON + DAY, agree=lambda pair: False)
    assert (made.path, made.left) == (None, (ID,))
    command = ("build", "acme", "--replace-answers", "mine.apkg")
    later = str(NOON + DAY)
    run = prepdeck(*command, cwd=deck.root, SOURCE_DATE_EPOCH=later)
    assert run.returncode == 1
    assert "  - I let him talk.\nand in YAML:\n  + I let him finish.\n" in run.stderr
    assert not (deck.root / "answers-for-mine.apkg").exists()
    run = prepdeck(*command, "--yes", cwd=deck.root, SOURCE_DATE_EPOCH=later)
    assert (run.returncode, run.stdout) == (0, "answers-for-mine.apkg\n")


@pytest.mark.parametrize(
    "options",
    [(), ("acme", "beta"), ("acme", "--output", "csv"), ("acme", "--strict"), ("acme", "--prune")],
    ids=" ".join,
)
def test_a_replacement_is_no_build(tmp_path: Path, options: tuple[str, ...]) -> None:
    """What would be ignored is refused."""
    (tmp_path / "mine.apkg").touch()
    run = prepdeck("build", *options, "--replace-answers", "mine.apkg", cwd=tmp_path)
    assert run.returncode == 2
    assert "takes one role, and no other option of a build" in run.stderr or "alone" in run.stderr


def test_a_note_with_a_tag_alone_is_refreshed_without_a_question_and_keeps_the_tag(
    project: MakeProject, anna: Learner
) -> None:
    deck = imported(project, anna, ANSWERED)
    anna.tags(ID, "marked", at=EDIT, notetype="Your answer")
    anna.tags(ID, "weak", at=EDIT, notetype="Your answer")
    deck.edit(ROLE, "I let him shout.", "I let him finish.")
    deck.edit("decks/questions/customer.yaml", "Tell me about", "Describe")
    assert take(deck, anna).in_doubt == (), "a star is no touched word"
    export = anna.exports(deck.root / "mine.apkg")
    made = replacement(deck.root, "acme", export, NOON + DAY, agree=lambda pair: False)
    assert (made.refreshed, made.left) == ((ID,), ())
    assert made.path is not None
    assert anna.imports(made.path).updated == 1
    note = anna.note(ID, "Your answer")
    assert note["Ask"] == "Describe an angry customer."
    assert note["Answer"] == "<p>I let him finish.</p>"
    assert "weak" in note.tags
    assert "marked" not in note.tags, "no import without scheduling keeps a star"


def test_a_note_of_an_older_version_with_a_tag_alone_is_refreshed_without_a_question(
    project: MakeProject, anna: Learner
) -> None:
    """It says nothing of its base, and its line has the digest of those days."""
    deck = imported(project, anna, ANSWERED)
    anna.edits(ID, "Spare 2", "", at=EDIT, notetype="Your answer")
    anna.tags(ID, "weak", at=EDIT, notetype="Your answer")
    lock = deck.root / "decks/private/acme/notes.lock"
    columns = [line.split("\t") for line in lock.read_text().splitlines()]
    columns[0] = columns[0][:3]
    for line in columns:
        if line[2:4] == ["your-answer", STORY]:
            line[8] = base_of("<p>I let him shout.</p>")
    lock.write_text("".join("\t".join(line) + "\n" for line in columns))
    deck.edit(ROLE, "I let him shout.", "I let him finish.")
    deck.built(NOON + DAY, "acme")
    export = anna.exports(deck.root / "mine.apkg")
    made = replacement(deck.root, "acme", export, NOON + DAY, agree=lambda pair: False)
    assert (made.refreshed, made.left) == ((ID,), ())


def test_a_picture_is_never_replaced_unasked(project: MakeProject, anna: Learner) -> None:
    deck = imported(project, anna, ANSWERED)
    write(anna, '<p>I let him shout.</p><img src="desk.jpg">')
    assert take(deck, anna).in_doubt == ()
    deck.edit(ROLE, "I let him shout.", "I let him finish.")
    anna.imports(deck.built(NOON + DAY, "acme"))
    assert "desk.jpg" in mine(anna)[0]
    export = anna.exports(deck.root / "mine.apkg")
    made = replacement(deck.root, "acme", export, NOON + DAY, agree=lambda pair: False)
    assert (made.path, made.left) == (None, (ID,))


def test_an_answer_that_yaml_does_not_have_is_never_replaced_by_nothing(
    project: MakeProject, anna: Learner
) -> None:
    """Not with `--yes` either: it was never synced, and would be nowhere."""
    deck = imported(project, anna)
    write(anna, "I let him talk.")
    export = anna.exports(deck.root / "mine.apkg")
    made = replacement(deck.root, "acme", export, NOON + DAY, agree=lambda pair: True)
    assert (made.path, made.replaced, made.left) == (None, (), (ID,))


# Upon which words they wrote


def test_the_base_is_in_a_spare_field_that_never_has_a_card(
    project: MakeProject, anna: Learner
) -> None:
    deck = imported(project, anna, ANSWERED)
    note = anna.note(ID, "Your answer")
    assert base_in(note["Spare 2"]) == base_of("<p>I let him shout.</p>")
    write(anna, "I let him talk.")
    anna.check_database()
    assert len(anna.note(ID, "Your answer").cards()) == 1
    assert anna.empty_cards() == 0
    deck.edit(ROLE, "I let him shout.", "I let him finish.")
    anna.imports(deck.built(NOON + DAY, "acme"))
    assert base_in(anna.note(ID, "Your answer")["Spare 2"]) == base_of("<p>I let him shout.</p>")


@pytest.mark.parametrize("kept", ["by an import without note types", "by an edit of the look"])
def test_a_note_type_of_an_older_version_makes_no_card_of_the_base(
    project: MakeProject, anna: Learner, kept: str
) -> None:
    """Its spare card hangs on the field, and neither life lets our note type replace it."""
    deck = imported(project, anna, ANSWERED)
    models = anna.collection.models
    notetype = models.by_name("Test Decks: Your answer")
    assert notetype is not None
    (spare,) = [template for template in notetype["tmpls"] if template["name"] == "Spare 2"]
    spare["qfmt"] = "{{#Spare 2}}{{Spare 2}}{{/Spare 2}}"
    models.update_dict(notetype)
    deck.edit(ROLE, "I let him shout.", "I let him finish.")
    package = deck.built(NOON + DAY, "acme")
    options = ImportAnkiPackageOptions(
        update_notetypes=2 if "without" in kept else 0  # type: ignore[arg-type]  # never, if newer
    )
    anna.collection.import_anki_package(
        ImportAnkiPackageRequest(package_path=str(package), options=options)
    )
    assert base_in(anna.note(ID, "Your answer")["Spare 2"]) == base_of("<p>I let him finish.</p>")
    write(anna, "I let him talk.")
    anna.check_database()
    assert [card.template()["name"] for card in anna.cards(ID, "Your answer")] == ["Aloud"]


def test_words_written_upon_the_last_of_several_builds_are_in_no_doubt(
    project: MakeProject, anna: Learner
) -> None:
    deck = imported(project, anna, ANSWERED)
    deck.edit(ROLE, "I let him shout.", "I let him finish.")
    anna.imports(deck.built(NOON + 60, "acme"))
    deck.edit("decks/questions/customer.yaml", "Tell me about", "Describe")
    for minute in (2, 3, 4):
        anna.imports(deck.built(NOON + 60 * minute, "acme"))
    write(anna, "Something else.")
    done = take(deck, anna)
    assert (len(done.from_anki), done.in_doubt) == (1, ())


def test_a_second_edit_of_the_same_collection_is_taken_by_its_reviews(
    project: MakeProject, anna: Learner, phone: Learner
) -> None:
    deck = imported(project, anna)
    phone.imports(deck.package("private/acme"))
    anna.studies()
    phone.studies()
    write(anna, "One.")
    take(deck, anna, scheduling=True)
    write(anna, "Two.", EDIT + 60)
    assert take(deck, anna, at=NOON + 2 * DAY).in_doubt, "without reviews nobody can tell"
    anna.studies()
    done = take(deck, anna, at=NOON + 2 * DAY, scheduling=True)
    assert (len(done.from_anki), done.in_doubt) == (1, ())
    write(phone, "From the phone.", EDIT + 120)
    done = take(deck, phone, at=NOON + 3 * DAY, scheduling=True)
    assert (done.from_anki, len(done.in_doubt)) == ((), 1), "a profile of the same day"
    assert "Two." in role_of(deck)


def test_a_restored_backup_is_not_the_collection_that_went_on(
    project: MakeProject, anna: Learner, tmp_path: Path
) -> None:
    deck = imported(project, anna)
    anna.studies(1)
    write(anna, "One.")
    take(deck, anna, scheduling=True)
    anna.collection.close()
    shutil.copy(tmp_path / "anna/collection.anki2", tmp_path / "backup.anki2")
    anna.collection.reopen()
    anna.studies()
    write(anna, "One, two.", EDIT + 60)
    assert take(deck, anna, scheduling=True, at=NOON + 2 * DAY).from_anki
    anna.collection.close()
    shutil.copy(tmp_path / "backup.anki2", tmp_path / "anna/collection.anki2")
    anna.collection.reopen()
    assert mine(anna)[0] == "One."
    done = take(deck, anna, scheduling=True, at=NOON + 3 * DAY)
    assert (done.from_anki, len(done.in_doubt)) == ((), 1), "older words are shown, not taken"
    write(anna, "One, three.", EDIT + 90)
    done = take(deck, anna, scheduling=True, at=NOON + 3 * DAY)
    assert (done.from_anki, len(done.in_doubt)) == ((), 1)
    assert "One, two." in role_of(deck)


def test_a_backup_from_before_an_edit_replaces_no_words_though_it_lacks_no_review(
    project: MakeProject, anna: Learner, tmp_path: Path
) -> None:
    """The reviews of both are the same: nobody studied between the edit and the sync."""
    deck = imported(project, anna)
    anna.studies(1)
    anna.collection.close()
    shutil.copy(tmp_path / "anna/collection.anki2", tmp_path / "backup.anki2")
    anna.collection.reopen()
    write(anna, "One.", AFTER_ALL_REVIEWS)
    take(deck, anna, scheduling=True, at=AFTER_ALL_REVIEWS)
    anna.collection.close()
    shutil.copy(tmp_path / "backup.anki2", tmp_path / "anna/collection.anki2")
    anna.collection.reopen()
    write(anna, "Two.", AFTER_ALL_REVIEWS + 60)
    done = take(deck, anna, scheduling=True, at=AFTER_ALL_REVIEWS + DAY)
    assert (done.from_anki, len(done.in_doubt)) == ((), 1)
    assert "One." in role_of(deck)


def test_a_step_back_to_older_words_is_shown(project: MakeProject, anna: Learner) -> None:
    deck = imported(project, anna, ANSWERED)
    deck.edit(ROLE, "I let him shout.", "I let him finish.")
    anna.imports(deck.built(NOON + 60, "acme"))
    write(anna, "<p>I let him shout.</p>")
    done = take(deck, anna)
    assert (done.from_anki, len(done.in_doubt)) == ((), 1)


def test_what_was_decided_for_yaml_is_not_asked_again(project: MakeProject, anna: Learner) -> None:
    deck = imported(project, anna, ANSWERED)
    write(anna, "I let him talk.")
    deck.edit(ROLE, "I let him shout.", "I let him finish.")
    take(deck, anna, prefer="yaml")
    assert take(deck, anna, at=NOON + 2 * DAY).in_doubt == ()
    write(anna, "I let him talk on.", EDIT + 60)
    assert len(take(deck, anna, at=NOON + 2 * DAY).in_doubt) == 1


def test_one_text_in_doubt_is_decided_without_the_others(
    project: MakeProject, anna: Learner
) -> None:
    role = f"{HEAD}my_answers:\n  {STORY}: One.\n  complaint-steps: Two.\n"
    deck = imported(project, anna, role)
    for id in (STORY, "complaint-steps"):
        write(anna, "Mine.", id=f"acme-7f3a/{id}")
    deck.edit(ROLE, "One.", "One, desk.")
    deck.edit(ROLE, "Two.", "Two, desk.")
    done = take(deck, anna, prefer="anki", only=(STORY,))
    assert [text.definition.id for text in done.from_anki] == [STORY]
    assert [text.definition.id for text in done.in_doubt] == ["complaint-steps"]
    assert "Two, desk." in role_of(deck)


@pytest.mark.parametrize(
    "html",
    [
        "<div>I let him &amp; her shout.</div>",
        "I let&nbsp;him &amp; her shout.<br>",
        "I let him<br>&amp; her shout.",
        "I let him &#38; her\u200b shout.",
        "\n<p>I let him &amp; her  shout.</p>\n",
    ],
)
def test_what_an_editor_writes_by_itself_is_no_other_word(html: str) -> None:
    assert same_words("<p>I let him &amp; her shout.</p>", html)


@pytest.mark.parametrize(
    "html",
    [
        "<p>I let him &amp; her shout!</p>",
        "<p>I let <b>him</b> &amp; her shout.</p>",
        "<ul><li>I let him &amp; her shout.</li></ul>",
        "<p>I let him &amp; her sh out.</p>",
    ],
)
def test_what_yaml_can_say_is_another_word(html: str) -> None:
    assert not same_words("<p>I let him &amp; her shout.</p>", html)


# What a role defines itself

OWN = f"""\
{HEAD}
my_stories:
  outage:   # the Monday
    title: The outage
    number: 4 of 5
    opens_with: It was Monday.
    situation: All was down.
    task: Mine.
    action: |
      I called them all.
    result: They stayed.
    answers: [{STORY}]
employer_facts:
  parcels:
    ask: How many parcels a year?
    answer: Two million
    source: its website
    seen: 2026-10-01
"""
OUTAGE = "acme-7f3a/my/outage"


def story(anna: Learner, field: str) -> str:
    return anna.note(OUTAGE, "Story")[field]


@pytest.mark.parametrize("at", [EDIT, NOON - 600, LONG_AGO])
def test_a_story_corrected_in_anki_survives_its_next_wording_in_yaml(
    project: MakeProject, anna: Learner, phone: Learner, at: int
) -> None:
    deck = imported(project, anna, OWN)
    phone.imports(deck.package("private/acme"))
    anna.edits(OUTAGE, "Number", "5 of 5", at=at, notetype="Story")
    anna.edits("acme-7f3a/my/parcels", "Answer", "Three", at=at, notetype="Employer fact")
    deck.edit(ROLE, "The outage", "The great outage")
    deck.edit(ROLE, "Two million", "Four million")
    package = deck.built(NOON + DAY, "acme")
    anna.imports(package)
    phone.imports(package)
    assert story(anna, "Number") == "5 of 5"
    assert anna.note("acme-7f3a/my/parcels", "Employer fact")["Answer"] == "Three"
    assert story(phone, "Title") == "The great outage", "whoever wrote nothing has the new words"


def test_a_story_and_a_fact_edited_in_anki_come_into_yaml_key_by_key(
    project: MakeProject, anna: Learner
) -> None:
    deck = imported(project, anna, OWN)
    anna.edits(OUTAGE, "Number", "5 of 5", at=EDIT, notetype="Story")
    anna.edits(OUTAGE, "Action", "I called <b>all</b>.<div>Twice.</div>", at=EDIT, notetype="Story")
    anna.edits("acme-7f3a/my/parcels", "Answer", "Three", at=EDIT, notetype="Employer fact")
    done = take(deck, anna)
    assert sorted(text.name for text in done.from_anki) == [
        "acme: `outage` (action)",
        "acme: `outage` (number)",
        "acme: `parcels` (answer)",
    ]
    said = OWN.replace("4 of 5", "5 of 5").replace("Two million", "Three")
    assert role_of(deck) == said.replace(
        "      I called them all.\n", "      I called **all**.\n\n      Twice.\n"
    )
    anna.imports(deck.built(NOON + 2 * DAY, "acme"))
    assert anna.note(OUTAGE, "Story")["Action"] == "I called <b>all</b>.<div>Twice.</div>"
    assert anna.note(OUTAGE, "Story").mod == EDIT
    asked = anna.note(f"{OUTAGE}/{STORY}", "Which story")
    assert asked["Number"] == "5 of 5", "nobody wrote there, so it has the new words"


def test_a_story_that_both_sides_changed_is_in_doubt(project: MakeProject, anna: Learner) -> None:
    deck = imported(project, anna, OWN)
    anna.edits(OUTAGE, "Number", "5 of 5", at=EDIT, notetype="Story")
    deck.edit(ROLE, "4 of 5", "3 of 5")
    done = take(deck, anna)
    assert ([text.name for text in done.in_doubt], done.changes) == (
        ["acme: `outage` (number)"],
        (),
    )
    take(deck, anna, prefer="anki")
    assert "number: 5 of 5" in role_of(deck)


def test_a_story_reworded_since_is_in_doubt_though_the_lock_was_lost(
    project: MakeProject, anna: Learner
) -> None:
    """The note says itself with which words it was packed."""
    deck = imported(project, anna, OWN)
    anna.edits(OUTAGE, "Number", "5 of 5", at=EDIT, notetype="Story")
    deck.edit(ROLE, "4 of 5", "3 of 5")
    (deck.root / "decks/private/acme/notes.lock").unlink()
    deck.built(NOON + DAY, "acme")
    done = take(deck, anna, at=NOON + 2 * DAY)
    assert (done.from_anki, len(done.in_doubt)) == ((), 1)


def test_diff_knows_a_learners_words_where_a_role_has_no_other_notes(
    project: MakeProject, tmp_path: Path
) -> None:
    """No note of such a package says what time it is."""
    alone = OWN.replace("  extends: agent\n", "")
    deck = acme(
        project, alone[: alone.index("my_stories")] + alone[alone.index("employer_facts") :]
    )
    shutil.copy(deck.built(NOON, "acme"), tmp_path / "old.apkg")
    deck.edit(ROLE, "Two million", "Four million")
    new = deck.built(NOON + DAY, "acme")
    run = prepdeck("diff", str(tmp_path / "old.apkg"), str(new), cwd=deck.root)
    assert "learners who wrote in the note or tagged it keep it as it is" in run.stdout


def test_a_story_that_an_older_version_packed_goes_on_from_that_time(
    project: MakeProject, anna: Learner, phone: Learner
) -> None:
    """An untouched copy has a time of today, so that only a later one reaches it."""
    deck = acme(project, OWN)
    lock = deck.root / "decks/private/acme/notes.lock"
    deck.built(NOON, "acme")
    lines = lock.read_text().splitlines()
    lines[0] = "\t".join(lines[0].split("\t")[:3])
    for number, line in enumerate(lines):
        columns = line.split("\t")
        if columns[0] == "note" and columns[3].startswith("my/"):
            lines[number] = "\t".join([*columns[:4], str(NOON), *columns[5:7]])
    lock.write_text("\n".join(lines) + "\n")
    package = deck.built(NOON + 1, "acme")
    anna.imports(package)
    phone.imports(package)
    assert anna.note(OUTAGE, "Story").mod == NOON
    anna.edits(OUTAGE, "Number", "5 of 5", at=EDIT, notetype="Story")
    for day, (old, new) in enumerate([("4 of 5", "3 of 5"), ("3 of 5", "2 of 5")], 1):
        deck.edit(ROLE, old, new)
        package = deck.built(NOON + day * DAY, "acme")
        anna.imports(package)
        phone.imports(package)
        assert story(phone, "Number") == new
        assert phone.note(OUTAGE, "Story").mod == NOON + day
    assert story(anna, "Number") == "5 of 5"
    assert take(deck, anna, at=NOON + 3 * DAY).in_doubt, "older versions kept no words"


@pytest.mark.parametrize("other", ["yaml", None])
def test_what_was_left_in_doubt_is_asked_again(
    project: MakeProject, anna: Learner, other: Literal["yaml"] | None
) -> None:
    """Also where the learner decided for YAML in another field of the same note."""
    deck = imported(project, anna, OWN)
    anna.edits(OUTAGE, "Number", "5 of 5", at=EDIT, notetype="Story")
    anna.edits(OUTAGE, "Result", "They all stayed.", at=EDIT, notetype="Story")
    deck.edit(ROLE, "4 of 5", "3 of 5")

    def decide(text: LearnerText) -> Literal["yaml"] | None:
        return other if text.path[-1] == "number" else None

    first = take(deck, anna, decide=decide)
    assert "acme: `outage` (result)" in [text.name for text in first.in_doubt]
    again = take(deck, anna, at=NOON + 2 * DAY)
    assert "acme: `outage` (result)" in [text.name for text in again.in_doubt]


# Persons

ME = """\
me:
  title: Anna
  key: anna-7f3k
  extends: agent
my_answers:
  angry-customer-story: I let him shout.
my_stories:
  outage:
    title: The outage
    number: 4 of 5
    opens_with: It was Monday.
    situation: All was down.
    task: Mine.
    action: I called them all.
    result: They stayed.
    answers: [angry-customer-story]
"""
FIRST = """\
role:
  title: Agent at Acme
  key: acme-7f3a
  override:
    complaint-steps: {}
my_answers:
  complaint-steps: I listen.
employer_facts:
  parcels:
    ask: How many parcels a year?
    answer: Two million
    source: its website
    seen: 2026-10-01
"""


def test_a_persons_words_go_into_her_file_and_a_roles_into_its_own(
    project: MakeProject, anna: Learner
) -> None:
    me, first = "decks/private/anna/me.yaml", "decks/private/anna/acme/role.yaml"
    deck = project({me: ME.encode(), first: FIRST.encode()})
    anna.imports(deck.built(NOON, "acme"))
    write(anna, "I let him talk.", id=f"anna-7f3k/{STORY}")
    write(anna, "I nod.", id="acme-7f3a/complaint-steps")
    anna.edits("anna-7f3k/my/outage", "Number", "5 of 5", at=EDIT, notetype="Story")
    anna.edits("acme-7f3a/my/parcels", "Answer", "Three", at=EDIT, notetype="Employer fact")
    anna.tags("acme-7f3a/my/parcels", "weak", at=EDIT, notetype="Employer fact")
    done = take(deck, anna)
    assert done.in_doubt == ()
    said = (deck.root / me).read_text()
    assert "    I let him talk.\n" in said
    assert "number: 5 of 5" in said
    said = (deck.root / first).read_text()
    assert "    I nod.\n" in said
    assert "answer: Three" in said
    assert said.endswith("\nmy_tags:\n  parcels:\n    - weak\n"), "and no tag of an employer"
    anna.imports(deck.built(NOON + DAY, "acme"))
    assert mine(anna, f"anna-7f3k/{STORY}") == ("I let him talk.", EDIT)
    assert mine(anna, "acme-7f3a/complaint-steps") == ("I nod.", EDIT)
    assert anna.note("anna-7f3k/my/outage", "Story").mod == EDIT
    assert take(deck, anna, at=NOON + 2 * DAY).changes == ()


# Files


def test_a_sync_keeps_who_may_read_a_file_and_where_a_link_leads(
    project: MakeProject, anna: Learner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deck = imported(project, anna)
    vault = tmp_path / "vault/role.yaml"
    vault.parent.mkdir()
    monkeypatch.setenv("PREPDECK_VAULT", str(vault.parent))
    (deck.root / ROLE).rename(vault)
    (deck.root / ROLE).symlink_to(vault)
    vault.chmod(0o600)
    write(anna, "I let him shout.")
    take(deck, anna)
    assert (deck.root / ROLE).is_symlink()
    assert "I let him shout." in vault.read_text()
    assert vault.stat().st_mode & 0o777 == 0o600


def test_a_field_that_the_learner_renamed_is_told(project: MakeProject, anna: Learner) -> None:
    deck = imported(project, anna)
    write(anna, "I let him shout.")
    models = anna.collection.models
    notetype = models.by_name("Test Decks: Your answer")
    assert notetype is not None
    models.rename_field(notetype, notetype["flds"][3], "My answer")
    models.update_dict(notetype)
    (warning, *_) = take(deck, anna).warnings
    assert "has no field `Answer` in Anki" in warning


# Any life


@pytest.mark.parametrize("seed", range(int(os.environ.get("WORD_LIVES", "12"))))
def test_no_life_of_two_collections_loses_a_word(
    project: MakeProject, anna: Learner, phone: Learner, seed: int, tmp_path: Path
) -> None:
    """Two profiles of one day write by any clock, study, import and are synced, in any order.

    They export and keep what they exported, and go back to a backup. Every text only grows, but by
    a backup, so a word that is gone from a side was replaced there.
    """
    pick = random.Random(seed)
    block = f"{HEAD}my_answers:\n  {STORY}: |\n    word100\n"
    deck = imported(project, anna, pick.choice([HEAD, block]))
    first = deck.package("private/acme")
    phone.imports(first)
    old = tmp_path / "old.apkg"
    shutil.copy(first, old)
    clock = NOON

    def in_yaml() -> set[str]:
        return set(re.findall(r"word\d+", role_of(deck)))

    def in_anki(who: Learner) -> set[str]:
        return set(re.findall(r"word\d+", mine(who)[0]))

    def studied(who: Learner) -> None:
        """Anki stamps a review with the clock of the machine; the life's is another."""
        who.studies(1)
        database = who.collection.db
        assert database is not None
        last = database.scalar("select max(id) from revlog")
        if last is not None and last > 1_000 * clock:
            database.execute("update revlog set id = ? where id = ?", 1_000 * clock, last)

    kept: list[Path] = []
    folders = {id(anna): tmp_path / "anna", id(phone): tmp_path / "phone"}

    for number in range(pick.randint(8, 24)):
        clock += pick.choice([1, 60, 4_000, DAY])
        who = pick.choice([anna, phone])
        step = pick.choice(
            [
                "anki",
                "anki",
                "yaml",
                "build",
                "import",
                "old",
                "sync",
                "sync",
                "study",
                "star",
                "picture",
                "reword",
                "replace",
                "export",
                "kept",
                "backup",
                "restore",
            ]
        )
        yaml_before, before = in_yaml(), [in_anki(anna), in_anki(phone)]
        at = pick.choice([clock, clock, clock - 600, LONG_AGO, 830_000_000])
        if step == "anki":
            write(who, f"{mine(who)[0]} <i>word{number}</i>", at)
        elif step == "picture":
            write(who, f'{mine(who)[0]}<img src="desk.jpg">', at)
        elif step == "star":
            who.tags(ID, pick.choice(["marked", "leech", "weak"]), at=at, notetype="Your answer")
        elif step == "study":
            studied(who)
        elif step == "export":
            kept.append(who.exports(tmp_path / f"kept-{number}.apkg", scheduling=True))
        elif step == "kept" and kept:
            sync(SyncOptions(deck.root, pick.choice(kept), clock))
        elif step in ("backup", "restore"):
            copy, path = folders[id(who)] / "backup", folders[id(who)] / "collection.anki2"
            who.collection.close()
            if step == "backup":
                shutil.copy(path, copy)
            elif copy.exists():
                shutil.copy(copy, path)
            who.collection.reopen()
        elif step == "reword":
            deck.edit("decks/questions/customer.yaml", "an angry", "an angry, angry")
        elif step == "yaml":
            head = f"  {STORY}: |\n"
            if head not in role_of(deck):
                deck.write(
                    {ROLE: f"{role_of(deck)}\nmy_answers:\n{head}    word{number}\n".encode()}
                )
            else:
                deck.edit(ROLE, head, f"{head}    word{number}\n")
        elif step == "build":
            deck.built(clock, "acme")
        elif step == "import":
            who.imports(deck.built(clock, "acme"))
        elif step == "old":
            who.imports(old)
        elif step == "replace":
            export = who.exports(tmp_path / "mine.apkg")
            made = replacement(deck.root, "acme", export, clock, agree=lambda pair: False)
            if made.path is not None:
                who.imports(made.path)
        elif step == "sync":
            take(deck, who, at=clock, scheduling=pick.random() < 0.5)
        assert yaml_before <= in_yaml(), f"{step} took words out of YAML"
        for learner_before, someone in zip(before, (anna, phone), strict=True):
            if step == "restore":
                continue
            if step in ("import", "old", "replace"):
                lost = learner_before - in_anki(someone)
                assert lost <= yaml_before, f"{step} took words out of Anki: {lost}"
            else:
                assert learner_before <= in_anki(someone)
