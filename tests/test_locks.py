"""When a note is stamped anew, and who remembers it."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from conftest import NOON, MakeProject, ProjectFolder, said
from genanki import guid_for as genanki_guid_for
from hypothesis import given
from hypothesis import strategies as st
from test_cli import prepdeck

from builder import ids
from builder.commands.build.run import relock
from builder.findings import PrepdeckError
from builder.lock import NoteLine, deck_paths, lock_path, merged_lines, note_paths, parse_lock
from builder.lock.slow_clock import Clock, clock_of, is_learners, slow_time
from builder.package import read_package

DAY = 86_400
CUSTOMER = "decks/questions/customer.yaml"
RELEASED, LOCAL = "decks/notes.lock", ".prepdeck/local.lock"
OLD, NEW, NEWER = (
    "How do you take a complaint?",
    "What is a complaint?",
    "How would you settle a complaint?",
)


@given(st.lists(st.text(), min_size=1, max_size=5))
def test_our_guid_is_genankis(values: list[str]) -> None:
    assert ids.guid_for(*values) == genanki_guid_for(*values)


@given(st.lists(st.text(), min_size=1, max_size=4))
def test_row_ids_lie_in_the_past(parts: list[str]) -> None:
    assert 1_000_000_000_000 <= ids.row_id(*parts) < 1_400_000_000_000


@given(st.lists(st.text(max_size=12), max_size=40))
def test_the_rows_of_a_notes_cards_are_no_other_notes(guids: list[str]) -> None:
    """Between two notes lies room for the cards of the first: see `ROOM`."""
    rows = {ids.note_row(guid) for guid in guids}
    assert {row % ids.ROOM for row in rows} <= {0}, "a row in another note's room is no first one"


def time_of(deck: ProjectFolder, id: str, package: Path | None = None) -> int:
    """The time that a note is packed with."""
    packed = read_package(package or deck.package())
    return next(
        note.modified
        for note in packed.notes
        if note.field(packed.notetypes[note.notetype], "Id") == id
        and not note.notetype.endswith("Your answer")
    )


def line_of(deck: ProjectFolder, file: str, id: str) -> str | None:
    """A note's line in a lock file, if it has one."""
    path = deck.root / file
    lines = path.read_text().splitlines() if path.exists() else []
    return next((line for line in lines if f"\tquestion\t{id}\t" in line), None)


def test_an_unchanged_note_keeps_its_time_and_a_changed_one_gets_the_present(
    project: MakeProject,
) -> None:
    deck = project({})
    deck.built(NOON)
    deck.edit(CUSTOMER, OLD, NEW)
    deck.built(NOON + DAY)
    assert time_of(deck, "complaint-steps") == NOON + DAY
    assert time_of(deck, "csat") == NOON


def test_two_changes_in_one_second_still_rise(project: MakeProject) -> None:
    deck = project({})
    deck.built(NOON)
    deck.edit(CUSTOMER, OLD, NEW)
    deck.built(NOON)
    assert time_of(deck, "complaint-steps") == NOON + 1


def test_a_clock_set_back_still_rises(project: MakeProject) -> None:
    deck = project({})
    deck.built(NOON)
    deck.edit(CUSTOMER, OLD, NEW)
    deck.built(NOON - 30)
    assert time_of(deck, "complaint-steps") == NOON + 1


def test_a_time_ahead_of_the_clock_is_a_fault_that_names_its_line(project: MakeProject) -> None:
    deck = project({})
    deck.built(NOON)
    before = deck.package().read_bytes()
    (fault,) = deck.build(NOON - DAY).findings
    assert fault.rule == "stamp-in-future"
    line = (deck.root / LOCAL).read_text().splitlines()[fault.span.line - 1]
    assert str(NOON) in line.split("\t")
    assert deck.package().read_bytes() == before


def test_the_answer_runs_on_the_slow_clock(project: MakeProject) -> None:
    deck = project({})
    packed = read_package(deck.built(NOON))
    answers = [n for n in packed.notes if n.notetype.endswith("Your answer")]
    assert [note.modified for note in answers] == [NOON - 1_500_000_000]


YEAR = 365 * DAY


