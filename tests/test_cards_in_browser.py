"""Every card of every note type as a learner's screen shows it: real Anki renders, Chromium lays out.

The contents are the catalogue's, and one private role's that no author would write: the longest
ones, and enough others that each field of a note type is there once and missing once.
"""

from __future__ import annotations

import json
import re
import shutil
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from browser import Browser, Page, needs_browser, running_browser
from conftest import RELEASED, ProjectFolder, said

from builder import shipped
from builder.anki.collection import import_package, scratch_collection
from builder.pipeline import compile_project

pytestmark = [needs_browser, pytest.mark.slow]

WIDTHS = (360, 390, 1280)
NIGHT = "nightMode night_mode"
#: Tall enough for the longest card: what is not in the window cannot be asked what it covers.
TALL = 9000
#: A small phone's screen without the bars of the app and the answer buttons.
GLANCE = 600
#: The same of a phone of today, 844 px high.
SCREEN = 690

#: The page that each client puts around a card, as far as styles can tell them apart.
DESKTOP = """
    <!doctype html><html class="linux chrome"><head><meta charset="utf-8">
    <meta name="viewport" content="width=device-width,initial-scale=1">
    <style>body{{margin:20px;overflow-wrap:break-word}} img{{max-width:100%;max-height:95vh}}
    li{{text-align:start}} pre{{text-align:left}}</style></head>
    <body class="card card1 {night}"><div id="qa" dir="auto">{card}</div></body></html>
    """
ANKIDROID = """
    <!doctype html><html class="mobile android linux js"><head><meta charset="utf-8">
    <meta name="viewport" content="width=device-width,initial-scale=1">
    <style>body{{margin:0;padding:0;overflow-wrap:break-word}} #content{{margin:.5em}}
    body.night_mode{{color:#fff;background:#000}}</style></head>
    <body class="card card1 {night}"><div id="content"><div id="qa">{card}</div></div></body></html>
    """
ANKIMOBILE = """
    <!doctype html><html class="webkit safari mobile iphone js"><head><meta charset="utf-8">
    <meta name="viewport" content="width=device-width,initial-scale=1">
    <style>body{{text-align:center;font-size:1em}} img{{max-width:95%}} .card{{margin:20px}}
    body.nightMode{{background:#000;color:#fff}}</style></head>
    <body class="card card1 {night}"><div id="qa">{card}</div></body></html>
    """
ANKIWEB = """
    <!doctype html><html class="chrome win js"><head><meta charset="utf-8">
    <meta name="viewport" content="width=device-width,initial-scale=1">
    <style>body{{margin:0;font-family:sans-serif}}</style></head>
    <body><div id="qa_box"><div id="qa" class="card card1">{card}</div></div></body></html>
    """

#: One role that has every kind, one for those who hire, and a private one with hard contents.
ROLES = {
    "decks/roles/everything.yaml": """
        role:
          title: Everything
          core:
            - {kind: question}
          add:
            - {kind: [kpi, skill, line, activity, stage, method, tool, card]}
        """,
    "decks/roles/interviewer.yaml": """
        role:
          title: Interviewer
          side: hiring
          core:
            - {kind: question}
        """,
    "decks/private/acme/role.yaml": """
        role:
          title: Specialist at Acme
          extends: everything
          key: acme-7f3a
        my_stories:
          lost-dress:
            title: The lost wedding dress
            opens_with: A man had waited nine days for a wedding dress.
            number: delivered one day early; chat rated 5 of 5
            answers: [difficult-customer-story, high-pressure-story]
            situation: A wedding dress was nine days late.
            task: Get it there by Friday.
            action: I offered a courier that day, or a refund and a hire shop nearby.
            result: It came on Thursday.
            topics: [customer/difficult-customers]
          short:
            title: Four lines are enough
            opens_with: It was a Monday.
            number: 12 of 12
            answers: [difficult-customer-story]
        my_answers:
          support-background: |
            Six years of chat and phone.

            - **Numbers**: 40 chats a day, 91 % rated 4 or 5
            - Why here: https://acme.example/a/very/long/address/that/nobody/can/break/anywhere-at-all
        employer_facts:
          compound:
            ask: What is the employer's department for handling complaints called?
            answer: Kundenbeschwerdenbearbeitungsabteilungsleiterstellvertretungsverordnung
            source: acme.example/about/the/company/and/its/many/departments/complaints/index.html
            seen: 2026-11-20
            topics: [candidate/company-knowledge]
          invoices:
            ask: How many invoices a month?
            answer: 2 million
            source: acme.example
            seen: 2026-11-20
        cards:
          marked-up:
            front: What may an answer *hold*, and `{{ticket.id}}` be?
            back: |
              **Strong**, *stressed*, [a link](https://acme.example/there) and `code_that_is_rather_long()`.

              > Somebody said so.

              1. one
              2. two
                 - and a half

              ```
              select ticket, opened, closed, rating from tickets where closed is null order by opened;
              ```
        """,
}


