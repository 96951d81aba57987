"""`--replace-answers` over whole notes: what counts as a learner's, and what an import may replace.

Builds at NOON, edits an hour later, replacements a day later; each test is a life in the real Anki.
"""

from __future__ import annotations

import shlex
import shutil
import time
from pathlib import Path

import pytest
from conftest import NOON, MakeProject, ProjectFolder
from learner import Learner
from test_cli import prepdeck
from test_sync import ANSWERED, DAY, EDIT, HEAD, ID, ROLE, STORY, acme, imported, mine, take
from test_sync import write_in_anki as write
from test_words import FIRST, ME, OUTAGE, OWN

from builder.commands.build.replace import Pair, Replacement, replacement

#: Long after every edit that has the time of this machine: 2065-01-24.
FAR = 3_000_000_000
STEPS = "acme-7f3a/complaint-steps"
PICTURE = 'Tell me about an angry customer. <img src="hint.png">'


def replaced(
    deck: ProjectFolder,
    anna: Learner,
    *,
    role: str = "acme",
    agreed: bool = False,
    at: int = NOON + DAY,
    shown: list[Pair] | None = None,
) -> Replacement:
    """The learner exports, and agrees to all or to nothing; `shown` gets what they were asked."""
    export = anna.exports(deck.root / "mine.apkg", scheduling=True)

    def agree(pair: Pair) -> bool:
        if shown is not None:
            shown.append(pair)
        return agreed

    return replacement(deck.root, role, export, at, agree=agree)


def imports(anna: Learner, made: Replacement) -> int:
    """Imports the package; how many notes it changed."""
    assert made.path is not None
    return anna.imports(made.path).updated


# What is the learner's


@pytest.mark.parametrize(
    ("field", "html"),
    [
        ("Wordings", "<ul><li>Walk me through it.</li></ul>"),
        ("Ask", PICTURE),
        ("Ask", "Tell me about an <u>angry</u> customer."),
        ("Seconds", "60"),
        ("Spare 1", "She smiles when you say it."),
        ("Spare 2", "She smiles when you say it."),
    ],
)
@pytest.mark.parametrize("role", [HEAD, ANSWERED], ids=["no answer", "an answer as in YAML"])
def test_words_beside_the_answer_are_replaced_only_where_the_learner_agrees(
    project: MakeProject, anna: Learner, role: str, field: str, html: str
) -> None:
    deck = imported(project, anna, role)
    anna.edits(ID, field, html, at=EDIT, notetype="Your answer")
    made = replaced(deck, anna)
    assert (made.path, made.refreshed, made.left) == (None, (), (ID,))
    shown: list[Pair] = []
    made = replaced(deck, anna, agreed=True, shown=shown)
    assert [[field.name for field in pair.fields] for pair in shown] == [[field]]
    assert (made.replaced, made.left) == ((ID,), ())
    assert imports(anna, made) == 1
    assert anna.note(ID, "Your answer")[field] != html


def test_both_texts_are_shown_field_by_field(project: MakeProject, anna: Learner) -> None:
    deck = imported(project, anna, ANSWERED)
    write(anna, "I let him talk.")
    anna.edits(ID, "Ask", PICTURE, at=EDIT, notetype="Your answer")
    anna.edits(ID, "Spare 1", "She smiles.", at=EDIT, notetype="Your answer")
    anna.exports(deck.root / "mine.apkg")
    command = ("build", "acme", "--replace-answers", "mine.apkg")
    later = {"SOURCE_DATE_EPOCH": str(NOON + DAY)}
    run = prepdeck(*command, cwd=deck.root, **later)
    assert (run.returncode, run.stdout) == (1, "")
    assert run.stderr.startswith(
        f"`{ID}` (Ask) says in Anki:\n"
        "  - Tell me about an angry customer.\n"
        "  (with a picture (hint.png), which YAML cannot say)\n"
        "and in YAML:\n"
        "  + Tell me about an angry customer.\n"
        f"`{ID}` (Answer) says in Anki:\n"
        "  - I let him talk.\n"
        "and in YAML:\n"
        "  + I let him shout.\n"
        f"`{ID}` (Spare 1) says in Anki:\n"
        "  - She smiles.\n"
        "and in YAML:\n"
        "  + \n"
    )
    run = prepdeck(*command, "--only", ID, "--yes", cwd=deck.root, **later)
    assert (run.returncode, run.stdout) == (0, "answers-for-mine.apkg\n")


