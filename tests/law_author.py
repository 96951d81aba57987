"""The author's side of the law: a small model of a project, written out as YAML at each change.

The model is the test's own understanding of identity: which notes each role's deck must have, by
the `Id` field of design and documentation. It shares no code with the builder.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass, field
from pathlib import Path

TOPICS = ("customer/calm", "customer/calls", "operations/numbers")


@dataclass
class Definition:
    """One definition. `parts`: follow-ups of a question, further behaviours of a skill, 0 to 2."""

    uid: int
    kind: str
    id: str
    first: str
    text: int = 0
    topic: int = 0
    parts: int = 0
    file: int = 0
    types: int = 0
    retired: bool = False
    removed: bool = False

    @property
    def live(self) -> bool:
        return not (self.retired or self.removed)

    def lines(self) -> list[str]:
        """Its YAML, below its section."""
        said = [f"  {self.id}:"]
        if self.first != self.id:
            said.append(f"    was: {self.first}")
        if self.retired:
            return [*said, "    retired: said elsewhere"]
        said.append(f"    topics: [{TOPICS[self.topic]}]")
        return [*said, *getattr(self, f"_{self.kind}")()]

    def _question(self) -> list[str]:
        company = " at {{ vars.company }}" if self.uid % 2 else ""
        said = [f"    ask: Question {self.uid}, wording {self.text}{company}?"]
        said += [
            ["    type: knowledge", "    answer: It is so."],
            ["    type: approach", "    steps: [first, second]"],
        ][self.types]
        if self.parts:
            said.append("    follow_ups:")
            for part in range(self.parts):
                said += [f"      - ask: And {part}?", f"        point: point {part}"]
        return said

    def _skill(self) -> list[str]:
        said = [f"    name: Skill {self.uid}, {self.text}", "    shows:"]
        for part in range(self.parts + 1):
            said += [f"      - when: moment {part}", f"        do: deed {part}"]
        return said

    def _kpi(self) -> list[str]:
        return [
            f"    name: Number {self.uid}, {self.text}",
            *("    over: a", "    under: b", "    formula: a / b", "    where: {a: one, b: two}"),
            *("    unit: count", "    better: up", "    pushing: up", "    hurts: k-0"),
            *("    because: so it is", "    trap: none", "    examples:"),
            *("      plain:", "        inputs: {a: 4, b: 2}", "        gives: 2"),
        ]


@dataclass
class Role:
    """`overrides` and `answers` by uid; `key` is what its own notes are known by."""

    id: str
    key: str
    extends: str | None = None
    own: bool = False
    private: bool = False
    title: int = 0
    company: int = 0
    overrides: dict[int, int] = field(default_factory=dict)
    answers: dict[int, int] = field(default_factory=dict)
    defines: int | None = None


@dataclass
class Author:
    """A project and its folder."""

    root: Path
    definitions: list[Definition] = field(default_factory=list)
    roles: dict[str, Role] = field(default_factory=dict)
    company: int = 0
    look: int = 0
    spare: bool = False
    turned: bool = False

    def define(self, kind: str) -> Definition:
        uid = len(self.definitions)
        number = sum(d.kind == kind for d in self.definitions)
        id = f"{kind[0]}-{number}"
        made = Definition(uid, kind, id, id, topic=uid % 3, file=uid % 3)
        self.definitions.append(made)
        return made

    def live(self, kind: str | None = None) -> list[Definition]:
        return [d for d in self.definitions if d.live and kind in (None, d.kind)]

    # What must be in a deck, by the notes' `Id`

    def owner(self, role: Role, definition: Definition) -> str:
        """Whose the note of a definition is, in the deck of a role."""
        if role.own:
            return role.key
        seen: Role | None = role
        while seen is not None:
            if definition.uid in seen.overrides:
                return seen.key
            seen = self.roles[seen.extends] if seen.extends else None
        return ""

    def expected(self, role: Role) -> set[tuple[str, str]]:
        """(`Id`, note type) of every note of the role's deck."""
        notes = set()
        for definition in self.live():
            owner = self.owner(role, definition)
            id = f"{owner}/{definition.first}" if owner else definition.first
            names = {"question": "Question", "skill": "Skill", "kpi": "KPI"}
            notes.add((id, names[definition.kind]))
            core = definition.topic == 0 and definition.kind == "question"
            if core or (definition.kind == "question" and definition.uid in role.answers):
                notes.add((id, "Your answer"))
        if role.defines is not None:
            notes |= {(f"{role.key}/my/own-question", n) for n in ("Question", "Your answer")}
        return notes

    def lineage(self, role: Role) -> list[Role]:
        """The role, and whom it extends, nearest first."""
        return [role, *(self.lineage(self.roles[role.extends]) if role.extends else [])]

    def says(self, role: Role, definition: Definition) -> str:
        """The first field of a definition's note in a role's deck, as its owner sees it."""
        owner = self.owner(role, definition)
        line = self.lineage(role)
        line = [] if not owner else line[[r.key for r in line].index(owner) :]
        for one in line:
            if definition.uid in one.overrides:
                return f"{one.id} says {one.overrides[definition.uid]}"
        if definition.kind != "question":
            name = {"skill": "Skill", "kpi": "Number"}[definition.kind]
            return f"{name} {definition.uid}, {definition.text}"
        company = next((f"employer {r.company}" for r in line if r.company), None)
        company = company or f"company {self.company}"
        end = f" at {company}" if definition.uid % 2 else ""
        return f"Question {definition.uid}, wording {definition.text}{end}?"

    def texts(self, role: Role) -> dict[str, str]:
        """Those first fields by the notes' `Id`."""
        said = {}
        for definition in self.live():
            owner = self.owner(role, definition)
            id = f"{owner}/{definition.first}" if owner else definition.first
            said[id] = self.says(role, definition)
        if role.defines is not None:
            said[f"{role.key}/my/own-question"] = f"My own, {role.defines}?"
        return said

    # Writing

    def write(self) -> None:
        """The whole project anew; locks and what was built stay."""
        decks = self.root / "decks"
        for path in [*decks.rglob("*.yaml"), *(self.root / "templates").rglob("*.*")]:
            path.unlink()
        self._put("deck.yaml", self._settings())
        self._put(
            "topics.yaml",
            [
                "topics:",
                "  customer: {calm: Calm, calls: Calls}",
                "  operations: {numbers: Numbers}",
            ],
        )
        for number in range(3):
            for kind in ("question", "kpi", "skill"):
                chosen = [
                    d
                    for d in self.definitions
                    if d.kind == kind and d.file == number and not d.removed
                ]
                if self.turned:
                    chosen.reverse()
                if chosen:
                    lines = [line for d in chosen for line in d.lines()]
                    self._put(f"{number}/{kind}.yaml", [f"{kind}s:", *lines])
        for role in self.roles.values():
            self._put_role(role)
        self._templates()

    def _settings(self) -> list[str]:
        return [
            *("namespace: law", "title: Test Decks", "version: 1.0.0"),
            *("vars:", f"  company: company {self.company}"),
        ]

    def _put_role(self, role: Role) -> None:
        said = ["role:", f"  title: {role.id.title()} {role.title}"]
        if role.extends:
            said.append(f"  extends: {role.extends}")
        if role.private:
            said.append(f"  key: {role.key}")
        if role.own != role.private:
            said.append(f"  notes: {'own' if role.own else 'shared'}")
        if role.company:
            said += ["  vars:", f"    company: employer {role.company}"]
        if not role.extends:
            said += ["  core:", "    - {kind: question, topic: customer/calm}"]
            said += ["  add:", "    - {kind: [question, kpi, skill]}"]
        by_uid = {d.uid: d for d in self.live()}
        said.append("  override:") if any(u in by_uid for u in role.overrides) else None
        for uid, text in role.overrides.items():
            if uid in by_uid:
                key = "ask" if by_uid[uid].kind == "question" else "name"
                said += [f"    {by_uid[uid].id}:", f"      {key}: {role.id} says {text}"]
        answered = [(by_uid[u].id, text) for u, text in role.answers.items() if u in by_uid]
        if answered:
            said += ["my_answers:", *(f"  {id}: Answer {text}." for id, text in answered)]
        if role.defines is not None:
            said += ["questions:", "  own-question:", f"    ask: My own, {role.defines}?"]
            said += ["    type: pitch", "    answer: This."]
        place = f"private/{role.id}/role.yaml" if role.private else f"roles/{role.id}.yaml"
        self._put(place, said)

    def _put(self, name: str, lines: list[str]) -> None:
        path = self.root / "decks" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")

    def _templates(self) -> None:
        """The project's own look, and a spare of the skill type in use."""
        from builder import shipped

        if self.look:
            css = f".card {{ color: #0000{self.look % 10}0; }}\n"
            self._copy(shipped.templates() / "_shared", {"base.css": css})
        if self.spare:
            folder = shipped.templates() / "skill"
            said = (folder / "notetype.yaml").read_text(encoding="utf-8")
            said += "spares:\n  spare-1: \"'more'\"\n"
            pages = {
                "notetype.yaml": said,
                "spare-1.front.html": "<p>MORE? {{Name}} {{Spare 1}}</p>\n",
                "spare-1.back.html": "{{FrontSide}}<p>Yes.</p>\n",
            }
            self._copy(folder, pages)

    def _copy(self, folder: Path, over: dict[str, str]) -> None:
        target = self.root / "templates" / folder.name
        shutil.copytree(folder, target, dirs_exist_ok=True)
        for name, text in over.items():
            (target / name).write_text(text, encoding="utf-8")

    def clone(self, target: Path) -> Path:
        """What git would carry to another machine: no local lock, no private role, nothing built."""
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir()
        for part in ("decks", "templates"):
            if (self.root / part).exists():
                ignored = shutil.ignore_patterns("private")
                shutil.copytree(self.root / part, target / part, ignore=ignored)
        return target

    def __str__(self) -> str:
        return json.dumps([vars(d) for d in self.definitions])
