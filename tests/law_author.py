"""The author's side of the law: a small model of a project, written out as YAML at each change.

The model is the test's own understanding of identity: which notes each role's deck must have, by
the `Id` field of design and documentation. It shares no code with the builder.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from click.testing import CliRunner

from builder.cli import main

TOPICS = ("customer/calm", "customer/calls", "operations/numbers")

#: Kind → the name of its note type, without the project's title; a tip has none. `term` is a kind of
#: the project's own, which it has from the first term on.
NOTE_TYPES = {
    "question": "Question",
    "kpi": "KPI",
    "skill": "Skill",
    "line": "Live line",
    "stage": "Stage",
    "activity": "Activity",
    "method": "Method",
    "tool": "Tool",
    "card": "Card",
    "tip": None,
    "term": "Term",
}
SECTIONS = {kind: f"{kind}s" for kind in NOTE_TYPES} | {"activity": "activities"}
LEVELS = ("weak", "fair", "strong")
#: An override that changes no word: the note is the role's own.
NO_WORDS = -1


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
    per_role: bool = False

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
        if self.per_role:
            said.append("    per_role: true")
        return [*said, *getattr(self, f"_{self.kind}")()]

    def _question(self) -> list[str]:
        company = " at {{ vars.company }}" if self.uid % 2 else ""
        said = [f"    ask: Question {self.uid}, wording {self.text}{company}?"]
        said += [
            ["    type: knowledge", "    answer: It is so."],
            ["    type: approach", "    steps: [first, second]"],
        ][self.types]
        if self.rated:
            said.append("    anchors: {weak: one, fair: two, strong: three}")
            said.append("    sounds_like:")
            said += [f"      {level}: {self.sketch(level)}" for level in LEVELS]
        if self.parts:
            said.append("    follow_ups:")
            for part in range(self.parts):
                said += [f"      - ask: And {part}?", f"        point: point {part}"]
        return said

    @property
    def rated(self) -> bool:
        """Whether those who hire have three cards more of it."""
        return self.kind == "question" and self.uid % 2 == 0

    def sketch(self, level: str) -> str:
        return f"Answer {self.uid} of {self.text}, {level}"

    def named(self) -> str:
        """The first field of any kind but a question."""
        return f"{self.kind} {self.uid}, {self.text}"

    def _line(self) -> list[str]:
        return [f"    they_say: {self.named()}", "    you_say: So.", "    pass_if: it is so"]

    def _card(self) -> list[str]:
        return [f"    front: {self.named()}", "    back: So."]

    def _stage(self) -> list[str]:
        said = [f"    name: {self.named()}", "    happens: this", "    marks: that"]
        return [*said, "    prepare: these"]

    def _activity(self) -> list[str]:
        return [f"    name: {self.named()}", "    good: well done"]

    def _method(self) -> list[str]:
        return [f"    name: {self.named()}", "    use_when: always", "    steps: [first, second]"]

    def _tool(self) -> list[str]:
        return [f"    name: {self.named()}", "    does: its job"]

    def _term(self) -> list[str]:
        return [f"    name: {self.named()}", "    means: What it stands for."]

    def _tip(self) -> list[str]:
        return [f"    do: {self.named()}", "    when: before"]

    def _skill(self) -> list[str]:
        said = [f"    name: {self.named()}", "    shows:"]
        for part in range(self.parts + 1):
            said += [f"      - when: moment {part}", f"        do: deed {part}"]
        return said

    def _kpi(self) -> list[str]:
        return [
            f"    name: {self.named()}",
            *("    over: a", "    under: b", "    formula: a / b", "    where: {a: one, b: two}"),
            *("    unit: count", "    better: up", "    pushing: up", "    hurts: kp-0"),
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
    hiring: bool = False
    story: int | None = None
    fact: int | None = None


@cache
def kind_of_ones_own() -> dict[str, str]:
    """What `prepdeck new kind term` writes, by the names of the files."""
    with TemporaryDirectory() as scratch:
        for arguments in (["project", scratch], ["kind", "term"]):
            run = CliRunner().invoke(main, ["-C", scratch, "new", *arguments])
            assert run.exit_code == 0, run.output
        files = (Path(scratch) / "templates/term").iterdir()
        return {path.name: path.read_text(encoding="utf-8") for path in files}


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

    def begin(self, names: Iterable[str]) -> None:
        """The first definitions, and these roles beside `agent`."""
        for kind in ("kpi", "question", "question", "question", "skill", "line", "stage"):
            self.define(kind)
        self.roles["agent"] = Role("agent", "agent")
        for name in sorted(names):
            self.new_role(name)

    def new_role(self, name: str) -> None:
        parent = "lead" if "lead" in self.roles else "agent"
        self.roles[name] = {
            "lead": Role("lead", "lead", extends="agent"),
            "solo": Role("solo", "solo", own=True),
            "acme": Role("acme", "acme-1", extends="agent", own=True, private=True, defines=0),
            "beta": Role("beta", "beta-1", extends=parent, private=True),
            "hire": Role("hire", "hire", extends=parent, hiring=True),
        }[name]

    def define(self, kind: str) -> Definition:
        uid = len(self.definitions)
        number = sum(d.kind == kind for d in self.definitions)
        id = f"{kind[:2]}-{number}"
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
            if (name := NOTE_TYPES[definition.kind]) is not None:
                notes.add((id, name))
            core = definition.topic == 0 and definition.kind == "question"
            answered = definition.kind == "question" and definition.uid in role.answers
            if (core or answered) and not role.hiring:
                notes.add((id, "Your answer"))
            if role.hiring and definition.rated:
                notes |= {(f"{id}/{level}", "Rating") for level in LEVELS}
        if role.defines is not None:
            notes |= {(f"{role.key}/my/own-question", n) for n in ("Question", "Your answer")}
        if role.story is not None:
            notes.add((f"{role.key}/my/told", "Story"))
            for question in self.told(role):
                notes.add((f"{role.key}/my/told/{question.first}", "Which story"))
        if role.fact is not None:
            notes.add((f"{role.key}/my/known", "Employer fact"))
        return notes

    def told(self, role: Role) -> list[Definition]:
        """The questions that the role's story answers: two, and others when it is retold."""
        questions = self.live("question")
        start = (role.story or 0) % len(questions)
        return (questions[start:] + questions[:start])[:2]

    def lineage(self, role: Role) -> list[Role]:
        """The role, and whom it extends, nearest first."""
        return [role, *(self.lineage(self.roles[role.extends]) if role.extends else [])]

    def says(self, role: Role, definition: Definition) -> str:
        """The first field of a definition's note in a role's deck, as its owner sees it."""
        owner = self.owner(role, definition)
        line = self.lineage(role)
        return self._said_by(
            [] if not owner else line[[r.key for r in line].index(owner) :], definition
        )

    def _said_by(self, line: list[Role], definition: Definition) -> str:
        for one in line:
            if one.overrides.get(definition.uid, NO_WORDS) != NO_WORDS:
                return f"{one.id} says {one.overrides[definition.uid]}"
        if definition.kind != "question":
            return definition.named()
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
            if definition.rated:
                said |= {f"{id}/{level}": definition.sketch(level) for level in LEVELS}
        if role.defines is not None:
            said[f"{role.key}/my/own-question"] = f"My own, {role.defines}?"
        if role.story is not None:
            said[f"{role.key}/my/told"] = f"Story {role.story}"
            for question in self.told(role):
                text = self._said_by(self.lineage(role), question)
                said[f"{role.key}/my/told/{question.first}"] = text
        if role.fact is not None:
            said[f"{role.key}/my/known"] = f"What is fact {role.fact}?"
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
            for kind in NOTE_TYPES:
                chosen = [
                    d
                    for d in self.definitions
                    if d.kind == kind and d.file == number and not d.removed
                ]
                if self.turned:
                    chosen.reverse()
                if chosen:
                    lines = [line for d in chosen for line in d.lines()]
                    self._put(f"{number}/{kind}.yaml", [f"{SECTIONS[kind]}:", *lines])
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
            said += ["  add:", "    - {kind: [question, kpi]}"]
            kinds = sorted({d.kind for d in self.live()} - {"question", "kpi"})
            said += [f"    - {{kind: {kind}}}" for kind in kinds]
        if role.hiring:
            said.append("  side: hiring")
        place = f"private/{role.id}/role.yaml" if role.private else f"roles/{role.id}.yaml"
        self._put(place, [*said, *self._words(role)])

    def _words(self, role: Role) -> list[str]:
        """The lines of a role's or a person's file that say something in words of its own."""
        said: list[str] = []
        by_uid = {d.uid: d for d in self.live()}
        said.append("  override:") if any(u in by_uid for u in role.overrides) else None
        for uid, text in role.overrides.items():
            if uid in by_uid:
                key = {"question": "ask", "line": "they_say", "card": "front", "tip": "do"}.get(
                    by_uid[uid].kind, "name"
                )
                words = f"{{{key}: {role.id} says {text}}}" if text != NO_WORDS else "{}"
                said.append(f"    {by_uid[uid].id}: {words}")
        answered = [(by_uid[u].id, text) for u, text in role.answers.items() if u in by_uid]
        if answered:
            said += ["my_answers:", *(f"  {id}: Answer {text}." for id, text in answered)]
        if role.defines is not None:
            said += ["questions:", "  own-question:", f"    ask: My own, {role.defines}?"]
            said += ["    type: pitch", "    answer: This."]
        if role.story is not None:
            answers = ", ".join(question.id for question in self.told(role))
            said += ["my_stories:", "  told:", f"    title: Story {role.story}"]
            said += ["    opens_with: It was late.", "    number: two of three"]
            said.append(f"    answers: [{answers}]")
        if role.fact is not None:
            said += ["employer_facts:", "  known:", f"    ask: What is fact {role.fact}?"]
            said += ["    answer: this one", "    source: a page", "    seen: 2026-11-01"]
        return said

    def _put(self, name: str, lines: list[str]) -> None:
        path = self.root / "decks" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")

    def _templates(self) -> None:
        """The project's own look, a kind of its own, and a spare of the skill type in use."""
        from builder import shipped

        if any(definition.kind == "term" for definition in self.definitions):
            for name, text in kind_of_ones_own().items():
                self._put_template(f"term/{name}", text)

        if self.look:
            css = f".card {{ color: #0000{self.look % 10}0; }}\n"
            self._put_template("_shared/base.css", css)
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

    def _put_template(self, name: str, text: str) -> None:
        path = self.root / "templates" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

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
