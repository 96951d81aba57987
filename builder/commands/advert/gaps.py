"""What an advert names and a project does not have: products, abbreviations, certificates."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from builder.commands.advert.lines import Advert, Token
from builder.project import Project

#: Capitalised in English, but no products: days, months, languages, places, common abbreviations.
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
#: How many first lines say what the employer is looking for, and where.
_FIRST = 4
_WE = {"we", "our", "us"}
_NUMBERS = {"one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"}


@dataclass(frozen=True)
class _Vocabulary:
    """Words that are no gaps, all in small letters.

    `text`: every text of the project with single blanks, to find names of several words. `covered`:
    each word of it. `everyday`: words that the advert or the project also writes in small letters.
    `employer`: words of the advert about the employer and the place.
    """

    text: str
    covered: frozenset[str]
    everyday: frozenset[str]
    employer: frozenset[str]


class _Name(NamedTuple):
    """A name in the advert; `certificate`: the name of a certificate."""

    tokens: tuple[Token, ...]
    certificate: bool


def uncovered(project: Project, advert: Advert) -> tuple[str, ...]:
    """Names in the advert that are nowhere in the project, in the advert's order."""
    vocabulary = _vocabulary(project, advert)
    gaps: dict[str, None] = {}
    for line in advert.lines:
        for name in _names(line, vocabulary):
            if not _is_covered(name, vocabulary):
                gaps.setdefault(" ".join(token.text for token in name.tokens))
    # "REST API" contains "API".
    gap_parts = {part for gap in gaps if " " in gap for part in gap.split()}
    return tuple(gap for gap in gaps if gap not in gap_parts)


def _vocabulary(project: Project, advert: Advert) -> _Vocabulary:
    project_texts = [
        leaf.scalar.text
        for definition in project.definitions.values()
        for leaf in definition.leaves
    ]
    project_texts += [*project.topics.values(), *(role.title for role in project.roles.values())]
    joined_text = " ".join(re.sub(r"[^\w+&/.']+", " ", " ".join(project_texts)).split())
    project_words = frozenset(word.strip(".'") for word in joined_text.split())
    advert_lines = [*advert.lines, *advert.about]
    everyday_words = {token.text for line in advert_lines for token in line if token.text.islower()}
    everyday_words |= {word for word in project_words if word.islower()}
    employer_words = [token.text for line in (*advert.about, *advert.head) for token in line]
    employer_words += re.findall(r"\w+", f"{advert.company} {advert.title}")
    # "Join Moorland Energy" names the employer in any line, and "in Dublin" names the place in
    # lines that say what the employer is looking for.
    employer_words += [
        next_token.text
        for line in advert_lines
        for token, next_token in pairwise(line)
        if token.text.lower() == "join"
    ]
    opening_we_lines = [
        line for line in advert.lines[:_FIRST] if {token.text.lower() for token in line} & _WE
    ]
    employer_words += [
        next_token.text
        for line in opening_we_lines
        for token, next_token in pairwise(line)
        if token.text == "in"
    ]
    return _Vocabulary(
        f" {joined_text.lower()} ",
        frozenset(word.lower() for word in project_words),
        frozenset(everyday_words),
        frozenset(word.lower() for word in employer_words),
    )


def _names(line: Sequence[Token], vocabulary: _Vocabulary) -> Iterator[_Name]:
    """Runs of words that are written as names are."""
    line = [token for token in line if "-" not in token.text]
    long_tokens = [token for token in line if len(token.text) > 3]
    if len(long_tokens) > 1 and all(token.text[0].isupper() for token in long_tokens):
        if not any(map(_is_odd, line)):
            return  # a heading
    name_run: list[Token] = []
    for token_position, token in enumerate(line):
        in_name = _is_capital(token_position, line, vocabulary)
        # A name may contain words of the employer's: Zendesk Support Administrator.
        in_name |= bool(
            name_run and token.text.istitle() and token.text.lower() in vocabulary.employer
        )
        if name_run and (token.apart or not in_name):
            if not token.apart and re.fullmatch(r"\d+|[A-Z]\+*", token.text):
                continue  # Windows 11, Erlang C
            # The name of a certificate may consist of everyday words.
            next_tokens = line[token_position : token_position + 2]
            is_certificate = any(_CERTIFICATE.search(next_token.text) for next_token in next_tokens)
            if is_certificate or any(_is_rare(run_token, vocabulary) for run_token in name_run):
                yield _Name(tuple(name_run), is_certificate)
            name_run = []
        if in_name:
            name_run.append(token)
    if any(_is_rare(token, vocabulary) for token in name_run):
        yield _Name(tuple(name_run), False)


def _is_capital(position: int, line: Sequence[Token], vocabulary: _Vocabulary) -> bool:
    """Whether the word has a capital letter that shows a name."""
    token = line[position]
    lower_text = token.text.lower()
    if lower_text in _ORDINARY or lower_text in vocabulary.employer or not token.text[0].isalpha():
        return False
    if _is_odd(token):
        return True
    if not token.text[0].isupper():
        return False
    # Every sentence begins with a capital letter. "Python is a plus" begins with a name, and so
    # does a list of names: "Kubernetes, AWS".
    following_text = " ".join(next_token.text for next_token in line[position + 1 : position + 4])
    # In a name such as Six Sigma, the number is a part.
    in_list = any(
        (next_token.apart or lower_text in _NUMBERS) and next_token.text[0].isupper()
        for next_token in line[position + 1 : position + 2]
    )
    return not token.starts or in_list or bool(_PLUS.match(following_text))


def _is_odd(token: Token) -> bool:
    """Whether it has capitals where a sentence has none: SQL, ChurnZero, A+."""
    singular_text = token.text.removesuffix("s")
    if singular_text.endswith("+"):
        return True
    most_letters = 6 if singular_text.isupper() else 14
    return sum(map(str.isupper, singular_text)) > 1 and len(singular_text) <= most_letters


def _is_rare(token: Token, vocabulary: _Vocabulary) -> bool:
    """Whether it is more than an everyday word with a capital letter."""
    return _is_odd(token) or token.text.lower() not in vocabulary.everyday


def _is_covered(name: _Name, vocabulary: _Vocabulary) -> bool:
    name_text = " ".join(token.text for token in name.tokens).lower()
    if f" {name_text} " in vocabulary.text or f" {name_text.removesuffix('s')} " in vocabulary.text:
        return True
    rare_tokens = [token for token in name.tokens if _is_rare(token, vocabulary)]
    return not name.certificate and all(
        {token.text.lower(), token.text.lower().removesuffix("s")} & vocabulary.covered
        for token in rare_tokens
    )
