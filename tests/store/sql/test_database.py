"""Opening a database, transactions, and what happens when it does not work."""

from __future__ import annotations

import asyncio
import sqlite3
import stat
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from wuzhen.bot.errors import DatabaseUrlError, StoreError, Unavailable, WorkerTaken
from wuzhen.bot.store import Arrival, Store, open_store
from wuzhen.bot.store.queues.presence import present
from wuzhen.bot.store.sql import database
from wuzhen.bot.store.sql.database import Bell, Database, parse

if TYPE_CHECKING:
    from tests.store.conftest import Open


@pytest.fixture
def lock(url: str) -> Callable[[], object]:
    """Lock what the inbox is written to, as another process would; close what it returns."""

    def sqlite() -> object:
        connection = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
        connection.execute("BEGIN IMMEDIATE")
        return closing(connection)

    def postgresql() -> object:
        import psycopg

        connection = psycopg.connect(url)
        connection.execute("LOCK TABLE inbox")
        return closing(connection)

    return sqlite if url.startswith("sqlite") else postgresql


class TestUrl:
    @pytest.mark.parametrize(
        "url",
        [
            "",
            "wuzhen.db",
            "sqlite:",
            "sqlite://",
            "sqlite:///",
            "sqlite:///:memory:",
            "sqlite://host/path",
            "sqlite:///a.db?mode=ro",
            "mysql://u:secret@h/d",
            "postgresql+asyncpg://u:secret@h/d",
            "postgresql://u:secret@h:port/d",
            "://secret",
        ],
    )
    async def test_malformed(self, url: str) -> None:
        with pytest.raises(DatabaseUrlError, match="WUZHEN_DATABASE") as caught:
            async with open_store(url):
                pass
        assert "secret" not in str(caught.value)
        assert "\n" not in str(caught.value)

    async def test_a_missing_driver_names_its_extra(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "psycopg", None)
        with pytest.raises(DatabaseUrlError, match=r"wuzhen with its extra \[postgresql\]"):
            async with open_store("postgresql://u:secret@h/d"):
                pass

    async def test_nobody_listens(self) -> None:
        pytest.importorskip("psycopg")
        with pytest.raises(Unavailable) as caught:
            async with open_store("postgresql://u:secret@127.0.0.1:1/d", "1"):
                pass
        assert "secret" not in str(caught.value)
        assert "\n" not in str(caught.value)


class TestFile:
    async def test_made_with_its_folder_for_its_owner_only(self, tmp_path: Path) -> None:
        path = tmp_path / "a" / "b" / "烏鎮 1.db"
        async with open_store(f"sqlite:///{path}", "1") as store:
            await store.upkeep.health()
            modes = {each.name: stat.S_IMODE(each.stat().st_mode) for each in path.parent.iterdir()}
        assert set(modes.values()) == {0o600}
        assert path.name in modes

    async def test_relative_to_the_working_folder(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tmp_path)
        async with open_store("sqlite:///.wuzhen/wuzhen.db"):
            pass
        assert (tmp_path / ".wuzhen" / "wuzhen.db").exists()

    async def test_that_is_no_database(self, tmp_path: Path) -> None:
        path = tmp_path / "a.db"
        path.write_bytes(b"not a database " * 100)
        with pytest.raises(StoreError, match="not a database"):
            async with open_store(f"sqlite:///{path}"):
                pass
        assert path.read_bytes().startswith(b"not a database")

    @pytest.mark.parametrize("name", ["folder", "file/a.db"])
    async def test_that_cannot_be_made(self, tmp_path: Path, name: str) -> None:
        (tmp_path / "folder").mkdir()
        (tmp_path / "file").touch()
        with pytest.raises(Unavailable, match="WUZHEN_DATABASE"):
            async with open_store(f"sqlite:///{tmp_path}/{name}"):
                pass


class TestWorker:
    async def test_one_process_an_id(self, opened: Open) -> None:
        async with opened("a/b"):
            with pytest.raises(WorkerTaken, match="'a/b'"):
                async with opened("a/b"):
                    pass
            async with opened("2"), opened(""), opened(""):
                pass
        async with opened("a/b"):
            pass