@dataclass(frozen=True)
class Side:
    """The front or the back of a card, as Anki gives it to its page: styles and markup."""

    notetype: str
    card: str
    id: str
    back: bool
    html: str

    def __str__(self) -> str:
        return f"{self.notetype} · {self.card} · {self.id} · {'back' if self.back else 'front'}"

    def within(self, shell: str, *, night: bool = False) -> str:
        return textwrap.dedent(shell).strip().format(card=self.html, night=NIGHT if night else "")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with running_browser() as browser:
        yield browser


@pytest.fixture
def page(browser: Browser) -> Page:
    return browser.page()


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> ProjectFolder:
    """The catalogue without its roles, and ours."""
    root = tmp_path_factory.mktemp("cards")
    ignored = shutil.ignore_patterns("private", "roles", "LICENSE")
    shutil.copytree(shipped.catalogue(), root / "decks", ignore=ignored)
    folder = ProjectFolder(root)
    folder.write(dict(ROLES))
    return folder


@pytest.fixture(scope="module")
def sides(project: ProjectFolder) -> list[Side]:
    """Both sides of at most five cards of each template, the longest first."""
    built = project.build(RELEASED)
    assert not [d for d in built.findings if d.is_error], said(built.findings)
    found: list[Side] = []
    with scratch_collection() as collection:
        for package in built.packages:
            import_package(collection, package.path)
        for notetype in collection.models.all():
            name = notetype["name"].split(": ")[-1]
            for template in notetype["tmpls"]:
                sought = f'"note:{notetype["name"]}" "card:{template["name"]}"'
                cards = [collection.get_card(id) for id in collection.find_cards(sought)]
                for place in _telling([card.note().fields for card in cards]):
                    card = cards[place]
                    shown, note = card.render_output(), card.note()
                    id, card_name = note["Id"], template["name"]
                    found.append(Side(name, card_name, id, False, shown.question_and_style()))
                    found.append(Side(name, card_name, id, True, shown.answer_and_style()))
    return found


def _telling(notes: list[list[str]]) -> list[int]:
    """Places of the longest, the one with the longest word, the shortest, and of some that fill
    what is empty in those.
    """
    lengths = [sum(map(len, fields)) for fields in notes]
    words = [max(len(w) for f in fields for w in re.split(r"\W+", f)) for fields in notes]
    picked = (
        [lengths.index(max(lengths)), words.index(max(words)), lengths.index(min(lengths))]
        if notes
        else []
    )
    filled = {i for place in picked for i, field in enumerate(notes[place]) if field}
    for place, fields in enumerate(notes):
        new = {i for i, field in enumerate(fields) if field} - filled
        if new and len(picked) < 5:
            picked.append(place)
            filled |= new
    return list(dict.fromkeys(picked))


def test_every_card_of_every_note_type_is_looked_at(
    sides: list[Side], project: ProjectFolder
) -> None:
    decks = compile_project(project.root).decks
    types = {folder: t for deck in decks for folder, t in deck.notetypes.items()}
    assert set(types) == {path.parent.name for path in shipped.templates().glob("*/notetype.yaml")}
    wanted = {
        (type.name.split(": ")[-1], template.name)
        for type in types.values()
        for template in type.templates
        if not template.name.startswith("Spare")
    }
    assert {(side.notetype, side.card) for side in sides} == wanted


