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
_LABEL = re.compile(r'<span class="(?:employer|base)">.*?</span>')
_BASE = re.compile(r'<span class="base">([^<]*)</span>')


def employer_label(text: str) -> str:
    """The HTML that shows an employer behind the content of a field."""
    return f'<span class="employer">{text}</span>'


def base_label(answer: str) -> str:
    """The HTML of the field that says with which answer a note was packed. It is no content either.

    A learner's copy keeps it while it is theirs: so an export says upon which words they wrote.
    """
    return f'<span class="base">{base_of(answer)}</span>'


def base_in(field: str) -> str | None:
    """What such a field says; None where it is empty, as in notes of older builds."""
    base_match = _BASE.search(field)
    return base_match[1] if base_match else None


def without_employer(
    fields: Sequence[str], tags: Sequence[str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The content of a note: its fields and tags without whose it is and what it was based on."""
    texts = (_LABEL.sub("", text) if '<span class="' in text else text for text in fields)
    return tuple(texts), tuple(tag for tag in tags if not tag.startswith(EMPLOYER_TAG))
