"""What the content rules find, what they leave alone, and how a definition silences one."""

from __future__ import annotations

import pytest
from conftest import BASE, MakeProject, ProjectFolder, said

from builder.checks import silenceable
from builder.findings import RULES, Diagnostic, Severity
from builder.lint.reading import grade
from builder.load.kinds import kinds_of
from builder.pipeline import compile_project

WHOLE_PROJECT = "role: {title: Everything, add: [{kind: [KINDS]}]}\n".replace(
    "KINDS", ", ".join(kind.name for kind in kinds_of()[0].values() if not kind.private)
)


def found(folder: ProjectFolder) -> list[Diagnostic]:
    return list(compile_project(folder.root).findings)


def told(folder: ProjectFolder) -> list[str]:
    """What a check finds, one line each."""
    return said(tuple(found(folder))).splitlines()


def rules(project: MakeProject, text: str, **files: str) -> list[str]:
    """The rules that the base project breaks with this file, in a role that takes everything."""
    more = {f"decks/{name}.yaml": content for name, content in files.items()}
    folder = project({"decks/more.yaml": text, "decks/roles/all.yaml": WHOLE_PROJECT, **more})
    return sorted(rule for rule, _ in {(one.rule, one.span) for one in found(folder)})


def question(ask: str = "What is a refund?", **keys: str) -> str:
    """A question with an answer, and whatever else it says, each key on its line."""
    lines = [f"    {key}: {value}" for key, value in keys.items()]
    head = f"questions:\n  more:\n    ask: {ask}\n    type: knowledge\n    answer: Money back.\n"
    return head + "".join(f"{line}\n" for line in lines)


def sample(text: str) -> str:
    return question(sample="|\n" + "".join(f"      {line}\n" for line in text.splitlines()))


def line(you_say: str, they_say: str = "It broke!") -> str:
    return (
        f"lines:\n  more:\n    they_say: {they_say}\n    you_say: |\n      {you_say}\n"
        "    pass_if: you say what comes next\n"
    )


# --- too-long -----------------------------------------------------------------------------------


def words(number: int) -> str:
    return " ".join(["word"] * number)


@pytest.mark.parametrize("number", [25, 26])
def test_an_ask_may_have_twenty_five_words(project: MakeProject, number: int) -> None:
    assert rules(project, question(words(number))) == (["too-long"] if number > 25 else [])


def test_words_are_counted_as_a_reader_counts_them(project: MakeProject) -> None:
    # A variable is one, a dash between blanks none, and the end of a line parts two.
    text = f"{words(42)}. – {{{{ vars.company }}}}.\n      one two."
    limit = with_limits("reading_grade: 99")
    assert rules(project, line(text), deck=limit) == []
    assert rules(project, line(f"{text} three"), deck=limit) == ["too-long"]


def test_a_limit_holds_for_what_stands_below_its_key(project: MakeProject) -> None:
    anchors = f"{{weak: {words(15)}, fair: {words(14)}, strong: {words(15)}}}"
    text = question(anchors=anchors)
    folder = project({"decks/more.yaml": text})
    assert told(folder) == [
        "decks/more.yaml:6:21: too-long: 15 words; the limit for `question.anchors.weak` is 14",
        "decks/more.yaml:6:182: too-long: 15 words; the limit for `question.anchors.strong` is 14",
    ]


def with_limits(text: str) -> str:
    return str(BASE["decks/deck.yaml"]).rstrip(" ") + f"        limits: {{{text}}}\n"


def test_deck_yaml_sets_other_limits(project: MakeProject) -> None:
    deck = with_limits("words: {question.ask: 3, question: 4}")
    folder = project({"decks/deck.yaml": deck, "decks/more.yaml": question(words(3))})
    files = [one.span.file for one in found(folder) if one.rule == "too-long"]
    # The base project's own asks are longer; `question` is for what has no limit of its own.
    assert files == ["decks/questions/customer.yaml"] * 2


