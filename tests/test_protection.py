"""What a learner would lose where nothing was released, and where a lock is damaged.

Private decks are protected like released ones: a private role's own lock stands for the released
one. Each loss is shown in the real Anki once, and then refused or reported by a build.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from conftest import NOON, MakeProject, ProjectFolder, said
from learner import Learner
from test_cli import prepdeck

from builder import shipped
from builder.commands.build.run import prune
from builder.findings import Diagnostic, PrepdeckError
from builder.lock import parse_lock
from builder.lock.slow_clock import slow_time
from builder.report import Built

DAY = 86_400
CUSTOMER = "decks/questions/customer.yaml"
RELEASED, LOCAL = "decks/notes.lock", ".prepdeck/local.lock"
ROLE, OWN = "decks/private/acme/role.yaml", "decks/private/acme/mine.yaml"
MINE = "decks/private/acme/notes.lock"
ACME = {
    ROLE: """
        role:
          title: Acme
          extends: agent
          key: acme-1
        """,
    OWN: """
        questions:
          why-acme:
            ask: Why Acme?
            type: pitch
            answer: It is near.
            follow_ups:
              - ask: And why not Beta?
                point: it is far
        """,
}
FOLLOW_UP = "    follow_ups:\n      - ask: And why not Beta?\n        point: it is far\n"
SHARED = "key: acme-1\n  notes: shared"


@pytest.fixture
def acme(project: MakeProject) -> ProjectFolder:
    """A candidate's own role, built once. Nothing was released."""
    deck = project(ACME)  # type: ignore[arg-type]
    deck.built(NOON)
    return deck


def findings(deck: ProjectFolder, rule: str, at: int = NOON + DAY) -> list[Diagnostic]:
    """What a build finds, which is all of one rule."""
    found = deck.build(at).findings
    assert {d.rule for d in found} == {rule}, said(found)
    return list(found)


def finding(deck: ProjectFolder, rule: str, at: int = NOON + DAY) -> Diagnostic:
    (only,) = findings(deck, rule, at)
    return only


def is_clean(deck: ProjectFolder, at: int = NOON + 2 * DAY) -> bool:
    return deck.build(at).findings == ()


def package(deck: ProjectFolder) -> Path:
    return deck.root / "build/private/acme.apkg"


# Gates


def studied(anna: Learner, acme: ProjectFolder, number: int = 40) -> dict[tuple[str, int], object]:
    anna.imports(package(acme))
    anna.studies(number)
    return {card: row for card, row in anna.history.items() if row[7]}


def test_the_reviews_of_a_follow_up_in_a_private_deck(acme: ProjectFolder, anna: Learner) -> None:
    """Anki makes the card blank, and offers to delete it: the fault keeps such a package away."""
    studied(anna, acme)
    assert len([card for card in anna.cards("acme-1/my/why-acme") if card.reps]) == 2
    before = package(acme).read_bytes()
    acme.edit(OWN, FOLLOW_UP, "")
    fault = finding(acme, "card-withdrawn")
    assert (fault.span.file, fault.scope.role) == (OWN, "acme")
    assert "`my/why-acme` was built" in fault.message
    assert package(acme).read_bytes() == before
    assert acme.build(NOON + DAY, "agent").findings == (), "nobody else is concerned"
    # Without its lock, and the package to restore it from, the package is built as it was before
    # there was this rule.
    (acme.root / MINE).unlink()
    package(acme).unlink()
    acme.built(NOON + DAY)
    anna.imports(package(acme))
    assert anna.empty_cards() == 1, "the loss that is refused"


def test_another_follow_up_in_the_place_of_a_lost_one_is_a_remedy(acme: ProjectFolder) -> None:
    acme.edit(OWN, FOLLOW_UP, "    follow_ups: []\n")
    assert findings(acme, "card-withdrawn")
    acme.edit(OWN, "follow_ups: []", "follow_ups:\n      - {ask: And Gamma?, point: it is dear}")
    assert is_clean(acme)


def test_a_new_id_is_a_remedy_for_a_lost_follow_up(acme: ProjectFolder) -> None:
    acme.edit(OWN, FOLLOW_UP, "")
    assert findings(acme, "card-withdrawn")
    acme.edit(OWN, "  why-acme:\n", "  why-acme:\n    retired: too long\n  why-acme-2:\n")
    assert is_clean(acme)


