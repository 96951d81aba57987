"""JSON, pages and whatever else a command writes: equal once the words of messages are out."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from checkout import HOUR, Builder, Pair, Run, files
from compare_bytes import copy_fixture

#: Texts of these keys are words of ours. In a schema so are these.
_WORDS = {"message", "help", "outcome"}
_SCHEMA_WORDS = {"description", "markdownDescription", "title"}

_ROLES = ["agent", "hire", "lead", "night-keeper", "solo", "acme", "beta", "gamma"]
_FAULTS = re.compile(r'<details class="faults.*?</details>', re.DOTALL)
_MESSAGE = re.compile(r"<strong>.*?</strong>|<p>[^<]*</p>", re.DOTALL)
_PAGE_COMMENT = re.compile(r"/\*.*?\*/|<!--.*?-->", re.DOTALL)
_COMMENT = re.compile(r"^ *#.*\n|  +#.*$", re.MULTILINE)
#: A role's key and a namespace are drawn by chance.
_DRAWN = re.compile(r"^((?:  key|namespace): [a-z0-9-]+-)[0-9a-f]{4,10}\b", re.MULTILINE)


def without_words(value: Any, words: set[str]) -> Any:
    """JSON without the texts under these keys."""
    if isinstance(value, dict):
        return {
            key: without_words(inner, words)
            for key, inner in value.items()
            if not (key in words and isinstance(inner, str))
        }
    return [without_words(inner, words) for inner in value] if isinstance(value, list) else value


def bare(name: str, text: str) -> str:
    """A file or an output without words that are ours to change."""
    if name.endswith(".html"):
        return _PAGE_COMMENT.sub("", _FAULTS.sub(lambda match: _MESSAGE.sub("", match[0]), text))
    if "/schema/" in name:
        bared = without_words(json.loads(text), _SCHEMA_WORDS)
        return json.dumps(bared, indent=1, sort_keys=True, ensure_ascii=False)
    if name.endswith(".json") and text:
        return json.dumps(without_words(json.loads(text), _WORDS), indent=1, ensure_ascii=False)
    if name.endswith((".yaml", ".yml")):
        return _DRAWN.sub(r"\1…", _COMMENT.sub("", text))
    return text


def compare_outputs(pair: Pair, at: int) -> None:
    """Every command over the fixture: sound, then with faults; and over the catalogue."""
    pair.begin("outputs", copy_fixture)
    pair.both(lambda builder, folder: builder.run(folder, "build", at=at))
    for folder in pair.folders:
        shutil.copytree(folder / "build", folder / "kept")
    _export(pair, at)
    for arguments in [*_readers(), *_writers()]:
        _both(pair, arguments, at + HOUR)
    pair.edit("decks/questions/customers.yaml", "had 190 euros back", "had 90 euros back")
    pair.edit("decks/private/acme/mine.yaml", "He thanked", "She thanked")
    pair.edit("decks/private/acme/role.yaml", "minutes_per_day: 6", "minutes_per_day: 40")
    for arguments in [*_differences(), *_syncs(), ["build"], *_differences()]:
        _both(pair, arguments, at + 2 * HOUR)
    pair.edit("decks/questions/customers.yaml", "    seconds: 120", "    secnds: 120")
    pair.edit("decks/kpis.yaml", "    unit: points", "    unit: pints\n    hurts: nobody")
    pair.edit("decks/private/beta.yaml", "first-reply: reckon", "first-replies: reckon")
    for arguments in [*_readers(), ["preview"], ["sheet", "lead"], ["sheet", "hire"]]:
        _both(pair, [*arguments], at + 3 * HOUR)
    pair.begin("new", copy_fixture)
    for arguments in _new():
        _both(pair, arguments, at)
    decks = pair.old.checkout / "decks"
    pair.begin("catalogue-outputs", lambda folder: _catalogue(decks, folder))
    roles = sorted(path.stem for path in (decks / "roles").glob("*.yaml"))
    _both(pair, ["check", "--format", "json"], at)
    for arguments in [["preview"], ["schema"], ["ls", "--format", "json"], ["ls", "--uncited"]]:
        _both(pair, arguments, at)
    for role in roles:
        _both(pair, ["ls", "--role", role, "--format", "json"], at)
        _both(pair, ["sheet", role], at)


def _catalogue(decks: Path, folder: Path) -> None:
    shutil.copytree(decks, folder / "decks", ignore=shutil.ignore_patterns("private"))


def _export(pair: Pair, at: int) -> None:
    """A package that Anki exported after a learner wrote and tagged; the old one's Anki for both."""
    old, new = pair.folders
    script = pair.old.script("export.py", str(old), str(at + HOUR), "acme", "beta", at=at)
    script.communicate()
    assert script.returncode == 0, "export.py failed"
    for path in old.glob("*.apkg"):
        shutil.copy(path, new)


def _readers() -> Iterable[list[str]]:
    """Commands that write nothing, or pages alone."""
    for form in ("json", "concise", "github"):
        yield ["check", "--format", form]
    yield ["check", "--strict", "--format", "json"]
    for role in _ROLES:
        yield ["check", role, "--format", "json"]
        yield ["ls", "--role", role, "--format", "json"]
        yield ["ls", "--role", role, "--format", "anki"]
    for selector in ("kind:kpi", "topic:people", "type:story,topic:people/upset", "kind:tip"):
        yield ["ls", selector, "--format", "json"]
        yield ["ls", selector, "--format", "anki"]
    for id in ("angry-guest-story", "keep-notes", "own-question", "tip-same", "too-dear"):
        yield ["ls", "--role", "acme", "--why", id, "--format", "json"]
    yield ["ls", "--uncited", "--format", "json"]
    yield ["ls", "--format", "json"]
    for role in ("acme", "beta"):
        yield ["plan", role, "--format", "json"]
        yield ["plan", role, "--format", "anki"]
        yield ["plan", role, "--today", "2026-12-12", "--missed", "2", "--format", "json"]
        yield ["plan", role, "--today", "2026-12-12", "--format", "anki"]
        yield ["stories", role, "--format", "json"]
    yield ["stories", "--all", "--format", "json"]


