r"""From a text with clozes to the HTML of a field that Anki hides parts of.

The marks stay as they are, and Markdown is read around them and in them. Anki takes the first `}}`
behind a mark for its end, and the first `::` for the beginning of its hint. So where these signs
are part of a formula, of code or of a value, or have a backslash before them, the second one
becomes an HTML entity: a learner sees no difference.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple
from urllib.parse import quote

from builder.cloze import OPENS
from builder.ids import ROOM
from builder.render.text import VARIABLE, block_html, formulas

#: The greatest number. Anki allows 500, and a note's row has room for so many cards.
MOST = ROOM - 1

#: Stands before a sign that means nothing to Anki; no YAML file may have this noncharacter.
_BREAK = "\ufdd2"
_SIGN = re.compile("[{}:]")
_BROKEN = re.compile(f"{_BREAK}(.)")
#: The first of two equal signs; or a variable, which keeps its braces.
_DOUBLED = re.compile(rf"{VARIABLE.pattern}|(?P<sign>[{{}}:])(?=(?P=sign))")

_TOKEN = re.compile(
    rf"(?P<variable>{VARIABLE.pattern})"
    r"|(?P<opens>\{\{c(?P<number>[0-9]+)::)"
    r"|(?P<like>\{\{ *[cC]? *[0-9]+ *::?|\{\{[cC]::?)"
    r"|(?P<escape>\\[:{}])|(?P<closes>\}\})|(?P<hint>::)|(?P<brace>[{}])"
)
#: Two braces that open nothing. Of three before a mark the first is a brace of the text.
_STRAY = re.compile(r"\{\{(?!\{?c[0-9]+::)")
_BACKTICKS = re.compile("`+")
_TAG = re.compile(r"<(/?)([a-z]+)(?:[^\">]|\"[^\"]*\")*>")

_WHOLE = "hide each part with a mark of its own; marks may have the same number"


class Mark(NamedTuple):
    """A cloze: its number, and where its mark opens in the text."""

    number: int
    start: int
    end: int


class Slip(NamedTuple):
    """A fault in the marks of a text, with the part of the text that it is about."""

    start: int
    end: int
    message: str
    help: str


def cloze_html(source: str, values: Mapping[str, str]) -> str:
    """Markdown with clozes, in paragraphs and lists, as HTML. `values`: those of variables."""
    reading = _Reading(source)
    # A single sign too: the text may go on with another one.
    harmless_values = {
        variable_name: _SIGN.sub(rf"{_BREAK}\g<0>", value)
        for variable_name, value in values.items()
    }
    return _mended(block_html("".join(reading.parts), harmless_values))


def slips_of(source: str) -> list[Slip]:
    """All that is wrong with the marks of a text, in the order of the text."""
    reading = _Reading(source)
    slips = reading.slips
    if not reading.marks and not slips:
        help = "hide what should be remembered: `{{c1::hidden}}`"
        return [Slip(0, len(source), "this text hides nothing", help)]
    if not slips:
        slips += _torn(source, reading)
    return sorted(slips)


def _torn(source: str, reading: _Reading) -> Iterator[Slip]:
    """Marks that Markdown takes apart, or that open in one element and close in another."""
    html = cloze_html(source, dict.fromkeys(VARIABLE.findall(source), "x"))
    openings = [*OPENS.finditer(html)]
    if [int(opening[1]) for opening in openings] != [mark.number for mark in reading.marks]:
        mark = reading.marks[0]
        message = "Markdown takes a mark in this text apart"
        yield Slip(mark.start, mark.end, message, "hide no part of an address")
        return
    for mark, opening in zip(reading.marks, openings, strict=True):
        hidden_html = html[opening.end() : html.find("}}", opening.end())]
        if not all(map(_is_balanced, hidden_html.split("::", 1))):
            message = (
                f"`c{mark.number}` opens and closes in different paragraphs, items or emphasis"
            )
            yield Slip(mark.start, mark.end, message, _WHOLE)


def _is_balanced(html: str) -> bool:
    open_tags: list[str] = []
    for closing, tag_name in _TAG.findall(html):
        if closing:
            if not open_tags or open_tags.pop() != tag_name:
                return False
        elif tag_name != "br":
            open_tags.append(tag_name)
    return not open_tags


def _broken(text: str) -> str:
    """The text, with a break in every pair of signs that Anki would read."""
    return _DOUBLED.sub(lambda sign: f"{sign[0]}{_BREAK if sign['sign'] else ''}", text)


def _mended(html: str) -> str:
    html = html.replace(quote(_BREAK), "")
    return _BROKEN.sub(lambda sign: f"&#{ord(sign[1])};", html)


def _code(source: str) -> Iterator[slice]:
    """Where code is, between equal runs of backticks."""
    backtick_runs = [run.span() for run in _BACKTICKS.finditer(source)]
    positions_by_length: dict[int, list[int]] = {}
    for run_position in range(len(backtick_runs) - 1, -1, -1):
        run_start, run_end = backtick_runs[run_position]
        positions_by_length.setdefault(run_end - run_start, []).append(run_position)
    run_position = 0
    while run_position < len(backtick_runs):
        run_start, run_end = backtick_runs[run_position]
        equal_run_positions = positions_by_length[run_end - run_start]
        while equal_run_positions and equal_run_positions[-1] <= run_position:
            equal_run_positions.pop()
        if equal_run_positions:
            run_position = equal_run_positions[-1]
            yield slice(run_start, backtick_runs[run_position][1])
        run_position += 1


def _whole_parts(source: str) -> Iterator[tuple[slice, str]]:
    """Formulas and code, in their order, and what each is; a formula in code is code."""
    part_spans = [(part.start, part.stop, "formula") for part in formulas(source)]
    masked_letters = [*source]
    for part_start, part_stop, _ in part_spans:
        masked_letters[part_start:part_stop] = "x" * (part_stop - part_start)
    part_spans += [(part.start, part.stop, "code") for part in _code("".join(masked_letters))]
    last_stop = 0
    for part_start, part_stop, part_noun in sorted(part_spans):
        if part_start >= last_stop:
            last_stop = part_stop
            yield slice(part_start, part_stop), part_noun


class _Reading:
    """One walk over a text: its marks, its slips, and the text with breaks where they belong.

    A formula or code that has a mark inside is read like all other text; but a backslash is its
    own, and a mark that opens in it must close in it.
    """

    def __init__(self, source: str) -> None:
        self.source = source
        self.marks: list[Mark] = []
        self.slips: list[Slip] = []
        self.parts: list[str] = []
        self.open_mark: Mark | None = None
        self.content = 0  # where the hidden text begins
        self.hint = -1  # where the hint begins, -1 before it
        self.braces = 0
        walked_to = 0
        for formula_or_code, part_noun in _whole_parts(source):
            self._walk(walked_to, formula_or_code.start)
            walked_to = formula_or_code.stop
            inner_opening = OPENS.search(source, formula_or_code.start, walked_to)
            if self.open_mark is None and inner_opening is not None:
                self._walk(formula_or_code.start, walked_to, own_backslash=True)
                if self.open_mark is not None:
                    self._slip(
                        self.open_mark, f"the mark does not close in the {part_noun}", _WHOLE
                    )
                    self.open_mark = None
            else:
                if inner_opening is not None:
                    self._nested(inner_opening)
                self.parts.append(_broken(source[formula_or_code]))
        self._walk(walked_to, len(source))
        if self.open_mark is not None:
            self._slip(self.open_mark, "this mark never closes", "write `}}` behind what it hides")

    def _slip(self, faulty_part: Mark | re.Match[str], message: str, help: str) -> None:
        if isinstance(faulty_part, re.Match):
            slip_start, slip_end = faulty_part.span()
        else:
            slip_start, slip_end = faulty_part.start, faulty_part.end
        self.slips.append(Slip(slip_start, slip_end, message, help))

    def _nested(self, inner_opening: re.Match[str]) -> None:
        help = "close the first with `}}` before the second opens"
        self._slip(inner_opening, "a mark inside another one", help)

    def _walk(self, walk_start: int, walk_end: int, *, own_backslash: bool = False) -> None:
        walked_to = walk_start
        while walked_to < walk_end:
            token = _TOKEN.search(self.source, walked_to, walk_end)
            if token is None:
                break
            self.parts.append(self.source[walked_to : token.start()])
            walked_to = self._step(token, own_backslash)
        self.parts.append(self.source[walked_to:walk_end])

    def _step(self, token: re.Match[str], own_backslash: bool) -> int:
        """Reads a token, and returns where it ends."""
        token_text = token[0]
        match token.lastgroup if token.lastgroup != "number" else "opens":
            case "opens":
                self._open(token)
            case "like":
                message = f"`{token_text}` opens no cloze"
                self._slip(token, message, "write `{{c1::hidden}}`, with a small c and two colons")
            case "escape" if not own_backslash:
                token_text = _BREAK + token_text[1]
            case "hint" if self.open_mark is not None and self.hint < 0:
                self.hint = token.start()
            case "closes" if self.open_mark is not None:
                self._close(token, own_backslash)
            case "closes":
                token_text = _broken(token_text)
            case "brace":
                self.braces += 1 if token_text == "{" else -1
                # `{{` that opens nothing: the second brace is another token.
                if _STRAY.match(self.source, token.start()):
                    token_text += _BREAK
        self.parts.append(token_text)
        return token.end()

    def _open(self, token: re.Match[str]) -> None:
        if self.open_mark is not None:
            self._nested(token)
            return
        number_digits = token["number"]
        cloze_number = int(number_digits[:6])
        if number_digits != str(cloze_number) or not 1 <= cloze_number <= MOST:
            message = f"`c{number_digits}` is not a number from c1 to c{MOST}"
            self._slip(token, message, "number the cards of a note from c1")
        self.open_mark = Mark(cloze_number, token.start(), token.end())
        self.marks.append(self.open_mark)
        self.content, self.hint, self.braces = token.end(), -1, 0

    def _close(self, token: re.Match[str], in_whole_part: bool) -> None:
        mark, closing_start = self.open_mark, token.start()
        assert mark is not None
        hidden_text = self.source[self.content : self.hint if self.hint >= 0 else closing_start]
        if not hidden_text.strip():
            self._slip(mark, "this mark hides nothing", "write a text between `::` and `}}`")
        elif self.braces > 0 and (in_whole_part or self.source.startswith("}", token.end())):
            message = "the mark closes inside braces of the text that it hides"
            self._slip(mark, message, r"write `\{` and `\}`; in a formula put a blank: `} }`")
        self.open_mark = None
