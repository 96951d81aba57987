r"""What the pages in docs/ tell people to do works, and shows what they see.

A page is played from top to bottom, as a reader would. Its fenced blocks say in their first line
what they are; the words above them say the same, for readers:

    ```yaml decks/x.yaml                     the file as it is now
    ```yaml decks/x.yaml as it is            nothing to do: the file says this already
    ```yaml decks/x.yaml below "text"        goes below the one line that has `text` in it
    ```yaml decks/x.yaml instead of "text"   takes the place of that line
    ```console                               commands after `$`, each with what it prints
    ```sh                                    commands that must succeed; what they print varies

A block may stand between `~~~` too: its first line can then have backquotes in it.

What Anki says of an import is a quotation that begins `> 7 notes found in file`. Times (`0.24 s`)
are not compared; a line `…` stands for lines left out. docs/how-to.md goes on from the project of
the tutorial for authors, each recipe by itself.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from learner import Learner, learner

from builder.package import read_package

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"

_PART = re.compile(
    r"^(?P<fence>```|~~~)(?P<info>[^\n]*)\n(?P<text>.*?)^(?P=fence)$|^(?P<quote>(?:^> [^\n]*\n)+)",
    re.MULTILINE | re.DOTALL,
)
_WHERE = re.compile(r'(below|instead of) "(.+)"')
_TIME = re.compile(r"\d+\.\d\d s\b")


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, the file it is for and how, its text, the words above it."""

    language: str
    file: str
    how: str
    text: str
    above: str


def blocks(page: str) -> Iterator[Block]:
    """The blocks of a page in order; a quotation is a block of the language `quote`."""
    end = 0
    for part in _PART.finditer(page):
        above, end = page[end : part.start()], part.end()
        if part["quote"]:
            yield Block("quote", "", "", re.sub(r"\n?> ", " ", part["quote"]).strip(), above)
            continue
        language, _, rest = part["info"].partition(" ")
        file, _, how = rest.partition(" ")
        yield Block(language, file, how, part["text"], above)


