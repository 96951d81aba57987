"""What prepdeck 0.1 left behind: the packages and locks of two projects, in `tests/old/`.

Every learner has decks that an earlier builder wrote. So some lives of a deck begin with those, and
today's builder goes on from them. Revision 3212810 wrote them; nothing writes them again, unless
one of the two projects must change:

    python tests/half_way.py CHECKOUT PYTHON

CHECKOUT is that revision, PYTHON has its libraries.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

OLD = Path(__file__).parent / "old"
LOCAL_LOCK = ".prepdeck/local.lock"
RELEASED_LOCK = "decks/notes.lock"

#: When 0.1 built, and ten seconds later released, in Unix seconds. The law's clock begins there.
BUILT = 1_790_000_010
RELEASED = BUILT + 10

#: The roles of the law's project that 0.1 built, beside `agent`.
LAW_ROLES = ("acme", "beta", "hire", "lead", "solo")


def leave(name: str, root: Path, *, released: bool = True) -> list[Path]:
    """Puts into the project at `root` what 0.1 wrote there: its packages, which are returned, and
    its locks. Without `released` it never released.
    """
    for path in sorted((OLD / name).rglob("*")):
        inside = path.relative_to(OLD / name).as_posix()
        if path.is_dir() or (inside == RELEASED_LOCK and not released):
            continue
        target = root / (LOCAL_LOCK if inside == "local.lock" else inside)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
    return sorted((root / "build").rglob("*.apkg"))


def write_by(checkout: Path, python: Path) -> None:
    """Has the builder of a checkout write both projects' packages and locks anew."""
    from law_author import Author

    with tempfile.TemporaryDirectory() as folder:
        law = Author(Path(folder, "law"))
        law.root.mkdir()
        law.begin(LAW_ROLES)
        law.write()
        project = Path(folder, "project")
        shutil.copytree(OLD / "sources", project)
        for root in (law.root, project):
            for arguments, at in ((["build"], BUILT), (["build", "--release"], RELEASED)):
                environment = {"PYTHONPATH": str(checkout), "SOURCE_DATE_EPOCH": str(at)}
                command = [str(python), "-m", "builder", *arguments]
                subprocess.run(command, cwd=root, env={**os.environ, **environment}, check=True)
            target = OLD / root.name
            shutil.rmtree(target, ignore_errors=True)
            written = [*root.rglob("*.apkg"), *(root / "decks").rglob("notes.lock")]
            for path in [*written, root / LOCAL_LOCK]:
                inside = path.relative_to(root).as_posix()
                kept = target / ("local.lock" if inside == LOCAL_LOCK else inside)
                kept.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, kept)


if __name__ == "__main__":
    write_by(Path(sys.argv[1]).resolve(), Path(sys.argv[2]).absolute())
