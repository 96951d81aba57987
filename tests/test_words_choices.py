"""What a learner decides, for which note; and words that a sync does not take, which it names."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import NOON, MakeProject, ProjectFolder
from learner import Learner, learner
from test_cli import prepdeck
from test_sync import ANSWERED, DAY, EDIT, HEAD, ID, ROLE, STORY, imported, role_of, take
from test_sync import write_in_anki as write
from test_words import OUTAGE, OWN

from builder.findings import PrepdeckError
from builder.words.shown import both_sides

PERSON = "decks/private/anna/me.yaml"
ACME, GLOBEX = "decks/private/anna/acme/role.yaml", "decks/private/anna/globex/role.yaml"
ME = """\
me:
  title: Anna
  key: anna-7f3k
  extends: agent
  per_role: [complaint-steps]
"""
PARCELS = "acme-7f3a/my/parcels"


@pytest.fixture
def phone(tmp_path: Path) -> Iterator[Learner]:
    with learner(tmp_path / "phone") as someone:
        yield someone


def two_employers(project: MakeProject, anna: Learner) -> ProjectFolder:
    """`complaint-steps` is answered for each employer, and was changed on both sides."""
    role = "role:\n  title: {0}\n  key: {0}-7f3a\nmy_answers:\n  complaint-steps: For {0}.\n"
    deck = project({PERSON: ME, ACME: role.format("acme"), GLOBEX: role.format("globex")})
    deck.built(NOON, "anna")
    for name in ("acme", "globex"):
        anna.imports(deck.root / f"build/private/{name}.apkg")
        write(anna, f"In Anki, {name}.", id=f"{name}-7f3a/complaint-steps")
        file = f"decks/private/anna/{name}/role.yaml"
        deck.edit(file, f"For {name}.", f"For {name}, in YAML.")
    return deck


# Which note a decision is about


def test_only_with_a_role_named_decides_for_its_note_alone(
    project: MakeProject, anna: Learner
) -> None:
    deck = two_employers(project, anna)
    done = take(deck, anna, role="acme", prefer="anki", only=("complaint-steps",))
    assert [text.name for text in done.from_anki] == ["acme: `complaint-steps`"]
    assert [text.name for text in done.in_doubt] == ["globex: `complaint-steps`"]
    assert "For globex, in YAML." in (deck.root / GLOBEX).read_text()


def test_only_names_one_employer_before_the_id(project: MakeProject, anna: Learner) -> None:
    deck = two_employers(project, anna)
    only = ("globex:complaint-steps",)
    assert take(deck, anna, prefer="yaml", only=only).overruled
    done = take(deck, anna, prefer="anki", only=only)
    assert [text.name for text in done.from_anki] == ["globex: `complaint-steps`"]
    assert "In Anki, globex." in (deck.root / GLOBEX).read_text()
    assert "For acme, in YAML." in (deck.root / ACME).read_text()


def test_only_that_means_two_notes_writes_nothing_and_names_both(
    project: MakeProject, anna: Learner
) -> None:
    deck = two_employers(project, anna)
    with pytest.raises(PrepdeckError, match="in doubt for `acme` and `globex`") as trouble:
        take(deck, anna, prefer="anki", only=("complaint-steps",))
    assert "--only acme:complaint-steps --only globex:complaint-steps" in trouble.value.help
    assert "For acme, in YAML." in (deck.root / ACME).read_text()


def test_only_with_a_role_named_decides_about_its_persons_notes_too(
    project: MakeProject, anna: Learner
) -> None:
    deck = two_employers(project, anna)
    write(anna, "I let him talk.", id=f"anna-7f3k/{STORY}")
    deck.edit(PERSON, ME, f"{ME}my_answers:\n  {STORY}: I let him shout.\n")
    done = take(deck, anna, role="acme", prefer="anki", only=(STORY,))
    assert [text.name for text in done.from_anki] == [f"anna: `{STORY}`"]


@pytest.mark.parametrize("only", ["complaint-step", "acme:complaint-step"])
def test_only_with_an_id_that_has_no_words_is_refused(
    project: MakeProject, anna: Learner, only: str
) -> None:
    deck = two_employers(project, anna)
    with pytest.raises(PrepdeckError, match="has no words for") as trouble:
        take(deck, anna, prefer="anki", only=(only,))
    assert "complaint-steps" in trouble.value.help


def test_only_that_decides_nothing_says_so(project: MakeProject, anna: Learner) -> None:
    deck = imported(project, anna, ANSWERED)
    anna.tags(ID, "weak", at=EDIT, notetype="Your answer")
    done = take(deck, anna, prefer="anki", only=(STORY,))
    assert done.warnings == (f"--only {STORY} decides nothing: no words of it are in doubt",)


# What was declined


def declined(project: MakeProject, anna: Learner) -> ProjectFolder:
    """The learner let him talk, and decided for YAML, where she lets him finish."""
    deck = imported(project, anna, ANSWERED)
    write(anna, "I let him talk.")
    anna.studies(1)
    deck.edit(ROLE, "I let him shout.", "I let him finish.")
    assert take(deck, anna, prefer="yaml", scheduling=True).overruled
    assert take(deck, anna, scheduling=True).in_doubt == ()
    return deck


@pytest.mark.parametrize("only", [(), (STORY,)])
def test_words_that_were_declined_are_taken_when_they_are_preferred(
    project: MakeProject, anna: Learner, only: tuple[str, ...]
) -> None:
    deck = declined(project, anna)
    done = take(deck, anna, prefer="anki", only=only, scheduling=True)
    assert len(done.from_anki) == 1
    assert "I let him talk." in role_of(deck)
    anna.studies(1)
    deck.edit(ROLE, "I let him talk.", "I let him talk on.")
    assert take(deck, anna, scheduling=True, at=NOON + 2 * DAY).from_anki == ()


@pytest.mark.parametrize("third", ["I let him end.", None])
def test_words_are_declined_only_beside_the_text_that_was_preferred(
    project: MakeProject, anna: Learner, third: str | None
) -> None:
    deck = declined(project, anna)
    if third is None:
        deck.write({ROLE: HEAD.encode()})
    else:
        deck.edit(ROLE, "I let him finish.", third)
    done = take(deck, anna, scheduling=True, at=NOON + 2 * DAY)
    assert len(done.in_doubt) == 1
    take(deck, anna, scheduling=True, at=NOON + 2 * DAY, prefer="anki")
    assert "I let him talk." in role_of(deck)


def test_words_that_yaml_changed_after_a_sync_come_back_by_their_name_alone(
    project: MakeProject, anna: Learner
) -> None:
    deck = imported(project, anna)
    write(anna, "One.")
    anna.studies(1)
    take(deck, anna, scheduling=True)
    deck.edit(ROLE, "One.", "Two.")
    assert take(deck, anna, scheduling=True, prefer="anki").from_anki == ()
    assert take(deck, anna, scheduling=True, prefer="anki", only=(STORY,)).from_anki
    assert "One." in role_of(deck)


# Words that YAML does not get are named


def own_edited(project: MakeProject, anna: Learner) -> ProjectFolder:
    """A story and a fact of the role's own were changed in Anki, and an answer was given."""
    deck = imported(project, anna, OWN)
    anna.edits(OUTAGE, "Number", "5 of 5", at=EDIT, notetype="Story")
    anna.edits(PARCELS, "Answer", "Three", at=EDIT, notetype="Employer fact")
    write(anna, "Mine.")
    return deck


