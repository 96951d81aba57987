"""What `new` writes for each kind: the keys that must be there, and comments on those that may."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from textwrap import indent
from typing import NamedTuple

from builder.edit.written import commented, items, prose, value
from builder.findings import PrepdeckError, did_you_mean
from builder.project import Definition, Project, Role

Said = Mapping[str, str | tuple[str, ...] | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What is to be defined. `role`: the private role it is for, None for the catalogue.

    `said`: the keys that were given, as text or lists of texts; `today` is when a fact was seen.
    """

    kind: str
    id: str
    role: str | None
    topics: tuple[str, ...]
    said: Said
    today: date

    def text(self, key: str, otherwise: str = "") -> str:
        """What was said of a key."""
        said = self.said.get(key)
        return said if isinstance(said, str) and said else otherwise

    def list(self, key: str) -> tuple[str, ...]:
        """What was said of a key that takes several, each once."""
        said = self.said.get(key)
        return tuple(dict.fromkeys(said)) if isinstance(said, tuple) else ()


class Known(NamedTuple):
    """What a new definition may name."""

    project: Project
    role: Role | None

    def of(self, kind: str) -> dict[str, Definition]:
        """All of a kind, by id."""
        known = {**self.project.definitions, **(self.role.definitions if self.role else {})}
        return {id: d for id, d in known.items() if d.kind == kind and d.retired is None}

    def name(self, kind: str, id: str) -> str:
        """The id, if there is such a definition."""
        if id not in self.of(kind):
            raise PrepdeckError(
                f"no {kind} is called `{id}`",
                help=did_you_mean(id, self.of(kind)) or f"see them: prepdeck ls kind:{kind}",
            )
        return id


def _topics(draft: Draft, known: Known) -> str:
    if draft.topics:
        return f"topics:{items(dict.fromkeys(draft.topics), '  ')}\n"
    some = next((topic for topic in known.project.topics if "/" in topic), "area/topic")
    return commented(f"topics:\n  - {some}")


_POINTS = {
    "story": """\
# At most five, a few words each: what the story must show.
must_show:
  - what made it hard
  - what you did
  - what came of it, in a number
""",
    "approach": """\
# At most five, a few words each.
steps:
  - what you do first
  - what you do next
""",
    "knowledge": """\
# A sentence or two.
answer: Say it as you would to a colleague.
""",
    "pitch": """\
# A sentence or two.
answer: Say it as you would to somebody you have just met.
""",
}

_IN_FULL = """\
situation: |
  where it was, and what was at stake
task: |
  what you had to do
action: |
  what you did
result: |
  how it ended, in a number
"""
_SAMPLES = {
    "story": f"sample:\n{indent(_IN_FULL, '  ')}",
    "approach": "sample: |\n  an answer in full, as one would say it\n",
}


def _question(draft: Draft, known: Known) -> str:
    type = draft.text("type")
    skills = [known.name("skill", id) for id in draft.list("skills")]
    return (
        commented("One question, as an interviewer asks it.")
        + f"ask: {value(draft.text('ask'))}\n"
        + commented("story: must_show. approach: steps. knowledge and pitch: answer.")
        + f"type: {type}\n"
        + _topics(draft, known)
        + (f"skills:{items(skills, '  ')}\n" if skills else "")
        + _POINTS[type]
        + commented("More, if you like:")
        + commented(_SAMPLES.get(type, _SAMPLES["approach"]))
        + commented("""
            wordings:
              - another way to ask it
            listening_for: what they want to find out
            pitfalls:
              - what goes wrong
            """)
    )


_EXAMPLE = """\
examples:
  plain:
    inputs:
      counted: 30
      all_of_them: 120
    gives: 25
"""
#: Until there is a second KPI, the first names itself as the one that it hurts.
_ALONE = """\
silence:
  front-gives-answer: until there is a second KPI
"""


def _kpi(draft: Draft, known: Known) -> str:
    others = list(known.of("kpi"))
    hurts = known.name("kpi", draft.text("hurts")) if draft.text("hurts") else ""
    over, under = value(draft.text("over")), value(draft.text("under"))
    return (
        f"name: {value(draft.text('name'))}\n"
        + commented("aliases:\n  - what else it is called")
        + commented("What is counted, and out of what.")
        + f"over: {over}\nunder: {under}\n"
        + commented("The sum in names of your own. Each example is worked out and compared.")
        + "formula: counted / all_of_them * 100\n"
        + f"where:\n  counted: {over}\n  all_of_them: {under}\n"
        + commented("percent, points, seconds, minutes, hours, days, currency or count")
        + "unit: percent\n"
        + commented("up, down, band or context")
        + "better: up\n"
        + _EXAMPLE
        + commented("Push it this way, and that one worsens.")
        + "pushing: up\n"
        + ("" if hurts else commented("A stand-in: name the one that it hurts."))
        + f"hurts: {hurts or next(iter(others), draft.id)}\n"
        + "because: what people then do\n"
        + commented("How it can look good when nothing is.")
        + "trap: what it does not count\n"
        + _topics(draft, known)
        + ("" if hurts or others else _ALONE)
    )


def _skill(draft: Draft, known: Known) -> str:
    return (
        f"name: {value(draft.text('name'))}\n"
        + commented("At most three, each a card: a situation, and what somebody can see you do.")
        + f"shows:\n  - when: {value(draft.text('when'))}\n    do: {value(draft.text('do'))}\n"
        + _topics(draft, known)
    )


def _line(draft: Draft, known: Known) -> str:
    skill = draft.text("skill")
    return (
        f"they_say: {value(draft.text('they_say'))}\n"
        + f"you_say: {prose(draft.text('you_say'), '  ')}\n"
        + commented("What must be heard in any good answer, whatever its words.")
        + f"pass_if: {value(draft.text('pass_if'))}\n"
        + (f"skill: {known.name('skill', skill)}\n" if skill else "")
        + _topics(draft, known)
        + commented("avoid: what makes it worse")
    )


def _story(draft: Draft, known: Known) -> str:
    answers = [known.name("question", id) for id in draft.list("answers")]
    return (
        f"title: {value(draft.text('title'))}\n"
        + commented("Your first sentence.")
        + f"opens_with: {value(draft.text('opens_with'))}\n"
        + commented("The figure in it that they will remember.")
        + f"number: {value(draft.text('number'))}\n"
        + commented("The questions that it answers.")
        + f"answers:{items(answers, '  ')}\n"
        + commented("In full, if you like:")
        + commented(_IN_FULL)
    )


def _fact(draft: Draft, known: Known) -> str:
    seen = draft.text("seen", draft.today.isoformat())
    if date.fromisoformat(seen) > draft.today:
        help = f"say when you saw it; today is {draft.today}"
        raise PrepdeckError(f"nobody has seen it yet on {seen}", help=help)
    return (
        f"ask: {value(draft.text('ask'))}\n"
        + f"answer: {value(draft.text('answer'))}\n"
        + commented("Where you saw it, and when: you may be asked.")
        + f"source: {value(draft.text('source'))}\n"
        + f"seen: {seen}\n"
    )


BODIES: dict[str, Callable[[Draft, Known], str]] = {
    "question": _question,
    "kpi": _kpi,
    "skill": _skill,
    "line": _line,
    "story": _story,
    "fact": _fact,
}
