"""`new role` and `new question`, `kpi` …: valid from the first second, and nothing overwritten."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from conftest import NOON, MakeProject, ProjectFolder, said
from hypothesis import given
from hypothesis import strategies as st
from test_cli import prepdeck

from builder.cli import main
from builder.commands.check.run import check
from builder.commands.new.definition import DefinitionDraft, new_definition
from builder.commands.new.role import RoleDraft, new_role
from builder.edit.insert import with_definition, with_selector
from builder.edit.written import prose, value
from builder.findings import PrepdeckError
from builder.load import load
from builder.load.overlay import with_file
from builder.source import parse
from builder.source.paths import plain

TODAY = date(2026, 12, 2)

#: Texts for the archetype of each kind.
TEXTS: dict[str, dict[str, Any]] = {
    "question": {"ask": "How do you tell somebody bad news?", "type": "approach"},
    "kpi": {"name": "Refund rate", "over": "refunds", "under": "orders"},
    "skill": {"name": "Tact", "when": "they are wrong", "do": "ask before you correct"},
    "line": {"they_say": "Where is it?", "you_say": "Let me look.", "pass_if": "you name a time"},
    "story": {
        "title": "The lost dress",
        "opens_with": "A man had waited nine days.",
        "number": "one day early",
        "answers": ("angry-customer-story",),
    },
    "fact": {"ask": "Since when do they sell?", "answer": "1998", "source": "acme.example/about"},
    "stage": {
        "name": "Phone interview",
        "happens": "a recruiter calls",
        "marks": "how you sound",
        "prepare": "a quiet room",
    },
    "activity": {"name": "Answer chats", "good": "each customer has one answer within a minute"},
    "method": {"name": "Five whys", "use_when": "a fault comes back"},
    "tool": {"name": "Call router", "does": "brings each call to somebody who can help"},
    "tip": {"when": "before", "do": "Try the headset the evening before."},
    "card": {"front": "What is first-line support?", "back": "It answers first."},
}


def role(deck: ProjectFolder, id: str = "acme", **how: Any) -> tuple[Path, str]:
    """A new role that extends `agent`; its file and its text."""
    how = {"extends": "agent", "today": TODAY, **how}
    (path,) = new_role(load(deck.root)[0], RoleDraft(id=id, **how)).paths
    return path, path.read_text(encoding="utf-8")


def define(deck: ProjectFolder, kind: str, id: str, role: str | None = None, **how: Any) -> Path:
    """A new definition; its file."""
    topics = how.pop("topics", ())
    texts = {**TEXTS[kind], **how}
    draft = DefinitionDraft(kind=kind, id=id, role=role, topics=topics, texts=texts, today=TODAY)
    return new_definition(load(deck.root)[0], draft).paths[0]


def assert_faultless(deck: ProjectFolder) -> None:
    found = check(deck.root)
    assert not found, said(found)


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(NOON))


# roles


def test_a_private_role_is_built_from_the_first_second(project: MakeProject) -> None:
    deck = project({})
    path, text = role(deck, company="Acme", interview=date(2026, 12, 10), minutes=25)
    assert path == deck.root / "decks/private/acme/role.yaml"
    assert_faultless(deck)
    (value,) = (r.value for r in load(deck.root)[0].roles.values() if r.id == "acme")
    assert value is not None
    assert (value.title, value.extends, value.notes) == ("Agent at Acme", "agent", "own")
    assert value.vars == {"company": "Acme"}
    assert (value.starts, value.interview, value.minutes_per_day) == (
        TODAY,
        date(2026, 12, 10),
        25,
    )
    assert re.search(r"^  key: acme-[0-9a-f]{4}$", text, re.MULTILINE)
    assert deck.built(NOON, "acme") == deck.root / "build/private/acme.apkg"


def test_no_two_roles_share_a_key_or_a_title(project: MakeProject) -> None:
    deck = project({})
    for id in ("acme", "acme-2", "a" * 64):
        role(deck, id, company="Acme")
    assert_faultless(deck)
    roles = load(deck.root)[0].roles
    assert roles["acme-2"].title == "Agent at Acme (acme-2)"
    assert len({r.key for r in roles.values()}) == len(roles)


def test_a_shared_deck_makes_its_own_what_names_the_company(project: MakeProject) -> None:
    deck = project({})
    deck.edit("decks/skills.yaml", "name the wait", "name the wait at {{ vars.company }}")
    _, text = role(deck, company="Acme", notes="shared")
    assert text.count("empathy: {}") == 1
    assert_faultless(deck)


def test_a_company_without_a_variable_still_names_the_deck(project: MakeProject) -> None:
    deck = project({})
    deck.edit("decks/deck.yaml", "vars:\n  company: the company\n", "")
    role(deck, company="Acme: & Co #1")
    assert_faultless(deck)
    assert load(deck.root)[0].roles["acme"].title == "Agent at Acme: & Co #1"


def test_a_public_role_has_no_key_no_notes_and_no_plan(project: MakeProject) -> None:
    deck = project({})
    for id, parent in (("lead", "agent"), ("all", None)):
        path, _ = role(deck, id, extends=parent, public=True)
        assert path == deck.root / f"decks/roles/{id}.yaml"
    assert_faultless(deck)
    lead = load(deck.root)[0].roles["lead"].value
    assert lead is not None
    assert (lead.key, lead.notes, lead.starts, lead.extends) == (None, None, None, "agent")


GLOBEX = """
    # Globex, of old
    role:
        title: Agent at Globex
        extends: agent
        key: globex-0001
        vars: {company: Globex}
        # the numbers first
        core:
            - kind: kpi
              topic: operations   # all of them
        drop:
            # too soft
            - {kind: skill}
        override:
            complaint-steps:
                steps:
                    - sit down
                    - write it up
    my_answers:
        complaint-steps: |
            I sit down.
    """


def test_like_takes_over_what_is_selected_and_not_a_word_besides(project: MakeProject) -> None:
    """Not a comment, an override, an answer; nor the name of the client whose role it is."""
    deck = project({"decks/private/globex/role.yaml": GLOBEX})
    _, text = role(deck, extends=None, like="globex", company="Acme")
    assert_faultless(deck)
    acme, globex = (load(deck.root)[0].roles[id] for id in ("acme", "globex"))
    for key in ("later", "core", "add", "drop", "extends"):
        assert plain(acme.node).get(key) == plain(globex.node).get(key)
    assert "globex" not in text.lower()
    for words in ("the numbers first", "all of them", "too soft", "sit down", "override:"):
        assert words in GLOBEX
    for words in ("the numbers first", "all of them", "too soft", "sit down"):
        assert words not in text
    assert not acme.value or not acme.value.override
    assert acme.key != globex.key
    assert not acme.answers


def test_like_takes_over_every_kind_of_selector(project: MakeProject) -> None:
    """One name, several, and several keys at once, whatever way they were written."""
    text = """
        role:
          title: Globex
          extends: agent
          key: globex-1
          later: [{kind: question}]
          core:
            - kind: [kpi, skill]
              topic: [operations, customer]
            - id: csat
          add:
            - {id: [empathy, complaint-steps], kind: [skill, question]}
          drop: [{kind: question, type: [story]}]
        """
    deck = project({"decks/private/globex.yaml": text})
    role(deck, extends=None, like="globex")
    acme, globex = (load(deck.root)[0].roles[id].value for id in ("acme", "globex"))
    assert acme is not None
    assert globex is not None
    for key in ("later", "core", "add", "drop"):
        assert getattr(acme, key) == getattr(globex, key) != ()
    assert_faultless(deck)


def test_nothing_private_gets_into_a_public_role(project: MakeProject) -> None:
    deck = project({"decks/private/globex/role.yaml": GLOBEX})
    with pytest.raises(PrepdeckError, match="`globex` is private") as trouble:
        role(deck, extends=None, like="globex", public=True)
    assert "name a public role" in trouble.value.help
    assert not (deck.root / "decks/roles/acme.yaml").exists()
    role(deck, extends=None, like="agent", public=True)
    assert_faultless(deck)


def test_a_role_that_cannot_be_read_is_not_taken_over(project: MakeProject) -> None:
    globex = GLOBEX.replace("notes:", "").replace("key: globex-0001", "kee: globex-0001")
    deck = project({"decks/private/globex/role.yaml": globex.replace("title:", "titel:")})
    with pytest.raises(PrepdeckError, match="`globex` cannot be read"):
        role(deck, extends=None, like="globex")


def test_like_does_not_take_what_the_other_defines_itself(project: MakeProject) -> None:
    deck = project({"decks/private/globex/role.yaml": GLOBEX})
    define(deck, "question", "globex-outage-approach", "globex")
    deck.edit("decks/private/globex/role.yaml", "kind: kpi", "id: globex-outage-approach")
    deck.edit("decks/private/globex/role.yaml", "          topic: operations", "          #")
    with pytest.raises(
        PrepdeckError, match="`globex-outage-approach`, which `globex` itself defines"
    ):
        role(deck, extends=None, like="globex")


def test_a_role_that_is_there_is_not_overwritten(project: MakeProject) -> None:
    deck = project({})
    path, text = role(deck)
    for id in ("acme", "agent"):
        with pytest.raises(PrepdeckError, match="already exists"):
            role(deck, id)
    path.write_text(text.replace("role:", "rolle:"))  # a fault hides the role, not the file
    with pytest.raises(PrepdeckError, match=r"already exists: decks/private/acme/role\.yaml"):
        role(deck)


def test_names_that_do_not_exist_are_suggested(project: MakeProject) -> None:
    deck = project({})
    role(deck)
    for how in ({"extends": "agnet"}, {"like": "agnet", "extends": None}, {"extends": "acme"}):
        with pytest.raises(PrepdeckError, match=r"no (public )?role is called") as trouble:
            role(deck, "globex", **how)
        assert "agent" in trouble.value.help
    with pytest.raises(PrepdeckError, match="is not an id"):
        role(deck, "Acme & Co")


# definitions


@pytest.mark.parametrize("kind", TEXTS)
def test_every_kind_in_a_private_role_is_built_from_the_first_second(
    project: MakeProject, kind: str
) -> None:
    deck = project({})
    role(deck)
    define(deck, kind, "something-new", "acme")
    assert_faultless(deck)
    assert "something-new" in load(deck.root)[0].roles["acme"].definitions


@pytest.mark.parametrize("type", ["story", "approach", "knowledge", "pitch"])
def test_every_type_of_question_has_what_its_answer_is_made_of(
    project: MakeProject, type: str
) -> None:
    deck = project({})
    role(deck)
    define(deck, "question", "something-new", "acme", type=type, skills=("empathy",))
    assert_faultless(deck)


@pytest.mark.parametrize("kind", ["question", "kpi", "skill", "line"])
def test_a_public_role_takes_what_is_defined_for_it(project: MakeProject, kind: str) -> None:
    deck = project({})
    path = define(deck, kind, "something-new", "agent")
    assert path.parent.parent == deck.root / "decks"
    assert path.name == "mine.yaml"
    assert_faultless(deck)
    text = (deck.root / "decks/roles/agent.yaml").read_text()
    # The role's selectors take questions, KPIs and skills by themselves; a line has to be named.
    assert ("- {id: something-new}" in text) == (kind == "line")


def test_the_first_kpi_of_all_names_itself_until_there_is_another(project: MakeProject) -> None:
    deck = project({"decks/kpis.yaml": None})
    deck.edit("decks/roles/agent.yaml", "[question, kpi, skill]", "[question, skill]")
    deck.edit("decks/topics.yaml", "  operations:\n    metrics: Metrics\n", "")
    define(deck, "kpi", "refund-rate", "agent")
    assert_faultless(deck)


def test_a_definition_of_the_catalogue_goes_to_the_file_of_its_topic(project: MakeProject) -> None:
    deck = project({})
    before = (deck.root / "decks/questions/customer.yaml").read_bytes()
    path = define(deck, "question", "something-new", topics=("customer/complaints",))
    assert path == deck.root / "decks/questions/customer.yaml"
    assert path.read_bytes().startswith(before)
    assert_faultless(deck)
    assert load(deck.root)[0].definitions["something-new"].topics == ("customer/complaints",)


def test_a_message_says_that_no_role_selects_it_yet(project: MakeProject) -> None:
    deck = project({})
    draft = DefinitionDraft(
        kind="line", id="line-new", role=None, topics=(), texts=TEXTS["line"], today=TODAY
    )
    messages = new_definition(load(deck.root)[0], draft).messages
    assert messages[0] == (
        "no role selects it yet: write `- {id: line-new}` under `add`,"
        " for example in decks/roles/agent.yaml"
    )
    assert {d.rule for d in check(deck.root)} == {"orphan"}


def test_a_role_in_one_file_keeps_to_it(project: MakeProject) -> None:
    text = "role:\n  title: Agent at Acme\n  extends: agent\n  key: acme-1\n"
    deck = project({"decks/private/acme.yaml": text})
    path = define(deck, "story", "lost-dress", "acme")
    assert path == deck.root / "decks/private/acme.yaml"
    assert path.read_text().startswith(f"{text}\nmy_stories:\n  lost-dress:\n")
    assert_faultless(deck)


def test_a_second_story_goes_where_the_first_is(project: MakeProject) -> None:
    deck = project({})
    path, text = role(deck)
    story = "my_stories:\n  one:\n    title: One\n    opens_with: One.\n    number: 1\n    answers: [complaint-steps]\n"
    path.write_text(text + story)
    assert define(deck, "story", "lost-dress", "acme") == path
    assert path.read_text().startswith(text + story)
    assert_faultless(deck)


def test_an_id_that_is_taken_is_not_defined_again(project: MakeProject) -> None:
    deck = project({})
    role(deck)
    define(deck, "question", "mine-story", "acme", type="story")
    for id, where in (("csat", "kpis.yaml:2"), ("mine-story", "private/acme/questions.yaml:5")):
        with pytest.raises(PrepdeckError, match=f"`{id}` already exists: a [a-z]+, decks/{where}"):
            define(deck, "question", id, "acme")


def test_a_first_id_is_taken_for_ever(project: MakeProject) -> None:
    deck = project({})
    deck.edit("decks/skills.yaml", "empathy:\n", "tact:\n    was: empathy\n")
    role(deck)
    for owner in (None, "acme"):
        with pytest.raises(PrepdeckError, match="`empathy` already exists: a skill"):
            define(deck, "skill", "empathy", owner)


def test_a_role_called_private_keeps_its_definitions_in_files_of_their_own(
    project: MakeProject,
) -> None:
    deck = project({})
    role(deck, "private")
    assert define(deck, "story", "dress", "private") == (
        deck.root / "decks/private/private/stories.yaml"
    )
    assert_faultless(deck)


def test_a_name_that_is_said_twice_is_written_once(project: MakeProject) -> None:
    deck = project({})
    role(deck)
    twice = ("complaint-steps", "angry-customer-story", "complaint-steps")
    path = define(deck, "story", "dress", "acme", answers=twice)
    assert path.read_text().count("- complaint-steps\n") == 1
    topics = ("customer/complaints", "customer/complaints")
    path = define(deck, "line", "line-new", "acme", topics=topics)
    assert path.read_text().count("- customer/complaints\n") == 1
    assert_faultless(deck)


def test_a_fact_was_seen_by_today(project: MakeProject) -> None:
    deck = project({})
    role(deck)
    with pytest.raises(PrepdeckError, match="2026-12-03 is in the future"):
        define(deck, "fact", "founded", "acme", seen="2026-12-03")
    assert not (deck.root / "decks/private/acme/facts.yaml").exists()
    path = define(deck, "fact", "founded", "acme", seen="2026-12-02")
    assert "seen: 2026-12-02\n" in path.read_text()


@pytest.mark.parametrize("public", [False, True])
def test_what_a_retired_role_would_not_build_is_not_written_for_it(
    project: MakeProject, public: bool
) -> None:
    deck = project({})
    path, text = role(deck, public=public)
    path.write_text(text.replace("role:\n", "role:\n  retired: the interview is over\n"))
    before = path.read_bytes()
    with pytest.raises(PrepdeckError, match="`acme` is retired: the interview is over") as trouble:
        define(deck, "question", "something-new", "acme")
    assert "take `retired:` out of decks/" in trouble.value.help
    assert path.read_bytes() == before


def test_a_key_that_another_role_has_is_drawn_again(
    project: MakeProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "role: {title: Globex, extends: agent, key: acme-0001}\n"
    deck = project({"decks/private/globex.yaml": text})
    drawn = iter(["0001", "0002"])
    monkeypatch.setattr("secrets.token_hex", lambda _: next(drawn))
    assert "  key: acme-0002\n" in role(deck)[1]


@pytest.mark.parametrize(
    ("how", "why"),
    [
        ({"title": "   "}, '`title: ""` would be an error: `title` is empty'),
        ({"company": "   "}, "would be an error: `company` is empty"),
        ({"company": "{{ vars.x }}"}, "would be an error: variables are not filled in here"),
        ({"title": "Agent", "notes": "owned"}, "`notes: owned` would be an error"),
    ],
)
@pytest.mark.parametrize("broken", [False, True])
def test_a_role_that_check_would_call_an_error_is_not_written(
    project: MakeProject, how: dict[str, Any], why: str, broken: bool
) -> None:
    """Whether or not there are other faults, which are none of its business."""
    deck = project({"decks/lines.yaml": "lines:\n  x:\n    they_sai: Hm\n"} if broken else {})
    before = sorted(deck.root.rglob("*"))
    with pytest.raises(PrepdeckError) as trouble:
        role(deck, **how)
    assert why in str(trouble.value)
    assert trouble.value.help
    assert sorted(deck.root.rglob("*")) == before
    role(deck)  # those faults are no reason not to begin


@pytest.mark.parametrize("owner", ["acme", "agent", None])
@pytest.mark.parametrize(
    ("wrong", "why"),
    [("   ", "`they_say` is empty"), ("{{ vars.nobody }}", "would be an error: no variable")],
)
def test_a_definition_that_check_would_call_an_error_is_not_written(
    project: MakeProject, owner: str | None, wrong: str, why: str
) -> None:
    deck = project({})
    role(deck)
    before = {path: path.read_bytes() for path in deck.root.rglob("*") if path.is_file()}
    with pytest.raises(PrepdeckError, match=why) as trouble:
        define(deck, "line", "line-new", owner, they_say=wrong)
    assert trouble.value.help
    after = {path: path.read_bytes() for path in deck.root.rglob("*") if path.is_file()}
    assert after == before


def test_a_fault_elsewhere_in_the_file_is_no_reason_not_to_begin(project: MakeProject) -> None:
    deck = project({})
    role(deck)
    path = define(deck, "fact", "first", "acme")
    path.write_text(path.read_text().replace("seen: 2026-12-02", "seen: yesterday"))
    assert define(deck, "fact", "second", "acme") == path
    assert [d.rule for d in check(deck.root)] == ["wrong-value"]


def test_a_warning_is_no_reason_not_to_begin(project: MakeProject) -> None:
    deck = project({})
    role(deck)
    define(deck, "question", "open-approach", "acme", ask="Are you kind?")
    assert {d.rule for d in check(deck.root)} == {"yes-no-ask"}


def test_an_interview_is_from_today_on_and_at_most_a_year_ahead(project: MakeProject) -> None:
    deck = project({})
    for day, why in (
        (date(2026, 12, 1), "the interview is in the past"),
        (date(2027, 12, 4), "more than a year ahead"),
        (date(9999, 12, 31), "more than a year ahead"),
    ):
        with pytest.raises(PrepdeckError, match=why) as trouble:
            role(deck, interview=day)
        assert trouble.value.help
    for number, day in enumerate((TODAY, date(2027, 12, 3))):
        role(deck, f"acme-{number}", interview=day)
    assert_faultless(deck)


def test_the_project_is_read_once(project: MakeProject, monkeypatch: pytest.MonkeyPatch) -> None:
    deck = project({})
    reads: list[Path] = []
    monkeypatch.setattr("builder.load.load", lambda root: reads.append(root) or load(root))
    monkeypatch.chdir(deck.root)
    for args in (
        ["role", "acme", "--extends", "agent"],
        ["fact", "founded", "--ask", "Since when?", "--answer", "1998", "--source", "them"],
        ["line", "x", "--they-say", "a", "--you-say", "b", "--pass-if", "c", "--role", "agent"],
    ):
        reads.clear()
        run = CliRunner().invoke(main, ["new", *args])
        assert run.exit_code == 0, run.output
        assert len(reads) == 1
    assert_faultless(deck)


def test_what_is_known_before_it_is_written_is_what_is_read_after(project: MakeProject) -> None:
    """A project with a file in mind is the project with that file on disk."""
    globex = (
        "role: {title: G, extends: agent, key: g-1}\nmy_answers: {complaint-steps: I listen.}\n"
    )
    deck = project({"decks/private/globex.yaml": globex})
    role(deck)
    before, _ = load(deck.root)
    fact = "employer_facts:\n  f: {ask: a, answer: b, source: c, seen: 2026-12-01}\n"
    for path, private, text in (
        (
            "private/bolt/role.yaml",
            "bolt",
            "role: {title: B, extends: agent, override: {csat: {}}}\n",
        ),
        ("lines/new.yaml", None, "lines:\n  n: {they_say: a, you_say: b, pass_if: c}\n"),
        ("private/acme/facts.yaml", "acme", fact),
        ("private/globex.yaml", "globex", globex + fact),
        ("roles/agent.yaml", None, "role:\n  title: Agent\n  add: [{kind: kpi}]\n"),
    ):
        before, found = with_file(before, deck.root / "decks" / path, text.encode(), private)
        assert not found
        deck.write({f"decks/{path}": text})
    after, _ = load(deck.root)
    assert dict(before.definitions) == dict(after.definitions)
    assert set(before.roles) == set(after.roles)
    for id, one in after.roles.items():
        assert before.roles[id] == one
    assert before.roles["bolt"].chain == ("bolt", "agent")


@pytest.mark.parametrize(
    ("kind", "wrong"),
    [
        ("story", {"answers": ("angry-customer-stroy",)}),
        ("kpi", {"hurts": "cast"}),
        ("line", {"skill": "empathie"}),
        ("question", {"topics": ("customer/complaint",)}),
    ],
)
def test_a_name_that_does_not_exist_writes_nothing(
    project: MakeProject, kind: str, wrong: dict[str, Any]
) -> None:
    deck = project({})
    role(deck)
    before = sorted(deck.root.rglob("*"))
    with pytest.raises(PrepdeckError, match="unknown ") as trouble:
        define(deck, kind, "something-new", "acme", **wrong)
    assert "did you mean" in trouble.value.help
    assert sorted(deck.root.rglob("*")) == before


# text


FILES = {
    "an empty file": "",
    "only a comment": "# mine\n",
    "no line end at the end": "questions:\n  a:\n    ask: b",
    "blank lines at the end": "questions:\n  a:\n    ask: b\n\n\n",
    "Windows line ends": "questions:\r\n  a:\r\n    ask: b\r\nkpis:\r\n  c:\r\n    name: d\r\n",
    "a byte order mark": "\ufeffquestions:\n  a:\n    ask: b\n",
    "another indentation": "questions:\n    a:\n        ask: b\n",
    "the section in the middle": "questions:\n  a:\n    ask: b\n\n# numbers\n# follow\nkpis:\n  c:\n    name: d\n",
    "another section": "kpis:\n  c:\n    name: |\n      d\n",
    "a block that keeps its blank lines": "questions:\n  a:\n    ask: |+\n      b\n\n\nkpis:\n  c:\n    name: d\n",
    "a comment at the end": "questions:\n  a:\n    ask: b\n  # more to come\n",
    "a document's start": "---\nquestions:\n  a:\n    ask: b\n",
}


@pytest.mark.parametrize("text", FILES.values(), ids=FILES)
def test_adding_a_definition_keeps_every_line_of_the_file(text: str) -> None:
    old = text.encode()
    new = with_definition(old, "f.yaml", "questions", "n", "ask: Why?\ntype: pitch\nanswer: x\n")
    lines, rest = new.decode().split("\n"), text.split("\n")
    for line in lines:
        if rest and line == rest[0]:
            rest.pop(0)
    assert not [line for line in rest if line]
    tree, found = parse(new, "f.yaml")
    assert tree is not None
    assert not found
    assert plain(tree)["questions"]["n"] == {"ask": "Why?", "type": "pitch", "answer": "x"}
    assert ("\r\n" in text) == (b"\r\n" in new)
    assert new.count(b"\r\n") in (0, new.count(b"\n"))


@pytest.mark.parametrize(
    "text",
    [
        "questions: {a: {ask: b}}\n",
        "kpis:\n  a:\n    name: b\n...\n",
        "questions:\n  a:\n   ask: [\n",
        "- a\n",
    ],
)
def test_a_file_in_another_style_is_left_alone(text: str) -> None:
    with pytest.raises(PrepdeckError):
        with_definition(text.encode(), "f.yaml", "questions", "n", "ask: Why?\n")


@pytest.mark.parametrize(
    "text",
    [
        "role:\n  title: A\n",
        "role:\n    title: A\n    core:\n        - {kind: kpi}\n    # end\n",
        "role:\n  title: A\n  add:\n    # some\n    - {kind: kpi}\n\n  drop:\n    - {kind: tip}\n",
        "role:\n  add:\n  - kind: kpi\n    topic: a\nquestions:\n  a:\n    ask: b\n",
        "role:\r\n  title: A\r\n  add:\r\n    - {kind: kpi}\r\n",
    ],
)
def test_adding_a_selector_keeps_every_line_of_the_role(text: str) -> None:
    new = with_selector(text.encode(), "f.yaml", "n").decode()
    rest = text.split("\n")
    for line in new.split("\n"):
        if rest and line == rest[0]:
            rest.pop(0)
    assert not rest
    tree, _ = parse(new.encode(), "f.yaml")
    assert tree is not None
    assert plain(tree)["role"]["add"][-1] == {"id": "n"}


@pytest.mark.parametrize(
    "text", ["role: {title: A}\n", "role:\n  title: A\n  add: [{kind: kpi}]\n"]
)
def test_a_role_in_braces_is_left_alone(text: str) -> None:
    with pytest.raises(PrepdeckError, match=r"is not in block style"):
        with_selector(text.encode(), "f.yaml", "n")


@given(st.text(st.characters(blacklist_categories=["Cc", "Cs", "Cn", "Co"]), min_size=1))
def test_any_text_is_read_back_as_it_was_said(text: str) -> None:
    """Input: whatever a terminal can send but control characters; blanks become one."""
    words = " ".join(text.split())
    try:
        written = value(text)
    except PrepdeckError:
        return  # what YAML cannot hold is refused
    if not words:
        return
    for source in (f"k:\n  a: {written}\n", f"k:\n  - {written}\n"):
        tree, found = parse(source.encode(), "f.yaml")
        assert tree is not None
        assert not found
        assert plain(tree)["k"] in ({"a": words}, [words])


def test_long_prose_is_a_block_and_reads_the_same() -> None:
    text = "Forty minutes is far too long, and I am sorry. I have your order open.\n\nAnd more."
    tree, found = parse(f"k:\n  a: {prose(text, '    ')}\n".encode(), "f.yaml")
    assert tree is not None
    assert not found
    assert plain(tree)["k"]["a"].split() == text.split()


# the command line


def test_the_path_goes_to_stdout_and_the_next_step_to_stderr(project: MakeProject) -> None:
    deck = project({})
    run = prepdeck("new", "role", "acme", "--extends", "agent", cwd=deck.root)
    assert run.returncode == 0
    assert run.stdout == "decks/private/me/me.yaml\ndecks/private/me/acme/role.yaml\n"
    assert run.stderr.splitlines()[-1] == (
        "next: edit decks/private/me/acme/role.yaml, then: prepdeck build acme"
    )
    assert "notes: own" in run.stderr  # nobody was there to be asked
    run = prepdeck(
        *("new", "fact", "founded", "--ask", "Since when?", "--answer", "1998"),
        *("--source", "acme.example"),
        cwd=deck.root,
    )
    # The only private role is meant; the day is the clock's.
    assert run.stdout == "decks/private/me/acme/facts.yaml\n"
    assert "seen: 2026-09-" in (deck.root / run.stdout.strip()).read_text()
    assert_faultless(deck)


@pytest.mark.parametrize(
    ("args", "missing"),
    [
        (["role"], "ID"),
        (["role", "acme"], "--extends (agent)"),
        (["question"], "ID, --ask, --type"),
        (["question", "late-approach"], "--ask"),
        (["kpi", "x"], "--name, --over, --under"),
        (["skill", "x"], "--name, --when, --do"),
        (["line", "x"], "--they-say, --you-say, --pass-if"),
        (["story", "x", "--role", "acme"], "--title, --opens-with, --number, --answers"),
        (["fact", "--role", "acme"], "ID, --ask, --answer, --source"),
    ],
)
def test_without_a_terminal_what_is_missing_is_named(
    project: MakeProject, args: list[str], missing: str
) -> None:
    text = "role: {title: Acme, extends: agent, key: acme-1}\n"
    deck = project({"decks/private/acme.yaml": text} if "--role" in args else {})
    before = sorted(deck.root.rglob("*"))
    run = prepdeck("new", *args, cwd=deck.root)
    assert run.returncode == 2
    assert f"missing: {missing}" in run.stderr
    assert sorted(deck.root.rglob("*")) == before


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["role", "acme", "--public", "--company", "Acme"], "--public takes no --company"),
        (["role", "acme", "--public", "--minutes", "20"], "--public takes no --company"),
        (["role", "acme", "--public", "--interview", "2026-12-10"], "--public takes no --company"),
        (["role", "acme", "--public", "--notes", "own"], "--public takes no --company"),
        (["role", "acme", "--like", "agent", "--from-ad", "decks/deck.yaml"], "choose one"),
        (["role", "acme", "--extends", "agent", "--interview", "2020-01-01"], "is in the past"),
        (["role", "acme", "--extends", "agent", "--interview", "2026-W50-4"], "write it as 2026"),
        (["role", "acme", "--extends", "agent", "--interview", "2026-1-2"], "write it as 2026"),
        (["role", "acme", "--extends", "agent", "--interview", "2027-02-30"], "write it as 2026"),
        (["role", "acme", "--extends", "agent", "--minutes", "4"], "4 is not in the range"),
        (["story", "x"], "this project has no private role"),
        (["question", "x-story", "--ask", "A?", "--role", "acme"], "create it: prepdeck new role"),
    ],
)
def test_what_cannot_be_meant_exits_with_2(
    project: MakeProject, args: list[str], said: str
) -> None:
    run = prepdeck("new", *args, cwd=project({}).root)
    assert run.returncode == 2
    assert said in run.stderr
    assert "Traceback" not in run.stderr


def at_terminal(args: list[str], answers: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """The command with a terminal for its stdin, on which somebody types."""
    ours, theirs = pty.openpty()
    os.write(ours, answers.encode())
    try:
        return subprocess.run(
            [sys.executable, "-m", "builder", *args],
            cwd=cwd,
            stdin=theirs,
            capture_output=True,
            text=True,
            timeout=60,
            env={**os.environ, "SOURCE_DATE_EPOCH": str(NOON)},
            check=False,
        )
    finally:
        os.close(ours)
        os.close(theirs)


def test_on_a_terminal_a_role_is_asked_for(project: MakeProject) -> None:
    deck = project({})
    answers = "acme\n\nagent\nAcme Ltd\n2026-12-10\n30\ny\n"
    run = at_terminal(["new", "role"], answers, deck.root)
    assert run.returncode == 0, run.stderr
    assert run.stdout == "decks/private/me/me.yaml\ndecks/private/me/acme/role.yaml\n"
    assert "Your name, for the folder of all your roles [me]" in run.stderr
    assert "studied its public deck" in run.stderr
    text = "".join((deck.root / path).read_text() for path in run.stdout.split())
    for line in (
        *("title: Acme Ltd", "title: My interviews", "notes: shared"),
        *("interview: 2026-12-10", "minutes_per_day: 30"),
    ):
        assert f"  {line}\n" in text
    assert_faultless(deck)


def test_on_a_terminal_only_what_is_missing_is_asked_for(project: MakeProject) -> None:
    deck = project({})
    run = at_terminal(["new", "role", "acme", "--extends", "agent"], "\n\n\nn\n", deck.root)
    assert run.returncode == 0, run.stderr
    text = "".join((deck.root / path).read_text() for path in run.stdout.split())
    assert "  notes: own\n" in text
    assert "  # interview: " in text  # Enter leaves it out, and then nobody asks for minutes
    assert "  # minutes_per_day: " in text
    assert "Minutes" not in run.stderr
    answers = "A man had waited.\n9 days\nangry-customer-story complaint-steps\n"
    run = at_terminal(["new", "story", "dress", "--title", "The dress"], answers, deck.root)
    assert run.returncode == 0, run.stderr
    assert len(load(deck.root)[0].roles["me"].definitions["dress"].leaves) == 5
    assert_faultless(deck)


def test_a_wrong_answer_is_asked_for_again_at_once_with_the_reason(project: MakeProject) -> None:
    deck = project({"decks/private/globex.yaml": "role: {title: G, extends: agent, key: g-1}\n"})
    answers = [
        *("My Role", "globex", "  ", "acme", "agnet", "agent", "Acme Ltd"),
        *("tomorrow", "2020-01-01", "9999-12-31", "2026-12-10", "1000", "30", "n"),
    ]
    run = at_terminal(["new", "role"], "\n".join([*answers, ""]), deck.root)
    assert run.returncode == 0, run.stderr
    for reason in (
        *("`My Role` is not an id", "`globex` already exists", "please give an answer"),
        *(
            "`tomorrow` is not a date",
            "the interview is in the past",
            "more than a year ahead",
            "1000 is not",
        ),
    ):
        assert reason in run.stderr, reason
    text = (deck.root / "decks/private/acme/role.yaml").read_text()
    for line in ("interview: 2026-12-10", "minutes_per_day: 30", "company: Acme Ltd"):
        assert f"  {line}\n" in text
    answers = [
        *("csat", "dress", "The dress", "A man had waited.", "9 days"),
        *("angry-customer-stroy", "csat", "angry-customer-story complaint-steps"),
    ]
    args = ["new", "story", "--role", "acme"]
    run = at_terminal(args, "\n".join([*answers, ""]), deck.root)
    assert run.returncode == 0, run.stderr
    assert "`csat` already exists: a kpi" in run.stderr
    assert "unknown question `angry-customer-stroy`" in run.stderr
    assert "unknown question `csat`" in run.stderr
    assert_faultless(deck)


@pytest.mark.parametrize("id", ["My Role", "agent"])
def test_a_name_that_will_not_do_is_refused_before_anything_is_asked(
    project: MakeProject, id: str
) -> None:
    run = at_terminal(["new", "role", id], "", project({}).root)
    assert run.returncode == 2
    assert f"`{id}` {'already exists' if id == 'agent' else 'is not an id'}" in run.stderr
    assert "Which role" not in run.stderr


def test_what_yaml_would_read_as_something_else_is_quoted(project: MakeProject) -> None:
    """Numbers may stand for texts; an editor with our schema marks the rest."""
    for word in ("true", "Null", "NO", "off"):
        assert value(word) == f'"{word}"'
    assert value("1998") == "1998"
    assert value("nothing") == "nothing"
    deck = project({})
    role(deck)
    path = define(deck, "fact", "founded", "acme", ask="true", answer="null")
    text = path.read_text()
    assert 'ask: "true"\n' in text
    assert 'answer: "null"\n' in text