def test_the_reviews_of_a_follow_up_that_the_catalogue_took_out(acme: ProjectFolder) -> None:
    """The catalogue's author never released it, and the candidate has studied it."""
    acme.edit(
        CUSTOMER,
        "    follow_ups:\n      - ask: What if they refuse both?\n"
        "        point: ask what would be fair\n",
        "",
    )
    assert finding(acme, "card-withdrawn").scope.role == "acme"
    with (acme.root / ROLE).open("a") as role:
        role.write(
            "  override:\n    complaint-steps:\n      follow_ups: [{ask: And?, point: ask}]\n"
        )
    assert is_clean(acme), "the role itself can keep the card"


def test_a_released_follow_up_in_a_shared_private_deck(project: MakeProject) -> None:
    deck = project(ACME)  # type: ignore[arg-type]
    deck.edit(ROLE, "key: acme-1", SHARED)
    deck.built(NOON, release=True)
    deck.built(NOON + 5)
    deck.edit(OWN, FOLLOW_UP, "")
    assert finding(deck, "card-withdrawn").scope.role == "acme"


# Ids that vanish


def test_the_history_of_an_own_question_that_was_renamed(
    acme: ProjectFolder, anna: Learner
) -> None:
    history = studied(anna, acme)
    acme.edit(OWN, "  why-acme:\n", "  why-this-company:\n")
    fault = finding(acme, "shipped-id-missing")
    assert (fault.span.file, fault.scope.role) == (MINE, "acme")
    assert "role's own `why-acme` was built, and does not exist now" in fault.message
    acme.edit(OWN, "  why-this-company:\n", "  why-this-company:\n    was: why-acme\n")
    assert is_clean(acme)
    assert anna.imports(package(acme)).new == 0
    assert {card: anna.history[card] for card in history} == history


def test_an_own_question_can_be_retired(acme: ProjectFolder) -> None:
    acme.write({OWN: "questions:\n  why-acme:\n    retired: they moved away\n"})
    assert is_clean(acme)


def test_an_own_question_that_was_deleted_is_reported_until_it_is_retired(
    acme: ProjectFolder,
) -> None:
    acme.write({OWN: None})
    assert "`retired:`" in finding(acme, "shipped-id-missing").help


def test_the_history_of_a_question_that_the_catalogue_lost(acme: ProjectFolder) -> None:
    acme.edit(CUSTOMER, "  complaint-steps:\n", "  complaint-approach:\n")
    fault = finding(acme, "shipped-id-missing")
    assert fault.scope.role == "acme"
    assert "`complaint-steps` was built from the catalogue" in fault.message
    acme.edit(
        CUSTOMER, "  complaint-approach:\n", "  complaint-approach:\n    was: complaint-steps\n"
    )
    assert is_clean(acme)


def test_a_released_id_that_is_gone_is_reported_once(project: MakeProject) -> None:
    deck = project(ACME)  # type: ignore[arg-type]
    deck.built(NOON, release=True)
    deck.built(NOON + 5)
    deck.edit(CUSTOMER, "  complaint-steps:\n", "  complaint-approach:\n")
    assert finding(deck, "shipped-id-missing").span.file == RELEASED


def test_a_file_that_cannot_be_read_is_not_said_to_lose_ids(acme: ProjectFolder) -> None:
    acme.edit(OWN, "questions:\n", "questions: [\n")
    assert {d.rule for d in acme.build(NOON + DAY).findings} == {"syntax"}


def test_a_retired_role_asks_for_nothing(acme: ProjectFolder) -> None:
    acme.write({OWN: None})
    acme.edit(ROLE, "title: Acme", "title: Acme\n  retired: they hired somebody else")
    assert is_clean(acme)


def test_the_history_of_an_own_question_that_moved_into_the_catalogue(
    acme: ProjectFolder, anna: Learner
) -> None:
    studied(anna, acme)
    mine = (acme.root / OWN).read_text()
    acme.write({OWN: None, "decks/questions/why.yaml": mine.replace("Acme", "them")})
    fault = finding(acme, "shipped-id-missing")
    assert "is in the catalogue now: that is another note" in fault.message
    acme.write({OWN: "questions:\n  why-acme:\n    retired: it is in the catalogue\n"})
    assert is_clean(acme)
    assert anna.imports(package(acme)).new > 0, "a new note, and the candidate was asked"
    acme.write({OWN: mine.replace("  why-acme:\n", "  why-them:\n    was: why-acme\n")})
    acme.edit(ROLE, "key: acme-1", "key: acme-1\n  drop:\n    - {topic: customer/complaints}")
    assert not [d for d in acme.build(NOON + 3 * DAY).findings if d.is_error], "or both stay"


# Kinds


CARD = "cards:\n  two:\n    front: What is two?\n    back: One and one.\n"
TOOL = "tools:\n  two:\n    name: Two\n    does: counts\n"
AGENT = "decks/roles/agent.yaml"


