"""What one process does for all, now and then: the daily clean-up, and the bot's commands."""

import asyncio
import logging

import telegram

from wuzhen.bot.errors import StoreError
from wuzhen.bot.store import Store, clock
from wuzhen.bot.telegram.delivery.calls import Done, call
from wuzhen.bot.telegram.dialogue.names import register
from wuzhen.bot.telegram.outgoing import Outgoing
from wuzhen.bot.telegram.stopping import pause

log = logging.getLogger(__name__)

DAY_S = 86_400.0
LEAP_S = 3 * DAY_S
"""The time since the last clean-up from which the clock is doubted."""
LOOK_S = 600.0
CLEANED = "cleaned_at"
"""The key under which the time of the last clean-up stands, for a leader that comes after."""


class _Failed(Exception):
    """A call did not work."""


async def clean(store: Store, keep_days: float, stop: asyncio.Event) -> None:
    """Delete once a day what was asked `keep_days` ago, and rows that were finished a week ago.

    A week, since Telegram may deliver an update again for a day. Where the clock says that the
    last clean-up was long ago, or is still to come, the clock may be wrong: nothing is deleted
    then until another day has passed on it.
    """
    while not stop.is_set():
        try:
            now = clock.now()
            last = await store.values.get(CLEANED)
            if last is not None and not 0.0 <= now - last < LEAP_S:
                log.warning("the clock has leapt since the last clean-up: the next is in a day")
                await store.values.set(CLEANED, now)
            elif last is None or now - last >= DAY_S:
                deleted = await store.upkeep.clean(people=keep_days * DAY_S)
                await store.values.set(CLEANED, now)
                log.info("old rows were deleted", extra={"rows": deleted})
        except StoreError as error:
            log.warning("%s", error)
        await pause(stop, LOOK_S)


async def announce(bot: telegram.Bot, store: Store, stop: asyncio.Event) -> None:
    """Register commands and descriptions, until it has worked or `stop`."""

    async def make(one: Outgoing) -> None:
        outcome = await call(bot, one.method, one.parameters())
        if not isinstance(outcome, Done):
            raise _Failed(f"{one.method} failed: {outcome}")

    while not stop.is_set():
        try:
            if made := await register(store, make):
                log.info("commands and descriptions are registered", extra={"calls": made})
            return
        except (StoreError, _Failed) as error:
            log.warning("%s", error)
        await pause(stop, LOOK_S)
