"""Files that are written as a whole or not at all."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from builder.findings import PrepdeckError


def write(path: Path, content: bytes) -> None:
    """Replaces a file in one step, so that nobody ever reads half of it.

    A kill in the middle leaves the old file, and at worst a hidden `.tmp` beside it; the next write
    of the same file replaces that. Who may read and write the file stays as it was. Raises
    `PrepdeckError` when the file cannot be written.
    """
    temporary_path = path.with_name(f".{path.name}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with temporary_path.open("wb") as temporary_file:
                temporary_file.write(content)
                temporary_file.flush()
                os.fsync(temporary_file.fileno())
            if path.exists():
                temporary_path.chmod(stat.S_IMODE(path.stat().st_mode))
            os.replace(temporary_path, path)
        finally:
            temporary_path.unlink(missing_ok=True)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        help = "check its folder, and who may write there"
        raise PrepdeckError(f"{path} cannot be written: {reason}", help=help) from error