def changed_kind(deck: ProjectFolder, file: str) -> Diagnostic:
    deck.write({file: TOOL})
    fault = finding(deck, "kind-changed")
    assert (fault.span.file, fault.span.line) == (file, 2)
    return fault


@pytest.mark.parametrize(
    ("file", "release"),
    [("decks/two.yaml", True), ("decks/two.yaml", False), ("decks/private/acme/two.yaml", False)],
    ids=["released", "built", "private"],
)
def test_the_reviews_of_an_id_that_changes_its_kind(
    project: MakeProject, anna: Learner, file: str, release: bool
) -> None:
    """The old note would be orphaned with its history, and nothing would ever update it."""
    deck = project({**ACME, file: CARD})  # type: ignore[arg-type]
    deck.edit(AGENT, "kind: [question", "kind: [card, tool, question")
    deck.built(NOON, release=release)
    deck.built(NOON)
    private = deck.root / "build/private/acme.apkg"
    anna.imports(private)
    anna.studies(40)
    fault = changed_kind(deck, file)
    assert f"was {'released' if release else 'built'} as a card" in fault.message
    assert "put the card `two` back" in fault.help
    both = CARD.replace("    front", "    retired: it is a tool\n    front")
    deck.write({file: both + TOOL.replace("two:", "tool-two:")})
    assert is_clean(deck)


def test_a_question_has_notes_of_several_types_and_one_kind(acme: ProjectFolder) -> None:
    acme.edit(ROLE, "extends: agent", "extends: agent\n  core:\n    - {kind: question}")
    assert is_clean(acme)
    assert {line.split("\t")[2] for line in (acme.root / MINE).read_text().splitlines()[2:]} >= {
        "question",
        "your-answer",
    }


def test_a_renamed_definition_of_another_kind(project: MakeProject) -> None:
    deck = project({"decks/two.yaml": CARD})
    deck.edit(AGENT, "kind: [question", "kind: [card, tool, question")
    deck.built(NOON)
    deck.write({"decks/two.yaml": TOOL.replace("two:\n", "deux:\n    was: two\n")})
    assert finding(deck, "kind-changed").help.startswith("take `was: two` out, and put the card")


def test_a_note_type_of_an_unknown_kind_changes_no_definition(acme: ProjectFolder) -> None:
    """The slip has a fault of its own, at its place."""
    shutil.copytree(shipped.templates() / "question", acme.root / "templates/question")
    (acme.root / "templates/question/kind.yaml").unlink()
    acme.edit("templates/question/notetype.yaml", "kind: question", "kind: questoin")
    assert finding(acme, "note-type").message == "unknown kind `questoin`"


def test_what_changed_its_kind_before_this_rule_existed_goes_on_as_it_is(
    project: MakeProject,
) -> None:
    """The lock has both lines: who studied since has the newer one."""
    deck = project({"decks/two.yaml": CARD})
    deck.edit(AGENT, "kind: [question", "kind: [card, tool, question")
    deck.built(NOON)
    lock = deck.root / LOCAL
    old = [line for line in lock.read_text().splitlines() if "\tcard\ttwo\t" in line]
    lock.unlink()
    deck.write({"decks/two.yaml": TOOL})
    deck.built(NOON + DAY)
    _, *lines = lock.read_text().splitlines()
    lock.write_text("\n".join(["prepdeck-lock\t1\ttest-decks", *lines, *old]) + "\n")
    assert is_clean(deck)


# Note types


def test_updates_of_a_private_deck_whose_note_type_gets_a_field(acme: ProjectFolder) -> None:
    folder = shipped.templates() / "skill"
    shutil.copytree(folder, acme.root / "templates/skill")
    assert is_clean(acme)
    acme.edit(
        "templates/skill/notetype.yaml",
        "fields:\n",
        "fields:\n  mood: {name: Mood, content: name}\n",
    )
    fault = finding(acme, "note-type-changed")
    assert fault.scope.role == "acme"
    assert acme.build(NOON + DAY, "agent").findings == (), "a deck that nobody has may change"


# Owners


OVERRIDE = "  override:\n    complaint-steps: {seconds: 60}\n"


@pytest.fixture
def overriding(project: MakeProject) -> ProjectFolder:
    """A private role with shared notes, one of which it overrides."""
    role = f"role:\n  title: Acme\n  extends: agent\n  {SHARED}\n{OVERRIDE}"
    deck = project({ROLE: role})
    deck.built(NOON)
    return deck