#: Everything that is wrong with how a page looks, as sentences. Folds are opened first.
FAULTS = r"""
(width) => {
  const faults = [], root = document.documentElement, texts = [];
  const say = (element, what) => faults.push(
    `${element.tagName.toLowerCase()}.${element.getAttribute('class') || ''}: ${what}`);
  const numbers = (color) => color.match(/[\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((v) => v / 255)
    .map((v) => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const mixed = (over, under) => {
    const alpha = over[3] === undefined ? 1 : over[3];
    return [0, 1, 2].map((i) => over[i] * alpha + under[i] * (1 - alpha));
  };
  const isShape = (e) => e instanceof SVGGeometryElement;
  const paint = (e) => {
    const style = getComputedStyle(e);
    const color = isShape(e) ? style.fill : style.backgroundColor;
    return color === 'none' || e instanceof SVGTextElement ? [0, 0, 0, 0] : numbers(color);
  };
  const behind = (element, x, y) => {
    const stack = document.elementsFromPoint(x, y);
    const from = stack.findIndex((e) => e === element || element.contains(e) || e.contains(element));
    if (from > 0 && !isShape(stack[0])) say(element, `is covered by ${stack[0].outerHTML.slice(0, 60)}`);
    let color = [255, 255, 255];
    for (const e of stack.slice(Math.max(from, 0)).reverse()) color = mixed(paint(e), color);
    return color;
  };

  document.querySelectorAll('details').forEach((fold) => { fold.open = true; });
  if (root.scrollWidth > width) faults.push(`scrolls sideways: ${root.scrollWidth} px`);
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode, element = text.parentElement;
    if (!text.data.trim() || element.closest('script, style, [hidden]')) continue;
    const range = document.createRange();
    range.selectNodeContents(text);
    const boxes = [...range.getClientRects()].filter((box) => box.width && box.height);
    if (!boxes.length) continue;
    const style = getComputedStyle(element);
    const scale = element instanceof SVGElement ? element.getScreenCTM().a : 1;
    const size = parseFloat(style.fontSize) * scale;
    if (size < 13.99) say(element, `text of ${size.toFixed(1)} px: ${text.data.trim()}`);
    const scrolled = element.closest('pre, mjx-container');
    for (const box of scrolled ? [] : boxes) {
      if (box.left < -0.5 || box.right > width + 0.5) say(element, `out of the page: ${text.data.trim()}`);
      for (let e = element; e && e !== document.body; e = e.parentElement) {
        const flow = getComputedStyle(e), edge = e.getBoundingClientRect();
        if (flow.overflowX === 'visible' && flow.overflowY === 'visible') continue;
        const wide = box.right > edge.right + 1 && !/auto|scroll/.test(flow.overflowX);
        const high = box.bottom > edge.bottom + 1 && !/auto|scroll/.test(flow.overflowY);
        if ((wide || high) && !(e instanceof SVGSVGElement)) say(e, `clips: ${text.data.trim()}`);
        if (e instanceof SVGSVGElement && (box.right > edge.right + 1 || box.left < edge.left - 1)) {
          say(e, `clips: ${text.data.trim()}`);
        }
      }
    }
    if (!scrolled) for (const box of boxes) texts.push([element, box]);
    const { left, width: w, top, height: h } = boxes[0];
    const back = behind(element, left + Math.min(w / 2, width / 2), top + h / 2);
    let ink = numbers(element instanceof SVGElement ? style.fill : style.color);
    for (let e = element; e; e = e.parentElement) {
      ink = [...ink.slice(0, 3), (ink[3] ?? 1) * parseFloat(getComputedStyle(e).opacity)];
    }
    const [a, b] = [light(mixed(ink, back)), light(back)];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) say(element, `contrast ${ratio.toFixed(2)}: ${text.data.trim()}`);
  }
  texts.forEach(([one, a], i) => texts.slice(i + 1).forEach(([other, b]) => {
    const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
    const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
    if (one !== other && across > 2 && down > 0.35 * Math.min(a.height, b.height)) {
      say(one, `runs into ${other.tagName}: ${one.textContent.trim()}`);
    }
  }));
  return [...new Set(faults)];
}
"""