def test_one_answer_that_is_replaced_takes_no_other_note_with_it(
    project: MakeProject, anna: Learner
) -> None:
    """An author changes one answer, and another note has wordings that the learner collected."""
    deck = imported(project, anna, f"{ANSWERED}  complaint-steps: I listen.\n")
    write(anna, "I let him talk.")
    anna.edits(STEPS, "Wordings", "And if he shouts?", at=EDIT, notetype="Your answer")
    deck.edit(ROLE, "I let him shout.", "I let him finish.")
    export = anna.exports(deck.root / "mine.apkg")
    made = replacement(deck.root, "acme", export, NOON + DAY, agree=lambda pair: pair.name == ID)
    assert (made.replaced, made.refreshed, made.left) == ((ID,), (), (STEPS,))
    assert imports(anna, made) == 1
    assert mine(anna)[0] == "<p>I let him finish.</p>"
    assert anna.note(STEPS, "Your answer")["Wordings"] == "And if he shouts?"


@pytest.mark.parametrize("field", ["Spare 1", "Topic"])
def test_a_note_in_a_storys_other_fields_is_replaced_only_where_the_learner_agrees(
    project: MakeProject, anna: Learner, field: str
) -> None:
    deck = imported(project, anna, OWN)
    anna.edits(OUTAGE, field, "They liked it.", at=EDIT, notetype="Story")
    made = replaced(deck, anna)
    assert (made.path, made.left) == (None, (OUTAGE,))


def test_words_typed_behind_the_employers_name_are_the_learners(
    project: MakeProject, anna: Learner
) -> None:
    """The cursor at the end of such a field is in the element that shows whose the note is."""
    me, first = "decks/private/anna/me.yaml", "decks/private/anna/acme/role.yaml"
    second = FIRST.replace("acme", "beta").replace("Acme", "Beta").replace("7f3a", "9c1d")
    deck = project(
        {
            me: ME.encode(),
            first: FIRST.encode(),
            "decks/private/anna/beta/role.yaml": second.replace("parcels:", "trucks:").encode(),
        }
    )
    anna.imports(deck.built(NOON, "acme"))
    note = anna.note("acme-7f3a/my/parcels", "Employer fact")
    ((field, html),) = [(name, html) for name, html in note.items() if "employer" in html]
    typed = html.removesuffix("</span>") + " They like this one.</span>"
    anna.edits("acme-7f3a/my/parcels", field, typed, at=EDIT, notetype="Employer fact")
    deck.edit(first, "Two million", "Four million")
    made = replaced(deck, anna, role="anna")
    assert (made.path, made.left) == (None, ("acme-7f3a/my/parcels",))


def test_a_starred_note_is_refreshed_unasked_whatever_changed_in_it_since_the_last_build(
    project: MakeProject, anna: Learner
) -> None:
    """The lock knows all of that build; a story says itself what it was packed with."""
    deck = imported(project, anna, OWN)
    anna.tags(ID, "marked", at=EDIT, notetype="Your answer")
    anna.tags(OUTAGE, "marked", at=EDIT, notetype="Story")
    deck.edit("decks/questions/customer.yaml", "Tell me about", "Describe")
    for day, number in enumerate(["3 of 5", "2 of 5"], 1):
        deck.edit(ROLE, ["4 of 5", "3 of 5"][day - 1], number)
        if day == 1:
            deck.edit("decks/questions/customer.yaml", "Describe", "Tell me about")
            deck.built(NOON + day * 60, "acme")
            deck.edit("decks/questions/customer.yaml", "Tell me about", "Describe")
    made = replaced(deck, anna)
    assert (set(made.refreshed), made.left) == ({ID, OUTAGE}, ())
    imports(anna, made)
    assert anna.note(ID, "Your answer")["Ask"] == "Describe an angry customer."
    assert anna.note(OUTAGE, "Story")["Number"] == "2 of 5"


