"""The present time and day, which `SOURCE_DATE_EPOCH` may replace."""

from __future__ import annotations

import os
import time
from datetime import date, datetime

from builder.findings import PrepdeckError

#: Anki's day begins at four in the morning; seconds.
_DAY_BEGINS = 4 * 3600


def now() -> int:
    """Unix seconds; `SOURCE_DATE_EPOCH` replaces the clock.

    Raises `PrepdeckError` if that is not a time, or is more than a day ahead of the clock.
    """
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if epoch is None:
        return int(time.time())
    if not epoch.isdecimal() or int(epoch) == 0:
        raise PrepdeckError(
            f"SOURCE_DATE_EPOCH is `{epoch}`, which is not a time",
            help="set it to whole seconds since 1970, or unset it",
        )
    if int(epoch) > time.time() + 86_400:
        raise PrepdeckError(
            f"SOURCE_DATE_EPOCH is `{epoch[:20]}`, which is in the future",
            help="give seconds: stamps that are ahead of the clock overwrite learners' edits",
        )
    return int(epoch)


def today() -> date:
    """The day that Anki has now; `SOURCE_DATE_EPOCH` replaces the clock."""
    return datetime.fromtimestamp(now() - _DAY_BEGINS).date()
