"""Roles: which definitions a deck has, whose notes they are, and what a fault blocks."""

from __future__ import annotations

import json
import textwrap

import pytest
from conftest import NOON, MakeProject, ProjectFolder
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_source import FAULTS

from builder.commands.check.run import check
from builder.findings import Diagnostic, PrepdeckError, Scope, Span
from builder.load import load
from builder.pipeline import Built, compile_project
from builder.select import Chosen, Selection, select
from builder.shape.record import Record

Files = dict[str, str | bytes | None]


#: Beside the base project: a topic whose name begins like another's, and a question without one.
MORE: Files = {
    "decks/topics.yaml": """
        topics:
          customer:
            difficult-customers: Difficult customers
            complaints: Complaints
          customers: Customers
          operations:
            metrics: Metrics
        """,
    "decks/questions/more.yaml": """
        questions:
          why-customers:
            ask: Why do you want to work with customers?
            type: pitch
            topics: [customers]
            answer: Because they come back.
          what-is-churn:
            ask: What is churn?
            type: knowledge
            answer: Customers who leave.
        """,
    # Every other test brings the roles that it is about.
    "decks/roles/agent.yaml": None,
}

STORY, STEPS = "angry-customer-story", "complaint-steps"
KPIS = {"csat", "average-handle-time"}
PITCH, CHURN = "why-customers", "what-is-churn"
QUESTIONS = {STORY, STEPS, PITCH, CHURN}
WHOLE_PROJECT = {*QUESTIONS, *KPIS, "empathy"}


def roles(**bodies: str) -> Files:
    """A file for each role, its title the id."""
    files: Files = dict(MORE)
    for name, body in bodies.items():
        id = name.replace("_", "-")
        inner = textwrap.indent(textwrap.dedent(body).strip("\n"), "  ")
        files[f"decks/roles/{id}.yaml"] = f"role:\n  title: {id}\n{inner}\n"
    return files


def private(id: str, body: str, rest: str = "") -> Files:
    """A private role, and what else its file holds."""
    inner = textwrap.indent(textwrap.dedent(body).strip("\n"), "  ")
    text = f"role:\n  title: {id}\n{inner}\n{textwrap.dedent(rest)}"
    return {f"decks/private/{id}/role.yaml": text}


def selected(folder: ProjectFolder, role: str) -> tuple[Selection, list[Diagnostic]]:
    """A role's selection, and every fault of loading and selecting."""
    read, found = load(folder.root)
    selection, faults = select(read, read.roles[role])
    return selection, found + faults


def chosen(folder: ProjectFolder, role: str) -> dict[str, Chosen]:
    """What a role without faults chooses, by `Definition.key`."""
    selection, found = selected(folder, role)
    assert told(found) == []
    return {choice.definition.key: choice for choice in selection.chosen}


def core(choices: dict[str, Chosen]) -> set[str]:
    return {key for key, choice in choices.items() if choice.core}


def told(found: list[Diagnostic] | tuple[Diagnostic, ...]) -> list[str]:
    return [f"{d.span} {d.rule}: {d.message}" for d in found]


def states(built: Built) -> dict[str, str]:
    return {package.role: package.state for package in built.packages}


# --- selectors ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("selector", "expected"),
    [
        ("{kind: question}", QUESTIONS),
        ("{kind: [kpi, skill]}", {*KPIS, "empathy"}),
        ("{id: csat}", {"csat"}),
        ("{id: [csat, empathy]}", {"csat", "empathy"}),
        ("{type: story}", {STORY}),
        ("{type: [story, pitch]}", {STORY, PITCH}),
        ("{topic: customer/complaints}", {STEPS}),
        ("{topic: [customer/complaints, operations]}", {STEPS, *KPIS}),
        ("{kind: question, topic: customer/difficult-customers}", {STORY}),
        ("{kind: [question, kpi], topic: [customer, operations], type: approach}", {STEPS}),
    ],
)
def test_all_keys_of_a_selector_hold_and_a_list_is_any_of(
    project: MakeProject, selector: str, expected: set[str]
) -> None:
    folder = project(roles(agent=f"add: [{selector}]"))
    assert set(chosen(folder, "agent")) == expected


def test_a_topic_is_its_subtree_and_not_every_name_that_begins_so(project: MakeProject) -> None:
    folder = project(roles(agent="add: [{topic: customer}]", other="add: [{topic: customers}]"))
    assert set(chosen(folder, "agent")) == {STORY, STEPS, "empathy"}
    assert set(chosen(folder, "other")) == {PITCH}


def test_a_list_of_selectors_is_their_union_in_the_order_of_the_project(
    project: MakeProject,
) -> None:
    folder = project(roles(agent="add: [{id: empathy}, {type: story}, {kind: [kpi, skill]}]"))
    assert list(chosen(folder, "agent")) == ["csat", "average-handle-time", STORY, "empathy"]


@pytest.mark.parametrize("where", ["later", "core", "drop"])
@pytest.mark.parametrize(
    ("selector", "words"),
    [
        ("{kind: kpi, topic: customer}", "kind kpi, topic customer"),
        ("{type: story, id: [csat, empathy]}", "type story, id csat or empathy"),
    ],
)
def test_a_selector_that_matches_nothing_is_a_fault(
    project: MakeProject, where: str, selector: str, words: str
) -> None:
    folder = project(roles(agent=f"add: [{{kind: skill}}]\n{where}: [{selector}]"))
    _, found = selected(folder, "agent")
    assert told(found) == [
        f"decks/roles/agent.yaml:4:{6 + len(where)} no-match: this selector matches nothing ({words})"
    ]
    assert found[0].scope == Scope(role="agent")


