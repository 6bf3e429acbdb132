"""aiosqlite without a visit to its thread for what is quicker than the visit.

A visit costs two switches of threads, each of which may wait for whoever computes an answer; a
statement takes microseconds. What may wait goes to the thread: for another process's lock (BEGIN
IMMEDIATE), for the disk (COMMIT), and whatever runs `in_thread`, for it reads many rows. Nothing
else is lost: SQLAlchemy reads all rows of a result at once.
"""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from contextvars import ContextVar
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

import aiosqlite

Opened = TypeVar("Opened")

_slow: ContextVar[bool] = ContextVar("slow", default=False)


@asynccontextmanager
async def in_thread(
    enter: Callable[[], AbstractAsyncContextManager[Opened]],
) -> AsyncIterator[Opened]:
    """Enter, and run statements in the connection's thread: they read or change many rows."""
    async with enter() as opened:
        token = _slow.set(True)
        try:
            yield opened
        finally:
            _slow.reset(token)


class Connection(aiosqlite.Connection):
    """A connection whose cursors run a statement and fetch its rows in one go."""

    writes = False
    _behind = False
    """Whether the thread may still run something that nobody waits for: then all queue there."""

    def cursor(self) -> "Cursor":  # type: ignore[override]
        """Return a cursor, which is one as soon as it executes."""
        return Cursor(self)

    async def run(self, method: str, statement: str, parameters: Any) -> "_Result":
        """Execute, and fetch every row."""

        def work() -> _Result:
            cursor = self._conn.cursor(_Result)
            getattr(cursor, method)(statement, parameters)
            cursor.rows = cursor.fetchall() if cursor.description else []
            return cursor

        result: _Result = await self._do(work, waits=statement == "BEGIN IMMEDIATE")
        return result

    async def commit(self) -> None:
        """Commit the transaction, if there is one."""
        await self._do(self._conn.commit, waits=self.writes)

    async def rollback(self) -> None:
        """Roll the transaction back, if there is one."""
        await self._do(self._conn.rollback)

    async def _do(self, work: Callable[[], Any], *, waits: bool = False) -> Any:
        if waits or self._behind or _slow.get():
            return await self._execute(work)
        return work()

    async def _execute(self, fn: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            result = await super()._execute(fn, *args, **kwargs)  # type: ignore[no-untyped-call]
        except asyncio.CancelledError:
            self._behind = True
            raise
        # The thread works in order: what was left behind is done as well.
        self._behind = False
        return result


class _Result(sqlite3.Cursor):
    rows: list[Any]


class Cursor:
    """What SQLAlchemy's adapter uses of aiosqlite's cursor."""

    arraysize = 1
    description: Any = None
    rowcount = -1
    lastrowid: int | None = None

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._rows: list[Any] = []

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    async def execute(self, statement: str, parameters: Any = ()) -> Self:
        """Run a statement."""
        return await self._run("execute", statement, parameters)

    async def executemany(self, statement: str, parameters: Sequence[Any]) -> Self:
        """Run a statement with each of several sets of values."""
        return await self._run("executemany", statement, parameters)

    async def fetchall(self) -> list[Any]:
        """Return the rows, once."""
        rows, self._rows = self._rows, []
        return rows

    async def close(self) -> None:
        """Do nothing: every row is fetched, so nothing is held."""

    async def _run(self, method: str, statement: str, parameters: Any) -> Self:
        result = await self._connection.run(method, statement, parameters)
        self._rows = result.rows
        self.description = result.description
        self.rowcount = result.rowcount
        self.lastrowid = result.lastrowid
        return self


def connect(path: Path, *, writes: bool) -> Connection:
    """Return a connection to a file, to be awaited; its thread does not keep the process alive."""
    # At any moment at most one thread uses it: the loop's waits while its own works.
    open_file = partial(sqlite3.connect, path, check_same_thread=False)
    connection = Connection(open_file, iter_chunk_size=64)
    connection.writes = writes
    connection._thread.daemon = True
    return connection
