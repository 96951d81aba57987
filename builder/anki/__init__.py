"""What only the real Anki can tell. Nothing else imports the optional `anki` library (AGPL)."""

from __future__ import annotations

from builder.diagnostics import Trouble

try:
    import anki.collection  # noqa: F401
except ImportError as error:
    raise Trouble(
        "this command asks the real Anki, and the `anki` library is not installed",
        help="pip install 'prepdeck[anki]'",
    ) from error
