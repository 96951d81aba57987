"""Note types whose cards are the numbers of clozes, and note types with a reversed card.

tests/cloze_kind/ has the least that such a kind needs; tests lay it into the base project.
"""

from __future__ import annotations

import json
import re
import sqlite3
import zipfile
from pathlib import Path

import pytest
from conftest import NOON, MakeProject, ProjectFolder, said
from learner import Learner

from builder import shipped
from builder.anki.render import rendered
from builder.anki.verify import verify
from builder.commands.diff.run import diff
from builder.commands.preview.page import preview_page
from builder.commands.schema.run import schemas
from builder.load import load
from builder.pipeline import compile_project
from builder.render.cloze import cloze_html, slips_of
from builder.study.order import SIBLING_DISTANCE

DAY = 86_400
KIND = Path(__file__).parent / "cloze_kind"
GAPS = "decks/gaps.yaml"
NOTETYPE = "templates/gap/notetype.yaml"
LOCK = "decks/notes.lock"
WORDS = "templates/_shared/words.en.yaml"

TEXTS = """
gaps:
  service-level:
    topics: [operations/metrics]
    text: |
      Answer {{c1::**80 %**::how many?}} of calls within
      {{c2::20 seconds}} at {{ vars.company }}.
"""


def files(gaps: str = TEXTS) -> dict[str, str | bytes | None]:
    """The kind of tests/cloze_kind/, these texts, and a role that takes them alone."""
    pages = {f"templates/gap/{path.name}": path.read_text() for path in KIND.iterdir()}
    words = pages.pop("templates/gap/words.en.yaml")
    ours = (shipped.templates() / "_shared/words.en.yaml").read_text()
    role = "role:\n  title: Agent\n  add:\n    - {kind: gap}\n"
    return {**pages, WORDS: ours + words, GAPS: gaps, "decks/roles/agent.yaml": role}


@pytest.fixture
def gaps(project: MakeProject) -> ProjectFolder:
    return project(files())


def errors(deck: ProjectFolder, **how: bool) -> list[str]:
    """`line:column rule: message` of each fault and warning that is not about unused definitions."""
    found = [d for d in deck.build(NOON + DAY, **how).findings if d.rule != "orphan"]
    return [f"{d.span} {d.rule}: {d.message}" for d in found]


def text(line: str) -> str:
    """A definition with that text in a literal block, which begins at 4:7."""
    return f"gaps:\n  gap:\n    text: |\n      {line}\n"


# --- a text becomes a field -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("{{c1::*late*}}", "<p>{{c1::<em>late</em>}}</p>"),
        ("**{{c1::late}}**", "<p><strong>{{c1::late}}</strong></p>"),
        ("{{c1::late::`when`}}", "<p>{{c1::late::<code>when</code>}}</p>"),
        ("- {{c1::a}}\n- {{c1::b}}", "<ul>\n<li>{{c1::a}}</li>\n<li>{{c1::b}}</li>\n</ul>"),
        ("{{c1::{{ vars.company }}}}", "<p>{{c1::A&#58;&#58;B&#125;}}</p>"),
        ("{{c1::`std::map`}}", "<p>{{c1::<code>std:&#58;map</code>}}</p>"),
        ("`a = {{c1::b}}`", "<p><code>a = {{c1::b}}</code></p>"),
        (r"{{c1::\(x_{y_{z}}\)}}", r"<p>{{c1::\(x_{y_{z}&#125;\)}}</p>"),
        (r"\(\frac{{{c1::a}}}{b}\)", r"<p>\(\frac{{{c1::a}}}{b}\)</p>"),
        (r"{{c1::a:\:b\}}}", "<p>{{c1::a:&#58;b&#125;}}</p>"),
        ("`{{x}}` {{c1::<b>}}", "<p><code>{&#123;x}&#125;</code> {{c1::&lt;b&gt;}}</p>"),
    ],
)
def test_markdown_is_read_around_marks_and_in_them(source: str, html: str) -> None:
    assert slips_of(source) == []
    assert cloze_html(source, {"company": "A::B}"}) == html


