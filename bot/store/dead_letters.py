"""The dead letters, for a command that runs beside the bot."""

import asyncio
from collections.abc import Sequence

from wuzhen.bot.store.queues.inbox import DeadLetter
from wuzhen.bot.store.store import open_store

_MOST = 1_000


def listed(url: str) -> list[DeadLetter]:
    """Return the dead letters of the database at `url`, newest first; raises StoreError."""

    async def read() -> list[DeadLetter]:
        async with open_store(url) as store:
            return await store.inbox.dead_letters(_MOST)

    return asyncio.run(read())


def retry(url: str, updates: Sequence[int]) -> list[int]:
    """Have the bot work dead letters again; return those that there were. Raises StoreError."""

    async def write() -> list[int]:
        async with open_store(url) as store:
            return [one for one in updates if await store.inbox.retry(one)]

    return asyncio.run(write())


def drop(url: str, updates: Sequence[int]) -> list[int]:
    """Delete dead letters; return those that there were. Raises StoreError."""

    async def write() -> list[int]:
        async with open_store(url) as store:
            return [one for one in updates if await store.inbox.discard(one)]

    return asyncio.run(write())
