"""Checks of what texts hold, in any language: their length, what they give away, what has aged."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator

from builder.findings import Diagnostic, Span, did_you_mean
from builder.lint.alike import percentages_vary
from builder.lint.texts import Judged, judged
from builder.lint.wording import rules_of_english
from builder.model import KINDS, WORDS, Kpi
from builder.project import Project
from builder.render.text import VARIABLE, lists
from builder.schema import Leaf, Shape, at_path, shape_of
from builder.source import MappingNode

Rule = Callable[[Judged], Iterator[Diagnostic]]


def texts_are_fit_to_learn(project: Project) -> Iterator[Diagnostic]:
    """Each definition through every rule about its own texts. English has rules of its own."""
    rules: list[Rule] = [
        *(_length(project), _items(project), percentages_vary()),
        *(_age_of_benchmarks(project), personal_data),
    ]
    if project.settings.value.language == "en":
        rules += rules_of_english(project)
    for one in judged(project):
        for rule in rules:
            yield from rule(one)


def _length(project: Project) -> Rule:
    """`too-long`: more words than `limits` gives a text of that kind and key."""
    limits = {**WORDS, **project.settings.value.limits.words}
    known: dict[str, dict[tuple[str | int, ...], int]] = {kind: {} for kind in KINDS}

    def rule(one: Judged) -> Iterator[Diagnostic]:
        kind = one.definition.kind
        of_paths = known[kind]
        for leaves in one.texts.values():
            for leaf in leaves:
                limit, text = of_paths.get(leaf.path), leaf.scalar.text
                if limit is None:
                    limit = of_paths[leaf.path] = _limit(limits, kind, leaf.path)
                # At most as many words as gaps and one: most texts need no counting.
                if text.count(" ") < limit and text.count(" ") + text.count("\n") < limit:
                    continue
                words = sum(map(_has_letter, VARIABLE.sub("x", text).split()))
                if words > limit:
                    name = ".".join([kind, *(step for step in leaf.path if isinstance(step, str))])
                    yield one.found(
                        "too-long",
                        f"{words} words; `{name}` has at most {limit}",
                        leaf.scalar.span,
                        "say the one thing; the rest is another definition, or nothing",
                    )

    return rule


def _has_letter(word: str) -> bool:
    """A dash between blanks is no word."""
    return word.isalnum() or any(map(str.isalnum, word))


def _limit(limits: dict[str, int], kind: str, path: tuple[str | int, ...]) -> int:
    """The limit of the nearest name at or above `path`; where none is, of no text ever written."""
    names = [kind, *(step for step in path if isinstance(step, str))]
    nearest = (".".join(names[:end]) for end in range(len(names), 0, -1))
    return next((limits[name] for name in nearest if name in limits), sys.maxsize)


#: What an item of a Markdown list begins with, whatever it stands in.
_ITEM = re.compile(r"^[ >]*(?:[-*+]|\d+[.)])\s", re.MULTILINE)


def _items(project: Project) -> Rule:
    """`too-long`: a list of more items than `limits` gives one, of texts or in Markdown."""
    limit = project.settings.value.limits.list_items

    def told(one: Judged, items: int, at: Span) -> Diagnostic:
        return one.found(
            "too-long",
            f"{items} items; a list has at most {limit}",
            at,
            "leave the weakest out, or make two definitions of it",
        )

    def rule(one: Judged) -> Iterator[Diagnostic]:
        for leaves in one.texts.values():
            for leaf in leaves:
                # A list of texts: this is the first item too many. Some the loader has refused.
                if leaf.path[-1] == limit:
                    items = sum(other.path[:-1] == leaf.path[:-1] for other in leaves)
                    if items <= _most(one.definition.kind, str(leaf.path[0])):
                        yield told(one, items, leaf.scalar.span)
                text = leaf.scalar.text
                # Each item has a line to begin on: most texts need no parsing.
                if text.count("\n") >= limit and len(_ITEM.findall(text)) > limit:
                    for lines in lists(text) if _is_prose(leaf) else ():
                        if len(lines) > limit:
                            yield told(one, len(lines), _line(leaf, lines[limit]))

    return rule


def _most(kind: str, key: str) -> int:
    """How many items the kind itself lets stand under a key."""
    keys = shape_of(KINDS[kind]).keys or {}
    return keys[key].most or sys.maxsize


def _is_prose(leaf: Leaf) -> bool:
    """A line has no lists: what looks like one stands there as it is written."""
    return leaf.shape.markup is not None and leaf.shape.markup.paragraphs


def _line(leaf: Leaf, number: int) -> Span:
    """The span of one line of a text, without the blanks around it."""
    before = leaf.scalar.text.split("\n")[: number + 1]
    line = before.pop()
    start = sum(len(part) + 1 for part in before) + len(line) - len(line.lstrip())
    return leaf.scalar.within(start, start + len(line.strip()))


def limits_are_of_texts(project: Project) -> Iterator[Diagnostic]:
    """`limits.words` names kinds, and keys of theirs that hold prose."""
    node, _ = at_path(project.settings.node, ("limits",))
    words = node.get("words") if isinstance(node, MappingNode) else None
    for name, entry in words.entries.items() if isinstance(words, MappingNode) else ():
        kind, *keys = name.split(".")
        shape = shape_of(KINDS[kind]) if kind in KINDS else None
        for key in keys:
            shape = shape and (shape.items or shape)
            shape = shape and (shape.keys or {}).get(key, shape.values)
        if shape is None or not _holds_prose(shape):
            yield Diagnostic(
                "unknown-key",
                f"no text is called `{name}`",
                entry.key.span,
                did_you_mean(name, WORDS) or "write a kind, and a key after a full stop",
            )


def _holds_prose(shape: Shape) -> bool:
    below = (*(shape.keys or {}).values(), shape.values, shape.items)
    return shape.markup is not None or any(_holds_prose(part) for part in below if part)


def _age_of_benchmarks(project: Project) -> Rule:
    """`old-benchmark`: older, by more years than `limits` says, than the newest source.

    Not than today: a build reads no clock, and a project that nobody touches stays as it was.
    """
    newest = max((book.year for book in project.sources.values() if book.year), default=0)
    years = project.settings.value.limits.benchmark_years

    def rule(one: Judged) -> Iterator[Diagnostic]:
        if "benchmark" not in one.texts:
            return
        value = one.definition.value
        if isinstance(value, Kpi) and value.benchmark and value.benchmark.year < newest - years:
            year = value.benchmark.year
            node, _ = at_path(one.definition.node, ("benchmark", "year"))
            yield one.found(
                "old-benchmark",
                f"a figure of {year}, {newest - year} years older than the newest source",
                node.span,
                "look for a newer one, or say under `silence` why this one still holds",
            )

    return rule


_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
#: Addresses that belong to nobody (RFC 2606).
_NOBODYS = re.compile(r"[@.](?:example(?:\.\w+)?|test|invalid|localhost)$", re.IGNORECASE)

#: With its country's number, or in the groups that only phone numbers have.
_PHONE = re.compile(
    r"(?<![\w+.,/-])(?:\+\d[\d ()/.-]{6,}\d"
    r"|\(?0\d{2,4}\)?[ /-]{1,3}\d[\d -]{4,}\d"
    r"|\(?[2-9]\d{2}\)?[ .-]\d{3}[ .-]\d{4})(?![\w-])"
)
#: Numbers set aside for stories.
_FICTION = re.compile(r"\b555[ .-]?01\d\d\b")


def personal_data(one: Judged) -> Iterator[Diagnostic]:
    """`personal-data`: how to reach somebody, in a deck that goes to everybody."""
    if not one.public:
        return
    for leaf in one.leaves if "@" in one.prose or one.has_long_number else ():
        text = leaf.scalar.text
        for what, pattern, nobodys in (
            ("an e-mail address", _MAIL, _NOBODYS),
            ("a phone number", _PHONE, _FICTION),
        ):
            for match in pattern.finditer(text):
                if not nobodys.search(match[0]):
                    yield one.found(
                        "personal-data",
                        f"`{match[0]}` is {what}",
                        leaf.scalar.within(*match.span()),
                        "take it out; an address at example.com belongs to nobody",
                    )
