"""What is wrong in the pages of a note type: Jinja2's faults, and what Anki would not show."""

from __future__ import annotations

import re
from collections import Counter
from traceback import extract_tb

from jinja2 import TemplateNotFound, TemplateSyntaxError

from builder.findings import Diagnostic, Span, did_you_mean
from builder.load.templates import SPECIAL
from builder.project import TemplateFolder

_TAG = re.compile(r"\{\{([#^/]?)([^{}]*)\}\}")


def faults_in_page(
    folder: TemplateFolder, page: str, text: str, names: set[str], cloze: str | None
) -> list[Diagnostic]:
    """Unknown fields, sections that do not close, and clozes where there are none.

    `text` is the page as Anki gets it, `cloze` the name of the field with clozes, if it has one.
    """
    findings: list[Diagnostic] = []
    open_sections: list[tuple[str, Span]] = []
    occurrences: Counter[str] = Counter()
    has_cloze = False
    for match in _TAG.finditer(text):
        sign, inside = match[1], match[2].strip()
        name = inside.rsplit(":", 1)[-1].strip()
        span = _nth(folder, page, match[0], occurrences[match[0]])
        occurrences[match[0]] += 1
        if name not in names and name not in SPECIAL:
            help = did_you_mean(name, names) or f"fields are {', '.join(sorted(names))}"
            message = f"unknown field `{name}`"
            findings.append(Diagnostic("template", message, span, help))
        elif sign in {"#", "^"}:
            open_sections.append((name, span))
        elif sign == "/" and (not open_sections or open_sections.pop()[0] != name):
            message = f"the section `{name}` closes where it is not open"
            help = "close each section before the section around it"
            findings.append(Diagnostic("template", message, span, help))
        *filters, _ = inside.split(":")
        if "cloze" in [filter.strip() for filter in filters]:
            has_cloze = has_cloze or name == cloze
            if name != cloze and name in names:
                findings.append(_no_clozes(name, cloze, span))
    if cloze is not None and not has_cloze:
        message = f"the page shows no clozes of the field `{cloze}`"
        help = f"write {{{{cloze:{cloze}}}}}; the back of a cloze note type needs it too"
        span = Span(f"{folder.path}/{page}", 1, 1, 1, 1)
        findings.append(Diagnostic("template", message, span, help))
    untagged = _TAG.sub("", text)
    if "{{" in untagged:
        span = _nth(folder, page, untagged[untagged.index("{{") :][:12].split("<")[0], 0)
        message, help = "`{{` has no `}}`", "write `{{Field}}`"
        findings.append(Diagnostic("template", message, span, help))
    for name, span in open_sections:
        message, help = f"the section `{name}` never closes", f"add {{{{/{name}}}}}"
        findings.append(Diagnostic("template", message, span, help))
    return findings


def _no_clozes(name: str, cloze: str | None, span: Span) -> Diagnostic:
    """The fault in a field that a page shows as one with clozes."""
    message = f"the field `{name}` has no clozes"
    help = f"the field of `cloze:` is `{cloze}`"
    if cloze is None:
        help = "write `cloze:` with the key of a field in notetype.yaml, or take the filter out"
    return Diagnostic("template", message, span, help)


def _nth(folder: TemplateFolder, page: str, sign: str, number: int) -> Span:
    """The span of an occurrence of `sign` in the page's source, counted from 0.

    Where a macro has written it, the span of the last occurrence before, or the page's start.
    """
    source, start = folder.files.get(page, ""), -1
    for _ in range(number + 1):
        following = source.find(sign, start + 1)
        start = following if following >= 0 else start
    before = source[: max(start, 0)]
    line, column = before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1
    return Span(f"{folder.path}/{page}", line, column, line, column + len(sign))


def fault_in_page(folder: TemplateFolder, page: str, error: Exception) -> Diagnostic:
    """Jinja2's fault, in the page where it stands: this page, or a page that it includes."""
    name, line = page, 1
    if isinstance(error, TemplateSyntaxError):
        name, line = error.name or page, error.lineno
    else:
        # Jinja2 rewrites tracebacks so that frames of templates have the templates' own lines.
        # The first of them is the page's; those after it are of macros.
        frames = extract_tb(error.__traceback__)
        line = next((f.lineno or 1 for f in frames if f.filename == "<template>"), 1)
    file = f"templates/{name}" if "/" in name else f"{folder.path}/{name}"
    message = str(error) or type(error).__name__
    message, help = message[0].lower() + message[1:].rstrip("."), "mend the page"
    if isinstance(error, TemplateNotFound):
        message, help = f"no file `{error.name}`", "add the file"
    return Diagnostic("template", message, Span(file, line, 1, line, 1), help)
