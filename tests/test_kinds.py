"""Kinds are files: what a kind.yaml says, what is wrong with one, and which kinds a project has."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest
from conftest import MakeProject
from hypothesis import given, settings
from hypothesis import strategies as st

from builder import shipped
from builder.findings import Diagnostic, Scope, Span
from builder.load.kinds import kinds_of
from builder.model.kind import Kind, Marks, NewCommand, NewOption
from builder.model.kind_file import KeyFile, KindFile
from builder.model.kind_of import kind_of
from builder.package import read_package
from builder.pipeline import compile_project
from builder.shape.annotations import shape_of
from builder.shape.shape import Choice
from builder.shape.walk import read_value
from builder.source import parse

KINDS, FAULTS = kinds_of()
FILES = {
    path.parent.name: path.read_text(encoding="utf-8")
    for path in sorted(shipped.templates().glob("*/kind.yaml"))
}

TERM = """\
kind: term
section: terms
about: A word of the trade.
marks:
  name: name
  also: [aliases]
  fronts: [sums.ask]
  follows: next
  serves: answers
together:
  - [next, why]
keys:
  name: {type: line, needed: true, words: 10}
  aliases: {list: line, most: 5}
  type:
    needed: true
    choices:
      word: {needs: means}
      sign: {needs: looks}
  means: {type: prose, words: 45}
  looks: {type: line}
  example:
    by: type
    forms:
      word: {keys: {said: {type: line, needed: true}}}
      otherwise: {type: prose}
  sketch: {type: line, needs: means}
  next: {ref: term}
  why: {type: line}
  answers: {list: {ref: question}}
  size: {type: whole, least: 1, most: 9, default: 5}
  rate: {type: number}
  sums:
    keys:
      ask: {type: line}
      formula: {type: formula, inputs: sums.cases.*.inputs, gives: sums.cases.*.gives}
      cases:
        names: slug
        each:
          keys:
            inputs: {names: variable, each: {type: number, or_list: true}}
            gives: {type: number}
