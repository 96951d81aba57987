"""Findings: how a rule is registered, what blocks which package, what every filter drops."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

import pytest
from conftest import MakeProject

import builder
from builder.checks import every_rule
from builder.findings import (
    WHOLE_PROJECT,
    Diagnostic,
    Finding,
    Reach,
    Scope,
    Section,
    Severity,
    Silence,
    Span,
    Subject,
    as_shown,
    blocked,
    errors_within,
    in_order,
    of_roles,
    recalled,
    rule,
    touching,
    without_echoes,
    without_follow_ons,
    without_private,
    without_silenced,
)
from builder.lint import subjects
from builder.lint.subjects import DECK, DEFINITION, ENGLISH, PROJECT
from builder.pipeline import compile_project

HERE = Span("decks/a.yaml", 3, 5)
BELOW = Span("decks/a.yaml", 4, 5)
CLERK = Reach("clerk", ("clerk", "base"), {"refund"}, {"question"})
CHEF = Reach("chef", ("chef",), {"soup"}, {"kpi"})


def error(scope: Scope = WHOLE_PROJECT, span: Span = HERE, rule: str = "syntax") -> Diagnostic:
    return Diagnostic(rule, "it is wrong", span, scope=scope)


# --- rules --------------------------------------------------------------------------------------


def test_a_decorated_function_yields_diagnostics_of_its_rule_and_of_its_subject() -> None:
    number: Subject[[int]] = Subject(lambda number: Scope(role=f"role-{number}"))

    @rule("too-long", Severity.WARNING, of=number, section=Section.CONTENT, silenceable=True)
    def numbers_are_small(number: int) -> list[Finding]:
        return [Finding("too large", HERE, "subtract"), Finding("too odd", BELOW, scope=Scope())]

    assert number.checks == [numbers_are_small]
    assert numbers_are_small(7) == [
        Diagnostic("too-long", "too large", HERE, "subtract", Scope(role="role-7")),
        Diagnostic("too-long", "too odd", BELOW, "", WHOLE_PROJECT),
    ]
    assert {finding.severity for finding in numbers_are_small(7)} == {Severity.WARNING}


def test_functions_of_one_rule_agree_on_its_severity() -> None:
    number: Subject[[int]] = Subject(lambda number: WHOLE_PROJECT)
    with pytest.raises(ValueError, match="'syntax' is registered already"):
        rule("syntax", Severity.WARNING, of=number, section=Section.FILE)


def test_a_diagnostic_of_an_unknown_rule_is_refused() -> None:
    with pytest.raises(KeyError):
        error(rule="sin-tax")


def test_rules_that_readers_find_are_known_before_any_check_is_imported() -> None:
    package = Path(builder.__file__).parent
    named = {
        call.args[0].value
        for folder in ("source", "load", "render", "lock")
        for path in [*package.glob(f"{folder}/*.py"), package / "select.py"]
        for call in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(call, ast.Call)
        if isinstance(call.func, ast.Name) and call.func.id == "Diagnostic"
        if isinstance(call.args[0], ast.Constant)
    }
    assert len(named) > 15
    code = "from builder.findings import RULES; print(*RULES)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert named <= set(run.stdout.split())


def test_every_module_of_checks_and_lint_that_has_a_rule_is_imported() -> None:
    package = Path(builder.__file__).parent
    texts = [p.read_text("utf-8") for f in ("checks", "lint") for p in package.glob(f"{f}/*.py")]
    decorated = sum(text.count("\n@rule(") for text in texts)
    checks = [s.checks for s in vars(subjects).values() if isinstance(s, Subject)]
    assert decorated == sum(map(len, checks))


def test_the_order_of_the_checks_does_not_matter(project: MakeProject) -> None:
    more = (
        "questions:\n  more:\n    ask: Are you sure? Is the SLA met?\n    type: pitch\n"
        "    must_show: [it is, you {{ vars.nobody }}]\n    topics: [nothing, nothing]\n"
    )
    folder = project({"decks/more.yaml": more, "decks/roles/b.yaml": "role: {title: AGENT}\n"})
    before = compile_project(folder.root).findings
    assert len({finding.rule for finding in before}) > 5
    for subject in (DEFINITION, ENGLISH, PROJECT, DECK):
        subject.checks.reverse()
    try:
        assert compile_project(folder.root).findings == before
    finally:
        for subject in (DEFINITION, ENGLISH, PROJECT, DECK):
            subject.checks.reverse()


def test_rules_are_listed_by_section_and_name() -> None:
    rules = every_rule()
    assert rules[0].section == "the file"
    assert rules[-1].section == "what has been released"
    assert [r.name for r in rules if r.section == "names"] == sorted(
        r.name for r in rules if r.section == "names"
    )


# --- values -------------------------------------------------------------------------------------


def test_a_diagnostic_comes_back_from_json_as_it_was() -> None:
    finding = Diagnostic(
        *("orphan", "nobody takes it", HERE, "take it"),
        scope=Scope(definition="refund"),
        related=(BELOW,),
    )
    assert recalled(json.loads(json.dumps(asdict(finding)))) == finding


def test_a_diagnostic_comes_back_where_its_rule_is_not_known() -> None:
    fields = {**asdict(error()), "rule": "sin-tax", "severity": "warning"}
    assert not recalled(fields).is_error


# --- filters ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("scope", "roles"),
    [
        (WHOLE_PROJECT, {"clerk", "chef"}),
        (Scope(role="base"), {"clerk"}),
        (Scope(definition="soup"), {"chef"}),
        (Scope(role="base", definition="soup"), {"clerk"}),
        (Scope(kind="question"), {"clerk"}),
        (Scope(role="nobody"), set()),
    ],
)
def test_an_error_blocks_the_packages_in_its_scope(scope: Scope, roles: set[str]) -> None:
    assert blocked([error(scope)], [CLERK, CHEF], strict=False) == roles
    assert {r.role for r in (CLERK, CHEF) if touching([error(scope)], r)} == roles


def test_a_warning_blocks_only_under_strict() -> None:
    warning = error(rule="split-by-comma")
    assert blocked([warning], [CLERK], strict=False) == frozenset()
    assert blocked([warning], [CLERK], strict=True) == {"clerk"}


def test_findings_of_other_roles_are_dropped() -> None:
    own, other, everybody = error(Scope("base")), error(Scope("chef", "soup")), error()
    assert of_roles([own, other, everybody], [CLERK]) == [own, everybody]


def test_what_private_files_hold_or_are_named_for_is_dropped() -> None:
    private = Span("decks/private/me/role.yaml")
    beside = Diagnostic("syntax", "there", HERE, related=(private,))
    public = Diagnostic("syntax", "move it to decks/private/<role>/", HERE)
    assert without_private([error(span=private), beside, public]) == [public]


def test_a_wrong_value_in_a_line_that_could_not_be_read_is_dropped() -> None:
    echo, wrong = error(span=HERE, rule="wrong-value"), error(span=BELOW, rule="wrong-value")
    assert without_echoes([echo, error(span=HERE), wrong]) == [error(span=HERE), wrong]
    assert without_echoes([echo, wrong]) == [echo, wrong]


@pytest.mark.parametrize(
    ("reason", "is_dropped"),
    [
        (error(), True),
        (error(rule="wrong-value"), False),
        (error(span=Span("decks/deck.yaml")), False),
        (error(Scope(role="me")), False),
    ],
)
def test_an_unknown_name_is_dropped_while_a_file_is_unread(
    reason: Diagnostic, is_dropped: bool
) -> None:
    unknown = error(rule="unknown-reference")
    assert without_follow_ons([unknown], [reason]) == ([] if is_dropped else [unknown])


def test_a_silence_drops_findings_of_its_wording_and_of_its_notes() -> None:
    scope = Scope(definition="refund")
    silences = [
        Silence(rule, span, scope, HERE)
        for rule, span in (("too-long", Span("s", 1)), ("orphan", Span("s", 2)))
    ]
    silences.append(Silence("syntax", Span("s", 3), scope, HERE))
    of_wording = error(scope, BELOW, "too-long")
    of_note = error(Scope(role="clerk"), HERE, "too-long")
    of_another = error(Scope(definition="soup"), BELOW, "too-long")
    grave = error(scope, BELOW, "syntax")
    audible, used = without_silenced([of_wording, of_note, of_another, grave], silences)
    assert audible == [of_another, grave]
    assert used == {Span("s", 1)}


def test_errors_in_lines_of_a_file_are_picked() -> None:
    warning = error(span=HERE, rule="split-by-comma")
    findings = [error(span=HERE), error(span=BELOW), warning, error(span=Span("b", 3))]
    assert errors_within(findings, "decks/a.yaml", range(1, 4)) == [error(span=HERE)]


def test_one_message_of_two_scopes_blocks_two_packages_and_is_shown_once() -> None:
    twice = [error(Scope(role="clerk")), error(Scope(role="chef")), error(Scope(role="chef"))]
    assert [d.scope.role for d in in_order(twice)] == ["chef", "clerk"]
    assert len(as_shown(twice)) == 1
    assert as_shown([error(span=BELOW), error(span=HERE)]) == (error(), error(span=BELOW))


def test_a_place_that_a_text_names_is_related(project: MakeProject) -> None:
    twice = "skills:\n  empathy: {name: Empathy, shows: [{when: they wait, do: say so}]}\n"
    role = "role:\n  title: AGENT\n  add: [{kind: skill}]\n"
    folder = project({"decks/more.yaml": twice, "decks/roles/z.yaml": role})
    findings = compile_project(folder.root).findings
    named = {f.rule: [str(span) for span in f.related] for f in findings}
    assert named == {
        "duplicate-id": ["decks/more.yaml:2:3"],
        "duplicate-title": ["decks/roles/agent.yaml:1:1"],
    }
    for finding in findings:
        assert all(str(span) in finding.message for span in finding.related)
