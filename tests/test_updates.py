"""The contract with learners, in the real Anki: what an import over months of reviews does.

Times are Unix seconds: builds at NOON, NOON + DAY …; a learner's edit at the second it names.
"""

from __future__ import annotations

from itertools import pairwise

import pytest
from conftest import NOON, MakeProject
from learner import Learner, learner

from builder.commands.build.run import relock

DAY = 86_400
CUSTOMER = "decks/questions/customer.yaml"


def test_a_first_import_brings_every_note_and_only_new_cards(
    project: MakeProject, anna: Learner
) -> None:
    package = project({}).built()
    imported = anna.imports(package)
    assert (imported.new, imported.conflicting, imported.duplicate) == (6, 0, 0)
    assert anna.ids() == sorted(
        ["angry-customer-story"] * 2  # the question, and the learner's own answer to it
        + ["average-handle-time", "complaint-steps", "csat", "empathy"]
    )
    assert {row[:2] for row in anna.history.values()} == {(0, 0)}, "new, in the new queue"
    decks = [deck.name for deck in anna.collection.decks.all_names_and_ids()]
    assert decks == ["Default", "Test Decks", "Test Decks::Agent"]
    assert anna.content.decks == ("Test Decks::Agent",)


def test_cards_come_in_the_order_of_the_package(project: MakeProject, anna: Learner) -> None:
    anna.imports(project({}).built())
    due = sorted(row[2] for row in anna.history.values())  # type: ignore[type-var]
    assert due == list(range(1, len(due) + 1))


def test_decks_arrive_unfolded(project: MakeProject, anna: Learner) -> None:
    anna.imports(project({}).built())
    root = anna.collection.decks.by_name("Test Decks")
    assert root is not None
    assert not root["collapsed"]


def test_importing_the_same_file_again_changes_nothing(project: MakeProject, anna: Learner) -> None:
    package = project({}).built()
    anna.imports(package)
    anna.studies()
    before, history = anna.content, anna.history
    again = anna.imports(package)
    assert (again.new, again.updated, again.conflicting) == (0, 0, 0)
    assert (anna.content, anna.history) == (before, history)


def test_a_reworded_question_keeps_its_history(project: MakeProject, anna: Learner) -> None:
    deck = project({})
    anna.imports(deck.built(NOON))
    anna.studies()
    history = anna.history
    deck.edit(CUSTOMER, "How do you take a complaint?", "A customer complains. What do you do?")
    imported = anna.imports(deck.built(NOON + DAY))
    assert (imported.new, imported.updated) == (0, 1)
    assert anna.note("complaint-steps")["Ask"] == "A customer complains. What do you do?"
    assert anna.history == history
    assert anna.reviews == 3


def test_a_retagged_question_keeps_its_history(project: MakeProject, anna: Learner) -> None:
    deck = project({})
    anna.imports(deck.built(NOON))
    anna.studies()
    history = anna.history
    deck.edit(CUSTOMER, "topics: [customer/complaints]", "topics: [operations/metrics]")
    imported = anna.imports(deck.built(NOON + DAY))
    assert imported.updated == 1
    assert anna.note("complaint-steps").tags == [
        "kind::question",
        "topic::operations::metrics",
        "type::approach",
    ]
    assert anna.history == history


def test_a_question_of_another_type_keeps_its_first_card(
    project: MakeProject, anna: Learner
) -> None:
    """The instruction is a field, so a change of type withdraws no card."""
    deck = project({})
    anna.imports(deck.built(NOON))
    anna.studies()
    history = anna.history
    deck.edit(CUSTOMER, "type: approach", "type: knowledge")
    deck.edit(
        CUSTOMER,
        "    steps:\n      - listen\n      - offer two ways out\n",
        "    answer: Listen.\n",
    )
    assert anna.imports(deck.built(NOON + DAY)).updated == 1
    assert anna.note("complaint-steps")["Instruction"] == "IN SHORT"
    assert anna.history == history


def test_a_new_look_arrives_and_touches_no_note(project: MakeProject, anna: Learner) -> None:
    deck = project({})
    anna.imports(deck.built(NOON))
    anna.studies()
    history, notes = anna.history, anna.content.notes
    deck.write({"templates/_shared/base.css": ".card { color: teal; }\n", **_macros()})
    imported = anna.imports(deck.built(NOON + DAY))
    assert "teal" in anna.content.notetypes["Test Decks: Question"].css
    assert (imported.updated, anna.history, anna.content.notes) == (0, history, notes)


