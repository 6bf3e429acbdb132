"""Long polling: an update is committed to the inbox before the next offset confirms it."""

import asyncio
import logging
import random
import time
from collections import deque
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

import telegram

from wuzhen.bot.errors import StoreError
from wuzhen.bot.telegram.delivery.calls import Conflicting, Done, Later, Outcome, Unauthorized, call
from wuzhen.bot.telegram.dialogue.dialogue import KINDS
from wuzhen.bot.telegram.errors import REJECTED, TokenRejected, TokenShared
from wuzhen.bot.telegram.metrics import Metrics
from wuzhen.bot.telegram.receiving.intake import Intake, update_id
from wuzhen.bot.telegram.stopping import pause, unless

log = logging.getLogger(__name__)

STRIKES = 3
WINDOW_S = 60.0
"""So many 409s within so many seconds, and this program gives way.

One may be a person who looked at getUpdates in a browser; two pollers hit each other in turn, so
that one of them is the first to have had enough.
"""

REBUILD_AFTER = 3
"""After so many failures in a row the HTTP client is built anew: its pool may be stuck."""

LONGEST_PAUSE_S = 15.0

Open = Callable[[], AbstractAsyncContextManager[telegram.Bot]]


class Poller:
    """Takes updates by getUpdates; `seconds` is how long one call waits for them."""

    def __init__(
        self, open_client: Open, intake: Intake, seconds: float, timeout: float, metrics: Metrics
    ) -> None:
        self._open = open_client
        self._intake = intake
        self._seconds = seconds
        self._patience = seconds + timeout
        self._metrics = metrics
        self._offset: int | None = None
        self._strikes: deque[float] = deque(maxlen=STRIKES)
        self._heard: float | None = None

    @property
    def stalled(self) -> bool:
        """Whether getUpdates should have succeeded since it last did (or polling began)."""
        silent = 2 * self._patience
        return self._heard is not None and time.monotonic() - self._heard > silent

    async def poll(self, stop: asyncio.Event) -> None:
        """Poll until `stop`; raises TokenShared when another program polls, too."""
        self._heard = time.monotonic()
        self._strikes.clear()
        try:
            await self._poll(stop)
        finally:
            self._heard = None

    async def _poll(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            async with self._open() as bot:
                ready = await unless(stop, call(bot, "deleteWebhook", {}))
                failures = 0 if isinstance(ready, Done) else REBUILD_AFTER
                if isinstance(ready, Unauthorized):
                    raise TokenRejected(REJECTED)
                if failures:
                    await pause(stop, 1)
                while not stop.is_set() and failures < REBUILD_AFTER:
                    outcome = await unless(stop, self._ask(bot))
                    if outcome is None:
                        return
                    failures = 0 if await self._took(outcome) else failures + 1
                    if failures:
                        await self._wait(stop, failures, outcome)

    async def _ask(self, bot: telegram.Bot) -> Outcome:
        asked = {"timeout": int(self._seconds), "limit": 100, "allowed_updates": list(KINDS)}
        if self._offset is not None:
            asked["offset"] = self._offset
        return await call(bot, "getUpdates", asked, patience=self._patience)

    async def _took(self, outcome: Outcome) -> bool:
        """Whether getUpdates succeeded and what it gave is committed."""
        match outcome:
            case Done(list() as updates):
                self._heard = time.monotonic()
                self._metrics.polled.set_to_current_time()
                return await self._commit(updates)
            case Conflicting(reason):
                self._strikes.append(time.monotonic())
                if (
                    len(self._strikes) == STRIKES
                    and self._strikes[-1] - self._strikes[0] < WINDOW_S
                ):
                    raise TokenShared(
                        "another program takes this bot's updates, so this one stops: "
                        "run one with a token, or several with one database "
                        f"({reason})"
                    )
                log.warning("getUpdates: %s", reason)
            case Unauthorized():
                raise TokenRejected(REJECTED)
            case _:
                log.warning("getUpdates failed: %s", getattr(outcome, "reason", outcome))
        return False

    async def _commit(self, updates: list[object]) -> bool:
        try:
            await self._intake.take(updates)
        except StoreError as error:
            # The offset stays, so Telegram keeps them and hands them out again.
            log.error("updates are left with Telegram: %s", error)
            return False
        ids = [number for one in updates if (number := update_id(one)) is not None]
        if ids:
            self._offset = max(ids) + 1
        elif updates and self._offset is not None:
            self._offset += len(updates)  # nothing but updates without an id: get past them
        return True

    async def _wait(self, stop: asyncio.Event, failures: int, outcome: Outcome) -> None:
        match outcome:
            case Later(_, float(seconds)):
                pass
            case Conflicting():
                seconds = 1.0
            case _:
                seconds = min(LONGEST_PAUSE_S, 0.5 * 2**failures)
        await pause(stop, seconds + random.uniform(0, 0.5))