"""


def reading(text: str) -> tuple[Kind | None, list[Diagnostic]]:
    tree, faults = parse(text.encode(), "templates/term/kind.yaml")
    assert tree is not None
    assert not faults
    return kind_of(tree, "term", {*KINDS, "term"})


def faults(text: str) -> list[str]:
    """`line:column message`, in the order of the file."""
    _, found = reading(text)
    assert all(d.scope == Scope(kind="term") for d in found)
    found.sort(key=lambda d: (d.span, d.message))
    return [f"{d.span.line}:{d.span.column} {d.message}" for d in found]


# --- the kinds that come with prepdeck ----------------------------------------------------------


def test_every_kind_that_comes_with_prepdeck_is_sound() -> None:
    assert FAULTS == []
    assert [*KINDS] == [
        *("question", "kpi", "skill", "line", "stage", "activity", "method", "tool", "tip"),
        *("card", "story", "fact"),
    ]
    assert all(kind.is_sound for kind in KINDS.values())
    assert {*FILES} == {*KINDS}


def test_only_a_question_has_types_and_private_kinds_are_the_learners_own() -> None:
    assert KINDS.types == ("story", "approach", "knowledge", "pitch")
    assert [kind.name for kind in KINDS.values() if kind.types] == ["question"]
    assert [kind.section for kind in KINDS.values() if kind.private] == [
        "my_stories",
        "employer_facts",
    ]


def test_a_definition_has_the_keys_of_all_kinds_before_its_own() -> None:
    shape = KINDS["tip"].shape
    common = ["topics", "sources", "was", "retired", "per_role", "silence"]
    assert [*shape.keys] == [*common, "when", "do", "why"]
    assert shape.kind == "tip"


def test_a_mark_holds_for_the_texts_that_it_names_and_for_all_below_them() -> None:
    shape = KINDS["question"].shape
    marks = {".".join(path): inner.marks for path, inner in shape.below() if inner.type}
    assert marks["ask"] == {"name", "asked", "fronts"}
    assert marks["follow_ups.ask"] == {"asked", "fronts"}
    assert marks["sample.task"] == marks["sample"] == {"aloud", "graded"}
    assert marks["follow_ups.point"] == marks["seconds"] == frozenset()


def test_lengths_are_said_where_the_texts_are() -> None:
    assert dict(KINDS["stage"].word_limits) == {"stage": 25}
    assert dict(KINDS["skill"].word_limits) == {"skill.shows.when": 15, "skill.shows.do": 22}
    assert KINDS.word_limits["question.sample"] == 200
    assert KINDS.word_limits["question.sample.task"] == 30


# --- a kind.yaml --------------------------------------------------------------------------------


def test_a_kind_reads_its_definitions() -> None:
    kind, found = reading(TERM)
    assert found == []
    assert kind is not None
    assert (kind.name, kind.section, kind.folder, kind.rank) == ("term", "terms", "term", 1000)
    assert kind.span == Span("templates/term/kind.yaml", 1, 7, 1, 11)
    assert dict(kind.word_limits) == {"term.name": 10, "term.means": 45}
    tree, _ = parse(b"name: A\ntype: sign\nlooks: B\nexample: C\n", "a.yaml")
    assert tree is not None
    found_value = read_value(tree, kind.shape, Span("a.yaml"), Scope())
    assert found_value.faults == []
    assert (found_value.value.example, found_value.value.size) == ("C", 5)


CHANGES: list[tuple[str, str, list[str]]] = [
    # its own language, like that of all files
    ("marks:", "markes:", ["4:1 unknown key `markes`"]),
    ("section: terms", "section: my terms", ["2:10 `my terms` is not a key"]),
    ("  why: {type: line}", "  why_: {type: line}", ["29:3 `why_` is not a key"]),
    ("type: whole", "type: wole", ["31:16 `wole` is not one of the choices"]),
    ("needed: true, words: 10", "needed: perhaps, words: 0",
     ["13:30 `perhaps` is neither true nor false", "13:46 0 is less than 1"]),
    ("[next, why]", "[next]", ["11:5 at least 2 needed here"]),
    ("looks: {type: line}", "looks: {choices: []}", ["21:20 at least 1 needed here"]),
    # names
    ("kind: term", "kind: role", ["1:7 the name `role` is reserved"]),
    ("section: terms", "section: topics", ["2:10 the name `topics` is reserved"]),
    ("  sketch:", "  tags:", ["27:3 the name `tags` is reserved"]),
    ("{ref: question}", "{ref: qestion}", ["30:25 no kind is called `qestion`"]),
    # what a key is
    ("looks: {type: line}", "looks: {about: x}", ["21:3 nothing says what this key holds"]),
    ("looks: {type: line}", "looks: {type: line, ref: term}",
     ["21:3 `type` and `ref` exclude each other"]),
    ("looks: {type: line}", "looks: {type: line, most: 5}",
     ["21:29 `most` only goes with whole, number, list, each"]),
    ("looks: {type: line}", "looks: {type: line, inputs: sums.cases}",
     ["21:31 `inputs` only goes with formula"]),
    ("looks: {type: line}", "looks: {list: line, or_list: true}",
     ["21:32 `or_list` only goes with type"]),
    ("looks: {type: line}", "looks: {list: {list: line}}", ["21:11 a list of lists"]),
    ("looks: {type: line}", "looks: {list: {type: line, needed: true}}",
     ["21:38 `needed` does nothing here"]),
    ("names: variable, each", "each", ["41:13 `each` also needs `names`"]),
    ("    by: type\n", "", ["22:3 `forms` also needs `by`"]),
    ("least: 1, most: 9", "least: 5, most: 5", []),
    ("least: 1, most: 9", "least: 10, most: 9",
     ["31:30 10 is more than `most`", "31:52 5 is less than 10"]),
    ("default: 5", "default: five", ["31:51 `five` is not a whole number"]),
    ("default: 5", "default: 10", ["31:51 10 is more than 9"]),
    ("default: 5", "needed: true, default: 5", ["31:65 a needed key has no default"]),
    # other keys that it names
    ("needs: means}\n  next", "needs: meens}\n  next", ["27:31 no key is called `meens`"]),
    ("word: {needs: means}", "word: {needs: name}", ["18:21 `name` is needed in any case"]),
    ("sign: {needs: looks}", "sign: {needs: look}", ["19:21 no key is called `look`"]),
    ("[next, why]", "[next, whi]", ["11:12 no key is called `whi`"]),
    ("by: type", "by: name", ["23:9 no key with choices is called `name`"]),
    ("      word: {keys", "      wort: {keys", ["25:7 no choice is called `wort`"]),
    ("{keys: {said: {type: line, needed: true}}}", "{type: line}",
     ["24:5 two of these forms look the same in a file"]),
    ("inputs: sums.cases.*.inputs", "inputs: sums.cases",
     ["36:40 `sums.cases` does not hold numbers by name"]),
    ("gives: sums.cases.*.gives", "gives: sums.ask", ["36:68 `sums.ask` is not a number"]),
    ("gives: sums.cases.*.gives", "gives: size", ["36:68 `size` is not a number"]),
    ("gives: sums.cases.*.gives", "gives: rate",
     ["36:68 `rate` is not beside `sums.cases.*.inputs`"]),
    ("looks: {type: line}", "looks: {list: {type: formula, inputs: a.b, gives: a.c}}",
     ["21:11 a formula cannot stand in here", "21:41 `a.b` does not hold numbers by name"]),
    (", gives: sums.cases.*.gives", "", ["36:7 `formula` also needs `gives`"]),
    # marks
    ("  name: name\n", "  name: nome\n", ["5:9 no key is called `nome`"]),
    ("  name: name\n", "  name: aliases\n", ["5:9 `aliases` cannot be marked `name`"]),
    ("  name: name\n", "  name: means\n", ["5:9 `means` cannot be marked `name`"]),
    ("also: [aliases]", "also: [name, type]", ["6:16 `type` cannot be marked `also`"]),
    ("[sums.ask]", "[sums.asc]", ["7:12 no key is called `sums.asc`"]),
    ("follows: next", "follows: why", ["8:12 `why` cannot be marked `follows`"]),
    ("{ref: term}", "{ref: question}", ["8:12 `next` cannot be marked `follows`"]),
    ("serves: answers", "serves: next", ["9:11 `next` cannot be marked `serves`"]),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "expected"), CHANGES, ids=[c[1].strip() for c in CHANGES])
def test_a_fault_in_a_kind_is_reported_at_its_place(
    old: str, new: str, expected: list[str]
) -> None:
    assert TERM.count(old) == 1
    text = TERM.replace(old, new)
    if new == "kind: role":
        _, found = reading(text)
        assert [f"{d.span.line}:{d.span.column} {d.message}" for d in found][:1] == expected
    else:
        assert faults(text) == expected


@pytest.mark.parametrize(
    "key",
    [
        *("topics", "sources", "was", "retired", "silence", "tags", "guid", "per_role", "words"),
        *("region", "reports", "id", "item", "own_words", "view", "project", "word"),
    ],
)
def test_keys_of_every_definition_and_of_expressions_are_reserved(key: str) -> None:
    assert faults(TERM.replace("  why:", f"  {key}: {{type: line}}\n  why:")) == [
        f"29:3 the name `{key}` is reserved"
    ]


def test_keys_stand_at_most_four_deep() -> None:
    deep = "x: {type: line}"
    for name in "edcba":
        deep = f"{name}: {{keys: {{{deep}}}}}"
    text = f"kind: term\nsection: terms\nabout: A\nmarks: {{name: n}}\nkeys:\n  n: {{type: line, needed: true}}\n  {deep}\n"
    assert [message.split(" ", 1)[1] for message in faults(text)] == [
        "more than 4 keys inside each other"
    ] * 2


def test_a_kind_with_a_fault_keeps_its_name_and_section_and_has_no_shape() -> None:
    for change in (("type: whole", "type: wole"), ("{ref: question}", "{ref: qestion}")):
        kind, found = reading(TERM.replace(*change))
        assert found
        assert kind is not None
        assert (kind.name, kind.section) == ("term", "terms")
        assert not kind.is_sound
        assert not kind.shape.keys
        assert [*kind.types] == [*kind.word_limits] == []
    nameless, found = reading(TERM.replace("kind: term\n", ""))
    assert nameless is None
    assert [d.message for d in found] == ["`kind` is missing"]


@given(st.data())
@settings(max_examples=200)
def test_no_kind_file_is_too_broken_to_be_judged(data: st.DataObject) -> None:
    lines = data.draw(st.sampled_from(sorted(FILES.values()))).split("\n")
    parts = sorted({part.strip(":,{}[]") for line in lines for part in line.split()} | {"*", "a.b"})
    for _ in range(data.draw(st.integers(1, 4))):
        number = data.draw(st.integers(0, len(lines) - 1))
        words = lines[number].split()
        if words and data.draw(st.booleans()):
            word = data.draw(st.sampled_from(words))
            lines[number] = lines[number].replace(word, data.draw(st.sampled_from(parts)))
        else:
            lines[number] = data.draw(st.sampled_from(lines))
    tree, unread = parse("\n".join(lines).encode(), "templates/a/kind.yaml")
    if tree is not None:
        kind, found = kind_of(tree, "a", {*KINDS})
        assert unread or found or (kind is not None and kind.is_sound)


@pytest.mark.parametrize("cls", [KindFile, Marks, NewCommand, NewOption, KeyFile, Choice])
def test_every_word_of_the_language_says_what_it_means(cls: type) -> None:
    assert [name for name, shape in shape_of(cls).keys.items() if not shape.about] == []


# --- the kinds of a project ---------------------------------------------------------------------


def own_kinds(tmp_path: Path, **folders: str) -> tuple[list[str], list[str]]:
    """The names of a project's own kinds, and its faults, by the texts of kind.yaml files."""
    for name, text in folders.items():
        path = tmp_path / "templates" / name / "kind.yaml"
        path.parent.mkdir(parents=True)
        path.write_text(textwrap.dedent(text), encoding="utf-8")
    kinds, found = kinds_of(tmp_path)
    return [*kinds][len(KINDS) :], [f"{d.span}: {d.message}" for d in found]