def test_a_note_that_has_nothing_new_keeps_its_star(project: MakeProject, anna: Learner) -> None:
    """An import takes stars away, so it takes no note for a star's sake."""
    deck = imported(project, anna, ANSWERED)
    anna.tags(ID, "marked", at=EDIT, notetype="Your answer")
    anna.tags(ID, "weak", at=EDIT, notetype="Your answer")
    assert replaced(deck, anna, agreed=True) == Replacement(None)


def test_a_question_reworded_in_a_build_since_is_asked_about(
    project: MakeProject, anna: Learner
) -> None:
    """Nothing remembers how it read before, so it may be the learner's own wording."""
    deck = imported(project, anna, ANSWERED)
    anna.tags(ID, "marked", at=EDIT, notetype="Your answer")
    deck.edit("decks/questions/customer.yaml", "Tell me about", "Describe")
    deck.built(NOON + 60, "acme")
    assert replaced(deck, anna).left == (ID,)


def test_an_answer_taken_out_of_yaml_is_not_taken_out_of_anki(
    project: MakeProject, anna: Learner
) -> None:
    """Nor with `--yes`: nobody else has these words any more."""
    deck = imported(project, anna, ANSWERED)
    anna.tags(ID, "marked", at=EDIT, notetype="Your answer")
    (deck.root / ROLE).write_text(HEAD)
    deck.edit("decks/questions/customer.yaml", "Tell me about", "Describe")
    made = replaced(deck, anna, agreed=True)
    assert (made.path, made.left) == (None, (ID,))


@pytest.mark.parametrize("change", ["adds a field", "renames a field"])
def test_a_note_that_anki_would_not_update_is_named(
    project: MakeProject, anna: Learner, change: str
) -> None:
    deck = imported(project, anna, ANSWERED)
    write(anna, "I let him talk.")
    models = anna.collection.models
    notetype = models.by_name("Test Decks: Your answer")
    assert notetype is not None
    if change == "adds a field":
        models.add_field(notetype, models.new_field("My hints"))
    else:
        models.rename_field(notetype, notetype["flds"][3], "My answer")
    models.update_dict(notetype)
    made = replaced(deck, anna, agreed=True)
    assert (made.path, made.unreachable) == (None, (ID,))


# Clocks


def test_words_written_after_the_export_by_a_clock_behind_are_not_replaced(
    project: MakeProject, anna: Learner
) -> None:
    """A phone is three minutes ahead, the computer exports a minute later, and goes on."""
    deck = imported(project, anna, ANSWERED)
    write(anna, "Typed on the phone.", EDIT + 180)
    deck.edit(ROLE, "I let him shout.", "I let him finish.")
    made = replaced(deck, anna, agreed=True, at=EDIT + 60)
    write(anna, "Typed on the computer after the export.", EDIT + 120)
    if made.path is not None:
        anna.imports(made.path)
    assert mine(anna)[0] == "Typed on the computer after the export."
    assert (made.path, made.recent) == (None, (ID,))
    write(anna, "Typed on the computer after the export.", EDIT + 120)
    assert replaced(deck, anna, agreed=True, at=EDIT + 719).recent == (ID,)
    made = replaced(deck, anna, agreed=True, at=EDIT + 721)
    assert (made.replaced, made.recent) == ((ID,), ())
    assert imports(anna, made) == 1


@pytest.mark.parametrize("legacy", [False, True])
def test_an_old_export_is_judged_by_its_own_time(
    project: MakeProject, anna: Learner, legacy: bool
) -> None:
    """Days later a copy looks old, and was saved just before the export all the same."""
    deck = imported(project, anna, ANSWERED)
    write(anna, "I let him talk.", int(time.time()))
    deck.edit(ROLE, "I let him shout.", "I let him finish.")
    export = anna.exports(deck.root / "mine.apkg", legacy=legacy)
    made = replacement(deck.root, "acme", export, FAR, agree=lambda pair: True)
    assert (made.path, made.recent) == (None, (ID,))


