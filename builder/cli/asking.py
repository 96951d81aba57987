"""Asks on a terminal for what the command line does not give. Without a terminal it asks nothing.

Each answer is checked at once, and a wrong one is asked for again with the reason.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import click

from builder.findings import PrepdeckError

#: Checks one answer: raises `PrepdeckError` or `click.UsageError`. Its result is not used.
Judge = Callable[[str], object]

_DAY = re.compile(r"\d{4}-\d\d-\d\d")


def on_terminal() -> bool:
    """Whether stdin is a terminal, so that somebody can answer."""
    return sys.stdin.isatty()


def day_of(text: str) -> date | None:
    """A day as YAML has it, `2026-12-10`; None for any other text."""
    try:
        return date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        return None


def day(text: str) -> date:
    """A day, as the `type` of an option. Raises `click.BadParameter` for any other text."""
    if (parsed_day := day_of(text)) is None:
        raise click.BadParameter(f"`{text}` is not a date; write it as 2026-12-10")
    return parsed_day


class Asking:
    """Collects what is missing. Without a terminal, `done` names all of it."""

    def __init__(self) -> None:
        self._missing: list[str] = []

    def text(
        self,
        supplied: str | None,
        name: str,
        question: str,
        choices: Sequence[str] = (),
        judge: Judge | None = None,
    ) -> str:
        """The text that the command line supplied, or else the answer to `question`.

        `name`: the option or argument that supplies it. Raises what `judge` raises for a supplied
        text, before anything is asked.
        """
        if supplied:
            if judge is not None:
                judge(supplied)
            return supplied
        if not on_terminal():
            self._missing.append(f"{name} ({', '.join(choices)})" if choices else name)
            return ""
        if choices:
            choice: str = click.prompt(question, type=click.Choice(choices), err=True)
            return choice
        answer: str = click.prompt(question, value_proc=lambda text: _judged(text, judge), err=True)
        return answer

    def named(self, question: str, default: str, judge: Judge) -> str:
        """The answer to `question`, where Enter takes `default`. Only for a terminal."""
        answer: str = click.prompt(
            question, default, value_proc=lambda text: _judged(text, judge), err=True
        )
        return answer

    def several(
        self, supplied: tuple[str, ...], name: str, question: str, judge: Judge
    ) -> tuple[str, ...]:
        """As `text`, for an option that may be given several times.

        An answer may hold several texts, with blanks or commas between them.
        """
        for supplied_text in supplied:
            judge(supplied_text)

        def judge_all(answer: str) -> None:
            for single_answer in _split(answer):
                judge(single_answer)

        return supplied or _split(self.text(None, name, question, judge=judge_all))

    def done(self) -> None:
        """Raises `click.UsageError` if something is still missing."""
        if self._missing:
            raise click.UsageError(f"missing: {', '.join(self._missing)}")


def ask_optional(
    question: str, convert: Callable[[str], Any], judge: Callable[[Any], object] | None = None
) -> Any:
    """The answer to `question` on a terminal, converted; None if it is empty."""

    def judged(text: str) -> Any:
        if not text.strip():
            return None
        answer = convert(text.strip())
        _check(judge, answer)
        return answer

    prompt = f"{question} (press Enter to skip)"
    return click.prompt(prompt, "", show_default=False, value_proc=judged, err=True)


def _judged(text: str, judge: Judge | None) -> str:
    text = text.strip()
    if not text:
        raise click.UsageError("please give an answer")
    from builder.edit.written import value

    _check(judge or value, text)
    return text


def _check(judge: Callable[[Any], object] | None, answer: Any) -> None:
    """Raises `click.UsageError` for a wrong answer, and click asks again."""
    if judge is None:
        return
    try:
        judge(answer)
    except PrepdeckError as error:
        reason = f"{error} ({error.help})" if error.help else str(error)
        raise click.UsageError(reason) from error


def _split(answer: str) -> tuple[str, ...]:
    return tuple(answer.replace(",", " ").split())
