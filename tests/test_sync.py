"""Answers that a learner wrote in Anki, taken back into YAML: exports by the real Anki.

Times are Unix seconds, as in `test_updates`: builds at NOON and days later, an edit at its second.
"""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from conftest import NOON, MakeProject, ProjectFolder
from learner import Learner
from test_cli import prepdeck

from builder.commands.build.replace import replacement
from builder.commands.sync.run import SyncOptions, SyncResult, sync
from builder.findings import PrepdeckError
from builder.package import exported_collection

DAY = 86_400
EDIT = NOON + 3_600
STORY = "angry-customer-story"
ID = f"acme-7f3a/{STORY}"
ROLE = "decks/private/acme/role.yaml"
HEAD = """\
# My own deck.
role:
  title: Agent at Acme
  extends: agent
  key: acme-7f3a   # for ever
"""
NOTHING = SyncResult((), (), (), (), (), ())
ANSWERED = f"{HEAD}my_answers:\n  {STORY}: 'I let him shout.'  # first try\n\n# the end\n"


def acme(project: MakeProject, role: str = HEAD) -> ProjectFolder:
    return project({ROLE: role.encode()})


def imported(project: MakeProject, anna: Learner, role: str = HEAD) -> ProjectFolder:
    """The project, after the learner imported its first build."""
    deck = acme(project, role)
    anna.imports(deck.built(NOON, "acme"))
    return deck


def changed_on_both_sides(project: MakeProject, anna: Learner) -> ProjectFolder:
    """The learner lets him talk, and YAML lets him finish."""
    deck = imported(project, anna, ANSWERED)
    write_in_anki(anna, "I let him talk.")
    deck.edit(ROLE, "I let him shout.", "I let him finish.")
    return deck


def role_of(deck: ProjectFolder) -> str:
    return (deck.root / ROLE).read_text(encoding="utf-8")


def write_in_anki(anna: Learner, html: str, at: int = EDIT, id: str = ID) -> None:
    anna.edits(id, "Answer", html, at=at, notetype="Your answer")


def take(deck: ProjectFolder, anna: Learner, *, at: int = NOON + DAY, **how: object) -> SyncResult:
    """The learner exports, and `sync` reads it when the clock says `at`."""
    legacy = bool(how.pop("legacy", False))
    scheduling = bool(how.pop("scheduling", False))
    package = anna.exports(deck.root / "mine.apkg", legacy=legacy, scheduling=scheduling)
    return sync(SyncOptions(deck.root, package, at, **how))  # type: ignore[arg-type]


def replacing(deck: ProjectFolder, anna: Learner) -> Path:
    """The package that puts YAML's words in place of all that the learner exports."""
    export = anna.exports(deck.root / "mine.apkg")
    made = replacement(deck.root, "acme", export, NOON + 9 * DAY, agree=lambda pair: True)
    assert made.path is not None
    return made.path


def mine(anna: Learner, id: str = ID) -> tuple[str, int]:
    """The learner's answer, and when their note changed last."""
    note = anna.note(id, "Your answer")
    return note["Answer"], note.mod


# What is taken


@pytest.mark.parametrize("scheduling", [False, True])
@pytest.mark.parametrize("legacy", [False, True])
def test_an_answer_written_in_anki_comes_into_yaml(
    project: MakeProject, anna: Learner, legacy: bool, scheduling: bool
) -> None:
    deck = imported(project, anna)
    anna.studies()
    write_in_anki(anna, "I let him <b>shout</b>.<div>Then I asked.</div>")
    done = take(deck, anna, legacy=legacy, scheduling=scheduling)
    assert role_of(deck) == (
        f"{HEAD}\nmy_answers:\n  {STORY}: |\n    I let him **shout**.\n\n    Then I asked.\n"
    )
    assert (done.in_doubt, done.warnings) == ((), ())


def test_rebuilding_after_a_sync_changes_nothing_of_the_learners(
    project: MakeProject, anna: Learner
) -> None:
    deck = imported(project, anna)
    anna.studies()
    write_in_anki(anna, "I let him shout.<br>Then&nbsp; I asked.")
    take(deck, anna)
    before, history = anna.content, anna.history
    log = anna.imports(deck.built(NOON + 2 * DAY, "acme"))
    assert (log.new, log.updated, log.conflicting) == (0, 0, 0)
    assert (anna.content, anna.history) == (before, history), "not even a time"


