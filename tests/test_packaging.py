"""Bytes: the same for the same input, whole or not there, and nothing left lying about."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest
from conftest import NOON, MakeProject, ProjectFolder

from builder.package import read_package

BUILD = [sys.executable, "-m", "builder", "-C"]


def build_apart(root: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """A build in a process of its own."""
    return subprocess.run(
        [*BUILD, str(root), "build"],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=True,
    )


def test_two_processes_with_other_clocks_zones_and_hash_seeds_write_the_same_bytes(
    project: MakeProject,
) -> None:
    deck = project({})
    build_apart(deck.root, SOURCE_DATE_EPOCH=str(NOON), PYTHONHASHSEED="1", TZ="UTC")
    first = deck.package().read_bytes()
    deck.package().unlink()
    build_apart(
        deck.root,
        SOURCE_DATE_EPOCH=str(NOON + 400_000),
        PYTHONHASHSEED="7",
        TZ="Pacific/Kiritimati",
        LC_ALL="C",
        TMPDIR=str(deck.root),
    )
    assert deck.package().read_bytes() == first


def test_the_content_digest_is_free_of_times(project: MakeProject) -> None:
    deck = project({})
    early = read_package(deck.built(NOON))
    (deck.root / ".prepdeck/local.lock").unlink()
    late = read_package(deck.built(NOON + 1_000))
    assert late.notes != early.notes
    assert late.digest == early.digest


def test_the_order_of_files_and_definitions_is_no_content(project: MakeProject) -> None:
    deck = project({})
    digest = read_package(deck.built(NOON)).digest
    text = (deck.root / "decks/skills.yaml").read_text()
    deck.write({"decks/skills.yaml": None, "decks/a/first.yaml": text})
    assert read_package(deck.built(NOON)).digest == digest


def test_an_unchanged_package_is_not_rewritten(project: MakeProject) -> None:
    deck = project({})
    path = deck.built(NOON)
    os.utime(path, (1, 1))
    (packed,) = deck.build(NOON + 5).packages
    assert packed.state == "unchanged"
    assert path.stat().st_mtime == 1


def test_the_zip_and_the_database_hold_nothing_of_this_machine(project: MakeProject) -> None:
    path = project({}).built(NOON)
    with zipfile.ZipFile(path) as archive:
        assert [entry.filename for entry in archive.infolist()] == ["collection.anki2", "media"]
        for entry in archive.infolist():
            assert entry.date_time == (1980, 1, 1, 0, 0, 0)
            assert entry.compress_type == zipfile.ZIP_DEFLATED
        raw = archive.read("collection.anki2")
    assert raw[96:100] == bytes(4), "the version of the SQLite that wrote it"


def test_every_card_is_new_and_has_a_due_of_its_own(project: MakeProject) -> None:
    path = project({}).built(NOON)
    database = sqlite3.connect(":memory:")
    with zipfile.ZipFile(path) as archive:
        database.deserialize(archive.read("collection.anki2"))
    rows = database.execute("select type, queue, ivl, reps, due, id from cards").fetchall()
    assert {row[:4] for row in rows} == {(0, 0, 0, 0)}
    assert sorted(row[4] for row in rows) == list(range(1, len(rows) + 1))
    ids = [id for (id,) in database.execute("select id from notes union all select id from cards")]
    assert len(set(ids)) == len(ids)
    assert max(ids) < 1_400_000_000_000, "milliseconds; always in the past"
    assert database.execute("select count() from revlog").fetchone() == (0,)
    models = json.loads(database.execute("select models from col").fetchone()[0])
    for model in models.values():
        assert all(field["id"] for field in model["flds"])
        assert all(template["id"] for template in model["tmpls"])
        assert [field["name"] for field in model["flds"]][-3:] == ["Id", "Spare 1", "Spare 2"]


def test_an_import_never_replaces_a_whole_collection(project: MakeProject) -> None:
    """The desktop takes `collection…` and `backup-…` for collections and replaces everything."""
    roles = {
        f"decks/roles/{name}.yaml": f"role:\n  title: {name}\n  add:\n    - kind: skill\n"
        for name in ("backup-administrator", "collection", "collections-agent", "colpkg")
    }
    deck = project(roles)  # type: ignore[arg-type]
    deck.built(NOON)
    assert sorted(path.name for path in (deck.root / "build").iterdir()) == [
        "agent.apkg",
        "colpkg.apkg",
        "deck-backup-administrator.apkg",
        "deck-collection.apkg",
        "deck-collections-agent.apkg",
    ]


def test_a_build_leaves_no_other_file_behind(project: MakeProject) -> None:
    deck = project({})
    sources = {path for path in deck.root.rglob("*") if path.is_file()}
    temporary = deck.root.parent / "tmp"
    temporary.mkdir()
    build_apart(deck.root, TMPDIR=str(temporary))
    new = {str(p.relative_to(deck.root)) for p in deck.root.rglob("*") if p.is_file()} - {
        str(p.relative_to(deck.root)) for p in sources
    }
    assert new == {"build/agent.apkg", ".prepdeck/local.lock", ".prepdeck/build.flock"}
    assert list(temporary.iterdir()) == []


def test_private_packages_lie_apart(project: MakeProject) -> None:
    deck = project({"decks/private/acme/role.yaml": "role:\n  title: Acme\n  extends: agent\n"})
    deck.built(NOON)
    assert (deck.root / "build/private/acme.apkg").is_file()
    assert not (deck.root / "build/acme.apkg").exists()


def big(project: MakeProject) -> ProjectFolder:
    """A project whose build takes long enough to be killed in."""
    questions = "".join(
        f"  q-{n}:\n    ask: Question {n}?\n    type: knowledge\n    answer: Answer {n}.\n"
        for n in range(1_500)
    )
    return project({"decks/questions/many.yaml": f"questions:\n{questions}"})


@pytest.mark.slow
def test_a_kill_at_any_moment_leaves_the_last_package_whole(project: MakeProject) -> None:
    """A real SIGKILL, at twelve moments of a build; then a build as if nothing had happened."""
    deck = big(project)
    build_apart(deck.root, SOURCE_DATE_EPOCH=str(NOON))
    began = time.monotonic()
    build_apart(deck.root, SOURCE_DATE_EPOCH=str(NOON))
    whole = time.monotonic() - began
    for turn in range(12):
        deck.edit("decks/deck.yaml", f"version: 1.0.{turn}", f"version: 1.0.{turn + 1}")
        deck.edit("decks/questions/many.yaml", f"Answer {turn}.", f"Another answer {turn}.")
        process = subprocess.Popen(
            [*BUILD, str(deck.root), "build"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "SOURCE_DATE_EPOCH": str(NOON + turn)},
        )
        time.sleep(whole * (0.3 + 0.06 * turn))
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert len(read_package(deck.package()).notes) == 1_506, "the old one or the new one, whole"
    build_apart(deck.root, SOURCE_DATE_EPOCH=str(NOON + 100))
    assert "Another answer 11." in str(read_package(deck.package()).notes)
    left = [path.name for path in deck.root.rglob("*.tmp")]
    assert len(left) <= 1, left


def test_a_full_disk_loses_no_earlier_build(project: MakeProject) -> None:
    """The folder cannot be written, which stands for a full disk: message, status 2, old package."""
    deck = project({})
    before = deck.built(NOON).read_bytes()
    deck.edit("decks/questions/customer.yaml", "take a complaint", "settle a complaint")
    deck.package().unlink()
    (deck.root / "build" / "agent.apkg").mkdir()
    run = subprocess.run(
        [*BUILD, str(deck.root), "build"], capture_output=True, text=True, check=False
    )
    assert run.returncode == 2
    assert "cannot be written" in run.stderr
    assert "Traceback" not in run.stderr
    (deck.root / "build" / "agent.apkg").rmdir()
    deck.package().write_bytes(before)


def test_two_builds_at_once_wait_for_each_other(project: MakeProject) -> None:
    deck = project({})
    processes = [
        subprocess.Popen(
            [*BUILD, str(deck.root), "build"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        for _ in range(3)
    ]
    for process in processes:
        _, err = process.communicate(timeout=60)
        assert process.returncode == 0, err.decode()
    assert len(read_package(deck.package()).notes) == 6
