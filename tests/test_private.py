"""What a person writes into a private role stays there; ten of them build side by side."""

from __future__ import annotations

import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import NOON, MakeProject, ProjectFolder, said
from learner import Learner, learner
from test_cli import prepdeck

from builder.package import read_package

#: Everything that a private role can say, each in a word that stands nowhere else.
SECRETS = {
    "title": "Kwik",
    "key": "vexillum-31f0",
    "company": "Zymurgy",
    "override": "marzipan",
    "story": "quagmire",
    "opening": "thunderclap",
    "number": "271828",
    "answer": "ouagadougou",
    "fact": "fjordland",
    "source": "umbrage.example",
    "question": "xylophone",
    "topic": "hullabaloo",
}
ROLE = """
    role:
      title: Agent at {title}
      extends: agent
      key: {key}
      vars: {{company: {company}}}
      override:
        complaint-steps: {{steps: [listen to the {override}, offer two ways out]}}
    my_stories:
      {story}-story:
        title: The {story}
        opens_with: There was a {opening}.
        number: {number} sold
        answers: [angry-customer-story]
    my_answers:
      angry-customer-story: |
        In {answer} a man shouted.
    employer_facts:
      offices:
        ask: Where do they have offices?
        answer: In {fact}
        source: {source}
        seen: 2026-01-02
    questions:
      why-{question}:
        ask: Why do you play the {question}?
        type: pitch
        topics: [customer/complaints]
        answer: Because of the {topic} at {{{{ vars.company }}}}.
    """
FILE = "decks/private/client-zero/role.yaml"


@pytest.fixture
def client(project: MakeProject) -> ProjectFolder:
    return project({FILE: ROLE.format(**SECRETS)})


def leaks(text: bytes) -> list[str]:
    low = text.lower()
    words = [*SECRETS.values(), "client-zero"]
    return [word for word in words if word.lower().encode() in low]


def outputs(root: Path) -> Iterator[tuple[str, bytes]]:
    """Every file that a command wrote outside the private folders; a package also unpacked."""
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root).as_posix()
        # The memory of the last build says what its command printed, on this computer alone, and
        # the schemas offer an editor the names there are; git ignores both.
        if path.is_dir() or "/private/" in name or name == ".prepdeck/last-build.json":
            continue
        if name.startswith((".prepdeck/schema/", "decks/private/")):
            continue
        yield name, path.read_bytes()
        if path.suffix == ".apkg":
            with zipfile.ZipFile(path) as package:
                for inside in package.namelist():
                    yield f"{name}!{inside}", package.read(inside)


def test_a_private_package_says_all_of_it(client: ProjectFolder) -> None:
    """So the search below looks for what can be found."""
    client.built(NOON)
    package = client.root / "build/private/client-zero.apkg"
    with zipfile.ZipFile(package) as opened:
        inside = b"".join(opened.read(name) for name in opened.namelist())
    assert set(SECRETS.values()) <= set(leaks(inside))


@pytest.mark.slow
def test_no_public_output_has_a_word_of_a_private_role(client: ProjectFolder) -> None:
    """Packages, locks, pages, and what commands print when they are asked for what is public."""
    client.write({"decks/kpis-more.yaml": "kpis:\n  idle:\n    name: Idle\n"})  # a fault, told
    assert prepdeck("build", cwd=client.root).returncode == 1
    client.write({"decks/kpis-more.yaml": None})
    assert prepdeck("build", cwd=client.root).returncode == 0
    for command in (
        ["build", "agent"],
        ["build", "--release"],
        ["preview", "agent"],
        ["sheet", "agent"],
        ["ls", "--role", "agent"],
        ["ls", "--role", "agent", "--format", "json"],
        ["ls", "--role", "agent", "--format", "anki"],
        ["ls", "--role", "agent", "--why", "complaint-steps"],
        ["ls", "--uncited"],
        ["stories", "agent"],
        ["check"],
        ["verify", "build/agent.apkg"],
    ):
        run = prepdeck(*command, cwd=client.root)
        assert run.returncode == 0, run.stderr
        printed = run.stdout + run.stderr
        assert leaks(printed.encode()) == [], f"{' '.join(command)}\n{printed}"
    looked = dict(outputs(client.root))
    pages = {"build/preview/agent.html", "build/sheet-agent.html"}
    assert {"build/agent.apkg", "decks/notes.lock", ".prepdeck/local.lock", *pages} <= set(looked)
    assert {name: found for name, text in looked.items() if (found := leaks(text))} == {}