@pytest.mark.parametrize(
    ("selector", "fault"),
    [
        ("{id: nobody}", "3:14 unknown-reference: no definition is called `nobody`"),
        ("{id: [csat, nobody]}", "3:21 unknown-reference: no definition is called `nobody`"),
        ("{kind: questions}", "3:16 unknown-reference: no kind is called `questions`"),
        ("{topic: customer/compl}", "3:17 unknown-reference: no topic is called `customer/compl`"),
        ("{type: speech}", "3:16 unknown-reference: no type is called `speech`"),
    ],
)
def test_a_name_in_a_selector_that_there_is_none_of_is_a_fault(
    project: MakeProject, selector: str, fault: str
) -> None:
    _, found = selected(project(roles(agent=f"add: [{selector}]")), "agent")
    assert told(found) == [f"decks/roles/agent.yaml:{fault}"]
    assert found[0].scope == Scope(role="agent")


def test_a_selector_that_matches_nothing_is_told_once_and_not_for_every_heir(
    project: MakeProject,
) -> None:
    files = roles(
        agent="add: [{kind: skill}, {kind: kpi, topic: customer}]", senior="extends: agent"
    )
    built = project(files).build()
    assert [d.rule for d in built.findings] == ["no-match"]
    assert states(built) == {"agent": "blocked", "senior": "blocked"}


def test_a_selector_takes_only_its_four_keys(project: MakeProject) -> None:
    folder = project(roles(agent="add: [{kind: skill, name: Empathy}]"))
    _, found = selected(folder, "agent")
    assert told(found)[0] == ("decks/roles/agent.yaml:3:23 unknown-key: unknown key `name`")


# --- level by level -----------------------------------------------------------------------------


def test_a_level_is_core_and_add_without_drop_whatever_their_order(project: MakeProject) -> None:
    folder = project(
        roles(
            agent="""
            drop: [{type: story}]
            add: [{kind: skill}, {type: story}]
            core: [{kind: question}]
            """
        )
    )
    choices = chosen(folder, "agent")
    assert set(choices) == {STEPS, PITCH, CHURN, "empathy"}
    assert core(choices) == {STEPS, PITCH, CHURN}


def test_what_is_core_and_added_is_core(project: MakeProject) -> None:
    folder = project(roles(agent="add: [{kind: kpi}]\ncore: [{id: csat}]"))
    choices = chosen(folder, "agent")
    assert (set(choices), core(choices)) == (KPIS, {"csat"})


def test_a_heir_has_what_its_parent_has_core_or_not(project: MakeProject) -> None:
    folder = project(
        roles(
            agent="core: [{type: story}]\nadd: [{kind: kpi}]",
            senior="extends: agent\nadd: [{kind: skill}]",
        )
    )
    choices = chosen(folder, "senior")
    assert (set(choices), core(choices)) == ({STORY, *KPIS, "empathy"}, {STORY})


def test_a_heir_makes_core_what_its_parent_only_added(project: MakeProject) -> None:
    folder = project(roles(agent="add: [{kind: kpi}]", senior="extends: agent\ncore: [{id: csat}]"))
    assert core(chosen(folder, "agent")) == set()
    assert core(chosen(folder, "senior")) == {"csat"}


def test_a_heir_drops_what_its_parent_has_and_the_parent_keeps_it(project: MakeProject) -> None:
    folder = project(
        roles(agent="core: [{kind: question}]", senior="extends: agent\ndrop: [{type: story}]")
    )
    assert set(chosen(folder, "agent")) == QUESTIONS
    assert set(chosen(folder, "senior")) == QUESTIONS - {STORY}


def test_a_heir_adds_again_what_its_parent_dropped(project: MakeProject) -> None:
    folder = project(
        roles(
            agent="core: [{kind: question}]",
            senior="extends: agent\ndrop: [{kind: question}]\nadd: [{kind: skill}]",
            lead="extends: senior\nadd: [{type: story}]",
        )
    )
    choices = chosen(folder, "lead")
    assert set(choices) == {"empathy", STORY}
    assert core(choices) == set(), "core was dropped along with it"


def test_a_drop_of_the_parent_does_not_bind_what_the_heir_adds(project: MakeProject) -> None:
    folder = project(
        roles(
            agent="add: [{kind: kpi}]\ndrop: [{type: story}]",
            senior="extends: agent\nadd: [{kind: question}]",
        )
    )
    assert set(chosen(folder, "senior")) == {*KPIS, *QUESTIONS}


#: Each definition's kind, topics and type, as the project has them.
CATALOGUE: dict[str, tuple[str, str, str | None]] = {
    "csat": ("kpi", "operations/metrics", None),
    "average-handle-time": ("kpi", "operations/metrics", None),
    STORY: ("question", "customer/difficult-customers", "story"),
    STEPS: ("question", "customer/complaints", "approach"),
    PITCH: ("question", "customers", "pitch"),
    CHURN: ("question", "", "knowledge"),
    "empathy": ("skill", "customer/difficult-customers", None),
}
_SELECTORS = st.fixed_dictionaries(
    {},
    optional={
        "kind": st.lists(st.sampled_from(["kpi", "question", "skill"]), min_size=1, max_size=2),
        "id": st.lists(st.sampled_from(sorted(CATALOGUE)), min_size=1, max_size=3),
        "topic": st.lists(
            st.sampled_from(["customer", "customers", "customer/complaints", "operations"]),
            min_size=1,
            max_size=2,
        ),
        "type": st.lists(
            st.sampled_from(["story", "approach", "pitch", "knowledge"]), min_size=1, max_size=2
        ),
    },
).filter(bool)
_LEVELS = st.fixed_dictionaries(
    {name: st.lists(_SELECTORS, max_size=2) for name in ("later", "core", "add", "drop")}
)


