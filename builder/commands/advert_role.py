"""`new role --from-ad`: the core that a job advert asks for, and what is said of it."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from builder import model
from builder.commands.advert import Advert, read_advert, words_of
from builder.commands.advert_catalogue import Catalogue
from builder.commands.advert_gaps import uncovered
from builder.commands.advert_match import Match, matches
from builder.diagnostics import Trouble
from builder.edit.written import commented
from builder.model import KINDS, Question, Selector
from builder.project import Project, Role
from builder.render import renderer
from builder.render.order import most_spoken
from builder.select import Chosen, Selection, select

#: At most so many definitions of a kind are taken from an advert: as many as can be asked about.
_MOST = {
    "question": 16,
    "kpi": 10,
    "skill": 6,
    "line": 8,
    "tool": 6,
    "method": 4,
    "activity": 2,
    "card": 2,
    "stage": 1,
}
#: Kinds that an advert must name: any two metrics, and any two tools, have words in common.
_BY_NAME = {"kpi", "tool", "stage"}
#: Below this, shared words are chance.
_LEAST = 0.25
#: What the parent says of a definition: it is core there, it is in the deck, it is not.
_CORE, _IN_DECK, _ELSEWHERE = 1.3, 1.0, 0.5

#: Of the parent's core these stay, mentioned or not: what is asked everywhere, with its numbers.
_ALWAYS = {"question", "kpi", "skill"}
#: Of the cards that a core may have: how many are used (a story of one's own needs room too), and
#: how many are the advert's even where the parent's core leaves none. Of the spoken ones, too.
_USED, _AT_LEAST = 13 / 14, 4 / 14


class _Size(NamedTuple):
    """What definitions bring to a core: cards, and how many of them are answered aloud."""

    cards: float
    spoken: float


class _Picked(NamedTuple):
    """`taken`: matches, best first. `kept`: what of the parent's core stays besides."""

    taken: list[Match]
    kept: list[str]
    size: _Size


class Core(NamedTuple):
    """`text`: the role's `core` and `drop`, as YAML. `told`: what there is to say, a line each.

    `taken`: the matches in it, best first; `kept` and `dropped`: ids of the parent's core that the
    advert does not ask for; `gaps`: what it names and nothing covers.
    """

    text: str
    told: tuple[str, ...]
    taken: tuple[Match, ...]
    kept: tuple[str, ...]
    dropped: tuple[str, ...]
    gaps: tuple[str, ...]


def core_for(project: Project, parent: Role, text: str, company: str = "") -> Core:
    """What the advert asks for, beside the parent's core, within the cards that a core may have.

    What finds no room is dropped: first what the parent has as core and the advert does not
    mention, lines and the like before questions. Raises `Trouble` when nothing known is asked for.
    """
    advert = read_advert(text)
    found = matches(Catalogue(project), advert)
    deck = {c.definition.id: c.core for c in select(project, parent)[0].chosen}
    ranked = _ranked(found, deck)
    if not ranked:
        raise Trouble(
            "the advert asks for nothing that the catalogue has",
            help="give its text alone, in the language of the deck; or leave --from-ad out",
        )
    core = [id for id, is_core in deck.items() if is_core]
    core.sort(key=lambda one: _last(project, found, one))
    sizes = _sizes(project, parent, {*core, *(match.definition.id for match in ranked)})
    most = project.settings.value.limits.core_cards * _USED
    # As many spoken ones as a full core may have; fewer where it does not become full.
    limits = range(most_spoken(int(most)), 0, -1)
    tries = (_picked(project, ranked, core, sizes, _Size(most, limit)) for limit in limits)
    picked = next(one for one in tries if one.size.spoken <= most_spoken(int(one.size.cards)))
    taken, kept = picked.taken, picked.kept
    names = {match.definition.id for match in taken}
    dropped = _core_anyway(project, parent, {*names, *kept})
    later = [id for id in core if id not in (*names, *kept, *dropped)]
    gaps = uncovered(project, advert, company)
    told = (
        f"from the advert: {_counted(project, names)}",
        *_listed("the advert names, and nothing covers", gaps),
        *_listed(f"core of {parent.id} that the advert does not mention, kept", kept),
        *_listed("left out, for want of room in the core (see `drop`)", dropped),
        *_listed("in the deck, and no longer core", later),
        f"the core has {picked.size.cards} cards",
    )
    text = _yaml(project, taken, kept, dropped)
    return Core(text, told, tuple(taken), tuple(kept), tuple(dropped), gaps)