def page(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def recipes() -> dict[str, str]:
    """The sections of docs/how-to.md by their titles."""
    parts = re.split(r"^## (.*)\n", page("how-to.md"), flags=re.MULTILINE)[1:]
    return dict(zip(parts[::2], parts[1::2], strict=True))


@dataclass
class Reader:
    """Somebody who does what a page says, in `here`, with the builder that lies in `tree`."""

    here: Path
    tree: Path = ROOT
    anna: Learner | None = None
    environment: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        tools = self.here.parent / f"{self.here.name}-tools"
        tools.mkdir(exist_ok=True)
        for name, arguments in {"prepdeck": " -m builder", "python": ""}.items():
            command = tools / name
            command.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)}{arguments} "$@"\n')
            command.chmod(0o755)
        self.environment = {name: v for name, v in os.environ.items() if name != "NO_COLOR"} | {
            "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(self.tree),
            "PYTHONDONTWRITEBYTECODE": "1",
            "HOME": str(tools),
            "GIT_AUTHOR_NAME": "A Reader",
            "GIT_AUTHOR_EMAIL": "reader@example.org",
            "GIT_COMMITTER_NAME": "A Reader",
            "GIT_COMMITTER_EMAIL": "reader@example.org",
        }

    def does(self, page: str) -> None:
        """All that the page says, in its order."""
        for block in blocks(page):
            if block.language == "console":
                self.types(block.text)
            elif block.language == "sh":
                for command in commands(block.text):
                    status, told = self.runs(command)
                    assert status == 0, f"$ {command}\n{told}"
            elif block.language == "quote" and "found in file" in block.text:
                assert self.imports() == block.text
            elif block.file:
                self.writes(block)

    def writes(self, block: Block) -> None:
        path = self.here / block.file
        if not block.how:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block.text, encoding="utf-8")
            return
        text = path.read_text(encoding="utf-8")
        if block.how == "as it is":
            assert text == block.text
            return
        where = _WHERE.fullmatch(block.how)
        assert where, f"what does {block.how!r} mean?"
        lines = text.splitlines(keepends=True)
        (place,) = [number for number, line in enumerate(lines) if where[2] in line]
        lines[place : place + 1] = [lines[place]] * (where[1] == "below") + [block.text]
        path.write_text("".join(lines), encoding="utf-8")

    def types(self, session: str) -> None:
        """Each command prints what stands below it."""
        for turn in re.split(r"^\$ ", session, flags=re.MULTILINE)[1:]:
            command, _, shown = turn.partition("\n")
            _, told = self.runs(command)
            assert shows(shown, told), f"$ {command}\n{told}"

    def runs(self, command: str) -> tuple[int, str]:
        """The exit status, and what a terminal would show: both streams in one."""
        if command.startswith("cd "):
            self.here = self.here / command.removeprefix("cd ")
            assert self.here.is_dir(), command
            return 0, ""
        if command == ". .venv/bin/activate":
            # From here on it is the checkout's own builder, not the one that these tests run in.
            self.environment["PATH"] = f"{self.here}/.venv/bin:{self.environment['PATH']}"
            del self.environment["PYTHONPATH"]
            return 0, ""
        run = subprocess.run(
            ["sh", "-c", command],
            cwd=self.here,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        return run.returncode, run.stdout

    def imports(self) -> str:
        """What Anki says of an import of the one package that there is."""
        assert self.anna is not None
        build = self.here / "build"
        (package,) = list((build / "private").glob("*.apkg")) or build.glob("*.apkg")
        log, tr = self.anna.imports(package), self.anna.collection.tr
        said = [tr.importing_notes_found_in_file2(notes=log.found)]
        said += [tr.importing_notes_added(count=log.new)] * bool(log.new)
        said += [tr.importing_notes_updated(count=log.updated)] * bool(log.updated)
        said += [tr.importing_existing_notes_skipped(count=log.duplicate)] * bool(log.duplicate)
        return re.sub("[\u2068\u2069]", "", " ".join(said))


def commands(script: str) -> list[str]:
    """The lines of a script; a line that ends in a backslash goes on."""
    return re.sub(r" *\\\n *", " ", script).splitlines()


def shows(shown: str, told: str) -> bool:
    """Whether a terminal that `told` so is as the page has it."""
    lines = (re.escape(_TIME.sub("0.00 s", line)) for line in shown.splitlines(keepends=True))
    wanted = "".join("(?:.*\n)+" if line == "…\\\n" else line for line in lines)
    return re.fullmatch(wanted, _TIME.sub("0.00 s", told)) is not None


@pytest.mark.parametrize(
    "name", ["tutorial.md", "tutorial-author.md", "how-to.md", "adding-a-kind.md"]
)
def test_the_words_above_a_block_name_its_file_and_place(name: str) -> None:
    """Whoever reads the page as rendered sees no first line of a block."""
    for block in blocks(page(name)):
        if block.file:
            assert f"`{block.file}`" in block.above, block.text
        if where := _WHERE.fullmatch(block.how):
            assert where[2] in " ".join(block.above.split()), block.how


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project of somebody who did the tutorial for authors, with what Anki said compared."""
    folder = tmp_path_factory.mktemp("tutorial") / "home"
    folder.mkdir()
    with learner(folder.parent / "anna") as anna:
        reader = Reader(folder, anna=anna)
        reader.does(page("tutorial-author.md"))
    return reader.here


@pytest.mark.slow
def test_the_tutorial_for_authors_goes_as_it_says(finished: Path) -> None:
    assert finished.name == "my-decks"


@pytest.mark.slow
@pytest.mark.parametrize("title", recipes())
def test_a_recipe_works_on_the_project_of_the_tutorial(
    title: str, finished: Path, tmp_path: Path
) -> None:
    project = tmp_path / "my-decks"
    shutil.copytree(finished, project)
    reader = Reader(project)
    reader.does(recipes()[title])
    assert (reader.here / "decks/deck.yaml").is_file()


#: 20 November 2026, 8:00 UTC: the day on which docs/tutorial.md begins.
TUTORIAL_BEGINS = "1795161600"
#: What a clone does not have, in the folders where it lies.
GENERATED = {
    ROOT: {".git", ".venv", ".anki", ".oldest", ".guard", ".prepdeck", "build", "dist"},
    ROOT / "decks": {"private"},
}


def not_in_a_clone(folder: str, names: list[str]) -> set[str]:
    """For `copytree`. No lock either: the page's first day may be before the last release."""
    everywhere = shutil.ignore_patterns("notes.lock", "__pycache__", ".*_cache")
    return everywhere(folder, names) | GENERATED.get(Path(folder), set())


@pytest.fixture(scope="module")
def candidate(tmp_path_factory: pytest.TempPathFactory) -> Reader:
    """Somebody who did docs/tutorial.md from a clone on, in an environment of its own."""
    folder = tmp_path_factory.mktemp("candidate")
    origin = folder / "origin"
    shutil.copytree(ROOT, origin, ignore=not_in_a_clone)
    home = folder / "home"
    home.mkdir()
    reader = Reader(home)
    reader.environment["SOURCE_DATE_EPOCH"] = TUTORIAL_BEGINS
    (home / "ADDRESS").symlink_to(origin)
    for command in ("git init -q", "git add .", "git commit -qm x"):
        status, told = Reader(origin, environment={}).runs(command)
        assert status == 0, told
    with learner(folder / "anna") as anna:
        reader.anna = anna
        reader.does(page("tutorial.md"))
    return reader


@pytest.mark.slow
def test_the_tutorial_goes_as_it_says_from_a_fresh_clone(candidate: Reader) -> None:
    assert candidate.here.name == "prepdeck"
    package = read_package(candidate.here / "build/private/parcelpal.apkg")
    texts = [text for note in package.notes for text in note.fields]
    for words in (
        "At two in the morning",
        "a person called me before",
        "12,000",
        "find the parcel first",
    ):
        assert any(words in text for text in texts), words


def test_the_tutorial_takes_eight_commands_and_forty_typed_lines() -> None:
    """And two more commands for the second interview."""
    parts = list(blocks(page("tutorial.md").partition("## The second interview")[0]))
    typed = [line for block in parts if block.language == "sh" for line in block.text.splitlines()]
    for block in parts:
        if block.language == "console":
            typed += re.findall(r"^\$ .*", block.text, re.MULTILINE)
    assert len(typed) == 8
    for block in parts:
        if block.file:
            typed += block.text.splitlines()
    assert len(typed) <= 40


def follow_the_guide_of_kinds(home: Path) -> Path:
    """Does what docs/adding-a-kind.md says, in an empty folder; the project that comes of it."""
    reader = Reader(home)
    reader.does(page("adding-a-kind.md"))
    return reader.here


@pytest.mark.slow
def test_a_kind_of_ones_own_is_made_by_doing_what_the_page_says(tmp_path: Path) -> None:
    """What is particular to the page; tests/test_every_kind.py looks at the kind as at any other."""
    (tmp_path / "home").mkdir()
    root = follow_the_guide_of_kinds(tmp_path / "home")
    notes = read_package(root / "build/first-role.apkg").notes
    (term,) = [note for note in notes if "Warm transfer" in note.fields]
    assert term.tags == ("kind::term", "topic::first::difficult-moments")
    assert term.fields[2] == "a cold transfer, where the customer tells it all again"


def test_every_link_inside_a_page_leads_to_a_heading() -> None:
    for page in sorted(DOCS.glob("*.md")):
        text = page.read_text(encoding="utf-8")
        for file, anchor in re.findall(r"\]\(([\w./-]*)#([\w-]+)\)", text):
            target = (page.parent / file).read_text(encoding="utf-8") if file else text
            headings = re.findall(r"^#+ (.*)$", target, re.MULTILINE)
            assert anchor in map(anchor_of, headings), f"{page.name}: {file}#{anchor}"


def anchor_of(heading: str) -> str:
    """As code hosts make them: small letters, no signs, hyphens for blanks."""
    return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")