@pytest.mark.parametrize(
    "command",
    [
        ["build", "agent"],
        ["build", "another"],
        ["build", "--release"],
        ["preview", "agent"],
        ["sheet", "agent"],
        ["stories", "another"],
        ["sheet", "another"],
    ],
    ids=" ".join,
)
@pytest.mark.parametrize(
    "slip",
    [
        ("type: pitch", "type: hullabaloo"),
        ("opens_with:", "open_with:"),
        ("title: The", "title: ['"),
    ],
    ids=["wrong value", "unknown key", "syntax"],
)
def test_one_clients_fault_is_nobody_elses_business(
    client: ProjectFolder, command: list[str], slip: tuple[str, str]
) -> None:
    """Whoever names another deck gets it, hears nothing of the fault, and no exit status of it."""
    client.write({"decks/private/another/role.yaml": "role: {title: Another, extends: agent}\n"})
    client.edit(FILE, *slip)
    assert prepdeck("check", cwd=client.root).returncode == 1
    run = prepdeck(*command, cwd=client.root)
    assert run.returncode == 0, run.stderr
    assert leaks((run.stdout + run.stderr).encode()) == []
    assert {name: found for name, text in outputs(client.root) if (found := leaks(text))} == {}


# --- ten clients ---------------------------------------------------------------------------------

TEN = [f"client-{number}" for number in range(10)]


def ten_clients() -> dict[str, str | bytes | None]:
    return {
        f"decks/private/{name}/role.yaml": f"""
            role:
              title: Agent for {name}
              extends: agent
              key: {name}-key
              vars: {{company: Company {name[-1]}}}
            my_stories:
              first:
                title: The story of {name}
                opens_with: It was {name}.
                number: {name[-1]} of 10
                answers: [angry-customer-story]
            """
        for name in TEN
    }


def test_ten_clients_build_in_one_command(project: MakeProject) -> None:
    deck = project(ten_clients())
    run = prepdeck("build", cwd=deck.root)
    assert run.returncode == 0, run.stderr
    packages = [f"build/private/{name}.apkg" for name in TEN]
    assert sorted(run.stdout.split()) == ["build/agent.apkg", *packages]
    guids = [note.guid for path in packages for note in read_package(deck.root / path).notes]
    assert len(guids) == len(set(guids))


def test_one_clients_typo_blocks_that_client_alone(project: MakeProject) -> None:
    deck = project(ten_clients())
    deck.built(NOON)
    before = {p.name: p.read_bytes() for p in (deck.root / "build/private").iterdir()}
    deck.edit("decks/private/client-3/role.yaml", "opens_with:", "open_with:")
    deck.edit("decks/questions/customer.yaml", "angry customer", "furious customer")
    run = prepdeck("build", cwd=deck.root)
    assert run.returncode == 1
    assert "decks/private/client-3/role.yaml" in run.stderr
    assert not any(f"decks/private/{name}/" in run.stderr for name in TEN if name != "client-3")
    assert "build/private/client-3.apkg" not in run.stdout
    after = {p.name: p.read_bytes() for p in (deck.root / "build/private").iterdir()}
    same = {name for name in before if before[name] == after[name]}
    assert same == {"client-3.apkg"}


def test_one_learner_can_have_ten_clients_decks(project: MakeProject, tmp_path: Path) -> None:
    """A coach who tries what she hands out: no deck takes a note from another."""
    deck = project(ten_clients())
    deck.built(NOON)
    with learner(tmp_path / "coach") as coach:
        for name in TEN:
            assert coach.imports(deck.root / f"build/private/{name}.apkg").new > 0
        decks = [d.name for d in coach.collection.decks.all_names_and_ids() if "::" in d.name]
        assert sorted(decks) == [f"Test Decks::Agent for {name}" for name in TEN]
        for name in TEN:
            assert counts(coach, f'"deck:Test Decks::Agent for {name}"') == 8


def counts(coach: Learner, search: str) -> int:
    return len(coach.collection.find_notes(search))


def test_a_clients_folder_can_be_a_repository_of_its_own(project: MakeProject) -> None:
    """Its history holds role and lock; a clone of it, put elsewhere, packs the same to the byte."""
    deck = project(ten_clients())
    (deck.root / ".gitignore").write_text("/decks/private/\n/build/\n.prepdeck/\n")
    deck.built(NOON)
    own = deck.root / "decks/private/client-3"
    for folder in (deck.root, own):
        for command in ("init -q", "add .", "-c user.name=a -c user.email=a@b commit -qm x"):
            subprocess.run(["git", "-C", str(folder), *command.split()], check=True)
    listed = subprocess.run(
        ["git", "ls-files"], cwd=deck.root, capture_output=True, text=True, check=True
    )
    assert "private" not in listed.stdout
    before = (deck.root / "build/private/client-3.apkg").read_bytes()
    elsewhere = deck.root.parent / "elsewhere"
    subprocess.run(["git", "clone", "-q", str(deck.root), str(elsewhere)], check=True)
    there = elsewhere / "decks/private/client-3"
    subprocess.run(["git", "clone", "-q", str(own), str(there)], check=True)
    again = ProjectFolder(elsewhere)
    built = again.build(NOON + 5 * 86_400)
    assert built.is_clean, said(built.findings)
    notes = {n.guid: n for n in read_package(elsewhere / "build/private/client-3.apkg").notes}
    (deck.root / "before.apkg").write_bytes(before)
    assert notes == {n.guid: n for n in read_package(deck.root / "before.apkg").notes}