@pytest.mark.parametrize(
    ("limits", "message"),
    [
        ("words: {question.asks: 3}", "unknown-key: no text is called `question.asks`"),
        ("words: {question.type: 3}", "unknown-key: no text is called `question.type`"),
        ("words: {kpi.examples: 3}", "unknown-key: no text is called `kpi.examples`"),
        ("words: {questions: 3}", "unknown-key: no text is called `questions`"),
        ("words: {question.ask: 0}", "wrong-value: 0 is less than 1"),
        ("words: {question.ask: few}", "wrong-value: `few` is not a whole number"),
        ("grade: 3", "unknown-key: unknown key `grade`"),
    ],
)
def test_a_limit_that_limits_nothing_is_a_fault(
    project: MakeProject, limits: str, message: str
) -> None:
    (only,) = told(project({"decks/deck.yaml": with_limits(limits)}))
    assert only.startswith("decks/deck.yaml:6:")
    assert only.endswith(message)


def listed(number: int) -> str:
    """A list of this many items, as Markdown and as YAML."""
    return "".join(f"      - item {n}\n" for n in range(1, number + 1))


@pytest.mark.parametrize("key", ["pitfalls", "wordings"])
def test_a_list_may_have_five_items(project: MakeProject, key: str) -> None:
    text = f"{question()}    {key}:\n"
    assert rules(project, text + listed(5)) == []
    folder = project({"decks/more.yaml": text + listed(7)})
    # Told once, at the sixth.
    assert told(folder) == ["decks/more.yaml:12:9: too-long: 7 items; the limit for a list is 5"]


def test_names_in_a_list_are_counted_too(project: MakeProject) -> None:
    text = (
        "tools:\n  more:\n    name: Ticket system\n    does: keeps what was said\n    products:\n"
    )
    folder = project({"decks/more.yaml": text + listed(6), "decks/roles/all.yaml": WHOLE_PROJECT})
    assert told(folder) == ["decks/more.yaml:11:9: too-long: 6 items; the limit for a list is 5"]


#: Prose on a card, up to where its block begins.
PROSE = [
    question().replace("answer: Money back.", "answer: |"),
    question(sample="|"),
    "cards:\n  more:\n    front: What is a refund?\n    back: |\n",
    "questions:\n  more:\n    ask: Tell me about a dress.\n    type: story\n    must_show: [it came]\n"
    "    sample:\n      situation: It was late.\n      task: Find it.\n      action: |\n"
    "      result: I found it in 2 days.\n",
]


@pytest.mark.parametrize("begin", PROSE, ids=["answer", "sample", "back", "action"])
@pytest.mark.parametrize("mark", ["- {}", "* {}", "{}. {}"])
def test_a_list_in_prose_is_counted(project: MakeProject, begin: str, mark: str) -> None:
    """The finding is the line of the sixth item."""
    head, _, tail = begin.partition("|\n")
    indent = " " * 12
    lines = [indent + mark.format(n, n) for n in range(1, 8)]
    for number in (5, 7):
        text = f"{head}|\n{indent}I say:\n\n" + "".join(f"{x}\n" for x in lines[:number]) + tail
        folder = project({"decks/more.yaml": text, "decks/roles/all.yaml": WHOLE_PROJECT})
        line = text[: text.find(lines[5])].count("\n") + 1
        assert told(folder) == (
            [f"decks/more.yaml:{line}:13: too-long: 7 items; the limit for a list is 5"]
            if number > 5
            else []
        )


def test_each_list_in_prose_is_counted_by_itself(project: MakeProject) -> None:
    def answer(text: str) -> str:
        return question().replace(
            "Money back.", "|\n" + "".join(f"      {x}\n" for x in text.splitlines())
        )

    three, five = "- a\n- b\n- c\n", "- v\n- w\n- x\n- y\n- z\n"
    assert rules(project, answer(f"{three}\nAnd then:\n\n{five}")) == []
    # Four, and two within the last of them.
    assert rules(project, answer(f"{three}- d\n  - e\n  - f\n")) == []
    inner = "".join(f"  1. {letter}\n" for letter in "defghi")
    folder = project({"decks/more.yaml": answer(three + inner)})
    assert told(folder) == ["decks/more.yaml:14:9: too-long: 6 items; the limit for a list is 5"]
    quoted = "".join(f"> - {letter}\n" for letter in "abcdef")
    assert rules(project, answer(quoted)) == ["too-long"]


