"""The catalogue that ships, through the eyes of somebody who studies it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from conftest import RELEASED, ProjectFolder, said
from learner import learner

from builder import shipped
from builder.anki.verify import verify
from builder.commands.ls.run import uncited
from builder.load import load
from builder.package import read_package
from builder.pipeline import compile_project
from builder.study.order import unmet

SPECIALIST = "customer-support-specialist"
TITLE = "Customer Support Interview"
DAY = 86_400


@pytest.fixture
def catalogue(tmp_path: Path) -> ProjectFolder:
    """A copy of decks/, without anything private."""
    root = tmp_path / "project"
    ignored = shutil.ignore_patterns("private", "LICENSE")
    shutil.copytree(shipped.catalogue(), root / "decks", ignore=ignored)
    return ProjectFolder(root)


def test_it_builds_without_a_word(catalogue: ProjectFolder) -> None:
    built = catalogue.build(RELEASED, strict=True)
    assert not built.findings, said(built.findings)


def test_every_package_is_proved(catalogue: ProjectFolder) -> None:
    for package in catalogue.build(RELEASED).packages:
        assert verify(package.path).faults == ()


def test_every_item_of_the_five_documents_is_covered(catalogue: ProjectFolder) -> None:
    assert uncited(catalogue.root) == ()
    project, _ = load(catalogue.root)
    documents = [entry for id, entry in project.sources.items() if id.startswith("doc-")]
    assert sum(len(document.items) for document in documents) == 573
    left = [id for document in documents for id in document.left_out]
    assert len(left) <= 573 / 4
    assert not [id for id in left if id.startswith(("q-", "kpi-", "stage-", "skill-", "act-"))]


def test_document_000_is_complete(catalogue: ProjectFolder) -> None:
    """Twenty questions, ten KPIs, ten activities, nine stages, each cited by its own kind."""
    project, _ = load(catalogue.root)
    items = project.sources["doc-000"].items
    kinds = {"q-": "question", "kpi-": "kpi", "act-": "activity", "stage-": "stage"}
    numbers = {}
    for prefix, kind in kinds.items():
        wanted = {id for id in items if id.startswith(prefix)}
        cited = {
            id
            for d in project.definitions.values()
            if d.kind.name == kind and d.value
            for id in d.value.sources
        }
        assert wanted <= cited, wanted - cited
        numbers[kind] = len(wanted)
    assert numbers == {"question": 20, "kpi": 10, "activity": 10, "stage": 9}


def test_every_core_fits_seven_days(catalogue: ProjectFolder) -> None:
    """Anki's default of 20 new cards a day covers 140 in seven days."""
    decks = compile_project(catalogue.root).decks
    assert len(decks) == 8
    for deck in decks:
        core = sum(deck.notes[card.note].core for card in deck.order)
        assert 100 <= core <= 140, deck.role
        assert unmet(deck.order, deck.notes, deck.notetypes).close_siblings <= 2, deck.role


def test_every_definition_is_in_some_deck(catalogue: ProjectFolder) -> None:
    compiled = compile_project(catalogue.root)
    chosen = {c.definition.id for s in compiled.selections for c in s.chosen}
    assert set(compiled.project.definitions) == chosen


def test_one_changed_answer_updates_one_note_and_nothing_else(
    catalogue: ProjectFolder, tmp_path: Path
) -> None:
    """As a new user would: study, edit a note by hand, change a sample, rebuild, import again."""
    with learner(tmp_path / "anna") as anna:
        anna.imports(catalogue.built(RELEASED, SPECIALIST))
        anna.studies(5)
        found = anna.collection.find_notes(f'"note:{TITLE}: KPI" Id:csat')
        mine = anna.collection.get_note(found[0])
        mine["Trap"] = "my own trap"
        anna.collection.update_note(mine)
        history, before = anna.history, {n.guid: n for n in anna.content.notes}
        catalogue.edit(
            "decks/questions/customer.yaml", "I let them finish, even", "I let them end, even"
        )
        imported = anna.imports(catalogue.built(RELEASED + DAY, SPECIALIST))
        assert (imported.new, imported.updated, imported.conflicting) == (0, 1, 0)
        assert anna.history == history
        assert anna.reviews == 5
        after = {n.guid: n for n in anna.content.notes}
        changed = [guid for guid in after if after[guid] != before[guid]]
        assert len(changed) == 1
        assert "I let them end, even" in str(after[changed[0]].fields)
        assert anna.collection.get_note(mine.id)["Trap"] == "my own trap"


def test_its_words_are_a_packages_words(catalogue: ProjectFolder) -> None:
    """No template, placeholder or variable is left in any field."""
    for package in catalogue.build(RELEASED).packages:
        for note in read_package(package.path).notes:
            for field in note.fields:
                assert "{{" not in field
                assert "[[" not in field
