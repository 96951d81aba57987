"""`new role --from-ad`: what an advert asks for, and what it names that nothing covers.

Ten adverts, written in the style of real ones, stand in `adverts/`, each with labels: what a coach
would put first (`wanted`), what would not be wrong either (`fits`), what nothing covers. They were
labelled from the catalogue's list before there was a matcher. Its weights were set on five of them
(`TUNED_ON`), with a look at the sum over all ten. Those in `adverts/unfit/` are of other trades,
and one is in another language.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from functools import cache, cached_property
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml
from conftest import RELEASED, MakeProject, said
from test_cli import prepdeck

from builder import shipped
from builder.commands.advert.catalogue import Catalogue
from builder.commands.advert.core import Core, compare, core_for
from builder.commands.advert.gaps import uncovered
from builder.commands.advert.lines import read_advert
from builder.commands.advert.match import matches
from builder.commands.advert.text import advert_text
from builder.commands.check.run import check
from builder.commands.new.project import new_project
from builder.load import load
from builder.load.persons import parent_of
from builder.project import Project, Role
from builder.render import renderer
from builder.select import Selection, select
from builder.stem import stem

ADVERTS = Path(__file__).parent / "adverts"
NAMES = sorted(path.stem for path in ADVERTS.glob("*.txt"))
TUNED_ON = {
    "call-centre-manager",
    "chat-agent-ecommerce",
    "energy-adviser-uk",
    "help-desk-technician",
    "support-specialist-saas",
}

#: The measure, over all ten together; beside each what was measured on 22 November 2026. The
#: parent's own core, without an advert, has 0.60 of what is wanted.
GAIN = 0.14  # so much more of what is wanted is in the core: 0.15 (set on: 0.11, others: 0.20)
WORST = 0.03  # and for no advert less than this: 0.04
BROUGHT = 0.6  # of what only the advert brings into the core, so much is wanted: 0.63
FROM_ADVERT = 0.63  # of what the messages call from the advert, so much is wanted: 0.65
UNMENTIONED = 0.11  # of what they call not mentioned, no more is wanted: 0.09


@cache
def catalogue() -> Project:
    return load(shipped.catalogue().parent)[0]


@dataclass
class Advert:
    """An advert, its labels, and what came of it."""

    name: str
    text: str
    labels: dict[str, Any]

    @property
    def parent(self) -> Role:
        return catalogue().roles[self.labels["extends"][0]]

    @property
    def wanted(self) -> set[str]:
        return {*self.labels["wanted"]}

    @property
    def parents_core(self) -> set[str]:
        chosen = select(catalogue(), self.parent)[0].chosen
        return {c.definition.id for c in chosen if c.core}

    @cached_property
    def core(self) -> Core:
        return core_for(catalogue(), self.parent, self.name, compare(catalogue(), self.text))


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


class Counts(NamedTuple):
    """Definitions of one advert. `lead`: wanted ones in its core, less those in its parent's."""

    wanted: int
    lead: int
    brought: int
    brought_wanted: int
    from_advert: int
    from_advert_wanted: int
    unmentioned: int
    unmentioned_wanted: int


def counts(advert: Advert) -> Counts:
    wanted, parents = advert.wanted, advert.parents_core
    from_advert = {match.definition.id for match in advert.core.from_advert}
    core = from_advert | {*advert.core.from_parent}
    unmentioned = {*advert.core.unmentioned}
    return Counts(
        len(wanted),
        len(core & wanted) - len(parents & wanted),
        len(core - parents),
        len((core - parents) & wanted),
        len(from_advert),
        len(from_advert & wanted),
        len(unmentioned),
        len(unmentioned & wanted),
    )


def test_ten_adverts_get_the_core_that_a_coach_would_choose() -> None:
    rows = {name: counts(advert(name)) for name in NAMES}
    for part in (TUNED_ON, {*NAMES} - TUNED_ON, {*NAMES}):
        sums = Counts(*(sum(row) for row in zip(*(rows[name] for name in part), strict=True)))
        print(
            f"{len(part)} adverts: gain {sums.lead / sums.wanted:.3f},"
            f" brought {sums.brought_wanted / sums.brought:.3f} of {sums.brought},"
            f" from the advert {sums.from_advert_wanted / sums.from_advert:.3f}"
            f" of {sums.from_advert},"
            f" unmentioned {sums.unmentioned_wanted / sums.unmentioned:.3f} of {sums.unmentioned}"
        )
    assert sums.lead / sums.wanted >= GAIN, rows
    assert sums.brought_wanted / sums.brought >= BROUGHT, rows
    assert sums.from_advert_wanted / sums.from_advert >= FROM_ADVERT, rows
    assert sums.unmentioned_wanted / sums.unmentioned <= UNMENTIONED, rows
    worst = min(NAMES, key=lambda name: rows[name].lead / rows[name].wanted)
    assert rows[worst].lead / rows[worst].wanted >= WORST, worst


