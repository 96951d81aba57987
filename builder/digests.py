"""Digests of content, and what a note has outside of them: whose it is, and what it is based on."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from typing import Any


def digest_of(value: Any) -> str:
    """128 bits of SHA-256 over canonical JSON, in hex."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


#: In place of a digest: no words.
NO_WORDS = "-"


def base_of(answer: str) -> str:
    """The digest of a learner's answer to the letter, 64 bits; `NO_WORDS` for an empty one."""
    return digest_of(answer)[:16] if answer else NO_WORDS


#: Tag and text by which a note that is one employer's shows whose it is. They are no content:
#: a note has them from its next change on, and never changes for their sake.
EMPLOYER_TAG = "employer::"
_LABEL = re.compile(r'<span class="employer">.*?</span>')

#: A base as white space, a letter for each bit; all are blanks for `NO_WORDS`.
_BASE = re.compile(r"[ \t]{64}")
_TO_BLANKS, _TO_BITS = str.maketrans("01", " \t"), str.maketrans(" \t", "01")


def employer_label(text: str) -> str:
    """The HTML that shows an employer behind the content of a field."""
    return f'<span class="employer">{text}</span>'


def employer_labels(field: str) -> tuple[str, ...]:
    """The employers that a field shows, as HTML: with what a learner typed in there."""
    return tuple(_LABEL.findall(field))


def base_field(answer: str) -> str:
    """The field that says with which answer a note was packed. It is no content either.

    A learner's copy keeps it while it is theirs: so an export says upon which words they wrote. To
    Anki a field of white space is empty, so no card hangs on it, in a learner's older note type too
    (one that they changed, or do not let an import update).
    """
    base = base_of(answer)
    number = 0 if base == NO_WORDS else int(base, 16)
    return f"{number:064b}".translate(_TO_BLANKS)


def base_in(field: str) -> str | None:
    """What such a field says; None where it says nothing, as in notes of older builds."""
    if not _BASE.fullmatch(field):
        return None
    number = int(field.translate(_TO_BITS), 2)
    return f"{number:016x}" if number else NO_WORDS


def without_employer(
    fields: Sequence[str], tags: Sequence[str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The content of a note: its fields and tags without whose it is and what it was based on."""
    texts = ("" if _BASE.fullmatch(text) else _LABEL.sub("", text) for text in fields)
    return tuple(texts), tuple(tag for tag in tags if not tag.startswith(EMPLOYER_TAG))