@pytest.mark.parametrize("behind", [1, 300, 600])
def test_what_is_edited_after_the_export_stays_by_any_clock_up_to_ten_minutes_behind(
    project: MakeProject, anna: Learner, behind: int
) -> None:
    deck = imported(project, anna, ANSWERED)
    exported_at = EDIT + 601
    write(anna, "The last that is replaced.", EDIT)
    deck.edit(ROLE, "I let him shout.", "I let him finish.")
    made = replaced(deck, anna, agreed=True, at=exported_at)
    assert made.replaced == (ID,)
    write(anna, "Typed after the export.", exported_at - behind)
    assert imports(anna, made) == 0
    assert mine(anna)[0] == "Typed after the export."


def test_the_command_says_until_when_to_wait(project: MakeProject, anna: Learner) -> None:
    deck = imported(project, anna, ANSWERED)
    write(anna, "I let him talk.", NOON + 60)
    anna.exports(deck.root / "mine.apkg")
    command = ("build", "acme", "--replace-answers", "mine.apkg", "--yes")
    run = prepdeck(*command, cwd=deck.root, SOURCE_DATE_EPOCH=str(NOON + 120))
    assert (run.returncode, run.stdout) == (1, "")
    assert f"1 note saved too shortly before the export: {ID}\n" in run.stderr
    assert "after 2026-09-21 14:25 UTC" in run.stderr
    assert "(Answer)" not in run.stderr, "nothing is asked about it"
    run = prepdeck(*command, cwd=deck.root, SOURCE_DATE_EPOCH=str(NOON + 661))
    assert run.returncode == 0, run.stderr


# Backups


def test_a_backup_from_before_a_replacement_puts_no_words_back_unasked(
    project: MakeProject, anna: Learner, tmp_path: Path
) -> None:
    """The package's time lies before reviews that the backup has too."""
    deck = imported(project, anna)
    write(anna, "I let him talk.")
    anna.studies()
    anna.collection.close()
    shutil.copy(tmp_path / "anna/collection.anki2", tmp_path / "backup.anki2")
    anna.collection.reopen()
    deck.edit(ROLE, HEAD, f"{HEAD}my_answers:\n  {STORY}: I let him finish.\n")
    assert imports(anna, replaced(deck, anna, agreed=True)) == 1
    take(deck, anna, scheduling=True, at=NOON + 2 * DAY)
    anna.collection.close()
    shutil.copy(tmp_path / "backup.anki2", tmp_path / "anna/collection.anki2")
    anna.collection.reopen()
    anna.studies()
    done = take(deck, anna, scheduling=True, at=NOON + 3 * DAY)
    assert (done.from_anki, len(done.in_doubt)) == ((), 1)
    assert "I let him finish." in (deck.root / ROLE).read_text()


# Persons


def person(project: MakeProject) -> ProjectFolder:
    """Anna at two employers; the question about steps is Acme's own."""
    beta = "role:\n  title: Agent at Beta\n  key: beta-9c1d\n"
    return project(
        {
            "decks/private/anna/me.yaml": ME.encode(),
            "decks/private/anna/acme/role.yaml": FIRST.encode(),
            "decks/private/anna/beta/role.yaml": beta.encode(),
        }
    )


