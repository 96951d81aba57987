"""`new role --from-ad`: the core that a job advert asks for, and the messages about it."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from builder.commands.advert.catalogue import COMMON, Catalogue
from builder.commands.advert.gaps import uncovered
from builder.commands.advert.lines import Advert, read_advert, tokens_of
from builder.commands.advert.match import LEAST, Match, matches
from builder.findings import PrepdeckError
from builder.model import Kind
from builder.project import Project, Role
from builder.render import renderer
from builder.select import Chosen, Selection, select
from builder.study.order import most_spoken

#: What the parent's core adds to the score of a match, because a coach chose it; and the factor for
#: a match that is not in the parent's deck, because it belongs to another job.
_CHOSEN, _ELSEWHERE = 0.5, 0.5
#: With a lower nearness, the nearest role is of another trade: adverts for a role's own trade have
#: 0.45 and more, adverts of other trades 0.25 at most.
_NEAR = 0.35
#: The least share of common words, and of words that the deck has. A third of an English text are
#: common words, of a German or French text a twentieth at most. But an advert may also be a list of
#: names that the deck has.
_OF_COMMON, _OF_KNOWN = 0.12, 0.5


class Comparison(NamedTuple):
    """An advert compared with a project.

    `matches`: what the advert may ask for, by id. `gaps`: what it names that no definition covers.
    `nearest`: the public role that is nearest to it. `nearness`: 0 to 3, see `_NEAR`.
    """

    advert: Advert
    matches: Mapping[str, Match]
    gaps: tuple[str, ...]
    nearest: Role
    nearness: float


class Core(NamedTuple):
    """The core of a role that is made from an advert.

    `messages`: lines for whoever made the role.
    `from_advert`: what the advert asks for, best first. `from_parent` and `later`: definitions of
    the parent's core that it does not surely ask for; they stay in the core, or come later.
    `unmentioned`: definitions of the parent's core that the advert has nothing to do with.
    """

    messages: tuple[str, ...]
    from_advert: tuple[Match, ...]
    from_parent: tuple[str, ...]
    later: tuple[str, ...]
    unmentioned: tuple[str, ...]


class _Size(NamedTuple):
    """What a definition adds to a core: cards, and how many of them are answered aloud."""

    cards: int
    spoken: int


def compare(project: Project, text: str, company: str = "") -> Comparison:
    """What an advert asks of a project's definitions and roles.

    Raises `PrepdeckError` when it asks for nothing, is in another language, or finds no role.
    """
    advert = read_advert(text, company)
    catalogue = Catalogue(project)
    if project.settings.value.language == "en" and _is_foreign(catalogue, advert):
        raise PrepdeckError(
            "the advert is not in English, the language of the deck",
            help="give a translation of it (by machine is enough), or leave --from-ad out",
        )
    match_by_id = matches(catalogue, advert.lines)
    if not any(match.is_sure for match in match_by_id.values()):
        raise PrepdeckError(
            "the advert asks for nothing that the catalogue has",
            help="give the text of the advert alone, as plain text, or leave --from-ad out",
        )
    public_roles = [
        role
        for role in project.roles.values()
        if not role.private and role.retired is None
        if project.side(role) == "candidate" and role.value
    ]
    if not public_roles:
        raise PrepdeckError(
            "this project has no public role that the new role could extend",
            help="create one: prepdeck new role ID --public",
        )
    nearness_by_id = {
        role.id: _nearness(project, role, advert, match_by_id) for role in public_roles
    }
    nearest_role = max(public_roles, key=lambda role: (nearness_by_id[role.id], role.id))
    gaps = uncovered(project, advert)
    return Comparison(advert, match_by_id, gaps, nearest_role, nearness_by_id[nearest_role.id])


def _is_foreign(catalogue: Catalogue, advert: Advert) -> bool:
    tokens = [token for line in (*advert.lines, *advert.about) for token in line]
    common_count = sum(token.stem in COMMON for token in tokens)
    in_deck_count = sum(token.stem in catalogue.rarity for token in tokens)
    return common_count < _OF_COMMON * len(tokens) and in_deck_count < _OF_KNOWN * len(tokens)


def _nearness(
    project: Project, role: Role, advert: Advert, match_by_id: Mapping[str, Match]
) -> float:
    """0 to 3: how alike the titles are, and twice how much of the role's core the advert wants."""
    title_stems = {token.stem for token in tokens_of(role.title)}
    advert_title_stems = {token.stem for token in tokens_of(advert.title)}
    shared_stems, all_stems = title_stems & advert_title_stems, title_stems | advert_title_stems
    core_ids = [choice.definition.id for choice in select(project, role)[0].chosen if choice.core]
    core_score = sum(min(match_by_id[id].score, 1.0) for id in core_ids if id in match_by_id)
    title_likeness = len(shared_stems) / len(all_stems) if title_stems else 0.0
    return title_likeness + 2 * core_score / max(len(core_ids), 1)


