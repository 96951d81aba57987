"""The pages of `templates/preview` and `templates/sheet`: one self-contained HTML file each.

A page's folder holds `page.html`, Jinja2 with the brackets that note types have, and whatever
`.css` and `.js` it takes in whole, as `[[ file("style.css") ]]`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import Markup

from builder import shipped
from builder.findings import PrepdeckError
from builder.project import Project
from builder.render.notetypes import SYNTAX, text_lookup


def page(project: Project, folder: str, **values: Any) -> str:
    """The page of that folder: the project's own if it has one, else the wheel's.

    Everything in `values` is escaped but what is `Markup`. Raises `PrepdeckError` when the page
    cannot be read or has a fault.
    """
    bases = (project.root / "templates" / folder, shipped.templates() / folder)
    source = next((base for base in bases if base.is_dir()), bases[-1])
    environment = SandboxedEnvironment(
        **SYNTAX,
        undefined=StrictUndefined,
        autoescape=True,
    )
    environment.globals |= {
        "file": lambda name: Markup(_text(source / name)),
        "word": text_lookup(project.card_texts),
        "language": project.settings.value.language,
    }
    try:
        return environment.from_string(_text(source / "page.html")).render(values)
    except TemplateError as error:
        line = f":{error.lineno}" if isinstance(error, TemplateSyntaxError) else ""
        message = (error.message or type(error).__name__).rstrip(".")
        language = project.settings.value.language
        raise PrepdeckError(
            f"templates/{folder}/page.html{line}: {message[:1].lower()}{message[1:]}",
            help=f"mend the page; its words are in templates/_shared/words.{language}.yaml",
        ) from error


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise PrepdeckError(
            f"templates/{path.parent.name}/{path.name} cannot be read",
            help="add it, or take your own folder away: the wheel has one",
        ) from error
