"""Clocks that jump: what waits under times of a clock that has gone back waits no longer for it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from wuzhen.bot.store import Arrival, Rate, Store, clock

if TYPE_CHECKING:
    from tests.store.conftest import Clock, Open

HOUR, DAY = 3_600.0, 86_400.0
_LIBRARY = next(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"), None)

JUMPING = """
import asyncio, os, sys
from pathlib import Path
from wuzhen.bot.store import Arrival, Rate, open_store

def jump(seconds):
    Path(os.environ["FAKETIME_TIMESTAMP_FILE"]).write_text(f"{seconds:+d}")

async def main(url):
    async with open_store(url, "1") as store:
        for n, seconds in enumerate((0, -3600, 200 * 86400, -3600, 0)):
            jump(seconds)
            await store.inbox.take([Arrival(n + 1, 7, "{}")])
            update = await store.inbox.claim()
            assert update is not None and update.update_id == n + 1, (n, update)
            assert await store.inbox.claim() is None
            async with store.finish(update) as state:
                call = await state.outbox.put(7, "sendMessage", {})
            claimed = await store.outbox.claim()
            assert claimed is not None and claimed.id == call, (n, claimed)
            await store.outbox.sent(claimed)
            assert await store.leads.lead("poll")
            wait = await store.rates.take(Rate("a", 60, 60.0, 1))
            assert wait <= 1.0, (n, wait)

asyncio.run(main(sys.argv[1]))
"""


@pytest.mark.skipif(_LIBRARY is None, reason="needs libfaketime")
def test_a_store_works_while_the_clock_jumps(url: str, tmp_path: Path) -> None:
    now = tmp_path / "now"
    now.write_text("+0")
    environment = {
        **os.environ,
        "LD_PRELOAD": str(_LIBRARY),
        "FAKETIME_TIMESTAMP_FILE": str(now),
        "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }
    command = [sys.executable, "-c", JUMPING, url]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_clock_follows_no_jump(monkeypatch: pytest.MonkeyPatch) -> None:
    before = clock.now()
    for jumped in (before - HOUR, before + 200 * DAY):
        monkeypatch.setattr(time, "time", lambda at=jumped: at)
        assert 0.0 <= clock.now() - before < HOUR / 2


async def test_a_full_bucket_of_a_clock_gone_back_is_no_wait(store: Store, clock: Clock) -> None:
    rate = Rate("a", 2, 60.0)
    for wait in (0.0, 0.0, 30.0):
        assert await store.rates.take(rate) == wait
    clock.time -= HOUR
    assert await store.rates.wait(rate) == 0.0
    for wait in (0.0, 0.0, 30.0):
        assert await store.rates.take(rate) == wait


async def test_a_lead_of_a_clock_gone_back_is_free(opened: Open, clock: Clock) -> None:
    async with opened("1") as one, opened("2") as two:
        clock.time += 200 * DAY
        assert await one.leads.lead("poll")
        clock.time -= 200 * DAY
        assert await two.leads.lead("poll")


async def test_waits_and_leases_of_a_clock_gone_back_are_bounded(
    opened: Open, clock: Clock
) -> None:
    async with opened("1") as one:
        clock.time += 200 * DAY
        await one.inbox.take([Arrival(1, 1, "{}"), Arrival(2, 2, "{}")])
        await one.outbox.put(1, "sendMessage", {})
        held, call = await one.inbox.claim(), await one.outbox.claim()
        assert held is not None
        assert call is not None
        await one.outbox.defer(call, clock.time + 30)
        clock.time -= 200 * DAY
        async with opened("2") as two:
            other, again = await two.inbox.claim(), await two.outbox.claim()
            assert (other and other.update_id, again and again.id) == (2, call.id)
            clock.time += 61
            held = await two.inbox.claim()
            assert held is not None
            assert held.update_id == 1