def test_a_new_look_after_check_database_doubles_no_card(
    project: MakeProject, anna: Learner
) -> None:
    """Check Database changes in which order Anki walks cards; see `ids.ROOM`."""
    skills = "".join(
        f"  skill-{n}:\n    name: S {n}\n    shows:\n      - {{when: a, do: b}}\n      - {{when: c, do: d}}\n"
        for n in range(8)
    )
    deck = project({"decks/more.yaml": f"skills:\n{skills}"})
    anna.imports(deck.built(NOON))
    anna.check_database()
    cards = anna.collection.card_count()
    deck.write({"templates/_shared/base.css": ".card { color: teal; }\n", **_macros()})
    deck.edit("templates/_shared/macros.html", '<p class="ask">', '<p class="ask" lang="en">')
    anna.imports(deck.built(NOON + DAY))
    assert anna.collection.card_count() == cards


def _macros() -> dict[str, str | bytes | None]:
    """The project's own file stands in for the wheel's of that name."""
    from builder import shipped

    return {
        "templates/_shared/macros.html": (shipped.templates() / "_shared/macros.html").read_bytes()
    }


def test_a_new_question_arrives_beside_the_old_ones(project: MakeProject, anna: Learner) -> None:
    deck = project({})
    anna.imports(deck.built(NOON))
    anna.studies()
    history = anna.history
    deck.write(
        {
            "decks/questions/new.yaml": """
            questions:
              pressure-approach:
                ask: How do you work under pressure?
                type: approach
                topics: [customer/complaints]
                steps: [breathe, sort, start]
            """
        }
    )
    imported = anna.imports(deck.built(NOON + DAY))
    assert (imported.new, imported.updated) == (1, 0)
    assert {card: row for card, row in anna.history.items() if card in history} == history


def test_our_newer_change_replaces_an_older_edit_of_the_same_note(
    project: MakeProject, anna: Learner
) -> None:
    deck = project({})
    anna.imports(deck.built(NOON))
    anna.edits("complaint-steps", "Ask", "mine", at=NOON + 10)
    deck.edit(CUSTOMER, "How do you take a complaint?", "What is a complaint to you?")
    assert anna.imports(deck.built(NOON + DAY)).updated == 1
    assert anna.note("complaint-steps")["Ask"] == "What is a complaint to you?"


def test_an_edit_newer_than_our_change_stays(project: MakeProject, anna: Learner) -> None:
    deck = project({})
    anna.imports(deck.built(NOON))
    deck.edit(CUSTOMER, "How do you take a complaint?", "What is a complaint to you?")
    package = deck.built(NOON + DAY)
    anna.edits("complaint-steps", "Ask", "mine", at=NOON + 2 * DAY)
    assert anna.imports(package).updated == 0
    assert anna.note("complaint-steps")["Ask"] == "mine"


def test_edits_and_tags_on_unchanged_notes_survive_every_rebuild(
    project: MakeProject, anna: Learner
) -> None:
    deck = project({})
    anna.imports(deck.built(NOON))
    anna.edits("csat", "Trap", "my own trap", at=NOON + 10, notetype="KPI")
    anna.tags("empathy", "leech", at=NOON + 11, notetype="Skill")
    for day in (1, 2, 3):
        deck.edit(CUSTOMER, " take a complaint?", " really take a complaint?")
        assert anna.imports(deck.built(NOON + day * DAY)).updated == 1
    assert anna.note("csat", "KPI")["Trap"] == "my own trap"
    assert "leech" in anna.note("empathy", "Skill").tags
    assert anna.note("complaint-steps")["Ask"].count("really") == 3


def test_text_put_back_is_a_change_like_any_other(project: MakeProject, anna: Learner) -> None:
    deck = project({})
    anna.imports(deck.built(NOON))
    deck.edit(CUSTOMER, "How do you take a complaint?", "What is a complaint?")
    anna.imports(deck.built(NOON + DAY))
    deck.edit(CUSTOMER, "What is a complaint?", "How do you take a complaint?")
    assert anna.imports(deck.built(NOON + 2 * DAY)).updated == 1
    assert anna.note("complaint-steps")["Ask"] == "How do you take a complaint?"


