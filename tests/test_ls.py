"""`prepdeck ls`: what there is, who takes it and why, and searches that the real Anki accepts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from conftest import NOON, MakeProject
from learner import learner
from test_cli import prepdeck

from builder.commands.ls.run import listing, uncited, why
from builder.commands.ls.text import outcome
from builder.findings import PrepdeckError
from builder.model import Selector
from builder.phrasing import as_search
from builder.select import parse_selector

LEAD = {
    "decks/roles/lead.yaml": """
        role:
          title: Lead
          extends: agent
          drop:
            - {kind: kpi}
        """,
    "decks/roles/chief.yaml": """
        role:
          title: Chief
          extends: lead
          add:
            - {id: csat}
        """,
}


def test_the_short_form_is_a_selector() -> None:
    said = parse_selector("kind:question, topic:customer,kind:kpi")
    assert said == Selector(kind=("question", "kpi"), topic=("customer",))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("question", "`question` is not `key:value`"),
        ("kind:", "`kind:` is not `key:value`"),
        ("", "`` is not `key:value`"),
        ("knd:question", "unknown key `knd`; did you mean `kind`?"),
    ],
)
def test_a_selector_that_is_none_says_why(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message.replace("?", r"\?")):
        parse_selector(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("kind:questio", "no kind is called `questio`"),
        ("type:stor", "no type is called `stor`"),
        ("id:empaty", "no definition is called `empaty`"),
        ("topic:customr", "no topic is called `customr`"),
    ],
)
def test_a_name_that_is_not_there_is_told_with_the_nearest(
    project: MakeProject, text: str, message: str
) -> None:
    with pytest.raises(PrepdeckError, match=message) as told:
        listing(project({}).root, [text], None)
    assert told.value.help is not None
    assert "did you mean" in told.value.help


def test_several_selectors_are_a_union(project: MakeProject) -> None:
    root = project({}).root
    found = listing(root, ["kind:skill", "kind:question,topic:customer/complaints"], None)
    assert [one.definition.id for one in found.listed] == ["complaint-steps", "empathy"]


@pytest.mark.parametrize("selector", ["kind:kpy", "id:csatt", "topic:customers"])
def test_a_name_that_does_not_exist_is_told_with_the_nearest(
    project: MakeProject, selector: str
) -> None:
    with pytest.raises(PrepdeckError) as trouble:
        listing(project({}).root, [selector], None)
    assert trouble.value.help.startswith("did you mean")


def test_a_role_lists_what_its_deck_has(project: MakeProject) -> None:
    root = project(dict(LEAD)).root  # type: ignore[arg-type]
    found = listing(root, [], "chief")
    assert {one.definition.id: one.core for one in found.listed} == {
        "angry-customer-story": True,
        "complaint-steps": False,
        "csat": False,
        "empathy": False,
    }


def test_why_names_each_selector_that_decided(project: MakeProject) -> None:
    root = project(dict(LEAD)).root  # type: ignore[arg-type]
    decision = why(root, "chief", "csat")
    assert outcome(decision) == "it is in the deck"
    assert [(r.role, r.key, str(r.span)) for r in decision.reasons] == [
        ("agent", "add", "decks/roles/agent.yaml:6:7"),
        ("lead", "drop", "decks/roles/lead.yaml:5:7"),
        ("chief", "add", "decks/roles/chief.yaml:5:7"),
    ]


def test_why_of_what_is_not_in_the_deck(project: MakeProject) -> None:
    deck = project(dict(LEAD))  # type: ignore[arg-type]
    assert outcome(why(deck.root, "lead", "average-handle-time")) == "it was dropped"
    deck.edit("decks/skills.yaml", "name: Empathy", "name: Empathy\n    retired: said elsewhere")
    assert outcome(why(deck.root, "lead", "empathy")) == "it is retired: said elsewhere"
    deck.write({"decks/more.yaml": "cards:\n  alone:\n    front: A?\n    back: B.\n"})
    alone = why(deck.root, "lead", "alone")
    assert (outcome(alone), alone.reasons) == ("no selector takes it", ())


def test_why_is_told_step_by_step(project: MakeProject) -> None:
    root = project(dict(LEAD)).root  # type: ignore[arg-type]
    run = prepdeck("ls", "--role", "agent", "--why", "angry-customer-story", cwd=root)
    assert run.stdout == (
        "decks/roles/agent.yaml:4:7: agent takes it as core\n"
        "decks/roles/agent.yaml:6:7: agent takes it\n"
        "angry-customer-story in agent: it is in the deck, as core\n"
    )


def test_a_list_has_columns_and_cuts_a_long_question(project: MakeProject) -> None:
    long = "Tell me about a time when a customer was so angry that nobody else would speak to them."
    deck = project({})
    deck.edit("decks/kpis.yaml", "name: Customer satisfaction", f"name: {long}")
    run = prepdeck("ls", "--role", "agent", "id:csat,id:angry-customer-story", cwd=deck.root)
    cut = "Tell me about a time when a customer was so angry that…"
    topic = "customer/difficult-customers"
    assert run.stdout.splitlines() == [
        f"csat                  kpi             {cut}  operations/metrics            decks/kpis.yaml:2",
        f"angry-customer-story  question  core  {'Tell me about an angry customer.':55}  {topic}  "
        "decks/questions/customer.yaml:2",
    ]


def test_json_names_every_definition_with_its_place(project: MakeProject) -> None:
    run = prepdeck("ls", "--format", "json", "id:csat", cwd=project(dict(LEAD)).root)  # type: ignore[arg-type]
    assert json.loads(run.stdout) == [
        {
            "id": "csat",
            "kind": "kpi",
            "topics": ["operations/metrics"],
            "roles": ["agent", "chief"],
            "file": "decks/kpis.yaml",
            "line": 2,
        }
    ]


@pytest.mark.slow
def test_ankis_browser_finds_four_hundred_notes_by_one_search(
    project: MakeProject, tmp_path: Path
) -> None:
    """As typed, quotes and all; own notes (`key/id`) and pairs (`id/item`) too."""
    cards = "".join(
        f"  c-{number}:\n    front: Card {number}?\n    back: B.\n" for number in range(420)
    )
    mine = "role:\n  title: Mine\n  key: mine-1\n  add:\n    - {kind: card, id: [c-1, c-10]}\n"
    deck = project(
        {
            "decks/cards.yaml": f"cards:\n{cards}",
            "decks/roles/cards.yaml": "role:\n  title: Cards\n  add:\n    - {kind: card}\n",
            "decks/private/mine/role.yaml": mine,
        }
    )
    deck.built(NOON)
    with learner(tmp_path / "anna") as anna:
        for package in sorted((deck.root / "build").rglob("*.apkg")):
            anna.imports(package)
        search = prepdeck("ls", "--role", "cards", "--format", "anki", cwd=deck.root).stdout
        assert len(anna.collection.find_notes(search.strip())) == 420
        own = prepdeck("ls", "--role", "mine", "--format", "anki", cwd=deck.root).stdout
        assert anna.ids(own.strip()) == ["mine-1/c-1", "mine-1/c-10"]
        assert anna.ids(as_search([])) == []


def test_what_nothing_covers_is_listed(project: MakeProject) -> None:
    deck = project({})
    assert uncited(deck.root) == ()
    deck.edit(
        "decks/sources.yaml",
        "q-1: the first question",
        "q-1: the first question\n      q-2: the second\n      q-3: a boast",
    )
    deck.edit(
        "decks/sources.yaml",
        "    year: 2025\n",
        "    year: 2025\n    left_out:\n      q-3: no fact\n",
    )
    deck.write({"decks/more.yaml": "sources:\n  survey:\n    title: A survey\n"})
    assert set(uncited(deck.root)) == {("q-2", "the second"), ("survey", "A survey")}
    run = prepdeck("ls", "--uncited", cwd=deck.root)
    assert sorted(run.stdout.splitlines()) == ["q-2  the second", "survey  A survey"]
    assert run.returncode == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ["--why", "csat"],
        ["--uncited", "kind:kpi"],
        ["--role", "agent", "--why", "csat", "kind:kpi"],
    ],
)
def test_options_that_do_not_go_together_are_refused(
    project: MakeProject, arguments: list[str]
) -> None:
    assert prepdeck("ls", *arguments, cwd=project({}).root).returncode == 2
