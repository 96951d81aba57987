"""What a kind.yaml says counts: any mark, key or number that is lost changes what prepdeck does.

The shipped files are changed in a folder of their own, one slip at a time. A slip is noticed when
it changes the outline of the kinds, or the portrait of a small project: what every feature that
asks for marks makes of it. The last tests say where the name of a kind decides, and that it does
nowhere else.
"""

from __future__ import annotations

import ast
import copy
import json
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from conftest import ProjectFolder
from test_house import modules

from builder import shipped
from builder.commands.advert.core import compare, core_for
from builder.commands.new.flags import new_kind_of
from builder.commands.schema.writer import Names, schema_of
from builder.commands.sheet.page import sheet_page
from builder.commands.stories.run import _matrix
from builder.findings import PrepdeckError, Scope, Span
from builder.load.kinds import kinds_of
from builder.pipeline import compile_project
from builder.project import Project
from builder.shape.walk import read_value
from builder.source import parse

Path_ = tuple[str | int, ...]

#: Sixty words that nobody says: their reading grade is over twenty.
HARD = (
    "Notwithstanding organisational considerations, representatives unfailingly demonstrate"
    " extraordinary professionalism, systematically acknowledging customers' disappointments,"
    " simultaneously investigating underlying circumstances, documenting intermediate developments,"
    " communicating realistic expectations, coordinating interdepartmental responsibilities,"
    " negotiating satisfactory compensation, establishing preventative countermeasures, evaluating"
    " organisational consequences, and eventually, considerably afterwards, retrospectively"
    " determining whether everybody's individual expectations, however unreasonable, have"
    " nevertheless been comprehensively accommodated throughout."
)
WE = "We did it. We were glad. We had our reward, and 37 % more of us came."

