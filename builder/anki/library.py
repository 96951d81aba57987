"""What the other modules here use of the optional `anki` library; without it, how to get it."""

from __future__ import annotations

from builder.findings import PrepdeckError

try:
    from anki.collection import Collection, ImportAnkiPackageOptions, ImportAnkiPackageRequest
    from anki.errors import AnkiException
    from anki.models import ModelManager
except ImportError as error:
    raise PrepdeckError(
        "this command needs the real Anki, and the `anki` library is not installed",
        help="pip install 'prepdeck[anki]'",
    ) from error

__all__ = [
    "AnkiException",
    "Collection",
    "ImportAnkiPackageOptions",
    "ImportAnkiPackageRequest",
    "ModelManager",
]