def test_a_project_has_kinds_of_its_own_behind_those_of_prepdeck(tmp_path: Path) -> None:
    first = TERM.replace("term", "zebra")
    assert own_kinds(tmp_path, words=TERM, animals=first) == (["term", "zebra"], [])
    kinds, _ = kinds_of(tmp_path)
    assert kinds["term"].folder == "words"
    assert kinds.by_section["zebras"].name == "zebra"
    assert kinds.types == ("story", "approach", "knowledge", "pitch", "word", "sign")


def test_a_folder_without_a_kind_leaves_the_kind_of_that_name(tmp_path: Path) -> None:
    (tmp_path / "templates/question").mkdir(parents=True)
    (tmp_path / "templates/question/style.css").write_text("")
    (tmp_path / "templates/_shared").mkdir()
    (tmp_path / "templates/.old").mkdir()
    (tmp_path / "templates/.old/kind.yaml").write_text(TERM)
    (tmp_path / "templates/readme.txt").write_text("")
    kinds, found = kinds_of(tmp_path)
    assert ([*kinds], found) == ([*KINDS], [])
    assert kinds["question"] is KINDS["question"]


def test_a_project_cannot_describe_a_kind_that_comes_with_prepdeck(tmp_path: Path) -> None:
    mine = FILES["question"].replace("section: questions", "section: my_questions")
    assert own_kinds(tmp_path, other=mine) == (
        [],
        ["templates/other/kind.yaml:2:7: the kind `question` comes with prepdeck"],
    )
    kinds, found = kinds_of(tmp_path)
    assert kinds["question"] is KINDS["question"]
    assert found[0].scope == Scope(kind="question")