@pytest.mark.parametrize(
    "text",
    [
        # One paragraph, whose lines begin with years.
        "I stayed.\n2019. Then\n2020. Then\n2021. Then\n2022. Then\n2023. Then\n2024. Now",
        # A formula, and what is shown as it was typed.
        "\\[ a\n- b\n- c\n- d\n- e\n- f\n- g \\]",
        "```\n- a\n- b\n- c\n- d\n- e\n- f\n```",
    ],
)
def test_what_only_looks_like_a_list_is_none(project: MakeProject, text: str) -> None:
    block = "|\n" + "".join(f"      {x}\n" for x in text.splitlines())
    assert rules(project, question().replace("Money back.", block)) == []


def test_deck_yaml_says_how_long_a_list_may_be(project: MakeProject) -> None:
    text = f"{question()}    pitfalls:\n{listed(4)}"
    assert rules(project, text, deck=with_limits("list_items: 3")) == ["too-long"]
    longer = f"{question()}    pitfalls:\n{listed(9)}"
    assert rules(project, longer, deck=with_limits("list_items: 9")) == []


def test_a_list_that_the_kind_refuses_is_told_once(project: MakeProject) -> None:
    steps = question().replace("knowledge", "approach").replace("answer: Money back.", "steps:")
    assert [
        one.split(": ")[1] for one in told(project({"decks/more.yaml": steps + listed(6)}))
    ] == ["wrong-value"]
    assert rules(project, steps + listed(5), deck=with_limits("list_items: 4")) == ["too-long"]


def test_a_long_list_is_silenced_with_a_reason(project: MakeProject) -> None:
    text = f"{question(silence='{too-long: the law has six}')}    pitfalls:\n{listed(6)}"
    assert rules(project, text) == []


# --- hard-to-read -------------------------------------------------------------------------------

#: Texts with the grade that the formula gives when a person counts words, sentences, syllables.
GRADES = [
    ("The cat sat on the mat.", 0.39 * 6 + 11.8 * 6 / 6 - 15.59),
    ("Customers asked. Nobody answered.", 0.39 * 2 + 11.8 * 9 / 4 - 15.59),
    ("It changed: the prices, the names, the times.", 0.39 * 8 + 11.8 * 9 / 8 - 15.59),
    ("- one thing\n- one more\n\nThen the end.", 0.39 * 7 / 3 + 11.8 * 7 / 7 - 15.59),
    ("We pay 3.5 % of it to you.", 0.39 * 7 + 11.8 * 7 / 7 - 15.59),
]


@pytest.mark.parametrize(("text", "wanted"), GRADES)
def test_the_grade_is_what_a_person_counts(text: str, wanted: float) -> None:
    assert grade(text) == pytest.approx(wanted)


HARD = (
    "I evaluate the applicable policy together with the individual circumstances of the\n"
    "transaction, establish which party is responsible for the difficulty that was experienced,\n"
    "communicate my decision to the customer without unnecessary delay, and document the\n"
    "justification for every deviation."
)


def test_a_short_text_is_not_judged(project: MakeProject) -> None:
    assert rules(project, sample(HARD)) == ["hard-to-read"]
    assert rules(project, sample(HARD.replace(" every", ""))) == []


def test_the_grade_that_is_allowed_is_a_setting(project: MakeProject) -> None:
    assert rules(project, sample(HARD), deck=with_limits("reading_grade: 40")) == []


# --- unexplained-abbreviation -------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "The root cause analysis comes first, and the RCA takes an hour.",
        "Quality assurance (QA) listens to two calls.",
        "QA, quality assurance, listens to two calls.",
        "Your CSATs are on the wall, and CSAT-driven pay is not.",
        "It is case INC-4711, or #AB, and readme.MD says the same.",
        "I will send a PDF.",
        "Plan A and B.",
    ],
)
def test_an_abbreviation_that_is_explained_is_fine(project: MakeProject, text: str) -> None:
    kpis = str(BASE["decks/kpis.yaml"]).replace(
        "name: Customer satisfaction score",
        "name: Customer satisfaction score\n            aliases: [CSAT]",
    )
    assert rules(project, line(text), kpis=kpis) == []


@pytest.mark.parametrize(
    ("text", "name"),
    [("We did an RCA.", "RCA"), ("Quality is assured by QA.", "QA"), ("Our SLAs hold.", "SLA")],
)
def test_an_abbreviation_that_nothing_explains_is_told_where_it_stands(
    project: MakeProject, text: str, name: str
) -> None:
    (only,) = found(project({"decks/more.yaml": line(text), "decks/roles/all.yaml": WHOLE_PROJECT}))
    assert only.message == f"nothing explains what {name} stands for"
    assert (only.span.line, only.span.column) == (5, 7 + text.index(name))