def test_the_reviews_of_an_override_that_is_taken_out(
    overriding: ProjectFolder, anna: Learner
) -> None:
    studied(anna, overriding)
    overriding.edit(ROLE, OVERRIDE, "")
    warning = finding(overriding, "owner-changed")
    assert not warning.is_error
    assert "`complaint-steps` was the role's own before" in warning.message
    assert is_clean(overriding, NOON + 2 * DAY), "the next build has the new note already"
    assert anna.imports(package(overriding)).new == 1, "what the warning is about"


def test_an_override_that_is_taken_out_can_stay_the_roles_own(overriding: ProjectFolder) -> None:
    overriding.edit(ROLE, OVERRIDE, "")
    before = overriding.root / MINE
    lock = before.read_bytes()
    assert "`override: {complaint-steps: {}}` keeps" in finding(overriding, "owner-changed").help
    before.write_bytes(lock)
    with (overriding.root / ROLE).open("a") as role:
        role.write("  override: {complaint-steps: {}}\n")
    assert is_clean(overriding)


def test_an_override_is_reported_each_time_that_it_goes_in_or_out(
    overriding: ProjectFolder,
) -> None:
    for day in range(1, 7):
        if day % 2:
            overriding.edit(ROLE, OVERRIDE, "")
        else:
            with (overriding.root / ROLE).open("a") as role:
                role.write(OVERRIDE)
        assert finding(overriding, "owner-changed", NOON + day * DAY)
        assert is_clean(overriding, NOON + day * DAY + 5)


def test_the_reviews_of_a_released_override_that_is_taken_out(project: MakeProject) -> None:
    deck = project({})
    with (deck.root / AGENT).open("a") as role:
        role.write(OVERRIDE)
    deck.built(NOON, release=True)
    deck.edit(AGENT, OVERRIDE, "")
    for at in (NOON + DAY, NOON + 2 * DAY):
        assert finding(deck, "owner-changed", at).span.file == AGENT, "until it is released"
    deck.build(NOON + 3 * DAY, release=True)
    assert is_clean(deck, NOON + 4 * DAY)


def test_a_deck_whose_notes_all_become_shared_is_reported_in_one_sentence(
    acme: ProjectFolder,
) -> None:
    acme.edit(ROLE, "key: acme-1", SHARED)
    assert "all of them are new notes" in finding(acme, "owner-changed").message
    assert is_clean(acme)


def test_the_reviews_of_a_private_deck_that_becomes_public(
    acme: ProjectFolder, anna: Learner
) -> None:
    history = studied(anna, acme)
    role = (acme.root / ROLE).read_text()
    acme.write({ROLE: None, OWN: None})
    acme.write({"decks/roles/acme.yaml": role.replace("  key: acme-1\n", "")})
    warning = finding(acme, "owner-changed")
    assert "was private before; now all notes of the deck are new notes" in warning.message
    assert is_clean(acme), "told once"
    # The remedy that the message names
    (acme.root / LOCAL).unlink()
    acme.edit("decks/roles/acme.yaml", "title: Acme", "title: Acme\n  was: acme-1\n  notes: own")
    assert not [d for d in acme.build(NOON + 3 * DAY).findings if d.rule == "owner-changed"]
    assert anna.imports(acme.package("acme")).new == 0
    assert {card: row[:8] for card, row in anna.history.items() if card in history} == {
        card: row[:8]
        for card, row in history.items()  # type: ignore[index]
    }


def test_the_reviews_of_a_public_deck_that_becomes_private(project: MakeProject) -> None:
    role = "role:\n  title: Acme\n  extends: agent\n"
    deck = project({"decks/roles/acme.yaml": role})
    deck.built(NOON, release=True)
    deck.write({"decks/roles/acme.yaml": None, ROLE: role})
    warning = finding(deck, "owner-changed")
    assert "was public before" in warning.message
    assert "`notes: shared`" in warning.help
    assert is_clean(deck), "told once"
    (deck.root / MINE).unlink()
    deck.edit(ROLE, "extends: agent", "extends: agent\n  notes: shared")
    assert is_clean(deck)


# Copied folders


def test_a_copied_clients_folder_is_no_circle(acme: ProjectFolder) -> None:
    """First "a key of its own", and then "write the old key": deleting the copied lock helps."""
    shutil.copytree(acme.root / "decks/private/acme", acme.root / "decks/private/beta")
    beta = "decks/private/beta/role.yaml"
    acme.edit(beta, "title: Acme", "title: Beta")
    faults = findings(acme, "duplicate-role-key")
    assert {d.message for d in faults} == {faults[0].message}
    assert "delete the copied notes.lock, and write another `key`" in faults[0].help
    acme.edit(beta, "key: acme-1", "key: beta-1")
    fault = finding(acme, "role-key-changed")
    assert fault.help.startswith("delete decks/private/beta/notes.lock: it was copied")
    (acme.root / "decks/private/beta/notes.lock").unlink()
    assert is_clean(acme)