def faults(page: Page, width: int) -> list[str]:
    page.is_wide(width, TALL, phone=False)
    found: list[str] = page.asks(f"({FAULTS})({width})")
    return found


def test_every_card_is_whole_and_legible_by_day_and_by_night(page: Page, sides: list[Side]) -> None:
    wrong = []
    for side in sides:
        page.is_wide(WIDTHS[0], TALL, phone=False)
        page.shows(side.within(DESKTOP))
        for night in (False, True):
            page.asks(f"document.body.className = 'card card1 {NIGHT if night else ''}'")
            for width in WIDTHS:
                mode = "night" if night else "day"
                wrong += [f"{side}, {mode}, {width} px: {fault}" for fault in faults(page, width)]
        wrong += [f"{side}: {error}" for error in page.errors + page.requests]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    ("markup", "fault"),
    [
        ('<p style="width: 2000px">wide</p>', "scrolls sideways"),
        ('<p style="font-size: 13px">small</p>', "text of 13.0 px"),
        ('<p style="color: #888">pale</p>', "contrast"),
        ('<p style="opacity: 0.5">faint</p>', "contrast"),
        ('<div style="background: #333"><p>dark</p></div>', "contrast"),
        ('<p style="position: absolute; left: -9px">cut</p>', "out of the page"),
        ('<p style="height: 12px; overflow: hidden">two<br>lines</p>', "clips"),
        ('<p>one</p><p style="margin-top: -30px">other</p>', "runs into"),
        (
            '<p>under</p><div style="background: #fff; margin-top: -60px; height: 80px; position: relative">',
            "covered",
        ),
        ('<details><summary>fold</summary><p style="color: #eee">in it</p></details>', "contrast"),
        (
            '<svg viewBox="0 0 300 30" width="300"><rect width="300" height="30" fill="#555"/>'
            '<text y="20" fill="#000">on it</text></svg>',
            "contrast",
        ),
        ('<svg viewBox="0 0 300 30" width="150"><text y="20" fill="#000">x</text></svg>', "px"),
        (
            '<svg viewBox="0 0 9 30" width="9"><text y="20" fill="#000">x and y</text></svg>',
            "clips",
        ),
    ],
)
def test_a_fault_would_be_seen(page: Page, markup: str, fault: str) -> None:
    page.shows(DESKTOP.strip().format(card=markup, night=""))
    assert fault in " ".join(faults(page, 360))


def test_a_request_and_a_script_error_would_be_seen(page: Page) -> None:
    page.shows('<img src="http://card.example/x.png"><script>nothing.at.all</script>')
    page.asks("new Promise((done) => setTimeout(done, 100))")
    assert page.requests == ["http://card.example/x.png"]
    assert "nothing is not defined" in page.errors[0]


def longest(sides: list[Side]) -> list[Side]:
    """Both sides of the longest card of each template."""
    first: dict[tuple[str, str], str] = {}
    return [s for s in sides if first.setdefault((s.notetype, s.card), s.id) == s.id]


@pytest.mark.parametrize(
    ("shell", "width", "night"),
    [
        (ANKIDROID, 360, True),
        (ANKIDROID, 390, False),
        (ANKIMOBILE, 390, True),
        (ANKIMOBILE, 390, False),
        (ANKIWEB, 360, False),
        (ANKIWEB, 1280, False),
    ],
    ids=lambda value: (
        re.findall(r'<html class="(\w+ \w+)', value)[0] if len(str(value)) > 9 else None
    ),
)
def test_every_card_is_whole_in_the_page_of_each_client(
    page: Page, sides: list[Side], shell: str, width: int, night: bool
) -> None:
    wrong = []
    for side in longest(sides):
        page.shows(side.within(shell, night=night))
        wrong += [f"{side}: {fault}" for fault in faults(page, width) + page.errors]
    assert not wrong, "\n".join(wrong)


def test_text_twice_as_large_fits_a_small_phone(page: Page, sides: list[Side]) -> None:
    wrong = []
    for side in longest(sides):
        page.shows(side.within(ANKIDROID))
        page.asks("document.documentElement.style.fontSize = '32px'")
        wrong += [f"{side}: {fault}" for fault in faults(page, 360)]
    assert not wrong, "\n".join(wrong)


