"""An update from the inbox, worked: what it leads to and its being done are one transaction."""

import asyncio
import json
import logging
import time
from collections.abc import Awaitable, Iterator
from contextlib import contextmanager, suppress
from typing import Protocol

import telegram

from wuzhen.bot.errors import ClaimLost, StoreError, Unavailable
from wuzhen.bot.store import Store, Update, clock
from wuzhen.bot.telegram import logs
from wuzhen.bot.telegram.delivery.urgent import Urgent
from wuzhen.bot.telegram.metrics import Metrics
from wuzhen.bot.telegram.outgoing import Outgoing, Response

log = logging.getLogger(__name__)

PATIENCE_S = 25.0
"""How long an update may take; well below a lease of the store, which is so never renewed."""

RETRIES = 20
"""How often the commit is tried, a second apart, while the database is down."""


TYPING_AFTER_S = 1.0
TYPING_EVERY_S = 4.0
"""When "typing…" is shown, and how often anew: it ends by itself after 5 s (sendChatAction)."""


class Answers(Protocol):
    """Whatever turns updates into responses: the dialogue."""

    def urgent(self, update: telegram.Update) -> Awaitable[tuple[Outgoing, ...]]:
        """Return what is to be sent before the work begins."""

    def typing(self, update: telegram.Update) -> Outgoing | None:
        """Return the call that shows that an answer is being worked on; None if none may come."""

    def respond(self, update: telegram.Update) -> Awaitable[Response]:
        """Return all that an update leads to."""

    def sorry(self, update: telegram.Update) -> Awaitable[Response]:
        """Return what is said when an update is given up."""


class Worker:
    """Works updates, one at a time within a chat, as the store hands them out."""

    def __init__(
        self, store: Store, bot: telegram.Bot, answers: Answers, urgent: Urgent, metrics: Metrics
    ) -> None:
        self._store = store
        self._bot = bot
        self._answers = answers
        self._urgent = urgent
        self._metrics = metrics

    async def work(self, update: Update) -> None:
        """Work an update: afterwards it is done, due again later, or among the dead letters."""
        with logs.request(str(update.update_id)):
            begun = time.monotonic()
            self._metrics.wait.observe(max(0.0, clock.now() - update.received_at))
            result = "released"
            try:
                result = await self._work(update)
            except StoreError as error:
                log.warning("%s", error)
                await self._give_back(update)
            finally:
                self._metrics.worked.labels(result).inc()
            took = time.monotonic() - begun
            self._metrics.work.observe(took)
            log.info("update %s", result, extra={"seconds": round(took, 3)})

    async def _work(self, update: Update) -> str:
        parsed = _parse(update.body, self._bot)
        if parsed is None:
            log.warning("an update that is not one of the Bot API's goes to the dead letters")
            await self._store.inbox.dead(update, "not an update of the Bot API")
            return "dead"
        try:
            async with asyncio.timeout(PATIENCE_S):
                self._urgent.send(await self._answers.urgent(parsed))
                with self._typing(self._answers.typing(parsed)):
                    response = await self._answers.respond(parsed)
        except Unavailable:
            raise
        except Exception as error:
            return await self._fail(update, parsed, error)
        self._urgent.send(response.urgent)
        return await self._commit(update, parsed, response)

    @contextmanager
    def _typing(self, shown: Outgoing | None) -> Iterator[None]:
        """Show that an answer is being worked on, if it takes long, until it is there."""
        if shown is None:
            yield
            return
        loop = asyncio.get_running_loop()
        next_time: asyncio.TimerHandle

        def show() -> None:
            nonlocal next_time
            self._urgent.send((shown,))
            next_time = loop.call_later(TYPING_EVERY_S, show)

        next_time = loop.call_later(TYPING_AFTER_S, show)
        try:
            yield
        finally:
            next_time.cancel()

    async def _commit(self, update: Update, parsed: telegram.Update, response: Response) -> str:
        for left in reversed(range(RETRIES)):
            try:
                async with self._store.finish(update) as state:
                    await response.commit(state)
                return "done"
            except ClaimLost:
                return "lost"
            except Unavailable as error:
                if not left:
                    raise
                log.warning("%s", error)
                await asyncio.sleep(1)
            except Exception as error:
                return await self._fail(update, parsed, error)
        raise AssertionError("the last try returns or raises")

    async def _fail(self, update: Update, parsed: telegram.Update, error: Exception) -> str:
        """Try again a little later, several times; the chat waits, the others do not."""
        delay = 0.2 * 2**update.attempts
        dead = await self._store.inbox.fail(update, type(error).__name__, delay)
        level = logging.ERROR if dead else logging.WARNING
        said = "an update was given up" if dead else "an update failed"
        log.log(level, said, exc_info=error, extra={"attempts": update.attempts})
        if not dead:
            return "failed"
        with suppress(Exception):  # it may well fail of the same cause
            response = await self._answers.sorry(parsed)
            async with self._store.transaction() as state:
                await response.commit(state)
        return "dead"

    async def _give_back(self, update: Update) -> None:
        with suppress(StoreError):  # otherwise its lease runs out by itself
            await self._store.inbox.release(update)


def _parse(body: str, bot: telegram.Bot) -> telegram.Update | None:
    try:
        return telegram.Update.de_json(json.loads(body), bot)
    except Exception:  # of any kind: the content is anybody's
        return None