def test_a_copy_of_a_kind_that_nobody_changed_is_no_fault(tmp_path: Path) -> None:
    """Input: a folder that was copied whole, to change how its cards look."""
    assert own_kinds(tmp_path, question=FILES["question"]) == ([], [])


def test_a_section_and_a_name_belong_to_one_kind(tmp_path: Path) -> None:
    assert own_kinds(
        tmp_path,
        a=TERM,
        b=TERM,
        c=TERM.replace("kind: term", "kind: word").replace("ref: term", "ref: word"),
        d=TERM.replace("term", "fee").replace("section: fees", "section: tools"),
    ) == (
        ["term"],
        [
            "templates/b/kind.yaml:1:7: the kind `term` exists already",
            "templates/c/kind.yaml:1:7: the section `terms` exists already",
            "templates/d/kind.yaml:1:7: the section `tools` comes with prepdeck",
        ],
    )


def test_kinds_of_a_project_may_name_each_other(tmp_path: Path) -> None:
    fee = """
        kind: fee
        section: fees
        about: What it costs.
        marks: {name: name}
        keys:
          name: {type: line, needed: true}
          unit: {ref: term}
        """
    alone = tmp_path / "alone"
    assert own_kinds(alone, fee=fee) == (
        ["fee"],
        ["templates/fee/kind.yaml:8:15: no kind is called `term`"],
    )
    assert own_kinds(tmp_path / "both", fee=fee, term=TERM) == (["fee", "term"], [])


def test_a_kind_that_cannot_be_read_is_reported_and_blocks_its_own_decks(tmp_path: Path) -> None:
    broken = TERM.replace("[next, why]", "[next, why")
    twice = TERM.replace("term", "fee") + "  why: {type: prose}\n"
    names, _ = own_kinds(tmp_path, term=broken, fee=twice)
    assert names == ["fee", "term"]
    kinds, found = kinds_of(tmp_path)
    assert [kinds[name].is_sound for name in ("term", "fee")] == [False, False]
    assert not kinds["term"].shape.keys
    assert [(d.rule, d.scope) for d in found] == [
        ("duplicate-key", Scope(kind="fee")),
        ("syntax", Scope(kind="term")),
    ]