@pytest.mark.parametrize(
    ("time", "clock"),
    [
        (NOON, Clock.PRESENT),
        (NOON - 15 * YEAR, Clock.PRESENT),
        (NOON - 16 * YEAR, Clock.ANSWERED),
        (slow_time(NOON, answered=True), Clock.ANSWERED),
        (slow_time(NOON - 7 * YEAR, answered=True), Clock.ANSWERED),
        (slow_time(NOON + 7 * YEAR, answered=False), Clock.EMPTY),
        (slow_time(NOON, answered=False), Clock.EMPTY),
        (1, Clock.EMPTY),
    ],
)
def test_a_packed_time_says_by_which_clock_it_was_stamped(time: int, clock: Clock) -> None:
    """`diff` and `--relock` read from it what a package does not say: personal, and answered."""
    assert clock_of(time, NOON) is clock


@pytest.mark.parametrize("years", [0, 5, 20, 40])
def test_an_edit_of_1996_is_newer_than_the_slow_clock_for_decades(years: int) -> None:
    """And the clock still rises, by whole seconds from one build to the next day's."""
    now, new_year_1996 = NOON + years * YEAR, 820_454_400
    assert is_learners(new_year_1996, now)
    assert slow_time(now + DAY, answered=True) > slow_time(now, answered=True)
    assert clock_of(slow_time(now, answered=True), now) is Clock.ANSWERED
    assert clock_of(slow_time(now, answered=False), now) is Clock.EMPTY
    assert clock_of(NOON, now) is Clock.PRESENT


def test_the_slow_clock_never_stands_before_1970(project: MakeProject) -> None:
    """`SOURCE_DATE_EPOCH` may be any second; Anki has no negative times."""
    assert slow_time(1_200_000_000, answered=False) == 1
    assert slow_time(1_200_000_000, answered=True) == 200_000_000
    packed = read_package(project({}).built(1_200_000_000))
    answers = [n for n in packed.notes if n.notetype.endswith("Your answer")]
    assert [note.modified for note in answers] == [1]


MINE = "decks/private/acme/notes.lock"


@pytest.mark.parametrize(
    ("line", "path"),
    [
        ("a note type", lock_path(None)),
        ("a public deck", lock_path(None, own=True)),
        ("a public role's own note", lock_path(None, own=True)),
        ("a catalogue's note in a private role", lock_path("acme")),
    ],
)
def test_what_is_not_a_private_roles_alone_is_remembered_here(line: str, path: str) -> None:
    assert path == LOCAL, line


@pytest.mark.parametrize(
    ("line", "path"),
    [
        ("its deck, and its own note", lock_path("acme", own=True)),
        ("a catalogue's note that it answers", lock_path("acme", answered=True)),
    ],
)
def test_what_is_a_private_roles_alone_is_remembered_beside_it(line: str, path: str) -> None:
    assert path == MINE, line


def test_a_release_is_remembered_in_one_file() -> None:
    paths = {lock_path(None, own=own, release=True) for own in (True, False)}
    assert paths == {RELEASED}


def test_a_line_is_looked_for_wherever_it_may_stand() -> None:
    assert note_paths("acme") == (MINE, LOCAL)
    assert note_paths(None) == (LOCAL,)
    assert deck_paths("acme") == (MINE,)
    assert deck_paths(None) == (RELEASED, LOCAL)


def test_a_public_role_that_becomes_private_keeps_the_times_of_its_notes(
    project: MakeProject,
) -> None:
    """Its lines stand in the local lock, from when it was public; its notes are the same notes."""
    role = "role:\n  title: Acme\n  extends: agent\n  notes: own\n"
    deck = project({"decks/roles/acme.yaml": role})
    deck.built(NOON)
    before = read_package(deck.package("acme")).notes
    deck.write({"decks/roles/acme.yaml": None, "decks/private/acme/role.yaml": role})
    deck.built(NOON + DAY)
    after = read_package(deck.root / "build/private/acme.apkg").notes
    assert [(n.guid, n.modified) for n in after] == [(n.guid, n.modified) for n in before]


def test_building_leaves_the_released_lock_alone(project: MakeProject) -> None:
    deck = project({})
    deck.built(NOON)
    assert not (deck.root / RELEASED).exists()
    assert (deck.root / LOCAL).exists()


def test_a_release_records_what_was_built_with_the_times_it_had(project: MakeProject) -> None:
    deck = project({})
    deck.built(NOON)
    deck.built(NOON + DAY, release=True)
    assert time_of(deck, "csat") == NOON
    assert line_of(deck, RELEASED, "complaint-steps") == line_of(deck, LOCAL, "complaint-steps")


