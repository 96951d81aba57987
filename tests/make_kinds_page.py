"""docs/kinds.md, from the `kind.yaml` files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from key_table import Key, keys, takes

from builder.load.kinds import kinds_of
from builder.model import Kind
from builder.model.kind_file import COMMON, KeyFile, KindFile
from builder.shape.annotations import shape_of
from builder.shape.shape import Choice, Shape

HEAD = """\
# Kinds

What a definition of each kind says. This page is made from the `kind.yaml` files in `templates/`,
which is where a kind is described. [A kind of your own](adding-a-kind.md) makes a new one;
[what such a file can say](#kindyaml) stands at the end.

In the tables, "needed" says whether a definition must have the key. A key with a dot stands inside
another one: `sample.task` is `task` below `sample`. "By name" is a mapping whose keys you choose.
The sorts of text are in the [reference](reference.md#text). "Words" is how many words a text should
have at most, and each text below the key; `limits.words` in
[`decks/deck.yaml`](reference.md#decksdeckyaml) changes it, by `kind.key`.

## Every definition

Keys that every kind has.

"""

FOOT = "\nThe [index of rules](rules.md#index) marks those that can be silenced."


def page() -> str:
    """The whole page."""
    kinds, faults = kinds_of()
    assert not faults
    lines = [HEAD + table(Shape(keys=dict(COMMON))), FOOT, ""]
    for kind in kinds.values():
        lines += [f"## `{kind.section}`: {kind.name}", "", *section(kind), ""]
    return "\n".join([*lines, LANGUAGE.format(**language())])


LANGUAGE = """\
## `kind.yaml`

What the file of a kind can say. A mark or an option names keys by their paths, such as
`follow_ups.ask`.

{file}

A key has exactly one of `type`, `ref`, `choices`, `list`, `keys`, `each` and `forms`. The sorts of
text are those of the [reference](reference.md#text), and `formula`.

{key}

A choice may say more than its name:

{choice}
"""


def language() -> dict[str, str]:
    """The tables of what `kind.yaml` can say: the file, a key, a choice."""
    # A key may hold keys, and so on: these rows go no deeper.
    flat = [
        Key(f"`{name}`", takes(part), "", part) for name, part in shape_of(KeyFile).keys.items()
    ]
    whole = shape_of(KindFile).keys
    file = Shape(keys={**whole, "keys": replace(whole["keys"], each=Shape(type="any"))})
    return {"file": table(file), "key": table_of(flat), "choice": table(shape_of(Choice))}


def section(kind: Kind) -> Iterator[str]:
    """What stands below a kind's heading."""
    yield kind.about + (" Private roles alone have it." if kind.private else "")
    if kind.words is not None:
        yield f"A text of it should have at most {kind.words} words."
    own = Shape(keys={name: key for name, key in kind.shape.keys.items() if name not in COMMON})
    yield f"\n{table(own)}"
    rules = [*together(kind.shape), *needs(kind)]
    if rules:
        yield "\n" + "\n".join(f"- {rule}" for rule in rules)


def together(shape: Shape) -> Iterator[str]:
    """Which keys stand all or none, and which key needs another one."""
    for names in shape.together:
        yield f"{', '.join(f'`{name}`' for name in names)}: all or none of them."
    for name, inner in shape.keys.items():
        if inner.needs:
            yield f"`{name}` needs `{inner.needs}`."


def needs(kind: Kind) -> Iterator[str]:
    """Which key a choice needs."""
    for name, inner in kind.shape.keys.items():
        for choice, told in inner.choices.items():
            if told.needs:
                yield f"{name} `{choice}` needs `{told.needs}`."


def table(shape: Shape) -> str:
    """The keys of a mapping, and those inside them."""
    return table_of([*keys(shape)])


def table_of(rows: list[Key]) -> str:
    """These rows; with a column for lengths where a key has one."""
    has_lengths = any(row.shape.most_words for row in rows)
    head = ["key", "takes", "needed", *(["words"] if has_lengths else []), "meaning"]
    lines = [line_of(head), "|---" * len(head) + "|"]
    lines += [line_of(cells(row, has_lengths=has_lengths)) for row in rows]
    return "\n".join(lines)


def line_of(cells: list[str]) -> str:
    return "|" + "".join(f" {cell} |" if cell else " |" for cell in cells)


def cells(row: Key, *, has_lengths: bool) -> list[str]:
    length = [str(row.shape.most_words or "")] if has_lengths else []
    return [row.path, row.takes, row.needed, *length, row.shape.meaning]
