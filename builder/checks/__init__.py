"""What a project must fulfil, in one table. A check is a generator of diagnostics.

A new rule is a function in one of these modules, a name in `diagnostics.RULES` and a page in
`rules/`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from builder.checks import arithmetic, coverage, deck, lock, plans, project, released, roles
from builder.checks.silence import without_follow_ons, without_silenced
from builder.deck import Deck, NoteType
from builder.findings import Diagnostic
from builder.lint import alike, content, fronts
from builder.lock import Locks
from builder.project import Project
from builder.select import Selection

__all__ = ["CHECKS", "Checks", "without_follow_ons", "without_silenced"]


class Checks(NamedTuple):
    """The checks by what they look at: a project, a role's deck; and each beside the locks."""

    project: tuple[Callable[[Project], Iterator[Diagnostic]], ...]
    deck: tuple[Callable[[Project, Selection, Deck], Iterator[Diagnostic]], ...]
    released: tuple[Callable[[Project, Mapping[str, NoteType], Locks], Iterator[Diagnostic]], ...]
    lock: tuple[Callable[[Selection, Deck, Locks], Iterator[Diagnostic]], ...]


CHECKS = Checks(
    project=(
        project.references_resolve,
        project.variables_are_declared,
        project.first_ids_are_unique,
        project.answers_fit_their_type,
        project.pairs_are_whole,
        project.own_answers_have_a_question,
        fronts.fronts_ask_one_thing,
        arithmetic.sums_come_out,
        roles.titles_name_one_deck,
        roles.keys_are_unique,
        roles.variables_exist,
        roles.roles_use_variables_where_they_are_filled,
        plans.interviews_leave_days,
        content.limits_are_of_texts,
        content.texts_are_fit_to_learn,
        alike.questions_differ,
        coverage.topics_are_used,
        coverage.definitions_are_taken,
    ),
    deck=(
        deck.no_front_is_empty,
        fronts.fronts_differ,
        fronts.no_front_gives_its_answer,
        deck.the_deck_is_not_empty,
        deck.answers_are_in_the_deck,
        deck.variables_reach_the_notes,
        coverage.the_core_has_an_end,
        coverage.the_core_is_not_all_talk,
    ),
    released=(
        released.note_types_keep_their_fields_and_cards,
        released.released_ids_are_still_there,
        released.was_names_something_known,
    ),
    lock=(
        released.released_cards_keep_their_gate,
        lock.the_deck_keeps_its_name,
        lock.a_private_role_keeps_its_key,
        lock.notes_keep_their_owner,
    ),
)
