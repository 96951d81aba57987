"""docs/rules.md, from the pages of builder/rules/.

The order and the sections are those of `RULES` in builder/findings.py, whose comments name them.
"""

from __future__ import annotations

import inspect
import re
from pathlib import Path

from builder import findings, shipped
from builder.findings import RULES

PAGE = Path(__file__).parent.parent / "docs/rules.md"

_HEAD = """\
# Rules

Every mistake that `prepdeck check` and `prepdeck build` know. An error blocks the packages that it
touches, and no other; a warning blocks them only under `--strict`. `prepdeck explain RULE` prints
one of these pages.

The examples stand in a small project of questions, KPIs and skills with one role, `agent`. Above
each is the file that it stands in.
"""

_FOOT = """\
`make docs` makes this page from `builder/rules/`.
"""

_FENCE = re.compile(r"^```(\w+) (\S+) ?(.*)\n((?:(?!```).*\n)*)```$", re.MULTILINE)
_SAID = {
    "": "",
    "bytes": r", where `\xNN` stands for the byte NN",
    "before": ", as it was built before",
    "before release": ", as it was released before",
}


def sections() -> dict[str, list[str]]:
    """The rules by section, as the comments in `RULES` divide them."""
    found: dict[str, list[str]] = {}
    for line in inspect.getsource(findings).split("RULES: ")[1].split("\n}\n")[0].splitlines():
        if title := re.match(r" *# (.*)", line):
            found[title[1]] = []
        elif rule := re.match(r' *"([a-z0-9-]+)":', line):
            found[list(found)[-1]].append(rule[1])
    return found


def rules_page() -> str:
    """An index by section, then every page."""
    index = [_HEAD, "## Index\n"]
    pages = []
    for title, rules in sections().items():
        rows = [f"| [{rule}](#{rule}) | {RULES[rule]} | {_first_line(rule)} |" for rule in rules]
        head = "| rule | severity | in short |\n|---|---|---|"
        index.append("\n".join([f"{_capital(title)}:\n", head, *rows, ""]))
        pages += [f"## {_capital(title)}\n", *map(_lowered, rules)]
    return "\n".join([*index, *pages, _FOOT])


def _text(rule: str) -> str:
    return (shipped.rules() / f"{rule}.md").read_text(encoding="utf-8")


def _first_line(rule: str) -> str:
    return " ".join(_text(rule).split("\n\n")[1].split())


def _capital(title: str) -> str:
    return title[0].upper() + title[1:]


def _lowered(rule: str) -> str:
    """A rule's page with its headings two levels down, and above each block the file's name.

    What stands behind a block's language is not shown where Markdown is shown as a page.
    """
    said = _FENCE.sub(_named, _text(rule))
    fences = re.split(r"(^```.*?^```$)", said, flags=re.MULTILINE | re.DOTALL)
    return "".join(
        part if part.startswith("```") else re.sub(r"^#", "###", part, flags=re.MULTILINE)
        for part in fences
    )


def _named(fence: re.Match[str]) -> str:
    language, file, words, text = fence.groups()
    return f"`{file}`{_SAID[words]}:\n\n```{language}\n{text}```"