def test_all_words_of_a_retired_role_are_taken(project: MakeProject, anna: Learner) -> None:
    deck = own_edited(project, anna)
    deck.edit(ROLE, "  title: Agent at Acme\n", "  title: Agent at Acme\n  retired: it is over\n")
    done = take(deck, anna)
    assert (len(done.from_anki), done.in_doubt, done.warnings) == (3, (), ())
    assert "number: 5 of 5" in role_of(deck)
    assert "answer: Three" in role_of(deck)


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("    title:", "    retired: told too often\n    title:", "is retired"),
        ("    number: 4 of 5\n", "", "has a fault"),
        ("  outage:   # the Monday\n", "  monday:\n", "is in no file"),
    ],
)
def test_a_story_that_sync_cannot_take_is_named(
    project: MakeProject, anna: Learner, old: str, new: str, reason: str
) -> None:
    deck = own_edited(project, anna)
    deck.edit(ROLE, old, new)
    done = take(deck, anna)
    (warning,) = done.warnings
    assert warning.startswith(f"acme: `{OUTAGE}` {reason}, so what you wrote in it stays in Anki: ")
    assert len(done.from_anki) == 2


def test_a_star_alone_on_a_retired_story_is_not_named(project: MakeProject, anna: Learner) -> None:
    deck = imported(project, anna, OWN)
    anna.tags(OUTAGE, "marked", at=EDIT, notetype="Story")
    deck.edit(ROLE, "    title:", "    retired: told too often\n    title:")
    assert take(deck, anna).warnings == ()