def _picked(
    project: Project,
    ranked: Sequence[Match],
    core: Sequence[str],
    sizes: Mapping[str, _Size],
    most: _Size,
) -> _Picked:
    """What the advert asks for, and then as much of the parent's `core`, best first, as has room.

    Who you are is asked everywhere: those questions keep their room from the beginning.
    """
    always = {id: sizes[id] for id in core if project.definitions[id].kind in _ALWAYS}
    spent = _sum(always.values())
    room = _Size(*(max(m - s, m * _AT_LEAST / _USED) for m, s in zip(most, spent, strict=True)))
    taken = _within(ranked, {id: size for id, size in sizes.items() if id not in always}, room)
    asked = {match.definition.id for match in taken}
    sure = sum(sizes[id].spoken for id in core if id not in asked and _is_pitch(project, id))
    aloud = {id: _Size(0, size.spoken) for id, size in sizes.items()}
    taken = _within(taken, aloud, _Size(0, most.spoken - sure))
    names = {match.definition.id for match in taken}
    size = _sum(sizes[id] for id in names)
    kept = []
    for id in core:
        both = _sum((size, sizes[id]))
        if id not in names and both.cards <= most.cards and both.spoken <= most.spoken:
            kept.append(id)
            size = both
    return _Picked(taken, kept, size)


def _sum(sizes: Iterable[_Size]) -> _Size:
    sizes = list(sizes)
    return _Size(sum(size.cards for size in sizes), sum(size.spoken for size in sizes))


def _is_pitch(project: Project, id: str) -> bool:
    value = project.definitions[id].value
    return isinstance(value, Question) and value.type == "pitch"


def _core_anyway(project: Project, parent: Role, ids: set[str]) -> list[str]:
    """What a role with this core would have as core besides, from its parent."""
    value = model.Role(title="", extends=parent.id, core=(Selector(id=tuple(sorted(ids))),))
    role = replace(parent, id="", value=value, own={}, overrides={}, chain=("", *parent.chain))
    heirs = replace(project, roles={**project.roles, "": role})
    chosen = select(heirs, role)[0].chosen
    return [c.definition.id for c in chosen if c.core and c.definition.id not in ids]


def nearest_role(project: Project, text: str) -> Role:
    """The public role whose title and core are most like the advert. Raises `Trouble`."""
    advert = read_advert(text)
    found = matches(Catalogue(project), advert)
    roles = [r for r in project.roles.values() if not r.private and r.retired is None]
    roles = [role for role in roles if project.side(role) == "candidate" and role.value]
    if not roles:
        raise Trouble("there is no public role to begin from", help="prepdeck new role ID --public")
    return max(roles, key=lambda role: _nearness(project, role, advert, found))


def _nearness(
    project: Project, role: Role, advert: Advert, found: Mapping[str, Match]
) -> tuple[float, str]:
    """By the words of the titles, and by what of the role's core the advert asks for."""
    title = {word.stem for word in words_of(role.title)}
    theirs = {word.stem for word in words_of(advert.title)}
    core = [c.definition.id for c in select(project, role)[0].chosen if c.core]
    asked = sum(min(found[id].score, 1.0) for id in core if id in found)
    alike = len(title & theirs) / len(title | theirs) if title else 0.0
    return alike + 2 * asked / max(len(core), 1), role.id