def test_an_abbreviation_is_told_once_a_definition(project: MakeProject) -> None:
    text = line("An RCA is an RCA.")
    assert rules(project, text) == ["unexplained-abbreviation"]
    assert rules(project, text, deck=with_limits("known_abbreviations: [RCA]")) == []


def test_customers_may_shout(project: MakeProject) -> None:
    assert rules(project, line("It is on its way.", they_say="I want it NOW!")) == []


# --- yes-no-ask ---------------------------------------------------------------------------------

CLOSED = [
    "Are you a team player?",
    "Have you ever been wrong?",
    "A customer shouts. Would you hang up?",
    "So, do you like phones?",
    "Don't you get bored?",
    "Can you type?",
]
OPEN = [
    "Can you describe a bad day?",
    "Could you please walk me through a call?",
    "Do you prefer the phone or chat?",
    "Are you patient, and how does it show?",
    "Have you been wrong? Tell me about it.",
    "Is it raining? What do you do?",  # two questions, which is another rule
    "How do you do?",
    "Island or mainland?",
    "Tell me whether you can type.",
]


@pytest.mark.parametrize("ask", CLOSED)
def test_yes_would_answer_this(project: MakeProject, ask: str) -> None:
    assert rules(project, question(f'"{ask}"')) == ["yes-no-ask"]


@pytest.mark.parametrize("ask", OPEN)
def test_yes_would_not_answer_this(project: MakeProject, ask: str) -> None:
    assert "yes-no-ask" not in rules(project, question(f'"{ask}"'))


def test_wordings_and_follow_ups_are_asked_too(project: MakeProject) -> None:
    text = question(
        wordings='["Are refunds money?"]', follow_ups='[{ask: "Was it late?", point: "no, never"}]'
    )
    assert rules(project, text) == ["yes-no-ask"] * 2


def test_what_customers_ask_is_their_affair(project: MakeProject) -> None:
    assert rules(project, line("Until ten.", they_say="Are you open? Are you married?")) == []


# --- samples ------------------------------------------------------------------------------------


def story(result: str) -> str:
    return (
        "questions:\n  more:\n    ask: Tell me about a dress.\n    type: story\n"
        "    must_show: [that it came]\n    sample:\n      situation: A dress was late.\n"
        f"      task: Find it.\n      action: I found it.\n      result: {result}\n"
    )


@pytest.mark.parametrize(
    "result", ["It came 3 days early.", "It took half an hour.", "Twenty-one."]
)
def test_a_result_with_a_number_is_a_result(project: MakeProject, result: str) -> None:
    assert rules(project, story(result)) == []


@pytest.mark.parametrize("result", ["She was happy.", "The tent was often weighed."])
def test_a_result_without_a_number_is_none(project: MakeProject, result: str) -> None:
    assert rules(project, story(result)) == ["story-without-result"]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("We rang, and our boss wrote to us. I waited.", ["we-more-than-i"]),
        ("We've rung. We'd written.", ["we-more-than-i"]),
        ("I told her “we are late, we know, our fault”.", []),
        ('I told her "we are late, we know, our fault".', []),
        ("I rang, my boss wrote, and we waited.", []),
        ("Wednesday was busy in our house, but I'm fast.", []),
    ],
)
def test_we_and_i_are_counted(project: MakeProject, text: str, wanted: list[str]) -> None:
    assert rules(project, sample(text)) == wanted


def three(figure: str) -> str:
    return "questions:\n" + "".join(
        f"  {id}:\n    ask: What is a {id}?\n    type: knowledge\n    answer: A thing.\n"
        f"    sample: I saved {figure} and {id}.\n"
        for id in ("desk", "chair", "lamp")
    )


@pytest.mark.parametrize("figure", ["30 %", "30%", "30 percent"])
def test_a_percentage_is_told_in_the_third_sample(project: MakeProject, figure: str) -> None:
    folder = project({"decks/more.yaml": three(figure)})
    assert told(folder) == [
        "decks/more.yaml:16:21: recurring-percentage:"
        " `desk` and `chair` have 30 % in their samples too"
    ]


