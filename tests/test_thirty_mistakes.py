"""Thirty mistakes and more, as hands make them, in one project: what one build says and does.

`PROJECT` is sound. Each of `MISTAKES` is one slip in it, in YAML, a role or a template. All of them
are made at once, beside one good change; then the project is built once more, and the tests look
at that one run.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass

import pytest
from conftest import BASE, NOON, ProjectFolder, said

from builder.package import read_package

QUESTIONS = "decks/questions/service.yaml"
KPIS = "decks/kpis.yaml"
SKILLS = "decks/skills.yaml"
LINES = "decks/lines.yaml"
SHOP = "decks/shop.yaml"
LEAD = "decks/roles/lead.yaml"
ACME = "decks/private/acme/role.yaml"
SAY = "templates/line/say.front.html"
SAY_BACK = "templates/line/say.back.html"
LINE = "templates/line/notetype.yaml"
METHOD = "templates/method/notetype.yaml"
METHOD_NAME = "templates/method/name.front.html"

PROJECT: dict[str, str | bytes | None] = {
    QUESTIONS: """
        questions:
          angry-customer-story:
            ask: Tell me about an angry customer.
            type: story
            topics: [customer/difficult-customers]
            listening_for: whether you stay useful
            must_show:
              - you let them finish
              - what happened afterwards
          complaint-steps:
            ask: How do you take a complaint?
            type: approach
            topics: [customer/complaints]
            steps:
              - listen
              - offer two ways out
          refund-limit:
            ask: How much may you refund without asking?
            type: knowledge
            topics: [customer/complaints]
            answer: Fifty euros at {{ vars.company }}.
          shift-handover:
            ask: How do you hand over a shift?
            type: approach
            steps:
              - write down what is open
              - name who waits for what
          late-parcel:
            ask: What do you say about a late parcel?
            type: knowledge
            answer: |
              Where it is, when it comes, and that {{ vars.company }}
              will write again if {{ vars.company }} learns more.
          two-chats:
            ask: How do you keep two chats going?
            type: approach
            steps:
              - answer the longer wait first
              - say when you are back
          quiet-customer:
            ask: What do you do when the customer goes quiet?
            type: approach
            steps:
              - sum up what you heard
          first-day:
            ask: What do you do on your first day?
            type: approach
            steps:
              - listen to three calls
          strange-tool:
            ask: How do you learn a tool that you have never seen?
            type: approach
            steps:
              - ask somebody who uses it
          wrong-refund:
            ask: What do you do after a refund to the wrong card?
            type: approach
            steps:
              - say so at once
          long-queue:
            ask: How do you work through a long queue?
            type: approach
            steps:
              - take the oldest first
          policy-change:
            ask: How do you explain a new policy?
            type: approach
            steps:
              - say what changes for them
          rude-email:
            ask: How do you answer a rude e-mail?
            type: approach
            steps:
              - answer the question in it
          team-mistake:
            ask: What do you do about a mistake of the team?
            type: approach
            steps:
              - mend it before you explain it
          new-colleague:
            ask: How do you help a new colleague?
            type: approach
            steps:
              - let them listen first
          best-day:
            ask: What was a good day at work?
            type: approach
            steps:
              - name one customer
          quick-or-right:
            ask: What do you choose when a quick answer may be wrong?
            type: approach
            anchors:
              weak: always the quick one
              fair: always the right one
              strong: says when the right one comes
            sounds_like:
              weak: I just close the ticket.
              fair: I always check first.
              strong: I write now that I check, and by when.
            steps:
              - say when the right one comes
        """,
    KPIS: """
        kpis:
          csat:
            name: Customer satisfaction score
            over: ratings of 4 or 5
            under: all ratings
            formula: top / ratings * 100
            where: {top: ratings of 4 or 5, ratings: all ratings}
            unit: percent
            better: up
            pushing: up
            hurts: average-handle-time
            because: people are given more time
            examples:
              plain:
                inputs: {top: 164, ratings: 200}
                gives: 82
            trap: Only those who answer count.
          average-handle-time:
            name: Average handle time
            over: talk, hold and wrap-up time
            under: contacts handled
            formula: (talk + hold + wrap) / handled
            where: {talk: talk time, hold: hold time, wrap: wrap-up time, handled: contacts}
            unit: seconds
            better: context
            pushing: down
            hurts: csat
            because: people are hurried off the line
            examples:
              plain:
                inputs: {talk: 24000, hold: 3000, wrap: 9000, handled: 100}
                gives: 360
            trap: Lower is not better by itself.
        """,
    SKILLS: """
        skills:
          empathy:
            name: Empathy
            shows:
              - when: they have waited forty minutes
                do: name the wait before the problem
          clear-writing:
            name: Clear writing
            shows:
              - when: the answer is no
                do: say no in the first line
          patience:
            name: Patience
            shows:
              - when: they ask the same again
                do: answer in other words
        """,
    "decks/team/skills.yaml": """
        skills:
          calm:
            name: Calm
            shows:
              - when: they shout
                do: speak more slowly
        """,
    LINES: """
        lines:
          hold-forty-minutes:
            they_say: I have been on hold for forty minutes!
            you_say: That is far too long, and I am sorry.
            pass_if: the feeling comes before the fix
            skill: empathy
        """,
    SHOP: """
        tools:
          help-desk:
            name: Help desk
            does: keeps every request in one place
        methods:
          active-listening:
            name: Active listening
            use_when: somebody is upset
            steps:
              - say back what you heard
        cards:
          follow-the-sun:
            front: What is follow-the-sun support?
            back: Teams in several time zones hand over.
        """,
    "decks/roles/agent.yaml": """
        role:
          title: Agent
          core:
            - {kind: question, topic: customer}
          add:
            - {kind: [question, kpi, skill]}
        """,
    LEAD: """
        role:
          title: Team Lead
          extends: agent
          add:
            - {kind: kpi, id: csat}
          drop:
            - {kind: question, type: story}
          override:
            average-handle-time:
              trap: A team has no use for a record.
            csat:
              trap: Ask after every contact, or after none.
        """,
    "decks/roles/coach.yaml": """
        role:
          title: Coach
          extends: mentor
          add:
            - {kind: method}
        """,
    "decks/roles/mentor.yaml": """
        role:
          title: Mentor
          add:
            - {kind: tool}
        """,
    "decks/roles/trainee.yaml": """
        role:
          title: Trainee
          extends: front-desk
          add:
            - {kind: card}
        """,
    "decks/roles/voice.yaml": """
        role:
          title: Voice
          add:
            - {kind: line}
        """,
    "decks/roles/front-desk.yaml": """
        role:
          title: Front Desk
          add:
            - {kind: tool}
        """,
    ACME: """
        role:
          title: Front Desk at Acme
          extends: front-desk
          add:
            - {kind: question, id: [angry-customer-story, complaint-steps]}
        my_stories:
          lost-dress:
            title: The lost wedding dress
            opens_with: A man had waited nine days for a dress.
            number: delivered one day early
            answers: [angry-customer-story]
        employer_facts:
          invoices:
            ask: How many invoices does Acme send a month?
            answer: 2 million
            source: acme.example/about
            seen: 2026-11-20
        """,
    "decks/private/home/role.yaml": """
        role:
          title: Front Desk at Home
          extends: front-desk
          vars:
            company: the shop round the corner
        """,
    LINE: """
        kind: line
        name: Live line
        fields:
          they-say: {name: They say, content: they_say | line}
          you-say: {name: You say, content: you_say | prose}
          pass-if: {name: Pass if, content: pass_if | line}
        cards:
          say: {name: They say}
        """,
    SAY: """
        <p>THEY SAY</p>
        <p>{{They say}}</p>
        """,
    SAY_BACK: """
        {{FrontSide}}
        <div>{{You say}}</div>
        {{#Pass if}}
        <p>Pass: {{Pass if}}</p>
        {{/Pass if}}
        """,
    METHOD: """
        kind: method
        name: Method
        fields:
          name: {name: Name, content: name | line}
          use-when: {name: Use when, content: use_when | line}
          steps: {name: Steps, content: steps | ordered}
        cards:
          steps: {name: Steps}
          name: {name: Name}
        """,
    "templates/method/steps.front.html": "<p>IN ORDER</p> <p>{{Name}}</p>",
    "templates/method/steps.back.html": "{{FrontSide}} <div>{{Steps}}</div>",
    METHOD_NAME: "<p>WHICH METHOD?</p> <p>{{Use when}}</p>",
    "templates/method/name.back.html": "{{FrontSide}} <p>{{Name}}</p>",
}

#: Packages that no mistake touches, and those that one does.
UNTOUCHED = ("front-desk", "private/home")
TOUCHED = ("agent", "lead", "coach", "mentor", "trainee", "voice", "private/acme")


@dataclass(frozen=True)
class Mistake:
    """One slip: `old` becomes `new`, in which ⟦ ⟧ stand around what the caret must underline.

    Where the message stands elsewhere than the slip, `at` is that file and the text there.
    """

    what: str
    file: str
    old: str
    new: str
    rule: str
    help: str
    at: tuple[str, str] | None = None


MISTAKES = (
    # what somebody meant to write is called otherwise
    Mistake("a key", QUESTIONS, "listening_for:", "⟦listning_for⟧:", "unknown-key", "did you mean `listening_for`?"),
    Mistake("a topic", QUESTIONS, "    topics: [customer/complaints]\n    steps:", "    topics: [⟦customer/complaint⟧]\n    steps:", "unknown-reference", "did you mean `customer/complaints`?"),
    Mistake("a role", "decks/roles/trainee.yaml", "extends: front-desk", "extends: ⟦front-dask⟧", "unknown-role", "did you mean `front-desk`?"),
    Mistake("a skill", LINES, "skill: empathy", "skill: ⟦empthy⟧", "unknown-reference", "did you mean `empathy`?"),
    Mistake("a KPI", KPIS, "hurts: average-handle-time", "hurts: ⟦average-handel-time⟧", "unknown-reference", "did you mean `average-handle-time`?"),
    Mistake("an id", LEAD, "id: csat", "id: ⟦csta⟧", "unknown-reference", "did you mean `csat`?"),
    Mistake("a variable, in a block", QUESTIONS, "if {{ vars.company }} learns", "if ⟦{{ vars.compny }}⟧ learns", "unknown-variable", "did you mean `company`?"),
    # what YAML does not read as it was meant
    Mistake("a tab", QUESTIONS, "    steps:\n      - write down", "⟦\t⟧steps:\n      - write down", "syntax", "indent with spaces"),
    Mistake("a missing colon", QUESTIONS, "two chats going?\n    type: approach", "two chats going?\n    ⟦type approach⟧", "syntax", "write `key: value`"),
    Mistake("an unclosed quote", QUESTIONS, "ask: What do you do when the customer", 'ask: ⟦"⟧What do you do when the customer', "syntax", "close the quote"),
    Mistake("an unquoted {{", QUESTIONS, "ask: What do you do on your first day?", "ask: ⟦{⟧{ vars.company }} hires you. What is first?", "syntax", "put the whole text in quotes"),
    Mistake("a # in a text", QUESTIONS, "ask somebody who uses it", "⟦ask colleague⟧ #1", "lost-comment", "quote the text"),
    Mistake("a key that is there", QUESTIONS, "wrong card?\n    type: approach", "wrong card?\n    type: approach\n    ⟦type⟧: pitch", "duplicate-key", "keep one of them"),
    Mistake("an id that is there", "decks/team/skills.yaml", "calm:", "⟦empathy⟧:", "duplicate-id", "choose another id"),
    Mistake("a value forgotten", QUESTIONS, "ask: How do you work through a long queue?", "⟦ask⟧:", "empty-value", "fill it in"),
    Mistake("an anchor", QUESTIONS, "- say what changes", "- ⟦&first say what changes for them⟧\n      - say what changes", "yaml-feature", "remove `&…`"),
    Mistake("a control character", QUESTIONS, "answer the question in it", "answer the⟦\x1f⟧ question in it", "control-character", "remove it"),
    # what the schema does not allow
    Mistake("a list for a text", QUESTIONS, "ask: What do you do about a mistake of the team?", "ask: ⟦[What do you do, about a mistake]⟧", "wrong-value", "write one text after the key"),
    Mistake("a word for a number", QUESTIONS, "new colleague?\n", "new colleague?\n    seconds: ⟦ninety⟧\n", "wrong-value", "write digits"),
    Mistake("sketches without anchors", QUESTIONS, "    anchors:\n      weak: always the quick one\n      fair: always the right one\n      strong: says when the right one comes\n    sounds_like:", "    ⟦sounds_like⟧:", "half-a-pair", "anchors"),
    Mistake("a sum that does not come out", KPIS, "gives: 360", "gives: ⟦306⟧", "arithmetic", "correct the figure"),
    Mistake("a name twice in history", SKILLS, "name: Patience", "name: Patience\n    was: ⟦clear-writing⟧", "was-twice", "only one definition has that history"),
    Mistake("a date that is none", ACME, "seen: 2026-11-20", "seen: ⟦20 November⟧", "wrong-value", "write it like 2026-12-24"),
    Mistake("a story for no question", ACME, "answers: [angry-customer-story]", "answers: [⟦angry-customer-tale⟧]", "unknown-reference", "did you mean `angry-customer-story`?"),
    # roles
    Mistake("a selector of nothing", LEAD, "- {kind: question, type: story}", "- ⟦{kind: skill, topic: customer/complaints}⟧", "no-match", "leave one out"),
    Mistake("an override of nothing", LEAD, "csat:\n", "⟦c-sat⟧:\n", "unknown-reference", "did you mean `csat`?"),
    Mistake("an override of topics", LEAD, "trap: A team", "⟦topics⟧: [customer]\n      trap: A team", "fixed-by-origin", f"change it at {KPIS}"),
    Mistake("roles in a circle", "decks/roles/mentor.yaml", "title: Mentor", "title: Mentor\n  extends: ⟦coach⟧", "circular-roles", "remove one `extends`"),
    # templates, and what they show
    Mistake("a field that is not there", SAY, "{{They say}}", "⟦{{They said}}⟧", "template", "did you mean `They say`?"),
    Mistake("a section never closed", SAY_BACK, "{{#Pass if}}\n<p>Pass: {{Pass if}}</p>\n{{/Pass if}}", "⟦{{#Pass if}}⟧\n<p>Pass: {{Pass if}}</p>", "template", "add {{/Pass if}}"),
    Mistake("two fronts alike", METHOD_NAME, "<p>WHICH METHOD?</p> <p>{{Use when}}</p>", "<p>IN ORDER</p> <p>{{Name}}, {{Use when}}</p>", "fronts-alike", "begin with another instruction", at=(METHOD, "name: ⟦{name: Name}⟧")),
    Mistake("two questions on a front", QUESTIONS, "ask: What was a good day at work?", "ask: ⟦What was a good day? What made it good?⟧", "two-questions", "ask one"),
    Mistake("a front with its answer", SHOP, "  follow-the-sun:\n    front: What is", "  ⟦follow-the-sun⟧:\n    front: Teams in several time zones hand over. What is", "front-gives-answer", "remove it from the question"),
)  # fmt: skip

#: Signs that no YAML has, in place of ⟦ ⟧ while all mistakes of a file are made in it.
_OPEN, _CLOSE = 0xF0000, chr(0xFFFFF)


@dataclass(frozen=True)
class Told:
    """A message as a build shows it; `marked` is what its caret underlines."""

    severity: str
    rule: str
    place: str
    marked: str
    help: str


def make(mistakes: tuple[Mistake, ...], deck: ProjectFolder) -> dict[str, Mistake]:
    """Makes them all; returns each by the `file:line:column rule` where it must be told."""
    for number, mistake in enumerate(mistakes):
        edits = [(mistake.file, mistake.old, mistake.new)]
        if mistake.at is not None:
            file, text = mistake.at
            edits.append((file, text.replace("⟦", "").replace("⟧", ""), text))
        for file, old, new in edits:
            text = (deck.root / file).read_text(encoding="utf-8")
            assert text.count(old) == 1, f"{mistake.what}: not once in {file}: {old}"
            deck.edit(file, old, new.replace("⟦", chr(_OPEN + number)).replace("⟧", _CLOSE))
    places: dict[str, Mistake] = {}
    files = [path for path in deck.root.rglob("*.*") if path.suffix in {".yaml", ".html"}]
    for path in sorted(files):
        line, column, clean = 1, 1, []
        for sign in path.read_text(encoding="utf-8"):
            if _OPEN <= ord(sign) < _OPEN + len(mistakes):
                mistake = mistakes[ord(sign) - _OPEN]
                file = path.relative_to(deck.root).as_posix()
                places[f"{file}:{line}:{column} {mistake.rule}"] = mistake
            elif sign != _CLOSE:
                clean.append(sign)
                line, column = (line + 1, 1) if sign == "\n" else (line, column + 1)
        path.write_text("".join(clean), encoding="utf-8")
    return places


def marked(mistake: Mistake) -> str:
    """What stands between ⟦ and ⟧, as a terminal shows it."""
    text = mistake.at[1] if mistake.at else mistake.new
    text = text.partition("⟦")[2].partition("⟧")[0]
    return text.replace("\t", " ").replace("\x1f", "\N{REPLACEMENT CHARACTER}")


def build(deck: ProjectFolder) -> subprocess.CompletedProcess[str]:
    """`prepdeck build` in a process of its own, a minute after the first build."""
    return subprocess.run(
        [sys.executable, "-m", "builder", "-C", str(deck.root), "build"],
        env={**os.environ, "SOURCE_DATE_EPOCH": str(NOON + 60), "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


_MESSAGE = re.compile(
    r"^(?P<severity>error|warning)\[(?P<rule>[a-z0-9-]+)\]: .+\n *--> (?P<place>.+)\n"
    r"(?: +\|\n *\d+ \| (?P<source>.*)\n +\| (?P<before> *)(?P<carets>\^+)\n)?"
    r"(?: += help: (?P<help>.+)\n)?",
    re.MULTILINE,
)


def told(shown: str) -> list[Told]:
    """Every message in what a build wrote to stderr."""
    return [
        Told(
            match["severity"],
            match["rule"],
            match["place"],
            (match["source"] or "")[len(match["before"] or "") :][: len(match["carets"] or "")],
            match["help"] or "",
        )
        for match in _MESSAGE.finditer(shown)
    ]


def packages(deck: ProjectFolder, names: tuple[str, ...]) -> dict[str, bytes]:
    return {name: deck.package(name).read_bytes() for name in names}


@dataclass(frozen=True)
class Outcome:
    """The one run, what was there before it, and what it had to say."""

    deck: ProjectFolder
    before: dict[str, bytes]
    run: subprocess.CompletedProcess[str]
    expected: dict[str, Mistake]
    told: list[Told]


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """The sound project built; then every mistake and one good change made, and built again."""
    deck = ProjectFolder(tmp_path_factory.mktemp("thirty") / "project")
    kept = ("decks/deck.yaml", "decks/topics.yaml")
    deck.write({**{file: BASE[file] for file in kept}, **PROJECT})
    sound = deck.build(NOON)
    assert not [d for d in sound.findings if d.is_error], said(sound.findings)
    before = packages(deck, TOUCHED + UNTOUCHED)
    expected = make(MISTAKES, deck)
    deck.edit(SHOP, "keeps every request in one place", "keeps each request where all can see it")
    run = build(deck)
    return Outcome(deck, before, run, expected, told(run.stderr))


def test_every_mistake_is_told_once_at_its_place_and_nothing_else_is(outcome: Outcome) -> None:
    assert len(MISTAKES) == len(outcome.expected) >= 30
    rules = {mistake.rule for mistake in MISTAKES}
    # Warnings about style come and go with the texts above; they are no part of this.
    found = [t for t in outcome.told if t.severity == "error" or t.rule in rules]
    assert sorted(f"{t.place} {t.rule}" for t in found) == sorted(outcome.expected)
    assert outcome.run.returncode == 1


def test_each_caret_underlines_the_mistake(outcome: Outcome) -> None:
    carets = {f"{t.place} {t.rule}": t.marked for t in outcome.told}
    assert {place: carets.get(place) for place in outcome.expected} == {
        place: marked(mistake) for place, mistake in outcome.expected.items()
    }


def test_each_help_says_how_to_mend_it(outcome: Outcome) -> None:
    helps = {f"{t.place} {t.rule}": t.help for t in outcome.told}
    unhelpful = {
        mistake.what: helps.get(place)
        for place, mistake in outcome.expected.items()
        if mistake.help not in helps.get(place, "")
    }
    assert unhelpful == {}


def test_what_no_mistake_touches_is_built_with_its_change(outcome: Outcome) -> None:
    now = packages(outcome.deck, UNTOUCHED)
    assert [name for name in UNTOUCHED if now[name] == outcome.before[name]] == []
    for name in UNTOUCHED:
        notes = read_package(outcome.deck.package(name)).notes
        assert any("where all can see it" in field for note in notes for field in note.fields)


def test_what_a_mistake_touches_stays_as_it_was(outcome: Outcome) -> None:
    now = packages(outcome.deck, TOUCHED)
    assert [name for name in TOUCHED if now[name] != outcome.before[name]] == []
    files = [path for path in (outcome.deck.root / "build").rglob("*") if path.is_file()]
    built = [path.relative_to(outcome.deck.root / "build").as_posix() for path in files]
    assert sorted(built) == sorted(f"{name}.apkg" for name in TOUCHED + UNTOUCHED)
