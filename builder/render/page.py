"""The pages of `templates/preview` and `templates/sheet`: one self-contained HTML file each.

A page's folder holds `page.html`, Jinja2 with the brackets that note types have, and the `.css` and
`.js` files that it includes whole, as `[[ file("style.css") ]]`. A file of the project replaces the
wheel's file of the same name.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import Markup

from builder import inside, shipped
from builder.findings import PrepdeckError
from builder.project import Project
from builder.render.notetypes import SYNTAX, text_lookup


def page(project: Project, folder: str, **values: Any) -> str:
    """The page of that folder, with these values: all but `Markup` is escaped.

    Raises `PrepdeckError` when the page cannot be read or has a fault.
    """
    environment = SandboxedEnvironment(
        **SYNTAX,
        undefined=StrictUndefined,
        autoescape=True,
    )
    environment.globals |= {
        "file": lambda name: Markup(_text(project, folder, name)),
        "word": text_lookup(project.card_texts),
        "language": project.settings.value.language,
    }
    try:
        return environment.from_string(_text(project, folder, "page.html")).render(values)
    except TemplateError as error:
        line_suffix = f":{error.lineno}" if isinstance(error, TemplateSyntaxError) else ""
        message = (error.message or type(error).__name__).rstrip(".")
        language = project.settings.value.language
        raise PrepdeckError(
            f"templates/{folder}/page.html{line_suffix}: {message[:1].lower()}{message[1:]}",
            help=f"mend the page; its words are in templates/_shared/words.{language}.yaml",
        ) from error


def page_file(project: Project, folder: str, name: str) -> Path:
    """The path of a file of a page: the project's own if it has one, else the wheel's."""
    candidate_paths = [
        templates_folder / folder / name
        for templates_folder in (project.root / "templates", shipped.templates())
    ]
    return next((path for path in candidate_paths if path.is_file()), candidate_paths[0])


def _text(project: Project, folder: str, file_name: str) -> str:
    try:
        path = page_file(project, folder, file_name)
        content = inside.content(path, shipped.project_of(path, project.root))
        return content.decode().replace("\r\n", "\n")
    except inside.Refused as error:
        message = f"templates/{folder}/{file_name} cannot be read: {error.strerror}"
        raise PrepdeckError(message, help=error.help) from error
    except (OSError, UnicodeDecodeError) as error:
        raise PrepdeckError(
            f"templates/{folder}/{file_name} cannot be read", help="add the file, as text in UTF-8"
        ) from error