PROJECT = {
    "decks/deck.yaml": """
        namespace: marks
        title: Marks
        version: 1.0.0
        vars: {company: the company}
        """,
    "decks/topics.yaml": """
        topics: {a: {b: B, c: C}, prep: {your-questions: Your questions}}
        """,
    "decks/sources.yaml": """
        sources:
          guide: {title: A guide, year: 2025, items: {g-1: one, g-2: two}}
        """,
    "decks/questions.yaml": f"""
        questions:
          refund-story:
            ask: Why? Did you ever refund a customer?
            type: story
            topics: [a/b]
            sources: [g-1]
            wordings: [Have you ever refunded anybody?]
            listening_for: care
            must_show: [you cared]
            sample:
              situation: {WE}
              task: {WE}
              action: {WE}
              result: They were content.
            pitfalls: [blaming others]
            follow_ups:
              - ask: And you? Were they content?
                point: name a figure
            anchors: {{weak: none, fair: one, strong: a figure}}
            sounds_like: {{weak: I cannot say, fair: I gave, strong: I gave back 20 euros}}
            skills: [calm]
            seconds: 60
          refund-again-story:
            ask: Why? Did you ever refund any customer?
            type: story
            must_show: [you cared]
            sample: {{situation: Here, task: I had 37 %., action: I acted., result: 37 %}}
            silence: {{too-long: it is meant so}}
          parcel-approach:
            ask: How would you look for a parcel?
            type: approach
            steps: [ask the ZQX]
            sample: |
              I had 37 %. {WE}
          rules-knowledge:
            ask: What is the rule?
            type: knowledge
            answer: |
              {HARD}
          about-you-pitch:
            ask: Who are you?
            type: pitch
            answer: Somebody, if the SLX allows.
            sample: |
              {HARD}
        """,
    "decks/faulty.yaml": """
        questions:
          bare-story: {ask: Why one?, type: story}
          bare-approach: {ask: Why two?, type: approach}
          bare-knowledge: {ask: Why three?, type: knowledge}
          bare-pitch: {ask: Why four?, type: pitch}
          sketched: {ask: Why five?, type: pitch, answer: So.,
                     sounds_like: {weak: one, fair: two, strong: three}}
        """,
    "decks/kpis.yaml": """
        kpis:
          sla-adherence:
            name: SLX adherence
            aliases: [ZQX rate]
            over: calls in time
            under: all calls
            formula: top / all * 100
            where: {top: calls in time, all: all calls}
            unit: percent
            better: up
            counts: A call.
            benchmark: {value: 80 of 100, source: g-1, year: 1999, status: read}
            pushing: up
            hurts: talk-time
            because: people hurry
            not_the_same_as: talk-time
            scenario: a long call
            difference: one is a share
            examples: {plain: {inputs: {top: 8, all: 10}, gives: 80}}
            trap: Short calls count too.
            drill:
              ask: What is it? And why?
              compute: sum(parts) / 2
              with: {parts: [1, 3]}
              gives: 2
              not: the sum
          talk-time:
            name: Talk time
            over: seconds
            under: calls
            formula: all / calls
            where: {all: seconds, calls: calls}
            unit: seconds
            better: context
            pushing: down
            hurts: sla-adherence
            because: people hurry
            examples: {plain: {inputs: {all: 10, calls: 5}, gives: 2}}
            trap: Shorter is not better.
          wrong-sums:
            name: Wrong sums
            over: one
            under: two
            formula: one / two
            where: {one: one, two: two}
            unit: count
            better: band
            pushing: up
            hurts: talk-time
            because: they do
            examples: {plain: {inputs: {one: 1, two: 2}, gives: 3}}
            trap: They are wrong.
            not_the_same_as: talk-time
            drill: {ask: One?, compute: one + one, with: {one: 1}, gives: 3, not: two}
        """,
    "decks/more.yaml": f"""
        skills:
          calm:
            name: Calm
            shows: [{{when: they shout, do: wait}}]
        lines:
          where-is-it:
            they_say: WHERE IS IT? I want my QQL parcel!
            you_say: |
              {HARD}
            pass_if: a time
            avoid: blame
            channel: phone
            skill: calm
        stages:
          offer: {{name: The offer, happens: They write., marks: whether, prepare: a pen}}
          call: {{name: The call, happens: They call., marks: how, prepare: ink, next: offer,
                 why_next: it ends}}
          half: {{name: Half, happens: Nothing., marks: what, prepare: paper, next: call}}
        activities:
          reply: {{name: Reply, good: soon, shown_by: talk-time, because: it shows}}
          notes: {{name: Notes, good: short, shown_by: talk-time}}
        methods:
          car: {{name: The VQM way, aliases: [the MXV way], use_when: often, steps: [one],
                avoid_when: rarely}}
        tools:
          desk: {{name: The TQL desk, does: tickets, products: [Zorbo, DQP Suite], helps: talk-time,
                 say: ask VQM and MXV and TQL and DQP and FQR}}
        tips:
          sleep: {{when: before, do: Sleep., why: It helps.}}
          smile: {{when: during, do: Smile.}}
          thank: {{when: hiring, do: Thank them.}}
        cards:
          fair:
            front: What is fair? And what is FQR?
            back: |
              {HARD}
          yours:
            front: How do you ask about growth?
            back: |
              "Where do people go from here?"
            topics: [prep/your-questions]
        """,
    "decks/roles/agent.yaml": """
        role:
          title: Agent
          core: [{kind: question}, {kind: [kpi, skill]}]
          add: [{kind: [line, stage, activity, method, tool, tip, card]}]
        """,
    "decks/roles/hire.yaml": """
        role:
          title: Hire
          side: hiring
          core: [{kind: question}]
          add: [{kind: [stage, tip]}]
          drop: [{id: half}]
        """,
    "decks/private/me/role.yaml": f"""
        role:
          title: Me
          extends: agent
          key: me
          starts: 2026-12-02
          interview: 2026-12-04
          minutes_per_day: 5
        my_answers:
          parcel-approach: I look for it.
        my_stories:
          dress:
            title: The dress
            opens_with: A man had waited.
            number: nine days
            answers: [refund-story]
            situation: {WE}
            task: {WE}
            action: {WE}
            result: We were content.
          queue:
            title: The queue
            opens_with: Ten people stood there.
            number: ten
            answers: [parcel-approach]
            situation: There they stood.
        employer_facts:
          size:
            ask: How many are they? And where?
            answer: {HARD}
            source: their page
            seen: 2026-11-20
        """,
}

ADVERT = """\
Support agent

You look for every parcel, and you are calm. You know SLX adherence, and the SLX in general.
You know the MXV way and the VQM way. You use Zorbo and a TQL desk. Tell us about any refund.
You ask what is fair, and you answer "where is it". We write an offer after the call.
"""


FILES: dict[str, Any] = {
    path.parent.name: yaml.safe_load(path.read_text(encoding="utf-8"))
    for path in sorted(shipped.templates().glob("*/kind.yaml"))
}
NAMES = Names(ids={}, kinds=(), types=(), rules=(), questions={}, variables={})


