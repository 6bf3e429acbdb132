"""A call from the outbox, made: under Telegram's limits, in order within its chat, until settled.

Sending is at least once. Telegram has no key by which it would know a repetition, so there are
two windows, of one request each, in which a message may arrive twice: the process is killed
between Telegram's answer and the commit of `sent`; or the answer never comes (a timeout, a
dropped connection, a 5xx), and the call is made again, since a missing answer is worse than a
doubled one. The second kind is counted (`wuzhen_uncertain_sends_total`).
"""

import asyncio
import logging
import random
import time
from dataclasses import replace

import telegram

from wuzhen.bot.errors import StoreError
from wuzhen.bot.store import Outgoing, Store, clock
from wuzhen.bot.telegram import logs
from wuzhen.bot.telegram.delivery import limits
from wuzhen.bot.telegram.delivery.calls import (
    Blocked,
    Conflicting,
    Done,
    Later,
    Migrated,
    Outcome,
    Refused,
    Unauthorized,
    call,
)
from wuzhen.bot.telegram.delivery.mending import UNCHANGED, Payload, mend, prepare
from wuzhen.bot.telegram.metrics import Metrics

log = logging.getLogger(__name__)

SLEEP_S = 0.3
"""A wait for the limits that is shorter is slept; a longer one is left to the store."""

PATIENCE_S = 45.0
"""How long a call may take in all; below a lease of the store, which is so never renewed."""

RETRIES = 20
"""How often the database is tried, a second apart, to note what was sent."""

LONGEST_PAUSE_S = 30.0

OLDEST_S = 86_400.0
"""A call that could not be made for a day is given up, as Telegram gives up an update."""


class Sender:
    """Makes the calls that the store hands out."""

    def __init__(self, store: Store, bot: telegram.Bot, per_second: int, metrics: Metrics) -> None:
        self._store = store
        self._bot = bot
        self._per_second = per_second
        self._metrics = metrics
        self.unauthorized = asyncio.Event()

    async def send(self, row: Outgoing) -> None:
        """Make a call: afterwards it is settled, or due again later."""
        with logs.request(f"call-{row.id}"):
            try:
                if await self._admitted(row):
                    await self._send(row)
            except StoreError as error:
                # The row stays claimed until its lease runs out, or this process starts again.
                log.warning("%s", error)

    async def _admitted(self, row: Outgoing) -> bool:
        """Whether the limits let it go now; it was deferred if they do not."""
        if not limits.counts(row.method):
            return True
        wanted = limits.rates(row.chat, self._per_second)
        while wanted and (wait := await self._store.rates.take(*wanted)) > 0:
            if wait > SLEEP_S:
                await self._store.outbox.defer(row, clock.now() + wait, counted=False)
                return False
            await asyncio.sleep(wait)
        return True

    async def _send(self, row: Outgoing) -> None:
        prepared = await prepare(row, self._store)
        if prepared is None:
            await self._store.outbox.dead(row, "there is no message to change")
            return
        outcome = await self._make(*prepared)
        match outcome:
            case Done(result):
                message = result.get("message_id") if isinstance(result, dict) else None
                await self._sent(row, message)
            case Later():
                await self._later(row, outcome)
            case Blocked(reason):
                log.info("the chat cannot be written to: %s", reason)
                async with self._store.transaction() as state:
                    await state.outbox.dead(row, reason)
                    if row.chat:
                        await state.outbox.drop(row.chat)
                        await state.chats.change(row.chat, active=False)
            case Migrated(chat):
                log.info("the group has become a supergroup")
                await self._store.chats.move(row.chat, chat)
                await self._send(replace(row, chat=chat))
            case Refused(reason) | Conflicting(reason):
                log.warning("%s was refused: %s", row.method, reason)
                await self._store.outbox.dead(row, reason)
            case Unauthorized():
                self.unauthorized.set()
                await self._store.outbox.release(row)

    async def _sent(self, row: Outgoing, message: int | None) -> None:
        """Note that it was sent, patiently: while the database is down it would be sent again."""
        for left in reversed(range(RETRIES)):
            try:
                await self._store.outbox.sent(row, message, message)
                return
            except StoreError as error:
                if not left:
                    raise
                log.warning("%s", error)
                await asyncio.sleep(1)

    async def _make(self, method: str, payload: Payload) -> Outcome:
        """Make a call; one that is refused is made again without what it can do without."""
        while True:
            begun = time.monotonic()
            outcome: Outcome
            try:
                async with asyncio.timeout(PATIENCE_S):
                    outcome = await call(self._bot, method, payload)
            except TimeoutError:
                outcome = Later("it took too long", None, uncertain=True)
            self._metrics.call.observe(time.monotonic() - begun)
            self._metrics.calls.labels(method, type(outcome).__name__.lower()).inc()
            if not isinstance(outcome, Refused):
                return outcome
            if UNCHANGED in outcome.reason.lower():
                return Done(True)
            mended = mend(method, payload, outcome.reason)
            if mended is None:
                return outcome
            log.info("%s was refused (%s) and is mended", method, outcome.reason)
            method, payload = mended

    async def _later(self, row: Outgoing, outcome: Later) -> None:
        if clock.now() - row.put_at > OLDEST_S:
            log.error("%s was given up: %s", row.method, outcome.reason)
            await self._store.outbox.dead(row, outcome.reason)
            return
        seconds = outcome.seconds
        if seconds is None:
            seconds = min(LONGEST_PAUSE_S, 2.0 ** min(row.attempts, 10) / 2)
        if outcome.uncertain and limits.counts(row.method) and row.method.startswith("send"):
            self._metrics.uncertain.inc()
        # Jitter: what failed together must not come back together.
        seconds += random.uniform(0, 0.1 + seconds / 4)
        log.info("%s again in %.1f s: %s", row.method, seconds, outcome.reason)
        await self._store.outbox.defer(row, clock.now() + seconds)
