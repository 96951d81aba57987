"""What a learner decides about texts in doubt: by `--prefer` and `--only`, or one by one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from builder.findings import PrepdeckError, did_you_mean
from builder.project import Project
from builder.words.judge import Outcome
from builder.words.texts import LearnerText

Preference = Literal["anki", "yaml"]
#: What a preference makes of a text in doubt.
_DECIDED = {"anki": Outcome.FROM_ANKI, "yaml": Outcome.OVERRULED}

#: Which side a learner prefers for a text in doubt; None for neither.
Decide = Callable[[LearnerText], Preference | None]


@dataclass(frozen=True, slots=True)
class Decisions:
    """What a learner decided before a sync, and `decide`, which asks for each of the rest.

    `only`: definitions by their ids, as `id` or `role:id`; none for all. `role`: whose notes an
    `id` alone means, the role's and its person's; None for those of all.
    """

    prefer: Preference | None = None
    only: Sequence[str] = ()
    role: str | None = None
    decide: Decide | None = None

    def applied(
        self, project: Project, texts: Sequence[LearnerText]
    ) -> tuple[list[LearnerText], list[str]]:
        """The texts with their outcomes, and warnings of what decided nothing.

        Raises `PrepdeckError` when `only` names no text, or texts of several roles at once.
        """
        decided: dict[int, LearnerText] = {}
        warnings: list[str] = []
        for name in self.only:
            named = self._named(project, name, texts)
            deciding = [text for text in named if self._outcome(text, is_named=True)]
            roles = dict.fromkeys(text.role.id for text in deciding)
            if len(roles) > 1:
                choices = " ".join(f"--only {role}:{deciding[0].definition.id}" for role in roles)
                raise PrepdeckError(
                    f"`{name}` is in doubt for {' and '.join(f'`{role}`' for role in roles)}",
                    help=f"name those that you decide: {choices}",
                )
            if not deciding:
                warnings.append(f"--only {name} decides nothing: no words of it are in doubt")
            decided |= {id(text): self._with_outcome(text, is_named=True) for text in deciding}
        return [decided.get(id(text)) or self._undecided(text) for text in texts], warnings

    def _undecided(self, text: LearnerText) -> LearnerText:
        """A text that `only` does not name."""
        if self.prefer and not self.only:
            return self._with_outcome(text, is_named=False)
        if not self.prefer and self.decide is not None and text.outcome is Outcome.IN_DOUBT:
            preference = self.decide(text)
            return replace(text, outcome=_DECIDED[preference]) if preference else text
        return text

    def _with_outcome(self, text: LearnerText, *, is_named: bool) -> LearnerText:
        return replace(text, outcome=self._outcome(text, is_named=is_named) or text.outcome)

    def _outcome(self, text: LearnerText, *, is_named: bool) -> Outcome | None:
        """What the preference makes of a text, None where it says nothing about it."""
        decidable = {Outcome.IN_DOUBT}
        if self.prefer == "anki":
            # What was declined before may be taken after all; what YAML changed later, by its name.
            decidable |= {Outcome.DECLINED, Outcome.UNCHANGED} if is_named else {Outcome.DECLINED}
        return _DECIDED[self.prefer] if self.prefer and text.outcome in decidable else None

    def _named(
        self, project: Project, name: str, texts: Sequence[LearnerText]
    ) -> list[LearnerText]:
        """The texts that a part of `only` means."""
        role, _, definition_id = name.rpartition(":")
        role = role or self.role or ""
        named = [text for text in texts if text.definition.id == definition_id]
        if role:
            person = project.role(role).person
            named = [text for text in named if text.role.id == role] or [
                text for text in named if text.role.id == person
            ]
        if not named:
            names = [f"{text.role.id}:{text.definition.id}" for text in texts]
            help = did_you_mean(name, [*names, *(text.definition.id for text in texts)])
            raise PrepdeckError(
                f"the export has no words for `{name}`",
                help=help or "name a definition by its id, or as ROLE:ID",
            )
        return named