@pytest.mark.parametrize("name", NAMES)
def test_the_nearest_role_is_found(name: str) -> None:
    one = advert(name)
    assert compare(catalogue(), one.text).nearest.id in one.labels["extends"]


@pytest.mark.parametrize("name", NAMES)
def test_what_no_definition_covers_is_reported_and_little_else(name: str) -> None:
    one = advert(name)
    everything = " ".join(
        leaf.scalar.text for d in catalogue().definitions.values() for leaf in d.leaves
    ).lower()
    gaps = compare(catalogue(), one.text).gaps
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
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(RELEASED))
    limit = catalogue().settings.value.limits.core_cards
    for name in NAMES:
        file = str(ADVERTS / f"{name}.txt")
        run = prepdeck("new", "role", f"my-{name}", "--from-ad", file, cwd=copy)
        assert run.returncode == 0, run.stderr
        file = f"decks/private/me/my-{name}/role.yaml"
        assert run.stdout.splitlines()[-1] == file
        text = (copy / file).read_text(encoding="utf-8")
        assert max(map(len, text.splitlines())) <= 100
    found = check(copy)
    assert not found, said(found)
    project, _ = load(copy)
    for name in NAMES:
        role = project.roles[f"my-{name}"]
        assert role.value is not None
        parent = parent_of(role, project.roles)
        assert parent is not None
        mine, theirs = (select(project, one)[0] for one in (role, project.roles[parent[0]]))
        lost = {c.definition.id for c in theirs.chosen} - {c.definition.id for c in mine.chosen}
        assert lost == set(), name
        first = Selection(role, tuple(c for c in mine.chosen if c.core), mine.reach)
        deck, _ = renderer(project)[0].deck(first)
        assert 0.95 * limit < len(deck.order) <= limit, name


def test_the_same_advert_gives_the_same_role_on_every_machine(copy: Path) -> None:
    texts = []
    for seed in ("1", "2"):
        with (ADVERTS / "chat-agent-ecommerce.txt").open(encoding="utf-8") as advert:
            id = f"seed-{seed}"
            run = prepdeck(
                *("new", "role", id, "--from-ad", advert.name, "--title", f"Agent {id}"),
                *("--person", f"me-{id}"),
                cwd=copy,
                PYTHONHASHSEED=seed,
            )
        assert run.returncode == 0, run.stderr
        text = (copy / f"decks/private/me-{id}/{id}/role.yaml").read_text(encoding="utf-8")
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
    assert "no definition covers: Zorgdesk, SQL\n" in run.stderr
    role = load(deck.root)[0].roles["acme"].value
    assert role is not None
    assert load(deck.root)[0].roles["acme"].chain == ("acme", "me", "agent")
    core = {id for selector in role.core for id in selector.id or ()}
    # The bonus is no task: handle time is not asked for.
    assert {"csat", "empathy"} <= core
    assert "average-handle-time" not in core
    assert not [d for d in check(deck.root) if d.is_error]


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
    """Ten questions are asked for. A small core may have six, so its parent's comes later."""
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
    later = [id for selector in role.later for id in selector.id or ()]
    assert len([id for id in core if id.startswith("q-")]) == 6
    assert "angry-customer-story" in later
    assert "core-too-spoken" not in {d.rule for d in check(deck.root)}


def test_who_you_are_stays_whatever_an_advert_asks_for() -> None:
    for name in NAMES:
        core = advert(name).core
        taken = {match.definition.id for match in core.from_advert}
        asked = {"about-yourself", "why-work-here"} & advert(name).parents_core
        assert asked
        assert asked <= {*taken, *core.from_parent}, name


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


# what is read


SAAS = (ADVERTS / "support-specialist-saas.txt").read_text(encoding="utf-8")


def from_advert(advert: bytes) -> set[str]:
    """What an advert for a support specialist brings into the core, or names in it."""
    comparison = compare(catalogue(), advert_text(BytesIO(advert)))
    core = core_for(
        catalogue(), catalogue().roles["customer-support-specialist"], "acme", comparison
    )
    return {match.definition.id for match in core.from_advert}


