"""Group commit: transactions that wait for one another are committed together.

Each is a savepoint of one transaction of the database, so one that fails takes nobody else's
writes along, and none of them returns before all are on the disk. While a commit waits for the
disk the next ones gather; alone, a transaction is committed at once (DeWitt and others,
"Implementation techniques for main memory database systems", 1984, section 5.2).
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncTransaction

from wuzhen.bot.errors import Unavailable

MOST = 64
"""Transactions in a group: the first of them waits for the last."""


class _Group:
    """Transactions that are committed together."""

    def __init__(self, connection: AsyncConnection, transaction: AsyncTransaction) -> None:
        self.connection = connection
        self.transaction = transaction
        self.size = 0
        self.failed: BaseException | None = None
        """Why nothing of it can be committed."""
        self.ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        # Whoever waited may have been cancelled.
        self.ended.add_done_callback(lambda ended: ended.exception())

    @asynccontextmanager
    async def member(self) -> AsyncIterator[None]:
        """Undo what is written inside, and only that, if an exception leaves the block."""
        alone = self.size == 0
        self.size += 1
        if not alone:
            await self.connection.exec_driver_sql("SAVEPOINT member")
        try:
            yield
            if not alone:
                await self.connection.exec_driver_sql("RELEASE member")
        except BaseException as error:
            if alone or not await self._open():
                self.failed = error
            else:
                await self.connection.exec_driver_sql("ROLLBACK TO member")
                await self.connection.exec_driver_sql("RELEASE member")
            raise

    async def _open(self) -> bool:
        """Whether SQLite has not rolled back everything, as it does when the disk is full."""
        if self.connection.invalidated:
            return False
        raw = await self.connection.get_raw_connection()
        driver: Any = raw.driver_connection
        return bool(driver.in_transaction)

    async def end(self) -> None:
        """Commit, or roll back when it failed; `ended` tells which."""
        try:
            if self.failed is None:
                await self.transaction.commit()
            elif not self.connection.invalidated:
                await self.transaction.rollback()
        except BaseException as error:
            self.failed = error
            # Its transaction may still be open; a new connection has none.
            with suppress(Exception):
                await self.connection.invalidate()
        try:
            await self.connection.close()
        finally:
            if self.failed is None:
                self.ended.set_result(None)
            elif isinstance(self.failed, Exception):
                self.ended.set_exception(self.failed)
            else:
                self.ended.set_exception(Unavailable("a statement was broken off: try again"))


class Commits:
    """The transactions of a database that has one writer."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._lock = asyncio.Lock()
        self._waiting = 0
        self._group: _Group | None = None
        self._owner: asyncio.Task[Any] | None = None
        self._ending: asyncio.Task[None] | None = None

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncConnection]:
        """Return after the commit of what is written inside; nothing is if an exception leaves."""
        if self._owner is not None and self._owner is asyncio.current_task():
            # The lock would never come free: better a bug report than a hang.
            raise RuntimeError("a transaction is open in this task: use its own verbs")
        await self._enter()
        try:
            group = self._group = self._group or await self._begin()
        except BaseException:
            self._lock.release()
            raise
        self._owner = asyncio.current_task()
        try:
            async with group.member():
                yield group.connection
        finally:
            self._owner = None
            if self._waiting and group.size < MOST and group.failed is None:
                self._lock.release()
            else:
                self._end(group)
        try:
            await asyncio.shield(group.ended)
        except asyncio.CancelledError:
            await asyncio.wait([group.ended])  # no write outlives the task that made it
            raise

    async def close(self) -> None:
        """Wait for the commit that runs."""
        if self._ending is not None:
            await asyncio.gather(self._ending, return_exceptions=True)

    async def _begin(self) -> _Group:
        connection = await self._engine.connect()
        try:
            return _Group(connection, await connection.begin())
        except BaseException:
            await connection.close()
            raise

    async def _enter(self) -> None:
        """Take the lock; whoever gives up waiting for it must not leave a group uncommitted."""
        self._waiting += 1
        try:
            await self._lock.acquire()
        except BaseException:
            if self._waiting == 1 and self._group is not None and not self._lock.locked():
                await self._lock.acquire()
                self._end(self._group)
            raise
        finally:
            self._waiting -= 1

    def _end(self, group: _Group) -> None:
        """Commit, in a task of its own: it is everybody's, and nobody's cancellation stops it."""

        async def end() -> None:
            try:
                await group.end()
            finally:
                self._lock.release()

        self._group = None
        self._ending = asyncio.ensure_future(end())
