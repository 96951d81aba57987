"""What a command was not told: asked for on a terminal, and never without one.

An answer is judged at once, and asked for again with the reason, so that no slip costs the others.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import click

from builder.findings import PrepdeckError

#: Judges one answer: raises `PrepdeckError` or `click.UsageError`, and what it returns is not looked at.
Judge = Callable[[str], object]

_DAY = re.compile(r"\d{4}-\d\d-\d\d")


def on_terminal() -> bool:
    """Whether somebody is there to answer."""
    return sys.stdin.isatty()


def day_of(text: str) -> date | None:
    """A day as YAML has it, `2026-12-10`, and in no other way; None for anything else."""
    try:
        return date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        return None


def day(text: str) -> date:
    """The same as a `type` of click's, which fails."""
    if (said := day_of(text)) is None:
        raise click.BadParameter(f"`{text}` is no day; write it as 2026-12-10")
    return said


class Asking:
    """Collects what is missing. Without a terminal `done` names all of it, with exit status 2."""

    def __init__(self) -> None:
        self._missing: list[str] = []

    def text(
        self,
        said: str | None,
        name: str,
        question: str,
        choices: Sequence[str] = (),
        judge: Judge | None = None,
    ) -> str:
        """What was said, or what is answered. `name`: the option or argument that says it.

        Raises `PrepdeckError` for what was said and is wrong, before anything is asked.
        """
        if said:
            if judge is not None:
                judge(said)
            return said
        if not on_terminal():
            self._missing.append(f"{name} ({', '.join(choices)})" if choices else name)
            return ""
        if choices:
            chosen: str = click.prompt(question, type=click.Choice(choices), err=True)
            return chosen
        answer: str = click.prompt(question, value_proc=lambda text: _judged(text, judge), err=True)
        return answer

    def several(
        self, said: tuple[str, ...], name: str, question: str, judge: Judge
    ) -> tuple[str, ...]:
        """As `text`, for an option that may come more than once; answers are parted by blanks."""
        for one in said:
            judge(one)

        def all_of_them(text: str) -> None:
            for one in _parted(text):
                judge(one)

        return said or _parted(self.text(None, name, question, judge=all_of_them))

    def done(self) -> None:
        """Raises `click.UsageError` when something is missing still."""
        if self._missing:
            raise click.UsageError(f"missing: {', '.join(self._missing)}")


def perhaps(
    question: str, convert: Callable[[str], Any], judge: Callable[[Any], object] | None = None
) -> Any:
    """What is answered on a terminal, converted; None for an answer that is left out."""

    def judged(text: str) -> Any:
        if not text.strip():
            return None
        answer = convert(text.strip())
        _refused(judge, answer)
        return answer

    prompt = f"{question} (Enter: not yet)"
    return click.prompt(prompt, "", show_default=False, value_proc=judged, err=True)


def _judged(text: str, judge: Judge | None) -> str:
    text = text.strip()
    if not text:
        raise click.UsageError("an answer is wanted")
    from builder.edit.written import value

    _refused(judge or value, text)
    return text


def _refused(judge: Callable[[Any], object] | None, answer: Any) -> None:
    """Raises `click.UsageError`, upon which click asks again."""
    if judge is None:
        return
    try:
        judge(answer)
    except PrepdeckError as trouble:
        why = f"{trouble} ({trouble.help})" if trouble.help else str(trouble)
        raise click.UsageError(why) from trouble


def _parted(text: str) -> tuple[str, ...]:
    return tuple(text.replace(",", " ").split())
