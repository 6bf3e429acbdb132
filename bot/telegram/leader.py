"""What one process does for all that share a database: it polls, or sets the webhook."""

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any

from wuzhen.bot.errors import StoreError
from wuzhen.bot.store import Store
from wuzhen.bot.telegram.metrics import Metrics
from wuzhen.bot.telegram.stopping import cancel

log = logging.getLogger(__name__)

NAME = "telegram"
LEASE_S = 20.0
RENEW_S = 5.0


async def lead(
    store: Store,
    duty: Callable[[], Coroutine[Any, Any, None]],
    stop: asyncio.Event,
    metrics: Metrics,
) -> None:
    """Run `duty` while this process leads, until `stop`, at which it has to end by itself.

    When the lead is lost the duty is cancelled. Raises what the duty raises.
    """
    task: asyncio.Task[None] | None = None
    until = 0.0
    stopped = asyncio.ensure_future(stop.wait())
    try:
        while not stop.is_set():
            now = time.monotonic()
            try:
                until = now + LEASE_S if await store.leads.lead(NAME, LEASE_S) else 0.0
            except StoreError as error:
                log.warning("%s", error)
            leading = until > time.monotonic()
            if leading and task is None:
                log.info("this process leads")
                task = asyncio.ensure_future(duty())
            elif not leading and task is not None:
                log.warning("another process leads")
                await cancel(task)
                task = None
            metrics.leading.set(leading)
            waited: set[asyncio.Future[Any]] = {stopped} if task is None else {stopped, task}
            await asyncio.wait(waited, timeout=RENEW_S, return_when=asyncio.FIRST_COMPLETED)
            if task is not None and task.done() and not stop.is_set():
                await task
                raise AssertionError("a duty lasts until it is told to stop")
        if task is not None:
            await task
    finally:
        stopped.cancel()
        if task is not None:
            await cancel(task)
    with suppress(StoreError):  # otherwise the lead runs out by itself
        await store.leads.resign(NAME)
