"""Waiting that ends when the program is to stop."""

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any, TypeVar

Result = TypeVar("Result")


async def unless(stop: asyncio.Event, work: Coroutine[Any, Any, Result]) -> Result | None:
    """Return what `work` does; None if `stop` is set before, and then the work is cancelled."""
    task = asyncio.ensure_future(work)
    stopped = asyncio.ensure_future(stop.wait())
    try:
        await asyncio.wait({task, stopped}, return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            return task.result()
        return None
    finally:
        await cancel(task, stopped)


async def pause(stop: asyncio.Event, seconds: float) -> None:
    """Sleep, but not beyond `stop`."""
    with suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)


async def all_of(*works: Coroutine[Any, Any, None]) -> None:
    """Wait for all; the first that fails has the others cancelled, and its exception is raised."""
    tasks = [asyncio.ensure_future(work) for work in works]
    try:
        for ended in asyncio.as_completed(tasks):
            await ended
    finally:
        await cancel(*tasks)


async def cancel(*tasks: asyncio.Future[Any]) -> None:
    """Cancel what still runs, and wait for its end."""
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
