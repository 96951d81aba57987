"""The first days with each public deck, in the real scheduler: how long each of them takes.

    make docs

A learner has Anki as it comes, and answers every card Good. Anki spreads intervals ("fuzz"), which
is no chance: the seed is the card's id plus how often it was answered. Our card ids come from the
notes' GUIDs, so the seed is the same everywhere. Two things of the clock have to be kept out:

- Anki balances the load: among the days that fuzz allows it prefers those with little due. So it
  matters in which order a day's reviews are answered, and that order is shuffled by the time at
  which a card last changed. Here they come oldest card first.
- Anki's day ends at four in the morning. A ten minutes' step over that hour would end on the next
  day. Here the day ends twelve hours from now.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from shutil import copytree, ignore_patterns
from typing import NamedTuple

# Run as a script, too: pytest alone puts the project's folder on the path.
sys.path.insert(0, str(Path(__file__).parent.parent))

from conftest import RELEASED
from learner import Learner, learner

from builder import shipped
from builder.deck import NEW_A_DAY
from builder.pipeline import BuildOptions, build

from anki.buildinfo import version  # isort: skip
from anki.cards import Card  # isort: skip
from anki.deck_config_pb2 import DeckConfig  # isort: skip
from anki.scheduler.v3 import CardAnswer  # isort: skip

#: What a showing takes, in seconds: the first of a card, every other, any of a spoken card.
FIRST, AGAIN, ALOUD = 20, 8, 100
DAYS = 8
#: So many minutes are too many for one day.
LIMIT = 30


class Studied(NamedTuple):
    """A day: showings of new cards, all other showings; how many of both were spoken; minutes."""

    new: int
    again: int
    spoken: int
    minutes: float


def packages(folder: Path) -> dict[str, Path]:
    """The public roles' packages, built below `folder`."""
    copytree(shipped.catalogue(), folder / "decks", ignore=ignore_patterns("private"))
    return {
        package.path.stem: package.path
        for package in build(BuildOptions(folder, RELEASED)).packages
    }


def first_days(package: Path, folder: Path) -> list[Studied]:
    """The days of somebody who imports the package into an empty collection in `folder`."""
    with learner(folder) as anna:
        anna.imports(package)
        options = anna.collection.decks.config_dict_for_deck_id(_deck(anna))
        assert options["new"]["perDay"] == NEW_A_DAY
        options["reviewOrder"] = DeckConfig.Config.ReviewCardOrder.REVIEW_CARD_ORDER_ADDED
        anna.collection.decks.update_config(options)
        anna.collection.set_config("rollover", (datetime.now().hour + 12) % 24)
    days = []
    for _ in range(DAYS):
        # Anki counts days from the collection's creation, and looks at it when it opens one.
        with learner(folder) as anna:
            anna.collection.crt -= 86_400
        with learner(folder) as anna:
            days.append(_studied(anna))
    return days


def _deck(anna: Learner) -> int:
    return next(d.id for d in anna.collection.decks.all_names_and_ids() if "::" in d.name)


def _studied(anna: Learner) -> Studied:
    """Answers all that the day brings."""
    collection = anna.collection
    collection.decks.set_current(_deck(anna))
    new = again = spoken = seconds = 0
    while queued := collection.sched.get_queued_cards(fetch_limit=1).cards:
        card = Card(collection, backend_card=queued[0].card)
        first = card.reps == 0
        aloud = card.note_type()["name"].endswith("Your answer")
        new += first
        again += not first
        spoken += aloud
        seconds += ALOUD if aloud else FIRST if first else AGAIN
        card.start_timer()
        answer = collection.sched.build_answer(
            card=card, states=queued[0].states, rating=CardAnswer.GOOD
        )
        collection.sched.answer_card(answer)
    return Studied(new, again, spoken, seconds / 60)


def row(role: str, days: Iterable[Studied]) -> str:
    """A line of the page's table."""
    cells = [f"{day.minutes:.1f} ({day.spoken})" for day in days]
    return f"| {role} | {' | '.join(cells)} |"


def page(rows: Iterable[str]) -> str:
    """docs/first-days.md."""
    numbers = " | ".join(f"day {number}" for number in range(1, DAYS + 1))
    table = "\n".join((f"| role | {numbers} |", "|---" * (DAYS + 1) + "|", *rows))
    return PAGE.format(
        table=table,
        days=DAYS,
        new=NEW_A_DAY,
        first=FIRST,
        again=AGAIN,
        aloud=ALOUD,
        limit=LIMIT,
        version=version,
    )


PAGE = """\
# The first days

How many minutes each of the first {days} days takes with a role's deck, at Anki's default of {new}
new cards a day; in brackets, how many of the day's showings are answered aloud.

{table}

No day takes {limit} minutes. What is counted:

- The real scheduler, that of Anki {version} with its default options, deals the cards to somebody
  who answers each of them *Good*. So a card comes twice on its first day, once on the next, and
  again some three days later. Every *Again* is one more showing.
- A card takes {first} seconds at first sight and {again} each time after. One that is answered aloud
  takes {aloud} each time: ninety for the answer, ten for the verdict.

That is why two in twenty new cards are spoken ones, and no more, and why a role's core has at most
fourteen questions. With three in twenty and seventeen questions the seventh day took 32 to 35
minutes.

Anki moves intervals by a day or so, by the card's id and how often it was answered, which is the
same for everybody, and by how much is due already. For that the order of a day's reviews matters:
in the table the oldest card comes first, in your Anki they are shuffled.

`make docs` makes this page.
"""