STORY = "angry-customer-story"


def test_an_answer_nobody_touched_follows_three_changes(
    project: MakeProject, anna: Learner
) -> None:
    deck = project({})
    anna.imports(deck.built(NOON))
    asks = [
        "Tell me about an angry",
        "Tell me about a loud",
        "Tell me about a rude",
        "Who was a rude",
    ]
    for day, (old, new) in enumerate(pairwise(asks), 1):
        deck.edit(CUSTOMER, old, new)
        anna.imports(deck.built(NOON + day * DAY))
        assert anna.note(STORY, "Your answer")["Ask"] == f"{new} customer."


def test_an_answer_the_learner_wrote_is_never_overwritten(
    project: MakeProject, anna: Learner
) -> None:
    deck = project({})
    anna.imports(deck.built(NOON))
    anna.edits(STORY, "Answer", "A man, a dress, a courier.", at=NOON + 10, notetype="Your answer")
    asks = [
        "Tell me about an angry",
        "Tell me about a loud",
        "Tell me about a rude",
        "Who was a rude",
    ]
    for day, (old, new) in enumerate(pairwise(asks), 1):
        deck.edit(CUSTOMER, old, new)
        assert anna.imports(deck.built(NOON + day * DAY)).updated == 1, "the question's own note"
        mine = anna.note(STORY, "Your answer")
        assert mine["Answer"] == "A man, a dress, a courier."
        assert mine["Ask"] == "Tell me about an angry customer.", "theirs as a whole"
        assert anna.note(STORY)["Ask"] == f"{new} customer."


PRIVATE = {
    "decks/private/acme/role.yaml": """
        role:
          title: Agent at Acme
          extends: agent
          key: acme-7f3a
          vars:
            company: Acme
        my_answers:
          angry-customer-story: |
            I let him shout.
        """
}


def test_an_answer_written_in_yaml_arrives_until_it_is_touched_in_anki(
    project: MakeProject, anna: Learner
) -> None:
    deck = project(PRIVATE)
    role = "decks/private/acme/role.yaml"
    mine = f"acme-7f3a/{STORY}"
    anna.imports(deck.built(NOON, "acme"))
    assert anna.note(mine, "Your answer")["Answer"] == "<p>I let him shout.</p>"
    deck.edit(role, "shout", "speak")
    anna.imports(deck.built(NOON + DAY, "acme"))
    assert anna.note(mine, "Your answer")["Answer"] == "<p>I let him speak.</p>"
    anna.edits(mine, "Answer", "I listened.", at=NOON + DAY + 5, notetype="Your answer")
    deck.edit(role, "speak", "sing")
    anna.imports(deck.built(NOON + 2 * DAY, "acme"))
    assert anna.note(mine, "Your answer")["Answer"] == "I listened."


def test_an_answer_in_yaml_fills_a_shared_note_that_was_empty(
    project: MakeProject, anna: Learner
) -> None:
    """The public deck was studied first; a private role with `notes: shared` answers in YAML."""
    files = {k: v.replace("key: acme-7f3a", "notes: shared") for k, v in PRIVATE.items()}
    deck = project(files)  # type: ignore[arg-type]
    anna.imports(deck.built(NOON, "agent"))
    private = deck.root / "build/private/acme.apkg"
    deck.built(NOON + DAY, "acme")
    assert anna.imports(private).updated == 1
    assert anna.note(STORY, "Your answer")["Answer"] == "<p>I let him shout.</p>"
    deck.edit(CUSTOMER, "Tell me about", "Do tell me about")
    anna.imports(deck.built(NOON + 2 * DAY, "agent"))
    assert anna.note(STORY, "Your answer")["Answer"] == "<p>I let him shout.</p>", (
        "the public package, whose answer is empty, is older on the slow clock"
    )


def test_an_answer_emptied_in_yaml_leaves_the_learners_alone(
    project: MakeProject, anna: Learner
) -> None:
    deck = project(PRIVATE)
    anna.imports(deck.built(NOON, "acme"))
    deck.write(
        {
            "decks/private/acme/role.yaml": PRIVATE["decks/private/acme/role.yaml"].split(
                "my_answers"
            )[0]
        }
    )
    assert anna.imports(deck.built(NOON + DAY, "acme")).updated == 0
    mine = anna.note(f"acme-7f3a/{STORY}", "Your answer")
    assert mine["Answer"] == "<p>I let him shout.</p>"