# Locks that lost lines


def cut(path: Path, number: int) -> None:
    """Takes the last lines away."""
    lines = path.read_text().splitlines()
    path.write_text("\n".join(lines[:-number]) + "\n")


@pytest.mark.parametrize("name", [RELEASED, LOCAL, MINE])
def test_the_edits_of_a_learner_whose_notes_a_lock_forgot(
    project: MakeProject, anna: Learner, name: str
) -> None:
    deck = project(ACME)  # type: ignore[arg-type]
    if name == RELEASED:
        deck.built(NOON, release=True)
    deck.built(NOON)
    anna.imports(package(deck))
    before = (deck.root / name).read_bytes()
    cut(deck.root / name, 3)
    fault = finding(deck, "lock-lost-lines")
    assert (fault.span.file, fault.span.line) == (name, 1)
    assert fault.message.endswith("3 got lost")
    assert str(len(before.splitlines()) - 1) in fault.message
    (deck.root / name).write_bytes(before)
    assert is_clean(deck)


def test_a_line_that_somebody_changed_is_seen(acme: ProjectFolder) -> None:
    lock = acme.root / MINE
    lock.write_text(lock.read_text().replace(f"\t{NOON}\t", f"\t{NOON - 9}\t", 1))
    fault = finding(acme, "lock-lost-lines")
    assert "a line is not as it was written" in fault.message
    header, *lines = lock.read_text().splitlines()
    short = "\t".join(header.split("\t")[:3])
    lock.write_text("\n".join([short, *lines]) + "\n")
    assert is_clean(acme), "the other remedy"


def test_a_lock_of_an_older_version_is_read_and_completed(acme: ProjectFolder) -> None:
    lock = acme.root / MINE
    written = lock.read_text()
    header, rest = written.split("\n", 1)
    lock.write_text("\t".join(header.split("\t")[:3]) + "\n" + rest)
    assert is_clean(acme)
    acme.edit(OWN, "It is near.", "It is very near.")
    acme.built(NOON + DAY)
    header, *lines = lock.read_text().splitlines()
    assert header.split("\t")[:4] == ["prepdeck-lock", "1", "test-decks", str(len(lines))]


def test_the_order_of_lines_is_nobodys_business(acme: ProjectFolder) -> None:
    lock = acme.root / MINE
    header, *lines = lock.read_text().splitlines()
    lock.write_text("\r\n".join([header, *reversed(lines), "", ""]))
    assert is_clean(acme)


def test_two_headers_are_a_union_merge_and_all_lines_count(acme: ProjectFolder) -> None:
    lock = acme.root / MINE
    ours = lock.read_text()
    acme.edit(OWN, "It is near.", "It is very near.")
    acme.built(NOON + DAY)
    theirs = lock.read_text()
    lock.write_text(ours + theirs)
    read, faults = parse_lock(lock.read_text(), MINE, "test-decks")
    assert not faults
    later = slow_time(NOON + DAY, answered=True)
    assert read.notes["acme-1", "question", "my/why-acme"].time == later
    assert is_clean(acme)


@pytest.mark.parametrize("name", [RELEASED, MINE])
def test_a_lock_in_conflict_is_one_message(project: MakeProject, name: str) -> None:
    deck = project(ACME)  # type: ignore[arg-type]
    deck.built(NOON, release=True)
    deck.built(NOON)
    lock = deck.root / name
    header, *lines = lock.read_text().splitlines()
    other = header.replace(header.split("\t")[3], "9")
    lock.write_text("\n".join(["<<<<<<< HEAD", header, "=======", other, ">>>>>>> spring", *lines]))
    assert finding(deck, "lock-in-conflict").span.line == 1
    lock.write_text("\n".join([header, other, *lines]) + "\n")
    assert is_clean(deck), "both headers, as the message says"


MARKS = "<<<<<<< HEAD\n  x: y\n=======\n  x: z\n>>>>>>> spring\n"


