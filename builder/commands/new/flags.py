"""What `new KIND` asks for each kind that it can create."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from builder import shipped
from builder.cli.completion import types_in


class Flag(NamedTuple):
    """An option of `new KIND`, whose text fills a name of the kind's archetype.

    `key`: the name in the archetype. `about`: the option's help. `question`: asks for a text that
    is missing; without one, the text may be missing. `choices`: the texts that it may be; an id
    that ends in one chooses it. `refers_to`: the kind of the definitions that it names by their
    ids. `many`: it may be given several times. `is_day`: it is a day. `option`: its name, where it
    is not the key's.
    """

    key: str
    about: str
    question: str = ""
    choices: tuple[str, ...] = ()
    many: bool = False
    refers_to: str = ""
    is_day: bool = False
    option: str = ""

    @property
    def name(self) -> str:
        """The option as one types it."""
        return self.option or f"--{self.key.replace('_', '-')}"


class NewKind(NamedTuple):
    """A kind that `new` can create. `id` and `arguments` are those of the example in its help."""

    kind: str
    about: str
    id: str
    arguments: str
    flags: tuple[Flag, ...]
    private: bool = False


def _types(folder: str) -> tuple[str, ...]:
    """The types of a kind that comes with prepdeck, by its folder."""
    return tuple(types_in((shipped.templates() / folder / "kind.yaml").read_text(encoding="utf-8")))


def new_kinds() -> Iterator[NewKind]:
    """Each kind with its options, in the order in which they are asked for."""
    yield NewKind(
        "question",
        "Add a question to a private role, or to the catalogue.\n\n"
        "An ID that ends in -story or -approach sets the type.",
        "refund-late-approach",
        "--ask 'How do you tell bad news?' --role acme",
        (
            Flag("ask", "The question.", "The question"),
            Flag(
                "type",
                "What sort of answer it needs.",
                "Type of the answer",
                choices=_types("question"),
            ),
            Flag(
                "skills",
                "A skill that the answer shows; may be given several times.",
                many=True,
                refers_to="skill",
                option="--skill",
            ),
        ),
    )
    yield NewKind(
        "kpi",
        "Add a KPI to a private role, or to the catalogue.",
        "refund-rate",
        "--name 'Refund rate' --over refunds --under orders",
        (
            Flag("name", "What it is called.", "What it is called"),
            Flag("over", "What is divided, such as refunds.", "What is divided"),
            Flag("under", "What it is divided by, such as orders.", "What it is divided by"),
            Flag("hurts", "The KPI that gets worse when you push this one.", refers_to="kpi"),
        ),
    )
    yield NewKind(
        "skill",
        "Add a skill to a private role, or to the catalogue.",
        "tact",
        "--name Tact --when 'they are wrong' --do 'ask before you correct'",
        (
            Flag("name", "What it is called.", "What it is called"),
            Flag("when", "A situation that needs it.", "A situation that needs it: when …"),
            Flag("do", "What you then do, so that others can see it.", "What you then do"),
        ),
    )
    yield NewKind(
        "line",
        "Add a role-play line to a private role, or to the catalogue.",
        "line-late-parcel",
        "--they-say 'Where is it?' --you-say 'Let me look.' --pass-if 'a time'",
        (
            Flag("they_say", "What the customer says.", "They say"),
            Flag("you_say", "A good reply.", "You say"),
            Flag("pass_if", "What every good reply must contain.", "Every good reply contains"),
            Flag("skill", "The skill that it trains.", refers_to="skill"),
        ),
    )
    yield NewKind(
        "story",
        "Add a story of yours to a private role. Four short texts are enough.",
        "lost-dress",
        "--role acme",
        (
            Flag("title", "Title of the story.", "Title of the story"),
            Flag("opens_with", "Your first sentence.", "Your first sentence"),
            Flag("number", "The figure in it that they will remember.", "The figure in it"),
            Flag(
                "answers",
                "A question that it answers; may be given several times.",
                "Ids of the questions that it answers",
                many=True,
                refers_to="question",
            ),
        ),
        private=True,
    )
    yield NewKind(
        "fact",
        "Add a fact about the employer to a private role.",
        "invoices",
        "--role acme",
        (
            Flag(
                "ask",
                "The question that the fact answers.",
                "The question, such as: How many invoices do they send?",
            ),
            Flag("answer", "The fact.", "The answer"),
            Flag("source", "Where you read it, such as acme.example/about.", "Where you read it"),
            Flag(
                "seen",
                "Day on which you read it, such as 2026-11-20.  [default: today]",
                is_day=True,
            ),
        ),
        private=True,
    )
