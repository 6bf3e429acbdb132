"""Rows of a queue, worked in parallel, each in a task of its own.

One loop claims for all tasks: were each to wait for its own row, every commit would wake them all.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from wuzhen.bot.errors import StoreError
from wuzhen.bot.telegram.stopping import cancel, pause

log = logging.getLogger(__name__)

LOOK_S = 0.5
"""How long a claim waits for a row before the loop looks whether it is to stop."""

Row = TypeVar("Row")


async def dispatch(
    claim: Callable[[int, float], Awaitable[Sequence[Row]]],
    handle: Callable[[Row], Awaitable[None]],
    parallel: int,
    stop: asyncio.Event,
) -> None:
    """Handle every row that can be claimed until `stop`, then finish those that were begun.

    At most `parallel` are handled at once. While the database is down it is tried each second.
    """
    running: set[asyncio.Task[None]] = set()

    def ended(task: asyncio.Task[None]) -> None:
        running.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("a row was left unfinished", exc_info=error)

    try:
        while not stop.is_set():
            if len(running) >= parallel:
                await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
                continue
            try:
                rows = await claim(parallel - len(running), LOOK_S)
            except StoreError as error:
                log.warning("%s", error)
                await pause(stop, 1)
                continue
            for row in rows:
                task = asyncio.ensure_future(handle(row))
                running.add(task)
                task.add_done_callback(ended)
        if running:
            await asyncio.wait(running)
    finally:
        await cancel(*running)
