"""docs/writing.md teaches by pairs from this catalogue: what it shows as mended stands there today.

A pair is a ```diff block. Its `-` lines are what stood in a definition, its `+` lines what stands
there now; the last id before it, in backticks, says in which.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

import pytest

from builder import shipped
from builder.checks import every_rule
from builder.load import load
from builder.load.kinds import kinds_of
from builder.model import Role
from builder.project import Definition
from builder.shape.annotations import shape_of

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs/writing.md").read_text(encoding="utf-8")
FILES = {
    path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
    for path in sorted(shipped.catalogue().rglob("*.yaml"))
    if "private" not in path.relative_to(shipped.catalogue()).parts
}
DEFINITIONS = load(ROOT)[0].definitions

_BLOCK = re.compile(r"^```diff\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_NAMED = re.compile(r"`([^`\n]+)`")


class Pair(NamedTuple):
    """A mended text, as it stood and as it stands."""

    id: str
    before: str
    now: str


def one_line(text: str) -> str:
    """The text with one blank wherever it has some, or the end of a line."""
    return " ".join(text.split())


def pairs() -> list[Pair]:
    """The pairs of the page, in order."""
    found = []
    for block in _BLOCK.finditer(PAGE):
        sides = {
            sign: one_line(" ".join(x[1:] for x in block[1].splitlines() if x[0] == sign))
            for sign in "-+"
        }
        ids = [name for name in _NAMED.findall(PAGE[: block.start()]) if name in DEFINITIONS]
        found.append(Pair(ids[-1], sides["-"], sides["+"]))
    return found


def lines_of(definition: Definition) -> str:
    """What the file says from a definition's id to its end."""
    lines = FILES[definition.node.file].splitlines()
    return one_line("\n".join(lines[definition.node.line - 1 : definition.node.end_line]))


every_pair = pytest.mark.parametrize("pair", pairs(), ids=lambda pair: pair.id)


def test_there_are_enough_pairs_to_learn_from() -> None:
    assert len(pairs()) >= 14
    assert len({pair.id for pair in pairs()}) == len(pairs())


@every_pair
def test_what_was_mended_stands_in_its_definition(pair: Pair) -> None:
    assert pair.now in lines_of(DEFINITIONS[pair.id])


@every_pair
def test_what_was_amiss_stands_nowhere_any_more(pair: Pair) -> None:
    assert pair.before
    assert [file for file, text in FILES.items() if pair.before in one_line(text)] == []


def test_every_name_on_the_page_is_somebodys() -> None:
    """In backticks: a definition, a key, a choice, or a file; linked: a rule."""
    keys = {
        name
        for shape in (*(kind.shape for kind in kinds_of()[0].values()), shape_of(Role))
        for path, inner in shape.below()
        if len(path) < 2
        for name in inner.keys
    }
    choices = {"story", "approach", "knowledge", "pitch", "read", "second-hand", "unverified"}
    said = {"-story", "-approach", "customer-2", "limits:", "check", "prepdeck check --strict"}
    files = {"decks/", "deck.yaml", "{{ vars.company }}"}
    known = {*DEFINITIONS, *keys, *choices, *said, *files}
    prose = re.sub(r"^```.*?^```$", "", PAGE, flags=re.MULTILINE | re.DOTALL)
    assert {name for name in _NAMED.findall(prose) if name not in known} == set()
    assert set(re.findall(r"rules\.md#([a-z-]+)", PAGE)) <= {rule.name for rule in every_rule()}