def test_a_change_made_and_taken_back_between_releases_reaches_nobody(project: MakeProject) -> None:
    deck = project({})
    deck.built(NOON, release=True)
    deck.edit(CUSTOMER, OLD, NEW)
    deck.built(NOON + DAY)
    deck.edit(CUSTOMER, NEW, OLD)
    deck.built(NOON + 2 * DAY)
    assert time_of(deck, "complaint-steps") == NOON + 2 * DAY, (
        "the author's own Anki had the change"
    )
    deck.built(NOON + 3 * DAY, release=True)
    assert time_of(deck, "complaint-steps") == NOON, "learners of releases saw none"


def test_after_a_release_a_change_is_newer_than_every_local_build(project: MakeProject) -> None:
    deck = project({})
    deck.built(NOON, release=True)
    for text, again in ((NEW, OLD), (OLD, NEW)):
        deck.edit(CUSTOMER, again, text)
        deck.built(NOON + DAY)
    deck.built(NOON + DAY, release=True)
    deck.edit(CUSTOMER, OLD, NEWER)
    deck.built(NOON + DAY)
    assert time_of(deck, "complaint-steps") == NOON + DAY + 2


def test_text_put_back_after_a_release_without_a_build_arrives(project: MakeProject) -> None:
    """Built with the old text, released with a new one, released with the old one, built."""
    deck = project({})
    deck.built(NOON)
    deck.edit(CUSTOMER, OLD, NEW)
    deck.built(NOON + DAY, release=True)
    deck.edit(CUSTOMER, NEW, OLD)
    deck.built(NOON + 2 * DAY, release=True)
    deck.built(NOON + 3 * DAY)
    assert time_of(deck, "complaint-steps") == NOON + 2 * DAY


def test_a_release_here_after_one_elsewhere_restamps_nothing(
    project: MakeProject, tmp_path: Path
) -> None:
    """Those who import the builds made here have the local times, released under later ones."""
    deck = project({})
    deck.built(NOON)
    elsewhere = ProjectFolder(tmp_path / "clone")
    shutil.copytree(deck.root / "decks", elsewhere.root / "decks")
    elsewhere.built(NOON + DAY, release=True)
    shutil.copy(elsewhere.root / RELEASED, deck.root / RELEASED)
    deck.built(NOON + 2 * DAY, release=True)
    assert time_of(deck, "csat") == NOON + DAY, "as it was released"
    deck.built(NOON + 3 * DAY)
    assert time_of(deck, "csat") == NOON, "as it was built and imported here"


def test_a_release_elsewhere_leaves_the_note_types_of_local_builds_alone(
    project: MakeProject, tmp_path: Path
) -> None:
    """Restamped, an unchanged note type would overwrite a learner's own styling."""
    deck = project({})
    local = read_package(deck.built(NOON)).notetypes
    shutil.copytree(deck.root, tmp_path / "clone", ignore=shutil.ignore_patterns(".prepdeck"))
    clone = ProjectFolder(tmp_path / "clone")
    clone.built(NOON + DAY, release=True)
    shutil.copy(clone.root / RELEASED, deck.root / RELEASED)
    deck.edit(CUSTOMER, OLD, NEW)
    later = read_package(deck.built(NOON + 2 * DAY)).notetypes
    assert {t.name: t.modified for t in later.values()} == {
        t.name: t.modified for t in local.values()
    }


def test_relocking_keeps_the_line_of_the_later_package(project: MakeProject) -> None:
    deck = project({})
    early = deck.root / "early.apkg"
    early.write_bytes(deck.built(NOON).read_bytes())
    deck.edit(CUSTOMER, OLD, NEW)
    late = deck.root / "late.apkg"
    late.write_bytes(deck.built(NOON + DAY).read_bytes())
    for packages in ([early, late], [late, early]):
        (deck.root / LOCAL).unlink()
        relock(deck.root, packages)
        line = line_of(deck, LOCAL, "complaint-steps")
        assert line is not None
        assert line.split("\t")[4] == str(NOON + DAY)


def test_relocking_a_faulty_lock_changes_nothing(project: MakeProject) -> None:
    """Written anew, it would lose the lines that could not be read."""
    deck = project({})
    package = deck.built(NOON)
    lock = deck.root / LOCAL
    lock.write_text(lock.read_text() + "note\tcut short\n")
    before = lock.read_text()
    with pytest.raises(PrepdeckError, match="a lock has faults"):
        relock(deck.root, [package])
    assert lock.read_text() == before