@pytest.mark.parametrize("figure", ["100 %", "30 days", "all, 50 %,"])
def test_plain_figures_may_recur(project: MakeProject, figure: str) -> None:
    assert rules(project, three(figure)) == []


# --- near-duplicate -----------------------------------------------------------------------------


def asks(*texts: str, type: str = "knowledge") -> str:
    return "questions:\n" + "".join(
        f'  ask-{number}:\n    ask: "{text}"\n    type: {type}\n'
        + ("    answer: A thing.\n" if type == "knowledge" else "    steps: [do it]\n")
        for number, text in enumerate(texts)
    )


def test_a_near_duplicate_names_the_other(project: MakeProject) -> None:
    text = asks("What makes a phone call good?", "Tell me what makes good phone calls.")
    (only,) = found(project({"decks/more.yaml": text}))
    assert only.rule == "near-duplicate"
    assert only.message == "`ask-0` asks nearly the same question, at decks/more.yaml:2:3"
    assert (only.span.line, only.span.column) == (7, 10)


def test_a_story_and_an_approach_are_two_questions(project: MakeProject) -> None:
    # The base project asks for the story.
    assert rules(project, asks("How do you take an angry customer?", type="approach")) == []


def test_different_questions_are_no_duplicates(project: MakeProject) -> None:
    text = asks("How do you keep a support team informed?", "How do you keep a support team happy?")
    assert rules(project, text) == []


def test_duplicates_are_found_among_very_many(project: MakeProject) -> None:
    crowd = [f"What do you know about phone number {n} of our shop {n + 5000}?" for n in range(500)]
    text = asks(
        *crowd, "Why do zebras queue?", "Tell me why zebras queue.", "How is our phone shop?"
    )
    twice = asks("Who is in our phone shop?").replace("ask-0", "again")
    assert rules(project, text, again=twice) == ["near-duplicate"] * 2


@pytest.mark.parametrize(("number", "is_told"), [(40, True), (41, False)])
def test_words_of_more_than_forty_asks_make_no_two_alike(
    project: MakeProject, number: int, is_told: bool
) -> None:
    """Two asks share "parcel" and "scanner"; so many asks in all have these words."""
    crowd = [f"parcel scanner a{n} b{n} c{n} d{n}" for n in range(number - 2)]
    text = asks(*crowd, "What is a parcel scanner?", "What is a parcel scanner sheet?")
    assert rules(project, text) == (["near-duplicate"] if is_told else [])


# --- benchmarks, personal data, off limits ------------------------------------------------------


def dated(year: int) -> str:
    return str(BASE["decks/kpis.yaml"]).replace(
        "            trap: Only those",
        f"            benchmark: {{value: 8, source: guide, year: {year}, status: read}}\n"
        "            trap: Only those",
    )


@pytest.mark.parametrize(("year", "wanted"), [(2022, []), (2021, ["old-benchmark"])])
def test_a_benchmark_ages_beside_the_newest_source(
    project: MakeProject, year: int, wanted: list[str]
) -> None:
    assert rules(project, question(), kpis=dated(year)) == wanted
    assert (
        rules(project, question(), kpis=dated(year), deck=with_limits("benchmark_years: 9")) == []
    )


@pytest.mark.parametrize(
    "text",
    [
        "Write to jane.doe@parcelfirm.com today.",
        "Ring +49 30 901820 today.",
        "Ring 030 / 90 18 20 today.",
        "Ring (212) 736-5000 today.",
        "Ring 212.736.5000 today.",
    ],
)
def test_an_address_or_a_number_of_somebody_is_told(project: MakeProject, text: str) -> None:
    assert rules(project, line(text)) == ["personal-data"]


@pytest.mark.parametrize(
    "text",
    [
        "Write to jane@example.com, help@firm.example or a@b.test.",
        "Ring 212-555-0142.",
        "Order 4471882-03 of 2026-11-20, 10:30.",
        "We had 1 200 300 calls in 2019-2023, 12.5 % more.",
        "Call @support on 24/7.",
    ],
)
def test_what_belongs_to_nobody_is_not_told(project: MakeProject, text: str) -> None:
    assert rules(project, line(text)) == []


