"""The index in use, taken up anew soon after each `wuzhen build`."""

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path

from wuzhen.bot.answering.librarian import Librarian
from wuzhen.bot.telegram.metrics import Metrics
from wuzhen.bot.telegram.stopping import pause
from wuzhen.index.errors import RetrievalError
from wuzhen.index.storage import generation as store

log = logging.getLogger(__name__)

LOOK_S = 1.0

Say = Callable[[str], None]

Open = Callable[[Say], Librarian]
"""Opens the index, and says in a line whatever is not as it should be."""


class Shelf:
    """Holds the librarian of the newest index; whoever is answering keeps the one it took."""

    def __init__(self, index: Path, opening: Open, metrics: Metrics) -> None:
        self._index = index
        self._open = opening
        self._metrics = metrics
        self._librarian: Librarian | None = None
        self._generation: str | None = None
        self.warning = ""
        """What is wrong with the index in use: it is not what a build would make now."""

    def librarian(self) -> Librarian:
        """Return the librarian to ask now."""
        if self._librarian is None:
            raise RuntimeError("the index is not open yet")
        return self._librarian

    @property
    def generation(self) -> str | None:
        """The name of the generation in use."""
        return self._generation

    async def open(self) -> None:
        """Open the index that is in place, in a thread; raises RetrievalError."""
        generation = store.current(self._index)
        said: list[str] = []

        def say(line: str) -> None:
            log.warning("%s", line)
            said.append(line)

        self._librarian = await asyncio.to_thread(self._open, say)
        # Opening may have built it, if there was none that serves; then all is well.
        self.warning = said[-1] if said and generation == store.current(self._index) else ""
        self._generation = generation or store.current(self._index)
        self._metrics.loaded.set_to_current_time()

    async def watch(self, stop: asyncio.Event) -> None:
        """Open each new generation within seconds, until `stop`; the old one serves meanwhile."""
        failed: str | None = None
        while not stop.is_set():
            await pause(stop, LOOK_S)
            new = store.current(self._index)
            if new is None or new in (self._generation, failed):
                continue
            try:
                await self.open()
                log.info("the new index is in use", extra={"generation": new})
            except (RetrievalError, OSError) as error:
                failed = new
                log.warning("the new index cannot be opened, so the old one stays: %s", error)