def test_a_persons_name_replaces_the_words_of_all_employers_at_once(
    project: MakeProject, anna: Learner
) -> None:
    deck = person(project)
    me = "decks/private/anna/me.yaml"
    deck.edit(me, "my_stories:", "  complaint-steps: I nod.\nmy_stories:")
    deck.build(NOON)
    for role in ("acme", "beta"):
        anna.imports(deck.package(f"private/{role}"))
    ids = (f"anna-7f3k/{STORY}", STEPS, "anna-7f3k/complaint-steps")
    for id in ids:
        write(anna, "Mine.", id=id)
    deck.edit(me, "I let him shout.", "I let him finish.")
    deck.edit(me, "I nod.", "I ask.")
    history = anna.history
    made = replaced(deck, anna, role="anna", agreed=True)
    assert set(made.replaced) == set(ids)
    assert imports(anna, made) == 3
    assert [mine(anna, id)[0] for id in ids] == [
        "<p>I let him finish.</p>",
        "<p>I listen.</p>",
        "<p>I ask.</p>",
    ]
    assert anna.history == history


def test_the_commands_that_sync_prints_work(project: MakeProject, anna: Learner) -> None:
    """Of a person as of a role, from an export of the whole collection with a blank in its name."""
    deck = person(project)
    deck.write({ROLE.replace("acme", "lone"): HEAD.replace("acme-7f3a", "lone-1b2c").encode()})
    deck.build(NOON)
    for role in ("acme", "lone"):
        anna.imports(deck.package(f"private/{role}"))
    write(anna, "I let him talk.", id=f"anna-7f3k/{STORY}")
    write(anna, "I nod.", id=STEPS)
    write(anna, "I run.", id=f"lone-1b2c/{STORY}")
    deck.edit("decks/private/anna/me.yaml", "I let him shout.", "I let him finish.")
    deck.edit("decks/private/anna/acme/role.yaml", "I listen.", "I ask.")
    with (deck.root / ROLE.replace("acme", "lone")).open("a") as file:
        file.write(f"my_answers:\n  {STORY}: I stay.\n")
    anna.exports(deck.root / "my export.apkg")
    later = {"SOURCE_DATE_EPOCH": str(NOON + DAY)}
    run = prepdeck("sync", "my export.apkg", "--prefer", "yaml", cwd=deck.root, **later)
    lines = [line.strip() for line in run.stderr.splitlines() if "--replace-answers" in line]
    assert len(lines) == 2, run.stderr
    for line in lines:
        name, *command = shlex.split(line)
        run = prepdeck(*command, "--yes", cwd=deck.root, **later)
        assert (name, run.returncode) == ("prepdeck", 0), run.stderr
        anna.imports(deck.root / run.stdout.strip())
    assert mine(anna, f"anna-7f3k/{STORY}")[0] == "<p>I let him finish.</p>"
    assert mine(anna, STEPS)[0] == "<p>I ask.</p>"
    assert mine(anna, f"lone-1b2c/{STORY}")[0] == "<p>I stay.</p>"


# What sync says of it


def test_sync_says_what_it_cannot_take_from_the_other_fields_of_an_answer(
    project: MakeProject, anna: Learner
) -> None:
    deck = imported(project, anna, f"{HEAD}my_answers:\n  complaint-steps: I listen.\n")
    write(anna, "I let him talk.")
    anna.edits(ID, "Wordings", "And if he shouts?", at=EDIT, notetype="Your answer")
    anna.edits(STEPS, "Ask", PICTURE, at=EDIT, notetype="Your answer")
    anna.edits(STEPS, "Spare 1", "She smiles.", at=EDIT, notetype="Your answer")
    done = take(deck, anna)
    assert [text.definition.id for text in done.from_anki] == [STORY]
    (warning,) = done.warnings
    assert f"`{ID}` (Wordings), `{STEPS}` (Ask, Spare 1)" in warning
    assert take(deck, anna, at=NOON + 2 * DAY).warnings == (warning,), "as long as it is so"


def test_sync_says_nothing_of_fields_that_are_as_they_were_packed(
    project: MakeProject, anna: Learner
) -> None:
    deck = acme(project, ANSWERED)
    anna.imports(deck.built(NOON, "acme"))
    anna.tags(ID, "marked", at=EDIT, notetype="Your answer")
    deck.edit("decks/questions/customer.yaml", "Tell me about", "Describe")
    assert take(deck, anna).warnings == ()
    write(anna, "I let him talk.")
    assert take(deck, anna).warnings == (), "nor where the answer alone is another"
