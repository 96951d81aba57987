"""One learner's life in whatever version of Anki runs this script; what happened, as JSON.

It is run by the Python of another environment, so it imports nothing but `anki`:

    python life.py FOLDER TIME first.apkg second.apkg third.apkg fourth.apkg

FOLDER gets the collection; TIME is what the last package was stamped with. The packages are
successive builds of one deck; `test_versions.py` says what is in them, and judges what is printed
here.
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any

from anki.collection import Collection

NOON, DAY = 1_790_000_000, 86_400


def note(col: Collection, id: str, notetype: str) -> Any:
    (found,) = col.find_notes(f'"Id:{id}" "note:Test Decks: {notetype}"')
    return col.get_note(found)


def imports(col: Collection, path: str) -> dict[str, int]:
    """With the dialog's options on a fresh profile, as far as the version has options."""
    try:
        from anki.collection import ImportAnkiPackageOptions, ImportAnkiPackageRequest

        options = ImportAnkiPackageOptions()
        log = col.import_anki_package(
            ImportAnkiPackageRequest(package_path=path, options=options)
        ).log
    except ImportError:
        try:
            from anki.collection import ImportAnkiPackageRequest

            log = col.import_anki_package(ImportAnkiPackageRequest(package_path=path)).log
        except ImportError:
            log = col.import_anki_package(path).log  # type: ignore[arg-type]
    return {"new": len(log.new), "updated": len(log.updated), "conflicting": len(log.conflicting)}


def history(col: Collection) -> dict[str, list[Any]]:
    rows = col.db.all(  # type: ignore[union-attr]
        "select n.guid || c.ord, c.did, c.type, c.queue, c.due, c.ivl, c.factor, c.reps, c.flags"
        " from cards c join notes n on n.id = c.nid"
    )
    return {str(row[0]): list(row[1:]) for row in rows}


def studies(col: Collection, cards: int) -> None:
    """Answers so many cards of the deck `Agent`, each with "Good"."""
    deck = next(d for d in col.decks.all_names_and_ids() if d.name.endswith("::Agent"))
    col.decks.select(deck.id)  # type: ignore[arg-type]
    for _ in range(cards):
        card = col.sched.getCard()  # type: ignore[union-attr]
        card.start_timer()
        col.sched.answerCard(card, 3)  # type: ignore[union-attr]


def edits(col: Collection, id: str, notetype: str, field: str, text: str, at: int) -> None:
    some = note(col, id, notetype)
    some[field] = text
    some.add_tag("leech")
    col.update_note(some)
    col.db.execute("update notes set mod = ? where id = ?", at, some.id)  # type: ignore[union-attr]


def seen(col: Collection) -> dict[str, Any]:
    """What the learner has now."""
    return {
        "reworded": note(col, "complaint-steps", "Question")["Ask"],
        "late": note(col, "average-handle-time", "KPI")["Trap"],
        "edited": note(col, "csat", "KPI")["Trap"],
        "edited tags": "leech" in note(col, "csat", "KPI").tags,
        "answer": note(col, "angry-customer-story", "Your answer")["Answer"],
        "untouched answer": note(col, "loud-customer-story", "Your answer")["Ask"],
        "gated cards": len(note(col, "angry-customer-story", "Question").cards()),
        "types": sorted(m["name"] for m in col.models.all() if m["name"].startswith("Test")),
        "cards": len(history(col)),
    }


def live(folder: str, last_stamp: int, packages: list[str]) -> dict[str, Any]:
    col = Collection(f"{folder}/collection.anki2")
    told: dict[str, Any] = {"imports": [], "seen": [], "kept": []}
    before: dict[str, list[Any]] = {}
    for turn, path in enumerate(packages):
        reviews = col.db.scalar("select count() from revlog")  # type: ignore[union-attr]
        told["imports"].append(imports(col, path))
        after = history(col)
        same = col.db.scalar("select count() from revlog") == reviews  # type: ignore[union-attr]
        told["kept"].append(same and {k: after.get(k) for k in before} == before)
        told["seen"].append(seen(col))
        if turn == 0:
            edits(col, "csat", "KPI", "Trap", "my own trap", NOON + 10)
            edits(col, "angry-customer-story", "Your answer", "Answer", "mine", NOON + 20)
            studies(col, 3)
        before = history(col)
        if turn == len(packages) - 2:
            # The last package was stamped after this import, as a build of the next day would be.
            time.sleep(max(0.0, last_stamp + 1 - time.time()))
    told["again"] = imports(col, packages[-1])
    col.fix_integrity()
    told["cards after check"] = len(history(col))
    told["reviews"] = col.db.scalar("select count() from revlog")  # type: ignore[union-attr]
    col.close()
    return told


if __name__ == "__main__":
    print(json.dumps(live(sys.argv[1], int(sys.argv[2]), sys.argv[3:])))