def matching(selectors: list[dict[str, list[str]]]) -> set[str]:
    def holds(id: str, selector: dict[str, list[str]]) -> bool:
        kind, topic, type = CATALOGUE[id]
        above = {topic, topic.partition("/")[0]} - {""}
        said: dict[str, set[str]] = {"kind": {kind}, "id": {id}, "topic": above}
        said["type"] = {type} if type else set()
        return all(said[key] & set(wanted) for key, wanted in selector.items())

    return {id for id in CATALOGUE for selector in selectors if holds(id, selector)}


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(_LEVELS, min_size=1, max_size=4))
def test_a_chain_of_roles_selects_what_the_formula_says(
    project: MakeProject, levels: list[dict[str, list[dict[str, list[str]]]]]
) -> None:
    bodies: dict[str, str] = {}
    taken: dict[str, bool] = {}
    for number, level in enumerate(levels):
        said = [f"{name}: {json.dumps(selectors)}" for name, selectors in level.items()]
        bodies[f"r{number}"] = "\n".join([*([f"extends: r{number - 1}"] if number else []), *said])
        core_here, added = matching(level["core"]), matching(level["add"])
        for id in matching(level["later"]) & taken.keys():
            taken[id] = False
        for id in core_here | added:
            taken[id] = taken.get(id, False) or id in core_here
        for id in matching(level["drop"]):
            taken.pop(id, None)
    selection, _ = selected(project(roles(**bodies)), f"r{len(levels) - 1}")
    assert {c.definition.key: c.core for c in selection.chosen} == taken


def test_what_a_role_studies_later_stays_in_its_deck(project: MakeProject) -> None:
    """Its "Your answer" goes with the core; what the role itself defines is always core."""
    files = roles(agent="core: [{kind: question}, {kind: kpi}]")
    files |= private(
        "me", "extends: agent\nlater: [{kind: [question, kpi]}]\ncore: [{id: csat}]", OWN
    )
    folder = project(files)
    assert chosen(folder, "me").keys() >= chosen(folder, "agent").keys()
    assert core(chosen(folder, "me")) == {"csat", "me/why-acme"}


def test_files_may_name_the_heir_before_its_parent(project: MakeProject) -> None:
    folder = project(roles(a_heir="extends: z-parent", z_parent="add: [{kind: skill}]"))
    assert set(chosen(folder, "a-heir")) == {"empathy"}


# --- private roles ------------------------------------------------------------------------------

OWN = """
questions:
  why-acme:
    ask: Why Acme?
    type: pitch
    topics: [customers]
    answer: The invoices.
"""


@pytest.mark.parametrize("drop", ["{id: why-acme}", "{kind: question}", "{topic: customers}"])
def test_what_a_private_role_defines_is_always_in_and_core(project: MakeProject, drop: str) -> None:
    files = roles(agent="add: [{kind: [question, skill]}]")
    files |= private("me", f"extends: agent\ndrop: [{drop}]", OWN)
    choices = chosen(project(files), "me")
    assert "me/why-acme" in choices
    assert core(choices) == {"me/why-acme"}
    assert PITCH not in choices or drop == "{id: why-acme}"


def test_an_add_does_not_make_less_of_what_a_private_role_defines(project: MakeProject) -> None:
    files = roles(agent="add: [{kind: skill}]")
    files |= private("me", "extends: agent\nadd: [{kind: question}]", OWN)
    assert core(chosen(project(files), "me")) == {"me/why-acme"}


def test_what_a_private_role_defines_is_in_no_other_deck(project: MakeProject) -> None:
    files = roles(agent="add: [{kind: question}]")
    files |= private("me", "extends: agent", OWN) | private("you", "extends: agent")
    folder = project(files)
    assert set(chosen(folder, "agent")) == set(chosen(folder, "you")) == QUESTIONS
    assert set(chosen(folder, "me")) == {*QUESTIONS, "me/why-acme"}


def test_a_private_definition_may_share_an_id_with_the_catalogue(project: MakeProject) -> None:
    files = roles(agent="add: [{kind: question}]")
    files |= private("me", "extends: agent", OWN.replace("why-acme", PITCH))
    choices = chosen(project(files), "me")
    assert set(choices) == {*QUESTIONS, f"me/{PITCH}"}
    assert core(choices) == {f"me/{PITCH}"}


# --- override -----------------------------------------------------------------------------------

RICH: Files = {
    "decks/questions/rich.yaml": """
        questions:
          rich:
            ask: Tell me about a bad day.
            type: story
            topics: [customer/complaints]
            listening_for: calm
            must_show:
              - you stayed calm
              - it ended well
            sample:
              situation: The line was down.
              task: Keep people informed.
              action: I wrote to everyone.
              result: Nobody left.
        """
}


def question(choices: dict[str, Chosen], id: str = "rich") -> Record:
    value = choices[id].definition.value
    assert value is not None
    return value


def override(body: str, id: str = "rich") -> Files:
    """A role `agent` that selects one definition and overrides it so."""
    inner = textwrap.indent(textwrap.dedent(body).strip("\n"), "    ")
    return roles(agent=f"add: [{{id: {id}}}]\noverride:\n  {id}:\n{inner}\n") | RICH


def test_an_override_merges_mappings_and_replaces_lists_and_texts(project: MakeProject) -> None:
    folder = project(
        override(
            """
            ask: Tell me about your worst day.
            must_show: [You owned it]
            sample:
              result: One person left.
            """
        )
    )
    value = question(chosen(folder, "agent"))
    assert value.ask == "Tell me about your worst day."
    assert value.must_show == ("You owned it",)
    assert value.sample == Record(
        {
            "situation": "The line was down.",
            "task": "Keep people informed.",
            "action": "I wrote to everyone.",
            "result": "One person left.",
        }
    )
    assert value.listening_for == "calm"


def test_a_plain_null_takes_a_field_away(project: MakeProject) -> None:
    folder = project(override("listening_for: null\nsample: null"))
    value = question(chosen(folder, "agent"))
    assert (value.listening_for, value.sample) == (None, None)


@pytest.mark.parametrize("written", ['"null"', "'null'", "|-\n    null"])
def test_a_quoted_null_is_a_word(project: MakeProject, written: str) -> None:
    folder = project(override(f"listening_for: {written}"))
    assert question(chosen(folder, "agent")).listening_for == "null"


@pytest.mark.parametrize("word", ["Null", "~", "none"])
def test_no_other_word_takes_a_field_away(project: MakeProject, word: str) -> None:
    folder = project(override(f"listening_for: {word}"))
    assert question(chosen(folder, "agent")).listening_for == word