def test_the_next_change_in_yaml_reaches_a_copy_of_theirs_by_name_alone(
    project: MakeProject, anna: Learner
) -> None:
    deck = imported(project, anna)
    write_in_anki(anna, "I let him shout.")
    take(deck, anna)
    deck.edit(ROLE, "I let him shout.", "I let him finish.")
    assert anna.imports(deck.built(NOON + 2 * DAY, "acme")).updated == 0
    assert mine(anna) == ("I let him shout.", EDIT)
    assert anna.imports(replacing(deck, anna)).updated == 1
    assert mine(anna) == ("<p>I let him finish.</p>", EDIT + 1)


@pytest.mark.parametrize("seconds", [1, 60, 5 * DAY])
def test_the_next_change_in_yaml_does_not_arrive_when_they_wrote_on(
    project: MakeProject, anna: Learner, seconds: int
) -> None:
    deck = imported(project, anna)
    write_in_anki(anna, "I let him shout.")
    take(deck, anna)
    write_in_anki(anna, "I let him shout, and waited.", EDIT + seconds)
    deck.edit(ROLE, "I let him shout.", "I let him finish.")
    assert anna.imports(deck.built(NOON + 9 * DAY, "acme")).updated == 0
    assert mine(anna)[0] == "I let him shout, and waited."


def test_an_answer_in_yaml_that_was_edited_in_anki_is_taken_in_its_place(
    project: MakeProject, anna: Learner
) -> None:
    deck = imported(project, anna, ANSWERED)
    write_in_anki(anna, "<p>I let him shout, and then I asked.</p>")
    done = take(deck, anna)
    assert [answer.definition.id for answer in done.from_anki] == [STORY]
    assert role_of(deck) == (
        f"{HEAD}my_answers:\n  {STORY}: |  # first try\n"
        "    I let him shout, and then I asked.\n\n# the end\n"
    )


def test_a_second_sync_finds_nothing_to_do(project: MakeProject, anna: Learner) -> None:
    deck = imported(project, anna)
    write_in_anki(anna, "I let him shout.")
    take(deck, anna)
    role, lock = role_of(deck), (deck.root / "decks/private/acme/notes.lock").read_text()
    assert take(deck, anna, at=NOON + 2 * DAY) == NOTHING
    assert role_of(deck) == role
    assert (deck.root / "decks/private/acme/notes.lock").read_text() == lock


def test_edits_on_both_sides_take_turns(project: MakeProject, anna: Learner) -> None:
    """Sync, YAML, import, Anki, sync: no conflict, because each side saw the other's words."""
    deck = imported(project, anna)
    write_in_anki(anna, "One.")
    take(deck, anna)
    deck.edit(ROLE, "One.", "One, two.")
    deck.built(NOON + 2 * DAY, "acme")
    anna.imports(replacing(deck, anna))
    write_in_anki(anna, "One, two, three.", NOON + 3 * DAY)
    done = take(deck, anna, at=NOON + 4 * DAY)
    assert (len(done.from_anki), done.in_doubt) == (1, ())
    assert "One, two, three." in role_of(deck)
    deck.edit(ROLE, "One, two, three.", "Four.")
    assert anna.imports(replacing(deck, anna)).updated == 1
    assert mine(anna)[0] == "<p>Four.</p>"


def test_what_nobody_touched_is_left_alone(project: MakeProject, anna: Learner) -> None:
    deck = imported(project, anna, ANSWERED)
    assert take(deck, anna) == NOTHING
    deck.edit(ROLE, "I let him shout.", "I let him finish.")
    assert take(deck, anna) == NOTHING, "what Anki has is YAML's old text"
    assert "I let him finish." in role_of(deck)


def test_words_that_stand_on_both_sides_are_followed_from_now_on(
    project: MakeProject, anna: Learner
) -> None:
    """Somebody copied them by hand; or a sync ended between the file and the lock."""
    deck = imported(project, anna)
    write_in_anki(anna, "I let him <b>shout</b>.")
    deck.write({ROLE: f"{HEAD}my_answers:\n  {STORY}: I let him **shout**.\n".encode()})
    done = take(deck, anna)
    assert (done.changes, done.in_doubt) == ((), ())
    before = anna.content
    assert anna.imports(deck.built(NOON + 2 * DAY, "acme")).updated == 0
    assert anna.content == before
    deck.edit(ROLE, "I let him", "He had to")
    assert anna.imports(deck.built(NOON + 3 * DAY, "acme")).updated == 0
    assert anna.content == before


def test_the_oldest_format_and_a_whole_collection_are_read_too(
    project: MakeProject, anna: Learner, tmp_path: Path
) -> None:
    deck = acme(project, ANSWERED)
    ours = deck.built(NOON, "acme")
    anna.imports(ours)
    whole = tmp_path / "all.colpkg"
    expected = {note.guid for note in exported_collection(ours).notes}
    exported = anna.exports(tmp_path / "mine.apkg")
    anna.collection.export_collection_package(str(whole), include_media=False, legacy=False)
    for path in (ours, exported, whole):
        found = {note.guid: note for note in exported_collection(path).notes}
        assert expected <= set(found)
        assert any(note.fields.get("Id") == ID for note in found.values())
    anna.collection.reopen()


