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
    kind_name = wording.kind.name
    for leaf in wording.leaves:
        word_limit, text = wording.measures.most_words(kind_name, leaf.path), leaf.scalar.text
        # A text has at most one word more than gaps: most texts need no counting.
        if word_limit is None or text.count(" ") + text.count("\n") < word_limit:
            continue
        word_count = sum(map(_has_letter, VARIABLE.sub("x", text).split()))
        if word_count > word_limit:
            path_keys = [step for step in leaf.path if isinstance(step, str)]
            limit_name = ".".join([kind_name, *path_keys])
            yield Finding(
                f"{word_count} words; the limit for `{limit_name}` is {word_limit}",
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
    item_limit = wording.measures.limits.list_items
    for leaves in wording.texts.values():
        for leaf in leaves:
            # The first item too many. A list that is too long for its kind is a wrong value.
            if leaf.path[-1] == item_limit:
                item_count = sum(sibling.path[:-1] == leaf.path[:-1] for sibling in leaves)
                if item_count <= (wording.kind.shape.keys[str(leaf.path[0])].most or sys.maxsize):
                    yield _long_list(item_count, item_limit, leaf.scalar.span)
            text = leaf.scalar.text
            # Each item begins on a line of its own: most texts need no parsing.
            if text.count("\n") >= item_limit and len(_ITEM.findall(text)) > item_limit:
                for item_lines in lists(text) if _is_prose(leaf) else ():
                    if len(item_lines) > item_limit:
                        yield _long_list(
                            len(item_lines), item_limit, _line_span(leaf, item_lines[item_limit])
                        )


def _long_list(item_count: int, item_limit: int, span: Span) -> Finding:
    return Finding(
        f"{item_count} items; the limit for a list is {item_limit}",
        span,
        "remove the weakest, or make two definitions of it",
    )


def _is_prose(leaf: Leaf) -> bool:
    """Whether Markdown lists are read in it; in a text of one line they are not."""
    return leaf.shape.type in ("prose", "cloze")


def _line_span(leaf: Leaf, line_position: int) -> Span:
    """The span of one line of a text, from 0, without the blanks around it."""
    lines_before = leaf.scalar.text.split("\n")[: line_position + 1]
    line = lines_before.pop()
    line_offset = sum(len(earlier_line) + 1 for earlier_line in lines_before)
    start_offset = line_offset + len(line) - len(line.lstrip())
    return leaf.scalar.within(start_offset, start_offset + len(line.strip()))


@rule("unknown-key", Severity.ERROR, of=PROJECT, section=Section.SCHEMA)
def limits_are_of_texts(project: Project) -> Iterator[Finding]:
    """`limits.words` names kinds, and keys of theirs that hold prose."""
    limits_node, _ = at_path(project.settings.node, ("limits",))
    word_limits_node = limits_node.get("words") if isinstance(limits_node, MappingNode) else None
    for limit_name, limit_entry in (
        word_limits_node.entries.items() if isinstance(word_limits_node, MappingNode) else ()
    ):
        kind_name, _, key_path = limit_name.partition(".")
        kind = project.kinds.get(kind_name)
        if kind is not None and not kind.is_sound:
            continue
        limited_shape = (
            (kind.shape.at(key_path) if key_path else kind.shape) if kind is not None else None
        )
        if limited_shape is None or not _holds_prose(limited_shape):
            help = "write a kind, or a kind, a full stop and a key"
            help = did_you_mean(limit_name, project.kinds.word_limits) or help
            yield Finding(f"no text is called `{limit_name}`", limit_entry.key.span, help)


def _holds_prose(shape: Shape) -> bool:
    return any(inner_shape.is_markdown for _, inner_shape in shape.below())
