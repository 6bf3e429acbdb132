"""/health: failing while nothing is answered, or while the database keeps everybody waiting."""

import asyncio
from pathlib import Path
from typing import Any, cast

import httpx
import pytest

from tests.telegram.talk import Clock
from wuzhen.bot.store import Arrival, Store, open_store
from wuzhen.bot.telegram import health as pages
from wuzhen.bot.telegram.health import Health
from wuzhen.bot.telegram.metrics import Metrics


async def ask(health: Health) -> tuple[int, dict[str, Any]]:
    """Return status and what is wrong."""
    transport = httpx.ASGITransport(health.application())
    async with httpx.AsyncClient(transport=transport, base_url="http://bot") as client:
        answer = await client.get("/health")
        return answer.status_code, answer.json()["wrong"]


async def wrong(health: Health, name: str) -> str:
    """Wait until /health fails of something, and return what it says of it."""
    while name not in (found := await ask(health))[1]:  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    assert found[0] == 503
    return str(found[1][name])


async def right(health: Health) -> None:
    """Wait until nothing is wrong."""
    while await ask(health) != (200, {}):  # noqa: ASYNC110
        await asyncio.sleep(0.01)


async def test_updates_that_nobody_works_are_a_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock, stop = Clock(), asyncio.Event()
    monkeypatch.setattr(pages, "LOOK_S", 0.01)
    monkeypatch.setattr("wuzhen.bot.store.clock.now", clock)
    health = Health(Metrics())
    async with open_store(f"sqlite:///{tmp_path}/wuzhen.db", "1", now=clock) as store:
        watching = asyncio.ensure_future(health.watch(store, stop))
        await store.inbox.take([Arrival(1, 1, "{}")])
        clock.time += pages.UNANSWERED_S - 1
        await right(health)
        clock.time += pages.UNANSWERED_S
        assert "waits for" in await wrong(health, "answers")
        (update,) = await store.inbox.claims(1)
        async with store.finish(update):
            pass
        await right(health)
        stop.set()
        await watching


async def test_a_database_that_does_not_answer_is_told_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pages, "LOOK_S", 0.01)

    class Locked:
        async def health(self) -> None:
            await asyncio.Event().wait()

    class Stuck:
        upkeep = Locked()

    health, stop = Health(Metrics()), asyncio.Event()
    watching = asyncio.ensure_future(health.watch(cast(Store, Stuck()), stop))
    assert "locked" in await wrong(health, "database")
    stop.set()
    await watching
