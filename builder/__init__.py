"""prepdeck compiles plain YAML into Anki packages, one for each job role.

This module is what Python code may use of prepdeck; docs/reference.md has an example. A name is
imported when it is used first, so that `import builder` takes no time.
"""

from __future__ import annotations

from importlib import import_module

#: True for type checkers, as in `typing`, which takes longer to import than all else here.
TYPE_CHECKING = False

if TYPE_CHECKING:
    from builder.deck import Card, Deck, Note, NoteType
    from builder.findings import Diagnostic, PrepdeckError, Severity, Span
    from builder.package import read_package
    from builder.pipeline import BuildOptions, Compiled, build, compile_project
    from builder.project import Definition, Project, Role
    from builder.report import Built
    from builder.root import find_root

__version__ = "0.1.0"

__all__ = [
    "BuildOptions",
    "Built",
    "Card",
    "Compiled",
    "Deck",
    "Definition",
    "Diagnostic",
    "Note",
    "NoteType",
    "PrepdeckError",
    "Project",
    "Role",
    "Severity",
    "Span",
    "__version__",
    "build",
    "compile_project",
    "find_root",
    "read_package",
]

_MODULES = {
    "builder.deck": ("Card", "Deck", "Note", "NoteType"),
    "builder.findings": ("Diagnostic", "PrepdeckError", "Severity", "Span"),
    "builder.package": ("read_package",),
    "builder.pipeline": ("BuildOptions", "Compiled", "build", "compile_project"),
    "builder.project": ("Definition", "Project", "Role"),
    "builder.report": ("Built",),
    "builder.root": ("find_root",),
}
_MODULE_OF = {name: module for module, names in _MODULES.items() for name in names}


if not TYPE_CHECKING:  # a type checker would take it for a promise of every name

    def __getattr__(name: str) -> object:
        if name not in _MODULE_OF:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module(_MODULE_OF[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
