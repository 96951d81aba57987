"""A learner with the real Anki: imports packages, studies, edits, and looks at what they have."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

# anki.collection first: anki.cards alone is imported in a circle.
from anki.collection import Collection, ExportAnkiPackageOptions  # isort: skip
from anki.cards import Card
from anki.notes import Note
from anki.scheduler.v3 import CardAnswer

from builder.anki.collection import Imported, content, import_package
from builder.package import Package


@dataclass
class Learner:
    """One person's collection. Notes are named by what their `Id` field says, and the note type."""

    collection: Collection

    def imports(self, path: Path) -> Imported:
        """Imports with the dialog's options on a fresh profile."""
        return import_package(self.collection, path)

    def exports(self, path: Path, *, legacy: bool = False, scheduling: bool = False) -> Path:
        """File > Export: every deck as one package; `legacy`: "Support older Anki versions"."""
        options = ExportAnkiPackageOptions(
            with_scheduling=scheduling, with_deck_configs=False, with_media=True, legacy=legacy
        )
        self.collection.export_anki_package(out_path=str(path), options=options, limit=None)
        return path

    @property
    def content(self) -> Package:
        return content(self.collection)

    def ids(self, search: str = "") -> list[str]:
        """The `Id` of every note found, sorted."""
        found = self.collection.find_notes(search)
        return sorted(self.collection.get_note(note)["Id"] for note in found)

    def note(self, id: str, notetype: str = "Question") -> Note:
        """The one note of that id and note type."""
        found = self.collection.find_notes(f'"Id:{id}" "note:Test Decks: {notetype}"')
        assert len(found) == 1, f"{len(found)} notes are {id} ({notetype})"
        return self.collection.get_note(found[0])

    def cards(self, id: str, notetype: str = "Question") -> list[Card]:
        return self.note(id, notetype).cards()

    def edits(self, id: str, field: str, text: str, *, at: int, notetype: str = "Question") -> None:
        """Types into a field, at that second."""
        note = self.note(id, notetype)
        note[field] = text
        self.collection.update_note(note)
        self._touched(note, at)

    def tags(self, id: str, tag: str, *, at: int, notetype: str = "Question") -> None:
        note = self.note(id, notetype)
        note.add_tag(tag)
        self.collection.update_note(note)
        self._touched(note, at)

    def _touched(self, note: Note, at: int) -> None:
        """Anki stamps an edit with the clock; the test's clock is another."""
        assert self.collection.db is not None
        self.collection.db.execute("update notes set mod = ? where id = ?", at, note.id)

    def studies(self, number: int = 3) -> None:
        """Answers cards with the real scheduler: the first one Easy, so that it is in review."""
        decks = [d for d in self.collection.decks.all_names_and_ids() if "::" in d.name]
        if not decks:
            return
        self.collection.decks.set_current(decks[0].id)  # type: ignore[arg-type]
        for turn in range(number):
            queued = self.collection.sched.get_queued_cards(fetch_limit=1)
            if not queued.cards:
                return
            first = queued.cards[0]
            rating = CardAnswer.EASY if turn % 2 == 0 else CardAnswer.GOOD
            card = Card(self.collection, backend_card=first.card)
            card.start_timer()
            answer = self.collection.sched.build_answer(
                card=card, states=first.states, rating=rating
            )
            self.collection.sched.answer_card(answer)

    @property
    def history(self) -> dict[tuple[str, int], tuple[object, ...]]:
        """All that studying left behind: each card's scheduling, deck, flag, and review count."""
        assert self.collection.db is not None
        rows = self.collection.db.execute(
            "select n.guid, c.ord, c.type, c.queue, c.due, c.ivl, c.factor, c.reps, c.lapses,"
            " c.did, c.flags, (select count() from revlog r where r.cid = c.id)"
            " from cards c join notes n on n.id = c.nid"
        )
        return {(row[0], row[1]): tuple(row[2:]) for row in rows}

    @property
    def reviews(self) -> int:
        assert self.collection.db is not None
        return int(self.collection.db.scalar("select count() from revlog"))

    def check_database(self) -> str:
        """Tools > Check Database."""
        report, _ = self.collection.fix_integrity()
        return report

    def empty_cards(self) -> int:
        """How many cards Tools > Empty Cards would delete."""
        return sum(len(note.card_ids) for note in self.collection.get_empty_cards().notes)


@contextmanager
def learner(folder: Path) -> Iterator[Learner]:
    """A learner with an empty collection in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    collection = Collection(str(folder / "collection.anki2"))
    try:
        yield Learner(collection)
    finally:
        collection.close()