def core_for(project: Project, parent: Role, role_id: str, comparison: Comparison) -> Core:
    """The core of a new role: what the advert asks for and the best of the parent's core, as many
    cards as a core may have. The rest of the parent's core comes later and stays in the deck.
    """
    is_core_by_id = {
        choice.definition.id: choice.core for choice in select(project, parent)[0].chosen
    }
    parent_core_ids = [id for id, is_core in is_core_by_id.items() if is_core]
    score_by_id = dict.fromkeys(parent_core_ids, _CHOSEN)
    for id, match in comparison.matches.items():
        match_score = match.score * (1.0 if id in is_core_by_id else _ELSEWHERE)
        score_by_id[id] = score_by_id.get(id, 0.0) + match_score
    # Every interview asks who you are, whatever the advert says.
    pitch_ids = {id for id in parent_core_ids if project.definitions[id].type_choice.everywhere}
    sure_match_by_id = {id: match for id, match in comparison.matches.items() if match.is_sure}
    candidate_ids = sorted(
        {*parent_core_ids, *sure_match_by_id},
        key=lambda i: (i not in pitch_ids, -score_by_id[i], i),
    )
    core_ids = _fitting(project, candidate_ids, _sizes(project, parent, {*candidate_ids}))
    core_matches = [sure_match_by_id[id] for id in core_ids if id in sure_match_by_id]
    core_matches.sort(key=lambda match: (-match.score, match.definition.id))
    later_ids = tuple(id for id in parent_core_ids if id not in core_ids)
    match_by_id = comparison.matches
    unmentioned_ids = [
        id for id in parent_core_ids if id not in match_by_id or match_by_id[id].score < LEAST
    ]
    trade_warning = (
        "warning: the advert has little to do with any role of this project, even with"
        f" {comparison.nearest.id}: is it from another trade?"
    )
    messages = (
        *_wrapped(trade_warning if comparison.nearness < _NEAR else ""),
        *_wrapped(f"from the advert: {_count(match.definition.kind for match in core_matches)}"),
        *_listed("the advert names, but no definition covers", comparison.gaps),
        *_listed(f"core of {parent.id} that the advert does not mention", unmentioned_ids),
        f"of its core {len(parent_core_ids) - len(later_ids)} stay first"
        + (f" and {len(later_ids)} come later: " if later_ids else ": ")
        + f"prepdeck ls --role {role_id}",
    )
    return Core(
        messages,
        tuple(core_matches),
        tuple(id for id in core_ids if id not in sure_match_by_id),
        later_ids,
        tuple(unmentioned_ids),
    )


def _fitting(
    project: Project, candidate_ids: Sequence[str], sizes: Mapping[str, _Size]
) -> list[str]:
    """The first of the candidates that fit into a core, by all their cards and by spoken ones."""
    most_cards = project.settings.value.limits.core_cards
    # As many spoken cards as a full core may have; fewer when the core does not become full.
    for spoken_limit in range(most_spoken(most_cards), -1, -1):
        core_ids, card_count, spoken_count = [], 0, 0
        for id in candidate_ids:
            size = sizes[id]
            if card_count + size.cards <= most_cards and spoken_count + size.spoken <= spoken_limit:
                core_ids.append(id)
                card_count, spoken_count = card_count + size.cards, spoken_count + size.spoken
        if spoken_count <= most_spoken(card_count):
            break
    return core_ids


def _sizes(project: Project, parent: Role, ids: set[str]) -> dict[str, _Size]:
    """What each definition would add as core."""
    chosen = tuple(Chosen(project.definitions[id], None, True) for id in sorted(ids))
    deck_renderer, _ = renderer(project)
    deck, _ = deck_renderer.deck(Selection(replace(parent, answers={}), chosen, frozenset(ids)))
    id_by_span = {project.definitions[id].span: id for id in ids}
    sizes = dict.fromkeys(ids, _Size(0, 0))
    for note in deck.notes:
        id = id_by_span[note.span]
        spoken_cards = len(note.cards) * deck.notetypes[note.notetype].spoken
        sizes[id] = _Size(sizes[id].cards + len(note.cards), sizes[id].spoken + spoken_cards)
    return sizes


def _count(kinds: Iterable[Kind]) -> str:
    """`1 question, 2 kpis`."""
    kind_counts = Counter((kind.rank, kind.name, kind.section) for kind in kinds)
    return ", ".join(
        f"{count} {kind_name if count == 1 else section_name}"
        for (_, kind_name, section_name), count in sorted(kind_counts.items())
    )


def _listed(subject: str, names: Sequence[str]) -> Iterator[str]:
    if names:
        yield from _wrapped(f"{subject}: {', '.join(names)}")


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, 98, subsequent_indent="  ", break_on_hyphens=False)