def test_a_null_inside_a_mapping_takes_one_entry_away(project: MakeProject) -> None:
    folder = project(
        override(
            """
            examples:
              plain: null
              half:
                inputs: {top: 1, ratings: 2}
                gives: 50
            """,
            id="csat",
        )
    )
    value = chosen(folder, "agent")["csat"].definition.value
    assert value is not None
    assert list(value.examples) == ["half"]


def test_outside_an_override_a_null_is_a_word(project: MakeProject) -> None:
    folder = project(roles(agent="add: [{id: rich}]") | RICH)
    folder.edit("decks/questions/rich.yaml", "listening_for: calm", "listening_for: null")
    assert question(chosen(folder, "agent")).listening_for == "null"


def test_a_null_in_a_mapping_of_the_overrides_own_is_no_word(project: MakeProject) -> None:
    folder = project(override("anchors: {weak: null, fair: calm, strong: calm and useful}"))
    _, found = selected(folder, "agent")
    assert told(found) == ["decks/roles/agent.yaml:6:7 missing-key: `weak` is missing"]


def test_a_null_for_a_key_that_there_is_not_is_a_fault(project: MakeProject) -> None:
    folder = project(override("listning_for: null"))
    _, found = selected(folder, "agent")
    assert told(found) == ["decks/roles/agent.yaml:6:7 unknown-key: unknown key `listning_for`"]


def test_a_null_for_what_must_be_there_is_a_fault_of_the_role(project: MakeProject) -> None:
    folder = project(override("ask: null"))
    _, found = selected(folder, "agent")
    assert told(found) == ["decks/roles/agent.yaml:5:5 missing-key: `ask` is missing"]
    assert found[0].scope.role == "agent"


@pytest.mark.parametrize(
    ("key", "value"),
    [("was", "old"), ("retired", "too old"), ("topics", "[operations]"), ("sources", "[q-1]")],
)
def test_what_belongs_to_the_origin_cannot_be_overridden(
    project: MakeProject, key: str, value: str
) -> None:
    folder = project(override(f"ask: New?\n{key}: {value}"))
    _, found = selected(folder, "agent")
    faults = [d for d in found if d.rule == "fixed-by-origin"]
    assert told(faults) == [
        f"decks/roles/agent.yaml:7:7 fixed-by-origin: `{key}` of `rich` cannot be overridden"
    ]
    assert faults[0].span == Span("decks/roles/agent.yaml", 7, 7, 7, 7 + len(key))
    assert faults[0].scope == Scope(role="agent")


def test_an_override_of_nothing_is_a_fault(project: MakeProject) -> None:
    folder = project(override("ask: x", id="ritch") | roles(agent="add: [{kind: skill}]"))
    folder.edit("decks/roles/agent.yaml", "add:", "override:\n    ritch:\n      ask: x\n  add:")
    _, found = selected(folder, "agent")
    assert told(found) == [
        "decks/roles/agent.yaml:4:5 unknown-reference: no definition is called `ritch`"
    ]
    assert found[0].help == "did you mean `rich`?"


def test_selectors_see_a_definition_as_its_origin_wrote_it(project: MakeProject) -> None:
    body = """
        add: [{{type: {type}}}]
        override:
          rich:
            type: approach
            must_show: null
            steps: [Listen]
            sample: null
        """
    files = roles(
        stories=body.format(type="story"),
        approaches=body.format(type="approach"),
        heir="extends: stories\ndrop: [{type: approach}]",
    )
    folder = project(files | RICH)
    assert question(chosen(folder, "stories")).type == "approach"
    assert "rich" not in chosen(folder, "approaches")
    assert question(chosen(folder, "heir")).type == "approach"


def test_a_note_is_tagged_with_the_type_that_its_owner_sees(project: MakeProject) -> None:
    body = "type: approach\nmust_show: null\nsteps: [Listen]\nsample: null"
    compiled = compile_project(project(override(body)).root)
    assert not any(d.is_error for d in compiled.findings), told(compiled.findings)
    assert [note.tags for note in compiled.decks[0].notes] == [
        ("kind::question", "topic::customer::complaints", "type::approach")
    ]


def test_a_catalogue_definition_stays_as_it_is_beside_an_override(project: MakeProject) -> None:
    folder = project(override("ask: New?") | {"decks/roles/other.yaml": OTHER_RICH})
    assert question(chosen(folder, "agent")).ask == "New?"
    assert question(chosen(folder, "other")).ask == "Tell me about a bad day."


OTHER_RICH = """
    role:
      title: other
      add: [{id: rich}]
    """


def test_overrides_are_laid_over_inherited_ones_field_by_field(project: MakeProject) -> None:
    files = override("ask: From the parent?\nlistening_for: parent")
    files |= roles(
        heir="""
        extends: agent
        override:
          rich:
            listening_for: heir
        """
    )
    files["decks/roles/agent.yaml"] = override("ask: From the parent?\nlistening_for: parent")[
        "decks/roles/agent.yaml"
    ]
    folder = project(files)
    value = question(chosen(folder, "heir"))
    assert (value.ask, value.listening_for) == ("From the parent?", "heir")
    assert question(chosen(folder, "agent")).listening_for == "parent"


# --- whose note it is ---------------------------------------------------------------------------

EMPATHY = "override: {empathy: {name: Warmth}}"


def owners(folder: ProjectFolder, role: str) -> dict[str, str | None]:
    return {key: choice.owner_role for key, choice in chosen(folder, role).items()}


def test_a_shared_role_owns_what_it_overrides_and_nothing_else(project: MakeProject) -> None:
    folder = project(
        roles(agent=f"add: [{{kind: [skill, kpi]}}]\n{EMPATHY}", other="add: [{kind: skill}]")
    )
    assert owners(folder, "agent") == {
        "csat": None,
        "average-handle-time": None,
        "empathy": "agent",
    }
    assert owners(folder, "other") == {"empathy": None}


def test_an_empty_override_makes_a_note_the_roles_own(project: MakeProject) -> None:
    folder = project(roles(agent="add: [{kind: skill}]\noverride: {empathy: {}}"))
    assert owners(folder, "agent") == {"empathy": "agent"}


