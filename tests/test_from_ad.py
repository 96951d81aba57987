"""`new role --from-ad`: what an advert asks for, and what it names that nothing covers.

Ten adverts, written in the style of real ones, stand in `adverts/`, each with labels: what a coach
would put first (`wanted`), what would not be wrong either (`fits`), what nothing covers. They were
labelled from the catalogue's list before there was a matcher. Its weights were set on five of them
(`TUNED_ON`). The first look at the other five gave 0.95 right; faults in reading that they showed
(a heading in capitals, a stage called "Decide") were mended, and no weight was changed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from conftest import NOON, MakeProject, said
from test_cli import prepdeck

from builder import shipped
from builder.commands import build as commands
from builder.commands.advert import read_advert, stem
from builder.commands.advert_catalogue import Catalogue
from builder.commands.advert_match import matches
from builder.commands.advert_role import Core, core_for, nearest_role
from builder.commands.scaffold import new_project
from builder.load import load
from builder.project import Project

ADVERTS = Path(__file__).parent / "adverts"
NAMES = sorted(path.stem for path in ADVERTS.glob("*.txt"))
TUNED_ON = {
    "call-centre-manager",
    "chat-agent-ecommerce",
    "energy-adviser-uk",
    "help-desk-technician",
    "support-specialist-saas",
}

#: The measure, over all ten together; beside each what was seen on 22 November 2026.
RIGHT = 0.90  # of what is taken, so much is wanted or fits: 0.96 (set on: 0.96, others: 0.95)
CORE = 0.62  # of what is wanted, so much is in the core: 0.70
LOST = 0.15  # of what is wanted, so much is dropped for want of room: 0.10


@cache
def catalogue() -> Project:
    return load(shipped.catalogue().parent)[0]


@dataclass(frozen=True)
class Advert:
    """An advert, its labels, and what came of it."""

    name: str
    text: str
    labels: dict[str, Any]

    @property
    def core(self) -> Core:
        (role,) = (catalogue().roles[id] for id in self.labels["extends"][:1])
        return core_for(catalogue(), role, self.text)

    def fits(self, id: str) -> bool:
        definition = catalogue().definitions[id]
        if id in (*self.labels["wanted"], *self.labels["fits"]):
            return True
        return definition.kind != "kpi" and any(
            topic == fit or topic.startswith(f"{fit}/")
            for topic in definition.topics or ()
            for fit in self.labels["fits_topics"]
        )


@cache
def advert(name: str) -> Advert:
    labels = yaml.safe_load((ADVERTS / f"{name}.yaml").read_text(encoding="utf-8"))
    return Advert(name, (ADVERTS / f"{name}.txt").read_text(encoding="utf-8"), labels)


def test_the_labels_name_what_there_is() -> None:
    """The catalogue grows and changes: labels that name nothing would measure nothing."""
    assert len(NAMES) == 10
    for name in NAMES:
        labels = advert(name).labels
        assert {*labels["wanted"], *labels["fits"]} <= {*catalogue().definitions}, name
        assert {*labels["extends"]} <= {*catalogue().roles}
        assert {*labels["fits_topics"]} <= {*catalogue().topics}


def test_ten_adverts_get_the_core_that_a_coach_would_choose() -> None:
    rows = []
    for name in NAMES:
        one = advert(name)
        core, wanted = one.core, one.labels["wanted"]
        taken = [match.definition.id for match in core.taken]
        right = sum(map(one.fits, taken))
        inside = sum(id in taken or id in core.kept for id in wanted)
        lost = sum(id in core.dropped for id in wanted)
        rows.append((name, len(taken), right, len(wanted), inside, lost))
    for part in ({*NAMES}, TUNED_ON, {*NAMES} - TUNED_ON):
        some = [row for row in rows if row[0] in part]
        taken, right, wanted, inside, lost = (sum(row[i] for row in some) for i in range(1, 6))
        print(
            f"{len(some)} adverts: {taken} taken, {right / taken:.2f} right;"
            f" {inside / wanted:.2f} of {wanted} wanted in the core, {lost / wanted:.2f} dropped"
        )
        if len(some) == 10:
            assert right / taken >= RIGHT, rows
            assert inside / wanted >= CORE, rows
            assert lost / wanted <= LOST, rows
    worst = min(rows, key=lambda row: row[2] / row[1])
    assert worst[2] / worst[1] >= 0.75, worst


@pytest.mark.parametrize("name", NAMES)
def test_the_nearest_role_is_found(name: str) -> None:
    one = advert(name)
    assert nearest_role(catalogue(), one.text).id in one.labels["extends"]


@pytest.mark.parametrize("name", NAMES)
def test_what_nothing_covers_is_told_and_little_else(name: str) -> None:
    one = advert(name)
    everything = " ".join(
        leaf.scalar.text for d in catalogue().definitions.values() for leaf in d.leaves
    ).lower()
    gaps = one.core.gaps
    for term in one.labels.get("uncovered", ()):
        # What the catalogue has learned to name since it was labelled is no gap any more.
        assert any(term in gap for gap in gaps) or term.lower() in everything, term
    assert not {word for gap in gaps for word in gap.split()} & {*one.labels["quiet"]}
    assert len(gaps) <= 9


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("adverts") / "project"
    new_project(folder, from_catalogue=True)
    return folder


@pytest.mark.slow
def test_every_such_role_is_built_from_the_first_second(
    copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(NOON))
    limit = catalogue().settings.value.limits.core_cards
    for name in NAMES:
        file = str(ADVERTS / f"{name}.txt")
        run = prepdeck("new", "role", f"my-{name}", "--from-ad", file, cwd=copy)
        assert run.returncode == 0, run.stderr
        assert run.stdout == f"decks/private/my-{name}/role.yaml\n"
        cards = re.search(r"the core has (\d+) cards", run.stderr)
        assert cards is not None
        assert 0.8 * limit < int(cards[1]) <= limit
        text = (copy / run.stdout.strip()).read_text(encoding="utf-8")
        assert max(map(len, text.splitlines())) <= 100
    found = commands.check(copy)
    assert not found, said(found)


def test_the_same_advert_gives_the_same_role_on_every_machine(copy: Path) -> None:
    texts = []
    for seed in ("1", "2"):
        with (ADVERTS / "chat-agent-ecommerce.txt").open(encoding="utf-8") as advert:
            id = f"seed-{seed}"
            run = prepdeck(
                *("new", "role", id, "--from-ad", advert.name, "--title", f"Agent {id}"),
                cwd=copy,
                PYTHONHASHSEED=seed,
            )
        assert run.returncode == 0, run.stderr
        text = (copy / f"decks/private/{id}/role.yaml").read_text(encoding="utf-8")
        text = re.sub(r"(?<=  key: ).*", "", text)
        texts.append(text.replace(id, "") + run.stderr.replace(id, ""))
    assert texts[0] == texts[1]


SMALL = """
Agent
What you do
- take complaints with empathy, and know our CSAT
- work in Zorgdesk and SQL
What we offer
- coffee, and a KPI bonus on average handle time
"""


def test_an_advert_comes_from_stdin_and_extends_the_nearest_role(
    project: MakeProject, tmp_path: Path
) -> None:
    deck = project({})
    (tmp_path / "ad.txt").write_text(SMALL)
    import subprocess
    import sys

    run = subprocess.run(
        [sys.executable, "-m", "builder", "new", "role", "acme", "--from-ad", "-"],
        cwd=deck.root,
        input=SMALL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    assert "nothing covers: Zorgdesk, SQL\n" in run.stderr
    role = load(deck.root)[0].roles["acme"].value
    assert role is not None
    assert role.extends == "agent"
    core = {id for selector in role.core for id in selector.id or ()}
    # The bonus is no task: handle time is not asked for.
    assert {"csat", "empathy"} <= core
    assert "average-handle-time" not in core
    assert not [d for d in commands.check(deck.root) if d.is_error]


TASKS = {
    "refund": "book a late refund",
    "parcel": "track a lost parcel",
    "invoice": "correct a wrong invoice",
    "password": "reset a forgotten password",
    "delivery": "move a missed delivery",
    "warranty": "extend an old warranty",
    "voucher": "replace an expired voucher",
    "receipt": "find a missing receipt",
    "login": "unlock a blocked login",
    "address": "change a postal address",
}


def test_a_core_from_an_advert_has_time_to_be_said_aloud(project: MakeProject) -> None:
    """Ten questions are asked for. A small core may have six: five, and the one of its parent."""
    questions = "".join(
        f"  q-{thing}:\n    ask: How do you {task}?\n    type: knowledge\n"
        f"    topics: [customer/complaints]\n    answer: I look at the {thing}.\n"
        for thing, task in TASKS.items()
    )
    deck = project({"decks/questions/things.yaml": f"questions:\n{questions}"})
    asked = "".join(f"- {task}\n" for task in TASKS.values())
    (deck.root / "ad.txt").write_text(f"Agent\n{asked}")
    run = prepdeck("new", "role", "acme", "--from-ad", "ad.txt", cwd=deck.root)
    assert run.returncode == 0, run.stderr
    role = load(deck.root)[0].roles["acme"].value
    assert role is not None
    core = [id for selector in role.core for id in selector.id or ()]
    assert len([id for id in core if id.startswith("q-")]) == 5
    assert "angry-customer-story" in core
    assert "core-too-spoken" not in {d.rule for d in commands.check(deck.root)}


def test_who_you_are_stays_whatever_an_advert_asks_for() -> None:
    for name in NAMES:
        core = advert(name).core
        taken = {match.definition.id for match in core.taken}
        assert {"about-yourself", "why-work-here"} <= {*taken, *core.kept}, name


def test_an_advert_that_asks_for_nothing_known_writes_nothing(
    project: MakeProject, tmp_path: Path
) -> None:
    deck = project({})
    for text in ("", "Pastry chef\n\nYou bake.\n", "What we offer\n- empathy\n"):
        (tmp_path / "ad.txt").write_text(text)
        run = prepdeck(
            *("new", "role", "acme", "--from-ad", str(tmp_path / "ad.txt")), cwd=deck.root
        )
        assert run.returncode == 2
        assert "asks for nothing that the catalogue has" in run.stderr
    run = prepdeck("new", "role", "acme", "--from-ad", str(tmp_path / "none.txt"), cwd=deck.root)
    assert run.returncode == 2
    assert not (deck.root / "decks/private").exists()


# words


@pytest.mark.parametrize(
    "words",
    [
        "prioritise prioritize prioritising prioritization priority priorities",
        "escalate escalation escalations escalated escalating",
        "customer customers Customer's",
        "call calls calling caller callers",
        "plan plans planning planned",
        "centre centres center centers",
        "renewal renewals renew",
        "process processes processing",
        "Résumé resume",
    ],
)
def test_forms_of_a_word_have_one_stem(words: str) -> None:
    assert len({stem(word) for word in words.split()}) == 1


@pytest.mark.parametrize("words", ["rate ratio", "coach coax", "status state", "order ordain"])
def test_other_words_have_others(words: str) -> None:
    assert len({stem(word) for word in words.split()}) == 2


NAMED = {
    "tools.yaml": """
        tools:
          tool-rosters:
            name: Workforce management (WFM)
            does: plans shifts
            products: [NICE, Guru, Microsoft Excel, Microsoft Teams, Microsoft Dynamics]
        """,
    "methods.yaml": """
        methods:
          method-car:
            name: CAR
            aliases: [Context-Action-Result]
            use_when: the answer has to be short
            steps: [say what you did]
        """,
}


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("You are nice to everybody, a service guru, and own a car", set()),
        ("You know NICE", {"tool-rosters"}),
        ("Experience with Guru is a plus", {"tool-rosters"}),
        ("Good WFMs and good Excel", {"tool-rosters"}),
        ("You excel at planning", set()),
        ("You know Microsoft Windows", set()),
        ("We tell it as CAR", {"method-car"}),
        ("Context, Action, Result", set()),
        ("Customer satisfaction scores", {"csat"}),
        ("Self-organised, empathetic", set()),
        ("With empathy", {"empathy"}),
    ],
)
def test_names_are_names_and_not_words(project: MakeProject, line: str, named: set[str]) -> None:
    deck = project({f"decks/{name}": text for name, text in NAMED.items()})
    found = matches(Catalogue(load(deck.root)[0]), read_advert(f"Agent\n- {line}\n"))
    assert {id for id, match in found.items() if match.named} == named


@pytest.mark.parametrize(
    ("words", "kpi"),
    [
        ("first call resolution", "first-contact-resolution"),
        ("low handle times", "average-handle-time"),
        ("within agreed SLAs", "sla-attainment"),
        ("an 80/20 service level", "service-level"),
        ("reopened tickets", "reopen-rate"),
        ("Customer Satisfaction", "csat"),
        ("keep churn low", "churn-rate"),
    ],
)
def test_a_kpi_is_known_by_the_part_of_its_name_that_tells(words: str, kpi: str) -> None:
    found = matches(Catalogue(catalogue()), read_advert(f"Agent\n- {words}\n"))
    assert kpi in {id for id, match in found.items() if match.named}


def test_a_line_is_a_line_however_it_is_wrapped() -> None:
    """Input: an item over two lines, a sentence over two, and items without any sign."""
    advert = read_advert(
        "Agent\n\n* You take calls about orders, deliveries, returns and the occasional lost\n"
        "  parcel from everywhere\n\nYou write well. You read\nwell.\nGood English\nGood Excel\n"
    )
    lines = [" ".join(word.text for word in line) for line in advert.lines]
    assert lines == [
        "You take calls about orders deliveries returns and the occasional lost parcel from everywhere",
        "You write well",
        "You read well",
        "Good English",
        "Good Excel",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "What we offer\n- an empathy bonus\n",
        "BENEFITS\nempathy days\n",
        "We offer empathy and free fruit.\n",
        "Acme is an equal opportunity employer and shows empathy.\n",
        "Location: Empathy, Ohio\n",
    ],
)
def test_what_they_offer_is_not_what_they_ask(project: MakeProject, text: str) -> None:
    advert = read_advert(f"Agent\n\n{text}")
    found = matches(Catalogue(load(project({}).root)[0]), advert)
    assert "empathy" not in found
