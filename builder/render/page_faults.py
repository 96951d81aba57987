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
    for tag in _TAG.finditer(text):
        section_sign, tag_content = tag[1], tag[2].strip()
        field_name = tag_content.rsplit(":", 1)[-1].strip()
        tag_span = _nth(folder, page, tag[0], occurrences[tag[0]])
        occurrences[tag[0]] += 1
        if field_name not in names and field_name not in SPECIAL:
            help = did_you_mean(field_name, names) or f"fields are {', '.join(sorted(names))}"
            message = f"unknown field `{field_name}`"
            findings.append(Diagnostic("template", message, tag_span, help))
        elif section_sign in {"#", "^"}:
            open_sections.append((field_name, tag_span))
        elif section_sign == "/" and (not open_sections or open_sections.pop()[0] != field_name):
            message = f"the section `{field_name}` closes where it is not open"
            help = "close each section before the section around it"
            findings.append(Diagnostic("template", message, tag_span, help))
        *filter_names, _ = tag_content.split(":")
        if "cloze" in [filter_name.strip() for filter_name in filter_names]:
            has_cloze = has_cloze or field_name == cloze
            if field_name != cloze and field_name in names:
                findings.append(_no_clozes(field_name, cloze, tag_span))
    if cloze is not None and not has_cloze:
        message = f"the page shows no clozes of the field `{cloze}`"
        help = f"write {{{{cloze:{cloze}}}}}; the back of a cloze note type needs it too"
        page_start = Span(f"{folder.path}/{page}", 1, 1, 1, 1)
        findings.append(Diagnostic("template", message, page_start, help))
    text_without_tags = _TAG.sub("", text)
    if "{{" in text_without_tags:
        brace_position = text_without_tags.index("{{")
        brace_text = text_without_tags[brace_position : brace_position + 12].split("<")[0]
        brace_span = _nth(folder, page, brace_text, 0)
        message, help = "`{{` has no `}}`", "write `{{Field}}`"
        findings.append(Diagnostic("template", message, brace_span, help))
    for section_name, section_span in open_sections:
        message, help = f"the section `{section_name}` never closes", f"add {{{{/{section_name}}}}}"
        findings.append(Diagnostic("template", message, section_span, help))
    return findings


def _no_clozes(field_name: str, cloze_field: str | None, span: Span) -> Diagnostic:
    """The fault in a field that a page shows as one with clozes."""
    message = f"the field `{field_name}` has no clozes"
    help = f"the field of `cloze:` is `{cloze_field}`"
    if cloze_field is None:
        help = "write `cloze:` with the key of a field in notetype.yaml, or take the filter out"
    return Diagnostic("template", message, span, help)


def _nth(folder: TemplateFolder, page: str, searched_text: str, occurrence: int) -> Span:
    """The span of an occurrence of a text in the page's source, counted from 0.

    Where a macro has written it, the span of the last occurrence before, or the page's start.
    """
    page_source, text_start = folder.files.get(page, ""), -1
    for _ in range(occurrence + 1):
        next_start = page_source.find(searched_text, text_start + 1)
        text_start = next_start if next_start >= 0 else text_start
    source_before = page_source[: max(text_start, 0)]
    line = source_before.count("\n") + 1
    column = len(source_before) - (source_before.rfind("\n") + 1) + 1
    return Span(f"{folder.path}/{page}", line, column, line, column + len(searched_text))


def fault_in_page(folder: TemplateFolder, page: str, error: Exception) -> Diagnostic:
    """Jinja2's fault, in the page where it stands: this page, or a page that it includes."""
    page_name, line_number = page, 1
    if isinstance(error, TemplateSyntaxError):
        page_name, line_number = error.name or page, error.lineno
    else:
        # Jinja2 rewrites tracebacks so that frames of templates have the templates' own lines.
        # The first of them is the page's; those after it are of macros.
        frames = extract_tb(error.__traceback__)
        line_number = next((f.lineno or 1 for f in frames if f.filename == "<template>"), 1)
    relative_path = f"templates/{page_name}" if "/" in page_name else f"{folder.path}/{page_name}"
    message = str(error) or type(error).__name__
    message, help = message[0].lower() + message[1:].rstrip("."), "mend the page"
    if isinstance(error, TemplateNotFound):
        message, help = f"no file `{error.name}`", "add the file"
    return Diagnostic(
        "template", message, Span(relative_path, line_number, 1, line_number, 1), help
    )
