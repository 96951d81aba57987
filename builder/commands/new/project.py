"""`new project`: files that are valid from the first second."""

from __future__ import annotations

import secrets
from pathlib import Path

from builder import atomic, shipped
from builder.commands.schema.run import DECK, DEFINITIONS, ROLE, modeline, write_schemas
from builder.findings import PrepdeckError
from builder.load import load

GITIGNORE = """\
build/
.prepdeck/
# Packages that Anki exported hold somebody's answers.
*.apkg
# Your own roles and answers. Make decks/private/ a repository of its own if you like.
decks/private
"""

_DECK = """\
# What holds for the whole project. The namespace is part of every note's identity:
# never change it once somebody has studied a deck.
namespace: {namespace}
title: {title}
version: 0.1.0
# Each variable with a default that reads naturally: {{{{ vars.company }}}} in prose.
vars:
  company: the company
"""

_TOPICS = """\
# A tree of topics: they become Anki tags, topic::first::difficult-moments.
topics:
  first:
    difficult-moments: Difficult moments
"""

_QUESTIONS = """\
questions:
  # The id is for ever: it is how Anki knows the note. Everything else may change.
  hard-moment-story:
    ask: Tell me about a hard moment at work.
    type: story
    topics: [first/difficult-moments]
    must_show:
      - what made it hard
      - what you did
      - how it ended
"""

_ROLE = """\
role:
  title: {title}
  # Studied first. A selector names kinds, ids, topics or types.
  core:
    - {{kind: question}}
"""


def new_project(folder: Path, *, from_catalogue: bool) -> list[Path]:
    """Makes a project in `folder`; returns its files. Raises `PrepdeckError` rather than overwrite."""
    folder = folder.resolve()
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise PrepdeckError(
            f"{folder} is there already and is not empty",
            help="name a new folder; nothing is ever overwritten",
        )
    files = _catalogue() if from_catalogue else _empty(folder.name)
    files[Path(".gitignore")] = GITIGNORE.encode()
    for path, content in files.items():
        atomic.write(folder / path, content)
    project, _ = load(folder)
    write_schemas(project)
    return sorted(files)


def _catalogue() -> dict[Path, bytes]:
    """The shipped decks, with their namespace and what was released of them, nothing private."""
    source = shipped.catalogue()
    if not (source / "deck.yaml").is_file():
        raise PrepdeckError(
            "this prepdeck carries no catalogue", help="install it again from its wheel"
        )
    return {
        Path("decks") / path.relative_to(source): path.read_bytes()
        for path in sorted(source.rglob("*"))
        if path.is_file()
        and (path.suffix in {".yaml", ".yml", ".lock"} or path.name == "LICENSE")
        and path.relative_to(source).parts[0] != "private"
    }


def _empty(name: str) -> dict[Path, bytes]:
    """A project of one question. Its namespace is drawn, so that no two projects share notes."""
    title = name.replace("-", " ").replace("_", " ").replace("::", " ").strip().title() or "My deck"
    quoted = '"' + title.replace("\\", "").replace('"', "") + '"'
    texts = {
        (DECK, "deck.yaml"): _DECK.format(namespace=f"deck-{secrets.token_hex(5)}", title=quoted),
        (DEFINITIONS, "topics.yaml"): _TOPICS,
        (DEFINITIONS, "questions/first.yaml"): _QUESTIONS,
        (ROLE, "roles/first-role.yaml"): _ROLE.format(title="First Role"),
    }
    return {
        Path("decks") / path: (modeline(f"decks/{path}", schema) + text).encode()
        for (schema, path), text in texts.items()
    }