def test_a_story_that_moved_to_another_owner_is_named_with_its_file(
    project: MakeProject, anna: Learner
) -> None:
    me = ME + OWN[OWN.index("my_stories") : OWN.index("employer_facts")]
    role = "role:\n  title: Acme\n  key: acme-7f3a\n"
    deck = project({PERSON: me, ACME: role})
    anna.imports(deck.built(NOON, "acme"))
    anna.edits("anna-7f3k/my/outage", "Number", "5 of 5", at=EDIT, notetype="Story")
    deck.write({PERSON: ME, ACME: role + me.removeprefix(ME)})
    assert take(deck, anna).warnings == (
        f"anna: `anna-7f3k/my/outage` is in {ACME} now, so what you wrote in it stays in Anki:"
        " copy them there by hand",
    )


def test_words_under_a_key_that_no_role_has_are_named_and_go_to_no_other_role(
    project: MakeProject, anna: Learner
) -> None:
    deck = own_edited(project, anna)
    deck.edit(ROLE, "key: acme-7f3a", "key: acme-0000")
    for role in (None, "acme"):
        done = take(deck, anna, role=role)
        assert (done.from_anki, len(done.warnings)) == ((), 1)
        assert done.warnings[0].startswith(
            "no role has the key `acme-7f3a`, so what you wrote in `"
        )


def test_words_under_another_note_type_are_named(project: MakeProject, anna: Learner) -> None:
    deck = imported(project, anna)
    write(anna, "I let him talk.")
    models, note = anna.collection.models, anna.note(ID, "Your answer")
    basic = models.by_name("Basic")
    assert basic is not None
    change = models.change_notetype_info(old_notetype_id=note.mid, new_notetype_id=basic["id"])
    request = change.input
    request.note_ids.append(note.id)
    del request.new_fields[:]
    request.new_fields.extend([0, 3])
    models.change_notetype_of_notes(request)
    done = take(deck, anna)
    assert done.warnings == (
        f"acme: `{ID}` has another note type in Anki, so its words stay there: give it"
        " `Test Decks: Your answer` again, and sync again",
    )


@pytest.mark.parametrize("id", ["", "mine"])
def test_words_of_a_note_whose_id_was_changed_are_taken(
    project: MakeProject, anna: Learner, id: str
) -> None:
    """Its GUID is in the lock."""
    deck = imported(project, anna)
    write(anna, "I let him talk.")
    anna.edits(ID, "Id", id, at=EDIT, notetype="Your answer")
    assert take(deck, anna).from_anki
    assert "I let him talk." in role_of(deck)


# Fields that the learner's note type lacks


def without_field(anna: Learner, name: str) -> None:
    models = anna.collection.models
    notetype = models.by_name("Test Decks: Your answer")
    assert notetype is not None
    models.remove_field(notetype, models.field_map(notetype)[name][1])
    models.update_dict(notetype)


def test_a_deleted_spare_field_hides_no_answer(project: MakeProject, anna: Learner) -> None:
    deck = imported(project, anna)
    write(anna, "I let him talk.")
    without_field(anna, "Spare 2")
    done = take(deck, anna)
    assert len(done.from_anki) == 1
    assert done.warnings[:1] == (
        "acme: the note type `Test Decks: Your answer` has no field `Spare 2` in Anki, which says"
        " with which words a note was packed: more is in doubt",
    )


def test_without_its_base_an_answer_goes_over_no_other_words(
    project: MakeProject, anna: Learner
) -> None:
    deck = imported(project, anna, ANSWERED)
    deck.edit(ROLE, "I let him shout.", "I let him finish.")
    deck.built(NOON + 60, "acme")
    write(anna, "I let him talk.")
    without_field(anna, "Spare 2")
    assert len(take(deck, anna).in_doubt) == 1


def test_a_deleted_field_with_words_is_not_said_to_be_renamed(
    project: MakeProject, anna: Learner
) -> None:
    deck = imported(project, anna)
    write(anna, "I let him talk.")
    without_field(anna, "Answer")
    (warning, *_) = take(deck, anna).warnings
    assert "has no field `Answer` in Anki; it was deleted there" in warning


# The answer to a public deck's note


