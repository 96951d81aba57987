"""Files that are whole or not there."""

from __future__ import annotations

import os
from pathlib import Path

from builder.findings import PrepdeckError


def write(path: Path, content: bytes) -> None:
    """Replaces a file in one step, so that nobody ever reads half of it. Raises `PrepdeckError`.

    A kill in the middle leaves the old file, and at worst a hidden `.tmp` beside it, which the
    next write of the same file takes over.
    """
    beside = path.with_name(f".{path.name}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with beside.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            os.replace(beside, path)
        finally:
            beside.unlink(missing_ok=True)
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise PrepdeckError(f"{path} cannot be written: {why}", help="check its folder") from error
