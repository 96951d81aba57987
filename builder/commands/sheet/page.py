"""A role on one sheet of A4: for a candidate what to have ready, for those who hire what to ask.

What has no room is left out whole, the last of its section first: core stands before the rest, and
what the role's selectors name first before what they name later.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from builder.commands.sheet.fit import Entry, fitting, height
from builder.commands.sheet.sections import Section, Sections, Shown, sections_of, shown
from builder.project import Definition, Project, Role
from builder.render.page import page
from builder.render.text import inline_html
from builder.select import Chosen, steps

#: What `templates/sheet/style.css` makes of the paper, in millimetres: a column's width, that of
#: the text in an entry with a number or a box before it, a column's height, and what stands
#: around texts.
COLUMN, TEXT, HEIGHT = 91.0, 84.5, 256.0
HEADING, LABEL, GAP = 9.0, 5.5, 1.6
#: Without stories there are lines to write them on: so many, so high.
BLANKS, BLANK = 5, 15.0
#: Under the rated questions, the line for their sum.
SUM = 7.0
#: Sizes of type, in points.
PLAIN, SMALL = 9.0, 8.5

#: The most metrics on a sheet.
METRICS = 10

_Line = Callable[[str], Markup]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page, and how many entries of each section had no room on it."""

    html: str
    left_out: dict[str, int]


def sheet_page(project: Project, role: Role, chosen: Iterable[Chosen]) -> Sheet:
    """The sheet of a role. `chosen`: its definitions, without those at fault."""
    values = project.view(role).vars

    def to_html(text: str) -> Markup:
        return Markup(inline_html(text, values))

    ranks = _ranks(project, role)
    ordered = [
        choice.definition
        for choice in sorted(
            chosen, key=lambda choice: (not choice.core, ranks[choice.definition.key])
        )
    ]
    side = project.side(role)
    lay_out = _hiring if side == "hiring" else _candidate
    sections, left_out = lay_out(sections_of(project), ordered, to_html)
    left_out = {section: number for section, number in left_out.items() if number}
    html = page(
        project,
        "sheet",
        title=role.title,
        project_title=project.settings.value.title,
        side=side,
        interview=role.value.interview if role.value and role.value.interview else "",
        left_out=left_out,
        **sections,
    )
    return Sheet(html, left_out)


_Rank = tuple[int, int, int, int]


def _ranks(project: Project, role: Role) -> dict[str, _Rank]:
    """Where the role's selectors name each definition first: its own before its ancestors', `core`
    before `add`, and ids in the order of their list.
    """
    ranks: dict[str, _Rank] = {}
    for step in steps(project, role):
        if step.key in {"later", "drop"}:
            continue
        level, key = role.chain.index(step.role), ("own", "core", "add").index(step.key)
        ids = step.selector.id if step.selector and step.selector.id else ()
        for definition in step.matches:
            position = ids.index(definition.id) if definition.id in ids else 0
            rank = (level, key, step.position, position)
            ranks[definition.key] = min(rank, ranks.get(definition.key, rank))
    return ranks


def _candidate(
    sections: Sections, definitions: Sequence[Definition], to_html: _Line
) -> tuple[dict[str, Any], dict[str, int]]:
    """Stories and questions for them on the left; metrics and the checklist on the right."""
    stories = [_story(story, to_html) for story in shown(sections.stories, definitions)]
    asks = [_points(to_html(_question(card))) for card in shown(sections.asks, definitions)]
    metrics = [_metric(kpi, to_html) for kpi in shown(sections.metrics, definitions)][:METRICS]
    early = _checklist(sections.early, definitions, to_html)
    late = _checklist(sections.late, definitions, to_html)
    written = stories or [Entry({}, BLANK)] * BLANKS
    left, right = _filled((written, asks, early), (5, 3, 2)), _filled((metrics, late), (6, 4))
    entries = {
        "stories": stories[: left[0]],
        "blanks": 0 if stories else left[0],
        "asks": asks[: left[1]],
        "early": early[: left[2]],
        "metrics": metrics[: right[0]],
        "late": late[: right[1]],
    }
    return entries, {
        "stories": len(stories[left[0] :]),
        "asks": len(asks[left[1] :]),
        "metrics": len(metrics[right[0] :]),
        "checklist": len(early[left[2] :]) + len(late[right[1] :]),
    }


def _filled(sections: Sequence[Sequence[Entry]], weights: Sequence[int]) -> list[int]:
    """How many entries of each section stand in one column.

    Each may take a share by its weight, what those before it have left of theirs, and what those
    behind it do not need of theirs.
    """
    room = HEIGHT - HEADING * sum(bool(section) for section in sections)
    taken: list[int] = []
    for position, section in enumerate(sections):
        unit = room / sum(weights[position:])
        behind = zip(sections[position + 1 :], weights[position + 1 :], strict=True)
        wanted = sum(min(unit * weight, _high(one)) for one, weight in behind)
        taken.append(fitting(section, room - wanted))
        room -= _high(section[: taken[-1]])
    return taken


