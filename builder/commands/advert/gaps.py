"""What an advert names and a project does not: products, abbreviations, certificates."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from builder.commands.advert.words import Advert, Word
from builder.project import Project

Line = Sequence[Word]

#: Capitalised in English, and no product: days, months, languages, places, what stands in adverts.
_ORDINARY = frozenset(
    re.findall(
        r"\S+",
        """
        monday tuesday wednesday thursday friday saturday sunday january february march april may
        june july august september october november december christmas easter i
        english german french spanish italian portuguese dutch polish czech swedish danish
        norwegian finnish russian ukrainian turkish arabic hindi mandarin cantonese chinese japanese
        korean greek romanian hungarian european american british canadian irish
        engineering finance legal marketing
        europe america asia africa emea apac dach us usa uk eu canada ireland germany england
        cv hr pto eoe eeo ote llc inc ltd gmbh cad usd eur gbp chf aud est pst cst gmt cet utc am pm
        wpm ged m f d x id ceo cto coo hq it pc
        """,
    )
)
_CERTIFICATE = re.compile(r"certif", re.IGNORECASE)
_PLUS = re.compile(
    r"(?:is|would be) (?:an? |very |also )?(?:plus|nice|advantage|bonus|preferred|required|welcome"
    r"|desirable|helpful|must)|or [A-Z]"
)
#: In its first lines an advert says what they are looking for, and where.
_FIRST = 4
_WE = {"we", "our", "us"}
_NUMBERS = {"one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"}


@dataclass(frozen=True)
class _Known:
    """What needs no telling: what the project says anywhere, and what the advert says of itself."""

    text: str
    words: frozenset[str]
    small: frozenset[str]
    own: frozenset[str]


def uncovered(project: Project, advert: Advert) -> tuple[str, ...]:
    """Names in the advert that stand nowhere in the project, in the advert's order."""
    known = _known(project, advert)
    found: dict[str, None] = {}
    for line in advert.lines:
        for name, certificate in _names(line, known):
            if not _covered(name, certificate, known):
                found.setdefault(" ".join(word.text for word in name))
    # "REST API" says "API" too.
    parts = {part for name in found if " " in name for part in name.split()}
    return tuple(name for name in found if name not in parts)


def _known(project: Project, advert: Advert) -> _Known:
    texts = [leaf.scalar.text for one in project.definitions.values() for leaf in one.leaves]
    texts += [*project.topics.values(), *(role.title for role in project.roles.values())]
    text = " ".join(re.sub(r"[^\w+&/.']+", " ", " ".join(texts)).split())
    words = frozenset(word.strip(".'") for word in text.split())
    everywhere = [*advert.lines, *advert.about]
    small = {w.text for line in everywhere for w in line if w.text.islower()}
    small |= {word for word in words if word.islower()}
    own = [w.text for line in (*advert.about, *advert.head) for w in line]
    own += re.findall(r"\w+", f"{advert.company} {advert.title}")
    # "Join Moorland Energy" names the employer wherever it stands, and where they say what
    # they are looking for, "in Dublin" names the place.
    own += [b.text for line in everywhere for a, b in pairwise(line) if a.text.lower() == "join"]
    told = [line for line in advert.lines[:_FIRST] if {word.text.lower() for word in line} & _WE]
    own += [b.text for line in told for a, b in pairwise(line) if a.text == "in"]
    return _Known(
        f" {text.lower()} ",
        frozenset(word.lower() for word in words),
        frozenset(small),
        frozenset(word.lower() for word in own),
    )


def _names(line: Line, known: _Known) -> Iterator[tuple[Sequence[Word], bool]]:
    """Runs of words that are written as names are, and whether each is a certificate's."""
    line = [word for word in line if "-" not in word.text]
    long = [word for word in line if len(word.text) > 3]
    if len(long) > 1 and all(word.text[0].isupper() for word in long):
        if not any(map(_odd, line)):
            return  # a heading
    run: list[Word] = []
    for place, word in enumerate(line):
        name = _capital(word, place, line, known)
        # Inside a name any word may stand: Zendesk Support Administrator.
        name = name or bool(run and word.text.istitle() and word.text.lower() in known.own)
        if run and (word.apart or not name):
            if not word.apart and re.fullmatch(r"\d+|[A-Z]\+*", word.text):
                continue  # Windows 11, Erlang C
            # A certificate's name may be made of words of every day.
            certificate = any(_CERTIFICATE.search(near.text) for near in line[place : place + 2])
            if certificate or any(_telling(one, known) for one in run):
                yield run, certificate
            run = []
        if name:
            run.append(word)
    if any(_telling(word, known) for word in run):
        yield run, False


def _capital(word: Word, place: int, line: Line, known: _Known) -> bool:
    small = word.text.lower()
    if small in _ORDINARY or small in known.own or not word.text[0].isalpha():
        return False
    if _odd(word):
        return True
    if not word.text[0].isupper():
        return False
    # Every sentence begins with a capital. "Python is a plus" is one that begins with a name, and
    # so is a list of names: "Kubernetes, AWS".
    after = " ".join(near.text for near in line[place + 1 : place + 4])
    # Of a name such as Six Sigma, the number is a part.
    listed = any(
        (near.apart or small in _NUMBERS) and near.text[0].isupper()
        for near in line[place + 1 : place + 2]
    )
    return not word.starts or listed or bool(_PLUS.match(after))


def _odd(word: Word) -> bool:
    """Capitals where no sentence puts them: SQL, ChurnZero, A+."""
    text = word.text.removesuffix("s")
    if text.endswith("+"):
        return True
    return sum(map(str.isupper, text)) > 1 and len(text) <= (6 if text.isupper() else 14)


def _telling(word: Word, known: _Known) -> bool:
    """Not a word of every day that happens to have a capital."""
    return _odd(word) or word.text.lower() not in known.small


def _covered(name: Sequence[Word], certificate: bool, known: _Known) -> bool:
    said = " ".join(word.text for word in name).lower()
    if f" {said} " in known.text or f" {said.removesuffix('s')} " in known.text:
        return True
    rest = [word for word in name if _telling(word, known)]
    return not certificate and all(
        {word.text.lower(), word.text.lower().removesuffix("s")} & known.words for word in rest
    )