def test_a_private_role_that_lost_its_key_is_a_fault(project: MakeProject) -> None:
    role = "role:\n  title: Acme\n  extends: agent\n"
    deck = project({"decks/private/acme/role.yaml": role})
    deck.built(NOON)
    (deck.root / "decks/private/acme").rename(deck.root / "decks/private/acme-2026")
    found = deck.build(NOON + DAY).findings
    assert [(d.rule, d.help.split(";")[0]) for d in found] == [
        ("role-key-changed", "write `key: acme`")
    ]


def test_a_built_role_that_cannot_be_read_is_not_said_to_have_lost_its_key(
    project: MakeProject,
) -> None:
    role = "role:\n  title: Acme\n  key: acme-7f3a\n  extends: agent\n"
    deck = project({"decks/private/acme/role.yaml": role})
    deck.built(NOON)
    deck.edit("decks/private/acme/role.yaml", "extends: agent", "extends: agent\n  starts: soon")
    assert deck.rules(NOON + DAY) == ["wrong-value"]


def test_two_who_claim_one_history_are_both_blocked(project: MakeProject) -> None:
    deck = project({"decks/roles/skills.yaml": "role:\n  title: S\n  add:\n    - kind: skill\n"})
    deck.built(NOON)
    deck.edit(
        "decks/skills.yaml",
        "skills:\n",
        "skills:\n  warmth:\n    was: empathy\n    name: W\n    shows:\n      - {when: a, do: b}\n",
    )
    deck.write({"decks/roles/one.yaml": "role:\n  title: One\n  add:\n    - id: empathy\n"})
    states = {p.role: p.state for p in deck.build(NOON + DAY).packages}
    assert states == {"agent": "blocked", "one": "blocked", "skills": "blocked"}


@pytest.mark.parametrize(
    "change", [("personal: true\n", ""), ("{name: Aloud}", "{name: Aloud, gate: answer}")]
)
def test_a_released_note_type_stays_personal_and_keeps_its_gates(
    project: MakeProject, change: tuple[str, str]
) -> None:
    from builder import shipped

    folder = shipped.templates() / "your-answer"
    own = {f"templates/your-answer/{path.name}": path.read_bytes() for path in folder.iterdir()}
    deck = project(own)  # type: ignore[arg-type]
    deck.built(NOON, release=True)
    deck.edit("templates/your-answer/notetype.yaml", *change)
    assert "note-type-changed" in deck.rules(NOON + DAY)


def test_a_release_from_another_clone_with_the_released_lock_changes_nothing(
    project: MakeProject, tmp_path: Path
) -> None:
    deck = project({})
    first = deck.built(NOON, release=True).read_bytes()
    (deck.root / LOCAL).unlink(missing_ok=True)
    assert deck.built(NOON + DAY, release=True).read_bytes() == first


def test_a_release_with_a_fault_anywhere_writes_nothing(project: MakeProject) -> None:
    deck = project(
        {
            "decks/roles/lead.yaml": """
            role:
              title: Lead
              add:
                - {id: no-such-thing}
            """
        }
    )
    built = deck.build(NOON, release=True)
    assert {package.state for package in built.packages} == {"blocked"}
    assert not (deck.root / RELEASED).exists()


def test_locked_fails_when_a_line_would_change_and_writes_nothing(project: MakeProject) -> None:
    deck = project({})
    deck.built(NOON)
    assert deck.rules(NOON + DAY, locked=True) == []
    deck.edit(CUSTOMER, OLD, NEW)
    before = deck.package().read_bytes()
    found = deck.build(NOON + DAY, locked=True).findings
    assert [(d.rule, d.span.file, d.span.line) for d in found] == [
        ("lock-out-of-date", CUSTOMER, 10)
    ]
    assert deck.package().read_bytes() == before


def test_locked_is_content_with_a_released_lock_alone(project: MakeProject) -> None:
    """As on a fresh clone, or in CI: there is no local lock, and nothing has changed."""
    deck = project({})
    first = deck.built(NOON, release=True).read_bytes()
    (deck.root / LOCAL).unlink(missing_ok=True)
    deck.package().unlink()
    assert deck.rules(NOON + DAY, locked=True) == []
    assert deck.package().read_bytes() == first
    assert not (deck.root / LOCAL).exists(), "what was released needs no second line"