def test_the_templates_of_prepdeck_itself_are_no_project_of_their_own() -> None:
    kinds, found = kinds_of(shipped.templates().parent)
    assert ([*kinds], found) == ([*KINDS], [])


# --- a kind of one's own in a project -----------------------------------------------------------

FEE = """\
kind: fee
section: fees
about: What it costs.
marks: {name: name, also: [aliases], explains: true}
keys:
  name: {type: line, needed: true, words: 3}
  aliases: {list: line}
  type: {needed: true, choices: [once, monthly]}
  unlike: {ref: fee}
  items: {list: line, about: a key with the name of a method}
  sum: {type: formula, inputs: cases.*.inputs, gives: cases.*.gives}
  cases:
    names: slug
    each: {keys: {inputs: {names: variable, each: number}, gives: {type: number}}}
"""
OWN_KIND: dict[str, str | bytes | None] = {
    "templates/fee/kind.yaml": FEE,
    "templates/fee/notetype.yaml": """
        kind: fee
        name: Fee
        fields:
          name: {name: Name, content: name | line}
          unlike: {name: Unlike, content: unlike | name}
          items: {name: Items, content: items | points}
        cards:
          name: {name: What it is}
        """,
    "templates/fee/name.front.html": "{{Name}}\n",
    "templates/fee/name.back.html": "{{Items}} {{Unlike}}\n",
    "decks/fees.yaml": """
        fees:
          entry:
            name: Entry (VQX)
            type: once
            unlike: rent
            items: [one, two]
            sum: a + b
            cases: {plain: {inputs: {a: 1, b: 2}, gives: 3}}
          rent: {name: Rent, type: monthly, items: [three]}
        """,
    "decks/roles/agent.yaml": """
        role:
          title: Agent
          core: [{type: once}]
          add: [{kind: [question, kpi, fee]}]
        """,
    "decks/roles/other.yaml": "role: {title: Other, core: [{kind: question}]}\n",
}


def test_a_project_builds_a_kind_of_its_own(project: MakeProject) -> None:
    deck = project(OWN_KIND)
    notes = {n.fields[0]: n for n in read_package(deck.built()).notes if "kind::fee" in n.tags}
    assert {*notes} == {"Entry (VQX)", "Rent"}
    entry = notes["Entry (VQX)"]
    assert entry.tags == ("kind::fee", "type::once")
    assert entry.fields[1:3] == ("Rent", "<ul><li>one</li><li>two</li></ul>")


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("name: Rent", "name: Rent of all the rooms", "too-long"),
        ("gives: 3", "gives: 4", "arithmetic"),
        ("unlike: rent", "unlike: rant", "unknown-reference"),
        ("type: monthly", "type: weekly", "wrong-value"),
        ("type: monthly, ", "", "missing-key"),
        ("items: [three]", "items: three", "wrong-value"),
        ("items: [three]", "itmes: [three]", "unknown-key"),
        ("items: [three]", "items: [the WQX]", "unexplained-abbreviation"),
        ("items: [three]", "items: [the VQX]", ""),
    ],
)
def test_checks_and_lint_know_a_kind_of_ones_own(
    project: MakeProject, old: str, new: str, rule: str
) -> None:
    deck = project(OWN_KIND)
    deck.edit("decks/fees.yaml", old, new)
    found = compile_project(deck.root).findings
    assert {d.rule for d in found if d.rule not in BASELINE} == ({rule} if rule else set())
    assert all(d.span.file == "decks/fees.yaml" for d in found if d.rule not in BASELINE)


#: What the base project breaks with these roles.
BASELINE = {"orphan"}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("type: line", "type: lime"),
        ("marks: {name: name", "marks: {name: nome"),
        ("section: fees\n", "section: fees\nextra: no\n"),
    ],
)
def test_a_fault_in_a_kind_is_told_once_and_blocks_the_decks_that_have_it(
    project: MakeProject, old: str, new: str
) -> None:
    """Input: definitions of the faulty kind, one of which names the other, and selectors by type."""
    deck = project(OWN_KIND | {"templates/fee/kind.yaml": FEE.replace(old, new, 1)})
    built = deck.build()
    assert {d.span.file for d in built.findings if d.is_error} == {"templates/fee/kind.yaml"}
    assert {package.role: package.state for package in built.packages} == {
        "agent": "blocked",
        "other": "written",
    }