@pytest.mark.parametrize(
    "file",
    [
        "decks/deck.yaml",
        "decks/topics.yaml",
        "decks/kpis.yaml",
        AGENT,
        ROLE,
        OWN,
        "templates/skill/notetype.yaml",
        "templates/skill/kind.yaml",
        "templates/skill/show-1.front.html",
        "templates/_shared/words.en.yaml",
        "templates/_shared/base.css",
        "templates/sheet/page.html",
    ],
)
def test_marks_of_a_merge_are_one_message_a_file(acme: ProjectFolder, file: str) -> None:
    """In a card's template they were packed and shown to learners, and nothing said so."""
    for folder in ("skill", "_shared", "sheet"):
        if file.startswith(f"templates/{folder}/"):
            shutil.copytree(shipped.templates() / folder, acme.root / "templates" / folder)
    path = acme.root / file
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join([*lines[:2], MARKS, *lines[2:]]))
    fault = finding(acme, "merge-marks")
    assert (fault.span.file, fault.span.line) == (file, 3)


def test_a_heading_underlined_by_equal_signs_is_no_merge(acme: ProjectFolder) -> None:
    acme.edit(OWN, "answer: It is near.", "answer: |\n      Near\n      =======\n      And dear.")
    assert "merge-marks" not in acme.rules(NOON + DAY)


# Times


def test_a_clock_before_the_lock_is_one_message(acme: ProjectFolder) -> None:
    run = prepdeck("check", cwd=acme.root, SOURCE_DATE_EPOCH=str(NOON - DAY))
    assert run.returncode == 1
    assert run.stdout.count("error[") == 1, run.stdout
    assert "the clock says 2026-09-20 14:13 UTC" in run.stdout
    assert "up to 2026-09-21 14:13 UTC" in run.stdout
    assert "set the clock right" in run.stdout


def test_a_released_lock_with_lines_in_the_future_is_one_message(project: MakeProject) -> None:
    deck = project({})
    deck.built(NOON, release=True)
    fault = finding(deck, "stamp-in-future", NOON - DAY)
    assert fault.span.file == RELEASED


def test_a_private_lock_with_one_line_in_the_future_names_that_line(acme: ProjectFolder) -> None:
    lock = acme.root / MINE
    packed = slow_time(NOON, answered=True)
    text = lock.read_text().replace(f"my/why-acme\t{packed}", "my/why-acme\t4102444800")
    lock.write_text(text.replace(text.split("\n")[0], "prepdeck-lock\t1\ttest-decks"))
    fault = finding(acme, "stamp-in-future")
    assert (fault.span.file, fault.scope.role) == (MINE, "acme")
    assert "my/why-acme" in text.splitlines()[fault.span.line - 1]
    assert "1 line of the lock is later" in fault.message


def test_a_package_from_the_future_does_not_spoil_the_lock(acme: ProjectFolder) -> None:
    """Written into the lock, its times would stop every build until they are edited by hand."""
    kept = acme.root / "kept.apkg"
    shutil.copy(package(acme), kept)
    shutil.rmtree(acme.root / ".prepdeck")
    lock = (acme.root / MINE).read_bytes()
    run = prepdeck(
        "build", "--relock", "kept.apkg", cwd=acme.root, SOURCE_DATE_EPOCH=str(NOON - DAY)
    )
    assert run.returncode == 2
    assert "kept.apkg has times in the future, up to 2026-09-21 14:13 UTC" in run.stderr
    assert (acme.root / MINE).read_bytes() == lock
    assert not (acme.root / LOCAL).exists()


# What merges lost