@pytest.mark.parametrize(
    ("line", "place", "message"),
    [
        ("no mark", "4:7", "this text hides nothing"),
        ("a {{c0::b}}", "4:9", "`c0` is not a number from c1 to c63"),
        ("a {{c64::b}}", "4:9", "`c64` is not a number from c1 to c63"),
        ("a {{c01::b}}", "4:9", "`c01` is not a number from c1 to c63"),
        ("{{c1::a {{c2::b}} c}}", "4:15", "a mark inside another one"),
        ("{{c1::a `{{c2::b}}` c}}", "4:16", "a mark inside another one"),
        ("{{c1::a}} {{c2::b", "4:17", "this mark never closes"),
        ("a {{c1::}}", "4:9", "this mark hides nothing"),
        ("a {{c1::::hint}}", "4:9", "this mark hides nothing"),
        ("a {{C1::b}}", "4:9", "`{{C1::` opens no cloze"),
        ("a {{c1:b}}", "4:9", "`{{c1:` opens no cloze"),
        ("a {{c::b}}", "4:9", "`{{c::` opens no cloze"),
        ("{{c1::a *b}} c*", "4:7", "`c1` opens and closes in different paragraphs, items or em"),
        ("{{c1::a\n\n      b}}", "4:7", "`c1` opens and closes in different paragraphs, items or"),
        (r"\({{c1::x_{y_{z}}}}\)", "4:9", "the mark closes inside braces of the text that it hi"),
        (r"\(a {{c1::b\) c}}", "4:11", "the mark does not close in the formula"),
        ("[a](http://b.c/{{c1::d}})", "4:22", "Markdown takes a mark in this text apart"),
    ],
)
def test_a_faulty_mark_is_reported_where_it_stands(
    project: MakeProject, line: str, place: str, message: str
) -> None:
    (fault,) = errors(project(files(text(line))))
    assert fault.startswith(f"{GAPS}:{place} faulty-cloze: {message}")


def test_marks_are_no_words(project: MakeProject) -> None:
    deck = project(files(text("{{c1::One two::three four five}} six {{c2::un}}seven.")))
    deck.edit("templates/gap/kind.yaml", "words: 30", "words: 3")
    assert errors(deck) == [f"{GAPS}:4:7 too-long: 4 words; the limit for `gap.text` is 3"]


# --- a note type with clozes ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("file", "old", "new", "fault"),
    [
        (
            "notetype.yaml",
            "cloze: text",
            "cloze: txet",
            "3:8 note-type: no field has the key `txet`",
        ),
        (
            "notetype.yaml",
            "fill: {name: Gap}",
            "fill: {name: Gap}\n  more: {name: More}",
            "10:3 note-type: a cloze note type has one entry in `cards`",
        ),
        (
            "notetype.yaml",
            "{name: Gap}",
            "{name: Gap, gate: topic}",
            "9:21 note-type: a cloze has no gate",
        ),
        (
            "fill.back.html",
            "{{cloze:Text}}",
            "{{Text}}",
            "1:1 template: the page shows no clozes of the field `Text`",
        ),
        (
            "fill.front.html",
            "{{Topic}}",
            "{{cloze:Topic}}",
            "4:52 template: the field `Topic` has no clozes",
        ),
        ("notetype.yaml", "cloze: text\n", "", "3:18 template: the field `Text` has no clozes"),
        (
            "notetype.yaml",
            "text | cloze",
            "id",
            "5:31 note-type: the text of `service-level` has no",
        ),
    ],
)
def test_a_fault_in_a_cloze_note_type_has_its_place(
    gaps: ProjectFolder, file: str, old: str, new: str, fault: str
) -> None:
    gaps.edit(f"templates/gap/{file}", old, new)
    faults = [line.removeprefix("templates/gap/") for line in errors(gaps)]
    assert any(line.partition(":")[2].startswith(fault) for line in faults), faults


