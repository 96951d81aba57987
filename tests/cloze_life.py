"""A learner's cloze note in whatever version of Anki runs this script; what happened, as JSON.

It is run by the Python of another environment, beside `life.py`, so it imports nothing but `anki`:

    python cloze_life.py FOLDER first.apkg second.apkg
"""

from __future__ import annotations

import json
import sys
from typing import Any

from anki.collection import Collection
from life import history, imports, studies


def questions(col: Collection) -> list[str]:
    """The fronts of the one note's cards, in the order of their numbers."""
    (found,) = col.find_notes('"note:Test Decks: Gap"')
    return [card.question() for card in col.get_note(found).cards()]


def live(folder: str, first: str, second: str) -> dict[str, Any]:
    """Imports, studies, imports what was built later twice, and checks the database."""
    col = Collection(f"{folder}/collection.anki2")
    logs = [imports(col, first)]
    fronts = [questions(col)]
    studies(col, 2)
    before = history(col)
    logs += [imports(col, second), imports(col, second)]
    col.fix_integrity()
    after = history(col)
    fronts.append(questions(col))
    reviews = col.db.scalar("select count() from revlog")  # type: ignore[union-attr]
    col.close()
    kept = {key: after.get(key) for key in before} == before
    return {"imports": logs, "fronts": fronts, "kept": kept, "reviews": reviews}


if __name__ == "__main__":
    print(json.dumps(live(*sys.argv[1:4])))