def _writers() -> Iterable[list[str]]:
    yield ["schema"]
    yield ["preview"]
    for role in _ROLES:
        yield ["sheet", role]
    for role in ("agent", "hire", "private/acme", "private/beta"):
        yield ["verify", f"kept/{role}.apkg"]
    for words in ("prepdeck build ", "prepdeck ls kind:", "prepdeck ls topic:", "prepdeck plan "):
        yield ["COMPLETE", words]


def _differences() -> Iterable[list[str]]:
    for role in ("agent", "lead", "private/acme", "private/beta"):
        yield ["diff", f"kept/{role}.apkg", "--format", "json"]
    for role in ("agent", "private/acme"):
        yield ["diff", f"kept/{role}.apkg", f"build/{role}.apkg", "--format", "json"]


def _syncs() -> Iterable[list[str]]:
    for prefer in ([], ["--prefer", "anki"], ["--prefer", "yaml"]):
        yield ["sync", "exported-acme.apkg", "--dry-run", *prefer]
        yield ["sync", "exported-beta.apkg", "beta", "--dry-run", *prefer]
    yield ["sync", "exported-acme.apkg", "--prefer", "anki"]
    yield ["sync", "exported-beta.apkg", "beta"]


def _new() -> Iterable[list[str]]:
    yield ["new", "project", "empty"]
    yield ["new", "project", "full", "--from-catalogue"]
    role = ["--company", "Zeta", "--interview", "2026-12-20", "--minutes", "15"]
    yield ["new", "role", "zeta", "--extends", "agent", "--notes", "own", *role]
    yield ["new", "role", "eta", "--like", "acme", "--notes", "shared", *role]
    yield ["new", "role", "clerk", "--extends", "agent", "--public", "--title", "Clerk"]
    topic = ["--topic", "people/team"]
    for kind in ("story", "approach", "knowledge", "pitch"):
        ask = ["--ask", f"What is a {kind}?", "--type", kind]
        yield ["new", "question", f"new-{kind}", *ask, *topic, "--skill", "calm"]
    yield ["new", "question", "zeta-own-story", "--role", "zeta", "--ask", "When?"]
    kpi = ["--name", "New rate", "--over", "new", "--under", "old", "--hurts", "first-reply"]
    yield ["new", "kpi", "new-rate", *kpi, "--topic", "craft/numbers"]
    yield ["new", "skill", "tact", "--name", "Tact", "--when", "they err", "--do", "ask", *topic]
    line = ["--they-say", "So?", "--you-say", "Let me look.", "--pass-if", "a time"]
    yield ["new", "line", "line-so", *line, "--skill", "calm", *topic]
    story = ["--title", "Wet", "--opens-with", "It rained.", "--number", "7 of 8"]
    yield ["new", "story", "wet", "--role", "zeta", *story, "--answers", "refund-approach"]
    fact = [
        "--ask",
        "How many?",
        "--answer",
        "7",
        "--source",
        "zeta.example",
        "--seen",
        "2026-11-20",
    ]
    yield ["new", "fact", "many", "--role", "zeta", *fact]


def _both(pair: Pair, arguments: list[str], at: int) -> None:
    old, new = pair.both(lambda builder, folder: _outcome(builder, folder, arguments, at))
    step = f"{pair.name}: {' '.join(arguments)}"
    for name in sorted({*old, *new}):
        if old.get(name) != new.get(name):
            pair.report(step, f"{name}: {_first(old.get(name), new.get(name))}")


def _outcome(builder: Builder, folder: Path, arguments: list[str], at: int) -> dict[str, str]:
    """Exit status, stdout, and each file that the command wrote or changed, without words."""
    before = files(folder)
    run = _run(builder, folder, arguments, at)
    form = "stdout.json" if "json" in arguments else "stdout"
    said = run.stdout
    if {"concise", "github"} & set(arguments):
        # The message is what follows the place, up to the end of the line.
        said = re.sub(r"(\[[a-z-]+\]| *::(?:error|warning) .*?::).*", r"\1", said)
    written = {
        name: bare(name, raw.decode())
        for name, raw in files(folder).items()
        if before.get(name) != raw and not name.endswith(".apkg")
    }
    return {"status": str(run.status), form: bare(form, said), **written}


def _run(builder: Builder, folder: Path, arguments: list[str], at: int) -> Run:
    if arguments[0] != "COMPLETE":
        return builder.run_quickly(folder, *arguments, at=at)
    words = arguments[1]
    asked = {"COMP_WORDS": words, "COMP_CWORD": str(len(words.split(" ")) - 1)}
    run = builder.run(folder, at=at, _PREPDECK_COMPLETE="bash_complete", **asked)
    return Run(run.status, run.stdout, run.sizes)


def _first(old: str | None, new: str | None) -> str:
    if old is None or new is None:
        return f"there in the {'old' if new is None else 'new'} one alone"
    ours, theirs = old.splitlines(), new.splitlines()
    for number, (line, other) in enumerate(zip(ours, theirs, strict=False), 1):
        if line != other:
            at = next((i for i, (a, b) in enumerate(zip(line, other, strict=False)) if a != b), 0)
            start = max(at - 80, 0)
            return f"line {number}\n    old: {line[start:][:240]}\n    new: {other[start:][:240]}"
    return f"{len(ours)} lines in the old one, {len(theirs)} in the new one"