def test_the_package_has_one_template_and_a_card_for_each_number(gaps: ProjectFolder) -> None:
    with zipfile.ZipFile(gaps.built()) as package:
        path = Path(package.extract("collection.anki2", gaps.root))
    database = sqlite3.connect(path)
    (models,) = database.execute("select models from col").fetchone()
    (model,) = [m for m in json.loads(models).values() if m["name"] == "Test Decks: Gap"]
    assert model["type"] == 1
    assert [t["name"] for t in model["tmpls"]] == ["Gap"]
    assert [f["name"] for f in model["flds"]][-3:] == ["Id", "Spare 1", "Spare 2"]
    assert database.execute("select ord from cards order by due").fetchall() == [(0,), (1,)]
    database.close()


def test_an_optional_text_without_marks_makes_no_note(gaps: ProjectFolder) -> None:
    """As with gates: a note whose cards all have an empty field is left out."""
    gaps.edit("templates/gap/kind.yaml", "marks: {name: text}", "marks: {name: title}")
    gaps.edit("templates/gap/kind.yaml", "needed: true, words", "words")
    gaps.edit("templates/gap/kind.yaml", "keys:\n", "keys:\n  title: {type: line, needed: true}\n")
    gaps.write({GAPS: "gaps:\n  a: {title: A}\n  b: {title: B, text: '{{c1::b}}'}\n"})
    assert [note.first_id for note in compile_project(gaps.root).decks[0].notes] == ["b"]


def test_the_card_is_called_by_its_text_without_marks(gaps: ProjectFolder) -> None:
    (definition,) = compile_project(gaps.root).selections[0].chosen[:1]
    assert definition.definition.name.startswith("Answer **80 %** of calls within")


def test_an_editor_wants_a_mark(gaps: ProjectFolder) -> None:
    pattern = re.search(r'"pattern": "([^"]*c\([^"]*)"', json.dumps(schemas(load(gaps.root)[0])))
    assert pattern is not None
    assert re.search(json.loads(f'"{pattern[1]}"'), "a {{c1::b}}")


# --- what was released ------------------------------------------------------------------------------


def released(deck: ProjectFolder, old: str, new: str) -> list[str]:
    """What a build finds after a release and this edit of the text."""
    assert errors(deck, release=True) == []
    deck.edit(GAPS, old, new)
    return [line.partition(" ")[2] for line in errors(deck)]


def test_the_lock_has_numbers_with_a_digest_of_what_they_hide(gaps: ProjectFolder) -> None:
    gaps.build(release=True)
    lock = (gaps.root / LOCK).read_text()
    assert re.search(r"\tservice-level\t\d+\t\w+\tc1=[0-9a-f]{8},c2=[0-9a-f]{8}\n", lock)
    assert re.search(r"\ttext,topic,sources,id,spare-1,spare-2\tfill:text\t", lock)


def test_a_number_that_goes_is_a_withdrawn_card(gaps: ProjectFolder) -> None:
    (fault,) = released(gaps, "{{c2::20 seconds}}", "20 seconds")
    assert fault.startswith("card-withdrawn: the cloze `c2` of `service-level` was released")


def test_a_new_number_and_another_text_are_fine(gaps: ProjectFolder) -> None:
    assert released(gaps, "{{c2::20 seconds}}", "{{c2::30 seconds}} {{c3::each day}}") == []


def test_renumbering_is_reported(gaps: ProjectFolder) -> None:
    before = "{{c1::**80 %**::how many?}} of calls within\n      {{c2::20 seconds}}"
    after = "{{c1::Calls}} {{c2::**80 %**::how many?}} {{c3::20 seconds}}"
    faults = released(gaps, before, after)
    assert [fault.partition(";")[0] for fault in faults] == [
        "cloze-renumbered: `c2` of `service-level` hides what was released as `c1`",
        "cloze-renumbered: `c3` of `service-level` hides what was released as `c2`",
    ]


def test_a_note_type_stays_a_cloze_note_type(gaps: ProjectFolder) -> None:
    gaps.build(release=True)
    gaps.edit(NOTETYPE, "cloze: text\n", "")
    for page in ("fill.front.html", "fill.back.html"):
        gaps.edit(f"templates/gap/{page}", "{{cloze:Text}}", "{{Text}}")
    (fault,) = errors(gaps)
    assert "note-type-changed: `gap` was released as a cloze note type" in fault


