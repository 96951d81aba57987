"""Bytes: the same for the same input, whole or not there, and nothing left lying about."""

from __future__ import annotations

import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from conftest import NOON, MakeProject, ProjectFolder
from filelock import FileLock

from builder.findings import PrepdeckError
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
    deck.package().unlink()
    late = read_package(deck.built(NOON + 1_000))
    assert late.notes != early.notes
    assert late.digest == early.digest


def test_the_order_of_files_and_definitions_is_no_content(project: MakeProject) -> None:
    deck = project({})
    digest = read_package(deck.built(NOON)).digest
    skills, kpis = ((deck.root / f"decks/{name}.yaml").read_text() for name in ("skills", "kpis"))
    head, csat, handle_time = re.split(r"(?m)^(?=  (?:csat|average-handle-time):)", kpis)
    deck.write(
        {
            "decks/skills.yaml": None,
            "decks/a/first.yaml": skills,
            "decks/kpis.yaml": head + handle_time + csat,
        }
    )
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
    assert new == {
        "build/agent.apkg",
        ".prepdeck/build.flock",
        ".prepdeck/last-build.json",
        ".prepdeck/local.lock",
    }
    assert list(temporary.iterdir()) == []


def test_private_packages_lie_apart(project: MakeProject) -> None:
    deck = project({"decks/private/acme/role.yaml": "role:\n  title: Acme\n  extends: agent\n"})
    deck.built(NOON)
    assert (deck.root / "build/private/acme.apkg").is_file()
    assert not (deck.root / "build/acme.apkg").exists()


#: The steps of a build at which a kill or a failure could leave half of something, each as the
#: function that takes the step and how many times it is let through before.
STEPS = {
    "before any lock line": ("builder.pipeline.write_locks", 0),
    "between the lock lines and the packages": ("builder.atomic.write", 1),
    "while the first package is flushed": ("os.fsync", 1),
    "when the first package is put in place": ("os.replace", 1),
    "between two packages": ("builder.atomic.write", 2),
    "when the second package is put in place": ("os.replace", 2),
}

#: Runs a build that meets its end at a step: a SIGKILL, or the error of a full disk.
STOPPED = """
import errno, importlib, os, signal, sys
from builder.cli import main

module, _, name = sys.argv[1].rpartition(".")
left, how = int(sys.argv[2]), sys.argv[3]
owner = importlib.import_module(module)
real = getattr(owner, name)

def step(*args, **kwargs):
    global left
    left -= 1
    if left >= 0:
        return real(*args, **kwargs)
    if how == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

setattr(owner, name, step)
main(["-C", sys.argv[4], "build"])
"""


def stopped(root: Path, step: str, how: str, at: int) -> subprocess.CompletedProcess[str]:
    function, passes = STEPS[step]
    return subprocess.run(
        [sys.executable, "-c", STOPPED, function, str(passes), how, str(root)],
        env={**os.environ, "SOURCE_DATE_EPOCH": str(at)},
        capture_output=True,
        text=True,
        check=False,
    )


LEAD = {"decks/roles/lead.yaml": "role:\n  title: Lead\n  extends: agent\n"}


def packages(deck: ProjectFolder) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (deck.root / "build").glob("*.apkg")}


@pytest.mark.parametrize("step", STEPS)
def test_a_kill_leaves_every_package_whole_and_the_next_build_as_if_nothing_had_happened(
    project: MakeProject, step: str
) -> None:
    """A real SIGKILL inside the build; each package is the old one or the new one."""
    deck = project(dict(LEAD))
    deck.built(NOON)
    old, old_times = packages(deck), times(deck)
    deck.edit("decks/questions/customer.yaml", "take a complaint", "settle a complaint")
    assert stopped(deck.root, step, "kill", NOON + 100).returncode == -signal.SIGKILL
    killed = packages(deck)
    remembered = (deck.root / ".prepdeck/local.lock").read_text()
    for temporary_file in deck.root.rglob("*.tmp"):
        os.utime(temporary_file, (NOON - 7200, NOON - 7200))
    deck.built(NOON + 200)
    new = packages(deck)
    assert old.keys() == killed.keys() == new.keys()
    for name, content in killed.items():
        assert content in (old[name], new[name])
        # A package out in the world must never hold a time that no lock remembers: the next
        # change could come under the same time, and would not arrive.
        if content != old[name]:
            assert str(NOON + 100) in remembered
    changed = {guid for guid, time in times(deck).items() if time != old_times[guid]}
    assert len(changed) == 1, "the reworded question"
    assert not list(deck.root.rglob("*.tmp")), "what a kill left goes with a later build"


def times(deck: ProjectFolder) -> dict[str, int]:
    return {note.guid: note.modified for note in read_package(deck.package()).notes}


@pytest.mark.parametrize("step", [step for step, (call, _) in STEPS.items() if call[:3] == "os."])
def test_a_full_disk_loses_no_earlier_build(project: MakeProject, step: str) -> None:
    deck = project(dict(LEAD))
    deck.built(NOON)
    old = packages(deck)
    deck.edit("decks/questions/customer.yaml", "take a complaint", "settle a complaint")
    run = stopped(deck.root, step, "full", NOON + 100)
    assert run.returncode == 2
    assert "cannot be written: no space left on device" in run.stderr
    assert "Traceback" not in run.stderr
    assert len(packages(deck)) == 2
    assert packages(deck)["lead.apkg"] == old["lead.apkg"]
    assert not list(deck.root.rglob("*.tmp"))
    deck.built(NOON + 200)
    assert packages(deck)["lead.apkg"] != old["lead.apkg"]


def test_lock_lines_are_written_before_packages(
    project: MakeProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    deck = project(dict(LEAD))
    order: list[str] = []
    real = os.replace

    def replace(source: str, target: Path) -> None:
        order.append(Path(target).name)
        real(source, target)

    monkeypatch.setattr("os.replace", replace)
    deck.built(NOON)
    assert order == ["local.lock", "agent.apkg", "lead.apkg"]


def test_a_build_waits_for_the_one_that_runs_and_compiles_after_it(
    project: MakeProject,
) -> None:
    """What is edited while a build waits is in its package: it reads nothing before its turn."""
    deck = project({})
    deck.built(NOON)
    lock = FileLock(deck.root / ".prepdeck/build.flock")
    with lock:
        process = subprocess.Popen(
            [*BUILD, str(deck.root), "build"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(timeout=1.5)
        deck.edit("decks/questions/customer.yaml", "take a complaint", "settle a complaint")
    _, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    assert "settle a complaint" in str(read_package(deck.package()).notes)


def test_a_build_does_not_wait_for_ever(
    project: MakeProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    deck = project({})
    deck.built(NOON)
    monkeypatch.setattr("builder.lock.files.PATIENCE", 0.1)
    with (
        FileLock(deck.root / ".prepdeck/build.flock"),
        pytest.raises(PrepdeckError, match="another build of this project"),
    ):
        deck.build(NOON + 5)