@pytest.mark.parametrize(("per_role", "file"), [("complaint-steps", PERSON), (STORY, ACME)])
def test_an_answer_of_a_public_deck_goes_where_the_next_build_reads_it(
    project: MakeProject, anna: Learner, per_role: str, file: str
) -> None:
    """Into the person's file; into the role's only what is each employer's own."""
    me = ME.replace("  per_role: [complaint-steps]", f"  notes: shared\n  per_role: [{per_role}]")
    deck = project({PERSON: me, ACME: "role:\n  title: Acme\n  key: acme-7f3a\n"})
    deck.built(NOON)
    anna.imports(deck.package("agent"))
    write(anna, "I let him talk.", id=STORY)
    take(deck, anna, role="acme")
    assert "    I let him talk.\n" in (deck.root / file).read_text()
    assert not [d for d in deck.build(NOON + 2 * DAY).findings if d.is_error]


# One line, and what YAML cannot say


def test_a_line_break_in_a_text_of_one_line_is_a_blank(project: MakeProject, anna: Learner) -> None:
    deck = imported(project, anna, OWN)
    anna.edits(
        PARCELS, "Answer", "Two<br>million &amp; <b>one</b>", at=EDIT, notetype="Employer fact"
    )
    anna.edits(OUTAGE, "Title", "<div>The</div><div>outage, again</div>", at=EDIT, notetype="Story")
    take(deck, anna)
    assert "    answer: Two million & **one**\n" in role_of(deck)
    assert "    title: The outage, again\n" in role_of(deck)
    deck.built(NOON + DAY, "acme")
    done = take(deck, anna, at=NOON + 2 * DAY)
    assert (done.in_doubt, done.changes) == ((), ())


@pytest.mark.parametrize("html", ["<b>*</b>", "<code>**at** {{ vars.company }}</code>"])
def test_emphasis_that_yaml_cannot_say_is_no_doubt(
    project: MakeProject, anna: Learner, html: str
) -> None:
    deck = imported(project, anna)
    write(anna, html)
    assert take(deck, anna).from_anki
    done = take(deck, anna, at=NOON + 2 * DAY)
    assert (done.in_doubt, done.changes) == ((), ())


@pytest.mark.parametrize(
    "html", ["I let him<b> talk</b>.", "I let him talk. ", "I let him *talk*."]
)
def test_a_text_in_doubt_shows_what_differs(project: MakeProject, anna: Learner, html: str) -> None:
    deck = imported(project, anna, ANSWERED)
    write(anna, html)
    deck.edit(ROLE, "I let him shout.", "I let him talk!")
    (text,) = take(deck, anna).in_doubt
    assert [line for line in both_sides(text) if line.startswith("  +I")]


# Two collections, one story


@pytest.mark.parametrize("are_same", [False, True])
def test_only_fields_that_a_collection_changed_are_in_doubt(
    project: MakeProject, anna: Learner, phone: Learner, are_same: bool
) -> None:
    """The desk changed the title; the phone the number, and perhaps the title too."""
    deck = imported(project, anna, OWN)
    phone.imports(deck.package("private/acme"))
    anna.edits(OUTAGE, "Title", "The great outage", at=EDIT, notetype="Story")
    anna.edits(OUTAGE, "Result", "All stayed.", at=EDIT, notetype="Story")
    take(deck, anna)
    phone.edits(OUTAGE, "Number", "5 of 5", at=EDIT + 60, notetype="Story")
    if are_same:
        phone.edits(OUTAGE, "Title", "The small outage", at=EDIT + 60, notetype="Story")
    done = take(deck, phone, at=NOON + 2 * DAY)
    names = ["acme: `outage` (number)", *(["acme: `outage` (title)"] if are_same else [])]
    assert sorted(text.name for text in done.in_doubt) == names
    take(deck, phone, at=NOON + 2 * DAY, prefer="anki", only=("outage",))
    assert "result: All stayed." in role_of(deck), "as the desk has it"
    assert "number: 5 of 5" in role_of(deck)


# On the command line


def test_the_command_takes_a_role_before_the_id(project: MakeProject, anna: Learner) -> None:
    deck = two_employers(project, anna)
    anna.exports(deck.root / "mine.apkg")
    run = prepdeck(
        "sync", "mine.apkg", "--prefer", "anki", "--only", "complaint-steps", cwd=deck.root
    )
    assert (run.returncode, run.stdout) == (2, "")
    assert "--only acme:complaint-steps --only globex:complaint-steps" in run.stderr
    run = prepdeck(
        "sync", "mine.apkg", "--prefer", "anki", "--only", "acme:complaint-steps", cwd=deck.root
    )
    assert (run.returncode, run.stdout) == (1, f"{ACME}\n"), "the other one is in doubt"
