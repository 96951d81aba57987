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
    matched = matches(catalogue, advert.lines)
    if not any(match.is_sure for match in matched.values()):
        raise PrepdeckError(
            "the advert asks for nothing that the catalogue has",
            help="give the text of the advert alone, as plain text, or leave --from-ad out",
        )
    roles = [r for r in project.roles.values() if not r.private and r.retired is None]
    roles = [role for role in roles if project.side(role) == "candidate" and role.value]
    if not roles:
        raise PrepdeckError(
            "this project has no public role that the new role could extend",
            help="create one: prepdeck new role ID --public",
        )
    nearness = {role.id: _nearness(project, role, advert, matched) for role in roles}
    nearest = max(roles, key=lambda role: (nearness[role.id], role.id))
    gaps = uncovered(project, advert)
    return Comparison(advert, matched, gaps, nearest, nearness[nearest.id])


def _is_foreign(catalogue: Catalogue, advert: Advert) -> bool:
    tokens = [token for line in (*advert.lines, *advert.about) for token in line]
    common = sum(token.stem in COMMON for token in tokens)
    in_deck = sum(token.stem in catalogue.rarity for token in tokens)
    return common < _OF_COMMON * len(tokens) and in_deck < _OF_KNOWN * len(tokens)


def _nearness(project: Project, role: Role, advert: Advert, matched: Mapping[str, Match]) -> float:
    """0 to 3: how alike the titles are, and twice how much of the role's core the advert wants."""
    title = {token.stem for token in tokens_of(role.title)}
    advert_title = {token.stem for token in tokens_of(advert.title)}
    core = [c.definition.id for c in select(project, role)[0].chosen if c.core]
    score = sum(min(matched[id].score, 1.0) for id in core if id in matched)
    alike = len(title & advert_title) / len(title | advert_title) if title else 0.0
    return alike + 2 * score / max(len(core), 1)


def core_for(project: Project, parent: Role, role_id: str, comparison: Comparison) -> Core:
    """The core of a new role: what the advert asks for and the best of the parent's core, as many
    cards as a core may have. The rest of the parent's core comes later and stays in the deck.
    """
    in_core = {c.definition.id: c.core for c in select(project, parent)[0].chosen}
    parent_core = [id for id, core in in_core.items() if core]
    scores = dict.fromkeys(parent_core, _CHOSEN)
    for id, match in comparison.matches.items():
        score = match.score * (1.0 if id in in_core else _ELSEWHERE)
        scores[id] = scores.get(id, 0.0) + score
    # Every interview asks who you are, whatever the advert says.
    pitches = {id for id in parent_core if project.definitions[id].type_choice.everywhere}
    sure = {id: match for id, match in comparison.matches.items() if match.is_sure}
    candidates = sorted({*parent_core, *sure}, key=lambda i: (i not in pitches, -scores[i], i))
    core = _fitting(project, candidates, _sizes(project, parent, {*candidates}))
    from_advert = [sure[id] for id in core if id in sure]
    from_advert.sort(key=lambda match: (-match.score, match.definition.id))
    later = tuple(id for id in parent_core if id not in core)
    matched = comparison.matches
    unmentioned = [id for id in parent_core if id not in matched or matched[id].score < LEAST]
    doubt = (
        "warning: the advert has little to do with any role of this project, even with"
        f" {comparison.nearest.id}: is it from another trade?"
    )
    messages = (
        *_wrapped(doubt if comparison.nearness < _NEAR else ""),
        *_wrapped(f"from the advert: {_count(match.definition.kind for match in from_advert)}"),
        *_listed("the advert names, but no definition covers", comparison.gaps),
        *_listed(f"core of {parent.id} that the advert does not mention", unmentioned),
        f"of its core {len(parent_core) - len(later)} stay first"
        + (f" and {len(later)} come later: " if later else ": ")
        + f"prepdeck ls --role {role_id}",
    )
    return Core(
        messages,
        tuple(from_advert),
        tuple(id for id in core if id not in sure),
        later,
        tuple(unmentioned),
    )


def _fitting(project: Project, candidates: Sequence[str], sizes: Mapping[str, _Size]) -> list[str]:
    """The first of the candidates that fit into a core, by all their cards and by spoken ones."""
    most = project.settings.value.limits.core_cards
    # As many spoken cards as a full core may have; fewer when the core does not become full.
    for limit in range(most_spoken(most), -1, -1):
        core, cards, spoken = [], 0, 0
        for id in candidates:
            size = sizes[id]
            if cards + size.cards <= most and spoken + size.spoken <= limit:
                core.append(id)
                cards, spoken = cards + size.cards, spoken + size.spoken
        if spoken <= most_spoken(cards):
            break
    return core


def _sizes(project: Project, parent: Role, ids: set[str]) -> dict[str, _Size]:
    """What each definition would add as core."""
    chosen = tuple(Chosen(project.definitions[id], None, True) for id in sorted(ids))
    render, _ = renderer(project)
    deck, _ = render.deck(Selection(replace(parent, answers={}), chosen, frozenset(ids)))
    id_at = {project.definitions[id].span: id for id in ids}
    sizes = dict.fromkeys(ids, _Size(0, 0))
    for note in deck.notes:
        id = id_at[note.span]
        spoken = len(note.cards) * deck.notetypes[note.notetype].spoken
        sizes[id] = _Size(sizes[id].cards + len(note.cards), sizes[id].spoken + spoken)
    return sizes


def _count(kinds: Iterable[Kind]) -> str:
    """`1 question, 2 kpis`."""
    numbers = Counter((kind.rank, kind.name, kind.section) for kind in kinds)
    return ", ".join(
        f"{n} {name if n == 1 else section}" for (_, name, section), n in sorted(numbers.items())
    )


def _listed(subject: str, names: Sequence[str]) -> Iterator[str]:
    if names:
        yield from _wrapped(f"{subject}: {', '.join(names)}")


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, 98, subsequent_indent="  ", break_on_hyphens=False)