FORBIDDEN = {
    "age": ["How old are you?", "When were you born?", "What is your date of birth?"],
    "family": [
        "How many children do you have?",
        "When do you plan to start a family?",
        "Who looks after your kids, and why?",
        "How long until you take maternity leave?",
    ],
    "marriage": ["What does your husband do?", "What is your marital status?"],
    "religion": ["What is your religion?", "Which church do you go to?"],
    "health": [
        "What disabilities do you have, or have you disabilities at all?",
        "How is your health?",
    ],
    "origin": ["Where are you originally from?", "What is your nationality?"],
    "politics": ["Who did you vote for?"],
    "sexuality": ["What is your sexual orientation?"],
    "arrests": ["What have you been arrested for?"],
}


@pytest.mark.parametrize(
    ("subject", "ask"), [(subject, ask) for subject, some in FORBIDDEN.items() for ask in some]
)
def test_a_question_that_nobody_may_ask_is_told(
    project: MakeProject, subject: str, ask: str
) -> None:
    (only,) = found(project({"decks/more.yaml": question(f'"{ask}"')}))
    assert (only.rule, only.message) == (
        "off-limits-question",
        f"this asks the candidate about {subject}",
    )


@pytest.mark.parametrize(
    "ask",
    [
        "How do you serve people with disabilities?",
        "How do you plan when two people are off sick?",
        "How do you build your health score?",
        "A husband rings about his wife's account. What do you tell him?",
        "What do you do when a customer asks whether you are married?",
        "How would you explain our product to a child?",
        "How do you handle reports of sexual harassment in chat?",
        "Where do you see yourself in five years?",
    ],
)
def test_questions_about_the_job_are_allowed(project: MakeProject, ask: str) -> None:
    assert rules(project, question(f'"{ask}"')) == []


def test_other_languages_are_spared_what_is_english(project: MakeProject) -> None:
    """No word list of ours knows German; lengths and addresses are the same everywhere."""
    german = with_limits("reading_grade: 1").replace("title:", "language: de\n        title:")
    text = question("Are you our RCA?", sample="We wrote to jane@firm.de, we and we.")
    text += question("Our RCA, are you?").removeprefix("questions:\n").replace("more:", "again:")
    words_of = "Answer: Antwort\n"
    folder = project(
        {
            "decks/deck.yaml": german,
            "decks/more.yaml": text,
            "templates/_shared/words.de.yaml": words_of,
        }
    )
    mine = [one.rule for one in found(folder) if one.severity is Severity.WARNING]
    assert mine == ["personal-data"]


# --- topics, orphans, the core ------------------------------------------------------------------


def test_an_empty_area_is_told_once(project: MakeProject) -> None:
    topics = "topics:\n  billing:\n    invoices: Invoices\n    refunds: Refunds\n"
    assert told(project({"decks/more.yaml": topics})) == [
        "decks/more.yaml:2:3: empty-topic: no definition has the topic `billing`"
    ]


CARD = "cards:\n  more:\n    front: What is a refund?\n    back: Money back.\n"


def test_an_orphan_is_what_no_public_role_takes(project: MakeProject) -> None:
    folder = project({"decks/more.yaml": CARD})
    assert told(folder) == ["decks/more.yaml:2:3: orphan: no role's deck has `more`"]
    # A private role is on one computer only.
    folder.write({"decks/private/me.yaml": "role: {title: Me, add: [{kind: card}]}\n"})
    assert [one.rule for one in found(folder)] == ["orphan"]
    all_but = "role: {title: All, add: [{kind: [skill, card]}], drop: [{id: more}]}\n"
    folder.write({"decks/roles/all.yaml": all_but})
    assert [one.rule for one in found(folder)] == ["orphan"]
    folder.write({"decks/roles/heir.yaml": "role: {title: Heir, extends: all, add: [{id: more}]}"})
    assert found(folder) == []


def test_without_public_roles_there_are_no_orphans(project: MakeProject) -> None:
    agent = str(BASE["decks/roles/agent.yaml"])
    files = {"decks/roles/agent.yaml": None, "decks/private/me.yaml": agent}
    assert found(project({"decks/more.yaml": CARD, **files})) == []


def test_while_something_cannot_be_read_nothing_is_called_left_over(project: MakeProject) -> None:
    text = "topics:\n  billing: Billing\n" + CARD.replace("front:", "fornt:")
    assert rules(project, text) == ["unknown-key"]