def test_the_field_with_clozes_stays(gaps: ProjectFolder) -> None:
    gaps.edit(NOTETYPE, "topics[0] | topic if topics else ''", "text | cloze")
    gaps.build(release=True)
    gaps.edit(NOTETYPE, "cloze: text", "cloze: topic")
    for page in ("fill.front.html", "fill.back.html"):
        gaps.edit(f"templates/gap/{page}", "{{cloze:Text}}", "{{cloze:Topic}}")
    assert ["without `fill:text`, with `fill:topic`" in fault for fault in errors(gaps)] == [True]


# --- what learners get --------------------------------------------------------------------------------


def test_the_real_anki_asks_each_number(gaps: ProjectFolder, anna: Learner) -> None:
    anna.imports(gaps.built())
    first, second = anna.cards("service-level", "Gap")
    assert (first.ord, second.ord) == (0, 1)
    assert "[how many?]" in first.question()
    assert "20 seconds" in first.question()
    assert "80 %" not in first.question()
    assert "[...]" in second.question()
    assert "<strong>80 %</strong>" in second.question()
    assert "the company" in second.answer()
    assert '<span class="cloze" data-ordinal="1"><strong>80 %</strong></span>' in first.answer()
    assert anna.empty_cards() == 0


def test_edits_and_new_numbers_arrive_and_keep_the_history(
    gaps: ProjectFolder, anna: Learner
) -> None:
    anna.imports(gaps.built(NOON))
    anna.studies(3)
    history, reviews = anna.history, anna.reviews
    gaps.edit(GAPS, "20 seconds", "30 seconds")
    assert anna.imports(gaps.built(NOON + DAY)).updated == 1
    assert "30 seconds" in anna.note("service-level", "Gap")["Text"]
    assert (anna.history, anna.reviews) == (history, reviews)
    gaps.edit(GAPS, "at {{", "on {{c3::each day}} at {{")
    assert anna.imports(gaps.built(NOON + 2 * DAY)).updated == 1
    assert [card.ord for card in anna.cards("service-level", "Gap")] == [0, 1, 2]
    assert {card: row for card, row in anna.history.items() if card in history} == history
    idle = anna.imports(gaps.package())
    assert (idle.new, idle.updated, idle.conflicting) == (0, 0, 0)
    anna.check_database()
    assert [card.ord for card in anna.cards("service-level", "Gap")] == [0, 1, 2]
    assert anna.empty_cards() == 0


def test_the_greatest_number_has_room(project: MakeProject, anna: Learner) -> None:
    deck = project(files("gaps:\n  a: {text: '{{c63::x}} {{c1::y}}'}\n  b: {text: '{{c2::x}}'}\n"))
    anna.imports(deck.built())
    assert [card.ord for card in anna.cards("a", "Gap")] == [0, 62]
    anna.check_database()
    assert sorted(ord for _, ord in anna.history) == [0, 1, 62]


def test_signs_that_anki_would_read_are_shown_as_written(
    project: MakeProject, anna: Learner
) -> None:
    texts = r"{{c1::`std::map`}} \(a_{b_{c}}\) {{c2::\(x_{y_{z}}\)}} `{{q}}`"
    package = project(files(text(texts))).built()
    anna.imports(package)
    first, second = anna.cards("gap", "Gap")
    assert "[...]" in first.question()
    assert "<code>std:&#58;map</code>" in first.answer()
    assert r"\(x_{y_{z}&#125;\)" in second.answer()
    assert verify(package).faults == ()


def test_verify_diff_preview_and_csv_know_clozes(gaps: ProjectFolder) -> None:
    old = gaps.root / "old.apkg"
    old.write_bytes(gaps.built(NOON).read_bytes())
    verified = verify(old)
    assert verified.faults == ()
    assert verified.cards == (("Test Decks: Gap", 2),)
    gaps.edit(GAPS, "at {{", "on {{c3::each day}} at {{")
    (change,) = diff(old, gaps.built(NOON + DAY)).changed
    assert (change.new_cards, change.lost_cards) == (("Gap 3",), ())
    compiled = compile_project(gaps.root)
    sides = rendered(gaps.package().read_bytes())
    page = preview_page(compiled.project, compiled.decks[0], sides, ())
    assert '["c1","Gap 1"],["c2","Gap 2"],["c3","Gap 3"]' in page
    assert "[how many?]" in page
    result = gaps.build(NOON + 2 * DAY, output="csv")  # type: ignore[arg-type]
    assert not [d for d in result.findings if d.is_error], said(result.findings)
    assert "Answer {{c1::80 %::how many?}} of calls" in (gaps.root / "build/agent.csv").read_text()