# What is in doubt


def test_an_answer_that_both_sides_changed_is_left_alone_and_told(
    project: MakeProject, anna: Learner
) -> None:
    deck = changed_on_both_sides(project, anna)
    role = role_of(deck)
    done = take(deck, anna)
    assert [answer.name for answer in done.in_doubt] == [f"acme: `{STORY}`"]
    assert (done.changes, role_of(deck)) == ((), role)
    deck.built(NOON + 2 * DAY, "acme")
    assert take(deck, anna, at=NOON + 3 * DAY).in_doubt, "built meanwhile, and not imported"
    assert role_of(deck) == role


def test_an_answer_begun_on_both_sides_is_in_doubt(project: MakeProject, anna: Learner) -> None:
    deck = imported(project, anna)
    write_in_anki(anna, "From the phone.")
    deck.write({ROLE: f"{HEAD}my_answers:\n  {STORY}: From the desk.\n".encode()})
    assert take(deck, anna).in_doubt
    assert "From the desk." in role_of(deck)


def test_a_change_that_never_got_to_the_learner_is_in_doubt(
    project: MakeProject, anna: Learner
) -> None:
    """After a sync YAML was changed and built; the learner did not import it, and wrote on."""
    deck = imported(project, anna)
    write_in_anki(anna, "One.")
    take(deck, anna)
    write_in_anki(anna, "One, in Anki.", NOON + DAY + 60)
    deck.edit(ROLE, "One.", "One, in YAML.")
    deck.built(NOON + 2 * DAY, "acme")
    done = take(deck, anna, at=NOON + 3 * DAY)
    assert (len(done.in_doubt), done.changes) == (1, ())
    assert "One, in YAML." in role_of(deck)


@pytest.mark.parametrize(("is_imported", "taken"), [(True, 1), (False, 0)])
def test_of_words_that_took_the_place_of_others_none_is_dropped_unasked(
    project: MakeProject, anna: Learner, is_imported: bool, taken: int
) -> None:
    """Built and imported, or built and not imported: the note says which build it is of."""
    deck = imported(project, anna, ANSWERED)
    deck.edit(ROLE, "I let him shout.", "I let him finish.")
    package = deck.built(NOON + 60, "acme")
    if is_imported:
        anna.imports(package)
    write_in_anki(anna, "I let him talk, and asked.")
    done = take(deck, anna)
    assert (len(done.from_anki), len(done.in_doubt)) == (taken, 1 - taken)


def test_words_taken_out_of_yaml_do_not_come_back_unasked(
    project: MakeProject, anna: Learner
) -> None:
    deck = imported(project, anna, ANSWERED)
    write_in_anki(anna, "I let him shout, twice.")
    deck.edit(ROLE, "I let him shout.", "I let him.")
    deck.built(NOON + DAY, "acme")
    done = take(deck, anna, at=NOON + 2 * DAY)
    assert (len(done.from_anki), len(done.in_doubt)) == (0, 1)


def test_an_edit_in_the_very_second_of_a_line_is_seen(project: MakeProject, anna: Learner) -> None:
    deck = imported(project, anna)
    write_in_anki(anna, "One.")
    take(deck, anna)
    deck.edit(ROLE, "One.", "One, in YAML.")
    deck.built(NOON + 2 * DAY, "acme")
    write_in_anki(anna, "One, in Anki.", EDIT + 1)
    assert len(take(deck, anna, at=NOON + 3 * DAY).in_doubt) == 1


@pytest.mark.parametrize("seed", range(25))
def test_no_life_loses_a_word_unasked(project: MakeProject, anna: Learner, seed: int) -> None:
    """Writing in Anki and in YAML, building, importing and syncing, in any order."""
    pick = random.Random(seed)
    deck = acme(project)
    clock, words = NOON, set[str]()
    anna.imports(deck.built(clock, "acme"))
    for number in range(pick.randint(4, 11)):
        clock += pick.choice([1, 5, 60, 4_000, DAY])
        what = pick.choice(["anki", "anki", "yaml", "build", "import", "sync", "sync"])
        if what == "anki":
            write_in_anki(anna, f"{mine(anna)[0]} <i>word{number}</i>", clock)
        elif what == "yaml":
            said = role_of(deck).rstrip("\n")
            said += "" if "my_answers" in said else f"\nmy_answers:\n  {STORY}: |"
            deck.write({ROLE: f"{said}\n    word{number}\n".encode()})
        elif what == "sync":
            if take(deck, anna, at=clock).from_anki:
                before = anna.content
                anna.imports(deck.built(clock + 1, "acme"))
                assert anna.content == before
        else:
            package = deck.built(clock, "acme")
            if what == "import":
                anna.imports(package)
        words |= {f"word{number}"} if what in ("anki", "yaml") else set()
        assert {word for word in words if word in role_of(deck) + mine(anna)[0]} == words


