"""`new role --from-ad`: the core that a job advert asks for, and what is said of it."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from builder.commands.advert.catalogue import COMMON, Catalogue
from builder.commands.advert.gaps import uncovered
from builder.commands.advert.match import LEAST, Match, matches
from builder.commands.advert.words import Advert, read_advert, words_of
from builder.edit.written import commented
from builder.findings import PrepdeckError
from builder.model import KINDS, Question
from builder.project import Definition, Project, Role
from builder.render import renderer
from builder.select import Chosen, Selection, select
from builder.study.order import most_spoken

#: What it is worth that the parent has a definition as core: a coach chose it. And what a match
#: counts for that the parent's deck has not: it is another job's.
_CHOSEN, _ELSEWHERE = 0.5, 0.5
#: Under this nearness the nearest role is another trade's: adverts for its own have 0.45 and more,
#: those of other trades 0.25 at most.
_NEAR = 0.35
#: A third of an English text are common words; of a German or French one, a twentieth at most. An
#: advert may also be a mere list of names that the deck has.
_OF_COMMON, _OF_KNOWN = 0.12, 0.5


class Read(NamedTuple):
    """An advert beside a project: what it asks for, by id, what it names that nothing covers, and
    the public role that is nearest to it, and how near.
    """

    advert: Advert
    found: Mapping[str, Match]
    gaps: tuple[str, ...]
    nearest: Role
    nearness: float


class Core(NamedTuple):
    """`text`: the role's `core` and `later`, as YAML. `told`: what there is to say, a line each.

    `taken`: what the advert asks for, best first; `kept` and `later`: what of the parent's core
    it does not surely ask for, and stays first or comes later; `unsaid`: what of it the advert has
    nothing to do with.
    """

    text: str
    told: tuple[str, ...]
    taken: tuple[Match, ...]
    kept: tuple[str, ...]
    later: tuple[str, ...]
    unsaid: tuple[str, ...]


class _Size(NamedTuple):
    """What definitions bring to a core: cards, and how many of them are answered aloud."""

    cards: int
    spoken: int


def read(project: Project, text: str, company: str = "") -> Read:
    """What the advert asks for. Raises `PrepdeckError` when that is nothing, or in another language."""
    advert = read_advert(text, company)
    catalogue = Catalogue(project)
    if project.settings.value.language == "en" and _is_foreign(catalogue, advert):
        raise PrepdeckError(
            "the advert is not in the language of the deck, English",
            help="translate it, also by machine, and give that; or leave --from-ad out",
        )
    found = matches(catalogue, advert.lines)
    if not any(match.is_sure for match in found.values()):
        raise PrepdeckError(
            "the advert asks for nothing that the catalogue has",
            help="give its text alone, as plain text; or leave --from-ad out",
        )
    roles = [r for r in project.roles.values() if not r.private and r.retired is None]
    roles = [role for role in roles if project.side(role) == "candidate" and role.value]
    if not roles:
        raise PrepdeckError(
            "there is no public role to begin from", help="prepdeck new role ID --public"
        )
    near = {role.id: _nearness(project, role, advert, found) for role in roles}
    nearest = max(roles, key=lambda role: (near[role.id], role.id))
    return Read(advert, found, uncovered(project, advert), nearest, near[nearest.id])


def _is_foreign(catalogue: Catalogue, advert: Advert) -> bool:
    words = [word for line in (*advert.lines, *advert.about) for word in line]
    common = sum(word.stem in COMMON for word in words)
    known = sum(word.stem in catalogue.rarity for word in words)
    return common < _OF_COMMON * len(words) and known < _OF_KNOWN * len(words)


def _nearness(project: Project, role: Role, advert: Advert, found: Mapping[str, Match]) -> float:
    """By the words of the titles, and by what of the role's core the advert asks for."""
    title = {word.stem for word in words_of(role.title)}
    theirs = {word.stem for word in words_of(advert.title)}
    core = [c.definition.id for c in select(project, role)[0].chosen if c.core]
    asked = sum(min(found[id].score, 1.0) for id in core if id in found)
    alike = len(title & theirs) / len(title | theirs) if title else 0.0
    return alike + 2 * asked / max(len(core), 1)


