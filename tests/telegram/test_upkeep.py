"""The daily clean-up: what it deletes, and that a clock that leaps makes it delete nothing."""

import asyncio

import pytest

from tests.telegram.talk import Clock
from wuzhen.bot.store import Dialogue, Store
from wuzhen.bot.telegram import upkeep

DAY = upkeep.DAY_S


async def test_a_clock_that_leaps_deletes_nothing(
    store: Store, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wuzhen.bot.store.clock.now", clock)

    async def turns_after_cleaning() -> int:
        stop = asyncio.Event()
        cleaning = asyncio.ensure_future(upkeep.clean(store, 30, stop))
        while await store.values.get(upkeep.CLEANED) != clock.time:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        stop.set()
        await cleaning
        return (await store.upkeep.stats()).questions

    assert await turns_after_cleaning() == 0
    await store.conversations.add(Dialogue(1), "?", {}, answered=True)
    for days in (200, -200, 1):
        clock.time += days * DAY
        assert await turns_after_cleaning() == 1
    clock.time += 200 * DAY
    assert await turns_after_cleaning() == 1
    clock.time += DAY
    assert await turns_after_cleaning() == 0