def test_ankis_words_are_taken_when_they_are_preferred(project: MakeProject, anna: Learner) -> None:
    deck = changed_on_both_sides(project, anna)
    take(deck, anna, prefer="anki")
    assert "I let him talk." in role_of(deck)
    before = anna.content
    anna.imports(deck.built(NOON + 2 * DAY, "acme"))
    assert anna.content == before


def test_yamls_words_reach_the_learner_when_they_are_preferred(
    project: MakeProject, anna: Learner
) -> None:
    deck = changed_on_both_sides(project, anna)
    role = role_of(deck)
    take(deck, anna, prefer="yaml")
    assert role_of(deck) == role
    assert anna.imports(deck.built(NOON + 2 * DAY, "acme")).updated == 0
    assert anna.imports(replacing(deck, anna)).updated == 1
    assert mine(anna) == ("<p>I let him finish.</p>", EDIT + 1)


def test_preferring_yaml_does_not_overwrite_what_came_after(
    project: MakeProject, anna: Learner
) -> None:
    deck = changed_on_both_sides(project, anna)
    take(deck, anna, prefer="yaml")
    write_in_anki(anna, "I let him talk on.", NOON + DAY + 60)
    assert anna.imports(deck.built(NOON + 2 * DAY, "acme")).updated == 0
    assert mine(anna)[0] == "I let him talk on."


def test_an_answer_emptied_in_anki_stays_in_yaml(project: MakeProject, anna: Learner) -> None:
    deck = imported(project, anna, ANSWERED)
    write_in_anki(anna, "<br>")
    role = role_of(deck)
    done = take(deck, anna)
    assert done.warnings == (f"acme: `{STORY}` was emptied in Anki but stays in {ROLE}",)
    assert role_of(deck) == role


# What cannot be said


def test_a_picture_stays_in_anki_and_is_never_overwritten(
    project: MakeProject, anna: Learner
) -> None:
    deck = imported(project, anna)
    html = 'See <img src="desk.jpg"> my desk.'
    write_in_anki(anna, html)
    done = take(deck, anna)
    assert "    See my desk.\n" in role_of(deck)
    assert done.warnings == (
        f"acme: `{STORY}` has a picture (desk.jpg), in Anki only: YAML cannot say it",
    )
    anna.imports(deck.built(NOON + 2 * DAY, "acme"))
    deck.edit(ROLE, "See my desk.", "See my table.")
    anna.imports(deck.built(NOON + 3 * DAY, "acme"))
    assert mine(anna) == (html, EDIT)


def test_preferring_anki_warns_of_a_picture_too(project: MakeProject, anna: Learner) -> None:
    deck = imported(project, anna, ANSWERED)
    write_in_anki(anna, 'See <img src="desk.jpg"> my desk.')
    deck.edit(ROLE, "I let him shout.", "I let him finish.")
    done = take(deck, anna, prefer="anki")
    assert "    See my desk.\n" in role_of(deck)
    assert "has a picture (desk.jpg), in Anki only" in done.warnings[0]


def test_colours_are_told_and_the_words_are_taken(project: MakeProject, anna: Learner) -> None:
    deck = imported(project, anna)
    write_in_anki(anna, '<span style="color: red">Warm</span> words.')
    done = take(deck, anna)
    assert "    Warm words.\n" in role_of(deck)
    assert done.warnings == (f"acme: `{STORY}` has colours, in Anki only: YAML cannot say it",)
    before = anna.content
    anna.imports(deck.built(NOON + 2 * DAY, "acme"))
    assert anna.content == before


def test_variables_that_are_written_out_are_told(project: MakeProject, anna: Learner) -> None:
    deck = imported(
        project, anna, f"{HEAD}my_answers:\n  {STORY}: |\n    At {{{{ vars.company }}}}.\n"
    )
    write_in_anki(anna, "At the company, twice.")
    done = take(deck, anna)
    assert done.warnings == (f"acme: `{STORY}` had variables in YAML; now it has their values",)
    assert "    At the company, twice.\n" in role_of(deck)