def in_html(text: str) -> str:
    parts = []
    for line in text.replace("&", "&amp;").splitlines():
        tag = "li" if line.startswith("- ") else "p"
        parts.append(f"<{tag} class='x'><b>{line.removeprefix('- ')}</b></{tag}>\n")
    style = "<style>p {color: red}</style><script>if (a < b) {csat()}</script>"
    return f"<!DOCTYPE html><html><head><title>Jobs</title>{style}<body>{''.join(parts)}</body>"


@pytest.mark.parametrize(
    "advert",
    [
        pytest.param(" ".join(SAAS.split()).encode(), id="one-paragraph"),
        pytest.param(" ".join(re.findall(r"\w+", SAAS)).encode(), id="no-sign-at-all"),
        pytest.param(in_html(SAAS).encode(), id="html"),
        pytest.param(SAAS.encode("utf-16"), id="utf-16"),
        pytest.param(SAAS.encode("utf-8-sig"), id="utf-8-with-a-mark"),
        pytest.param(SAAS.replace("\n", "\r\n").encode(), id="crlf"),
    ],
)
def test_an_advert_asks_for_the_same_in_whatever_form_it_was_saved(advert: bytes) -> None:
    lines = from_advert(SAAS.encode())
    other = from_advert(advert)
    assert len(lines) >= 20
    assert len(lines & other) >= 0.7 * len(lines | other), lines ^ other


def test_one_word_in_common_decides_nothing() -> None:
    """A reader's advert brought her the background check, for she needed no technical background."""
    lines = (
        "No technical background needed.\nLumora sells lamps.\nYou solve complaints with empathy."
    )
    taken = from_advert(lines.encode())
    assert "empathy" in taken
    assert taken.isdisjoint({"stage-background-check", "line-are-you-selling-me-something"})


def test_what_a_browser_does_not_show_is_not_read() -> None:
    text = advert_text(BytesIO(in_html("Agent\n- Q&A with <i>customers</i>\n").encode()))
    assert text.split() == ["Agent", "-", "Q&A", "with", "customers"]


@pytest.mark.parametrize(
    ("advert", "message"),
    [
        (b"Agent\n- \xff\xfe\xfa empathy", "not text in UTF-8"),
        (b"Agent\0\n- empathy", "not text in UTF-8"),
        ("Agent\n- empathy".encode("utf-16-le"), "not text in UTF-8"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "not text in UTF-8"),
        (b"Agent\n" + b"- empathy for customers\n" * 5000, "more than 100 kB"),
    ],
)
def test_what_is_no_advert_is_refused(
    project: MakeProject, tmp_path: Path, advert: bytes, message: str
) -> None:
    deck = project({})
    (tmp_path / "ad.txt").write_bytes(advert)
    run = prepdeck("new", "role", "acme", "--from-ad", str(tmp_path / "ad.txt"), cwd=deck.root)
    assert run.returncode == 2
    assert message in run.stderr
    assert "help: " in run.stderr
    assert not (deck.root / "decks/private").exists()


SHORTEST = "Agent\nYou know CSAT and help customers"
LONGEST = 98_000


