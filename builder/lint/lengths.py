"""How long texts and lists may be, in any language."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator

from builder.findings import Finding, Section, Severity, Span, did_you_mean, rule
from builder.lint.subjects import DEFINITION, PROJECT, Wording
from builder.project import Project
from builder.render.text import VARIABLE, lists
from builder.shape.shape import Leaf, Shape
from builder.source import MappingNode
from builder.source.paths import at_path


@rule("too-long", Severity.WARNING, of=DEFINITION, section=Section.CONTENT, silenceable=True)
def texts_are_short(wording: Wording) -> Iterator[Finding]:
    """A text has at most the words that `limits` gives its kind and key."""
    kind = wording.kind.name
    for leaf in wording.leaves:
        limit, text = wording.measures.most_words(kind, leaf.path), leaf.scalar.text
        # A text has at most one word more than gaps: most texts need no counting.
        if limit is None or text.count(" ") + text.count("\n") < limit:
            continue
        length = sum(map(_has_letter, VARIABLE.sub("x", text).split()))
        if length > limit:
            name = ".".join([kind, *(step for step in leaf.path if isinstance(step, str))])
            yield Finding(
                f"{length} words; the limit for `{name}` is {limit}",
                leaf.scalar.span,
                "keep one point; remove the rest, or move it to another definition",
            )


def _has_letter(word: str) -> bool:
    """Whether it counts as a word: a dash between blanks does not."""
    return word.isalnum() or any(map(str.isalnum, word))


#: How an item of a Markdown list begins, whatever it stands in.
_ITEM = re.compile(r"^[ >]*(?:[-*+]|\d+[.)])\s", re.MULTILINE)


@rule("too-long", Severity.WARNING, of=DEFINITION, section=Section.CONTENT, silenceable=True)
def lists_are_short(wording: Wording) -> Iterator[Finding]:
    """A list, of texts or in Markdown, has at most the items that `limits` allows."""
    limit = wording.measures.limits.list_items
    for leaves in wording.texts.values():
        for leaf in leaves:
            # The first item too many. A list that is too long for its kind is a wrong value.
            if leaf.path[-1] == limit:
                items = sum(sibling.path[:-1] == leaf.path[:-1] for sibling in leaves)
                if items <= (wording.kind.shape.keys[str(leaf.path[0])].most or sys.maxsize):
                    yield _long_list(items, limit, leaf.scalar.span)
            text = leaf.scalar.text
            # Each item begins on a line of its own: most texts need no parsing.
            if text.count("\n") >= limit and len(_ITEM.findall(text)) > limit:
                for lines in lists(text) if _is_prose(leaf) else ():
                    if len(lines) > limit:
                        yield _long_list(len(lines), limit, _line_span(leaf, lines[limit]))


def _long_list(items: int, limit: int, span: Span) -> Finding:
    return Finding(
        f"{items} items; the limit for a list is {limit}",
        span,
        "remove the weakest, or make two definitions of it",
    )


def _is_prose(leaf: Leaf) -> bool:
    """Whether Markdown lists are read in it; in a text of one line they are not."""
    return leaf.shape.type == "prose"


def _line_span(leaf: Leaf, number: int) -> Span:
    """The span of one line of a text, from 0, without the blanks around it."""
    before = leaf.scalar.text.split("\n")[: number + 1]
    line = before.pop()
    start = sum(len(part) + 1 for part in before) + len(line) - len(line.lstrip())
    return leaf.scalar.within(start, start + len(line.strip()))


@rule("unknown-key", Severity.ERROR, of=PROJECT, section=Section.SCHEMA)
def limits_are_of_texts(project: Project) -> Iterator[Finding]:
    """`limits.words` names kinds, and keys of theirs that hold prose."""
    node, _ = at_path(project.settings.node, ("limits",))
    limits = node.get("words") if isinstance(node, MappingNode) else None
    for name, entry in limits.entries.items() if isinstance(limits, MappingNode) else ():
        kind_name, _, path = name.partition(".")
        kind = project.kinds.get(kind_name)
        if kind is not None and not kind.is_sound:
            continue
        shape = (kind.shape.at(path) if path else kind.shape) if kind is not None else None
        if shape is None or not _holds_prose(shape):
            help = "write a kind, or a kind, a full stop and a key"
            help = did_you_mean(name, project.kinds.word_limits) or help
            yield Finding(f"no text is called `{name}`", entry.key.span, help)


def _holds_prose(shape: Shape) -> bool:
    return any(part.is_markdown for _, part in shape.below())
