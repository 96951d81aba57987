"""The present time and day, which `SOURCE_DATE_EPOCH` may replace."""

from __future__ import annotations

import os
import time
from datetime import date, datetime

from builder.findings import PrepdeckError

#: Anki's day begins at four in the morning; seconds.
_DAY_BEGINS = 4 * 3600


def now() -> int:
    """Unix seconds; `SOURCE_DATE_EPOCH` stands in for the clock. Raises `PrepdeckError` if it is none."""
    said = os.environ.get("SOURCE_DATE_EPOCH")
    if said is None:
        return int(time.time())
    if not said.isdecimal() or int(said) == 0:
        raise PrepdeckError(
            f"SOURCE_DATE_EPOCH is `{said}`, which is no time",
            help="set it to whole seconds since 1970, or unset it",
        )
    if int(said) > time.time() + 86_400:
        raise PrepdeckError(
            f"SOURCE_DATE_EPOCH is `{said[:20]}`, which is still to come",
            help="give seconds: stamps ahead of the clock overwrite learners' edits",
        )
    return int(said)


def today() -> date:
    """The day that Anki has now; `SOURCE_DATE_EPOCH` stands in for the clock."""
    return datetime.fromtimestamp(now() - _DAY_BEGINS).date()