def test_a_note_of_a_clock_that_runs_ahead_never_gets_its_time_into_the_lock(
    project: MakeProject, anna: Learner
) -> None:
    deck = imported(project, anna)
    write_in_anki(anna, "From tomorrow.", NOON + 2 * DAY)
    done = take(deck, anna)
    assert "From tomorrow." in role_of(deck)
    assert "clock that is ahead" in done.warnings[0]
    assert not [d for d in deck.build(NOON + DAY, "acme").findings if d.is_error]
    take(deck, anna, at=NOON + 3 * DAY)
    deck.edit(ROLE, "From tomorrow.", "From today.")
    assert anna.imports(deck.built(NOON + 3 * DAY, "acme")).updated == 0


@pytest.mark.parametrize(
    ("html", "written"),
    [
        ("{{ vars.company }} is mine", "{\\{ vars.company }} is mine"),
        ("\tone\ttwo", "one two"),
        ("one\x85two", "one\\\n    two"),
        ("- not a list", "\\- not a list"),
        ("key: value # no comment", "key: value # no comment"),
        ("&nbsp; &nbsp;indented", "indented"),
        ("---", "---"),
        ("<pre>\tif x:</pre>", "```\n    \tif x:\n    ```"),
    ],
)
def test_what_yaml_could_misread_survives(
    project: MakeProject, anna: Learner, html: str, written: str
) -> None:
    deck = imported(project, anna)
    write_in_anki(anna, html)
    take(deck, anna)
    assert role_of(deck) == f"{HEAD}\nmy_answers:\n  {STORY}: |\n    {written}\n"
    before = anna.content
    anna.imports(deck.built(NOON + 2 * DAY, "acme"))
    assert anna.content == before


# Whose it is


def test_an_answer_to_a_public_decks_note_needs_a_role_to_take_it(
    project: MakeProject, anna: Learner
) -> None:
    deck = acme(project)
    deck.built(NOON)
    anna.imports(deck.package("agent"))
    write_in_anki(anna, "I let him shout.", id=STORY)
    with pytest.raises(PrepdeckError, match=r"has 1 answer to notes of no private role") as trouble:
        take(deck, anna)
    assert "(yours: acme)" in trouble.value.help
    assert role_of(deck) == HEAD
    take(deck, anna, role="acme")
    assert "    I let him shout.\n" in role_of(deck)
    anna.imports(deck.built(NOON + 2 * DAY, "acme"))
    assert mine(anna, STORY) == ("I let him shout.", EDIT)
    assert mine(anna)[0] == "<p>I let him shout.</p>", (
        "the role's own note, imported for the first time"
    )


def test_a_shared_role_takes_the_answer_to_the_shared_note(
    project: MakeProject, anna: Learner
) -> None:
    deck = acme(project, f"{HEAD}  notes: shared\n")
    deck.built(NOON)
    anna.imports(deck.package("agent"))
    anna.imports(deck.root / "build/private/acme.apkg")
    write_in_anki(anna, "I let him shout.", id=STORY)
    take(deck, anna, role="acme")
    before = anna.content
    deck.built(NOON + 2 * DAY)
    for package in (deck.root / "build/private/acme.apkg", deck.package("agent")):
        assert anna.imports(package).updated == 0
    assert anna.content == before
    deck.edit(ROLE, "I let him shout.", "I let him finish.")
    deck.built(NOON + 3 * DAY)
    assert anna.imports(deck.package("agent")).updated == 0
    assert anna.imports(deck.root / "build/private/acme.apkg").updated == 0
    assert anna.imports(replacing(deck, anna)).updated == 1
    assert mine(anna, STORY) == ("<p>I let him finish.</p>", EDIT + 1)


def test_a_question_of_ones_own_is_answered_under_its_own_id(
    project: MakeProject, anna: Learner
) -> None:
    own = (
        "\nquestions:\n  why-acme:\n    ask: Why Acme?\n    type: pitch\n    answer: It is near.\n"
    )
    deck = imported(project, anna, HEAD + own)
    write_in_anki(anna, "Parcels.", id="acme-7f3a/my/why-acme")
    take(deck, anna)
    assert role_of(deck) == f"{HEAD}{own}\nmy_answers:\n  why-acme: |\n    Parcels.\n"


def test_an_answer_goes_to_the_file_that_has_answers(project: MakeProject, anna: Learner) -> None:
    words = "decks/private/acme/words.yaml"
    deck = project({ROLE: HEAD.encode(), words: b"my_answers:\r\n  complaint-steps: Listen.\r\n"})
    anna.imports(deck.built(NOON, "acme"))
    write_in_anki(anna, "I let him shout.")
    take(deck, anna)
    assert role_of(deck) == HEAD
    assert (deck.root / words).read_bytes() == (
        f"my_answers:\r\n  complaint-steps: Listen.\r\n  {STORY}: |\r\n    I let him shout.\r\n"
    ).encode()