def test_an_inherited_override_keeps_its_writer(project: MakeProject) -> None:
    folder = project(
        roles(
            agent=f"add: [{{kind: skill}}]\n{EMPATHY}",
            senior="extends: agent",
            lead="extends: senior\noverride: {empathy: {topics: null}}".replace(
                "topics: null", "name: Heart"
            ),
            chief="extends: lead",
        )
    )
    assert [owners(folder, role)["empathy"] for role in ("agent", "senior", "lead", "chief")] == [
        "agent",
        "agent",
        "lead",
        "lead",
    ]


def test_a_role_with_notes_of_its_own_owns_them_all(project: MakeProject) -> None:
    folder = project(
        roles(
            agent=f"add: [{{kind: skill}}, {{id: csat}}]\n{EMPATHY}",
            own="extends: agent\nnotes: own",
            heir="extends: own",
        )
    )
    assert owners(folder, "own") == {"csat": "own", "empathy": "own"}
    assert owners(folder, "heir") == {"csat": None, "empathy": "agent"}, "notes: is not inherited"


def test_a_private_role_owns_its_notes_unless_it_shares_them(project: MakeProject) -> None:
    files = roles(agent=f"add: [{{kind: skill}}, {{id: csat}}]\n{EMPATHY}")
    files |= private("me", "extends: agent", OWN)
    files |= private("sharing", "extends: agent\nnotes: shared", OWN)
    folder = project(files)
    assert owners(folder, "me") == {"csat": "me", "empathy": "me", "me/why-acme": "me"}
    assert owners(folder, "sharing") == {
        "csat": None,
        "empathy": "agent",
        "sharing/why-acme": "sharing",
    }


# --- extends ------------------------------------------------------------------------------------


def test_a_role_extends_only_a_role_that_exists(project: MakeProject) -> None:
    files = roles(agent="add: [{kind: skill}]", senior="extends: agents\nadd: [{kind: kpi}]")
    built = project(files).build()
    assert told(built.findings) == [
        "decks/roles/senior.yaml:3:12 unknown-role: no public role is called `agents`"
    ]
    assert built.findings[0].help == "did you mean `agent`?"
    assert states(built) == {"agent": "written", "senior": "blocked"}


def test_no_public_role_extends_a_private_one(project: MakeProject) -> None:
    files = roles(agent="add: [{kind: skill}]") | private("me", "extends: agent")
    files |= roles(heir="extends: me\nadd: [{kind: kpi}]")
    files["decks/roles/agent.yaml"] = roles(agent="add: [{kind: skill}]")["decks/roles/agent.yaml"]
    built = project(files).build()
    assert [(d.rule, d.message) for d in built.findings] == [
        ("unknown-role", "no public role is called `me`")
    ]
    assert states(built) == {"agent": "written", "me": "written", "heir": "blocked"}


def test_roles_that_go_in_a_circle_are_faults_and_block_their_heirs(project: MakeProject) -> None:
    skills = "add: [{kind: skill}]"
    built = project(
        roles(
            agent=f"extends: lead\n{skills}",
            senior=f"extends: agent\n{skills}",
            lead=f"extends: senior\n{skills}",
            heir=f"extends: agent\n{skills}",
            other=skills,
        )
    ).build()
    assert {d.rule for d in built.findings} == {"circular-roles"}
    assert {d.span.file for d in built.findings} <= {
        f"decks/roles/{id}.yaml" for id in ("agent", "senior", "lead")
    }
    assert states(built) == {
        "agent": "blocked",
        "senior": "blocked",
        "lead": "blocked",
        "heir": "blocked",
        "other": "written",
    }


def test_a_role_that_extends_itself_is_a_circle(project: MakeProject) -> None:
    built = project(roles(agent="extends: agent\nadd: [{kind: skill}]")).build()
    assert told(built.findings) == [
        "decks/roles/agent.yaml:3:12 circular-roles: agent → agent is a circle"
    ]
    assert states(built) == {"agent": "blocked"}


# --- retired ------------------------------------------------------------------------------------


def test_a_retired_definition_is_in_no_deck(project: MakeProject) -> None:
    folder = project(roles(agent="core: [{kind: question}]\nadd: [{id: csat}]"))
    folder.edit("decks/questions/more.yaml", "ask: What is churn?", "retired: too easy")
    built = folder.build()
    assert not any(d.is_error for d in built.findings), told(built.findings)
    assert set(chosen(folder, "agent")) == QUESTIONS - {CHURN} | {"csat"}


def test_a_tombstone_may_have_lost_everything_but_its_id(project: MakeProject) -> None:
    folder = project(
        roles(agent="add: [{kind: skill}]")
        | {"decks/skills/old.yaml": "skills:\n  old:\n    retired: nobody asks\n"}
    )
    assert set(chosen(folder, "agent")) == {"empathy"}


def test_what_names_a_retired_definition_is_at_fault(project: MakeProject) -> None:
    folder = project(roles(agent="add: [{kind: skill}]", kpis="add: [{id: average-handle-time}]"))
    folder.edit("decks/kpis.yaml", "name: Customer satisfaction score", "retired: renamed")
    built = folder.build()
    assert [(d.rule, d.message) for d in built.findings] == [
        ("unknown-reference", "no kpi is called `csat`")
    ]
    assert states(built) == {"agent": "written", "kpis": "blocked"}


# --- what a fault blocks ------------------------------------------------------------------------

#: One role for each way to come by the skill, and some that do not.
AROUND = {
    "by_kind": "add: [{kind: skill}, {id: complaint-steps}]",
    "by_topic": "core: [{topic: customer/difficult-customers}]",
    "by_id": "add: [{id: [empathy, csat]}]",
    "by_name": "add: [{id: asks-for-empathy}]",
    "by_heritage": "extends: by-kind\nadd: [{kind: kpi}]",
    "kpis": "add: [{kind: kpi}]",
    "complaints": "add: [{topic: customer/complaints}]",
    "pitches": "add: [{kind: question, type: pitch}]",
}
NAMES = {
    "decks/questions/names.yaml": """
        questions:
          asks-for-empathy:
            ask: How do you show empathy?
            type: knowledge
            answer: I name the wait.
            skills: [empathy]
        """
}
REACHED = {"by-kind", "by-topic", "by-id", "by-name", "by-heritage"}