def test_an_answer_taken_out_of_yaml_stays_through_later_rewordings(
    project: MakeProject, anna: Learner
) -> None:
    deck = project(PRIVATE)
    anna.imports(deck.built(NOON, "acme"))
    role = PRIVATE["decks/private/acme/role.yaml"].split("my_answers")[0]
    deck.write({"decks/private/acme/role.yaml": role})
    anna.imports(deck.built(NOON + DAY, "acme"))
    deck.edit(CUSTOMER, "Tell me about", "Do tell me about")
    anna.imports(deck.built(NOON + 2 * DAY, "acme"))
    mine = anna.note(f"acme-7f3a/{STORY}", "Your answer")
    assert mine["Answer"] == "<p>I let him shout.</p>"


def test_an_answer_taken_out_of_yaml_stays_after_a_relock(
    project: MakeProject, anna: Learner
) -> None:
    """The package does not say that there was an answer, but its note has the time of one."""
    deck = project(PRIVATE)
    anna.imports(deck.built(NOON, "acme"))
    role = PRIVATE["decks/private/acme/role.yaml"].split("my_answers")[0]
    deck.write({"decks/private/acme/role.yaml": role})
    package = deck.built(NOON + DAY, "acme")
    anna.imports(package)
    relock(deck.root, [package])
    deck.edit(CUSTOMER, "Tell me about", "Do tell me about")
    anna.imports(deck.built(NOON + 2 * DAY, "acme"))
    mine = anna.note(f"acme-7f3a/{STORY}", "Your answer")
    assert mine["Answer"] == "<p>I let him shout.</p>"


def test_a_note_reads_wholly_as_its_owner_sees_the_project(
    project: MakeProject, anna: Learner
) -> None:
    """Variables, and names of other definitions that the owner says differently."""
    role = """
        role:
          title: Agent at Acme
          extends: agent
          key: acme-7f3a
          vars:
            company: Acme
          override:
            average-handle-time:
              name: Minutes on the line
        """
    deck = project({"decks/private/acme/role.yaml": role})
    deck.edit(CUSTOMER, "How do you take a complaint?", "A complaint about {{ vars.company }}?")
    deck.built(NOON)
    for package in (deck.package(), deck.root / "build/private/acme.apkg"):
        anna.imports(package)
    assert anna.note("complaint-steps")["Ask"] == "A complaint about the company?"
    assert anna.note("acme-7f3a/complaint-steps")["Ask"] == "A complaint about Acme?"
    assert anna.note("csat", "KPI")["Hurts"] == "Average handle time"
    assert anna.note("acme-7f3a/csat", "KPI")["Hurts"] == "Minutes on the line"


LEAD = {
    "decks/roles/lead.yaml": """
        role:
          title: Team Lead
          extends: agent
          drop:
            - {kind: kpi}
        """
}


@pytest.mark.parametrize("order", [("agent", "lead"), ("lead", "agent")])
def test_two_roles_share_a_note_whichever_is_imported_first(
    project: MakeProject, anna: Learner, order: tuple[str, str]
) -> None:
    deck = project(LEAD)  # type: ignore[arg-type]
    deck.built(NOON)
    first, second = order
    anna.imports(deck.package(first))
    anna.studies()
    history = anna.history
    imported = anna.imports(deck.package(second))
    shared = {"complaint-steps", "empathy", STORY}
    assert (imported.updated, imported.conflicting) == (0, 0)
    assert set(anna.ids()) == shared | {"csat", "average-handle-time"}
    assert {card: row for card, row in anna.history.items() if card in history} == history
    title = {"agent": "Agent", "lead": "Team Lead"}[first]
    decks = {
        deck
        for note in anna.content.notes
        if "type::approach" in note.tags
        for _, deck in note.cards
    }
    assert decks == {f"Test Decks::{title}"}, "studied once, in the deck that came first"
    deck.edit(CUSTOMER, "How do you take a complaint?", "What is a complaint?")
    deck.built(NOON + DAY)
    assert anna.imports(deck.package(second)).updated == 1
    assert anna.imports(deck.package(first)).updated == 0, "the same note with the same time"


