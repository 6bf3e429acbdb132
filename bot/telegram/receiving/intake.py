"""What arrives: raw JSON updates, into the inbox, whatever their shape.

Nothing but the id and the chat is read here, and neither is trusted: an update that cannot be
understood must neither stop the others nor come again and again.
"""

import asyncio
import json
import logging
from collections.abc import Iterable, Mapping
from typing import Any

from wuzhen.bot.store import Arrival, Store
from wuzhen.bot.telegram.metrics import Metrics

log = logging.getLogger(__name__)

_LARGEST = 2**63 - 1


def update_id(update: object) -> int | None:
    """Return the id of an update; None if it has none that could be stored."""
    number = update.get("update_id") if isinstance(update, dict) else None
    return _integer(number) or None


def arrival(update: Mapping[str, Any], number: int) -> Arrival:
    """Return the row for an update: its lane is its chat, or its sender where there is no chat."""
    lane = user = 0
    for content in update.values():
        if not isinstance(content, dict):
            continue
        message = content.get("message")
        sender = _id(content.get("from"))
        chat = _id(content.get("chat")) or _id(_get(message, "chat")) or sender
        lane, user = lane or chat, user or sender
    return Arrival(number, lane, json.dumps(update, ensure_ascii=False), user)


class Intake:
    """The way into the inbox. Deliveries that come at the same time share a commit."""

    def __init__(self, store: Store, metrics: Metrics) -> None:
        self._store = store
        self._metrics = metrics
        self._waiting: list[tuple[list[Arrival], asyncio.Future[None]]] = []
        self._committing: asyncio.Task[None] | None = None

    async def take(self, updates: Iterable[object]) -> None:
        """Return when the updates are committed; those without a usable id are dropped.

        Raises StoreError, and then none of them is stored. Being cancelled stops no commit.
        """
        arrivals = []
        unreadable = 0
        for update in updates:
            number = update_id(update)
            if number is None or not isinstance(update, dict):
                unreadable += 1
            else:
                arrivals.append(arrival(update, number))
        if unreadable:
            self.unreadable(unreadable)
        if not arrivals:
            return
        committed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((arrivals, committed))
        if self._committing is None or self._committing.done():
            self._committing = asyncio.ensure_future(self._commit())
        await committed

    def unreadable(self, count: int = 1) -> None:
        """Note updates that cannot be stored: they have no id, or are no JSON."""
        self._metrics.received.labels("unreadable").inc(count)
        log.warning("%d updates without a usable id were dropped", count)

    async def close(self) -> None:
        """Wait for the commit that runs."""
        if self._committing is not None:
            await asyncio.gather(self._committing, return_exceptions=True)

    async def _commit(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting, []
            arrivals = [one for each, _ in batch for one in each]
            try:
                new = len(await self._store.inbox.take(arrivals))
            except Exception as error:
                for _, committed in batch:
                    if not committed.done():
                        committed.set_exception(error)
                continue
            self._metrics.received.labels("new").inc(new)
            self._metrics.received.labels("repeated").inc(len(arrivals) - new)
            for _, committed in batch:
                if not committed.done():
                    committed.set_result(None)


def _get(value: object, key: str) -> object:
    return value.get(key) if isinstance(value, dict) else None


def _id(value: object) -> int:
    return _integer(_get(value, "id"))


def _integer(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) > _LARGEST:
        return 0
    return value