def test_lines_are_never_dropped(project: MakeProject) -> None:
    deck = project({})
    deck.built(NOON)
    deck.edit(CUSTOMER, "  complaint-steps:\n", "  complaint-steps:\n    retired: said elsewhere\n")
    deck.built(NOON + DAY)
    assert line_of(deck, LOCAL, "complaint-steps") is not None


def test_a_lost_local_lock_is_restored_from_the_packages_in_build(project: MakeProject) -> None:
    """A learner's edit of a note that did not change stays; nobody has to know of `--relock`."""
    deck = project({})
    deck.built(NOON)
    deck.edit(CUSTOMER, OLD, NEW)
    package = deck.built(NOON + DAY).read_bytes()
    lock = (deck.root / LOCAL).read_text()
    (deck.root / LOCAL).unlink()
    outcome = deck.build(NOON + 9 * DAY)
    assert outcome.restored == (deck.root / LOCAL,)
    assert deck.package().read_bytes() == package
    assert (deck.root / LOCAL).read_text() == lock
    assert deck.build(NOON + 10 * DAY).restored == ()


def test_what_was_built_since_a_release_is_restored_beside_it(project: MakeProject) -> None:
    deck = project({})
    deck.built(NOON, release=True)
    deck.edit(CUSTOMER, OLD, NEW)
    deck.built(NOON + DAY)
    lock = (deck.root / LOCAL).read_text()
    (deck.root / LOCAL).unlink()
    assert deck.build(NOON + 2 * DAY).restored == (deck.root / LOCAL,)
    assert (deck.root / LOCAL).read_text() == lock


def test_a_lost_local_lock_is_restored_as_far_as_packages_can_be_read(project: MakeProject) -> None:
    deck = project({"decks/roles/lead.yaml": "role:\n  title: Lead\n  extends: agent\n"})
    deck.built(NOON)
    (deck.root / LOCAL).unlink()
    (deck.root / "build/lead.apkg").write_bytes(b"no package")
    (deck.root / "build/later.apkg").symlink_to(deck.root / "decks/deck.yaml")
    deck.built(NOON + DAY)
    assert time_of(deck, "csat") == NOON


def test_a_release_needs_no_local_lock_to_restore(project: MakeProject) -> None:
    """The packages are read once; then a local lock without lines says that none is lost."""
    deck = project({})
    deck.built(NOON, release=True)
    (deck.root / LOCAL).unlink(missing_ok=True)
    assert deck.build(NOON + DAY).restored == ()
    assert (deck.root / LOCAL).read_text().count("\n") == 1


def test_a_package_with_times_to_come_restores_nothing(project: MakeProject) -> None:
    deck = project({})
    deck.built(NOON + 9 * DAY)
    (deck.root / LOCAL).unlink()
    deck.built(NOON)
    assert time_of(deck, "csat") == NOON


def test_a_lost_local_lock_is_rebuilt_from_a_package_that_was_kept(project: MakeProject) -> None:
    deck = project({})
    deck.built(NOON)
    deck.edit(CUSTOMER, OLD, NEW)
    deck.built(NOON + DAY)
    shipped = deck.root / "shipped.apkg"
    shipped.write_bytes(deck.package().read_bytes())
    lock = (deck.root / LOCAL).read_text()
    (deck.root / LOCAL).unlink()
    deck.package().unlink()
    deck.built(NOON + 9 * DAY)
    assert time_of(deck, "csat") == NOON + 9 * DAY, "stamped anew for want of a memory"
    assert relock(deck.root, [shipped])[1] == 0
    deck.built(NOON + 10 * DAY)
    assert deck.package().read_bytes() == shipped.read_bytes()
    assert (deck.root / LOCAL).read_text() == lock