def test_no_card_names_a_file_or_an_address_of_its_own(sides: list[Side]) -> None:
    for side in sides:
        own = re.sub(r'<a href="[^"]*">', "", side.html)
        assert not re.search(r"\bsrc=|\bhref=|url\(|@import|@font-face|https?://(?!acme)", own), (
            side
        )


def test_every_front_begins_with_its_instruction_in_capitals(page: Page, sides: list[Side]) -> None:
    for side in sides:
        if side.back:
            continue
        page.is_wide(360)
        page.shows(side.within(DESKTOP))
        first, top, others = page.asks(
            """(() => {
              const top = (e) => e.getBoundingClientRect().top;
              const first = document.querySelector('.instruction');
              const rest = document.querySelectorAll('.ask, .context, .kind, .countdown');
              return [document.body.innerText.trim().split('\\n')[0], top(first), [...rest].map(top)];
            })()"""
        )
        assert first == first.upper(), side
        assert re.search("[A-Z]{3}", first), side
        assert top < min(others), side


def test_answer_and_pass_line_are_seen_at_a_glance(page: Page, sides: list[Side]) -> None:
    """On a phone's screen, with the folds as they come; own words may be as long as one likes."""
    page.is_wide(390, 844)
    for side in sides:
        if side.back and side.id.split("/")[-1] not in {"support-background", "marked-up"}:
            page.shows(side.within(DESKTOP))
            seen = page.asks(
                "document.querySelector('.pass, .grades').getBoundingClientRect().bottom"
            )
            assert seen <= GLANCE, side
            assert page.asks("document.querySelectorAll('details[open]').length") == 0


def test_a_back_fits_a_phones_screen_with_its_folds_closed(page: Page, sides: list[Side]) -> None:
    """The next thing that one needs is the answer buttons, and no fold hides behind them."""
    page.is_wide(390, 844)
    tall: dict[str, float] = {}
    for side in sides:
        if side.back and side.id.split("/")[-1] not in {"support-background", "marked-up"}:
            page.shows(side.within(ANKIDROID))
            height = page.asks("document.querySelector('.paper').getBoundingClientRect().bottom")
            tall |= {str(side): height} if height > SCREEN else {}
    assert not tall


def test_the_grading_follows_ones_own_words(page: Page, sides: list[Side]) -> None:
    """Nothing stands between them; how to write an answer is folded, where none is written yet."""
    backs = [side for side in sides if side.card == "Aloud" and side.back]
    written = set()
    for side in backs:
        page.shows(side.within(ANKIDROID))
        before, summaries = page.asks(
            "[document.querySelector('.grades').previousElementSibling.id,"
            "[...document.querySelectorAll('summary')].map((e) => e.innerText)]"
        )
        assert before == "answer"
        written.add("Write your own answer" not in summaries)
        assert ("Write your own answer" in summaries) == ('class="outline' in side.html)
    assert written == {True, False}


def test_no_fold_is_empty(page: Page, sides: list[Side]) -> None:
    for side in sides:
        page.shows(side.within(DESKTOP))
        bare = page.asks(
            "[...document.querySelectorAll('details')].filter((fold) => (fold.open = true,"
            "fold.innerText.trim() === fold.querySelector('summary').innerText.trim())).length"
        )
        assert bare == 0, side


COLORS = """
    [...document.querySelectorAll('.card, .card *')].map((e) => {
      const s = getComputedStyle(e); return [s.color, s.backgroundColor, s.borderTopColor, s.fill];
    }).join()
    """


def test_either_of_ankis_night_classes_is_enough(page: Page, sides: list[Side]) -> None:
    for side in longest(sides):
        page.shows(side.within(DESKTOP))
        looks = []
        for night in ("", "nightMode", "night_mode", NIGHT):
            page.asks(f"document.body.className = 'card card1 {night}'")
            looks.append(page.asks(COLORS))
        assert looks[1] == looks[2] == looks[3] != looks[0], side