# Tags


def test_tags_of_ones_own_come_into_yaml_and_change_nothing_in_anki(
    project: MakeProject, anna: Learner
) -> None:
    deck = imported(project, anna)
    for tag in ("weak", "Before::Friday", "marked", "leech"):
        anna.tags("acme-7f3a/complaint-steps", tag, at=EDIT)
    done = take(deck, anna, scheduling=True)
    assert role_of(deck) == (
        f"{HEAD}\nmy_tags:\n  complaint-steps:\n    - Before::Friday\n    - weak\n"
    )
    assert [one.definition.id for one in done.tagged] == ["complaint-steps"]
    before = anna.content
    assert anna.imports(deck.built(NOON + 2 * DAY, "acme")).updated == 0
    assert anna.content == before


def test_taken_tags_stay_when_the_note_changes(project: MakeProject, anna: Learner) -> None:
    deck = imported(project, anna)
    anna.tags("acme-7f3a/complaint-steps", "weak", at=EDIT)
    take(deck, anna)
    deck.edit("decks/questions/customer.yaml", "How do you take a", "What do you do with a")
    assert anna.imports(deck.built(NOON + 2 * DAY, "acme")).updated == 1
    note = anna.note("acme-7f3a/complaint-steps")
    assert note["Ask"] == "What do you do with a complaint?"
    assert "weak" in note.tags
    assert take(deck, anna, at=NOON + 3 * DAY) == NOTHING


def test_a_tag_reaches_every_note_of_the_definition_and_no_shared_one(
    project: MakeProject, anna: Learner
) -> None:
    deck = acme(project)
    deck.built(NOON)
    anna.imports(deck.root / "build/private/acme.apkg")
    anna.imports(deck.package("agent"))
    anna.tags(ID, "weak", at=EDIT)
    anna.tags(STORY, "public", at=EDIT)
    take(deck, anna, role="acme")
    deck.built(NOON + 2 * DAY)
    for package in (deck.root / "build/private/acme.apkg", deck.package("agent")):
        anna.imports(package)
    assert "weak" in anna.note(ID).tags, "the question beside the note that was tagged"
    assert "weak" in anna.note(ID, "Your answer").tags
    assert "weak" not in anna.note(STORY).tags
    assert "public" in anna.note(STORY).tags
    assert "public" not in role_of(deck)


def test_tags_and_an_answer_come_together(project: MakeProject, anna: Learner) -> None:
    deck = imported(project, anna, ANSWERED)
    write_in_anki(anna, "I let him talk.")
    anna.tags(ID, "weak", at=EDIT + 5, notetype="Your answer")
    take(deck, anna)
    before = {note.guid: note for note in anna.content.notes}
    guid = anna.note(ID, "Your answer").guid
    anna.imports(deck.built(NOON + 2 * DAY, "acme"))
    assert {note.guid: note for note in anna.content.notes}[guid] == before[guid]
    deck.edit(ROLE, "I let him talk.", "I let him finish.")
    anna.imports(deck.built(NOON + 3 * DAY, "acme"))
    assert mine(anna) == ("I let him talk.", EDIT + 5)
    anna.imports(replacing(deck, anna))
    assert mine(anna) == ("<p>I let him finish.</p>", EDIT + 6)
    assert "weak" in anna.note(ID, "Your answer").tags


def test_a_tag_never_opens_an_answer_in_doubt_to_an_import(
    project: MakeProject, anna: Learner
) -> None:
    deck = imported(project, anna, ANSWERED)
    write_in_anki(anna, "I let him talk.")
    anna.tags(ID, "weak", at=EDIT + 5, notetype="Your answer")
    deck.edit(ROLE, "I let him shout.", "I let him finish.")
    done = take(deck, anna)
    assert (len(done.in_doubt), len(done.tagged)) == (1, 1)
    anna.imports(deck.built(NOON + 2 * DAY, "acme"))
    assert mine(anna) == ("I let him talk.", EDIT + 5)


def test_a_tag_on_an_answer_in_doubt_leaves_its_line_alone(
    project: MakeProject, anna: Learner
) -> None:
    deck = imported(project, anna, ANSWERED)
    write_in_anki(anna, "I let him talk.")
    anna.tags(ID, "weak", at=EDIT + 5, notetype="Your answer")
    deck.edit(ROLE, "I let him shout.", "I let him finish.")
    deck.built(NOON + DAY, "acme")
    done = take(deck, anna, at=NOON + 2 * DAY)
    assert (len(done.in_doubt), len(done.tagged)) == (1, 1)
    deck.edit(ROLE, "I let him finish.", "I let him end.")
    anna.imports(deck.built(NOON + 3 * DAY, "acme"))
    assert mine(anna) == ("I let him talk.", EDIT + 5)