def around() -> Files:
    return roles(**AROUND) | NAMES


def contents(folder: ProjectFolder) -> dict[str, bytes]:
    return {path.stem: path.read_bytes() for path in (folder.root / "build").glob("*.apkg")}


def blocked(built: Built) -> set[str]:
    return {role for role, state in states(built).items() if state == "blocked"}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("do: name the wait before the problem", "don: x"),
        ("name: Empathy", 'name: "Empathy'),
        ("name: Empathy", "name: Empathy: the skill"),
        ("name: Empathy", "title: Empathy"),
        ("name: Empathy", "name: Empathy # the skill"),
        ("name: Empathy", "name: Empathy {{ vars.nobody }}"),
    ],
    ids=["schema", "quote", "colon", "key", "comment", "variable"],
)
def test_a_faulty_definition_blocks_the_roles_that_select_or_name_it_and_no_other(
    project: MakeProject, old: str, new: str
) -> None:
    folder = project(around())
    assert states(folder.build()) == {role.replace("_", "-"): "written" for role in sorted(AROUND)}
    before = contents(folder)
    folder.edit("decks/skills.yaml", old, new)
    folder.edit("decks/kpis.yaml", "Average handle time", "Mean handle time")
    folder.edit("decks/questions/customer.yaml", "How do you take", "How would you take")
    folder.edit("decks/questions/more.yaml", "Why do you want", "Why would you want")
    built = folder.build(NOON + 60)
    assert states(built) == {
        **dict.fromkeys(REACHED, "blocked"),
        "kpis": "written",
        "complaints": "written",
        "pitches": "written",
    }
    after = contents(folder)
    assert {role for role in before if before[role] == after[role]} == REACHED


def test_a_blocked_package_is_written_again_when_the_fault_is_mended(project: MakeProject) -> None:
    folder = project(around())
    folder.build()
    folder.edit("decks/skills.yaml", "name: Empathy", "nam: Empathy")
    assert blocked(folder.build(NOON + 60)) == REACHED
    folder.edit("decks/skills.yaml", "nam: Empathy", "name: Empathy")
    assert set(states(folder.build(NOON + 120)).values()) == {"unchanged"}


def test_references_to_a_faulty_definition_raise_nothing(project: MakeProject) -> None:
    folder = project(around())
    folder.edit("decks/skills.yaml", "name: Empathy", 'name: "Empathy')
    assert folder.rules() == ["syntax"]


def test_a_definition_whose_topics_cannot_be_read_may_be_of_any_topic(
    project: MakeProject,
) -> None:
    folder = project(around())
    folder.edit("decks/skills.yaml", "topics: [customer/difficult-customers]", "topics: [a: b: c]")
    assert blocked(folder.build()) == {*REACHED, "complaints"}


def test_a_definition_whose_type_cannot_be_read_may_be_of_any_type(project: MakeProject) -> None:
    folder = project(
        roles(
            stories="add: [{type: story}]",
            pitches="add: [{type: pitch}]",
            skills="add: [{kind: skill}]",
            elsewhere="add: [{type: story, topic: customer/difficult-customers}]",
        )
    )
    folder.edit("decks/questions/more.yaml", "type: pitch", "type: @pitch")
    assert blocked(folder.build()) == {"stories", "pitches"}


def test_a_faulty_kpi_is_of_no_type_at_all(project: MakeProject) -> None:
    folder = project(roles(kpis="add: [{kind: kpi}]", stories="add: [{type: story}]"))
    folder.edit("decks/kpis.yaml", "unit: percent", "unit: shoes")
    assert blocked(folder.build()) == {"kpis"}


def test_a_faulty_definition_does_not_block_a_role_that_drops_it_by_id(
    project: MakeProject,
) -> None:
    folder = project(
        roles(
            dropping="add: [{kind: [skill, kpi]}]\ndrop: [{id: empathy}]",
            again="extends: dropping\nadd: [{kind: skill}]",
        )
    )
    folder.edit("decks/skills.yaml", "name: Empathy", "nam: Empathy")
    assert blocked(folder.build()) == {"again"}


@pytest.mark.parametrize(
    ("file", "right", "slip", "told"),
    [
        ("decks/topics.yaml", "topics:", "topic:", "unknown-section"),
        ("decks/sources.yaml", "year: 2025", "year: about 2025", "wrong-value"),
    ],
)
def test_what_a_slip_hid_is_not_missed_everywhere_else(
    project: MakeProject, file: str, right: str, slip: str, told: str
) -> None:
    deck = project({})
    assert not check(deck.root)
    deck.edit(file, right, slip)
    (only,) = check(deck.root)
    assert (only.rule, only.span.file) == (told, file)


def test_a_fault_of_the_whole_file_blocks_every_package(project: MakeProject) -> None:
    folder = project(around() | {"decks/odd.yaml": b"\xff\xfeskills:\n"})
    assert blocked(folder.build()) == {role.replace("_", "-") for role in AROUND}


def test_a_warning_blocks_only_when_building_strictly(project: MakeProject) -> None:
    folder = project(around())
    folder.edit(
        "decks/questions/more.yaml",
        "answer: Because",
        "wordings: [Why us, and now]\n    answer: Because",
    )
    assert blocked(folder.build()) == set()
    assert blocked(folder.build(strict=True)) == {"pitches"}


#: One role for each of two definitions that stand one after the other, and some around them.
BESIDE = {
    "both": "add: [{kind: question, topic: customers}]",
    "one": "add: [{id: [first, csat]}]",
    "two": "add: [{id: [second, csat]}]",
    "kpis": "add: [{kind: kpi}]",
}


def pitch(id: str) -> str:
    return (
        f"  {id}:\n    ask: Why {id}?\n    type: pitch\n    topics: [customers]\n"
        "    answer: Because.\n"
    )