def core_for(project: Project, parent: Role, id: str, read: Read) -> Core:
    """The core of the role `id`: what the advert asks for and the best of the parent's, as many
    cards as a core may have. The rest of the parent's core comes later: it stays in the deck.
    """
    deck = {c.definition.id: c.core for c in select(project, parent)[0].chosen}
    core = [one for one, is_core in deck.items() if is_core]
    worth = dict.fromkeys(core, _CHOSEN)
    for one, match in read.found.items():
        score = match.score * (1.0 if one in deck else _ELSEWHERE)
        worth[one] = worth.get(one, 0.0) + score
    # Who you are is asked everywhere, whatever an advert says.
    sure = {one for one in core if _is_pitch(project, one)}
    asked = {one: match for one, match in read.found.items() if match.is_sure}
    wishes = sorted({*core, *asked}, key=lambda one: (one not in sure, -worth[one], one))
    names = _fitting(project, wishes, _sizes(project, parent, {*wishes}))
    taken = [asked[one] for one in names if one in asked]
    taken.sort(key=lambda match: (-match.score, match.definition.id))
    kept = [one for one in names if one not in asked]
    later = [one for one in core if one not in names]
    unsaid = [one for one in core if one not in read.found or read.found[one].score < LEAST]
    doubt = (
        f"warning: the advert has little to do with any role here, even with {read.nearest.id}:"
        " is it one of another trade?"
    )
    told = (
        *_wrapped(doubt if read.nearness < _NEAR else ""),
        *_wrapped(f"from the advert: {_counted(match.definition.kind for match in taken)}"),
        *_listed("the advert names, and nothing covers", read.gaps),
        *_listed(f"core of {parent.id} that the advert does not mention", unsaid),
        f"of its core {len(core) - len(later)} stay first"
        + (f" and {len(later)} come later: " if later else ": ")
        + f"prepdeck ls --role {id}",
    )
    return Core(
        _yaml(taken, later, project), told, tuple(taken), tuple(kept), tuple(later), tuple(unsaid)
    )


def _fitting(project: Project, wishes: Sequence[str], sizes: Mapping[str, _Size]) -> list[str]:
    """The first of the wishes, as far as a core has room, for cards to be said aloud too."""
    most = project.settings.value.limits.core_cards
    # As many spoken ones as a full core may have; fewer where it does not become full.
    for limit in range(most_spoken(most), -1, -1):
        names, cards, spoken = [], 0, 0
        for id in wishes:
            size = sizes[id]
            if cards + size.cards <= most and spoken + size.spoken <= limit:
                names.append(id)
                cards, spoken = cards + size.cards, spoken + size.spoken
        if spoken <= most_spoken(cards):
            break
    return names


def _is_pitch(project: Project, id: str) -> bool:
    value = project.definitions[id].value
    return isinstance(value, Question) and value.type == "pitch"


def _sizes(project: Project, parent: Role, ids: set[str]) -> dict[str, _Size]:
    """What each would bring as core."""
    chosen = tuple(Chosen(project.definitions[id], None, True) for id in sorted(ids))
    renders, _ = renderer(project)
    deck, _ = renders.deck(Selection(replace(parent, answers={}), chosen, frozenset(ids)))
    places = {project.definitions[id].span: id for id in ids}
    sizes = dict.fromkeys(ids, _Size(0, 0))
    for note in deck.notes:
        cards, spoken = sizes[places[note.span]]
        aloud = len(note.cards) * deck.notetypes[note.notetype].spoken
        sizes[places[note.span]] = _Size(cards + len(note.cards), spoken + aloud)
    return sizes


def _yaml(taken: Sequence[Match], later: Sequence[str], project: Project) -> str:
    named = [(match.definition, ", ".join(match.words)) for match in taken]
    text = commented("What the advert asks for, best first; beside each id the words that decided.")
    text += "core:\n" + _selectors(named)
    if later:
        text += commented(
            "Core of the role above that has no room beside it: in the deck, behind the rest."
            "\nTake a line out, here and above, to have another one first."
        )
        text += "later:\n" + _selectors((project.definitions[id], "") for id in later)
    return text


def _selectors(definitions: Iterable[tuple[Definition, str]]) -> str:
    """Ids by kind, each with what is said of it."""
    by_kind: dict[str, str] = {}
    for one, said in definitions:
        line = f"      - {one.id}  # {said}" if said else f"      - {one.id}"
        by_kind[one.kind] = f"{by_kind.get(one.kind, '')}{line}\n"
    return "".join(
        f"  - kind: {kind}\n    id:\n{by_kind[kind]}" for kind in KINDS if kind in by_kind
    )


def _counted(kinds: Iterable[str]) -> str:
    numbers = Counter(kinds)
    named = ((numbers[kind], KINDS[kind]) for kind in KINDS if kind in numbers)
    return ", ".join(f"{n} {cls.kind if n == 1 else cls.plural}" for n, cls in named)


def _listed(what: str, names: Sequence[str]) -> Iterator[str]:
    if names:
        yield from _wrapped(f"{what}: {', '.join(names)}")


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, 98, subsequent_indent="  ", break_on_hyphens=False)