def _ranked(found: Mapping[str, Match], deck: Mapping[str, bool]) -> list[Match]:
    """The best of each kind, best first; the score is weighed by what the parent's deck has."""
    weighed = []
    for id, match in found.items():
        kind = match.definition.kind
        weight = (_CORE if deck[id] else _IN_DECK) if id in deck else _ELSEWHERE
        score = match.score * weight
        if kind in _MOST and score >= _LEAST and (match.named or kind not in _BY_NAME):
            weighed.append(match._replace(score=score))
    weighed.sort(key=lambda match: (-match.score, match.definition.id))
    left = dict(_MOST)
    best = []
    for match in weighed:
        kind = match.definition.kind
        if left[kind]:
            left[kind] -= 1
            best.append(match)
    return best


def _within(ranked: Sequence[Match], sizes: Mapping[str, _Size], room: _Size) -> list[Match]:
    """Those that fit, named ones first, then the best. What `sizes` has not costs no room."""
    taken = []
    for match in sorted(ranked, key=lambda match: not match.named):
        size = sizes.get(match.definition.id, _Size(0, 0))
        if size.cards <= room.cards and size.spoken <= room.spoken:
            taken.append(match)
            room = _Size(room.cards - size.cards, room.spoken - size.spoken)
    return sorted(taken, key=lambda match: -match.score)


def _sizes(project: Project, parent: Role, ids: set[str]) -> dict[str, _Size]:
    """What each would bring as core."""
    chosen = tuple(Chosen(project.definitions[id], None, True) for id in sorted(ids))
    renders, _ = renderer(project)
    deck, _ = renders.deck(Selection(replace(parent, answers={}), chosen, frozenset(ids)))
    places = {project.definitions[id].at: id for id in ids}
    sizes = dict.fromkeys(ids, _Size(0, 0))
    for note in deck.notes:
        cards = len(note.cards)
        more = _Size(cards, cards * deck.notetypes[note.notetype].spoken)
        sizes[places[note.at]] = _sum((sizes[places[note.at]], more))
    return sizes


def _last(project: Project, found: Mapping[str, Match], id: str) -> tuple[bool, bool, float, bool]:
    """What stays longest comes first: who you are is asked everywhere, then what is near.

    Of two that are as near, a story: past cases tell most, and are asked most.
    """
    one = project.definitions[id]
    # Below a tenth, shared words are chance.
    score = round(found[id].score, 1) if id in found else 0.0
    return one.kind not in _ALWAYS, not _is_pitch(project, id), -score, one.type != "story"


def _yaml(
    project: Project, taken: Sequence[Match], kept: Sequence[str], dropped: Sequence[str]
) -> str:
    named = [(match.definition.id, ", ".join(match.words)) for match in taken]
    text = commented("What the advert asks for, best first; beside each id the words that decided.")
    text += "core:\n" + _selectors(project, named)
    if kept:
        text += commented("What the role above has as core, whatever an advert says.", "  ")
        text += _selectors(project, [(id, "") for id in kept])
    if dropped:
        text += commented(
            "Core of the role above that the advert does not mention and that finds no room here."
            "\nTake a line out to have it back."
        )
        text += "drop:\n" + _selectors(project, [(id, "") for id in dropped])
    return text


def _selectors(project: Project, ids: Iterable[tuple[str, str]]) -> str:
    """Ids by kind, each with what is said of it."""
    by_kind: dict[str, str] = {}
    for id, said in ids:
        kind = project.definitions[id].kind
        line = f"      - {id}  # {said}" if said else f"      - {id}"
        by_kind[kind] = f"{by_kind.get(kind, '')}{line}\n"
    return "".join(
        f"  - kind: {kind}\n    id:\n{by_kind[kind]}" for kind in KINDS if kind in by_kind
    )


def _counted(project: Project, ids: Iterable[str]) -> str:
    numbers: dict[str, int] = {}
    for id in ids:
        kind = project.definitions[id].kind
        numbers[kind] = numbers.get(kind, 0) + 1
    named = ((numbers[kind], KINDS[kind]) for kind in KINDS if kind in numbers)
    return ", ".join(f"{n} {cls.kind if n == 1 else cls.plural}" for n, cls in named)


def _listed(what: str, names: Sequence[str]) -> Iterator[str]:
    if names:
        yield from textwrap.wrap(
            f"{what}: {', '.join(names)}", 98, subsequent_indent="  ", break_on_hyphens=False
        )
