"""The librarian of the newest index, for a server that goes on while `wuzhen build` runs."""

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from wuzhen.bot.answering.librarian import Librarian
from wuzhen.bot.serve.problems import Problem
from wuzhen.index.errors import RetrievalError
from wuzhen.index.storage import generation as store

log = logging.getLogger(__name__)

LOOK_S = 1.0

AT_ONCE = 2
"""Requests worked on at the same time: more would only take turns in computing (the GIL), but one
that waits for a server of embeddings must not hold up all others."""

MOST_WAITING = 200
"""Requests that wait for their turn; more are sent away."""

Result = TypeVar("Result")


class Library:
    """Holds the librarian of the newest index; a request keeps the one that it took."""

    def __init__(self, index: Path, opening: Callable[[], Librarian]) -> None:
        """Open the index; raises `RetrievalError`."""
        self._index = index
        self._open = opening
        self._generation = store.current(index)
        self.librarian = opening()
        # Opening may have built it.
        self._generation = self._generation or store.current(index)
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._waiting = 0

    async def work(self, work: Callable[[Librarian], Result]) -> Result:
        """Have something done with the librarian in a thread; raises `Problem` when it is busy."""
        if self._waiting >= MOST_WAITING:
            raise Problem(
                503, "too many questions at once; ask again", headers={"Retry-After": "1"}
            )
        librarian = self.librarian
        self._waiting += 1
        try:
            async with self._turns:
                return await asyncio.to_thread(work, librarian)
        finally:
            self._waiting -= 1

    async def watch(self) -> None:
        """Open each new generation soon after it is in place; the old one serves meanwhile."""
        failed: str | None = None
        while True:
            await asyncio.sleep(LOOK_S)
            new = store.current(self._index)
            if new is None or new in (self._generation, failed):
                continue
            try:
                self.librarian = await asyncio.to_thread(self._open)
                self._generation = new
                log.info("the new index is in use")
            except (RetrievalError, OSError) as error:
                failed = new
                log.warning("the new index cannot be opened, so the old one stays: %s", error)
