"""Which files there are, and their top-level sections."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from builder.diagnostics import EVERYTHING, Diagnostic, Touches, did_you_mean
from builder.model import KINDS, PLURALS
from builder.source import Mapping, Node, Scalar, read

PUBLIC = {*(cls.plural for cls in KINDS.values() if not cls.private), "role", "topics", "sources"}
PRIVATE = {*PLURALS, "role", "my_answers"}


class Section(NamedTuple):
    """A top-level key of a file. `role` names the private role whose file it is."""

    name: str
    key: Scalar
    value: Node
    path: Path
    role: str | None


def yaml_files(root: Path) -> Iterator[tuple[Path, str | None]]:
    """Every YAML file under `decks/` with the private role it belongs to; sorted, hidden ones left.

    `deck.yaml` is read apart.
    """
    decks = root / "decks"
    for path in sorted([*decks.rglob("*.yaml"), *decks.rglob("*.yml")]):
        inside = path.relative_to(decks)
        if any(part.startswith(".") for part in inside.parts) or inside.parts == ("deck.yaml",):
            continue
        role = None
        if inside.parts[0] == "private":
            role = path.stem if len(inside.parts) == 2 else inside.parts[1]
        yield path, role


def sections(root: Path) -> Iterator[tuple[Section | None, list[Diagnostic]]]:
    """Each section with its faults; a file's own faults come first, without a section."""
    for path, role in yaml_files(root):
        tree, faults = read(path, path.relative_to(root).as_posix())
        yield None, [replace(d, touches=_touched(d, tree, role, path.stem)) for d in faults]
        known = PRIVATE if role else PUBLIC
        for name, entry in tree.entries.items() if tree else ():
            if name in known:
                yield Section(name, entry.key, entry.value, path, role), []
                continue
            help = did_you_mean(name, known) or f"sections are {', '.join(sorted(known))}"
            if name in PRIVATE:
                help = f"`{name}` is a private role's: move it to decks/private/<role>/"
            touches = Touches(role=role) if role else EVERYTHING
            fault = Diagnostic(
                "unknown-section", f"no section is called `{name}`", entry.key.span, help, touches
            )
            yield None, [fault]


def _touched(fault: Diagnostic, tree: Mapping | None, role: str | None, stem: str) -> Touches:
    """The definition or role that the fault stands in, where it stands in one.

    In a `broken` file or section it swallowed lines that could have been anything.
    """
    if role:
        return Touches(role=role)
    if tree is None:
        return EVERYTHING
    if set(tree.entries) == {"role"}:
        return Touches(role=stem)
    parts = [tree, *(e.value for e in tree.entries.values() if isinstance(e.value, Mapping))]
    if fault.rule in {"syntax", "yaml-feature"} and any(part.broken for part in parts):
        return EVERYTHING
    starts = [(0, EVERYTHING)]
    for name, section in tree.entries.items():
        starts.append((section.key.line, Touches(role=stem) if name == "role" else EVERYTHING))
        if name in PLURALS and isinstance(section.value, Mapping):
            # What a duplicate key cut off counts too: its definitions are nowhere else.
            for id, entry in (*section.value.entries.items(), *section.value.again):
                starts.append((entry.key.line, Touches(definition=id)))
    starts += [(section.key.line, EVERYTHING) for _, section in tree.again]
    return max((s for s in starts if s[0] <= fault.span.line), key=lambda start: start[0])[1]
