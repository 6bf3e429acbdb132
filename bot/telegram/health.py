"""Whether the bot works, for whoever supervises it: /health, /ready and /metrics over HTTP."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from wuzhen.bot.errors import StoreError
from wuzhen.bot.store import Store, clock
from wuzhen.bot.telegram.metrics import Metrics
from wuzhen.bot.telegram.stopping import cancel, pause

log = logging.getLogger(__name__)

LOOK_S = 3.0
"""How often the database is tried, and how long it may take."""
UNANSWERED_S = 120.0
"""The age of the oldest update not worked from which the bot counts as failing: one that fails in
every attempt is given up sooner, unless each takes all of its time."""
DAY_S = 86_400.0

Check = Callable[[], str | None]
"""What is wrong, None if nothing is."""


class Health:
    """The checks, and the pages that show them.

    /health fails when the process does not do its work, /ready also while it has not begun to.
    """

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics
        self._store: Store | None = None
        self._database: str | None = None
        self._unanswered: str | None = None
        self.live: dict[str, Check] = {
            "database": lambda: self._database,
            "answers": lambda: self._unanswered,
        }
        self.ready: dict[str, Check] = {"started": lambda: "not yet"}
        self.asked: list[Callable[[], Awaitable[None]]] = []
        """What is to be looked at before the figures are shown."""

    def application(self) -> Starlette:
        """Return the pages."""
        return Starlette(
            routes=[
                Route("/health", self._health),
                Route("/ready", self._ready),
                Route("/metrics", self._figures),
            ]
        )

    def started(self, store: Store) -> None:
        """Note that the bot answers from now on."""
        self._store = store
        self.ready.pop("started", None)

    async def watch(self, store: Store, stop: asyncio.Event) -> None:
        """Try the database every few seconds until `stop`, and see how long updates wait.

        The time before the process began does not count: a backlog is given time to be worked.
        """
        begun = clock.now()
        look: asyncio.Future[None] | None = None
        while not stop.is_set():
            if look is None:
                look = asyncio.ensure_future(self._look(store, begun))
            # Not cancelled when it is late: a database that is locked lets nobody go sooner.
            done, _ = await asyncio.wait({look}, timeout=LOOK_S)
            if done:
                look.result()
                look = None
            elif self._database is None:
                self._failed(f"no answer within {LOOK_S:.0f} s: it is locked, or too slow")
            await pause(stop, LOOK_S)
        if look is not None:
            await cancel(look)

    async def _look(self, store: Store, begun: float) -> None:
        try:
            await store.upkeep.health()
            waiting = min(await store.upkeep.waiting(), clock.now() - begun)
        except StoreError as error:
            self._failed(str(error))
            return
        self._database = None
        late = waiting > UNANSWERED_S
        if late and self._unanswered is None:
            log.error("updates are not being answered", extra={"seconds": round(waiting)})
        self._unanswered = f"the oldest update waits for {waiting:.0f} s" if late else None

    def _failed(self, reason: str) -> None:
        if self._database is None:
            log.error("the database does not work: %s", reason)
        self._database = reason

    async def _health(self, _: Request) -> Response:
        return _page(self.live)

    async def _ready(self, _: Request) -> Response:
        return _page({**self.live, **self.ready})

    async def _figures(self, _: Request) -> Response:
        if self._store is not None:
            try:
                for look in self.asked:
                    await look()
                await self._count(self._store)
            except StoreError as error:
                log.warning("%s", error)
        return Response(
            generate_latest(self._metrics.registry), headers={"Content-Type": CONTENT_TYPE_LATEST}
        )

    async def _count(self, store: Store) -> None:
        stats = await store.upkeep.stats(clock.now() - DAY_S)
        metrics = self._metrics
        metrics.rows.clear()
        for queue, rows in (("inbox", stats.updates), ("outbox", stats.calls)):
            for state, number in rows.items():
                metrics.rows.labels(queue, state).set(number)
        metrics.oldest.labels("inbox").set(stats.waiting)
        metrics.oldest.labels("outbox").set(stats.unsent)
        metrics.dead_letters.set(stats.dead_letters)


def _page(checks: Mapping[str, Check]) -> Response:
    wrong = {name: reason for name, check in checks.items() if (reason := check()) is not None}
    body = {"status": "failing" if wrong else "ok", "wrong": wrong}
    return JSONResponse(body, status_code=503 if wrong else 200)
