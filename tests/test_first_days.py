"""The first days with each public deck take the minutes that docs/first-days.md says."""

from __future__ import annotations

from pathlib import Path

import pytest
from first_days import DAYS, LIMIT, first_days, packages, page, row, version

from builder import shipped
from builder.deck import NEW_A_DAY
from builder.pipeline import compile_project
from builder.study.order import SPOKEN_IN_WINDOW, unmet

PAGE = Path(__file__).parent.parent / "docs/first-days.md"


@pytest.mark.slow
def test_no_day_takes_half_an_hour_and_the_page_says_so(tmp_path: Path) -> None:
    rows = []
    for role, package in packages(tmp_path / "project").items():
        days = first_days(package, tmp_path / role)
        assert [day.new for day in days] == [NEW_A_DAY] * DAYS, role
        assert max(day.minutes for day in days) < LIMIT, (role, days)
        rows.append(row(role, days))
    assert len(rows) == 8
    text = PAGE.read_text(encoding="utf-8")
    # Another version may spread intervals otherwise; under the limit they have to stay.
    if f"Anki {version} " in text:
        assert text == page(rows)


def test_each_day_of_a_core_brings_two_cards_to_say_aloud() -> None:
    for deck in compile_project(shipped.catalogue().parent).decks:
        if deck.private:
            continue
        spoken = [deck.notetypes[deck.notes[card.note].notetype].spoken for card in deck.order]
        days = [sum(spoken[at : at + NEW_A_DAY]) for at in range(0, len(spoken), NEW_A_DAY)]
        assert max(days) <= SPOKEN_IN_WINDOW, deck.role
        assert unmet(deck.order, deck.notes, deck.notetypes).crowded_spoken == 0, deck.role
        core = [deck.notes[card.note].core for card in deck.order]
        assert not any(aloud and not first for aloud, first in zip(spoken, core, strict=True))
        assert sum(spoken) == (0 if deck.role == "support-hiring-manager" else 14), deck.role