@pytest.mark.parametrize(
    "advert",
    [
        pytest.param("Agent\n" + "- You answer customers and solve a case\n" * 2500, id="items"),
        pytest.param("customer service and empathy " * 3500, id="one-sentence"),
        pytest.param(
            "Agent\n" + "".join(f"- Q{i}L for customers\n" for i in range(5000)), id="names"
        ),
        pytest.param("Agent<p>You help the customer with CSAT <" + "a <!-- &" * 12_000, id="html"),
        pytest.param("Agent<p>You help the customer with CSAT <" + "a " * 49_000, id="tags"),
    ],
)
def test_work_grows_no_faster_than_the_advert(advert: str) -> None:
    """An advert of four times the length takes four times the calls; a quadratic reader, sixteen."""
    calls(SHORTEST)  # what is kept from then on is counted for none of them
    catalogue_alone = calls(SHORTEST)
    quarter, whole = (calls(advert[:n]) - catalogue_alone for n in (LONGEST // 4, LONGEST))
    assert whole < 6 * max(quarter, 1_000)


def calls(advert: str) -> int:
    """How many functions are called while the advert is read and compared."""
    number = 0

    def count(frame: object, event: str, function: object) -> None:
        nonlocal number
        number += event in {"call", "c_call"}

    sys.setprofile(count)
    try:
        compare(catalogue(), advert_text(BytesIO(advert.encode())))
    finally:
        sys.setprofile(None)
    return number


OTHER_TRADES = sorted(path.stem for path in (ADVERTS / "unfit").glob("*.txt"))
FOREIGN = "kundenberater"


@pytest.mark.parametrize("name", OTHER_TRADES)
def test_an_advert_of_another_trade_or_language_is_not_taken_in_silence(
    copy: Path, name: str
) -> None:
    file = str(ADVERTS / "unfit" / f"{name}.txt")
    role = ("new", "role", f"unfit-{name}", "--person", f"anna-{name}")
    run = prepdeck(*role, "--from-ad", file, cwd=copy)
    if name == FOREIGN:
        assert run.returncode == 2
        assert "not in English, the language of the deck" in run.stderr
    else:
        assert run.returncode == 0
        assert "warning: the advert has little to do with any role of this project" in run.stderr


@pytest.mark.parametrize("name", NAMES)
def test_an_advert_of_the_trade_is_not_doubted(name: str) -> None:
    assert not any("warning" in line for line in advert(name).core.messages)


def test_a_list_of_names_that_the_deck_has_is_in_its_language() -> None:
    """Input: no word of any language, but products and abbreviations."""
    matched = compare(catalogue(), "Agent\nZendesk\nCSAT\nSLA\nKCS\nFCR\n").matches
    assert {"csat", "tool-ticket-system", "method-kcs"} <= {*matched}


def test_what_is_printed_is_short_and_leaves_no_name_out() -> None:
    one = advert("support-specialist-saas")
    text = "\n".join(one.core.messages)
    mentioned = {match.definition.id for match in one.core.from_advert}
    assert text.startswith("from the advert: ")
    assert mentioned.isdisjoint(one.core.unmentioned)
    for id in one.core.unmentioned:
        assert re.search(rf"[ \n]{id}(,|\n)", text), id
    assert re.fullmatch(
        r"of its core \d+ stay first and \d+ come later: prepdeck ls --role support-specialist-saas",
        one.core.messages[-1],
    )
    assert max(map(len, one.core.messages)) <= 100


@pytest.mark.parametrize(
    ("heading", "company"),
    [
        ("About us", ""),
        ("About Brightledger", ""),
        ("About the company", ""),
        ("About our team", ""),
        ("Brightledger", "Brightledger"),
        ("Why Brightledger?", "Brightledger"),
    ],
)
def test_what_they_say_of_themselves_asks_for_nothing(heading: str, company: str) -> None:
    advert = read_advert(f"Agent\n\n{heading}\nWe live for empathy.\n", company)
    assert advert.lines == ()


@pytest.mark.parametrize("heading", ["About you", "About the role", "Your tasks", "Brightledger"])
def test_what_they_say_of_the_job_asks(heading: str) -> None:
    advert = read_advert(f"Agent\n\n{heading}\nYou live for empathy.\n")
    assert any(word.text == "empathy" for line in advert.lines for word in line)


@pytest.mark.parametrize(
    ("line", "gaps"),
    [
        ("Six Sigma Yellow Belt is a plus", ("Six Sigma Yellow Belt",)),
        ("You hold a Six Sigma Yellow Belt", ("Six Sigma Yellow Belt",)),
        ("Six years with Kubernetes", ("Kubernetes",)),
    ],
)
def test_a_name_is_reported_whole(line: str, gaps: tuple[str, ...]) -> None:
    assert uncovered(catalogue(), read_advert(f"Agent\n- {line}\n")) == gaps


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


@pytest.mark.parametrize(
    "words", ["rate ratio", "coach coax", "status state", "order ordain", "found foundation"]
)
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
    matched = matches(Catalogue(load(deck.root)[0]), read_advert(f"Agent\n- {line}\n").lines)
    assert {id for id, match in matched.items() if match.named} == named


def test_a_stage_is_not_named_by_a_word_of_every_day() -> None:
    """Input: "Decide" is the name of a stage."""
    named = {term.tokens[0].text for _, term in Catalogue(catalogue()).terms["decid"]}
    assert "Decide" in named
    matched = matches(Catalogue(catalogue()), read_advert("Agent\n- You decide\n").lines)
    assert not [id for id, match in matched.items() if match.named]


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
def test_a_kpi_is_named_by_the_part_of_its_name_that_is_its_own(words: str, kpi: str) -> None:
    matched = matches(Catalogue(catalogue()), read_advert(f"Agent\n- {words}\n").lines)
    assert kpi in {id for id, match in matched.items() if match.named}


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
    matched = matches(Catalogue(load(project({}).root)[0]), advert.lines)
    assert "empathy" not in matched