def test_each_kind_of_card_has_an_accent_of_its_own(page: Page, sides: list[Side]) -> None:
    for night in (False, True):
        accents: dict[str, set[str]] = {}
        for side in longest(sides):
            page.shows(side.within(DESKTOP, night=night))
            color = page.asks("getComputedStyle(document.querySelector('.instruction')).color")
            accents.setdefault(color, set()).add(side.notetype)
        shared = [types for types in accents.values() if len(types) > 1]
        assert shared == [{"Story", "Which story"}]


def test_nothing_moves_for_those_who_asked_for_less_motion(page: Page, sides: list[Side]) -> None:
    moving = (
        "[...document.querySelectorAll('.card, .card *')].flatMap((e) => ['', '::before'].filter((p) => {"
        "const s = getComputedStyle(e, p || null);"
        "return s.transitionDuration !== '0s' || s.animationName !== 'none'; })).length"
    )
    for side in longest(sides):
        page.shows(side.within(DESKTOP))
        told: list[int] = []
        for wish in ("no-preference", "reduce"):
            wanted = [{"name": "prefers-reduced-motion", "value": wish}]
            page.call("Emulation.setEmulatedMedia", features=wanted)
            told.append(page.asks(moving))
        assert told[1] == 0, side
        assert told[0] > 0 or "<details>" not in side.html, side


# The spoken card: question and clock on the front, one's own words on the back.


@pytest.fixture
def spoken(sides: list[Side]) -> tuple[Side, Side]:
    """Both sides of a card that is answered aloud, with other wordings."""
    front, back = (
        next(s for s in sides if s.card == "Aloud" and s.back == side and "<li>" in s.html)
        for side in (False, True)
    )
    assert front.id == back.id
    return front, back


def asked(page: Page) -> str:
    text: str = page.asks("document.querySelector('.ask').innerText")
    return text


def wordings(side: Side) -> list[str]:
    """The question as the note asks it, then the others."""
    first = re.search(r'<p class="ask">(.*?)</p>', side.html)
    others = re.search(r'class="wordings" hidden>(.*?)</div>', side.html, re.DOTALL)
    assert first
    assert others
    return [first[1], *re.findall("<li>(.*?)</li>", others[1])]


LATER = "(() => { const then = Date.now() + %d000; Date.now = () => then; })()"
A_BEAT = "new Promise((done) => setTimeout(done, 600))"


def test_without_scripts_every_card_says_all_it_has_to_say(page: Page, sides: list[Side]) -> None:
    page.has_scripts(False)
    for side in longest(sides):
        page.shows(side.within(DESKTOP))
        assert not faults(page, 360), side
        hidden = page.asks("[...document.querySelectorAll('[hidden]')].map((e) => e.className)")
        assert set(hidden) <= {"again", "up", "took", "wordings"}, side
        if side.card == "Aloud" and not side.back:
            assert re.search(r"\d+\s+seconds", page.asks("document.body.innerText"))
            assert asked(page) == wordings(side)[0]


def test_the_clock_runs_down_and_never_turns_the_card(
    page: Page, spoken: tuple[Side, Side]
) -> None:
    page.shows(spoken[0].within(DESKTOP))
    length = int(page.asks("document.querySelector('.countdown').dataset.seconds"))
    clock = "document.querySelector('.clock b').innerText"
    assert int(page.asks(clock)) == length
    page.asks(LATER % 20)
    page.asks(A_BEAT)
    assert int(page.asks(clock)) == length - 20
    before = page.asks("document.body.innerHTML.length")
    page.asks(LATER % length)
    page.asks(A_BEAT)
    assert page.asks(clock) == "0"
    assert "Time." in page.asks("document.querySelector('.countdown').innerText")
    assert abs(page.asks("document.body.innerHTML.length") - before) < 30
    assert not faults(page, 360)
    assert not page.errors + page.requests


def test_the_clock_can_be_started_again(page: Page, spoken: tuple[Side, Side]) -> None:
    page.is_wide(390)
    page.shows(spoken[0].within(ANKIDROID))
    page.asks(LATER % 30)
    page.clicks(".again")
    left = page.asks("document.querySelector('.clock b').innerText")
    assert left == page.asks("document.querySelector('.countdown').dataset.seconds")


