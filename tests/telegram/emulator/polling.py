"""``getUpdates``: long polling as the Bot API does it."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from aiogram.methods import GetUpdates

from .errors import Refusal, violation
from .updates import Signal, UpdateQueue

WEBHOOK_ACTIVE = (
    "Conflict: can't use getUpdates method while webhook is active; "
    "use deleteWebhook to delete the webhook first"
)
OTHER_POLLER = (
    "Conflict: terminated by other getUpdates request; "
    "make sure that only one bot instance is running"
)
WEBHOOK_SET = "Conflict: terminated by setWebhook request"


@dataclass(eq=False)
class _Poll:
    ended: str | None = None


class Poller:
    """At most one poll stands open: a newer one ends it with 409."""

    def __init__(self, queue: UpdateQueue, signal: Signal) -> None:
        self._queue = queue
        self._signal = signal
        self._open: _Poll | None = None

    @property
    def is_open(self) -> bool:
        """Whether a client waits for updates now."""
        return self._open is not None

    def end(self, reason: str) -> None:
        """End the open poll, if any, with 409 and `reason`."""
        if self._open is not None:
            self._open.ended = reason
            self._signal.fire()

    async def poll(self, call: GetUpdates) -> list[Any]:
        """Updates as raw JSON, waiting up to the call's timeout for the first."""
        limit = 100 if call.limit is None else call.limit
        if not 1 <= limit <= 100:
            raise violation("limit must be 1-100")
        if call.timeout is not None and call.timeout < 0:
            raise violation("timeout must not be negative")
        self.end(OTHER_POLLER)
        self._queue.allow(call.allowed_updates)
        self._queue.confirm(call.offset or 0)
        deadline = time.monotonic() + min(call.timeout or 0, 50)
        poll = self._open = _Poll()
        try:
            while poll.ended is None:
                if batch := self._queue.hand_out(limit):
                    return batch
                if (left := deadline - time.monotonic()) <= 0:
                    return []
                await self._signal.wait(left)
            raise Refusal(409, poll.ended)
        finally:
            if self._open is poll:
                self._open = None
