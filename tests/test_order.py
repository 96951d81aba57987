"""Which cards come on which day: asserted on the order, and seen in the real scheduler."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from conftest import NOON, MakeProject
from hypothesis import given
from hypothesis import strategies as st
from learner import Learner, learner

from builder.deck import Card, Deck, Note, NoteType, Template
from builder.findings import Span
from builder.ids import note_guid
from builder.pipeline import compile_project
from builder.study.order import SIBLING_DISTANCE, SPOKEN_IN_WINDOW, WINDOW, in_study_order, unmet

from anki.cards import Card as AnkiCard  # isort: skip
from anki.scheduler.v3 import CardAnswer  # isort: skip

QUESTIONS = "questions:\n" + "".join(
    f"""
  q-{number:02}:
    ask: What is thing {number}?
    type: knowledge
    topics: [{topic}]
    answer: Thing {number}.
    follow_ups:
      - ask: And then, {number}?
        point: Then that.
"""
    for number in range(60)
    for topic in [
        ("customer/complaints", "operations/metrics", "customer/difficult-customers")[number % 3]
    ]
)
CARDS = "cards:\n" + "".join(
    f"  c-{number:02}:\n    front: Say {number}?\n    back: It is {number}.\n"
    for number in range(60)
)
ROLE = """
role:
  title: Agent
  core:
    - {kind: question, id: [q-00, q-03, q-07, q-11, q-16, q-21, q-29, q-38, q-45, q-59]}
    - {kind: card}
  add:
    - {kind: question}
    - {kind: kpi}
"""


def large(project: MakeProject) -> tuple[Path, Deck]:
    deck = project(
        {
            "decks/questions/many.yaml": QUESTIONS,
            "decks/cards.yaml": CARDS,
            "decks/roles/agent.yaml": ROLE,
        }
    )
    path = deck.built(NOON)
    return path, compile_project(deck.root).decks[0]


def new_cards_of_a_day(anna: Learner) -> list[AnkiCard]:
    """Every new card of the day, each answered Easy, as Anki deals them."""
    collection = anna.collection
    deck = next(d for d in collection.decks.all_names_and_ids() if d.name.endswith("::Agent"))
    collection.decks.set_current(deck.id)  # type: ignore[arg-type]
    dealt = []
    while queued := collection.sched.get_queued_cards(fetch_limit=1).cards:
        card = AnkiCard(collection, backend_card=queued[0].card)
        if card.queue == 0:
            dealt.append(AnkiCard(collection, backend_card=queued[0].card))
        card.start_timer()
        answer = collection.sched.build_answer(
            card=card, states=queued[0].states, rating=CardAnswer.EASY
        )
        collection.sched.answer_card(answer)
    return dealt


def a_night_passes(folder: Path) -> None:
    """Anki counts days from the collection's creation, and looks at it when it opens one."""
    with learner(folder) as anna:
        anna.collection.crt -= 86_400


@pytest.mark.slow
def test_the_first_three_days_bring_the_first_sixty_cards_in_order(
    project: MakeProject, tmp_path: Path
) -> None:
    path, deck = large(project)
    guids = {note.guid: place for place, note in enumerate(deck.notes)}
    for day in range(3):
        a_night_passes(tmp_path / "anna")
        with learner(tmp_path / "anna") as anna:
            anna.imports(path)
            dealt = new_cards_of_a_day(anna)
            found = {Card(guids[card.note().guid], card.ord) for card in dealt}
            assert found == set(deck.order[20 * day : 20 * day + 20])
            assert len(dealt) == 20
            assert len({card.nid for card in dealt}) == 20, "no two cards of one note on one day"
            spoken = [card for card in dealt if card.note_type()["name"].endswith("Your answer")]  # type: ignore[index]
            assert len(spoken) <= 2
            ords = [card.ord for card in dealt]
            assert ords == sorted(ords), "within a day Anki shows card 1s before card 2s"


def test_core_comes_first_and_targets_are_met(project: MakeProject) -> None:
    _, deck = large(project)
    core = [deck.notes[card.note].core for card in deck.order]
    assert core == sorted(core, reverse=True)
    assert unmet(deck.order, deck.notes, deck.notetypes) == (0, 0)


def test_neighbours_differ_in_topic_or_note_type(project: MakeProject) -> None:
    _, deck = large(project)
    faces = [
        (deck.notes[card.note].notetype, *(t for t in deck.notes[card.note].tags if "topic" in t))
        for card in deck.order
        if not deck.notes[card.note].core
    ]
    alike = sum(one == other for one, other in pairwise(faces))
    assert alike <= len(faces) // 20


