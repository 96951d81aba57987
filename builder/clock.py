"""The present time and day, which `SOURCE_DATE_EPOCH` may replace."""

from __future__ import annotations

import os
import time
from datetime import date, datetime

from builder.findings import PrepdeckError

#: Anki's day begins at four in the morning; seconds.
_DAY_BEGINS = 4 * 3600

#: How far `SOURCE_DATE_EPOCH` may be ahead of the clock, in seconds: another time zone's day.
_AHEAD = 86_400


def now() -> int:
    """Unix seconds, from `SOURCE_DATE_EPOCH` if it is set.

    Raises `PrepdeckError` when it is not a time, or is in the future.
    """
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if epoch is None:
        return int(time.time())
    if not epoch.isdecimal() or not epoch.strip("0"):
        raise PrepdeckError(
            f"SOURCE_DATE_EPOCH is `{epoch[:20]}`, which is not a time",
            help="set it to whole seconds since 1970, or unset it",
        )
    # Python refuses to read numbers of thousands of digits.
    if len(epoch) > 20 or int(epoch) > time.time() + _AHEAD:
        raise PrepdeckError(
            f"SOURCE_DATE_EPOCH is `{epoch[:20]}`, which is in the future",
            help="give seconds: stamps ahead of the clock overwrite learners' edits",
        )
    return int(epoch)


def today() -> date:
    """The day that it is in Anki, from `SOURCE_DATE_EPOCH` if it is set."""
    return day_at(now())


def day_at(seconds: int) -> date:
    """The day that it is in Anki at a time in Unix seconds."""
    return datetime.fromtimestamp(seconds - _DAY_BEGINS).date()
