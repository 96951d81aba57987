"""A project as it would be after a move: a copy of it, compiled."""

from __future__ import annotations

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

from builder.commands.new.move_files import Layout, lay_out, old_paths
from builder.commands.new.person import me_path
from builder.findings import Diagnostic, PrepdeckError
from builder.lock import LOCAL, read_locks
from builder.pipeline import Compiled, check_against_locks, compile_project
from builder.project import Project


def compiled_copy(project: Project, layout: Layout) -> Compiled:
    """The project as it would be, compiled in a copy."""
    with TemporaryDirectory(prefix="prepdeck-") as folder:
        _copy(project, layout, Path(folder))
        return compile_project(Path(folder))


def check_copy(project: Project, layout: Layout, old_errors: list[Diagnostic]) -> None:
    """Raises `PrepdeckError` for an error that the project does not have now."""
    known = {(error.rule, error.message) for error in old_errors}
    with TemporaryDirectory(prefix="prepdeck-") as folder:
        _copy(project, layout, Path(folder))
        compiled = compile_project(Path(folder))
        locks, faults = read_locks(compiled.project)
        findings = [*faults, *compiled.findings]
        findings += check_against_locks(
            compiled, zip(compiled.selections, compiled.decks, strict=True), locks
        )
        for error in findings:
            if error.is_error and (error.rule, error.message) not in known:
                raise PrepdeckError(
                    f"the move would be an error: {error.span}: {error.message}",
                    help=error.help or "nothing was written",
                )


def _copy(project: Project, layout: Layout, folder: Path) -> None:
    """The project as it would be: what a build reads of it."""
    root = project.root
    old = {path.resolve() for role in layout.roles for path in old_paths(project, role)}

    def left_out(parent: str, names: list[str]) -> list[str]:
        return [
            name
            for name in names
            if name.startswith(".") or name.endswith(".apkg") or Path(parent, name).resolve() in old
        ]

    shutil.copytree(root / "decks", folder / "decks", ignore=left_out)
    if (root / "templates").is_dir():
        shutil.copytree(root / "templates", folder / "templates")
    if (root / LOCAL).is_file():
        (folder / LOCAL).parent.mkdir(parents=True)
        shutil.copy2(root / LOCAL, folder / LOCAL)
    lay_out(project, layout, me_path(project, layout.person).parent, folder)
