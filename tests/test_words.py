"""The learner's words over collections, clocks and syncs: no import replaces them, no sync guesses.

Builds at NOON and days later; each test is a life in the real Anki.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import NOON, MakeProject
from learner import Learner, learner
from test_sync import ANSWERED, DAY, EDIT, ID, ROLE, STORY, imported, mine, role_of, take
from test_sync import write_in_anki as write

#: A device whose battery was empty: 2000-01-01.
LONG_AGO = 946_684_800


@pytest.fixture
def anna(tmp_path: Path) -> Iterator[Learner]:
    with learner(tmp_path / "anna") as someone:
        yield someone


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
        deck.edit("decks/questions/customer.yaml", "Tell me about", "Tell us about")
        deck.edit("decks/questions/customer.yaml", "Tell us about", f"Day {day}: tell me about")
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
    (line,) = [one for one in lock.read_text().splitlines() if "your-answer" in one and STORY in one]
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
    (line,) = [one for one in lock.read_text().splitlines() if "your-answer" in one and STORY in one]
    assert int(line.split("\t")[4]) < NOON - 900_000_000