def test_a_roles_override_is_a_note_of_its_own(project: MakeProject, anna: Learner) -> None:
    deck = project(
        {
            "decks/roles/lead.yaml": LEAD["decks/roles/lead.yaml"]
            + """
          override:
            complaint-steps:
              steps:
                - listen
                - decide yourself
        """
        }
    )
    deck.built(NOON)
    anna.imports(deck.package("agent"))
    anna.studies()
    anna.imports(deck.package("lead"))
    assert (
        anna.note("complaint-steps")["Answer"]
        == "<ol><li>listen</li><li>offer two ways out</li></ol>"
    )
    own = anna.note("lead/complaint-steps")
    assert own["Answer"] == "<ol><li>listen</li><li>decide yourself</li></ol>"
    assert own.guid != anna.note("complaint-steps").guid
    assert anna.reviews == 3


def test_a_gated_card_appears_when_its_field_is_filled_and_only_then(
    project: MakeProject, anna: Learner
) -> None:
    deck = project({})
    anna.imports(deck.built(NOON))
    anna.studies()
    history = anna.history
    assert len(anna.cards(STORY)) == 1
    deck.edit(
        CUSTOMER,
        "    sources: [q-1]\n",
        "    follow_ups:\n      - ask: And then?\n        point: say what you changed\n",
    )
    anna.imports(deck.built(NOON + DAY))
    assert [card.ord for card in anna.cards(STORY)] == [0, 1]
    anna.check_database()
    assert [card.ord for card in anna.cards(STORY)] == [0, 1], "no card without its gate grows"
    assert len(anna.cards("csat", "KPI")) == 2
    assert {card: row for card, row in anna.history.items() if card in history} == history
    assert anna.empty_cards() == 0


def test_a_spare_field_and_card_are_taken_into_use_without_a_conflict(
    project: MakeProject, anna: Learner
) -> None:
    from builder import shipped

    deck = project({})
    anna.imports(deck.built(NOON))
    anna.studies()
    history = anna.history
    own = {
        f"templates/skill/{path.name}": path.read_bytes()
        for path in (shipped.templates() / "skill").iterdir()
    }
    own["templates/skill/notetype.yaml"] += (
        b"spares:\n  spare-1: \"'Who showed it?' if shows | length == 1 else ''\"\n"
    )
    own["templates/skill/spare-1.front.html"] = b"<p>WHO SHOWED IT? {{Name}}: {{Spare 1}}</p>\n"
    own["templates/skill/spare-1.back.html"] = b"{{FrontSide}}<p>A colleague, by name.</p>\n"
    deck.write(own)  # type: ignore[arg-type]
    imported = anna.imports(deck.built(NOON + DAY))
    assert (imported.updated, imported.conflicting, imported.new) == (1, 0, 0)
    cards = anna.cards("empathy", "Skill")
    assert len(cards) == 2
    assert "WHO SHOWED IT? Empathy: Who showed it?" in cards[1].question()
    assert {card: row for card, row in anna.history.items() if card in history} == history
    names = [model.name for model in anna.collection.models.all_names_and_ids()]
    assert not [name for name in names if name.endswith("+")]


def test_a_renamed_definition_keeps_its_history_through_was(
    project: MakeProject, anna: Learner
) -> None:
    deck = project({})
    anna.imports(deck.built(NOON))
    anna.studies()
    history = anna.history
    deck.edit(CUSTOMER, "  complaint-steps:\n", "  complaint-approach:\n    was: complaint-steps\n")
    imported = anna.imports(deck.built(NOON + DAY))
    assert (imported.new, imported.updated) == (0, 0)
    assert anna.history == history


def test_a_retired_definition_leaves_the_package_and_stays_with_the_learner(
    project: MakeProject, anna: Learner
) -> None:
    deck = project({})
    anna.imports(deck.built(NOON))
    anna.studies()
    history = anna.history
    deck.edit(
        CUSTOMER, "  complaint-steps:\n", "  complaint-steps:\n    retired: said better elsewhere\n"
    )
    package = deck.built(NOON + DAY)
    anna.imports(package)
    assert anna.history == history
    with learner(deck.root / "newcomer") as newcomer:
        newcomer.imports(package)
        assert "complaint-steps" not in newcomer.ids()
