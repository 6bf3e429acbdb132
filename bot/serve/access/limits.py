"""Rate limits in memory: how often each client may ask."""

import time
from collections import OrderedDict
from collections.abc import Callable
from ipaddress import IPv6Address, ip_address

_MINUTE_S = 60.0
_CLIENTS = 65_536
"""Clients remembered. More at once than that are forgotten, the one that asked longest ago first,
so that memory stays bounded when every request comes from another address."""


class Limits:
    """Buckets by client that refill evenly.

    The generic cell rate algorithm (ITU-T I.371): a bucket is the moment at which it is full again.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._full_at: OrderedDict[str, float] = OrderedDict()

    def wait(self, client: str, per_minute: int) -> float:
        """Count a request; return 0 if it may go on, else the seconds after which one may.

        `per_minute` requests may come at once, and that many every minute; 0 means no limit.
        """
        if per_minute == 0:
            return 0.0
        now = self._clock()
        step = _MINUTE_S / per_minute
        full_at = max(now, self._full_at.get(client, now)) + step
        if (over := full_at - now - _MINUTE_S) > step * 1e-6:
            return over
        self._full_at[client] = full_at
        self._full_at.move_to_end(client)
        if len(self._full_at) > _CLIENTS:
            self._full_at.popitem(last=False)
        return 0.0


def network_of(address: str) -> str:
    """Return what an address is counted as: an IPv6 host has a whole /64 to itself."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if not isinstance(parsed, IPv6Address):
        return address
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return parsed.exploded[:19]
