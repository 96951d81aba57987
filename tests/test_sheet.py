"""`prepdeck sheet`: one sheet of A4 for each role, whatever the role holds."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser import Browser, needs_browser, running_browser
from conftest import MakeProject, ProjectFolder
from test_cli import prepdeck

from builder.commands.sheet.fit import lines
from builder.commands.sheet.page import sheet_page
from builder.commands.sheet.run import write_sheet
from builder.pipeline import compile_project

ROOT = Path(__file__).parent.parent

#: A candidate's private role, with what the sheet has sections for.
ACME = {
    "decks/topics.yaml": """
        topics:
          customer:
            difficult-customers: Difficult customers
            complaints: Complaints
          operations:
            metrics: Metrics
          prep:
            your-questions: Your questions
        """,
    "decks/cards.yaml": """
        cards:
          ask-training:
            front: You want to know how they train. What do you ask?
            back: |
              "What does the *first month* at {{ vars.company }} look like?"

              A good answer is a plan by weeks.
            topics: [prep/your-questions]
          ask-growth:
            front: Where do people go from here?
            back: |
              Ask it late.
            topics: [prep/your-questions]
          no-question:
            front: What is a queue?
            back: A line.
        """,
    "decks/tips.yaml": """
        tips:
          tip-bring: {when: on-the-day, do: Bring two copies., why: One gets lost.}
          tip-read: {when: before, do: Read their page.}
          tip-mark: {when: before, do: Mark up the advert.}
          tip-thank: {when: after, do: Thank them by mail.}
          tip-hire: {when: hiring, do: Rate before you talk.}
        """,
    "decks/private/acme/role.yaml": """
        role:
          title: Agent at Acme
          extends: agent
          key: acme-1
          vars:
            company: Acme
          core:
            - {kind: kpi, id: average-handle-time}
          add:
            - {kind: [card, tip]}
        my_stories:
          dress:
            title: The lost dress
            opens_with: A man had waited nine days for a wedding dress.
            number: delivered one day early; chat rated 5 of 5
            answers: [angry-customer-story]
        """,
}

#: For those who hire: the last stage is written first, and one question has anchors.
HIRING = {
    "decks/stages.yaml": """
        stages:
          decide:
            name: Decide together
            happens: All meet.
            marks: The ratings.
            prepare: collect them
          talk:
            name: Hold the interview
            happens: You ask.
            marks: What they did.
            prepare: print this
            next: decide
            why_next: there is enough to go on
          sort:
            name: Sort the letters
            happens: You read.
            marks: The must-haves.
            prepare: cut the list
            next: talk
            why_next: few are left
        """,
    "decks/questions/hiring.yaml": """
        questions:
          anchored:
            ask: What went wrong last week?
            type: story
            must_show: [a fault of their own]
            anchors:
              weak: nothing ever does
              fair: something small
              strong: a real one, and what changed
          bare:
            ask: Why us?
            type: pitch
            answer: Because.
        """,
    "decks/tips.yaml": ACME["decks/tips.yaml"],
    "decks/roles/boss.yaml": """
        role:
          title: Boss
          side: hiring
          core:
            - {kind: stage}
            - {kind: question, id: [anchored, bare]}
          add:
            - {kind: tip}
        """,
}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with running_browser() as running:
        yield running


def words(path: Path) -> list[str]:
    """The texts of the page, one an element, in order."""
    body = path.read_text(encoding="utf-8").partition("<body")[2]
    texts = re.sub(r"<(?!/?(?:em|strong)\b)[^>]*>", "\n", "<body" + body).split("\n")
    return [text for one in texts if (text := re.sub(r"<[^>]*>", "", one).strip())]


def in_order(texts: list[str], *wanted: str) -> bool:
    places = [texts.index(text) for text in wanted]
    return places == sorted(places)


def test_a_candidate_has_stories_questions_metrics_and_a_checklist(project: MakeProject) -> None:
    deck = project(dict(ACME))  # type: ignore[arg-type]
    run = prepdeck("sheet", "acme", cwd=deck.root)
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout == "build/private/sheet-acme.html\n"
    texts = words(deck.root / "build/private/sheet-acme.html")
    assert in_order(
        texts,
        *("For the interview", "Agent at Acme"),
        *("Your stories", "The lost dress", "A man had waited nine days for a wedding dress."),
        "delivered one day early; chat rated 5 of 5",
        *("Questions for them", "Where do people go from here?"),
        *("To do beforehand", "Before", "Read their page.", "Mark up the advert."),
        *("On the day", "Bring two copies."),
        "Metrics in words",
        *("Average handle time", "talk, hold and wrap-up time", "contacts handled"),
        *("Customer satisfaction score", "ratings of 4 or 5", "all ratings"),
        *("In the room, and after", "Afterwards", "Thank them by mail."),
    )
    assert "What does the first month at Acme look like?" in texts
    for absent in ("One gets lost.", "Rate before you talk.", "What is a queue?", "In the room"):
        assert absent not in texts


def test_without_stories_there_are_lines_to_write_them_on(project: MakeProject) -> None:
    texts = words(write_sheet(project({}).root, "agent").path)
    assert texts.count("First sentence") == 5
    assert "Questions for them" not in texts
    assert "To do beforehand" not in texts


def test_those_who_hire_have_stages_in_order_and_boxes_for_the_score(project: MakeProject) -> None:
    deck = project(dict(HIRING))  # type: ignore[arg-type]
    texts = words(write_sheet(deck.root, "boss").path)
    assert in_order(
        texts,
        *("Structured interview", "Boss", "Candidate", "Interviewer", "Date"),
        *("Sort the letters", "The must-haves.", "Hold the interview", "Decide together"),
        *("Bear in mind", "Rate before you talk."),
        *(
            "What went wrong last week?",
            "1",
            "Weak",
            "nothing ever does",
            "2",
            "Fair",
            "3",
            "Strong",
        ),
        "Sum, of 3:",
    )
    assert "Why us?" not in texts
    assert "Read their page." not in texts


def test_stages_that_go_in_a_circle_are_each_there_once(project: MakeProject) -> None:
    deck = project(dict(HIRING))  # type: ignore[arg-type]
    deck.edit(
        "decks/stages.yaml", "prepare: collect them", "prepare: p\n    next: sort\n    why_next: w"
    )
    texts = words(write_sheet(deck.root, "boss").path)
    assert in_order(texts, "Decide together", "Sort the letters", "Hold the interview")
    assert texts.count("Decide together") == 1


def test_core_comes_first_then_what_the_role_names_first(project: MakeProject) -> None:
    deck = project(dict(ACME))  # type: ignore[arg-type]
    deck.edit(
        "decks/private/acme/role.yaml", "kind: [card, tip]", "kind: tip, id: [tip-mark, tip-read]"
    )
    deck.edit(
        "decks/private/acme/role.yaml",
        "{kind: kpi, id: average-handle-time}",
        "{kind: kpi, id: [csat, average-handle-time]}",
    )
    texts = words(write_sheet(deck.root, "acme").path)
    assert in_order(texts, "Customer satisfaction score", "Average handle time")
    assert in_order(texts, "Mark up the advert.", "Read their page.")


def test_a_project_may_say_what_stands_on_its_sheets(project: MakeProject) -> None:
    sections = (ROOT / "templates/sheet/sections.yaml").read_text(encoding="utf-8")
    deck = project(dict(ACME))  # type: ignore[arg-type]
    deck.edit("decks/topics.yaml", "prep:\n", "talk:\n")
    deck.edit("decks/cards.yaml", "prep/your-questions", "talk/your-questions")
    assert "Questions for them" not in words(write_sheet(deck.root, "acme").path)
    own = sections.replace("prep/your-questions", "talk/your-questions")
    deck.write({"templates/sheet/sections.yaml": own.replace("most: 10", "most: 1").encode()})
    texts = words(write_sheet(deck.root, "acme").path)
    assert in_order(texts, "Questions for them", "Where do people go from here?")
    assert "Average handle time" in texts
    assert "Customer satisfaction score" not in texts


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("topic: prep", "topics: prep", ":25:7: unknown key `topics`"),
        ("kind: kpi", "kind: kpis", ":38:13: unknown kind `kpis`"),
        ("look: metric", "look: table", "`table` is not one of the choices"),
        ("name: name, ", "", "the look `metric` needs the text `name`"),
        ("weight: 6", "weight: heavy", "`heavy` is not a whole number"),
        ("candidate:", "applicant:", "unknown key `applicant`"),
        ("  - metrics:", "  - [metrics:", "templates/sheet/sections.yaml:"),
    ],
)
def test_a_fault_in_the_sections_is_told_at_its_line(
    project: MakeProject, old: str, new: str, fault: str
) -> None:
    sections = (ROOT / "templates/sheet/sections.yaml").read_text(encoding="utf-8")
    assert old in sections
    deck = project({"templates/sheet/sections.yaml": sections.replace(old, new).encode()})
    run = prepdeck("sheet", "agent", cwd=deck.root)
    assert run.returncode == 2
    assert fault in run.stderr
    assert "Traceback" not in run.stderr


def test_a_public_sheet_has_nothing_private(project: MakeProject) -> None:
    deck = project(dict(ACME))  # type: ignore[arg-type]
    made = write_sheet(deck.root, "agent")
    assert made.path == deck.root / "build/sheet-agent.html"
    text = made.path.read_text(encoding="utf-8")
    for word in ("dress", "Acme", "acme", str(deck.root)):
        assert word not in text


def test_definitions_at_fault_are_left_out_and_said(project: MakeProject) -> None:
    deck = project({})
    deck.edit("decks/kpis.yaml", "gives: 82", "gives: 81")
    run = prepdeck("sheet", "agent", cwd=deck.root)
    assert run.returncode == 1
    assert "error[arithmetic]" in run.stderr
    assert run.stdout == "build/sheet-agent.html\n"
    texts = words(deck.root / "build/sheet-agent.html")
    assert "Average handle time" in texts
    assert "Customer satisfaction score" not in texts


def test_content_is_text_on_the_sheet(project: MakeProject) -> None:
    deck = project(dict(ACME))  # type: ignore[arg-type]
    evil = "<script>alert(1)</script>"
    deck.edit("decks/private/acme/role.yaml", "The lost dress", f'"{evil}"')
    deck.edit("decks/private/acme/role.yaml", "Agent at Acme", f'"{evil}"')
    text = write_sheet(deck.root, "acme").path.read_text(encoding="utf-8")
    assert "<script" not in text
    assert text.count("&lt;script&gt;alert(1)&lt;/script&gt;") >= 2


def test_an_unknown_role_is_told_with_the_nearest(project: MakeProject) -> None:
    run = prepdeck("sheet", "agnet", cwd=project({}).root)
    assert run.returncode == 2
    assert "did you mean `agent`?" in run.stderr


@pytest.mark.parametrize(
    ("text", "room", "number"),
    [("", 10, 1), ("one", 10, 1), ("aaaa aaaa", 4, 2), ("a" * 40, 6, 4), ("汉字汉字汉字", 3, 2)],
)
def test_lines_are_counted_as_they_break(text: str, room: float, number: int) -> None:
    assert lines(text, room) == number


# As it is printed.


def pages(pdf: Path) -> list[tuple[float, float]]:
    """The size of each page, in points."""
    raw = pdf.read_bytes()
    for stream in re.findall(rb"stream\r?\n(.*?)endstream", raw, re.DOTALL):
        try:
            raw += zlib.decompress(stream)
        except zlib.error:
            continue
    number = len(re.findall(rb"/Type\s*/Page(?!s)", raw))
    boxes = re.findall(rb"/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]", raw)
    assert len(boxes) == number
    return [(float(width), float(height)) for width, height in boxes]


#: Entries that the paper does not wholly show: outside of their column, or over another.
CUT_OFF = """
[...document.querySelectorAll('.entry')].filter((e) => {
  const mine = e.getBoundingClientRect(), sheet = document.querySelector('.sheet').getBoundingClientRect();
  const column = e.closest('.column').getBoundingClientRect();
  return mine.right > column.right + 1 || mine.bottom > column.bottom + 1
    || mine.bottom > sheet.bottom || e.scrollWidth > e.clientWidth + 1 || !mine.height;
}).map((e) => e.innerText)
"""
A4 = [(pytest.approx(595, abs=1.5), pytest.approx(842, abs=1.5))]


def printed(browser: Browser, path: Path, folder: Path) -> list[tuple[float, float]]:
    page = browser.page()
    page.is_wide(900, 1200)
    page.opens(path)
    assert page.asks(CUT_OFF) == []
    assert page.errors == []
    assert page.requests == []
    return pages(page.prints(folder / f"{path.stem}.pdf"))


@needs_browser
@pytest.mark.slow
def test_every_role_of_the_catalogue_prints_on_one_page(tmp_path: Path, browser: Browser) -> None:
    compiled = compile_project(ROOT)
    for selection in compiled.selections:
        path = tmp_path / f"{selection.role.id}.html"
        made = sheet_page(compiled.project, selection.role, selection.chosen)
        path.write_text(made.html, encoding="utf-8")
        assert printed(browser, path, tmp_path) == A4, selection.role.id


def overfull(project: MakeProject, long: int) -> ProjectFolder:
    """Far more of each section than a sheet holds, each text of about that many words."""

    def said(number: int) -> str:
        return f"Number {number}" + " and more of it" * (long // 4)

    many = range(40)
    whens = ("before", "on-the-day", "during", "after", "hiring")
    stories = "".join(
        f"  story-{n}:\n    title: {said(n)}\n    opens_with: {said(n)}\n    number: {said(n)}\n"
        "    answers: [angry-customer-story]\n"
        for n in many
    )
    files = {
        "decks/cards.yaml": "cards:\n"
        + "".join(
            f"  ask-{n}:\n    front: F{n}?\n    back: {said(n)}?\n    topics: [prep/your-questions]\n"
            for n in many
        ),
        "decks/tips.yaml": "tips:\n"
        + "".join(f"  tip-{n}:\n    when: {whens[n % 5]}\n    do: {said(n)}\n" for n in many),
        "decks/stages.yaml": "stages:\n"
        + "".join(
            f"  stage-{n}:\n    name: {said(n)}\n    happens: H.\n    marks: {said(n)}\n    prepare: p\n"
            for n in many
        ),
        "decks/kpis/more.yaml": "kpis:\n"
        + "".join(
            f"  kpi-{n}:\n    name: {said(n)}\n    over: {said(n)}\n    under: {said(n)}\n"
            "    formula: a / b\n    where: {a: one, b: other}\n    unit: count\n    better: up\n"
            "    pushing: up\n    hurts: csat\n    because: so\n"
            "    examples:\n      plain:\n        inputs: {a: 4, b: 2}\n        gives: 2\n    trap: none\n"
            for n in many
        ),
        "decks/questions/more.yaml": "questions:\n"
        + "".join(
            f"  q-{n}:\n    ask: {said(n)}?\n    type: story\n    must_show: [a]\n"
            f"    anchors:\n      weak: {said(n)}\n      fair: fair {n}\n      strong: strong {n}\n"
            for n in many
        ),
        "decks/private/full/role.yaml": "role:\n  title: Full\n  extends: agent\n  key: full-1\n"
        "  add:\n    - {kind: [card, tip, kpi]}\n"
        f"my_stories:\n{stories}",
        "decks/roles/boss.yaml": "role:\n  title: Boss\n  side: hiring\n"
        "  add:\n    - {kind: [stage, question, tip]}\n",
    }
    return project({"decks/topics.yaml": ACME["decks/topics.yaml"], **files})


@needs_browser
@pytest.mark.slow
@pytest.mark.parametrize("long", [4, 12, 40, 120])
def test_what_does_not_fit_is_left_out_whole_and_said(
    project: MakeProject, tmp_path: Path, browser: Browser, long: int
) -> None:
    deck = overfull(project, long)
    for role, sections in (
        ("full", {"stories", "asks", "checklist"}),
        ("boss", {"stages", "questions"}),
    ):
        made = write_sheet(deck.root, role)
        assert made.left_out.keys() >= sections
        assert printed(browser, made.path, tmp_path) == A4
        there = sum(text.startswith("Number") for text in words(made.path))
        assert there or long > 100, "something fits"


def test_what_has_no_room_is_counted_on_stderr(project: MakeProject) -> None:
    deck = overfull(project, 12)
    run = prepdeck("sheet", "full", cwd=deck.root)
    assert run.returncode == 0
    assert re.fullmatch(
        r"no room for \d+ stories, \d+ questions for them, (\d+ metrics?, )?\d+ tips\n", run.stderr
    )


@needs_browser
@pytest.mark.slow
def test_a_wider_typeface_makes_nothing_run_over(
    project: MakeProject, tmp_path: Path, browser: Browser
) -> None:
    """What was reckoned with another typeface wraps out of sight whole, and no second page comes."""
    deck = overfull(project, 12)
    for role in ("full", "boss"):
        path = write_sheet(deck.root, role).path
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace("</style>", "body { letter-spacing: 0.06em }</style>"))
        page = browser.page()
        page.is_wide(900, 1200)
        page.opens(path)
        assert pages(page.prints(tmp_path / "wide.pdf")) == A4
        cut = """[...document.querySelectorAll('.entry')].filter((e) => {
          const mine = e.getBoundingClientRect(), column = e.closest('.column').getBoundingClientRect();
          return mine.left < column.right && mine.bottom > column.bottom + 1; }).length"""
        assert page.asks(cut) == 0
