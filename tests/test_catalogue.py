"""The catalogue that ships, through the eyes of somebody who studies it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from conftest import NOON, ProjectFolder, said
from learner import learner

from builder import shipped
from builder.anki.verify import verify
from builder.load import load
from builder.package import read_package

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
    built = catalogue.build(NOON, strict=True)
    assert not built.found, said(built.found)


def test_every_package_is_proved(catalogue: ProjectFolder) -> None:
    for package in catalogue.build(NOON).packages:
        assert verify(package.path).faults == ()


def test_every_question_and_kpi_of_the_first_document_is_cited(catalogue: ProjectFolder) -> None:
    project, _ = load(catalogue.root)
    wanted = {id for id in project.sources["doc-000"].items if id.startswith(("q-", "kpi-"))}
    assert len(wanted) == 30
    cited = {id for d in project.definitions.values() if d.value for id in d.value.sources}
    assert wanted <= cited


def test_the_core_fits_seven_days(catalogue: ProjectFolder) -> None:
    """Anki's default of 20 new cards a day covers 140 in seven days."""
    from builder.pipeline import compile_project

    (deck,) = compile_project(catalogue.root).decks
    core = sum(deck.notes[card.note].core for card in deck.order)
    assert 40 <= core <= 140


def test_one_changed_answer_updates_one_note_and_nothing_else(
    catalogue: ProjectFolder, tmp_path: Path
) -> None:
    """As a new user would: study, edit a note by hand, change a sample, rebuild, import again."""
    with learner(tmp_path / "anna") as anna:
        anna.imports(catalogue.built(NOON))
        anna.studies(5)
        found = anna.collection.find_notes(f'"note:{TITLE}: KPI" Id:csat')
        mine = anna.collection.get_note(found[0])
        mine["Trap"] = "my own trap"
        anna.collection.update_note(mine)
        history, before = anna.history, {n.guid: n for n in anna.content.notes}
        catalogue.edit(
            "decks/questions/customer.yaml", "I let them finish, even", "I let them end, even"
        )
        imported = anna.imports(catalogue.built(NOON + DAY))
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
    for note in read_package(catalogue.built(NOON)).notes:
        for field in note.fields:
            assert "{{" not in field
            assert "[[" not in field
