"""What runs in the loop and what in a thread: quick statements here, what takes long there."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import text

from wuzhen.bot.store import Store, open_store
from wuzhen.bot.store.sql.sqlite import in_thread

SLOW = text("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000000) "
            "SELECT max(i) FROM n")  # fmt: skip


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with open_store(f"sqlite:///{tmp_path}/a.db", "1") as store:
        yield store


async def turns_while(work: asyncio.Future[object]) -> int:
    """How often the loop turns until the work is done."""
    turns = 0
    while not work.done():
        turns += 1
        await asyncio.sleep(0)
    return turns


async def read_slowly(store: Store, *, threaded: bool) -> object:
    enter = store._database.read
    async with in_thread(enter) if threaded else enter() as connection:
        return await connection.scalar(SLOW)


async def test_the_loop_goes_on_while_many_rows_are_read(store: Store) -> None:
    slow = asyncio.ensure_future(read_slowly(store, threaded=True))
    assert await turns_while(slow) > 20
    assert slow.result() == 2_000_000


async def test_a_quick_verb_takes_a_few_turns_of_the_loop(store: Store) -> None:
    await store.values.set("a", 1)
    assert await store.values.get("a") == 1  # the pool has its connection now
    assert await turns_while(asyncio.ensure_future(store.values.get("a"))) <= 6


async def test_figures_and_deletion_do_not_hold_the_loop(store: Store) -> None:
    for verb in (store.upkeep.stats, store.upkeep.clean):
        assert await turns_while(asyncio.ensure_future(verb())) > 6


async def test_what_was_left_behind_in_the_thread_is_waited_for(store: Store) -> None:
    threads = threading.active_count()
    for _ in range(3):
        slow = asyncio.ensure_future(read_slowly(store, threaded=True))
        await asyncio.sleep(0.01)
        slow.cancel()
        await asyncio.gather(slow, return_exceptions=True)
        await store.values.set("a", 1)
        assert await store.values.get("a") == 1
    await store.upkeep.health()
    assert threading.active_count() <= threads + 3