def test_the_clock_begins_anew_whenever_the_front_comes(
    page: Page, spoken: tuple[Side, Side], tmp_path: Path
) -> None:
    """Even soon, and even if nobody turned the card: one went to another card and came back."""
    front = tmp_path / "front.html"
    front.write_text(spoken[0].within(ANKIDROID), encoding="utf-8")
    page.opens(front)
    page.call(
        "Page.addScriptToEvaluateOnNewDocument",
        source="{ const now = Date.now; Date.now = () => now() + 20000; }",
    )
    page.opens(front)
    left = page.asks("document.querySelector('.clock b').innerText")
    assert left == page.asks("document.querySelector('.countdown').dataset.seconds")


def test_the_question_is_worded_anew_from_day_to_day_and_alike_on_both_sides(
    page: Page, spoken: tuple[Side, Side]
) -> None:
    seen = []
    for day in range(1, 29):
        asks = []
        for side in spoken:
            html = side.within(DESKTOP)
            clock = f"<script>Date.prototype.toDateString = () => 'Fri Jan {day:02} 2027';</script>"
            page.shows(html.replace("<head>", f"<head>{clock}"))
            asks.append(asked(page))
        assert asks[0] == asks[1]
        seen.append(asks[0])
    assert set(seen) == set(wordings(spoken[0]))


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[Path, str]]:
    """A folder and its address. Between two files Chromium now and then loses what a page kept."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=tmp_path)) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield tmp_path, f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_the_back_says_how_long_it_took(
    page: Page, spoken: tuple[Side, Side], served: tuple[Path, str]
) -> None:
    """As AnkiDroid does: each side is a page of its own, and a side may be loaded twice."""
    folder, address = served
    for side, name in zip(spoken, ("front.html", "back.html"), strict=True):
        html = side.within(ANKIDROID).replace("<head>", '<head><link rel="icon" href="data:,">')
        (folder / name).write_text(html, encoding="utf-8")

    def back_says(later: int) -> str:
        clock = page.call(
            "Page.addScriptToEvaluateOnNewDocument",
            source=f"{{ const now = Date.now; Date.now = () => now() + {later}000; }}",
        )
        page.opens(f"{address}/back.html")
        page.call("Page.removeScriptToEvaluateOnNewDocument", **clock)
        text: str = page.asks("document.querySelector('.took').innerText")
        return text

    page.opens(f"{address}/front.html")
    assert re.search("You took 4[2-7] s.", back_says(42))
    assert re.search("You took 4[2-7] s.", back_says(60))
    page.opens(f"{address}/front.html")
    assert re.search("You took 2[0-5] s.", back_says(20))
    assert not page.errors + page.requests


def test_a_page_that_serves_all_cards_keeps_one_clock(
    page: Page, spoken: tuple[Side, Side]
) -> None:
    """As the desktop does: markup goes in, its scripts are run, the page stays."""
    page.shows(DESKTOP.strip().format(card="", night=""))
    page.asks(
        "window.put = (html) => { const qa = document.getElementById('qa'); qa.innerHTML = html;"
        "for (const old of qa.querySelectorAll('script')) { const s = document.createElement('script');"
        "s.textContent = old.textContent; old.replaceWith(s); } }; window.clocks = 0;"
        "const on = setInterval, off = clearInterval;"
        "window.setInterval = (...a) => { clocks += 1; return on(...a); };"
        "window.clearInterval = (...a) => { clocks -= 1; return off(...a); };"
    )
    for side in (*spoken, *spoken, *spoken):
        page.asks(f"put({json.dumps(side.html)})")
    page.asks(A_BEAT)
    assert page.asks("clocks") == 0
    assert not page.errors


def test_a_voice_reads_the_question_only_where_the_project_asks_for_it(
    project: ProjectFolder, sides: list[Side]
) -> None:
    assert not [side for side in sides if "tts" in side.html]
    project.edit("decks/deck.yaml", "version:", "speech: en_US\nversion:")
    try:
        deck = next(d for d in compile_project(project.root).decks if d.role == "everything")
    finally:
        project.edit("decks/deck.yaml", "speech: en_US\nversion:", "version:")
    front = deck.notetypes["your-answer"].templates[0].front
    assert "{{tts en_US:Ask}}" in front
    # It reads Ask: no other wording may stand there.
    assert "data-read" in front
