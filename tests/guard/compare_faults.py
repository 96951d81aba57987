"""Faults: the same rules, severities, places and blocked packages, in thousands of broken projects."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from breaking import Breaker, Edit
from checkout import HERE, HOUR, Builder, Pair
from compare_bytes import copy_fixture

#: So many cases a process: it takes memory that grows.
CHUNK = 500

#: What of the fixture is left out here: a check of fewer roles takes less than half the time.
_LEFT_OUT = ("decks/private/beta.yaml", "decks/private/gamma", "decks/private/delta", "decks/roles")
_LEFT_OUT += ("templates/question",)


def copy_small(folder: Path) -> None:
    """The fixture with three roles."""
    copy_fixture(folder)
    for name in _LEFT_OUT:
        path = folder / name
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    shutil.copytree(HERE / "few-roles", folder, dirs_exist_ok=True)


def compare_faults(pair: Pair, at: int, breaks: int, seed: int) -> None:
    """Breaks things, several in a case; differences are told by what was lost and gained."""
    pair.begin("faults", copy_small)
    pair.run("sound", "build", at=at)
    pair.run("a release", "build", "--release", at=at + HOUR)
    pair.hand_over()
    for folder in pair.folders:
        shutil.rmtree(folder / "build")
    root = pair.folders[0]
    files = sorted(
        path.relative_to(root).as_posix()
        for path in root.rglob("*")
        if path.is_file() and path.suffix in {".yaml", ".yml", ".html", ".css", ".lock"}
    )
    breaker = Breaker(root, files)
    (sound,), _ = pair.both(partial(_outcomes, lines=["{}"], at=at + 2 * HOUR))
    known = {fault[0] for fault in sound["faults"]}
    seen: Counter[str] = Counter()
    groups: dict[str, list[str]] = {}
    case = broken = 0
    while broken < breaks:
        chunk = []
        while len(chunk) < CHUNK and broken < breaks:
            chunk.append((case, breaker.case(f"{seed}/{case}")))
            broken += len(chunk[-1][1])
            case += 1
        lines = [json.dumps(breaker.broken(edits)) for _, edits in chunk]
        old, new = pair.both(partial(_outcomes, lines=lines, at=at + 2 * HOUR))
        for (position, edits), ours, theirs in zip(chunk, old, new, strict=True):
            seen.update({fault[0] for fault in ours.get("faults", ())} - known)
            if ours != theirs:
                for name in _what(ours, theirs):
                    groups.setdefault(name, []).append(
                        _told(position, edits, breaker, ours, theirs)
                    )
    for name, examples in sorted(groups.items(), key=lambda group: -len(group[1])):
        pair.report(
            f"faults: {name}", f"{len(examples)} of {case} cases; one of them:\n{examples[0]}"
        )
    print(f"faults: {broken} breaks in {case} cases, {len(seen)} rules: {_counted(seen)}")


def _outcomes(builder: Builder, folder: Path, *, lines: list[str], at: int) -> list[dict[str, Any]]:
    with tempfile.TemporaryDirectory() as out:
        process = builder.script("find_faults.py", str(folder), f"{out}/packages", at=at)
        stdout, _ = process.communicate("\n".join(lines))
    outcomes = [json.loads(line) for line in stdout.splitlines()]
    assert len(outcomes) == len(lines), (
        f"{builder.name}: find_faults.py ended after {len(outcomes)}"
    )
    return outcomes


def _what(old: dict[str, Any], new: dict[str, Any]) -> Iterator[str]:
    """Names of the differences: which rules were lost or gained, or moved."""
    ours, theirs = (Counter(map(tuple, each.get("faults", ()))) for each in (old, new))
    lost, gained = ours - theirs, theirs - ours
    rules = Counter(f[0] for f in lost.elements()), Counter(f[0] for f in gained.elements())
    for rule in sorted(rules[0] & rules[1]):
        yield f"{rule} has another severity or place"
    for rule in sorted(rules[0] - rules[1]):
        yield f"{rule} is lost"
    for rule in sorted(rules[1] - rules[0]):
        yield f"{rule} is gained"
    if not lost and not gained and old.get("faults") != new.get("faults"):
        yield "another order"
    for key in ("status", "packed", "crash"):
        if old.get(key) != new.get(key):
            yield {"status": "exit status", "packed": "blocked packages", "crash": "a crash"}[key]


def _told(
    position: int, edits: list[Edit], breaker: Breaker, old: dict[str, Any], new: dict[str, Any]
) -> str:
    told = [f"    case {position}"]
    for edit in edits:
        text = breaker.texts[edit.file]
        line = text.count("\n", 0, edit.start) + 1
        before = text[edit.start : edit.end]
        told.append(f"    {edit.file}:{line}: {edit.way}: {before[:80]!r} -> {edit.text[:80]!r}")
    for sign, one, other in (("-", old, new), ("+", new, old)):
        known = list(map(tuple, other.get("faults", ())))
        for fault in map(tuple, one.get("faults", ())):
            if fault not in known:
                rule, severity, file, *place = fault
                told.append(
                    f"    {sign} {severity}[{rule}] {file}:{place[0]}:{place[1]} to {place[2]}:{place[3]}"
                )
        if one.get("packed") != other.get("packed") or one["status"] != other["status"]:
            told.append(
                f"    {sign} exit status {one['status']}, packed: {one.get('packed', 'all')}"
            )
        if one.get("crash") != other.get("crash"):
            told.append(f"    {sign} {one.get('crash')}")
    return "\n".join(told)


def _counted(seen: Counter[str]) -> str:
    return ", ".join(f"{name} {number}" for name, number in seen.most_common())
