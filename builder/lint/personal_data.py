"""How to reach a real person, in a deck that everybody may have."""

from __future__ import annotations

import re
from collections.abc import Iterator

from builder.findings import Finding, Section, Severity, rule
from builder.lint.subjects import DEFINITION, Wording

_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
#: Addresses that belong to nobody (RFC 2606).
_NOBODYS = re.compile(r"[@.](?:example(?:\.\w+)?|test|invalid|localhost)$", re.IGNORECASE)

#: Digits, and what parts them in a phone number. Most texts have none of these: looking for one
#: takes a fifth of the time that looking for a phone number takes.
_LONG_NUMBER = re.compile(r"\d[\d ()/.-]{6,}\d")
#: With a country's number, or in groups that only phone numbers have.
_PHONE = re.compile(
    r"(?<![\w+.,/-])(?:\+\d[\d ()/.-]{6,}\d"
    r"|\(?0\d{2,4}\)?[ /-]{1,3}\d[\d -]{4,}\d"
    r"|\(?[2-9]\d{2}\)?[ .-]\d{3}[ .-]\d{4})(?![\w-])"
)
#: Numbers that are set aside for stories.
_FICTION = re.compile(r"\b555[ .-]?01\d\d\b")


@rule("personal-data", Severity.WARNING, of=DEFINITION, section=Section.CONTENT, silenceable=True)
def nobody_can_be_reached(wording: Wording) -> Iterator[Finding]:
    """A public text has no e-mail address and no phone number but invented ones."""
    for leaf in wording.leaves if wording.public else ():
        for noun, match in _contacts(leaf.scalar.text):
            yield Finding(
                f"`{match[0]}` is {noun}",
                leaf.scalar.within(*match.span()),
                "remove it; example.com and 555-0100 to 555-0199 belong to nobody",
            )


def _contacts(text: str) -> Iterator[tuple[str, re.Match[str]]]:
    """What would reach somebody, each with a noun for it."""
    for match in _MAIL.finditer(text) if "@" in text else ():
        if not _NOBODYS.search(match[0]):
            yield "an e-mail address", match
    for match in _PHONE.finditer(text) if _LONG_NUMBER.search(text) else ():
        if not _FICTION.search(match[0]):
            yield "a phone number", match
