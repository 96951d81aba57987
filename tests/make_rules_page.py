"""docs/rules.md, from the pages of builder/rules/: `make docs` writes it."""

from __future__ import annotations

import re
from itertools import groupby

from builder import shipped
from builder.checks import every_rule
from builder.findings import Rule

_HEAD = """\
# Rules

Every mistake that `prepdeck check` and `prepdeck build` find. An error blocks the packages that it
concerns, and no other; a warning blocks them only under `--strict`. A definition can silence some
warnings, with a reason, under [`silence`](kinds.md#every-definition). `prepdeck explain RULE`
prints one of these pages.

The examples stand in a small project of questions, KPIs and skills with one role, `agent`. Above
each is the file that it stands in.
"""

_FOOT = """\
`make docs` makes this page from `builder/rules/`.
"""

_FENCE = re.compile(r"^```(\w+) (\S+) ?(.*)\n((?:(?!```).*\n)*)```$", re.MULTILINE)
_NOTES = {
    "": "",
    "bytes": r", where `\xNN` stands for the byte NN",
    "before": ", as it was built before",
    "before release": ", as it was released before",
}


def rules_page() -> str:
    """An index by section, then every page."""
    index = [_HEAD, "## Index\n"]
    pages = []
    for section, rules in groupby(every_rule(), lambda rule: rule.section):
        title = section[0].upper() + section[1:]
        head = "| rule | severity | can be silenced | in short |\n|---|---|---|---|"
        members = list(rules)
        index.append("\n".join([f"{title}:\n", head, *map(_row, members), ""]))
        pages += [f"## {title}\n", *map(_lowered, members)]
    return "\n".join([*index, *pages, _FOOT])


def _row(rule: Rule) -> str:
    silence = "yes" if rule.silenceable else ""
    in_short = " ".join(_text(rule).split("\n\n")[1].split())
    return f"| [{rule.name}](#{rule.name}) | {rule.severity} | {silence} | {in_short} |"


def _text(rule: Rule) -> str:
    return (shipped.rules() / f"{rule.name}.md").read_text(encoding="utf-8")


def _lowered(rule: Rule) -> str:
    """A rule's page with its headings two levels down, and above each block the file's name.

    What stands behind a block's language is not shown where Markdown is shown as a page.
    """
    named = _FENCE.sub(_with_file_name, _text(rule))
    fences = re.split(r"(^```.*?^```$)", named, flags=re.MULTILINE | re.DOTALL)
    return "".join(
        part if part.startswith("```") else re.sub(r"^#", "###", part, flags=re.MULTILINE)
        for part in fences
    )


def _with_file_name(fence: re.Match[str]) -> str:
    language, file, words, text = fence.groups()
    return f"`{file}`{_NOTES[words]}:\n\n```{language}\n{text}```"