def test_a_core_of_141_cards_is_too_large(project: MakeProject) -> None:
    cards = "cards:\n" + "".join(
        f"  card-{n}:\n    front: What is {n}?\n    back: A number.\n" for n in range(141)
    )
    folder = project(
        {
            "decks/more.yaml": cards,
            "decks/roles/all.yaml": "role:\n  title: All\n  core:\n    - {kind: card}\n",
        }
    )
    assert told(folder) == [
        "decks/roles/all.yaml:3:3: core-too-large: the core of `all` has 141 cards,"
        " 8 days at 20 new cards a day; the limit is 140"
    ]
    folder.edit("decks/roles/all.yaml", "- {kind: card}", "- {kind: card}\n  drop: [{id: card-7}]")
    folder.write({"decks/roles/rest.yaml": "role: {title: Rest, add: [{id: card-7}]}"})
    assert found(folder) == []


def to_say_aloud(questions: int, cards: int) -> dict[str, str | bytes | None]:
    """A role whose core is so many questions, each with one card more to answer aloud, and cards."""
    asked = "".join(
        f"  q-{n}:\n    ask: What is {n}?\n    type: knowledge\n    answer: A number.\n"
        for n in range(questions)
    )
    plain = "".join(
        f"  card-{n}:\n    front: What is {n}?\n    back: A number.\n" for n in range(cards)
    )
    selectors = "".join(f"    - {{kind: question, id: q-{n}}}\n" for n in range(questions))
    return {
        "decks/more.yaml": f"questions:\n{asked}cards:\n{plain}",
        "decks/roles/all.yaml": f"role:\n  title: All\n  core:\n    - {{kind: card}}\n{selectors}",
    }


@pytest.mark.parametrize(
    ("questions", "cards", "most"),
    [(6, 1, None), (7, 1, 6), (7, 47, None), (14, 94, None), (15, 94, 14), (14, 92, 12)],
)
def test_a_core_may_have_two_cards_in_twenty_to_say_aloud_and_six_anyway(
    project: MakeProject, questions: int, cards: int, most: int | None
) -> None:
    """A question is two cards here, one of them spoken."""
    folder = project(to_say_aloud(questions, cards))
    said_of = [one for one in told(folder) if "core-too-spoken" in one]
    assert said_of == (
        []
        if most is None
        else [
            f"decks/roles/all.yaml:3:3: core-too-spoken: the core of `all` has {questions} cards"
            f" to answer aloud; the limit is {most}"
        ]
    )


def test_what_a_private_role_asks_itself_is_not_too_much_to_say(project: MakeProject) -> None:
    """Six of the catalogue's questions and three of one's own; then a seventh of the catalogue's."""
    files = to_say_aloud(7, 1)
    own = "".join(
        f"  mine-{n}:\n    ask: What of mine is {n}?\n    type: knowledge\n    answer: It is.\n"
        for n in range(3)
    )
    six = ", ".join(f"q-{n}" for n in range(6))
    me = f"role:\n  title: Me\n  core:\n    - {{id: [{six}]}}\nquestions:\n{own}"
    folder = project({**files, "decks/roles/all.yaml": None, "decks/private/me.yaml": me})
    assert "core-too-spoken" not in {one.rule for one in found(folder)}
    folder.edit("decks/private/me.yaml", "q-5]", "q-5, q-6]")
    assert "core-too-spoken" in {one.rule for one in found(folder)}
    dates = "starts: 2026-12-02\n  interview: 2026-12-10"
    folder.edit("decks/private/me.yaml", "title: Me", f"title: Me\n  {dates}")
    assert "core-too-spoken" not in {one.rule for one in found(folder)}, "its plan counts minutes"


# --- silence ------------------------------------------------------------------------------------

ASKED = question('"Are you a team player?"', silence="{yes-no-ask: they do ask it like that}")


def test_a_rule_is_silenced_on_one_definition(project: MakeProject) -> None:
    assert rules(project, ASKED) == []
    assert rules(project, ASKED, other=ASKED.replace("more:", "o:").split("    silence")[0]) == [
        "near-duplicate",
        "yes-no-ask",
    ]


def test_a_silence_needs_a_reason(project: MakeProject) -> None:
    text = ASKED.replace("{yes-no-ask: they do ask it like that}", "\n      yes-no-ask:")
    assert "empty-value" in rules(project, text)


