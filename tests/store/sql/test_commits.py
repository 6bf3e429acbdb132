"""Group commit: what waits is committed together, and nobody's failure is anybody else's."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event

from wuzhen.bot.errors import Unavailable
from wuzhen.bot.store import Store, open_store


class Counted:
    """A store, and how often its database committed."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.commits = 0
        engine = store._database._writer.sync_engine

        @event.listens_for(engine, "commit")
        def count(_: object) -> None:
            self.commits += 1

    async def write(self, key: str, *, fail: bool = False) -> None:
        """Write two values in one transaction, and raise between the two if it is to `fail`."""
        async with self.store.transaction() as state:
            await state.values.set(f"{key}.1", key)
            if fail:
                raise ZeroDivisionError
            await asyncio.sleep(0)
            await state.values.set(f"{key}.2", key)


@pytest.fixture
async def counted(tmp_path: Path) -> AsyncIterator[Counted]:
    async with open_store(f"sqlite:///{tmp_path}/a.db", "1") as store:
        yield Counted(store)


def kept(folder: Path) -> set[str]:
    """The keys that another process finds."""
    with closing(sqlite3.connect(folder / "a.db")) as other:
        return {row[0] for row in other.execute("SELECT key FROM key_values")}


async def test_those_that_wait_share_a_commit(counted: Counted, tmp_path: Path) -> None:
    await asyncio.gather(*(counted.write(str(number)) for number in range(50)))
    assert len(kept(tmp_path)) == 100
    assert counted.commits <= 2


async def test_one_that_is_alone_is_committed_when_it_ends(
    counted: Counted, tmp_path: Path
) -> None:
    for number in range(3):
        await counted.write(str(number))
        assert len(kept(tmp_path)) == 2 * (number + 1)
        assert counted.commits == number + 1


async def test_none_returns_before_it_is_committed(counted: Counted, tmp_path: Path) -> None:
    async def write(key: str) -> None:
        await counted.write(key)
        assert {f"{key}.1", f"{key}.2"} <= kept(tmp_path)

    await asyncio.gather(*(write(str(number)) for number in range(100)))


async def test_many_are_committed_bit_by_bit(counted: Counted, tmp_path: Path) -> None:
    await asyncio.gather(*(counted.write(str(number)) for number in range(200)))
    assert counted.commits >= 3
    assert len(kept(tmp_path)) == 400


async def test_a_cancelled_waiter_leaves_nothing_uncommitted(
    counted: Counted, tmp_path: Path
) -> None:
    holding, go_on = asyncio.Event(), asyncio.Event()

    async def hold() -> None:
        async with counted.store.transaction() as state:
            await state.values.set("held", 1)
            holding.set()
            await go_on.wait()

    held = asyncio.ensure_future(hold())
    await holding.wait()
    waiting = asyncio.ensure_future(counted.write("waits"))
    await asyncio.sleep(0)
    go_on.set()
    await asyncio.sleep(0)  # it has the group left to it, and is cancelled before it takes it up
    waiting.cancel()
    await asyncio.wait_for(held, 10)
    assert "held" in kept(tmp_path)
    await counted.write("after")
    assert {"after.1", "after.2"} <= kept(tmp_path)


async def test_a_commit_that_fails_fails_for_all(
    counted: Counted, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(_: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    await counted.write("before")
    with monkeypatch.context() as patched:
        patched.setattr("wuzhen.bot.store.sql.sqlite.Connection.commit", full)
        found = await asyncio.gather(
            *(counted.write(str(number)) for number in range(5)), return_exceptions=True
        )
    assert [type(one) for one in found] == [Unavailable] * 5
    assert kept(tmp_path) == {"before.1", "before.2"}
    await counted.write("after")
    assert len(kept(tmp_path)) == 4


async def test_what_sqlite_undoes_by_itself_is_not_taken_for_written(
    counted: Counted, tmp_path: Path
) -> None:
    """A full disk ends the whole transaction, also for those whose writes had succeeded."""

    async def break_off() -> None:
        async with counted.store._database.transaction() as connection:
            await connection.exec_driver_sql("ROLLBACK")  # as SQLite does at SQLITE_FULL
            raise sqlite3.OperationalError("database or disk is full")

    found = await asyncio.gather(
        counted.write("a"), break_off(), counted.write("b"), return_exceptions=True
    )
    assert isinstance(found[0], Exception)
    assert isinstance(found[1], Exception)
    assert found[2] is None
    assert kept(tmp_path) == {"b.1", "b.2"}


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.sampled_from(["write", "fail", "cancel"]), max_size=12), st.integers(0, 6))
async def test_each_is_written_wholly_or_not_at_all(
    tmp_path: Path, fates: list[str], steps: int
) -> None:
    (tmp_path / "a.db").unlink(missing_ok=True)
    for rest in ("-wal", "-shm"):
        (tmp_path / f"a.db{rest}").unlink(missing_ok=True)
    async with open_store(f"sqlite:///{tmp_path}/a.db", "1") as store:
        counted = Counted(store)
        tasks = [
            asyncio.ensure_future(counted.write(str(number), fail=fate == "fail"))
            for number, fate in enumerate(fates)
        ]
        for _ in range(steps):
            await asyncio.sleep(0)
        for task, fate in zip(tasks, fates, strict=True):
            if fate == "cancel":
                task.cancel()
        await asyncio.wait_for(asyncio.gather(*tasks, return_exceptions=True), 20)
        found = kept(tmp_path)
        for number, fate in enumerate(fates):
            both = {f"{number}.1", f"{number}.2"}
            assert both & found in (both, set())
            assert fate == "cancel" or (both <= found) == (fate == "write")
        await asyncio.wait_for(counted.write("after"), 20)
