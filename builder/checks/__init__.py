"""What a project must fulfil. `lint` has the rules of content, what makes a text fit to learn.

To add a rule, write

1. its function, in a module of `checks` or `lint` (a new file is enough: all modules are found):

       @rule("filler-words", Severity.WARNING, of=ENGLISH, section=Section.CONTENT)
       def texts_have_no_filler_words(wording: Wording) -> Iterator[Finding]:
           \"\"\"What holds where the rule is kept.\"\"\"
           for leaf in wording.leaves:
               if ...:
                   yield Finding("what is wrong", leaf.scalar.span, "how to mend it")

   `of` is what it looks at: one of the subjects at the end of `lint/subjects.py`. A rule that looks
   at one wording of a definition is given nothing else. With `silenceable=True` a definition may
   silence it.
2. its page, `builder/rules/filler-words.md`, with the headings of the others. Tests build its
   examples: the first breaks this rule and no other, the second breaks none.
3. docs/rules.md anew: `make docs`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from pkgutil import iter_modules

from builder import lint
from builder.checks.silence import filtered, silenceable
from builder.deck import Deck, NoteType
from builder.findings import RULES, Diagnostic, Rule, Section
from builder.lint.subjects import (
    DECK,
    DECK_AND_LOCKS,
    DECKS,
    DECKS_AND_LOCKS,
    DEFINITION,
    ENGLISH,
    PROJECT,
    PROJECT_AND_LOCKS,
    Wording,
    wordings,
)
from builder.lock import Locks
from builder.project import Project
from builder.select import Selection

__all__ = [
    "check_deck",
    "check_decks",
    "check_decks_against_locks",
    "check_project",
    "check_project_against_locks",
    "check_wording",
    "every_rule",
    "filtered",
    "silenceable",
]

for _package, _path in ((lint.__name__, lint.__path__), (__name__, __path__)):
    for _module in iter_modules(_path):
        import_module(f"{_package}.{_module.name}")


def every_rule() -> list[Rule]:
    """All rules, by section and name."""
    sections = list(Section)
    return sorted(RULES.values(), key=lambda rule: (sections.index(rule.section), rule.name))


def check_wording(wording: Wording) -> Iterator[Diagnostic]:
    """What one wording of a definition breaks by itself."""
    for check in DEFINITION.checks:
        yield from check(wording)
    for check in ENGLISH.checks if wording.measures.language == "en" else ():
        yield from check(wording)


def check_project(project: Project) -> Iterator[Diagnostic]:
    """What the definitions break, each by itself, and what the project breaks as a whole."""
    for wording in wordings(project):
        yield from check_wording(wording)
    for check in PROJECT.checks:
        yield from check(project)


def check_deck(project: Project, selection: Selection, deck: Deck) -> Iterator[Diagnostic]:
    """What a role's deck breaks."""
    for check in DECK.checks:
        yield from check(project, selection, deck)


def check_decks(
    project: Project, selections: Sequence[Selection], decks: Sequence[Deck]
) -> Iterator[Diagnostic]:
    """What decks break beside each other."""
    for check in DECKS.checks:
        yield from check(project, selections, decks)


def check_project_against_locks(
    project: Project, notetypes: Mapping[str, NoteType], locks: Locks
) -> Iterator[Diagnostic]:
    """What a project breaks beside what was built and released before."""
    for check in PROJECT_AND_LOCKS.checks:
        yield from check(project, notetypes, locks)


def check_decks_against_locks(
    project: Project, pairs: Sequence[tuple[Selection, Deck]], locks: Locks
) -> Iterator[Diagnostic]:
    """What decks break beside the same, each by itself and beside each other."""
    for selection, deck in pairs:
        for check in DECK_AND_LOCKS.checks:
            yield from check(selection, deck, locks)
    for check_all in DECKS_AND_LOCKS.checks:
        yield from check_all(project, [deck for _, deck in pairs], locks)
