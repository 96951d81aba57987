"""Ways to break a project, drawn by a seed: what authors mistype, and what nobody would.

A case is a few edits of files; it is made once and given to both builders.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import yaml
from slips import CONFLICT, EXPRESSIONS, KEYS, LINES, OF_KEYS, PAGES, TEXTS, VALUES

YAML = (".yaml", ".yml")
#: What a file may be broken into as a whole.
WHOLE = {"file gone", "file empty", "folder in its place"}


class Edit(NamedTuple):
    """`text` in place of what stands from `start` to `end` in a file; `way` says how it broke."""

    file: str
    start: int
    end: int
    text: str
    way: str


class Spot(NamedTuple):
    """A stretch of a file: a `key`, a `value` (with the node's sort), or an `entry` of both."""

    sort: str
    start: int
    end: int
    path: tuple[str, ...]


class Breaker:
    """All places of a project that can break."""

    def __init__(self, root: Path, files: list[str]) -> None:
        self.texts = {name: (root / name).read_text(encoding="utf-8") for name in files}
        self.spots = {
            name: list(_spots(text)) for name, text in self.texts.items() if name.endswith(YAML)
        }
        self.words = sorted(
            {
                text[s.start : s.end]
                for text, s in self._all("key", "scalar")
                if s.end - s.start < 40
            }
        )

        self.ids = [text[s.start : s.end] for text, s in self._all("key") if len(s.path) == 2]

    def _all(self, *sorts: str) -> Iterator[tuple[str, Spot]]:
        for name, spots in self.spots.items():
            for spot in spots:
                if spot.sort in sorts:
                    yield self.texts[name], spot

    def case(self, seed: str) -> list[Edit]:
        """One to six edits that do not overlap: in every other case one alone, which hides nothing."""
        draw = random.Random(seed)
        edits: list[Edit] = []
        for _ in range(draw.choice((1, 1, 1, 1, 3, 4, 5, 6))):
            edit = self._edit(draw)
            if edit and not any(e.file == edit.file and _overlap(e, edit) for e in edits):
                edits.append(edit)
        return edits

    def broken(self, edits: list[Edit]) -> dict[str, str | bool | None]:
        """The text of each file that is edited; None: it is gone, False: a folder is there."""
        texts: dict[str, str | bool | None] = {}
        for edit in sorted(edits, key=lambda e: -e.start):
            text = texts.get(edit.file, self.texts[edit.file])
            if edit.way == "file gone":
                texts[edit.file] = None
            elif edit.way == "folder in its place":
                texts[edit.file] = False
            elif isinstance(text, str):
                texts[edit.file] = text[: edit.start] + edit.text + text[edit.end :]
        return texts

    def _edit(self, draw: random.Random) -> Edit | None:
        files = sorted(self.texts)
        weights = [_weight(name) for name in files]
        (name,) = draw.choices(files, weights)
        if name.endswith(".lock"):
            return self._in_lock(draw, name)
        if name.endswith((".html", ".css")):
            return self._in_page(draw, name)
        if draw.random() < 0.12:
            return self._in_lines(draw, name)
        return self._in_tree(draw, name)

    def _in_tree(self, draw: random.Random, name: str) -> Edit | None:
        text = self.texts[name]
        ways = {
            "key lost": ("entry", lambda t, s: ""),
            "key misspelt": ("key", lambda t, s: _misspelt(draw, t)),
            "key from elsewhere": ("key", lambda t, s: draw.choice(KEYS)),
            "key of a neighbour": ("key", lambda t, s: self._near(draw, name, s, "key")),
            "bad id": ("key", lambda t, s: draw.choice(["A b", "a_b", "-a", "a" * 70, "1", "é", "''"])),
            "entry twice": ("entry", lambda t, s: t + "\n" + " " * _column(text, s.start) + t),
            "bad value": ("value", lambda t, s: draw.choice(VALUES)),
            "bad text": ("text", lambda t, s: draw.choice(TEXTS)),
            "bad text in quotes": ("text", lambda t, s: f"'{draw.choice(TEXTS)}'"),
            "wrong for this key": ("known", lambda t, s: draw.choice(OF_KEYS[s.path[-1]])),
            "text of a neighbour": ("scalar", lambda t, s: self._near(draw, name, s, "scalar")),
            "text of such a key": ("scalar", lambda t, s: self._alike(draw, s)),
            "id of another": ("key", lambda t, s: draw.choice(self.ids)),
            "value of another": ("scalar", lambda t, s: draw.choice(self.words)),
            "value misspelt": ("scalar", lambda t, s: _misspelt(draw, t)),
            "list for text": ("scalar", lambda t, s: f"[{t.splitlines()[0][:40]}]" if t else "[]"),
            "mapping for anything": ("value", lambda t, s: f"{{{draw.choice(KEYS)}: {draw.choice(self.words)}}}"),
            "text for anything": ("many", lambda t, s: draw.choice(self.words)),
            "list too long": ("item", lambda t, s: ("\n" + " " * _column(text, s.start, 2) + "- ").join([t] * 7)),
            "item in brackets": ("item", lambda t, s: f"[{t}]"),
            "list empty": ("sequence", lambda t, s: "[]"),
            "mapping empty": ("mapping", lambda t, s: "{}"),
            "strange key": ("key", lambda t, s: f"{draw.choice(KEYS)}: {draw.choice(VALUES)}\n{' ' * _column(text, s.start)}{t}"),
            "strange selector": ("selector", lambda t, s: draw.choice(self._selectors(draw))),
            "expression": ("expression", lambda t, s: f'"{draw.choice(EXPRESSIONS)}"'),
        }  # fmt: skip
        way = draw.choice(sorted(ways))
        sort, change = ways[way]
        spots = [spot for spot in self.spots[name] if _is(spot, sort)]
        if not spots:
            return None
        spot = draw.choice(spots)
        return Edit(name, spot.start, spot.end, change(text[spot.start : spot.end], spot), way)

    def _near(self, draw: random.Random, name: str, spot: Spot, sort: str) -> str:
        """What a neighbour in the same mapping or list says."""
        near = [s for s in self.spots[name] if s.sort == sort and s.path[:-1] == spot.path[:-1]]
        chosen = draw.choice(near)
        return self.texts[name][chosen.start : chosen.end]

    def _alike(self, draw: random.Random, spot: Spot) -> str:
        """What the same key says elsewhere."""
        same = [
            text[s.start : s.end] for text, s in self._all("scalar") if s.path[-1] == spot.path[-1]
        ]
        return draw.choice(same)

    def _selectors(self, draw: random.Random) -> list[str]:
        word = draw.choice(self.words)
        return [
            *("{}", "{kind: nobody}", "{topic: nowhere}", "{id: gone-question}", "{kind: []}"),
            *("{type: nope}", "{kind: question, type: story, topic: craft/tools}", "question"),
            *(f"{{id: [{word}]}}", f"{{topic: {word}}}", f"{{kind: {word}}}", "{ids: calm}"),
            *("{kind: [question, {a: b}]}", "{topic: people/nobody}", "{topic: [people, hiring]}"),
        ]

    def _in_lines(self, draw: random.Random, name: str) -> Edit:
        """What happens to lines, whatever stands in them."""
        text = self.texts[name]
        starts = [0, *(m.end() for m in re.finditer("\n", text))][:-1]
        start = draw.choice(starts)
        end = text.index("\n", start) + 1
        line = text[start:end]
        ways = {
            "line gone": "",
            "line twice": line + line,
            "line deeper": " " * draw.choice((1, 2, 4)) + line,
            "line less deep": line[draw.choice((1, 2)) :],
            "tab before": "\t" + line,
            "colon gone": line.replace(":", "", 1),
            "no blank after colon": line.replace(": ", ":", 1),
            "colon in text": line.rstrip("\n") + ": x\n",
            "unclosed": line.rstrip("\n") + draw.choice([" [", ' "', " {", " '", " #", " |"]) + "\n",
            "strange line": draw.choice(LINES) + "\n" + line,
            "section": f"{draw.choice(['questons', 'role', 'my_answers', 'topics', 'cards'])}:\n" + line,
            "end of file": None,
            "file gone": "",
            "file empty": "",
            "folder in its place": "",
            "lines swapped": None,
            "windows": line.replace("\n", "\r\n"),
            "bytes": line[:-1] + "\udcff\n",
        }  # fmt: skip
        way = draw.choice(sorted(ways))
        new = ways[way]
        if way == "end of file":
            return Edit(name, start + len(line) // 2, len(text), "", way)
        if way in WHOLE:
            return Edit(name, 0, len(text), "", way)
        if new is None:
            following = text.find("\n", end) + 1 or len(text)
            return Edit(name, start, following, text[end:following] + line, way)
        return Edit(name, start, end, new, way)

    def _in_page(self, draw: random.Random, name: str) -> Edit:
        text = self.texts[name]
        tags = [m.span() for m in re.finditer(r"\{\{.*?\}\}|\[\[.*?\]\]|\[%.*?%\]|\w+", text)]
        start, end = draw.choice(tags) if tags else (0, 0)
        way = draw.choice(["tag gone", "tag changed", "page text", "file gone", "file empty"])
        if way in WHOLE:
            return Edit(name, 0, len(text), "", way)
        new = {"tag gone": "", "page text": text[start:end] + draw.choice(PAGES)}
        return Edit(name, start, end, new.get(way, draw.choice(PAGES)), way)

    def _in_lock(self, draw: random.Random, name: str) -> Edit:
        text = self.texts[name]
        columns = [m.span() for m in re.finditer(r"[^\t\n]+", text)]
        start, end = draw.choice(columns)
        way = draw.choice(
            ["column lost", "column changed", "column of another", "lock line gone", "conflict"]
        )
        line_start = text.rfind("\n", 0, start) + 1
        line_end = text.index("\n", start) + 1
        if way == "lock line gone":
            return Edit(name, line_start, line_end, "", way)
        if way == "conflict":
            return Edit(name, line_start, line_start, draw.choice(CONFLICT) + "\n", way)
        if way == "column of another":
            other = draw.choice(columns)
            return Edit(name, start, end, text[slice(*other)], way)
        new = draw.choice(["9999999999", "-", "x", "1", "", "answered", "a,b", "own", "personal"])
        return Edit(name, start, end, "" if way == "column lost" else new, way)


def _weight(name: str) -> int:
    """How often a file is broken: definitions and roles nine times as often as a page."""
    if name.startswith("decks/") and name.endswith(YAML):
        return 9
    return 6 if name.endswith("notetype.yaml") else 2 if name.endswith(".lock") else 1


def _spots(text: str) -> Iterator[Spot]:
    """Every key, value, entry and item."""
    yield from _below(yaml.compose(text), ())


def _below(node: yaml.Node | None, path: tuple[str, ...]) -> Iterator[Spot]:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            name = (*path, str(key.value))
            yield Spot("key", key.start_mark.index, key.end_mark.index, name)
            end = _end(value)
            yield Spot("entry", key.start_mark.index, max(end, key.end_mark.index + 1), name)
            yield Spot(value.id, value.start_mark.index, end, name)
            yield from _below(value, name)
    elif isinstance(node, yaml.SequenceNode):
        for position, inner in enumerate(node.value):
            name = (*path, str(position))
            yield Spot("item", inner.start_mark.index, _end(inner), name)
            yield Spot(inner.id, inner.start_mark.index, _end(inner), name)
            yield from _below(inner, name)


def _end(node: yaml.Node) -> int:
    """Where a value ends: a block's mark stands behind the blank lines after it."""
    text = node.end_mark.buffer
    end = int(node.end_mark.index)
    if text is None:
        return end
    while end > node.start_mark.index and text[end - 1] in " \n":
        end -= 1
    return end


_SELECTORS = {"core", "add", "drop", "later"}
_CONTENT = {"content", "each", "spare-1", "spare-2", "gate", "name", "kind"}


def _is(spot: Spot, sort: str) -> bool:
    if sort == "value":
        return spot.sort in {"scalar", "sequence", "mapping"}
    if sort == "many":
        return spot.sort in {"sequence", "mapping"}
    if sort == "text":
        return spot.sort == "scalar" and spot.end - spot.start > 12
    if sort == "known":
        return spot.sort == "scalar" and spot.path[-1] in OF_KEYS
    if sort == "selector":
        return spot.sort == "item" and len(spot.path) > 1 and spot.path[-2] in _SELECTORS
    if sort == "expression":
        return spot.sort == "scalar" and spot.path[-1] in _CONTENT
    return spot.sort == sort


def _column(text: str, start: int, back: int = 0) -> int:
    return max(start - (text.rfind("\n", 0, start) + 1) - back, 0)


def _misspelt(draw: random.Random, word: str) -> str:
    if len(word) < 2:
        return word + "x"
    position = draw.randrange(len(word) - 1)
    before, one, two, rest = (
        word[:position],
        word[position],
        word[position + 1],
        word[position + 2 :],
    )
    return draw.choice(
        [before + two + one + rest, before + two + rest, before + one + one + two + rest]
    )


def _overlap(one: Edit, two: Edit) -> bool:
    return bool({one.way, two.way} & WHOLE) or not (one.end < two.start or two.end < one.start)
