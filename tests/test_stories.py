"""`prepdeck stories`: which story answers which question, and where there is none."""

from __future__ import annotations

import json
import textwrap

import pytest
from conftest import MakeProject, ProjectFolder
from test_cli import prepdeck

from builder.commands.check.run import check
from builder.commands.stories.run import matrices, matrix
from builder.commands.stories.text import matrices_text, matrix_text
from builder.findings import PrepdeckError

ACME = "decks/private/acme/role.yaml"

FILES: dict[str, str | bytes | None] = {
    "decks/questions/work.yaml": """
        questions:
          high-pressure-story:
            ask: Tell me about the most stressful day at {{ vars.company }} or before.
            type: story
            topics: [customer/complaints]
            must_show: [one, two]
          mistake-story:
            ask: Tell me about a mistake.
            type: story
            topics: [customer/complaints]
            must_show: [one, two]
          team-story:
            ask: Tell me about a team.
            type: story
            topics: [customer/complaints]
            must_show: [one, two]
          not-taken-story:
            ask: Tell me about something that no deck asks.
            type: story
            topics: [operations/metrics]
            must_show: [one, two]
        """,
    "decks/roles/agent.yaml": """
        role:
          title: Agent
          core:
            - {kind: question, id: [angry-customer-story, mistake-story]}
          add:
            - {kind: question, topic: customer}
            - {kind: [kpi, skill]}
        """,
    ACME: """
        role:
          title: Agent at Acme
          extends: agent
          key: acme-1
          vars:
            company: Acme
        my_stories:
          dress:
            title: The lost wedding dress
            opens_with: A man had waited nine days.
            number: one day early
            answers: [angry-customer-story, high-pressure-story]
          outage:
            title: The outage
            opens_with: At noon the shop went down.
            number: 40 minutes
            answers: [high-pressure-story, complaint-steps, not-taken-story]
        """,
}


@pytest.fixture
def acme(project: MakeProject) -> ProjectFolder:
    return project(dict(FILES))


def test_each_question_that_wants_a_story_or_has_one_is_there_core_first(
    acme: ProjectFolder,
) -> None:
    made, _ = matrix(acme.root, "acme")
    assert {(q.id, q.core, q.in_deck, q.stories) for q in made.questions} == {
        ("angry-customer-story", True, True, ("dress",)),
        ("mistake-story", True, True, ()),
        ("high-pressure-story", False, True, ("dress", "outage")),
        ("team-story", False, True, ()),
        ("complaint-steps", False, True, ("outage",)),
        ("not-taken-story", False, False, ("outage",)),
    }
    assert [q.core for q in made.questions] == [True, True, False, False, False, False]


def test_gaps_are_story_questions_of_the_deck_without_one(acme: ProjectFolder) -> None:
    made, _ = matrix(acme.root, "acme")
    assert [question.id for question in made.gaps] == ["mistake-story", "team-story"]


def test_a_question_is_said_as_the_role_says_it(acme: ProjectFolder) -> None:
    text = "\n".join(matrix_text(matrix(acme.root, "acme")[0]))
    assert "most stressful day at Acme or before" in text


@pytest.mark.parametrize(
    ("dress", "outage", "often"),
    [
        ("angry-customer-story", "mistake-story", set()),
        # two of three: more than a third, but only two
        ("angry-customer-story, high-pressure-story", "mistake-story", set()),
        ("angry-customer-story, high-pressure-story, team-story", "mistake-story", {"dress"}),
        (
            "angry-customer-story, high-pressure-story, team-story",
            "angry-customer-story, mistake-story, complaint-steps",
            {"dress", "outage"},
        ),
    ],
)
def test_a_story_serves_too_often_from_three_on_and_above_a_third(
    acme: ProjectFolder, dress: str, outage: str, often: set[str]
) -> None:
    acme.edit(ACME, "[angry-customer-story, high-pressure-story]", f"[{dress}]")
    acme.edit(ACME, "[high-pressure-story, complaint-steps, not-taken-story]", f"[{outage}]")
    made, _ = matrix(acme.root, "acme")
    assert {story.id for story in made.too_often} == often


