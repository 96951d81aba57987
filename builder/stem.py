"""What is left of an English word when its ending is gone: planning and planned are `plan`."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

#: Endings, longest first, with the fewest letters that must be left.
_ENDINGS = [
    *((ending, 4) for ending in ("isations", "izations", "isation", "ization", "ations", "ation")),
    *((ending, 4) for ending in ("ating", "ising", "izing", "ments", "iness")),
    *((ending, 4) for ending in ("ated", "ates", "ised", "ized", "ises", "izes", "ness", "ment")),
    *((ending, 3) for ending in ("ings", "ing", "ies", "ied")),
    *((ending, 4) for ending in ("ers", "ors", "als", "ate", "ise", "ize", "ive")),
    *((ending, 3) for ending in ("ed", "es")),
    *((ending, 4) for ending in ("er", "or", "al", "ly")),
    *((ending, 3) for ending in ("s", "y", "e")),
]


@cache
def stem(word: str) -> str:
    """The word without its ending, in plain small letters: light, and of English alone."""
    plain = unicodedata.normalize("NFKD", word).casefold().replace("’", "'").partition("'")[0]
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    plain = re.sub(r"(?<=[a-z]{3})tre(s?)$", r"ter\1", plain)  # centre, center
    if plain.startswith("foundation"):  # nothing is found
        return "foundation"
    for ending, left in _ENDINGS:
        if plain.endswith(ending) and len(plain) - len(ending) >= left:
            if ending == "s" and plain.endswith(("ss", "us")):
                continue
            plain = plain.removesuffix(ending)
            # planning, plan; but not call, calls
            if ending in {"ing", "ed", "er", "ers"} and re.search(r"([bdgmnprt])\1$", plain):
                plain = plain[:-1]
            break
    return plain