# --- forward and reversed ----------------------------------------------------------------------------

REVERSED: dict[str, str | bytes | None] = {
    "templates/pair/kind.yaml": """
        kind: pair
        section: pairs
        about: A word and its meaning, asked in both directions where the author wants it.
        marks: {name: word_here}
        keys:
          word_here: {type: line, needed: true}
          means: {type: line, needed: true}
          both_ways: {type: text, about: anything makes the reversed card}
        """,
    "templates/pair/notetype.yaml": """
        kind: pair
        name: Pair
        fields:
          word: {name: Word, content: word_here | line}
          means: {name: Means, content: means | line}
          both: {name: Both ways, content: both_ways or ''}
        cards:
          forward: {name: What it means}
          reversed: {name: Which word, gate: both}
        """,
    "templates/pair/forward.front.html": "<p>WHAT DOES IT MEAN? {{Word}}</p>",
    "templates/pair/forward.back.html": "{{FrontSide}}<p>{{Means}}</p>",
    "templates/pair/reversed.front.html": "<p>WHICH WORD IS IT? {{Means}}</p>",
    "templates/pair/reversed.back.html": "{{FrontSide}}<p>{{Word}}</p>",
    "decks/roles/agent.yaml": "role:\n  title: Agent\n  add:\n    - {kind: pair}\n",
}


def pairs(both: int, number: int = 60) -> str:
    """That many pairs; the first `both` of them are asked in both directions."""
    lines = ["pairs:"]
    for at in range(number):
        way = ", both_ways: x" if at < both else ""
        lines.append(f"  pair-{at}: {{word_here: Word {at}, means: Meaning {at}{way}}}")
    return "\n".join(lines) + "\n"


def test_a_reversed_card_comes_with_its_gate_and_keeps_the_history(
    project: MakeProject, anna: Learner
) -> None:
    deck = project({**REVERSED, "decks/pairs.yaml": pairs(1, 2)})
    anna.imports(deck.built(NOON))
    assert [len(anna.cards(f"pair-{at}", "Pair")) for at in range(2)] == [2, 1]
    forward, backward = anna.cards("pair-0", "Pair")
    assert "Word 0" in forward.question()
    assert "Meaning 0" not in forward.question()
    assert "Meaning 0" in backward.question()
    assert "Word 0" in backward.answer()
    anna.studies(3)
    history = anna.history
    deck.write({"decks/pairs.yaml": pairs(2, 2)})
    assert anna.imports(deck.built(NOON + DAY)).updated == 1
    assert len(anna.cards("pair-1", "Pair")) == 2
    assert {card: row for card, row in anna.history.items() if card in history} == history


@pytest.mark.parametrize("sort", ["reversed", "cloze"])
def test_cards_of_one_note_are_not_dealt_beside_each_other(
    project: MakeProject, anna: Learner, sort: str
) -> None:
    marks = ("{{c1::a}} b {{c2::c}}", "{{c1::a}}")
    clozes = "".join(f"  gap-{at}: {{text: '{at} {marks[at % 4 > 0]}'}}\n" for at in range(60))
    made = {**REVERSED, "decks/pairs.yaml": pairs(15)}
    deck = project(made if sort == "reversed" else files(f"gaps:\n{clozes}"))
    anna.imports(deck.built())
    dues: dict[str, list[int]] = {}
    for (guid, _), row in anna.history.items():
        dues.setdefault(guid, []).append(int(str(row[2])))
    both = [max(due) - min(due) for due in dues.values() if len(due) == 2]
    assert len(both) == 15
    assert min(both) >= SIBLING_DISTANCE
