"""A project in a temporary folder, and builds of it at a time of the test's choosing."""

from __future__ import annotations

import os
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from builder import shipped
from builder.findings import Diagnostic
from builder.lock import parse_lock
from builder.pipeline import BuildOptions, Built, build

if TYPE_CHECKING:  # importing Anki takes longer than most tests
    from learner import Learner

# A deadline would assert a wall-clock time.
settings.register_profile("prepdeck", deadline=None)
settings.load_profile("prepdeck")

# Commands are as wide as COLUMNS says; what they print here is compared with documents.
os.environ.pop("COLUMNS", None)

#: A day in 2026; tests count their builds from here.
NOON = 1_790_000_000

_LOCK, _ = parse_lock((shipped.catalogue() / "notes.lock").read_text("utf-8"), "notes.lock", "")
#: When the catalogue that comes with prepdeck was released last: no build of it can be earlier.
RELEASED = max(NOON, *(line.time for line in (*_LOCK.notes.values(), *_LOCK.notetypes.values())))

#: One definition of each kind, and one role that takes them all.
BASE = {
    "decks/deck.yaml": """
        namespace: test-decks
        title: Test Decks
        version: 1.0.0
        vars:
          company: the company
        """,
    "decks/topics.yaml": """
        topics:
          customer:
            difficult-customers: Difficult customers
            complaints: Complaints
          operations:
            metrics: Metrics
        """,
    "decks/sources.yaml": """
        sources:
          guide:
            title: A guide
            year: 2025
            items:
              q-1: the first question
        """,
    "decks/questions/customer.yaml": """
        questions:
          angry-customer-story:
            ask: Tell me about an angry customer.
            type: story
            topics: [customer/difficult-customers]
            must_show:
              - you let them finish
              - what happened afterwards
            sources: [q-1]
          complaint-steps:
            ask: How do you take a complaint?
            type: approach
            topics: [customer/complaints]
            steps:
              - listen
              - offer two ways out
            follow_ups:
              - ask: What if they refuse both?
                point: ask what would be fair
        """,
    "decks/kpis.yaml": """
        kpis:
          csat:
            name: Customer satisfaction score
            over: ratings of 4 or 5
            under: all ratings
            formula: top / ratings * 100
            where:
              top: ratings of 4 or 5
              ratings: all ratings
            unit: percent
            better: up
            pushing: up
            hurts: average-handle-time
            because: people are given more time
            examples:
              plain:
                inputs: {top: 164, ratings: 200}
                gives: 82
            trap: Only those who answer count.
            topics: [operations/metrics]
          average-handle-time:
            name: Average handle time
            over: talk, hold and wrap-up time
            under: contacts handled
            formula: (talk + hold + wrap) / handled
            where:
              talk: talk time
              hold: hold time
              wrap: wrap-up time
              handled: contacts handled
            unit: seconds
            better: context
            pushing: down
            hurts: csat
            because: people are hurried off the line
            examples:
              plain:
                inputs: {talk: 24000, hold: 3000, wrap: 9000, handled: 100}
                gives: 360
            trap: Lower is not better by itself.
            topics: [operations/metrics]
        """,
    "decks/skills.yaml": """
        skills:
          empathy:
            name: Empathy
            topics: [customer/difficult-customers]
            shows:
              - when: they have waited forty minutes
                do: name the wait before the problem
        """,
    "decks/roles/agent.yaml": """
        role:
          title: Agent
          core:
            - {kind: question, topic: customer/difficult-customers}
          add:
            - {kind: [question, kpi, skill]}
        """,
}


@dataclass(frozen=True)
class ProjectFolder:
    """A project that a test writes into and builds."""

    root: Path

    def write(self, files: dict[str, str | bytes | None]) -> None:
        """Writes each file, its text dedented; None takes the file away."""
        for name, text in files.items():
            path = self.root / name
            if text is None:
                path.unlink()
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            raw = text if isinstance(text, bytes) else textwrap.dedent(text).lstrip("\n").encode()
            path.write_bytes(raw)

    def edit(self, name: str, old: str, new: str) -> None:
        """Replaces `old`, which must be there."""
        path = self.root / name
        text = path.read_text(encoding="utf-8")
        assert old in text, f"{old!r} is not in {name}"
        path.write_text(text.replace(old, new), encoding="utf-8")

    def build(self, at: int = NOON, *roles: str, **how: bool) -> Built:
        """A build whose clock says `at`."""
        return build(BuildOptions(self.root, at, roles, **how))

    def built(self, at: int = NOON, *roles: str, **how: bool) -> Path:
        """A build without faults; the path of its first package."""
        result = self.build(at, *roles, **how)
        assert not [d for d in result.findings if d.is_error], said(result.findings)
        return result.packages[0].path

    def rules(self, at: int = NOON, **how: bool) -> list[str]:
        """The rules that a build finds broken, sorted."""
        return sorted(d.rule for d in self.build(at, **how).findings)

    def package(self, role: str = "agent") -> Path:
        return self.root / "build" / f"{role}.apkg"


def said(found: tuple[Diagnostic, ...]) -> str:
    return "\n".join(f"{d.span}: {d.rule}: {d.message}" for d in found)


MakeProject = Callable[[dict[str, str | bytes | None]], ProjectFolder]


@pytest.fixture
def project(tmp_path: Path) -> MakeProject:
    """`project({path: text})`: the base project with these files over it; None leaves one out."""

    def make(files: dict[str, str | bytes | None] | None = None) -> ProjectFolder:
        folder = ProjectFolder(tmp_path / "project")
        wanted = {**BASE, **(files or {})}
        folder.write({name: text for name, text in wanted.items() if text is not None})
        return folder

    return make


@pytest.fixture
def anna(tmp_path: Path) -> Iterator[Learner]:
    """A learner whose collection is empty."""
    from learner import learner

    with learner(tmp_path / "anna") as someone:
        yield someone
