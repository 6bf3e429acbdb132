"""Calls that matter at once or not at all: "typing…", the answer to a pressed button."""

import asyncio
import logging
from collections.abc import Iterable

import telegram

from wuzhen.bot.telegram.delivery.calls import Done, call
from wuzhen.bot.telegram.metrics import Metrics
from wuzhen.bot.telegram.outgoing import Outgoing
from wuzhen.bot.telegram.stopping import cancel

log = logging.getLogger(__name__)

AT_ONCE = 32
"""More calls than this are not begun: an outage must not pile them up."""


class Urgent:
    """Makes urgent calls beside the work; none is kept, and none can fail anything."""

    def __init__(self, bot: telegram.Bot, metrics: Metrics) -> None:
        self._bot = bot
        self._metrics = metrics
        self._running: set[asyncio.Task[None]] = set()

    def send(self, calls: Iterable[Outgoing]) -> None:
        """Begin the calls and return."""
        for one in calls:
            if len(self._running) >= AT_ONCE:
                self._metrics.calls.labels(one.method, "left out").inc()
                continue
            task = asyncio.ensure_future(self._make(one))
            self._running.add(task)
            task.add_done_callback(self._running.discard)

    async def close(self, seconds: float) -> None:
        """Wait that long for the calls begun, then cancel them."""
        if self._running:
            await asyncio.wait(self._running, timeout=seconds)
        await cancel(*self._running)

    async def _make(self, one: Outgoing) -> None:
        outcome = await call(self._bot, one.method, one.parameters())
        self._metrics.calls.labels(one.method, type(outcome).__name__.lower()).inc()
        if not isinstance(outcome, Done):
            log.info("%s came to nothing: %s", one.method, outcome)