def test_relocking_a_private_deck_puts_its_lines_where_they_belong(project: MakeProject) -> None:
    role = "decks/private/acme/role.yaml"
    deck = project(
        {
            role: """
            role:
              title: Acme
              extends: agent
              key: acme-1
            my_answers:
              angry-customer-story: I listened.
            questions:
              why-acme:
                ask: Why Acme?
                type: pitch
                answer: It is near.
            """
        }
    )
    deck.built(NOON)
    package = deck.root / "build/private/acme.apkg"
    before = package.read_bytes()
    lock = deck.root / "decks/private/acme/notes.lock"
    text = lock.read_text()
    notes = [line for line in text.splitlines() if line.startswith("note\t")]
    assert notes
    assert all(line.startswith("note\tacme-1\t") for line in notes)
    assert "acme-1" not in (deck.root / LOCAL).read_text()
    lock.unlink()
    relock(deck.root, [package])

    def without_words(line: str) -> str:
        return re.sub("\t(answered|defined)(\t.*)?$", "", line)

    # That there were no words before these, a package does not say.
    again = [line for line in lock.read_text().splitlines() if line.startswith("note\t")]
    assert [*map(without_words, again)] == [*map(without_words, notes)]
    assert any("\tanswered\t?," in line for line in again)
    deck.built(NOON + DAY)
    assert package.read_bytes() == before
    rows = lock.read_text().splitlines()[1:]
    assert [*map(without_words, rows)] == [*map(without_words, text.splitlines()[1:])]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("note\t-\tquestion", "this line cannot be read"),
        ("note\t-\tquestion\tx\tsoon\tabc\tanswer", "this line cannot be read"),
        ("nonsense", "a line cannot start with `nonsense`"),
    ],
)
def test_a_mangled_line_is_a_located_fault(project: MakeProject, line: str, message: str) -> None:
    deck = project({})
    deck.built(NOON)
    before = deck.package().read_bytes()
    path = deck.root / LOCAL
    lines = path.read_text().splitlines()
    lines.insert(4, line)
    path.write_text("\n".join(lines) + "\n")
    built = deck.build(NOON + DAY)
    (fault,) = built.findings
    assert (fault.rule, fault.span.file, fault.span.line) == ("lock-mangled", LOCAL, 5)
    assert message in fault.message
    assert deck.package().read_bytes() == before
    assert "\n".join(lines) + "\n" == path.read_text(), "nothing is written over it"


def test_conflict_markers_are_one_located_fault(project: MakeProject) -> None:
    deck = project({})
    deck.built(NOON, release=True)
    path = deck.root / RELEASED
    path.write_text(path.read_text() + "<<<<<<< ours\n=======\n>>>>>>> theirs\n")
    count = len(path.read_text().splitlines())
    (fault,) = deck.build(NOON + DAY).findings
    assert (fault.rule, fault.span.line) == ("lock-in-conflict", count - 2)


def test_of_two_lines_about_one_note_the_later_counts(project: MakeProject) -> None:
    deck = project({})
    deck.built(NOON)
    path = deck.root / LOCAL
    line = line_of(deck, LOCAL, "complaint-steps")
    assert line is not None
    header = path.read_text().splitlines()[0]
    older = line.replace(str(NOON), str(NOON - 5))
    path.write_text(f"{path.read_text()}{header}\n{older}\n")  # as a union merge leaves it
    deck.built(NOON + DAY)
    assert time_of(deck, "complaint-steps") == NOON


def test_another_namespace_in_the_lock_is_a_fault(project: MakeProject) -> None:
    deck = project({})
    deck.built(NOON)
    deck.edit("decks/deck.yaml", "namespace: test-decks", "namespace: other-decks")
    (fault,) = deck.build(NOON + DAY).findings
    assert fault.rule == "lock-mangled"
    assert "the namespace is `test-decks`, in deck.yaml it is `other-decks`" in fault.message


def test_a_blocked_package_adds_no_line(project: MakeProject) -> None:
    deck = project({})
    deck.built(NOON)
    lock = (deck.root / LOCAL).read_text()
    deck.edit(CUSTOMER, OLD, NEW)
    deck.edit("decks/kpis.yaml", "gives: 82", "gives: 83")
    assert deck.rules(NOON + DAY) == ["arithmetic"]
    assert (deck.root / LOCAL).read_text() == lock


def test_a_changed_title_is_told(project: MakeProject) -> None:
    deck = project({})
    deck.built(NOON)
    deck.edit("decks/roles/agent.yaml", "title: Agent", "title: Support Agent")
    (warning,) = deck.build(NOON + DAY).findings
    assert warning.rule == "deck-renamed"
    assert "Test Decks::Agent" in warning.message