def beside(text: str) -> Files:
    return roles(**BESIDE) | {"decks/two.yaml": text.encode()}


def with_last_line(name: str) -> Files:
    """Three definitions; the second is faulty in its last line."""
    faulty = f"  first:\n    type: pitch\n    seconds: 60\n{FAULTS[name]}"
    return beside("questions:\n" + pitch("zeroth") + faulty + pitch("second"))


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_in_the_last_line_of_a_definition_blocks_who_selects_it(
    project: MakeProject, name: str
) -> None:
    assert blocked(project(with_last_line(name)).build()) == {"both", "one"}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_in_the_last_line_of_a_definition_is_one_message(
    project: MakeProject, name: str
) -> None:
    rules = project(with_last_line(name)).rules()
    assert rules == ["nested-too-deep" if name == "too many levels" else "syntax"]


def test_a_definition_that_stands_twice_blocks_who_selects_it(project: MakeProject) -> None:
    text = "questions:\n" + pitch("first") + pitch("second") + pitch("first")
    built = project(beside(text)).build()
    assert told(built.findings) == [
        "decks/two.yaml:12:3 duplicate-key: the key `first` is written twice, first on line 2"
    ]
    assert blocked(built) == {"both", "one"}


def test_a_second_section_of_a_kind_blocks_every_role_that_may_select_from_it(
    project: MakeProject,
) -> None:
    """The second `skills:` was not read; what stands between the two has nothing to do with it."""
    text = """
        skills:
          first:
            name: First
            shows: [{when: a, do: b}]
        questions:
          a-question:
            ask: Why?
            type: pitch
            answer: Because.
        skills:
          second:
            name: Second
            shows: [{when: c, do: d}]
        """
    folder = project(roles(skills="add: [{kind: skill}]") | {"decks/two.yaml": text})
    assert blocked(folder.build()) == {"skills"}


def test_a_second_document_blocks_every_role_that_may_select_from_it(project: MakeProject) -> None:
    text = """
        questions:
          a-question:
            ask: Why?
            type: pitch
            answer: Because.
        ---
        skills:
          second:
            name: Second
            shows: [{when: c, do: d}]
        """
    folder = project(roles(skills="add: [{kind: skill}]") | {"decks/two.yaml": text})
    assert blocked(folder.build()) == {"skills"}


# --- faults in roles ----------------------------------------------------------------------------

ROLE_FAULTS = {
    "an unknown key": "colour: red",
    "a bad title": "notes: maybe",
    "an unknown variable": "vars: {nobody: x}",
    "a selector that matches nothing": "drop: [{kind: kpi, topic: customer}]",
    "a selector of what there is not": "drop: [{id: nobody}]",
    "an override of nothing": "override: {nobody: {ask: x}}",
    "a faulty override": "override: {csat: {unit: shoes}}",
    "an override that breaks a reference": "override: {csat: {hurts: nobody}}",
    "a key that stands twice": "vars: {}\nvars: {}",
    "an anchor": "vars: &all {company: Acme}",
    "an unclosed quote": 'vars: {company: "Acme}',
    "a colon too many": "vars: company: Acme",
}


@pytest.mark.parametrize("name", ROLE_FAULTS)
def test_a_fault_in_a_public_role_blocks_it_and_its_heirs(project: MakeProject, name: str) -> None:
    files = roles(
        parent="add: [{kind: kpi}]",
        child="extends: parent",
        grandchild="extends: child\nadd: [{kind: skill}]",
        other="add: [{kind: [kpi, skill]}]",
    )
    files |= private("me", "extends: child")
    folder = project(files)
    assert blocked(folder.build()) == set()
    before = contents(folder)
    folder.edit(
        "decks/roles/parent.yaml", "  add:", textwrap.indent(ROLE_FAULTS[name], "  ") + "\n  add:"
    )
    folder.edit("decks/kpis.yaml", "Average handle time", "Mean handle time")
    built = folder.build(NOON + 60)
    assert blocked(built) == {"parent", "child", "grandchild", "me"}
    assert states(built)["other"] == "written"
    after = contents(folder)
    assert {role for role in before if before[role] == after[role]} == {
        "parent",
        "child",
        "grandchild",
    }


@pytest.mark.parametrize("name", ROLE_FAULTS)
def test_a_fault_in_a_private_role_blocks_that_role_alone(project: MakeProject, name: str) -> None:
    files = roles(agent="add: [{kind: kpi}]") | private("you", "extends: agent")
    files |= private("me", f"extends: agent\n{ROLE_FAULTS[name]}")
    built = project(files).build()
    assert states(built) == {"agent": "written", "me": "blocked", "you": "written"}


@pytest.mark.parametrize(
    "rest",
    [
        OWN.replace("type: pitch", "type: speech"),
        OWN.replace("topics: [customers]", "topics: [nobody]"),
        OWN.replace("ask: Why Acme?", 'ask: "Why Acme?'),
        OWN.replace("ask: Why Acme?", "ask: Why {{ vars.nobody }}?"),
        OWN.replace("why-acme:", "Why Acme:"),
        OWN + "surprises: {}\n",
        OWN + "my_answers:\n  nobody: |\n    Me.\n",
        "questions: &all\n",
    ],
)
def test_a_fault_in_what_a_private_role_defines_blocks_that_role_alone(
    project: MakeProject, rest: str
) -> None:
    files = roles(agent="add: [{kind: question}]") | private("you", "extends: agent")
    files |= private("me", "extends: agent", rest)
    built = project(files).build()
    assert states(built) == {"agent": "written", "me": "blocked", "you": "written"}


def test_a_private_folder_without_a_role_blocks_nothing_else(project: MakeProject) -> None:
    files = roles(agent="add: [{kind: kpi}]") | {"decks/private/me/cards.yaml": OWN}
    built = project(files).build()
    assert told(built.findings) == [
        "decks/private/me/cards.yaml:1:1 missing-key: no file in decks/private/me/ has a `role:`"
    ]
    assert states(built) == {"agent": "written"}