class Templates:
    """The shipped templates in a folder of their own, in which kind.yaml files are changed."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        shutil.copytree(shipped.templates(), folder)
        monkeypatch.setattr(shipped, "templates", lambda: folder)

    def write(self, folder: str, tree: Any) -> None:
        (self.folder / folder / "kind.yaml").write_text(json.dumps(tree), encoding="utf-8")


@pytest.fixture
def templates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Templates:
    return Templates(tmp_path / "templates", monkeypatch)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = ProjectFolder(tmp_path / "project")
    folder.write(dict(PROJECT))
    return folder.root


def outline() -> str:
    """The kinds by themselves: what an editor is told of them, what each definition needs, and how
    long texts may be."""
    kinds, faults = kinds_of()
    empty, _ = parse(b"{}", "a.yaml")
    assert empty is not None
    return json.dumps(
        [
            [(d.message, d.span) for d in faults],
            kinds.word_limits,
            [
                (
                    *(
                        kind.name,
                        kind.section,
                        kind.private,
                        kind.rank,
                        schema_of(kind.shape, NAMES),
                    ),
                    read_value(empty, kind.shape, Span("a.yaml"), Scope()).faults,
                    new_kind_of(kind) if kind.is_sound else None,
                )
                for kind in kinds.values()
            ],
        ],
        default=str,
    )


def portrait(root: Path) -> str:
    """What every feature that asks for marks makes of a project."""
    compiled = compile_project(root)
    project = compiled.project
    decks = {
        deck.role: (
            [(n.id, n.notetype, n.fields, n.tags, n.cards) for n in deck.notes],
            deck.order,
            [note.id for note in deck.waiting],
        )
        for deck in compiled.decks
    }
    hiring = next(s for s in compiled.selections if s.role.id == "hire")
    sheet = sheet_page(project, hiring.role, hiring.chosen).html
    stories = [
        (matrix.stories, matrix.questions, matrix.gaps)
        for matrix in (_matrix(compiled, selection) for selection in compiled.selections)
    ]
    findings = [(d.rule, d.span, d.message, d.help) for d in compiled.findings]
    return json.dumps([decks, sheet, stories, advert(project), findings], default=str)


def advert(project: Project) -> object:
    """What an advert asks of the project."""
    try:
        comparison = compare(project, ADVERT)
    except PrepdeckError as error:
        return str(error)
    core = core_for(project, project.roles["agent"], "new", comparison)
    matched = [(id, match[1:]) for id, match in sorted(comparison.matches.items())]
    return matched, core.from_parent, core.later


def paths(tree: Any, above: Path_ = ()) -> Iterator[Path_]:
    """The path of everything in a YAML tree."""
    for key in tree if isinstance(tree, dict) else range(len(tree)):
        yield (*above, key)
        if isinstance(tree[key], dict | list):
            yield from paths(tree[key], (*above, key))


def at(tree: Any, path: Path_) -> Any:
    for key in path:
        tree = tree[key]
    return tree


def without_each_part(tree: Any) -> Iterator[tuple[Path_, Any]]:
    """The tree without one of its keys or items, whatever it is."""
    for path in paths(tree):
        changed = copy.deepcopy(tree)
        del at(changed, path[:-1])[path[-1]]
        yield path, changed


def with_needed_flipped(tree: Any) -> Iterator[tuple[Path_, Any]]:
    """The tree with a key that is needed and was not, or the other way."""
    for path in paths(tree):
        if path[-2:-1] == ("keys",):
            changed = copy.deepcopy(tree)
            key = at(changed, path)
            key["needed"] = not key.get("needed", False)
            yield path, changed


def with_neighbours_swapped(tree: Any) -> Iterator[tuple[Path_, Any]]:
    """The tree with a key that comes before the one that was above it."""
    for path in ((), *paths(tree)):
        if path[-1:] == ("keys",):
            names = [*at(tree, path)]
            for position in range(len(names) - 1):
                changed = copy.deepcopy(tree)
                keys = at(changed, path[:-1])["keys"]
                order = names.copy()
                order[position : position + 2] = reversed(order[position : position + 2])
                at(changed, path[:-1])["keys"] = {name: keys[name] for name in order}
                yield (*path, names[position]), changed


@pytest.mark.parametrize("slips", [without_each_part, with_needed_flipped, with_neighbours_swapped])
@pytest.mark.parametrize("folder", FILES)
def test_no_slip_in_a_kind_goes_unnoticed(
    folder: str,
    slips: Callable[[Any], Iterator[tuple[Path_, Any]]],
    templates: Templates,
    root: Path,
) -> None:
    templates.write(folder, FILES[folder])
    sound, sound_portrait = outline(), portrait(root)
    assert portrait(root) == sound_portrait
    unnoticed = []
    for path, tree in slips(FILES[folder]):
        templates.write(folder, tree)
        if outline() == sound and portrait(root) == sound_portrait:
            unnoticed.append(".".join(map(str, path)))
    assert unnoticed == [], (
        f"in templates/{folder}/kind.yaml these could be lost or changed, and nothing here would"
        " show it: add a text to PROJECT or ADVERT that shows the mark or the key at work"
    )


# --- names --------------------------------------------------------------------------------------

#: Where the name of a kind or of one of its choices decides, and what: may only become shorter.
#: `line` and `card` are left out: a sort of text, and Anki's word.
BY_NAME = {
    "commands/advert/catalogue.py": {"kpi"},  # SLA names the adherence to it
    "commands/advert/match.py": {"skill"},  # everyday words name it: patient, listens
    "commands/sheet/text.py": {"story", "tip", "stage", "question"},  # nouns for what has no room
}


def test_the_name_of_a_kind_decides_in_few_places() -> None:
    kinds, _ = kinds_of()
    names = {*kinds, *kinds.types} - {"line", "card"}
    found: dict[str, set[str]] = {}
    for file, tree in modules():
        # A key of JSON or of an archetype is no name of a kind.
        keys = {
            id(key) for node in ast.walk(tree) if isinstance(node, ast.Dict) for key in node.keys
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and node.value in names and id(node) not in keys:
                found.setdefault(file, set()).add(str(node.value))
    assert found == BY_NAME
    assert len(BY_NAME) <= 5


#: Where a name of a kind, or of one of its keys, stands in a decision or a mapping: may only become
#: shorter. A line each, with its reason.
DECISIONS = {
    ("commands/advert/catalogue.py", "kpi"),  # a part of such a name is a name too: SLA
    ("commands/advert/catalogue.py", "products"),  # an advert writes brands with a capital letter
    ("commands/advert/match.py", "skill"),  # everyday words name it: patient, listens
    ("commands/new/names.py", "question"),  # what archetypes of roles call the id for examples
}
#: Modules in which `line` or `card` is something else than the kind of that name.
NO_KIND = {
    "cli/formats.py": "the line of a finding in JSON",
    "commands/ls/text.py": "the line of a definition in JSON",
    "commands/sheet/entries.py": "the look of an entry in sections.yaml",
    "commands/sheet/sections.py": "the look of an entry in sections.yaml",
    "model/kind_file.py": "a sort of text",
    "render/fields.py": "a filter of expressions",
    "shape/shape.py": "a sort of text",
    "words/fields.py": "a filter of expressions",
}


def deciding(tree: ast.Module) -> Iterator[str]:
    """Texts that decide: compared, looked up, matched, keys of a mapping, and named constants."""
    for node in ast.walk(tree):
        texts: list[ast.expr | None] = []
        match node:
            case ast.Compare():
                texts = [node.left, *node.comparators]
            case ast.Dict():
                texts = node.keys
            case ast.Subscript():
                texts = [node.slice]
            case ast.MatchValue():
                texts = [node.value]
            case ast.Assign() | ast.AnnAssign():
                texts = [node.value]
            case ast.Call(func=ast.Attribute(attr="get")):
                texts = [*node.args]
        for text in texts:
            inner = text.args[0] if isinstance(text, ast.Call) and text.args else text
            parts = inner.elts if isinstance(inner, ast.Tuple | ast.List | ast.Set) else [inner]
            for part in parts:
                if isinstance(part, ast.Constant) and isinstance(part.value, str):
                    yield part.value


def test_no_kind_decides_anything_in_python() -> None:
    names = {*kinds_of()[0], "products"}
    found = {
        (file, text)
        for file, tree in modules()
        for text in deciding(tree)
        if text in names and not (text in ("line", "card") and file in NO_KIND)
    }
    assert found == DECISIONS
    assert len(DECISIONS) <= 5
    used = {file for file, tree in modules() if {"line", "card"} & {*deciding(tree)}}
    assert used == {*NO_KIND}


#: Kinds by other names. None is in the builder.
RENAMED = {name: f"{name}-by-another-name" for name in kinds_of()[0]}


def renamed(text: str, *keys: str) -> str:
    """A file with the other names of kinds after these keys."""
    listed = re.compile(rf"\b((?:{'|'.join(keys)}): )(\[[^]]*\]|[a-z-]+)")
    return listed.sub(
        lambda found: (
            found[1] + re.sub(r"[a-z-]+", lambda name: RENAMED.get(name[0], name[0]), found[2])
        ),
        text,
    )


def test_a_deck_is_the_same_when_every_kind_has_another_name(
    templates: Templates, root: Path
) -> None:
    """Study order, tags but for the kind's, findings, the sheet, stories: names decide nothing."""

    def picture() -> str:
        decks, sheet, stories, _, findings = json.loads(portrait(root))
        text = json.dumps([decks, sheet, stories, findings])
        for name, other in RENAMED.items():
            text = text.replace(other, name)
        return text

    before = picture()
    for path in templates.folder.glob("*/*.yaml"):
        if path.name != "new.yaml":
            text = renamed(path.read_text(encoding="utf-8"), "kind", "ref")
            path.write_text(text, encoding="utf-8")
    for path in root.rglob("decks/**/*.yaml"):
        path.write_text(renamed(path.read_text(encoding="utf-8"), "kind"), encoding="utf-8")
    assert "question-by-another-name" in {*kinds_of()[0]}
    assert picture() == before
