"""English words without their endings: planning and planned are both `plan`."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

#: Endings, the longest first, each with the fewest letters that must remain before it.
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
    """The word without its ending, in small letters without accents. Knows English endings only."""
    plain_word = unicodedata.normalize("NFKD", word).casefold().replace("’", "'").partition("'")[0]
    plain_word = "".join(c for c in plain_word if not unicodedata.combining(c))
    plain_word = re.sub(r"(?<=[a-z]{3})tre(s?)$", r"ter\1", plain_word)  # centre, center
    if plain_word.startswith("foundation"):  # not a form of `found`
        return "foundation"
    for ending, least_letters in _ENDINGS:
        if plain_word.endswith(ending) and len(plain_word) - len(ending) >= least_letters:
            if ending == "s" and plain_word.endswith(("ss", "us")):
                continue
            plain_word = plain_word.removesuffix(ending)
            # planning is plan, but call stays call
            if ending in {"ing", "ed", "er", "ers"} and re.search(r"([bdgmnprt])\1$", plain_word):
                plain_word = plain_word[:-1]
            break
    return plain_word