def test_three_of_nine_is_a_third_and_not_more(acme: ProjectFolder) -> None:
    more = "".join(
        f"  more-{n}-story:\n    ask: More {n}?\n    type: story\n"
        "    topics: [customer/complaints]\n    must_show: [one, two]\n"
        for n in range(6)
    )
    acme.write({"decks/questions/more.yaml": f"questions:\n{more}"})
    mine = "angry-customer-story, high-pressure-story"
    acme.edit(ACME, mine, f"{mine}, team-story")
    theirs = "high-pressure-story, complaint-steps, not-taken-story"
    acme.edit(ACME, theirs, ", ".join(f"more-{n}-story" for n in range(6)))
    made, _ = matrix(acme.root, "acme")
    assert (made.answered, [story.id for story in made.too_often]) == (9, ["outage"])


def test_the_table_fits_a_terminal_whatever_there_is_to_show(acme: ProjectFolder) -> None:
    for stories in (2, 12, 40):
        text = (acme.root / ACME).read_text().split("my_stories:")[0] + "my_stories:\n"
        for number in range(stories):
            text += (
                f"  a-story-with-quite-a-long-name-{number}:\n"
                f"    title: {'The title of a story goes on and on ' * 4}\n"
                "    opens_with: So.\n    number: one\n    answers: [team-story]\n"
            )
        acme.write({ACME: text})
        lines = list(matrix_text(matrix(acme.root, "acme")[0]))
        assert max(map(len, lines)) <= 96
        (row,) = [line for line in lines if "  team-story  " in line]
        marks = row.split("team-story")[0]
        if stories < 20:
            assert marks.count("x") == stories
        else:  # there is no room for columns: the numbers of its stories
            assert marks.strip().startswith("1,2,3,")


def test_a_role_without_stories_is_told_what_they_are_wanted_for(acme: ProjectFolder) -> None:
    run = prepdeck("stories", "agent", cwd=acme.root)
    assert run.returncode == 0
    assert "No stories yet" in run.stdout
    assert "Core questions without a story (2):" in run.stdout


def test_nothing_missing_is_said_too(acme: ProjectFolder) -> None:
    acme.edit(ACME, "complaint-steps", "team-story, mistake-story")
    assert "Every question that needs a story has one." in list(
        matrix_text(matrix(acme.root, "acme")[0])
    )


def test_all_clients_have_one_row_each_and_public_roles_none(acme: ProjectFolder) -> None:
    acme.write(
        {
            "decks/private/bolt/role.yaml": "role:\n  title: Bolt\n  extends: agent\n  key: bolt-1\n",
            "decks/private/old/role.yaml": (
                "role:\n  title: Old\n  extends: agent\n  key: old-1\n  retired: it is over\n"
            ),
        }
    )
    hires = "role: {title: Hires, extends: agent, key: hires-1, side: hiring}\n"
    acme.write({"decks/private/hires/role.yaml": hires})
    assert matrices_text(matrices(acme.root)[0]) == [
        "role  stories    core     all  core without a story",
        "acme        2  1 of 2  2 of 4  mistake-story",
        "bolt        0  0 of 2  0 of 4  angry-customer-story, mistake-story",
    ]
    shown = json.loads(prepdeck("stories", "--all", "--format", "json", cwd=acme.root).stdout)
    assert [one["role"] for one in shown] == ["acme", "bolt"]


def test_json_has_stories_questions_and_gaps(acme: ProjectFolder) -> None:
    shown = json.loads(prepdeck("stories", "acme", "--format", "json", cwd=acme.root).stdout)
    assert set(shown) == {"role", "title", "stories", "questions", "gaps", "too_often"}
    assert shown["stories"][0] == {
        "id": "dress",
        "title": "The lost wedding dress",
        "answers": ["angry-customer-story", "high-pressure-story"],
    }
    assert shown["gaps"] == ["mistake-story", "team-story"]


def test_one_clients_fault_leaves_the_other_rows_whole(acme: ProjectFolder) -> None:
    bolt = "role:\n  title: Bolt\n  extends: agent\n  key: bolt-1\nmy_stories:\n  typo:\n    titel: T\n"
    acme.write({"decks/private/bolt/role.yaml": bolt})
    run = prepdeck("stories", "--all", cwd=acme.root)
    assert run.returncode == 1
    assert "acme        2  1 of 2  2 of 4  mistake-story" in run.stdout
    assert "decks/private/bolt/role.yaml:6" in run.stderr