def test_one_syntax_fault_in_a_role_is_one_message(project: MakeProject) -> None:
    files = roles(agent="add: [{kind: kpi}]", other="add: [{kind: [kpi, skill}]\nnotes: own")
    built = project(files).build()
    assert [(d.rule, d.span.line) for d in built.findings] == [("syntax", 3)]


def test_a_role_whose_definitions_are_all_faulty_is_not_called_empty(project: MakeProject) -> None:
    folder = project(roles(agent="add: [{kind: skill}]"))
    folder.edit("decks/skills.yaml", "name: Empathy", "nam: Empathy")
    assert "empty-role" not in folder.rules()


def test_a_fault_in_a_catalogue_definition_reaches_the_private_role_that_names_it(
    project: MakeProject,
) -> None:
    files = roles(agent="add: [{kind: kpi}]")
    own = OWN + "    skills: [empathy]\n"
    files |= private("me", "extends: agent", own) | private("you", "extends: agent")
    folder = project(files)
    folder.edit("decks/skills.yaml", "name: Empathy", "nam: Empathy")
    assert states(folder.build()) == {"agent": "written", "me": "blocked", "you": "written"}


def test_a_note_type_of_gated_cards_has_only_the_notes_that_fill_one(project: MakeProject) -> None:
    """Anki would import the others without a card, where nobody ever sees them."""
    deck = project(
        {
            "templates/card/notetype.yaml": """
                kind: card
                name: Card
                fields:
                  front: {name: Front, content: front | line}
                  extra: {name: Extra, content: "back | prose if 'B' in back else ''"}
                cards:
                  card: {name: Card, gate: extra}
                """,
            "templates/card/card.front.html": "{{Front}}\n",
            "templates/card/card.back.html": "{{Front}}\n",
            "decks/cards.yaml": (
                "cards:\n  a:\n    front: A?\n    back: B.\n  c:\n    front: C?\n    back: D.\n"
            ),
            "decks/roles/agent.yaml": "role:\n  title: Agent\n  add:\n    - {kind: card}\n",
        }
    )
    assert [note.first_id for note in compile_project(deck.root).decks[0].notes] == ["a"]


def test_a_retired_role_has_no_deck_and_its_heirs_live_on(project: MakeProject) -> None:
    deck = project(
        {
            "decks/roles/lead.yaml": "role:\n  title: Lead\n  extends: agent\n  override:\n    csat: {}\n"
        }
    )
    deck.built(NOON, release=True)
    deck.edit(
        "decks/roles/agent.yaml", "title: Agent", "title: Agent\n  retired: nobody asks for it"
    )
    assert [packed.role for packed in deck.build(NOON + 5).packages] == ["lead"]
    deck.edit("decks/roles/lead.yaml", "title: Lead", "title: Lead\n  retired: nor for this")
    assert deck.rules(NOON + 9) == [], "its own notes stay known"
    with pytest.raises(PrepdeckError, match="the role `lead` is retired: nor for this"):
        deck.build(NOON + 9, "lead")


def test_a_private_override_may_name_a_definition_of_its_own(project: MakeProject) -> None:
    role = """
        role:
          title: Acme
          extends: agent
          override:
            csat:
              hurts: effort
        kpis:
          effort:
            name: Effort
            over: easy
            under: all
            formula: a / b
            where: {a: easy, b: all}
            unit: percent
            better: up
            pushing: up
            hurts: csat
            because: so it is
            examples:
              plain:
                inputs: {a: 4, b: 2}
                gives: 2
            trap: none
        """
    assert project({"decks/private/acme/role.yaml": role}).rules() == []


@pytest.mark.parametrize(
    ("line", "place"),
    [
        ("mission: Help at {{ vars.nix }}.", "3:20"),
        ("vars: {company: 'a {{ vars.company }}'}", "3:19"),
    ],
)
def test_a_variable_where_none_is_filled_is_a_fault(
    project: MakeProject, line: str, place: str
) -> None:
    deck = project({})
    deck.edit("decks/roles/agent.yaml", "title: Agent", f"title: Agent\n  {line}")
    found = [d for d in deck.build().findings if d.is_error]
    assert [(d.rule, str(d.span)) for d in found] == [
        ("unknown-variable", f"decks/roles/agent.yaml:{place}")
    ]


@pytest.mark.parametrize(
    ("slip", "told"),
    [
        ("was: why-us", "`why-us` is now called `why-them`"),
        ("retired: nobody asks", "the question `why-us` is retired: nobody asks"),
    ],
)
def test_an_answer_to_what_was_renamed_or_retired_says_so(
    project: MakeProject, slip: str, told: str
) -> None:
    id = "why-them" if "was" in slip else "why-us"
    catalogue = f"questions:\n{pitch('why-us')}".replace("why-us:", f"{id}:\n    {slip}")
    files = roles(agent="add: [{kind: kpi}]") | {"decks/more.yaml": catalogue.encode()}
    files |= private("me", "extends: agent", "my_answers:\n  why-us: |\n    Because.\n")
    (only,) = (d for d in check(project(files).root, ("me",)) if d.is_error)
    assert only.message == told
    assert str(only.span).endswith("role.yaml:5:3"), "at the key, not at the answer"


def test_one_slip_in_a_key_is_one_message(project: MakeProject) -> None:
    story = "my_stories:\n  s:\n    title: T\n    opens_wiht: O\n    number: 1 of 2\n    answers: [angry-customer-story]\n"
    files = roles(agent="add: [{kind: kpi}]") | private("me", "extends: agent", story)
    assert [d.rule for d in check(project(files).root) if d.is_error] == ["unknown-key"]


def test_check_of_a_role_tells_what_touches_it(project: MakeProject) -> None:
    files = roles(agent="add: [{kind: kpi}]") | private("me", "extends: agent")
    files |= private("you", "extends: agent\nstarts: soon")
    root = project(files).root
    assert check(root, ("me",)) == ()
    assert [d.rule for d in check(root, ("you",))] == ["wrong-value"]