def _high(entries: Sequence[Entry]) -> float:
    return sum(entry.height for entry in entries)


def _html(entry: Shown, to_html: _Line) -> dict[str, Markup]:
    return {name: to_html(text) for name, text in entry.texts.items()}


def _story(story: Shown, to_html: _Line) -> Entry:
    texts = _html(story, to_html)
    high = sum(height(text, PLAIN, TEXT, bold=name != "opening") for name, text in texts.items())
    return Entry(texts, high + GAP)


def _question(card: Shown) -> str:
    """The words to say: the back's first paragraph where that is a question, else the front."""
    first = card.texts["back"].split("\n\n")[0].strip().strip('"“”„').strip()
    return first if first.endswith("?") else card.texts["front"]


def _metric(kpi: Shown, to_html: _Line) -> Entry:
    """Its name beside what is divided by what."""
    texts = _html(kpi, to_html)
    name = height(texts["name"], PLAIN, 0.32 * COLUMN, bold=True)
    parts = sum(height(texts[part], SMALL, 0.64 * COLUMN) for part in ("over", "under"))
    return Entry(texts, max(name, parts + 1.0) + GAP)


def _checklist(section: Section, definitions: Sequence[Definition], to_html: _Line) -> list[Entry]:
    """The tips for some times; above the first of each time stands the time."""
    times: set[str] = set()
    entries: list[Entry] = []
    for tip in shown(section, definitions):
        above = 0.0 if tip.turn in times else LABEL
        times.add(tip.turn)
        entries.append(_points(to_html(tip.texts["text"]), above, when=tip.turn))
    return entries


def _points(text: str, above: float = 0.0, **more: str) -> Entry:
    """A line or two behind a number or a box."""
    return Entry({"text": text, **more}, height(text, PLAIN, TEXT) + GAP + above)


def _hiring(
    sections: Sections, definitions: Sequence[Definition], to_html: _Line
) -> tuple[dict[str, Any], dict[str, int]]:
    """The stages in order and what to bear in mind; then questions with boxes for the score."""
    in_order = _in_order(shown(sections.stages, definitions))
    stages = [_stage(stage, to_html) for stage in in_order]
    tips = [_points(to_html(tip.texts["text"])) for tip in shown(sections.tips, definitions)]
    questions = [_rated(question, to_html) for question in shown(sections.questions, definitions)]
    passed = fitting(_paired(stages), 0.3 * HEIGHT) * 2
    used = _high(_paired(stages[:passed])) + (HEADING if stages else 0.0)
    minded = fitting(_paired(tips), 0.14 * HEIGHT) * 2
    used += _high(_paired(tips[:minded])) + (HEADING if tips else 0.0)
    asked = fitting(questions, HEIGHT - HEADING - used - SUM)
    entries = {
        "stages": stages[:passed],
        "tips": tips[:minded],
        "questions": questions[:asked],
    }
    return entries, {
        "stages": len(stages[passed:]),
        "tips": len(tips[minded:]),
        "questions": len(questions) - asked,
    }


def _in_order(stages: Sequence[Shown]) -> list[Shown]:
    """Each before the one that it names as the next; those that nothing leads to begin."""
    by_id = {stage.definition.id: stage for stage in stages}
    following = {id: _next(stage.definition) for id, stage in by_id.items()}
    led_to = set(following.values())
    ordered: dict[str, Shown] = {}
    # A circle has no beginning: the first that is left begins it.
    for first in (*(id for id in by_id if id not in led_to), *by_id):
        id: str | None = first
        while id in by_id and id not in ordered:
            ordered[id] = by_id[id]
            id = following[id]
    return list(ordered.values())


def _next(definition: Definition) -> str | None:
    """The id of the definition that follows it."""
    key = definition.kind.marks.follows
    return getattr(definition.value, key) if key else None


def _stage(stage: Shown, to_html: _Line) -> Entry:
    texts = _html(stage, to_html)
    name = height(texts["name"], PLAIN, TEXT, bold=True)
    return Entry(texts, name + height(texts["marks"], SMALL, TEXT) + GAP)


def _paired(entries: Sequence[Entry]) -> list[Entry]:
    """Rows of two: a row is as high as the higher one."""
    return [
        Entry({}, max(entry.height for entry in entries[position : position + 2]))
        for position in range(0, len(entries), 2)
    ]


#: Under a rated question there is a line to write on.
_WRITTEN = 8.0


def _rated(question: Shown, to_html: _Line) -> Entry:
    texts = _html(question, to_html)
    # Each answer has its label before it.
    answers = max(
        height(f"Strong {texts[level]}", SMALL, 51.0) for level in ("weak", "fair", "strong")
    )
    ask = height(texts["ask"], PLAIN, 180.0, bold=True)
    return Entry(texts, ask + 1.0 + answers + _WRITTEN + GAP)