@pytest.mark.parametrize(
    ("old", "new"),
    [("title: Bolt", "titel: Bolt"), ("extends: agent", "extends: agnet")],
)
def test_a_role_that_cannot_be_read_has_faults_and_no_numbers(
    acme: ProjectFolder, old: str, new: str
) -> None:
    bolt = "role:\n  title: Bolt\n  extends: agent\n  key: bolt-1\n"
    acme.write({"decks/private/bolt/role.yaml": bolt.replace(old, new)})
    run = prepdeck("stories", "--all", cwd=acme.root)
    assert run.returncode == 1
    (row,) = [line for line in run.stdout.splitlines() if line.startswith("bolt")]
    assert row.split(maxsplit=1)[1] == "has errors: see below"
    assert "decks/private/bolt/role.yaml" in run.stderr
    run = prepdeck("stories", "bolt", cwd=acme.root)
    assert "This role has errors, see below" in run.stdout
    assert "No stories yet" not in run.stdout


@pytest.mark.parametrize("arguments", [[], ["acme", "--all"]])
def test_one_role_or_all_is_asked_for(acme: ProjectFolder, arguments: list[str]) -> None:
    assert prepdeck("stories", *arguments, cwd=acme.root).returncode == 2


def test_a_role_that_does_not_exist_is_told(acme: ProjectFolder) -> None:
    with pytest.raises(PrepdeckError, match="no role is called `acmee`"):
        matrix(acme.root, "acmee")


def test_a_question_that_a_story_answers_is_named_once(acme: ProjectFolder) -> None:
    acme.edit(ACME, "[high-pressure-story, complaint", "[complaint-steps, mistake-story, complaint")
    (fault,) = [d for d in check(acme.root) if d.span.file == ACME]
    assert (fault.rule, fault.message) == ("wrong-value", "`complaint-steps` is in this list twice")


# Told in full


TOLD = {
    "situation": "Forty parcels stood in the rain.",
    "task": "Get them in.",
    "action": "I called the driver.",
    "result": "All forty were dry by noon.",
}


def rules_of_a_story(deck: ProjectFolder, **parts: str) -> list[tuple[str, int]]:
    """What a check finds in the story of the dress, told so, and in which line."""
    told = "".join(f"    {part}: {text}\n" for part, text in parts.items())
    acme = textwrap.dedent(str(FILES[ACME])).lstrip()
    end = "    answers: [angry-customer-story, high-pressure-story]\n"
    deck.write({ACME: acme.replace(end, f"{end}{told}")})
    found = check(deck.root)
    return sorted((d.rule, d.span.line) for d in found if d.span.file == ACME)


@pytest.mark.parametrize(
    ("parts", "found"),
    [
        ({}, []),
        (TOLD, []),
        ({**TOLD, "result": "They were dry."}, [("story-without-result", 16)]),
        (
            {**TOLD, "action": "We called our driver, and we waited."},
            [("we-more-than-i", 13)],
        ),
        ({"situation": "Forty parcels stood in the rain."}, [("half-a-pair", 13)]),
        ({"result": "All forty were dry."}, [("half-a-pair", 13)]),
    ],
)
def test_a_story_is_judged_as_a_sample_is_and_four_short_texts_are_enough(
    acme: ProjectFolder, parts: dict[str, str], found: list[tuple[str, int]]
) -> None:
    assert rules_of_a_story(acme, **parts) == found


def test_a_story_that_the_role_tells_shorter_is_judged_as_it_is_told(acme: ProjectFolder) -> None:
    """A question's sample in an override is judged too; its own words alone."""
    acme.edit(
        ACME,
        "  vars:\n",
        "  override:\n    mistake-story:\n      sample:\n        situation: s\n        task: t\n"
        "        action: We did, and we all went.\n        result: Good.\n  vars:\n",
    )
    found = [d.rule for d in check(acme.root) if d.span.file == ACME]
    assert sorted(found) == ["story-without-result", "we-more-than-i"]


def test_the_columns_are_headed_by_the_numbers_of_the_stories(acme: ProjectFolder) -> None:
    lines = list(matrix_text(matrix(acme.root, "acme")[0]))
    place = next(n for n, line in enumerate(lines) if line.startswith("x: the story"))
    assert lines[place + 1] == "  1 2"
    assert lines[place + 2].startswith("* x .  angry-customer-story")