def test_only_content_rules_can_be_silenced(project: MakeProject) -> None:
    text = question(silence="\n      missing-key: I know\n      too-lang: so what")
    (first, second) = found(project({"decks/more.yaml": text}))
    assert [first.rule, second.rule] == ["unknown-reference"] * 2
    assert first.message == "no rule called `missing-key` can be silenced"
    assert second.help == "did you mean `too-long`?"


def test_a_silence_that_silences_nothing_is_told(project: MakeProject) -> None:
    folder = project({"decks/more.yaml": ASKED.replace("Are you", "Why are you")})
    assert told(folder) == [
        "decks/more.yaml:6:15: idle-silence: this silence has no effect:"
        " `yes-no-ask` reports nothing here"
    ]


@pytest.mark.parametrize(("answer", "is_told"), [("stations", True), ("station", False)])
def test_an_answer_of_fewer_than_eight_letters_may_stand_on_its_front(
    project: MakeProject, answer: str, is_told: bool
) -> None:
    card = f"cards:\n  more:\n    front: Where does a train stop, at a {answer} or not?\n"
    assert rules(project, f"{card}    back: {answer}\n") == (
        ["front-gives-answer"] if is_told else []
    )


def test_what_a_front_gives_away_can_be_silenced(project: MakeProject) -> None:
    text = question(
        "What is money back called, when you get your money back?",
    ).replace("Money back.", "You get your money back.")
    assert rules(project, text) == ["front-gives-answer"]
    silenced = text + "    silence: {front-gives-answer: it is a trick}\n"
    assert rules(project, silenced) == []
    # A build of one role does not know what the other decks would have silenced.
    folder = project({"decks/more.yaml": silenced, "decks/roles/all.yaml": WHOLE_PROJECT})
    folder.write({"decks/roles/agent.yaml": "role: {title: Agent, add: [{kind: kpi}]}\n"})
    assert not compile_project(folder.root, ("agent",)).findings


def test_two_questions_on_one_front_can_be_silenced(project: MakeProject) -> None:
    text = question("Who? Why?")
    assert rules(project, text) == ["two-questions"]
    assert rules(project, text + "    silence: {two-questions: it is said in one breath}\n") == []


def test_what_an_override_says_is_judged_and_what_it_inherits_is_not_judged_twice(
    project: MakeProject,
) -> None:
    role = "role:\n  title: Other\n  add: [{kind: question}]\n  override:\n    more:\n      ask: "
    folder = project({"decks/more.yaml": ASKED, "decks/roles/other.yaml": role + "Why you?\n"})
    assert found(folder) == []
    folder.write({"decks/roles/other.yaml": role + f"{words(26)}\n"})
    assert [(one.rule, one.span.file) for one in found(folder)] == [
        ("too-long", "decks/roles/other.yaml")
    ]
    # The silence came along with the definition.
    folder.write({"decks/roles/other.yaml": role + "Are you alone?\n"})
    assert found(folder) == []


def test_a_sample_that_is_overridden_in_part_is_judged_as_a_whole(project: MakeProject) -> None:
    role = (
        "role:\n  title: Other\n  add: [{kind: question}]\n  override:\n    more:\n"
        "      sample:\n        task: We had to find it, we and our boss.\n"
    )
    folder = project({"decks/more.yaml": story("It took 2 days."), "decks/roles/o.yaml": role})
    assert told(folder) == [
        "decks/roles/o.yaml:7:15: we-more-than-i: this sample has 3 words like `we`, and 1 like `I`"
    ]


def test_a_private_role_may_hold_addresses_and_its_own_abbreviations(project: MakeProject) -> None:
    role = (
        "role:\n  title: Me\n  add: [{kind: skill}]\n"
        + question(wordings="[Ring the RCA at +49 30 901820]")
        + "employer_facts:\n  boss:\n    ask: Who is the boss?\n    answer: jane@firm.com\n"
        "    source: letter\n    seen: 2026-11-20\n"
    )
    assert found(project({"decks/private/me.yaml": role})) == []


def test_every_rule_that_can_be_silenced_is_a_warning() -> None:
    assert {RULES[rule].severity for rule in silenceable()} == {Severity.WARNING}
