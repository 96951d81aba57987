"""What a command was not told: asked for on a terminal, and never without one."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import click


def on_terminal() -> bool:
    """Whether somebody is there to answer."""
    return sys.stdin.isatty()


class Asking:
    """Collects what is missing. Without a terminal `done` names all of it, with exit status 2."""

    def __init__(self) -> None:
        self._missing: list[str] = []

    def text(self, said: str | None, name: str, question: str, choices: Sequence[str] = ()) -> str:
        """What was said, or what is answered. `name`: the option or argument that says it."""
        if said:
            return said
        if not on_terminal():
            self._missing.append(f"{name} ({', '.join(choices)})" if choices else name)
            return ""
        kind = click.Choice(choices) if choices else click.STRING
        answer: str = click.prompt(question, type=kind, err=True)
        return answer

    def several(self, said: tuple[str, ...], name: str, question: str) -> tuple[str, ...]:
        """As `text`, for an option that may come more than once; answers are parted by blanks."""
        return said or tuple(self.text(None, name, question).replace(",", " ").split())

    def done(self) -> None:
        """Raises `click.UsageError` when something is missing still."""
        if self._missing:
            raise click.UsageError(f"missing: {', '.join(self._missing)}")