def note_of(place: int, cards: int, spoken: bool, core: bool, topic: int) -> Note:
    return Note(
        guid=str(place),
        owner_key="",
        notetype="aloud" if spoken else "quick",
        first_id=f"d-{place}",
        fields=(),
        tags=(f"topic::{topic}",),
        cards=tuple(range(1 if spoken else cards)),
        personal=False,
        answered=False,
        core=core,
        span=Span("x"),
    )


def type_of(folder: str) -> NoteType:
    templates = tuple(Template(str(n), str(n), n, "", "", None) for n in range(3))
    return NoteType(
        folder,
        "card",
        1,
        folder,
        folder,
        (),
        templates,
        "",
        False,
        folder == "aloud",
        None,
        Span("x"),
    )


TYPES = {folder: type_of(folder) for folder in ("aloud", "quick")}
NOTES = st.lists(
    st.tuples(st.integers(1, 3), st.booleans(), st.booleans(), st.integers(0, 3)), max_size=80
)


@given(NOTES)
def test_every_card_comes_once_and_core_first(
    some: list[tuple[int, bool, bool, int]],
) -> None:
    notes = [note_of(place, *one) for place, one in enumerate(some)]
    order = in_study_order(notes, TYPES)
    assert sorted(order) == sorted(
        Card(place, card) for place, note in enumerate(notes) for card in note.cards
    )
    core = [notes[card.note].core for card in order]
    assert core == sorted(core, reverse=True)
    for place, note in enumerate(notes):
        mine = [card.template for card in order if card.note == place]
        assert mine == list(note.cards), "a note's first card comes first"


@given(st.integers(0, 30), st.integers(0, 6))
def test_targets_are_met_where_the_deck_allows(others: int, spoken: int) -> None:
    """Enough quick single cards, and no target is missed."""
    notes = [note_of(n, 1, False, True, n % 4) for n in range(60 + 6 * others)]
    notes += [note_of(len(notes) + n, 2, False, True, n % 4) for n in range(others)]
    notes += [note_of(len(notes) + n, 1, True, True, n % 4) for n in range(spoken)]
    assert unmet(in_study_order(notes, TYPES), notes, TYPES) == (0, 0)


def test_spoken_cards_do_not_wait_for_notes_of_many_cards() -> None:
    """Fourteen spoken cards and forty notes of three cards: each day of twenty has its two."""
    notes = [note_of(n, 3, False, True, n % 4) for n in range(40)]
    notes += [note_of(len(notes) + n, 1, True, True, n % 4) for n in range(14)]
    order = in_study_order(notes, TYPES)
    spoken = [TYPES[notes[card.note].notetype].spoken for card in order]
    days = [sum(spoken[start : start + 20]) for start in range(0, len(spoken), 20)]
    assert days == [2, 2, 2, 2, 2, 2, 2]
    assert unmet(order, notes, TYPES).crowded_spoken == 0


def test_what_a_small_deck_cannot_meet_is_counted() -> None:
    notes = [note_of(0, 2, False, True, 0), *(note_of(n, 1, True, True, 0) for n in range(1, 6))]
    order = in_study_order(notes, TYPES)
    missed = unmet(order, notes, TYPES)
    assert missed.close_siblings == 1
    assert missed.crowded_spoken == 3
    assert (SIBLING_DISTANCE, SPOKEN_IN_WINDOW, WINDOW) == (25, 2, 20)


def test_ratings_come_in_an_order_that_nobody_can_guess() -> None:
    """In every definition `weak` stands first; a week of weak answers alone tells the answer."""
    levels = ("weak", "fair", "strong")
    notes = [
        replace(note_of(place, 1, False, True, place % 4), first_id=f"q-{place // 3}/{level}")
        for place, level in (
            (3 * n + rank, level) for n in range(20) for rank, level in enumerate(levels)
        )
    ]
    notes = [replace(note, guid=note_guid("n", "", "rating", note.first_id)) for note in notes]
    order = in_study_order(notes, TYPES)
    days = [order[start : start + 10] for start in range(0, 60, 10)]
    for day in days:
        shown = {notes[card.note].first_id.partition("/")[2] for card in day}
        assert len(shown) >= 2, shown


def test_the_last_day_is_not_second_and_third_cards_alone() -> None:
    notes = [note_of(n, 3, False, True, n % 4) for n in range(40)]
    notes += [note_of(len(notes) + n, 1, False, True, n % 4) for n in range(40)]
    order = in_study_order(notes, TYPES)
    assert sum(card.template == 0 for card in order[-20:]) >= 10
    assert sum(card.template == 0 for card in order[:20]) == 20