def test_a_first_override_of_a_released_note_is_told(project: MakeProject) -> None:
    deck = project({})
    deck.built(NOON, release=True)
    path = deck.root / "decks/roles/agent.yaml"
    path.write_text(path.read_text() + "  override:\n    complaint-steps: {seconds: 60}\n")
    (warning,) = deck.build(NOON + DAY).findings
    assert (warning.rule, warning.span.file) == ("owner-changed", "decks/roles/agent.yaml")


def test_a_new_role_may_override_what_was_released(project: MakeProject) -> None:
    """Nobody has its deck yet, so nothing in it begins anew."""
    deck = project({})
    deck.built(NOON, release=True)
    role = "role:\n  title: Acme\n  extends: agent\n  notes: shared\n  override:\n    complaint-steps: {}\n"
    deck.write({"decks/private/acme/role.yaml": role})
    assert deck.rules(NOON + DAY) == []


def test_changed_ownership_of_a_whole_deck_is_told_once(project: MakeProject) -> None:
    deck = project({})
    deck.built(NOON)
    deck.edit("decks/roles/agent.yaml", "title: Agent", "title: Agent\n  notes: own")
    assert deck.rules(NOON + DAY) == ["owner-changed"]
    assert deck.rules(NOON + DAY) == []


def _note_line(said: tuple[Any, ...], **columns: Any) -> NoteLine:
    return NoteLine(**columns, **dict(zip(("answered", "words"), said, strict=False)))


_slug = st.from_regex(r"[a-z0-9]{1,8}(-[a-z0-9]{1,4})?", fullmatch=True)
_hex = st.text("0123456789abcdef", min_size=16, max_size=16)
_lines = st.builds(
    _note_line,
    owner_key=st.just("") | _slug,
    notetype=_slug,
    first_id=_slug | _slug.map(lambda s: f"my/{s}"),
    time=st.integers(1, 2_000_000_000),
    digest=st.text("0123456789abcdef", min_size=32, max_size=32),
    cards=st.lists(_slug, max_size=4).map(tuple),
    said=st.sampled_from([(), (True,)])
    | st.tuples(st.booleans(), st.lists(_hex, min_size=1, max_size=3).map(tuple)),
)


@given(st.lists(_lines, max_size=12))
def test_a_lock_reads_back_as_it_was_written(lines: list[NoteLine]) -> None:
    empty, _ = parse_lock("prepdeck-lock\t1\tn\n", "x.lock", "n")
    lock = merged_lines(empty, lines)
    again, found = parse_lock(lock.text(), "x.lock", "n")
    assert not found, said(tuple(found))
    assert again.notes == lock.notes
    assert again.text() == lock.text()


@given(st.text())
def test_no_text_makes_the_lock_reader_raise(text: str) -> None:
    lock, found = parse_lock(text, "x.lock", "n")
    assert found or parse_lock(lock.text(), "x.lock", "n") == (lock, [])


def test_a_line_that_a_merge_mangled_is_reported_once(project: MakeProject) -> None:
    """It is not lost: what cannot be read may well be what the other side had."""
    deck = project({".gitignore": ".prepdeck/\nbuild/\n"})
    git = partial(subprocess.run, cwd=deck.root, check=True, capture_output=True)
    who = ("git", "-c", "user.name=x", "-c", "user.email=x@example.org")
    git(["git", "init", "-q", "-b", "main"])
    deck.built(NOON, release=True)
    git(["git", "add", "."])
    git([*who, "commit", "-qm", "first"])
    git(["git", "checkout", "-qb", "spring"])
    deck.edit("decks/skills.yaml", "name: Empathy", "name: Real empathy")
    deck.built(NOON + 86_400, release=True)
    git([*who, "commit", "-qam", "theirs"])
    git(["git", "checkout", "-q", "main"])
    git([*who, "merge", "-q", "--no-ff", "--no-commit", "spring"])
    lock = deck.root / RELEASED
    mangled = [
        f"{line}x\tx" if "\tempathy\t" in line else line
        for line in lock.read_text().splitlines(keepends=True)
    ]
    lock.write_text("".join(mangled))
    git([*who, "commit", "-qam", "merged"])
    run = prepdeck(
        "check", "--format", "json", cwd=deck.root, SOURCE_DATE_EPOCH=str(NOON + 2 * 86_400)
    )
    rules = [fault["rule"] for fault in json.loads(run.stdout)]
    assert rules == ["lock-mangled"]