def git(folder: Path, *arguments: str) -> None:
    who = ("-c", "user.name=x", "-c", "user.email=x@example.org", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def merged(project: MakeProject) -> ProjectFolder:
    """Two people released on branches of their own, and the merge threw one lock away."""
    deck = project({".gitignore": ".prepdeck/\nbuild/\n"})
    git(deck.root, "init", "-q", "-b", "main")
    deck.built(NOON, release=True)
    git(deck.root, "add", ".")
    git(deck.root, "commit", "-qm", "first")
    git(deck.root, "checkout", "-qb", "spring")
    deck.edit("decks/skills.yaml", "name: Empathy", "name: Real empathy")
    deck.write({"decks/two.yaml": CARD})
    deck.edit(AGENT, "kind: [question", "kind: [card, question")
    deck.built(NOON + DAY, release=True)
    git(deck.root, "add", ".")
    git(deck.root, "commit", "-qm", "theirs")
    git(deck.root, "checkout", "-q", "main")
    deck.edit("decks/kpis.yaml", "trap: Lower", "trap: A lower one")
    shutil.rmtree(deck.root / ".prepdeck")
    deck.built(NOON + 2 * DAY, release=True)
    git(deck.root, "commit", "-qam", "ours")
    ours = (deck.root / RELEASED).read_bytes()
    subprocess.run(["git", "merge", "spring"], cwd=deck.root, check=False, capture_output=True)
    (deck.root / RELEASED).write_bytes(ours)
    git(deck.root, "add", ".")
    git(deck.root, "commit", "-qm", "merged with ours")
    return deck


def lost_by_merge(deck: ProjectFolder, *command: str) -> str:
    at = str(NOON + 3 * DAY)
    run = prepdeck(*command, "--strict", cwd=deck.root, SOURCE_DATE_EPOCH=at)
    return run.stdout + run.stderr if run.returncode == 1 else ""


def test_the_corrections_for_learners_of_a_release_that_a_merge_forgot(
    merged: ProjectFolder,
) -> None:
    printed = lost_by_merge(merged, "check")
    assert printed.count("error[lock-lost-lines]") == 1, printed
    assert "lost 2 lines of one side and the later time of 1 line" in printed, printed
    assert lost_by_merge(merged, "build", "--release")
    assert "lock-lost-lines" not in lost_by_merge(merged, "build"), "only a release asks git"
    command = " ".join(printed[printed.index("git -C decks") :].split())
    command = command[: command.index(">> decks/notes.lock") + len(">> decks/notes.lock")]
    subprocess.run(["sh", "-c", command], cwd=merged.root, check=True)
    assert lost_by_merge(merged, "check") == "", "the remedy that the message names"
    merged.built(NOON + 3 * DAY, release=True)
    assert lost_by_merge(merged, "check") == ""


def test_a_lock_that_cannot_be_read_has_lost_nothing(merged: ProjectFolder) -> None:
    """Its fault is one message; nobody knows which lines the file has."""
    lock = merged.root / RELEASED
    lock.write_bytes(lock.read_bytes() + b"\xff\n")
    printed = lost_by_merge(merged, "check")
    assert printed.count("error[") == printed.count("error[not-utf-8]") == 1, printed


def test_a_merge_that_kept_both_sides_is_silent(merged: ProjectFolder) -> None:
    ours = (merged.root / RELEASED).read_text()
    theirs = subprocess.run(
        ["git", "show", "spring:decks/notes.lock"],
        cwd=merged.root,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    (merged.root / RELEASED).write_text(ours + theirs)
    assert lost_by_merge(merged, "check") == ""


def test_git_runs_nothing_of_a_strangers_repository(merged: ProjectFolder) -> None:
    trap = merged.root / "trap.sh"
    trap.write_text("#!/bin/sh\ntouch ../trapped trapped\n")
    trap.chmod(0o755)
    for key in ("core.fsmonitor", "core.pager", "core.sshCommand", "diff.external", "core.editor"):
        git(merged.root, "config", key, str(trap))
    git(merged.root, "config", "core.hooksPath", str(merged.root))
    assert lost_by_merge(merged, "check")
    assert not list(merged.root.rglob("trapped"))


def test_without_git_nothing_is_reported_of_merges(merged: ProjectFolder) -> None:
    run = prepdeck("check", cwd=merged.root, PATH="/nowhere", SOURCE_DATE_EPOCH=str(NOON + 3 * DAY))
    assert (run.returncode, run.stderr) == (0, "no faults\n")


# Packages and decks


def test_a_package_of_a_role_that_is_gone_is_named_and_pruned(
    acme: ProjectFolder, anna: Learner
) -> None:
    """Imported again, it would bring back what was corrected long ago."""
    build = acme.root / "build"
    anna.imports(package(acme))
    exported = anna.exports(build / "exported.apkg", legacy=True)
    oldest = build / "renamed-export.apkg"
    shutil.copy(exported, oldest)
    (build / "stranger.apkg").write_bytes(b"not a zip")
    outside = shutil.copy(package(acme), acme.root / "outside.apkg")
    (build / "linked.apkg").symlink_to(outside)
    (build / "sub").mkdir()
    shutil.copy(package(acme), build / "sub/kept.apkg")
    shutil.rmtree(acme.root / "decks/private/acme")
    before = set(build.rglob("*.apkg"))
    run = prepdeck("build", cwd=acme.root)
    line = "no role has these packages now; `prepdeck build --prune` deletes them: "
    assert f"{line}build/private/acme.apkg\n" in run.stderr
    assert f"{line}build/private/acme.apkg\n" in prepdeck("build", cwd=acme.root).stderr
    assert set(build.rglob("*.apkg")) == before
    run = prepdeck("build", "--prune", cwd=acme.root)
    assert "deleted: build/private/acme.apkg\n" in run.stderr
    assert set(build.rglob("*.apkg")) == before - {package(acme)}
    assert "prune" not in prepdeck("build", cwd=acme.root).stderr


def test_a_package_of_another_project_is_not_pruned(
    acme: ProjectFolder, project: MakeProject, tmp_path: Path
) -> None:
    other = ProjectFolder(tmp_path / "other")
    shutil.copytree(acme.root / "decks", other.root / "decks")
    shutil.rmtree(other.root / "decks/private")
    other.edit("decks/deck.yaml", "namespace: test-decks", "namespace: other-decks")
    shutil.copy(other.built(), acme.root / "build/guest.apkg")
    assert acme.build(NOON).left_over == ()


def test_a_package_of_a_role_that_a_fault_hides_is_not_pruned(acme: ProjectFolder) -> None:
    acme.edit(ROLE, "role:", "rolle:")
    run = prepdeck("build", "--prune", cwd=acme.root)
    assert run.returncode == 1
    assert "--prune deletes nothing while there are faults" in run.stderr
    assert package(acme).exists()


def test_a_strict_build_that_a_warning_blocks_prunes_nothing(acme: ProjectFolder) -> None:
    package(acme).rename(acme.root / "build/private/beta.apkg")
    acme.edit("decks/topics.yaml", "topics:\n", "topics:\n  lunch: Lunch\n")
    run = prepdeck("build", "--prune", "--strict", cwd=acme.root)
    assert run.returncode == 1
    assert "--prune deletes nothing while there are faults" in run.stderr
    assert "deleted:" not in run.stderr
    assert (acme.root / "build/private/beta.apkg").exists()


def test_a_package_that_cannot_be_deleted_is_one_line(
    acme: ProjectFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On Windows nobody deletes a file that another program has open."""
    left_over = package(acme).rename(acme.root / "build/private/beta.apkg")

    def refused(path: Path, missing_ok: bool = False) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "unlink", refused)
    with pytest.raises(PrepdeckError, match=r"beta.apkg cannot be deleted: permission denied"):
        prune(Built((), (), left_over=(left_over,)))


@pytest.mark.parametrize("more", [["agent"], ["--release"], ["--out", "x"], ["--output", "csv"]])
def test_prune_stands_alone(acme: ProjectFolder, more: list[str]) -> None:
    assert prepdeck("build", "--prune", *more, cwd=acme.root).returncode == 2


def test_a_note_that_moves_to_another_deck_is_reported_with_its_search(
    project: MakeProject, anna: Learner
) -> None:
    """Its cards stay in the first deck: whoever studies the second one never meets them."""
    lead = "role:\n  title: Lead\n  add:\n    - {kind: skill}\n"
    deck = project({"decks/roles/lead.yaml": lead})
    deck.edit(AGENT, "kind: [question, kpi, skill]", "kind: [question, skill]")
    deck.write({"decks/roles/lead.yaml": lead.replace("skill", "kpi")})
    deck.built(NOON)
    for role in ("agent", "lead"):
        anna.imports(deck.package(role))
    deck.edit(AGENT, "kind: [question, skill]", "kind: [question]")
    deck.write({"decks/roles/lead.yaml": lead.replace("kind: skill", "kind: [skill, kpi]")})
    run = prepdeck("build", cwd=deck.root)
    assert "1 note of this deck is in `Test Decks::Lead` now" in run.stderr
    search = run.stderr[run.stderr.index('"Id:') :].splitlines()[0]
    anna.imports(deck.package("lead"))
    assert anna.ids(search) == ["empathy"]
    (card,) = anna.collection.find_cards(search)
    home = anna.collection.decks.name(anna.collection.get_card(card).did)
    assert home == "Test Decks::Agent", "Anki leaves it there"
    assert "Lead" not in prepdeck("build", cwd=deck.root).stderr


def test_git_joins_two_releases_by_itself_where_it_is_allowed_to(merged: ProjectFolder) -> None:
    """As docs/how-to.md has it: `merge=union` keeps both headers, and all lines count."""
    git(merged.root, "reset", "-q", "--hard", "HEAD^1")
    merged.write({".gitattributes": "decks/notes.lock merge=union\n"})
    git(merged.root, "add", ".")
    git(merged.root, "commit", "-qm", "union")
    git(merged.root, "merge", "-q", "-m", "both", "spring")
    lock = (merged.root / RELEASED).read_text()
    assert lock.count("prepdeck-lock") == 2
    assert lost_by_merge(merged, "check") == ""
    merged.built(NOON + 3 * DAY, release=True)
    joined, faults = parse_lock((merged.root / RELEASED).read_text(), RELEASED, "test-decks")
    assert not faults
    assert joined.notes["", "skill", "empathy"].time == NOON + DAY
    assert joined.notes["", "kpi", "average-handle-time"].time == NOON + 2 * DAY