class TestTransaction:
    async def test_a_rollback_takes_nobody_elses_writes_along(self, store: Store) -> None:
        inside = asyncio.Event()

        async def fail() -> None:
            async with store.transaction() as state:
                await state.values.set("a", 1)
                inside.set()
                await asyncio.sleep(0.05)
                raise ZeroDivisionError

        async def write() -> None:
            await inside.wait()
            await store.values.set("b", 1)

        failed, written = await asyncio.gather(fail(), write(), return_exceptions=True)
        assert isinstance(failed, ZeroDivisionError)
        assert written is None
        assert (await store.values.get("a"), await store.values.get("b")) == (None, 1)

    async def test_readers_see_what_is_committed_only(self, store: Store) -> None:
        async with store.transaction() as state:
            await state.values.set("a", 1)
            assert await state.values.get("a") == 1
            assert await store.values.get("a") is None
        assert await store.values.get("a") == 1

    async def test_cancelled_in_the_middle_writes_nothing(self, store: Store) -> None:
        for steps in range(12):

            async def work() -> None:
                async with store.transaction() as state:
                    await state.values.set("a", 1)
                    await state.values.set("b", 1)

            task = asyncio.create_task(work())
            for _ in range(steps):
                await asyncio.sleep(0)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            values = (await store.values.get("a"), await store.values.get("b"))
            assert values in ((None, None), (1, 1))
            await store.values.set("a", None)
            await store.values.set("b", None)

    async def test_the_stores_own_verbs_inside_are_refused(self, tmp_path: Path) -> None:
        # With SQLite they would wait for the very transaction they stand in.
        async with open_store(f"sqlite:///{tmp_path}/a.db", "1") as store:
            with pytest.raises(RuntimeError, match="its own verbs"):
                async with store.transaction():
                    await store.values.set("a", 1)
            await store.values.set("a", 1)

    async def test_the_callers_errors_pass_as_they_are(self, store: Store) -> None:
        with pytest.raises(ConnectionResetError):
            async with store.transaction():
                raise ConnectionResetError


class TestTrouble:
    async def test_a_locked_database(
        self,
        url: str,
        opened: Open,
        lock: Callable[[], closing[sqlite3.Connection]],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr(database, "BUSY_SECONDS", 1)
        async with opened() as store:
            arrival = Arrival(1, 1, "secret")
            with lock():
                with pytest.raises(Unavailable, match="locked by another process") as caught:
                    await store.inbox.take([arrival])
                assert "secret" not in str(caught.value)
                assert "secret" not in str(caught.value.__cause__)
            assert await store.inbox.take([arrival]) == [1]
            assert await store.inbox.take([arrival]) == []

    async def test_a_database_that_is_locked_is_not_healthy(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(database, "BUSY_SECONDS", 0)
        async with open_store(f"sqlite:///{tmp_path}/a.db", "1") as store:
            with closing(sqlite3.connect(tmp_path / "a.db", isolation_level=None)) as other:
                other.execute("BEGIN IMMEDIATE")
                with pytest.raises(Unavailable):
                    await store.upkeep.health()
            await store.upkeep.health()

    async def test_a_full_disk(self, small_disk: Path) -> None:
        url = f"sqlite:///{small_disk}/a.db"
        async with open_store(url, "1") as store:
            taken: list[int] = []

            async def fill() -> None:
                for number in range(1000):
                    taken.extend(await store.inbox.take([Arrival(number, 1, "x" * 10_000)]))

            with pytest.raises(Unavailable, match="full"):
                await fill()
            (small_disk / "ballast").unlink()
            await store.upkeep.health()
            # What was acknowledged is there, what was refused is taken when it comes again.
            refused = len(taken)
            assert await store.inbox.take([Arrival(n, 1, "x") for n in range(refused + 1)]) == [
                refused
            ]

    async def test_a_commit_elsewhere_rings(self, new_postgresql: Callable[[], str]) -> None:
        url = parse(new_postgresql())
        bell, other = Bell(), Database(url, Bell())
        async with present(Database(url, bell), "1", bell):
            for _ in range(3):  # the first ring may be that of the beginning
                ring = bell.next
                async with other.transaction():
                    pass
                await asyncio.wait_for(ring.wait(), 20)
        await other.close()

    async def test_a_server_that_restarts(self, new_postgresql: Callable[[], str]) -> None:
        import psycopg

        url = new_postgresql()
        async with open_store(url, "1") as store:
            waiting = asyncio.create_task(store.inbox.claim(wait=60))
            await asyncio.sleep(0)
            with closing(psycopg.connect(url, autocommit=True)) as other:
                other.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
            try:
                await store.inbox.take([Arrival(1, 1, "a")])
            except Unavailable:  # it may have been under way; whoever delivers does so again
                await store.inbox.take([Arrival(1, 1, "a")])
            try:
                update = await asyncio.wait_for(waiting, 30)
            except Unavailable:
                update = await store.inbox.claim(wait=30)
            assert update is not None
            assert update.update_id == 1
            for _ in range(100):  # until it listens and holds its worker id again
                try:
                    async with open_store(url, "1"):
                        pass
                except WorkerTaken:
                    break
                await asyncio.sleep(0.1)
            else:
                pytest.fail("the worker id was not taken again")

    async def test_no_thread_is_left(self, tmp_path: Path) -> None:
        def threads() -> set[threading.Thread]:
            return {each for each in threading.enumerate() if "connection" in each.name}

        before = threads()
        async with open_store(f"sqlite:///{tmp_path}/a.db", "1") as store:
            await store.upkeep.health()
            left = threads() - before
            assert left
        for thread in left:
            thread.join(10)  # the last thing it does is to say that the connection is closed
            assert not thread.is_alive()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 2 MiB, half of which a file takes that may be deleted."""
    folder = tmp_path / "small"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(folder)],
        check=False,
        capture_output=True,
    )
    if mounted.returncode != 0:
        pytest.skip("no small file system can be mounted here: it takes root")
    try:
        (folder / "ballast").write_bytes(b"x" * 2**20)
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)
