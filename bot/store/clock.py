"""A clock for waits, leases and rates: epoch seconds that follow no jump of the system's clock."""

import time
from functools import cache


def now() -> float:
    """Return epoch seconds: the system's time when first asked, and what has passed since then.

    Steady within a process, whatever is done to the system's clock meanwhile; time asleep counts
    where the system can tell (CLOCK_BOOTTIME).
    """
    return _offset() + _steady()


@cache
def _offset() -> float:
    return time.time() - _steady()


def _steady() -> float:
    if hasattr(time, "CLOCK_BOOTTIME"):
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    return time.monotonic()
