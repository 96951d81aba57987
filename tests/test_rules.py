r"""Every rule's page is true: its example breaks that rule alone, its remedy breaks none.

A page is `builder/rules/<rule>.md`, which `prepdeck explain <rule>` prints. Each fenced block of
its last two sections stands for a file, and its first line says which:

    ```yaml decks/x.yaml                  the file as it is now
    ```yaml decks/x.yaml bytes            the same; `\xNN` stands for the byte NN
    ```yaml decks/x.yaml before           the file as it was when the project was built before
    ```yaml decks/x.yaml before release   the file as it was when the project was released

The blocks of a section are laid over the base project of conftest.py; a file of the same name
replaces. `before` blocks of the example hold for the remedy too, unless it has its own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest
from conftest import NOON, MakeProject, ProjectFolder, said

from builder import shipped
from builder.checks import every_rule
from builder.findings import Diagnostic, Severity

HEADINGS = ["What it does", "Why", "Example", "Use instead"]
DAY = 86_400

#: Rules that only `build --locked` can find broken.
LOCKED = {"lock-out-of-date"}

_FENCE = re.compile(r"^```(.*)\n((?:(?!```).*\n)*)```$", re.MULTILINE)
_BYTE = re.compile(rb"\\x([0-9a-f]{2})")

RULES = {rule.name: rule for rule in every_rule()}
for_every_rule = pytest.mark.parametrize("rule", RULES)


@dataclass(frozen=True)
class Block:
    """A fenced block: the file it stands for, what its first line adds to that, its content."""

    file: str
    words: frozenset[str]
    content: bytes


@dataclass(frozen=True)
class Play:
    """The files of one section of a page, and what a build of them found."""

    folder: ProjectFolder
    files: frozenset[str]
    findings: tuple[Diagnostic, ...]

    @property
    def rules(self) -> set[str]:
        return {d.rule for d in self.findings}

    def has(self, file: str) -> bool:
        """Whether `file` is one of the files, or a folder that holds one."""
        return any(name == file or name.startswith(f"{file}/") for name in self.files)


def page(rule: str) -> str:
    return (shipped.rules() / f"{rule}.md").read_text(encoding="utf-8")


def section(rule: str, heading: str) -> str:
    return page(rule).split(f"\n## {heading}\n")[1].split("\n## ")[0]


def blocks(rule: str, heading: str) -> list[Block]:
    found = []
    for info, text in _FENCE.findall(section(rule, heading)):
        _, file, *words = info.split(" ")
        assert set(words) <= {"bytes", "before", "release"}, f"what does {words} mean?"
        raw = text.encode()
        if "bytes" in words:
            raw = _BYTE.sub(lambda match: bytes.fromhex(match[1].decode()), raw)
        found.append(Block(file, frozenset(words), raw))
    return found


def play(make: MakeProject, rule: str, heading: str) -> Play:
    """Builds what stood before, if anything did, then the section's own files a day later."""
    mine = blocks(rule, heading)
    past = [block for block in blocks(rule, "Example") + mine if "before" in block.words]
    folder = make({})
    if past:
        folder.write({block.file: block.content for block in past})
        release = any("release" in block.words for block in past)
        assert folder.rules(NOON, release=release) == []
    folder.write({block.file: block.content for block in mine if "before" not in block.words})
    found = folder.build(NOON + DAY, locked=rule in LOCKED).findings
    return Play(folder, frozenset(block.file for block in mine), found)


def test_every_rule_has_a_page_and_every_page_a_rule() -> None:
    assert {path.stem for path in shipped.rules().iterdir()} == set(RULES)


@for_every_rule
def test_a_page_begins_with_its_rule_and_has_the_four_headings_in_order(rule: str) -> None:
    prose = _FENCE.sub("", page(rule))
    assert page(rule).startswith(f"# {rule}\n\n")
    assert re.findall(r"^## (.*)$", prose, re.MULTILINE) == HEADINGS
    assert "```" not in prose


@for_every_rule
def test_a_page_fits_a_terminal(rule: str) -> None:
    lines = page(rule).splitlines()
    assert max(map(len, lines)) <= 100
    assert 8 <= len([line for line in _FENCE.sub("", page(rule)).splitlines() if line]) <= 24


@for_every_rule
def test_the_example_breaks_its_rule_and_no_other(rule: str, project: MakeProject) -> None:
    example = play(project, rule, "Example")
    assert example.rules == {rule}, said(example.findings)


@for_every_rule
def test_the_example_is_told_at_a_place_that_is_in_it(rule: str, project: MakeProject) -> None:
    example = play(project, rule, "Example")
    for fault in example.findings:
        path = example.folder.root / fault.span.file
        lines = path.read_bytes().count(b"\n") if path.is_file() else 1
        in_example = example.has(fault.span.file) or fault.span.file.endswith(".lock")
        assert in_example, said(example.findings)
        assert 1 <= fault.span.line <= lines, said(example.findings)


@for_every_rule
def test_what_to_use_instead_breaks_no_rule(rule: str, project: MakeProject) -> None:
    assert blocks(rule, "Use instead")
    remedy = play(project, rule, "Use instead")
    assert not remedy.findings, said(remedy.findings)


@for_every_rule
def test_a_message_begins_in_lower_case_and_ends_without_a_full_stop(
    rule: str, project: MakeProject
) -> None:
    for fault in play(project, rule, "Example").findings:
        assert re.match(r"[a-z0-9`'\"]|U\+", fault.message), fault.message
        assert not fault.message.endswith("."), fault.message
        assert not fault.help.endswith("."), fault.help


@pytest.mark.parametrize(
    "rule",
    [name for name, rule in RULES.items() if rule.severity is Severity.ERROR],
)
def test_an_error_says_how_to_mend_it(rule: str, project: MakeProject) -> None:
    for fault in play(project, rule, "Example").findings:
        assert fault.help, f"{rule}: {fault.message}"