def test_a_change_that_was_not_built_yet_reaches_a_tagged_note(
    project: MakeProject, anna: Learner
) -> None:
    deck = imported(project, anna)
    anna.tags("acme-7f3a/complaint-steps", "weak", at=EDIT)
    deck.edit("decks/questions/customer.yaml", "How do you take a", "What do you do with a")
    take(deck, anna)
    anna.imports(deck.built(NOON + 2 * DAY, "acme"))
    note = anna.note("acme-7f3a/complaint-steps")
    assert note["Ask"] == "What do you do with a complaint?"
    assert "weak" in note.tags


def test_an_edit_of_a_tagged_reference_note_survives_the_next_build(
    project: MakeProject, anna: Learner
) -> None:
    deck = imported(project, anna)
    anna.edits("acme-7f3a/csat", "Trap", "mine", at=EDIT, notetype="KPI")
    anna.tags("acme-7f3a/csat", "weak", at=EDIT, notetype="KPI")
    take(deck, anna)
    anna.imports(deck.built(NOON + 2 * DAY, "acme"))
    assert anna.note("acme-7f3a/csat", "KPI")["Trap"] == "mine"


@pytest.mark.parametrize(
    ("tag", "rule"),
    [
        ("complaint-steps: [two words]", "wrong-value"),
        ("complaint-steps: ['topic::x']", "wrong-value"),
        ("complaint-steps: [Leech]", "wrong-value"),
        ("complaint-step: [weak]", "unknown-reference"),
        ("complaint-steps: {weak: yes}", "wrong-value"),
    ],
)
def test_a_tag_that_cannot_be_is_a_fault(project: MakeProject, tag: str, rule: str) -> None:
    deck = acme(project, f"{HEAD}my_tags:\n  {tag}\n")
    assert [d.rule for d in deck.build(NOON, "acme").findings] == [rule]


# What cannot be used


def test_a_sync_that_was_cut_off_is_mended_by_the_next(
    project: MakeProject, anna: Learner, monkeypatch: pytest.MonkeyPatch
) -> None:
    from builder.commands.sync import run as module

    deck = imported(project, anna)
    write_in_anki(anna, "I let him shout.")
    with monkeypatch.context() as patch:
        patch.setattr(module, "_write_lines", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            take(deck, anna)
    assert "I let him shout." in role_of(deck)
    take(deck, anna)
    before = anna.content
    assert anna.imports(deck.built(NOON + 2 * DAY, "acme")).updated == 0
    assert anna.content == before
    deck.edit(ROLE, "shout", "finish")
    assert anna.imports(deck.built(NOON + 3 * DAY, "acme")).updated == 0
    assert anna.content == before


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 no zip", b"just text"])
def test_a_file_that_is_no_package_is_told(project: MakeProject, content: bytes) -> None:
    deck = acme(project)
    (deck.root / "mine.apkg").write_bytes(content)
    run = prepdeck("sync", "mine.apkg", cwd=deck.root)
    assert (run.returncode, run.stdout) == (2, "")
    assert run.stderr.startswith("prepdeck: mine.apkg is not a package that Anki exported\n")


@pytest.mark.parametrize("legacy", [False, True])
def test_a_damaged_package_never_shows_a_traceback(
    project: MakeProject, anna: Learner, legacy: bool
) -> None:
    deck = imported(project, anna)
    whole = anna.exports(deck.root / "mine.apkg", legacy=legacy).read_bytes()
    pick = random.Random(7)
    damaged = deck.root / "damaged.apkg"
    refused = 0
    for _ in range(150):
        raw = bytearray(whole[: pick.randrange(len(whole))] if pick.random() < 0.3 else whole)
        for _ in range(pick.randrange(1, 30)):
            raw[pick.randrange(len(raw))] = pick.randrange(256)
        damaged.write_bytes(raw)
        try:
            exported_collection(damaged)
        except PrepdeckError:
            refused += 1
    assert refused > 50


def test_a_package_of_somebody_elses_is_told(project: MakeProject, anna: Learner) -> None:
    deck = imported(project, anna)
    deck.edit("decks/deck.yaml", "namespace: test-decks", "namespace: other-decks")
    (deck.root / "decks/private/acme/notes.lock").unlink()
    (deck.root / ".prepdeck/local.lock").unlink()
    with pytest.raises(PrepdeckError, match="has no note of this project"):
        take(deck, anna)


def test_a_role_file_in_braces_is_not_touched(project: MakeProject, anna: Learner) -> None:
    deck = imported(project, anna, f"{HEAD}my_answers: {{complaint-steps: Listen}}\n")
    write_in_anki(anna, "I let him shout.")
    role = role_of(deck)
    with pytest.raises(PrepdeckError, match="not in block style"):
        take(deck, anna)
    assert role_of(deck) == role


# On the command line


def test_a_dry_run_shows_the_diff_and_writes_nothing(project: MakeProject, anna: Learner) -> None:
    deck = imported(project, anna, ANSWERED)
    write_in_anki(anna, "I let him talk.")
    anna.exports(deck.root / "mine.apkg")
    run = prepdeck("sync", "mine.apkg", "--dry-run", cwd=deck.root, SOURCE_DATE_EPOCH=str(EDIT))
    assert run.returncode == 0, run.stderr
    assert run.stdout == (
        f"--- {ROLE}\n+++ {ROLE}\n@@ -4,6 +4,7 @@\n"
        "   extends: agent\n   key: acme-7f3a   # for ever\n my_answers:\n"
        f"-  {STORY}: 'I let him shout.'  # first try\n"
        f"+  {STORY}: |  # first try\n+    I let him talk.\n \n # the end\n"
    )
    assert run.stderr == "1 answer would be taken from Anki\n"
    assert role_of(deck) == ANSWERED


def test_a_conflict_ends_with_status_1_and_shows_both_sides(
    project: MakeProject, anna: Learner
) -> None:
    deck = changed_on_both_sides(project, anna)
    anna.exports(deck.root / "mine.apkg")
    run = prepdeck("sync", "mine.apkg", cwd=deck.root)
    assert (run.returncode, run.stdout) == (1, "")
    assert "  -I let him finish.\n  +I let him talk.\n" in run.stderr
    assert "--prefer anki" in run.stderr


def test_a_build_says_what_becomes_of_a_changed_answer_and_how_to_take_it(
    project: MakeProject, anna: Learner
) -> None:
    deck = acme(project, ANSWERED)
    first = prepdeck("build", "acme", cwd=deck.root)
    assert "answers changed" not in first.stderr, "there is nothing that Anki could have"
    anna.imports(deck.root / "build/private/acme.apkg")
    write_in_anki(anna, "I let him talk.")
    deck.edit(ROLE, "I let him shout.", "I let him finish.")
    second = prepdeck("build", "acme", cwd=deck.root, SOURCE_DATE_EPOCH=str(NOON + DAY))
    assert f"answers changed in YAML: {STORY}\n" in second.stderr
    assert "answers changed" not in prepdeck("build", "acme", cwd=deck.root).stderr
    anna.imports(deck.root / "build/private/acme.apkg")
    assert mine(anna)[0] == "I let him talk.", "as the build said"
    (advice,) = [line for line in second.stderr.splitlines() if "--replace-answers" in line]
    command = advice.strip().removeprefix("prepdeck ").split()
    anna.exports(deck.root / command[-1])
    later = str(NOON + 2 * DAY)
    run = prepdeck(*command, "--yes", cwd=deck.root, SOURCE_DATE_EPOCH=later)
    assert run.returncode == 0, run.stderr
    anna.imports(deck.root / run.stdout.strip())
    assert mine(anna)[0] == "<p>I let him finish.</p>", "as the build said"


def test_an_answer_that_is_new_in_yaml_may_meet_one_in_anki(
    project: MakeProject, anna: Learner
) -> None:
    deck = acme(project)
    prepdeck("build", cwd=deck.root)
    deck.edit(ROLE, HEAD, f"{HEAD}my_answers:\n  {STORY}: I let him finish.\n")
    told = prepdeck("build", cwd=deck.root, SOURCE_DATE_EPOCH=str(NOON + DAY)).stderr
    assert f"answers changed in YAML: {STORY}\n" in told


def test_a_package_of_another_client_is_refused(project: MakeProject, anna: Learner) -> None:
    """A slip of the coach must not put one client's words into another's file."""
    deck = acme(project)
    other = "role:\n  title: Globex\n  extends: agent\n  notes: shared\n"
    deck.write({"decks/private/globex/role.yaml": other})
    anna.imports(deck.built(NOON, "acme"))
    write_in_anki(anna, "I let him talk.")
    with pytest.raises(PrepdeckError, match="has notes of `acme`"):
        take(deck, anna, role="globex")
    assert (deck.root / "decks/private/globex/role.yaml").read_text() == other
